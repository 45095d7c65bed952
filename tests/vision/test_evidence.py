"""The drawn evidence: every part of it shows, and nothing that the search can hand over breaks it."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageChops

from knowledge.reading import Lang, Line, Vectors
from memebot.i18n import phrase
from memebot.vision import evidence
from memebot.vision.evidence import heat_map
from memebot.vision.fingerprint import Geometry, fingerprint, verify

Frame = NDArray[np.uint8]


def draw_why(*what: Any, lang: Lang = "en", heat: Any = None, roles: Any = ()) -> Image.Image:
    return evidence.draw_why(*what, heat=heat, roles=roles, words=partial(phrase, lang))


def picture(seed: int, height: int = 240, width: int = 320) -> Frame:
    blocks = np.random.default_rng(seed).integers(0, 256, (height // 20, width // 20, 3))
    return np.kron(blocks, np.ones((20, 20, 1))).astype(np.uint8)


def geometry(query: Frame, exemplar: Frame) -> Geometry:
    return verify(fingerprint(query, "00" * 32), fingerprint(exemplar, "00" * 32))


LINES = (Line("ПОЛ — ЭТО ЛАВА", 0.97, "ru", (0.1, 0.0, 0.8, 0.1)), Line("docs/", 0.5, "en", (0.0, 0.8, 0.2, 0.1)))


def differ(one: Image.Image, other: Image.Image) -> bool:
    return one.size != other.size or ImageChops.difference(one, other).getbbox() is not None


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_words_matches_and_heat_each_add_to_the_picture(lang: Lang) -> None:
    frame = picture(1)
    match, heat = geometry(frame, frame), np.eye(8, dtype=np.float32)
    bare = draw_why(frame, lang=lang)
    assert bare.mode == "RGB"
    assert differ(bare, draw_why(frame, LINES, lang=lang))
    assert draw_why(frame, (), match, frame, lang=lang).height > bare.height
    assert draw_why(frame, heat=heat, lang=lang).height > bare.height


def test_the_words_of_a_role_are_framed_with_its_name() -> None:
    frame = picture(1)
    plain = draw_why(frame, LINES)
    framed = draw_why(frame, LINES, roles=[("rejected", (0.1, 0.0, 0.9, 0.1))])
    assert differ(plain, framed)
    assert differ(framed, draw_why(frame, LINES, roles=[("preferred", (0.1, 0.0, 0.9, 0.1))]))


def test_an_exemplar_kept_as_features_is_drawn_as_dots() -> None:
    frame = picture(1)
    match, features = geometry(frame, frame), fingerprint(frame, "00" * 32).keypoints
    sketch = draw_why(frame, (), match, features)
    assert differ(sketch, draw_why(frame, (), match, frame))


def test_the_two_languages_have_different_labels() -> None:
    assert differ(draw_why(picture(1), lang="ru"), draw_why(picture(1), lang="en"))


def test_no_match_is_said_rather_than_drawn() -> None:
    frame = picture(1)
    blank = np.zeros_like(frame)
    assert not differ(draw_why(frame), draw_why(frame, (), geometry(frame, blank), blank))


def test_many_long_lines_do_not_make_the_picture_endless() -> None:
    lines = [Line("слово " * 60, 1.0, "ru", (0, min(0.9, n / 50), 1, 0.02)) for n in range(50)]
    assert draw_why(picture(1), lines).height < 1200


@pytest.mark.parametrize("size", [(1, 1), (2000, 20), (20, 2000)])
def test_odd_sizes_are_drawn(size: tuple[int, int]) -> None:
    frame = np.zeros((*size, 3), np.uint8)
    assert draw_why(frame, LINES, heat=np.ones((8, 8), np.float32)).width > 500


def left_upper_mean(frames: list[Frame]) -> list[Vectors]:
    """An encoder that looks at the left upper quarter alone."""
    means = [frame[: len(frame) // 2, : frame.shape[1] // 2].mean(axis=(0, 1)) / 255 for frame in frames]
    spread = [frame[: len(frame) // 2, : frame.shape[1] // 2].std() / 255 for frame in frames]
    return [np.array([[*m, s]], np.float32) for m, s in zip(means, spread, strict=True)]


def test_the_heat_lies_where_the_encoder_looks() -> None:
    frame = picture(3)
    heat = heat_map(frame, left_upper_mean, np.array([[0, 0, 0, 1]], np.float32))
    assert heat.shape == (8, 8)
    assert heat.dtype == np.float32
    assert heat.max() == pytest.approx(1)
    assert heat[:4, :4].mean() > 0.2
    assert heat[5:].max() == 0
    assert heat[:, 5:].max() == 0


def test_an_encoder_that_sees_nothing_gives_no_heat() -> None:
    def blind(frames: list[Frame]) -> list[Vectors]:
        return [np.ones((1, 4), np.float32)] * len(frames)

    assert heat_map(picture(1), blind, np.ones((1, 4), np.float32)).max() == 0


def test_a_picture_of_one_pixel_has_a_heat_map() -> None:
    heat = heat_map(np.zeros((1, 1, 3), np.uint8), left_upper_mean_of_any, np.ones((1, 1), np.float32))
    assert heat.shape == (8, 8)


def left_upper_mean_of_any(frames: list[Frame]) -> list[Vectors]:
    return [np.array([[frame.mean()]], np.float32) for frame in frames]
