"""One entry that is not saved yet, checked beside the entries of a base: what is wrong, and what will disappoint."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from knowledge.entry.fields import FIELDS
from knowledge.entry.markdown import validated
from knowledge.entry.model import Entry
from knowledge.entry.problems import Problem
from knowledge.entry.rules import Claims, exemplar_problems, link_problems
from knowledge.entry.style import ConceptNames, Neighbours
from knowledge.errors import EntryError


@dataclass(frozen=True, slots=True)
class EntryCheck:
    """``problems``: errors first, then in the order of ``FIELDS``. ``entry``: as it would be saved, laid out and read
    back already; ``None`` where it cannot be written to a file."""

    problems: tuple[Problem, ...]
    entry: Entry | None


class BaseIndex:
    """What the entries of a base have, to check one entry after the other without looking through the base again.

    It stays right until an entry or an exemplar of the base changes (``generation`` counts those).
    """

    def __init__(self, entries: Iterable[Entry], exemplars: Collection[str]) -> None:
        self._entries = {str(entry.id): entry for entry in entries}
        self._exemplars = frozenset(exemplars)
        self._concepts = ConceptNames(self._entries.values())
        self._claims, self._neighbours = Claims(), Neighbours()
        for entry in self._entries.values():
            self._claims.add(entry)
            self._neighbours.add(entry)

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
