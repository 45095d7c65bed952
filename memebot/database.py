"""The one way to a database: connecting, transactions, migrations, times as they are stored, and the thread.

A leaf that knows no table. ``knowledge`` and ``moderation`` import it and not each other, so both work on one
connection: ``writing`` joins a transaction that is open, and changes in several stores become one.

StorageError
├── DatabaseUnusable   the file cannot be opened as our database
├── DiskFull           its disk has no room for it
├── DatabaseTooNew     a newer version of the program wrote this database
└── DatabaseBusy       another process has been writing for too long
"""

from __future__ import annotations

import asyncio
import errno
import shutil
import sqlite3
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ParamSpec, Self, TypeVar

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

P = ParamSpec("P")
T = TypeVar("T")

BUSY_TIMEOUT_S = 15.0
"""So long does a process wait for another one's write to end."""

INDEX_ROOM = 128 * 1024
"""Bytes of disk that are there before a database is opened: room for SQLite's index of a log of 64 MB."""

_WAL_TRIES = 50
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_FULL = (errno.ENOSPC, errno.EDQUOT)
_opened: deque[Path] = deque(maxlen=1)
"""The file that was opened last: where nobody knows why a command failed, it is looked at."""


class StorageError(Exception):
    """Base of everything that this module raises; ``hint`` says what to do, where that is known."""

    hint: str = ""


class DatabaseUnusable(StorageError):
    """The file cannot be opened as our database; the message says which and what to do."""


class DiskFull(StorageError):
    """The disk of ``folder`` has no room left; nothing was opened or written."""

    hint = "free some space and run the command again; what was finished is kept"

    def __init__(self, folder: Path) -> None:
        super().__init__(f"the disk of {folder} is full")


class DatabaseTooNew(StorageError):
    """The database has migrations that this version does not know; it is left untouched."""

    def __init__(self, unknown: Sequence[str]) -> None:
        super().__init__(f"the database was written by a newer version (it has {', '.join(unknown)})")
        self.unknown = tuple(unknown)
        self.hint = "upgrade memebot, or point it to another home folder"


class DatabaseBusy(StorageError):
    """Another process held the database for longer than one waits; nothing was written."""

    def __init__(self, waited_s: float) -> None:
        super().__init__(f"another process has been writing to the database for {waited_s:.0f} seconds")
        self.waited_s = waited_s
        self.hint = "wait for it to end, then try again"


STORAGE_FAILURES = (StorageError, sqlite3.Error)
"""What storing may fail with although the program is right: another process that writes, a full disk."""


# --- opening ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """Where a database is. Each community has one of its own, so no query reaches into another's."""

    path: Path
    """Its file."""

    def __str__(self) -> str:
        return str(self.path)

    def exists(self) -> bool:
        """Whether there is anything yet; opening it makes it."""
        return self.path.exists()


def address_of(where: DatabaseAddress | Path) -> DatabaseAddress:
    """A path names the file of that name."""
    return DatabaseAddress(where) if isinstance(where, Path) else where


def open_database(where: DatabaseAddress | Path) -> Database:
    """The database at an address, made with its folder if need be, in WAL mode with foreign keys on.

    A second process waits up to 15 seconds for its turn to write. Raises ``DatabaseUnusable`` and ``DiskFull``.
    """
    path = address_of(where).path
    _opened.append(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = _connect(path)
        configure(connection)
        connection.execute("pragma synchronous = full")
    except (sqlite3.DatabaseError, OSError) as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED:
            raise DatabaseUnusable(
                f"the database {path} is damaged ({error}); put a backup in its place with `memebot restore`"
            ) from error
        raise DatabaseUnusable(
            f"cannot open the database {path}: {error}; "
            "check the folder's rights and free space, or name another with --home"
        ) from error
    return Database(connection)


def _connect(path: Path, *, readonly: bool = False) -> sqlite3.Connection:
    """A plain connection.

    SQLite maps the index of its log into memory. Touching a mapped page that the disk cannot hold ends the process
    without a word ("Bus error"), so the room is tried before, by writing. Raises ``DiskFull``.
    """
    try:
        with tempfile.TemporaryFile(dir=path.parent) as probe:
            probe.write(bytes(INDEX_ROOM))
            probe.flush()
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull(path.parent) from error
    if readonly:
        return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    return sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, check_same_thread=False)


def full_disk() -> Path:
    """The folder whose disk it must be when one is full: of the database opened last, or of temporary files."""
    folders = [path.parent for path in _opened] + [Path(tempfile.gettempdir())]
    return min((folder for folder in folders if folder.is_dir()), key=lambda folder: shutil.disk_usage(folder).free)


def configure(connection: sqlite3.Connection) -> None:
    """Foreign keys, deleted text overwritten, waiting for other processes, WAL mode. Raises ``DatabaseBusy``."""
    connection.execute(f"pragma busy_timeout = {int(BUSY_TIMEOUT_S * 1000)}")
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma secure_delete = on").fetchone()
    for _ in range(_WAL_TRIES):  # SQLite does not wait for other processes at this one
        try:
            connection.execute("pragma journal_mode = wal").fetchone()
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(BUSY_TIMEOUT_S / _WAL_TRIES)
    raise DatabaseBusy(BUSY_TIMEOUT_S)


def checkpoint(db: Database) -> None:
    """Bring all changes into the file and empty the log beside it, so that neither holds what was deleted.

    What another process still reads stays in the log until the next time.
    """
    db.execute("pragma wal_checkpoint(truncate)").fetchone()


def damage(path: Path) -> str:
    """What SQLite's own check finds wrong with a file that may be damaged anywhere, nothing if it is whole.

    Raises ``DiskFull``.
    """
    try:
        with closing(_connect(path, readonly=True)) as connection:
            first = str(connection.execute("pragma integrity_check(1)").fetchone()[0])
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        return str(error)
    return "" if first == "ok" else " ".join(first.split())


def damage_of_opened() -> str | None:
    """A sentence about the database that was opened last, if that is damaged."""
    for path in _opened:
        try:
            found = damage(path) if path.is_file() else ""
        except StorageError:
            return None
        if found:
            return f"the database {path} is damaged ({found}); put a backup in its place with `memebot restore`"
    return None


# --- copies ---------------------------------------------------------------------------------------------------


def backup(source: Path, target: Path) -> int:
    """Copy a database as it is at one moment, also while others write to it; the bytes of the copy.

    The copy is checked before it takes the name ``target``, so a copy that was cut off is none. Raises
    ``DatabaseUnusable`` for a source that is not there, is damaged or not ours, and where the copy cannot be written.
    """
    part = target.with_name(f"{target.name}.part")
    try:
        _copy(source, part)
        part.replace(target)
        return target.stat().st_size
    except (sqlite3.Error, OSError) as error:
        raise DatabaseUnusable(f"cannot copy {source} to {target}: {error}") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def restore(source: Path, path: Path) -> Path | None:
    """Put what ``backup`` copied into the database at ``path``; where its earlier content was copied to, if any.

    The content changes in one transaction: a process that has the file open sees the one or the other. Where it is
    damaged it cannot be copied: then the file itself, with its log, is moved there. Raises ``DatabaseUnusable`` for a
    copy that is damaged or not ours; then nothing has changed.
    """
    _checked(source)
    kept = path.with_name(f"{path.name}.before-restore") if path.exists() else None
    if kept is not None:
        _put_aside(path, kept)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(_connect(source)) as copy, closing(_connect(path)) as ours:
            copy.backup(ours)
    except (sqlite3.Error, OSError) as error:
        raise DatabaseUnusable(f"cannot write {path}: {error}") from error
    return kept


def _put_aside(path: Path, kept: Path) -> None:
    try:
        backup(path, kept)
    except DatabaseUnusable:
        for part in ("-shm", "-wal", ""):
            with suppress(FileNotFoundError):
                path.with_name(path.name + part).replace(kept.with_name(kept.name + part))


def _copy(source: Path, target: Path) -> None:
    _checked(source)
    target.unlink(missing_ok=True)
    with closing(_connect(source)) as ours, closing(_connect(target)) as copy:
        ours.backup(copy)
        copy.execute("pragma journal_mode = delete").fetchone()  # one file, without a log beside it
    _checked(target)


def _checked(path: Path) -> None:
    """Raises ``DatabaseUnusable`` unless it is a whole database of this program."""
    if not path.is_file():
        raise DatabaseUnusable(f"there is no database at {path}")
    try:
        with closing(_connect(path)) as connection:
            wrong = str(connection.execute("pragma quick_check(1)").fetchone()[0])
            ours = connection.execute("select 1 from sqlite_master where name = '_sqlite_migrations'").fetchone()
    except sqlite3.Error as error:
        raise DatabaseUnusable(f"{path} is no database: {error}") from error
    if wrong != "ok" or ours is None:
        raise DatabaseUnusable(f"{path} is damaged: {wrong}" if wrong != "ok" else f"{path} is no memebot database")


# --- tables -------------------------------------------------------------------------------------------------


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


def migrate(db: Database, migrations: Migrations) -> None:
    """Bring the tables to this version's schema; several processes may do it at once.

    Raises ``DatabaseTooNew`` without a change if a newer version has been here.
    """
    configure(db.conn)
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


@contextmanager
def reading(db: Database) -> Iterator[None]:
    """Reads in it see one state of the database, whatever other processes write meanwhile. Nothing is written in it."""
    if db.conn.in_transaction:
        yield
        return
    db.conn.execute("begin")
    try:
        yield
    finally:
        db.conn.execute("commit")


def execute_all(db: Database, statements: Iterable[str]) -> None:
    """Execute the statements of a migration, in their order."""
    for statement in statements:
        db.execute(statement)


def sql_migrations(name: str, folder: Path) -> Migrations:
    """The migrations in a folder: SQL files, each named like its migration, an empty line between statements.

    One that was released is never edited: write the next.
    """
    migrations = Migrations(name)
    for path in sorted(folder.glob("*.sql")):

        def run(db: Database, path: Path = path) -> None:
            execute_all(db, path.read_text("utf-8").split(";\n\n"))

        migrations(name=path.stem)(run)
    return migrations


# --- times --------------------------------------------------------------------------------------------------


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


# --- the thread ---------------------------------------------------------------------------------------------


class DatabaseThread:
    """One connection on one thread: ``await db.run(use_case, …)`` calls it there and waits without blocking.

    Calls run one after the other in the order in which they were made. ``async with`` opens and closes it;
    closing lets what was asked for finish. A cancelled ``run`` still runs to its end on the thread.
    """

    def __init__(self, where: DatabaseAddress | Path) -> None:
        self._address = address_of(where)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")
        self._connection: Database | None = None

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
        return await asyncio.wrap_future(self._thread.submit(work, *args, **kwargs))
