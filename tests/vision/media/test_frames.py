"""Every kind of picture and video becomes upright RGB frames, and bad input one clear line."""

import contextlib
import errno
import gzip
import io
import os
import re
import socket
import struct
import subprocess
import sys
import threading
import zlib
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from memebot.vision.errors import MediaError, VisionError
from memebot.vision.media import frames
from memebot.vision.media.frames import load, load_file

RED, GREEN, BLUE, WHITE, BLACK = (220, 30, 40), (30, 180, 60), (40, 60, 220), (255, 255, 255), (0, 0, 0)


# --- what is drawn for the tests (test_frames_mutations.py uses these too)


def quarters(size=(48, 32), mode="RGB"):
    """Red, green, blue and white quarters: every turn and mirroring of it is another picture."""
    width, height = size
    picture = Image.new("RGB", size, RED)
    picture.paste(GREEN, (width // 2, 0, width, height // 2))
    picture.paste(BLUE, (0, height // 2, width // 2, height))
    picture.paste(WHITE, (width // 2, height // 2, width, height))
    return picture if mode == "RGB" else picture.convert(mode)


def steps(count, size=(48, 32)):
    """Pictures of a white bar that moves from left to right over blue."""
    pictures = []
    for index in range(count):
        picture = Image.new("RGB", size, BLUE)
        left = index * size[0] // count
        picture.paste(WHITE, (left, 0, left + max(2, size[0] // 4), size[1]))
        pictures.append(picture)
    return pictures


def saved(picture, kind, **options):
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def animated(pictures, kind, **options):
    return saved(pictures[0], kind, save_all=True, append_images=pictures[1:], duration=100, **options)


def can_encode(codec):
    try:
        return bool(av.codec.Codec(codec, "w"))
    except ValueError:
        return False


def video(pictures, container="mp4", codec="mpeg4", pixels="yuv420p", turned=0, every=12):
    """Pictures encoded as a video; ``every``: frames from one key frame to the next."""
    out = io.BytesIO()
    with av.open(out, "w", format=container) as target:
        stream = target.add_stream(codec, rate=10)
        stream.width, stream.height = pictures[0].size
        stream.pix_fmt = pixels
        stream.codec_context.gop_size = every
        stream.codec_context.thread_count = 1
        if "a" in pixels:
            stream.metadata["alpha_mode"] = "1"
        if turned:
            stream.set_display_rotation(turned)
        for picture in pictures:
            pixel_format = picture.mode.lower() + ("24" if picture.mode == "RGB" else "")
            frame = av.VideoFrame.from_ndarray(np.asarray(picture), format=pixel_format)
            target.mux(stream.encode(frame.reformat(format=pixels)))
        target.mux(stream.encode())
    return out.getvalue()


def sound():
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as target:
        stream = target.add_stream("aac", rate=8000)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 8000, 0, Fraction(1, 8000)
        target.mux(stream.encode(frame))
        target.mux(stream.encode())
    return out.getvalue()


def png_of(width, height, pixels=b""):
    """A PNG that claims a size and holds as little as it likes."""

    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


VIDEO_CODECS = [
    ("mp4", "mpeg4"),
    ("mp4", "libx264"),
    ("mp4", "libx265"),
    ("mov", "mjpeg"),
    ("matroska", "mpeg4"),
    ("webm", "libvpx"),
    ("webm", "libvpx-vp9"),
]


def assert_colour(pixel, expected, tolerance=12):
    assert np.abs(np.asarray(pixel, int) - expected).max() <= tolerance, (pixel, expected)


def assert_quarters(frame, tolerance=12, corners=(RED, GREEN, BLUE, WHITE)):
    height, width = frame.shape[:2]
    places = [(y, x) for y in (height // 4, height * 3 // 4) for x in (width // 4, width * 3 // 4)]
    for place, colour in zip(places, corners, strict=True):
        assert_colour(frame[place], colour, tolerance)


def refused(data, **options):
    """The reason why ``load`` refuses the bytes: always one line."""
    with pytest.raises(MediaError) as caught:
        load(data, **options)
    reason = caught.value.reason
    assert reason and "\n" not in reason and len(reason) < 200
    assert str(caught.value) == reason
    return caught.value


# --- still pictures


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP", "TIFF"])
def test_a_still_picture_of_every_kind_is_one_upright_rgb_frame(kind):
    data = saved(quarters((160, 120)), kind)
    media = load(data)
    assert (media.format, media.size, media.moving) == (kind, (160, 120), False)
    (frame,) = media.frames
    assert frame.shape == (120, 160, 3) and frame.dtype == np.uint8 and frame.flags.c_contiguous
    assert_quarters(frame)


def test_the_digest_is_of_the_bytes_and_the_same_bytes_give_the_same_frames():
    data = animated(steps(6), "WEBP")
    one, other = load(data), load(data)
    assert one.sha256 == other.sha256 and re.fullmatch("[0-9a-f]{64}", one.sha256)
    assert len(one.frames) == len(other.frames)
    assert all(np.array_equal(a, b) for a, b in zip(one.frames, other.frames, strict=True))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_the_exif_orientation_is_undone(kind, orientation):
    upright = quarters((96, 64))
    undo = {  # how a camera held so would have stored the upright picture
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(undo[orientation]) if orientation > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    media = load(saved(stored, kind, exif=exif))
    assert media.size == (96, 64)
    assert media.frames[0].shape == (64, 96, 3)
    assert_quarters(media.frames[0])


def test_a_damaged_exif_block_does_not_cost_the_picture():
    data = saved(quarters(), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")
    assert_quarters(load(data).frames[0])


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("L", "PNG"),
        ("L", "JPEG"),
        ("P", "PNG"),
        ("P", "GIF"),
        ("1", "PNG"),
        ("CMYK", "JPEG"),
        ("CMYK", "TIFF"),
        ("RGBA", "PNG"),
        ("RGBA", "WEBP"),
        ("LA", "PNG"),
        ("YCbCr", "TIFF"),
        ("L", "TIFF"),
        ("P", "BMP"),
    ],
)
def test_every_colour_mode_becomes_what_one_sees(mode, kind):
    picture = quarters(mode=mode)
    frame = load(saved(picture, kind)).frames[0]
    assert_quarters(
        frame,
        corners=[picture.convert("RGB").getpixel(place) for place in ((12, 8), (36, 8), (12, 24), (36, 24))],
        tolerance=40 if mode == "1" else 12,
    )


def test_a_cmyk_jpeg_is_not_shown_as_its_negative():
    assert_quarters(load(saved(quarters(mode="CMYK"), "JPEG", quality=95)).frames[0], tolerance=25)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bit_grey_keeps_its_levels(kind):
    levels = np.linspace(0, 65535, 64, dtype=np.uint16)[None].repeat(16, 0)
    frame = load(saved(Image.fromarray(levels), kind)).frames[0]
    assert np.abs(frame[8, :, 0].astype(int) - levels[0] // 257).max() <= 1


def test_floating_point_grey_is_stretched_from_darkest_to_brightest():
    levels = np.linspace(-3.0, 5.0, 64, dtype=np.float32)[None].repeat(16, 0)
    row = load(saved(Image.fromarray(levels), "TIFF")).frames[0][8, :, 0]
    assert row[0] == 0 and row[-1] == 255 and (np.diff(row.astype(int)) >= 0).all()


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_transparent_parts_show_white(kind):
    picture = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    picture.paste((*RED, 255), (0, 0, 32, 64))
    frame = load(saved(picture, kind, lossless=True) if kind == "WEBP" else saved(picture, kind)).frames[0]
    assert_colour(frame[32, 8], RED)
    assert_colour(frame[32, 56], WHITE)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_what_is_pale_on_nothing_is_shown_on_black(kind):
    picture = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    picture.paste((*WHITE, 255), (0, 0, 32, 64))
    frame = load(saved(picture, kind, lossless=True) if kind == "WEBP" else saved(picture, kind)).frames[0]
    assert_colour(frame[32, 8], WHITE)
    assert_colour(frame[32, 56], BLACK)


def test_a_bmp_whose_fourth_bytes_are_all_zero_is_not_transparent():
    rows = np.asarray(quarters())[::-1, :, ::-1]
    pixels = np.dstack([rows, np.zeros(rows.shape[:2], np.uint8)]).tobytes()
    masks = struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    header = struct.pack("<IiiHHIIiiII", 108, 48, 32, 1, 32, 3, len(pixels), 0, 0, 0, 0) + masks + bytes(52)
    start = struct.pack("<2sIII", b"BM", 14 + len(header) + len(pixels), 0, 14 + len(header))
    assert_quarters(load(start + header + pixels).frames[0])


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_a_transparent_palette_entry_shows_white(kind):
    picture = Image.new("P", (40, 40), 0)
    picture.putpalette([*BLACK, *GREEN])
    picture.paste(1, (0, 0, 20, 40))
    frame = load(saved(picture, kind, transparency=0)).frames[0]
    assert_colour(frame[20, 5], GREEN)
    assert_colour(frame[20, 35], WHITE)


def test_half_transparent_parts_are_mixed_with_white():
    frame = load(saved(Image.new("RGBA", (8, 8), (0, 0, 0, 128)), "PNG")).frames[0]
    assert_colour(frame[4, 4], (127, 127, 127), 2)


# --- sizes


@pytest.mark.parametrize("size", [(1, 1), (1, 60), (60, 1), (2, 2), (10, 600), (600, 10), (1, 3000)])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_small_and_thin_pictures_keep_every_pixel(kind, size):
    media = load(saved(Image.new("RGB", size, GREEN), kind))
    assert media.size == size
    assert media.frames[0].shape == (size[1], size[0], 3)
    assert_colour(media.frames[0][-1, -1], GREEN)


def test_a_tall_screenshot_keeps_its_width_and_so_its_text():
    picture = Image.new("L", (500, 20_000), 255)
    picture.paste(0, (100, 19_000, 101, 19_990))  # a stroke one pixel wide
    media = load(saved(picture, "PNG"))
    assert media.frames[0].shape == (20_000, 500, 3)
    assert media.frames[0][19_500, 100, 0] == 0 and media.frames[0][19_500, 101, 0] == 255


@pytest.mark.parametrize(
    "size",
    [(1, 1), (640, 480), (500, 20_000), (4000, 3000), (8160, 6120), (1, 26_000_000), (26_000_000, 1), (1080, 24_000)],
)
def test_a_frame_is_never_larger_than_the_picture_or_the_bounds(size):
    width, height = frames.fitted(*size)
    assert 1 <= width <= size[0] and 1 <= height <= size[1]
    assert max(width, height) <= frames.FRAME_LONG_SIDE
    assert width * height <= frames.FRAME_PIXELS * 1.001
    if min(width, height) > 20:
        assert width / height == pytest.approx(size[0] / size[1], rel=0.02)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_large_picture_is_scaled_down_and_its_original_size_reported(kind):
    exif = Image.Exif()
    exif[0x0112] = 6
    media = load(saved(quarters((3000, 4000)), kind, exif=exif))
    assert media.size == (4000, 3000)
    assert media.frames[0].shape == (1280, 1707, 3)
    assert_quarters(media.frames[0], corners=(BLUE, RED, WHITE, GREEN))


@pytest.mark.parametrize("mode", ["P", "RGBA", "LA", "CMYK", "1", "I;16"])
def test_every_colour_mode_can_be_scaled_down(mode):
    if mode == "I;16":
        picture = Image.fromarray(np.full((1400, 1500), 40_000, np.uint16))
    else:
        picture = quarters((1500, 1400), mode)
    media = load(saved(picture, "TIFF" if mode == "CMYK" else "PNG"))
    assert media.frames[0].shape == (1280, 1371, 3)


# --- moving pictures


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "AVIF", "PNG"])
def test_an_animation_gives_up_to_four_distinct_frames_in_order(kind):
    media = load(animated(steps(16), kind))
    assert media.moving and media.format == kind and media.size == (48, 32)
    assert len(media.frames) == 4
    bars = [int(np.flatnonzero(frame[16, :, 0] > 128)[0]) for frame in media.frames]
    assert bars == sorted(set(bars))


@pytest.mark.parametrize(("container", "codec"), VIDEO_CODECS)
def test_a_video_gives_up_to_four_distinct_frames_in_order(container, codec):
    if not can_encode(codec):
        pytest.skip(f"this build of FFmpeg cannot encode {codec}")
    data = video(steps(30, (96, 64)), container, codec, "yuvj420p" if codec == "mjpeg" else "yuv420p")
    media = load(data)
    assert media.moving and media.size == (96, 64)
    assert media.format == ("MP4" if container in ("mp4", "mov") else "WEBM")
    assert len(media.frames) == 4
    assert all(frame.shape == (64, 96, 3) and frame.flags.c_contiguous for frame in media.frames)
    bars = [int(np.flatnonzero(frame[32, :, 0] > 128)[0]) for frame in media.frames]
    assert bars == sorted(set(bars))
    assert_colour(media.frames[0][32, -2], BLUE, 30)


def test_a_video_in_one_group_of_pictures_is_seen_to_its_end():
    media = load(video(steps(60, (96, 64)), every=600))
    assert int(np.flatnonzero(media.frames[-1][32, :, 0] > 128)[0]) > 80


def test_a_long_video_is_jumped_through_from_key_frame_to_key_frame(monkeypatch):
    monkeypatch.setattr(frames, "_MAX_DECODED_FRAMES", 16)
    decoded = []
    original = frames._frames_of
    monkeypatch.setattr(frames, "_frames_of", lambda *given: decoded.append(given) or original(*given))
    media = load(video(steps(200, (96, 64)), every=10))
    assert int(np.flatnonzero(media.frames[-1][32, :, 0] > 128)[0]) > 80
    assert len(decoded) <= 16 + 8


@pytest.mark.parametrize("codec", ["libvpx-vp9", "libvpx"])
def test_transparent_parts_of_a_webm_sticker_show_white(codec):
    picture = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    picture.paste((*RED, 255), (0, 0, 32, 64))
    try:
        data = video([picture] * 4, "webm", codec, "yuva420p")
    except (av.error.FFmpegError, ValueError):
        pytest.skip(f"this build of FFmpeg cannot encode {codec} with transparency")
    frame = load(data).frames[0]
    assert_colour(frame[32, 8], RED, 30)
    assert_colour(frame[32, 56], WHITE)


@pytest.mark.parametrize(
    ("turned", "size", "corners"),
    [
        (90, (64, 96), (GREEN, WHITE, RED, BLUE)),
        (180, (96, 64), (WHITE, BLUE, GREEN, RED)),
        (-90, (64, 96), (BLUE, RED, WHITE, GREEN)),
    ],
)
def test_a_video_that_was_filmed_turned_is_shown_upright(turned, size, corners):
    media = load(video([quarters((96, 64))] * 3, turned=turned))
    assert media.size == size
    assert_quarters(media.frames[0], 30, corners)


def test_frames_that_look_the_same_are_given_once():
    picture = quarters()
    for data in (animated([picture, Image.new("RGB", picture.size, RED)] * 6, "WEBP"), video([picture] * 12)):
        media = load(data)
        assert media.moving
        assert len(media.frames) == 1


def test_a_blank_frame_is_given_only_where_there_is_nothing_else():
    black = Image.new("RGB", (48, 32))
    mixed = load(animated([black, quarters(), black], "WEBP", lossless=True))
    assert len(mixed.frames) == 1
    assert_quarters(mixed.frames[0])
    blank = load(video([black] * 5))
    assert len(blank.frames) == 1 and blank.frames[0].max() < 30


def test_a_caption_that_appears_is_a_different_frame():
    plain, captioned = quarters((320, 240)), quarters((320, 240))
    captioned.paste(BLACK, (20, 200, 300, 230))
    assert len(load(animated([plain, captioned], "GIF")).frames) == 2


def test_a_moving_kind_with_a_single_frame_is_a_still_picture():
    for data in (video([quarters()]), saved(quarters(), "GIF")):
        media = load(data)
        assert not media.moving and len(media.frames) == 1


def test_a_gif_of_ten_thousand_frames_is_decoded_only_as_far_as_the_bound(monkeypatch):
    pictures = [Image.new("P", (16, 16), index % 2) for index in range(2)]
    for picture in pictures:
        picture.putpalette([*RED, *BLUE])
    data = animated(pictures, "GIF")
    second = data.index(b"\x21\xf9", data.index(b"\x2c"))  # from its control block to the trailer: one frame
    many = data[:second] + data[second:-1] * 10_000 + b";"
    looked_at = []
    original = frames._rgb
    monkeypatch.setattr(frames, "_rgb", lambda *given: looked_at.append(given) or original(*given))
    media = load(many)
    assert media.moving
    assert len(looked_at) <= 8


# --- bad input


@pytest.mark.parametrize(
    ("data", "reason", "problem"),
    [
        (b"", "the file is empty", "empty"),
        (b"hello, this is a caption", "looks like text", "not a picture"),
        ("это подпись".encode(), "not a picture", "not a picture"),
        (b"   \n", "looks like blank text", "not a picture"),
        (b"%PDF-1.7\n%\xe2\xe3", "looks like a PDF document", "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "looks like an SVG drawing", "not a picture"),
        (b"<?xml version='1.0'?>\n<svg/>", "looks like an SVG drawing", "not a picture"),
        (b"<?xml version='1.0'?>\n<feed/>", "looks like an XML document", "not a picture"),
        (b"<!DOCTYPE html><title>404</title>", "looks like a web page", "not a picture"),
        (b"#EXTM3U\nhttp://localhost/a.ts", "looks like a playlist", "not a picture"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "looks like text", "not a picture"),
        (b"PK\3\4\x14\0", "looks like a ZIP archive", "not a picture"),
        (gzip.compress(b"tar", mtime=0), "looks like a gzip archive", "not a picture"),
        (gzip.compress(b'{"tgs":1,"v":"5.5.2","layers":[]}', mtime=0), "a sticker that cannot be drawn", "damaged"),
        (b"\x1f\x8b\x08garbage", "looks like a gzip archive", "not a picture"),
        (b"ID3\4\0\0\0", "sound only", "not a picture"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "sound only", "not a picture"),
        (b"RIFF\x24\0\0\0AVI LIST", "AVI videos are not supported", "unsupported"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC pictures are not supported", "unsupported"),
        (b"OggS\0\2", "Ogg files are not supported", "unsupported"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "a JPEG XL picture is not supported", "unsupported"),
        (b"\x7fELF\2\1\1", "looks like a program", "not a picture"),
        (bytes(range(128, 256)), "not a picture or video of a known kind", "not a picture"),
        (b"\0" * 100, "not a picture or video of a known kind", "not a picture"),
        (b"\xff\xd8\xff", "damaged", "damaged"),
        (b"\x89PNG\r\n\x1a\n", "damaged", "damaged"),
        (b"GIF89a", "damaged", "damaged"),
        (b"GIF89a\1\0\1\0\0\0\0;", "a GIF without a frame", "damaged"),
        (b"RIFF\4\0\0\0WEBP", "damaged", "damaged"),
        (b"\0\0\0\x10ftypmp42\0\0\0\0", "damaged", "damaged"),
        (b"\x1a\x45\xdf\xa3", "damaged", "damaged"),
        (b"BM\0\0\0\0\0\0\0\0", "damaged", "damaged"),
        (b"II*\0\x08\0\0\0", "damaged", "damaged"),
    ],
)
def test_what_is_no_picture_is_refused_in_one_line_that_says_what_it_is(data, reason, problem):
    error = refused(data)
    assert reason in error.reason
    assert error.problem == problem
    assert isinstance(error, VisionError)


def test_a_gzip_bomb_is_not_unpacked_to_see_whether_it_is_a_sticker():
    assert "gzip" in refused(gzip.compress(bytes(50_000_000))).reason


def test_the_content_decides_not_the_name(tmp_path):
    path = tmp_path / "meme.jpg"
    path.write_bytes(video(steps(4)))
    assert load_file(path).format == "MP4"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_a_picture_too_large_is_refused_from_its_header(kind, monkeypatch):
    monkeypatch.setattr(frames, "MAX_STILL_PIXELS", 40)
    monkeypatch.setattr(frames, "MAX_JPEG_PIXELS", 40)
    monkeypatch.setattr(frames, "_rgb", lambda *given: pytest.fail("it was decoded"))
    error = refused(saved(Image.new("RGB", (10, 5)), kind))
    assert "10×5 pixels" in error.reason and error.problem == "too large"


def test_a_picture_of_two_kilobytes_that_claims_50000_by_50000_pixels_is_refused(recwarn, capfd):
    assert refused(png_of(50_000, 50_000, zlib.compress(bytes(2_000_000)))).problem == "too large"
    assert "12000×12000 pixels, the limit is" in refused(png_of(12_000, 12_000)).reason  # where Pillow warns
    assert not recwarn.list and capfd.readouterr() == ("", "")


def test_a_video_too_large_is_refused_from_its_header(monkeypatch):
    data = video(steps(3))
    monkeypatch.setattr(frames, "MAX_MOVING_PIXELS", 1000)
    assert refused(data).problem == "too large"


def test_a_video_whose_stream_is_larger_than_its_header_is_not_decoded(monkeypatch):
    data = video(steps(3, (640, 480)))
    small = data.replace(struct.pack(">HH", 640, 480), struct.pack(">HH", 64, 48))
    assert small != data
    monkeypatch.setattr(frames, "MAX_MOVING_PIXELS", 64 * 64)
    assert refused(small).problem in ("too large", "damaged")


def test_an_animation_too_large_is_refused_though_a_still_picture_of_that_size_is_not(monkeypatch):
    monkeypatch.setattr(frames, "MAX_MOVING_PIXELS", 1000)
    assert refused(animated(steps(3), "WEBP")).problem == "too large"
    assert load(saved(quarters(), "WEBP")).frames


def test_too_many_bytes_are_refused_before_anything_is_read(tmp_path):
    path = tmp_path / "meme.png"
    path.write_bytes(saved(quarters(), "PNG"))
    with pytest.raises(MediaError, match=r"too large: .* MB, the limit is 5e-05 MB"):
        load_file(path, max_bytes=50)
    os.truncate(path, 10**12)  # sparse
    with pytest.raises(MediaError, match=r"too large: 1000000\.0 MB, the limit is 50 MB"):
        load_file(path)


def test_a_video_without_pictures_is_refused():
    error = refused(sound())
    assert "without pictures" in error.reason and error.problem == "not a picture"


def test_a_video_without_frames_is_refused():
    out = io.BytesIO()
    with av.open(out, "w", format="mp4", options={"movflags": "empty_moov+frag_keyframe"}) as target:
        stream = target.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        target.start_encoding()
    assert "without a frame" in refused(out.getvalue()).reason


def test_a_kind_of_video_that_is_not_expected_is_not_decoded():
    assert refused(video(steps(3), "matroska", "ffv1")).problem == "unsupported"


KINDS = ["JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP", "TIFF", "animation", "MP4", "WEBM"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_cut_short_is_refused(kind):
    if kind in ("MP4", "WEBM"):
        data = video(steps(6), "mp4" if kind == "MP4" else "matroska")
    else:
        data = animated(steps(6), "GIF") if kind == "animation" else saved(quarters(), kind)
    last = len(data) - 24  # what is missing at the very end may be a checksum or a trailer that nobody needs
    for length in sorted({*range(1, 40), *np.linspace(40, last, 60).astype(int).tolist()}):
        if not (kind == "animation" and data[length - 1 :].startswith(b"\0!\xf9")):  # there a frame ends: it is whole
            refused(data[:length])


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_without_its_end_marker_is_read(progressive):
    whole = saved(quarters(), "JPEG", progressive=progressive)
    assert whole.endswith(b"\xff\xd9")
    assert (load(whole[:-2]).frames[0] == load(whole).frames[0]).all()


def test_a_gif_without_its_trailer_is_read():
    assert_quarters(load(saved(quarters(), "GIF").removesuffix(b";")).frames[0], 30)
    assert len(load(animated(steps(3), "GIF").removesuffix(b";")).frames) == 3


@pytest.mark.parametrize("name", [b"tEXt", b"iTXt", b"zTXt", b"iCCP", b"pHYs", b"gAMA", b"eXIf", b"teSt"])
@pytest.mark.parametrize("right", [False, True])
def test_what_a_png_holds_beside_its_picture_does_not_cost_it(name, right):
    whole = saved(quarters(), "PNG")
    body = {b"zTXt": b"k\0\0", b"iCCP": b"k\0\0"}.get(name, b"k\0") + zlib.compress(bytes(3_000_000))
    chunk = struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body) ^ (not right))
    start = 8 + 25  # signature and header
    assert_quarters(load(whole[:start] + chunk + whole[start:]).frames[0])


def test_bytes_behind_the_last_box_do_not_cost_the_picture():
    for junk in (b"junk", b"PK\3\4junk" * 9, bytes(3), b"\xff\xff\xff\xffmore"):
        assert_quarters(load(saved(quarters(), "AVIF") + junk).frames[0], 40)
        assert load(video(steps(6)) + junk).moving


def test_a_bmp_may_have_anything_in_its_reserved_bytes():
    data = bytearray(saved(quarters(), "BMP"))
    data[6:10] = b"\1\2\3\4"
    assert_quarters(load(bytes(data)).frames[0])


def test_a_compressed_tiff_is_refused_in_one_line():
    assert refused(saved(quarters(), "TIFF", compression="tiff_lzw")).problem == "unsupported"


def test_a_file_with_junk_behind_it_is_read():
    for kind in ("JPEG", "PNG", "GIF", "WEBP", "BMP"):
        assert_quarters(load(saved(quarters(), kind) + b"PK\3\4junk" * 9).frames[0], 30)


# --- the file system


def file_refused(path):
    with pytest.raises(MediaError) as caught:
        load_file(path)
    assert str(path) not in caught.value.reason and "\n" not in caught.value.reason
    assert caught.value.problem in ("unreadable", "empty")
    return caught.value.reason


def test_a_file_is_read_through_a_symbolic_link(tmp_path):
    path = tmp_path / "meme.png"
    path.write_bytes(saved(quarters(), "PNG"))
    (tmp_path / "link").symlink_to(path)
    assert load_file(tmp_path / "link").sha256 == load(path.read_bytes()).sha256


def test_what_the_file_system_refuses_is_one_clear_line(tmp_path):
    assert file_refused(tmp_path / "none.png") == "no such file"
    assert file_refused(tmp_path) == "a directory, not a picture"
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    assert file_refused(loop) == "symbolic links that go round in circles"
    (tmp_path / "empty.png").touch()
    assert file_refused(tmp_path / "empty.png") == "the file is empty"
    assert file_refused(tmp_path / "empty.png" / "below") == "not a directory"
    assert file_refused(tmp_path / ("n" * 300)) == os.strerror(errno.ENAMETOOLONG).lower()
    assert file_refused(Path("a\0b")) == "not a possible file name"


def test_a_file_without_permission_is_one_clear_line(tmp_path, monkeypatch):
    path = tmp_path / "meme.png"
    path.write_bytes(saved(quarters(), "PNG"))

    def denied(*_given, **_options):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(os, "open", denied)
    assert file_refused(path) == "no permission to read it"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in this file system")
def test_pipes_devices_and_sockets_are_refused_without_waiting(tmp_path, monkeypatch):
    fifo = tmp_path / "pipe.jpg"
    os.mkfifo(fifo)
    assert file_refused(fifo) == "a pipe, not a file"
    assert file_refused(Path("/dev/zero")) == "a device, not a file"
    monkeypatch.chdir(tmp_path)  # a socket's path may not be long
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("meme.sock")
        assert file_refused(Path("meme.sock")) == "a socket, not a file"


def test_nothing_is_printed_whatever_is_refused(capfd, recwarn):
    for data in (saved(quarters(), "TIFF")[:-40], video(steps(3))[:-100], saved(quarters(), "JPEG")[:300]):
        refused(data)
    damaged = bytearray(video(steps(8)))
    damaged[200:400] = bytes(200)
    with contextlib.suppress(MediaError):
        load(bytes(damaged))
    assert capfd.readouterr() == ("", "") and not recwarn.list


def test_two_threads_may_load_at_once():
    data = [animated(steps(6), "GIF"), video(steps(6)), saved(quarters(), "JPEG"), saved(quarters(), "AVIF")]
    expected = [load(one).frames[0] for one in data]
    wrong = []

    def work():
        for _ in range(5):
            wrong.extend(
                one[:8]
                for one, frame in zip(data, expected, strict=True)
                if not np.array_equal(load(one).frames[0], frame)
            )

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_loading_a_picture_needs_no_torch():
    code = "import sys, memebot.vision.media.frames; sys.exit('torch' in sys.modules or 'cv2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_largest_transparent_png_is_read_within_half_a_gigabyte(tmp_path):
    if not Path("/proc/self/status").exists():
        pytest.skip("the peak of memory is read from /proc")
    path = tmp_path / "large.png"
    Image.new("RGBA", (6400, 4000), (*RED, 200)).save(path, compress_level=1)
    code = (
        "import sys, pathlib, memebot.vision.media.frames as f\n"
        "peak = lambda: int(open('/proc/self/status').read().split('VmHWM:')[1].split()[0]) // 1024\n"
        "before = peak()\n"
        "f.load_file(pathlib.Path(sys.argv[1]))\n"
        "print(peak() - before)\n"
    )
    run = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    assert int(run.stdout) < 500
