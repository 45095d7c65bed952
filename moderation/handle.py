"""What the stores of this package share: migrations, transactions, and times as they are stored."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from moderation.errors import DatabaseBusy, DatabaseTooNew


def migrate(db: Database, migrations: Migrations) -> None:
    """Bring one set of tables to this version's schema; several processes may do it at once.

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

    Raises ``DatabaseBusy`` when another process holds the lock for longer than the connection waits.
    """
    if db.conn.in_transaction:
        yield
        return
    try:
        db.conn.execute("begin immediate")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            raise DatabaseBusy from error
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


def iso(now: datetime) -> str:
    """A time as it is stored: UTC, ISO 8601. Raises ``ValueError`` for a time without a zone."""
    if now.tzinfo is None:
        raise ValueError("a time without a time zone")
    return now.astimezone(UTC).isoformat()
