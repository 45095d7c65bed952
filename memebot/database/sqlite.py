"""SQLite: one file, through sqlite-utils."""

from __future__ import annotations

import errno
import shutil
import sqlite3
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlite_utils
from sqlite_utils.migrations import Migrations

from memebot.database.errors import DatabaseBusy, DatabaseUnusable, DiskFull, StorageError

BUSY_TIMEOUT_S = 15.0
"""So long does a process wait for another one's write to end."""

SYNCHRONOUS = "full"
"""How SQLite waits for the disk: what was committed is there after a power cut."""

INDEX_ROOM = 128 * 1024
"""Bytes of disk that are there before a database is opened: room for SQLite's index of a log of 64 MB."""

_WAL_TRIES = 50
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_FULL = (errno.ENOSPC, errno.EDQUOT)
_opened: deque[Path] = deque(maxlen=1)
"""The file that was opened last: where nobody knows why a command failed, it is looked at."""


class SqliteDatabase(sqlite_utils.Database):
    """A file of SQLite, or one in memory."""

    _announced, _version = False, -1

    @property
    def in_transaction(self) -> bool:
        """Whether one is open."""
        return self.conn.in_transaction

    def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each row of parameters, inside the transaction that is open."""
        self.conn.executemany(sql, rows)

    def execute_alone(self, sql: str, parameters: Sequence[Any]) -> int:
        """Run one statement as a transaction of its own. Raises ``DatabaseBusy``."""
        self.begin_writing()
        try:
            changed = self.conn.execute(sql, parameters).rowcount
            self.commit()
        except BaseException:
            self.rollback()
            raise
        return changed

    def begin_writing(self) -> None:
        """Take the write lock. Raises ``DatabaseBusy`` when another process holds it for ``BUSY_TIMEOUT_S``."""
        try:
            self.conn.execute("begin immediate")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                raise DatabaseBusy(BUSY_TIMEOUT_S) from error
            raise

    def begin_reading(self) -> None:
        """See one state of the file from the first read on."""
        self.conn.execute("begin")

    def tell(self, news: str) -> None:
        """Nothing: a file has no way to tell its processes."""

    def define(self, script: str) -> None:
        """Run the statements of a migration, an empty line between."""
        for statement in script.split(";\n\n"):
            self.conn.execute(statement)

    def define_file(self, path: Path) -> None:
        """Run the statements that stand in a file."""
        self.define(path.read_text("utf-8"))

    def applied(self, migrations: Migrations) -> list[str]:
        """The names of those that the file has."""
        return [migration.name for migration in migrations.applied(self)]

    def apply(self, migrations: Migrations) -> None:
        """Run those that it lacks."""
        migrations.apply(self)

    def all_tables(self) -> list[str]:
        """Their names, with that of the table of migrations."""
        rows = self.conn.execute(
            "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name"
        )
        return [row[0] for row in rows]

    def key_of(self, table: str) -> list[str]:
        """The columns of its primary key, in the key's order."""
        rows = self.conn.execute("select name from pragma_table_info(?) where pk > 0 order by pk", [table])
        return [row[0] for row in rows]

    @contextmanager
    def copying(self) -> Iterator[None]:
        """A transaction that holds the write lock; triggers are away in it, keys are looked at when it ends."""
        self.begin_writing()
        try:
            self.conn.execute("pragma defer_foreign_keys = on")
            triggers = self.conn.execute("select name, sql from sqlite_master where type = 'trigger'").fetchall()
            for name, _ in triggers:
                self.conn.execute(f"drop trigger {name}")
            yield
            for _, sql in triggers:
                self.conn.execute(sql)
            self.commit()
        except BaseException:
            self.rollback()
            raise

    def counters(self) -> dict[str, int]:
        """The last id of each table whose ids are never used again."""
        return dict(self.conn.execute("select name, seq from sqlite_sequence").fetchall())

    def count_on(self, counters: Mapping[str, int]) -> None:
        """Let new ids follow these; of other tables the highest that is there counts."""
        for table, last in counters.items():
            done = self.conn.execute("update sqlite_sequence set seq = ? where name = ?", [last, table])
            if not done.rowcount and " autoincrement" in self._definition(table):
                self.conn.execute("insert into sqlite_sequence values (?, ?)", [table, last])

    def _definition(self, table: str) -> str:
        return str(self.conn.execute("select sql from sqlite_master where name = ?", [table]).fetchone()[0])

    def clock(self) -> datetime:
        """This machine's: a file is written on one machine alone."""
        return datetime.now(UTC)

    def announce(self) -> None:
        """Remember it for this connection's own ``news``: others see that the file has changed."""
        self._announced = True

    def news(self) -> bool:
        """Whether this connection has announced something, or another one has written anything."""
        before, announced = self._version, self._announced
        self._version, self._announced = self.conn.execute("pragma data_version").fetchone()[0], False
        return announced or self._version != before

    def checkpoint(self) -> None:
        """Bring all changes into the file and empty the log beside it, so that neither holds what was deleted.

        What another process still reads stays in the log until the next time.
        """
        self.conn.execute("pragma wal_checkpoint(truncate)").fetchone()


# --- opening ------------------------------------------------------------------------------------------------


def open_file(path: Path) -> SqliteDatabase:
    """The file, made with its folder if need be, in WAL mode with foreign keys on.

    Raises ``DatabaseUnusable`` and ``DiskFull``.
    """
    _opened.append(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = _connect(path)
        configure(connection)
        connection.execute(f"pragma synchronous = {SYNCHRONOUS}")
    except (sqlite3.DatabaseError, OSError) as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED:
            raise DatabaseUnusable(
                f"the database {path} is damaged ({error}); put a backup in its place with `memebot restore`"
            ) from error
        raise DatabaseUnusable(
            f"cannot open the database {path}: {error}; "
            "check the folder's rights and free space, or name another with --home"
        ) from error
    return SqliteDatabase(connection)


def in_memory() -> SqliteDatabase:
    """An empty database that goes with its connection."""
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    configure(connection)
    return SqliteDatabase(connection)


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
    check(source)
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
    check(source)
    target.unlink(missing_ok=True)
    with closing(_connect(source)) as ours, closing(_connect(target)) as copy:
        ours.backup(copy)
        copy.execute("pragma journal_mode = delete").fetchone()  # one file, without a log beside it
    check(target)


def check(path: Path) -> None:
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
