"""What all parts of the store share: the database handle, its transactions, times as they are stored.

The database is the caller's; these tables may stand beside others in one file, each group with migrations of
its own. ``writing`` joins a transaction that is open, so changes in several stores can be one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from moderation.errors import DatabaseBusy, DatabaseTooNew

BUSY_TIMEOUT_S = 15.0

BOT = 0
"""The actor of what the program does by itself."""
COMMAND_LINE = -1
"""The actor of what somebody does in a shell."""


class Handle:
    """A database with foreign keys on, brought to the schema of ``migrations``.

    The handle belongs to one thread; any number of processes may have one each.
    """

    def __init__(self, db: Database, migrations: Migrations) -> None:
        """Raises ``DatabaseTooNew`` and ``DatabaseBusy``."""
        self.db = db
        db.conn.execute(f"pragma busy_timeout = {int(BUSY_TIMEOUT_S * 1000)}")
        db.conn.execute("pragma foreign_keys = on")
        migrate(db, migrations)

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        """All rows of a query, as tuples."""
        return self.db.execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Sequence[object] = ()) -> Any:
        """The first row, ``None`` if there is none."""
        return self.db.execute(sql, parameters).fetchone()

    def value(self, sql: str, parameters: Sequence[object] = ()) -> Any:
        """The first column of the first row, ``None`` if there is no row."""
        row = self.row(sql, parameters)
        return row[0] if row else None

    def change(self, sql: str, parameters: Sequence[object] = ()) -> int:
        """Run a statement inside the transaction that is open; how many rows it changed."""
        return self.db.execute(sql, parameters).rowcount


def migrate(db: Database, migrations: Migrations) -> None:
    """Bring the tables to this version's schema; several processes may do it at once.

    Raises ``DatabaseTooNew`` without a change if a newer version has been here.
    """
    known = {migration.name for migration in migrations.pending(Database(memory=True))}  # all there are
    unknown = [migration.name for migration in migrations.applied(db) if migration.name not in known]
    if unknown:
        raise DatabaseTooNew(unknown)
    if migrations.pending(db):
        with writing(db):
            migrations.apply(db)  # looks again at what is pending: another process may have been first


@contextmanager
def writing(db: Database) -> Iterator[None]:
    """One transaction that holds the write lock from its start; joins the one that is open, if any.

    Taking the lock first means that nobody can change what was read in it, and that waiting happens here.
    Raises ``DatabaseBusy`` when another process holds the lock for ``BUSY_TIMEOUT_S``.
    """
    if db.conn.in_transaction:
        yield
        return
    try:
        db.conn.execute("begin immediate")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            raise DatabaseBusy(BUSY_TIMEOUT_S) from error
        raise
    try:
        yield
        db.conn.execute("commit")
    except BaseException:
        db.conn.rollback()
        raise


def run(db: Database, statements: Sequence[str]) -> None:
    """Execute the statements of a migration, in their order."""
    for statement in statements:
        db.execute(statement)


def iso(at: datetime) -> str:
    """A time as it is stored: UTC, ISO 8601, of one width so that texts sort as times do.

    Raises ``ValueError`` for a time without a zone.
    """
    if at.tzinfo is None:
        raise ValueError("a time without a time zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def maybe_iso(at: datetime | None) -> str | None:
    """``iso``, or nothing for nothing."""
    return None if at is None else iso(at)


def when(text: str | None) -> datetime | None:
    """A stored time, or nothing for nothing."""
    return None if text is None else datetime.fromisoformat(text)
