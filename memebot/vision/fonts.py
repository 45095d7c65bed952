"""Fonts with Latin and Cyrillic letters on every machine: the DejaVu files inside matplotlib."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PIL import ImageFont


def font(size: float, *, bold: bool = False, mono: bool = False, serif: bool = False) -> ImageFont.FreeTypeFont:
    """DejaVu at ``size`` pixels, sans unless ``mono`` or ``serif``; equal arguments give the same object.

    Basic layout is asked for, so that text looks the same whether or not Pillow finds Raqm.
    Raises ``ValueError`` for a size that is not positive and for ``mono`` together with ``serif``.
    """
    if mono and serif:
        raise ValueError("DejaVu has no font that is mono and serif")
    family = "DejaVuSansMono" if mono else "DejaVuSerif" if serif else "DejaVuSans"
    return _load(float(size), f"{family}-Bold.ttf" if bold else f"{family}.ttf")


def wrapped(text: str, face: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """The text in lines that are at most ``width`` pixels wide, broken at spaces; a longer word has its own line."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and face.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@lru_cache(maxsize=256)
def _load(size: float, name: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(fonts_folder() / name, size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=1)
def fonts_folder() -> Path:
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"
