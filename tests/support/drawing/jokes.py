"""The six memes of the community's first interview, each a scene that can be drawn with other words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from PIL import Image

from drawing.canvas import BOLD, INK, MEME, PLAIN, POSTER, Canvas, Style
from drawing.emoji import emoji
from drawing.figures import (
    HAPPY,
    JOY,
    SAD,
    SCARED,
    SMUG,
    TIRED,
    Arm,
    PersonLook,
    head,
    limb,
    palm,
    person,
    sweat,
    trophy,
    trunk,
)

MONO = Style(mono=True)
WHITE = Style(fill="white", bold=True)

# --- import xgboost wins every competition ---------------------------------------------------------------


class Podium(NamedTuple):
    """The words of the XGBoost meme."""

    title: str = "How I win every Kaggle competition"
    board: str = "Leaderboard"
    first: str = "import xgboost"
    second: str = "37-layer network, 3\u00a0weeks on 8\u00a0GPUs"
    third: str = "200 hand-made features, no sleep"
    remark: str = "# 1st place. Again."


_PODIUM = Podium()
_CODE = (
    ("import", " xgboost ", "as", " xgb"),
    ("", "model = xgb.XGBClassifier()", "", ""),
    ("", "model.fit(X, y)", "", ""),
)


def xgboost(words: Podium = _PODIUM, sky: str = "#cfe6f7") -> Image.Image:
    """Four lines of code beat everybody: code and leaderboard above, the podium below."""
    c = Canvas((800, 740), "white")
    c.label((20, 8, 780, 74), words.title, 40, POSTER)
    c.gradient((0, 80, 800, 740), sky, "#f7f3e8")
    _confetti(c)
    _editor(c.at(24, 100), words.remark)
    _board(c.at(418, 100), words)
    _podium(c, words)
    return c.finish()


def _confetti(c: Canvas) -> None:
    colours = ("#e4574f", "#f4c542", "#4fae74", "#5a8fd8", "#b06fc4")
    for i in range(70):
        x, y = (i * 137.5) % 800, 290 + (i * 61.7) % 280
        piece = c.at(x, y, turn=i * 47)
        piece.rect((-4, -2, 4, 2), fill=colours[i % 5], width=0)


def _editor(c: Canvas, remark: str) -> None:
    c.rect((0, 0, 370, 170), fill="#282c34", radius=12)
    for i, colour in enumerate(("#ff5f56", "#ffbd2e", "#27c93f")):
        c.oval(22 + i * 20, 20, 6, fill=colour, width=0)
    c.write(185, 20, "winning_solution.py", 14, Style(fill="#9aa3b2", mono=True), align="middle")
    for row, parts in enumerate(_CODE):
        x, y = 20.0, 58 + row * 30
        for number, part in enumerate(parts):
            keyword = number in (0, 2)
            style = Style(fill="#c678dd" if keyword else "#e6e9ef", mono=True, bold=keyword)
            c.write(x, y, part, 20, style)
            x += style.width(part, 20)
    c.write(20, 148, remark, 20, Style(fill="#7f8896", mono=True))


def _board(c: Canvas, words: Podium) -> None:
    c.rect((0, 0, 358, 170), fill="white", radius=12)
    c.write(18, 24, words.board, 19, BOLD)
    rows = (("1", "#f4c542", words.first, "0.99871"), ("2", "#c3c9d3", words.second, "0.99869"))
    for i, (place, medal, team, score) in enumerate((*rows, ("3", "#d08b55", words.third, "0.99864"))):
        y = 62 + i * 38
        c.line((14, y - 18), (344, y - 18), width=1.2, fill="#d5d9e0")
        c.oval(30, y, 12, fill=medal, width=2)
        c.write(30, y, place, 14, BOLD, align="middle")
        c.label((52, y - 17, 262, y + 17), team, 16, BOLD if i == 0 else PLAIN, align="left", leading=1.1)
        c.write(344, y, score, 15, MONO, align="right")


_NETWORK_MAN = PersonLook(style="curly", hair="#2d2a32", shirt="#6a9e78", glasses=True)
_ARMS_UP: tuple[Arm, Arm] = (((-62, 2), (-52, -62)), ((62, 2), (54, -60)))
_ARMS_DOWN: tuple[Arm, Arm] = (((-42, 58), (-38, 100)), ((42, 58), (38, 100)))


def _podium(c: Canvas, words: Podium) -> None:
    cast = (
        (160, 580, "2", words.second, _NETWORK_MAN, TIRED, 0.7),
        (640, 608, "3", words.third, PersonLook(style="bun", hair="#8a4b2d", shirt="#b06fc4"), SAD, -0.7),
        (400, 530, "1", words.first, PersonLook(style="short", shirt="#e08a3c"), JOY, 0.0),
    )
    for x, top, place, name, look, mood, gaze in cast:
        won = place == "1"
        left, right = _ARMS_UP if won else _ARMS_DOWN
        body = c.at(x, top - 122, zoom=0.82)
        person(body, look, mood, left=left, right=right, legs=54, gaze=gaze)
        if won:
            trophy(body.at(54, -70))
        c.rect((x - 116, top, x + 116, 746), fill="#f4c542" if won else "#e3dccb")
        c.write(x, top + 40, place, 54, BOLD, align="middle")
        c.label((x - 106, top + 70, x + 106, min(734, top + 136)), name, 23, BOLD)


# --- the logarithm in the PyTorch documentation ----------------------------------------------------------

_SIDEBAR = (
    "torch.exp",
    "torch.floor",
    "torch.fmod",
    "torch.lerp",
    "torch.log",
    "torch.log10",
    "torch.log1p",
    "torch.mul",
    "torch.neg",
    "torch.pow",
    "torch.round",
    "torch.rsqrt",
)
_SESSION = (
    (">>> a = torch.randn(5)", "#3b4252"),
    (">>> a", "#3b4252"),
    ("tensor([-0.7168, -0.5471, -0.8933, -1.4428, -0.1190])", "#3c7a4e"),
    (">>> torch.log(a)", "#3b4252"),
    ("tensor([nan, nan, nan, nan, nan])", "#b3372f"),
)


def log_docs() -> Image.Image:
    """A page of documentation whose example, out of random numbers, shows five nan."""
    c = Canvas((900, 600), "#fcfcfc")
    _sidebar(c)
    c.write(244, 30, "Docs  ›  torch  ›  Math operations  ›  Pointwise ops", 14, Style(fill="#8a8f99"))
    c.line((244, 52), (870, 52), width=1.2, fill="#e1e4e8")
    c.write(244, 92, "torch.log", 34, Style(fill="#3a3f47", bold=True, serif=True))
    c.rect((244, 122, 870, 160), fill="#eef3f8", width=0)
    c.rect((244, 122, 249, 160), fill="#ee4c2c", width=0)
    c.write(262, 141, "torch.log(input, out=None) → Tensor", 19, Style(mono=True, bold=True))
    c.write(262, 188, "Natural logarithm of every element of input.", 17)
    _formula(c)
    c.write(262, 278, "Parameters:", 17, BOLD)
    c.write(282, 308, "•  input (Tensor) – the tensor to take the logarithm of", 16)
    c.write(282, 336, "•  out (Tensor, optional) – where to put the result", 16)
    c.write(262, 378, "Example:", 17, BOLD)
    c.rect((262, 398, 870, 572), fill="#f3f4f7", outline="#d8dce3", width=1.6)
    for row, (text, fill) in enumerate(_SESSION):
        c.write(278, 422 + row * 32, text, 18, Style(fill=fill, mono=True, bold=text.startswith("tensor")))
    return c.finish()


def _sidebar(c: Canvas) -> None:
    c.rect((0, 0, 220, 600), fill="#343131", width=0)
    c.rect((0, 0, 220, 96), fill="#ee4c2c", width=0)
    c.write(16, 30, "PyTorch", 26, WHITE)
    c.write(17, 54, "documentation", 13, Style(fill="#ffe3da"))
    c.rect((16, 70, 204, 88), fill="white", width=0, radius=9)
    c.write(28, 79, "Search docs", 11, Style(fill="#8a8f99"))
    c.write(18, 122, "POINTWISE OPS", 13, Style(fill="#9db4d0", bold=True))
    for row, name in enumerate(_SIDEBAR):
        y = 152 + row * 34
        if name == "torch.log":
            c.rect((0, y - 17, 220, y + 17), fill="#fcfcfc", width=0)
        c.write(34, y, name, 16, Style(fill=INK if name == "torch.log" else "#d9d9d9", mono=True))


def _formula(c: Canvas) -> None:
    letters = Style(serif=True)
    for x, text in ((470, "y"), (502, "= log"), (584, "(x"), (617, ")")):
        c.write(x, 232, text, 25, letters)
    for x, text in ((485, "i"), (571, "e"), (609, "i")):
        c.write(x, 241, text, 15, letters)


# --- the cat at the tap ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CatScene:
    """Words and colours of the cat that drinks beside the water."""

    top: str = "fine-tuned without training"
    bottom: str = ""
    fur: str = "#e8a04e"
    stripes: str = "#b86f2b"
    wall: str = "#d9e8ea"
    tiles: str = "#b9d0d4"
    frames: int = 12
    laps: int = 2
    reach: float = 26


_GINGER = CatScene()


def cat_at_tap(scene: CatScene = _GINGER) -> list[Image.Image]:
    """Frames of a loop: the cat's tongue laps ``laps`` times, a hand's breadth beside the stream."""
    return [_cat_frame(scene, i / scene.frames) for i in range(scene.frames)]


def _cat_frame(scene: CatScene, phase: float) -> Image.Image:
    c = Canvas((400, 376 if scene.bottom else 332), scene.wall)
    lap = 0.5 - 0.5 * math.cos(2 * math.pi * phase * scene.laps)
    _kitchen(c, scene)
    _water(c, phase)
    _tap(c)
    _cat(c.at(20, 0), scene, lap, math.sin(2 * math.pi * phase))
    for top, text in ((0, scene.top), (330, scene.bottom)):
        c.rect((-4, top, 404, top + 48), fill="white", width=2 if text else 0)
        c.label((8, top + 4, 392, top + 46), text, 29, POSTER)
    return c.finish()


def _kitchen(c: Canvas, scene: CatScene) -> None:
    for i in range(9):
        c.line((i * 52 - 8, 0), (i * 52 - 8, 250), width=2, fill=scene.tiles)
        c.line((0, i * 46 + 8), (400, i * 46 + 8), width=2, fill=scene.tiles)
    c.rect((0, 246, 400, 340), fill="#c9b8a0", width=0)
    c.line((0, 246), (400, 246))
    c.blob((196, 252), (290, 246), (384, 252), (372, 300), (290, 314), (208, 300), fill="#f4f6f8")
    c.oval(290, 262, 84, 13, fill="#d3dbe1")
    c.oval(290, 266, 12, 4, fill=INK, width=0)


def _water(c: Canvas, phase: float) -> None:
    c.rect((299, 128, 315, 264), fill="#a8dcf5", width=0)
    for edge in (299, 315):
        c.line((edge, 128), (edge, 262), width=2.2, fill="#5fa9d0")
    for i in range(5):
        y = 128 + ((i / 4 + phase * 2) % 1) * 112
        c.line((304 + i % 2 * 5, y), (304 + i % 2 * 5, y + 16), width=2.4, fill="white")
    for i in range(4):
        spread = ((phase * 2 + i / 4) % 1) * 26
        c.arc(307, 263, 8 + spread, 2 + spread / 6, 0, 360, width=1.6, fill="#7fbfe0")


def _tap(c: Canvas) -> None:
    steel = "#c5ccd6"
    limb(c, (366, 246), (366, 110), (340, 84), (307, 96), (307, 120), fill=steel, width=20)
    c.rect((294, 114, 320, 130), fill="#aeb7c3", radius=4)
    c.rect((350, 236, 382, 250), fill="#aeb7c3", radius=4)
    limb(c, (366, 150), (388, 138), fill="#d9534f", width=9)


def _cat(c: Canvas, scene: CatScene, lap: float, sway: float) -> None:
    c.curve((40, 236), (14, 200), (18 + sway * 8, 150), (36 + sway * 12, 128), width=24)
    c.curve((40, 236), (14, 200), (18 + sway * 8, 150), (36 + sway * 12, 128), width=18, fill=scene.fur)
    c.blob((36, 250), (42, 190), (84, 150), (140, 150), (172, 190), (176, 250), (100, 258), fill=scene.fur)
    for x, y in ((56, 184), (76, 166), (98, 156)):
        c.curve((x, y), (x + 14, y + 12), (x + 20, y + 30), width=6, fill=scene.stripes)
    c.blob((150, 178), (172, 196), (176, 250), (142, 252), (136, 210), fill="#fbf1e2", width=0)
    for x in (140, 172):
        limb(c, (x, 206), (x + 4, 248), fill=scene.fur, width=20)
        c.oval(x + 8, 251, 15, 8, fill="#fbf1e2")
    _cat_head(c.at(196, 148 + lap * 3, turn=4), scene, lap)


def _cat_head(c: Canvas, scene: CatScene, lap: float) -> None:
    """A cat's head, three quarters to the right, licking the air; ``lap`` is 0 (tongue in) to 1 (out)."""
    for x, top_x, top_y in ((-34, -44, -66), (20, 34, -64)):
        c.blob((x - 12, -26), (top_x, top_y), (x + 16, -34), (x + 4, -16), fill=scene.fur)
        c.blob((x - 4, -32), (top_x * 0.98, top_y + 12), (x + 9, -36), fill="#f2b5b0", width=0)
    c.blob((-56, 4), (-40, -34), (0, -44), (38, -32), (52, 2), (34, 34), (0, 44), (-38, 34), fill=scene.fur)
    for x in (-14, 2, 18):
        c.line((x, -40), (x + 1, -22), width=5, fill=scene.stripes)
    for y in (4, 16):
        c.line((-53, y), (-36, y + 2), width=5, fill=scene.stripes)
    tongue = 10 + lap * scene.reach
    tip = (30 + tongue, 18 - lap * 4), (34 + tongue, 26 - lap * 6)
    c.blob((24, 22), *tip, (28 + tongue * 0.6, 32), (22, 30), fill="#ef7d8b", width=2.4)
    c.blob((2, 12), (22, 6), (44, 12), (40, 28), (20, 34), (2, 26), fill="#fbf1e2", width=2.2)
    c.blob((22, 6), (38, 5), (31, 14), fill="#d8737f", width=2.2)
    c.curve((31, 14), (26, 22), (16, 22), width=2.4)
    for x in (-12, 30):
        c.arc(x, -4, 9, 8, 200, 340, width=3.4)
    for dy in (-5, 2):
        c.line((4, 20 + dy), (-26, 16 + dy * 2.4), width=1.6)


# --- the floor is writing readable code ------------------------------------------------------------------


def floor_is_lava(caption: str, papers: tuple[str, ...] = (), shirt: str = "#4d86c9", badge: str = "") -> Image.Image:
    """A person hangs between the walls of a corridor, as far from the glowing floor as can be."""
    c = Canvas((640, 760), "white")
    c.label((24, 10, 616, 118), caption, 40, POSTER)
    room = c.at(0, 130)
    _corridor(room)
    for i, text in enumerate(papers):
        _paper(room.at(150 + i * 170, 560 + (i % 2) * 26, turn=(-14, 9, -6)[i % 3]), text)
    look = PersonLook(style="curly", hair="#3a2a22", shirt=shirt, glasses=True)
    _climber(room.at(320, 226, zoom=1.2), look, badge)
    c.rect((0, 126, 640, 762), width=4)
    return c.finish()


def _corridor(c: Canvas) -> None:
    c.rect((0, 0, 640, 640), fill="#e9dfc9", width=0)
    c.polygon((0, 0), (140, 60), (140, 450), (0, 640), fill="#cbb894")
    c.polygon((640, 0), (500, 60), (500, 450), (640, 640), fill="#cbb894")
    c.polygon((0, 0), (640, 0), (500, 60), (140, 60), fill="#f5efe2")
    c.polygon((0, 640), (140, 450), (500, 450), (640, 640), fill="#e2571e")
    c.glow(320, 560, 330, 130, "#ffc93c", strength=0.9)
    _lava_cracks(c)
    _door(c)
    _wall_things(c)
    c.glow(320, 450, 260, 70, "#ff9b3d", strength=0.45)


def _lava_cracks(c: Canvas) -> None:
    cracks = (
        ((60, 618), (120, 590), (110, 556), (170, 540), (180, 505)),
        ((250, 628), (270, 590), (330, 575), (340, 540), (300, 500), (310, 470)),
        ((420, 620), (455, 585), (430, 545), (470, 515), (450, 480)),
        ((540, 624), (560, 590), (530, 560), (520, 520)),
        ((120, 590), (200, 600), (270, 590)),
        ((330, 575), (390, 560), (430, 545)),
    )
    for crack in cracks:
        c.line(*crack, width=7, fill="#a92d12")
        c.line(*crack, width=3, fill="#ffe27a")
    for x, y, r in ((90, 570, 9), (224, 548, 7), (380, 600, 10), (494, 560, 7), (590, 606, 9), (398, 500, 5)):
        c.oval(x, y, r, r * 0.7, fill="#ffb02e", outline="#a92d12", width=2.4)


def _door(c: Canvas) -> None:
    c.rect((252, 170, 388, 450), fill="#8c6a4a")
    for box in ((268, 188, 372, 300), (268, 318, 372, 432)):
        c.rect(box, fill="#9c7854", width=2.4)
    c.oval(376, 316, 6, fill="#f4c542")


def _wall_things(c: Canvas) -> None:
    c.rect((164, 150, 232, 238), fill="#fbfaf5")
    c.curve((172, 226), (186, 200), (200, 214), (222, 166), width=3, fill="#d9534f")
    c.line((172, 160), (172, 228), (224, 228), width=2)
    c.rect((412, 140, 478, 206), fill="#fbfaf5")
    c.oval(445, 173, 23, fill="#cfe2d6", width=2.4)
    c.line((445, 173), (445, 157), width=2.4)
    c.line((445, 173), (457, 178), width=2.4)
    c.polygon((14, 262), (74, 264), (74, 352), (14, 372), fill="#a9773f")
    for i, colour in enumerate(("#b5433c", "#3f7f6b", "#3c5f92", "#d5a23c", "#7c4f86")):
        x = 18 + i * 11
        c.polygon(
            (x, 276 + i % 2 * 6), (x + 9, 276 + i % 2 * 6), (x + 9, 352 - i * 3), (x, 355 - i * 3), fill=colour, width=2
        )
    for x, y in ((568, 262), (586, 248), (604, 266), (574, 284), (600, 292)):
        c.curve((587, 312), ((587 + x) / 2 + 4, (312 + y) / 2), (x, y), width=7, fill="#3f7f4f")
    c.polygon((566, 306), (608, 314), (602, 366), (574, 354), fill="#b5653a")


def _climber(c: Canvas, look: PersonLook, badge: str) -> None:
    """Both hands and both feet against the walls, seen from the front; the neck at the origin."""
    for side in (-1, 1):
        limb(c, (side * 16, 92), (side * 92, 98), (side * 206, 152), fill=look.trousers, width=24)
        shoe = c.at(side * 208, 152, turn=side * 62)
        shoe.blob((-18, -10), (16, -10), (24, 4), (0, 12), (-20, 6), fill=INK)
    trunk(c, look, height=100)
    c.label((-27, 34, 27, 80), badge, 15, WHITE)
    for side in (-1, 1):
        limb(c, (side * 28, 22), (side * 104, 26), (side * 194, -34), fill=look.shirt, width=20)
        palm(c.at(side * 204, -42, turn=side * 40, flip=side < 0), look.skin)
    head(c.at(0, -46), look, SCARED)
    sweat(c.at(-56, -66, turn=-20), 1.1)
    sweat(c.at(58, -52, turn=20), 0.9)
    sweat(c.at(50, -84, turn=14), 0.8)


def _paper(c: Canvas, text: str) -> None:
    c.polygon((-58, -30), (58, -30), (66, 26), (-66, 26), fill="#fffdf6")
    c.label((-58, -28, 58, 26), text, 19, Style(mono=True, bold=True))


# --- a fully connected network out of emoji --------------------------------------------------------------

_INPUTS = ("cat", "dog", "smile", "music")
_OUTPUTS = ("heart", "cry", "laugh")


def emoji_network(title: str = "Neural networks for people who love emoji") -> Image.Image:
    """Pictures go in, thinking faces think, classes come out; everything is joined with everything."""
    c = Canvas((860, 640), "white")
    c.label((20, 10, 840, 70), title, 33, POSTER)
    columns = (
        [(100.0, 150.0 + 125 * i, kind) for i, kind in enumerate(_INPUTS)],
        [(320.0, 130.0 + 103 * i, "think") for i in range(5)],
        [(540.0, 130.0 + 103 * i, "think") for i in range(5)],
        [(760.0, 190.0 + 150 * i, kind) for i, kind in enumerate(_OUTPUTS)],
    )
    for before, after in pairwise(columns):
        for x0, y0, _ in before:
            for x1, y1, _ in after:
                c.line((x0, y0), (x1, y1), width=2.2, fill="#6c7487")
    for column in columns:
        for x, y, kind in column:
            emoji(c.at(x, y, zoom=1.05 if kind == "think" else 1.15), kind)
    for x, text in ((100, "input"), (430, "hidden layers (magic)"), (760, "output")):
        c.write(x, 618, text, 19, Style(fill="#565d6d", bold=True), align="middle")
    return c.finish()


# --- the car salesman ------------------------------------------------------------------------------------


class SalesTalk(NamedTuple):
    """The words of the car salesman and the price tags of the lot."""

    top: str = "*slaps roof of random forest*"
    bottom: str = "this bad boy can fit so many decision trees in it"
    model: str = "RANDOM FOREST"
    others: tuple[str, str] = ("k-NN", "SVM")
    shop: str = "USED ALGORITHMS"


_TALK = SalesTalk()


def car_salesman(talk: SalesTalk = _TALK, paint: str = "#d9534f") -> Image.Image:
    """A salesman slaps the roof of a car before a customer."""
    c = Canvas((840, 640), "white")
    c.gradient((0, 0, 840, 400), "#9fd0f0", "#e8f4fb")
    _lot(c, talk)
    _customer(c.at(742, 276, zoom=1.05))
    _seller(c.at(206, 250, zoom=1.15))
    _car(c.at(400, 500), paint, talk.model)
    _slap(c.at(340, 316))
    c.label((16, 8, 824, 74), talk.top, 40, MEME)
    c.label((16, 560, 824, 634), talk.bottom, 38, MEME)
    return c.finish()


def _lot(c: Canvas, talk: SalesTalk) -> None:
    c.rect((0, 300, 840, 640), fill="#a8abb3", width=0)
    c.rect((230, 130, 640, 300), fill="#f2f2ee")
    for i in range(5):
        c.rect((246 + i * 78, 180, 312 + i * 78, 292), fill="#bfe0ea", width=2.4)
    c.rect((230, 122, 640, 164), fill="#355c9a")
    c.write(435, 143, talk.shop, 25, WHITE, align="middle")
    for i in range(-1, 9):
        c.line((i * 120, 640), (i * 120 + 70, 410), width=3, fill="#d9dbe0")
    for x, text, paint in ((64, talk.others[0], "#6fa56f"), (588, talk.others[1], "#c9a24a")):
        _small_car(c.at(x, 330), paint, text)
    for i in range(14):
        x = i * 64
        c.polygon(
            (x, 96), (x + 40, 96), (x + 20, 124), fill=("#e4574f", "#f4c542", "#4fae74", "#5a8fd8")[i % 4], width=2
        )
    c.line((0, 95), (840, 95), width=2.4)


def _small_car(c: Canvas, paint: str, text: str) -> None:
    c.blob((-60, 0), (-54, -22), (-30, -26), (-14, -46), (26, -46), (40, -24), (60, -18), (62, 0), fill=paint)
    for x in (-32, 34):
        c.oval(x, 2, 12, fill=INK)
    if text:
        c.rect((-34, -22, 34, -2), fill="#fffdf6", width=2)
        c.label((-32, -21, 32, -3), text, 14, BOLD)


def _car(c: Canvas, paint: str, model: str) -> None:
    """A big car from the side, wheels on y = 40."""
    c.oval(0, 44, 250, 16, fill="#00000038", width=0)
    c.blob(
        (-238, 20),
        (-244, -44),
        (-196, -76),
        (-128, -86),
        (-92, -158),
        (-40, -174),
        (60, -174),
        (112, -150),
        (150, -88),
        (222, -72),
        (244, -34),
        (240, 20),
        fill=paint,
        width=4,
    )
    c.blob((-104, -90), (-78, -146), (-14, -156), (-14, -90), fill="#d6eef7")
    c.blob((6, -90), (6, -156), (62, -156), (96, -138), (122, -90), fill="#d6eef7")
    for x in (-4, 128, -116):
        c.curve((x, -86), (x, -30), (x - 4, 16), width=2.6)
    c.line((-226, -30), (-120, -30), width=2.6)
    c.line((14, -66), (38, -66), width=6)
    c.line((-104, -66), (-80, -66), width=6)
    c.oval(-226, -50, 12, 15, fill="#fff3c2")
    c.rect((226, -62, 242, -36), fill="#f4b042", radius=4)
    c.rect((-118, -54, 120, -6), fill="#fffdf6", radius=6)
    c.label((-112, -52, 114, -8), model, 30, BOLD)
    for x in (-150, 152):
        c.oval(x, 14, 42, fill="#33303b")
        c.oval(x, 14, 21, fill="#c5ccd6")
        for i in range(5):
            c.line((x, 14), (x + 18 * math.cos(i * 1.257), 14 + 18 * math.sin(i * 1.257)), width=3)


def _seller(c: Canvas) -> None:
    suit = PersonLook(style="short", hair="#2d2a32", shirt="#3c4668", trousers="#3c4668")
    person(c, suit, SMUG, left=((-58, 50), (-22, 92)), right=((74, 8), (116, 58)), legs=116, gaze=0.9)
    c.polygon((-13, 6), (13, 6), (0, 42), fill="white", width=2.4)
    c.polygon((-4, 12), (4, 12), (7, 42), (0, 52), (-7, 42), fill="#d9534f", width=2.4)


def _slap(c: Canvas) -> None:
    for angle in (200, 235, 270, 305, 340):
        x, y = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        c.line((x * 30, y * 24), (x * 50, y * 42), width=4)


def _customer(c: Canvas) -> None:
    buyer = PersonLook(style="short", hair="#a4672f", shirt="#7fae6b", glasses=True)
    person(c, buyer, HAPPY, left=((-56, 56), (-30, 20)), right=((46, 60), (40, 106)), legs=116, gaze=-0.9)
