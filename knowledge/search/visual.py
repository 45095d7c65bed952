"""The visual channels: which entries does a picture show, by copies, geometry, vectors and descriptions?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.entry.model import Entry, EntryId
from knowledge.reading import EncoderId, Fingerprint, Reading, Vectors, unit
from knowledge.search import similarity
from knowledge.search.calibration import VISUAL_FEATURES
from knowledge.search.dry_run import SearchableVectors
from knowledge.search.kept import KeptArrays, key_of
from knowledge.search.roles import Placement
from knowledge.search.similarity import bank_scores, similarities
from memebot.hashes import hamming

PDQ_NEAR = 31
PDQ_QUALITY = 50
PDQ_SAME = 12  # closer than this even the caption is the same
SHORT_LIST = 10
SECOND_LOOK = 10  # as many again where nothing on the short list fits
FITS = 0.5  # geometry's score from which on a template lies on the picture
COMPARED = 2048  # exemplars whose every view is compared; of a larger base, those with the nearest means
_KEPT = "bank"  # the name of what is kept
KEPT_FINGERPRINTS = 512  # in memory, about 60 kB each


class Verification(Protocol):
    """What a verification found: ``score`` 0..1 grows with the evidence.

    ``matrix``: float64 (2, 3), takes pixels of the exemplar to pixels of the query, None without a match. ``pairs``:
    float32 (n, 4), x and y in the query, x and y in the exemplar. ``mirrored``: the query shows it flipped.
    """

    @property
    def score(self) -> float: ...

    @property
    def mirrored(self) -> bool: ...

    @property
    def matrix(self) -> NDArray[np.float64] | None: ...

    @property
    def pairs(self) -> NDArray[np.float32]: ...


Verify = Callable[[Fingerprint, Fingerprint], Verification]
"""(query, exemplar) -> how well one picture's local features lie on the other's."""


Locate = Callable[[Fingerprint, Fingerprint, Verification], Sequence[Placement]]
"""(query, exemplar, what ``Verify`` found) -> where the exemplar's pieces lie in the query, the surest first."""


@dataclass(frozen=True, slots=True, eq=False)
class _NoGeometry:
    score: float = 0.0
    mirrored: bool = False
    matrix: NDArray[np.float64] | None = None
    pairs: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 4), np.float32))


def no_geometry(query: Fingerprint, exemplar: Fingerprint) -> Verification:
    """A ``Verify`` that finds nothing, for searches without pictures."""
    return _NoGeometry()


def no_placements(query: Fingerprint, exemplar: Fingerprint, found: Verification) -> Sequence[Placement]:
    """A ``Locate`` that finds nothing."""
    return ()


@dataclass(slots=True)
class VisualEvidence:
    """Visual evidence for one entry, from its best exemplar. ``verified``: what geometry found of it, if anything."""

    copy: float = 0.0
    geometry: float = 0.0
    image: float = 0.0
    described: float = 0.0
    same: bool = False
    exemplar: str | None = None
    frame: int = 0
    verified: Verification | None = None

    def features(self) -> dict[str, float]:
        """What the ``visual`` model weighs."""
        return {name: getattr(self, name) for name in VISUAL_FEATURES}


def templates_of_jokes(entries: Sequence[Entry]) -> dict[EntryId, tuple[EntryId, ...]]:
    """For each joke, its formats that are pictures: templates that others re-caption.

    A format without exemplars is a loose form (a screenshot, a video of an animal); a joke of such a form is
    known by its own picture.
    """
    templates = {entry.id for entry in entries if entry.kind == "format" and entry.exemplars}
    return {entry.id: tuple(f for f in entry.formats if f in templates) for entry in entries if entry.kind == "joke"}


@dataclass(frozen=True, slots=True)
class _Row:
    """One exemplar and the entries that it speaks for: its own, and the templates that a joke is made of."""

    name: str
    owners: tuple[EntryId, ...]


_EvidenceByEntry = defaultdict[EntryId, VisualEvidence]


class VisualIndex:
    """Exemplars of a base under one encoder, in arrays. What it says does not change once it is built.

    ``templates_of``: what ``templates_of_jokes`` says of the base's entries. ``kept``: where what takes long to compute
    is kept for the next process.
    """

    def __init__(
        self,
        vectors: SearchableVectors,
        templates_of: Mapping[EntryId, Sequence[EntryId]],
        encoder: EncoderId | None,
        bank: Vectors,
        verify: Verify,
        kept: KeptArrays | None = None,
    ) -> None:
        self._templates_of, self._kept = templates_of, kept
        self._encoder, self._verify, self._bank = encoder, verify, bank
        self._fingerprint = lru_cache(KEPT_FINGERPRINTS)(vectors.fingerprint)
        hashes = vectors.hashes()
        self._hash_rows = self._merge(hashes.owners)
        self._sha256 = dict(zip(hashes.sha256, range(len(hashes.sha256)), strict=True))
        self._pdq, self._quality = hashes.pdq, hashes.quality
        self._rows: list[_Row] = []
        self._views = np.zeros((0, 1, 1), np.float32)
        self._described: list[EntryId] = []
        self._descriptions = np.zeros((0, 1), np.float32)
        if encoder is not None:
            self._load_vectors(vectors, encoder)

    # computed with the first picture: most changes of a base are followed by questions in words

    @cached_property
    def _bank_scores(self) -> NDArray[np.float32]:
        if self._kept is None:
            return bank_scores(self._views, self._bank)
        key = key_of((Path(similarity.__file__).read_bytes(), self._views.tobytes(), self._bank.tobytes()))
        found = self._kept.find(_KEPT, key)
        if found is not None:
            return found["scores"]
        scores = bank_scores(self._views, self._bank)
        self._kept.keep(_KEPT, key, {"scores": scores})
        return scores

    @cached_property
    def _means(self) -> tuple[Vectors, NDArray[np.float32]]:
        means = unit(self._views.mean(axis=1))
        return means, bank_scores(means, self._bank)

    @cached_property
    def _description_bank_scores(self) -> NDArray[np.float32]:
        return bank_scores(self._descriptions, self._bank)

    def _merge(self, owners: Sequence[tuple[str, Sequence[EntryId]]]) -> list[_Row]:
        return [
            _Row(name, tuple(dict.fromkeys(o for e in entries for o in (e, *self._templates_of.get(e, ())))))
            for name, entries in owners
        ]

    def _load_vectors(self, vectors: SearchableVectors, encoder: EncoderId) -> None:
        loaded = vectors.exemplar_vectors(encoder)
        if loaded.owners:
            self._rows = self._merge(loaded.owners)
            self._views = loaded.vectors
        described = vectors.description_vectors(encoder)
        if described.entries:
            self._described = list(described.entries)
            self._descriptions = unit(described.vectors)

    def evidence(self, reading: Reading, *, geometry: bool = True) -> dict[EntryId, VisualEvidence]:
        """Visual evidence for every entry that any frame of the reading may show."""
        found: _EvidenceByEntry = defaultdict(VisualEvidence)
        for number, frame in enumerate(reading.frames):
            copies = self._find_copies(reading.sha256, frame, number, found)
            images = self._find_images(frame, number, found)
            self._find_descriptions(frame, found)
            if geometry:
                for rows in self._short_lists(copies, images):
                    if self._verify_all(frame, number, rows, found):
                        break
        return dict(found)

    def fingerprint(self, exemplar: str) -> Fingerprint:
        """The fingerprint of an exemplar, kept for the next time."""
        return self._fingerprint(exemplar)

    def _find_copies(self, file_sha256: str, frame: Fingerprint, number: int, found: _EvidenceByEntry) -> list[_Row]:
        distances = {self._sha256[sha256]: 0 for sha256 in (file_sha256, frame.sha256) if sha256 in self._sha256}
        if frame.pdq_quality >= PDQ_QUALITY and len(self._pdq):
            by_row = hamming(self._pdq, frame.pdq)
            for near in np.flatnonzero((by_row <= PDQ_NEAR) & (self._quality >= PDQ_QUALITY)):
                distances.setdefault(int(near), int(by_row[near]))
        for row_number, distance in distances.items():
            row = self._hash_rows[row_number]
            for owner in row.owners:
                evidence = found[owner]
                evidence.same = evidence.same or distance <= PDQ_SAME
                if 1 - distance / (2 * PDQ_NEAR) > evidence.copy:
                    evidence.copy = 1 - distance / (2 * PDQ_NEAR)
                    evidence.exemplar, evidence.frame = row.name, number
        return [self._hash_rows[row] for row in sorted(distances, key=lambda row: (distances[row], row))]

    def _query(self, frame: Fingerprint) -> Vectors | None:
        return None if self._encoder is None else frame.vectors.get(self._encoder)

    def _similarities(self, query: Vectors) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """Row numbers of the exemplars that were compared, and their scores."""
        chosen = np.arange(len(self._views))
        if len(chosen) > COMPARED:
            means, means_scores = self._means
            coarse = means @ unit(query.mean(axis=0)) - 0.5 * means_scores
            chosen = np.argpartition(-coarse, COMPARED)[:COMPARED]
            chosen.sort()
        known, known_scores = self._views, self._bank_scores
        if len(chosen) < len(known):
            known, known_scores = known[chosen], known_scores[chosen]
        return chosen, similarities(query, bank_scores(query, self._bank), known, known_scores)

    def _find_images(self, frame: Fingerprint, number: int, found: _EvidenceByEntry) -> list[_Row]:
        query = self._query(frame)
        if query is None or not len(self._views):
            return []
        chosen, scores = self._similarities(query)
        order = np.argsort(-scores, kind="stable")[: 4 * SHORT_LIST]
        rows = [self._rows[i] for i in chosen[order]]
        for row, score in zip(rows, scores[order], strict=True):
            for owner in row.owners:
                evidence = found[owner]
                if score > evidence.image:
                    evidence.image = float(score)
                    if not evidence.copy and not evidence.geometry:
                        evidence.exemplar, evidence.frame = row.name, number
        return rows

    def _find_descriptions(self, frame: Fingerprint, found: _EvidenceByEntry) -> None:
        query = self._query(frame)
        if query is None or not len(self._descriptions):
            return
        scores = self._descriptions @ unit(query.mean(axis=0)) - self._description_bank_scores
        for row in np.argsort(-scores, kind="stable")[:SHORT_LIST]:
            evidence = found[self._described[row]]
            evidence.described = max(evidence.described, float(scores[row]))

    def _short_lists(self, copies: Sequence[_Row], images: Sequence[_Row]) -> Iterator[list[_Row]]:
        """What to verify, and what more where nothing of that fits."""
        if not copies and not images and len(self._hash_rows) <= 4 * SHORT_LIST:
            yield self._hash_rows  # no vectors to go by: a small base is verified whole
        near = {row.name: row for row in copies[:SHORT_LIST]}
        others = [row for row in images if row.name not in near]
        yield [*near.values(), *others[:SHORT_LIST]]
        yield others[SHORT_LIST : SHORT_LIST + SECOND_LOOK]

    def _verify_all(self, frame: Fingerprint, number: int, rows: Sequence[_Row], found: _EvidenceByEntry) -> bool:
        """Whether any of them fits."""
        best = 0.0
        for row in rows:
            verification = self._verify(frame, self._fingerprint(row.name))
            best = max(best, verification.score)
            for owner in row.owners:
                evidence = found[owner]
                if verification.score > evidence.geometry:
                    evidence.geometry, evidence.verified = verification.score, verification
                    evidence.exemplar, evidence.frame = row.name, number
        return best >= FITS
