"""The distance of hashes, which several rooms measure."""

from __future__ import annotations

import numpy as np

from memebot.hashes import hamming


def test_hamming_counts_differing_bits() -> None:
    a = np.array([[0b1111, 0], [0, 0]], np.uint8)
    assert hamming(a[:, None], np.array([[0, 1]], np.uint8)).tolist() == [[5], [1]]


def test_a_hash_may_come_as_bytes() -> None:
    assert hamming(bytes([0b1111, 0]), bytes([0, 1])) == 5
    assert hamming(np.array([[0b1111, 0], [0, 0]], np.uint8), bytes([0, 1])).tolist() == [5, 1]
