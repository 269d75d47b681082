"""The same town in PostgreSQL: every row of a filled SQLite database, copied as it stands.

    python -m bench.needs_copy FOLDER

FOLDER is the LINGJU_VAR of the SQLite town; the environment names the PostgreSQL database and its own folder.
Both then hold the same needs under the same keys, and nothing is closed or counted a second time. Moments
are text in UTC on SQLite, and so is the session that writes them; tokens stand in FTS5's content table.
"""

import argparse
import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.needs_rows import Loader
from bench.needs_town import TABLES
from bench.ready import connection

SKIPPED = ("sqlite_", "django_migrations", "needs_search")


def copy(folder: Path) -> int:
    """Copy secrets, where the town stands, and every row; return how many rows."""
    here = Path(os.environ["LINGJU_VAR"])
    shutil.copytree(folder / "secrets", here / "secrets", dirs_exist_ok=True)
    shutil.copy(folder / "town.json", here)
    town = sqlite3.connect(f"file:{folder}/lingju.sqlite3?mode=ro", uri=True)
    tables = [name for name in _tables(town) if not name.startswith(SKIPPED)]
    _run("SET TIME ZONE 'UTC'")
    _run(f"TRUNCATE {', '.join(tables)} CASCADE")
    with Loader(TABLES):
        count = sum(_poured(town, table) for table in tables)
        return count + _poured_tokens(town)


def _tables(town: sqlite3.Connection) -> Sequence[str]:
    return [name for (name,) in town.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]


def _poured(town: sqlite3.Connection, table: str) -> int:
    columns = [str(row[1]) for row in town.execute(f'PRAGMA table_info("{table}")')]
    named = ", ".join(f'"{column}"' for column in columns)
    return _write(table, named, town.execute(f'SELECT {named} FROM "{table}"'))


def _poured_tokens(town: sqlite3.Connection) -> int:
    content = town.execute("SELECT id, c0 FROM needs_search_content")
    rows = ((pk, " ".join(f"'{token}'" for token in grams.split())) for pk, grams in content)
    return _write("needs_search", "need_id, grams", rows)


def _write(table: str, named: str, rows: Iterator[Sequence[Any]]) -> int:
    count = 0
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({named}) FROM STDIN') as out:
        for row in rows:
            out.write_row(row)
            count += 1
    return count


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def main() -> None:
    """Copy the town of a folder into the database that the environment names."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    print(f"{copy(parser.parse_args().folder):,} rows")


if __name__ == "__main__":
    main()
