"""From falling into pits to the shortest way."""

from __future__ import annotations

import numpy as np
import pytest
from experiment_runs import look

from memebot.experiments.learning.q_learning import EXPERIMENT, Learner, furnished


@pytest.mark.parametrize("seed", range(4))
def test_after_many_tries_its_way_is_the_shortest(seed: int) -> None:
    found = look(EXPERIMENT, seed, tries=300, exploration=0.3)
    assert found.key == "look-best"
    assert found.facts["steps"] == found.facts["shortest"]


@pytest.mark.parametrize("seed", range(4))
def test_after_one_try_it_knows_no_way(seed: int) -> None:
    assert look(EXPERIMENT, seed, tries=1).key == "look-lost"


def test_no_cell_is_worth_more_than_the_socket_nor_less_than_a_pit_and_all_that_walking() -> None:
    rng = np.random.default_rng(0)
    learner = Learner(furnished(rng), rng)
    for _ in range(100):
        learner.attempt(0.5)
    assert learner.values.max() <= 1
    assert learner.values.min() >= -1.5
    assert learner.arrived + learner.fell <= 100
