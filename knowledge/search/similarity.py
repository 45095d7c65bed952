"""How similar two pictures are by their views' vectors, with what any two pictures share taken off.

Raw cosines are never compared across pictures: a white page is near everything. From each is taken half of what
either picture has with its best ten among pictures that match nothing, as in Pizzi et al., "A Self-Supervised
Descriptor for Image Copy Detection" (SSCD), 2022, section 4.2.

People crop, stack and caption: a part of one picture is often the whole of another. So every view of one picture
is compared with every view of the other, and the best pairs count most; one lucky pair among many is not enough.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from knowledge.reading import Vectors

BANK_BEST = 10
SHARPNESS = 20.0  # 0 would take the mean of all pairs, infinity the best pair alone
_AT_ONCE = 4096  # rows against the bank: 20 MB


def mean_of_best(similarities: NDArray[np.floating], count: int = BANK_BEST) -> NDArray[np.float32]:
    """Mean of the ``count`` largest values of each row; 0 for rows without values."""
    if similarities.shape[1] == 0:
        return np.zeros(len(similarities), np.float32)
    count = min(count, similarities.shape[1])
    best = np.partition(similarities, -count, axis=1)[:, -count:]
    return np.asarray(best.mean(axis=1), np.float32)


def bank_scores(vectors: Vectors, bank: Vectors) -> NDArray[np.float32]:
    """For each vector (…, dim), its mean similarity to the ten nearest pictures of the bank: 0 without a bank."""
    rows = vectors.reshape(-1, vectors.shape[-1])
    if not len(rows) or not bank.size:
        return np.zeros(vectors.shape[:-1], np.float32)
    parts = [mean_of_best(rows[i : i + _AT_ONCE] @ bank.T) for i in range(0, len(rows), _AT_ONCE)]
    return np.concatenate(parts).reshape(vectors.shape[:-1])


def similarities(
    query: Vectors, query_bank_scores: Vectors, known: NDArray[np.float32], known_bank_scores: NDArray[np.float32]
) -> NDArray[np.float32]:
    """One score for each known picture (n,); 0.1 is much for strangers.

    ``query``: unit rows (views, dim); ``known``: unit rows (n, views, dim); beside each its ``bank_scores``.
    """
    count, views, dim = known.shape
    pairs = (query @ known.reshape(-1, dim).T).reshape(len(query), count, views)
    pairs -= 0.5 * query_bank_scores[:, None, None] + 0.5 * known_bank_scores
    return np.asarray(np.log(np.exp(SHARPNESS * pairs).sum(axis=2).mean(axis=0)) / SHARPNESS, np.float32)
