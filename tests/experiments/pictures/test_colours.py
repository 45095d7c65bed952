"""k-means on colours."""

from __future__ import annotations

import numpy as np
import pytest
from experiment_runs import look

from memebot.experiments.pictures.colours import EXPERIMENT, cluster
from memebot.experiments.samples import meme

FLAG = np.repeat(np.array([[[255, 255, 255]], [[0, 60, 166]], [[213, 43, 30]]], np.uint8), 20, axis=0).repeat(
    40, axis=1
)


@pytest.mark.parametrize("seed", range(4))
def test_the_error_never_grows_from_round_to_round(seed: int) -> None:
    rounds = cluster(meme(seed).reshape(-1, 3).astype(float), 6, np.random.default_rng(seed))
    assert (np.diff([done.error for done in rounds]) <= 1e-6).all()
    assert all(done.shares.sum() == pytest.approx(1) for done in rounds)


def test_more_colours_are_nearer_to_the_picture() -> None:
    pixels = meme(0).reshape(-1, 3).astype(float)
    errors = [
        min(cluster(pixels, count, np.random.default_rng(seed))[-1].error for seed in range(3)) for count in (2, 4, 12)
    ]
    assert errors[0] > errors[1] > errors[2]


def test_a_picture_of_three_colours_is_three_colours() -> None:
    ends = [cluster(FLAG.reshape(-1, 3).astype(float), 3, np.random.default_rng(seed))[-1] for seed in range(8)]
    best = min(ends, key=lambda done: done.error)
    assert {tuple(colour) for colour in best.colours.round().astype(int)} == {
        (255, 255, 255),
        (0, 60, 166),
        (213, 43, 30),
    }
    assert look(EXPERIMENT, 0, picture=FLAG, colours=12).facts["last"] == 0
