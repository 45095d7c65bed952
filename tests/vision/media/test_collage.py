"""Several pictures as one: each where its number says, and none stops the others."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from memebot.vision.media.collage import MOST, collage

COLOURS = [
    (230, 20, 20),
    (20, 200, 20),
    (20, 20, 230),
    (230, 220, 20),
    (220, 20, 220),
    (20, 210, 220),
    (240, 240, 240),
    (120, 60, 20),
    (250, 140, 20),
]


def picture(colour: tuple[int, int, int], size: tuple[int, int] = (60, 60)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    assert image.format == "JPEG"
    return image


def cells(image: Image.Image, count: int, columns: int) -> list[tuple[int, ...]]:
    """The colours in the middles of the cells."""
    side = image.width / columns
    pixels = np.asarray(image.convert("RGB"))
    return [
        tuple(int(v) for v in pixels[int((n // columns + 0.5) * side), int((n % columns + 0.5) * side)])
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("count", "columns", "rows"), [(1, 1, 1), (2, 2, 1), (4, 2, 2), (5, 3, 2), (7, 3, 3), (9, 3, 3)]
)
def test_pictures_stand_in_rows_in_their_order(count: int, columns: int, rows: int) -> None:
    image = opened(collage([picture(colour) for colour in COLOURS[:count]]))
    assert image.width == 1200
    assert abs(image.height - image.width * rows / columns) < 20
    for seen, colour in zip(cells(image, count, columns), COLOURS, strict=False):
        assert np.abs(np.subtract(seen, colour)).max() < 12


@pytest.mark.parametrize("bad", [None, b"", b"not a picture", picture((0, 0, 0))[:60]])
def test_what_cannot_be_read_is_a_grey_field_and_the_others_stay(bad: bytes | None) -> None:
    image = opened(collage([picture(COLOURS[0]), bad]))
    first, second = cells(image, 2, 2)
    assert np.abs(np.subtract(first, COLOURS[0])).max() < 12
    assert max(second) - min(second) < 30


def test_each_has_its_number_in_its_corner() -> None:
    image = np.asarray(opened(collage([picture((128, 128, 128))] * 3)).convert("L"), np.int64)
    side = image.shape[1] // 2
    discs = [
        image[12 + row * side : 50 + row * side, 16 + column * side : 56 + column * side]
        for row, column in ((0, 0), (0, 1), (1, 0))
    ]
    assert all(disc.max() > 230 and disc.min() < 60 for disc in discs)  # light figures on dark
    assert all(np.abs(one - other).mean() > 3 for one, other in ((discs[0], discs[1]), (discs[1], discs[2])))


@pytest.mark.parametrize("size", [(1, 3000), (3000, 1), (1, 1), (3, 900)])
def test_pictures_of_any_shape_fit(size: tuple[int, int]) -> None:
    assert opened(collage([picture(COLOURS[0], size)] * 2)).width == 1200


def test_a_clip_shows_a_frame() -> None:
    out = io.BytesIO()
    one, other = (Image.new("RGB", (60, 60), colour) for colour in COLOURS[:2])
    one.save(out, "GIF", save_all=True, append_images=[other], duration=200)
    assert np.abs(np.subtract(cells(opened(collage([out.getvalue()])), 1, 1)[0], COLOURS[0])).max() < 30


@pytest.mark.parametrize("count", [0, MOST + 1])
def test_none_or_too_many_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="do not make a collage"):
        collage([None] * count)
