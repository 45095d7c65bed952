"""One phrase in place of another, wherever an entry says it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from knowledge.entry.fields import FIELDS, LISTS, field_value, with_field
from knowledge.entry.model import Entry

_BLANK = r"(?:[^\S\n]+|[^\S\n]*\n[^\S\n]*)"  # also where a line is broken, but not from paragraph to paragraph
_SLOTS = re.compile(r"(\{[^{}]*\})")
WORDLESS = frozenset({"rows", "formats", "concepts", "exemplars"})
"""Fields in which no phrase stands."""


@dataclass(frozen=True, slots=True)
class PhraseChange:
    """``old`` becomes ``new``; ``whole_words``: not within a longer word; ``any_case``: however it is capitalised."""

    old: str
    new: str
    whole_words: bool = True
    any_case: bool = False


def words_of_people(entry: Entry) -> str:
    """All that an entry says in words, an item a paragraph: to look whether it says something, whatever the field."""
    halves = (entry.title, entry.text, entry.reads)
    lists = (entry.asks, entry.captions, entry.keywords)
    texts = (
        *entry.aliases,
        *entry.says,
        *entry.looks_like,
        *(text for half in halves for text in half.values()),
        *(text for both in lists for some in both.values() for text in some),
        *(source.title for source in entry.sources),
        *(name for role in entry.roles for name in role.name.values()),
    )
    return "\n\n".join(texts)


def replace_phrase(entry: Entry, change: PhraseChange, field: str = "") -> Entry:
    """The entry with the phrase replaced, in one field of ``FIELDS`` or in all that hold words.

    Ids, addresses and the slots of a sentence stay as they are. An item that is left empty, or that the list has
    already, goes. Nothing is replaced where ``old`` is blank. Raises ``FieldUnknown``.
    """
    found = _pattern(change)
    if found is None or not found.search(words_of_people(entry)):
        return entry

    def put(text: str) -> str:
        return found.sub(lambda _: change.new, text)

    for name in (field,) if field else FIELDS:
        if name in WORDLESS:
            continue
        old = field_value(entry, name)
        new = _replaced(name, old, put)
        if new != old:
            entry = with_field(entry, name, new)
    return entry


@lru_cache(maxsize=16)
def _pattern(change: PhraseChange) -> re.Pattern[str] | None:
    words = change.old.split()
    pattern = _BLANK.join(map(re.escape, words))
    if change.whole_words:
        pattern = rf"(?<!\w){pattern}(?!\w)"
    return re.compile(pattern, re.IGNORECASE if change.any_case else 0) if words else None


def _replaced(field: str, value: object, put: Callable[[str], str]) -> object:
    if field == "sources":
        return tuple(replace(one, title=" ".join(put(one.title).split())) for one in value)  # type: ignore[attr-defined]
    if field == "roles":
        return tuple(
            replace(role, name={lang: " ".join(put(name).split()) for lang, name in role.name.items()})
            for role in value  # type: ignore[attr-defined]
        )
    if field in LISTS:
        items = (" ".join(put(item).split()) for item in value)  # type: ignore[attr-defined]
        return tuple(dict.fromkeys(item for item in items if item))
    text = str(value)
    if field.startswith("reads."):
        return "".join(part if part.startswith("{") else put(part) for part in _SLOTS.split(text))
    return put(text)
