"""Chance and selection, together and apart."""

from __future__ import annotations

import numpy as np
import pytest
from experiment_runs import look

from memebot.experiments.words.evolution import EXPERIMENT, GENERATIONS, evolve


@pytest.mark.parametrize("phrase", ["overfitting", "градиент затух"])
def test_the_phrase_is_reached_and_nothing_is_lost_on_the_way(phrase: str) -> None:
    line = evolve(phrase, 100, 0.05, np.random.default_rng(0))
    assert line.best[-1] == phrase
    assert (np.diff(line.right) >= 0).all()
    assert len(line.best) < GENERATIONS
    assert line.right == tuple(sum(a == b for a, b in zip(best, phrase, strict=True)) for best in line.best)


@pytest.mark.parametrize("mutation", [0, 0.3])
def test_without_misprints_or_with_too_many_it_does_not_arrive(mutation: float) -> None:
    assert (
        look(EXPERIMENT, 0, phrase="it is still training, honestly", children=20, mutation=mutation).key
        == "look-not-yet"
    )
