"""A sheet to draw on: smooth shapes and text in picture coordinates, nothing random."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple

from PIL import Image, ImageDraw
from PIL.ImageFont import FreeTypeFont

from memebot.vision.fonts import font

INK = "#2b2733"
SUPER = 4  # drawn this many times larger, then averaged down: smooth edges without any library

Point = tuple[float, float]
Box = tuple[float, float, float, float]
Align = Literal["left", "middle", "right"]


class _Affine(NamedTuple):
    """(x, y) -> (a x + b y + c, d x + e y + f)."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def __call__(self, point: Point) -> Point:
        x, y = point
        return self.a * x + self.b * y + self.c, self.d * x + self.e * y + self.f

    def placed(self, x: float, y: float, zoom: float, turn: float, flip: bool) -> _Affine:
        """Turns (degrees, clockwise), zooms and mirrors about the origin, moves to (x, y), then maps."""
        cos, sin = math.cos(math.radians(turn)) * zoom, math.sin(math.radians(turn)) * zoom
        side = -1 if flip else 1
        a, b, d, e = side * cos, -side * sin, sin, cos
        c, f = self((x, y))
        return _Affine(
            self.a * a + self.b * d,
            self.a * b + self.b * e,
            c,
            self.d * a + self.e * d,
            self.d * b + self.e * e,
            f,
        )


class Style(NamedTuple):
    """How letters look. ``squeeze`` narrows them (0.72 makes the bold sans look like poster letters)."""

    fill: str = INK
    bold: bool = False
    mono: bool = False
    serif: bool = False
    outline: float = 0
    outline_fill: str = "black"
    squeeze: float = 1

    def width(self, text: str, size: float) -> float:
        """Width in pixels of ``text`` set at ``size``, without the outline."""
        return self.face(size).getlength(text) * self.squeeze

    def face(self, size: float) -> FreeTypeFont:
        """The font of these letters."""
        return font(size, bold=self.bold, mono=self.mono, serif=self.serif)


PLAIN = Style()
BOLD = Style(bold=True)
MEME = Style(fill="white", bold=True, outline=2.2, squeeze=0.8)
POSTER = Style(fill="black", bold=True, squeeze=0.86)


class Canvas:
    """A picture in the making, ``size`` pixels. All lengths are in its pixels, from the top left corner."""

    def __init__(self, size: tuple[int, int], background: str = "white") -> None:
        self.size = size
        self._sheet = Image.new("RGB", (size[0] * SUPER, size[1] * SUPER), background)
        self._pen = ImageDraw.Draw(self._sheet, "RGBA")
        self._map = _Affine(SUPER, 0, 0, 0, SUPER, 0)

    def at(self, x: float, y: float, *, zoom: float = 1, turn: float = 0, flip: bool = False) -> Canvas:
        """The same sheet seen from (x, y): what is drawn there is moved, zoomed, turned and mirrored."""
        view = Canvas.__new__(Canvas)
        view.size, view._sheet, view._pen = self.size, self._sheet, self._pen
        view._map = self._map.placed(x, y, zoom, turn, flip)
        return view

    def finish(self) -> Image.Image:
        """The picture as it is now, RGB, ``size``."""
        return self._sheet.reduce(SUPER)

    # --- lines and shapes ------------------------------------------------------------------------------

    def line(self, *points: Point, width: float = 3, fill: str = INK) -> None:
        """A polyline with round joints and ends."""
        spots = [self._map(point) for point in points]
        thick = max(1, round(width * self._zoom))
        self._pen.line(spots, fill, thick)
        if thick > 2:
            for spot in spots:
                self._pen.circle(spot, thick / 2 - 0.5, fill)

    def curve(self, *points: Point, width: float = 3, fill: str = INK) -> None:
        """A smooth line through all the points."""
        self.line(*_smooth(points, closed=False), width=width, fill=fill)

    def polygon(self, *points: Point, fill: str | None = None, outline: str = INK, width: float = 3) -> None:
        """A closed shape; ``width=0`` draws no outline."""
        if fill is not None:
            self._pen.polygon([self._map(point) for point in points], fill)
        if width:
            self.line(*points, points[0], width=width, fill=outline)

    def blob(self, *points: Point, fill: str | None = None, outline: str = INK, width: float = 3) -> None:
        """A closed smooth shape through all the points."""
        self.polygon(*_smooth(points, closed=True), fill=fill, outline=outline, width=width)

    def oval(
        self,
        x: float,
        y: float,
        rx: float,
        ry: float | None = None,
        *,
        fill: str | None = None,
        outline: str = INK,
        width: float = 3,
    ) -> None:
        """An ellipse (a circle without ``ry``) about (x, y)."""
        ring = list(_arc((x, y), rx, rx if ry is None else ry, 0, 360))[:-1]
        self.polygon(*ring, fill=fill, outline=outline, width=width)

    def arc(
        self,
        x: float,
        y: float,
        rx: float,
        ry: float,
        start: float,
        end: float,
        *,
        width: float = 3,
        fill: str = INK,
    ) -> None:
        """A part of an ellipse's edge; degrees, clockwise from three o'clock."""
        self.line(*_arc((x, y), rx, ry, start, end), width=width, fill=fill)

    def rect(
        self, box: Box, *, fill: str | None = None, outline: str = INK, width: float = 3, radius: float = 0
    ) -> None:
        """An upright rectangle (left, top, right, bottom), with round corners if asked for."""
        self.polygon(*_corners(box, radius), fill=fill, outline=outline, width=width)

    # --- light -----------------------------------------------------------------------------------------

    def gradient(self, box: Box, top: str, bottom: str) -> None:
        """Fills an upright box from one colour at the top to another at the bottom. Ignores turns."""
        left, upper, right, lower = self._pixels(box)
        ramp = Image.linear_gradient("L").resize((right - left, lower - upper))
        self._sheet.paste(top, (left, upper, right, lower))
        self._sheet.paste(bottom, (left, upper, right, lower), ramp)

    def glow(
        self, x: float, y: float, rx: float, ry: float, fill: str, *, strength: float = 1, core: float = 0
    ) -> None:
        """Soft light about (x, y), fading out at the radii; the inner ``core`` (0..1) of them is full."""
        left, upper, right, lower = self._pixels((x - rx, y - ry, x + rx, y + ry))
        falloff = Image.radial_gradient("L").point(_falloff(strength, core))
        self._sheet.paste(fill, (left, upper), falloff.resize((right - left, lower - upper)))

    # --- text ------------------------------------------------------------------------------------------

    def write(self, x: float, y: float, text: str, size: float, style: Style = PLAIN, *, align: Align = "left") -> None:
        """One line of text whose middle height is at ``y``. Follows moves, zooms and turns, not mirrors."""
        zoom = self._zoom
        style = style._replace(outline=style.outline * zoom)
        before = {"left": 0.0, "middle": 0.5, "right": 1.0}[align] * style.width(text, size * zoom)
        spot_x, spot_y = self._map((x, y))
        for mask, (left, top), fill in _letters(text, size * zoom, style, before, self._turn):
            self._sheet.paste(fill, (round(spot_x - left), round(spot_y - top)), mask)

    def label(
        self,
        box: Box,
        text: str,
        size: float,
        style: Style = BOLD,
        *,
        align: Align = "middle",
        leading: float = 1.22,
    ) -> None:
        """Text wrapped at spaces into a box, centred in its height, at ``size`` or smaller if it must.

        A newline in ``text`` begins a new line.
        """
        left, top, right, bottom = box
        lines, size = fit(text, right - left, bottom - top, size, style, leading)
        x = {"left": left, "middle": (left + right) / 2, "right": right}[align]
        first = (top + bottom) / 2 - (len(lines) - 1) * size * leading / 2
        for number, line in enumerate(lines):
            self.write(x, first + number * size * leading, line, size, style, align=align)

    # --- helpers ---------------------------------------------------------------------------------------

    @property
    def _zoom(self) -> float:
        return math.hypot(self._map.a, self._map.d)

    @property
    def _turn(self) -> float:
        """Degrees, clockwise."""
        side = 1 if self._map.a * self._map.e > self._map.b * self._map.d else -1
        return math.degrees(math.atan2(side * self._map.d, side * self._map.a)) if self._map.d else 0.0

    def _pixels(self, box: Box) -> tuple[int, int, int, int]:
        (x0, y0), (x1, y1) = self._map(box[:2]), self._map(box[2:])
        return round(min(x0, x1)), round(min(y0, y1)), round(max(x0, x1)), round(max(y0, y1))


def fit(
    text: str, width: float, height: float, size: float, style: Style, leading: float = 1.22
) -> tuple[list[str], float]:
    """Lines and the largest size, at most ``size`` and at least 6, at which ``text`` fits the box."""
    while True:
        lines = [line for part in text.split("\n") for line in _wrap(part, width, size, style)]
        widest = max(style.width(line, size) for line in lines)
        if size <= 6 or (widest <= width and len(lines) * size * leading <= height):
            return lines, size
        size *= 0.96


def _wrap(text: str, width: float, size: float, style: Style) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and style.width(longer, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _letters(text: str, size: float, style: Style, before: float, turn: float) -> list[tuple[Image.Image, Point, str]]:
    """Masks, outline first, each with the spot ``before`` pixels into the text, and a colour."""
    face = style.face(size)
    margin = round(style.outline + size * 0.5)
    width, height = round(face.getlength(text)) + 2 * margin, round(size * 1.2) + 2 * margin
    spot = (margin * style.squeeze + before, height / 2)
    layers = []
    for thickness, fill in ((round(style.outline), style.outline_fill), (0, style.fill)):
        mask = Image.new("L", (width, height))
        ImageDraw.Draw(mask).text((margin, height / 2), text, 255, face, anchor="lm", stroke_width=thickness)
        mask = mask.resize((max(1, round(width * style.squeeze)), height))
        layers.append((*_turned(mask, spot, turn), fill))
    return layers if style.outline else layers[1:]


def _turned(mask: Image.Image, spot: Point, turn: float) -> tuple[Image.Image, Point]:
    if not turn:
        return mask, spot
    reach = round(math.hypot(*mask.size))
    wide = Image.new("L", (2 * reach, 2 * reach))
    wide.paste(mask, (round(reach - spot[0]), round(reach - spot[1])))
    return wide.rotate(-turn, Image.Resampling.BICUBIC), (reach, reach)


def _smooth(points: Sequence[Point], *, closed: bool, steps: int = 12) -> list[Point]:
    """Catmull-Rom: a curve through all the points."""
    if len(points) < 3:
        return list(points)
    ring = [points[-1], *points, *points[:2]] if closed else [points[0], *points, points[-1]]
    smooth: list[Point] = []
    for p0, p1, p2, p3 in zip(ring, ring[1:], ring[2:], ring[3:], strict=False):
        smooth += [
            (_spline(p0[0], p1[0], p2[0], p3[0], i / steps), _spline(p0[1], p1[1], p2[1], p3[1], i / steps))
            for i in range(steps)
        ]
    return smooth if closed else [*smooth, points[-1]]


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return b + t / 2 * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))


def _arc(centre: Point, rx: float, ry: float, start: float, end: float) -> Iterator[Point]:
    steps = max(8, round(abs(end - start) / 6))
    for i in range(steps + 1):
        angle = math.radians(start + (end - start) * i / steps)
        yield centre[0] + rx * math.cos(angle), centre[1] + ry * math.sin(angle)


def _corners(box: Box, radius: float) -> list[Point]:
    left, top, right, bottom = box
    if not radius:
        return [(left, top), (right, top), (right, bottom), (left, bottom)]
    middles = [
        (right - radius, top + radius, -90),
        (right - radius, bottom - radius, 0),
        (left + radius, bottom - radius, 90),
        (left + radius, top + radius, 180),
    ]
    return [point for x, y, start in middles for point in _arc((x, y), radius, radius, start, start + 90)]


def _falloff(strength: float, core: float) -> Callable[[int], float]:
    """Turns Pillow's radial gradient (0 in the middle, 255 in the square's corners) into a soft mask."""

    def value(level: int) -> float:
        distance = level / 255 * math.sqrt(2)
        fade = min(1.0, max(0.0, (1 - distance) / (1 - core)))
        return 255 * strength * fade * fade * (3 - 2 * fade)

    return value
