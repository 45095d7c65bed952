"""How a loss becomes nan."""

from __future__ import annotations

import numpy as np
import pytest
from experiment_runs import look

from memebot.experiments.numbers.nan_loss import EXPERIMENT, training


@pytest.mark.parametrize("seed", range(3))
def test_the_loss_grows_then_is_infinite_then_nan_and_stays_it(seed: int) -> None:
    losses = np.array([step.loss for step in training(seed, 0.1, clip=False)])
    infinite, lost = int(np.argmax(np.isinf(losses))), int(np.argmax(np.isnan(losses)))
    assert 0 < infinite < lost
    assert (np.diff(losses[:infinite].astype(float)) > 0).all()
    assert np.isinf(losses[infinite:lost]).all()
    assert np.isnan(losses[lost:]).all()
    assert losses.dtype == np.float32
    facts = look(EXPERIMENT, seed, rate=0.1).facts
    assert (facts["inf"], facts["nan"]) == (infinite, lost)


@pytest.mark.parametrize("given", [{"rate": 0.01}, {"rate": 0.1, "clip": "on"}])
def test_short_steps_and_clipped_gradients_keep_it_a_number(given: dict[str, object]) -> None:
    assert look(EXPERIMENT, 0, **given).key == "look-fine"
