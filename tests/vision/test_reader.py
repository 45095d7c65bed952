"""From pixels to a reading: what stands twice on one picture is kept twice, and told once."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image

from knowledge.reading import Line
from memebot.vision.compute.workers import Workers
from memebot.vision.fingerprint import fingerprint
from memebot.vision.media.frames import Frame
from memebot.vision.reader import TIDIED, PictureReader


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


def test_what_pictures_needed_for_a_moment_is_given_back_after_every_few() -> None:
    read, tidied = list[str](), list[int]()
    reader = PictureReader(None, None, tidy=lambda: tidied.append(len(read)))
    while len(read) <= 2 * TIDIED:
        read.append(reader.read_bytes(picture(10)).sha256)
    assert tidied == [TIDIED - 1, 2 * TIDIED - 1]
    reader.close()


def test_a_line_that_stays_through_a_clip_is_read_once() -> None:
    reader = PictureReader(None, Lines("it closes", "It closes"))
    reading = reader.read_bytes(picture(10, 120, 240))
    assert [line.text for line in reading.lines] == ["it closes", "It closes"]
    reader.close()


class Together(Lines):
    """A text reader that goes on only while another picture is being read."""

    def __init__(self, pictures: int) -> None:
        super().__init__("read")
        self._reading = threading.Barrier(pictures)

    def read(self, frame: Frame) -> list[Line]:
        self._reading.wait(60)
        return super().read(frame)


def test_pictures_that_were_begun_are_read_beside_each_other_whichever_is_asked_for_first() -> None:
    reader = PictureReader(None, Together(2), workers=Workers(2))
    pictures = [picture(shade) for shade in (10, 120, 180, 240)]
    begun = [reader.begin_bytes(one) for one in pictures]
    readings = [one.result() for one in begun]
    reader.close()
    assert [reading.text for reading in readings] == ["read"] * 4
    assert [reading.sha256 for reading in readings] == [hashlib.sha256(one).hexdigest() for one in pictures]


class Turned:
    """A text reader of a picture that lies on its side: it stands upright when its dark half is above."""

    def __init__(self) -> None:
        self.asked = 0

    def read(self, frame: Frame) -> list[Line]:
        upright = frame[: len(frame) // 2].mean() < frame[len(frame) // 2 :].mean() - 50
        return [Line("stands upright", 0.9, "en", (0.1, 0.2, 0.3, 0.1))] if upright else []

    def quarter_turns(self, frame: Frame, lines: Sequence[Line]) -> int:
        self.asked += 1
        return 0 if lines else next(n for n in (1, 2, 3) if self.read(np.rot90(frame, n)))


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_picture_that_was_turned_in_its_pixels_is_read_as_it_should_stand(turns: int) -> None:
    upright = np.zeros((64, 96, 3), np.uint8)
    upright[32:] = 200
    upright[40:50, 10:40] = 90
    out = io.BytesIO()
    Image.fromarray(np.rot90(upright, -turns)).save(out, "PNG")
    text_reader = Turned()
    reader = PictureReader(None, text_reader, quarter_turns=text_reader.quarter_turns)
    reading = reader.read_bytes(out.getvalue())
    reader.close()
    assert (reading.text, reading.quarter_turns, text_reader.asked) == ("stands upright", turns, 1)
    assert reading.frames[0].pdq == fingerprint(upright, "").pdq


def test_a_clip_is_never_turned_and_a_failure_to_tell_costs_nothing() -> None:
    def fails(frame: Frame, lines: Sequence[Line]) -> int:
        raise RuntimeError

    reader = PictureReader(None, Lines("words"), quarter_turns=fails)
    assert [reader.read_bytes(picture(*shades)).quarter_turns for shades in ((10,), (10, 120, 240))] == [0, 0]
    reader.close()
