"""A showing as files that others can play."""

from __future__ import annotations

import io

import av
import pytest
from PIL import Image

from memebot.experiments import files
from memebot.experiments.model import Look, Showing

COLOURS = ((255, 0, 0), (0, 160, 0), (0, 0, 255))
SHOWING = Showing(tuple(Image.new("RGB", (64, 48), colour) for colour in COLOURS), Look("look", {}), milliseconds=120)


def test_a_video_is_silent_h264_in_which_each_frame_stands_its_time_and_the_last_one_longer() -> None:
    with av.open(io.BytesIO(files.mp4(SHOWING))) as container:
        assert [(stream.type, stream.codec_context.name) for stream in container.streams] == [("video", "h264")]
        decoded = list(container.decode(video=0))
        times = [round(float(frame.time) * 1000) for frame in decoded]
        assert times == [0, 120, 240, 240 + files.HOLD_MS]
        assert decoded[0].format.name == "yuv420p"
        assert all(
            abs(int(a) - b) < 12
            for frame, colour in zip(decoded, COLOURS, strict=False)
            for a, b in zip(frame.to_ndarray(format="rgb24")[20, 20], colour, strict=True)
        )


def test_a_frame_that_is_shown_again_at_once_is_written_once_and_stands_longer() -> None:
    red, green, _ = SHOWING.frames
    with av.open(io.BytesIO(files.mp4(Showing((red, red, green), Look("look", {}), milliseconds=120)))) as container:
        assert [round(float(frame.time) * 1000) for frame in container.decode(video=0)] == [0, 240, 240 + files.HOLD_MS]


@pytest.mark.parametrize("ending", [".gif", ".webp"])
def test_a_moving_picture_has_all_frames(ending: str) -> None:
    with Image.open(io.BytesIO(files.KINDS[ending](SHOWING))) as picture:
        assert getattr(picture, "n_frames", 1) == 3
        assert picture.size == (64, 48)


def test_a_still_one_is_the_last_frame() -> None:
    with Image.open(io.BytesIO(files.png(SHOWING))) as picture:
        assert picture.convert("RGB").getpixel((5, 5)) == COLOURS[-1]


def test_the_same_showing_gives_the_same_bytes() -> None:
    for write in files.KINDS.values():
        assert write(SHOWING) == write(SHOWING)
