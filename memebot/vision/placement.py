"""Where the pieces of a known picture lie in another: people move panels apart, stretch and repeat them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from knowledge.reading import Fingerprint, Keypoints
from knowledge.search.roles import Placement
from knowledge.search.visual import Verification
from memebot.vision.compute.stages import stage
from memebot.vision.fingerprint import matching_pairs, mirrored

MAX_PIECES = 6
_REPROJECTION = 4.0
_MIN_PAIRS = 6
_STRETCH = (0.4, 2.5)
"""How much larger or smaller a further piece may be than the first, along each side."""


@stage("placement")
def locate(query: Fingerprint, exemplar: Fingerprint, geometry: Verification) -> tuple[Placement, ...]:
    """The exemplar's pieces in the query, the surest first; none where it was not found.

    ``geometry``: what ``verify`` says of the two, which is the first; what does not fit it is looked for again in the
    features that are left.
    """
    if geometry.matrix is None:
        return ()
    there, here = exemplar.keypoints.size, query.keypoints.size
    found = [_placement(geometry.matrix, geometry.pairs, there, here)]
    left = _left_over(query.keypoints, exemplar.keypoints, geometry)
    while len(left) >= _MIN_PAIRS and len(found) < MAX_PIECES:
        matrix, inside = cv2.estimateAffinePartial2D(
            _turned(left[:, 2:], geometry, there[0]),
            np.ascontiguousarray(left[:, :2]),
            ransacReprojThreshold=_REPROJECTION,
        )
        if matrix is None or inside.sum() < _MIN_PAIRS:
            break
        fits = inside.ravel() > 0
        matrix = _unturned(matrix, geometry, there[0])
        if _alike(matrix, geometry.matrix):
            found.append(_placement(matrix, left[fits], there, here))
        left = left[~fits]
    return tuple(found)


def _left_over(query: Keypoints, exemplar: Keypoints, geometry: Verification) -> NDArray[np.float32]:
    """Pairs (x and y in the query, in the exemplar) that look alike and lie elsewhere than the geometry says."""
    seen = mirrored(query) if geometry.mirrored else query
    pairs = matching_pairs(seen, exemplar)
    if geometry.mirrored:
        pairs[:, 0] = query.size[0] - 1 - pairs[:, 0]
    assert geometry.matrix is not None
    shown = pairs[:, 2:] @ geometry.matrix[:, :2].T + geometry.matrix[:, 2]
    elsewhere = np.abs(shown - pairs[:, :2]).max(axis=1, initial=0) > 2 * _REPROJECTION
    return np.asarray(pairs[elsewhere], np.float32)


def _turned(points: NDArray[np.float32], geometry: Verification, width: int) -> NDArray[np.float32]:
    """The exemplar's points as they lie in a mirrored one, so that no flip is left to find."""
    placed = points * (-1, 1) + (width - 1, 0) if geometry.mirrored else points
    return np.ascontiguousarray(placed, np.float32)


def _unturned(matrix: NDArray[np.float64], geometry: Verification, width: int) -> NDArray[np.float64]:
    if not geometry.mirrored:
        return matrix
    flip = np.array([(-1.0, 0.0, width - 1.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)])
    return np.asarray(matrix @ flip, np.float64)


def _alike(matrix: NDArray[np.float64], first: NDArray[np.float64]) -> bool:
    """Whether a piece is of a size and turn that go with the first."""
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.diagonal(matrix[:, :2]) / np.diagonal(first[:, :2])
    return bool((scale > _STRETCH[0]).all() and (scale < _STRETCH[1]).all())


def _placement(
    matrix: NDArray[np.float64], pairs: NDArray[np.float32], there: tuple[int, int], here: tuple[int, int]
) -> Placement:
    """In fractions of both pictures' sides instead of pixels."""
    linear = matrix[:, :2] * there / np.array(here)[:, None]
    offset = matrix[:, 2] / here
    (left, top), (right, bottom) = pairs[:, 2:].min(axis=0) / there, pairs[:, 2:].max(axis=0) / there
    piece = (float(left), float(top), float(right), float(bottom))
    return Placement(np.column_stack([linear, offset]), piece)
