"""Pieces of a known picture are found where they lie: as a whole, moved apart, mirrored."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from scenes import photo

from knowledge.search.roles import Placement
from memebot.vision.fingerprint import fingerprint, verify
from memebot.vision.placement import locate

Frame = NDArray[np.uint8]


def placed(query: Frame, exemplar: Frame) -> tuple[Placement, ...]:
    seen, known = fingerprint(query, "00" * 32), fingerprint(exemplar, "11" * 32)
    return locate(seen, known, verify(seen, known))


def test_a_picture_in_a_screenshot_is_placed_in_fractions_of_it() -> None:
    frame = photo(3)
    query = np.full((720, 600, 3), 255, np.uint8)
    query[200:560, 60:540] = frame
    (whole, *_) = placed(query, frame)
    assert whole.back((0.1, 200 / 720, 0.9, 560 / 720)) == pytest.approx((0, 0, 1, 1), abs=0.03)


def test_panels_that_were_moved_apart_are_placed_one_by_one() -> None:
    upper, lower = photo(5, 480, 300), photo(6, 480, 300)
    gap = np.full((150, 480, 3), 255, np.uint8)
    query = np.vstack([upper, gap, cv2.resize(lower, (480, 240))])
    found = placed(query, np.vstack([upper, lower]))
    tops = sorted(min(piece.back((0, 450 / 690, 1, 1))[1], 2.0) for piece in found)
    assert len(found) >= 2
    assert any(piece.back((0, 450 / 690, 1, 1)) == pytest.approx((0, 0.5, 1, 1), abs=0.05) for piece in found), tops
    assert any(piece.back((0, 0, 1, 300 / 690)) == pytest.approx((0, 0, 1, 0.5), abs=0.05) for piece in found)


def test_panels_of_a_mirrored_picture_are_placed_mirrored() -> None:
    upper, lower = photo(5, 480, 300), photo(6, 480, 300)
    gap = np.full((150, 480, 3), 255, np.uint8)
    query = np.vstack([upper, gap, lower])[:, ::-1]
    found = placed(np.ascontiguousarray(query), np.vstack([upper, lower]))
    assert len(found) >= 2 and all(piece.matrix[0, 0] < 0 < piece.matrix[1, 1] for piece in found)
    assert any(piece.back((0, 0.6, 0.5, 1)) == pytest.approx((0.5, 0.5, 1, 1), abs=0.05) for piece in found)


def test_another_picture_is_nowhere() -> None:
    assert placed(photo(1), photo(2)) == ()
