"""Is this the same picture, cropped, framed, flipped, turned or inside a screenshot? Local features say.

What was seen is kept as local features (SIFT, see ``memebot.vision.fingerprint``), not as a picture. A later picture
shows it if one turn, size and place of it brings most of these features upon features that look the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

from memebot.hashes import mirrored_descriptors

Points = NDArray[np.float32]

KEPT = 160
"""So many features of a picture are kept: the strongest of every part of it."""

_STEP = 12  # of a descriptor's numbers, which are kept in four bits
_SUBPIXEL = 64
_MATCHES = 160  # the likest pairs of features
_TRIALS = 600
_WITHIN = 4.0  # pixels of the searched picture
_ASKEW = 5.0  # degrees from a quarter turn; by chance features agree at any angle
_STRETCH = 1.5  # times as much along one side as along the other
_ALIKE = 0.8  # cosine of two descriptors that show the same
_CELLS = 8
_BLOCK_FEATURES = 6
_EDGE = 12  # pixels from the query's edge within which features are not found for certain
_VOID = 0.12
_LARGE = 0.8
_LEAST_SCALE = 0.5  # smaller, features that lie close together agree by chance

MIN_FOUND = 14
"""Of 2,988 pairs of different pictures 4 in 1,000 share as many places; their odds are low."""
_ODDS = (1.5, 1.5, 11.6, -8.8, -10.1, 1.6)
"""Fitted on changed copies of 142 pictures (crops, flips, bars, borders, colours, screenshots, small ones) against 270
pairs of one template with other captions and 3,000 of different pictures."""
_NEEDED = ((0.8, -3.0), (0.6, 0.0), (0.5, 1.5), (0.0, np.inf))
"""From how alike the words are on, and the odds that are needed then: other words are another meme."""
_NEEDED_WHERE_PARTED = 3.0
"""Of 348 pairs of code, chats and posts in one application none has odds of 2.3; of copies on screens 81 in 100 have
these."""
_WITHOUT_WORDS = -0.5


@dataclass(frozen=True, eq=False)
class Features:
    """Local features of one picture, strongest of every part first.

    ``points``: float32 (n, 2), pixels of the picture scaled to ``size`` (width, height). ``descriptors``: uint8
    (n, 128), RootSIFT times 512.
    """

    points: Points
    descriptors: NDArray[np.uint8]
    size: tuple[int, int]

    def __len__(self) -> int:
        return len(self.points)

    @cached_property
    def rows(self) -> NDArray[np.float32]:
        """The descriptors as unit rows."""
        rows = self.descriptors.astype(np.float32)
        return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6), np.float32)

    @cached_property
    def mirrored(self) -> Features:
        """Those of the picture flipped left to right."""
        points = self.points.copy()
        points[:, 0] = self.size[0] - 1 - points[:, 0]
        return Features(points, mirrored_descriptors(self.descriptors), self.size)

    def to_bytes(self) -> bytes:
        """The first ``KEPT`` of them in 68 bytes each, and the size: places to 1/64 pixel, descriptors in four bits."""
        points = np.rint(np.clip(self.points[:KEPT], 0, 1000) * _SUBPIXEL).astype("<u2")
        coarse = np.minimum((self.descriptors[:KEPT].astype(np.uint16) + _STEP // 2) // _STEP, 15).astype(np.uint8)
        packed = coarse[:, 0::2] << 4 | coarse[:, 1::2]
        return np.array(self.size, "<u2").tobytes() + points.tobytes() + packed.tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """What ``to_bytes`` kept."""
        width, height = np.frombuffer(data, "<u2", 2).tolist()
        count = (len(data) - 4) // 68
        points = np.frombuffer(data, "<u2", 2 * count, 4).reshape(-1, 2).astype(np.float32) / np.float32(_SUBPIXEL)
        packed = np.frombuffer(data, np.uint8, 64 * count, 4 + 4 * count).reshape(-1, 64)
        descriptors = np.empty((count, 128), np.uint8)
        descriptors[:, 0::2], descriptors[:, 1::2] = (packed >> 4) * _STEP, (packed & 15) * _STEP
        return cls(np.asarray(points, np.float32), descriptors, (width, height))


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far one picture shows another.

    ``found``: places of the other that were found again. ``share``: 0..1, of its features that are in view.
    ``least``: 0..1, the same for the sixth of its parts that agrees least: where other words stand it is next to
    nothing. ``void``: 0..1, how many parts do not agree at all. ``scale``: how large it is shown. ``mirrored``:
    flipped left to right.
    """

    found: int = 0
    share: float = 0.0
    least: float = 0.0
    void: float = 1.0
    scale: float = 1.0
    mirrored: bool = False

    def shows(self, alike: float | None, *, parted: bool = False) -> bool:
        """Whether it is the same picture; ``alike``: how alike the words are, ``None`` where too few were read.

        ``parted``: each has a passage of its own, as pages of one layout and posts of one author have.
        """
        if self.found < MIN_FOUND or self.scale < _LEAST_SCALE:
            return False
        needed = _WITHOUT_WORDS if alike is None else next(odds for above, odds in _NEEDED if alike >= above)
        return self.odds > (max(needed, _NEEDED_WHERE_PARTED) if parted else needed)

    def nearer(self, other: Agreement) -> Agreement:
        """Of two looks at one frame the one that shows the other picture larger: there a caption is seen better.

        Where both show it large enough, the one that shows more around it.
        """
        found = [one for one in (self, other) if one.found >= MIN_FOUND]
        if not found:
            return max(self, other, key=lambda one: one.found)
        large = [one for one in found if one.scale >= _LARGE]
        return min(large, key=lambda one: one.scale) if large else max(found, key=lambda one: one.scale)

    @property
    def odds(self) -> float:
        """The logarithm of the odds that it is the same picture, not another caption on the same template."""
        found = float(np.log1p(min(60, self.found)))
        evidence = (1.0, self.share, self.least, self.void, min(1.0, self.scale), found)
        return float(np.dot(_ODDS, evidence))


NO_AGREEMENT = Agreement()


def compare(query: Features, kept: Features) -> Agreement:
    """How far ``query`` shows what is kept, straight or flipped, whichever is the better."""
    straight, flipped = _compare(query, kept), _compare(query.mirrored, kept)
    return replace(flipped, mirrored=True) if flipped.found > straight.found else straight


def _compare(query: Features, kept: Features) -> Agreement:
    if min(len(query), len(kept)) < 6:
        return NO_AGREEMENT
    alike = query.rows @ kept.rows.T
    placed = _place(query.points, kept.points, *_matches(alike))
    return NO_AGREEMENT if placed is None else _weigh(query, kept, alike, placed)


def _matches(alike: NDArray[np.float32]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns that are each other's best, the likest first."""
    best = alike.argmax(axis=1)
    mutual = np.flatnonzero(alike.argmax(axis=0)[best] == np.arange(len(best)))
    order = np.argsort(-alike[mutual, best[mutual]], kind="stable")[:_MATCHES]
    return mutual[order], best[mutual[order]]


def _place(seen: Points, known: Points, here: NDArray[np.intp], there: NDArray[np.intp]) -> NDArray[np.float64] | None:
    """float64 (2, 3): what brings the known points upon those that were seen, or None."""
    if len(here) < 5:
        return None
    target, source = _plane(seen[here]), _plane(known[there])
    one, other = _pairs(len(here))
    apart = source[one] - source[other]
    with np.errstate(divide="ignore", invalid="ignore"):
        turn = (target[one] - target[other]) / apart
    usable = (np.abs(apart) > 15) & (np.abs(turn) > 0.2) & (np.abs(turn) < 4) & (_askew(turn) < 2 * _ASKEW)
    turn, shift = turn[usable], target[one][usable] - turn[usable] * source[one][usable]
    if not len(turn):
        return None
    fits = np.abs(turn[:, None] * source + shift[:, None] - target) < _WITHIN
    inside = fits[fits.sum(axis=1).argmax()]
    if inside.sum() < 5:
        return None
    matrix = None
    for _ in range(2):
        matrix = _affine(known[there][inside], seen[here][inside])
        moved = known[there] @ matrix[:, :2].T + matrix[:, 2]
        inside = np.abs(moved - seen[here]).max(axis=1) < _WITHIN
        if inside.sum() < 5:
            return None
    return matrix if matrix is not None and _plausible(matrix) else None


def _askew(turn: NDArray[np.complex128]) -> NDArray[np.float64]:
    """Degrees from the nearest quarter turn."""
    return np.asarray(np.abs((np.angle(turn, deg=True) + 45) % 90 - 45), np.float64)


def _plausible(matrix: NDArray[np.float64]) -> bool:
    """Whether people show a picture so: stretched a little at most, upright or turned by quarters."""
    (a, b), (c, d) = matrix[:, :2]
    long, short = np.linalg.svd(matrix[:, :2], compute_uv=False)
    return bool(long < _STRETCH * short and _askew(np.array(a + d + 1j * (c - b))) < _ASKEW)


def _plane(points: Points) -> NDArray[np.complex128]:
    return points[:, 0].astype(np.float64) + 1j * points[:, 1]


@lru_cache(maxsize=512)
def _pairs(count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Two of ``count`` at a time, always the same ones; the likest pairs of features come more often."""
    rng = np.random.default_rng(count)
    one, other = (np.floor(count * rng.random(_TRIALS) ** 1.5).astype(np.intp) for _ in range(2))
    keep = one != other
    return one[keep], other[keep]


def _affine(source: Points, target: Points) -> NDArray[np.float64]:
    """The least squares: a turn, one size and a shift for few points, any affine map for many."""
    x, y = source.T.astype(np.float64)
    one, nil = np.ones_like(x), np.zeros_like(x)
    if len(source) < 12:
        rows = np.concatenate([np.stack([x, -y, one, nil], 1), np.stack([y, x, nil, one], 1)])
        a, b, right, down = np.linalg.lstsq(rows, np.concatenate([target[:, 0], target[:, 1]]), rcond=None)[0]
        return np.array([(a, -b, right), (b, a, down)])
    return np.asarray(np.linalg.lstsq(np.stack([x, y, one], 1), target.astype(np.float64), rcond=None)[0].T)


def _weigh(query: Features, kept: Features, alike: NDArray[np.float32], matrix: NDArray[np.float64]) -> Agreement:
    shown = (kept.points @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)
    visible = np.asarray(((shown >= _EDGE) & (shown < np.array(query.size) - _EDGE)).all(axis=1), np.bool_)
    across = np.abs(query.points[:, 0, None] - shown[:, 0]) < _WITHIN
    down = np.abs(query.points[:, 1, None] - shown[:, 1]) < _WITHIN
    again = np.asarray(visible & (np.where(across & down, alike, -1).max(axis=0) > _ALIKE), np.bool_)
    seen, found = _blocks(kept, visible), _blocks(kept, again)
    shares = np.sort(found[seen >= _BLOCK_FEATURES] / seen[seen >= _BLOCK_FEATURES])
    return Agreement(
        found=len(np.unique(np.rint(kept.points[again]), axis=0)),
        share=float(again.sum() / max(1, visible.sum())),
        least=float(shares[: max(1, len(shares) // 6)].mean()) if len(shares) else 0.0,
        void=float((shares < _VOID).mean()) if len(shares) else 1.0,
        scale=float(np.sqrt(abs(np.linalg.det(matrix[:, :2])))),
    )


def _blocks(kept: Features, which: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How many of the features lie in each block of 2 × 2 cells of the picture; the blocks overlap."""
    cell = np.clip(kept.points[which] / np.array(kept.size) * _CELLS, 0, _CELLS - 1).astype(np.intp)
    count = np.bincount(cell[:, 1] * _CELLS + cell[:, 0], minlength=_CELLS**2).reshape(_CELLS, _CELLS)
    return np.asarray(count[:-1, :-1] + count[1:, :-1] + count[:-1, 1:] + count[1:, 1:])
