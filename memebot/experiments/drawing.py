"""Frames of experiments: a canvas with a title, panels with axes, and what is drawn into them.

Frames are looked at on a phone, often 360 pixels wide: no letters below 22 pixels on a canvas of 720, few lines, much
air. A canvas is drawn twice as large and scaled down, so that lines and letters are smooth; that costs about 15 ms a
frame. All coordinates are pixels of the finished frame, x to the right and y downwards; within a ``Plot`` they are
those of the data. All words are given, in whatever language.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from memebot.experiments.model import Array
from memebot.vision.fonts import font, wrapped

Colour = tuple[int, int, int]
Box = tuple[float, float, float, float]
"""left, top, right, bottom"""
Range = tuple[float, float]

PAPER: Colour = (248, 249, 251)
CARD: Colour = (255, 255, 255)
INK: Colour = (29, 39, 51)
FAINT: Colour = (98, 110, 124)
LINE: Colour = (219, 224, 230)
NIGHT: Colour = (27, 33, 43)
BLUE: Colour = (44, 104, 196)
ORANGE: Colour = (226, 122, 26)
GREEN: Colour = (34, 145, 98)
RED: Colour = (208, 54, 66)
VIOLET: Colour = (128, 74, 190)
YELLOW: Colour = (240, 186, 40)
SERIES: tuple[Colour, ...] = (BLUE, ORANGE, GREEN, RED, VIOLET, YELLOW)
"""Told apart also by people who confuse red and green, in this order."""

SIDE = 720
MARGIN = 36
_TITLE, _PLAIN, _SMALL = 34, 26, 22
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_FINE = 2  # how many times larger it is drawn


class Canvas:
    """One frame while it is drawn, paper all over."""

    def __init__(self, width: int = SIDE, height: int = SIDE) -> None:
        self.width, self.height = width, height
        self._sheet = Image.new("RGB", (width * _FINE, height * _FINE), PAPER)
        self.draw = ImageDraw.Draw(self._sheet)

    def image(self) -> Image.Image:
        """The finished frame, RGB."""
        return self._sheet.reduce(_FINE)

    def title(self, text: str, note: str = "") -> float:
        """A bold line at the top, broken where it is long, and a faint one under it; returns where both end."""
        end = self.paragraph((MARGIN, MARGIN - 8), text, size=_TITLE, bold=True)
        return self.paragraph((MARGIN, end + 2), note, colour=FAINT) if note else end

    def caption(self, text: str, colour: Colour = INK) -> None:
        """Text at the bottom, growing upwards."""
        lines = wrapped(text, font(_PLAIN), self.width - 2 * MARGIN)
        self.paragraph((MARGIN, self.height - MARGIN - len(lines) * _PLAIN * 1.3 + 8), text, colour=colour)

    def paragraph(
        self, at: tuple[float, float], text: str, *, size: float = _PLAIN, colour: Colour = INK, bold: bool = False
    ) -> float:
        """Text from ``at`` to the right margin, broken at spaces; returns the y below it."""
        x, y = at
        for line in wrapped(text, font(size, bold=bold), self.width - MARGIN - x):
            self.text((x, y), line, size=size, colour=colour, bold=bold)
            y += size * 1.3
        return y

    def text(
        self,
        at: tuple[float, float],
        text: str,
        *,
        size: float = _PLAIN,
        colour: Colour = INK,
        bold: bool = False,
        mono: bool = False,
        anchor: str = "la",
    ) -> None:
        """One line; ``anchor`` as Pillow has it: ``la`` left top, ``mm`` middle, ``rs`` right on the baseline."""
        face = font(size * _FINE, bold=bold, mono=mono)
        self.draw.text(_point(at), text, font=face, fill=colour, anchor=anchor)

    def line(self, points: Iterable[tuple[float, float]], colour: Colour = INK, width: float = 2) -> None:
        """Straight lines from point to point."""
        self.draw.line([_point(point) for point in points], fill=colour, width=round(width * _FINE), joint="curve")

    def disc(
        self,
        at: tuple[float, float],
        radius: float,
        fill: Colour | None,
        outline: Colour | None = None,
        width: float = 2,
    ) -> None:
        """A disc, or a ring without ``fill``."""
        x, y = at
        box = (x - radius, y - radius, x + radius, y + radius)
        self.draw.ellipse(_area(box), fill=fill, outline=outline, width=round(width * _FINE))

    def card(
        self,
        box: Box,
        fill: Colour | None = CARD,
        outline: Colour | None = LINE,
        radius: float = 14,
        width: float = 1.5,
    ) -> None:
        """A rectangle with round corners."""
        self.draw.rounded_rectangle(
            _area(box), radius * _FINE, fill=fill, outline=outline, width=max(1, round(width * _FINE))
        )

    def picture(self, picture: Image.Image | Array, box: Box, *, smooth: bool = True) -> Box:
        """A picture (Pillow's, uint8 (h, w, 3), or (h, w) grey) as large as fits into the middle of the box.

        ``smooth``: else pixels stay squares. Returns where it stands.
        """
        shown = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
        left, top, right, bottom = _area(box)
        scale = min((right - left) / shown.width, (bottom - top) / shown.height)
        size = (max(1, round(shown.width * scale)), max(1, round(shown.height * scale)))
        how = Image.Resampling.BICUBIC if smooth else Image.Resampling.NEAREST
        x, y = round((left + right - size[0]) / 2), round((top + bottom - size[1]) / 2)
        self._sheet.paste(shown.convert("RGB").resize(size, how), (x, y))
        return (x / _FINE, y / _FINE, (x + size[0]) / _FINE, (y + size[1]) / _FINE)

    def legend(self, at: tuple[float, float], items: Sequence[tuple[str, Colour]]) -> None:
        """Coloured dots with names, one after the other to the right."""
        x, y = at
        for name, colour in items:
            self.disc((x + 8, y + _SMALL * 0.55), 8, colour)
            self.text((x + 24, y), name, size=_SMALL)
            x += 24 + font(_SMALL).getlength(name) + 26

    def bars(
        self, box: Box, rows: Sequence[tuple[str, float]], *, strong: int | None = None, colour: Colour = BLUE
    ) -> None:
        """Probabilities as horizontal bars: a name, a bar of 0..1, its percentage; row ``strong`` stands out."""
        left, top, right, bottom = box
        step = (bottom - top) / max(1, len(rows))
        size = min(_PLAIN, step * 0.55)
        widths = [font(size, bold=number == strong).getlength(name) for number, (name, _) in enumerate(rows)]
        names = min((right - left) * 0.55, max(widths, default=0))
        start, end = left + names + 14, right - font(size).getlength("100 %") - 8
        for number, (name, value) in enumerate(rows):
            y = top + (number + 0.5) * step
            lit = strong is None or number == strong
            shown = shortened(name, names + 1, size, bold=number == strong)
            self.text((left + names, y), shown, size=size, bold=number == strong, anchor="rm")
            self.card((start, y - step * 0.3, end, y + step * 0.3), LINE, None, 5)
            if value > 0.01:
                filled = start + max(6.0, (end - start) * min(1.0, value))
                self.card((start, y - step * 0.3, filled, y + step * 0.3), colour if lit else pale(colour), None, 5)
            self.text((right, y), f"{value:.0%}".replace("%", " %"), size=size, colour=FAINT, anchor="rm")

    def columns(self, box: Box, names: Sequence[str], values: Array, *, colour: Colour = BLUE) -> None:
        """Probabilities 0..1 as upright bars on a card, the largest strong, a short name under each."""
        left, top, right, bottom = box
        self.card(box, radius=10)
        step, floor = (right - left - 16) / len(names), bottom - _SMALL * 1.5
        for number, (name, value) in enumerate(zip(names, values, strict=True)):
            x = left + 8 + (number + 0.5) * step
            best = value == values.max()
            self.text((x, bottom - 8), name, size=_SMALL, bold=best, colour=INK if best else FAINT, anchor="ms")
            height = max(3.0, float(value) * (floor - top - 14))
            self.card(
                (x - step * 0.36, floor - height, x + step * 0.36, floor), colour if best else pale(colour), None, 3
            )

    def panel(self, box: Box, x: Range, y: Range, *, names: tuple[str, str] = ("", "")) -> Plot:
        """A white card whose coordinates are those of the data, with the axes' names on the inside."""
        self.card(box, radius=10)
        panel = Plot(self, box, x, y)
        left, top, right, bottom = box
        if names[0]:
            self.text((right - 12, bottom - 10), names[0], size=_SMALL, colour=FAINT, anchor="rs")
        if names[1]:
            self.text((left + 12, top + 10), names[1], size=_SMALL, colour=FAINT)
        return panel


@dataclass(frozen=True, slots=True)
class Plot:
    """A part of a canvas with coordinates of its own; what lies outside of ``y`` is drawn on the edge."""

    canvas: Canvas
    box: Box
    x: Range
    y: Range

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the data stands on the canvas."""
        left, top, right, bottom = self.box
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = min(1.0, max(0.0, (y - self.y[0]) / (self.y[1] - self.y[0]))) if np.isfinite(y) else 0.0
        return left + across * (right - left), bottom - up * (bottom - top)

    def curve(self, xs: Array, ys: Array, colour: Colour = BLUE, width: float = 3.5) -> None:
        """A line through the points; it is broken where it leaves the panel and where it is no number."""
        inside = np.isfinite(ys) & (ys >= self.y[0]) & (ys <= self.y[1])
        for run in np.split(np.arange(len(xs)), np.flatnonzero(np.diff(inside.astype(int))) + 1):
            if len(run) and inside[run[0]]:
                around = range(max(0, run[0] - 1), min(len(xs), run[-1] + 2))  # as far as the edge
                points = [self.at(float(xs[n]), float(ys[n])) for n in around if np.isfinite(ys[n])]
                if len(points) > 1:
                    self.canvas.line(points, colour, width)

    def points(
        self, xs: Array, ys: Array, colour: Colour = INK, radius: float = 7, outline: Colour | None = CARD
    ) -> None:
        """Dots."""
        for x, y in zip(xs, ys, strict=True):
            self.canvas.disc(self.at(float(x), float(y)), radius, colour, outline)

    def course(self, xs: Array, ys: Array, colour: Colour = BLUE) -> None:
        """A line as far as something has come, with a dot at its end."""
        self.curve(xs, ys, colour)
        self.points(xs[-1:], ys[-1:], colour)

    def level(self, y: float, colour: Colour = LINE, width: float = 1.5) -> None:
        """A horizontal line all across."""
        self.canvas.line([self.at(self.x[0], y), self.at(self.x[1], y)], colour, width)

    def mark(self, x: float, colour: Colour = LINE, width: float = 1.5) -> None:
        """A vertical line all the way up."""
        self.canvas.line([self.at(x, self.y[0]), self.at(x, self.y[1])], colour, width)

    def tick(self, y: float, text: str, colour: Colour = LINE) -> None:
        """A horizontal line all across, with its value written at its left end."""
        self.level(y, colour)
        left, height = self.at(self.x[0], y)
        self.canvas.text((left + 10, height - 2), text, size=_SMALL, colour=FAINT, anchor="ls")

    def columns(self, xs: Array, ys: Array, colour: Colour = BLUE, width: float = 0.8) -> None:
        """Upright bars from 0, ``width`` of the data's x wide."""
        for x, y in zip(xs, ys, strict=True):
            left, top = self.at(float(x) - width / 2, float(y))
            right, bottom = self.at(float(x) + width / 2, 0.0)
            if bottom - top >= 1:
                self.canvas.card((left, top, right, bottom), colour, None, 4)

    def heat(self, values: Array, low: Colour, high: Colour, middle: Colour = CARD) -> None:
        """A field of numbers -1..1 as colours, (rows, columns), row 0 at the bottom of the panel."""
        left, top, right, bottom = self.box
        coloured = Image.fromarray(shaded(values[::-1], low, high, middle))
        stretched = coloured.resize((round(right - left), round(bottom - top)), Image.Resampling.BICUBIC)
        self.canvas.picture(stretched, self.box)


def shaded(values: Array, low: Colour, high: Colour, middle: Colour = CARD) -> Array:
    """Numbers -1..1 as colours from ``low`` over ``middle`` to ``high``: uint8, one axis more."""
    share = np.clip(np.nan_to_num(values), -1, 1)[..., None]
    ends = np.where(share < 0, np.array(low, float), np.array(high, float))
    return np.asarray(np.array(middle, float) * (1 - abs(share)) + ends * abs(share), np.uint8)


def shortened(text: str, width: float, size: float = _PLAIN, *, bold: bool = False) -> str:
    """The text, its end cut off where it would be more than ``width`` pixels wide."""
    face, kept = font(size, bold=bold), text
    while kept and face.getlength(kept if kept == text else f"{kept}…") > width:
        kept = kept[:-1].rstrip()
    return kept if kept == text else f"{kept}…"


def ten_to(power: int) -> str:
    """10 to that power, as one writes it."""
    return "10" + str(power).translate(_RAISED) if power else "1"


def _point(at: tuple[float, float]) -> tuple[float, float]:
    return at[0] * _FINE, at[1] * _FINE


def _area(box: Box) -> Box:
    left, top, right, bottom = box
    return left * _FINE, top * _FINE, right * _FINE, bottom * _FINE


def pale(colour: Colour, share: float = 0.45) -> Colour:
    """The colour, paler."""
    red, green, blue = (round(one * share + 255 * (1 - share)) for one in colour)
    return red, green, blue
