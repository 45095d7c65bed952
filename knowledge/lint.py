"""Checks a folder of entries: mistakes that block, and warnings about what will disappoint a reader."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from knowledge.entry.markdown import first_difference, parse
from knowledge.entry.model import Entry, EntryId, path_of
from knowledge.entry.problems import Problem
from knowledge.entry.rules import check_base
from knowledge.entry.style import warnings
from knowledge.errors import EntryError
from knowledge.reading import Fingerprint, FingerprintError
from knowledge.store.exemplars import FINGERPRINT_SUFFIX
from knowledge.store.overlay import Folder, bad_hidden


def lint(source: Path) -> list[Problem]:
    """Every mistake and warning about the entries and exemplars of a folder, by file and line.

    Raises ``SourceError`` if there is no folder of entries.
    """
    folder = Folder(source)
    folder.check()
    files, problems = folder.read()
    entries: list[Entry] = []
    for file in files:
        try:
            entries.append(parse(file.data, file.path))
        except EntryError as error:
            problems += error.problems
            continue
        if line := first_difference(entries[-1]):
            problems.append(Problem(file.path, line, "layout", severity="warning"))
    names = {path.name for path in folder.pictures()}
    broken = {file.entry_id for file in files} - {entry.id for entry in entries}
    problems += (p for p in check_base(entries, names, folder.entries) if not _is_about(p, broken))
    problems += _exemplar_problems(entries, folder)
    problems += [replace(p, path=folder.entries / p.path) for p in warnings(entries)]
    if folder.beneath is not None:  # what is wrong beneath is not for the one who lays over it to mend
        shipped = {folder.entries / path_of(file.kind, file.entry_id) for file in files if file.beneath}
        problems = [p for p in problems if p.path not in shipped and folder.owns(Path(p.path))]
    return sorted([*problems, *bad_hidden(folder)], key=lambda problem: (str(problem.path), problem.line))


def _is_about(problem: Problem, broken: set[EntryId]) -> bool:
    """Whether it is a link to an entry that exists, but whose file is broken: one report is enough."""
    return problem.code == "link-missing" and problem.facts["link"] in broken


def _exemplar_problems(entries: Sequence[Entry], folder: Folder) -> Iterator[Problem]:
    used = {name for entry in entries for name in entry.exemplars}
    for path in folder.pictures():
        if path.name not in used:
            yield Problem(path, 1, "exemplar-unused", severity="warning")
        if path.name.endswith(FINGERPRINT_SUFFIX):
            try:
                Fingerprint.from_bytes(path.read_bytes())
            except (FingerprintError, OSError):
                yield Problem(path, 1, "fingerprint-broken")
