"""A screen that shows a picture: where the picture is, and its local features at the size that it needs.

A phone's screen is searched for features as one picture, so small that a picture which fills a third of it keeps few
of its own. Here the picture is found first: it is the largest piece that hangs together, since lines of text, buttons
and messages stand apart from each other. Then it is searched in as many pixels as any other picture, since features
are known again at nearly the same size alone; and so is what lies around it, so a caption above or below is seen as
well.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from knowledge.reading import Fingerprint, Keypoints, Reading
from memebot.vision.compute.stages import stage
from memebot.vision.encoder.views import without_borders
from memebot.vision.fingerprint import fingerprint, keypoints
from memebot.vision.media.frames import Media

Frame = NDArray[np.uint8]
Box = tuple[int, int, int, int]

_SIDE = 640  # pixels of the longer side in which pieces are told apart
_EDGE = 16  # least difference between neighbouring pixels, of 255
_LEAST, _MOST = 0.04, 0.7  # of the screen: what is smaller is a button, what is larger is seen well with all of it
_FRAME = 0.95  # a line around everything is no picture
_LEAST_SIDE = 0.08
_CORNER = 0.04  # of a piece's sides
_LARGER = 2.5  # times the pixels of any other picture, at most
_AROUND, _BESIDE = 0.25, 0.1  # of the picture's height and width: room for a caption, and for an edge that was missed


def seen_fingerprint(frame: Frame, sha256: str) -> Fingerprint:
    """What is kept of an RGB frame (H, W, 3) that somebody sent: also of the picture that a screen shows."""
    return replace(fingerprint(frame, sha256), shown=shown_features(frame))


def with_screens(reading: Reading, media: Media) -> Reading:
    """The reading with what its frames show on screens, where ``media`` is what was read or a part of it.

    For those pictures that are looked for among earlier ones: an answer does without.
    """
    frames = iter(media.frames)
    seen = []
    for one in reading.frames:
        frame = next(frames, None) if one.sha256 == media.sha256 else None
        seen.append(replace(one, shown=shown_features(frame)) if frame is not None and one.shown is None else one)
    return replace(reading, frames=tuple(seen))


@stage("screen")
def shown_features(frame: Frame) -> Keypoints | None:
    """Local features of the picture that this frame shows on a screen, and of what lies close around it.

    None where nothing stands out, or a piece that is nearly all of the frame.
    """
    box = shown_box(frame)
    if box is None:
        return None
    left, top, right, bottom = box
    beside, around = round((right - left) * _BESIDE), round((bottom - top) * _AROUND)
    part = frame[max(0, top - around) : bottom + around, max(0, left - beside) : right + beside]
    larger = part.shape[0] * part.shape[1] / _picture_area(frame[top:bottom, left:right])
    return keypoints(np.ascontiguousarray(part), around=min(larger, _LARGER))


def _picture_area(piece: Frame) -> int:
    """Pixels of the picture alone: in a chat a piece is a message, with an edge, rounded corners and the time."""
    down, across = (round(side * _CORNER) for side in piece.shape[:2])
    inside = without_borders(np.ascontiguousarray(piece[down : -down or None, across : -across or None]))
    return int(inside.shape[0] * inside.shape[1])


def shown_box(frame: Frame) -> Box | None:
    """Left, top, right, bottom in pixels of the largest piece of the frame that hangs together.

    None if nothing does, or if that is about the whole frame.
    """
    height, width = frame.shape[:2]
    scale = min(1.0, _SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), size, interpolation=cv2.INTER_AREA)
    touching = np.ones((3, 3), np.uint8)
    edges = (cv2.morphologyEx(small, cv2.MORPH_GRADIENT, touching) > _EDGE).astype(np.uint8)
    joined = cv2.morphologyEx(edges, cv2.MORPH_CLOSE, touching)
    _, _, pieces, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    area = pieces[:, cv2.CC_STAT_WIDTH].astype(np.int64) * pieces[:, cv2.CC_STAT_HEIGHT]
    area[(area > _FRAME * joined.size) | (np.arange(len(area)) == 0)] = 0  # piece 0 is the ground
    largest = int(area.argmax())
    sides = pieces[largest, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    if not _LEAST < area[largest] / joined.size < _MOST or sides.min() < _LEAST_SIDE * max(size):
        return None
    left, top, wide, high = (pieces[largest, :4] / scale).round().astype(int).tolist()
    return left, top, left + wide, top + high
