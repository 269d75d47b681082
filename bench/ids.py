"""Ids of rows: 63-bit integers or UUIDv7, on SQLite and PostgreSQL, as Django lays the tables.

    python -m bench.ids [--rows 100000] [--repeats 3]

One child table with two foreign keys and their indexes, two parent tables. Measured for each kind of id
in turn, several rounds, the best of each, in CPU time of this process and of the PostgreSQL backend: rows
inserted in transactions of a thousand, a join of all three tables, rows found by foreign key and by id;
bytes on disk for each child row, and bytes of a JSON list. The tables are what Django's schema editor
writes. PostgreSQL runs as a throwaway cluster of an unprivileged user, if its programs are found. Figures
go to bench/results/ids.json.
"""

import argparse
import json
import os
import platform
import random
import secrets
import shutil
import sqlite3
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import Any

import orjson
import psycopg

from lingju.kernel import clock
from lingju.kernel.ids import Mint

RESULTS = Path(__file__).parent / "results" / "ids.json"
STATIONS, PEOPLE = 100, 20_000
BATCH = 1000
SOUGHT = 10_000
JOINS = 5


@dataclass(frozen=True)
class Kind:
    """A kind of id: its name, the column type of each database, and how one is made."""

    name: str
    database: str
    column: str
    make: Callable[[], Any]


@dataclass(frozen=True)
class Figures:
    """What was measured for one kind: CPU microseconds for each row or question, bytes for each row."""

    kind: str
    database: str
    insert_us: float
    join_us: float
    by_key_us: float
    by_id_us: float
    bytes_per_row: float


def uuid7() -> uuid.UUID:
    """Make a UUID of version 7 (RFC 9562, 5.7): milliseconds, then randomness."""
    number = clock.epoch_ms() << 80 | secrets.randbits(80)
    number = number & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62
    return uuid.UUID(int=number)


def kinds() -> list[Kind]:
    """Return the kinds to compare; the random UUID shows what order in time is worth."""
    mint = Mint(0)
    return [
        Kind("63-bit, rowid", "sqlite", "integer", mint.new),
        Kind("63-bit, bigint", "sqlite", "bigint", mint.new),
        Kind("UUIDv7, char(32)", "sqlite", "char(32)", lambda: uuid7().hex),
        Kind("UUIDv7, blob", "sqlite", "blob", lambda: uuid7().bytes),
        Kind("UUIDv4, char(32)", "sqlite", "char(32)", lambda: uuid.uuid4().hex),
        Kind("63-bit, bigint", "postgresql", "bigint", mint.new),
        Kind("UUIDv7, uuid", "postgresql", "uuid", uuid7),
        Kind("UUIDv4, uuid", "postgresql", "uuid", uuid.uuid4),
    ]


def tables(column: str) -> list[str]:
    """Return the tables as Django lays them: keys deferred, one index for each foreign key."""
    key = f"{column} NOT NULL REFERENCES"
    return [
        f"CREATE TABLE station (id {column} NOT NULL PRIMARY KEY, name varchar(60) NOT NULL)",
        f"CREATE TABLE person (id {column} NOT NULL PRIMARY KEY, name varchar(60) NOT NULL)",
        f"CREATE TABLE visit (id {column} NOT NULL PRIMARY KEY, minutes integer NOT NULL,"
        f" station_id {key} station (id) DEFERRABLE INITIALLY DEFERRED,"
        f" person_id {key} person (id) DEFERRABLE INITIALLY DEFERRED)",
        "CREATE INDEX visit_station ON visit (station_id)",
        "CREATE INDEX visit_person ON visit (person_id)",
    ]


class Bench:
    """One database filled with one kind of id."""

    def __init__(self, connection: Any, kind: Kind) -> None:
        self.connection, self.kind = connection, kind
        self.mark = "?" if kind.database == "sqlite" else "%s"
        self.random = random.Random(7)
        cursor = connection.cursor()
        for statement in tables(kind.column):
            cursor.execute(statement)
        self.stations = self.fill("station", STATIONS)
        self.people = self.fill("person", PEOPLE)
        connection.commit()

    def fill(self, table: str, count: int) -> list[Any]:
        """Fill a parent table and return its ids."""
        ids = [self.kind.make() for _ in range(count)]
        marks = f"{self.mark}, {self.mark}"
        self.connection.cursor().executemany(
            f"INSERT INTO {table} VALUES ({marks})", [(key, f"甲{n}") for n, key in enumerate(ids)]
        )
        return ids

    def insert(self, count: int) -> list[Any]:
        """Insert child rows in transactions of a thousand; return their ids."""
        made: list[Any] = []
        statement = f"INSERT INTO visit VALUES ({', '.join([self.mark] * 4)})"
        cursor = self.connection.cursor()
        for _ in range(count // BATCH):
            rows = [
                (self.kind.make(), 30, self.random.choice(self.stations), self.random.choice(self.people))
                for _ in range(BATCH)
            ]
            cursor.executemany(statement, rows)
            self.connection.commit()
            made += [row[0] for row in rows]
        return made

    def join(self, times: int) -> None:
        """Join all three tables so many times."""
        cursor = self.connection.cursor()
        for _ in range(times):
            cursor.execute(
                "SELECT station.name, count(*), sum(minutes), max(person.name) FROM visit"
                " JOIN station ON station.id = station_id JOIN person ON person.id = person_id"
                " GROUP BY station.id, station.name"
            )
            assert len(cursor.fetchall()) == STATIONS

    def seek(self, column: str, keys: list[Any]) -> None:
        """Find child rows by one column, key after key."""
        cursor = self.connection.cursor()
        for key in keys:
            cursor.execute(f"SELECT id, minutes FROM visit WHERE {column} = {self.mark}", (key,))
            cursor.fetchall()

    def bytes_of_visits(self) -> int:
        """Return what the child table and its indexes take on disk."""
        cursor = self.connection.cursor()
        if self.kind.database == "postgresql":
            cursor.execute("SELECT pg_total_relation_size('visit')")
            return int(cursor.fetchone()[0])
        cursor.execute("SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%visit%'")
        return int(cursor.fetchone()[0])

    def cpu(self) -> float:
        """Return the CPU seconds that this process and its PostgreSQL backend have used so far."""
        if self.kind.database == "sqlite":
            return time.process_time()
        stat = Path(f"/proc/{self.connection.info.backend_pid}/stat").read_text(encoding="ascii")
        ticks = sum(int(field) for field in stat.rpartition(")")[2].split()[11:13])
        return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")

    def microseconds(self, work: Callable[[], Any], count: int) -> tuple[float, Any]:
        """Return the CPU microseconds of some work for each of `count`, and its answer."""
        begin = self.cpu()
        answer = work()
        return (self.cpu() - begin) * 1e6 / count, answer


def measure(bench: Bench, rows: int) -> Figures:
    """Measure everything once."""
    inserting, made = bench.microseconds(lambda: bench.insert(rows), rows)
    if bench.kind.database == "postgresql":
        bench.connection.cursor().execute("ANALYZE")
    keys = [bench.random.choice(bench.people) for _ in range(SOUGHT)]
    ids = [bench.random.choice(made) for _ in range(SOUGHT)]
    return Figures(
        bench.kind.name,
        bench.kind.database,
        inserting,
        bench.microseconds(lambda: bench.join(JOINS), rows * JOINS)[0],
        bench.microseconds(lambda: bench.seek("person_id", keys), SOUGHT)[0],
        bench.microseconds(lambda: bench.seek("id", ids), SOUGHT)[0],
        bench.bytes_of_visits() / rows,
    )


@contextmanager
def sqlite(kind: Kind) -> Iterator[Bench]:
    """Open a fresh file with the settings of the house."""
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(Path(folder) / "ids.sqlite3")
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-20000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        yield Bench(connection, kind)
        connection.close()


@contextmanager
def cluster() -> Iterator[str | None]:
    """Start a throwaway PostgreSQL and yield its address; None where there is none to start."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    as_nobody = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.getuid() == 0 else []
    if not found or (as_nobody and not shutil.which("setpriv")):
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="lingju-ids-"))
    if as_nobody:
        shutil.chown(folder, "nobody", "nogroup")
    control = [*as_nobody, str(found[0].with_name("pg_ctl")), "-D", str(folder / "data"), "-w"]
    quiet: dict[str, Any] = {"check": True, "stdout": subprocess.DEVNULL, "cwd": folder}
    subprocess.run(
        [*as_nobody, str(found[0]), "-D", str(folder / "data"), "-A", "trust", "-U", "ids"], **quiet
    )
    # A quarter of the memory for pages, as PostgreSQL's manual advises; 128 MB is meant for the first start.
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // (4 << 20)
    options = f"-k {folder} -h '' -c shared_buffers={pages}MB"
    subprocess.run([*control, "-o", options, "-l", str(folder / "log"), "start"], **quiet)
    try:
        yield f"host={folder} user=ids dbname=postgres"
    finally:
        subprocess.run([*control, "-m", "fast", "stop"], **quiet)
        shutil.rmtree(folder)


@contextmanager
def postgresql(address: str, kind: Kind) -> Iterator[Bench]:
    """Open a fresh schema."""
    with psycopg.connect(address) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
        yield Bench(connection, kind)
        connection.commit()


def json_bytes() -> dict[str, int]:
    """Return the bytes of a hundred rows of three ids each, as the API writes them: ids as text."""
    mint = Mint(0)
    sizes = {}
    makers: dict[str, Callable[[], str]] = {"63-bit": lambda: str(mint.new()), "UUIDv7": lambda: str(uuid7())}
    for name, make in makers.items():
        rows = [{"id": make(), "station": make(), "person": make(), "minutes": 30} for _ in range(100)]
        sizes[name] = len(orjson.dumps(rows))
    return sizes


def best(rounds: list[Figures]) -> Figures:
    """Return the least of each figure over several rounds."""
    first = rounds[0]
    least = [min(row[at] for row in map(astuple, rounds)) for at in range(2, len(astuple(first)))]
    return Figures(first.kind, first.database, *least)


@contextmanager
def opened(kind: Kind, address: str | None) -> Iterator[Bench]:
    """Open a fresh database for a kind of id."""
    with sqlite(kind) if kind.database == "sqlite" else postgresql(str(address), kind) as bench:
        yield bench


def run(rows: int, repeats: int) -> list[Figures]:
    """Measure each kind in turn, round after round, so that a busy moment hits no kind alone."""
    rounds: dict[Kind, list[Figures]] = {}
    with cluster() as address:
        compared = [kind for kind in kinds() if address or kind.database == "sqlite"]
        for kind in compared * repeats:
            with opened(kind, address) as bench:
                rounds.setdefault(kind, []).append(measure(bench, rows))
    return [best(figures) for figures in rounds.values()]


def main() -> None:
    """Measure, print a table, keep the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    figures = run(arguments.rows, arguments.repeats)
    print(f"{'CPU us for each':<29} {'insert':>8} {'join':>8} {'by key':>8} {'by id':>8} {'bytes/row':>10}")
    for row in figures:
        print(
            f"{row.database:<11} {row.kind:<17} {row.insert_us:>8.1f} {row.join_us:>8.2f}"
            f" {row.by_key_us:>8.1f} {row.by_id_us:>8.1f} {row.bytes_per_row:>10.0f}"
        )
    sizes = json_bytes()
    print(
        "JSON of 100 rows with three ids each:",
        ", ".join(f"{name} {size:,} bytes" for name, size in sizes.items()),
    )
    kept = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "sqlite": sqlite3.sqlite_version,
        "rows": arguments.rows,
        "figures": [asdict(row) for row in figures],
        "json_bytes": sizes,
    }
    RESULTS.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
