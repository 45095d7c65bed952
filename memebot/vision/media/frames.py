"""Bytes in, upright RGB frames out: still pictures by Pillow, videos by FFmpeg (PyAV), stickers by ThorVG.

The bytes come from strangers, so what is too large is refused from headers, before anything is decoded; every
loop over frames, packets or blocks has a bound; FFmpeg is told which of two demuxers to use and may open
nothing else; and whatever the libraries throw leaves here as one ``MediaError`` of one line.
"""

from __future__ import annotations

import errno
import hashlib
import io
import logging
import os
import stat
import struct
import warnings
import zlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from memebot.vision.errors import MediaError
from memebot.vision.media import lottie, sniff
from memebot.vision.media.sniff import Kind

Frame = NDArray[np.uint8]
"""One picture, (height, width, 3), RGB, upright, C-contiguous."""

MAX_BYTES: Final = 50_000_000
"""Largest file that is read, unless the caller says otherwise (Telegram gives a bot at most 20 MB)."""
MAX_JPEG_PIXELS: Final = 52_000_000
"""A telephone's 50 megapixels: JPEG is scaled down while it is decoded, so it may be larger than others."""
MAX_STILL_PIXELS: Final = 26_000_000
MAX_MOVING_PIXELS: Final = 4096 * 2304
MAX_FRAMES: Final = 4

_CANDIDATES = 8  # frames looked at to find MAX_FRAMES that differ
_MAX_DECODED_FRAMES = 400
_MAX_VIDEO_PIXELS = 400_000_000  # decoded in all, to choose from: FFmpeg takes about 3 ms a megapixel
_MAX_ANIMATION_PIXELS = 100_000_000  # an animated WebP takes about 30 ms a megapixel
_MAX_PACKETS = 50_000
_MAX_GIF_FRAMES = 100_000  # further than this frames are not even counted
_ANIMATED = ("WEBP", "AVIF", "PNG")  # these say how many frames they have; of a TIFF the first page counts
_MAX_DELAY = 32  # packets that a decoder may swallow before its first frame

FRAME_SHORT_SIDE: Final = 1280
"""A frame's shorter side is scaled down to this ..."""
FRAME_PIXELS: Final = 12_000_000
"""... and its area to this, so that a screenshot of 500 by 20,000 keeps its width, and its text."""
FRAME_LONG_SIDE: Final = 20_000
"""No side is longer than this: OpenCV cannot address more than 32,767."""

_THUMB = 32
_SAME = 2.5  # mean absolute difference of grey thumbnails, of 255; one frame encoded twice differs by about 1
_BLANK = 2.0  # standard deviation of a grey thumbnail, of 255, below which there is nothing to see

_PROBE = 4  # opening a video may decode a frame: this much larger than allowed, so that we can say how large

_FFMPEG_FORMATS: dict[Kind, str] = {"MP4": "mov", "WEBM": "matroska"}
_CODECS = "h264,hevc,mpeg4,h263,mjpeg,vp8,vp9,libvpx,libvpx-vp9,av1,libdav1d"
_ALPHA_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}  # FFmpeg's own decoders drop transparency
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ORIENTATION = 0x0112
_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)
_PALE = 192  # brightness from which something cannot be made out on white
_MUCH_PALE, _MUCH_CLEAR = 0.8, 0.25  # shares: of what is seen, that is pale; of the picture, that is see-through
_MAX_MISSING = 0.05  # share of a picture
_FILLER = 128  # what libjpeg puts where data is missing

# what Pillow's plugins and FFmpeg raise on damaged data; anything else is a fault of ours and is not hidden
_DECODER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    zlib.error,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    Image.DecompressionBombError,
    av.error.FFmpegError,
)

logging.getLogger("PIL").setLevel(logging.CRITICAL)  # what it logs of damaged files, we say in one line


@dataclass(frozen=True, slots=True, eq=False)
class Media:
    """A picture, or the key frames of a moving one.

    ``sha256``: hex digest of the file's bytes. ``frames``: one to four, distinct, in order of time, scaled
    down where larger than a reader needs (see ``fitted``). ``moving``: the file has more than one frame, even
    where only one is worth looking at. ``size``: width and height of the original, upright, in pixels.
    ``format``: what the bytes are, whatever the name said.
    """

    sha256: str
    frames: tuple[Frame, ...]
    moving: bool
    size: tuple[int, int]
    format: Kind


def load_file(path: Path, *, max_bytes: int = MAX_BYTES) -> Media:
    """``load`` of a file. Never waits for a pipe, a device or a terminal; follows symbolic links.

    Raises ``MediaError`` for all that ``load`` refuses, and for what the file system refuses; the reason does
    not name the path.
    """
    return load(_read_file(path, max_bytes), max_bytes=max_bytes)


def load(data: bytes, *, max_bytes: int = MAX_BYTES) -> Media:
    """The frames of a picture or video: the same frames for the same bytes.

    Raises ``MediaError`` for what is empty, no picture, not supported, too large, cut short or damaged. Of
    a moving picture that is damaged in the middle, the frames that can be decoded are used.
    """
    _check_bytes(len(data), max_bytes)
    kind = sniff.identify(data)
    if sniff.is_cut_short(data, kind):
        raise MediaError("damaged: the file is cut short")
    shown = sniff.needed(data, kind)
    with _decoding(kind):
        if kind in _FFMPEG_FORMATS:
            frames, moving, size = _video(shown, kind)
        elif kind == "TGS":
            frames, moving, size = _sticker(shown)
        else:
            frames, moving, size = _picture(shown, kind)
    if kind == "JPEG" and shown is not data and _missing_below(frames[0]) > _MAX_MISSING:
        raise MediaError("damaged: the file is cut short")
    return Media(hashlib.sha256(data).hexdigest(), tuple(frames), moving, size, kind)


# --- files


def _read_file(path: Path, max_bytes: int) -> bytes:
    try:
        _check_regular(path.stat(), max_bytes)
        # non-blocking: between the check and here the file may have become a pipe
        fd = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(fd, "rb") as file:
            _check_regular(os.fstat(fd), max_bytes)
            data = file.read(max_bytes + 1)
    except OSError as error:
        raise MediaError(_explain_os_error(error), "unreadable") from error
    except ValueError as error:  # a NUL or a lone surrogate
        raise MediaError("not a possible file name", "unreadable") from error
    return data


def _check_regular(status: os.stat_result, max_bytes: int) -> None:
    mode = status.st_mode
    if stat.S_ISDIR(mode):
        raise MediaError("a directory, not a picture", "unreadable")
    if not stat.S_ISREG(mode):
        what = "a pipe" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"
        raise MediaError(f"{what}, not a file", "unreadable")
    _check_bytes(status.st_size, max_bytes)


def _check_bytes(size: int, max_bytes: int) -> None:
    if size > max_bytes:
        raise MediaError(f"too large: {size / 1e6:.1f} MB, the limit is {max_bytes / 1e6:g} MB", "too large")


def _explain_os_error(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, PermissionError):
        return "no permission to read it"
    if error.errno == errno.ELOOP:
        return "symbolic links that go round in circles"
    return (error.strerror or type(error).__name__).lower()


# --- errors of the libraries


@contextmanager
def _decoding(kind: Kind) -> Iterator[None]:
    """Turns what the decoders raise into one ``MediaError``, and keeps their warnings off the screen.

    Python keeps its warning filters per process: two threads here at once may leave warnings switched off,
    so pictures are read on one thread. The frames are right in any case.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except MediaError:
            raise
        except Image.DecompressionBombError as error:
            reason = f"too large: far over the limit of {_still_limit(kind) // 1_000_000} megapixels"
            raise MediaError(reason, "too large") from error
        except MemoryError as error:
            raise MediaError("too large: not enough memory to decode it", "too large") from error
        except _DECODER_ERRORS as error:
            raise MediaError(_explain_damage(error, kind)) from error


def _explain_damage(error: Exception, kind: Kind) -> str:
    text = str(error).lower()
    if isinstance(error, EOFError) or "truncated" in text or "unexpected end" in text:
        return "damaged: the file is cut short"
    return f"damaged: begins like {kind}, but cannot be decoded"


def _still_limit(kind: Kind) -> int:
    return MAX_JPEG_PIXELS if kind == "JPEG" else MAX_STILL_PIXELS


def _check_pixels(width: int, height: int, limit: int) -> None:
    if width < 1 or height < 1:
        raise MediaError("damaged: the picture has no pixels")
    if width * height > limit:
        raise MediaError(
            f"too large: {width}×{height} pixels, the limit is {limit // 1_000_000} megapixels", "too large"
        )


# --- pictures


def _picture(data: bytes, kind: Kind) -> tuple[list[Frame], bool, tuple[int, int]]:
    count = sniff.count_gif_frames(data, _MAX_GIF_FRAMES) if kind == "GIF" else 1
    with Image.open(io.BytesIO(data), formats=[kind]) as image:
        size = image.size
        _check_pixels(*size, _still_limit(kind))
        if kind in _ANIMATED:
            count = int(getattr(image, "n_frames", 1))
        if count > 1:
            _check_pixels(*size, MAX_MOVING_PIXELS)
            candidates = _animation(image, count)
        else:
            candidates = [_still(image, kind)]
        orientation = _orientation(image)
    if (turn := _TURNS.get(orientation)) is not None:
        candidates = [candidate.transpose(turn) for candidate in candidates]
    frames = _distinct([np.array(candidate) for candidate in candidates])
    return frames, count > 1, size[::-1] if turn is not None and orientation >= 5 else size


def _still(image: ImageFile.ImageFile, kind: Kind) -> Image.Image:
    target = fitted(*image.size)
    if kind == "JPEG":
        image.draft(None, target)  # decodes a large one at a half, a quarter or an eighth of its sides
    if any(tile.codec_name == "libtiff" for tile in image.tile):  # it prints, and has a long record of holes
        raise MediaError("compressed TIFF pictures are not supported: send it as PNG or JPEG", "unsupported")
    image.load()
    if kind == "BMP" and image.mode == "RGBA" and image.getchannel("A").getextrema() == (0, 0):
        return _rgb(image.convert("RGB"), target)  # the fourth byte was never meant as transparency
    return _rgb(image, target)


def _missing_below(frame: Frame) -> float:
    """The share of a picture, at its lower end, that holds nothing but libjpeg's filler."""
    filled = np.asarray((np.abs(frame.astype(np.int16) - _FILLER) <= 1).all(axis=2))
    told = np.flatnonzero(~filled[:, -1])
    return float(filled[told[-1] + 1 if len(told) else 0 :].sum() / filled.size)


def _animation(image: ImageFile.ImageFile, count: int) -> list[Image.Image]:
    """Frames spread over the animation; later ones build on earlier ones, so there is a bound to how far."""
    target = fitted(*image.size)
    frames: list[Image.Image] = []
    try:
        for index in _spread(min(count, _decodable(*image.size, _MAX_ANIMATION_PIXELS))):
            image.seek(index)
            _check_pixels(*image.size, MAX_MOVING_PIXELS)  # a GIF's canvas may grow with a later frame
            image.load()
            frames.append(_rgb(image, target))
    except _DECODER_ERRORS:
        if not frames:
            raise
    return frames


def _rgb(image: Image.Image, target: tuple[int, int]) -> Image.Image:
    """The picture in RGB at the target size; white where transparent, black behind what is pale."""
    image = _eight_bits(image)
    see_through = image.has_transparency_data
    image = image.convert("RGBA" if see_through else "RGB")
    if image.size != target:
        image = image.resize(target, Image.Resampling.LANCZOS, reducing_gap=2.0)
    if not see_through:
        return image
    flat = Image.new("RGB", image.size, _ground(image))
    flat.paste(image, mask=image)
    return flat


def _ground(image: Image.Image) -> tuple[int, int, int]:
    """The colour on which an RGBA picture can be made out: white, unless it is pale and mostly see-through."""
    alpha = np.asarray(image.getchannel("A")) > _FILLER
    seen = int(alpha.sum())
    if not seen or 1.0 - seen / alpha.size < _MUCH_CLEAR:
        return _WHITE
    pale = int((np.asarray(image.convert("RGB").convert("L"))[alpha] >= _PALE).sum())
    return _BLACK if pale >= _MUCH_PALE * seen else _WHITE


def _eight_bits(image: Image.Image) -> Image.Image:
    """Deep grey levels brought to 0..255, where Pillow's own conversion would clip them."""
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) // 257).astype(np.uint8))
    if image.mode in ("I", "F"):  # no agreed white point: from the darkest to the brightest
        values = np.nan_to_num(np.asarray(image, np.float64))
        low, high = float(values.min()), float(values.max())
        return Image.fromarray(((values - low) * (255 / ((high - low) or 1))).astype(np.uint8))
    return image


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1..8; a damaged EXIF block does not cost the picture."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except _DECODER_ERRORS:
        return 1


# --- animated stickers


def _sticker(data: bytes) -> tuple[list[Frame], bool, tuple[int, int]]:
    candidates = lottie.render(data)
    height, width = candidates[0].shape[:2]
    shown = [np.array(_rgb(Image.fromarray(pixels), (width, height))) for pixels in candidates]
    return _distinct(shown), len(candidates) > 1, (width, height)


# --- videos


def _video(data: bytes, kind: Kind) -> tuple[list[Frame], bool, tuple[int, int]]:
    with av.open(
        io.BytesIO(data),
        format=_FFMPEG_FORMATS[kind],
        options={"max_pixels": str(_PROBE * MAX_MOVING_PIXELS), "codec_whitelist": _CODECS},
        metadata_errors="replace",
        io_open=_open_nothing,
    ) as container:
        stream = _video_stream(container)
        packets = _packets(container, stream)
        if not packets:
            raise MediaError("damaged: a video without a frame")
        context = _decoder(stream)
        budget = _decodable(context.width, context.height, _MAX_VIDEO_PIXELS)
        keys = [index for index, packet in enumerate(packets) if packet.is_keyframe]
        frames = list(_decode(context, packets, _plan(keys, len(packets), budget)))
    if not frames:
        raise MediaError("damaged: no frame of the video can be decoded")
    turns = round(frames[0].rotation / 90) % 4
    size = (frames[0].width, frames[0].height)
    arrays = [np.ascontiguousarray(np.rot90(_video_rgb(frame), turns)) for frame in frames]
    return _distinct(arrays), len(packets) > 1, size[::-1] if turns % 2 else size


def _open_nothing(url: str, flags: int, options: dict[str, str]) -> NoReturn:
    raise PermissionError(f"a video may not open other files: {url!r}")


def _video_stream(container: Any) -> Any:
    """The first stream of moving pictures; the cover of a song is not one."""
    for stream in container.streams.video:
        if not stream.disposition & av.stream.Disposition.attached_pic:
            return stream
    raise MediaError("a video without pictures: there is sound at most", "not a picture")


def _decoder(stream: Any) -> Any:
    """A decoder that refuses large frames itself, as a stream may be larger than its header says."""
    own = stream.codec_context
    if own is None or own.name not in _CODECS.split(","):
        raise MediaError("a video of a kind that is not supported: send it as H.264 in MP4", "unsupported")
    if not own.width or not own.height:
        raise MediaError("damaged: the video has no frame size, or one far too large")
    _check_pixels(own.width, own.height, MAX_MOVING_PIXELS)
    own.thread_count = 1  # frame threads would cost memory and delay each frame
    see_through = {name.lower(): value for name, value in stream.metadata.items()}.get("alpha_mode") == "1"
    if not see_through or own.name not in _ALPHA_DECODERS:
        own.options = {"max_pixels": str(MAX_MOVING_PIXELS)}
        return own
    context = av.CodecContext.create(_ALPHA_DECODERS[own.name], "r")
    context.width, context.height, context.extradata = own.width, own.height, own.extradata
    context.thread_count = 1
    context.options = {"max_pixels": str(MAX_MOVING_PIXELS)}
    return context


def _packets(container: Any, stream: Any) -> list[Any]:
    """The stream's packets, as far as they can be read: no decoding, and no more memory than the file."""
    packets: list[Any] = []
    try:
        for packet in container.demux(stream):
            if packet.size:
                packets.append(packet)
            if len(packets) == _MAX_PACKETS:
                break
    except av.error.FFmpegError:
        if not packets:
            raise
    return packets


def _plan(keys: Sequence[int], count: int, budget: int) -> list[tuple[int, int]]:
    """From which packet to which to decode, for one frame each, spread over the video.

    Each run begins at a key frame or where the one before ended; together they are up to ``budget`` frames.
    """
    allowance = max(1, budget // _CANDIDATES)
    runs: list[tuple[int, int]] = []
    position = 0
    for target in _spread(count):
        before = bisect_right(keys, target)
        start = max(position, keys[before - 1] if before else 0)
        stop = min(max(start, target), start + allowance - 1, count - 1)
        runs.append((start, stop))
        position = stop + 1
    return [run for run in runs if run[0] <= run[1]]


def _decode(context: Any, packets: Sequence[Any], runs: Sequence[tuple[int, int]]) -> Iterator[Any]:
    """The last frame of each run. A decoder holds some frames back, so a run may read on until one comes."""
    fed = 0
    for start, stop in runs:
        if start > fed:
            context.flush_buffers()
            fed = start
        latest = None
        while fed < len(packets) and (fed <= stop or (latest is None and fed <= stop + _MAX_DELAY)):
            latest = [latest, *_frames_of(context, packets[fed])][-1]
            fed += 1
        if latest is None and fed == len(packets):
            latest = [latest, *_frames_of(context, None)][-1]
        if latest is not None:
            yield latest


def _frames_of(context: Any, packet: Any) -> list[Any]:
    """The frames that a packet gives; a damaged packet gives none. None asks for what was held back."""
    try:
        return list(context.decode(packet))
    except (av.error.FFmpegError, ValueError):
        return []


def _video_rgb(frame: Any) -> Frame:
    """One decoded frame in RGB at the target size; transparent parts show white."""
    width, height = fitted(frame.width, frame.height)
    see_through = any(component.is_alpha for component in frame.format.components)
    layout = "rgba" if see_through else "rgb24"
    pixels: Frame = frame.reformat(width, height, format=layout).to_ndarray()
    return np.array(_rgb(Image.fromarray(pixels), (width, height))) if see_through else pixels


# --- which frames, how large


def fitted(width: int, height: int) -> tuple[int, int]:
    """The size of the frame handed on for an original of this size: never larger, never without pixels.

    >>> fitted(500, 20_000), fitted(4000, 3000)
    ((500, 20000), (1707, 1280))
    """
    scale = min(
        1.0,
        FRAME_SHORT_SIDE / min(width, height),
        (FRAME_PIXELS / (width * height)) ** 0.5,
        FRAME_LONG_SIDE / max(width, height),
    )
    return max(1, round(width * scale)), max(1, round(height * scale))


def _decodable(width: int, height: int, pixels: int) -> int:
    """How many frames of this size may be decoded to choose from: a bound to the time for one file."""
    return max(_CANDIDATES, min(_MAX_DECODED_FRAMES, pixels // (width * height)))


def _spread(count: int) -> list[int]:
    """Up to ``_CANDIDATES`` indexes, the middles of equal parts of ``range(count)``."""
    middles = {(2 * part + 1) * count // (2 * _CANDIDATES) for part in range(_CANDIDATES)}
    return sorted(middles) if count else []


def _distinct(frames: list[Frame]) -> list[Frame]:
    """Up to ``MAX_FRAMES`` frames that differ, in their order; blank ones only if there are no others.

    The first is kept, then always the one that differs most from those kept, while it differs visibly.
    """
    if len(frames) < 2:
        return frames
    thumbs = [_thumbnail(frame) for frame in frames]
    seen = [index for index, thumb in enumerate(thumbs) if thumb.std() >= _BLANK] or [0]
    kept = seen[:1]
    while len(kept) < MAX_FRAMES:
        distances = {index: min(_difference(thumbs[index], thumbs[k]) for k in kept) for index in seen}
        best = max(seen, key=distances.__getitem__)
        if distances[best] < _SAME:
            break
        kept.append(best)
    return [frames[index] for index in sorted(kept)]


def _thumbnail(frame: Frame) -> NDArray[np.float32]:
    small = Image.fromarray(frame).resize((_THUMB, _THUMB), Image.Resampling.BOX, reducing_gap=2.0)
    return np.asarray(small.convert("L"), np.float32)


def _difference(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return float(np.abs(one - other).mean())
