"""What stores are built on, whatever the engine: the handle, transactions, migrations, times, the thread.

SQL is written in what SQLite and PostgreSQL share, with ``?`` and ``?1`` for parameters; the rest stands in the
engines' files. Flags are integers (``where deleted = 0``), times and JSON are texts.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ParamSpec, Self, TypeVar

from sqlite_utils.migrations import Migrations

from memebot.database import sqlite
from memebot.database.address import DatabaseAddress, address_of
from memebot.database.engine import POSTGRESQL_ONLY, Database, steps
from memebot.database.errors import DatabaseTooNew, ServerGone, StorageError

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

AMONG_IDS = "(select cast(value as bigint) from json_each(?))"
"""What ids may be ``in``: of a parameter that is a JSON array of them."""

AMONG_TEXTS = "(select value from json_each(?))"
"""The same of texts."""


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


def open_database(where: DatabaseAddress | Path) -> Database:
    """The database at an address, made if need be; a path names a file of SQLite.

    A second process waits up to 15 seconds for its turn to write. Raises ``DatabaseUnusable`` and ``DiskFull``.
    """
    address = address_of(where)
    if address.path is not None:
        return sqlite.open_file(address.path)
    from memebot.database import postgres

    return postgres.open_namespace(address)


# --- times as they are stored ----------------------------------------------------------------------------------


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


def _local_time() -> datetime:
    return datetime.now(UTC)


# --- the thread ------------------------------------------------------------------------------------------------


COMPARE_CLOCKS_EVERY_S = 10.0
FAR_S = 5.0
"""A clock that differs by so much is told of."""


class DatabaseThread:
    """One connection on one thread: ``await db.run(use_case, …)`` calls it there and waits without blocking.

    Calls run one after the other in the order in which they were made. ``async with`` opens and closes it;
    closing lets what was asked for finish. A cancelled ``run`` still runs to its end on the thread.

    That a server is gone, that it is back, and that its clock is another one is logged once a process.
    """

    def __init__(self, where: DatabaseAddress | Path, local: Callable[[], datetime] = _local_time) -> None:
        """``local``: this machine's clock."""
        self._address, self._local = address_of(where), local
        self._ahead, self._compared = timedelta(), -math.inf
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")
        self._connection: Database | None = None
        self.server_gone = False
        """Whether the last call met a server that is gone."""

    def now(self) -> datetime:
        """The present time by the clock that all processes on this database share, whatever this machine's says."""
        return self._local() + self._ahead

    @property
    def connection(self) -> Database:
        """What stores are built on, by a ``run``; nobody uses it on another thread."""
        if self._connection is None:
            raise RuntimeError("the database thread is not open")
        return self._connection

    async def __aenter__(self) -> Self:
        """Raises ``DatabaseUnusable``."""
        try:
            self._connection = await asyncio.wrap_future(self._thread.submit(open_database, self._address))
            await asyncio.wrap_future(self._thread.submit(self._compare_clocks))
        except BaseException:
            self._thread.shutdown(wait=False)
            raise
        return self

    async def __aexit__(self, *exc: object) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await asyncio.wrap_future(self._thread.submit(connection.close))
        self._thread.shutdown()

    async def run(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What ``work`` returns or raises. It keeps its transactions short and never calls back here."""
        if self._connection is None:
            raise RuntimeError("the database thread is not open")
        return await asyncio.wrap_future(self._thread.submit(self._call, work, *args, **kwargs))

    def _call(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            self._compare_clocks()
            done = work(*args, **kwargs)
        except ServerGone as error:
            if not self.server_gone and not self._answers():
                self.server_gone = True
                _tell_gone(self._address, error)
            raise
        if self.server_gone:
            self.server_gone = False
            _tell_back(self._address)
        return done

    def _compare_clocks(self) -> None:
        """Find out now and then how far a server's clock is ahead of this machine's."""
        if self._address.path is not None or time.monotonic() - self._compared < COMPARE_CLOCKS_EVERY_S:
            return
        begun = self._local()
        shared = self.connection.clock()
        ended = self._local()
        self._ahead, self._compared = shared - begun - (ended - begun) / 2, time.monotonic()
        _tell_clock(self._address, self._ahead)

    def _answers(self) -> bool:
        """Whether only the connection had broken: a server that was started anew answers at once."""
        try:
            self.connection.clock()
        except StorageError:
            return False
        return True


_gone: dict[str, float] = {}
"""Since when each server has been away."""
_other_clocks: set[str] = set()
"""Servers whose clocks differ from this machine's, which was told."""


def _tell_clock(address: DatabaseAddress, ahead: timedelta) -> None:
    seconds = ahead.total_seconds()
    if abs(seconds) < FAR_S:
        _other_clocks.discard(address.server)
    elif address.server not in _other_clocks:
        _other_clocks.add(address.server)
        log.warning(
            "this machine's clock is %.0f s %s that of the database's server, which is kept to; let both be set by NTP",
            abs(seconds),
            "behind" if seconds > 0 else "ahead of",
        )


def _tell_gone(address: DatabaseAddress, error: ServerGone) -> None:
    if address.server not in _gone:
        _gone[address.server] = time.monotonic()
        log.warning("%s; what waits for it is done when it is back", error)


def _tell_back(address: DatabaseAddress) -> None:
    since = _gone.pop(address.server, None)
    if since is not None:
        log.warning("the database server of %s is back after %.0f s", address, time.monotonic() - since)
