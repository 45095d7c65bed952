"""What nine numbers find."""

from __future__ import annotations

import numpy as np
import pytest
from experiment_runs import look

from memebot.experiments.pictures.kernels import EXPERIMENT, KERNELS, convolved, kernel_of
from memebot.experiments.samples import meme

PLAIN = np.full((20, 30, 3), 90, np.uint8)
STEP = np.where(np.arange(30) < 15, 20, 200).astype(np.uint8)[None, :, None].repeat(20, axis=0).repeat(3, axis=2)


@pytest.mark.parametrize("name", KERNELS)
def test_of_one_colour_the_sum_of_the_nine_is_left(name: str) -> None:
    kernel = kernel_of(name, "")
    assert np.allclose(convolved(PLAIN, kernel), 90 * kernel.sum())


def test_an_upright_edge_is_found_by_the_kernel_for_upright_edges_alone() -> None:
    upright, level = (convolved(STEP, kernel_of(name, "")) for name in ("upright", "level"))
    assert np.abs(level).max() == 0
    assert set(np.flatnonzero(np.abs(upright).max(axis=(0, 2)))) == {14, 15}


def test_what_it_says_follows_from_the_sum_of_the_nine() -> None:
    assert look(EXPERIMENT, kernel="edges").key == "look-edges"
    blur = look(EXPERIMENT, kernel="blur")
    assert blur.key == "look-keeps"
    assert abs(int(blur.facts["before"]) - int(blur.facts["after"])) <= 1
    darker = look(EXPERIMENT, kernel="own", own="0 0 0 0 0.5")
    assert darker.key == "look-changes"
    assert int(darker.facts["after"]) < 0.6 * int(darker.facts["before"])


@pytest.mark.parametrize(
    ("own", "total"), [("1,1,1;1,1,1;1,1,1;1,1", 9), ("- . ;", 0), ("999999999", 99), ("0 -1.5", -1.5)]
)
def test_own_numbers_are_taken_as_they_are_typed_within_bounds(own: str, total: float) -> None:
    assert kernel_of("own", own).sum() == total


def test_blur_takes_away_what_sharpen_brings_out() -> None:
    picture = meme(2)
    sharp = [np.abs(np.diff(convolved(picture, kernel_of(name, "")), axis=1)).mean() for name in ("blur", "sharpen")]
    assert sharp[0] < np.abs(np.diff(picture.astype(float), axis=1)).mean() < sharp[1]
