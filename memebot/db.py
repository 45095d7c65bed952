"""Opening the one SQLite database, and one thread for those who must not wait for it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self, TypeVar

import sqlite_utils

T = TypeVar("T")

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


class DatabaseThread:
    """One connection on one thread: ``await db.run(fn)`` calls ``fn(database)`` there and waits without blocking.

    Calls run one after the other in the order in which they were made. ``async with`` opens and closes it;
    closing lets what was asked for finish. A cancelled ``run`` still runs to its end on the thread.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")
        self._database: sqlite_utils.Database | None = None

    async def __aenter__(self) -> Self:
        """Raises ``DatabaseUnusable``."""
        try:
            self._database = await asyncio.wrap_future(self._thread.submit(open_database, self._path))
        except BaseException:
            self._thread.shutdown(wait=False)
            raise
        return self

    async def __aexit__(self, *exc: object) -> None:
        database, self._database = self._database, None
        if database is not None:
            await asyncio.wrap_future(self._thread.submit(database.close))
        self._thread.shutdown()

    async def run(self, work: Callable[[sqlite_utils.Database], T]) -> T:
        """What ``work`` returns or raises. ``work`` keeps its transactions short and never calls back here."""
        database = self._database
        if database is None:
            raise RuntimeError("the database thread is not open")
        return await asyncio.wrap_future(self._thread.submit(work, database))
