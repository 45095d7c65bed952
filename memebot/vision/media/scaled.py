"""Pictures for somebody else's eyes: small, upright, without anything that came along in the file."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageDraw

from memebot.vision.fonts import font
from memebot.vision.media.frames import Media

SIDE = 1024
QUALITY = 88


def scaled(media: Media, side: int = SIDE) -> bytes:
    """A JPEG of a picture, or of the middle of a moving one, whose longer side has ``side`` pixels at most."""
    image = Image.fromarray(media.frames[len(media.frames) // 2])
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    return _jpeg(image)


def drawn_card(seed: int) -> tuple[bytes, str]:
    """A drawn meme as a JPEG, and the number that stands in it and that nobody can guess."""
    number = f"{random.Random(seed).randint(31, 68)}.{random.Random(seed + 1).randint(11, 89)}"
    image = Image.new("RGB", (640, 480), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, 620, 230), fill="#d9f2d9")
    draw.rectangle((20, 250, 620, 460), fill="#f2d9d9")
    for place, line in ((125, "train accuracy: 99.99 %"), (355, f"test accuracy: {number} %")):
        draw.text((320, place), line, font=font(40, bold=True), fill="black", anchor="mm")
    return _jpeg(image), number


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
