"""Pictures with something to see in them, made of numbers."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Frame = NDArray[np.uint8]


def photo(seed: int, width: int = 480, height: int = 360) -> Frame:
    """Something like a photo: soft blobs of colour, hard-edged things in front, grain."""
    rng = np.random.default_rng(seed)
    small = rng.integers(0, 256, (9, 12, 3)).astype(np.float32)
    frame = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    for _ in range(60):
        corners = rng.integers((0, 0), (width, height)) + rng.integers(-70, 70, (int(rng.integers(3, 7)), 2))
        cv2.fillPoly(frame, [corners.astype(np.int32)], rng.integers(0, 256, 3).tolist())
    frame = cv2.GaussianBlur(frame, (0, 0), 0.8) + rng.normal(0, 4, frame.shape)
    return np.clip(frame, 0, 255).astype(np.uint8)
