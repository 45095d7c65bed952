"""What people ask and write about entries, compared with a text by the words in common."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from knowledge.entry.model import EntryId
from knowledge.stems import stems

CANDIDATES = 30


class PhraseOverlap:
    """Finds the entries whose phrases are most like a text, by the cosine of TF-IDF. Immutable once built.

    ``phrases``: each entry's, the entries in the order that decides between equals.
    """

    def __init__(self, phrases: Iterable[tuple[EntryId, Sequence[str]]]) -> None:
        some = [(entry, texts) for entry, texts in phrases if texts]
        self._entries = [entry for entry, _ in some]
        self._texts = [text for _, texts in some for text in texts]
        self._starts = np.cumsum([0, *(len(texts) for _, texts in some)])
        words = [stem_set(text) for text in self._texts]
        self._places = {stem: place for place, stem in enumerate(dict.fromkeys(chain.from_iterable(words)))}
        columns = np.fromiter(map(self._places.__getitem__, chain.from_iterable(words)), np.intp)
        rows = np.repeat(np.arange(len(words)), [len(one) for one in words])
        used = np.bincount(columns, minlength=len(self._places))
        self._rows = rows[np.argsort(columns, kind="stable")]  # the phrases with the first word, then the second's …
        self._ends = np.cumsum(used)
        self._weights = np.log((len(words) + 1) / (used + 0.5))
        squares = np.bincount(rows, self._weights[columns] ** 2, minlength=len(words))
        self._lengths = np.sqrt(np.where(squares > 0, squares, 1.0))

    @property
    def vocabulary(self) -> set[str]:
        """The stems of all phrases."""
        return set(self._places)

    def alike(self, query: Iterable[str], *, without: str | None = None) -> dict[EntryId, tuple[float, frozenset[str]]]:
        """Of each entry the phrase most like the text: (0..1, the stems in common), the most alike entry first.

        ``without``: a phrase to leave out.
        """
        asked = set(query)
        scores = self._similarity(asked)
        if without is not None:
            scores[[number for number, text in enumerate(self._texts) if text == without]] = 0.0
        if not scores.any():
            return {}
        best = np.maximum.reduceat(scores, self._starts[:-1])
        found: dict[EntryId, tuple[float, frozenset[str]]] = {}
        for n in np.argsort(-best, kind="stable")[:CANDIDATES]:
            if best[n] > 0:
                start, end = self._starts[n : n + 2]
                phrase = self._texts[start + int(scores[start:end].argmax())]
                found[self._entries[n]] = (float(best[n]), stem_set(phrase) & asked)
        return found

    def _similarity(self, asked: set[str]) -> NDArray[np.float64]:
        """The cosine of every phrase and a text of these stems."""
        scores = np.zeros(len(self._texts))
        squares = 0.0
        for stem in sorted(asked):
            place = self._places.get(stem)
            if place is None:
                squares += math.log((len(self._texts) + 1) / 0.5) ** 2
                continue
            weight = float(self._weights[place]) ** 2
            squares += weight
            start = self._ends[place - 1] if place else 0
            scores[self._rows[start : self._ends[place]]] += weight
        return scores / (self._lengths * (math.sqrt(squares) or 1.0))


@lru_cache(2**17)
def stem_set(text: str) -> frozenset[str]:
    """The stems of a phrase; kept, since a base is read anew after every change."""
    return frozenset(stems(text))
