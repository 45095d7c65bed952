"""Pictures made small enough to be reckoned with in a second."""

from __future__ import annotations

import numpy as np
from PIL import Image

from memebot.experiments.model import Array


def scaled(picture: Array, side: int) -> Array:
    """The picture, uint8 (height, width, 3), with no side longer than ``side`` and none shorter than 8."""
    shown = Image.fromarray(picture)
    share = min(1.0, side / max(shown.size))
    size = (max(8, round(shown.width * share)), max(8, round(shown.height * share)))
    return np.asarray(shown if size == shown.size else shown.resize(size, Image.Resampling.BOX))


def as_pixels(values: Array) -> Array:
    """Numbers of any size as a picture: 0..255, what is beyond cut off."""
    return np.clip(np.round(values), 0, 255).astype(np.uint8)
