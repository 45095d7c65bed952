"""Which entries speak of a text: all that an entry says about itself, and what people ask and write about it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np

from knowledge.entry.model import EntryId
from knowledge.stems import stems, stop_stems

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

    ``texts``: each entry's, the entries in the order that decides between equals. ``explained``: the stems of their
    explanations, each once.
    """

    def __init__(
        self, texts: Iterable[tuple[EntryId, Sequence[str]]], explained: Mapping[EntryId, frozenset[str]]
    ) -> None:
        self._texts = [*texts]
        self._counts = [
            Counter(chain(explained.get(entry, ()), chain.from_iterable(map(stem_set, said))))
            for entry, said in self._texts
        ]
        used = Counter(chain.from_iterable(self._counts))
        self._idf = {stem: self._rarity(entries) for stem, entries in used.items() if stem not in stop_stems()}
        lengths = np.array([counts.total() for counts in self._counts], float)
        self._damping = SATURATION * (1 - LENGTH + LENGTH * lengths / lengths.mean()) if len(lengths) else lengths
        self._entries_of: dict[str, list[int]] = {stem: [] for stem in self._idf}
        for number, counts in enumerate(self._counts):
            for stem in counts.keys() & self._idf.keys():
                self._entries_of[stem].append(number)

    def _rarity(self, entries: int) -> float:
        return math.log((len(self._counts) + 1) / (entries + 0.5))

    def speaking(self, query: Iterable[str], *, without: Sequence[str] = ()) -> dict[EntryId, Spoken]:
        """The entries that share words with a text of these stems, those that speak most of it first.

        ``without``: phrases that are left out as if nobody had written them down.
        """
        asked = [stem for stem in dict.fromkeys(query) if stem not in stop_stems()]
        missing = self._missing(without)
        scores: Counter[int] = Counter()
        shared: dict[int, list[str]] = {}
        for stem in asked:
            for number in self._entries_of.get(stem, ()):
                said = self._counts[number][stem] - missing.get(number, _NONE)[stem]
                if said > 0:
                    scores[number] += self._idf[stem] * said / (said + self._damping[number])
                    shared.setdefault(number, []).append(stem)
        if not scores:
            return {}
        whole = FEW + sum(self._idf.get(stem, self._rarity(0)) for stem in asked)
        best = max(scores.values())
        order = sorted(scores, key=lambda number: (-scores[number], number))[:CANDIDATES]
        return {
            self._texts[n][0]: Spoken(scores[n] / whole, scores[n] / whole * scores[n] / best, frozenset(shared[n]))
            for n in order
        }

    def _missing(self, without: Sequence[str]) -> Mapping[int, Counter[str]]:
        """The words of these phrases, of each entry that has them."""
        if not without:
            return {}
        left_out = set(without)
        found = ((number, left_out.intersection(said)) for number, (_, said) in enumerate(self._texts))
        return {number: Counter(chain.from_iterable(map(stem_set, some))) for number, some in found if some}


_NONE: Counter[str] = Counter()


@lru_cache(2**17)
def stem_set(text: str) -> frozenset[str]:
    """The stems of a phrase; kept, since a base is read anew after every change."""
    return frozenset(stems(text))
