"""A picture as a sum of stripes: singular values, and how few of them are enough to recognise it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from memebot.experiments.drawing import BLUE, FAINT, MARGIN, ORANGE, SIDE, Canvas, ten_to
from memebot.experiments.model import Array, Experiment, Inputs, Look, NumberControl, PictureControl, Showing, Words
from memebot.experiments.pictures.scaled import as_pixels, scaled
from memebot.experiments.samples import meme

MOST = 120
_FRAMES = 30
_SIDE = 320


@dataclass(frozen=True, slots=True)
class Stripes:
    """Singular value decomposition of each of the three colours: (3, height, k), (3, k), (3, k, width)."""

    down: Array
    strengths: Array
    across: Array

    @classmethod
    def of(cls, picture: Array) -> Stripes:
        """Of a picture (height, width, 3)."""
        return cls(*np.linalg.svd(np.moveaxis(picture.astype(float), 2, 0), full_matrices=False))

    def first(self, count: int) -> Array:
        """The sum of the strongest ones, (height, width, 3)."""
        down, across = self.down[..., :count] * self.strengths[:, None, :count], self.across[:, :count]
        return np.moveaxis(down @ across, 0, 2)

    def lost(self, count: int) -> float:
        """What share of the picture's energy the others have."""
        squares = self.strengths**2
        return float(squares[:, count:].sum() / squares.sum())


def run(inputs: Inputs, seed: int, words: Words) -> Showing:
    """The picture from one pair of stripes to as many as asked for; facts: what is kept and what is lost."""
    picture = scaled(inputs["picture"], _SIDE)
    stripes, sizes = Stripes.of(picture), picture.shape[:2]
    most = min(inputs["pairs"], min(sizes))
    frames = tuple(
        _frame(words, stripes, int(count), sizes) for count in np.unique(np.geomspace(1, most, _FRAMES).astype(int))
    )
    facts = {
        "pairs": most,
        "all": min(sizes),
        "numbers": _numbers(most, sizes),
        "kept": round(100 * (1 - stripes.lost(most)), 1),
        "one": round(100 * (1 - stripes.lost(1))),
    }
    return Showing(frames, Look("look" if facts["numbers"] < 100 else "look-larger", facts), milliseconds=220)


def _numbers(count: int, sizes: tuple[int, ...]) -> int:
    """Percent of the picture's numbers that so many pairs take."""
    height, width = sizes[0], sizes[1]
    return round(100 * count * (height + width + 1) / (height * width))


def _frame(words: Words, stripes: Stripes, count: int, sizes: tuple[int, ...]) -> Image.Image:
    canvas = Canvas()
    top = canvas.title(words("now", pairs=count), words("numbers", percent=_numbers(count, sizes)))
    canvas.picture(as_pixels(stripes.first(count)), (MARGIN, top + 8, SIDE - MARGIN, 540))
    strengths = np.log10(np.maximum(stripes.strengths.mean(axis=0), 1e-3))
    plot = canvas.panel(
        (MARGIN, 552, SIDE - MARGIN, SIDE - 24), (0, len(strengths)), (0, 6), names=(words("strength"), "")
    )
    for power in (2, 4):
        plot.tick(power, ten_to(power))
    places = np.arange(len(strengths)) + 0.5
    plot.curve(places, strengths, FAINT, 2)
    plot.curve(places[:count], strengths[:count], BLUE, 5)
    plot.points(places[count - 1 : count], strengths[count - 1 : count], ORANGE, 8)
    return canvas.image()


EXPERIMENT = Experiment(
    name="compression",
    concepts=("pca", "lora", "matrix-multiplication", "autoencoder", "quantization"),
    controls=(PictureControl("picture", meme), NumberControl("pairs", 1, MOST, 40)),
    run=run,
)
