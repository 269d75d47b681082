"""Two thousand contenders for twenty places: the kernel's statements beside the usual schemes, and HTTP.

    python -m bench.rush [--rounds 3] [--databases sqlite postgresql] [--only sql small page]

SQL: 32 connections in four processes. Every strategy rushes once in each round, in turn, for places of its
own, on the same tables; a figure is the median over the rounds. "Booked" is counted in the table
afterwards; a scheme that booked anything but twenty is wrong, however fast. HTTP: gunicorn as `lingju
serve` starts it and 64 connections, once through the smallest page there can be (`rush_app`: all of the
house's middleware and the verb, no template) and once through the page that people use. Figures go to
bench/results/rush.json with the load of the machine, each as soon as it is there; what is not measured
stays from the run before. Exit code 1 where the kernel booked anything but twenty, or anything broke.
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
PAGES = {"small": (rush_http.SMALLEST, "/rush/"), "page": (rush_http.HOUSE, "/book/")}
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


def pages(database: str, contenders: int, which: Sequence[str]) -> dict[str, Any]:
    """Rush through HTTP: the smallest page, the page that people use, or both; return a row for each."""
    workers = 1 if database == "sqlite" else 2  # as `lingju serve` has it
    with places(database, [0]) as (place,):
        place.folder.mkdir()
        for words in (("migrate", "--verbosity=0"), ("collectstatic", "--noinput", "--verbosity=0")):
            place.run("manage.py", *words)
        world = json.loads(place.run("-m", "bench.rush_world", str(len(which))).splitlines()[-1])
        form = {"at": world["at"], "called": "李阿姨"}
        found: dict[str, Any] = {"queries": world["queries"], "workers": workers}
        for name, bookable in zip(which, world["bookables"], strict=True):
            application, address = PAGES[name]
            found[name] = _answered(place, application, f"{address}{bookable}/", form, contenders, workers)
        counted = json.loads(place.run("-m", "bench.rush_world", "--booked").splitlines()[-1])
    for name, booked in zip(which, counted, strict=True):
        found[name]["booked"] = booked
    return found


def _answered(
    place: Place, application: str, address: str, form: Mapping[str, str], contenders: int, workers: int
) -> dict[str, Any]:
    with rush_http.serving(place, application, workers) as (port, pid):
        before = rush_http.cpu_of(pid)
        told = rush_http.rushed(port, address, form, contenders, HTTP_CONNECTIONS)
        cpu = rush_http.cpu_of(pid) - before
    seconds = sorted(told.seconds)
    return {
        "all_answered_s": told.whole,
        "server_cpu_ms_each": cpu / contenders * 1e3,
        "clients_cpu_ms_each": told.clients_cpu / contenders * 1e3,
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
    for name, row in told.items():
        if name in PAGES:
            figures = f"{row['all_answered_s']:>8.1f} s{row['p50_ms']:>9.0f}{row['p99_ms']:>9.0f}"
            each = f"{row['server_cpu_ms_each']:.1f} ms, client {row['clients_cpu_ms_each']:.1f} ms"
            print(f"{name:<34}{figures}  CPU each: {each}  {row['statuses']}  {row['booked']}")


def wrong(kept: Mapping[str, Any]) -> list[str]:
    """Return what must never be: the kernel not exact, or anything broken."""
    found = []
    for row in kept.get("sql", ()):
        if row["strategy"].startswith("kernel") and (set(row["booked"]) != {PLACES} or row["errors"]):
            found.append(f"{row['strategy']}: {row['booked']} {row['errors']}")
    for name in PAGES.keys() & kept.get("http", {}).keys():
        row = kept["http"][name]
        has_broken = any(status == "0" or status >= "500" for status in row["statuses"])
        if has_broken or set(row["booked"].values()) != {PLACES}:
            found.append(f"{name}: {row['booked']} {row['statuses']}")
    return found


def measured(database: str, options: argparse.Namespace) -> dict[str, Any]:
    """Measure one database, keep each figure as soon as it is there, and return all that is kept of it."""
    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    mine = kept.setdefault(database, {})

    def keep(part: str, found: Any) -> None:
        machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
        kept.update(machine=machine, contenders=options.contenders, connections=PROCESSES * CONNECTIONS)
        mine[part] = found
        mine.setdefault("load", {})[part] = os.getloadavg()[0]
        RESULTS.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    if "sql" in options.only:
        keep("sql", rushes(database, options.contenders, options.rounds))
        show(database, mine["sql"])
    for name in PAGES:
        if name in options.only:
            told = pages(database, options.contenders, [name])
            show_pages(database, told)
            keep("http", {**mine.get("http", {}), **told})
    return dict(mine)


def main() -> int:
    """Measure, print, keep the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--contenders", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--only", nargs="+", choices=("sql", *PAGES), default=["sql", *PAGES])
    options = parser.parse_args()
    broken = [one for database in options.databases for one in wrong(measured(database, options))]
    print("\nwrong: " + ("; ".join(broken) or "nothing"))
    return int(bool(broken))


if __name__ == "__main__":
    connection.close()
    sys.exit(main())
