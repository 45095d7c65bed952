"""Where lines of text are: joining the pieces of a row, tiles of long pictures, and the reading order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
TORN = 1.3
"""Heights of a line between the pieces of a row that were found apart."""


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """One line's place: four corners in pixels of the frame, from the upper left, clockwise."""

    corners: NDArray[np.float32]

    @classmethod
    def upright(cls, left: float, top: float, right: float, bottom: float) -> Region:
        """A region with sides along the axes."""
        return cls(np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float32))

    @property
    def box(self) -> Box:
        """The smallest upright box around it."""
        (left, top), (right, bottom) = self.corners.min(0), self.corners.max(0)
        return float(left), float(top), float(right), float(bottom)

    @property
    def size(self) -> tuple[float, float]:
        """Length of the line and height of its letters."""
        a, b, _, d = self.corners
        return float(np.hypot(*(b - a))), float(np.hypot(*(d - a)))

    def longer(self, by: float) -> Region:
        """This line with ``by`` of its height more before and after it."""
        along = self.corners[1] - self.corners[0]
        length, height = self.size
        more = along * np.float32(by * height / max(1.0, length))
        return Region(self.corners + np.array([-more, more, more, -more], np.float32))

    @property
    def slanted(self) -> bool:
        """More than 4 degrees off the horizontal."""
        along = self.corners[1] - self.corners[0]
        return bool(abs(along[1]) > 0.07 * abs(along[0]))


def overlap(a: Box, b: Box, axis: int) -> float:
    """How much of the shorter of two intervals along ``axis`` (0: x, 1: y) the other covers; < 0 is a gap."""
    shorter = min(a[axis + 2] - a[axis], b[axis + 2] - b[axis])
    return (min(a[axis + 2], b[axis + 2]) - max(a[axis], b[axis])) / max(1e-6, shorter)


def same_place(a: Box, b: Box) -> bool:
    """Whether two boxes cover each other to more than 60 % of the smaller, both ways."""
    return overlap(a, b, 0) > 0.6 and overlap(a, b, 1) > 0.6


def rows(regions: Iterable[Region]) -> list[Region]:
    """Regions with pieces of one row joined: the detector parts monospaced lines at every space.

    What is taller than a letter is wide is no line and left out.
    """
    joined: list[Region] = []
    for region in sorted(regions, key=lambda region: region.box[0]):
        for i, row in enumerate(joined):
            if _same_row(row, region):
                joined[i] = Region.upright(*_around([row.box, region.box]))
                break
        else:
            joined.append(region)
    return [row for row in joined if row.size[0] > 0.6 * row.size[1]]


def _same_row(row: Region, region: Region) -> bool:
    """Whether ``region`` goes on with ``row``: close by, or within a letter's height if quite level with it."""
    if row.slanted or region.slanted:
        return False
    a, b = row.box, region.box
    low, high = sorted((a[3] - a[1], b[3] - b[1]))
    level = max(abs(a[1] - b[1]), abs(a[3] - b[3])) < 0.15 * low
    return overlap(a, b, 1) > 0.6 and high < 1.7 * low and b[0] - a[2] < (0.7 if level else 0.4) * low


def reading_order(boxes: Sequence[Box]) -> list[int]:
    """Indices of ``boxes`` in reading order.

    Lines of like height, one under another and close, make a paragraph; paragraphs that stand side by side
    are read from the left, a column at a time, otherwise from the top. What a monospaced row was torn into is a row.
    """
    paragraphs: list[list[int]] = []
    for i in sorted(range(len(boxes)), key=lambda i: (boxes[i][1], boxes[i][0])):
        home = next((lines for lines in paragraphs if _continues(boxes[lines[-1]], boxes[i])), None)
        if home is None:
            paragraphs.append([i])
        else:
            home.append(i)
    placed = [(_around([boxes[i] for i in lines]), lines) for lines in paragraphs]
    bands: list[list[tuple[Box, list[int]]]] = []
    for box, lines in sorted(placed, key=lambda place: place[0][1]):
        if bands and any(_beside(other, box) for other, _ in bands[-1]):
            bands[-1].append((box, lines))
        else:
            bands.append([(box, lines)])
    return [i for band in bands for lines in _in_columns(band, boxes) for i in lines]


def _in_columns(band: Sequence[tuple[Box, list[int]]], boxes: Sequence[Box]) -> list[list[int]]:
    """The paragraphs that stand side by side, those one under another together; torn rows as one paragraph."""
    columns: list[tuple[Box, list[tuple[Box, list[int]]]]] = []
    for box, lines in sorted(band):
        home = next((n for n, (whole, _) in enumerate(columns) if overlap(whole, box, 0) > 0.5), None)
        if home is None:
            columns.append((box, [(box, lines)]))
        else:
            columns[home] = _around([columns[home][0], box]), [*columns[home][1], (box, lines)]
    paragraphs = [lines for _, column in columns for _, lines in sorted(column, key=lambda place: place[0][1])]
    joined: list[list[int]] = []
    for lines in paragraphs:
        if joined and _are_rows([boxes[i] for i in joined[-1]], [boxes[i] for i in lines]):
            joined[-1] = [i for row in zip(joined[-1], lines, strict=True) for i in row]
        else:
            joined.append(lines)
    return joined


def _are_rows(left: Sequence[Box], right: Sequence[Box]) -> bool:
    """Whether two paragraphs are halves of the same rows: several, level and close, as wide apart."""
    if len(left) != len(right) or len(left) < 2:
        return False
    level = all(abs(_middle(a) - _middle(b)) < 0.2 * _height(a) for a, b in zip(left, right, strict=True))
    gaps = [(b[0] - a[2]) / _height(a) for a, b in zip(left, right, strict=True)]
    return level and max(gaps) - min(gaps) < 0.3 and -0.2 < min(gaps) < TORN


def _middle(box: Box) -> float:
    return (box[1] + box[3]) / 2


def _height(box: Box) -> float:
    return max(1.0, box[3] - box[1])


def _around(boxes: Iterable[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _continues(above: Box, below: Box) -> bool:
    low, high = sorted((above[3] - above[1], below[3] - below[1]))
    close = -0.5 * low < below[1] - above[3] < 0.8 * low
    return close and high < 1.8 * low and overlap(above, below, 0) > 0.5


def _beside(a: Box, b: Box) -> bool:
    return overlap(a, b, 1) > 0.5 and overlap(a, b, 0) < 0.2


def tiles(width: int, height: int, side: int, most: int) -> list[tuple[int, int, int, int]]:
    """Left, top, right, bottom of at most ``most`` pieces of a picture, from its beginning.

    One piece unless a side is more than twice the other and 1.5 times ``side``. The pieces of a long picture are
    at least ``side`` long and overlap by a fifth of the short side, so that each line is whole in one of them.
    """
    short, long = sorted((width, height))
    length = max(side, int(1.6 * short))
    if long <= max(2 * short, 1.5 * side):
        return [(0, 0, width, height)]
    lap = int(0.2 * short)
    starts = list(range(0, long - lap, length - lap))[:most]
    if height > width:
        return [(0, at, width, min(height, at + length)) for at in starts]
    return [(at, 0, min(width, at + length), height) for at in starts]


def parts(width: int, height: int, side: int, most: int) -> list[tuple[int, int, int, int]]:
    """Left, top, right, bottom of equal pieces that cover a picture, row by row, at most ``most`` of them.

    None is longer than ``side`` either way, unless so many would be needed. They overlap by an eighth of ``side``, so
    that a line of small letters is whole in one of them.
    """
    while True:
        lap = side // 8
        across, down = (max(1, -(-(long - lap) // (side - lap))) for long in (width, height))
        if across * down <= most:
            break
        side += lap
    columns, rows = _evenly(width, across, lap), _evenly(height, down, lap)
    return [(left, top, right, bottom) for top, bottom in rows for left, right in columns]


def _evenly(long: int, count: int, lap: int) -> list[tuple[int, int]]:
    """Start and end of ``count`` pieces of one length that overlap by ``lap``."""
    length = -(-(long + lap * (count - 1)) // count)
    return [(start, start + length) for start in (round(i * (long - length) / max(1, count - 1)) for i in range(count))]
