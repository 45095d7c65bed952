"""Where a screen shows a picture, and what is kept of it."""

from __future__ import annotations

import io
import random

import numpy as np
import pytest
from PIL import Image
from scenes import photo

from knowledge.reading import Fingerprint, Reading
from memebot.measure.reposts import CHANGES
from memebot.vision.fingerprint import fingerprint, verify
from memebot.vision.media.frames import load
from memebot.vision.reader import PictureReader
from memebot.vision.screens import seen_fingerprint, shown_box, shown_features, with_screens

SHA = "ab" * 32
SCREENS = [name for name in CHANGES if name.startswith("screenshot")]


@pytest.fixture(scope="module")
def picture() -> Image.Image:
    return Image.fromarray(photo(3))


@pytest.mark.parametrize("screen", SCREENS)
def test_the_picture_on_a_screen_is_found(picture: Image.Image, screen: str) -> None:
    """Its box lies in what is found, and that is no more than twice as large."""
    shown = CHANGES[screen](picture, random.Random(screen))
    plain = CHANGES[screen](Image.new("RGB", picture.size, (255, 0, 255)), random.Random(screen))
    rows, columns = np.nonzero((np.asarray(plain) == (255, 0, 255)).all(axis=2))
    box = shown_box(np.asarray(shown))
    assert box is not None
    left, top, right, bottom = box
    within = (columns >= left - 4) & (columns < right + 4) & (rows >= top - 4) & (rows < bottom + 4)
    assert within.mean() > 0.9
    assert (right - left) * (bottom - top) < 2 * len(rows)


def test_a_caption_above_or_below_the_picture_is_seen_as_well(picture: Image.Image) -> None:
    screen = np.asarray(CHANGES["screenshot"](picture, random.Random(4)))
    box, shown = shown_box(screen), shown_features(screen)
    assert box is not None and shown is not None
    left, top, right, bottom = box
    assert shown.size[1] / shown.size[0] > 1.3 * (bottom - top) / (right - left)


def test_what_fills_the_frame_and_a_page_of_text_alone_show_none() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (300, 400, 3)).astype(np.uint8)
    assert shown_box(noise) is None
    page = CHANGES["screenshot"](Image.new("RGB", (400, 400), (24, 24, 28)), random.Random(1))
    assert shown_features(np.asarray(page)) is None
    assert shown_features(np.full((300, 200, 3), 255, np.uint8)) is None


def test_a_fingerprint_keeps_what_a_screen_shows(picture: Image.Image) -> None:
    seen = seen_fingerprint(np.asarray(CHANGES["screenshot"](picture, random.Random(2))), SHA)
    again = Fingerprint.from_bytes(seen.to_bytes())
    assert seen.shown is not None and again.shown is not None
    assert again.shown.size == seen.shown.size
    assert (again.shown.descriptors == seen.shown.descriptors).all()
    plain = seen_fingerprint(np.full((300, 200, 3), 255, np.uint8), SHA)
    assert Fingerprint.from_bytes(plain.to_bytes()).shown is None


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def test_a_picture_is_read_without_looking_for_screens_and_its_file_tells_what_one_shows(picture: Image.Image) -> None:
    """Also where it is one of an album; another file tells nothing."""
    screen = CHANGES["screenshot"](picture, random.Random(2))
    reader = PictureReader(None, None)
    read, plain = reader.read_bytes(png(screen)), reader.read_bytes(png(picture))
    reader.close()
    assert read.frames[0].shown is None
    album = Reading("cd" * 32, (*plain.frames, *read.frames), ())
    first, second = with_screens(album, load(png(screen))).frames
    expected = seen_fingerprint(np.asarray(screen), SHA).shown
    assert first.shown is None and second.shown is not None and expected is not None
    assert (second.shown.descriptors == expected.descriptors).all()


@pytest.mark.parametrize("screen", SCREENS)
def test_the_picture_on_a_screen_is_searched_about_as_large_as_any_other(picture: Image.Image, screen: str) -> None:
    """Also where its message, with an edge and the time below, is what hangs together."""
    for size in ((480, 360), (560, 165)):
        one = picture.resize(size)
        shown = shown_features(np.asarray(CHANGES[screen](one, random.Random(screen))))
        geometry = verify(Fingerprint(SHA, bytes(32), 0, shown), fingerprint(np.asarray(one), SHA))  # type: ignore[arg-type]
        assert geometry.matrix is not None
        assert 0.75 < np.sqrt(np.linalg.det(geometry.matrix[:, :2])) < 1.25
