"""The base as a list: filtered, searched, put in order, page by page, with what is wrong with each entry."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from knowledge.entry.model import Entry, EntryId, Kind
from knowledge.entry.phrases import words_of_people
from knowledge.entry.problems import Problem
from knowledge.reading import LANGS, Lang
from knowledge.store.base import KnowledgeBase
from knowledge.store.revisions import Latest
from memebot.editing.drafts import OwnDrafts, need_editor
from memebot.editing.report import ReportStore, VoteCounts
from moderation.people import People

Lack = Literal["exemplar", "source", "ru", "en"]
LACKS: tuple[Lack, ...] = get_args(Lack)
Order = Literal["fit", "title", "changed", "disliked", "asked"]
ORDERS: tuple[Order, ...] = get_args(Order)

ENTRIES = 40
"""So many entries stand on a page."""
WEEKS = 4
"""So far back answers and votes are counted."""
_KEPT = timedelta(minutes=10)  # so old may the counts be


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries, and in what order; every condition that is given must hold.

    ``words``: all of them occur in its names, phrases or texts, or they lead to it as a question does. ``lacks``: it
    has no exemplar, no source, or there is a list or sentence that it has in the other language alone. ``flawed``: the
    checks find something. ``order``: by ``fit``, what the words lead to comes first, the best before; without words
    that is by title.
    """

    words: str = ""
    kind: Kind | None = None
    lacks: Lack | None = None
    flawed: bool = False
    order: Order = "fit"


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """An entry as a line of the list. ``problems``: None until it was checked."""

    entry: Entry
    latest: Latest
    votes: VoteCounts
    problems: tuple[Problem, ...] | None


@dataclass(frozen=True, slots=True)
class EntryListPage:
    """One page, from 0 of ``pages``; ``found``: how many entries pass; ``unchecked``: how many are not checked."""

    entries: tuple[ListedEntry, ...]
    found: int
    page: int
    pages: int
    unchecked: int


class EntryList:
    """Belongs to the thread of its database. Everything raises ``NotAnEditor``."""

    def __init__(
        self,
        kb: KnowledgeBase,
        own: OwnDrafts,
        reports: ReportStore,
        people: People,
        *,
        threshold: float,
        find: Callable[[str, Lang], Sequence[EntryId]],
        clock: Callable[[], datetime],
    ) -> None:
        """``threshold``: from which confidence on an entry answers. ``find``: what words lead to, best first."""
        self._kb, self._own, self._reports, self._people = kb, own, reports, people
        self._threshold, self._find, self._clock = threshold, find, clock
        self._checks = _Checks(own)
        self._votes: Mapping[str, VoteCounts] = {}
        self._counted_at: datetime | None = None

    def page(self, user_id: int, chosen: EntryFilter, lang: Lang, page: int = 0) -> EntryListPage:
        """A page of the entries that pass; a page after the last one is the last one."""
        need_editor(self._people, user_id)
        entries, latest, votes = self._own.entries(), self._kb.revisions.latest(), self._counted()
        problems, unchecked = self._checks.known(entries)
        led_to = list(self._find(chosen.words, lang)) if chosen.words else []
        listed = [
            ListedEntry(one, latest[one.id], votes.get(one.id, VoteCounts(one.id, 0, 0, 0)), problems.get(one.id))
            for one in entries
            if one.id in latest and _passes(one, chosen, led_to) and (not chosen.flawed or problems.get(one.id))
        ]
        _sort(listed, chosen, lang, led_to)
        pages = max(1, -(-len(listed) // ENTRIES))
        page = min(max(0, page), pages - 1)
        return EntryListPage(
            tuple(listed[page * ENTRIES : (page + 1) * ENTRIES]), len(listed), page, pages, len(unchecked)
        )

    def check_some(self, user_id: int, limit: int) -> int:
        """Check so many of the entries that were not checked since they, or what they are compared with, changed.

        How many are left: one takes about five milliseconds, and others wait for the thread meanwhile.
        """
        need_editor(self._people, user_id)
        return self._checks.check_some(self._own.entries(), limit)

    def _counted(self) -> Mapping[str, VoteCounts]:
        now = self._clock()
        if self._counted_at is None or not timedelta(0) <= now - self._counted_at < _KEPT:
            counts = self._reports.entry_votes(now=now, weeks=WEEKS, threshold=self._threshold)
            self._votes, self._counted_at = {one.name: one for one in counts}, now
        return self._votes


class _Checks:
    """What is wrong with each entry, found out bit by bit and kept until it, or what it rests on, changes."""

    def __init__(self, own: OwnDrafts) -> None:
        self._own = own
        self._entries: dict[EntryId, Entry] = {}
        self._found: dict[EntryId, tuple[Problem, ...]] = {}
        self._seen: Sequence[Entry] = ()

    def known(self, entries: Sequence[Entry]) -> tuple[Mapping[EntryId, tuple[Problem, ...]], list[EntryId]]:
        """What was found of each, and those that are to be checked."""
        self._follow(entries)
        return self._found, [one.id for one in entries if one.id not in self._found]

    def check_some(self, entries: Sequence[Entry], limit: int) -> int:
        _, left = self.known(entries)
        for entry_id in left[:limit]:
            self._found[entry_id] = self._own.check(self._entries[entry_id], ()).problems
        return len(left[limit:])

    def _follow(self, entries: Sequence[Entry]) -> None:
        """Forget what was found of entries that changed and of those beside them; of all if a concept's names did."""
        if entries is self._seen:
            return
        now = {entry.id: entry for entry in entries}
        changed = {one for one in now.keys() | self._entries.keys() if now.get(one) != self._entries.get(one)}
        if any(_concept_names(self._entries.get(one)) != _concept_names(now.get(one)) for one in changed):
            self._found.clear()
        if self._found:
            for one in {*changed, *self._beside(changed, now)}:
                self._found.pop(one, None)
        self._entries, self._seen = now, entries

    def _beside(self, changed: set[EntryId], now: Mapping[EntryId, Entry]) -> Iterator[EntryId]:
        """Entries that link to a changed one, or that are, or will be, told of beside it."""
        paths = {str(entry.path): one for one, entry in now.items()}
        for one, problems in self._found.items():
            named = {paths.get(str(problem.facts.get("path", ""))) for problem in problems}
            unseen = any(problem.code == "exemplar-missing" for problem in problems)
            if unseen or changed.intersection(named) or changed.intersection(now[one].links if one in now else ()):
                yield one
        for one in changed & now.keys():
            for problem in self._own.check(now[one], ()).problems:
                if other := paths.get(str(problem.facts.get("path", ""))):
                    yield other


def _concept_names(entry: Entry | None) -> tuple[str, ...]:
    return (*entry.title.values(), *entry.aliases) if entry is not None and entry.kind == "concept" else ()


def _passes(entry: Entry, chosen: EntryFilter, led_to: Sequence[EntryId]) -> bool:
    if chosen.kind is not None and entry.kind != chosen.kind:
        return False
    if chosen.lacks is not None and not _lacks(entry, chosen.lacks):
        return False
    if entry.id in led_to:
        return True
    words = chosen.words.casefold().split()
    said = f"{entry.id}\n{words_of_people(entry)}".casefold() if words else ""
    return all(word in said for word in words)


def _is_called(entry: Entry, words: Sequence[str]) -> bool:
    names = " ".join((entry.id, *entry.title.values(), *entry.aliases)).casefold()
    return all(word in names for word in words)


def _lacks(entry: Entry, what: Lack) -> bool:
    if what == "exemplar":
        return not entry.exemplars
    if what == "source":
        return not entry.sources
    (other,) = (lang for lang in LANGS if lang != what)
    halves = (entry.asks, entry.captions, entry.keywords, entry.reads)
    return any(half.get(other) and not half.get(what) for half in halves)


def _sort(listed: list[ListedEntry], chosen: EntryFilter, lang: Lang, led_to: Sequence[EntryId]) -> None:
    """In the chosen order; what is alike in it by title."""
    listed.sort(key=lambda one: one.entry.title[lang].casefold())
    if chosen.order == "fit":
        words, places = chosen.words.casefold().split(), {entry: place for place, entry in enumerate(led_to)}
        listed.sort(key=lambda one: (places.get(one.entry.id, len(places)), not _is_called(one.entry, words)))
    elif chosen.order == "changed":
        listed.sort(key=lambda one: one.latest.at, reverse=True)
    elif chosen.order == "asked":
        listed.sort(key=lambda one: -one.votes.answers)
    elif chosen.order == "disliked":
        listed.sort(key=lambda one: (-one.votes.surely_bad, -one.votes.bad))
