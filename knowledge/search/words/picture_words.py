"""The parts of a picture's words: what every meme of its template says, and the sentences of a long text."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from knowledge.entry.model import Entry
from knowledge.stems import normalize, words

SAME = 85
"""Similarity, of 100, from which on a line is a template's own."""
LONG_ENOUGH = 2
"""Words of a line that is only a part of what the template says."""
LONG_TEXT, LONG_SENTENCE, MAX_SENTENCES = 20, 5, 6
"""Words of a text that is looked at sentence by sentence, words of such a sentence, and at most so many of them."""
_WORD = re.compile(r"[^\W\d_]{2,}")
_SENTENCE_END = re.compile(r"(?<=[.!?…»”])\s+(?=[^\W_a-zа-яё]|[«“\"—–-])")


def without_refrain(text: str, form: Entry) -> str:
    """The lines of a text without those that are what a format is called or says, or a part of that.

    The text as it is where nothing else would be left.
    """
    phrases = [_plain(one) for one in (*form.says, *form.title.values(), *form.aliases)]
    lines = text.splitlines()
    own = [line for line in lines if not any(_is_part(_plain(line), phrase) for phrase in phrases)]
    return "\n".join(own if any(words(line) for line in own) else lines)


def _plain(text: str) -> str:
    return " ".join(words(normalize(text)))


def _is_part(line: str, phrase: str) -> bool:
    """Whether a line is a phrase, or some words of it that stand together."""
    if not line or len(line) > len(phrase) / SAME * 100:
        return False
    if fuzz.ratio(line, phrase) >= SAME:
        return True
    return len(line.split()) >= LONG_ENOUGH and f" {line} " in f" {phrase} "


def long_sentences(text: str) -> list[str]:
    """The sentences of a text of several, if it is long; of those that are long themselves the first few."""
    if len(_WORD.findall(text)) < LONG_TEXT:
        return []
    found = _SENTENCE_END.split(" ".join(text.split()))
    return [one for one in found if len(_WORD.findall(one)) >= LONG_SENTENCE][:MAX_SENTENCES] if len(found) > 1 else []
