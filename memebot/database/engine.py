"""What an engine gives to the handle above it, and which migrations there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import sqlite_utils
from sqlite_utils.migrations import Migrations

POSTGRESQL_ONLY = ".postgresql.sql"
"""Ends the name of a migration's file that takes another's place on PostgreSQL."""


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

    def execute_alone(self, sql: str, parameters: Sequence[Any]) -> int:
        """Run one statement as a transaction of its own, on a server without the write lock; how many rows it changed.

        For what compares before it changes, and what nothing else depends on.
        """

    def begin_writing(self) -> None:
        """Open a transaction that holds the write lock from its start. Raises ``DatabaseBusy``."""

    def begin_reading(self) -> None:
        """Open a transaction that sees one state of the database."""

    def commit(self) -> None:
        """End the transaction that is open, keep what it did."""

    def rollback(self) -> None:
        """End the transaction that is open, if one is, and undo what it did."""

    def tell(self, news: str) -> None:
        """Let other processes over the same server hear it, at the end of the transaction that is open, if one is."""

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

    def clock(self) -> datetime:
        """The present time of whatever keeps the database: the same for all processes on it, wherever they run."""

    def announce(self) -> None:
        """Tell all processes that entries, roles or settings change with the transaction that is open."""

    def news(self) -> bool:
        """Whether something was announced since this was last asked, or may have been; True the first time."""

    def checkpoint(self) -> None:
        """See to it that no file goes on holding what was deleted, as far as the engine lets one."""

    def close(self) -> None:
        """Let go of it."""


def steps(migrations: Migrations) -> dict[str, Any]:
    """All that there are, each by its name, in their order: functions of the database."""
    return {migration.name: migration.fn for migration in migrations.pending(sqlite_utils.Database(memory=True))}
