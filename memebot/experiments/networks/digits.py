"""A digit drawn by the visitor, named by a perceptron and by a convolutional network, side by side."""

from __future__ import annotations

from functools import partial

import numpy as np
from PIL import Image

from memebot.experiments.drawing import BLUE, FAINT, MARGIN, ORANGE, SIDE, Canvas, shaded
from memebot.experiments.drawn.digits import drawn_digit
from memebot.experiments.drawn.strokes import centred
from memebot.experiments.model import Array, DrawingControl, Experiment, Inputs, Look, Showing, Words
from memebot.experiments.networks.layers import cnn, feature_maps, mlp, percent, weights_of

_MIDDLE = SIDE / 2
_STEPS = 9


def run(inputs: Inputs, seed: int, words: Words) -> Showing:
    """The drawing, how the networks see it, and how sure each becomes; facts: what they say and how often they err."""
    drawing = inputs["drawing"]
    small = centred(drawing)
    maps = feature_maps(weights_of("digits-cnn"), small[None, None])
    chances = mlp(weights_of("digits-mlp"), small[None])[0], cnn(weights_of("digits-cnn"), small[None, None])[0]
    frame = partial(_frame, words, drawing, small)
    frames = [frame(), *[frame(maps[0][0][: 4 * row]) for row in (1, 2, 3)]]
    frames += [frame(maps[0][0], [pair * share for pair in chances]) for share in _easing(_STEPS)]
    said = [int(pair.argmax()) for pair in chances]
    facts = {
        "perceptron": said[0],
        "network": said[1],
        "perceptron-sure": round(100 * float(chances[0].max())),
        "network-sure": round(100 * float(chances[1].max())),
        "perceptron-right": percent("digits-mlp real"),
        "network-right": percent("digits-cnn real"),
    }
    key = "look-nothing" if not small.any() else "look-same" if said[0] == said[1] else "look-apart"
    return Showing(tuple(frames), Look(key, facts), milliseconds=160)


def _easing(steps: int) -> Array:
    """0..1, fast first."""
    return np.asarray(1 - (1 - np.linspace(1 / steps, 1, steps)) ** 3)


def _frame(
    words: Words, drawing: Array, small: Array, maps: Array | None = None, chances: list[Array] | None = None
) -> Image.Image:
    canvas = Canvas()
    top = canvas.title(words("title-frame"))
    side = 190
    for number, (name, picture) in enumerate((("yours", drawing), ("seen", small))):
        left = MARGIN + number * (side + 24)
        canvas.text((left, top + 6), words(name), size=22, colour=FAINT)
        box = (left, top + 40, left + side, top + 40 + side)
        canvas.card(box)
        canvas.picture(_grey(picture), (box[0] + 6, box[1] + 6, box[2] - 6, box[3] - 6), smooth=number == 0)
    left = MARGIN + 2 * (side + 24)
    canvas.text((left, top + 6), words("maps"), size=22, colour=FAINT)
    for number, seen in enumerate([] if maps is None else maps):
        x, y = left + number % 4 * 55, top + 40 + number // 4 * 66
        canvas.picture(Image.fromarray(_map(seen)), (x, y, x + 50, y + 58), smooth=False)
    for number, (name, colour) in enumerate((("perceptron", ORANGE), ("network", BLUE))):
        start, right = (MARGIN, _MIDDLE - 10) if number == 0 else (_MIDDLE + 10, SIDE - MARGIN)
        said = "" if chances is None else f": {int(chances[number].argmax())}"
        canvas.text((start, top + 262), words(name) + said, bold=True, colour=colour)
        values = np.zeros(10) if chances is None else chances[number]
        canvas.columns((start, top + 302, right, SIDE - MARGIN), [str(n) for n in range(10)], values, colour=colour)
    return canvas.image()


def _grey(ink: Array) -> Array:
    return shaded(ink, (29, 39, 51), (29, 39, 51))


def _map(seen: Array) -> Array:
    return shaded(seen / max(1e-6, float(seen.max())), BLUE, BLUE)


EXPERIMENT = Experiment(
    name="digits",
    concepts=("mnist", "fully-connected", "convolution", "classification"),
    controls=(DrawingControl("drawing", lambda seed: drawn_digit(np.random.default_rng(seed), seed % 10)),),
    run=run,
)
