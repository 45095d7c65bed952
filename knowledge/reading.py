"""What was seen in a picture: the value that the vision stack hands to the search."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NewType

import numpy as np
from numpy.typing import NDArray

EncoderId = NewType("EncoderId", str)
"""Names one set of weights, for example ``bundled-1a2b3c4d``; vectors of two encoders are never compared."""

Lang = Literal["ru", "en"]
ELLIPSIS = "…"
_MARKS_AT_END = re.compile(r"(?:\s[&@©®°*#^~|\\]{1,2})+$")
"""What text recognition makes of emoji after a line."""
LANGS: tuple[Lang, ...] = ("ru", "en")

Vectors = NDArray[np.float32]
"""Unit-length rows, shape (views, dimensions)."""


def unit(rows: NDArray[np.floating]) -> Vectors:
    """Rows scaled to length 1; a row of zeros stays."""
    norm = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.maximum(norm, 1e-12), np.float32)


def archive(arrays: Mapping[str, NDArray[np.generic]]) -> bytes:
    """A compressed NumPy archive with a fixed date: equal arrays give equal bytes, so git sees no change."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.save(member, array, allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            target.writestr(info, member.getvalue(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


class FingerprintError(ValueError):
    """The bytes are not a fingerprint that this version can read."""


@dataclass(frozen=True, slots=True, eq=False)
class Keypoints:
    """Local features of one picture: where they are and what is there.

    ``points``: float32 (n, 2), x and y in pixels of the picture scaled to ``size``.
    ``descriptors``: uint8 (n, 128), RootSIFT times 512, clipped to 255.
    ``size``: width and height in pixels of the picture that was searched for features.
    """

    points: NDArray[np.float32]
    descriptors: NDArray[np.uint8]
    size: tuple[int, int]

    def __len__(self) -> int:
        return len(self.points)


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprint:
    """Everything that is kept of a picture in place of the picture.

    ``sha256``: hex digest of the file's bytes. ``pdq``: 32 bytes; ``pdq_quality`` 0..100, below 50 the hash
    means little. ``vectors``: per encoder, one unit row a view, the whole picture first. ``shown``: of a screen, local
    features of the picture that it shows, in pixels of their own.
    """

    sha256: str
    pdq: bytes
    pdq_quality: int
    keypoints: Keypoints
    vectors: Mapping[EncoderId, Vectors] = field(default_factory=dict)
    shown: Keypoints | None = None

    def with_vectors(self, encoder: EncoderId, vectors: Vectors) -> Fingerprint:
        """The same fingerprint that also carries this encoder's vectors."""
        return replace(self, vectors={**self.vectors, encoder: vectors})

    def to_bytes(self) -> bytes:
        """A compressed NumPy archive, the same bytes for the same fingerprint; vectors in half precision."""
        arrays: dict[str, NDArray[np.generic]] = {
            "sha256": np.frombuffer(bytes.fromhex(self.sha256), np.uint8),
            "pdq": np.frombuffer(self.pdq, np.uint8),
            "pdq_quality": np.array(self.pdq_quality, np.int16),
            **_arrays(self.keypoints, ""),
        }
        if self.shown is not None:
            arrays |= _arrays(self.shown, "shown/")
        for encoder, vectors in sorted(self.vectors.items()):
            arrays[f"vectors/{encoder}"] = vectors.astype(np.float16)
        return archive(arrays)

    @classmethod
    def from_bytes(cls, data: bytes) -> Fingerprint:
        """Read what ``to_bytes`` wrote; raises ``FingerprintError`` for anything else."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as found:
                return cls(
                    sha256=found["sha256"].tobytes().hex(),
                    pdq=found["pdq"].tobytes(),
                    pdq_quality=int(found["pdq_quality"]),
                    keypoints=_keypoints(found, ""),
                    vectors={
                        EncoderId(name.removeprefix("vectors/")): found[name].astype(np.float32)
                        for name in found.files
                        if name.startswith("vectors/")
                    },
                    shown=_keypoints(found, "shown/") if "shown/points" in found.files else None,
                )
        except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile, zipfile.LargeZipFile) as error:
            raise FingerprintError(f"not a fingerprint: {error}") from error


def _arrays(features: Keypoints, prefix: str) -> dict[str, NDArray[np.generic]]:
    return {
        f"{prefix}points": features.points.astype(np.float16),
        f"{prefix}descriptors": features.descriptors,
        f"{prefix}size": np.array(features.size, np.int32),
    }


def _keypoints(found: Mapping[str, NDArray[Any]], prefix: str) -> Keypoints:
    """What ``_arrays`` made; raises ``KeyError`` and ``ValueError`` for anything else."""
    width, height = (int(v) for v in found[f"{prefix}size"])
    points = found[f"{prefix}points"].astype(np.float32).reshape(-1, 2)
    return Keypoints(points, found[f"{prefix}descriptors"].reshape(-1, 128), (width, height))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text read from a picture.

    ``confidence`` 0..1. ``box``: left, top, width, height, as fractions of the frame's sides. ``words``: left and right
    of each word of ``text``, as fractions of the frame's width, or none where that is not known. ``doubtful``: which
    words of ``text``, counted from 0, may have been misread: nobody may be quoted with them.
    """

    text: str
    confidence: float
    lang: Lang
    box: tuple[float, float, float, float]
    frame: int = 0
    words: tuple[tuple[float, float], ...] = ()
    doubtful: tuple[int, ...] = ()

    @property
    def sure_text(self) -> str:
        """What may be quoted: "…" stands for words that may have been misread, and for all if most letters are."""
        said = self.text.split()
        letters = [sum(map(str.isalnum, word)) for word in said]
        if 2 * sum(letters[n] for n in self.doubtful if n < len(said)) > sum(letters):
            return ELLIPSIS
        kept = [ELLIPSIS if n in self.doubtful else word for n, word in enumerate(said)]
        sure = " ".join(word for n, word in enumerate(kept) if word != ELLIPSIS or kept[n - 1 : n] != [ELLIPSIS])
        return _MARKS_AT_END.sub("", sure)


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One picture (or up to four key frames of a moving one) as the search sees it.

    ``sha256`` is the file's; ``lines`` are in reading order; ``caption`` is text that came along with it.
    ``quarter_turns``: so often was the picture turned to the left before it was read, since it was not upright.
    """

    sha256: str
    frames: tuple[Fingerprint, ...]
    lines: tuple[Line, ...] = ()
    caption: str = ""
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    quarter_turns: int = 0

    @property
    def text(self) -> str:
        """All that was read, a line a line, without the caption."""
        return text_of(line.text for line in self.lines)


def text_of(lines: Iterable[str]) -> str:
    """A picture's lines as a text: what stands there several times is told once."""
    once: dict[str, str] = {}
    for line in lines:
        once.setdefault(line.casefold(), line)
    return "\n".join(once.values())
