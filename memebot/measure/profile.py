"""Where a picture's time goes, step by step, and whether another run was faster: for ``memebot bench --profile``."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from memebot.app import App, Progress, examples, open_app
from memebot.settings import Settings
from memebot.vision.compute.stages import BETWEEN, Taken, listening
from memebot.vision.errors import MediaError
from memebot.vision.media import frames

WARM = 3
"""So many pictures are explained first, unmeasured."""
PICTURE = "picture"
"""The whole way of a picture."""
STEPS = ("decode", "fingerprint", "embed", "words", "turns", "search", "compose")
"""A picture's way; what is a part of these follows where it was first heard."""


@dataclass(frozen=True, slots=True)
class PictureProfile:
    """What one picture took. ``megapixels``: of the frame that is looked at; ``lines``: of text that were read.

    ``wall_ms`` and ``processor_ms``: by step, ``picture`` for all of it, ``words/detect`` for a part; the processor's
    of a part is of the thread that called it, of the whole picture all threads'.
    """

    path: str
    megapixels: float
    lines: int
    wall_ms: Mapping[str, float]
    processor_ms: Mapping[str, float]

    def to_json(self) -> dict[str, Any]:
        """One line of a saved run."""
        rounded = {"wall_ms": _rounded(self.wall_ms), "processor_ms": _rounded(self.processor_ms)}
        return {"path": self.path, "megapixels": round(self.megapixels, 4), "lines": self.lines, **rounded}


def _rounded(times: Mapping[str, float]) -> dict[str, float]:
    return {step: round(ms, 2) for step, ms in times.items()}


@dataclass(frozen=True, slots=True)
class StepFigures:
    """A step over all pictures, in milliseconds; ``processor`` is a median, too, and what follows is processor time.

    ``share``: of the whole.
    """

    step: str
    median: float
    p95: float
    processor: float
    share: float
    per_megapixel: float
    per_line: float


@dataclass(frozen=True, slots=True)
class StepRatio:
    """A step now by then, picture by picture: lower quartile, median and upper quartile of the ratio by each clock."""

    step: str
    pictures: int
    wall: tuple[float, float, float]
    processor: tuple[float, float, float]


def profile(settings: Settings, folders: Sequence[Path], *, progress: Progress | None = None) -> list[PictureProfile]:
    """What every picture in the folders takes, or each of the examples. What cannot be read is left out."""
    paths = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    paths = paths or [path for path, _ in examples()]
    found: list[PictureProfile] = []
    with open_app(settings) as app:
        for number, path in enumerate([*paths[:WARM], *paths], start=-min(WARM, len(paths))):
            if progress:
                progress("pictures", max(0, number), len(paths))
            with suppress(MediaError):
                one = _profiled(app, path)
                found += [one] if number >= 0 else []
    return found


def _profiled(app: App, path: Path) -> PictureProfile:
    width, height = frames.load_file(path, max_bytes=app.settings.max_file_mb * 1_000_000).size
    start, processor = time.perf_counter(), time.process_time()
    with listening() as heard:
        reading = app.reader.read_file(path)
        app.explainer.explain(reading, app.settings.lang)
    whole = Taken(1, (time.perf_counter() - start) * 1000, (time.process_time() - processor) * 1000)
    steps = {PICTURE: whole, **{name: heard[name] for name in sorted(heard, key=_place)}}
    return PictureProfile(
        str(path),
        width * height / 1e6,
        len(reading.lines),
        {name: taken.wall_ms for name, taken in steps.items()},
        {name: taken.processor_ms for name, taken in steps.items()},
    )


def _place(step: str) -> tuple[int, str]:
    first = step.split(BETWEEN)[0]
    return (STEPS.index(first) if first in STEPS else len(STEPS), step)


def saved(path: Path) -> list[PictureProfile]:
    """A run that was saved, a line a picture. Raises ``ValueError`` or ``TypeError`` where it is none."""
    return [PictureProfile(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]


def table(found: Sequence[PictureProfile]) -> list[StepFigures]:
    """Every step over all pictures, parts after what they are a part of; a picture without a step took no time for it.

    ``per_megapixel`` and ``per_line`` are of all pictures together.
    """
    megapixels, lines = sum(one.megapixels for one in found), sum(one.lines for one in found)
    whole = sum(one.processor_ms[PICTURE] for one in found)
    rows = []
    for step in _steps(found):
        wall = [one.wall_ms.get(step, 0.0) for one in found]
        processor = [one.processor_ms.get(step, 0.0) for one in found]
        total = sum(processor)
        rows.append(
            StepFigures(
                step,
                float(np.median(wall)),
                float(np.percentile(wall, 95)),
                float(np.median(processor)),
                total / max(whole, 1e-9),
                total / max(megapixels, 1e-9),
                total / max(lines, 1),
            )
        )
    return rows


def compare(now: Sequence[PictureProfile], then: Sequence[PictureProfile]) -> list[StepRatio]:
    """Every step of the pictures that both runs have, by path."""
    pairs = _pairs(now, then)
    ratios = []
    for step in _steps([one for one, _ in pairs]):
        both = [(new, old) for new, old in pairs if old.wall_ms.get(step) and old.processor_ms.get(step)]
        if both:
            wall = [new.wall_ms.get(step, 0.0) / old.wall_ms[step] for new, old in both]
            processor = [new.processor_ms.get(step, 0.0) / old.processor_ms[step] for new, old in both]
            ratios.append(StepRatio(step, len(both), _quartiles(wall), _quartiles(processor)))
    return ratios


def _pairs(
    now: Sequence[PictureProfile], then: Sequence[PictureProfile]
) -> list[tuple[PictureProfile, PictureProfile]]:
    known = {one.path: one for one in then}
    return [(one, known[one.path]) for one in now if one.path in known]


def _quartiles(ratios: Sequence[float]) -> tuple[float, float, float]:
    low, middle, high = np.percentile(ratios, (25, 50, 75))
    return float(low), float(middle), float(high)


def _steps(found: Iterable[PictureProfile]) -> list[str]:
    """The steps of all pictures, each once, the whole first."""
    heard = {step for one in found for step in one.wall_ms} - {PICTURE}
    return [PICTURE, *sorted(heard, key=_place)]
