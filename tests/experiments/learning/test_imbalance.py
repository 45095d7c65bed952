"""Accuracy and a rare class."""

from __future__ import annotations

import numpy as np
import pytest
from experiment_runs import look

from memebot.experiments.learning.imbalance import EXPERIMENT, PEOPLE, confusion, logistic, sample


@pytest.mark.parametrize("seed", range(3))
def test_a_weight_finds_more_of_the_rare_class_and_costs_accuracy(seed: int) -> None:
    facts = look(EXPERIMENT, seed, percent=2, weight=50).facts
    assert facts["found"] > facts["found_before"]
    assert facts["after"] < facts["before"]
    assert facts["lazy"] == 98


def test_the_four_cells_are_everybody() -> None:
    points, rare = sample(np.random.default_rng(0), 5)
    matrix = confusion(points, rare, logistic(points, rare, 10, np.zeros(3)))
    assert matrix.found + matrix.missed == rare.sum() == round(PEOPLE * 0.05)
    assert matrix.false_alarms + matrix.passed == PEOPLE - rare.sum()


def test_the_line_is_where_the_likelihood_is_greatest() -> None:
    points, rare = sample(np.random.default_rng(1), 10)
    line = logistic(points, rare, 4, np.zeros(3))
    assert np.allclose(line, logistic(points, rare, 4, line), atol=1e-6)
