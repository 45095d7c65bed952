"""The distance of perceptual hashes: a leaf that the knowledge base and moderation share."""

from __future__ import annotations

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
