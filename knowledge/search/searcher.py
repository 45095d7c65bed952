"""Reading -> ranked matches, each with its evidence and a calibrated confidence.

Five channels, every one with evidence of its own:

``copy``       the same picture: SHA-256, then PDQ distance to an exemplar (at most 31 of 256, quality >= 50)
``geometry``   the same template under another caption: local features that agree on one placement
``image``      image vectors against the exemplars' vectors, view by view (``knowledge.search.similarity``)
``described``  image vector against the entry's descriptions in words
``said``       text from the picture and beside it against what entries call themselves and say

Raw cosines are never thresholded: image similarities are normalised against a bank of pictures that match
nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.entry.model import Entry, EntryId, Kind
from knowledge.reading import EncoderId, Fingerprint, Reading, Vectors, unit
from knowledge.search.calibration import DEFAULT, Calibration, sigmoid
from knowledge.search.dry_run import DryRun, SearchableBase, WordCopy
from knowledge.search.similarity import likeness, ordinary
from knowledge.search.text_match import TextEvidence, TextIndex
from knowledge.store.changes import Change
from memebot.hashes import hamming

PDQ_NEAR = 31
PDQ_QUALITY = 50
PDQ_SAME = 12  # closer than this even the caption is the same
SHORT_LIST = 10
SECOND_LOOK = 10  # as many again where nothing on the short list fits
FITS = 0.5  # geometry's score from which on a template lies on the picture
COMPARED = 2048  # exemplars whose every view is compared; of a larger base, those with the nearest means
SAME = 0.99  # probability that a picture whose hash is that near is that picture
CANDIDATES = 12  # matches returned
FLOOR = 0.001  # what is less likely is not worth a line
KEPT_FINGERPRINTS = 512  # in memory, about 60 kB each
JOKE_ON_ITS_FORMAT, JOKE_WITHOUT_ITS_FORMAT = 1.5, -1.0  # log odds
MAX_CONCEPTS = 3  # in one answer
FURTHER = 0.35  # how sure a second and third concept must be to be mentioned
JOKE_BY_LOOKS = 0.05  # probability of a joke from its picture alone, where others re-caption that picture


class Verification(Protocol):
    """What a verification found: ``score`` 0..1 grows with the evidence."""

    @property
    def score(self) -> float: ...

    @property
    def inliers(self) -> int: ...


Verify = Callable[[Fingerprint, Fingerprint], Verification]
"""(query, exemplar) -> how well one picture's local features lie on the other's."""


@dataclass(frozen=True, slots=True)
class _NoGeometry:
    score: float = 0.0
    inliers: int = 0


def no_geometry(query: Fingerprint, exemplar: Fingerprint) -> Verification:
    """A ``Verify`` that finds nothing, for searches without pictures."""
    return _NoGeometry()


@dataclass(frozen=True, slots=True)
class Match:
    """One entry that a reading may be about.

    ``confidence``: calibrated probability that it is. ``evidence``: a score per channel that spoke for it.
    ``exemplar`` and ``frame``: which known picture the visual evidence is from, and which frame it matched.
    """

    entry: EntryId
    kind: Kind
    confidence: float
    evidence: Mapping[str, float]
    words: tuple[str, ...] = ()
    exemplar: str | None = None
    frame: int = 0


@dataclass(slots=True)
class VisualEvidence:
    """Visual evidence for one entry, from its best exemplar."""

    copy: float = 0.0
    geometry: float = 0.0
    inliers: int = 0
    image: float = 0.0
    described: float = 0.0
    same: bool = False
    exemplar: str | None = None
    frame: int = 0

    def features(self) -> dict[str, float]:
        """What the ``visual`` model weighs."""
        return {
            "copy": self.copy,
            "geometry": self.geometry,
            "image": self.image,
            "described": self.described,
        }


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


class VisualIndex:
    """Exemplars of a base under one encoder, in arrays. What it says does not change once it is built."""

    def __init__(self, kb: SearchableBase, encoder: EncoderId | None, bank: Vectors, verify: Verify) -> None:
        self._encoder, self._verify, self._bank = encoder, verify, bank
        self._templates_of = templates_of_jokes(kb.entries.all())
        self._fingerprint = lru_cache(KEPT_FINGERPRINTS)(kb.vectors.fingerprint)
        hashes = kb.vectors.hashes()
        self._hash_rows = self._merge(hashes.owners)
        self._sha256 = dict(zip(hashes.sha256, range(len(hashes.sha256)), strict=True))
        self._pdq, self._quality = hashes.pdq, hashes.quality
        self._rows: list[_Row] = []
        self._views = np.zeros((0, 1, 1), np.float32)
        self._described: list[EntryId] = []
        self._descriptions = np.zeros((0, 1), np.float32)
        if encoder is not None:
            self._load_vectors(kb, encoder)

    # computed with the first picture: most changes of a base are followed by questions in words

    @cached_property
    def _ordinary(self) -> NDArray[np.float32]:
        return ordinary(self._views, self._bank)

    @cached_property
    def _means(self) -> tuple[Vectors, NDArray[np.float32]]:
        means = unit(self._views.mean(axis=1))
        return means, ordinary(means, self._bank)

    @cached_property
    def _description_ordinary(self) -> NDArray[np.float32]:
        return ordinary(self._descriptions, self._bank)

    def _merge(self, owners: Sequence[tuple[str, Sequence[EntryId]]]) -> list[_Row]:
        return [
            _Row(name, tuple(dict.fromkeys(o for e in entries for o in (e, *self._templates_of.get(e, ())))))
            for name, entries in owners
        ]

    def _load_vectors(self, kb: SearchableBase, encoder: EncoderId) -> None:
        loaded = kb.vectors.exemplar_vectors(encoder)
        if loaded.owners:
            self._rows = self._merge(loaded.owners)
            self._views = loaded.vectors
        described = kb.vectors.description_vectors(encoder)
        if described.entries:
            self._described = list(described.entries)
            self._descriptions = unit(described.vectors)

    def look(self, reading: Reading, *, geometry: bool = True) -> dict[EntryId, VisualEvidence]:
        """Visual evidence for every entry that any frame of the reading may show."""
        sights: dict[EntryId, VisualEvidence] = defaultdict(VisualEvidence)
        for number, frame in enumerate(reading.frames):
            copies = self._find_copies(reading.sha256, frame, number, sights)
            images = self._find_images(frame, number, sights)
            self._find_descriptions(frame, sights)
            if geometry:
                for rows in self._short_lists(copies, images):
                    if self._verify_all(frame, number, rows, sights):
                        break
        return dict(sights)

    def _find_copies(
        self, sha256: str, frame: Fingerprint, number: int, sights: dict[EntryId, VisualEvidence]
    ) -> list[_Row]:
        found: dict[int, int] = {self._sha256[s]: 0 for s in (sha256, frame.sha256) if s in self._sha256}
        if frame.pdq_quality >= PDQ_QUALITY and len(self._pdq):
            distances = hamming(self._pdq, frame.pdq)
            for near in np.flatnonzero((distances <= PDQ_NEAR) & (self._quality >= PDQ_QUALITY)):
                found.setdefault(int(near), int(distances[near]))
        for row_number, distance in found.items():
            row = self._hash_rows[row_number]
            for owner in row.owners:
                sight = sights[owner]
                sight.same = sight.same or distance <= PDQ_SAME
                if 1 - distance / (2 * PDQ_NEAR) > sight.copy:
                    sight.copy = 1 - distance / (2 * PDQ_NEAR)
                    sight.exemplar, sight.frame = row.name, number
        return [self._hash_rows[row] for row in sorted(found, key=lambda number_: (found[number_], number_))]

    def _query(self, frame: Fingerprint) -> Vectors | None:
        if self._encoder is None:
            return None
        return frame.vectors.get(self._encoder)

    def _likenesses(self, query: Vectors) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """Row numbers of the exemplars that were compared, and their scores."""
        chosen = np.arange(len(self._views))
        if len(chosen) > COMPARED:
            means, means_ordinary = self._means
            coarse = means @ unit(query.mean(axis=0)) - 0.5 * means_ordinary
            chosen = np.argpartition(-coarse, COMPARED)[:COMPARED]
            chosen.sort()
        known, known_ordinary = self._views, self._ordinary
        if len(chosen) < len(known):
            known, known_ordinary = known[chosen], known_ordinary[chosen]
        return chosen, likeness(query, ordinary(query, self._bank), known, known_ordinary)

    def _find_images(self, frame: Fingerprint, number: int, sights: dict[EntryId, VisualEvidence]) -> list[_Row]:
        query = self._query(frame)
        if query is None or not len(self._views):
            return []
        chosen, scores = self._likenesses(query)
        order = np.argsort(-scores, kind="stable")[: 4 * SHORT_LIST]
        rows = [self._rows[i] for i in chosen[order]]
        for row, score in zip(rows, scores[order], strict=True):
            for owner in row.owners:
                sight = sights[owner]
                if score > sight.image:
                    sight.image = float(score)
                    if not sight.copy and not sight.geometry:
                        sight.exemplar, sight.frame = row.name, number
        return rows

    def _find_descriptions(self, frame: Fingerprint, sights: dict[EntryId, VisualEvidence]) -> None:
        query = self._query(frame)
        if query is None or not len(self._descriptions):
            return
        scores = self._descriptions @ unit(query.mean(axis=0)) - self._description_ordinary
        for row in np.argsort(-scores, kind="stable")[:SHORT_LIST]:
            sight = sights[self._described[row]]
            sight.described = max(sight.described, float(scores[row]))

    def _short_lists(self, copies: Sequence[_Row], images: Sequence[_Row]) -> Iterator[list[_Row]]:
        """What to verify, and what more where nothing of that fits."""
        if not copies and not images and len(self._hash_rows) <= 4 * SHORT_LIST:
            yield self._hash_rows  # no vectors to go by: a small base is verified whole
        near = {row.name: row for row in copies[:SHORT_LIST]}
        others = [row for row in images if row.name not in near]
        yield [*near.values(), *others[:SHORT_LIST]]
        yield others[SHORT_LIST : SHORT_LIST + SECOND_LOOK]

    def _verify_all(
        self, frame: Fingerprint, number: int, rows: Sequence[_Row], sights: dict[EntryId, VisualEvidence]
    ) -> bool:
        """Whether any of them fits."""
        best = 0.0
        for row in rows:
            found = self._verify(frame, self._fingerprint(row.name))
            best = max(best, found.score)
            for owner in row.owners:
                sight = sights[owner]
                if found.score > sight.geometry:
                    sight.geometry, sight.inliers = found.score, found.inliers
                    sight.exemplar, sight.frame = row.name, number
        return best >= FITS


class Searcher:
    """The search over one base under one encoder.

    ``bank``: vectors of pictures that match nothing, (n, dimensions), or none. ``verify``: compares local
    features. Reloads its arrays when the base has changed; each search sees one consistent state of it.
    """

    def __init__(
        self,
        kb: SearchableBase,
        *,
        encoder: EncoderId | None,
        bank: Vectors,
        verify: Verify,
        calibration: Calibration = DEFAULT,
    ) -> None:
        self._kb, self.encoder, self._bank, self.verify = kb, encoder, bank, verify
        self.calibration = calibration
        self._generation = -1
        self._entries: dict[EntryId, Entry] = {}
        self._words: WordCopy | None = None
        self._answers: dict[tuple[str, bool, float], EntryId | None] = {}

    def search(self, reading: Reading, *, geometry: bool = True) -> list[Match]:
        """Entries that the reading may be about, most confident first; empty when nothing speaks for any."""
        self._reload()
        sights = self._sights.look(reading, geometry=geometry)
        said = self._said.evidence(f"{reading.text}\n{reading.caption}")
        return self._rank(sights, said)

    def ask(self, question: str) -> list[Match]:
        """Entries that answer a question in words, most confident first."""
        self._reload()
        return self._rank(None, self._said.evidence(question))

    def answer(self, text: str, threshold: float, *, question: bool) -> EntryId | None:
        """The entry that answers a text in words, ``None`` if none is sure enough; kept until the base changes."""
        self._reload()
        key = (text, question, threshold)
        if key not in self._answers:
            chosen = choose(self.ask(text), threshold, question=question)
            self._answers[key] = chosen[0].entry if chosen else None
        return self._answers[key]

    def trying(self, change: Change) -> Searcher:
        """A search over this base as if the change were saved; nothing is written.

        It keeps what the base is now: make another for another change or after a save.
        """
        self._reload()
        words = self._words or WordCopy(self._kb, self._entries)
        self._words = words.follow(self._kb, self._entries)
        trial = Searcher(
            DryRun(self._kb, self._words, self._entries, change),
            encoder=self.encoder,
            bank=self._bank,
            verify=self.verify,
            calibration=self.calibration,
        )
        trial._reload()
        return trial

    def corrected(self, read: Sequence[str]) -> set[str]:
        """The stems of a text as the search takes them, spelling repaired."""
        self._reload()
        return self._said.corrected(read)

    def seen(self, reading: Reading, *, geometry: bool = True) -> dict[EntryId, VisualEvidence]:
        """The raw visual evidence, for calibration."""
        self._reload()
        return self._sights.look(reading, geometry=geometry)

    def said(self, text: str) -> list[tuple[EntryId, Kind, Mapping[str, float]]]:
        """The raw evidence of a text: (entry, its kind, features), for calibration."""
        self._reload()
        found = self._said.evidence(text).items()
        return [(entry, self._entries[entry].kind, evidence.features()) for entry, evidence in found]

    def entries(self) -> Mapping[EntryId, Entry]:
        """All entries as they are now, by id."""
        self._reload()
        return self._entries

    def entry(self, entry: EntryId) -> Entry:
        """An entry as of the last search."""
        return self._entries[entry]

    def present(self, entry: EntryId) -> EntryId | None:
        """The id of an entry now, also where it was renamed or merged into another; ``None`` if it is gone."""
        self._reload()
        return entry if entry in self._entries else self._moved.get(entry)

    def _reload(self) -> None:
        generation = self._kb.generation()
        if generation == self._generation:
            return
        self._entries = {entry.id: entry for entry in self._kb.entries.all()}
        self._moved = self._kb.entries.moved_ids()
        self._templates_of = templates_of_jokes(list(self._entries.values()))
        self._said = TextIndex(self._entries.values(), self._kb.entries.text_candidates)
        self._sights = VisualIndex(self._kb, self.encoder, self._bank, self.verify)
        self._answers = {}
        self._generation = generation

    def _rank(
        self, sights: Mapping[EntryId, VisualEvidence] | None, said: Mapping[EntryId, TextEvidence]
    ) -> list[Match]:
        """``sights``: what was seen in the picture, ``None`` where there is none to look at."""
        looked, sights = sights is not None, sights or {}
        candidates = [e for e in {**sights, **said} if e in self._entries]
        matches = [
            self._match(e, sights.get(e, VisualEvidence()), said.get(e, TextEvidence()), looked) for e in candidates
        ]
        matches = [match for match in matches if match.evidence and match.confidence >= FLOOR]
        matches.sort(key=lambda match: (-match.confidence, match.entry))
        return matches[:CANDIDATES]

    def _match(self, entry: EntryId, sight: VisualEvidence, said: TextEvidence, looked: bool) -> Match:
        kind = self._entries[entry].kind
        seen = self.calibration.visual.probability(sight.features()) if any(sight.features().values()) else 0.0
        seen = max(seen, SAME if sight.same else 0.0)
        told = self.calibration.said[kind].probability(said.features()) if any(said.features().values()) else 0.0
        evidence = {
            "copy": sight.copy,
            "geometry": sight.geometry,
            "image": sight.image,
            "described": sight.described,
            "said": told,
        }
        return Match(
            entry=entry,
            kind=kind,
            confidence=self._confidence(self._entries[entry], sight, seen, told) if looked else told,
            evidence={channel: round(score, 4) for channel, score in evidence.items() if score > 0},
            words=said.words,
            exemplar=sight.exemplar,
            frame=sight.frame,
        )

    def _confidence(self, entry: Entry, sight: VisualEvidence, seen: float, told: float) -> float:
        if entry.kind == "concept":
            return told
        if self._templates_of.get(entry.id) and not sight.same:
            # the picture proves the format alone; which joke it is, the words must say
            told = max(told, JOKE_BY_LOOKS * seen)
            return joined(told, JOKE_ON_ITS_FORMAT if seen >= 0.5 else JOKE_WITHOUT_ITS_FORMAT)
        return 1 - (1 - seen) * (1 - told)


def joined(probability: float, evidence: float) -> float:
    """The probability after further evidence, given as a logarithm of odds."""
    if probability <= 0:
        return 0.0
    if probability >= 1:
        return 1.0
    return sigmoid(float(np.log(probability / (1 - probability))) + evidence)


def choose(matches: Sequence[Match], threshold: float, *, question: bool) -> list[Match]:
    """What an answer is made of: nothing, a joke, or a format and up to three concepts.

    A text is about one thing first; what else it names need not be as sure to be mentioned after that.
    """
    sure = [match for match in matches if match.confidence >= threshold]
    if question:
        return sure[:1]
    by_kind: dict[str, list[Match]] = {"joke": [], "format": [], "concept": []}
    for match in sure:
        by_kind[match.kind].append(match)
    concepts = by_kind["concept"]
    named = (m for m in matches if m.kind == "concept" and m.words and m.confidence >= FURTHER)
    further = [match for match in named if match not in concepts[:1]] if concepts else []
    return by_kind["joke"][:1] or [*by_kind["format"][:1], *concepts[:1], *further[: MAX_CONCEPTS - 1]]
