"""Which entries speak of a text: all that an entry says about itself, and what people ask and write about it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from knowledge.entry.model import Entry, EntryId
from knowledge.search.words.base_words import BaseWords
from knowledge.search.words.segment import stem_set, texts_of
from knowledge.stems import stop_stems

CANDIDATES = 40
SATURATION, LENGTH = 1.2, 0.75
"""The parameters k1 and b of BM25 (Robertson & Zaragoza, "The Probabilistic Relevance Framework", 2009, eq. 3.15)."""
FEW = 10.0
"""Added to what a text's words weigh: one everyday word that is all in common says less than most of ten words."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """How much an entry speaks of a text. ``score``: 0..1, near 1 if all words of a long text are its own, often said.
    ``foremost``: the same, less as another entry speaks more of it. ``stems``: the words in common."""

    score: float = 0.0
    foremost: float = 0.0
    stems: frozenset[str] = frozenset()


NOTHING_SPOKEN = Spoken()


class EntryWords:
    """Finds the entries whose texts share most words with a text, by BM25; a word counts once a text. Immutable.

    ``entries``: in the order that decides between equals, whose ``words`` these are.
    """

    def __init__(self, entries: Sequence[Entry], words: BaseWords) -> None:
        self._entries, self._words = entries, words
        lengths = words.lengths
        self._damping = SATURATION * (1 - LENGTH + LENGTH * lengths / lengths.mean()) if len(lengths) else lengths

    def _rarity(self, entries: int) -> float:
        return math.log((len(self._entries) + 1) / (entries + 0.5))

    def speaking(self, query: Iterable[str], *, without: Sequence[str] = ()) -> dict[EntryId, Spoken]:
        """The entries that share words with a text of these stems, those that speak most of it first.

        ``without``: phrases that are left out as if nobody had written them down.
        """
        asked = [stem for stem in dict.fromkeys(query) if stem not in stop_stems()]
        missing = self._missing(without)
        scores, whole = np.zeros(len(self._entries)), FEW
        shared: list[tuple[str, NDArray[np.intp]]] = []
        for stem in asked:
            numbers, said = self._words.having(stem)
            rarity = self._rarity(len(numbers))
            whole += rarity
            if missing:
                said -= [missing.get(number, _NONE)[stem] for number in numbers.tolist()]
                numbers, said = numbers[said > 0], said[said > 0]
            scores[numbers] += rarity * said / (said + self._damping[numbers])
            shared.append((stem, numbers))
        order = np.argsort(-scores, kind="stable")[:CANDIDATES]
        order = order[scores[order] > 0]
        if not len(order):
            return {}
        best = float(scores[order[0]])
        common = {number: [] for number in order.tolist()}  # type: dict[int, list[str]]
        foremost = np.zeros(len(scores), np.bool_)
        foremost[order] = True
        for stem, numbers in shared:
            for number in numbers[foremost[numbers]].tolist():
                common[number].append(stem)
        return {
            self._entries[n].id: Spoken(score / whole, score / whole * score / best, frozenset(stems))
            for n, stems in common.items()
            for score in (float(scores[n]),)
        }

    def _missing(self, without: Sequence[str]) -> Mapping[int, Counter[str]]:
        """The words of these phrases, of each entry that has them."""
        if not without:
            return {}
        left_out = set(without)
        found = ((number, left_out.intersection(texts_of(entry))) for number, entry in enumerate(self._entries))
        return {number: Counter(chain.from_iterable(map(stem_set, some))) for number, some in found if some}


_NONE: Counter[str] = Counter()
