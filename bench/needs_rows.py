"""Rows in bulk: moulds taken from rows that the services wrote, poured straight into the tables.

    a row of a service ──Mould──▶ as many rows like it as wanted ──Loader──▶ executemany, or COPY

A mould keeps every column as the database holds it; what differs is given, encrypted cells are closed for
their own row. Indexes are dropped while a table is filled and made again from the database's own words.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models, transaction

from bench.ready import connection
from lingju.kernel import crypto
from lingju.kernel.fields import BlindIndexField, EncryptedTextField

AT_ONCE = 20_000


class Mould:
    """The columns of a table with the values of one row of it, as the database holds them."""

    def __init__(self, row: models.Model) -> None:
        fields = row._meta.concrete_fields
        self.table = row._meta.db_table
        self.columns = [str(field.column) for field in fields]
        self.at = {field.attname: place for place, field in enumerate(fields)}
        self.sealed = {f.attname: f.column_name for f in fields if isinstance(f, EncryptedTextField)}
        self.blind = {f.attname: f.column_name for f in fields if isinstance(f, BlindIndexField)}
        self.plain = {name: getattr(row, name) for name in self.sealed}
        self.base = [
            None
            if field.attname in self.sealed
            else field.get_db_prep_save(getattr(row, field.attname), connection)
            for field in fields
        ]

    def pour(self, pk: int, **given: Any) -> list[Any]:
        """Return a row with its own id; what is given replaces what the mould says."""
        row, ring = self.base.copy(), crypto.ring()
        row[self.at["id"]] = pk
        for name, value in given.items():
            row[self.at[name]] = as_kept(value)
        for name, column in self.sealed.items():
            text = given.get(name, self.plain[name])
            row[self.at[name]] = None if text is None else ring.encrypt(str(text), f"{column}/{pk}")
        for name, column in self.blind.items():
            text = given.get(name)
            row[self.at[name]] = ring.blind(str(text), column) if text else None
        return row


def as_kept(value: Any) -> Any:
    """Return a value as the database holds it: SQLite keeps moments as text, in UTC."""
    if isinstance(value, dt.datetime) and connection.vendor == "sqlite":
        return value.astimezone(dt.UTC).replace(tzinfo=None).isoformat(" ")
    return value


class Loader:
    """Pour rows into tables, some thousands at a time, without their indexes and without looking at keys."""

    def __init__(self, tables: Sequence[str]) -> None:
        self.is_sqlite = connection.vendor == "sqlite"
        self.waiting: dict[tuple[str, tuple[str, ...]], list[Sequence[Any]]] = defaultdict(list)
        self.tables = tables

    def __enter__(self) -> "Loader":
        for statement in (
            ["PRAGMA foreign_keys=OFF", "PRAGMA synchronous=OFF", "PRAGMA cache_size=-400000"]
            if self.is_sqlite
            else ["SET session_replication_role = replica", "SET maintenance_work_mem = '512MB'"]
        ):
            _run(statement)
        self.indexes = self._indexes()
        for name in self.indexes:
            _run(f'DROP INDEX "{name}"')
        return self

    def __exit__(self, *_trouble: object) -> None:
        for key in list(self.waiting):
            self._flush(key)
        for statement in self.indexes.values():
            _run(statement)
        for statement in (
            ["ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"]
            if self.is_sqlite
            else ["VACUUM ANALYZE", "CHECKPOINT"]
        ):
            _run(statement)

    def add(self, table: str, columns: Sequence[str], row: Sequence[Any]) -> None:
        """Add a row; it is written with the next thousands."""
        key = (table, tuple(columns))
        self.waiting[key].append(row)
        if len(self.waiting[key]) >= AT_ONCE:
            self._flush(key)

    def cast(self, mould: Mould, pk: int, **given: Any) -> None:
        """Add a row of a mould."""
        self.add(mould.table, mould.columns, mould.pour(pk, **given))

    def _flush(self, key: tuple[str, tuple[str, ...]]) -> None:
        table, columns = key
        rows = self.waiting.pop(key)
        named = ", ".join(f'"{column}"' for column in columns)
        with transaction.atomic(), connection.cursor() as cursor:
            if self.is_sqlite:
                marks = ", ".join(["%s"] * len(columns))
                cursor.executemany(f"INSERT INTO {table} ({named}) VALUES ({marks})", rows)
                return
            with cursor.copy(f"COPY {table} ({named}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)

    def _indexes(self) -> Mapping[str, str]:
        """Return the indexes of the tables that are no constraint, with the words that make them."""
        named = ", ".join(f"'{table}'" for table in self.tables)
        asked = (
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
            f" AND tbl_name IN ({named})"
            if self.is_sqlite
            else "SELECT c.relname, pg_get_indexdef(i.indexrelid)"
            " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
            " JOIN pg_class t ON t.oid = i.indrelid LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid"
            f" WHERE k.oid IS NULL AND NOT i.indisunique AND t.relname IN ({named})"
        )
        with connection.cursor() as cursor:
            cursor.execute(asked)
            return dict(cursor.fetchall())


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
