"""Teach it three things of your own: a layer on frozen features and one on pixels, from a dozen pictures."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from random import Random

import numpy as np
from PIL import Image

from memebot.experiments.drawing import CARD, FAINT, LINE, MARGIN, ORANGE, SIDE, VIOLET, Canvas
from memebot.experiments.encoder import bundled
from memebot.experiments.model import (
    Array,
    Experiment,
    Inputs,
    Look,
    PictureControl,
    PicturesControl,
    Showing,
    TextControl,
    Words,
)
from memebot.experiments.networks.features import frozen, thumbnails
from memebot.experiments.networks.layers import softmax
from memebot.training.glyphs import HUES, shape

MOST = 6
_THINGS = ("first", "second", "third")
_SAMPLES = ("star", "arrow", "bar chart")
_STEPS = 150


def run(inputs: Inputs, seed: int, words: Words) -> Showing:
    """The examples, the new picture, what both take it for; facts: that, and how both do on examples left out."""
    given = [list(inputs[thing]) for thing in _THINGS]
    names = [inputs[f"{thing}-name"] for thing in _THINGS]
    pictures = [picture for group in given for picture in group]
    which = np.repeat(np.arange(3), [len(group) for group in given])
    frame = partial(_frame, words, names, given, inputs["picture"])
    if len(set(which)) < 2:
        return Showing((frame([], []),), Look("look-too-few", {}))
    everything = [*pictures, inputs["picture"]]
    seen, pixels = frozen(bundled(), everything), thumbnails(everything).reshape(len(everything), -1)
    transfer, scratch = (_learnt(values[:-1], which)(values[-1:])[0] for values in (seen, pixels))
    right = [_left_out(values[:-1], which) for values in (pixels, seen)]
    frames = [frame([], []), *[frame([scratch * share, transfer * share], right) for share in (0.3, 0.7, 1)]]
    facts = {
        "count": len(pictures),
        "transfer": names[int(transfer.argmax())],
        "scratch": names[int(scratch.argmax())],
        "transfer-right": right[1],
        "scratch-right": right[0],
    }
    return Showing(
        tuple(frames), Look("look-same" if facts["transfer"] == facts["scratch"] else "look-apart", facts), 500
    )


class _Layer:
    """A linear layer over whatever describes a picture, values brought to one scale."""

    def __init__(self, middle: Array, spread: Array, weights: Array) -> None:
        self._middle, self._spread, self._weights = middle, spread, weights

    def __call__(self, values: Array) -> Array:
        """Probabilities (n, 3)."""
        return softmax((values - self._middle) / self._spread @ self._weights)


def _learnt(values: Array, which: Array) -> _Layer:
    """A layer that tells the examples apart: softmax regression, held small, by gradient descent."""
    middle, spread = values.mean(0), values.std() * np.sqrt(values.shape[1])
    inputs = (values - middle) / spread
    weights, wanted = np.zeros((values.shape[1], 3)), np.eye(3)[which]
    absent = np.where(np.isin(np.arange(3), which), 0.0, -1e9)
    for _ in range(_STEPS):
        slope = inputs.T @ (softmax(inputs @ weights + absent) - wanted) / len(values) + 1e-3 * weights
        weights -= 8.0 * slope
    return _Layer(middle, spread, weights)


def _left_out(values: Array, which: Array) -> int:
    """How many examples are named rightly by a layer that learnt from the others."""
    rows = np.arange(len(which))
    return sum(
        int(_learnt(values[rows != row], which[rows != row])(values[row : row + 1]).argmax() == which[row])
        for row in rows
    )


def _frame(
    words: Words, names: Sequence[str], given: list[list[Array]], new: Array, found: list[Array], right: list[int]
) -> Image.Image:
    canvas = Canvas()
    top = canvas.title(words("title-frame")) + 4
    count = sum(len(group) for group in given)
    for row, (name, group) in enumerate(zip(names, given, strict=True)):
        y = top + row * 98
        canvas.text((MARGIN, y + 36), name, size=24, anchor="lm")
        for column in range(MOST):
            x = SIDE - MARGIN - (MOST - column) * 84
            canvas.card((x, y, x + 78, y + 78), CARD, LINE, 8)
            if column < len(group):
                canvas.picture(group[column], (x + 3, y + 3, x + 75, y + 75))
    y = top + 3 * 98 + 8
    canvas.card((MARGIN, y + 34, MARGIN + 190, y + 224))
    canvas.text((MARGIN, y), words("new"), size=22, colour=FAINT)
    canvas.picture(new, (MARGIN + 6, y + 40, MARGIN + 184, y + 218))
    left = MARGIN + 214
    for number, (name, colour) in enumerate((("scratch", ORANGE), ("transfer", VIOLET))):
        at = y + number * 148
        canvas.text((left, at), words(name), size=22, bold=True, colour=colour)
        if found:
            rows = [(thing[:12], float(chance)) for thing, chance in zip(names, found[number], strict=True)]
            canvas.bars(
                (left, at + 32, SIDE - MARGIN, at + 134), rows, strong=int(found[number].argmax()), colour=colour
            )
            score = words("left-out", right=right[number], count=count)
            canvas.text((SIDE - MARGIN, at), score, size=22, colour=FAINT, anchor="ra")
    return canvas.image()


def _sample(seed: int, thing: int, number: int) -> Array:
    """A drawn shape of any colour on any ground."""
    rng = Random(f"{seed} {thing} {number}")
    return shape(rng, _SAMPLES[thing], rng.choice(list(HUES)), 160)


def _examples(thing: int) -> PicturesControl:
    return PicturesControl(_THINGS[thing], MOST, lambda seed: [_sample(seed, thing, number) for number in range(4)])


EXPERIMENT = Experiment(
    name="teach-three",
    concepts=("transfer-learning", "few-shot", "embedding"),
    controls=(
        TextControl("first-name", 24, "A"),
        _examples(0),
        TextControl("second-name", 24, "B"),
        _examples(1),
        TextControl("third-name", 24, "C"),
        _examples(2),
        PictureControl("picture", lambda seed: _sample(seed, seed % 3, MOST)),
    ),
    run=run,
    needs_encoder=True,
)
