"""Into the noise and back."""

from __future__ import annotations

import numpy as np
import pytest
from experiment_runs import look

from memebot.experiments.pictures.noise import EXPERIMENT, denoised, off
from memebot.experiments.samples import meme


@pytest.mark.parametrize("strength", [0.1, 0.5, 1.5])
def test_the_way_back_takes_noise_away_the_more_the_more_there_is(strength: float) -> None:
    facts = look(EXPERIMENT, 2, strength=strength).facts
    assert float(facts["noised"]) == pytest.approx(strength, abs=0.01)
    assert float(facts["back"]) < 0.75 * strength


def test_of_a_plain_picture_everything_comes_back() -> None:
    plain = np.full((60, 90, 3), 200, np.uint8)
    facts = look(EXPERIMENT, picture=plain, strength=0.5).facts
    assert float(facts["back"]) < 0.5 / 4


def test_a_picture_without_noise_is_left_as_it_is() -> None:
    picture = meme(0)[::3, ::3] / 127.5 - 1
    assert off(denoised(picture, 0.0), picture) < 1e-9


@pytest.mark.parametrize("shape", [(8, 8), (9, 250), (61, 17)])
def test_a_picture_of_any_shape_keeps_it(shape: tuple[int, int]) -> None:
    assert denoised(np.zeros((*shape, 3)), 0.3).shape == (*shape, 3)
