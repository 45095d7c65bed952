"""Two arms of a spiral, and the boundary that a small network draws between them while it trains."""

from __future__ import annotations

import numpy as np
from PIL import Image

from memebot.experiments.drawing import BLUE, ORANGE, SIDE, Canvas
from memebot.experiments.learning.small_net import SmallNet, boundary
from memebot.experiments.model import Array, Experiment, Inputs, Look, NumberControl, Showing, Words

STEPS = 800
ENOUGH = 0.98
"""The share of points on their own side at which the arms count as told apart."""
_PER_ARM = 80
_NOISE = 0.015
_FRAMES = 26
_REACH = 1.15


def run(inputs: Inputs, seed: int, words: Words) -> Showing:
    """The boundary from the first step to the last, more often in the beginning; facts: when it was enough."""
    rng = np.random.default_rng(seed)
    points, arms = spiral(rng, inputs["turns"])
    neurons = inputs["neurons"]
    net = SmallNet((2, *(neurons,) * (2 if neurons else 0), 2), rng, reach=3.0)
    shown = set(np.unique(np.geomspace(1, STEPS + 1, _FRAMES).astype(int) - 1))
    frames, right, enough = [], [], -1
    for step in range(STEPS + 1):
        right.append(net.accuracy(points, arms))
        enough = step if enough < 0 and right[-1] >= ENOUGH else enough
        if step in shown:
            frames.append(_frame(words, net, points, arms, step))
        net.step(points, arms)
    facts = {"neurons": neurons, "steps": enough, "percent": round(100 * right[-1]), "all": STEPS}
    key = "look-straight" if not neurons else "look-apart" if enough >= 0 else "look-stuck"
    return Showing(tuple(frames), Look(key, facts), milliseconds=180)


def spiral(rng: np.random.Generator, turns: float) -> tuple[Array, Array]:
    """Points of two arms that wind about each other within -1..1, (n, 2), and which arm each is of."""
    along = np.sqrt(rng.uniform(0.02, 1.0, (2, _PER_ARM)))
    angle = along * turns * 2 * np.pi + np.array([[0.0], [np.pi]])
    points = np.stack([along * np.cos(angle), along * np.sin(angle)], axis=-1)
    points += rng.normal(0.0, _NOISE, points.shape)
    return points.reshape(-1, 2), np.repeat(np.arange(2), _PER_ARM)


def _frame(words: Words, net: SmallNet, points: Array, arms: Array, step: int) -> Image.Image:
    canvas = Canvas()
    percent = round(100 * net.accuracy(points, arms))
    top = canvas.title(words("now", step=step, percent=percent))
    edge = (SIDE - top - 44) / 2
    box = (SIDE / 2 - edge, top + 16, SIDE / 2 + edge, top + 16 + 2 * edge)
    panel = canvas.panel(box, (-_REACH, _REACH), (-_REACH, _REACH))
    panel.heat(boundary(net, _REACH), ORANGE, BLUE)
    for arm, colour in enumerate((ORANGE, BLUE)):
        xs, ys = points[arms == arm].T
        panel.points(xs, ys, colour, 6)
    return canvas.image()


EXPERIMENT = Experiment(
    name="spiral",
    concepts=("hidden-layer", "neural-network", "universal-approximator", "layers", "fully-connected", "neuron"),
    controls=(NumberControl("neurons", 0, 32, 12), NumberControl("turns", 0.5, 2, 1.5, step=0.25)),
    run=run,
)
