"""The race suite's side of the line: real processes, each with a connection, that act in the same moment.

    with races.hands(4, folder) as them:
        outcomes = them.at_once([[call("book", …)]] * 4)      one list of calls for each hand

The hands work on a database of their own, a copy of the tests': a file with SQLite, a database beside it
with PostgreSQL. The process of the tests never connects to it.
"""

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, Listener
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection

from lingju.bookings.tests.race_words import Call, Ending, Outcome, call

ROOT = Path(__file__).resolve().parents[3]
TOGETHER = 0.03  # seconds from the word to the moment, so that every hand has heard it
PATIENCE = 60.0


@dataclass(slots=True)
class Hand:
    """One process and the line to it."""

    pid: int
    line: Connection

    def begin(self, calls: Sequence[Call], start: float = 0.0) -> None:
        """Let it begin, from a moment of the machine's steady clock on, without waiting for the end."""
        self.line.send((start, list(calls)))

    def end(self) -> list[Outcome]:
        """Wait until it is through and return how each call ended."""
        if not self.line.poll(PATIENCE):
            raise TimeoutError(f"hand {self.pid} hangs")
        outcomes: list[Outcome] = self.line.recv()
        return outcomes


class Hands:
    """Some hands, the first of which also sets the scene and counts again."""

    def __init__(self, listener: Listener, forker: subprocess.Popen[str], count: int) -> None:
        self._listener, self._forker = listener, forker
        self.each = [self._another() for _ in range(count)]

    def _another(self) -> Hand:
        assert self._forker.stdin is not None
        self._forker.stdin.write("another\n")
        self._forker.stdin.flush()
        line = self._listener.accept()
        return Hand(line.recv(), line)

    def at_once(self, calls: Sequence[Sequence[Call]]) -> list[list[Outcome]]:
        """Let each hand make its calls, all from the same moment on; return how they ended, hand by hand."""
        start = time.monotonic() + TOGETHER
        for hand, its_calls in zip(self.each, calls, strict=False):
            hand.begin(its_calls, start)
        return [hand.end() for hand, _its_calls in zip(self.each, calls, strict=False)]

    def do(self, act: str, **words: Any) -> Any:
        """Let the first hand do something alone and return what came of it; a refusal is a fault too."""
        self.each[0].begin([call(act, **words)])
        (outcome,) = self.each[0].end()
        assert outcome.ending is Ending.DONE, outcome.value
        return outcome.value

    def kill(self, number: int) -> None:
        """Kill a hand as the machine would: no farewell; another one takes its place."""
        hand = self.each[number]
        os.kill(hand.pid, signal.SIGKILL)
        hand.line.close()
        self.each[number] = self._another()


@contextmanager
def hands(count: int, folder: Path) -> Iterator[Hands]:
    """Start so many hands over a database of their own; `folder` is private to them."""
    address = str(folder / "line")
    with _database(folder) as url, Listener(address) as listener:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LINGJU_")}
        told = {"LINGJU_VAR": str(folder), "LINGJU_MODE": "demo", "DATABASE_URL": url}
        words = [sys.executable, "-m", "lingju.bookings.tests.race_hand", address]
        with subprocess.Popen(
            words, cwd=ROOT, env={**kept, **told}, stdin=-1, stdout=-1, text=True
        ) as forker:
            assert forker.stdin is not None
            assert forker.stdout is not None
            assert forker.stdout.readline() == "ready\n", "the house did not start: see standard error"
            them = Hands(listener, forker, count)
            try:
                yield them
            finally:
                for hand in them.each:
                    hand.line.close()
                forker.stdin.close()


@contextmanager
def _database(folder: Path) -> Iterator[str]:
    """Yield the address of a copy of the tests' own database, which is migrated and holds nothing yet."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [f"{folder}/races.sqlite3"])
        yield f"sqlite:///{folder}/races.sqlite3"
        return
    said = connection.settings_dict
    server = f"postgresql://{said['USER']}@{said['HOST']}:{said['PORT']}"
    name = f"races_{secrets.token_hex(4)}"
    connection.close()  # a database is copied only where nobody is in it
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE {name} TEMPLATE "{said["NAME"]}"')
        try:
            yield f"{server}/{name}"
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
