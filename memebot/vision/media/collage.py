"""Several pictures as one, with numbers on them, so that a list in words can say which it means."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageOps

from memebot.vision.errors import MediaError
from memebot.vision.fonts import font
from memebot.vision.media import frames

MOST = 9

_SIDE = 1200  # of the collage; a cell is that by its columns
_GAP = 8
_GROUND, _EMPTY, _INK = (32, 38, 46), (96, 104, 114), (255, 255, 255)
_QUALITY = 88


def collage(pictures: Sequence[bytes | None]) -> bytes:
    """A JPEG of one to nine pictures in rows, numbered from 1 in their order, each shown whole.

    Of a moving picture the first key frame is shown. What cannot be read, or is None, is a grey field with its
    number. Raises ``ValueError`` for no pictures or more than nine.
    """
    if not 1 <= len(pictures) <= MOST:
        raise ValueError(f"{len(pictures)} pictures do not make a collage")
    columns = next(columns for columns in (1, 2, 3) if len(pictures) <= columns * columns)
    cell = (_SIDE - _GAP * (columns + 1)) // columns
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (_SIDE, rows * (cell + _GAP) + _GAP), _GROUND)
    for number, data in enumerate(pictures):
        row, column = divmod(number, columns)
        place = (_GAP + column * (cell + _GAP), _GAP + row * (cell + _GAP))
        _put(sheet, place, cell, _picture(data, cell))
        _number(sheet, place, str(number + 1), cell)
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()


def _picture(data: bytes | None, cell: int) -> Image.Image:
    """The picture scaled into a square cell."""
    if data is not None:
        try:
            return ImageOps.contain(Image.fromarray(frames.load(data).frames[0]), (cell, cell))
        except MediaError:
            pass
    return Image.new("RGB", (cell, cell), _EMPTY)


def _put(sheet: Image.Image, place: tuple[int, int], cell: int, picture: Image.Image) -> None:
    x, y = place
    sheet.paste(picture, (x + (cell - picture.width) // 2, y + (cell - picture.height) // 2))


def _number(sheet: Image.Image, place: tuple[int, int], number: str, cell: int) -> None:
    """A dark disc with the number, in the upper left corner of the cell."""
    size = max(44, cell // 10)
    x, y = place[0] + 6, place[1] + 6
    draw = ImageDraw.Draw(sheet)
    draw.ellipse((x, y, x + size, y + size), fill=_GROUND, outline=_INK, width=3)
    draw.text((x + size / 2, y + size / 2), number, font=font(size * 0.6, bold=True), fill=_INK, anchor="mm")
