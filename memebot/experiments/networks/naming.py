"""A picture named by the bundled encoder among the 200 things whose photos it was shown."""

from __future__ import annotations

from functools import partial

import numpy as np
from PIL import Image

from memebot.experiments.drawing import BLUE, FAINT, MARGIN, SIDE, Canvas
from memebot.experiments.encoder import bundled
from memebot.experiments.model import Array, Experiment, Inputs, Look, PictureControl, Showing, Words
from memebot.experiments.networks.features import chances
from memebot.experiments.networks.layers import weights_of
from memebot.experiments.samples import meme

_BEST = 5
_SEES = 128  # pixels a side, of the encoder
_RIGHT, _AMONG_FIVE = 26, 52
"""In how many of a hundred held-back photos the first name, or one of five, is right: the encoder's card says so."""


def run(inputs: Inputs, seed: int, words: Words) -> Showing:
    """The picture as it is and as the encoder sees it, and the five likeliest names; facts: the first of them."""
    picture, names = inputs["picture"], weights_of("names")
    found = chances(bundled(), picture, names["photos"])
    best = np.argsort(-found)[:_BEST]
    rows = [(str(names[f"photos-{words.lang}"][name]), float(found[name])) for name in best]
    frame = partial(_frame, words, picture)
    frames = [frame([])] + [frame([(name, chance * share) for name, chance in rows]) for share in (0.3, 0.6, 0.85, 1)]
    facts: dict[str, str | int] = {
        "name": rows[0][0],
        "sure": round(100 * rows[0][1]),
        "right": _RIGHT,
        "five": _AMONG_FIVE,
    }
    return Showing(tuple(frames), Look("look-sure" if rows[0][1] > 0.5 else "look-unsure", facts), milliseconds=240)


def _frame(words: Words, picture: Array, rows: list[tuple[str, float]]) -> Image.Image:
    canvas = Canvas()
    top = canvas.title(words("title-frame")) + 8
    seen = np.asarray(Image.fromarray(picture).resize((_SEES, _SEES), Image.Resampling.BOX))
    width = (SIDE - 2 * MARGIN - 24) / 2
    for number, (name, shown) in enumerate((("yours", picture), ("seen", seen))):
        left = MARGIN + number * (width + 24)
        canvas.text((left, top), words(name), size=22, colour=FAINT)
        canvas.picture(shown, (left, top + 34, left + width, top + 34 + width), smooth=number == 0)
    canvas.bars((MARGIN, top + width + 52, SIDE - MARGIN, SIDE - MARGIN + 8), rows, strong=0, colour=BLUE)
    return canvas.image()


EXPERIMENT = Experiment(
    name="name-it",
    concepts=("classification", "pretrained-model", "imagenet", "object-detection"),
    controls=(PictureControl("picture", meme),),
    run=run,
    needs_encoder=True,
)
