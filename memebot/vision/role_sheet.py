"""A format's roles as a picture: its first exemplar with a numbered box for each, and below it what they are called."""

from __future__ import annotations

import io
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from knowledge.entry.model import Box, Entry
from knowledge.reading import Keypoints, Lang
from memebot.vision.errors import MediaError
from memebot.vision.fonts import font, wrapped
from memebot.vision.media import frames

_SIDE: Final = 900
_MARGIN: Final = 24
_PAGE: Final = (640, 480)
_DISC: Final = 18
_INK: Final = (28, 30, 36)
_DOT: Final = (170, 174, 184)
_SKETCH: Final = (243, 244, 247)
_COLOURS: Final = ((214, 76, 22), (0, 122, 112), (120, 60, 180), (196, 30, 120), (30, 90, 200), (150, 110, 0))


def draw_roles(entry: Entry, exemplar: bytes | Keypoints | None, lang: Lang) -> bytes:
    """A PNG of the roles of a format, numbered from 1 in their order; their names in this language.

    ``exemplar``: the first one, on which boxes are measured: its picture (of a moving one the first frame), or its
    features alone, which are drawn as dots; without any, or where it cannot be read, the page is empty.
    """
    page = _page(exemplar).convert("RGB")
    draw = ImageDraw.Draw(page)
    if entry.rows:
        _draw_direction(draw, page.size, across=entry.rows == "across")
    for n, role in enumerate(entry.roles, start=1):
        _draw_box(draw, page.size, role.box, str(n))
    lines = [(number, part) for number, text in _named(entry, lang) for part in _legend(text, page.width)]
    sheet = Image.new("RGB", (page.width + 2 * _MARGIN, page.height + 3 * _MARGIN + 34 * len(lines)), "white")
    sheet.paste(page, (_MARGIN, _MARGIN))
    draw, y, last = ImageDraw.Draw(sheet), page.height + 2 * _MARGIN, ""
    for number, text in lines:
        if number != last:
            _draw_disc(draw, (_MARGIN + _DISC, y + 14), number)
        draw.text((_MARGIN + 3 * _DISC, y), text, font=font(22), fill=_INK)
        y, last = y + 34, number
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def draw_page(exemplar: bytes | Keypoints | None) -> bytes:
    """A PNG of what boxes are measured on, as ``draw_roles`` draws it, without boxes: whole, and in its proportions."""
    out = io.BytesIO()
    _page(exemplar).convert("RGB").save(out, "PNG")
    return out.getvalue()


def _named(entry: Entry, lang: Lang) -> list[tuple[str, str]]:
    """What stands on the discs, and beside them in the legend."""
    if entry.rows:
        return [("1", "row-1"), ("n", "row-n")]
    return [(str(n), f"{role.id} – {role.name.get(lang, '')}") for n, role in enumerate(entry.roles, start=1)]


def _page(exemplar: bytes | Keypoints | None) -> Image.Image:
    if isinstance(exemplar, bytes):
        try:
            picture = Image.fromarray(frames.load(exemplar).frames[0])
        except MediaError:
            picture = Image.new("RGB", _PAGE, "white")
        return ImageOps.contain(picture, (_SIDE, _SIDE))
    page = ImageOps.contain(Image.new("RGB", exemplar.size if exemplar else _PAGE, _SKETCH), (_SIDE, _SIDE))
    if exemplar is not None:
        draw = ImageDraw.Draw(page)
        for x, y in exemplar.points * (np.array(page.size) / exemplar.size):
            draw.ellipse((x - 3, y - 3, x + 3, y + 3), fill=_DOT)
    return page


def _draw_direction(draw: ImageDraw.ImageDraw, size: tuple[int, int], *, across: bool) -> None:
    """From the first row to the last, however many there are."""
    start, end = ((0.1, 0.5), (0.9, 0.5)) if across else ((0.5, 0.1), (0.5, 0.9))
    ends = [(x * size[0], y * size[1]) for x, y in (start, end)]
    draw.line(ends, fill=_colour("1"), width=5)
    for number, place in zip(("1", "n"), ends, strict=True):
        _draw_disc(draw, place, number)


def _draw_box(draw: ImageDraw.ImageDraw, size: tuple[int, int], box: Box, number: str) -> None:
    """Also a box that an unsaved draft has wrong: drawn as far as it can be."""
    left, top, right, bottom = (round(min(max(side, 0.0), 1.0) * size[n % 2]) for n, side in enumerate(box))
    left, top = min(left, size[0] - 2 * _DISC), min(top, size[1] - 2 * _DISC)
    right, bottom = max(left + 2, min(right, size[0] - 1)), max(top + 2, min(bottom, size[1] - 1))
    draw.rectangle((left, top, right, bottom), outline=_colour(number), width=5)
    _draw_disc(draw, (left + _DISC + 6, top + _DISC + 6), number)


def _draw_disc(draw: ImageDraw.ImageDraw, centre: tuple[float, float], number: str) -> None:
    x, y = centre
    draw.ellipse((x - _DISC, y - _DISC, x + _DISC, y + _DISC), fill=_colour(number), outline="white", width=2)
    draw.text((x, y), number, font=font(20, bold=True), fill="white", anchor="mm")


def _colour(number: str) -> tuple[int, int, int]:
    return _COLOURS[(int(number) - 1) % len(_COLOURS)] if number.isdigit() else _COLOURS[0]


def _legend(text: str, width: int) -> list[str]:
    return list(wrapped(text, font(22), width - 3 * _DISC)) or [text]
