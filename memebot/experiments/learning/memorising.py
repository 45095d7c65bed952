"""One network, twice the same points: under true labels, and under labels that a coin has thrown.

After Zhang et al., "Understanding deep learning requires rethinking generalization" (2017).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from memebot.experiments.drawing import BLUE, FAINT, GREEN, MARGIN, ORANGE, RED, SIDE, Canvas
from memebot.experiments.learning.small_net import SmallNet, boundary
from memebot.experiments.model import Array, Experiment, Inputs, Look, NumberControl, Showing, Words

_STEPS = 500
_FRAMES = 30
_NEW = 400
_NEURONS = 48


@dataclass(slots=True)
class _Course:
    """One of the two: its labels, its network, and how right it was at each step that was shown."""

    labels: Array
    fresh: Array
    net: SmallNet
    right: list[float]
    right_on_new: list[float]


def run(inputs: Inputs, seed: int, words: Words) -> Showing:
    """Both boundaries while they are learnt; facts: how right each is on its own points and on new ones."""
    rng = np.random.default_rng(seed)
    points, fresh = rng.uniform(-1, 1, (inputs["points"], 2)), rng.uniform(-1, 1, (_NEW, 2))
    thrown = rng.integers(0, 2, len(points)), rng.integers(0, 2, _NEW)
    courses = [
        _Course(labels, new, SmallNet((2, _NEURONS, _NEURONS, 2), rng, reach=5.0), [], [])
        for labels, new in ((_true(points), _true(fresh)), thrown)
    ]
    shown = set(np.unique(np.geomspace(1, _STEPS + 1, _FRAMES).astype(int) - 1))
    frames = []
    for step in range(_STEPS + 1):
        for course in courses:
            if step in shown:
                course.right.append(course.net.accuracy(points, course.labels))
                course.right_on_new.append(course.net.accuracy(fresh, course.fresh))
            course.net.step(points, course.labels, rate=0.01)
        if step in shown:
            frames.append(_frame(words, points, courses, step))
    true, coin = courses
    shares = {"true": true.right, "coin": coin.right, "true-new": true.right_on_new, "coin-new": coin.right_on_new}
    facts = {name.replace("-", "_"): round(100 * values[-1]) for name, values in shares.items()}
    key = "look" if coin.right[-1] > 0.97 else "look-full"
    return Showing(tuple(frames), Look(key, facts | {"points": len(points)}), milliseconds=180)


def _true(points: Array) -> Array:
    """Labels that have a reason: which side of a wave a point is on."""
    return np.asarray(points[:, 1] > 0.5 * np.sin(3 * points[:, 0]), np.int64)


def _frame(words: Words, points: Array, courses: Sequence[_Course], step: int) -> Image.Image:
    canvas = Canvas(height=640)
    top = canvas.title(words("now", step=step))
    width = (SIDE - 3 * MARGIN) / 2
    for number, course in enumerate(courses):
        left = MARGIN + number * (width + MARGIN)
        canvas.text((left, top + 8), words("coin" if number else "true"), bold=True, colour=RED if number else GREEN)
        panel = canvas.panel((left, top + 48, left + width, top + 48 + width), (-1, 1), (-1, 1))
        panel.heat(boundary(course.net, 1.0, 40), ORANGE, BLUE)
        for label, colour in enumerate((ORANGE, BLUE)):
            xs, ys = points[course.labels == label].T
            panel.points(xs, ys, colour, 7)
        below = top + 72 + width
        canvas.text((left, below), words("own"), size=22, colour=FAINT)
        canvas.bars((left, below + 28, left + width, below + 68), [("", course.right[-1])], colour=BLUE)
        canvas.text((left, below + 84), words("new"), size=22, colour=FAINT)
        canvas.bars((left, below + 112, left + width, below + 152), [("", course.right_on_new[-1])], colour=ORANGE)
    return canvas.image()


EXPERIMENT = Experiment(
    name="random-labels",
    concepts=("data-memorisation", "label-noise", "overfitting", "data-labelling"),
    controls=(NumberControl("points", 10, 100, 40),),
    run=run,
)
