"""The small networks can be made anew: the same seed gives the same weights, and the card says what was measured."""

from __future__ import annotations

import operator

import numpy as np
import torch

from memebot.experiments.making import classifiers, recipe, sequences
from memebot.experiments.making.card import card
from memebot.experiments.making.classifiers import LearningPlan, SmallPerceptron
from memebot.experiments.model import Array
from memebot.experiments.networks.layers import FOLDER, figures


def progress(what: str, done: int, total: int) -> None:
    pass


def test_the_same_seed_gives_the_same_classifier_and_another_another() -> None:
    def draw(rng: np.random.Generator) -> tuple[Array, Array]:
        which = rng.integers(0, 2, 64)
        return (rng.random((64, 4)) + which[:, None]).astype(np.float32), which

    def made(seed: int) -> classifiers.Weights:
        torch.manual_seed(seed)
        network = SmallPerceptron(4, 3, 2)
        [weights] = classifiers.train([network], draw, LearningPlan(2), seed, progress)
        return weights

    first, again, other = made(0), made(0), made(1)
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert not np.array_equal(first["out.weight"], other["out.weight"])
    assert all(values.dtype == np.float16 for values in first.values())


def test_a_network_of_sums_learns_from_what_it_is_shown_alone() -> None:
    texts = sequences.tasks("+", operator.add)
    weights = sequences.arithmetic(texts, 0, 2, progress)
    seen = np.unpackbits(weights["seen"])[: len(texts)]
    assert 0.78 < seen.mean() < 0.82
    assert recipe.solved(weights, texts[:50]).shape == (50,)


def test_the_card_in_the_package_is_what_its_figures_say() -> None:
    sizes = {path.stem: path.stat().st_size for path in FOLDER.glob("*.npz")}
    assert (FOLDER / recipe.CARD).read_text("utf-8") == card(figures(), sizes, 0)


def test_what_was_not_measured_is_a_dash() -> None:
    assert "**–**" in card({}, {}, 0)
    assert set(recipe.parts()) == {"digits", "sketches", "hands", "names", "sums", "products", "style", "tokens"}
