"""What hidden neurons are for."""

from __future__ import annotations

import pytest
from experiment_runs import look

from memebot.experiments.learning.spiral import EXPERIMENT


@pytest.mark.parametrize("seed", range(3))
def test_a_spiral_wants_hidden_neurons_and_enough_of_them(seed: int) -> None:
    straight, few, many = (look(EXPERIMENT, seed, neurons=neurons) for neurons in (0, 1, 16))
    assert (straight.key, few.key, many.key) == ("look-straight", "look-stuck", "look-apart")
    assert straight.facts["percent"] < 80
    assert 0 < many.facts["steps"] < 800
