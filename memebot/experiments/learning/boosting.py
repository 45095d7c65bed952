"""Gradient boosting on a curve: every new tree is fitted to what the trees before it have left over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from memebot.experiments.drawing import BLUE, GREEN, MARGIN, ORANGE, RED, SIDE, Canvas
from memebot.experiments.model import Array, Experiment, Inputs, Look, NumberControl, Showing, Words

MOST_TREES = 60
_POINTS, _FRESH, _NOISE = 60, 200, 0.2
_LEAF = 2  # points in a leaf, at least
_GRID = np.linspace(0, 1, 300)
_Y = (-1.7, 2.1)


@dataclass(frozen=True, slots=True)
class Tree:
    """A regression tree over one number: a leaf's ``value``, or what is left and right of ``cut``."""

    value: float
    cut: float = 0.0
    sides: tuple[Tree, Tree] | None = None

    def predict(self, xs: Array) -> Array:
        """The value at each place."""
        if self.sides is None:
            return np.full(len(xs), self.value)
        left, right = self.sides
        return np.where(xs < self.cut, left.predict(xs), right.predict(xs))


def grow(xs: Array, ys: Array, depth: int) -> Tree:
    """The tree of at most ``depth`` questions that makes the squared error smallest, one question at a time."""
    leaf = Tree(float(ys.mean()))
    if depth == 0 or len(xs) < 2 * _LEAF:
        return leaf
    order = np.argsort(xs)
    xs, ys = xs[order], ys[order]
    sums, left = np.cumsum(ys)[:-1], np.arange(1, len(xs))
    gains = sums**2 / left + (ys.sum() - sums) ** 2 / (len(xs) - left)
    cut = _LEAF - 1 + int(np.argmax(gains[_LEAF - 1 : len(gains) - _LEAF + 1]))
    here = slice(None, cut + 1), slice(cut + 1, None)
    sides = grow(xs[here[0]], ys[here[0]], depth - 1), grow(xs[here[1]], ys[here[1]], depth - 1)
    return Tree(leaf.value, float(xs[cut] + xs[cut + 1]) / 2, sides)


@dataclass(slots=True)
class Ensemble:
    """The sum of the trees so far at the points, at new ones and along the axis, and both errors after each."""

    xs: Array
    ys: Array
    fresh: tuple[Array, Array]
    sums: list[Array]
    newest: Array
    errors: list[tuple[float, float]]

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> Ensemble:
        """No tree yet."""
        (xs, ys), fresh = _sample(rng, _POINTS), _sample(rng, _FRESH)
        ensemble = cls(xs, ys, fresh, [np.zeros(len(at)) for at in (xs, fresh[0], _GRID)], np.zeros(len(_GRID)), [])
        ensemble._note()
        return ensemble

    def add(self, depth: int, rate: float) -> None:
        """One tree more, fitted to what is left."""
        tree = grow(self.xs, self.left, depth)
        for at, total in zip((self.xs, self.fresh[0], _GRID), self.sums, strict=True):
            total += rate * tree.predict(at)
        self.newest = tree.predict(_GRID)
        self._note()

    @property
    def left(self) -> Array:
        """What the trees so far have not explained."""
        return self.ys - self.sums[0]

    def _note(self) -> None:
        sizes = (self.left, self.fresh[1] - self.sums[1])
        train, fresh = (float(np.sqrt(np.mean(size**2))) for size in sizes)
        self.errors.append((train, fresh))


def run(inputs: Inputs, seed: int, words: Words) -> Showing:
    """A frame a tree; facts: both errors at the start, at the best number of trees and at the last."""
    ensemble = Ensemble.drawn(np.random.default_rng(seed))
    frames = [_frame(words, ensemble, ensemble.left)]
    for _ in range(inputs["trees"]):
        before = ensemble.left
        ensemble.add(inputs["depth"], inputs["rate"])
        frames.append(_frame(words, ensemble, before))
    best = int(np.argmin([fresh for _, fresh in ensemble.errors]))
    facts = {
        "trees": inputs["trees"],
        "start": round(ensemble.errors[0][0], 2),
        "train": round(ensemble.errors[-1][0], 2),
        "fresh": round(ensemble.errors[-1][1], 2),
        "best": best,
        "lowest": round(ensemble.errors[best][1], 2),
    }
    key = "look-too-many" if ensemble.errors[-1][1] > 1.03 * ensemble.errors[best][1] else "look"
    return Showing(tuple(frames[-MOST_TREES:]), Look(key, facts), milliseconds=220)


def _sample(rng: np.random.Generator, count: int) -> tuple[Array, Array]:
    xs = rng.uniform(0, 1, count)
    return xs, _truth(xs) + rng.normal(0, _NOISE, count)


def _truth(xs: Array) -> Array:
    return np.asarray(np.sin(3 * np.pi * xs) + 0.5 * xs)


def _frame(words: Words, ensemble: Ensemble, left: Array) -> Image.Image:
    canvas = Canvas()
    trees = len(ensemble.errors) - 1
    train, fresh = (round(error, 2) for error in ensemble.errors[-1])
    top = canvas.title(words("now", trees=trees), words("errors", train=train, fresh=fresh))
    upper = canvas.panel((MARGIN, top + 10, SIDE - MARGIN, 430), (0, 1), _Y, names=("", words("sum")))
    upper.curve(_GRID, _truth(_GRID), GREEN, 2)
    upper.points(ensemble.xs, ensemble.ys, BLUE, 7)
    upper.curve(_GRID, ensemble.sums[2], RED, 4.5)
    lower = canvas.panel((MARGIN, 446, SIDE - MARGIN, SIDE - MARGIN), (0, 1), (-1.5, 1.9), names=("", words("left")))
    lower.level(0)
    lower.points(ensemble.xs, left, BLUE, 5, None)
    if trees:
        lower.curve(_GRID, ensemble.newest, ORANGE, 4.5)
    return canvas.image()


EXPERIMENT = Experiment(
    name="boosting",
    concepts=("gradient-boosting", "xgboost", "ensembling", "decision-tree"),
    controls=(
        NumberControl("trees", 1, MOST_TREES - 1, 40),
        NumberControl("depth", 1, 4, 2),
        NumberControl("rate", 0.05, 1, 0.3, step=0.05),
    ),
    run=run,
)
