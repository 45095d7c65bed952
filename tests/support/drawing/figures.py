"""The cast: people out of a head, a trunk and limbs, each about its own origin, and small props."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from drawing.canvas import INK, Canvas, Point

Arm = tuple[Point, Point]
"""Where elbow and hand are."""
Hair = Literal["short", "long", "bald", "curly", "bun"]


@dataclass(frozen=True, slots=True)
class PersonLook:
    """What a person keeps from one picture to the next."""

    skin: str = "#f3c9a5"
    hair: str = "#4b3428"
    shirt: str = "#4d86c9"
    trousers: str = "#39435c"
    style: Hair = "short"
    glasses: bool = False


class Mood(NamedTuple):
    """A face: how the eyes, the brows (tilt, positive is worried) and the mouth are drawn."""

    eyes: Literal["dot", "shut", "wide", "squint", "smug"]
    brow: float
    mouth: Literal["smile", "grin", "frown", "flat", "open", "wavy", "smirk"]


HAPPY = Mood("dot", 0, "smile")
JOY = Mood("shut", 0, "grin")
CALM = Mood("dot", 0, "flat")
SMUG = Mood("smug", -2, "smirk")
SAD = Mood("dot", 5, "frown")
TIRED = Mood("squint", 4, "wavy")
REFUSING = Mood("shut", 4, "frown")
SCARED = Mood("wide", 6, "wavy")
ANGRY = Mood("wide", -6, "open")


def head(c: Canvas, look: PersonLook, mood: Mood, *, gaze: float = 0, r: float = 40) -> None:
    """A head of radius ``r`` about the origin; ``gaze`` from -1 (left) to 1 (right) moves the features."""
    c = c.at(0, 0, zoom=r / 40)
    if look.style == "long":
        c.blob((-42, -20), (0, -50), (42, -20), (48, 42), (26, 56), (-26, 56), (-48, 42), fill=look.hair)
    if look.style == "bun":
        c.oval(0, -50, 16, fill=look.hair)
    for side in (-1, 1):
        if side * gaze < 0.9:
            c.oval(side * 39, 4, 7, 10, fill=look.skin)
    c.oval(0, 0, 38, 42, fill=look.skin)
    _hair(c, look, gaze)
    features(c.at(gaze * 13, 4), mood, gaze)
    if look.glasses:
        _glasses(c.at(gaze * 13, 2))


def _hair(c: Canvas, look: PersonLook, gaze: float) -> None:
    if look.style == "bald":
        return
    if look.style == "curly":
        for x, y, r in ((-34, -14, 13), (-26, -32, 15), (-6, -43, 16), (16, -39, 15), (33, -22, 13)):
            c.oval(x, y, r, fill=look.hair)
        c.oval(0, -26, 27, 14, fill=look.hair, width=0)
        return
    part = gaze * 9
    c.blob(
        (-39, 4),
        (-41, -22),
        (-22, -45),
        (6, -50),
        (32, -38),
        (41, -16),
        (39, 4),
        (32, -12),
        (18 + part, -24),
        (-4 + part, -18),
        (-24, -22),
        (-33, -10),
        fill=look.hair,
    )


def features(c: Canvas, mood: Mood, gaze: float = 0) -> None:
    """Eyes, brows, nose and mouth for a face of radius 40 about the origin."""
    for side in (-1, 1):
        _eye(c.at(side * 14, -4), mood.eyes, gaze)
        c.line((side * 21, -17 + mood.brow), (side * 8, -18 - mood.brow), width=3.4)
    c.curve((gaze * 3, 0), (gaze * 3 + (4 if gaze >= 0 else -4), 9), (gaze * 3 - 1, 10), width=2.6)
    _mouth(c.at(0, 21), mood.mouth)


def _eye(c: Canvas, kind: str, gaze: float) -> None:
    if kind == "shut":
        c.arc(0, -2, 6, 5, 20, 160, width=3)
    elif kind == "wide":
        c.oval(0, 0, 8.5, 9.5, fill="white", width=2.4)
        c.oval(gaze * 4, 0, 3, fill=INK, width=0)
    elif kind in ("squint", "smug"):
        c.oval(gaze * 2, 1, 3.6, fill=INK, width=0)
        c.line((-7, -2.5), (7, -2.5), width=3)
    else:
        c.oval(gaze * 2, 0, 3.8, 4.6, fill=INK, width=0)


def _mouth(c: Canvas, kind: str) -> None:
    if kind == "smile":
        c.arc(0, -6, 14, 11, 20, 160)
    elif kind == "grin":
        c.blob((-15, -4), (0, -1), (15, -4), (8, 9), (-8, 9), fill="#8c2f39")
        c.polygon((-12, -2), (12, -2), (10, 2), (-10, 2), fill="white", width=0)
    elif kind == "frown":
        c.arc(0, 8, 12, 10, 205, 335)
    elif kind == "open":
        c.oval(0, 2, 8, 10, fill="#8c2f39")
    elif kind == "wavy":
        c.curve((-13, 2), (-7, -2), (0, 3), (7, -2), (13, 2))
    elif kind == "smirk":
        c.curve((-11, 3), (2, 3), (13, -4))
    else:
        c.line((-10, 1), (10, 1))


def _glasses(c: Canvas) -> None:
    for side in (-1, 1):
        c.rect((side * 15 - 11, -11, side * 15 + 11, 9), radius=7, width=2.6, fill="#ffffff55")
    c.line((-4, -3), (4, -3), width=2.6)


def limb(c: Canvas, *points: Point, fill: str, width: float = 18, edge: float = 3) -> None:
    """An arm or a leg: a smooth tube through the points, outlined."""
    c.curve(*points, width=width + 2 * edge)
    c.curve(*points, width=width, fill=fill)


def hand(c: Canvas, x: float, y: float, skin: str, r: float = 11) -> None:
    """A closed hand."""
    c.oval(x, y, r, fill=skin)


def palm(c: Canvas, skin: str) -> None:
    """A hand about the origin, fingers spread and upwards."""
    for x, y, turn in ((-9, -9, -16), (-3, -12, -5), (4, -12, 6), (10, -8, 18)):
        c.at(x, y, turn=turn).rect((-4, -15, 4, 8), fill=skin, radius=4, width=2.4)
    c.at(-12, 2, turn=-60).rect((-4, -14, 4, 6), fill=skin, radius=4, width=2.4)
    c.oval(0, 2, 13, 13, fill=skin, width=2.4)
    c.oval(0, -1, 11, 10, fill=skin, width=0)


def stop_hand(c: Canvas, skin: str) -> None:
    """A hand about the origin that says no: fingers together and upwards, lines in the palm."""
    for x, top in ((-9, -26), (-3, -31), (3, -30), (9, -24)):
        c.rect((x - 3.4, top, x + 3.4, 2), fill=skin, radius=3.4, width=2.4)
    c.blob((-13, -8), (13, -8), (14, 8), (7, 19), (-8, 19), (-13, 8), fill=skin, width=2.4)
    c.rect((-10.6, -12, 10.6, 0), fill=skin, width=0)
    c.blob((-12, 4), (-22, -8), (-17, -13), (-8, -4), (-5, 8), fill=skin, width=2.4)
    c.curve((0, -3), (7, -1), (11, -4), width=2)
    c.curve((-1, 3), (5, 7), (10, 4), width=2)


def offering_hand(c: Canvas, skin: str) -> None:
    """A hand about the origin held out to the right, palm up, as a waiter's."""
    for x, y, turn in ((12, 4, -16), (14, -1, -20), (14, -6, -25)):
        c.at(x, y, turn=turn).rect((-10, -4, 20, 4), fill=skin, radius=4, width=2.4)
    c.blob((-16, 10), (-12, -8), (6, -9), (14, -6), (12, 6), (2, 13), fill=skin, width=2.4)
    c.blob((2, 6), (4, -6), (16, -8), (14, 4), fill=skin, width=0)
    c.blob((-9, -4), (-8, -20), (-2, -22), (2, -7), fill=skin, width=2.4)


def pressing_hand(c: Canvas, skin: str) -> None:
    """A hand about the origin whose index finger points upwards, the thumb across."""
    c.rect((-13, -36, -2, 6), fill=skin, radius=5.5)
    c.rect((-14, -9, 14, 15), fill=skin, radius=9)
    c.rect((-11.5, -14, -3.5, 4), fill=skin, width=0)
    c.line((5, -6), (5, 3), width=2.2)
    c.at(-3, 5, turn=68).rect((-4.5, -10, 4.5, 10), fill=skin, radius=4.5, width=2.4)


def showing_hand(c: Canvas, skin: str) -> None:
    """A hand about the origin that points to the right, the thumb up."""
    c.at(-4, -8, turn=-14).rect((-5, -22, 5, 8), fill=skin, radius=5, width=2.4)
    c.rect((-4, -10, 36, 0), fill=skin, radius=5, width=2.4)
    c.blob((-16, -8), (0, -10), (12, -4), (15, 8), (8, 17), (-10, 16), (-17, 6), fill=skin, width=2.4)
    c.polygon((-8, -7), (12, -8.6), (12, -1.6), (-4, 0), fill=skin, width=0)
    for y in (3, 9):
        c.curve((4, y), (11, y), (14, y + 2), width=2)


def trunk(c: Canvas, look: PersonLook, *, width: float = 62, height: float = 92, collar: bool = True) -> None:
    """A trunk hanging from the neck at the origin."""
    half = width / 2
    c.rect((-10, -14, 10, 12), fill=look.skin)
    c.blob(
        (-half * 0.42, 3),
        (0, 5),
        (half * 0.42, 3),
        (half * 0.88, 10),
        (half, 26),
        (half * 0.92, height),
        (0, height + 3),
        (-half * 0.92, height),
        (-half, 26),
        (-half * 0.88, 10),
        fill=look.shirt,
    )
    if collar:
        c.curve((-14, 3), (0, 16), (14, 3), width=2.6)


def person(
    c: Canvas,
    look: PersonLook,
    mood: Mood,
    *,
    left: Arm = ((-44, 60), (-40, 104)),
    right: Arm = ((44, 60), (40, 104)),
    legs: float = 90,
    gaze: float = 0,
) -> None:
    """Someone standing, the neck at the origin, feet at y = 96 + ``legs``; arms by elbow and hand."""
    if legs:
        for side in (-1, 1):
            limb(c, (side * 16, 88), (side * 18, 90 + legs), fill=look.trousers, width=22)
            c.blob(
                (side * 8, 88 + legs),
                (side * 24, 84 + legs),
                (side * 38, 96 + legs),
                (side * 8, 98 + legs),
                fill=INK,
            )
    trunk(c, look)
    head(c.at(0, -46), look, mood, gaze=gaze)
    for shoulder, (elbow, wrist) in (((-26, 20), left), ((26, 20), right)):
        limb(c, shoulder, elbow, wrist, fill=look.shirt)
        hand(c, *wrist, look.skin)


def sweat(c: Canvas, size: float = 1) -> None:
    """A drop of sweat about the origin."""
    c = c.at(0, 0, zoom=size)
    c.blob((0, -12), (6, 2), (0, 9), (-6, 2), fill="#8fd3f5", width=2.2)


def trophy(c: Canvas, fill: str = "#f4c542") -> None:
    """A cup standing on the origin, 62 high."""
    for side in (-1, 1):
        c.arc(side * 18, -46, 11, 11, 0, 360, width=4)
    c.blob((-20, -61), (0, -57), (20, -61), (15, -34), (0, -24), (-15, -34), fill=fill)
    c.rect((-4, -25, 4, -10), fill=fill)
    c.rect((-16, -11, 16, 0), fill="#8a5a32", radius=3)
    c.write(0, -44, "1", 19, align="middle")
