"""Brings entry files into the one layout that ``dumps`` gives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from knowledge.entry.markdown import dumps, first_difference, parse
from knowledge.entry.problems import Problem
from knowledge.errors import EntryError
from knowledge.store.overlay import Folder, replace_file


@dataclass(frozen=True, slots=True)
class FormatReport:
    """``changed``: files that were, or would be, laid out anew. ``problems``: of files that were left alone."""

    changed: tuple[Path, ...]
    unchanged: int
    problems: tuple[Problem, ...]


def format_entries(paths: Iterable[Path], *, write: bool = True) -> FormatReport:
    """Lay out entry files, and those of folders of entries: a file that is laid out already is not touched.

    Of a folder that lies over another only its own files. Comments in a front matter go. Raises ``SourceError`` for
    a folder without entries, ``OSError`` for a file that cannot be read or written.
    """
    changed: list[Path] = []
    problems: list[Problem] = []
    unchanged = 0
    for path in paths:
        files, found = _files(path)
        problems += found
        for file, data in files:
            try:
                entry = parse(data, file)
                if first_difference(entry) is None:
                    unchanged += 1
                    continue
                text = dumps(entry)
            except EntryError as error:
                problems += error.problems
                continue
            if write:
                replace_file(file, text.encode())
            changed.append(file)
    return FormatReport(tuple(changed), unchanged, tuple(problems))


def _files(path: Path) -> tuple[list[tuple[Path, bytes]], list[Problem]]:
    if path.is_file():
        return [(path, path.read_bytes())], []
    folder = Folder(path)
    folder.check()
    files, problems = folder.read()
    return [(file.path, file.data) for file in files if not file.beneath], problems
