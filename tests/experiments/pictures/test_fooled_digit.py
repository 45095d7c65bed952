"""One step along the sign of the slope."""

from __future__ import annotations

import numpy as np
import pytest
from experiment_runs import look

from memebot.experiments.drawn.digits import drawn_digit
from memebot.experiments.drawn.strokes import centred
from memebot.experiments.networks.layers import mlp, weights_of
from memebot.experiments.pictures.fooled_digit import EXPERIMENT, slope


@pytest.mark.parametrize("digit", range(10))
def test_noise_that_is_enough_turns_a_digit_into_another(digit: int) -> None:
    drawing = drawn_digit(np.random.default_rng(digit), digit)
    found = look(EXPERIMENT, drawing=drawing, strength=40)
    assert found.key == "look-fooled"
    assert 0 < int(found.facts["enough"]) <= 40


def test_the_slope_is_that_of_the_logarithm_of_a_chance() -> None:
    weights, picture = weights_of("digits-mlp"), centred(drawn_digit(np.random.default_rng(3), 3)).astype(float)
    found = slope(weights, picture, 3)
    for row, column in ((10, 12), (14, 14), (20, 9)):
        shift = np.zeros_like(picture)
        shift[row, column] = 1e-3
        ahead, behind = (np.log(mlp(weights, (picture + sign * shift)[None])[0, 3]) for sign in (1, -1))
        assert (ahead - behind) / 2e-3 == pytest.approx(found[row, column], rel=0.05, abs=2e-3)


def test_nothing_drawn_is_said_to_be_nothing() -> None:
    assert look(EXPERIMENT, drawing=np.zeros((32, 32), np.float32)).key == "look-nothing"
