"""The PDQ hash against the reference implementation (Facebook's C++, through pdqhash 0.2.8)."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from memebot.vision.fingerprint import pdq

Frame = NDArray[np.uint8]


def waves(height: int, width: int) -> Frame:
    """A colour picture from a formula: no random generator, no font, no resampling."""
    y, x = np.mgrid[:height, :width].astype(np.float64)
    u, v = x / width, y / height
    planes = (
        np.sin(9 * u + 4 * v * v) + np.sin(31 * u * v + 2),
        np.cos(13 * v - 7 * u * u) + np.sin(5 * u),
        np.sin(40 * (u - 0.4) ** 2 + 25 * (v - 0.6) ** 2) * 2,
    )
    return np.clip(np.rint(np.stack(planes, axis=2) * 60 + 128), 0, 255).astype(np.uint8)


def shapes(height: int, width: int) -> Frame:
    """Flat colours with hard edges."""
    y, x = np.mgrid[:height, :width]
    frame = np.full((height, width, 3), (240, 240, 235), np.uint8)
    frame[(x // (1 + width // 7) + y // (1 + height // 5)) % 2 == 0] = (30, 90, 160)
    frame[(x - width * 2 // 3) ** 2 + (y - height // 3) ** 2 < (height // 4) ** 2] = (250, 200, 40)
    frame[y > height * 5 // 6] = (10, 10, 10)
    return frame


def faint(height: int, width: int) -> Frame:
    """Little contrast, so that the quality lies between its bounds."""
    return (waves(height, width) // 3 + 90).astype(np.uint8)


MAKERS = {"waves": waves, "shapes": shapes, "faint": faint}
GOLDEN = {
    ("waves", 480, 640): ("f426f556f426b556d426915694aa555a169655b6566c5ed2fb3baae9558b0003", 100),
    ("waves", 1000, 1000): ("f526f556f426b556d426815694aa555a169655b6566c5ed2fb3baae9558b0003", 100),
    ("waves", 64, 64): ("f426f556f426d516d426d55696aa557a565654b6526c5ad27b3baae955890403", 100),
    ("waves", 97, 333): ("f426f556f426b156d426855694aa555a16d655b6566c5ed27f3baae9558b0003", 100),
    ("waves", 1300, 211): ("f526f556f426b156d426a15694aa555a969655b6566c5ed27b3baae9558b0003", 100),
    ("shapes", 300, 400): ("443a402e2bc4bb25abc4484cb6d3b52b743bc6dad43bb47b2bc53b81b6d34ec4", 100),
    ("shapes", 64, 200): ("a43b493e4bc45b84cb84492636d1b26eb12eb6dbb43bb67b4bc44bc436d18f84", 100),
    ("shapes", 777, 512): ("b07f39e5af80c722f74431450ed1c43ad53a38dd983f8e9a2fc02f233ad12bd4", 100),
    ("faint", 480, 640): ("f426f556f426b556d426915694aa555a169655b6566c5ed2fb3baae9558b0003", 21),
    ("faint", 256, 256): ("f526b176f526b176d426817654aa5552969655b6566c5fd2eb3baae9550b0003", 21),
}
"""Maker, height and width -> the reference's hexadecimal hash and quality."""


def distance(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count()


@pytest.mark.parametrize("picture", GOLDEN, ids=str)
def test_hash_and_quality_agree_with_the_reference(picture: tuple[str, int, int]) -> None:
    maker, height, width = picture
    bits, quality = pdq(MAKERS[maker](height, width))
    expected, expected_quality = GOLDEN[picture]
    assert distance(bits, bytes.fromhex(expected)) <= 4
    assert abs(quality - expected_quality) <= 2


@pytest.mark.parametrize("quality", [20, 60, 95])
def test_a_recompressed_and_halved_picture_is_within_31_bits(quality: int) -> None:
    frame = waves(480, 640)
    halved = cv2.resize(frame, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    _, jpeg = cv2.imencode(".jpg", halved, [cv2.IMWRITE_JPEG_QUALITY, quality])
    again = np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), np.uint8)
    assert distance(pdq(frame)[0], pdq(again)[0]) <= 31


def test_different_pictures_are_far_apart() -> None:
    assert distance(pdq(waves(300, 300))[0], pdq(shapes(300, 300))[0]) > 80


@pytest.mark.parametrize("size", [(1, 1), (4, 900), (900, 4)])
def test_a_side_below_five_pixels_gives_zero_bits_of_quality_zero(size: tuple[int, int]) -> None:
    assert pdq(waves(*size)) == (bytes(32), 0)


@pytest.mark.parametrize("colour", [0, 77, 255])
def test_one_colour_has_quality_zero(colour: int) -> None:
    bits, quality = pdq(np.full((200, 300, 3), colour, np.uint8))
    assert len(bits) == 32
    assert quality == 0


@pytest.mark.parametrize("size", [(10, 600), (600, 10), (5, 5), (63, 65), (129, 127)])
def test_odd_sizes_are_hashed(size: tuple[int, int]) -> None:
    bits, quality = pdq(shapes(*size))
    assert len(bits) == 32
    assert 0 <= quality <= 100
