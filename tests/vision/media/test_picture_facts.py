"""How much of a picture is text, and what is beside it; what a detector says of it."""

from __future__ import annotations

import sys
from importlib import resources
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from knowledge.reading import Line
from memebot.vision import nsfw
from memebot.vision.media import frames
from memebot.vision.media.picture_facts import PictureFacts, picture_facts


def drawn(*, text: bool, photo: bool) -> np.ndarray[Any, np.dtype[np.uint8]]:
    picture = Image.new("RGB", (400, 400), "white")
    if photo:
        noise = np.random.default_rng(0).integers(0, 256, (20, 40, 3), dtype=np.uint8)
        picture.paste(Image.fromarray(noise).resize((400, 200), Image.Resampling.NEAREST), (0, 200))
    if text:
        for row in range(5):
            ImageDraw.Draw(picture).text((40, 30 + 25 * row), "A SENTENCE OF MANY LETTERS " * 2, fill="black")
    return np.asarray(picture)


LINES = [
    Line("A SENTENCE OF MANY LETTERS " * 2, 0.9, "en", (0.1, (30 + 25 * row) / 400, 0.81, 0.03)) for row in range(5)
]


def test_a_page_of_text_has_nothing_beside_it() -> None:
    facts = picture_facts(drawn(text=True, photo=False), LINES)
    assert facts.beside < 0.05
    assert facts.text_share == pytest.approx(0.81 * 0.03 * 5, abs=0.02)
    assert (facts.letters, facts.colours < 10) == (44 * 5, True)


def test_a_captioned_photo_has_much_beside_its_text() -> None:
    facts = picture_facts(drawn(text=True, photo=True), LINES)
    assert facts.beside > 0.5
    assert facts.colours > 50


def test_a_blank_picture_has_neither() -> None:
    assert picture_facts(drawn(text=False, photo=False), []) == PictureFacts(0.0, 0, 0.0, 1)


def test_boxes_that_overlap_or_stick_out_count_once_and_inside() -> None:
    everywhere = Line("x", 0.9, "en", (-0.5, -0.5, 2.0, 2.0))
    assert picture_facts(drawn(text=False, photo=True), [everywhere, everywhere]).text_share == 1.0


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1), (3, 3)])
def test_pictures_of_any_size_are_measured(size: tuple[int, int]) -> None:
    facts = picture_facts(np.full((*size, 3), 200, np.uint8), LINES)
    assert facts.colours == 1


# --- the optional detector


def test_only_indecent_things_count_and_the_surest_of_all_frames() -> None:
    seen: list[list[int]] = []

    def detect(frame: np.ndarray[Any, np.dtype[np.uint8]]) -> list[dict[str, Any]]:
        seen.append(frame[0, 0].tolist())
        return [{"class": "FACE_FEMALE", "score": 0.99}, {"class": "BUTTOCKS_EXPOSED", "score": 0.1 * len(seen)}]

    frame = np.zeros((4, 4, 3), np.uint8)
    frame[..., 0] = 255
    assert nsfw.IndecencyDetector(detect).score([frame, frame]) == pytest.approx(0.2)
    assert seen[0] == [0, 0, 255]  # the detector wants blue first
    assert nsfw.IndecencyDetector(lambda _: []).score([frame]) == 0


def test_without_the_extra_there_is_no_detector(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nsfw, "installed", lambda: False)
    assert nsfw.load() is None


def test_a_broken_extra_says_what_mends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = ModuleType("nudenet")
    monkeypatch.setitem(sys.modules, "nudenet", broken)
    monkeypatch.setattr(nsfw, "installed", lambda: True)
    with pytest.raises(nsfw.DetectorError, match=r"pip install 'memebot\[nsfw\]'"):
        nsfw.load()


@pytest.mark.skipif(not nsfw.installed(), reason="the extra is not installed")
def test_the_real_detector_has_nothing_against_our_examples() -> None:
    detector = nsfw.load()
    assert detector is not None
    for name in ("borscht.png", "cat-ru.webp", "car-salesman-overfitting.jpg"):
        media = frames.load((resources.files("memebot") / "examples" / name).read_bytes())
        assert detector.score(media.frames) < 0.5
