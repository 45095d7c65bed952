"""A picture without the picture: a perceptual hash, local features, and the comparison of two such features.

``pdq`` answers "the same picture?", ``verify`` answers "the same template under another caption?".

Sources:
- PDQ: "The TMK+PDQF video-hashing algorithm and the PDQ image-hashing algorithm", Facebook 2019,
  https://github.com/facebook/ThreatExchange/tree/main/pdq (agrees with it bit for bit, up to rounding).
- SIFT: Lowe 2004, doi:10.1023/B:VISI.0000029664.99615.94. RootSIFT: Arandjelović and Zisserman, CVPR 2012.
- The second neighbour of the ratio test lies elsewhere in the picture: Mishkin, Matas and Perdoch 2015,
  "MODS: Fast and robust method for two-view matching", doi:10.1016/j.cviu.2015.08.005.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from knowledge.reading import Fingerprint, Keypoints

Frame = NDArray[np.uint8]
Points = NDArray[np.float32]

SIDE = 320
"""Longest side in pixels of the picture that is searched for local features."""
MAX_KEYPOINTS = 400

_CANDIDATES = 1500
_CELLS = 8
_DESCRIPTOR_SCALE = 512.0
_RATIO = 0.85
_REPROJECTION = 5.0
_MIN_MATCHES = 4


def fingerprint(frame: Frame, sha256: str) -> Fingerprint:
    """Hash and local features of an RGB frame (H, W, 3); the vectors are added by an encoder."""
    bits, quality = pdq(frame)
    return Fingerprint(sha256, bits, quality, keypoints(frame))


# --- PDQ ---------------------------------------------------------------------------------------------------


def pdq(frame: Frame) -> tuple[bytes, int]:
    """The PDQ hash of an RGB frame (H, W, 3): 32 bytes and a quality from 0 to 100.

    Two uploads of one picture differ in at most 31 of the 256 bits; below quality 50 the picture has too few
    edges for the hash to mean anything. The bytes are those of the reference's hexadecimal form. A side
    shorter than 5 pixels gives zero bits of quality 0, as in the reference.
    """
    height, width = frame.shape[:2]
    if min(height, width) < 5:
        return bytes(32), 0
    luma = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY).astype(np.float32)
    small = _tent_filter(height) @ luma @ _tent_filter(width).T
    spectrum = (_dct_rows() @ small @ _dct_rows().T).ravel()
    bits = spectrum > np.partition(spectrum, 127)[127]
    return np.packbits(bits[::-1]).tobytes(), _pdq_quality(small)


def _pdq_quality(small: NDArray[np.floating[Any]]) -> int:
    """How much the 64 × 64 picture changes from pixel to pixel; small changes count as none."""
    changes = (np.diff(small, axis=0).ravel(), np.diff(small, axis=1).ravel())
    total = sum(int(np.abs(np.trunc(change * 100 / 255)).sum()) for change in changes)
    return min(100, total // 90)


@lru_cache(maxsize=64)
def _tent_filter(length: int) -> NDArray[np.float32]:
    """(64, length): two passes of PDQ's box blur along one side, then every length/64-th sample.

    Blur and sampling are linear, so 64 rows of their product do the work of four passes over the picture.
    A box is cut at the borders and averages what is left of it.
    """
    window = -(-length // 128)
    right = (window + 2) // 2
    at = np.arange(length)
    start, stop = np.maximum(at + right - window, 0), np.minimum(at + right, length)
    share = (1 / (stop - start)).astype(np.float64)
    samples = ((np.arange(64) + 0.5) * length / 64).astype(np.int64)
    once = ((at >= start[samples, None]) & (at < stop[samples, None])) * share[samples, None]
    edges = np.zeros((length + 1, 64))
    np.add.at(edges, start, (once * share).T)
    np.subtract.at(edges, stop, (once * share).T)
    return np.ascontiguousarray(np.cumsum(edges[:-1], axis=0).T, dtype=np.float32)


@lru_cache(maxsize=1)
def _dct_rows() -> NDArray[np.float32]:
    """(16, 64): the lowest 16 frequencies of the cosine transform without the constant one."""
    frequency, position = np.arange(1, 17)[:, None], np.arange(64)
    rows = np.sqrt(2 / 64) * np.cos(np.pi / 128 * frequency * (2 * position + 1))
    return np.asarray(rows, np.float32)


# --- local features ----------------------------------------------------------------------------------------


def keypoints(frame: Frame) -> Keypoints:
    """SIFT features of an RGB frame (H, W, 3), at most ``MAX_KEYPOINTS``, strongest first.

    The picture is scaled to a longest side of ``SIDE``. The strongest features of every part of the picture
    are kept rather than the strongest of all, so that a caption's letters do not crowd the picture out. The
    contrast threshold is low enough for flat drawings. A picture without structure has no features.
    """
    gray = _searched(frame)
    height, width = gray.shape
    found, descriptors = _detector().detectAndCompute(gray, None)
    if descriptors is None or not found:
        return Keypoints(np.empty((0, 2), np.float32), np.empty((0, 128), np.uint8), (width, height))
    points = np.array([keypoint.pt for keypoint in found], np.float32)
    strength = np.array([keypoint.response for keypoint in found], np.float32)
    chosen = _spread(points, strength, (width, height))
    return Keypoints(points[chosen], _root_sift(descriptors[chosen]), (width, height))


def _searched(frame: Frame) -> NDArray[np.uint8]:
    height, width = frame.shape[:2]
    scale = SIDE / max(height, width)
    gray = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    resized = cv2.resize(gray, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    return np.asarray(resized, dtype=np.uint8)


@lru_cache(maxsize=1)
def _detector() -> Any:
    return cv2.SIFT.create(
        nfeatures=_CANDIDATES, contrastThreshold=0.01, edgeThreshold=12, enable_precise_upscale=True
    )


def _spread(points: Points, strength: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.intp]:
    """Indices of at most MAX_KEYPOINTS features, taking the strongest of each cell of a grid in turns."""
    cell = np.minimum(points / np.array(size, np.float32) * _CELLS, _CELLS - 1).astype(np.int64)
    cell_id = cell[:, 1] * _CELLS + cell[:, 0]
    by_cell = np.lexsort((-strength, cell_id))
    firsts = np.searchsorted(cell_id[by_cell], cell_id[by_cell])
    turn = np.empty(len(points), np.int64)
    turn[by_cell] = np.arange(len(points)) - firsts
    return np.lexsort((-strength, turn))[:MAX_KEYPOINTS]


def _root_sift(descriptors: NDArray[np.float32]) -> NDArray[np.uint8]:
    total = np.maximum(descriptors.sum(axis=1, keepdims=True), 1e-6)
    scaled = np.rint(np.sqrt(descriptors / total) * _DESCRIPTOR_SCALE)
    return np.asarray(np.minimum(scaled, 255), np.uint8)


def mirrored(features: Keypoints) -> Keypoints:
    """The features of the same picture flipped left to right, without looking at the picture again.

    Seen along its own direction, a mirrored feature has its rows of cells in reverse order and its gradient
    directions negated, so its descriptor is the same numbers in another order.
    """
    width, height = features.size
    points = features.points.copy()
    points[:, 0] = width - 1 - points[:, 0]
    return Keypoints(points, features.descriptors[:, _mirror_order()], (width, height))


@lru_cache(maxsize=1)
def _mirror_order() -> NDArray[np.intp]:
    order = np.arange(128).reshape(4, 4, 8)[::-1]
    return order[:, :, -np.arange(8) % 8].ravel()


# --- geometry ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Geometry:
    """How well one picture's features lie on another's.

    ``inliers``: places of the exemplar that were found again under one affine map. ``coverage``: 0..1, the
    share of the exemplar's occupied cells, out of those that the query can show, with an inlier.
    ``score``: 0..1, grows with both. ``mirrored``: the query shows the exemplar flipped left to right.
    ``matrix``: (2, 3), takes exemplar pixels to query pixels (both as in ``Keypoints.size``), flip included;
    None without a match. ``pairs``: float32 (inliers, 4), x and y in the query, x and y in the exemplar.
    """

    inliers: int
    coverage: float
    score: float
    mirrored: bool
    matrix: NDArray[np.float64] | None
    pairs: NDArray[np.float32]


def verify(query: Fingerprint, exemplar: Fingerprint) -> Geometry:
    """Compare the local features of two pictures, also with the query mirrored. Same input, same result."""
    straight = _align(query.keypoints, exemplar.keypoints)
    flipped = _align(mirrored(query.keypoints), exemplar.keypoints)
    if flipped.score > straight.score:
        return _unflip(flipped, query.keypoints.size[0])
    return straight


def _nothing() -> Geometry:
    return Geometry(0, 0.0, 0.0, False, None, np.empty((0, 4), np.float32))


def _unflip(geometry: Geometry, width: int) -> Geometry:
    if geometry.matrix is None:
        return geometry
    flip = np.array([[-1.0, 0.0, width - 1.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    pairs = geometry.pairs.copy()
    pairs[:, 0] = width - 1 - pairs[:, 0]
    matrix = flip[:2] @ np.vstack([geometry.matrix, [0.0, 0.0, 1.0]])
    return Geometry(geometry.inliers, geometry.coverage, geometry.score, True, matrix, pairs)


def _align(query: Keypoints, exemplar: Keypoints) -> Geometry:
    pairs = _matches(query, exemplar)
    if len(pairs) < _MIN_MATCHES:
        return _nothing()
    matrix, inside = cv2.estimateAffine2D(
        pairs[:, 2:], pairs[:, :2], method=cv2.RANSAC, ransacReprojThreshold=_REPROJECTION, maxIters=2000,
        confidence=0.995,
    )
    if matrix is None or not _plausible(matrix):
        return _nothing()
    pairs = _distinct(pairs[inside.ravel() > 0])
    coverage = _coverage(pairs, query.size, exemplar, matrix)
    return Geometry(len(pairs), coverage, _score(len(pairs), coverage), False, matrix, pairs)


def _matches(query: Keypoints, exemplar: Keypoints) -> NDArray[np.float32]:
    """Pairs (n, 4) that are each other's best and clearly better than the best elsewhere in the exemplar."""
    if len(query) < _MIN_MATCHES or len(exemplar) < _MIN_MATCHES:
        return np.empty((0, 4), np.float32)
    alike = _unit(query.descriptors) @ _unit(exemplar.descriptors).T
    best = alike.argmax(axis=1)
    rows = np.arange(len(query))
    top = alike[rows, best]
    mutual = top >= alike.max(axis=0)[best]
    near = np.abs(exemplar.points[:, None] - exemplar.points).max(axis=2) < 2 * _REPROJECTION
    elsewhere = np.where(near[best], -1, alike).max(axis=1)
    clear = (1 - top) < _RATIO**2 * (1 - elsewhere)
    keep = mutual & clear
    return np.hstack([query.points[keep], exemplar.points[best[keep]]])


def _unit(descriptors: NDArray[np.uint8]) -> NDArray[np.float32]:
    rows = descriptors.astype(np.float32)
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6), np.float32)


def _plausible(matrix: NDArray[np.float64]) -> bool:
    """Whether people do this to a picture: no flip, no wild scale, stretch, shear or turn."""
    linear = matrix[:, :2]
    if not np.isfinite(matrix).all() or np.linalg.det(linear) <= 0:
        return False
    long, short = np.linalg.svd(linear, compute_uv=False)
    turn = np.degrees(np.arctan2(linear[1, 0] - linear[0, 1], linear[0, 0] + linear[1, 1]))
    return bool(short > 0.12 and long < 5 and long < 2.2 * short and abs(turn) < 45)


def _distinct(pairs: NDArray[np.float32]) -> NDArray[np.float32]:
    """One pair a place: SIFT describes a place once for every direction that it could have."""
    for columns in (slice(0, 2), slice(2, 4)):
        _, first = np.unique(np.rint(pairs[:, columns]), axis=0, return_index=True)
        pairs = pairs[np.sort(first)]
    return pairs


def _coverage(pairs: NDArray[np.float32], size: tuple[int, int], exemplar: Keypoints,
              matrix: NDArray[np.float64]) -> float:
    shown = exemplar.points @ matrix[:, :2].T + matrix[:, 2]
    visible = ((shown >= 0) & (shown < size)).all(axis=1)
    occupied = set(_cells(exemplar.points[visible], exemplar.size))
    supported = set(_cells(pairs[:, 2:], exemplar.size))
    return len(supported & occupied) / max(1, len(occupied))


def _cells(points: Points, size: tuple[int, int]) -> list[int]:
    cell = np.clip(points / np.array(size, np.float32) * _CELLS, 0, _CELLS - 1).astype(np.int64)
    return [int(v) for v in cell[:, 1] * _CELLS + cell[:, 0]]


def _score(inliers: int, coverage: float) -> float:
    return float(1 / (1 + np.exp(-(0.35 * (inliers - 10) + 8 * (coverage - 0.25)))))
