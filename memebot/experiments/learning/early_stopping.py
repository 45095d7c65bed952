"""A flexible curve is fitted step by step; the error on points kept back says when to stop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from memebot.experiments.drawing import BLUE, GREEN, MARGIN, ORANGE, RED, SIDE, Canvas
from memebot.experiments.model import Array, Experiment, Inputs, Look, NumberControl, Showing, Words

STEPS = 3000
_WAVES = 120
_RATE = 0.04
_KEPT_BACK = 40
_FRAMES = 36
_CHECK = 1.15  # the error is looked at whenever so many times more steps are done
_X, _Y = (-1.5, 1.5), (-2.2, 2.2)


@dataclass(frozen=True, slots=True)
class Fitting:
    """A curve that was fitted: its errors (root mean square) before each step, and its shape when asked for."""

    train: Array
    validation: Array
    curves: dict[int, Array]
    points: tuple[Array, Array]
    kept_back: tuple[Array, Array]


def run(inputs: Inputs, seed: int, words: Words) -> Showing:
    """The curve and both errors as the steps go on; facts: the best step, and where patience would have ended."""
    shown = np.unique(np.geomspace(1, STEPS + 1, _FRAMES).astype(int) - 1)
    fitting = fit(seed, inputs["points"], inputs["noise"], shown)
    best = int(np.argmin(fitting.validation))
    frames = tuple(_frame(words, fitting, int(step)) for step in shown)
    facts = {
        "best": best,
        "lowest": round(float(fitting.validation[best]), 2),
        "steps": STEPS,
        "last": round(float(fitting.validation[-1]), 2),
        "train": round(float(fitting.train[-1]), 2),
        "patience": inputs["patience"],
        "stop": stopping_step(fitting.validation, inputs["patience"]),
    }
    key = "look-gap" if fitting.validation[-1] > 1.05 * fitting.validation[best] else "look-none"
    return Showing(frames, Look(key, facts), milliseconds=170)


def fit(seed: int, count: int, noise: float, shown: Array) -> Fitting:
    """Gradient descent on the weights of many waves at once, more of them than there are points."""
    rng = np.random.default_rng(seed)
    speeds, phases = rng.normal(0, 4, _WAVES), rng.uniform(0, 2 * np.pi, _WAVES)

    def waves(xs: Array) -> Array:
        return np.asarray(np.sqrt(2 / _WAVES) * np.cos(np.outer(xs, speeds) + phases))

    points, kept_back = (_sample(rng, size, noise) for size in (count, _KEPT_BACK))
    inside, outside, across = waves(points[0]), waves(kept_back[0]), waves(np.linspace(*_X, 240))
    weights, curves = np.zeros(_WAVES), {}
    errors = np.empty((STEPS + 1, 2))
    for step in range(STEPS + 1):
        off = inside @ weights - points[1]
        errors[step] = _size(off), _size(outside @ weights - kept_back[1])
        if step in shown:
            curves[step] = across @ weights
        weights -= _RATE * 20 / count * (inside.T @ off)
    return Fitting(errors[:, 0], errors[:, 1], curves, points, kept_back)


def stopping_step(validation: Array, patience: int) -> int:
    """Where one stops who looks from time to time and gives up after so many looks without a better error."""
    looks = np.unique(np.geomspace(1, len(validation), int(np.log(len(validation)) / np.log(_CHECK))).astype(int) - 1)
    best, since = np.inf, 0
    for step in looks:
        best, since = (validation[step], 0) if validation[step] < best else (best, since + 1)
        if since >= patience:
            return int(step)
    return int(looks[-1])


def _sample(rng: np.random.Generator, count: int, noise: float) -> tuple[Array, Array]:
    xs = rng.uniform(*_X, count)
    return xs, np.sin(3 * xs) + rng.normal(0, noise, count)


def _size(errors: Array) -> float:
    return float(np.sqrt(np.mean(errors**2)))


def _frame(words: Words, fitting: Fitting, step: int) -> Image.Image:
    canvas = Canvas()
    top = canvas.title(words("now", step=step))
    canvas.legend((MARGIN, top + 2), [(words("train"), BLUE), (words("validation"), ORANGE)])
    upper = canvas.panel((MARGIN, top + 42, SIDE - MARGIN, 420), _X, _Y)
    across, so_far = np.linspace(*_X, 240), int(np.argmin(fitting.validation[: step + 1]))
    upper.curve(across, np.sin(3 * across), GREEN, 2)
    upper.points(*fitting.kept_back, colour=ORANGE, radius=4, outline=None)
    upper.curve(across, fitting.curves[step], RED, 4.5)
    upper.points(*fitting.points, colour=BLUE, radius=9)
    most = float(max(fitting.validation[0], fitting.train[0])) * 1.25
    lower = canvas.panel(
        (MARGIN, 436, SIDE - MARGIN, SIDE - MARGIN),
        (0, np.log10(STEPS + 1)),
        (0, most),
        names=(words("steps"), words("error")),
    )
    for power in (1, 2, 3):
        lower.mark(power)
    done = np.log10(np.arange(1, step + 2))
    lower.mark(float(done[so_far]), GREEN, 3)
    for errors, colour in ((fitting.train, BLUE), (fitting.validation, ORANGE)):
        lower.course(done, errors[: step + 1], colour)
    lower.points(done[so_far : so_far + 1], fitting.validation[so_far : so_far + 1], GREEN, 9)
    return canvas.image()


EXPERIMENT = Experiment(
    name="early-stopping",
    concepts=("early-stopping", "loss-curve", "train-test-split", "overfitting", "regularization"),
    controls=(
        NumberControl("noise", 0, 0.6, 0.4, step=0.05),
        NumberControl("points", 8, 60, 14),
        NumberControl("patience", 1, 10, 4),
    ),
    run=run,
)
