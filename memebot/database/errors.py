"""What storing may fail with.

StorageError
├── DatabaseUnusable   what lies at the address cannot be opened as our database
├── DiskFull           its disk has no room for it
├── DatabaseTooNew     a newer version of the program wrote this database
├── DatabaseBusy       another process has been writing for too long
├── ServerGone         the server broke off or does not answer; the next call tries anew
├── RowRefused         a server refused a row that breaks a rule of its table
└── StatementFailed    a server could not do what it was asked
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence


class StorageError(Exception):
    """Base of everything that this package raises; ``hint`` says what to do, where that is known."""

    hint: str = ""


class DatabaseUnusable(StorageError):
    """What lies at an address cannot be opened as our database; the message says which and what to do."""


class DiskFull(StorageError):
    """The disk of ``where`` has no room left; nothing was opened or written."""

    hint = "free some space and run the command again; what was finished is kept"

    def __init__(self, where: object) -> None:
        super().__init__(f"the disk of {where} is full")


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


class ServerGone(StorageError):
    """The server at ``where`` has broken off or does not answer. What was begun is undone; the next call connects anew.

    Whether a commit arrived that was under way nobody can know.
    """

    hint = "start it again, or see what lies between; nothing need be done here afterwards"

    def __init__(self, where: object, why: str) -> None:
        super().__init__(f"the database server of {where} is gone: {why}")


class RowRefused(StorageError):
    """A row breaks a rule of its table; of SQLite the same is ``sqlite3.IntegrityError``."""


class StatementFailed(StorageError):
    """The server could not do what it was asked."""


STORAGE_FAILURES = (StorageError, sqlite3.Error)
"""What storing may fail with although the program is right: another process that writes, a full disk."""


def log_level(error: BaseException) -> int:
    """At which level a try that failed is logged: that a server goes and comes back has two lines of its own."""
    return logging.INFO if isinstance(error, ServerGone) else logging.WARNING


PASSING_FAILURES = (ServerGone, DatabaseBusy, DiskFull)
"""Those that are over by themselves: what was begun is tried again."""

REFUSALS = (RowRefused, sqlite3.IntegrityError)
"""What a row is refused with that breaks a rule of its table, on either engine."""
