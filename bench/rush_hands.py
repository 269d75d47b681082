"""The hands of a rush: processes with several connections each, all wanting the same twenty places.

Each strategy is the SQL of one contender and nothing else: no framework, no rendering. All write the same
row for whoever wins, and say "won" or "gone". The kernel's statements are handed in by `bench.rush`, word
for word as `bookings.services.counting` runs them.

    naive        count, then insert: two statements, no lock
    row          lock the pool's row, count, insert
    advisory     lock a number, count, insert
    kernel       insert, then the one conditional statement; undone where it takes nothing
    … after a look   the same, behind a look without a lock at which most of a rush turns back
"""

import itertools
import multiprocessing
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection as Line
from typing import Any, Final

import psycopg

PLACES: Final = 20
TABLES: Final = (
    "CREATE TABLE bookings_pool (id bigint PRIMARY KEY, capacity integer NOT NULL)",
    "CREATE TABLE bookings_cell (id bigint PRIMARY KEY, district_id bigint NOT NULL, pool_id bigint NOT NULL"
    " REFERENCES bookings_pool (id) DEFERRABLE INITIALLY DEFERRED, at bigint NOT NULL,"
    " capacity integer NOT NULL, taken integer NOT NULL CHECK (taken <= capacity), UNIQUE (pool_id, at))",
    "CREATE TABLE rush_claim (id bigint PRIMARY KEY, pool_id bigint NOT NULL"
    " REFERENCES bookings_pool (id) DEFERRABLE INITIALLY DEFERRED, who text NOT NULL)",
    "CREATE INDEX rush_claim_pool ON rush_claim (pool_id)",
)
LOOK: Final = "SELECT capacity - taken FROM bookings_cell WHERE pool_id = %s AND at = 0"
COUNT: Final = "SELECT count(*) FROM rush_claim WHERE pool_id = %s"
INSERT: Final = "INSERT INTO rush_claim (id, pool_id, who) VALUES (%s, %s, %s)"
ROW: Final = "SELECT capacity FROM bookings_pool WHERE id = %s FOR UPDATE"
ADVISORY: Final = "SELECT pg_advisory_xact_lock(%s)"
POOL: Final = "SELECT id, capacity FROM bookings_pool WHERE id IN (%s)"


@dataclass(frozen=True, slots=True)
class Round:
    """One rush: by which strategy, for which pool, how many contenders on this hand, with which ids from."""

    strategy: str
    pool: int
    contenders: int
    ids: int


@dataclass(frozen=True, slots=True)
class Told:
    """What one hand saw: seconds until each contender had an answer, how many won, what went wrong."""

    seconds: list[float]
    won: int
    errors: list[str]


class Contender:
    """One connection and the ways to contend for a place."""

    def __init__(self, address: str, upsert: str) -> None:
        self.is_sqlite = address.startswith("sqlite:")
        self.upsert = upsert
        if self.is_sqlite:
            self.raw: Any = sqlite3.connect(
                address.removeprefix("sqlite:"), timeout=30, isolation_level=None, check_same_thread=False
            )
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
                self.raw.execute(f"PRAGMA {pragma}")
        else:
            self.raw = psycopg.connect(address, autocommit=True)

    def ask(self, statement: str, *values: Any) -> list[Any]:
        """Run one statement and return its rows."""
        cursor = self.raw.execute(statement.replace("%s", "?") if self.is_sqlite else statement, values)
        return list(cursor.fetchall()) if cursor.description else []

    def contend(self, strategy: str, pool: int, claim: int) -> bool:
        """Try for one place; say whether it was won."""
        name, _after, look = strategy.partition(" after a look")
        if look or _after:
            left = self.ask(LOOK if name == "kernel" else f"SELECT {PLACES} - ({COUNT})", pool)
            if left and left[0][0] < 1:
                return False
        way: Callable[[int, int], bool] = getattr(self, name)
        return way(pool, claim)

    def naive(self, pool: int, claim: int) -> bool:
        """Count, then insert."""
        return self._counted(pool, claim)

    def row(self, pool: int, claim: int) -> bool:
        """Lock the row of the pool first; SQLite has one lock for all."""
        with self._transaction():
            if not self.is_sqlite:
                self.ask(ROW, pool)
            return self._counted(pool, claim)

    def advisory(self, pool: int, claim: int) -> bool:
        """Lock the number of the pool first."""
        with self._transaction():
            self.ask(ADVISORY, pool)
            return self._counted(pool, claim)

    def kernel(self, pool: int, claim: int) -> bool:
        """Write the claim, then take its place by the kernel's statement, or take the claim back."""
        self.ask("BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN")
        self.ask(INSERT, claim, pool, "李阿姨")
        self.ask(POOL if self.is_sqlite else f"{POOL} ORDER BY id FOR KEY SHARE", pool)
        has_place = bool(self.ask(self.upsert, claim, 1, pool, 0, PLACES, 1))
        self.ask("COMMIT" if has_place else "ROLLBACK")
        return has_place

    def _counted(self, pool: int, claim: int) -> bool:
        if self.ask(COUNT, pool)[0][0] >= PLACES:
            return False
        self.ask(INSERT, claim, pool, "李阿姨")
        return True

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self.ask("BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN")
        try:
            yield
        finally:
            self.ask("COMMIT")


class Hands:
    """Several processes with several connections each, kept for all rounds."""

    def __init__(self, address: str, upsert: str, processes: int, connections: int) -> None:
        forking = multiprocessing.get_context("fork")
        self.lines: list[Line] = []
        self.processes = []
        for _ in range(processes):
            ours, theirs = forking.Pipe()
            process = forking.Process(target=_serve, args=(theirs, address, upsert, connections), daemon=True)
            process.start()
            self.lines.append(ours)
            self.processes.append(process)
        for line in self.lines:
            assert line.recv() == "ready"

    def rush(self, rounds: Sequence[Round]) -> tuple[float, list[Told]]:
        """Let every hand rush at once; return the seconds until all were answered, and what each saw."""
        begin = time.perf_counter()
        for line, one in zip(self.lines, rounds, strict=True):
            line.send(one)
        told = [line.recv() for line in self.lines]
        return time.perf_counter() - begin, told

    def close(self) -> None:
        """Let them go."""
        for line in self.lines:
            line.send(None)
        for process in self.processes:
            process.join()


def _serve(line: Line, address: str, upsert: str, connections: int) -> None:
    contenders = [Contender(address, upsert) for _ in range(connections)]
    line.send("ready")
    while (one := line.recv()) is not None:
        line.send(_rushed(contenders, one))


def _rushed(contenders: Sequence[Contender], one: Round) -> Told:
    told = Told([], 0, [])
    numbers = itertools.count()
    won: list[bool] = []

    def contend(contender: Contender) -> None:
        while (number := next(numbers)) < one.contenders:
            begin = time.perf_counter()
            try:
                won.append(contender.contend(one.strategy, one.pool, one.ids + number))
            except (psycopg.Error, sqlite3.Error) as error:
                told.errors.append(f"{type(error).__name__}: {error}")
            told.seconds.append(time.perf_counter() - begin)

    threads = [threading.Thread(target=contend, args=(contender,)) for contender in contenders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Told(told.seconds, sum(won), told.errors)
