"""Telegram's animated stickers: gzipped Lottie, drawn by ThorVG in a process of its own."""

from __future__ import annotations

import importlib.util
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from memebot.vision.errors import MediaError

MAX_JSON: Final = 8_000_000
"""Largest animation after unpacking; Telegram allows 64 KB before it."""
TIMEOUT_S: Final = 20.0
_HEADER = struct.Struct("<3I")
_PROGRAM = Path(__file__).with_name("lottie_render.py")


def render(data: bytes) -> list[NDArray[np.uint8]]:
    """Frames spread over the animation, (height, width, 4) RGBA, the longer side 512.

    Raises ``MediaError`` for what is damaged or too large, or takes too long, or where ThorVG is not installed.
    """
    if importlib.util.find_spec("thorvg_python") is None:
        raise MediaError("animated stickers need thorvg-python: pip install thorvg-python", "unsupported")
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_PROGRAM)],
            input=_unpacked(data),
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise MediaError("too large: the sticker takes too long to draw", "too large") from error
    return _frames(done.stdout)


def _unpacked(data: bytes) -> bytes:
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        text = unpacker.decompress(data, MAX_JSON)
    except zlib.error as error:
        raise MediaError("damaged: a sticker that cannot be unpacked") from error
    if unpacker.unconsumed_tail:
        raise MediaError(f"too large: a sticker of more than {MAX_JSON // 1_000_000} MB unpacked", "too large")
    if not unpacker.eof:
        raise MediaError("damaged: the file is cut short")
    return text


def _frames(drawn: bytes) -> list[NDArray[np.uint8]]:
    """The frames in the program's output; whatever ended it early, the sticker was not drawn."""
    if len(drawn) < _HEADER.size:
        raise MediaError("damaged: a sticker that cannot be drawn")
    width, height, count = _HEADER.unpack_from(drawn)
    pixels = np.frombuffer(drawn, np.uint8, offset=_HEADER.size)
    if not count or pixels.size != width * height * count * 4:
        raise MediaError("damaged: a sticker that cannot be drawn")
    return list(pixels.reshape(count, height, width, 4))
