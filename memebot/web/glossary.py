"""The base as its readers see it: a page an entry, with what links to it and what its memes look like."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.entry.model import KINDS, Entry, EntryId, Kind
from knowledge.errors import EntryNotFound, ExemplarNotFound
from knowledge.reading import Lang
from knowledge.store.base import KnowledgeBase
from knowledge.store.exemplars import FINGERPRINT_SUFFIX
from memebot.answering.composition import sentences

SUMMARY = 180
"""Characters of the sentence that stands under a title in a list."""


@dataclass(frozen=True, slots=True)
class EntryLink:
    """An entry as others name it; ``summary`` is the first sentence of its text."""

    id: EntryId
    kind: Kind
    title: str
    summary: str = ""


@dataclass(frozen=True, slots=True)
class ShownExemplar:
    """A picture that the base keeps: the name of its file, and whose it is as far as that was noted."""

    name: str
    licence: str = ""


@dataclass(frozen=True, slots=True)
class EntryPage:
    """All that the page of an entry says in one language.

    ``linked_from``: what rests on it, by kind. ``pictures``: the exemplars that are ours to show; of others the base
    keeps a fingerprint only. ``size``: width and height of the exemplar on which the boxes of roles are measured,
    ``None`` where it is not known. ``boxed``: the first of the pictures is that exemplar.
    """

    entry: Entry
    lang: Lang
    rests_on: tuple[EntryLink, ...]
    linked_from: Mapping[Kind, tuple[EntryLink, ...]]
    pictures: tuple[ShownExemplar, ...]
    size: tuple[int, int] | None
    boxed: bool

    @property
    def title(self) -> str:
        return self.entry.title[self.lang]

    @property
    def summary(self) -> str:
        return summary_of(self.entry, self.lang)


class Glossary:
    """The base as a site. Belongs to the thread of its database; reads the entries again when they have changed."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self._generation = -1
        self._entries: Mapping[EntryId, Entry] = {}
        self._linked_from: Mapping[EntryId, Sequence[EntryId]] = {}
        self._links: dict[tuple[EntryId, Lang], EntryLink] = {}
        self._kept: frozenset[str] = frozenset()
        self._licences: Mapping[str, str] = {}

    def generation(self) -> int:
        """Grows with every change of the base; brings what the other methods say up to date."""
        generation = self._kb.generation()
        if generation != self._generation:
            self._entries = {entry.id: entry for entry in self._kb.entries.all()}
            linked_from = defaultdict(list)
            for entry in self._entries.values():
                for target in dict.fromkeys(entry.links):
                    linked_from[target].append(entry.id)
            self._linked_from, self._links = linked_from, {}
            self._kept = frozenset(self._kb.exemplars.names())
            self._licences = self._kb.exemplars.licences()
            self._generation = generation
        return generation

    def __len__(self) -> int:
        """How many entries there are."""
        self.generation()
        return len(self._entries)

    def ids(self) -> list[EntryId]:
        """The ids of all entries."""
        self.generation()
        return [*self._entries]

    def page(self, entry_id: str, lang: Lang) -> EntryPage | None:
        """The page of an entry; ``None`` where there is no entry of that very id."""
        self.generation()
        entry = self._entries.get(EntryId(entry_id))
        if entry is None:
            return None
        pictures = [name for name in entry.exemplars if self._is_picture(name)]
        linked = self.links(self._linked_from.get(entry.id, ()), lang)
        return EntryPage(
            entry,
            lang,
            rests_on=self.links(entry.links, lang),
            linked_from={kind: tuple(one for one in linked if one.kind == kind) for kind in KINDS},
            pictures=tuple(ShownExemplar(name, self._licences.get(name, "")) for name in pictures),
            size=self._size(entry),
            boxed=bool(pictures) and entry.exemplars[:1] == tuple(pictures[:1]),
        )

    def _is_picture(self, name: str) -> bool:
        return not name.endswith(FINGERPRINT_SUFFIX) and name in self._kept

    def _size(self, entry: Entry) -> tuple[int, int] | None:
        """Width and height of the exemplar on which boxes are measured, where there are any."""
        if not (entry.roles and entry.exemplars):
            return None
        try:
            return self._kb.vectors.fingerprint(entry.exemplars[0]).keypoints.size
        except ExemplarNotFound:
            return None

    def moved(self, entry_id: str) -> EntryId | None:
        """The id that an entry has now, for one that it had before."""
        try:
            present = self._kb.entries.resolve(entry_id)
        except EntryNotFound:
            return None
        return None if present == entry_id else present

    def links(self, ids: Sequence[EntryId], lang: Lang) -> tuple[EntryLink, ...]:
        """The entries of these ids, as far as they exist, each once."""
        self.generation()
        return tuple(self._link(one, lang) for one in dict.fromkeys(ids) if one in self._entries)

    def _link(self, entry_id: EntryId, lang: Lang) -> EntryLink:
        if (entry_id, lang) not in self._links:
            self._links[entry_id, lang] = link_to(self._entries[entry_id], lang)
        return self._links[entry_id, lang]

    def beside(self, ids: Sequence[EntryId], lang: Lang) -> tuple[EntryLink, ...]:
        """These entries and those that they rest on, each once."""
        self.generation()
        known = [self._entries[one] for one in ids if one in self._entries]
        return self.links([*ids, *(link for entry in known for link in entry.links)], lang)

    def index(self, lang: Lang) -> Mapping[Kind, Sequence[EntryLink]]:
        """All entries by kind and title; those that begin with a letter of the language come first."""
        self.generation()
        found = [self._link(entry_id, lang) for entry_id in self._entries]
        found.sort(key=lambda link: _place(link.title, lang))
        return {kind: [link for link in found if link.kind == kind] for kind in KINDS}

    def names(self, lang: Lang) -> list[tuple[EntryLink, str]]:
        """Every entry with all that it is called and known by, for a search without a server."""
        self.generation()
        return [(self._link(one, lang), " · ".join(_names(entry, lang))) for one, entry in self._entries.items()]

    def picture(self, name: str) -> bytes | None:
        """The bytes of an exemplar that may be shown; ``None`` for any other name."""
        self.generation()
        return self._kb.exemplars.get(name).picture if self._is_picture(name) else None


def link_to(entry: Entry, lang: Lang) -> EntryLink:
    """An entry as others name it."""
    return EntryLink(entry.id, entry.kind, entry.title[lang], summary_of(entry, lang))


def summary_of(entry: Entry, lang: Lang) -> str:
    """The first sentence of an entry's text, shortened where it is long."""
    first = "".join(sentences(" ".join(entry.text[lang].replace("**", "").replace("`", "").split()))[:1])
    return first if len(first) <= SUMMARY else f"{first[: SUMMARY - 1].rsplit(' ', 1)[0]} …"


def _place(title: str, lang: Lang) -> tuple[bool, str]:
    letter = title.lstrip("«“\"'(").casefold()
    native = ("а" <= letter[:1] <= "я") if lang == "ru" else ("a" <= letter[:1] <= "z")
    return (not native, letter.replace("ё", "е"))


def _names(entry: Entry, lang: Lang) -> Sequence[str]:
    names = [*entry.title.values(), *entry.aliases, *entry.says, *entry.keywords[lang], *entry.asks[lang]]
    return [*dict.fromkeys(names), entry.id]
