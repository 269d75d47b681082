"""The desk's list, submit, the look-up of similar needs and search, and how their cost grows with the needs.

    python -m bench.needs [--sizes 1000 100000 1000000] [--databases sqlite postgresql] [--open few all]

Every town is filled first (`needs_town`: two years of needs of one street), each in a database of its own:
SQLite in a temporary folder, and in a throwaway cluster of PostgreSQL the same rows (`needs_copy`). Then,
round after round, a fresh process asks each size in turn (`needs_asked`), so that a busy moment hits no size
alone. A figure is the median over the rounds; how it grows is the median of the ratios to the smallest size
in the same round.
Figures go to bench/results/needs.json. Exit code 1 where the list or the look-up grows beyond twice.

A million needs take ten minutes and seven gigabytes for each town; every file is removed afterwards.
"""

import argparse
import itertools
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from bench.ids import cluster
from lingju.kernel import clock

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).parent / "results" / "needs.json"
MOST_GROWTH = 2.0
FLAT = (
    *("page, community", "page, street", "list, community", "list, community, its middle", "list, street"),
    *("list, street, its middle", "look-up, community, newest", "look-up, community, of any age"),
    *("look-up, street, newest", "look-up, street, of any age"),
)
Rounds = Mapping[int, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Place:
    """Where one town lies: its folder and its database."""

    size: int
    folder: Path
    address: str

    def run(self, *words: str) -> str:
        """Run a Python command of the house there and return what it printed."""
        told = {"LINGJU_VAR": str(self.folder), "LINGJU_MODE": "demo", "DATABASE_URL": self.address}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LINGJU_")}
        command = [sys.executable, *words]
        done = subprocess.run(command, cwd=ROOT, env={**kept, **told}, stdout=subprocess.PIPE, check=True)
        return done.stdout.decode()


@contextmanager
def places(database: str, sizes: Sequence[int]) -> Iterator[list[Place]]:
    """Open an empty database for each size; everything is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="bench-needs-"))
    folders = {size: folder / str(size) for size in sizes}
    try:
        if database == "sqlite":
            yield [Place(n, one, f"sqlite:///{one}/lingju.sqlite3") for n, one in folders.items()]
            return
        with cluster() as address:
            if address is None:
                raise SystemExit("PostgreSQL is not installed: run tools/system.sh")
            yield [Place(n, one, _database(address, n)) for n, one in folders.items()]
    finally:
        shutil.rmtree(folder)


def _database(address: str, size: int) -> str:
    """Make a database in the cluster and return its address as the house reads it."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET max_wal_size = '8GB'")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute(f"CREATE DATABASE needs_{size} ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0")
    said = dict(part.split("=", 1) for part in address.split())
    return f"postgresql://{said['user']}@{quote(said['host'], safe='')}/needs_{size}"


def filled(place: Place, open_: str, like: Place | None) -> None:
    """Fill one town anew, or with the rows of one that is filled already."""
    place.folder.mkdir()
    for words in (("migrate", "--verbosity=0"), ("collectstatic", "--noinput", "--verbosity=0")):
        place.run("manage.py", *words)
    begin = clock.epoch_ms()
    if like is None:
        place.run("-m", "bench.needs_town", str(place.size), open_)
    else:
        place.run("-m", "bench.needs_copy", str(like.folder))
    print(f"  {place.size:>9,} needs filled in {(clock.epoch_ms() - begin) / 1000:.0f} s", flush=True)


def asked(
    databases: Sequence[str], sizes: Sequence[int], open_: str, rounds: int
) -> Iterator[tuple[str, Rounds]]:
    """Fill the towns of each database and yield what they were asked; SQLite's stay for the next to copy."""
    with ExitStack() as standing:
        before: list[Place] = []
        for database in databases:
            towns = standing.enter_context(places(database, sizes))
            for town, like in itertools.zip_longest(towns, before):
                filled(town, open_, like)
            yield database, measured(towns, rounds)
            before = before or (towns if database == "sqlite" else [])


def measured(places: Sequence[Place], rounds: int) -> Rounds:
    """Ask every town in turn, round after round."""
    found: dict[int, list[Mapping[str, Any]]] = {place.size: [] for place in places}
    for _ in range(rounds):
        for place in places:
            found[place.size].append(json.loads(place.run("-m", "bench.needs_asked")))
    return found


def table(found: Rounds) -> list[dict[str, Any]]:
    """Return for each question its median cost at each size, and how it grew from the smallest size on."""
    smallest = min(found)
    rows = []
    for at, first in enumerate(found[smallest][0]["costs"]):
        row: dict[str, Any] = {"what": first["what"], "at": {}}
        for size, rounds in found.items():
            row["at"][str(size)] = {
                "wall_ms": _middle(one["costs"][at]["wall_ms"] for one in rounds),
                "cpu_ms": _middle(one["costs"][at]["cpu_ms"] for one in rounds),
                "rows": rounds[0]["costs"][at]["rows"],
                "wall_growth": _growth(found, size, smallest, at, "wall_ms"),
                "cpu_growth": _growth(found, size, smallest, at, "cpu_ms"),
            }
        rows.append(row)
    return rows


def _middle(values: Iterator[float]) -> float:
    return round(statistics.median(values), 2)


def _growth(found: Rounds, size: int, smallest: int, at: int, name: str) -> float:
    both = zip(found[size], found[smallest], strict=True)
    return _middle(one["costs"][at][name] / max(first["costs"][at][name], 0.001) for one, first in both)


def show(title: str, rows: Sequence[Mapping[str, Any]], found: Rounds) -> list[str]:
    """Print a table of wall times and their growth; return what should be flat and is not."""
    sizes = [str(size) for size in found]
    print(f"\n{title}; milliseconds of wall time, growth of wall and of CPU time from {sizes[0]} needs")
    print(f"{'what':56}" + "".join(f"{int(size):>11,}" for size in sizes) + f"{'wall':>9}{'CPU':>8}")
    steep = []
    for row in rows:
        last = row["at"][sizes[-1]]
        grown = last["wall_growth"], last["cpu_growth"]
        is_steep = row["what"] in FLAT and min(grown) > MOST_GROWTH
        steep += [f"{title}: {row['what']}"] if is_steep else []
        costs = "".join(f"{row['at'][size]['wall_ms']:>11.2f}" for size in sizes)
        print(f"{row['what']:56}{costs}{grown[0]:>8.1f}x{grown[1]:>7.1f}x{'  NOT FLAT' if is_steep else ''}")
    for size, rounds in found.items():
        told = (
            (name, f"{one['filled_as_well']}/{one['places']}") for name, one in rounds[0]["recall"].items()
        )
        print(f"recall among {size:,}: " + "; ".join(f"{name} {share}" for name, share in told))
    return steep


def main() -> int:
    """Fill and measure everything; keep the figures; return 1 when something is not flat."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 100_000, 1_000_000])
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--open", nargs="+", choices=("few", "all"), default=["few", "all"])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    kept: dict[str, Any] = {"machine": machine, "rounds": options.rounds, "figures": []}
    steep: list[str] = []
    for open_ in options.open:
        for database, found in asked(options.databases, sorted(options.sizes), open_, options.rounds):
            title, rows = f"{database}, {open_} open", table(found)
            steep += show(title, rows, found)
            recall = {str(size): rounds[0]["recall"] for size, rounds in found.items()}
            kept["figures"].append({"database": database, "open": open_, "costs": rows, "recall": recall})
            RESULTS.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print("\nnot flat: " + ("; ".join(steep) or "nothing"))
    return int(bool(steep))


if __name__ == "__main__":
    sys.exit(main())
