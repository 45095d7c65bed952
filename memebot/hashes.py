"""What compares pictures without pictures, hashes and local features: a leaf that all who compare share."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

HashArray = NDArray[np.unsignedinteger[Any]]


def hamming(a: bytes | HashArray, b: bytes | HashArray) -> NDArray[np.int64]:
    """How many bits differ along the last axis; the other axes are broadcast.

    Bytes are one hash. Arrays are of one type, such as uint8 (n, 32) or uint64 (n, 4).
    """
    return np.asarray(np.bitwise_count(_array(a) ^ _array(b)).sum(axis=-1, dtype=np.int64))


def _array(hashes: bytes | HashArray) -> HashArray:
    return np.frombuffer(hashes, np.uint8) if isinstance(hashes, bytes) else hashes


def mirrored_descriptors(descriptors: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """SIFT descriptors (n, 128) as the same places give them in the picture flipped left to right.

    Seen along its own direction, a mirrored feature has its rows of cells in reverse order and its gradient
    directions negated, so its descriptor is the same numbers in another order.
    """
    return np.asarray(descriptors[:, _mirror_order()], np.uint8)


@lru_cache(maxsize=1)
def _mirror_order() -> NDArray[np.intp]:
    order = np.arange(128).reshape(4, 4, 8)[::-1]
    return order[:, :, -np.arange(8) % 8].ravel()
