"""k-means on the colours of a picture: so many colours look for their place, and every pixel takes the nearest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from memebot.experiments.drawing import FAINT, LINE, MARGIN, SIDE, Canvas
from memebot.experiments.model import Array, Experiment, Inputs, Look, NumberControl, PictureControl, Showing, Words
from memebot.experiments.pictures.scaled import scaled
from memebot.experiments.samples import meme

_ROUNDS = 24
_SAMPLED = 6000
_SIDE = 300


@dataclass(frozen=True, slots=True)
class Round:
    """The colours, (k, 3), how much of the picture each has, and the mean squared distance of a pixel to its own."""

    colours: Array
    shares: Array
    error: float


def run(inputs: Inputs, seed: int, words: Words) -> Showing:
    """The picture in its few colours, round by round; facts: how far off they are at first and at last."""
    picture = scaled(inputs["picture"], _SIDE)
    rounds = cluster(picture.reshape(-1, 3).astype(float), inputs["colours"], np.random.default_rng(seed))
    frames = tuple(_frame(words, picture, done, number) for number, done in enumerate(rounds))
    first, last = rounds[0], rounds[-1]
    facts = {
        "colours": inputs["colours"],
        "rounds": len(rounds) - 1,
        "first": round(float(np.sqrt(first.error))),
        "last": round(float(np.sqrt(last.error))),
        "most": round(100 * float(last.shares.max())),
    }
    return Showing(frames, Look("look", facts), milliseconds=300)


def cluster(pixels: Array, count: int, rng: np.random.Generator) -> list[Round]:
    """Lloyd's algorithm from colours of random pixels, until nothing moves any more."""
    sample = pixels[rng.choice(len(pixels), min(_SAMPLED, len(pixels)), replace=False)]
    colours, rounds = sample[rng.choice(len(sample), count, replace=len(sample) < count)], list[Round]()
    for _ in range(_ROUNDS):
        distances = _squared(sample, colours)
        own = distances.argmin(axis=1)
        shares = np.bincount(own, minlength=count) / len(own)
        rounds.append(Round(colours, shares, float(distances[np.arange(len(own)), own].mean())))
        moved = np.stack([sample[own == n].mean(axis=0) if shares[n] else colours[n] for n in range(count)])
        if np.abs(moved - colours).max() < 0.5:
            break
        colours = moved
    return rounds


def _squared(pixels: Array, colours: Array) -> Array:
    """Squared distances, (pixels, colours)."""
    return np.asarray((pixels**2).sum(axis=1)[:, None] - 2 * pixels @ colours.T + (colours**2).sum(axis=1))


def _frame(words: Words, picture: Array, done: Round, number: int) -> Image.Image:
    canvas = Canvas()
    off = words("off", error=round(float(np.sqrt(max(0.0, done.error)))))
    top = canvas.title(words("now", round=number), off)
    own = _squared(picture.reshape(-1, 3).astype(float), done.colours).argmin(axis=1)
    painted = done.colours[own].round().astype(np.uint8).reshape(picture.shape)
    canvas.picture(painted, (MARGIN, top + 10, SIDE - MARGIN, 580))
    left, width = float(MARGIN), SIDE - 2 * MARGIN
    for place in np.argsort(-done.shares):
        red, green, blue = (round(float(part)) for part in done.colours[place])
        right = left + width * float(done.shares[place])
        canvas.card((left, 600, right, 650), (red, green, blue), LINE, 4)
        if right - left > 56:
            share = f"{done.shares[place]:.0%}".replace("%", " %")
            canvas.text(((left + right) / 2, 656), share, size=22, colour=FAINT, anchor="ma")
        left = right
    return canvas.image()


EXPERIMENT = Experiment(
    name="colours",
    concepts=("k-means", "unsupervised-learning", "quantization"),
    controls=(PictureControl("picture", meme), NumberControl("colours", 2, 12, 5)),
    run=run,
)
