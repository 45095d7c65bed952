"""Twenty layers multiply."""

from __future__ import annotations

import numpy as np
import pytest
from experiment_runs import look

from memebot.experiments.numbers.deep_gradients import EXPERIMENT, LAYERS, gradient_norms


@pytest.mark.parametrize("seed", range(3))
def test_small_weights_make_it_vanish_and_large_ones_explode(seed: int) -> None:
    small, large = gradient_norms(seed, 0.4, "tanh"), gradient_norms(seed, 3, "relu")
    assert small[0] / small[-1] < 1e-6
    assert large[0] / large[-1] > 1e4
    assert look(EXPERIMENT, seed, scale=0.4).key == "look-vanishes"
    assert look(EXPERIMENT, seed, scale=3, activation="relu").key == "look-explodes"


def test_weights_wide_enough_for_their_activation_let_it_arrive() -> None:
    shares = [norms[0] / norms[-1] for norms in (gradient_norms(seed, 2**0.5, "relu") for seed in range(20))]
    assert 0.1 < np.median(shares) < 10  # He et al., 2015


def test_a_sigmoid_makes_it_vanish_even_where_tanh_does_not() -> None:
    sigmoid, tanh = (gradient_norms(0, 1, activation) for activation in ("sigmoid", "tanh"))
    assert sigmoid[0] / sigmoid[-1] < 1e-9 < 1e-2 < tanh[0] / tanh[-1]
    assert len(tanh) == LAYERS
