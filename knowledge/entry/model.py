"""What an entry is: one joke, format or concept of the knowledge base, as a value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Literal, NewType, get_args

from knowledge.reading import LANGS, Lang

EntryId = NewType("EntryId", str)
"""The stem of the entry's file: lower-case Latin words joined by hyphens, at most 48 characters."""

Kind = Literal["joke", "format", "concept"]
KINDS: tuple[Kind, ...] = get_args(Kind)
FOLDERS: Mapping[Kind, str] = {"joke": "jokes", "format": "formats", "concept": "concepts"}

MAX_FILE = 64 * 1024
"""Bytes of a file; more is refused before it is decoded."""
MAX_TEXT = 4_000
"""Characters of one explanation: what fits one chat message."""
MAX_PHRASE = 500
MAX_ITEMS = 100

Box = tuple[float, float, float, float]
"""Left, top, right and bottom, as fractions of a picture's width and height."""
WHOLE: Box = (0.0, 0.0, 1.0, 1.0)
ROWS = ("down", "across")
"""How a format's rows may follow one another, where their number varies."""

_ID = re.compile(r"(?=.{1,48}\Z)[a-z0-9]+(?:-[a-z0-9]+)*")
EXEMPLAR_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*\.(?:png|jpe?g|webp|gif|avif|mp4|webm|fp\.npz)")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact or a joke is from."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class FormatRole:
    """A part that words play in a format: those in ``box`` of its first exemplar. ``name``: what one calls it."""

    id: str
    box: Box
    name: Mapping[Lang, str]


def no_phrases() -> Mapping[Lang, tuple[str, ...]]:
    """What stands for no phrases in either language."""
    return dict.fromkeys(LANGS, ())


def no_sentence() -> Mapping[Lang, str]:
    """What stands for no sentence in either language."""
    return dict.fromkeys(LANGS, "")


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Entry:
    """One joke, format or concept.

    ``asks``: how people ask for it without its name; ``captions``: what stands on memes about it. ``rows``, one of
    ``ROWS``, or ``roles`` say which words on a format's picture play which part, and ``reads`` is the sentence with
    slots for them (``knowledge.entry.roles``).
    ``text`` is Markdown without the blank lines around it. ``original`` is the file that the entry was read from,
    "" for one that was made or changed since; ``canonical`` says that the file is laid out as ``dumps`` does it.
    Neither takes part in comparisons, and ``replace`` drops both.
    """

    id: EntryId
    kind: Kind
    title: Mapping[Lang, str]
    text: Mapping[Lang, str]
    aliases: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    asks: Mapping[Lang, tuple[str, ...]] = field(default_factory=no_phrases)
    captions: Mapping[Lang, tuple[str, ...]] = field(default_factory=no_phrases)
    keywords: Mapping[Lang, tuple[str, ...]] = field(default_factory=no_phrases)
    looks_like: tuple[str, ...] = ()
    rows: str = ""
    roles: tuple[FormatRole, ...] = ()
    reads: Mapping[Lang, str] = field(default_factory=no_sentence)
    formats: tuple[EntryId, ...] = ()
    concepts: tuple[EntryId, ...] = ()
    exemplars: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    original: str = field(default="", init=False, compare=False, repr=False)
    canonical: bool = field(default=False, init=False, compare=False, repr=False)

    def read_from(self, text: str, *, canonical: bool = False) -> Entry:
        """The same entry, which remembers the file that it was read from."""
        object.__setattr__(self, "original", text)
        object.__setattr__(self, "canonical", canonical)
        return self

    @property
    def path(self) -> PurePosixPath:
        """The file below the folder of entries: ``jokes/pytorch-log-docs.md``."""
        return path_of(self.kind, self.id)

    @property
    def links(self) -> tuple[EntryId, ...]:
        """Formats and concepts that it points to."""
        return self.formats + self.concepts


def path_of(kind: Kind, entry_id: str) -> PurePosixPath:
    """Where an entry of that id and kind is kept, below the folder of entries."""
    return PurePosixPath(FOLDERS[kind], f"{entry_id}.md")


def is_id(text: str) -> bool:
    """Whether ``text`` may be an id."""
    return _ID.fullmatch(text) is not None


def with_links_moved(entry: Entry, moved: Mapping[EntryId, EntryId | None]) -> Entry:
    """The entry with links to the moved ids leading to where those went; ``None`` takes the link out."""

    def follow(links: tuple[EntryId, ...]) -> tuple[EntryId, ...]:
        if not any(link in moved for link in links):
            return links
        there = (moved.get(link, link) for link in links)
        return tuple(dict.fromkeys(link for link in there if link is not None and link != entry.id))

    return replace(entry, formats=follow(entry.formats), concepts=follow(entry.concepts))
