"""Animated stickers are drawn in a process of their own, and no sticker harms the bot."""

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from memebot.vision.errors import MediaError
from memebot.vision.media import lottie
from memebot.vision.media.frames import load

RED = [1, 0.2, 0.2, 1]


def still(value: Any) -> dict[str, Any]:
    return {"a": 0, "k": value}


def sticker(**fields: Any) -> bytes:
    """A red bar that turns once in two seconds."""
    ease = {"i": {"x": [1], "y": [1]}, "o": {"x": [0], "y": [0]}}
    turn = {"a": 1, "k": [{"t": 0, "s": [0], "e": [360], **ease}, {"t": 60}]}
    where = {"p": still([256, 256, 0]), "a": still([0, 0, 0]), "s": still([100, 100, 100]), "r": turn, "o": still(100)}
    here = {"p": still([0, 0]), "a": still([0, 0]), "s": still([100, 100]), "r": still(0), "o": still(100)}
    bar = [
        {"ty": "rc", "s": still([300, 100]), "p": still([0, 0]), "r": still(0)},
        {"ty": "fl", "c": still(RED), "o": still(100), "r": 1},
        {"ty": "tr", **here},
    ]
    layer = {"ty": 4, "ind": 1, "ks": where, "shapes": [{"ty": "gr", "it": bar}], "ip": 0, "op": 60, "st": 0, "bm": 0}
    animation = {"tgs": 1, "v": "5.5.2", "fr": 30, "ip": 0, "op": 60, "w": 512, "h": 512, "layers": [layer]}
    return gzip.compress(json.dumps(animation | fields).encode())


def test_a_sticker_is_seen_as_it_moves() -> None:
    media = load(sticker())
    assert (media.format, media.moving, media.size) == ("TGS", True, (512, 512))
    assert len(media.frames) > 1
    for frame in media.frames:
        assert frame.shape == (512, 512, 3)
        assert frame[256, 256].tolist() == [255, 51, 51]
        assert frame[2, 2].tolist() == [255, 255, 255]


def test_the_same_sticker_gives_the_same_frames() -> None:
    assert all(np.array_equal(a, b) for a, b in zip(load(sticker()).frames, load(sticker()).frames, strict=True))


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (gzip.compress(b'{"layers": [' + b"[" * 100_000), "damaged"),
        (gzip.compress(b'{"tgs": 1, "layers": "?"}'), "damaged"),
        (sticker(w=0, h=0), "damaged"),
        (sticker(w="wide"), "damaged"),
        (sticker()[:-20], "damaged"),
        (gzip.compress(b'{"layers": []' + b" " * lottie.MAX_JSON), "too large"),
    ],
    ids=["deep", "no-layers", "no-size", "words", "cut", "bomb"],
)
def test_a_bad_sticker_is_refused_in_one_line(data: bytes, problem: str) -> None:
    with pytest.raises(MediaError) as caught:
        load(data)
    assert caught.value.problem == problem


def test_a_sticker_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lottie, "TIMEOUT_S", 0.001)
    with pytest.raises(MediaError, match="too long"):
        load(sticker())


def test_a_sticker_opens_no_file(tmp_path: Path) -> None:
    Image.new("RGB", (512, 512), "black").save(tmp_path / "secret.png")
    picture = {
        "ty": 2,
        "refId": "file",
        "ind": 1,
        "ip": 0,
        "op": 60,
        "st": 0,
        "bm": 0,
        "ks": {
            "p": still([256, 256, 0]),
            "a": still([256, 256, 0]),
            "s": still([100, 100, 100]),
            "r": still(0),
            "o": still(100),
        },
    }
    asset = {"id": "file", "u": f"{tmp_path}/", "p": "secret.png", "w": 512, "h": 512, "e": 0}
    (frame,) = load(sticker(assets=[asset], layers=[picture])).frames
    assert frame.min() == 255
