"""Two thousand contenders for twenty places: the kernel's statements beside the usual schemes, and HTTP.

    python -m bench.rush [--contenders 2000] [--rounds 3] [--databases sqlite postgresql] [--no-http]

SQL: 32 connections in four processes. Every strategy rushes once in each round, in turn, for places of its
own, on the same tables; a figure is the median over the rounds. "Booked" is counted in the table
afterwards; a scheme that booked anything but twenty is wrong, however fast. HTTP: gunicorn as `lingju
serve` starts it and 64 connections, once through the smallest page there can be (`rush_app`: all of the
house's middleware and the verb, no template) and once through the page that people use. Load of the
machine is kept with the figures (bench/results/rush.json); exit code 1 where the kernel booked anything
but twenty, or anything broke.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import rush_http
from bench.ids import cluster
from bench.needs import Place, places
from bench.ready import connection
from bench.rush_hands import PLACES, TABLES, Contender, Hands, Round
from lingju.bookings.services.counting import UPSERT

RESULTS = Path(__file__).parent / "results" / "rush.json"
PROCESSES, CONNECTIONS, HTTP_CONNECTIONS = 4, 8, 64
LOOKED = " after a look"
STRATEGIES = {
    "postgresql": (
        *("naive", "row", f"row{LOOKED}", "advisory", f"advisory{LOOKED}"),
        *("kernel", f"kernel{LOOKED}"),
    ),
    "sqlite": ("naive", "row", f"row{LOOKED}", "kernel", f"kernel{LOOKED}"),
}
NAMES = {"naive": "check, then insert", "row": "select for update", "advisory": "advisory lock"}
STATEMENT = UPSERT.format(rows="(%s, %s, %s, %s, %s, %s)")


@contextmanager
def scratch(database: str) -> Iterator[str]:
    """Yield the address of an empty database with the tables of a rush."""
    folder = Path(tempfile.mkdtemp(prefix="bench-rush-"))
    try:
        if database == "sqlite":
            yield _with_tables(f"sqlite:{folder}/rush.sqlite3")
            return
        with cluster() as address:
            if address is None:
                raise SystemExit("PostgreSQL is not installed: run tools/system.sh")
            yield _with_tables(address)
    finally:
        shutil.rmtree(folder)


def _with_tables(address: str) -> str:
    first = Contender(address, STATEMENT)
    for table in TABLES:
        first.ask(table)
    first.raw.close()
    return address


def rushes(database: str, contenders: int, rounds: int) -> list[dict[str, Any]]:
    """Let every strategy rush in turn, round after round; return a row for each."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in STRATEGIES[database]}
    with scratch(database) as address:
        hands, counter, pool = Hands(address, STATEMENT, PROCESSES, CONNECTIONS), Contender(address, ""), 0
        for _ in range(rounds):
            for strategy in STRATEGIES[database]:
                pool += 1
                counter.ask("INSERT INTO bookings_pool (id, capacity) VALUES (%s, %s)", pool, PLACES)
                rows[strategy].append(_rush(hands, counter, strategy, pool, contenders))
        hands.close()
        counter.raw.close()
    return [_median(strategy, found) for strategy, found in rows.items()]


def _rush(hands: Hands, counter: Contender, strategy: str, pool: int, contenders: int) -> dict[str, Any]:
    each = contenders // PROCESSES
    ids = [pool * 10**6 + n * each for n in range(PROCESSES)]
    whole, told = hands.rush([Round(strategy, pool, each, first) for first in ids])
    seconds = sorted(second for one in told for second in one.seconds)
    booked = counter.ask("SELECT count(*) FROM rush_claim WHERE pool_id = %s", pool)[0][0]
    return {
        "per_second": len(seconds) / whole,
        "p50_ms": statistics.median(seconds) * 1e3,
        "p99_ms": seconds[int(len(seconds) * 0.99) - 1] * 1e3,
        "booked": booked,
        "told_they_won": sum(one.won for one in told),
        "errors": [error for one in told for error in one.errors][:3],
    }


def _median(strategy: str, found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    name, after, _rest = strategy.partition(LOOKED)
    return {
        "strategy": NAMES.get(name, name) + after,
        **{key: statistics.median(one[key] for one in found) for key in ("per_second", "p50_ms", "p99_ms")},
        "booked": [one["booked"] for one in found],
        "told_they_won": [one["told_they_won"] for one in found],
        "errors": [error for one in found for error in one["errors"]],
    }


def pages(database: str, contenders: int) -> dict[str, Any]:
    """Rush through HTTP: the smallest page, then the page that people use."""
    workers = 1 if database == "sqlite" else 2  # as `lingju serve` has it
    with places(database, [0]) as (place,):
        place.folder.mkdir()
        for words in (("migrate", "--verbosity=0"), ("collectstatic", "--noinput", "--verbosity=0")):
            place.run("manage.py", *words)
        world = json.loads(place.run("-m", "bench.rush_world", "2").splitlines()[-1])
        small, page = world["bookables"]
        form = {"at": world["at"], "called": "李阿姨"}
        found = [
            _answered(place, rush_http.SMALLEST, f"/rush/{small}/", form, contenders, workers),
            _answered(place, rush_http.HOUSE, f"/book/{page}/", form, contenders, workers),
        ]
        counted = json.loads(place.run("-m", "bench.rush_world", "--booked").splitlines()[-1])
    for row, booked in zip(found, counted, strict=True):
        row["booked"] = booked
    return {"queries": world["queries"], "workers": workers, "answers": found}


def _answered(
    place: Place, application: str, address: str, form: Mapping[str, str], contenders: int, workers: int
) -> dict[str, Any]:
    with rush_http.serving(place, application, workers) as port:
        told = rush_http.rushed(port, address, form, contenders, HTTP_CONNECTIONS)
    seconds = sorted(told.seconds)
    return {
        "through": "the smallest page" if application == rush_http.SMALLEST else "the page people use",
        "all_answered_s": told.whole,
        "p50_ms": statistics.median(seconds) * 1e3,
        "p99_ms": seconds[int(len(seconds) * 0.99) - 1] * 1e3,
        "statuses": {str(status): count for status, count in sorted(told.statuses.items())},
    }


def show(database: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Print the table of one database, with ratios to the kernel after a look."""
    ours = rows[-1]["per_second"]
    print(f"\n{database + ', SQL':<34}{'a second':>10}{'p50 ms':>9}{'p99 ms':>9}{'kernel':>9}  booked")
    for row in rows:
        figures = f"{row['per_second']:>10.0f}{row['p50_ms']:>9.2f}{row['p99_ms']:>9.2f}"
        print(
            f"{row['strategy']:<34}{figures}{ours / row['per_second']:>8.1f}x ",
            row["booked"],
            *row["errors"][:1],
        )


def show_pages(database: str, told: Mapping[str, Any]) -> None:
    """Print what HTTP saw."""
    print(f"\n{database}, HTTP, {told['workers']} worker(s); queries of a claim: {told['queries']}")
    for row in told["answers"]:
        print(
            f"{row['through']:<34}{row['all_answered_s']:>8.1f} s{row['p50_ms']:>9.0f}{row['p99_ms']:>9.0f}"
            f"  {row['statuses']}  {row['booked']}"
        )


def wrong(rows: Sequence[Mapping[str, Any]], told: Mapping[str, Any] | None) -> list[str]:
    """Return what must never be: the kernel not exact, or anything broken."""
    found = [
        f"{row['strategy']}: {row['booked']} {row['errors']}"
        for row in rows
        if row["strategy"].startswith("kernel") and (set(row["booked"]) != {PLACES} or row["errors"])
    ]
    for row in told["answers"] if told else ():
        has_broken = any(status >= "500" for status in row["statuses"])
        if has_broken or set(row["booked"].values()) != {PLACES}:
            found.append(f"{row['through']}: {row['booked']} {row['statuses']}")
    return found


def main() -> int:
    """Measure, print, keep the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--contenders", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--no-http", action="store_true")
    options = parser.parse_args()
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    kept: dict[str, Any] = {"machine": machine, "contenders": options.contenders, "rounds": options.rounds}
    kept |= {"connections": PROCESSES * CONNECTIONS, "http_connections": HTTP_CONNECTIONS, "figures": []}
    broken: list[str] = []
    for database in options.databases:
        load = [os.getloadavg()[0]]
        rows = rushes(database, options.contenders, options.rounds)
        show(database, rows)
        told = None if options.no_http else pages(database, options.contenders)
        if told:
            show_pages(database, told)
        load.append(os.getloadavg()[0])
        broken += wrong(rows, told)
        kept["figures"].append({"database": database, "load": load, "sql": rows, "http": told})
        RESULTS.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print("\nwrong: " + ("; ".join(broken) or "nothing"))
    return int(bool(broken))


if __name__ == "__main__":
    connection.close()
    sys.exit(main())
