"""Singular values of a picture."""

from __future__ import annotations

import numpy as np
import pytest
from experiment_runs import look

from memebot.experiments.pictures.compression import EXPERIMENT, Stripes
from memebot.experiments.samples import meme


def test_what_is_lost_is_what_the_left_out_values_say() -> None:
    picture = meme(1)[::4, ::4].astype(float)
    stripes = Stripes.of(picture)
    for count in (1, 5, 30):
        missing = ((picture - stripes.first(count)) ** 2).sum() / (picture**2).sum()
        assert missing == pytest.approx(stripes.lost(count))
    assert np.allclose(stripes.first(min(picture.shape[:2])), picture)


def test_stripes_need_one_pair_and_letters_many() -> None:
    bars = np.tile(np.array([0, 255, 40, 255], np.uint8).repeat(8), (64, 1))[..., None].repeat(3, axis=2)
    assert look(EXPERIMENT, picture=bars, pairs=1).facts["kept"] == 100
    assert float(look(EXPERIMENT, 1, pairs=1).facts["kept"]) < 97


def test_too_many_pairs_are_larger_than_the_picture() -> None:
    facts = look(EXPERIMENT, 1, pairs=20).facts
    assert facts["numbers"] < 20
    picture = meme(1)[::4, ::4]
    assert look(EXPERIMENT, 1, picture=picture, pairs=120).key == "look-larger"
