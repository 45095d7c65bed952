"""Copies from one database to another, of either engine, checked row by row.

A copy is one transaction of its target: whoever looks sees what was there before, or all of the copy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from sqlite_utils.migrations import Migrations

from memebot.database import sqlite
from memebot.database.address import DatabaseAddress
from memebot.database.engine import Database
from memebot.database.errors import STORAGE_FAILURES, DatabaseUnusable, StorageError
from memebot.database.handle import migrate, open_database, reading
from memebot.database.places import database_exists

Progress = Callable[[str, int, int], None]
"""(table, rows done, rows in all): for a progress bar."""

_AT_ONCE = 500


def copy_database(
    source: DatabaseAddress,
    target: DatabaseAddress,
    migrations: Sequence[Migrations],
    *,
    replace: bool = False,
    progress: Progress | None = None,
) -> int:
    """Copy all tables; how many rows there are. ``replace``: what the target holds goes.

    Both are brought to this version's schema. Raises ``DatabaseUnusable`` for a source that is not there, a target that
    is there already, and a copy that differs; then the target is as it was.
    """
    if not database_exists(source):
        raise DatabaseUnusable(f"there is no database at {source}")
    if not replace and database_exists(target):
        raise DatabaseUnusable(f"{target} is there already: name another place, or --replace what it holds")
    with closing(_ready(source, migrations)) as ours, closing(_ready(target, migrations)) as copy, reading(ours):
        counts = {table: _count(ours, table) for table in ours.all_tables()}
        total, done = sum(counts.values()), 0
        with copy.copying():
            for table in counts:
                copy.execute(f"delete from {table}")
            for table, count in counts.items():
                for some in _batches(ours, table):
                    marks = ", ".join("?" * len(some[0]))
                    copy.execute_many(f"insert into {table} values ({marks})", some)
                    done += len(some)
                    if progress:
                        progress(table, done, total)
                if (_count(copy, table), _digest(copy, table)) != (count, _digest(ours, table)):
                    raise DatabaseUnusable(f"the table {table} of {target} is not as it is in {source}")
            copy.count_on(ours.counters())
    return total


def save(
    source: DatabaseAddress, file: Path, migrations: Sequence[Migrations], progress: Progress | None = None
) -> int:
    """Copy a database as it is at one moment into a file of SQLite, also while others write to it; the file's bytes.

    The copy is checked before it takes the file's name. Raises ``DatabaseUnusable``.
    """
    if source.path is not None:
        return sqlite.backup(source.path, file)
    part = DatabaseAddress(file.with_name(f"{file.name}.part"))
    try:
        copy_database(source, part, migrations, replace=True, progress=progress)
        with closing(open_database(part)) as copy:
            copy.execute("pragma journal_mode = delete").fetchone()  # one file, without a log beside it
        part.file.replace(file)
        return file.stat().st_size
    except OSError as error:
        raise DatabaseUnusable(f"cannot copy {source} to {file}: {error}") from error
    finally:
        with suppress(OSError):
            part.file.unlink(missing_ok=True)


def put_back(
    file: Path, target: DatabaseAddress, kept: Path, migrations: Sequence[Migrations], progress: Progress | None = None
) -> Path | None:
    """Put what ``save`` copied in place of a database; where its earlier content was copied to, if there was any.

    ``kept``: that file, for a database on a server; one of SQLite is kept beside itself. Raises ``DatabaseUnusable``
    for a copy that is damaged or not ours; then nothing has changed.
    """
    if target.path is not None:
        return sqlite.restore(file, target.path)
    sqlite.check(file)
    there = database_exists(target)
    if there:
        save(target, kept, migrations, progress)
    copy_database(DatabaseAddress(file), target, migrations, replace=True, progress=progress)
    return kept if there else None


def trouble(address: DatabaseAddress, migrations: Sequence[Migrations]) -> str:
    """What is wrong with a database, nothing if it is whole. Every row of it is read."""
    if address.path is not None and (damage := sqlite.damage(address.path)):
        return damage
    try:
        with closing(_ready(address, migrations)) as database, reading(database):
            for table in database.all_tables():
                _digest(database, table)
    except STORAGE_FAILURES as error:
        hint = getattr(error, "hint", "")
        return f"{error} ({hint})" if hint else str(error)
    return ""


def _ready(address: DatabaseAddress, migrations: Sequence[Migrations]) -> Database:
    database = open_database(address)
    try:
        for some in migrations:
            migrate(database, some)
    except StorageError:
        database.close()
        raise
    return database


def _count(database: Database, table: str) -> int:
    return int(database.execute(f"select count(*) from {table}").fetchone()[0])


def _digest(database: Database, table: str) -> str:
    """The same for the same rows, on either engine."""
    digest = hashlib.sha256()
    for some in _batches(database, table):
        digest.update(repr([tuple(row) for row in some]).encode())
    return digest.hexdigest()


def _batches(database: Database, table: str) -> Iterator[list[Any]]:
    """The rows of a table by its key, some at a time."""
    key = database.key_of(table)
    keys = ", ".join(key)
    after = f" where ({keys}) > ({', '.join('?' * len(key))})"
    rows = database.execute(f"select * from {table} order by {keys} limit {_AT_ONCE}")
    names = [column[0] for column in rows.description]
    places = [names.index(name) for name in key]
    found = rows.fetchall()
    while found:
        yield found
        last = [found[-1][place] for place in places]
        found = database.execute(f"select * from {table}{after} order by {keys} limit {_AT_ONCE}", last).fetchall()
