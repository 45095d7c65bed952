"""Pictures that stand in for the visitor's own: memes from the examples that come with the package."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
from PIL import Image

from memebot.experiments.model import PICTURE_SIDE, Array

_MEMES = ("expanding-brain-test-set.jpg", "two-buttons-fit.png", "car-salesman-overfitting.jpg", "xgboost-ru.png")


def meme(seed: int) -> Array:
    """One of our example memes, uint8 (height, width, 3), the same for the same seed."""
    return _example(_MEMES[seed % len(_MEMES)])


@cache
def _example(name: str) -> Array:
    with Image.open(Path(str(resources.files("memebot"))) / "examples" / name) as picture:
        shown = picture.convert("RGB")
    shown.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
    pixels = np.asarray(shown)
    pixels.setflags(write=False)
    return pixels
