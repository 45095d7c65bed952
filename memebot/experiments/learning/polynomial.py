"""A polynomial of a growing degree through a few noisy points: it learns them by heart."""

from __future__ import annotations

import numpy as np
from PIL import Image

from memebot.experiments.drawing import BLUE, GREEN, MARGIN, ORANGE, RED, SIDE, Canvas
from memebot.experiments.model import Array, Experiment, Inputs, Look, NumberControl, Showing, Words

_X = (-1.0, 1.0)
_Y = (-1.9, 1.9)
_FRAMES_A_DEGREE = 2


def run(inputs: Inputs, seed: int, words: Words) -> Showing:
    """One frame or two a degree, from 1 to the one asked for; facts: both errors at the last."""
    most, noise = inputs["degree"], inputs["noise"]
    rng = np.random.default_rng(seed)
    train, fresh = _sample(rng, inputs["points"], noise), _sample(rng, 60, noise)
    errors: list[tuple[float, float]] = []
    frames: list[Image.Image] = []
    for degree in range(1, most + 1):
        fitted = np.polynomial.Chebyshev.fit(*train, min(degree, len(train[0]) - 1), domain=_X)
        errors.append((_error(fitted, train), _error(fitted, fresh)))
        frames += [_frame(words, fitted, train, fresh, errors)] * _FRAMES_A_DEGREE
    (at_train, at_fresh), best = errors[-1], int(np.argmin([error for _, error in errors])) + 1
    key = "look-overfitted" if at_fresh > 2 * errors[best - 1][1] else "look-fine"
    facts = {"degree": most, "best": best, "train": round(at_train, 2), "fresh": round(at_fresh, 2)}
    return Showing(tuple(frames), Look(key, facts), milliseconds=260)


def _sample(rng: np.random.Generator, count: int, noise: float) -> tuple[Array, Array]:
    """Points along a sine at nearly even distances, ``count`` of them, with noise on them."""
    xs = np.linspace(*_X, count) * 0.96 + rng.uniform(-0.4, 0.4, count) / count
    return xs, np.sin(3 * xs) + rng.normal(0, noise, count)


def _error(fitted: np.polynomial.Chebyshev, sample: tuple[Array, Array]) -> float:
    """Root of the mean squared error."""
    return float(np.sqrt(np.mean((fitted(sample[0]) - sample[1]) ** 2)))


def _frame(
    words: Words,
    fitted: np.polynomial.Chebyshev,
    train: tuple[Array, Array],
    fresh: tuple[Array, Array],
    errors: list[tuple[float, float]],
) -> Image.Image:
    canvas = Canvas()
    top = canvas.title(words("degree-now", degree=len(errors)))
    canvas.legend((MARGIN, top + 2), [(words("train"), BLUE), (words("fresh"), ORANGE)])
    panel = canvas.panel((MARGIN, top + 40, SIDE - MARGIN, 500), _X, _Y)
    grid = np.linspace(*_X, 400)
    panel.curve(grid, np.sin(3 * grid), GREEN, 2)
    panel.points(*fresh, colour=ORANGE, radius=4, outline=None)
    panel.curve(grid, fitted(grid), RED, 4.5)
    panel.points(*train, colour=BLUE, radius=9)
    below = canvas.panel((MARGIN, 516, SIDE - MARGIN, SIDE - MARGIN), (0.5, 15.5), (0, 1.2), names=("", words("error")))
    degrees = np.arange(1, len(errors) + 1)
    for column, colour in ((0, BLUE), (1, ORANGE)):
        below.course(degrees, np.array([pair[column] for pair in errors]), colour)
    return canvas.image()


EXPERIMENT = Experiment(
    name="overfitting",
    concepts=("overfitting", "bias-variance", "underfitting"),
    controls=(
        NumberControl("degree", 1, 15, 15),
        NumberControl("points", 8, 40, 16),
        NumberControl("noise", 0, 0.6, 0.25, step=0.05),
    ),
    run=run,
)
