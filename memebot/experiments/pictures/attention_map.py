"""Where the encoder looked: a grey square goes over the picture, and where it hides what mattered, certainty falls.

Occlusion after Zeiler and Fergus (2014).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from memebot.experiments.drawing import BLUE, MARGIN, RED, SIDE, Canvas
from memebot.experiments.model import (
    Array,
    Experiment,
    Facts,
    Inputs,
    Look,
    NumberControl,
    PictureControl,
    Showing,
    Words,
)
from memebot.experiments.pictures import naming
from memebot.experiments.pictures.scaled import as_pixels, scaled
from memebot.experiments.samples import meme

PLACES = 7
"""Of the square, across and down."""
_FRAMES = 25
_SIDE = 384
_GLOW = np.array([255.0, 150.0, 0.0])


def run(inputs: Inputs, seed: int, words: Words) -> Showing:
    """The square on its way, then the map of what it cost; facts: the name, and where the picture is needed most."""
    picture = scaled(inputs["picture"], _SIDE)
    seen = naming.prepared([picture])[0]
    share = inputs["square"] / 100
    whole = naming.chances(seen[None])[0]
    name = int(whole.argmax())
    hidden = naming.chances(occluded(seen, share))
    costs = (whole[name] - hidden[:, name]).reshape(PLACES, PLACES)
    called = naming.names(words.lang)
    kept = np.linspace(0, PLACES**2 - 1, _FRAMES).astype(int)
    frames = [_walk(words, picture, share, int(place), _rows(called, hidden[place], name)) for place in kept]
    glowing = [_map(words, picture, costs * lit, _rows(called, whole, name)) for lit in (0.4, 0.7, 1)]
    place = int(costs.argmax())
    instead = int(hidden[place].argmax())
    facts: Facts = {
        "name": called[name],
        "sure": round(100 * float(whole[name])),
        "least": round(100 * float(hidden[place, name])),
        "instead": called[instead],
        "where": words(_WHERE[place // PLACES * 3 // PLACES][place % PLACES * 3 // PLACES]),
    }
    key = "look-other" if instead != name else "look-same"
    return Showing((*frames, *glowing, *glowing[-1:] * 6), Look(key, facts), milliseconds=170)


_WHERE = (
    ("upper-left", "upper", "upper-right"),
    ("left", "middle", "right"),
    ("lower-left", "lower", "lower-right"),
)


def corners(size: tuple[int, ...], share: float) -> list[tuple[int, int, int, int]]:
    """Top, bottom, left and right of the square in each of its places, row by row."""
    height, width = size[0], size[1]
    down, across = max(1, round(share * height)), max(1, round(share * width))
    tops = np.linspace(0, height - down, PLACES).round().astype(int)
    lefts = np.linspace(0, width - across, PLACES).round().astype(int)
    return [(int(top), int(top + down), int(left), int(left + across)) for top in tops for left in lefts]


def occluded(seen: Array, share: float) -> Array:
    """The prepared picture with a grey square in each place, (places, height, width, 3)."""
    batch = np.repeat(seen[None], PLACES**2, axis=0)
    for one, (top, bottom, left, right) in zip(batch, corners(seen.shape, share), strict=True):
        one[top:bottom, left:right] = 0
    return batch


def _rows(called: Sequence[str], chances: Array, name: int) -> list[tuple[str, float]]:
    """The name, and the two that are surest beside it."""
    others = [other for other in np.argsort(-chances) if other != name][:2]
    return [(called[n], float(chances[n])) for n in (name, *others)]


def _walk(words: Words, picture: Array, share: float, place: int, rows: list[tuple[str, float]]) -> Image.Image:
    top, bottom, left, right = corners(picture.shape, share)[place]
    covered = picture.copy()
    covered[top:bottom, left:right] = 115
    return _frame(words("walk"), covered, rows)


def _map(words: Words, picture: Array, costs: Array, rows: list[tuple[str, float]]) -> Image.Image:
    """The picture dark where nothing is lost, glowing where much is."""
    heat = np.clip(costs / max(1e-9, float(costs.max())), 0, 1) if costs.max() > 0 else np.zeros_like(costs)
    size = (picture.shape[1], picture.shape[0])
    smooth = Image.fromarray((255 * heat).astype(np.uint8)).resize(size, Image.Resampling.BICUBIC)
    share = np.asarray(smooth, float)[..., None] / 255
    dark = picture.mean(axis=2, keepdims=True) * 0.28
    return _frame(words("map"), as_pixels((1 - share) * dark + share * (0.8 * picture + 0.2 * _GLOW)), rows)


def _frame(title: str, picture: Array, rows: list[tuple[str, float]]) -> Image.Image:
    canvas = Canvas()
    top = canvas.title(title)
    canvas.picture(picture, (MARGIN, top + 8, SIDE - MARGIN, 560))
    best = int(np.argmax([chance for _, chance in rows]))
    canvas.bars((MARGIN, 574, SIDE - MARGIN, SIDE - 24), rows, strong=best, colour=BLUE if best == 0 else RED)
    return canvas.image()


EXPERIMENT = Experiment(
    name="where-it-looked",
    concepts=("interpretability", "black-box", "tanks-and-weather", "attention"),
    controls=(PictureControl("picture", meme), NumberControl("square", 10, 50, 25, step=5)),
    run=run,
    needs_encoder=True,
)
