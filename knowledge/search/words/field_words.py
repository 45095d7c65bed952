"""The words of the field: those that many entries are told in and everyday texts are not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import chain

import numpy as np

from knowledge.entry.model import Entry
from knowledge.search.words.base_words import BaseWords
from knowledge.search.words.segment import SAID, TERM
from knowledge.stems import everyday_texts

OF_ENTRIES, MORE_OFTEN = 0.015, 7.0
"""In so large a share of jokes and concepts a word must be, and so many times its share of everyday texts."""
NEAR = frozenset({"programming", "harm", "meme"})
"""Subjects of everyday texts that use the field's words."""


class FieldWords:
    """Tells which words are of the field. ``entries``: whose ``words`` these are, in that order."""

    def __init__(self, entries: Sequence[Entry], words: BaseWords) -> None:
        self._words = words
        self._told = np.array([entry.kind != "format" for entry in entries], bool)
        self._known: dict[str, bool] = {}

    def __contains__(self, stem: str) -> bool:
        if stem not in self._known:
            whole, everyday = int(self._told.sum()), _everyday_shares().get(stem, 0.0)
            uses = int(self._told[self._words.holders(stem, TERM | SAID)].sum())
            self._known[stem] = uses > 0 and uses >= OF_ENTRIES * whole and uses > MORE_OFTEN * everyday * whole
        return self._known[stem]


@cache
def _everyday_shares() -> Mapping[str, float]:
    """In what share of everyday texts a stem stands."""
    texts = [said for subject, said in everyday_texts() if subject not in NEAR]
    return {stem: uses / len(texts) for stem, uses in Counter(chain.from_iterable(texts)).items()}
