"""What all parts of the store share: the database handle, its transactions, the generation counter."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlite_utils import Database

from knowledge.errors import DatabaseBusy
from knowledge.migrations import BUSY_TIMEOUT_S, migrate, writing

_WAL_TRIES = 50


class Handle:
    """A database brought to the current schema, in WAL mode, with foreign keys on.

    The handle belongs to one thread; any number of processes may have one each.
    """

    def __init__(self, db: Database) -> None:
        """Raises ``DatabaseTooNew`` and ``DatabaseBusy``."""
        self.db = db
        db.conn.execute(f"pragma busy_timeout = {int(BUSY_TIMEOUT_S * 1000)}")
        db.conn.execute("pragma foreign_keys = on")
        _use_wal(db)
        migrate(db)

    @contextmanager
    def write(self) -> Iterator[None]:
        """A short transaction that changes what a search sees: it counts the generation up."""
        with writing(self.db):
            yield
            self.count_up()

    def count_up(self) -> None:
        """Tell searches, in the transaction that is open, that something changed that they see."""
        self.db.execute("update state set generation = generation + 1")

    def generation(self) -> int:
        """Grows with every change to entries, exemplars, vectors and calibration, by whatever process."""
        return int(self.value("select generation from state"))

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        """All rows of a query, as tuples."""
        return self.db.execute(sql, parameters).fetchall()

    def value(self, sql: str, parameters: Sequence[object] = ()) -> Any:
        """The first column of the first row, ``None`` if there is no row."""
        row = self.db.execute(sql, parameters).fetchone()
        return row[0] if row else None


def iso(now: datetime) -> str:
    """A time as it is stored: UTC, ISO 8601. Raises ``ValueError`` for a time without a zone."""
    if now.tzinfo is None:
        raise ValueError("a time without a time zone")
    return now.astimezone(UTC).isoformat()


def _use_wal(db: Database) -> None:
    """Switch to WAL; SQLite does not wait for other processes at this one, so wait here."""
    for _ in range(_WAL_TRIES):
        try:
            db.conn.execute("pragma journal_mode = wal").fetchone()
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(BUSY_TIMEOUT_S / _WAL_TRIES)
    raise DatabaseBusy(BUSY_TIMEOUT_S)
