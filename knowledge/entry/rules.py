"""Mistakes that no entry shows alone: whether the entries of a base fit together, or one that is not saved yet does."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath

from knowledge import stems
from knowledge.entry.fields import FIELDS
from knowledge.entry.markdown import line_of, validated
from knowledge.entry.model import Entry, EntryId, Kind
from knowledge.entry.problems import Code, Fact, Problem
from knowledge.entry.style import ConceptNames, Neighbours
from knowledge.errors import EntryError
from knowledge.reading import Lang

HERE = PurePath()


def check_base(entries: Iterable[Entry], exemplars: Collection[str], root: PurePath = HERE) -> list[Problem]:
    """Mistakes that only show between entries: dangling links, missing exemplars, double titles and ``says``.

    ``exemplars``: names that exist. ``root``: the folder of entries, for the paths of the problems.
    """
    found = list(entries)
    by_id: dict[str, Entry] = {}
    said = Claims()
    problems: list[Problem] = []
    for entry in found:
        if (other := by_id.setdefault(entry.id, entry)) is not entry:
            problems.append(Problem(entry.path, 1, "id-double", {"id": entry.id, "path": str(other.path)}))
    for entry in found:
        problems += link_problems(entry, by_id)
        problems += exemplar_problems(entry, exemplars)
        problems += said.problems(entry)
        said.add(entry)
    placed = (replace(problem, path=root / problem.path) for problem in problems)
    return sorted(placed, key=lambda problem: (str(problem.path), problem.line))


def link_problems(entry: Entry, by_id: Mapping[str, Entry]) -> Iterator[Problem]:
    """Links of an entry that lead nowhere, to the wrong kind or to itself."""
    wanted: tuple[tuple[str, Kind], ...] = (("formats", "format"), ("concepts", "concept"))
    for field, kind in wanted:
        for link in entry.formats if kind == "format" else entry.concepts:
            target = by_id.get(link)
            if (code := _wrong_link(entry, target, kind)) is None:
                continue
            facts: dict[str, Fact] = {"link": link, "kind": target.kind if target else kind}
            if target is None:
                ids = [other.id for other in by_id.values() if other.kind == kind]
                facts["close"] = "".join(difflib.get_close_matches(link, ids, 1))
            yield Problem(entry.path, line_of(entry, field, link), code, facts, field=field)


def _wrong_link(entry: Entry, target: Entry | None, kind: Kind) -> Code | None:
    if target is None:
        return "link-missing"
    if target.kind != kind:
        return "link-to-joke" if target.kind == "joke" else "link-other-list"
    return "link-to-itself" if target.id == entry.id else None


def exemplar_problems(entry: Entry, exemplars: Collection[str]) -> Iterator[Problem]:
    """Exemplars of an entry that are not there."""
    for name in entry.exemplars:
        if name not in exemplars:
            line = line_of(entry, "exemplars", name)
            yield Problem(entry.path, line, "exemplar-missing", {"name": name}, field="exemplars")


class Claims:
    """Titles and phrases by the entries that have them; each may be that of one entry alone."""

    def __init__(self) -> None:
        self._titles: dict[tuple[Lang, str], dict[str, Entry]] = {}
        self._phrases: dict[str, dict[str, Entry]] = {}

    def add(self, entry: Entry) -> None:
        for lang, title in entry.title.items():
            self._titles.setdefault((lang, _title_key(title)), {}).setdefault(entry.id, entry)
        for phrase in entry.says:
            self._phrases.setdefault(_phrase_key(phrase), {}).setdefault(entry.id, entry)

    def remove(self, entry: Entry) -> None:
        """Take back what ``add`` did with this entry."""
        for lang, title in entry.title.items():
            self._titles.get((lang, _title_key(title)), {}).pop(entry.id, None)
        for phrase in entry.says:
            self._phrases.get(_phrase_key(phrase), {}).pop(entry.id, None)

    def problems(self, entry: Entry) -> Iterator[Problem]:
        """What another of the entries that were added has, too."""
        for lang, title in entry.title.items():
            if other := _other(entry, self._titles.get((lang, _title_key(title)), {})):
                line, facts = line_of(entry, "title", title), {"title": title, "path": str(other.path)}
                yield Problem(entry.path, line, "title-double", facts, field="title", lang=lang)
        for phrase in entry.says:
            if other := _other(entry, self._phrases.get(_phrase_key(phrase), {})):
                line, facts = line_of(entry, "says", phrase), {"phrase": phrase, "path": str(other.path)}
                yield Problem(entry.path, line, "phrase-double", facts, field="says")


def _other(entry: Entry, owners: Mapping[str, Entry]) -> Entry | None:
    return next((owner for owner in owners.values() if owner.id != entry.id), None)


def _title_key(title: str) -> str:
    return " ".join(stems.words(title)) or title


def _phrase_key(phrase: str) -> str:
    return " ".join(phrase.lower().split())


# --- one entry beside a base --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EntryCheck:
    """``problems``: errors first, then in the order of ``FIELDS``. ``entry``: as it would be saved, laid out and read
    back already; ``None`` where it cannot be written to a file."""

    problems: tuple[Problem, ...]
    entry: Entry | None


class BaseIndex:
    """What the entries of a base have, to check one entry after the other without looking through the base again.

    It stays right until an entry or an exemplar of the base changes (``generation`` counts those): ``follow`` then.
    """

    def __init__(self, entries: Iterable[Entry], exemplars: Collection[str]) -> None:
        self._entries = {str(entry.id): entry for entry in entries}
        self._exemplars = frozenset(exemplars)
        self._concepts = ConceptNames(self._entries.values())
        self._claims, self._neighbours = Claims(), Neighbours()
        for entry in self._entries.values():
            self._claims.add(entry)
            self._neighbours.add(entry)

    def follow(self, changed: Mapping[EntryId, Entry | None], exemplars: Collection[str]) -> None:
        """The base has these entries now, ``None`` for those that are gone, and these exemplars."""
        self._exemplars = frozenset(exemplars)
        for entry_id, entry in changed.items():
            if (old := self._entries.pop(entry_id, None)) is not None:
                self._claims.remove(old)
                self._neighbours.remove(old)
            if entry is not None:
                self._entries[entry_id] = entry
                self._claims.add(entry)
                self._neighbours.add(entry)
        if changed:
            self._concepts = ConceptNames(self._entries.values())

    def check(self, entry: Entry, *, extra_exemplars: Collection[str] = (), warnings: bool = True) -> EntryCheck:
        """Everything that is wrong with the entry as it would be saved, whether it is in the base or new.

        ``extra_exemplars``: names of exemplars that come along with the save. ``warnings``: False looks only for what
        keeps it from being saved.
        """
        try:
            whole = validated(entry)
        except EntryError as error:
            return EntryCheck(_ordered(error.problems), None)
        beside = [
            *link_problems(whole, {**self._entries, whole.id: whole}),
            *exemplar_problems(whole, self._exemplars.union(extra_exemplars)),
            *self._claims.problems(whole),
            *self._links_to(whole),
        ]
        if warnings:
            beside += [*self._concepts.warnings(whole), *self._neighbours.warnings(whole)]
        return EntryCheck(_ordered(beside), whole)

    def _links_to(self, entry: Entry) -> Iterator[Problem]:
        """Links of others that would lead to an entry of the wrong kind."""
        for other in self._entries.values():
            if other.id != entry.id and entry.id in other.links:
                formats, concepts = ((entry.id,) * (entry.id in links) for links in (other.formats, other.concepts))
                yield from link_problems(replace(other, formats=formats, concepts=concepts), {entry.id: entry})


def _ordered(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each once, errors first, in the order of the fields."""
    once = {(p.severity, p.code, p.field, p.lang, *p.facts.items()): p for p in problems}
    return tuple(sorted(once.values(), key=lambda p: (p.severity != "error", _place(p.edited_field))))


def _place(field: str) -> int:
    return FIELDS.index(field) if field in FIELDS else len(FIELDS)
