"""One field of an entry at a time: as text for a person to edit, and back.

Nothing in here refuses a content: an entry with mistakes is a draft, and ``BaseIndex`` says what is wrong with it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Any, cast

from knowledge.entry.markdown import parse
from knowledge.entry.model import Entry, EntryId, FormatRole, Kind, Source, is_id
from knowledge.entry.roles import role_line, role_of
from knowledge.errors import FieldUnknown
from knowledge.reading import LANGS, Lang
from knowledge.stems import normalize

_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
FIELDS: tuple[str, ...] = (
    "title.ru",
    "title.en",
    "text.ru",
    "text.en",
    "aliases",
    "says",
    "asks.ru",
    "asks.en",
    "captions.ru",
    "captions.en",
    "keywords.ru",
    "keywords.en",
    "looks_like",
    "rows",
    "roles",
    "reads.ru",
    "reads.en",
    "formats",
    "concepts",
    "exemplars",
    "sources",
)
"""Fields by the names that ``edit_field`` takes, in the order in which a person meets them."""

OF_FORMATS = frozenset({"rows", "roles", "reads.ru", "reads.en"})
"""Fields that only formats have."""
OPTIONAL = frozenset(FIELDS) - {"title.ru", "title.en", "text.ru", "text.en"}
"""Fields that may be empty."""
LISTS = OPTIONAL - {"rows", "reads.ru", "reads.en"}
"""Fields with an item a line."""
_BULLET = re.compile(r"\s*(?:[-*•·–—]\s+)?")
_URL = re.compile(r"https?://\S+")
_DRAFT_ID = EntryId("new-entry")
_DATA = tuple(dict.fromkeys(field.partition(".")[0] for field in FIELDS))


def field_value(entry: Entry, field: str) -> Any:
    """What the entry holds there, in one language where there are two. Raises ``FieldUnknown``."""
    name, lang = _split(field)
    value = getattr(entry, name)
    return value if lang is None else value.get(lang, "")


def with_field(entry: Entry, field: str, value: Any) -> Entry:
    """The entry with another ``field_value``. Raises ``FieldUnknown``."""
    name, lang = _split(field)
    changed: dict[str, Any] = {name: value if lang is None else {**getattr(entry, name), lang: value}}
    return replace(entry, **changed)


def field_text(entry: Entry, field: str) -> str:
    """The field as a person edits it: lists an item a line, a source as ``title | https://…``, a role as
    ``id | left top right bottom | name in Russian | name in English``.

    Raises ``FieldUnknown``.
    """
    value = field_value(entry, field)
    if field == "sources":
        return "\n".join(f"{source.title} | {source.url}" for source in entry.sources)
    if field == "roles":
        return "\n".join(map(role_line, entry.roles))
    return value if isinstance(value, str) else "\n".join(value)


def edit_field(entry: Entry, field: str, value: str) -> Entry:
    """The entry with one field replaced by what a person wrote; ``dumps`` of it changes that field's lines only.

    Lists have an item a line; bullets, blank lines and repetitions go, and so do marks that turn the direction of what
    follows: they come along unseen when one copies. Raises ``FieldUnknown``.
    """
    value = _TURNING.sub("", value)
    if field not in LISTS:
        return with_field(entry, field, _plain_text(value) if field.startswith("text.") else " ".join(value.split()))
    items: Iterable[Any] = _items(value)
    if field == "sources":
        items = map(_source, items)
    elif field == "roles":
        return with_field(entry, field, tuple({role.id: role for role in map(role_of, items)}.values()))
    elif field in ("formats", "concepts", "exemplars"):
        items = (word for line in items for word in re.split(r"[,;\s]+", line) if word)
    return with_field(entry, field, tuple(dict.fromkeys(items)))


def blank(kind: Kind, entry_id: str = _DRAFT_ID) -> Entry:
    """An entry with nothing in it yet, to be filled field by field."""
    empty: Mapping[Lang, str] = dict.fromkeys(LANGS, "")
    return Entry(EntryId(entry_id), kind, dict(empty), dict(empty))


def with_id(entry: Entry, entry_id: str) -> Entry:
    """The same, under another id: for an entry that was never saved. A saved one is renamed in the base."""
    return replace(entry, id=EntryId(entry_id))


def suggest_id(title: str, taken: Collection[str] = ()) -> EntryId:
    """An id made of a title, Russian letters written in Latin ones, that is not among those ``taken``."""
    latin = normalize(title).translate(_LATIN)
    words = re.findall("[a-z0-9]+", latin)
    base = ""
    for word in words or ["entry"]:
        longer = f"{base}-{word}".strip("-")
        if len(longer) > 40:
            break
        base = longer
    base = base or words[0][:40]
    number = 1
    chosen = base
    while chosen in taken or not is_id(chosen):
        number += 1
        chosen = f"{base}-{number}"
    return EntryId(chosen)


def with_exemplar(entry: Entry, name: str) -> Entry:
    """The entry with one exemplar more, at the end; the same if it has it already."""
    return replace(entry, exemplars=tuple(dict.fromkeys((*entry.exemplars, name))))


def without_exemplar(entry: Entry, name: str) -> Entry:
    """The entry without that exemplar. What is kept of the picture stays in the base for older revisions."""
    return replace(entry, exemplars=tuple(one for one in entry.exemplars if one != name))


# --- whole entries -------------------------------------------------------------------------------------------


def from_file(data: bytes, entry: Entry) -> Entry:
    """The whole file that an editor sent for this entry: its id and kind stay, whatever the file is called.

    Byte order marks, Windows line ends and tabs, which phones put in, are mended. Raises ``EntryError`` with
    every mistake and its line.
    """
    text = data.decode("utf-8-sig", "surrogateescape").replace("\r\n", "\n").replace("\r", "\n")
    mended = text.replace("\t", "    ").encode("utf-8", "surrogateescape")
    return parse(mended, PurePath(entry.path))


def to_json(entry: Entry) -> str:
    """Any entry, also one with holes, as text that ``from_json`` reads; for drafts that wait somewhere."""
    return json.dumps({"id": entry.id, "kind": entry.kind, **entry_data(entry)}, ensure_ascii=False)


def from_json(data: str) -> Entry:
    """What ``to_json`` wrote."""
    loaded = json.loads(data)
    return entry_of_data(loaded["id"], loaded["kind"], loaded)


def entry_data(entry: Entry) -> dict[str, Any]:
    """The fields as JSON can hold them."""
    values = {name: getattr(entry, name) for name in _DATA}
    return {
        **values,
        "sources": [[source.title, source.url] for source in entry.sources],
        "roles": [[role.id, role.box, role.name] for role in entry.roles],
    }


def entry_of_data(entry_id: str, kind: Kind, fields: Mapping[str, Any]) -> Entry:
    """The entry that ``entry_data`` was made of; fields that it did not have yet are empty."""
    values: dict[str, Any] = {
        name: tuple(fields[name]) if isinstance(fields[name], list) else fields[name]
        for name in _DATA
        if name in fields
    }
    for name in ("asks", "captions", "keywords"):
        if name in fields:
            values[name] = {lang: tuple(some) for lang, some in fields[name].items()}
    values["sources"] = tuple(Source(*source) for source in fields["sources"])
    values["roles"] = tuple(FormatRole(name, tuple(box), names) for name, box, names in fields.get("roles", ()))
    return Entry(EntryId(entry_id), kind, **values)


# --- within --------------------------------------------------------------------------------------------------


def _split(field: str) -> tuple[str, Lang | None]:
    if field not in FIELDS:
        raise FieldUnknown(field, FIELDS)
    name, _, lang = field.partition(".")
    return name, cast(Lang, lang) if lang else None


def _items(value: str) -> list[str]:
    lines = (" ".join(_BULLET.sub("", line, count=1).split()) for line in value.splitlines())
    return [line for line in lines if line]


def _plain_text(value: str) -> str:
    lines = value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ").split("\n")
    full = [number for number, line in enumerate(lines) if line.strip()]
    return "\n".join(lines[full[0] : full[-1] + 1]) if full else ""


def _source(line: str) -> Source:
    title, bar, address = line.rpartition(" | ")
    if bar and _URL.fullmatch(address):
        return Source(title, address)
    url = _URL.search(line)
    if url is None:
        return Source(line, "")
    title = (line[: url.start()] + line[url.end() :]).strip(" |–—-:,;")
    return Source(title or url[0], url[0])


_LATIN = str.maketrans(
    {
        "а": "a",
        "б": "b",
        "в": "v",
        "г": "g",
        "д": "d",
        "е": "e",
        "ж": "zh",
        "з": "z",
        "и": "i",
        "й": "y",
        "к": "k",
        "л": "l",
        "м": "m",
        "н": "n",
        "о": "o",
        "п": "p",
        "р": "r",
        "с": "s",
        "т": "t",
        "у": "u",
        "ф": "f",
        "х": "kh",
        "ц": "ts",
        "ч": "ch",
        "ш": "sh",
        "щ": "sch",
        "ъ": "",
        "ы": "y",
        "ь": "",
        "э": "e",
        "ю": "yu",
        "я": "ya",
        "'": "",
    }
)
