"""A step that is too long climbs."""

from __future__ import annotations

import numpy as np
import pytest
from experiment_runs import look

from memebot.experiments.learning.learning_rate import EXPERIMENT, START, descent, height


@pytest.mark.parametrize(
    ("rate", "key"), [(0.1, "look-rolls"), (1.5, "look-jumps"), (1.99, "look-jumps"), (2.01, "look-out")]
)
def test_beyond_two_over_the_curvature_the_ball_leaves_the_valley(rate: float, key: str) -> None:
    assert look(EXPERIMENT, rate=rate).key == key


def test_each_step_goes_the_rate_times_the_slope_downhill() -> None:
    path = descent(START, 0.3)
    assert np.allclose(np.diff(path), -0.3 * path[:-1])
    assert (np.diff(height(path)) < 0).all()
