"""A sketch named by a perceptron, by a convolutional network, and by the encoder, which never learnt sketches."""

from __future__ import annotations

from functools import partial

import numpy as np
from PIL import Image

from memebot.experiments.drawing import BLUE, FAINT, MARGIN, ORANGE, SIDE, VIOLET, Canvas
from memebot.experiments.drawn.sketches import NAMES, drawn_sketch
from memebot.experiments.drawn.strokes import centred
from memebot.experiments.encoder import bundled
from memebot.experiments.model import Array, DrawingControl, Experiment, Inputs, Look, Showing, Words
from memebot.experiments.networks.features import chances, on_paper
from memebot.experiments.networks.layers import cnn, mlp, percent, weights_of

_BEST = 3
_COLOURS = (ORANGE, BLUE, VIOLET)
_JUDGES = ("perceptron", "network", "encoder")


def run(inputs: Inputs, seed: int, words: Words) -> Showing:
    """The drawing, and what each of the three takes it for; facts: their first guesses and how often each is right."""
    drawing = inputs["drawing"]
    small = centred(drawing, 32, 26)
    found = (
        mlp(weights_of("sketches-mlp"), small[None])[0],
        cnn(weights_of("sketches-cnn"), small[None, None])[0],
        chances(bundled(), on_paper(drawing), weights_of("names")["sketches"]),
    )
    frame = partial(_frame, words, drawing, small)
    frames = [frame([])] + [
        frame([*found[:judge], found[judge] * share]) for judge in range(3) for share in (0.4, 0.8, 1)
    ]
    facts: dict[str, str | int] = {
        judge: words(f"thing-{NAMES[int(one.argmax())]}") for judge, one in zip(_JUDGES, found, strict=True)
    }
    facts |= {
        "perceptron-right": percent("sketches-mlp drawn"),
        "network-right": percent("sketches-cnn drawn"),
        "encoder-right": percent("clip sketches drawn"),
        "count": len(NAMES),
    }
    key = "look-same" if facts["network"] == facts["perceptron"] else "look-apart"
    return Showing(tuple(frames), Look(key if small.any() else "look-nothing", facts), milliseconds=220)


def _frame(words: Words, drawing: Array, small: Array, found: list[Array]) -> Image.Image:
    canvas = Canvas()
    top = canvas.title(words("title-frame")) + 8
    for number, (name, picture) in enumerate((("yours", drawing), ("seen", small))):
        y = top + number * 306
        canvas.text((MARGIN, y), words(name), size=22, colour=FAINT)
        box = (MARGIN, y + 34, MARGIN + 256, y + 290)
        canvas.card(box)
        grey = (255 - 225 * np.clip(picture, 0, 1)).astype(np.uint8)
        canvas.picture(grey, (box[0] + 8, box[1] + 8, box[2] - 8, box[3] - 8), smooth=number == 0)
    left = MARGIN + 256 + 28
    for number, judge in enumerate(_JUDGES):
        y = top + number * 200
        canvas.text((left, y), words(judge), bold=True, colour=_COLOURS[number])
        if number < len(found):
            best = np.argsort(-found[number])[:_BEST]
            rows = [(words(f"thing-{NAMES[thing]}"), float(found[number][thing])) for thing in best]
            canvas.bars((left, y + 40, SIDE - MARGIN, y + 172), rows, strong=0, colour=_COLOURS[number])
    return canvas.image()


EXPERIMENT = Experiment(
    name="sketches",
    concepts=("classification", "convolution", "fully-connected"),
    controls=(
        DrawingControl(
            "drawing",
            lambda seed: drawn_sketch(np.random.default_rng(seed), NAMES[seed * 7 % len(NAMES)]),
        ),
    ),
    run=run,
    needs_encoder=True,
)
