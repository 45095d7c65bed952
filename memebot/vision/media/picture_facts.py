"""What a rule may want to know of a picture, measured: how much of it is text, and whether anything is beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from knowledge.reading import Line

Frame = NDArray[np.uint8]

_GRID = 200  # cells a side on which the share of text is measured
_EDGES_SIDE = 480
_AROUND = 3  # pixels of that picture around a line that are still its letters'
_COLOURS_SIDE = 96
_SHARE = 0.002  # a colour that covers less is an edge between two others


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """``text_share``: 0..1 of the area lies in lines of text, ``letters`` of them were read.

    ``beside``: 0..1, the share of the picture's edges that lies outside these lines: next to nothing in a screenshot
    of a post, a quarter in a page with a drawn figure, most in a captioned photo. ``colours``: how many of 512
    shades cover at least 0.2 % of the picture.
    """

    text_share: float
    letters: int
    beside: float
    colours: int


def picture_facts(frame: Frame, lines: Sequence[Line]) -> PictureFacts:
    """Measure an RGB frame (H, W, 3) and the lines that were read on it; a picture without edges has none beside."""
    text = _boxes(lines, _GRID, _GRID, around=0)
    letters = sum(letter.isalnum() for line in lines for letter in line.text)
    return PictureFacts(float(text.mean()), letters, _beside(frame, lines), _colours(frame))


def _beside(frame: Frame, lines: Sequence[Line]) -> float:
    grey = _shrunk(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), _EDGES_SIDE, cv2.INTER_AREA)
    edges = cv2.Canny(grey, 60, 150) > 0
    outside = edges & ~_boxes(lines, *grey.shape, around=_AROUND)
    return float(outside.sum() / max(1, edges.sum()))


def _boxes(lines: Sequence[Line], height: int, width: int, *, around: int) -> NDArray[np.bool_]:
    """(height, width): what lies in a line's box."""
    covered = np.zeros((height, width), np.bool_)
    for line in lines:
        left, top, across, down = line.box
        rows = slice(max(0, round(top * height) - around), max(0, round((top + down) * height) + around))
        columns = slice(max(0, round(left * width) - around), max(0, round((left + across) * width) + around))
        covered[rows, columns] = True
    return covered


def _colours(frame: Frame) -> int:
    shade = (_shrunk(frame, _COLOURS_SIDE, cv2.INTER_NEAREST) >> 5).astype(np.int64)
    counts = np.bincount((shade[..., 0] << 6 | shade[..., 1] << 3 | shade[..., 2]).ravel())
    return int((counts >= max(1, _SHARE * counts.sum())).sum())


def _shrunk(picture: Frame, side: int, method: int) -> Frame:
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    if scale >= 1:
        return picture
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=method), np.uint8)
