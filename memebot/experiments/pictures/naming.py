"""How sure the bundled encoder is of each of its 200 names for a picture, and how that changes with the pixels."""

from __future__ import annotations

import numpy as np

from knowledge.reading import Lang
from memebot.experiments.encoder import bundled
from memebot.experiments.model import Array
from memebot.experiments.networks.features import SHARPNESS
from memebot.experiments.networks.layers import softmax, weights_of

_AT_ONCE = 16


def names(lang: Lang) -> list[str]:
    """The names, in the order of ``chances``."""
    return [str(name) for name in weights_of("names")[f"photos-{lang}"]]


def prepared(pictures: list[Array]) -> Array:
    """Pictures as the encoder sees them, small and squashed: float32 (n, height, width, 3)."""
    return bundled().prepared(pictures)


def pixel_step() -> float:
    """By how much a prepared picture grows where a picture's pixels grow by 1 of 255."""
    dark, light = (prepared([np.full((8, 8, 3), value, np.uint8)]) for value in (0, 255))
    return float((light - dark).mean()) / 255


def chances(batch: Array) -> Array:
    """Probabilities of the names for prepared pictures, (n, 200)."""
    import torch

    with torch.inference_mode():
        parts = [bundled().vectors(torch.from_numpy(part)).numpy() for part in _parts(batch)]
    return softmax(SHARPNESS * np.concatenate(parts) @ weights_of("names")["photos"].T)


def slope(picture: Array, name: int) -> Array:
    """How the logarithm of a name's probability changes with each number of one prepared picture; shaped like it."""
    import torch

    seen = torch.from_numpy(picture[None]).requires_grad_()
    scores = SHARPNESS * bundled().vectors(seen) @ torch.from_numpy(weights_of("names")["photos"]).T
    (found,) = torch.autograd.grad(torch.log_softmax(scores, 1)[0, name], seen)
    return found[0].numpy()


def _parts(batch: Array) -> list[Array]:
    return [np.ascontiguousarray(batch[start : start + _AT_ONCE]) for start in range(0, len(batch), _AT_ONCE)]
