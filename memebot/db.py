"""Opening the one SQLite database."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import sqlite_utils

BUSY_TIMEOUT_MS = 15_000


class DatabaseUnusable(Exception):
    """The file cannot be opened as our database; the message says which and what to do."""


def open_database(path: Path) -> sqlite_utils.Database:
    """The database at ``path``, made with its folder if need be, in WAL mode with foreign keys on.

    A second process waits up to 15 seconds for its turn to write. Raises ``DatabaseUnusable``.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_MS / 1000, check_same_thread=False)
        connection.execute("pragma foreign_keys = on")
        connection.execute(f"pragma busy_timeout = {BUSY_TIMEOUT_MS}")
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = full")
    except (sqlite3.DatabaseError, OSError) as error:
        raise DatabaseUnusable(
            f"cannot open the database {path}: {error}; "
            "check the folder's rights and free space, or name another with --home"
        ) from error
    return sqlite_utils.Database(connection)


def damage(database: sqlite_utils.Database) -> str:
    """What SQLite's own check finds wrong with the file, nothing if it is whole."""
    first = str(database.execute("pragma quick_check(1)").fetchone()[0])
    return "" if first == "ok" else first
