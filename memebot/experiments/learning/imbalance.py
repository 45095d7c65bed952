"""Two classes, one of them rare: what accuracy says, what the confusion matrix says, and what a weight changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from memebot.experiments.drawing import BLUE, FAINT, GREEN, LINE, MARGIN, ORANGE, RED, SIDE, Canvas
from memebot.experiments.model import Array, Experiment, Inputs, Look, NumberControl, Showing, Words

PEOPLE = 600
_FRAMES = 24
_X, _Y = (-3.6, 5.2), (-3.2, 3.6)


@dataclass(frozen=True, slots=True)
class Confusion:
    """How many of which class were called what; ``missed`` are rare ones that were called common."""

    found: int
    missed: int
    false_alarms: int
    passed: int

    @property
    def accuracy(self) -> float:
        """The share that was called what it is."""
        return (self.found + self.passed) / (self.found + self.missed + self.false_alarms + self.passed)


def run(inputs: Inputs, seed: int, words: Words) -> Showing:
    """The boundary as the rare class gets heavier, from 1 to the weight asked for; facts: the matrix at both ends."""
    rng = np.random.default_rng(seed)
    points, rare = sample(rng, inputs["percent"])
    weights = np.geomspace(1, inputs["weight"], _FRAMES)
    line, frames, matrices = np.zeros(3), list[Image.Image](), list[Confusion]()
    for weight in weights:
        line = logistic(points, rare, float(weight), line)
        matrices.append(confusion(points, rare, line))
        frames.append(_frame(words, points, rare, line, matrices[-1], float(weight)))
    first, last = matrices[0], matrices[-1]
    facts = {
        "rare": int(rare.sum()),
        "lazy": round(100 * (1 - float(rare.mean()))),
        "before": round(100 * first.accuracy),
        "found_before": first.found,
        "after": round(100 * last.accuracy),
        "found": last.found,
        "alarms": last.false_alarms,
        "weight": inputs["weight"],
    }
    key = "look-found" if last.found > first.found else "look-same"
    return Showing(tuple(frames), Look(key, facts), milliseconds=220)


def sample(rng: np.random.Generator, percent: float) -> tuple[Array, Array]:
    """People as two measurements each, (n, 2), and which of them are of the rare class."""
    count = max(3, round(PEOPLE * percent / 100))
    rare = np.arange(PEOPLE) < count
    points = rng.normal(0, 1, (PEOPLE, 2)) + np.where(rare[:, None], [1.8, 0.7], [0.0, 0.0])
    return points, rare


def logistic(points: Array, rare: Array, weight: float, start: Array) -> Array:
    """Bias and slopes of logistic regression whose rare examples count ``weight`` times, by Newton's method."""
    columns, line = np.column_stack([np.ones(len(points)), points]), start.copy()
    counts = np.where(rare, weight, 1.0)
    for _ in range(8):
        share = (1 + np.tanh(columns @ line / 2)) / 2
        slope = columns.T @ (counts * (rare - share)) - 0.01 * line
        bend = (columns * (counts * share * (1 - share))[:, None]).T @ columns + 0.01 * np.eye(3)
        line += np.linalg.solve(bend, slope)
    return line


def confusion(points: Array, rare: Array, line: Array) -> Confusion:
    """What is called rare on which side of the line."""
    called = line[0] + points @ line[1:] > 0
    found, missed, alarms = (int(cell.sum()) for cell in (called & rare, ~called & rare, called & ~rare))
    return Confusion(found, missed, alarms, len(rare) - found - missed - alarms)


def _frame(words: Words, points: Array, rare: Array, line: Array, matrix: Confusion, weight: float) -> Image.Image:
    canvas = Canvas()
    top = canvas.title(words("now", weight=f"{weight:.0f}"), words("accuracy", percent=round(100 * matrix.accuracy)))
    panel = canvas.panel((MARGIN, top + 10, SIDE - MARGIN, 440), _X, _Y)
    side = np.linspace(-1, 1, 44)
    x, y = np.meshgrid(np.linspace(*_X, 44), np.linspace(*_Y, len(side)))
    panel.heat(0.55 * np.tanh(line[0] + line[1] * x + line[2] * y), (180, 205, 235), (250, 205, 170))
    panel.points(points[~rare, 0], points[~rare, 1], BLUE, 4, None)
    panel.points(points[rare, 0], points[rare, 1], RED, 8)
    heights = -(line[0] + line[1] * np.array(_X)) / line[2] if abs(line[2]) > 1e-9 else np.zeros(2)
    across = np.linspace(*_X, 200)
    panel.curve(across, heights[0] + (across - _X[0]) * (heights[1] - heights[0]) / (_X[1] - _X[0]), FAINT, 3)
    _matrix(canvas, words, matrix)
    return canvas.image()


def _matrix(canvas: Canvas, words: Words, matrix: Confusion) -> None:
    """Four cells: what people are downwards, what they were called to the right."""
    left, width = MARGIN, (SIDE - 2 * MARGIN - 12) / 2
    cells = (
        ("found", matrix.found, GREEN),
        ("missed", matrix.missed, RED),
        ("alarms", matrix.false_alarms, ORANGE),
        ("passed", matrix.passed, BLUE),
    )
    for number, (key, count, colour) in enumerate(cells):
        x, y = left + (number % 2) * (width + 12), 454 + (number // 2) * 118
        canvas.card((x, y, x + width, y + 108), outline=LINE)
        canvas.text((x + 18, y + 12), words(key), size=22, colour=FAINT)
        canvas.text((x + 18, y + 98), str(count), size=48, colour=colour, bold=True, anchor="ls")


EXPERIMENT = Experiment(
    name="imbalance",
    concepts=("class-imbalance", "precision-recall", "accuracy", "logistic-regression", "classification"),
    controls=(NumberControl("percent", 1, 30, 3), NumberControl("weight", 1, 100, 30)),
    run=run,
)
