"""A showing as a file: MP4 for Telegram and the browser, GIF or WebP where no video fits, PNG for the last frame."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from memebot.experiments.model import Showing

HOLD_MS = 2200
"""How long the last frame stands before a moving picture begins anew."""
_MILLISECOND = Fraction(1, 1000)
_DRAWN = 4096
"""Colours of a drawing at most, soft edges counted; a photo has more."""
_X264 = {"crf": "23", "preset": "veryfast", "tune": "animation"}


def mp4(showing: Showing) -> bytes:
    """A silent H.264 video that phones play while it loads."""
    import av

    with TemporaryDirectory() as folder:  # FFmpeg opens the file again to move its index to the front
        path = Path(folder) / "showing.mp4"
        with av.open(path, "w", options={"movflags": "+faststart"}) as container:
            stream = container.add_stream("libx264", rate=25, options=_X264)
            stream.width, stream.height = showing.frames[0].size
            stream.pix_fmt = "yuv420p"
            stream.codec_context.time_base = _MILLISECOND
            stream.codec_context.thread_count = 1  # the same bytes on every machine
            at = 0
            for picture, lasts in [*_distinct(showing), (showing.frames[-1], 0)]:
                frame = av.VideoFrame.from_image(picture)
                frame.pts, frame.time_base = at, _MILLISECOND
                container.mux(stream.encode(frame))
                at += lasts
            container.mux(stream.encode(None))
        return path.read_bytes()


def gif(showing: Showing) -> bytes:
    """An endless GIF of 128 colours."""
    frames = [frame.quantize(128, dither=Image.Dither.NONE) for frame in showing.frames]
    return _moving("GIF", frames, showing)


def webp(showing: Showing) -> bytes:
    """An endless animated WebP."""
    return _moving("WEBP", list(showing.frames), showing, quality=80)


def png(showing: Showing) -> bytes:
    """The last frame."""
    out = io.BytesIO()
    showing.frames[-1].save(out, "PNG", optimize=True)
    return out.getvalue()


def stills(showing: Showing) -> tuple[list[tuple[str, bytes]], list[int]]:
    """Each frame once, with its type, and the number of the one that is shown at each step: some stand for several."""
    pictures = {id(frame): frame for frame in showing.frames}
    numbers = {one: number for number, one in enumerate(pictures)}
    return [_still(frame) for frame in pictures.values()], [numbers[id(frame)] for frame in showing.frames]


def _still(frame: Image.Image) -> tuple[str, bytes]:
    """A drawing as a PNG of few colours, which takes half the bytes; a photo as a WebP."""
    out = io.BytesIO()
    if frame.getcolors(_DRAWN) is None:
        frame.save(out, "WEBP", quality=80, method=1)
        return "image/webp", out.getvalue()
    frame.quantize(96, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(out, "PNG")
    return "image/png", out.getvalue()


KINDS: Mapping[str, Callable[[Showing], bytes]] = {".mp4": mp4, ".gif": gif, ".webp": webp, ".png": png}
"""What a file's ending asks for."""


def _moving(kind: str, frames: list[Image.Image], showing: Showing, **options: int) -> bytes:
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=_times(showing), loop=0, **options)
    return out.getvalue()


def _distinct(showing: Showing) -> list[tuple[Image.Image, int]]:
    """Each frame with its milliseconds; one that is shown several times in a row stands longer."""
    shown: list[tuple[Image.Image, int]] = []
    for frame, lasts in zip(showing.frames, _times(showing), strict=True):
        if shown and shown[-1][0] is frame:
            lasts += shown.pop()[1]
        shown.append((frame, lasts))
    return shown


def _times(showing: Showing) -> list[int]:
    """Milliseconds of each frame."""
    return [showing.milliseconds] * (len(showing.frames) - 1) + [max(HOLD_MS, showing.milliseconds)]
