"""What can go wrong with submissions and what is kept of them.

ModerationError
├── DatabaseTooNew      a newer version of the program wrote this database
└── DatabaseBusy        another process has been writing for too long

Errors carry facts; they are put into words for a person once, where they are shown.
"""

from __future__ import annotations

from collections.abc import Sequence


class ModerationError(Exception):
    """Base of everything that this package raises; ``hint`` says what to do, where that is known."""

    hint: str = ""


class DatabaseTooNew(ModerationError):
    """The database has migrations that this version does not know; it is left untouched."""

    hint = "upgrade memebot, or point it to another home folder"

    def __init__(self, unknown: Sequence[str]) -> None:
        super().__init__(f"the database was written by a newer version (it has {', '.join(unknown)})")
        self.unknown = tuple(unknown)


class DatabaseBusy(ModerationError):
    """Another process held the database for longer than one waits; nothing was written."""

    hint = "wait for it to end, then try again"

    def __init__(self) -> None:
        super().__init__("another process has been writing to the database for too long")
