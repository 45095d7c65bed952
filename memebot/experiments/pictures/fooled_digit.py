"""A digit and the noise that makes a perceptron read another one: one step along the sign of the slope.

The fast gradient sign method of Goodfellow et al. (2015). The convolutional network beside it was not asked when the
noise was made.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from memebot.experiments.drawing import BLUE, FAINT, INK, MARGIN, ORANGE, RED, SIDE, Canvas, Colour, shaded
from memebot.experiments.drawn.digits import drawn_digit
from memebot.experiments.drawn.strokes import centred
from memebot.experiments.model import Array, DrawingControl, Experiment, Inputs, Look, NumberControl, Showing, Words
from memebot.experiments.networks.layers import Weights, cnn, dense, mlp, relu, weights_of

_FRAMES = 18


def run(inputs: Inputs, seed: int, words: Words) -> Showing:
    """The noise growing; facts: what the perceptron reads without it and with it, and what the other network does."""
    digit, strength = centred(inputs["drawing"]), inputs["strength"] / 100
    weights = weights_of("digits-mlp")
    before = int(mlp(weights, digit[None])[0].argmax())
    noise = np.sign(slope(weights, digit, before))
    shares = np.linspace(0, strength, _FRAMES)
    noisy = np.clip(digit - shares[:, None, None] * noise, 0, 1).astype(np.float32)
    chances = mlp(weights, noisy)
    colours = [BLUE if row.argmax() == before else RED for row in chances]
    drawn = zip(noisy, chances, shares, colours, strict=True)
    frames = [_frame(words, one, noise, row, float(share), colour) for one, row, share, colour in drawn]
    after = int(chances[-1].argmax())
    facts = {
        "before": before,
        "before_sure": round(100 * float(chances[0, before])),
        "after": after,
        "after_sure": round(100 * float(chances[-1, after])),
        "strength": inputs["strength"],
        "enough": round(100 * float(shares[int((chances.argmax(axis=1) != before).argmax())])),
        "other": int(cnn(weights_of("digits-cnn"), noisy[-1][None, None])[0].argmax()),
    }
    key = "look-nothing" if not digit.any() else "look-firm" if after == before else "look-fooled"
    return Showing((*frames[:1] * 4, *frames, *frames[-1:] * 4), Look(key, facts), milliseconds=160)


def slope(weights: Weights, picture: Array, name: int) -> Array:
    """How the logarithm of a class's probability changes with each pixel, as large as the picture."""
    hidden = relu(dense(weights, "hidden", picture.reshape(1, -1)))[0]
    wanted = np.eye(len(weights["out.bias"]))[name] - mlp(weights, picture[None])[0]
    through = (wanted @ weights["out.weight"]) * (hidden > 0)
    return np.asarray((through @ weights["hidden.weight"]).reshape(picture.shape))


def _frame(words: Words, noisy: Array, noise: Array, chances: Array, share: float, colour: Colour) -> Image.Image:
    canvas = Canvas()
    said = int(chances.argmax())
    top = canvas.title(words("now", digit=said, percent=round(100 * float(chances[said]))))
    side = 310
    for number, name in enumerate(("with", "noise")):
        left = MARGIN + number * (side + 28)
        canvas.text((left, top + 4), words(name, percent=round(100 * share)), size=22, colour=FAINT)
        picture = shaded(noisy, INK, INK) if number == 0 else shaded(noise * min(1, 4 * share), ORANGE, BLUE)
        canvas.picture(picture, (left, top + 38, left + side, top + 38 + side), smooth=False)
    canvas.text((MARGIN, 446), words("perceptron"), size=22, colour=FAINT)
    canvas.columns((MARGIN, 478, SIDE - MARGIN, SIDE - MARGIN), [str(n) for n in range(10)], chances, colour=colour)
    return canvas.image()


EXPERIMENT = Experiment(
    name="fooled-digit",
    concepts=("adversarial-example", "mnist", "derivative"),
    controls=(
        DrawingControl("drawing", lambda seed: drawn_digit(np.random.default_rng(seed), seed % 10)),
        NumberControl("strength", 1, 40, 20),
    ),
    run=run,
)
