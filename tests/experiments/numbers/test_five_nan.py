"""Five logarithms at once are nan once in thirty-two tries."""

from __future__ import annotations

import numpy as np
import pytest
from experiment_runs import look

from memebot.experiments.numbers.five_nan import EXPERIMENT, REPEATS, until_all_nan


@pytest.mark.parametrize("count", [1, 3, 5])
def test_all_are_nan_once_in_two_to_the_power_of_how_many_they_are(count: int) -> None:
    facts = look(EXPERIMENT, 1, count=count).facts
    share, expected = int(facts["happened"]) / REPEATS, 2.0**-count
    assert abs(share - expected) < 4 * np.sqrt(expected * (1 - expected) / REPEATS)
    assert facts["expected"] == 2**count


def test_it_is_drawn_until_all_are_and_not_longer() -> None:
    lengths = []
    for seed in range(400):
        tries = np.isnan(until_all_nan(np.random.default_rng(seed), 5))
        assert tries[-1].all()
        assert not tries[:-1].all(axis=1).any()
        lengths.append(len(tries))
    assert 27 < np.mean(lengths) < 37
