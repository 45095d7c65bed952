"""From a frame to what an encoder sees: the views of a picture, resized and normalised.

People add borders, caption bars and other panels, and crop. So a picture is looked at as a whole and, its borders
taken off, in parts; what is looked for is looked at in more parts than what it is looked for in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Frame = NDArray[np.uint8]
"""One picture: (height, width, 3), RGB, upright."""

_LOOK_AT = 256  # borders are searched for on a copy whose longer side has this many pixels
_TOLERANCE = 12  # a channel that differs by this much is still the border's colour
_PLAIN = 0.95  # share of a plain border's row that has the border's colour: words may reach to the edge
_WORDS = 0.35  # the same where words are written on it
_KEEP_AT_LEAST = 0.35  # of a side: where less would stay, what was taken for a border is the picture


@dataclass(frozen=True, slots=True)
class View:
    """A part of a picture, as shares of its height and width; ``trimmed``: of what lies within its borders."""

    top: float = 0.0
    bottom: float = 1.0
    left: float = 0.0
    right: float = 1.0
    trimmed: bool = True

    def of(self, frame: Frame) -> Frame:
        """The part; a side too short to cut keeps a pixel."""
        height, width = frame.shape[:2]
        return frame[_cut(height, self.top, self.bottom), _cut(width, self.left, self.right)]


def _cut(length: int, start: float, stop: float) -> slice:
    first = min(int(length * start), length - 1)
    return slice(first, max(first + 1, int(length * stop)))


WHOLE = View(trimmed=False)
VIEWS = (WHOLE, View(0.2, 0.8, 0.2, 0.8), View(bottom=0.6), View(top=0.4))
"""Of a picture that is asked about: all of it, and of what its borders leave the middle, the upper and lower part."""
EXEMPLAR_VIEWS = (*VIEWS, View(), View(right=0.6), View(left=0.4))
"""Of a known picture: also without borders, and its left and right part."""


def looks(frame: Frame, views: Sequence[View] = VIEWS) -> list[Frame]:
    """The views of a frame of any size."""
    inside = without_borders(frame) if any(view.trimmed for view in views) else frame
    return [view.of(inside if view.trimmed else frame) for view in views]


def without_borders(frame: Frame) -> Frame:
    """The picture without borders of one colour and without caption bars of that colour.

    A picture that is nothing but border (one colour, a page of text) comes back whole.
    """
    height, width = frame.shape[:2]
    scale = max(1.0, max(height, width) / _LOOK_AT)
    size = (max(1, round(width / scale)), max(1, round(height / scale)))
    small = np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), np.uint8)
    rows = _inside(small)
    columns = _inside(np.ascontiguousarray(small[slice(*rows)].swapaxes(0, 1)))
    top, bottom = (round(edge * height / size[1]) for edge in rows)
    left, right = (round(edge * width / size[0]) for edge in columns)
    return frame[top:bottom, left:right]


def _inside(picture: Frame) -> tuple[int, int]:
    """First and one past the last row that belongs to the picture and not to a border above or below it."""
    height = len(picture)
    plain_top, captioned_top = _border(picture)
    plain_bottom, captioned_bottom = _border(np.ascontiguousarray(picture[::-1]))
    for top, bottom in (
        (captioned_top, captioned_bottom),
        (captioned_top, plain_bottom),
        (plain_top, captioned_bottom),
        (plain_top, plain_bottom),
    ):
        if height - bottom - top >= max(1, _KEEP_AT_LEAST * height):
            return top, height - bottom
    return 0, height


def _border(picture: Frame) -> tuple[int, int]:
    """How many rows from the top are a plain border, and how many with the caption bar that it begins.

    A bar is rows of the border's colour with words between them; it ends at its last plain row.
    """
    colour = np.median(picture[0], axis=0)
    same = cv2.inRange(picture, colour - _TOLERANCE, colour + _TOLERANCE).mean(axis=1) / 255
    if same[0] < _PLAIN:
        return 0, 0
    bar = same[: _leading(same >= _WORDS)]
    return _leading(same >= _PLAIN), int(np.flatnonzero(bar >= _PLAIN)[-1]) + 1


def _leading(wanted: NDArray[np.bool_]) -> int:
    """Length of the run of true values that the array begins with."""
    return len(wanted) if wanted.all() else int(np.argmin(wanted))


def reduced(frame: Frame, shortest: int) -> Frame:
    """The frame at a half, a third, … of its size, its shorter side no shorter than ``shortest``.

    Whole fractions are many times faster than others, and the views of a small frame cost nothing. Fewer than
    a fraction's pixels are lost at the right and lower edge.
    """
    height, width = frame.shape[:2]
    fraction = min(height, width) // shortest
    if fraction < 2:
        return frame
    size = (width // fraction, height // fraction)
    whole_tiles = frame[: size[1] * fraction, : size[0] * fraction]
    return np.asarray(cv2.resize(whole_tiles, size, interpolation=cv2.INTER_AREA), np.uint8)


@dataclass(frozen=True, slots=True)
class Preprocess:
    """How one encoder wants its pictures, in the terms of open_clip's ``preprocess_cfg``.

    ``size``: height and width in pixels. ``resize_mode``: ``squash`` distorts, ``shortest`` cuts the longer
    side off, ``longest`` fills the shorter side up with ``fill_color``.
    """

    size: tuple[int, int]
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    resize_mode: Literal["squash", "shortest", "longest"] = "shortest"
    interpolation: str = "bicubic"
    fill_color: int = 0

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Preprocess:
        """Read open_clip's dictionary; ``size`` there may be one number."""
        size = config["size"]
        height, width = (size, size) if isinstance(size, int) else size
        return cls(
            size=(int(height), int(width)),
            mean=tuple(config["mean"]),
            std=tuple(config["std"]),
            resize_mode=config.get("resize_mode") or "shortest",
            interpolation=config.get("interpolation") or "bicubic",
            fill_color=int(config.get("fill_color") or 0),
        )

    def views(self, frame: Frame, views: Sequence[View] = VIEWS) -> NDArray[np.float32]:
        """The views of a frame of any size as one batch (views, height, width, 3)."""
        return self(looks(reduced(frame, 2 * max(self.size)), views))

    def __call__(self, frames: Sequence[Frame]) -> NDArray[np.float32]:
        """Frames of any size as one batch (n, height, width, 3), normalised, channels last."""
        batch = np.stack([self._fit(frame) for frame in frames]).astype(np.float32)
        batch -= 255 * np.asarray(self.mean, np.float32)
        batch /= 255 * np.asarray(self.std, np.float32)
        return batch

    def _fit(self, frame: Frame) -> Frame:
        height, width = self.size
        if self.resize_mode == "squash":
            return self._resize(frame, height, width)
        if self.resize_mode == "shortest":
            return self._resize(_middle(frame, height / width), height, width)
        scale = min(height / frame.shape[0], width / frame.shape[1])
        inner = self._resize(frame, *(max(1, round(side * scale)) for side in frame.shape[:2]))
        top, left = (height - inner.shape[0]) // 2, (width - inner.shape[1]) // 2
        page = np.full((height, width, 3), self.fill_color, np.uint8)
        page[top : top + inner.shape[0], left : left + inner.shape[1]] = inner
        return page

    def _resize(self, frame: Frame, height: int, width: int) -> Frame:
        shrinks = frame.shape[0] > height or frame.shape[1] > width
        enlarging = cv2.INTER_LINEAR if self.interpolation == "bilinear" else cv2.INTER_CUBIC
        method = cv2.INTER_AREA if shrinks else enlarging
        return np.asarray(cv2.resize(frame, (width, height), interpolation=method), np.uint8)


def _middle(frame: Frame, ratio: float) -> Frame:
    """The largest middle part whose height is ``ratio`` times its width: cut before enlarging, so that a
    picture of 1 by 20,000 pixels costs no more than any other."""
    height, width = frame.shape[:2]
    inner_height = min(height, max(1, round(width * ratio)))
    inner_width = min(width, max(1, round(height / ratio)))
    top, left = (height - inner_height) // 2, (width - inner_width) // 2
    return frame[top : top + inner_height, left : left + inner_width]
