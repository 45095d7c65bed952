"""Errors of every layer as one line for the person at the terminal."""

from __future__ import annotations

import errno
import sqlite3
import sys

from knowledge.errors import KnowledgeError
from knowledge.search.calibration import CalibrationError
from memebot import problem_texts
from memebot.settings import SettingsError


def sentence(error: BaseException) -> str | None:
    """One line with the next step, or None for a mistake of ours, which deserves its traceback."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "the disk is full: free some space and run the command again; what was finished is kept"
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {(error.strerror or str(error)).lower()}"
    if isinstance(error, sqlite3.OperationalError) and "full" in str(error):
        return "the disk is full: free some space and run the command again; what was finished is kept"
    if isinstance(error, sqlite3.DatabaseError):
        return f"the database cannot be used: {error}; `memebot doctor` tells more"
    known: tuple[type[BaseException], ...] = (SettingsError, CalibrationError, KnowledgeError, *_loaded())
    if not isinstance(error, known):
        return None
    return " ".join(_words(error).split())


def _words(error: BaseException) -> str:
    if isinstance(error, KnowledgeError):
        return problem_texts.error_line(error)
    hint = getattr(error, "hint", "")
    return f"{error} ({hint})" if hint else str(error)


def _loaded() -> tuple[type[BaseException], ...]:
    """Error bases of the modules in use: one that was never imported cannot have raised."""
    names = {
        "moderation.errors": "ModerationError",
        "memebot.database": "StorageError",
        "memebot.vision.errors": "VisionError",
        "memebot.measure.evaluation": "LabelsError",
        "memebot.telegram.errors": "BotError",
    }
    loaded: list[type[BaseException]] = [getattr(sys.modules[m], name) for m, name in names.items() if m in sys.modules]
    return tuple(loaded)
