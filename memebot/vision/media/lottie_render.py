"""Draws a Lottie animation: run as a program of its own by ``lottie``, never imported by the bot.

The JSON comes from a stranger and the renderer is C++: here it can hang, grow or crash, and costs one sticker.
Reads JSON from standard input; writes width, height and count as three little-endian 32-bit numbers, then so
many RGBA frames (alpha not premultiplied). Ends with status 1 for what it cannot draw.
"""

from __future__ import annotations

import json
import struct
import sys
from typing import Any

import thorvg_python as tvg

SIDE = 512
"""Telegram's stickers are 512 pixels wide and high, or drawn so large here."""
COUNT = 8
_MEMORY = 1 << 30
_SECONDS = 10


def _limit() -> None:
    """No more memory and time than a sticker needs, where the system can say so."""
    try:
        import resource
    except ImportError:  # Windows: there the caller's time limit has to do
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))


def _animation(text: bytes) -> tuple[bytes, int, int]:
    """The animation without pictures, whose names could be any file's, and the size to draw it at."""
    animation: dict[str, Any] = json.loads(text)
    width, height = float(animation["w"]), float(animation["h"])
    animation["assets"] = [a for a in animation.get("assets") or [] if "layers" in a]
    scale = SIDE / max(width, height)
    return json.dumps(animation).encode(), max(1, round(width * scale)), max(1, round(height * scale))


def _frames(animation: bytes, width: int, height: int) -> list[bytes]:
    engine = tvg.Engine(threads=0)
    canvas = tvg.SwCanvas(engine)
    canvas.set_target(width, height, cs=tvg.Colorspace.ABGR8888S)
    player = tvg.LottieAnimation(engine)
    picture = player.get_picture()
    if picture is None or picture.load_data(animation, "lottie", None, True) != tvg.Result.SUCCESS:
        raise ValueError("no animation")
    picture.set_size(width, height)
    canvas.add(picture)
    total = int(player.get_total_frame()[1])
    shown = sorted({(2 * part + 1) * total // (2 * COUNT) for part in range(COUNT)})
    return [_frame(canvas, player, number) for number in shown]


def _frame(canvas: Any, player: Any, number: int) -> bytes:
    player.set_frame(float(number))
    canvas.update()
    canvas.draw(True)
    canvas.sync()
    return bytes(canvas.buffer_arr)


def main() -> int:
    """Standard input to standard output; the exit status."""
    _limit()
    try:
        animation, width, height = _animation(sys.stdin.buffer.read())
        frames = _frames(animation, width, height)
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError, MemoryError):
        return 1
    sys.stdout.buffer.write(struct.pack("<3I", width, height, len(frames)) + b"".join(frames))
    return 0


if __name__ == "__main__":
    sys.exit(main())
