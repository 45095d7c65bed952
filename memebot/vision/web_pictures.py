"""Pictures for web pages: what a visitor sent, small; an example, smaller; and the card beside a link."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final

from PIL import Image, ImageDraw

from memebot.vision.fonts import font, wrapped
from memebot.vision.media import frames

SHOWN_SIDE: Final = 960
"""Pixels of the longer side of a picture on a page."""
CARD: Final = (1200, 630)
"""Width and height of the card that messengers show beside a link."""

_QUALITY = 82
_PAPER, _INK, _QUIET, _ACCENT = (250, 249, 246), (29, 34, 40), (98, 105, 113), (12, 107, 94)
_MARGIN = 76
_TITLE_SIZES = (76, 64, 54, 46, 40)
_MAX_TITLE_LINES = 3


def shown(data: bytes, number: int, *, max_bytes: int) -> tuple[bytes, tuple[int, int]]:
    """One key frame of a picture or clip as a JPEG made anew of its pixels, with its width and height.

    Nothing of the file but the pixels is in it. Raises ``MediaError``.
    """
    media = frames.load(data, max_bytes=max_bytes)
    picture = Image.fromarray(media.frames[min(number, len(media.frames) - 1)])
    picture.thumbnail((SHOWN_SIDE, SHOWN_SIDE * 3))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue(), picture.size


def thumbnail(data: bytes, side: int) -> bytes:
    """The first key frame as a JPEG that fits a square of that many pixels. Raises ``MediaError``."""
    picture = Image.fromarray(frames.load(data).frames[0])
    picture.thumbnail((side, side))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def link_card(title: str, kind: str, summary: str, name: str) -> bytes:
    """A PNG for a link to an entry: its title as large as fits, its kind above, its first sentence below, and whose
    page it is at the foot."""
    card = Image.new("RGB", CARD, _PAPER)
    draw = ImageDraw.Draw(card)
    draw.rectangle((0, 0, 18, CARD[1]), fill=_ACCENT)
    draw.text((_MARGIN, 64), kind, font=font(30), fill=_ACCENT)
    y, width = 120.0, CARD[0] - 2 * _MARGIN
    size, lines = _fitting(title, width)
    for line in lines:
        draw.text((_MARGIN, y), line, font=font(size, bold=True), fill=_INK)
        y += size * 1.22
    y += 22
    for line in _as_many(wrapped(summary, font(32), width), int((CARD[1] - 120 - y) // 46)):
        draw.text((_MARGIN, y), line, font=font(32), fill=_QUIET)
        y += 46
    draw.text((_MARGIN, CARD[1] - 84), name, font=font(30, bold=True), fill=_ACCENT)
    out = io.BytesIO()
    card.convert("P", palette=Image.Palette.ADAPTIVE, colors=32).save(out, "PNG", optimize=False)
    return out.getvalue()


def _fitting(title: str, width: int) -> tuple[int, list[str]]:
    """The largest size at which a title takes few enough lines, and those lines."""
    for size in _TITLE_SIZES:
        face = font(size, bold=True)
        lines = wrapped(title, face, width)
        if len(lines) <= _MAX_TITLE_LINES and all(face.getlength(line) <= width for line in lines):
            return size, lines
    return _TITLE_SIZES[-1], _as_many(lines, _MAX_TITLE_LINES)


def _as_many(lines: Sequence[str], most: int) -> list[str]:
    """The first lines, with "…" where there are more."""
    if len(lines) <= most:
        return [*lines]
    return [*lines[: most - 1], f"{lines[most - 1].rstrip('.,;: ')} …"] if most > 0 else []
