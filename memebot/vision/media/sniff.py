"""What a file is, from its first bytes and its outer structure. Decodes nothing; the name does not count."""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Iterator
from typing import Literal, get_args

from memebot.vision.errors import MediaError

Kind = Literal["JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF", "MP4", "WEBM", "TGS"]
READABLE = ", ".join(get_args(Kind))

_PICTURES: tuple[tuple[bytes, Kind], ...] = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"\x1a\x45\xdf\xa3", "WEBM"),
)
_OTHER_MEDIA = (
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"8BPS", "a Photoshop document"),
    (b"\0\0\1\0", "an icon"),
    (b"FLV\1", "a Flash video"),
    (b"\x30\x26\xb2\x75", "a Windows Media file"),
)
_NOT_MEDIA = (
    (b"%PDF", "a PDF document"),
    (b"PK\3\4", "a ZIP archive or an office document"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"SQLite format 3\0", "a database"),
    (b"ID3", "sound only"),
    (b"\xff\xfb", "sound only"),
    (b"fLaC", "sound only"),
)
_AVIF_BRANDS = {b"avif", b"avis"}
_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}
_MP4_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
_MAX_BOXES = 100_000
_TGS_LIMIT = 1 << 20
_END = -1
_MAX_GIF_STEPS = 4_000_000


def identify(data: bytes) -> Kind:
    """The kind of picture or video that the bytes begin like.

    Raises ``MediaError`` in one line for everything else, with what it looks like where that is cheap.
    """
    if not data:
        raise MediaError("the file is empty", "empty")
    for magic, kind in _PICTURES:
        if data.startswith(magic):
            return kind
    if data[:4] == b"RIFF":
        return _identify_riff(data)
    if data[4:8] == b"ftyp":
        return _identify_iso(data)
    if data[4:8] in _MP4_BOXES:
        return "MP4"
    if data[:2] == b"BM" and data[6:10] == bytes(4):
        return "BMP"
    if data.startswith(b"\x1f\x8b") and _is_lottie(data):
        return "TGS"
    raise _refusal(data)


def _identify_riff(data: bytes) -> Kind:
    form = data[8:12]
    if form == b"WEBP":
        return "WEBP"
    if form == b"AVI ":
        raise MediaError("AVI videos are not supported: send it as MP4", "unsupported")
    raise MediaError("not a picture: looks like sound only", "not a picture")


def _identify_iso(data: bytes) -> Kind:
    size = min(int.from_bytes(data[:4], "big"), 4096)
    brands = {data[8:12], *(data[i : i + 4] for i in range(16, min(size, len(data)), 4))}
    if brands & _AVIF_BRANDS:
        return "AVIF"
    if data[8:12] in _HEIF_BRANDS:
        raise MediaError("HEIC pictures are not supported: send it as JPEG or PNG", "unsupported")
    return "MP4"


def _refusal(data: bytes) -> MediaError:
    for magic, what in _OTHER_MEDIA:
        if data.startswith(magic):
            return MediaError(f"{what} is not supported: send it as JPEG, PNG or MP4", "unsupported")
    for magic, what in _NOT_MEDIA:
        if data.startswith(magic):
            return MediaError(f"not a picture: looks like {what}", "not a picture")
    if data.startswith(b"OggS"):
        return MediaError("Ogg files are not supported: send it as MP4 or WebM", "unsupported")
    looks = _looks_like_text(data)
    if looks:
        return MediaError(f"not a picture: looks like {looks}", "not a picture")
    return MediaError(f"not a picture or video of a known kind ({READABLE})", "not a picture")


def _is_lottie(data: bytes) -> bool:
    """Whether gzip data begins like a Telegram animated sticker; unpacks at most a megabyte."""
    try:
        text = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data, _TGS_LIMIT)
    except zlib.error:
        return False
    return text.lstrip()[:1] == b"{" and (b'"tgs"' in text or b'"layers"' in text)


def _looks_like_text(data: bytes) -> str | None:
    head = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not head:
        return "blank text"
    if b"<svg" in head:
        return "an SVG drawing, which is text: send it as PNG"
    if head.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "a web page"
    if head.startswith(b"<?xml"):
        return "an XML document"
    if head.startswith(b"#extm3u"):
        return "a playlist"
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)  # the last letter may be cut in two
    except UnicodeDecodeError:
        return None
    return "text" if all(letter.isprintable() or letter.isspace() for letter in text) else None


def is_cut_short(data: bytes, kind: Kind) -> bool:
    """Whether the outer structure promises more bytes than there are.

    Only for containers that tell; JPEG, PNG, BMP and TIFF are found out by their decoders.
    """
    if kind == "WEBP":
        return len(data) < 8 + int.from_bytes(data[4:8], "little")
    if kind in ("MP4", "AVIF"):
        return any(end > len(data) for end in _iso_box_ends(data))
    if kind == "WEBM":
        return _webm_end(data) > len(data)
    return False


def _iso_box_ends(data: bytes) -> Iterator[int]:
    """Where each top-level box of an ISO base media file (ISO/IEC 14496-12) ends."""
    at = 0
    for _ in range(_MAX_BOXES):
        if at >= len(data):
            return
        header = data[at : at + 16]
        size = int.from_bytes(header[:4], "big")
        if size == 0:  # to the end of the file
            return
        if size == 1:
            size = int.from_bytes(header[8:16], "big")
        at += max(size, 8)
        yield at


def _webm_end(data: bytes) -> int:
    """Where the segment of a Matroska file ends (RFC 8794: EBML lengths); 0 where a stream left it open."""
    at = 4
    for _ in range(2):
        length, width = _ebml_length(data[at : at + 8])
        if length is None:
            return 0
        at += width + length
        if data[at : at + 4] != b"\x18\x53\x80\x67":
            return at
        at += 4
    return at


def _ebml_length(raw: bytes) -> tuple[int | None, int]:
    """Value and width in bytes of an EBML variable-size integer; the value is None for "unknown"."""
    first = raw[0] if raw else 0
    if first == 0:
        return None, 0
    width = 9 - first.bit_length()
    value = int.from_bytes(raw[:width], "big") & ((1 << 7 * width) - 1)
    return (None if value == (1 << 7 * width) - 1 else value), width


def count_gif_frames(data: bytes, limit: int) -> int:
    """How many whole frames a GIF has, counting no further than ``limit``.

    Raises ``MediaError`` where the data ends without a trailer, or is no chain of GIF blocks at all. Junk
    after the last frame is forgiven: browsers forgive it too.
    """
    at = 13 + _palette_bytes(data, 10)
    frames = 0
    steps = 0
    while frames < limit:
        mark = data[at] if at < len(data) else _END
        if mark == 0x2C:  # image descriptor: ten bytes, a palette, the code size, then sub-blocks
            at += 11 + _palette_bytes(data, at + 9)
        elif mark == 0x21:  # extension: a label, then sub-blocks
            at += 2
        elif mark == _END:
            raise MediaError("damaged: the file is cut short")
        else:
            break
        while at < len(data) and data[at]:
            at += 1 + data[at]
            steps += 1
            if steps > _MAX_GIF_STEPS:
                raise MediaError("damaged: the GIF has too many blocks")
        at += 1
        frames += mark == 0x2C
    if not frames:
        raise MediaError("damaged: a GIF without a frame")
    return frames


def _palette_bytes(data: bytes, flags_at: int) -> int:
    flags = data[flags_at] if flags_at < len(data) else 0
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0
