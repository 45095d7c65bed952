"""What changed between two states of an entry, field by field and word by word, for people to read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from knowledge.entry.fields import FIELDS, LISTS, field_text
from knowledge.entry.model import Entry

Change = Literal["same", "added", "removed"]

_WORD = re.compile(r"\n|[^\S\n]+|[\w'’]+(?:[.\-_/][\w'’]+)*|[^\w\s]")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text and what became of it."""

    text: str
    change: Change


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that changed; ``field`` is one of ``FIELDS``, or ``kind``.

    The segments that are not ``added`` make up the old text, those that are not ``removed`` the new one.
    """

    field: str
    segments: tuple[Segment, ...]

    @property
    def old(self) -> str:
        """The field's text before."""
        return "".join(segment.text for segment in self.segments if segment.change != "added")

    @property
    def new(self) -> str:
        """The field's text after."""
        return "".join(segment.text for segment in self.segments if segment.change != "removed")


def compare(old: Entry | None, new: Entry | None) -> list[FieldChange]:
    """The fields that differ, in their order; ``None`` counts as an entry with nothing in it."""
    changes: list[FieldChange] = []
    for field in ("kind", *FIELDS):
        before, after = _text(old, field), _text(new, field)
        if before != after:
            tokens = _LINE if field in LISTS else _WORD
            changes.append(FieldChange(field, tuple(segments(before, after, tokens))))
    return changes


def segments(old: str, new: str, token: re.Pattern[str] = _WORD) -> list[Segment]:
    """The difference of two texts in pieces that are read with ease: no lonely blank or comma between changes."""
    return [Segment(text, change) for change, text in _tidied(_pieces(token.findall(old), token.findall(new)))]


def _text(entry: Entry | None, field: str) -> str:
    if entry is None:
        return ""
    if field == "kind":
        return entry.kind
    text = field_text(entry, field)
    return f"{text}\n" if text and field in LISTS else text


def _pieces(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Change, str]]:
    """What both begin with need not be compared, which takes the square of its length."""
    shorter = min(len(old), len(new))
    head = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    yield "same", "".join(old[:head])
    for _, a, b, c, d in SequenceMatcher(None, old[head:], new[head:], autojunk=False).get_opcodes():
        removed, added = "".join(old[head + a : head + b]), "".join(new[head + c : head + d])
        if removed == added:
            yield "same", removed
            continue
        yield "removed", removed
        yield "added", added


def _tidied(pieces: Iterator[tuple[Change, str]]) -> list[tuple[Change, str]]:
    """Join neighbours, and draw what stays without a word of its own between two changes into both of them."""
    runs: list[list[str]] = []  # [same, removed, added] in turn
    for change, text in pieces:
        if change == "same":
            runs.append([text, "", ""])
            continue
        if not runs:
            runs.append(["", "", ""])
        runs[-1][1 if change == "removed" else 2] += text
    joined: list[list[str]] = []
    for same, removed, added in runs:
        lonely = not re.search(r"[\w\n]", same)
        if joined and lonely and (joined[-1][1] or joined[-1][2]) and (removed or added):
            joined[-1][1] += same + removed
            joined[-1][2] += same + added
        else:
            joined.append([same, removed, added])
    names: tuple[Change, ...] = ("same", "removed", "added")
    return [(name, text) for run in joined for name, text in zip(names, run, strict=True) if text]
