"""Small drawings with a meaning: words, emoji, shapes and captions, as pixels that can be put on a picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from memebot.vision.fonts import font, wrapped

Colour = tuple[int, int, int]
CaptionStyle = Literal["outlined", "plain", "boxed"]

EMOJI_FONTS = (
    Path("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"),
    Path("/usr/share/fonts/noto/NotoColorEmoji.ttf"),
    Path("/usr/share/fonts/google-noto-color-emoji-fonts/NotoColorEmoji.ttf"),
)
EMOJI_BITMAP = 109  # the one size in which that font has pictures
SPRITE_WIDTH = 128

WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Sprite:
    """Pixels to put on a picture: ``colour`` (h, w, 3) and ``opacity`` (h, w), 0..255."""

    colour: NDArray[np.uint8]
    opacity: NDArray[np.uint8]
    style: CaptionStyle | None = None


@dataclass(frozen=True, slots=True)
class Emoji:
    """One emoji with its CLDR names."""

    text: str
    english: str
    russian: str


def caption(rng: Random, words: list[str]) -> Sprite:
    """A caption of these words as people write it: outlined capitals, plain text, or text in a box."""
    style: CaptionStyle = rng.choices(("outlined", "plain", "boxed"), (6, 2, 2))[0]
    size = rng.randint(9, 24)
    face = _face(rng, size, bold=style == "outlined" or rng.random() < 0.4)
    capitals = rng.random() < (0.8 if style == "outlined" else 0.15)
    lines = wrapped(" ".join(word.upper() if capitals else word for word in words), face, SPRITE_WIDTH - 6)[:4]
    light = rng.random() < (0.85 if style == "outlined" else 0.3)
    ink, around = (WHITE, BLACK) if light else (BLACK, WHITE)
    if rng.random() < 0.1:
        ink = random_colour(rng)
    stroke = max(1, size // 11) if style == "outlined" else 0
    height = int(size * 1.15) * len(lines) + 6
    colour = Image.new("RGB", (SPRITE_WIDTH, height), around)
    opacity = Image.new("L", (SPRITE_WIDTH, height), 255 if style == "boxed" else 0)
    centred = rng.random() < 0.85
    for number, line in enumerate(lines):
        left = (SPRITE_WIDTH - face.getlength(line)) / 2 if centred else 3
        where = (left, 2 + number * int(size * 1.15))
        ImageDraw.Draw(colour).text(where, line, ink, face, stroke_width=stroke, stroke_fill=around)
        ImageDraw.Draw(opacity).text(where, line, 255, face, stroke_width=stroke, stroke_fill=255)
    longest = min(SPRITE_WIDTH, int(max(face.getlength(line) for line in lines)) + 6)
    left_edge = (SPRITE_WIDTH - longest) // 2 if centred else 0
    inside = slice(left_edge, left_edge + longest)
    return Sprite(np.asarray(colour)[:, inside].copy(), np.asarray(opacity)[:, inside].copy(), style)


def written(rng: Random, text: str, side: int) -> NDArray[np.uint8]:
    """The text on a plain or graded ground, filling most of a square picture: (side, side, 3)."""
    ground = gradient(rng, side) if rng.random() < 0.3 else np.full((side, side, 3), _ground(rng), np.uint8)
    picture = Image.fromarray(ground)
    lines = text.split() if len(text) > 11 and rng.random() < 0.7 else [text]
    if rng.random() < 0.35:
        lines = [line.upper() for line in lines]
    face = _face(rng, 40, bold=rng.random() < 0.5)
    widest = max(face.getlength(line) for line in lines)
    size = max(7, min(40 * 0.94 * side / widest, 0.8 * side / len(lines) / 1.2) * rng.uniform(0.65, 1.0))
    face = face.font_variant(size=size)
    dark = float(ground.mean()) < 128
    ink = WHITE if dark else BLACK
    if rng.random() < 0.3:
        ink = tuple(min(255, max(0, v + rng.randint(-90, 90))) for v in ink)  # type: ignore[assignment]
    stroke = 1 if rng.random() < 0.25 else 0
    top = rng.uniform(0, max(0.0, side - 1.25 * size * len(lines)))
    widest = max(face.getlength(line) for line in lines)
    left = rng.uniform(0, max(0.0, side - widest))
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        where = (left + (widest - face.getlength(line)) / 2, top + 1.2 * size * number)
        draw.text(where, line, ink, face, stroke_width=stroke, stroke_fill=BLACK if dark else WHITE)
    return np.array(picture)


SHAPES: dict[str, str] = {
    "circle": "круг",
    "square": "квадрат",
    "triangle": "треугольник",
    "star": "звезда",
    "arrow": "стрелка",
    "cross": "крест",
    "ring": "кольцо",
    "line chart": "график",
    "bar chart": "столбчатая диаграмма",
    "grid": "сетка",
}
HUES: dict[str, tuple[str, Colour]] = {
    "red": ("красный цвет", (220, 30, 30)),
    "green": ("зелёный цвет", (30, 160, 50)),
    "blue": ("синий цвет", (30, 60, 210)),
    "yellow": ("жёлтый цвет", (245, 215, 30)),
    "black": ("чёрный цвет", (10, 10, 10)),
    "white": ("белый цвет", (250, 250, 250)),
    "orange": ("оранжевый цвет", (250, 140, 20)),
    "purple": ("фиолетовый цвет", (130, 40, 180)),
}


def shape(rng: Random, name: str, hue: str, side: int) -> NDArray[np.uint8]:
    """One of ``SHAPES`` in one of ``HUES`` on a ground of another colour: (side, side, 3)."""
    ink = HUES[hue][1]
    ground = _ground(rng)
    while sum(abs(a - b) for a, b in zip(ink, ground, strict=True)) < 150:
        ground = random_colour(rng)
    picture = Image.new("RGB", (side, side), ground)
    draw = ImageDraw.Draw(picture)
    radius = side * rng.uniform(0.2, 0.42)
    x, y = (side / 2 + rng.uniform(-1, 1) * (side / 2 - radius) for _ in range(2))
    thick = max(2, int(side * rng.uniform(0.03, 0.07)))
    box = (x - radius, y - radius, x + radius, y + radius)
    match name:
        case "circle":
            draw.ellipse(box, fill=ink)
        case "ring":
            draw.ellipse(box, outline=ink, width=thick)
        case "square":
            draw.rectangle(box, fill=ink)
        case "line chart":
            draw.line((box[0], box[1], box[0], box[3], box[2], box[3]), fill=ink, width=thick)
            points = [(x + radius * (k / 3 - 1), y + radius * rng.uniform(-0.9, 0.8)) for k in range(7)]
            draw.line(points, fill=ink, width=thick)
        case "bar chart":
            draw.line((box[0], box[3], box[2], box[3]), fill=ink, width=thick)
            for k in range(4):
                left = box[0] + radius * k / 2
                draw.rectangle((left, y + radius * rng.uniform(-0.9, 0.6), left + radius / 3, box[3]), fill=ink)
        case "grid":
            for k in range(5):
                step = radius * k / 2
                draw.line((box[0] + step, box[1], box[0] + step, box[3]), fill=ink, width=max(1, thick // 2))
                draw.line((box[0], box[1] + step, box[2], box[1] + step), fill=ink, width=max(1, thick // 2))
        case _:
            draw.polygon(_outline(name, x, y, radius, rng.uniform(-0.25, 0.25)), fill=ink)
    return np.array(picture)


def _outline(name: str, x: float, y: float, radius: float, turn: float) -> list[tuple[float, float]]:
    if name == "triangle":
        polar = [(1.0, 1 / 4), (1.0, 7 / 12), (1.0, 11 / 12)]
    elif name == "star":
        polar = [(1.0 if k % 2 == 0 else 0.42, 1 / 4 + k / 10) for k in range(10)]
    elif name == "cross":
        polar = [
            (1.0, k / 4 + side * 0.045) if side else (0.38, k / 4 + 1 / 8) for k in range(4) for side in (-1, 1, 0)
        ]
    else:  # arrow
        polar = [(1.0, 0.0), (0.75, 0.12), (0.45, 0.08), (1.0, 0.46), (1.0, 0.54), (0.45, 0.92), (0.75, 0.88)]
    angles = [(r * radius, 2 * np.pi * a + (turn if name != "arrow" else 4 * turn)) for r, a in polar]
    return [(x + r * float(np.cos(a)), y - r * float(np.sin(a))) for r, a in angles]


def random_colour(rng: Random) -> Colour:
    """Any colour, extremes more often than chance would have it."""
    red, green, blue = (rng.choice((0, 255, rng.randint(0, 255))) for _ in range(3))
    return red, green, blue


def gradient(rng: Random, side: int) -> NDArray[np.uint8]:
    """A smooth passage between two colours, across or down: (side, side, 3)."""
    first, last = np.array(random_colour(rng), float), np.array(random_colour(rng), float)
    ramp = np.linspace(0, 1, side)[:, None, None]
    picture = np.broadcast_to(first + (last - first) * ramp, (side, side, 3)).astype(np.uint8)
    return np.ascontiguousarray(picture.swapaxes(0, 1)) if rng.random() < 0.5 else np.ascontiguousarray(picture)


def emoji_with_names() -> tuple[list[Emoji], str]:
    """Every emoji that one code point draws, and "" or why there are none.

    Needs the ``emoji`` package for the names and the Noto Color Emoji font for the pictures; training goes on
    without them where either is missing.
    """
    if emoji_font() is None:
        return [], "no Noto Color Emoji font (Debian: apt-get install fonts-noto-color-emoji)"
    if find_spec("emoji") is None:
        return [], "no emoji names (pip install emoji)"
    import emoji

    emoji.config.load_language("ru")
    found = []
    for text, facts in emoji.EMOJI_DATA.items():
        single = len(text.replace("\ufe0f", "")) == 1
        if single and facts["status"] == emoji.STATUS["fully_qualified"] and "ru" in facts:
            found.append(Emoji(text, _spoken(facts["en"]), _spoken(facts["ru"])))
    return sorted(found, key=lambda e: e.text), ""


def _spoken(name: str) -> str:
    return name.strip(":").replace("_", " ").lower()


def emoji_picture(text: str) -> NDArray[np.uint8] | None:
    """One emoji as RGBA at 72×72, or None where the font has no picture of it."""
    path = emoji_font()
    if path is None:
        return None
    face = ImageFont.truetype(path, EMOJI_BITMAP, layout_engine=ImageFont.Layout.BASIC)
    canvas = Image.new("RGBA", (136, 136), (0, 0, 0, 0))
    ImageDraw.Draw(canvas).text((0, 0), text[0], font=face, embedded_color=True)
    box = canvas.getbbox()
    if box is None:
        return None
    return np.array(canvas.crop(box).resize((72, 72), Image.Resampling.BOX))


@lru_cache(maxsize=1)
def emoji_font() -> Path | None:
    """Where the colour emoji font lies on this machine, or None."""
    return next((path for path in EMOJI_FONTS if path.is_file()), None)


def _face(rng: Random, size: float, *, bold: bool) -> ImageFont.FreeTypeFont:
    kind = rng.choices(("sans", "serif", "mono"), (6, 2, 1))[0]
    return font(size, bold=bold, serif=kind == "serif", mono=kind == "mono")


def _ground(rng: Random) -> Colour:
    return rng.choices((WHITE, BLACK, (30, 34, 40), random_colour(rng)), (5, 2, 1, 3))[0]
