"""Texts of Telegram's: their formatting is kept beside them, and everything counts in UTF-16 units."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that do not show, or that turn the direction of the text after them."""
_WEB = re.compile(r"https?://[^\s<>\"]+\Z", re.IGNORECASE)
MAX_ENTITIES = 100
"""Telegram keeps no more in one message."""
FORMATTING = (
    "blockquote",
    "expandable_blockquote",
    "pre",
    "text_link",
    "spoiler",
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "code",
)
"""What is kept, the outer ones first; links, mentions and tags Telegram finds again by itself."""

Entities = tuple[Mapping[str, Any], ...]


def plain(text: str) -> str:
    """Text without characters that Telegram drops or that rearrange what follows."""
    return _CONTROL.sub("", text)


def units(text: str) -> int:
    """Length as Telegram counts: in UTF-16 units."""
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)


@dataclass(frozen=True, slots=True)
class FormattedText:
    """Text with its formatting."""

    text: str = ""
    entities: Entities = ()

    def __bool__(self) -> bool:
        return bool(self.text)

    @property
    def units(self) -> int:
        """Length as Telegram counts."""
        return units(self.text)

    def followed_by(self, other: FormattedText) -> FormattedText:
        """Both, with an empty line between."""
        if not self or not other:
            return self or other
        start = self.units + 2
        moved = tuple({**e, "offset": e["offset"] + start} for e in other.entities)
        return FormattedText(f"{self.text}\n\n{other.text}", (*self.entities, *moved))

    def cleaned(self, start: int = 0) -> FormattedText:
        """From unit ``start`` on: without control characters and without blanks at its ends, the formatting moved
        along; what is no formatting, or formats nothing, goes.
        """
        cut = self.text.encode("utf-16-le", "surrogatepass")[2 * start :].decode("utf-16-le", "replace")
        body = cut.strip()
        start += units(cut[: len(cut) - len(cut.lstrip())])
        kept = [(units(character), character if plain(character) else "") for character in body]
        at = [0]  # at[i]: where what stood at unit i stands now
        for size, character in kept:
            at += [at[-1] + (units(character) if character else 0)] * size
        moved = (_moved(entity, start, at) for entity in self.entities if is_formatting(entity))
        return FormattedText("".join(c for _, c in kept), tuple(e for e in moved if e is not None))

    def pieces(self) -> list[Piece]:
        """The text cut where its formatting changes."""
        raw, size = self.text.encode("utf-16-le", "surrogatepass"), self.units
        spans = [(e["offset"], min(size, e["offset"] + e["length"]), e) for e in self.entities if is_formatting(e)]
        cuts = sorted({0, size, *(at for begin, end, _ in spans for at in (begin, end) if at <= size)})
        return [
            Piece(
                raw[2 * begin : 2 * end].decode("utf-16-le", "replace"),
                {e["type"]: e.get("url") or "" for first, last, e in spans if first <= begin and end <= last},
            )
            for begin, end in pairwise(cuts)
        ]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text with one formatting: kinds of ``FORMATTING``, a link with its address."""

    text: str
    formats: Mapping[str, str]


def is_formatting(entity: Mapping[str, Any]) -> bool:
    """Whether it formats something, and in a way that is kept."""
    offset, length = entity.get("offset"), entity.get("length")
    return (
        entity.get("type") in FORMATTING
        and isinstance(offset, int)
        and isinstance(length, int)
        and offset >= 0
        and length > 0
    )


def read_entities(found: object) -> Entities:
    """Formatting as somebody sends it: what is none, or leads elsewhere than into the web, is left out."""
    kept = []
    for entity in found if isinstance(found, list) else ():
        if not isinstance(entity, Mapping) or not is_formatting(entity):
            continue
        read = {name: entity[name] for name in ("type", "offset", "length")}
        if read["type"] == "text_link":
            read["url"] = str(entity.get("url", ""))
            if not _WEB.match(read["url"]):
                continue
        kept.append(read)
    return tuple(kept[:MAX_ENTITIES])


def carried_over(old: FormattedText, text: str) -> FormattedText:
    """A text that was written anew, with the formatting of what stayed at its beginning and at its end.

    What stands in place of formatted words, or follows them directly, has their formatting, too.
    """
    before, after = old.text.encode("utf-16-le"), text.encode("utf-16-le", "surrogatepass")
    head = _common(_pairs(before), _pairs(after))
    tail = min(_common(_pairs(before)[::-1], _pairs(after)[::-1]), min(len(before), len(after)) // 2 - head)
    size, gone = len(before) // 2, len(before) // 2 - len(after) // 2
    at = [unit - gone if unit >= size - tail else min(unit, head) for unit in range(size + 1)]
    moved = (_moved(entity, 0, at) for entity in old.entities if is_formatting(entity))
    return FormattedText(text, tuple(entity for entity in moved if entity is not None))


def _pairs(raw: bytes) -> list[bytes]:
    return [raw[at : at + 2] for at in range(0, len(raw), 2)]


def _common(one: Iterable[bytes], other: Iterable[bytes]) -> int:
    """How many are the same at the beginning."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _moved(entity: Mapping[str, Any], start: int, at: Sequence[int]) -> Mapping[str, Any] | None:
    """The formatting where what it formats stands now: unit ``start + i`` at ``at[i]``; None where nothing is left."""
    begin = at[min(max(0, entity["offset"] - start), len(at) - 1)]
    end = at[min(max(0, entity["offset"] + entity["length"] - start), len(at) - 1)]
    return {**entity, "offset": begin, "length": end - begin} if end > begin else None
