"""Pictures as networks of three signs want them: small pixels, or what the bundled encoder makes of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps

from memebot.experiments.model import Array
from memebot.experiments.networks.layers import Weights, dense, softmax

if TYPE_CHECKING:
    from memebot.vision.encoder.clip import Encoder

THUMBNAIL = 48
_SCALE = 16  # a unit vector's 256 numbers are about 1/16 each
SHARPNESS = 31.0  # the scale that its cosines were trained under


def thumbnails(pictures: Iterable[Array]) -> Array:
    """Their middle square, small: float32 (n, 3, 48, 48), -1..1."""
    small = [
        np.asarray(ImageOps.fit(Image.fromarray(one), (THUMBNAIL, THUMBNAIL), Image.Resampling.BOX)) for one in pictures
    ]
    return np.moveaxis(np.stack(small).astype(np.float32) / 127.5 - 1, 3, 1)


def frozen(encoder: Encoder, pictures: Iterable[Array]) -> Array:
    """What the encoder sees in the whole of each, float32 (n, 256); its weights stay as they are."""
    return np.stack([views[0] for views in encoder.embed_images(list(pictures))]).astype(np.float32) * _SCALE


def head(weights: Weights, vectors: Array) -> Array:
    """A linear layer on frozen features: (n, 256) → probabilities (n, classes)."""
    return softmax(dense(weights, "out", vectors))


def on_paper(drawing: Array) -> Array:
    """A drawing as a photograph of it: dark ink on white, uint8 (side, side, 3)."""
    grey = (255 - 225 * np.clip(drawing, 0, 1)).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2)


def chances(encoder: Encoder, picture: Array, names: Array) -> Array:
    """How likely each name (n, 256) is for a picture, as the encoder was trained to tell: probabilities (n,)."""
    return softmax(encoder.embed_images([picture])[0][0] @ names.T * SHARPNESS)
