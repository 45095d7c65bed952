"""Three balls roll down one valley, each with its own learning rate: one creeps, one arrives, one jumps out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from memebot.experiments.drawing import BLUE, GREEN, INK, MARGIN, RED, SIDE, Canvas, ten_to
from memebot.experiments.model import Array, Experiment, Inputs, Look, NumberControl, Showing, Words

START = -2.4
STEPS = 40
SMALL, GOOD = 0.03, 0.4
_COLOURS = (BLUE, GREEN, RED)
_REACH = 4.0
_LOG = (-8.0, 3.0)


def run(inputs: Inputs, seed: int, words: Words) -> Showing:
    """A frame a step; facts: how high each ball is at the end. Here nothing is left to chance but the third's start."""
    yours = inputs["rate"]
    start = START + float(np.random.default_rng(seed).uniform(-0.1, 0.1))
    paths = [descent(start, rate) for rate in (SMALL, GOOD, yours)]
    frames = [_frame(words, paths, step, yours) for step in range(STEPS + 1)]
    first, last = float(height(paths[2][:1])[0]), float(height(paths[2][-1:])[0])
    facts = {
        "steps": STEPS,
        "rate": yours,
        "slow": round(float(height(paths[0])[-1]), 2),
        "good": _rounded(float(height(paths[1])[-1])),
        "yours": _rounded(last),
        "start": round(first, 1),
    }
    key = "look-out" if last > first else "look-jumps" if yours > 1 else "look-rolls"
    return Showing(tuple(frames), Look(key, facts), milliseconds=170)


def _rounded(height: float) -> float:
    return round(height, 1 if height >= 10 else 2)


def height(places: Array) -> Array:
    """Of the valley: x²/2, so that its slope at x is x."""
    return np.asarray(places) ** 2 / 2


def descent(start: float, rate: float) -> Array:
    """Where a ball is before each step and after the last: each goes ``rate`` times the slope downhill."""
    return start * (1 - rate) ** np.arange(STEPS + 1)


def _frame(words: Words, paths: Sequence[Array], step: int, rate: float) -> Image.Image:
    canvas = Canvas()
    top = canvas.title(words("now", step=step))
    names = [words("ball", rate=value) for value in (SMALL, GOOD, rate)]
    canvas.legend((MARGIN, top + 2), list(zip(names, _COLOURS, strict=True)))
    valley = canvas.panel((MARGIN, top + 42, SIDE - MARGIN, 440), (-_REACH, _REACH), (-0.6, 8.2))
    across = np.linspace(-_REACH, _REACH, 200)
    valley.curve(across, height(across), INK, 3)
    for path, colour in zip(paths, _COLOURS, strict=True):
        trail = path[max(0, step - 2) : step + 1]
        if abs(trail).max() < _REACH:
            valley.curve(trail, height(trail), colour, 2)
            valley.points(trail[-1:], height(trail[-1:]) + 0.2, colour, 14)
    course = canvas.panel((MARGIN, 460, SIDE - MARGIN, SIDE - MARGIN), (0, STEPS), _LOG, names=(words("step"), ""))
    for power in (-6, -3, 0):
        course.tick(power, ten_to(power))
    for path, colour in zip(paths, _COLOURS, strict=True):
        losses = np.log10(np.maximum(height(path[: step + 1]), 10 ** _LOG[0]))
        course.curve(np.arange(step + 1), losses, colour)
        course.points(np.array([step]), losses[-1:], colour, 8)
    return canvas.image()


EXPERIMENT = Experiment(
    name="learning-rate",
    concepts=("learning-rate", "gradient-descent", "derivative", "hyperparameters"),
    controls=(NumberControl("rate", 0.01, 2.2, 2.03, step=0.01),),
    run=run,
)
