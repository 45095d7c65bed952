"""Which memes are alike: by a near copy, by image vectors, by the words on them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NewType

import numpy as np
from numpy.typing import NDArray

from knowledge.entry.model import EntryId
from knowledge.reading import EncoderId, Reading, Vectors, unit
from knowledge.search.similarity import bank_scores
from knowledge.search.visual import PDQ_NEAR, PDQ_QUALITY
from knowledge.stems import stems, stop_stems, words
from memebot.hashes import hamming

GroupId = NewType("GroupId", int)

NEAR = 0.35
"""Image vectors are near from here on: cosine less half of both pictures' similarity to pictures of nothing.

Under the bundled encoder 7 of 636,000 pairs of different templates and photos are as near, and 99 % of the memes that
join a group join one of their own template.
"""
SAME_TEXT, SAME_TEXT_ON_TEMPLATE = 0.6, 0.4
"""Texts are similar from here on (Dice coefficient of their stems), alone and where the template is the same.

Of the 240,000 pairs of regression texts five of different entries are as similar, and they tell nearly one joke.
"""
ENOUGH_STEMS = 3
"""So many stems must two texts share before they alone put two memes together."""
MAX_STEMS = 60


@dataclass(frozen=True, slots=True, eq=False)
class Traits:
    """What two memes are compared by."""

    template: str | None
    words: tuple[str, ...]
    stems: frozenset[str]
    pdq: bytes | None
    encoder: EncoderId | None
    vector: NDArray[np.float32] | None
    normal: float

    @classmethod
    def of(cls, reading: Reading, template: EntryId | None, encoder: EncoderId | None, bank: Vectors) -> Traits:
        read = words(reading.text)
        telling = [stem for stem in dict.fromkeys(stems(reading.text)) if stem not in stop_stems()]
        telling_words = [word for word in read if len(word) > 2 and not stop_stems().issuperset(stems(word))]
        frame = reading.frames[len(reading.frames) // 2] if reading.frames else None
        vectors = None if frame is None or encoder is None else frame.vectors.get(encoder)
        vector = None if vectors is None else unit(vectors.mean(axis=0)[None])
        normal = 0.0 if vector is None or not bank.size else float(bank_scores(vector, bank)[0])
        return cls(
            template,
            tuple(dict.fromkeys(telling_words))[:MAX_STEMS],
            frozenset(telling[:MAX_STEMS]),
            frame.pdq if frame is not None and frame.pdq_quality >= PDQ_QUALITY else None,
            None if vector is None else encoder,
            None if vector is None else vector[0],
            normal,
        )


@dataclass(slots=True)
class Leaders:
    """The first meme of every group, in arrays; as of one version of the tables."""

    version: int
    encoder: EncoderId | None
    groups: list[GroupId] = field(default_factory=list)
    templates: list[str | None] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    by_stem: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    pdq: list[bytes] = field(default_factory=list)
    pdq_rows: list[int] = field(default_factory=list)
    vectors: list[NDArray[np.float32]] = field(default_factory=list)
    vector_rows: list[int] = field(default_factory=list)
    normals: list[float] = field(default_factory=list)
    _stacked: tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.float32]] | None = None

    def add(self, group: GroupId, traits: Traits) -> None:
        row = len(self.groups)
        self.groups.append(group)
        self.templates.append(traits.template)
        self.sizes.append(len(traits.stems))
        for stem in traits.stems:
            self.by_stem[stem].append(row)
        if traits.pdq is not None:
            self.pdq.append(traits.pdq)
            self.pdq_rows.append(row)
        if traits.vector is not None and traits.encoder == self.encoder:
            self.vectors.append(traits.vector)
            self.vector_rows.append(row)
            self.normals.append(traits.normal)
        self._stacked = None

    def nearest(self, traits: Traits) -> GroupId | None:
        """The group of the meme that is most like this one, if any is like it at all."""
        scores: dict[int, float] = {}
        for row, score in (*self._by_hash(traits), *self._by_vector(traits), *self._by_words(traits)):
            scores[row] = max(score, scores.get(row, 0.0))
        if not scores:
            return None
        return self.groups[min(scores, key=lambda row: (-scores[row], row))]

    def _by_hash(self, traits: Traits) -> Iterable[tuple[int, float]]:
        if traits.pdq is None or not self.pdq:
            return
        distances = hamming(self._arrays()[0], traits.pdq)
        for at in np.flatnonzero(distances <= PDQ_NEAR):
            yield self.pdq_rows[at], 3.0 - float(distances[at]) / (PDQ_NEAR + 1)

    def _by_vector(self, traits: Traits) -> Iterable[tuple[int, float]]:
        if traits.vector is None or traits.encoder != self.encoder or not self.vectors:
            return
        _, vectors, normals = self._arrays()
        scores = vectors @ traits.vector - 0.5 * normals - 0.5 * traits.normal
        best = int(scores.argmax())
        if scores[best] >= NEAR:
            yield self.vector_rows[best], 1.0 + float(scores[best] - NEAR)

    def _by_words(self, traits: Traits) -> Iterable[tuple[int, float]]:
        shared: Counter[int] = Counter()
        for stem in traits.stems:
            shared.update(self.by_stem.get(stem, ()))
        for row, count in shared.items():
            similarity = 2 * count / (len(traits.stems) + self.sizes[row])
            on_template = traits.template is not None and traits.template == self.templates[row]
            enough = SAME_TEXT_ON_TEMPLATE if on_template else SAME_TEXT
            if similarity >= enough and (on_template or count >= ENOUGH_STEMS):
                yield row, 1.0 + similarity - (0.0 if on_template else 0.3)

    def _arrays(self) -> tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.float32]]:
        if self._stacked is None:
            pdq = np.frombuffer(b"".join(self.pdq), np.uint8).reshape(-1, 32)
            vectors = np.array(self.vectors, np.float32) if self.vectors else np.zeros((0, 1), np.float32)
            self._stacked = pdq, vectors, np.array(self.normals, np.float32)
        return self._stacked
