"""Sketches of two dozen things as people scribble them, each by a rule of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from memebot.experiments.drawn.strokes import Stroke, arc, centred, curve, drawing_of, path, unsteady
from memebot.experiments.model import Array

Rule = Callable[[np.random.Generator], list[Stroke]]


def _circle(rng: np.random.Generator) -> list[Stroke]:
    start = rng.uniform(-180, 180)
    return [arc(0.5, 0.5, 0.4, rng.uniform(0.34, 0.44), start, start + rng.uniform(345, 385))]


def _square(rng: np.random.Generator) -> list[Stroke]:
    low = rng.uniform(0.72, 0.92)
    return [path((0.1, 0.1), (0.9, 0.1), (0.9, low), (0.1, low), (0.1, 0.1))]


def _triangle(rng: np.random.Generator) -> list[Stroke]:
    top = (rng.uniform(0.35, 0.65), 0.1)
    return [path(top, (0.9, 0.85), (0.1, 0.85), top)]


def _star(rng: np.random.Generator) -> list[Stroke]:
    turn = np.radians(-90 + np.arange(6) * 144)
    if rng.random() < 0.6:
        return [path(*[(0.5 + 0.45 * np.cos(a), 0.5 + 0.45 * np.sin(a)) for a in turn])]
    turns, radii = np.radians(-90 + np.arange(11) * 36), [0.46, rng.uniform(0.17, 0.24)] * 5 + [0.46]
    return [path(*[(0.5 + r * np.cos(a), 0.5 + r * np.sin(a)) for a, r in zip(turns, radii, strict=True)])]


def _arrow(rng: np.random.Generator) -> list[Stroke]:
    head = rng.uniform(0.18, 0.32)
    strokes = [path((0.08, 0.5), (0.92, 0.5)), path((0.92 - head, 0.5 - head), (0.92, 0.5), (0.92 - head, 0.5 + head))]
    return _turned(strokes, rng.choice([0, 180, -90, 90, -45, 45, 135, -135]))


def _cross(rng: np.random.Generator) -> list[Stroke]:
    strokes = [path((0.12, 0.12), (0.88, 0.88)), path((0.88, 0.12), (0.12, 0.88))]
    return _turned(strokes, rng.choice([0, 45]))


def _heart(rng: np.random.Generator) -> list[Stroke]:
    dip = rng.uniform(0.28, 0.36)
    half = ((0.5, dip), (0.36, 0.14), (0.14, 0.2), (0.14, 0.48), (0.5, 0.9))
    return [curve(*half), curve(*[(1 - x, y) for x, y in half])]


def _house(rng: np.random.Generator) -> list[Stroke]:
    eaves = rng.uniform(0.38, 0.5)
    strokes = [
        path((0.15, eaves), (0.15, 0.92), (0.85, 0.92), (0.85, eaves)),
        path((0.06, eaves), (0.5, 0.08), (0.94, eaves), (0.06, eaves)),
    ]
    if rng.random() < 0.7:
        strokes.append(path((0.42, 0.92), (0.42, 0.66), (0.6, 0.66), (0.6, 0.92)))
    if rng.random() < 0.3:
        strokes.append(path((0.24, 0.56), (0.36, 0.56), (0.36, 0.68), (0.24, 0.68), (0.24, 0.56)))
    return strokes


def _sun(rng: np.random.Generator) -> list[Stroke]:
    count, radius = int(rng.integers(7, 13)), rng.uniform(0.16, 0.24)
    rays = np.radians(np.arange(count) * 360 / count + rng.uniform(0, 30))
    near, far = radius + rng.uniform(0.03, 0.08), 0.46
    return [
        arc(0.5, 0.5, radius),
        *[
            path((0.5 + near * c, 0.5 + near * s), (0.5 + far * c, 0.5 + far * s))
            for c, s in zip(np.cos(rays), np.sin(rays), strict=True)
        ],
    ]


def _moon(rng: np.random.Generator) -> list[Stroke]:
    inner = rng.uniform(0.3, 0.44)
    strokes = [
        arc(0.5, 0.5, 0.42, 0.42, 60, 300),
        curve((0.71, 0.14), (inner + 0.1, 0.3), (inner + 0.02, 0.5), (inner + 0.1, 0.7), (0.71, 0.86)),
    ]
    return [1 - strokes[0], 1 - strokes[1]] if rng.random() < 0.3 else strokes


def _cloud(rng: np.random.Generator) -> list[Stroke]:
    lift = rng.uniform(-0.04, 0.04)
    outline = [
        arc(0.26, 0.6, 0.17, 0.17, 90, 270),
        arc(0.38, 0.42 + lift, 0.17, 0.17, 170, 320),
        arc(0.6, 0.4 - lift, 0.17, 0.18, 200, 350),
        arc(0.76, 0.6, 0.16, 0.17, -90, 90),
        path((0.26, 0.77), (0.76, 0.77)),
    ]
    return [np.concatenate(outline[:4]), outline[4]]


def _tree(rng: np.random.Generator) -> list[Stroke]:
    if rng.random() < 0.5:
        trunk = [path((0.44, 0.62), (0.44, 0.95)), path((0.56, 0.62), (0.56, 0.95))]
        angles = np.arange(0, 361, 20)
        crown = [
            (
                0.5 + (0.34 + 0.05 * (n % 2)) * np.cos(np.radians(a)),
                0.36 + (0.28 + 0.05 * (n % 2)) * np.sin(np.radians(a)),
            )
            for n, a in enumerate(angles)
        ]
        return [curve(*crown), *trunk]
    tiers = [
        path((0.5, 0.02), (0.72, 0.32), (0.28, 0.32), (0.5, 0.02)),
        path((0.5, 0.24), (0.8, 0.58), (0.2, 0.58), (0.5, 0.24)),
        path((0.5, 0.48), (0.88, 0.84), (0.12, 0.84), (0.5, 0.48)),
    ]
    return [*tiers, path((0.45, 0.84), (0.45, 0.97), (0.55, 0.97), (0.55, 0.84))]


def _flower(rng: np.random.Generator) -> list[Stroke]:
    count, size = int(rng.integers(5, 8)), rng.uniform(0.1, 0.14)
    turns = np.radians(np.arange(count) * 360 / count)
    petals = [arc(0.5 + 0.19 * np.cos(a), 0.3 + 0.19 * np.sin(a), size) for a in turns]
    stem = curve((0.5, 0.5), (0.48, 0.75), (0.5, 0.98))
    leaf = curve((0.5, 0.82), (0.64, 0.68), (0.74, 0.72), (0.5, 0.82))
    return [arc(0.5, 0.3, 0.08), *petals, stem, *([leaf] if rng.random() < 0.7 else [])]


def _fish(rng: np.random.Generator) -> list[Stroke]:
    fat = rng.uniform(0.2, 0.3)
    body = curve(
        (0.7, 0.5),
        (0.5, 0.5 - fat),
        (0.25, 0.5 - fat * 0.8),
        (0.06, 0.5),
        (0.25, 0.5 + fat * 0.8),
        (0.5, 0.5 + fat),
        (0.7, 0.5),
    )
    strokes = [body, path((0.7, 0.5), (0.94, 0.28), (0.94, 0.72), (0.7, 0.5)), arc(0.22, 0.45, 0.03)]
    return [_mirrored(stroke) for stroke in strokes] if rng.random() < 0.5 else strokes


def _cat(rng: np.random.Generator) -> list[Stroke]:
    strokes = [
        arc(0.5, 0.56, 0.38, 0.34),
        path((0.18, 0.36), (0.2, 0.06), (0.42, 0.24)),
        path((0.58, 0.24), (0.8, 0.06), (0.82, 0.36)),
        arc(0.37, 0.5, 0.035),
        arc(0.63, 0.5, 0.035),
    ]
    for side in (-1, 1):
        strokes += [path((0.5 + side * 0.16, 0.66 + dy), (0.5 + side * 0.48, 0.62 + dy * 2.4)) for dy in (0.0, 0.05)]
    if rng.random() < 0.7:
        strokes.append(curve((0.4, 0.74), (0.45, 0.78), (0.5, 0.72), (0.55, 0.78), (0.6, 0.74)))
    return strokes


def _smile(rng: np.random.Generator) -> list[Stroke]:
    mouth = arc(0.5, 0.52, 0.22, rng.uniform(0.14, 0.24), 20, 160)
    eyes = [arc(0.36, 0.4, 0.035), arc(0.64, 0.4, 0.035)]
    if rng.random() < 0.4:
        eyes = [path((0.36, 0.32), (0.36, 0.46)), path((0.64, 0.32), (0.64, 0.46))]
    return [arc(0.5, 0.5, 0.44), *eyes, mouth]


def _sad(rng: np.random.Generator) -> list[Stroke]:
    mouth = arc(0.5, 0.8, 0.2, rng.uniform(0.12, 0.2), 200, 340)
    return [arc(0.5, 0.5, 0.44), arc(0.36, 0.4, 0.035), arc(0.64, 0.4, 0.035), mouth]


def _cup(rng: np.random.Generator) -> list[Stroke]:
    low = rng.uniform(0.12, 0.2)
    strokes = [
        path((0.1, 0.3), (low, 0.9), (0.74 - low, 0.9), (0.66, 0.3), (0.1, 0.3)),
        arc(0.66, 0.54, 0.22, 0.18, -80, 90),
    ]
    if rng.random() < 0.5:
        strokes += [curve((x, 0.22), (x + 0.05, 0.14), (x - 0.02, 0.06)) for x in (0.28, 0.46)]
    return strokes


def _umbrella(rng: np.random.Generator) -> list[Stroke]:
    count = int(rng.integers(3, 5))
    width = 0.88 / count
    scallops = [arc(0.06 + width * (n + 0.5), 0.48, width / 2, 0.07, 180, 360) for n in range(count)]
    handle = np.concatenate([path((0.5, 0.06), (0.5, 0.84)), arc(0.42, 0.84, 0.08, 0.09, 0, 180)])
    return [arc(0.5, 0.48, 0.44, 0.38, 180, 360), np.concatenate(scallops), handle]


def _lightning(rng: np.random.Generator) -> list[Stroke]:
    x = rng.uniform(0.56, 0.7)
    return [path((x, 0.04), (0.24, 0.54), (0.48, 0.54), (0.34, 0.96), (0.78, 0.4), (0.54, 0.4), (x, 0.04))]


def _car(rng: np.random.Generator) -> list[Stroke]:
    roof = rng.uniform(0.24, 0.34)
    body = path(
        (0.04, 0.72),
        (0.04, 0.52),
        (0.24, 0.5),
        (0.34, roof),
        (0.66, roof),
        (0.78, 0.5),
        (0.96, 0.54),
        (0.96, 0.72),
        (0.04, 0.72),
    )
    return [body, arc(0.25, 0.74, 0.1), arc(0.75, 0.74, 0.1), path((0.5, roof), (0.5, 0.5), (0.26, 0.5))]


def _envelope(rng: np.random.Generator) -> list[Stroke]:
    fold = rng.uniform(0.5, 0.62)
    return [
        path((0.06, 0.22), (0.94, 0.22), (0.94, 0.8), (0.06, 0.8), (0.06, 0.22)),
        path((0.06, 0.22), (0.5, fold), (0.94, 0.22)),
    ]


def _boat(rng: np.random.Generator) -> list[Stroke]:
    sail = rng.uniform(0.72, 0.86)
    return [
        path((0.08, 0.68), (0.92, 0.68), (0.74, 0.92), (0.24, 0.92), (0.08, 0.68)),
        path((0.48, 0.68), (0.48, 0.06), (sail, 0.58), (0.48, 0.58)),
    ]


def _robot(rng: np.random.Generator) -> list[Stroke]:
    strokes = [
        path((0.18, 0.3), (0.82, 0.3), (0.82, 0.9), (0.18, 0.9), (0.18, 0.3)),
        path((0.5, 0.3), (0.5, 0.12)),
        arc(0.5, 0.07, 0.05),
        path((0.32, 0.72), (0.68, 0.72)),
    ]
    for x in (0.36, 0.64):
        eye = path((x - 0.06, 0.44), (x + 0.06, 0.44), (x + 0.06, 0.56), (x - 0.06, 0.56), (x - 0.06, 0.44))
        strokes.append(arc(x, 0.5, 0.06) if rng.random() < 0.6 else eye)
    return strokes


def _graph(rng: np.random.Generator) -> list[Stroke]:
    heights = np.linspace(0.8, 0.2, 6) + rng.normal(0, 0.1, 6)
    if rng.random() < 0.3:
        heights = heights[::-1]
    line = [(0.14 + 0.14 * n, float(np.clip(y, 0.05, 0.85))) for n, y in enumerate(heights)]
    return [path((0.06, 0.04), (0.06, 0.94), (0.96, 0.94)), path(*line)]


RULES: Mapping[str, Rule] = {
    "circle": _circle,
    "square": _square,
    "triangle": _triangle,
    "star": _star,
    "arrow": _arrow,
    "cross": _cross,
    "heart": _heart,
    "house": _house,
    "sun": _sun,
    "moon": _moon,
    "cloud": _cloud,
    "tree": _tree,
    "flower": _flower,
    "fish": _fish,
    "cat": _cat,
    "smile": _smile,
    "sad": _sad,
    "cup": _cup,
    "umbrella": _umbrella,
    "lightning": _lightning,
    "car": _car,
    "envelope": _envelope,
    "boat": _boat,
    "robot": _robot,
    "graph": _graph,
}
"""What there is, in the order of the networks' outputs."""
NAMES = tuple(RULES)


def drawn_sketch(rng: np.random.Generator, name: str, *, steady: bool = False) -> Array:
    """The thing as a visitor would draw it: float32 (128, 128)."""
    return drawing_of(unsteady(rng, RULES[name](rng), 0.3 if steady else 0.7), 128, 0.035)


def drawn_sketches(rng: np.random.Generator, count: int) -> tuple[Array, Array]:
    """Sketches to learn from: float32 (count, 32, 32) as ``centred`` gives them, and which of ``NAMES`` they are.

    Of every third a stroke stops early, as a hurried hand's does.
    """
    which = rng.integers(0, len(NAMES), count)
    pictures = []
    for number in which:
        strokes = unsteady(rng, RULES[NAMES[number]](rng), rng.uniform(0.3, 1.5))
        if rng.random() < 0.3:
            longest = int(rng.integers(len(strokes)))
            strokes[longest] = strokes[longest][: max(2, int(len(strokes[longest]) * rng.uniform(0.8, 1)))]
        pictures.append(centred(drawing_of(strokes, 64, rng.uniform(0.025, 0.08)), 32, 26))
    return np.stack(pictures), which


def _turned(strokes: list[Stroke], degrees: float) -> list[Stroke]:
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return [(stroke - 0.5) @ np.array([[cosine, sine], [-sine, cosine]]) + 0.5 for stroke in strokes]


def _mirrored(stroke: Stroke) -> Stroke:
    return np.stack([1 - stroke[:, 0], stroke[:, 1]], axis=1)
