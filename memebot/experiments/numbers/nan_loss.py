"""A straight line fitted with too long steps, in numbers of 32 bits: the loss grows, overflows and becomes nan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from memebot.experiments.drawing import BLUE, MARGIN, NIGHT, ORANGE, RED, SIDE, YELLOW, Canvas, Colour, ten_to
from memebot.experiments.model import ChoiceControl, Experiment, Inputs, Look, NumberControl, Showing, Words

STEPS = 300
_POINTS = 20
_MOST = 50  # frames
_ROWS = 7
_LARGEST = float(np.log10(np.finfo(np.float32).max))

_CLIP = np.float32(1.0)


@dataclass(frozen=True, slots=True)
class TrainingStep:
    """The weight before a step, the loss that it has, and the loss's slope by it: all as 32 bits have them."""

    weight: np.float32
    loss: np.float32
    slope: np.float32


def run(inputs: Inputs, seed: int, words: Words) -> Showing:
    """The loss step by step until it is nan or all steps are done; facts: when it overflowed, when it was nan."""
    course = training(seed, inputs["rate"], clip=inputs["clip"] == "on")
    losses = np.array([step.loss for step in course])
    kept = np.unique(np.linspace(0, len(course) - 1, _MOST).astype(int))
    frames = tuple(_frame(words, course, last) for last in kept)
    overflow, lost = (int(np.argmax(found)) if (found := test(losses)).any() else -1 for test in (np.isinf, np.isnan))
    facts = {
        "steps": len(course) - 1,
        "rate": inputs["rate"],
        "inf": overflow,
        "nan": lost,
        "first": f"{losses[0]:.0f}",
        "last": f"{losses[-1]:.2g}",
        "largest": f"{np.nanmax(np.where(np.isfinite(losses), losses, 0)):.1e}",
    }
    key = "look-nan" if lost >= 0 else "look-grows" if losses[-1] > losses[0] else "look-fine"
    return Showing(frames, Look(key, facts), milliseconds=170)


def training(seed: int, rate: float, *, clip: bool) -> list[TrainingStep]:
    """Gradient descent for y = w·x + b from zeros, three steps longer than it takes to become nan."""
    rng = np.random.default_rng(seed)
    xs = rng.uniform(0, 10, _POINTS).astype(np.float32)
    ys = (3 * xs + 1).astype(np.float32)
    weight, bias, course = np.float32(0), np.float32(0), list[TrainingStep]()
    with np.errstate(all="ignore"):
        for _ in range(STEPS + 1):
            error = weight * xs + bias - ys
            slopes = np.array([2 * (error * xs).mean(), 2 * error.mean()], np.float32)
            course.append(TrainingStep(weight, np.float32((error * error).mean()), slopes[0]))
            if len(course) > 3 and np.isnan(course[-4].loss):
                break
            if clip:
                slopes /= np.maximum(np.float32(1), np.sqrt((slopes * slopes).sum()) / _CLIP)
            weight, bias = np.float32(weight - np.float32(rate) * slopes[0]), bias - np.float32(rate) * slopes[1]
    return course


def _frame(words: Words, course: Sequence[TrainingStep], last: int) -> Image.Image:
    canvas = Canvas()
    top = canvas.title(words("now", step=int(last)))
    panel = canvas.panel((MARGIN, top + 12, SIDE - MARGIN, 400), (0, max(1, len(course) - 1)), (-8, 54))
    for power in (0, 10, 20, 30):
        panel.tick(power, ten_to(power))
    panel.tick(_LARGEST, words("largest", value="3.4·10³⁸"), ORANGE)
    with np.errstate(divide="ignore"):
        powers = np.log10([float(step.loss) for step in course[: last + 1]])
    finite = np.flatnonzero(np.isfinite(powers))
    panel.curve(finite, powers[finite], BLUE, 4)
    beyond = np.array([n for n, power in enumerate(powers) if power > _LARGEST])
    gone = np.flatnonzero(np.isnan(powers))
    panel.points(beyond, np.full(len(beyond), 50.0), ORANGE, 5, None)
    panel.points(gone, np.full(len(gone), 50.0), RED, 9, None)
    _table(canvas, words, course, last)
    return canvas.image()


def _table(canvas: Canvas, words: Words, course: Sequence[TrainingStep], last: int) -> None:
    """The newest steps as a terminal prints them."""
    canvas.card((MARGIN, 416, SIDE - MARGIN, SIDE - MARGIN), NIGHT, None)
    rights = (130, 396, SIDE - MARGIN - 22)
    for right, key in zip(rights, ("step", "weight", "loss"), strict=True):
        canvas.text((right, 428), words(key), size=22, colour=(150, 162, 178), anchor="ra")
    for row, number in enumerate(range(max(0, last - _ROWS + 2), last + 1)):
        step, y = course[number], 462 + row * 33
        canvas.text((rights[0], y), str(number), size=24, colour=(150, 162, 178), mono=True, anchor="ra")
        for right, value in zip(rights[1:], (step.weight, step.loss), strict=True):
            canvas.text((right, y), f"{value:.4g}", size=24, colour=_alarm(value), mono=True, bold=True, anchor="ra")


def _alarm(value: np.float32) -> Colour:
    return RED if np.isnan(value) else YELLOW if np.isinf(value) else (224, 230, 238)


EXPERIMENT = Experiment(
    name="nan-loss",
    concepts=("nan", "loss-function", "exploding-gradient", "learning-rate"),
    controls=(NumberControl("rate", 0.005, 1, 0.1, step=0.005), ChoiceControl("clip", ("off", "on"))),
    run=run,
)
