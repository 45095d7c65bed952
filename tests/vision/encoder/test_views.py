"""What an encoder sees of a picture."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from memebot.vision.encoder.views import (
    EXEMPLAR_VIEWS,
    VIEWS,
    WHOLE,
    Frame,
    Preprocess,
    looks,
    reduced,
    without_borders,
)

SIZE = Preprocess(size=(32, 48), mean=(0.5, 0.4, 0.3), std=(0.5, 0.25, 0.2), resize_mode="squash")


def photo(height: int = 120, width: int = 160, seed: int = 0) -> Frame:
    """Coloured patches without a plain edge."""
    small = np.random.default_rng(seed).integers(0, 256, (height // 8, width // 8, 3), np.uint8)
    return np.kron(small, np.ones((8, 8, 1), np.uint8))


def framed(picture: Frame, colour: int, top: int, bottom: int, left: int, right: int) -> Frame:
    return np.pad(picture, ((top, bottom), (left, right), (0, 0)), constant_values=colour)


def close(found: Frame, expected: Frame, by: int = 3) -> bool:
    """The same part of the picture, up to a few pixels of edge."""
    return all(abs(a - b) <= by for a, b in zip(found.shape[:2], expected.shape[:2], strict=True))


@pytest.mark.parametrize("colour", [0, 128, 255])
def test_borders_of_one_colour_are_cut(colour: int) -> None:
    picture = photo()
    assert close(without_borders(framed(picture, colour, 30, 50, 20, 5)), picture)


def test_borders_of_a_large_picture_are_cut_to_the_pixel_row_that_a_thumbnail_shows() -> None:
    picture = photo(1200, 1600)
    assert close(without_borders(framed(picture, 255, 300, 40, 0, 0)), picture, by=10)


def test_a_caption_bar_is_cut_with_its_words() -> None:
    bar = np.full((60, 160, 3), 255, np.uint8)
    bar[20:40:2, 30:110] = 0  # something like a line of letters
    picture = photo()
    assert close(without_borders(np.concatenate([bar, picture])), picture)


def test_a_picture_without_borders_stays_whole() -> None:
    picture = photo()
    assert without_borders(picture).shape == picture.shape


def test_a_page_of_text_stays_whole() -> None:
    page = np.full((200, 150, 3), 255, np.uint8)
    page[20:180:8, 20:80] = 0
    assert without_borders(page).shape[0] > 0.6 * page.shape[0]


@pytest.mark.parametrize("shape", [(1, 1), (1, 60), (60, 1), (2, 3), (64, 64), (9, 540), (20_000, 3)])
@pytest.mark.parametrize("mode", ["squash", "shortest", "longest"])
def test_every_view_of_an_odd_or_plain_picture_can_be_preprocessed(shape: tuple[int, int], mode: str) -> None:
    preprocess = replace(SIZE, resize_mode=mode)
    noise = np.random.default_rng(0).integers(0, 256, (*shape, 3), np.uint8)
    for frame in (np.full_like(noise, 200), noise):
        views = looks(frame, EXEMPLAR_VIEWS)
        assert all(0 < view.size <= frame.size for view in views)
        batch = preprocess(views)
        assert batch.shape == (len(EXEMPLAR_VIEWS), 32, 48, 3)
        assert np.isfinite(batch).all()


def test_a_picture_is_seen_whole_and_within_its_borders_in_its_middle_upper_and_lower_part() -> None:
    picture = photo(200, 400)
    frame = framed(picture, 255, 40, 60, 0, 0)
    whole, middle, upper, lower = looks(frame)
    assert VIEWS[0] is WHOLE and np.array_equal(whole, frame)
    assert close(middle, picture[40:160, 80:320], by=6)
    assert close(upper, picture[:120], by=6) and (upper[:100] == picture[:100]).mean() > 0.8
    assert close(lower, picture[80:], by=6) and (lower[-100:] == picture[-100:]).mean() > 0.8


def test_an_exemplar_is_seen_as_a_question_is_and_in_more_parts() -> None:
    picture = photo(200, 400)
    known = looks(picture, EXEMPLAR_VIEWS)
    assert all(np.array_equal(a, b) for a, b in zip(known, looks(picture), strict=False))
    inside, left, right = known[len(VIEWS) :]
    assert inside.shape == picture.shape
    assert np.array_equal(left, picture[:, :240]) and np.array_equal(right, picture[:, 160:])


@pytest.mark.parametrize("shape", [(720, 960), (500, 4_000), (40, 50)])
def test_views_of_a_large_picture_are_made_from_a_small_one_and_look_the_same(shape: tuple[int, int]) -> None:
    frame = cv2.GaussianBlur(photo(*shape), (0, 0), 5)
    assert min(reduced(frame, 96).shape[:2]) >= min(96, *shape)
    assert reduced(frame, 96).size <= max(frame.size // 4, 200 * 200 * 3 * max(shape) // min(shape))

    views = SIZE.views(frame)

    expected = SIZE(looks(frame))
    assert views.shape == expected.shape == (len(VIEWS), 32, 48, 3)
    assert np.corrcoef(views.ravel(), expected.ravel())[0, 1] >= 0.9


def test_preprocessing_normalises_each_channel() -> None:
    frame = np.full((10, 10, 3), (255, 0, 51), np.uint8)
    assert np.allclose(SIZE([frame])[0, 0, 0], [1.0, -1.6, -0.5])


def test_the_longest_mode_fills_up_with_its_colour() -> None:
    batch = replace(SIZE, resize_mode="longest", fill_color=255)([np.zeros((10, 60, 3), np.uint8)])[0]
    assert np.allclose(batch[0, 0], [1.0, 2.4, 3.5])
    assert np.allclose(batch[16, 24], [-1.0, -1.6, -1.5])


def test_the_configuration_may_give_one_size_for_both_sides() -> None:
    config = {"size": 64, "mean": [0.5] * 3, "std": [0.5] * 3, "resize_mode": "squash", "mode": "RGB"}
    assert Preprocess.from_config(config).size == (64, 64)
    assert Preprocess.from_config({**config, "size": [32, 16]}).size == (32, 16)


@pytest.mark.parametrize(("share", "left"), [(0.04, 156), (0.1, 256)])
def test_words_may_reach_to_the_edge_of_a_border_but_not_fill_it(share: float, left: int) -> None:
    frame = np.random.default_rng(0).integers(0, 256, (256, 256, 3), np.uint8)
    frame[:100] = 255
    frame[:100, : int(256 * share)] = 0
    assert without_borders(frame).shape[0] == left
