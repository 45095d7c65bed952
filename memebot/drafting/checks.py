"""A model's answer, held against the rules: it becomes a draft, or a list of the rules that it breaks.

Whoever made the picture may have written into it what the model should say, so nothing is believed: every id is one
that was given, every text is plain and in its language, and what was copied from the picture stands in quotation marks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rapidfuzz import fuzz

from knowledge.entry.model import Entry, EntryId
from knowledge.reading import LANGS, Lang
from knowledge.stems import normalize, stems, stop_stems, words
from memebot.drafting.errors import DraftFault, FaultyDraft
from memebot.drafting.material import Draft, Material
from memebot.drafting.prompt import FIELDS, NONE

TITLE, PHRASE, PICTURE = 90, 120, 400
"""Characters at most."""
WORDS = (25, 200)
"""Words of an explanation."""
MAX_CONCEPTS = 3
MAX_PHRASES = 6
COPIED = 5
"""So many of the picture's words in a row are a quotation."""
GROUNDED = 3
"""So many telling stems must an explanation share with the entries that it rests on."""
READ_LIKE = 80
"""From so many of 100 on, a phrase stands on the picture."""

_THOUGHTS = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
_QUOTED = re.compile(r"«[^»]*»|“[^”]*”|„[^“”]*[“”]|\"[^\"\n]*\"|‘[^’]*’")
_ADDRESS = re.compile(
    r"https?:|www\.|\bt\.me\b|tg://|[\w.+-]+@[\w-]+\.\w|(?<!\w)@\w{3,}|"
    r"\b[\w-]+\.(?:com|ru|org|net|info|io|me|xyz|top|ly|dev|app|рф)\b",
    re.IGNORECASE,
)
_MARKUP = re.compile(
    r"</?[a-z!][^>]*>|\[[^\]]*\]\(|```|\*\*|__|~~|`|^\s{0,3}(?:#{1,6}|[-*+>]|\d+[.)])\s|&(?:#?\w+);|<\S|[\[\]{}]",
    re.IGNORECASE | re.MULTILINE,
)
_LETTER = {"ru": re.compile("[а-яё]", re.IGNORECASE), "en": re.compile("[a-z]", re.IGNORECASE)}
_LEAST = {"ru": 0.6, "en": 0.9}
"""The share of a text's letters that must be of its language, quotations apart: Russians keep English terms."""


def read_draft(answer: str, material: Material, *, secrets: Sequence[str] = ()) -> Draft | None:
    """The draft in a model's answer, None where it says that it cannot tell.

    ``secrets``: what must not be in it. Raises ``FaultyDraft`` with every rule that it breaks.
    """
    if any(secret and secret in answer for secret in secrets):
        raise FaultyDraft([DraftFault("secret")])
    data = _object(answer)
    faults = [*_shape(data)]
    if faults:
        raise FaultyDraft(faults)
    if data["cannot_tell"]:
        return None
    draft = _draft(data, material)
    faults = [*_ids(data, material), *_texts(draft), *_copied(draft, material)]
    faults += [] if faults else _grounded(draft, material)
    if faults:
        raise FaultyDraft(faults)
    return draft


# --- the form


def _object(answer: str) -> Mapping[str, Any]:
    """The JSON object in an answer, which models put into a fence or behind their thoughts."""
    bare = _THOUGHTS.sub("", answer)
    start, end = bare.find("{"), bare.rfind("}")
    try:
        data = json.loads(bare[start : end + 1], strict=False)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise FaultyDraft([DraftFault("no-json")])
    return data


def _shape(data: Mapping[str, Any]) -> Iterator[DraftFault]:
    if data.get("cannot_tell") is True:
        return
    for name in FIELDS:
        value = data.get(name)
        if name == "cannot_tell":
            fits = isinstance(value, bool)
        elif name == "sure":
            fits = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
        elif name in ("concepts", "says") or name.startswith(("asks_", "captions_")):
            fits = isinstance(value, list) and all(isinstance(item, str) for item in value)
        else:
            fits = isinstance(value, str)
        if not fits:
            yield DraftFault("field", name)
    for name in sorted(set(data) - set(FIELDS)):
        yield DraftFault("field", _harmless(name))


def _draft(data: Mapping[str, Any], material: Material) -> Draft:
    return Draft(
        picture=_line(data["picture"])[:PICTURE] if not _signs(data["picture"]) else "",
        title={lang: _line(data[f"title_{lang}"]) for lang in LANGS},
        text={lang: _paragraphs(data[f"explanation_{lang}"]) for lang in LANGS},
        format=None if data["format"] in (NONE, "") else EntryId(data["format"]),
        concepts=tuple(EntryId(one) for one in dict.fromkeys(data["concepts"])),
        says=_phrases(one for one in data["says"] if _stands_there(one, material)),
        asks={lang: _phrases(data[f"asks_{lang}"]) for lang in LANGS},
        captions={lang: _phrases(data[f"captions_{lang}"]) for lang in LANGS},
        sure=float(data["sure"]),
    )


def _line(text: str) -> str:
    return " ".join(text.split())


def _paragraphs(text: str) -> str:
    return "\n\n".join(_line(part) for part in re.split(r"\n\s*\n|\n", text) if part.strip())


def _phrases(found: Iterable[str]) -> tuple[str, ...]:
    """Phrases are a help, not the draft: one that breaks a rule is left out."""
    lines = dict.fromkeys(map(_line, found))
    return tuple(line for line in lines if 0 < len(line) <= PHRASE and not _signs(line))[:MAX_PHRASES]


def _stands_there(phrase: str, material: Material) -> bool:
    read = normalize(" ".join(material.text.split()))
    return not read or fuzz.partial_ratio(normalize(_line(phrase)), read) >= READ_LIKE


def _harmless(text: str) -> str:
    return re.sub(r"[^\w.-]", "?", text)[:40]


# --- the rules


def _ids(data: Mapping[str, Any], material: Material) -> Iterator[DraftFault]:
    kinds = {entry.id: entry.kind for entry in material.candidates}
    if data["format"] not in (NONE, "") and kinds.get(EntryId(data["format"])) != "format":
        yield DraftFault("foreign-id", "format", _harmless(data["format"]))
    for one in dict.fromkeys(data["concepts"]):
        if kinds.get(EntryId(one), "format") == "format":
            yield DraftFault("foreign-id", "concepts", _harmless(one))
    if not data["concepts"]:
        yield DraftFault("rests-on-nothing", "concepts")
    elif len(data["concepts"]) > MAX_CONCEPTS:
        yield DraftFault("long", "concepts")


def _texts(draft: Draft) -> Iterator[DraftFault]:
    for lang in LANGS:
        title, text = draft.title[lang], draft.text[lang]
        count = len(words(text))
        if not title:
            yield DraftFault("short", f"title_{lang}")
        if len(title) > TITLE:
            yield DraftFault("long", f"title_{lang}")
        if count < WORDS[0]:
            yield DraftFault("short", f"explanation_{lang}")
        if count > WORDS[1]:
            yield DraftFault("long", f"explanation_{lang}")
        if text and not _in_language(text, lang):
            yield DraftFault("language", f"explanation_{lang}")
        for name, value in (("title", title), ("explanation", text)):
            if code := _signs(value):
                yield DraftFault(code, f"{name}_{lang}")


def _in_language(text: str, lang: Lang) -> bool:
    own_words = _QUOTED.sub(" ", text)
    letters = [letter for letter in own_words if letter.isalpha()]
    return len(_LETTER[lang].findall(own_words)) >= _LEAST[lang] * len(letters) and len(letters) > 0


def _signs(text: str) -> str:
    """What must not be in any text: the code of the rule that it breaks, "" for a plain one."""
    if _ADDRESS.search(text):
        return "address"
    hidden = any(not letter.isprintable() and letter not in "\n\t\r" for letter in text)
    return "markup" if hidden or _MARKUP.search(text) else ""


def _copied(draft: Draft, material: Material) -> Iterator[DraftFault]:
    """The picture's words speak for the picture: as the draft's own they would be somebody else's sentence."""
    there = words(material.text)
    runs = {tuple(there[at : at + COPIED]) for at in range(len(there) - COPIED + 1)}
    for lang in LANGS:
        said = words(_QUOTED.sub(" | ", draft.text[lang]))
        if any(tuple(said[at : at + COPIED]) in runs for at in range(len(said) - COPIED + 1)):
            yield DraftFault("copied", f"explanation_{lang}")


def _grounded(draft: Draft, material: Material) -> list[DraftFault]:
    """It speaks of what the entries are about that it names."""
    known = {entry.id: entry for entry in material.candidates}
    faults = []
    for lang in LANGS:
        there = {stem for one in draft.rests_on for stem in _telling(_about(known[one], lang))}
        if len(there & _telling(draft.text[lang])) < GROUNDED:
            faults.append(DraftFault("ungrounded", f"explanation_{lang}"))
    return faults


def _about(entry: Entry, lang: Lang) -> str:
    return " ".join([entry.title[lang], entry.text[lang], *entry.keywords[lang], *entry.aliases])


def _telling(text: str) -> set[str]:
    return set(stems(text)) - stop_stems()
