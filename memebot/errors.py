"""Errors of every layer as one line for the person at the terminal."""

from __future__ import annotations

import errno
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from memebot import problem_texts
from memebot.database import DiskFull, damage_of_opened, full_disk


def sentence(error: BaseException) -> str | None:
    """One line with the next step, or None for a mistake of ours, which deserves its traceback."""
    for base, words in _loaded():
        if isinstance(error, base):
            said = words(error)
            return None if said is None else " ".join(said.split())
    return damage_of_opened()  # damaged pages show as whatever somebody falls over


def _of_system(error: OSError) -> str | None:
    if error.errno == errno.ENOSPC:
        return _of_ours(DiskFull(Path(error.filename).parent if error.filename else full_disk()))
    return f"{error.filename}: {(error.strerror or str(error)).lower()}" if error.filename else None


def _of_memory(error: MemoryError) -> str:
    return "there is not enough memory: the bundled encoder needs about 700 MB; end other programs or raise the limit"


def _of_sqlite(error: sqlite3.DatabaseError) -> str:
    if isinstance(error, sqlite3.OperationalError) and "full" in str(error):
        return _of_ours(DiskFull(full_disk()))
    return damage_of_opened() or f"the database cannot be used: {error}; `memebot doctor` tells more"


def _of_drafting(error: Any) -> str:
    return problem_texts.drafting_line(error.code, **error.facts)


def _of_ours(error: Exception) -> str:
    hint = getattr(error, "hint", "")
    return f"{error} ({hint})" if hint else str(error)


def _of_experiment(error: Any) -> str:
    from memebot.experiments.texts import problem

    return problem(error, "en")


_WORDS: tuple[tuple[str, str, Callable[[Any], str | None]], ...] = (
    ("builtins", "MemoryError", _of_memory),
    ("builtins", "OSError", _of_system),
    ("sqlite3", "DatabaseError", _of_sqlite),
    ("memebot.settings", "SettingsError", _of_ours),
    ("memebot.database", "StorageError", _of_ours),
    ("memebot.communities.model", "CommunityError", _of_ours),
    ("knowledge.errors", "KnowledgeError", problem_texts.error_line),
    ("knowledge.search.calibration", "CalibrationError", _of_ours),
    ("moderation.errors", "ModerationError", _of_ours),
    ("memebot.vision.errors", "VisionError", _of_ours),
    ("memebot.experiments.model", "ExperimentError", _of_experiment),
    ("memebot.drafting.errors", "DraftingError", _of_drafting),
    ("memebot.measure.evaluation", "LabelsError", _of_ours),
    ("memebot.telegram.errors", "BotError", _of_ours),
    ("memebot.web.errors", "WebError", _of_ours),
)
"""(module, base of its errors, their words)."""


def _loaded() -> Iterator[tuple[type[BaseException], Callable[[Any], str | None]]]:
    """The bases of modules in use: one that was never imported cannot have raised."""
    for module, name, words in _WORDS:
        if module in sys.modules:
            yield getattr(sys.modules[module], name), words
