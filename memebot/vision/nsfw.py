"""Does a picture look indecent? A local detector as an optional extra: it only ever makes a flag for an admin.

The detector is NudeNet's small one (a YOLOv8 of 12 MB whose weights are in its wheel, run by onnxruntime). Its
licence file is the AGPL, which is why it is an extra that people install themselves and no dependency.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from memebot.vision.errors import VisionError

Frame = NDArray[np.uint8]
Detect = Callable[[Frame], list[dict[str, Any]]]

EXTRA = "pip install 'memebot[nsfw]'"
INDECENT = frozenset(
    {
        "ANUS_EXPOSED",
        "BUTTOCKS_EXPOSED",
        "FEMALE_BREAST_EXPOSED",
        "FEMALE_GENITALIA_EXPOSED",
        "MALE_GENITALIA_EXPOSED",
    }
)


class DetectorError(VisionError):
    """The detector is installed and does not work; the message says what mends it."""


class IndecencyDetector:
    """Scores pictures 0..1. Use it from one thread at a time."""

    def __init__(self, detect: Detect) -> None:
        self._detect = detect

    def score(self, frames: Iterable[Frame]) -> float:
        """How sure the detector is of the most indecent thing in these RGB frames (H, W, 3); 0 for nothing."""
        found = (one for frame in frames for one in self._detect(np.ascontiguousarray(frame[..., ::-1])))
        return max((float(one["score"]) for one in found if one["class"] in INDECENT), default=0.0)


def installed() -> bool:
    """Whether the extra is there, without loading it."""
    return importlib.util.find_spec("nudenet") is not None


def load() -> IndecencyDetector | None:
    """The detector, ready to use; ``None`` where the extra is not installed.

    Raises ``DetectorError`` where it is installed and broken. Nothing is downloaded.
    """
    if not installed():
        return None
    try:
        from nudenet import NudeDetector

        return IndecencyDetector(NudeDetector(providers=["CPUExecutionProvider"]).detect)
    except Exception as error:
        raise DetectorError(
            f"the indecency detector cannot be loaded: {error}; install it anew with `{EXTRA}`"
        ) from error
