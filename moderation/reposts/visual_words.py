"""Which of a million pictures share most local features with this one? A short list for ``features.compare``.

A local feature's visual word is 22 bits: on which side of as many planes its descriptor lies. Copies of a picture keep
about half of their words, whatever was cut off or put around it. The planes were fitted to the descriptors of the
base's exemplars, decorrelated and turned so that few descriptors lie near one: iterative quantisation, Gong and
Lazebnik 2011, doi:10.1109/CVPR.2011.5995432. A query also looks beside each word, across the planes that are nearest
to its descriptor: Lv et al. 2007, "Multi-probe LSH". Words count by their rarity, those of very many pictures (letters,
corners of frames) not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from moderation.reposts.features import Features

BITS = 22
KEPT_WORDS = 18
"""So many words of a picture are kept: of the strongest features of its parts."""

_UNSURE = 6  # planes nearest to a descriptor
_ACROSS = 2  # so many of them are crossed at once, at most
_COMMON = 2000  # a word that more pictures have than that tells nothing
_COMMON_SHARE = 0.02  # nor does one that so many of a few pictures have
_FEW = 200
_TAIL = 65_536  # pictures that are looked through one by one before they are sorted in
_LEAST = 1.5  # times what the commonest of the words counts: a single word tells nothing

Words = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class WordMatch:
    """A picture that shares words: the id that it was added with, how much they count, whether it is flipped."""

    id: int
    weight: float
    mirrored: bool


def visual_words(features: Features) -> Words:
    """The words that are kept of a picture, each once."""
    sides, _ = _sides(features.descriptors[:KEPT_WORDS])
    return np.unique(_numbers(sides))


def probes(features: Features) -> Words:
    """The words of a picture that is asked about, and those beside them."""
    sides, margins = _sides(features.descriptors)
    words = _numbers(sides)
    nearest = np.uint32(1) << np.argsort(margins, axis=1)[:, :_UNSURE].astype(np.uint32)
    crossings = [crossed for count in range(_ACROSS + 1) for crossed in combinations(range(_UNSURE), count)]
    beside = [words ^ np.bitwise_or.reduce(nearest[:, list(crossed)], axis=1, initial=0) for crossed in crossings]
    return np.unique(np.concatenate(beside))


def _sides(descriptors: NDArray[np.uint8]) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    """(n, BITS): on which side of each plane, and how far from it."""
    planes, offsets = _planes()
    along = descriptors.astype(np.float32) @ planes - offsets
    return along > 0, np.abs(along)


def _numbers(sides: NDArray[np.bool_]) -> Words:
    powers = np.uint32(1) << np.arange(BITS, dtype=np.uint32)
    return np.asarray((sides * powers).sum(axis=1, dtype=np.uint32), np.uint32)


@lru_cache(maxsize=1)
def _planes() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    with np.load(Path(__file__).with_suffix(".npz")) as found:
        return found["planes"].astype(np.float32), found["offsets"].astype(np.float32)


class WordIndex:
    """Words of pictures by id, in memory: 80 bytes a picture and 17 MB. They are added and never removed.

    What was added last is looked through as it is, until there is enough of it to be sorted in.
    """

    def __init__(self) -> None:
        self._ids = np.empty(0, np.int64)
        self._starts = np.zeros(1, np.uint32)
        self._pictures = np.empty(0, np.uint32)  # rows of _ids, by word
        self._tail_ids: list[int] = []
        self._tail_words: list[bytes] = []
        self._joined_tail: tuple[Words, NDArray[np.uint32]] | None = None

    def __len__(self) -> int:
        return len(self._ids) + len(self._tail_ids)

    @property
    def nbytes(self) -> int:
        """Memory taken by what is sorted in."""
        return self._ids.nbytes + self._starts.nbytes + self._pictures.nbytes

    def add(self, ids: Sequence[int], words: Sequence[bytes]) -> None:
        """Add pictures with their words, the bytes of uint32. Very many are best added at once."""
        self._tail_ids += ids
        self._tail_words += words
        self._joined_tail = None
        if len(self._tail_ids) > max(_TAIL, len(self._ids) // 8):
            self.sort_in()

    def sort_in(self) -> None:
        """Bring what was added last into the sorted part."""
        words, rows = self._tail()
        if len(self._pictures):
            sorted_words = np.repeat(np.arange(1 << BITS, dtype=np.uint32), np.diff(self._starts))
            words, rows = np.concatenate([sorted_words, words]), np.concatenate([self._pictures, rows])
        order = np.argsort(words, kind="stable")
        counts = np.bincount(words, minlength=1 << BITS)
        self._starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.uint32)
        self._pictures = rows[order]
        self._ids = np.concatenate([self._ids, np.array(self._tail_ids, np.int64)])
        self._tail_ids, self._tail_words, self._joined_tail = [], [], None

    def nearest(self, features: Features, limit: int) -> list[WordMatch]:
        """The pictures that share the most with these features, straight or flipped, at most ``limit`` of them."""
        found: dict[int, WordMatch] = {}
        for mirrored, side in ((False, features), (True, features.mirrored)):
            for match in self._nearest(probes(side), limit, mirrored):
                if match.id not in found or found[match.id].weight < match.weight:
                    found[match.id] = match
        return sorted(found.values(), key=lambda match: (-match.weight, match.id))[:limit]

    def _nearest(self, asked: Words, limit: int, mirrored: bool) -> list[WordMatch]:
        common = min(_COMMON, max(_FEW, int(_COMMON_SHARE * len(self))))
        rows, weights = self._votes(asked, common)
        tail_rows, tail_weights = self._tail_votes(asked, common)
        rows, weights = np.concatenate([rows, tail_rows]), np.concatenate([weights, tail_weights])
        if not len(rows):
            return []
        total = np.bincount(rows, weights)
        likely = np.flatnonzero(total >= _LEAST * weights.min())
        best = likely[np.argpartition(-total[likely], limit)[:limit]] if len(likely) > limit else likely
        return [WordMatch(self._id(row), float(total[row]), mirrored) for row in best.tolist()]

    def _id(self, row: int) -> int:
        return int(self._ids[row]) if row < len(self._ids) else self._tail_ids[row - len(self._ids)]

    def _votes(self, asked: Words, common: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Rows of the sorted part that have one of the words, a row for each, and how much that word counts."""
        if not len(self._pictures):
            return np.empty(0, np.int64), np.empty(0)
        start = self._starts[asked].astype(np.int64)
        count = self._starts[asked + np.uint32(1)].astype(np.int64) - start
        told = (count > 0) & (count <= common)
        start, count = start[told], count[told]
        places = np.repeat(start - np.concatenate([[0], np.cumsum(count)[:-1]]), count) + np.arange(count.sum())
        return self._pictures[places].astype(np.int64), np.repeat(self._rarity(count), count)

    def _tail_votes(self, asked: Words, common: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        if not self._tail_ids:
            return np.empty(0, np.int64), np.empty(0)
        words, rows = self._tail()
        place = np.minimum(np.searchsorted(asked, words), max(0, len(asked) - 1))
        hit = asked[place] == words if len(asked) else np.zeros(len(words), np.bool_)
        count = np.bincount(place[hit], minlength=len(asked))[place[hit]]
        told = count <= common
        return rows[hit][told].astype(np.int64), self._rarity(count[told])

    def _tail(self) -> tuple[Words, NDArray[np.uint32]]:
        """The words that were added last, and the row of each; joined once between two additions."""
        if self._joined_tail is None:
            lengths = [len(words) // 4 for words in self._tail_words]
            rows = np.repeat(np.arange(len(self._ids), len(self), dtype=np.uint32), lengths)
            self._joined_tail = np.frombuffer(b"".join(self._tail_words), np.uint32), rows
        return self._joined_tail

    def _rarity(self, count: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.log((1 + len(self)) / count)
