"""The tests' empty database: migrated once for one state of the migrations, then copied for every process.

Migrating takes most of a minute, since Django draws every model anew after each change. So the first process
that needs a database keeps what it migrated, and all others begin from a copy: a file among pytest's own with
SQLite, a template beside the tests' databases with PostgreSQL. `migrate` runs on the copy as well, so
whatever the copy should lack is made up for; but there is nothing to do.
"""

import fcntl
import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connection

ROOT = Path(__file__).resolve().parents[1]
# All that a migration may stand on (tests/house/test_ready_made.py); where a byte differs, it is made anew.
GROUND = (
    "uv.lock",
    "lingju/site/settings.py",
    "lingju/kernel/*.py",
    "lingju/**/migrations/*.py",
    "lingju/**/models.py",
    "lingju/**/models/*.py",
)


def key() -> str:
    """Return the digest of everything that decides how an empty database looks."""
    digest = hashlib.sha256(sqlite3.sqlite_version.encode())
    for path in sorted({path for pattern in GROUND for path in ROOT.glob(pattern)}):
        digest.update(f"{path.relative_to(ROOT)}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


@contextmanager
def begun_from_a_copy(folder: Path) -> Iterator[None]:
    """Let the tests' database, which nobody has made yet, begin as a copy; `folder` outlives the run."""
    with (folder / "lock").open("w") as lock:  # of several processes one migrates while the others wait
        fcntl.flock(lock, fcntl.LOCK_EX)
        ready = _ready_file(folder) if connection.vendor == "sqlite" else _ready_template()
    if connection.vendor != "sqlite":
        connection.settings_dict["TEST"]["TEMPLATE"] = ready
        yield
        return
    name = connection.creation._get_test_db_name()  # type: ignore[attr-defined]
    # A database in memory lives as long as somebody is connected to it, and Django connects to this one.
    with closing(sqlite3.connect(name, uri=True, check_same_thread=False)) as held:
        with closing(sqlite3.connect(ready)) as source:
            source.backup(held)
        yield


def _ready_file(folder: Path) -> str:
    ready = folder / f"{key()}.sqlite3"
    if not ready.exists():
        for old in folder.glob("*.sqlite3*"):
            old.unlink()
        half = folder / "half.sqlite3"
        _migrate(str(half))
        half.rename(ready)
    return str(ready)


def _ready_template() -> str:
    said = connection.settings_dict
    ready, half = f"ready_{key()}", "ready_half"
    server = f"postgresql://{said['USER']}:{said['PASSWORD']}@{said['HOST']}:{said['PORT']}/postgres"
    with psycopg.connect(server, autocommit=True) as admin:
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [ready]).fetchone():
            admin.execute(f"DROP DATABASE IF EXISTS {half}")
            admin.execute(f"CREATE DATABASE {half}")
            _migrate(half)
            admin.execute(f"ALTER DATABASE {half} RENAME TO {ready}")
    return ready


def _migrate(name: str) -> None:
    """Migrate an empty database of another name through the connection of the tests."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA synchronous=OFF")
        call_command("migrate", interactive=False, run_syncdb=True, verbosity=0)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual
