"""Each tree mends what those before it left over."""

from __future__ import annotations

import numpy as np
import pytest
from experiment_runs import look

from memebot.experiments.learning.boosting import EXPERIMENT, Ensemble, grow


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("depth", [1, 3])
def test_the_error_falls_with_every_tree(seed: int, depth: int) -> None:
    ensemble = Ensemble.drawn(np.random.default_rng(seed))
    for _ in range(30):
        ensemble.add(depth, 0.3)
    errors = np.array([train for train, _ in ensemble.errors])
    assert (np.diff(errors) < 0).all()
    assert errors[-1] < 0.35 * errors[0]


def test_a_tree_finds_the_step() -> None:
    xs = np.linspace(0, 1, 40)
    tree = grow(xs, np.where(xs < 0.3, -1.0, 2.0), 1)
    assert 0.28 < tree.cut < 0.31
    assert tree.predict(np.array([0.1, 0.9])).tolist() == [-1.0, 2.0]


def test_many_deep_trees_at_full_rate_learn_the_noise() -> None:
    found = look(EXPERIMENT, 0, trees=59, depth=4, rate=1)
    assert found.key == "look-too-many"
    assert float(found.facts["train"]) < 0.1 < float(found.facts["lowest"]) < float(found.facts["fresh"])
