"""A little noise, and the encoder says something else."""

from __future__ import annotations

import numpy as np
import pytest
from experiment_runs import look, showing

from memebot.experiments.pictures import naming
from memebot.experiments.pictures.fooled import EXPERIMENT, misleading, stretched
from memebot.experiments.pictures.scaled import as_pixels, scaled
from memebot.experiments.samples import meme


@pytest.mark.parametrize("seed", range(3))
def test_it_says_what_it_was_made_to_say_and_no_pixel_moved_far(seed: int) -> None:
    found = look(EXPERIMENT, seed, target="pizza", strength=8)
    assert (found.key, found.facts["after"]) == ("look-fooled", "pizza")
    assert found.facts["before"] != "pizza"
    picture = scaled(meme(seed), 384)
    seen = naming.prepared([picture])[0]
    noise = stretched(misleading(seen, 0, 5, 8), picture.shape[:2])
    assert np.abs(as_pixels(picture + noise).astype(int) - picture).max() <= 8


def test_noise_at_random_of_the_same_strength_changes_nothing() -> None:
    """What misleads is the direction, not the noise."""
    picture = scaled(meme(2), 384)
    noise = np.random.default_rng(0).choice([-6.0, 6.0], (128, 128, 3))
    noisy = as_pixels(picture + stretched(noise, picture.shape[:2]))
    before, after = naming.chances(naming.prepared([picture, noisy]))
    assert before.argmax() == after.argmax()
    assert look(EXPERIMENT, 2, target="any", strength=6).key == "look-fooled"


def test_a_slope_is_that_of_the_logarithm_of_a_chance() -> None:
    seen = naming.prepared([scaled(meme(0), 384)])[0]
    name = int(naming.chances(seen[None])[0].argmax())
    slope = naming.slope(seen, name)
    step = 0.002 * slope / np.linalg.norm(slope)
    ahead, behind = np.log(naming.chances(np.stack([seen + step, seen - step]))[:, name])
    assert (ahead - behind) / 0.004 == pytest.approx(float(np.linalg.norm(slope)), rel=0.05)


def test_what_is_in_the_frames_is_the_picture_that_the_encoder_was_asked_about() -> None:
    shown = showing(EXPERIMENT, 1, target="banana")
    assert len({frame.tobytes() for frame in shown.frames}) > 10
