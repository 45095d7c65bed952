"""Thousands of damaged pictures of every kind: each loads or is refused in one line, within time and memory.

The cases run in a process of their own (this file as a script), so that a crash of a C library fails one test
and names the case, and a hang is ended by a watchdog that works inside C code too.
"""

import faulthandler
import random
import struct
import subprocess
import sys
import time
from pathlib import Path

CASES_PER_SAMPLE = 250
MAX_SECONDS_PER_CASE = 30
MAX_GROWTH_MB = 900
"""A damaged header may claim any size that is allowed (26 megapixels), and that much may be decoded."""

HEADER = 64
EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def samples():
    """One small file of every kind and variant that ``load`` takes, by name."""
    from PIL import Image
    from test_frames import animated, can_encode, quarters, saved, sound, steps, video

    size, pictures = (24, 18), steps(4, (24, 18))
    still = {
        "jpeg": saved(quarters(size), "JPEG"),
        "jpeg progressive": saved(quarters(size), "JPEG", progressive=True),
        "jpeg cmyk": saved(quarters(size, "CMYK"), "JPEG"),
        "jpeg exif": saved(quarters(size), "JPEG", exif=rotated(Image.Exif())),
        "png": saved(quarters(size, "RGBA"), "PNG"),
        "png palette": saved(quarters(size, "P"), "PNG", transparency=0),
        "png 16 bit": saved(quarters(size, "L").convert("I;16"), "PNG"),
        "png exif": saved(quarters(size), "PNG", exif=rotated(Image.Exif())),
        "webp": saved(quarters(size), "WEBP"),
        "webp lossless": saved(quarters(size, "RGBA"), "WEBP", lossless=True),
        "avif": saved(quarters(size), "AVIF", speed=10),
        "gif": saved(quarters(size), "GIF"),
        "bmp": saved(quarters(size), "BMP"),
        "bmp palette": saved(quarters(size, "P"), "BMP"),
        "tiff": saved(quarters(size), "TIFF"),
        "tiff deflate": saved(quarters(size, "CMYK"), "TIFF", compression="tiff_adobe_deflate"),
        "tiff grey": saved(quarters(size, "L"), "TIFF"),
    }
    moving = {
        "apng": animated(pictures, "PNG"),
        "gif animated": animated(pictures, "GIF"),
        "webp animated": animated(pictures, "WEBP"),
        "avif sequence": animated(pictures, "AVIF", speed=10),
        "mp4 mpeg4": video(steps(6, (32, 32))),
        "mkv mpeg4": video(steps(6, (32, 32)), "matroska"),
        "mp4 turned": video(steps(3, (32, 32)), turned=90),
        "mp4 sound only": sound(),
    }
    videos = [("mp4", "libx264"), ("webm", "libvpx"), ("webm", "libvpx-vp9")]
    for container, codec in videos:
        if can_encode(codec):
            moving[f"{container} {codec}"] = video(steps(6, (64, 64)), container, codec)
    return still | moving


def rotated(exif):
    exif[0x0112] = 6
    return exif


def mutated(data, others, chance):
    """The file with one to three things done to it that damage, transfer or attacks do to files."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        data = chance.choice(MUTATIONS)(bytearray(data), others, chance)
    return bytes(data)


def flip_bytes(data, _others, chance):
    for _ in range(chance.randint(1, 8)):
        if data:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return data


def overwrite_header(data, _others, chance):
    for _ in range(chance.randint(1, 4)):
        if data:
            data[chance.randrange(min(HEADER, len(data)))] = chance.choice((0, 1, 127, 128, 255))
    return data


def overwrite_number(data, _others, chance):
    value, layout = chance.choice(EXTREMES), chance.choice((">H", "<H", ">I", "<I"))
    raw = struct.pack(layout, value & (0xFFFF if layout[1] == "H" else 0xFFFFFFFF))
    at = chance.randrange(max(1, min(1024, len(data)) - len(raw)))
    data[at : at + len(raw)] = raw
    return data


def overwrite_run(data, _others, chance):
    at, length = chance.randrange(len(data) + 1), chance.randint(1, 64)
    data[at : at + length] = chance.choice((bytes(length), b"\xff" * length, chance.randbytes(length)))
    return data


def truncate(data, _others, chance):
    return data[: chance.randrange(len(data) + 1)]


def insert(data, _others, chance):
    at = chance.randrange(len(data) + 1)
    data[at:at] = chance.randbytes(chance.randint(1, 64))
    return data


def delete(data, _others, chance):
    at = chance.randrange(len(data) + 1)
    del data[at : at + chance.randint(1, 64)]
    return data


def repeat(data, _others, chance):
    at, end = sorted((chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)))
    data[at:at] = data[at:end] * chance.randint(1, 8)
    return data


def splice(data, others, chance):
    other = chance.choice(others)
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other)) :]


MUTATIONS = (
    flip_bytes,
    overwrite_header,
    overwrite_number,
    overwrite_run,
    truncate,
    insert,
    delete,
    repeat,
    splice,
)


def peak_mb():
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024


def main():
    """Run all cases; the last line of the output is the case that was running, or the summary."""
    from memebot.vision.errors import MediaError
    from memebot.vision.media.frames import load

    files = samples()
    for name, data in files.items():
        check(load, MediaError, name, data)
    before, loaded, refused, slowest = peak_mb(), 0, 0, (0.0, "")
    for name, data in files.items():
        for number in range(CASES_PER_SAMPLE):
            label = f"{name} {number}"
            print(label, flush=True)
            case = mutated(data, list(files.values()), random.Random(label))
            faulthandler.dump_traceback_later(MAX_SECONDS_PER_CASE, exit=True)
            began = time.monotonic()
            whole = check(load, MediaError, label, case)
            slowest = max(slowest, (time.monotonic() - began, label))
            faulthandler.cancel_dump_traceback_later()
            loaded, refused = loaded + whole, refused + (not whole)
    growth = peak_mb() - before
    print(f"slowest {slowest[0]:.2f} s in {slowest[1]}, {growth:.0f} MB more at the peak")
    print(f"loaded {loaded} refused {refused} growth {growth:.0f}")


def check(load, media_error, label, data):
    """Whether the file loads; raises for anything but frames as promised or one clear line."""
    try:
        media = load(data)
    except media_error as error:
        if not error.reason or "\n" in error.reason or len(error.reason) > 200:
            raise ValueError(f"{label}: no clear line: {error.reason!r}") from error
        return False
    if not 1 <= len(media.frames) <= 4:
        raise ValueError(f"{label}: {len(media.frames)} frames")
    for frame in media.frames:
        if frame.ndim != 3 or frame.shape[2] != 3 or frame.dtype != "uint8" or not frame.flags.c_contiguous:
            raise ValueError(f"{label}: a frame of {frame.shape} {frame.dtype}")
    return True


def test_damaged_pictures_of_every_kind_load_or_are_refused_within_time_and_memory():
    command = [sys.executable, "-X", "faulthandler", __file__]
    run = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    last = run.stdout.strip().splitlines()[-1:]
    assert run.returncode == 0, f"ended with {run.returncode} in the case {last}:\n{run.stderr[-4000:]}"
    assert run.stderr == "", "the libraries printed something"
    words = last[0].split()
    loaded, refused, growth = int(words[1]), int(words[3]), int(words[5])
    assert loaded + refused >= 2000
    assert loaded > 100 and refused > 1000
    assert growth < MAX_GROWTH_MB


if __name__ == "__main__":
    main()
