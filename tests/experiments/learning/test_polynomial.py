"""Overfitting as a curve shows it."""

from __future__ import annotations

import pytest

from memebot.experiments.learning.polynomial import EXPERIMENT
from memebot.experiments.model import Look
from memebot.experiments.texts import words_of


def look(seed: int, **given: object) -> Look:
    return EXPERIMENT.run(EXPERIMENT.inputs(given, seed), seed, words_of(EXPERIMENT, "en")).look


@pytest.mark.parametrize("seed", range(4))
def test_a_high_degree_is_better_on_what_it_learnt_than_on_what_is_new(seed: int) -> None:
    found = look(seed, degree=15)
    assert found.facts["train"] < found.facts["fresh"]
    assert found.key == "look-overfitted"


def test_many_points_and_a_low_degree_do_not_overfit() -> None:
    assert look(1, degree=4, points=40).key == "look-fine"
