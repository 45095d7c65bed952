"""Pixels in, ``Reading`` out: the one door to the vision stack."""

from __future__ import annotations

import errno
import itertools
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Protocol, TypeVar

import cv2
import numpy as np

from knowledge.reading import EncoderId, Fingerprint, Line, Reading, Vectors
from memebot.vision.compute.stages import stage
from memebot.vision.compute.workers import Begun, Workers
from memebot.vision.fingerprint import fingerprint
from memebot.vision.media import frames
from memebot.vision.media.frames import Frame, Media
from memebot.vision.screens import with_screens

T = TypeVar("T")
THREADS = 2
"""That look at a picture where nothing else is said."""
TIDIED = 4
"""It takes a fiftieth of the time that one picture does."""
NO_FILES = (errno.EMFILE, errno.ENFILE)
"""No file can be opened just now."""
log = logging.getLogger(__name__)


class ImageEncoder(Protocol):
    """What the reader needs of an encoder: an id, and vectors (views, dimensions) of each frame."""

    @property
    def id(self) -> EncoderId: ...

    def embed_images(self, frames: list[Frame]) -> list[Vectors]: ...


class LineReader(Protocol):
    """What the reader needs of text recognition: the lines of one RGB frame, in reading order."""

    def load(self) -> None:
        """Get ready, not only with the first picture. What is missing is told then."""
        ...

    def read(self, frame: Frame) -> list[Line]: ...


class PictureReader:
    """Reads pictures with an encoder and a text reader; either may be missing, then its part stays empty.

    ``quarter_turns``: says of a frame and the lines read in it how many turns to the left set it upright. A picture
    that was turned in its pixels is read once more as it should stand. ``tidy``: is called after every ``TIDIED``
    pictures, to give back the memory that they needed for a moment.

    For several threads at once. It reads the words while ``workers`` see to the vectors and then read lines ahead of
    it, so one picture keeps all threads busy; where several were begun, they are read beside each other. Should text
    recognition fail on a picture, the rest of the reading stands; where no file can be opened, ``OSError`` is raised.
    """

    def __init__(
        self,
        encoder: ImageEncoder | None,
        text_reader: LineReader | None,
        *,
        max_bytes: int = frames.MAX_BYTES,
        workers: Workers | None = None,
        quarter_turns: Callable[[Frame, Sequence[Line]], int] | None = None,
        tidy: Callable[[], None] | None = None,
    ) -> None:
        self._encoder, self._text_reader, self._max_bytes = encoder, text_reader, max_bytes
        self._quarter_turns, self._tidy, self._pictures = quarter_turns, tidy, itertools.count(1)
        self._workers = workers or Workers(THREADS)
        self._embedding = Lock()
        cv2.setNumThreads(1)

    @property
    def workers(self) -> Workers:
        """The threads that look at pictures."""
        return self._workers

    def prepare(self) -> None:
        """Load what reads words beside, before the first picture asks for it."""
        if self._text_reader is not None:
            self._workers.begin(self._text_reader.load)

    def read_file(self, path: Path, *, caption: str = "") -> Reading:
        """Read a picture or clip from disk; raises ``MediaError`` with one line saying why it cannot be."""
        with stage("decode"):
            media, took = _timed(lambda: frames.load_file(path, max_bytes=self._max_bytes))
        return self._read(media, caption, took)

    def read_bytes(self, data: bytes, *, caption: str = "") -> Reading:
        """Read a picture or clip in memory; raises ``MediaError`` with one line saying why it cannot be."""
        with stage("decode"):
            media, took = _timed(lambda: frames.load(data, max_bytes=self._max_bytes))
        return self._read(media, caption, took)

    def begin_bytes(self, data: bytes) -> Begun[Reading]:
        """``read_bytes`` as soon as a thread has nothing else to do, at the latest when it is asked for."""
        return self._workers.begin_whole(self.read_bytes, data)

    def _read(self, media: Media, caption: str, decoding: float) -> Reading:
        timings = {"decode": decoding}
        lines, prints = self._seen(media, timings)
        turns = self._turns(media, lines)
        if turns:
            media = replace(media, frames=(np.ascontiguousarray(np.rot90(media.frames[0], turns)),))
            lines, prints = self._seen(media, timings)
        reading = Reading(media.sha256, tuple(prints), tuple(lines), caption, timings, quarter_turns=turns)
        if next(self._pictures) % TIDIED == 0 and self._tidy is not None:
            self._tidy()
        return with_screens(reading, media) if turns else reading  # its file does not say how it was turned

    def _seen(self, media: Media, timings: dict[str, float]) -> tuple[list[Line], list[Fingerprint]]:
        """The words and, beside them, all else."""
        prints = self._workers.begin(self._fingerprints, media, timings)
        lines = self._words(media, timings)
        return lines, prints.result()

    def _turns(self, media: Media, lines: Sequence[Line]) -> int:
        """How a still picture was turned; where that cannot be told, it was not."""
        if self._quarter_turns is None or len(media.frames) > 1:
            return 0
        try:
            return self._quarter_turns(media.frames[0], lines)
        except Exception:
            log.warning("could not tell whether a frame was turned", exc_info=True)
            return 0

    def _fingerprints(self, media: Media, timings: dict[str, float]) -> list[Fingerprint]:
        sha256 = media.sha256
        prints, timings["fingerprint"] = _timed(lambda: [fingerprint(frame, sha256) for frame in media.frames])
        encoder = self._encoder
        if encoder is None:
            return prints
        with self._embedding:  # an encoder is for one thread at a time
            vectors, timings["embed"] = _timed(lambda: encoder.embed_images(list(media.frames)))
        return [p.with_vectors(encoder.id, v) for p, v in zip(prints, vectors, strict=True)]

    @stage("words")
    def _words(self, media: Media, timings: dict[str, float]) -> list[Line]:
        """Lines of the first key frame, and what is new in the last but one: a clip's caption seldom changes."""
        reader = self._text_reader
        if reader is None:
            return []
        start = time.perf_counter()
        found: list[Line] = []
        for number in sorted({0, max(0, len(media.frames) - 2)}):
            seen = {line.text.casefold() for line in found}
            lines = _lines(reader, media.frames[number])
            found += (replace(line, frame=number) for line in lines if line.text.casefold() not in seen)
        timings["ocr"] = _since(start)
        return found

    def close(self) -> None:
        """Stop the threads."""
        self._workers.close()


def _lines(reader: LineReader, frame: Frame) -> list[Line]:
    try:
        return reader.read(frame)
    except Exception as error:
        if getattr(error, "errno", None) in NO_FILES:
            raise  # passes: an answer without the words would be kept as if there were none
        log.warning("text recognition failed on one frame", exc_info=True)
        return []


def _since(start: float) -> float:
    return (time.perf_counter() - start) * 1000


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    start = time.perf_counter()
    result = work()
    return result, _since(start)
