"""Mistakes that no entry shows alone: whether the entries of a base fit together."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath, PurePosixPath
from typing import cast

from knowledge import stems
from knowledge.entry.markdown import line_of
from knowledge.entry.model import Entry, EntryId, Kind
from knowledge.errors import Problem


def check_base(entries: Iterable[Entry], exemplars: Collection[str], root: PurePath = PurePosixPath()) -> list[Problem]:  # noqa: B008 (immutable)
    """Mistakes that only show between entries: dangling links, missing exemplars, double titles and ``says``.

    ``exemplars``: names that exist. ``root``: the folder of entries, for the paths of the problems.
    """
    found = list(entries)
    by_id: dict[str, Entry] = {}
    problems: list[Problem] = []
    for entry in found:
        if (other := by_id.setdefault(entry.id, entry)) is not entry:
            problems.append(
                Problem(
                    root / entry.path, 1, f"the id {entry.id!r} is also that of {other.path}", "rename one of the files"
                )
            )
    for entry in found:
        problems += _link_problems(entry, by_id, root)
        problems += _exemplar_problems(entry, exemplars, root)
    problems += _doubles(found, root)
    return sorted(problems, key=lambda problem: (str(problem.path), problem.line))


def _link_problems(entry: Entry, by_id: Mapping[str, Entry], root: PurePath) -> Iterator[Problem]:
    wanted: tuple[tuple[str, Kind], ...] = (("formats", "format"), ("concepts", "concept"))
    for key, kind in wanted:
        for link in cast(tuple[EntryId, ...], getattr(entry, key)):
            target = by_id.get(link)
            if target is None:
                close = difflib.get_close_matches(link, [e.id for e in by_id.values() if e.kind == kind], 1)
                hint = f"did you mean {close[0]!r}?" if close else f"write that {kind}, or remove the link"
                reason = f"{key} links to {link!r}, which does not exist"
            elif target.kind != kind:
                reason = f"{key} links to {link!r}, which is a {target.kind}"
                hint = "move the link to the other list" if target.kind != "joke" else "remove the link"
            elif link == entry.id:
                reason, hint = f"{key} links to the entry itself", "remove the link"
            else:
                continue
            yield Problem(root / entry.path, line_of(entry, key, link), reason, hint)


def _exemplar_problems(entry: Entry, exemplars: Collection[str], root: PurePath) -> Iterator[Problem]:
    for name in entry.exemplars:
        if name not in exemplars:
            yield Problem(
                root / entry.path,
                line_of(entry, "exemplars", name),
                f"the exemplar {name!r} does not exist",
                "add the file to the folder exemplars, or remove the name",
            )


def _doubles(entries: Sequence[Entry], root: PurePath) -> Iterator[Problem]:
    titles: dict[tuple[str, str], Entry] = {}
    said: dict[str, Entry] = {}
    for entry in entries:
        for lang, title in entry.title.items():
            other = titles.setdefault((lang, " ".join(stems.words(title)) or title), entry)
            if other is not entry:
                yield Problem(
                    root / entry.path,
                    line_of(entry, "title", title),
                    f"the title {title!r} is also that of {other.path}",
                    "make the titles different, or merge the entries",
                )
        for phrase in entry.says:
            other = said.setdefault(" ".join(phrase.lower().split()), entry)
            if other is not entry:
                yield Problem(
                    root / entry.path,
                    line_of(entry, "says", phrase),
                    f"{phrase!r} in says is also in {other.path}",
                    "leave it in the entry that it belongs to",
                )
