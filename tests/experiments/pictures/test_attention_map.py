"""What an encoder looked at."""

from __future__ import annotations

import numpy as np
import pytest
from experiment_runs import look

from memebot.experiments.pictures import naming
from memebot.experiments.pictures.attention_map import EXPERIMENT, PLACES, corners, occluded
from memebot.experiments.samples import meme


def test_the_square_goes_everywhere_and_hides_nothing_else() -> None:
    seen = naming.prepared([meme(0)])[0]
    hidden = occluded(seen, 0.25)
    assert len(hidden) == PLACES**2
    changed = (hidden != seen).any(axis=3)
    assert changed.any(axis=0).mean() > 0.99
    for one, (top, bottom, left, right) in zip(changed, corners((128, 128), 0.25), strict=True):
        assert (bottom - top, right - left) == (32, 32)
        one[top:bottom, left:right] = False
        assert not one.any()


@pytest.mark.parametrize("seed", range(2))
def test_it_says_what_is_left_where_it_costs_most(seed: int) -> None:
    found = look(EXPERIMENT, seed, square=30)
    assert int(found.facts["least"]) < int(found.facts["sure"])
    assert (found.key == "look-other") == (found.facts["instead"] != found.facts["name"])


def test_on_a_plain_picture_no_part_matters_much() -> None:
    plain = np.full((90, 90, 3), 115, np.uint8)
    facts = look(EXPERIMENT, picture=plain, square=10).facts
    assert abs(int(facts["sure"]) - int(facts["least"])) <= 3
