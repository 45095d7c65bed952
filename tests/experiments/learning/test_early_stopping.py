"""When to stop."""

from __future__ import annotations

import numpy as np
import pytest
from experiment_runs import look

from memebot.experiments.learning.early_stopping import EXPERIMENT, STEPS, fit, stopping_step

NONE = np.zeros(0, int)


@pytest.mark.parametrize("seed", range(4))
def test_under_noise_the_error_on_kept_back_points_turns_while_the_other_goes_on_falling(seed: int) -> None:
    fitting = fit(seed, 14, 0.4, NONE)
    best = int(look(EXPERIMENT, seed, points=14, noise=0.4).facts["best"])
    assert fitting.validation[best] == fitting.validation.min()
    assert 0 < best < STEPS
    assert fitting.validation[-1] > fitting.validation[best]
    assert (np.diff(fitting.train) < 1e-12).all()


def test_without_noise_there_is_nothing_to_stop_for() -> None:
    assert look(EXPERIMENT, 0, noise=0, points=60).key == "look-none"


def test_patience_waits_for_so_many_looks_without_a_better_error() -> None:
    turns = np.concatenate([np.linspace(1, 0.5, 100), np.linspace(0.5, 0.9, 2000)])
    stops = [stopping_step(turns, patience) for patience in (1, 3, 6)]
    assert 99 <= stops[0] < stops[1] < stops[2] < len(turns) - 1
    assert stopping_step(np.linspace(1, 0, 500), 1) == 499
