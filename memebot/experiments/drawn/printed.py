"""Digits of printed fonts, which no network of ours has learnt from: for measuring."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from memebot.experiments.drawn.strokes import centred
from memebot.experiments.model import Array
from memebot.vision.fonts import fonts_folder

_FACES = (
    "DejaVuSans",
    "DejaVuSans-Bold",
    "DejaVuSans-Oblique",
    "DejaVuSansMono",
    "DejaVuSerif",
    "DejaVuSerif-Italic",
    "STIXGeneral",
    "STIXGeneralBol",
    "STIXGeneralItalic",
    "cmr10",
    "cmss10",
    "cmtt10",
)


def printed_digits() -> tuple[Array, Array]:
    """Ten digits of twelve faces, upright and leaning either way: float32 (360, 28, 28), and which they are."""
    pictures, which = [], []
    for face in _FACES:
        letters = ImageFont.truetype(fonts_folder() / f"{face}.ttf", 80, layout_engine=ImageFont.Layout.BASIC)
        for digit in range(10):
            sheet = Image.new("L", (128, 128), 0)
            ImageDraw.Draw(sheet).text((64, 64), str(digit), 255, letters, anchor="mm")
            for lean in (-12, 0, 12):
                turned = sheet.rotate(lean, Image.Resampling.BILINEAR)
                pictures.append(centred(np.asarray(turned, np.float32) / 255))
                which.append(digit)
    return np.stack(pictures), np.array(which)
