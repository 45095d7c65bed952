"""Formats that people re-caption, as our own cartoons of their form; every word in them is an argument."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from PIL import Image

from drawing.canvas import BOLD, INK, MEME, POSTER, Canvas, Point, Style
from drawing.figures import (
    ANGRY,
    CALM,
    HAPPY,
    REFUSING,
    SMUG,
    Arm,
    Mood,
    PersonLook,
    hand,
    head,
    limb,
    offering_hand,
    palm,
    person,
    pressing_hand,
    showing_hand,
    stop_hand,
    sweat,
    trunk,
)

_BLANK4 = ("", "", "", "")

# --- expanding brain -------------------------------------------------------------------------------------


def expanding_brain(rows: tuple[str, str, str, str] = _BLANK4) -> Image.Image:
    """Four rows, each with a brighter brain than the one above."""
    c = Canvas((640, 880), "white")
    for level in (3, 2, 1, 0):  # light that leaves a cell upwards is painted over by the cell above
        (_brain1, _brain2, _brain3, _brain4)[level](c.at(320, level * 220))
    _captions(c, rows)
    return c.finish()


def _captions(c: Canvas, rows: tuple[str, ...], height: float = 220) -> None:
    """The left column of a comic of two columns, 320 each, and the frames of both."""
    for level, text in enumerate(rows):
        top = level * height
        c.rect((0, top, 320, top + height), fill="white", width=4)
        c.label((16, top + 10, 304, top + height - 10), text, 32 * height / 220, POSTER)
        c.rect((320, top, 640, top + height), width=4)


def _profile(c: Canvas, fill: str, edge: str) -> None:
    """A bust from the side, looking right, in a cell of 320 by 220."""
    c.polygon(*_PROFILE, fill=fill, outline=edge)


_PROFILE = (
    (52, 220),
    (62, 196),
    (96, 182),
    (108, 168),
    (104, 148),
    (88, 126),
    (80, 98),
    (82, 66),
    (98, 38),
    (126, 20),
    (162, 14),
    (194, 24),
    (216, 46),
    (224, 72),
    (222, 86),
    (236, 112),
    (234, 118),
    (224, 120),
    (226, 130),
    (220, 134),
    (224, 142),
    (216, 148),
    (216, 160),
    (206, 168),
    (184, 166),
    (178, 176),
    (186, 188),
    (222, 200),
    (236, 220),
)


def _brain(c: Canvas, fill: str, edge: str, zoom: float = 1) -> None:
    """A brain from the side about the origin, 100 wide."""
    c = c.at(0, 0, zoom=zoom)
    c.blob((20, 22), (34, 28), (30, 46), (16, 44), fill=fill, outline=edge, width=2.4)
    c.blob(
        (-50, 4),
        (-42, -22),
        (-14, -36),
        (20, -34),
        (44, -16),
        (50, 6),
        (38, 24),
        (8, 22),
        (-14, 32),
        (-40, 24),
        fill=fill,
        outline=edge,
        width=2.6,
    )
    for fold in (
        ((-42, 2), (-28, -6), (-24, -20), (-10, -22)),
        ((-30, 18), (-14, 8), (-2, 12), (8, 2)),
        ((-6, -34), (0, -18), (14, -12), (12, 2)),
        ((24, -30), (28, -14), (42, -8)),
        ((18, 16), (30, 4), (46, 6)),
        ((-18, -6), (-8, -8), (-2, 0)),
    ):
        c.curve(*fold, width=2.4, fill=edge)


def _brain1(c: Canvas) -> None:
    c.gradient((0, 0, 320, 220), "#20233a", "#12141f")
    _profile(c, "#3a3f5c", "#5a6190")
    c.oval(150, 74, 56, 44, fill="#262a42", outline="#4a507a", width=2)
    _brain(c.at(150, 76), "#8d6f7d", "#57424e", 0.62)


def _brain2(c: Canvas) -> None:
    c.gradient((0, 0, 320, 220), "#182a52", "#0d1530")
    c.glow(150, 90, 150, 130, "#3f78d8", strength=0.55)
    _profile(c, "#35589c", "#8fb6f5")
    c.glow(150, 74, 92, 74, "#9cd0ff", strength=0.85)
    _brain(c.at(150, 74), "#e9b4c6", "#8c4a6a", 0.95)


def _rays(c: Canvas, x: float, y: float, inner: float, outer: float, count: int, fill: str) -> None:
    for i in range(count):
        angle = 2 * math.pi * (i + 0.5) / count
        reach = outer * (1 if i % 2 else 0.72)
        cos, sin = math.cos(angle), math.sin(angle)
        c.line((x + inner * cos, y + inner * sin), (x + reach * cos, y + reach * sin), width=2.2, fill=fill)


def _brain3(c: Canvas) -> None:
    c.gradient((0, 0, 320, 220), "#3a1c6e", "#150a33")
    c.glow(150, 80, 160, 140, "#b06bff", strength=0.75)
    _profile(c, "#5a3aa8", "#d6b8ff")
    c.glow(150, 72, 110, 90, "#fff0ff", strength=1, core=0.3)
    _rays(c, 150, 72, 40, 146, 28, "#ffe9ffcc")
    _brain(c.at(150, 72), "#fff6fb", "#c25fb0", 1.08)


def _brain4(c: Canvas) -> None:
    c.gradient((0, 0, 320, 220), "#0a1a4a", "#4a0f5e")
    for i in range(90):
        c.oval((i * 83.7) % 318 + 1, (i * 47.3) % 218 + 1, 0.8 + (i % 4) * 0.5, fill="#ffffffcc", width=0)
    c.glow(160, 84, 210, 130, "#ffb347", strength=0.6)
    _rays(c, 160, 70, 46, 128, 44, "#ffe58acc")
    c.blob(
        (70, 219),
        (84, 176),
        (132, 158),
        (140, 138),
        (120, 104),
        (124, 52),
        (160, 34),
        (196, 52),
        (200, 104),
        (180, 138),
        (188, 158),
        (236, 176),
        (250, 219),
        fill="#2b63c9aa",
        outline="#bfe6ff",
    )
    for points in (((160, 150), (160, 218)), ((92, 190), (130, 172), (160, 184), (190, 172), (228, 190))):
        c.curve(*points, width=2.2, fill="#bfe6ff")
    c.glow(160, 74, 74, 66, "#ffffff", core=0.25)
    _brain(c.at(160, 70), "#fffbe0", "#e0942b", 0.8)
    for x in (146, 174):
        c.oval(x, 110, 7, 3.4, fill="white", outline="#bfe6ff", width=1.6)
    c.arc(160, 122, 10, 7, 20, 160, width=2.2, fill="#e9f7ff")


# --- two buttons -----------------------------------------------------------------------------------------


def two_buttons(left: str = "", right: str = "", who: str = "") -> Image.Image:
    """Two red buttons that exclude each other; below, somebody sweats over the choice."""
    c = Canvas((600, 860), "white")
    c.gradient((0, 0, 600, 440), "#bcd3de", "#8fa9b8")
    _panel(c, left, right)
    c.gradient((0, 440, 600, 860), "#d8e7ec", "#b8cfd8")
    _sweating_man(c.at(300, 700))
    c.label((30, 800, 570, 852), who, 38, MEME)
    for box in ((0, 0, 600, 440), (0, 440, 600, 860)):
        c.rect(box, width=5)
    return c.finish()


def _panel(c: Canvas, left: str, right: str) -> None:
    c.polygon((0, 250), (600, 170), (600, 440), (0, 440), fill="#d9d4c7")
    c.polygon((0, 404), (600, 350), (600, 440), (0, 440), fill="#b9b3a3", width=2)
    for x, y, text in ((170, 268, left), (408, 236, right)):
        c.at(x - 6, y - 128, turn=-7).rect((-112, -54, 112, 46), fill="#fffdf6", radius=4)
        c.at(x - 6, y - 128, turn=-7).label((-102, -50, 102, 42), text, 27)
        c.line((x, y - 78), (x, y - 40), width=5)
        c.oval(x, y + 34, 84, 40, fill="#8e8879")
        c.oval(x, y + 18, 66, 34, fill="#a81f2b")
        c.oval(x, y, 66, 34, fill="#e0343f")
        c.oval(x - 18, y - 12, 22, 8, fill="#ffffff66", width=0)
    for i in range(5):
        c.oval(520 + (i % 2) * 34, 300 + i * 22, 8, fill=("#6fc28a", "#f4c542", "#5a8fd8")[i % 3], width=2.4)
    limb(c, (330, 446), (322, 400), (300, 352), fill="#f1f1ee", width=62)
    pressing_hand(c.at(292, 330, turn=-16, zoom=2.1), "#f3c9a5")


_SWEAT = (
    (-104, -150, -24, 2.0),
    (-130, -90, -34, 1.5),
    (-64, -60, 0, 1.4),
    (60, -66, 0, 1.6),
    (118, -100, 30, 1.6),
    (-86, -200, -20, 1.4),
)


def _sweating_man(c: Canvas) -> None:
    look = PersonLook(shirt="#e4e6ea", hair="#8a5a32")
    trunk(c.at(0, 0, zoom=1.9), look, width=86)
    head(c.at(0, -110), look, Mood("shut", 6, "wavy"), r=98)
    limb(c, (64, 62), (166, 10), (90, -172), fill=look.shirt, width=42)
    palm(c.at(66, -186, turn=-70, zoom=1.7), look.skin)
    c.at(30, -190, turn=-8).rect((-46, -18, 40, 14), fill="#fbfbf7", radius=10)
    for x, y, turn, size in _SWEAT:
        sweat(c.at(x, y, turn=turn), size)


# --- no, yes ---------------------------------------------------------------------------------------------


def no_yes(no: str = "", yes: str = "") -> Image.Image:
    """Two rows: somebody turns away from the first thing and approves of the second."""
    c = Canvas((720, 720), "white")
    look = PersonLook(skin="#c98f62", hair="#241d1c", shirt="#e0872c", style="curly")
    for top, text, paint, wall in ((0, no, _refuse, "#f0c75e"), (360, yes, _approve, "#f3d27a")):
        c.gradient((0, top, 360, top + 360), wall, "#e2a83e")
        paint(c.at(180, top + 180), look)
        c.rect((360, top, 720, top + 360), fill="white", width=4)
        c.label((380, top + 14, 700, top + 346), text, 40, POSTER)
        c.rect((0, top, 360, top + 360), width=4)
    return c.finish()


def _jacket(c: Canvas, look: PersonLook) -> None:
    trunk(c.at(0, 54, zoom=1.5), look, width=92, height=100)
    c.line((0, 78), (0, 196), width=3)
    for y in (100, 130, 160):
        c.curve((-64, y), (-32, y + 7), (0, y), width=2.4, fill="#a55c14")
        c.curve((0, y), (32, y + 7), (64, y), width=2.4, fill="#a55c14")


def _refuse(c: Canvas, look: PersonLook) -> None:
    c = c.at(-40, 0)
    _jacket(c, look)
    head(c.at(-6, -28, turn=-10), look, REFUSING, gaze=-0.6, r=66)
    limb(c, (48, 86), (110, 104), (128, 24), fill=look.shirt, width=34)
    stop_hand(c.at(130, 0, zoom=2.0, turn=8), look.skin)


def _approve(c: Canvas, look: PersonLook) -> None:
    c = c.at(-40, 0)
    _jacket(c, look)
    head(c.at(6, -28, turn=6), look, Mood("shut", -1, "grin"), gaze=0.8, r=66)
    limb(c, (48, 86), (92, 128), (132, 56), fill=look.shirt, width=34)
    showing_hand(c.at(136, 36, zoom=1.7, turn=-10), look.skin)


# --- the distracted boyfriend ----------------------------------------------------------------------------


def distracted_boyfriend(other: str = "", man: str = "", partner: str = "") -> Image.Image:
    """A man looks back at a passer-by while his girlfriend glares at him."""
    c = Canvas((840, 560), "white")
    _street(c)
    woman = PersonLook(style="long", hair="#7a4a2b", shirt="#8fc7e8", trousers="#4b5f8f")
    person(
        c.at(640, 230, zoom=1.25),
        woman,
        ANGRY,
        left=((-50, 52), (-74, 74)),
        right=((48, 60), (44, 104)),
        legs=170,
        gaze=-0.9,
    )
    boy = PersonLook(style="short", hair="#3a2a22", shirt="#5a7fc0", trousers="#33405e")
    person(
        c.at(460, 212, zoom=1.3, turn=-3),
        boy,
        Mood("wide", 4, "open"),
        left=((-46, 62), (-40, 108)),
        right=((50, 56), (70, 84)),
        legs=180,
        gaze=-0.85,
    )
    passer = PersonLook(style="long", hair="#2d2422", shirt="#d8434a", trousers="#f3c9a5")
    her = c.at(180, 244, zoom=1.5)
    person(her, passer, HAPPY, left=((-50, 54), (-62, 96)), right=((50, 54), (62, 96)), legs=170, gaze=-0.7)
    her.blob((-27, 84), (0, 88), (27, 84), (50, 178), (0, 186), (-50, 178), fill=passer.shirt)
    her.rect((-24, 76, 24, 100), fill=passer.shirt, width=0)
    for x, y, text in ((180, 388, other), (468, 330, man), (664, 352, partner)):
        c.label((x - 128, y - 50, x + 128, y + 50), text, 34, MEME)
    c.rect((0, 0, 840, 560), width=4)
    return c.finish()


_HOUSES = (
    (-20, 170, 300, "#d9c5ab"),
    (150, 130, 250, "#c9b6a4"),
    (280, 180, 320, "#e3d3ba"),
    (460, 150, 270, "#cfbca5"),
    (610, 250, 330, "#dcc9af"),
)


def _street(c: Canvas) -> None:
    c.gradient((0, 0, 840, 360), "#dfe9ee", "#f5efe4")
    for x, width, height, fill in _HOUSES:
        c.rect((x, 360 - height, x + width, 362), fill=fill, outline="#a3917b", width=2)
        for row in range(3):
            for column in range(width // 46):
                left, top = x + 14 + column * 46, 384 - height + row * 66
                c.rect((left, top, left + 26, top + 38), fill="#aebfc8", outline="#8b98a0", width=1.6)
    c.gradient((0, 360, 840, 560), "#cfc9bd", "#b5aea1")
    for i in range(-3, 12):
        c.line((i * 110 - 60, 560), (i * 70 + 130, 360), width=1.8, fill="#9c9587")
    for y in (392, 442, 506):
        c.line((0, y), (840, y), width=1.8, fill="#9c9587")


# --- panik, kalm, panik ----------------------------------------------------------------------------------


def panik_kalm_panik(rows: tuple[str, str, str] = ("", "", "")) -> Image.Image:
    """Three rows: alarm, relief, greater alarm."""
    c = Canvas((640, 840), "white")
    cells: tuple[tuple[str, Callable[[Canvas], None]], ...] = (
        ("Panik", lambda view: _panik(view, "#f0b0a0", 1)),
        ("Kalm", _kalm),
        ("Panik", lambda view: _panik(view, "#ee7f6a", 1.18)),
    )
    for level, (word, paint) in enumerate(cells):
        top = level * 280
        paint(c.at(480, top + 140))
        c.write(480, top + 244, word, 44, MEME, align="middle")
    _captions(c, rows, 280)
    return c.finish()


def _round_head(c: Canvas, fill: str) -> None:
    c.blob((-70, 150), (-60, 108), (-22, 92), (22, 92), (60, 108), (70, 150), fill="#7e8794")
    c.oval(0, 6, 82, 92, fill=fill)
    c.glow(-24, -30, 60, 60, "#ffffff", strength=0.45)


def _panik(c: Canvas, wall: str, alarm: float) -> None:
    c.rect((-160, -140, 160, 140), fill=wall, width=0)
    for i in range(18):
        angle = i * math.pi / 9
        cos, sin = math.cos(angle), math.sin(angle)
        c.line((cos * 112, sin * 108), (cos * 140, sin * 132), width=5, fill="#b3372f")
    _round_head(c, "#dfe3e6")
    for side in (-1, 1):
        c.oval(side * 32, -18, 24 * alarm, 26 * alarm, fill="white")
        c.oval(side * 30, -16, 7, fill="#b3372f" if alarm > 1 else INK, width=0)
        c.line((side * 58, -62), (side * 14, -70 - 6 * alarm), width=6)
        limb(c, (side * 118, 148), (side * 108, 90), (side * 78, 46), fill="#dfe3e6", width=20)
    c.oval(0, 52, 24 * alarm, 26 * alarm, fill="#7b2b2f")


def _kalm(c: Canvas) -> None:
    c.rect((-160, -140, 160, 140), fill="#a9d6c8", width=0)
    c.glow(0, 0, 150, 130, "#e6fff6", strength=0.8)
    _round_head(c, "#dfe3e6")
    for side in (-1, 1):
        c.arc(side * 32, -20, 18, 12, 20, 160, width=5)
        c.curve((side * 52, -46), (side * 32, -54), (side * 14, -48), width=5)
    c.curve((-4, -8), (6, 16), (-4, 20), width=4)
    c.arc(0, 34, 34, 22, 20, 160, width=5)


# --- trade offer -----------------------------------------------------------------------------------------


def trade_offer(receive: str = "", give: str = "", who: str = "") -> Image.Image:
    """Somebody in a suit offers a trade: what he gets, what you get."""
    c = Canvas((680, 760), "white")
    c.gradient((0, 0, 680, 760), "#5e6f86", "#2e3645")
    for i in range(6):
        c.rect((20 + i * 112, 210, 112 + i * 112, 600), fill="#50607a", outline="#3b475c", width=2)
    _dealer(c.at(340, 430, zoom=1.9))
    c.rect((0, 0, 680, 76), fill="#c9342f", width=0)
    c.write(340, 38, "⚠  TRADE OFFER  ⚠", 42, Style(fill="white", bold=True), align="middle")
    for left, title, text in ((14, "i receive:", receive), (350, "you receive:", give)):
        c.rect((left, 92, left + 316, 240), fill="#f6f3ea", radius=8)
        c.write(left + 158, 114, title, 25, BOLD, align="middle")
        c.label((left + 10, 132, left + 306, 236), text, 28, POSTER)
    c.label((30, 690, 650, 752), who, 36, MEME)
    return c.finish()


def _dealer(c: Canvas) -> None:
    suit = PersonLook(style="short", hair="#1f1b1c", shirt="#23283a", glasses=True)
    trunk(c, suit, width=100, height=190, collar=False)
    c.polygon((-15, 6), (15, 6), (0, 56), fill="white", width=2.4)
    c.polygon((-5, 12), (5, 12), (8, 46), (0, 58), (-8, 46), fill="#c9342f", width=2.4)
    head(c.at(0, -46), suit, SMUG)
    for side in (-1, 1):
        limb(c, (side * 36, 34), (side * 64, 96), (side * 12, 92), fill=suit.shirt, width=22)
    for side in (-1, 1):
        c.at(side * 8, 84, turn=side * -28).rect((-6, -24, 6, 12), fill=suit.skin, radius=6, width=2.4)


# --- is this a pigeon? -----------------------------------------------------------------------------------


def is_this_a_pigeon(who: str = "", what: str = "", question: str = "Is this a pigeon?") -> Image.Image:
    """Somebody shows a butterfly with his hand and asks whether it is something else."""
    c = Canvas((760, 600), "white")
    c.gradient((0, 0, 760, 420), "#9cd3ea", "#e8f5e4")
    _garden(c)
    look = PersonLook(style="short", hair="#2f3a4a", shirt="#f2efe4", glasses=True)
    raised: Arm = ((70, 22), (112, -42))
    person(c.at(250, 300, zoom=1.7), look, CALM, left=((-46, 62), (-40, 110)), right=raised, gaze=0.8)
    offering_hand(c.at(446, 218, zoom=1.9), look.skin)
    _butterfly(c.at(566, 130, turn=14))
    c.label((110, 372, 390, 470), who, 36, MEME)
    c.label((470, 196, 752, 270), what, 34, MEME)
    c.label((40, 520, 720, 590), question, 44, MEME._replace(fill="#ffe45c"))
    return c.finish()


def _garden(c: Canvas) -> None:
    for bush, y, r in ((40, 360, 90), (170, 390, 70), (620, 370, 100), (740, 350, 90), (500, 400, 70)):
        c.oval(bush, y, r, r * 0.7, fill="#7fb56a", outline="#5c8f4d", width=2.4)
    c.gradient((0, 400, 760, 600), "#8fc46f", "#5f9a4f")
    for i in range(46):
        left, foot = (i * 97.3) % 760, 420 + (i * 53.9) % 170
        c.line((left, foot), (left + 4, foot - 12), (left + 7, foot), width=2, fill="#4c8542")
    for i in range(9):
        petal = ("#f7e26b", "#f2f2f2", "#ef8fa5")[i % 3]
        c.oval(40 + (i * 171.7) % 700, 440 + (i * 67.1) % 120, 5, fill=petal, outline="#4c8542", width=1.6)


def _butterfly(c: Canvas) -> None:
    for side in (-1, 1):
        c.blob((0, -4), (side * 26, -52), (side * 66, -48), (side * 58, -8), (side * 20, 6), fill="#f5c63f")
        c.blob((0, 2), (side * 40, 6), (side * 48, 36), (side * 24, 44), (side * 6, 20), fill="#f09a3a")
        c.oval(side * 42, -30, 8, fill="#5a3a22", width=0)
        c.oval(side * 28, 24, 5, fill="#5a3a22", width=0)
        c.curve((0, -20), (side * 8, -38), (side * 18, -44), width=2.4)
    c.oval(0, 4, 5, 24, fill=INK)


# --- iceberg ---------------------------------------------------------------------------------------------


_ICE: tuple[tuple[tuple[Point, ...], tuple[Point, ...], str, str], ...] = (
    (
        ((176, 196), (214, 120), (268, 96), (312, 34), (352, 82), (404, 104), (446, 196)),
        ((312, 34), (352, 82), (404, 104), (446, 196), (350, 196), (330, 120)),
        "#fbfdff",
        "#dcebf4",
    ),
    (
        (
            (110, 200),
            (520, 200),
            (566, 330),
            (520, 470),
            (474, 620),
            (400, 770),
            (334, 850),
            (270, 742),
            (172, 640),
            (120, 480),
            (76, 330),
        ),
        ((350, 200), (520, 200), (566, 330), (520, 470), (474, 620), (400, 770), (334, 850), (380, 600), (330, 420)),
        "#7fbcdc",
        "#5d9dc4",
    ),
)
"""Above and under water: the ice's outline, its shaded side, and their colours."""


def iceberg(levels: tuple[str, ...] = ("", "", "", "", "")) -> Image.Image:
    """A little above the water, more and stranger things the deeper one goes; the first level is the tip."""
    c = Canvas((640, 900), "white")
    c.gradient((0, 0, 640, 190), "#bfe3f5", "#eaf6fb")
    c.gradient((0, 190, 640, 900), "#2f86b8", "#06142e")
    for outline, shade, fill, dark in _ICE:
        c.polygon(*outline, fill=fill, width=0)
        c.polygon(*shade, fill=dark, width=0)
        c.polygon(*outline, width=3)
    for crack in (
        ((150, 260), (220, 320), (206, 400), (262, 470)),
        ((430, 250), (404, 330), (450, 400)),
        ((300, 560), (340, 640), (318, 720)),
        ((210, 560), (240, 610), (232, 660)),
    ):
        c.line(*crack, width=2.4, fill="#4b88ae")
    for i in range(11):
        c.arc(i * 64, 196, 32, 9, 0, 180, width=3, fill="#e8f7ff")
    for level, text in enumerate(levels):
        top = 100 if level == 0 else 210 + (level - 1) * 168
        if level > 1:
            c.line((0, top), (640, top), width=1.6, fill="#ffffff66")
        c.label((70, top, 570, top + (90 if level == 0 else 160)), text, 33, MEME)
    return c.finish()


# --- clown make-up ---------------------------------------------------------------------------------------


def clown_makeup(rows: tuple[str, str, str, str] = _BLANK4) -> Image.Image:
    """Four rows: with every excuse one more layer of clown's make-up."""
    c = Canvas((640, 880), "white")
    for level in range(4):
        c.gradient((320, level * 220, 640, level * 220 + 220), "#d9d2e6", "#b9aecb")
        _clown(c.at(480, level * 220 + 112), level)
    _captions(c, rows)
    return c.finish()


_WIG = (
    (-78, -30, "#e4574f"),
    (-86, 8, "#f4c542"),
    (-62, -62, "#5a8fd8"),
    (78, -30, "#4fae74"),
    (86, 8, "#e4574f"),
    (62, -62, "#f4c542"),
    (-30, -82, "#4fae74"),
    (30, -82, "#b06fc4"),
    (0, -88, "#e4574f"),
)


def _clown(c: Canvas, level: int) -> None:
    look = PersonLook(skin="#f3c9a5" if level == 0 else "#fbf7f2", hair="#5b4030", shirt="#5a8f8a")
    trunk(c.at(0, 82), replace(look, skin="#f3c9a5"), width=120)
    if level == 3:
        for x, y, fill in _WIG:
            c.oval(x, y, 27, fill=fill)
    head(c, replace(look, style="bald" if level == 3 else "short"), HAPPY if level else CALM, r=74)
    if level >= 2:
        for side in (-1, 1):
            c.polygon((side * 26, -52), (side * 34, -22), (side * 18, -22), fill="#5a8fd8", width=2)
            c.polygon((side * 26, 26), (side * 34, 6), (side * 18, 6), fill="#5a8fd8", width=2)
            c.oval(side * 48, 28, 13, fill="#f08a94", width=0)
    if level >= 1:
        c.blob((-34, 34), (0, 44), (34, 34), (20, 58), (-20, 58), fill="#d8343f")
        c.curve((-22, 44), (0, 51), (22, 44), width=2.6)
    if level == 3:
        c.oval(0, 18, 15, fill="#e4343f")
        c.oval(-5, 13, 4, fill="#ffffffaa", width=0)
    else:
        limb(c, (128, 118), (112, 70), (74, 40), fill=look.shirt, width=22)
        hand(c, 70, 36, "#f3c9a5", 13)
        c.line((62, 28), (44, 14), width=6)
