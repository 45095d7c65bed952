"""What stores are built on, whatever the engine: the handle, transactions, migrations.

SQL is written in what SQLite and PostgreSQL share, with ``?`` and ``?1`` for parameters; the rest stands in the
engines' files. Flags are integers (``where deleted = 0``), times and JSON are texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

import sqlite_utils
from sqlite_utils.migrations import Migrations

from memebot.database.errors import DatabaseTooNew

POSTGRESQL_ONLY = ".postgresql.sql"
"""Ends the name of a migration's file that takes another's place on PostgreSQL."""


AMONG_IDS = "(select cast(value as bigint) from json_each(?))"
"""What ids may be ``in``: of a parameter that is a JSON array of them."""

AMONG_TEXTS = "(select value from json_each(?))"
"""The same of texts."""


class Cursor(Protocol):
    """The rows of a statement."""

    @property
    def rowcount(self) -> int: ...

    @property
    def description(self) -> Any: ...

    def fetchone(self) -> Any: ...

    def fetchmany(self, size: int = ..., /) -> list[Any]: ...

    def fetchall(self) -> list[Any]: ...

    def __iter__(self) -> Iterator[Any]: ...


class Database(Protocol):
    """A connection. Belongs to one thread at a time; any number of processes may have one each."""

    @property
    def in_transaction(self) -> bool:
        """Whether one is open."""

    def execute(self, sql: str, parameters: Sequence[Any] = ...) -> Cursor:
        """Run one statement."""

    def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each row of parameters, inside the transaction that is open."""

    def begin_writing(self) -> None:
        """Open a transaction that holds the write lock from its start. Raises ``DatabaseBusy``."""

    def begin_reading(self) -> None:
        """Open a transaction that sees one state of the database."""

    def commit(self) -> None:
        """End the transaction that is open, keep what it did."""

    def rollback(self) -> None:
        """End the transaction that is open, if one is, and undo what it did."""

    def define(self, script: str) -> None:
        """Run the statements of a migration, an empty line between, inside the transaction that is open."""

    def define_file(self, path: Path) -> None:
        """``define`` what stands in a file, or in the one beside it that is for this engine."""

    def applied(self, migrations: Migrations) -> list[str]:
        """The names of those that this database has."""

    def apply(self, migrations: Migrations) -> None:
        """Run those that it lacks, inside the transaction that is open."""

    def all_tables(self) -> list[str]:
        """Their names, with that of the table of migrations."""

    def key_of(self, table: str) -> list[str]:
        """The columns of its primary key, in the key's order."""

    def copying(self) -> AbstractContextManager[None]:
        """A transaction that holds the write lock; triggers sleep in it, keys are looked at when it ends."""

    def counters(self) -> dict[str, int]:
        """The last id of each table whose ids are never used again."""

    def count_on(self, counters: Mapping[str, int]) -> None:
        """Let new ids follow these, or the highest that is there."""

    def checkpoint(self) -> None:
        """See to it that no file goes on holding what was deleted, as far as the engine lets one."""

    def close(self) -> None:
        """Let go of it."""


class Store:
    """Queries and changes over one connection: what every store is built on.

    Belongs to one thread at a time; any number of processes may have one each.
    """

    def __init__(self, db: Database, migrations: Migrations | None = None) -> None:
        """``migrations``: of the tables that it makes. Raises ``DatabaseTooNew`` and ``DatabaseBusy``."""
        self.db = db
        if migrations is not None:
            migrate(db, migrations)

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        """All rows of a query, as tuples."""
        return self.db.execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Sequence[object] = ()) -> Any:
        """The first row, ``None`` if there is none."""
        return self.db.execute(sql, parameters).fetchone()

    def records(self, sql: str, parameters: Sequence[object] = ()) -> list[dict[str, Any]]:
        """All rows of a query by the names of their columns, as JSON has them."""
        cursor = self.db.execute(sql, parameters)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def value(self, sql: str, parameters: Sequence[object] = ()) -> Any:
        """The first column of the first row, ``None`` if there is no row."""
        row = self.row(sql, parameters)
        return row[0] if row else None

    def change(self, sql: str, parameters: Sequence[object] = ()) -> int:
        """Run a statement in the transaction that is open, else in one of its own; how many rows it changed."""
        with writing(self.db):
            return self.db.execute(sql, parameters).rowcount


@contextmanager
def writing(db: Database) -> Iterator[None]:
    """One transaction that holds the write lock from its start; joins the one that is open, if any.

    Taking the lock first means that nobody can change what was read in it, and that waiting happens here.
    Raises ``DatabaseBusy`` when another process holds the lock for ``BUSY_TIMEOUT_S``.
    """
    if db.in_transaction:
        yield
        return
    db.begin_writing()
    try:
        yield
        db.commit()
    except BaseException:
        db.rollback()
        raise


@contextmanager
def reading(db: Database) -> Iterator[None]:
    """Reads in it see one state of the database, whatever other processes write meanwhile. Nothing is written in it."""
    if db.in_transaction:
        yield
        return
    db.begin_reading()
    try:
        yield
    finally:
        db.rollback()


def upsert(table: str, key: str, rest: str) -> str:
    """SQL that puts a row of these columns where one of the same ``key`` may be, whose ``rest`` it renews."""
    names = [*key.split(", "), *rest.split(", ")]
    renewed = ", ".join(f"{name} = excluded.{name}" for name in rest.split(", "))
    marks = ", ".join("?" * len(names))
    return f"insert into {table} ({', '.join(names)}) values ({marks}) on conflict ({key}) do update set {renewed}"


def migrate(db: Database, migrations: Migrations) -> None:
    """Bring the tables to this version's schema; several processes may do it at once.

    Raises ``DatabaseTooNew`` without a change if a newer version has been here.
    """
    applied = db.applied(migrations)
    known = steps(migrations)
    unknown = [name for name in applied if name not in known]
    if unknown:
        raise DatabaseTooNew(unknown)
    if len(applied) < len(known):
        with writing(db):
            db.apply(migrations)  # looks again at what is pending: another process may have been first


def steps(migrations: Migrations) -> dict[str, Any]:
    """All that there are, each by its name, in their order: functions of the database."""
    return {migration.name: migration.fn for migration in migrations.pending(sqlite_utils.Database(memory=True))}


def sql_migrations(name: str, folder: Path) -> Migrations:
    """The migrations in a folder: SQL files, each named like its migration, an empty line between statements.

    One that was released is never edited: write the next. ``m001_x.postgresql.sql`` takes the place of ``m001_x.sql``
    on PostgreSQL.
    """
    migrations = Migrations(name)
    for path in sorted(folder.glob("*.sql")):
        if path.name.endswith(POSTGRESQL_ONLY):
            continue

        def run(db: Any, path: Path = path) -> None:
            db.define_file(path)

        migrations(name=path.stem)(run)
    return migrations
