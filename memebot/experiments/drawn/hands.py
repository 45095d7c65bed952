"""Hands that show rock, paper or scissors, drawn in any skin before any ground."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from memebot.experiments.model import Array

SIGNS = ("rock", "paper", "scissors")
"""In the order of the networks' outputs."""

_SKINS = (
    (255, 224, 189),
    (241, 194, 125),
    (224, 172, 105),
    (198, 134, 66),
    (141, 85, 36),
    (92, 56, 30),
    (255, 213, 79),
)
_PLAIN = ((214, 226, 238), (236, 226, 208), (214, 232, 218), (232, 220, 234))
_FINGERS = ((-0.155, 0.2), (-0.055, 0.16), (0.05, 0.17), (0.14, 0.22))
"""Where index to little finger begin, right of and above the middle of the palm (so the second is how far up)."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A rounded bar from one point to another, in the hand's own coordinates; y upwards from the palm."""

    start: tuple[float, float]
    end: tuple[float, float]
    width: float


def drawn_hand(rng: np.random.Generator, sign: str, side: int = 128, *, steady: bool = False) -> Array:
    """One hand: uint8 (side, side, 3). ``steady``: upright, large and in the middle, as one shows it on purpose."""
    large = 3 * side
    sheet = Image.new("RGB", (large, large), _PLAIN[rng.integers(len(_PLAIN))]) if steady else _ground(rng, large)
    turn = rng.normal(0, 0.12) if steady else rng.normal(0, 0.5)
    size = large * (0.95 if steady else rng.uniform(0.62, 1.05))
    mirrored = -1 if rng.random() < 0.5 else 1
    shift = np.zeros(2) if steady else rng.normal(0, 0.05, 2) * large
    cosine, sine = np.cos(turn), np.sin(turn)

    def place(point: tuple[float, float]) -> tuple[float, float]:
        x, y = point[0] * mirrored, -point[1] + 0.1
        return (
            float(large / 2 + shift[0] + size * (x * cosine - y * sine)),
            float(large / 2 + shift[1] + size * (x * sine + y * cosine)),
        )

    skin = tuple(int(np.clip(c + rng.normal(0, 10), 0, 255)) for c in _SKINS[rng.integers(len(_SKINS))])
    dark = tuple(int(c * rng.uniform(0.5, 0.7)) for c in skin)
    draw, edge = ImageDraw.Draw(sheet), size * rng.uniform(0.008, 0.016)
    for part in _parts(rng, sign):
        start, end = place(part.start), place(part.end)
        for width, colour in ((part.width * size + 2 * edge, dark), (part.width * size, skin)):
            draw.line((*start, *end), fill=colour, width=round(width))
            for x, y in (start, end):
                draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=colour)
    picture = sheet.reduce(3)
    if rng.random() < 0.4 and not steady:
        picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.2)))
    if steady:
        return np.asarray(picture).copy()
    lit = np.asarray(picture, np.float32) * rng.uniform(0.75, 1.15) + rng.normal(0, rng.uniform(0, 7), (side, side, 3))
    return np.clip(lit, 0, 255).astype(np.uint8)


def drawn_hands(rng: np.random.Generator, count: int, side: int = 128) -> tuple[Array, Array]:
    """Hands to learn from: uint8 (count, side, side, 3), and which of ``SIGNS`` they show."""
    which = rng.integers(0, len(SIGNS), count)
    return np.stack([drawn_hand(rng, SIGNS[sign], side) for sign in which]), which


def _parts(rng: np.random.Generator, sign: str) -> list[_Part]:
    """The bars of a hand, the rearmost first."""
    extended = {"rock": (), "paper": (0, 1, 2, 3), "scissors": (0, 1)}[sign]
    spread = rng.uniform(0.12, 0.34) if sign == "paper" else rng.uniform(0.22, 0.42)
    thick = rng.uniform(0.085, 0.11)
    parts = [_Part((0, -0.1), (0, -0.75), rng.uniform(0.2, 0.26)), _Part((-0.05, -0.02), (0.05, 0.02), 0.33)]
    for finger, (x, y) in enumerate(_FINGERS):
        if finger in extended:
            lean = spread * ((finger - 1.5) / 1.5 if sign == "paper" else (-0.6, 0.6)[finger])
            length = (0.3, 0.34, 0.31, 0.23)[finger] * rng.uniform(0.9, 1.1)
            tip = (x + length * np.sin(lean), y - 0.1 + (length + 0.08) * np.cos(lean))
            parts.append(_Part((x, y - 0.12), (float(tip[0]), float(tip[1])), thick))
        else:
            parts.append(_Part((x, y - 0.2), (x + rng.normal(0, 0.006), y - 0.06), thick * 1.08))
    if sign == "paper":
        angle = rng.uniform(0.7, 1.15)
        parts.append(
            _Part(
                (-0.13, -0.08), (-0.13 - 0.28 * float(np.sin(angle)), -0.08 + 0.28 * float(np.cos(angle))), thick * 1.1
            )
        )
    else:
        parts.append(_Part((-0.17, -0.04), (rng.uniform(-0.02, 0.06), rng.uniform(-0.07, 0.0)), thick * 1.1))
    return parts


def _ground(rng: np.random.Generator, side: int) -> Image.Image:
    """Something behind the hand: one colour, a fading one, or a few blurred things."""
    first, second = (tuple(int(c) for c in rng.integers(20, 245, 3)) for _ in range(2))
    sheet = Image.new("RGB", (side, side), first)
    kind = rng.random()
    if kind < 0.35:
        fade = Image.linear_gradient("L").rotate(int(rng.integers(4)) * 90).resize((side, side))
        sheet = Image.composite(Image.new("RGB", (side, side), second), sheet, fade)
    elif kind < 0.7:
        draw = ImageDraw.Draw(sheet)
        for _ in range(int(rng.integers(2, 7))):
            x, y, w, h = rng.uniform(-0.2, 1, 2).tolist() + rng.uniform(0.1, 0.7, 2).tolist()
            colour = tuple(int(c) for c in rng.integers(20, 245, 3))
            draw.rectangle((x * side, y * side, (x + w) * side, (y + h) * side), fill=colour)
        sheet = sheet.resize((side // 8, side // 8)).filter(ImageFilter.GaussianBlur(1.5)).resize((side, side))
    return sheet
