"""What a model is given about a picture, and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from knowledge.entry import fields
from knowledge.entry.model import Entry, EntryId
from knowledge.reading import Lang, Line, Reading
from knowledge.search.roles import RoleText
from knowledge.search.searcher import GENERAL, Match

CANDIDATES = 12
TEMPLATE_FLOOR = 0.2
"""So sure must a format be for its roles to be told."""


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """A picture as the model gets it.

    ``picture``: a JPEG, its longer side 1,024 pixels at most. ``lines``: the words read, with their places.
    ``candidates``: what the search found, the likeliest first. ``template``, ``roles``: the format that was recognised,
    and the words that play its roles.
    """

    sha256: str
    picture: bytes
    lines: tuple[Line, ...]
    candidates: tuple[Entry, ...]
    template: EntryId | None = None
    roles: tuple[RoleText, ...] = ()

    @classmethod
    def of(
        cls, reading: Reading, picture: bytes, matches: Sequence[Match], entries: Mapping[EntryId, Entry]
    ) -> Material:
        """From what was read and found; ``entries`` are those of the base.

        Where less was found, concepts that name the field stand beside it: a new meme may be about anything in it.
        """
        told = [match for match in matches if match.entry in entries][:CANDIDATES]
        near = dict.fromkeys([*(match.entry for match in told), *(one for one in GENERAL if one in entries)])
        form = next((m for m in told if m.kind == "format" and m.confidence >= TEMPLATE_FLOOR), None)
        return cls(
            reading.sha256,
            picture,
            reading.lines,
            tuple(entries[one] for one in [*near][:CANDIDATES]),
            None if form is None else form.entry,
            () if form is None else form.roles,
        )

    def with_fewer_candidates(self) -> Material:
        """A third of the candidates, for a model that takes no more."""
        return replace(self, candidates=self.candidates[: CANDIDATES // 3])

    @property
    def text(self) -> str:
        """The words on the picture, a line a line."""
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """What a model says about a picture, checked: plain text, and ids of entries that it was given.

    ``picture``: what is to be seen, in English. ``says``: what stands on the picture, ``asks``: how people ask for it,
    ``captions``: what stands on memes of its kind. ``sure``: from 0 to 1, by its own account.
    """

    picture: str
    title: Mapping[Lang, str]
    text: Mapping[Lang, str]
    format: EntryId | None
    concepts: tuple[EntryId, ...]
    says: tuple[str, ...]
    asks: Mapping[Lang, tuple[str, ...]]
    captions: Mapping[Lang, tuple[str, ...]]
    sure: float

    @property
    def rests_on(self) -> tuple[EntryId, ...]:
        """The entries that it builds on, its format first."""
        return (*([] if self.format is None else [self.format]), *self.concepts)

    def entry(self) -> Entry:
        """The joke that an editor begins with; its id is still to be chosen."""
        return replace(
            fields.blank("joke"),
            title=dict(self.title),
            text=dict(self.text),
            says=self.says,
            asks=dict(self.asks),
            captions=dict(self.captions),
            formats=() if self.format is None else (self.format,),
            concepts=self.concepts,
        )

    def to_json(self) -> dict[str, Any]:
        """The stable interface for scripts; ``from_json`` reads it."""
        return {
            "picture": self.picture,
            "title": dict(self.title),
            "explanation": dict(self.text),
            "says": list(self.says),
            "asks": {lang: list(some) for lang, some in self.asks.items()},
            "captions": {lang: list(some) for lang, some in self.captions.items()},
            "sure": round(self.sure, 2),
            "format": self.format,
            "rests_on": list(self.rests_on),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Draft:
        """What ``to_json`` wrote."""
        form = data["format"]
        return cls(
            data["picture"],
            data["title"],
            data["explanation"],
            form,
            tuple(one for one in data["rests_on"] if one != form),
            tuple(data["says"]),
            {lang: tuple(some) for lang, some in data["asks"].items()},
            {lang: tuple(some) for lang, some in data["captions"].items()},
            data["sure"],
        )
