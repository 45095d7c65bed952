"""Checks a folder of entries for what blocks and what will disappoint a reader, and lays out its files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from knowledge.entry.markdown import dumps, first_difference, parse
from knowledge.entry.model import FOLDERS, Entry, EntryId, path_of
from knowledge.entry.problems import Problem
from knowledge.entry.rules import check_base
from knowledge.entry.style import warnings
from knowledge.errors import EntryError
from knowledge.everyday import everyday_warnings
from knowledge.reading import Fingerprint, FingerprintError
from knowledge.store.exemplars import FINGERPRINT_SUFFIX
from knowledge.store.overlay import Folder, bad_hidden, replace_file
from knowledge.store.texts import TEXT_KINDS, RegressionText, TextsError, read_file, read_layers

_CLOSE = 0.75
"""How alike a folder's name is to the one that was probably meant, 0 to 1."""


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
    everyday = everyday_warnings(entries, _texts_about_others(folder))
    problems += [replace(p, path=folder.entries / p.path) for p in (*warnings(entries), *everyday)]
    problems += _text_problems(folder)
    problems += _unused(folder, {file.path for file in files} | {Path(problem.path) for problem in problems})
    if folder.beneath is not None:  # what is wrong beneath is not for the one who lays over it to mend
        shipped = {folder.entries / path_of(file.kind, file.entry_id) for file in files if file.beneath}
        problems = [p for p in problems if p.path not in shipped and folder.owns(Path(p.path))]
    return sorted([*problems, *bad_hidden(folder)], key=lambda problem: (str(problem.path), problem.line))


def _texts_about_others(folder: Folder) -> list[RegressionText]:
    """The texts to be silent about; none where their file is broken, which a sync reports."""
    try:
        return read_layers(folder.text_folders(), "others")
    except TextsError:
        return []


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


def _text_problems(folder: Folder) -> Iterator[Problem]:
    """What a sync would stumble over in the regression texts."""
    for kind in TEXT_KINDS:
        try:
            read_file(folder.texts / f"{kind}.csv", kind)
        except TextsError as error:
            yield error.problem


def _unused(folder: Folder, used: set[Path]) -> Iterator[Problem]:
    """Files in the folder's own rooms that nothing reads, and rooms whose names are nearly right.

    A folder that holds its kinds directly is a room as far as those: other files may lie beside them.
    """
    rooms = [folder.entries / name for name in FOLDERS.values()] if folder.entries == folder.root else [folder.entries]
    used = used | {folder.texts / f"{kind}.csv" for kind in TEXT_KINDS} | set(folder.pictures())
    for room in (*rooms, folder.exemplars, folder.texts):
        for path in sorted(room.rglob("*")) if room.is_dir() else ():
            noted = path.name.startswith((".", "README", "LICENSE"))
            if path.is_file() and path not in used and not noted:
                yield Problem(path, 0, "file-unused", severity="warning")
    known = {"entries", "exemplars", "texts", *FOLDERS.values()}
    for place in {folder.root, folder.exemplars.parent}:
        for path in sorted(place.iterdir()):
            close = get_close_matches(path.name.lower(), known, 1, _CLOSE)
            if path.is_dir() and path.name not in known and close:
                yield Problem(path, 0, "file-unused", {"close": close[0]}, severity="warning")


# --- layout -------------------------------------------------------------------------------------------------


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
