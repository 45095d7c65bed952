"""What temperature does to a choice, and what it leaves as it is."""

from __future__ import annotations

import numpy as np
from experiment_runs import look

from memebot.experiments.numbers.temperature import EXPERIMENT, SCORES, entropy, shares


def test_a_higher_temperature_is_less_sure_and_keeps_the_order() -> None:
    spreads = [shares(temperature) for temperature in (0.1, 0.5, 1, 2, 4)]
    assert (np.diff([entropy(spread) for spread in spreads]) > 0).all()
    assert all((np.argsort(-spread) == np.argsort(-SCORES)).all() for spread in spreads)
    assert all(abs(spread.sum() - 1) < 1e-12 for spread in spreads)


def test_cold_takes_the_first_hot_takes_anything() -> None:
    cold, hot = look(EXPERIMENT, temperature=0.1).facts, look(EXPERIMENT, temperature=4).facts
    assert cold["share"] == 100
    assert cold["happened"] == 0
    assert int(hot["share"]) < 30
    assert int(hot["happened"]) > 20
