"""Memory over many pictures of all sizes: whether there is a bound that it keeps to."""

from __future__ import annotations

import io
import math
import random
from pathlib import Path

from PIL import Image

from memebot.app import Progress, examples, open_app
from memebot.measure.bench import Figure
from memebot.measure.evaluation import peak_memory_mb
from memebot.settings import Settings

SIDES = (48, 4000)
"""Pixels of the longer side, the shortest and the longest; as many pictures are twice as large as half."""
STRETCH = 2.0
"""So many times wider or higher than drawn is a picture at most: another shape makes other arrays."""


def measure_memory(settings: Settings, pictures: int, progress: Progress) -> list[Figure]:
    """The memory of a process that explains so many pictures, one after the other, no two of one size."""
    rng, drawn = random.Random(0), [Image.open(path).convert("RGB") for path, _ in examples()]
    with open_app(settings) as app:
        figures = [Figure("memory, idle", resident_mb(), "MB", "≤ 350")]
        for number in range(pictures):
            progress("pictures", number, pictures)
            app.explainer.explain(app.reader.read_bytes(_resized(rng, drawn[number % len(drawn)])), "ru")
            if number + 1 in {pictures // 2, pictures}:
                figures.append(Figure(f"memory after {number + 1} pictures", resident_mb(), "MB", "≤ 750"))
    return [*figures, Figure("peak memory", peak_memory_mb(), "MB", "≤ 1000")]


def resident_mb() -> float:
    """What the process holds now, in MB; where the system does not say, the most that it ever held."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except OSError:
        return peak_memory_mb()
    return pages * 4096 / 2**20


def _resized(rng: random.Random, image: Image.Image) -> bytes:
    longer = math.exp(rng.uniform(*map(math.log, SIDES)))
    shape = image.width / image.height * STRETCH ** rng.uniform(-1, 1)
    size = tuple(max(16, round(longer * side)) for side in (min(1.0, shape), min(1.0, 1 / shape)))
    out = io.BytesIO()
    image.resize((size[0], size[1])).save(out, "JPEG", quality=rng.randint(60, 95))
    return out.getvalue()
