"""From pixels to a reading: what stands twice on one picture is kept twice, and told once."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from knowledge.reading import Line
from memebot.vision.media.frames import Frame
from memebot.vision.reader import PictureReader


class Lines:
    """A text reader that finds the same lines on every frame."""

    def __init__(self, *texts: str) -> None:
        self._texts = texts

    def read(self, frame: Frame) -> list[Line]:
        return [Line(text, 0.9, "en", (0.1, 0.2 * n, 0.3, 0.1)) for n, text in enumerate(self._texts)]


def picture(*shades: int) -> bytes:
    frames = [Image.fromarray(np.full((64, 64, 3), shade, np.uint8)) for shade in shades]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=200)
    return out.getvalue()


def test_a_line_that_stands_twice_on_a_picture_has_both_its_places() -> None:
    """On the last two sheets of Gru's plan the same words play two roles."""
    reader = PictureReader(None, Lines("it closes", "It closes"))
    reading = reader.read_bytes(picture(10))
    assert [line.text for line in reading.lines] == ["it closes", "It closes"]
    assert reading.text == "it closes"
    reader.close()


def test_a_line_that_stays_through_a_clip_is_read_once() -> None:
    reader = PictureReader(None, Lines("it closes", "It closes"))
    reading = reader.read_bytes(picture(10, 120, 240))
    assert [line.text for line in reading.lines] == ["it closes", "It closes"]
    reader.close()
