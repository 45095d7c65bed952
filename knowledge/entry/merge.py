"""Two people's changes of one entry become one entry, as far as they do not collide.

Lists are merged item by item and texts paragraph by paragraph, within a paragraph word by word. Where both
changed the same thing differently, both versions are reported: nothing is dropped unseen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Literal, TypeVar

from knowledge.entry.fields import FIELDS, LISTS, field_text, field_value, with_field
from knowledge.entry.model import Entry, FormatRole
from knowledge.entry.roles import role_line

Prefer = Literal["theirs", "mine"]
Item = TypeVar("Item")
Sides = tuple[list[Item], list[Item], list[Item]]
"""A piece in the base, in mine and in theirs."""

_WORD = re.compile(r"\A\s+|\S+\s*")


@dataclass(frozen=True, slots=True)
class Clash:
    """A place that both changed, and differently; ``field`` is one of ``FIELDS``, or ``kind``."""

    field: str
    base: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class MergeResult:
    """The merged entry, complete; where there are clashes it has the text of the side that was preferred."""

    entry: Entry
    clashes: tuple[Clash, ...]


def merge3(base: Entry, mine: Entry, theirs: Entry, *, prefer: Prefer = "theirs") -> MergeResult:
    """Both changes of ``base`` in one entry."""
    clashes: list[Clash] = []
    merged = theirs
    for field in FIELDS:
        old, one, two = (field_text(entry, field) for entry in (base, mine, theirs))
        if one in (two, old):
            continue
        if two == old:
            merged = with_field(merged, field, field_value(mine, field))
        elif field == "roles":
            roles, found = _merged_roles(base.roles, mine.roles, theirs.roles, prefer)
            clashes += (Clash(field, *sides) for sides in found)
            merged = with_field(merged, field, roles)
        elif field in LISTS:
            items = merge_items(*([*field_value(entry, field)] for entry in (base, mine, theirs)))
            merged = with_field(merged, field, tuple(items))
        else:
            text, found = _merged_text(old, one, two, prefer)
            clashes += (Clash(field, *sides) for sides in found)
            merged = with_field(merged, field, text)
    if mine.kind not in (base.kind, theirs.kind):
        if theirs.kind != base.kind:
            clashes.append(Clash("kind", base.kind, mine.kind, theirs.kind))
        if theirs.kind == base.kind or prefer == "mine":
            merged = replace(merged, kind=mine.kind)
    return MergeResult(merged, tuple(clashes))


def merge_items(base: Sequence[Item], mine: Sequence[Item], theirs: Sequence[Item]) -> list[Item]:
    """Items that either added, without those that either removed, in the order of ``theirs``."""
    merged = [item for item in theirs if item in mine or item not in base]
    for place, item in enumerate(mine):
        if item not in base and item not in merged:
            before = next((one for one in reversed(mine[:place]) if one in merged), None)
            merged.insert(0 if before is None else merged.index(before) + 1, item)
    return merged


def _merged_roles(
    base: Sequence[FormatRole], mine: Sequence[FormatRole], theirs: Sequence[FormatRole], prefer: Prefer
) -> tuple[tuple[FormatRole, ...], list[tuple[str, str, str]]]:
    """The merged roles, one of each id, and the three versions of those that both changed."""
    old, one, two = ({role.id: role for role in side} for side in (base, mine, theirs))
    merged: list[FormatRole] = []
    clashes: list[tuple[str, str, str]] = []
    for name in merge_items(list(old), list(one), list(two)) + [n for n in old if (n in one) != (n in two)]:
        sides = [[side[name]] if name in side else [] for side in (old, one, two)]
        chosen = _agreed(*sides)
        if chosen is None:
            texts = ["\n".join(map(role_line, side)) for side in sides]
            clashes.append((texts[0], texts[1], texts[2]))
            chosen = sides[1 if prefer == "mine" else 2]
        merged += chosen
    return tuple(merged), clashes


def _merged_text(base: str, mine: str, theirs: str, prefer: Prefer) -> tuple[str, list[tuple[str, str, str]]]:
    """The merged text and, for each clash, the three versions of its paragraphs."""
    chunks: list[str] = []
    clashes: list[tuple[str, str, str]] = []
    for sides in _in_pairs(_chunks(*(re.split(r"\n{2,}", text) if text else [] for text in (base, mine, theirs)))):
        chosen = _agreed(*sides)
        if chosen is None:
            texts = ["\n\n".join(side) for side in sides]
            words = [_agreed(*some) for some in _chunks(*(_WORD.findall(text) for text in texts))]
            merged = "".join(word for some in words for word in some or ())
            if None in words:
                clashes.append((texts[0], texts[1], texts[2]))
                merged = texts[1 if prefer == "mine" else 2]
            chosen = [merged] if merged else []
        chunks += chosen
    return "\n\n".join(chunks), clashes


def _agreed(base: list[Item], mine: list[Item], theirs: list[Item]) -> list[Item] | None:
    if mine in (base, theirs):
        return theirs
    return mine if theirs == base else None


def _chunks(base: Sequence[Item], mine: Sequence[Item], theirs: Sequence[Item]) -> Iterator[Sides[Item]]:
    """The three in step: pieces that all share, and between them pieces where they differ.

    The algorithm of diff3 (Khanna, Kunal and Pierce, "A Formal Investigation of Diff3", 2007).
    """
    in_mine, in_theirs = _matches(base, mine), _matches(base, theirs)
    a = b = c = 0
    for at in (*(n for n in range(len(base)) if n in in_mine and n in in_theirs), len(base)):
        to_mine, to_theirs = in_mine.get(at, len(mine)), in_theirs.get(at, len(theirs))
        if at > a or to_mine > b or to_theirs > c:
            yield [*base[a:at]], [*mine[b:to_mine]], [*theirs[c:to_theirs]]
        if at < len(base):
            yield [base[at]], [mine[to_mine]], [theirs[to_theirs]]
        a, b, c = at + 1, to_mine + 1, to_theirs + 1


def _in_pairs(chunks: Iterable[Sides[Item]]) -> Iterator[Sides[Item]]:
    """Neighbouring lines or paragraphs that were changed, none added or removed, are compared one by one."""
    for old, one, two in chunks:
        if len(old) == len(one) == len(two):
            yield from (([a], [b], [c]) for a, b, c in zip(old, one, two, strict=True))
        else:
            yield old, one, two


def _matches(base: Sequence[Item], other: Sequence[Item]) -> dict[int, int]:
    blocks = SequenceMatcher(None, base, other, autojunk=False).get_matching_blocks()
    return {a + n: b + n for a, b, size in blocks for n in range(size)}
