"""Small networks run in NumPy: their layers, and their weights from the files of ``memebot/experiments/models``.

Weights are named as torch names them (``convs.0.weight`` and so on), so that a network trained there runs here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np

from memebot.experiments.model import Array

Weights = Mapping[str, Array]

FOLDER = Path(str(resources.files("memebot"))) / "experiments" / "models"


@cache
def weights_of(model: str) -> Weights:
    """The weights that ship under this name, float32 in memory; names and letters as they are."""
    with np.load(FOLDER / f"{model}.npz", allow_pickle=False) as archive:
        return widened({name: archive[name] for name in archive.files})


def widened(weights: Weights) -> Weights:
    """Half precision as float32, to compute with; all else as it is."""
    return {
        name: values.astype(np.float32) if values.dtype == np.float16 else values for name, values in weights.items()
    }


def dense(weights: Weights, name: str, inputs: Array) -> Array:
    """A fully connected layer: (n, inputs) → (n, outputs)."""
    return np.asarray(inputs @ weights[f"{name}.weight"].T + weights[f"{name}.bias"], np.float32)


def conv(weights: Weights, name: str, pictures: Array) -> Array:
    """A 3×3 convolution that keeps the size: (n, channels, height, width)."""
    kernel = weights[f"{name}.weight"]
    padded = np.pad(pictures, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(2, 3))
    found = np.tensordot(windows, kernel, axes=([1, 4, 5], [1, 2, 3]))
    return np.asarray(np.moveaxis(found, 3, 1) + weights[f"{name}.bias"][:, None, None], np.float32)


def pooled(pictures: Array) -> Array:
    """The largest of each 2×2 pixels."""
    count, channels, height, width = pictures.shape
    return np.asarray(pictures.reshape(count, channels, height // 2, 2, width // 2, 2).max((3, 5)))


def relu(values: Array) -> Array:
    """Nothing below zero."""
    return np.asarray(np.maximum(values, 0))


def softmax(scores: Array, temperature: float = 1.0) -> Array:
    """Scores along the last axis as probabilities."""
    hot = np.asarray(scores, np.float64) / temperature
    powers = np.exp(hot - hot.max(-1, keepdims=True))
    return np.asarray(powers / powers.sum(-1, keepdims=True))


def mlp(weights: Weights, inputs: Array) -> Array:
    """A perceptron with one hidden layer: (n, …) → probabilities (n, classes)."""
    hidden = relu(dense(weights, "hidden", inputs.reshape(len(inputs), -1)))
    return softmax(dense(weights, "out", hidden))


def feature_maps(weights: Weights, pictures: Array) -> list[Array]:
    """What each convolution of a small CNN sees, pooled: from the first to the last."""
    maps: list[Array] = []
    seen = pictures
    while f"convs.{len(maps)}.weight" in weights:
        seen = pooled(relu(conv(weights, f"convs.{len(maps)}", seen)))
        maps.append(seen)
    return maps


def cnn(weights: Weights, pictures: Array) -> Array:
    """A small convolutional network: (n, channels, side, side) → probabilities (n, classes)."""
    return mlp(weights, feature_maps(weights, pictures)[-1])


def gru_step(weights: Weights, name: str, inputs: Array, state: Array) -> Array:
    """One step of a gated recurrent unit: inputs (n, in), state (n, width) → the next state."""
    across = inputs @ weights[f"{name}.weight_ih_l0"].T + weights[f"{name}.bias_ih_l0"]
    along = state @ weights[f"{name}.weight_hh_l0"].T + weights[f"{name}.bias_hh_l0"]
    reset_in, update_in, new_in = np.split(across, 3, -1)
    reset_along, update_along, new_along = np.split(along, 3, -1)
    reset, update = _squashed(reset_in + reset_along), _squashed(update_in + update_along)
    new = np.tanh(new_in + reset * new_along)
    return np.asarray((1 - update) * new + update * state, np.float32)


def _squashed(values: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -30, 30))))


@cache
def figures() -> Mapping[str, float]:
    """What the networks were measured at when they were made, by what it says; shares of 0..1."""
    found: dict[str, float] = json.loads((FOLDER / "figures.json").read_text("utf-8"))
    return found


def percent(figure: str) -> int:
    """A figure in whole percent; 100 only where nothing was wrong."""
    share = figures()[figure]
    return min(99, round(100 * share)) if share < 1 else 100
