"""Emoji out of circles and curves, 40 in radius about the origin."""

from __future__ import annotations

from collections.abc import Callable

from drawing.canvas import INK, Canvas

_YELLOW = "#ffd34d"
_EDGE = "#c98a1b"
_BROWN = "#6b4220"


def emoji(c: Canvas, kind: str) -> None:
    """One of smile, think, laugh, cry, heart, cat, dog, music. ``KeyError`` for another kind."""
    _KINDS[kind](c)


def _disc(c: Canvas) -> None:
    c.oval(0, 0, 40, fill=_YELLOW, outline=_EDGE)
    c.glow(-8, -12, 30, 26, "#fff0a8", strength=0.7)


def _eyes(c: Canvas) -> None:
    for x in (-14, 14):
        c.oval(x, -8, 5, 7, fill=_BROWN, width=0)


def _smile(c: Canvas) -> None:
    _disc(c)
    _eyes(c)
    c.arc(0, 2, 22, 20, 20, 160, width=4, fill=_BROWN)


def _think(c: Canvas) -> None:
    _disc(c)
    _eyes(c)
    c.curve((-23, -20), (-15, -25), (-6, -21), width=4, fill=_BROWN)
    c.curve((6, -27), (15, -33), (24, -27), width=4, fill=_BROWN)
    c.curve((-8, 13), (4, 9), (16, 13), width=4, fill=_BROWN)
    skin = "#f5b83a"
    c.blob((-28, 28), (-18, 20), (2, 24), (4, 36), (-8, 46), (-26, 42), fill=skin, outline=_EDGE, width=2.6)
    c.at(-22, 22, turn=-14).rect((-6, -18, 5, 10), fill=skin, outline=_EDGE, width=2.6, radius=5)
    c.at(4, 22, turn=72).rect((-5, -16, 5, 16), fill=skin, outline=_EDGE, width=2.6, radius=5)


def _laugh(c: Canvas) -> None:
    _disc(c)
    for x in (-15, 15):
        c.arc(x, -6, 9, 9, 200, 340, width=4, fill=_BROWN)
    c.blob((-22, 4), (0, 7), (22, 4), (14, 24), (0, 29), (-14, 24), fill="#7b2b2f", outline=_BROWN, width=2.4)
    c.blob((-18, 6), (0, 9), (18, 6), (15, 12), (0, 14), (-15, 12), fill="white", width=0)
    for side in (-1, 1):
        tear = c.at(side * 35, 4, turn=side * 24)
        tear.blob((0, -12), (9, 4), (0, 12), (-9, 4), fill="#6cc4f0", outline="#2f8fc4", width=2.2)


def _cry(c: Canvas) -> None:
    _disc(c)
    for x in (-15, 15):
        c.arc(x, -10, 9, 7, 20, 160, width=4, fill=_BROWN)
        c.rect((x - 5, -2, x + 5, 34), fill="#6cc4f0", outline="#2f8fc4", width=2, radius=4)
    c.blob((-13, 24), (0, 10), (13, 24), (0, 21), fill="#7b2b2f", outline=_BROWN, width=2.4)


def _heart(c: Canvas) -> None:
    _disc(c)
    for x in (-15, 15):
        c.at(x, -8).blob(
            (0, 12),
            (-12, 0),
            (-11, -9),
            (-5, -11),
            (0, -5),
            (5, -11),
            (11, -9),
            (12, 0),
            fill="#e4444f",
            outline="#a82630",
            width=2.2,
        )
    c.blob((-19, 10), (0, 13), (19, 10), (10, 27), (-10, 27), fill="#7b2b2f", outline=_BROWN, width=2.4)


def _cat(c: Canvas) -> None:
    fur = "#f7b955"
    for side in (-1, 1):
        c.polygon((side * 36, -4), (side * 36, -42), (side * 8, -28), fill=fur, outline=_EDGE)
        c.polygon((side * 31, -14), (side * 31, -32), (side * 17, -24), fill="#f4a0a0", width=0)
    c.oval(0, 4, 40, 35, fill=fur, outline=_EDGE)
    for x in (-8, 0, 8):
        c.line((x, -28), (x, -17), width=3.4, fill=_EDGE)
    _animal_face(c)
    for side in (-1, 1):
        for dy in (-3, 4):
            c.line((side * 18, 14 + dy * 0.4), (side * 44, 11 + dy * 1.6), width=2, fill=_BROWN)


def _dog(c: Canvas) -> None:
    c.oval(0, 2, 37, 38, fill="#d9a066", outline=_BROWN)
    c.oval(14, -8, 13, 15, fill="#f3dcb8", width=0)
    for side in (-1, 1):
        ear = ((side * 22, -32), (side * 42, -28), (side * 46, 10), (side * 34, 20), (side * 30, -8))
        c.blob(*ear, fill="#8a5a32", outline=_BROWN)
    c.oval(0, 18, 20, 15, fill="#f3dcb8", outline=_BROWN, width=2.2)
    c.blob((-6, 26), (6, 26), (7, 40), (0, 44), (-7, 40), fill="#ef7d8b", outline=_BROWN, width=2.2)
    _animal_face(c)


def _animal_face(c: Canvas) -> None:
    for x in (-15, 15):
        c.oval(x, -4, 5, 7, fill=INK, width=0)
        c.oval(x + 1.5, -7, 1.8, fill="white", width=0)
    c.blob((-7, 10), (7, 10), (0, 17), fill="#8f3f46", outline=_BROWN, width=2)
    for side in (-1, 1):
        c.arc(side * 7, 17, 7, 7, 0, 180, width=2.8, fill=_BROWN)


def _music(c: Canvas) -> None:
    c.rect((-38, -38, 38, 38), fill="#6a7fd0", outline="#39479a", radius=12)
    c.line((-12, 16), (-12, -20), (18, -26), (18, 10), width=5, fill="white")
    for x, y in ((-18, 18), (12, 12)):
        c.oval(x, y, 9, 7, fill="white", width=0)


_KINDS: dict[str, Callable[[Canvas], None]] = {
    "smile": _smile,
    "think": _think,
    "laugh": _laugh,
    "cry": _cry,
    "heart": _heart,
    "cat": _cat,
    "dog": _dog,
    "music": _music,
}
