"""What a file is, from its first bytes and its outer structure. Decodes nothing; the name does not count."""

from __future__ import annotations

import codecs
import struct
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
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture", "JPEG XL"),
    (b"\xff\x0a", "a JPEG XL picture", "JPEG XL"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture", "JPEG 2000"),
    (b"8BPS", "a Photoshop document", "Photoshop"),
    (b"\0\0\1\0", "an icon", "ICO"),
    (b"FLV\1", "a Flash video", "Flash"),
    (b"\x30\x26\xb2\x75", "a Windows Media file", "Windows Media"),
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
_ISO_BOXES = _MP4_BOXES | {b"meta", b"moof", b"mfra", b"sidx", b"styp", b"uuid", b"udta", b"emsg", b"prft", b"pdin"}
_BMP_HEADERS = {12, 16, 40, 52, 56, 64, 108, 124}
_PNG_START = 8
_PNG_SHOWN = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"acTL", b"fcTL", b"fdAT", b"eXIf"}
_MAX_BOXES = 100_000
_TGS_LIMIT = 1 << 20
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
    if _is_bmp(data):
        return "BMP"
    if data.startswith(b"\x1f\x8b") and _is_lottie(data):
        return "TGS"
    raise _refusal(data)


def _is_bmp(data: bytes) -> bool:
    """By the four reserved bytes, or by the size of the second header: some programs write into the reserved ones."""
    header = int.from_bytes(data[14:18], "little")
    return data[:2] == b"BM" and (data[6:10] == bytes(4) or header in _BMP_HEADERS)


def _identify_riff(data: bytes) -> Kind:
    form = data[8:12]
    if form == b"WEBP":
        return "WEBP"
    if form == b"AVI ":
        raise MediaError("AVI videos are not supported: send it as MP4", "unsupported", format="AVI")
    raise MediaError("not a picture: looks like sound only", "not a picture")


def _identify_iso(data: bytes) -> Kind:
    size = min(int.from_bytes(data[:4], "big"), 4096)
    brands = {data[8:12], *(data[i : i + 4] for i in range(16, min(size, len(data)), 4))}
    if brands & _AVIF_BRANDS:
        return "AVIF"
    if data[8:12] in _HEIF_BRANDS:
        raise MediaError("HEIC pictures are not supported: send it as JPEG or PNG", "unsupported", format="HEIC")
    return "MP4"


def _refusal(data: bytes) -> MediaError:
    for magic, what, name in _OTHER_MEDIA:
        if data.startswith(magic):
            reason = f"{what} is not supported: send it as JPEG, PNG or MP4"
            return MediaError(reason, "unsupported", format=name)
    for magic, what in _NOT_MEDIA:
        if data.startswith(magic):
            return MediaError(f"not a picture: looks like {what}", "not a picture")
    if data.startswith(b"OggS"):
        return MediaError("Ogg files are not supported: send it as MP4 or WebM", "unsupported", format="Ogg")
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
        return any(end > len(data) for _, end in _iso_boxes(data))
    if kind == "WEBM":
        return _webm_end(data) > len(data)
    return False


def needed(data: bytes, kind: Kind) -> bytes:
    """The bytes that the picture needs: decoders fall out over others that no viewer looks at.

    Of a PNG the texts, profiles and whatever else is not shown are left out, and so is what its checksum shows to be
    damaged, as far as the picture can do without; of ISO media what follows the last box; a JPEG gets the end
    marker that it lacks.
    """
    if kind == "PNG":
        return _shown_chunks(data)
    if kind in ("MP4", "AVIF"):
        return data[: max((min(end, len(data)) for _, end in _iso_boxes(data)), default=len(data))]
    if kind == "JPEG" and lacks_jpeg_end(data):
        return data + b"\xff\xd9"
    return data


def lacks_jpeg_end(data: bytes) -> bool:
    """Whether there is no end marker (ITU-T T.81, B.1.1.3) after the last scan, whatever follows it."""
    return data.rfind(b"\xff\xd9") < data.rfind(b"\xff\xda")


def _shown_chunks(data: bytes) -> bytes:
    """A PNG of the chunks (W3C PNG, 5.3) that are shown; from where the chain breaks, as it is."""
    parts, at = [data[:_PNG_START]], _PNG_START
    while at + 12 <= len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        end = at + 12 + size
        if end > len(data):
            break
        optional = name[:1].islower() and name != b"fdAT"
        whole = not optional or zlib.crc32(data[at + 4 : end - 4]) == int.from_bytes(data[end - 4 : end], "big")
        if name in _PNG_SHOWN and whole:
            parts.append(data[at:end])
        at = end
        if name == b"IEND":
            return b"".join(parts)
    return b"".join(parts) + data[at:]


def _iso_boxes(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Type and end of each top-level box of an ISO base media file (ISO/IEC 14496-12), as far as there are boxes."""
    at = 0
    for _ in range(_MAX_BOXES):
        header = data[at : at + 16]
        size, name = int.from_bytes(header[:4], "big"), header[4:8]
        if name not in _ISO_BOXES and (at or not name):
            return
        if size == 0:  # to the end of the file
            yield name, len(data)
            return
        if size == 1:
            size = int.from_bytes(header[8:16], "big")
        at += max(size, 8)
        yield name, at


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

    Raises ``MediaError`` where the data ends within a block, or is no chain of GIF blocks at all. Junk
    after the last frame, and a trailer that is missing, are forgiven: browsers forgive them too.
    """
    at = 13 + _palette_bytes(data, 10)
    frames = 0
    steps = 0
    mark = 0
    while frames < limit and at < len(data):
        mark = data[at]
        if mark == 0x2C:  # image descriptor: ten bytes, a palette, the code size, then sub-blocks
            at += 11 + _palette_bytes(data, at + 9)
        elif mark == 0x21:  # extension: a label, then sub-blocks
            at += 2
        else:
            break
        while at < len(data) and data[at]:
            at += 1 + data[at]
            steps += 1
            if steps > _MAX_GIF_STEPS:
                raise MediaError("damaged: the GIF has too many blocks")
        frames += mark == 0x2C
        if at >= len(data):  # the sub-blocks end with an empty one, which is not there
            raise MediaError("damaged: the file is cut short")
        at += 1
    if mark == 0x21 and frames < limit:
        raise MediaError("damaged: the file is cut short")
    if not frames:
        raise MediaError("damaged: the file is cut short" if at >= len(data) else "damaged: a GIF without a frame")
    return frames


def _palette_bytes(data: bytes, flags_at: int) -> int:
    flags = data[flags_at] if flags_at < len(data) else 0
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0
