"""A network learns by heart what there is nothing to understand in."""

from __future__ import annotations

import pytest
from experiment_runs import look

from memebot.experiments.learning.memorising import EXPERIMENT


@pytest.mark.parametrize("seed", range(3))
def test_a_coins_labels_are_learnt_and_help_with_nothing_new(seed: int) -> None:
    facts = look(EXPERIMENT, seed, points=30).facts
    assert facts["coin"] == facts["true"] == 100
    assert 40 <= facts["coin_new"] <= 60
    assert facts["true_new"] >= 80
