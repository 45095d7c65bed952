"""Strokes: lines and curves in a square of 0..1 with y downwards, and how an unsteady hand would draw them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from memebot.experiments.model import Array, ink

Stroke = Array
"""Points, float (n, 2)."""


def path(*points: tuple[float, float]) -> Stroke:
    """Straight lines from point to point."""
    corners = np.array(points, float)
    parts = [np.linspace(a, b, 8, endpoint=False) for a, b in pairwise(corners)]
    return np.concatenate([*parts, corners[-1:]])


def curve(*points: tuple[float, float]) -> Stroke:
    """A smooth line through the points (Catmull–Rom)."""
    knots = np.array([points[0], *points, points[-1]], float)
    t = np.linspace(0, 1, 10, endpoint=False)[:, None]
    parts = []
    for before, start, end, after in zip(knots, knots[1:], knots[2:], knots[3:], strict=False):
        first, second, third = (
            end - before,
            2 * before - 5 * start + 4 * end - after,
            3 * (start - end) + after - before,
        )
        parts.append(start + 0.5 * (first * t + second * t**2 + third * t**3))
    return np.concatenate([*parts, knots[-1:]])


def arc(x: float, y: float, across: float, down: float | None = None, start: float = 0, end: float = 360) -> Stroke:
    """Part of an ellipse around (x, y) with these radii; degrees from the right, clockwise as the screen shows it."""
    turn = np.radians(np.linspace(start, end, max(8, int(abs(end - start) / 9))))
    return np.stack([x + across * np.cos(turn), y + (across if down is None else down) * np.sin(turn)], axis=1)


def unsteady(rng: np.random.Generator, strokes: Sequence[Stroke], much: float = 1.0) -> list[Stroke]:
    """The same strokes by another hand: turned, slanted, stretched, wavy, each a little out of its place."""
    turn, slant = rng.normal(0, 0.11 * much), rng.normal(0, 0.16 * much)
    wide, high = np.exp(rng.normal(0, 0.16 * much, 2))
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ np.array(
        [[wide, slant], [0, high]]
    )
    waves = [
        (rng.uniform(0.5, 1.6, 2) * np.pi, rng.uniform(0, 2 * np.pi), rng.normal(0, 0.022 * much, 2)) for _ in range(3)
    ]
    drawn = []
    for stroke in strokes:
        moved = stroke - 0.5
        for frequency, phase, size in waves:
            moved = moved + np.sin(moved @ frequency * 2 + phase)[:, None] * size
        drawn.append(moved @ matrix.T + 0.5 + rng.normal(0, 0.012 * much, 2))
    return drawn


def drawing_of(strokes: Sequence[Stroke], side: int, pen: float, margin: float = 0.12) -> Array:
    """Strokes as a drawing, float32 (side, side), scaled to fill it but for the margin, whatever their extent."""
    points = np.concatenate(list(strokes))
    low, high = points.min(0), points.max(0)
    scale = (1 - 2 * margin) / max(1e-6, float((high - low).max()))
    middle = (low + high) / 2
    placed = [[(float(x), float(y)) for x, y in (stroke - middle) * scale + 0.5] for stroke in strokes]
    return ink(placed, side, pen)


def centred(drawing: Array, side: int = 28, body: int = 20) -> Array:
    """A drawing as networks want it: its ink scaled to ``body`` pixels, its centre of mass in the middle.

    As the digits of MNIST were made, so that networks trained on the one can be asked about the other. An empty
    drawing stays empty. Float32 (side, side).
    """
    from PIL import Image

    rows, columns = np.flatnonzero(drawing.max(1) > 0.25), np.flatnonzero(drawing.max(0) > 0.25)
    canvas = np.zeros((side, side), np.float32)
    if not len(rows):
        return canvas
    cut = drawing[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = body / max(cut.shape)
    size = max(1, round(cut.shape[1] * scale)), max(1, round(cut.shape[0] * scale))
    small = np.asarray(
        Image.fromarray((np.clip(cut, 0, 1) * 255).astype(np.uint8)).resize(size, Image.Resampling.BOX), np.float32
    )
    small /= max(1.0, float(small.max()))
    weight = small.sum()
    top = round(side / 2 - float((small.sum(1) * (np.arange(size[1]) + 0.5)).sum() / weight))
    left = round(side / 2 - float((small.sum(0) * (np.arange(size[0]) + 0.5)).sum() / weight))
    top, left = min(max(top, 0), side - size[1]), min(max(left, 0), side - size[0])
    canvas[top : top + size[1], left : left + size[0]] = small
    return canvas
