"""Is a text about machine learning at all, and is it about people who were harmed?

Two linear models over the whole text, each over its words and, where a sentence encoder is at hand, over its
meaning. They are trained on the regression texts and the entries by ``memebot kb calibrate --out``; at run time they
are two sums. The features of the words are hashed: stems, pairs of stems, pieces of four and five letters, and how
many grave words there are.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from knowledge.reading import EncoderId, Vectors, archive
from knowledge.search.calibration import sigmoid
from knowledge.stems import grave_stems, stems, words

BUCKETS = 1 << 16
PIECES = (4, 5)
CLIP = 4.0
GRAVE = 0.5
"""From this probability on a text is about harm, and nothing is told beside it."""
FEWEST_WORDS = 3
"""Words of a sentence that is judged apart from the text around it."""
ABOUT_COLUMN, GRAVE_COLUMN = 0, 1
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")


class SubjectError(ValueError):
    """The bytes are not a model of subjects that this version can read."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a text is about. ``about``: 0..1, grows with its being about machine learning, .5 for nobody knows.
    ``grave``: the probability that it is about death, injury, war or illness."""

    about: float
    grave: float


NO_SUBJECT = Subject(0.0, 0.0)
"""Where there is no model."""


def scaled(logit: float) -> float:
    """``about`` of a logarithm of odds."""
    return (min(max(logit, -CLIP), CLIP) + CLIP) / (2 * CLIP)


@dataclass(frozen=True, slots=True, eq=False)
class SubjectModel:
    """``words``: weights of the hashed features, float32 (BUCKETS, 2), and ``words_bias`` (2,), the columns as
    ``ABOUT_COLUMN`` and ``GRAVE_COLUMN`` say. ``meaning`` (dimensions, 2) weighs the vectors of ``encoder`` less
    ``centre``; ``joint`` (3, 2): what words and meaning count together, and the bias.
    """

    words: NDArray[np.float32]
    words_bias: NDArray[np.float32]
    encoder: EncoderId | None = None
    centre: NDArray[np.float32] | None = None
    meaning: NDArray[np.float32] | None = None
    joint: NDArray[np.float32] | None = None

    def reads(self, encoder: EncoderId) -> bool:
        """Whether it was trained on this encoder's vectors, or on the same model's in another precision."""
        return self.encoder is not None and self.encoder.partition("/")[0] == encoder.partition("/")[0]

    def judge(self, text: str, vector: Vectors | None = None) -> Subject:
        """What the text is about; ``vector``: its meaning under ``encoder``, one row, where that is known.

        It is about harm also if a single sentence of it is, by its words: a long joke before it does not hide it.
        """
        logits = self.logits(text, vector)
        grave = [logits, *(self.logits(sentence) for sentence in _grave_sentences(text))]
        return Subject(scaled(float(logits[ABOUT_COLUMN])), sigmoid(max(float(one[GRAVE_COLUMN]) for one in grave)))

    def logits(self, text: str, vector: Vectors | None = None) -> NDArray[np.float32]:
        """Logarithms of the odds of both."""
        by_words = self.words_bias + weighed(buckets(text), self.words)
        if vector is None or self.centre is None or self.meaning is None or self.joint is None:
            return np.asarray(by_words, np.float32)
        by_meaning = (vector.ravel() - self.centre) @ self.meaning
        return np.asarray(self.joint[0] * by_words + self.joint[1] * by_meaning + self.joint[2], np.float32)

    def to_bytes(self) -> bytes:
        """A compressed NumPy archive in half precision, the same bytes for the same model."""
        arrays: dict[str, NDArray[np.generic]] = {"words": self.words.astype(np.float16), "words_bias": self.words_bias}
        if self.centre is not None and self.meaning is not None and self.joint is not None:
            arrays |= {"centre": self.centre, "meaning": self.meaning, "joint": self.joint}
            arrays["encoder"] = np.frombuffer((self.encoder or "").encode(), np.uint8)
        return archive(arrays)

    @classmethod
    def from_bytes(cls, data: bytes) -> SubjectModel:
        """Read what ``to_bytes`` wrote; raises ``SubjectError`` for anything else."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as found:
                rows: dict[str, NDArray[np.float32]] = {
                    name: found[name].astype(np.float32) for name in found.files if name != "encoder"
                }
                encoder = EncoderId(found["encoder"].tobytes().decode()) if "encoder" in found.files else None
            return cls(encoder=encoder, **rows)
        except (ValueError, KeyError, TypeError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise SubjectError(f"not a model of subjects: {error}") from error


def _grave_sentences(text: str) -> list[str]:
    """Of a text of several sentences or lines those with a grave word."""
    found = [one for one in _SENTENCE_END.split(text) if len(words(one)) >= FEWEST_WORDS]
    return [one for one in found if not grave_stems().isdisjoint(stems(one))] if len(found) > 1 else []


def weighed(found: NDArray[np.int64], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """The weights of a text's features summed up, by the root of how many there are: long texts are no surer."""
    if not len(found):
        return np.zeros(weights.shape[1], np.float32)
    return np.asarray(weights[found].sum(axis=0) / np.sqrt(len(found)), np.float32)


def buckets(text: str) -> NDArray[np.int64]:
    """The hashed features of a text, each once."""
    found = stems(text)
    grave = sum(stem in grave_stems() for stem in set(found))
    features = {f"s {stem}" for stem in found}
    features.update(f"p {first} {second}" for first, second in pairwise(found))
    features.update(piece for word in set(words(text)) for piece in _pieces(word))
    hashed = {_bucket(feature) for feature in features}
    hashed.update(_bucket(f"grave {number}") for number in range(1, min(grave, 3) + 1))
    return np.array(sorted(hashed), np.int64)


def _pieces(word: str) -> list[str]:
    framed = f"<{word}>"
    return [f"c {framed[i : i + size]}" for size in PIECES for i in range(len(framed) - size + 1)]


@lru_cache(2**16)
def _bucket(feature: str) -> int:
    return crc32(feature.encode()) % BUCKETS
