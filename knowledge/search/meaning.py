"""The meaning channel: which entries say what a text says, in whatever words?

A sentence encoder turns texts into vectors; a text is compared with what people say about an entry (``asks``,
``captions``), its titles, what it looks like, and the beginning of its explanation. Cosines of such encoders crowd
together near 1, and a few directions that say little about a subject outweigh the others: vectors are compared less
the mean of all phrases and with their principal directions evened out half-way.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.entry.model import Entry, EntryId
from knowledge.reading import EncoderId, Vectors, unit
from knowledge.search.kept import Arrays, KeptArrays, key_of

NEAREST = 30  # entries that a text is compared with further
SOFTNESS = 0.08  # of the maximum over an entry's phrases: several that are near count for more than one
LEAD = 300  # characters of an explanation that say what it is about
THE_SAME = 0.999  # similarity of a text with itself, in half precision
SAMPLED = 4096  # phrases that the principal directions are found on
FLOOR = 0.05  # of the mean variance: what hardly varies is not blown up
FOLLOWED = 0.05  # of the entries may be others before centre and directions are found anew
_KEPT = "meaning"  # the name of what is kept
REMEMBERED = 512  # texts whose vectors are kept in memory


class SentenceEncoder(Protocol):
    """Turns texts into vectors. ``id``: names its weights; vectors of two encoders are never compared."""

    @property
    def id(self) -> EncoderId: ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """A unit row a text, (n, dimensions)."""
        ...


@dataclass(frozen=True, slots=True)
class Meaning:
    """How near an entry is to a text in meaning. ``near``: from 0, the soft maximum of its phrases' similarities, about
    0.5 for what is meant. ``ahead``: by how much the nearest entry is nearer than the second, 0 for the others."""

    near: float = 0.0
    ahead: float = 0.0


NO_MEANING = Meaning()


def phrases_of(entry: Entry) -> list[str]:
    """The texts of an entry whose meaning is compared."""
    said = [text for texts in (*entry.asks.values(), *entry.captions.values()) for text in texts]
    leads = [lead(text) for text in entry.text.values()]
    found = [*entry.title.values(), *said, *entry.looks_like, *leads]
    return [*dict.fromkeys(text for text in found if text)]


def lead(text: str) -> str:
    """The beginning of an explanation, cut after a sentence or a word."""
    first = text.strip().split("\n\n", 1)[0].replace("\n", " ")
    if len(first) <= LEAD:
        return first
    cut = max(first.rfind(". ", 0, LEAD) + 1, 0) or first.rfind(" ", 0, LEAD)
    return first[:cut] if cut > 0 else first[:LEAD]


class MeaningIndex:
    """The phrases of a base under one encoder, in one array. Immutable once built.

    ``known``: vectors by phrase; a phrase without one is not compared.
    """

    def __init__(self, entries: Iterable[Entry], known: Mapping[str, Vectors]) -> None:
        self._of = {entry.id: entry for entry in entries}
        self._followed = 0
        self._lacking = _lacking(self._of.values(), known)
        owned, table = _rows(self._of.values(), known)
        self._centre = table.mean(axis=0) if owned else table.sum(axis=0)
        table -= self._centre
        self._evened = _evened(table)
        self._take(owned, table @ self._evened)

    def changed(self, entries: Iterable[Entry], known: KnownPhrases, encoder: EncoderId) -> MeaningIndex:
        """The index of a base of which some entries differ, or have vectors by now that they lacked; still compared by
        this one's centre and directions."""
        index = copy(self)
        index._of = {entry.id: entry for entry in entries}
        new = [entry for entry in index._of.values() if self._of.get(entry.id) != entry or entry.id in self._lacking]
        index._followed = self._followed + len(new)
        if not self._entries:
            return MeaningIndex(index._of.values(), _known_of(index._of.values(), known, encoder))
        vectors = _known_of(new, known, encoder)
        index._lacking = _lacking(new, vectors)
        owned, table = _rows(new, vectors)
        stays = [self._of[entry] == index._of.get(entry) and entry not in self._lacking for entry in self._entries]
        counts = np.diff([*self._starts, len(self._table)])
        kept = [entry for entry, same in zip(self._entries, stays, strict=True) if same]
        owned = [*zip(kept, counts[stays], strict=True), *owned]
        moved = (table - self._centre) @ self._evened if len(table) else self._table[:0]
        index._take(owned, np.concatenate([self._table[np.repeat(stays, counts)], moved]))
        return index

    @property
    def worn(self) -> bool:
        """Whether so much was changed since centre and directions were found that they are to be found anew."""
        return self._followed > FOLLOWED * len(self._of)

    @classmethod
    def of_arrays(cls, entries: Iterable[Entry], arrays: Arrays) -> MeaningIndex:
        """The index that ``arrays`` told about, of the same entries."""
        index = cls.__new__(cls)
        index._of, index._lacking, index._followed = {entry.id: entry for entry in entries}, frozenset(), 0
        index._entries = [EntryId(one) for one in arrays["entries"].tobytes().decode().split()]
        index._starts, index._table = arrays["starts"], arrays["table"]
        index._centre, index._evened = arrays["centre"], arrays["evened"]
        return index

    def arrays(self) -> Arrays:
        """All that it is, but for the entries, in arrays."""
        names = np.frombuffer(" ".join(self._entries).encode(), np.uint8)
        return {
            "entries": names,
            "starts": self._starts,
            "table": self._table,
            "centre": self._centre,
            "evened": self._evened,
        }

    def _take(self, owned: Sequence[tuple[EntryId, int]], table: NDArray[np.float32]) -> None:
        """Hold these rows, so many an entry."""
        self._entries = [entry for entry, _ in owned]
        self._starts = np.cumsum([0, *(count for _, count in owned)], dtype=np.intp)[:-1]
        table /= np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-12)  # in place: it is large
        self._table = table

    def near(self, vector: Vectors, *, without: Sequence[Vectors] = ()) -> dict[EntryId, Meaning]:
        """The entries that are nearest to a text, by its vector, one row.

        ``without``: phrases, by their vectors, that are left out as if nobody had written them down.
        """
        if not self._entries:
            return {}
        similarity, *same = self._similarities((vector, *without))
        for one in same:
            similarity[one > THE_SAME] = -1.0
        return self._nearest(similarity)

    def near_each(self, vectors: Sequence[Vectors]) -> list[dict[EntryId, Meaning]]:
        """``near`` of several texts; together they take a fraction of the time, which goes by in reading phrases."""
        if not self._entries or not vectors:
            return [{} for _ in vectors]
        return [self._nearest(similarity) for similarity in self._similarities(vectors)]

    def _similarities(self, vectors: Sequence[Vectors]) -> NDArray[np.float32]:
        """Of each text to each phrase, (texts, phrases)."""
        texts = np.stack([text.ravel() for text in vectors])
        return np.ascontiguousarray((self._table @ unit((texts - self._centre) @ self._evened).T).T)

    def _nearest(self, similarity: NDArray[np.float32]) -> dict[EntryId, Meaning]:
        summed = np.add.reduceat(np.exp(similarity / SOFTNESS), self._starts)
        best = np.maximum(SOFTNESS * np.log(summed), 0.0)
        order = np.argsort(-best, kind="stable")[:NEAREST]
        top, second = float(best[order[0]]), float(best[order[1]]) if len(order) > 1 else 0.0
        found: dict[EntryId, Meaning] = {}
        for place, n in enumerate(order):
            near = float(best[n])
            if near > 0:
                found[self._entries[n]] = Meaning(near, 0.0 if place else top - second)
        return found


def _known_of(entries: Iterable[Entry], known: KnownPhrases, encoder: EncoderId) -> dict[str, Vectors]:
    """The vectors of the entries' phrases, as far as there are any."""
    return known.phrase_vectors(encoder, [phrase for entry in entries for phrase in phrases_of(entry)])


def _lacking(entries: Iterable[Entry], known: Mapping[str, Vectors]) -> frozenset[EntryId]:
    """The entries of which a phrase has no vector yet."""
    return frozenset(entry.id for entry in entries if any(phrase not in known for phrase in phrases_of(entry)))


def _rows(
    entries: Iterable[Entry], known: Mapping[str, Vectors]
) -> tuple[list[tuple[EntryId, int]], NDArray[np.float32]]:
    """The vectors of the entries' phrases, in one array of its own, and how many are each entry's."""
    found = [(entry.id, [known[phrase] for phrase in phrases_of(entry) if phrase in known]) for entry in entries]
    rows = [row for _, some in found for row in some]
    table = np.stack(rows).astype(np.float32, copy=False) if rows else np.zeros((0, 1), np.float32)
    return [(entry, len(some)) for entry, some in found if some], table


def _evened(table: NDArray[np.float32]) -> NDArray[np.float32]:
    """What takes centred rows to rows whose principal directions differ less: by the fourth root of their variances."""
    some = table[:: len(table) // SAMPLED + 1]
    if len(some) < 2 * table.shape[1]:
        return np.eye(table.shape[1], dtype=np.float32)
    variances, directions = np.linalg.eigh(some.T @ some / len(some))
    scales = (variances + FLOOR * variances.mean()) ** -0.25
    return np.asarray((directions * scales) @ directions.T, np.float32)


class KnownPhrases(Protocol):
    """Vectors of texts that were embedded before."""

    def phrase_vectors(self, encoder: EncoderId, phrases: Sequence[str]) -> dict[str, Vectors]: ...


class Foreseen(Protocol):
    """A vector that another thread may be computing."""

    def result(self) -> Vectors: ...

    def drop(self) -> None: ...


Begin = Callable[[Callable[[Sequence[str]], Vectors], Sequence[str]], Foreseen]
"""Lets another thread do what is given, with what is given to it."""


class MeaningSpace:
    """Texts and phrases under one encoder; several searches, on several threads, may share it and its arrays."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        self._encoder = encoder
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()
        self._foreseen: dict[str, Foreseen] = {}
        self._index: tuple[tuple[int, int], MeaningIndex] | None = None
        self._lock = Lock()

    @property
    def encoder(self) -> EncoderId:
        """Whose vectors these are."""
        return self._encoder.id

    def vector(self, text: str, known: KnownPhrases) -> Vectors:
        """The meaning of a text, one row: remembered, else as it was stored, else computed."""
        with self._lock:
            if text in self._vectors:
                self._vectors.move_to_end(text)
                return self._vectors[text]
            foreseen = self._foreseen.pop(text, None)
        vector: Vectors
        if foreseen is not None:
            vector = foreseen.result()[0]
        else:
            stored = known.phrase_vectors(self.encoder, [text])
            vector = stored[text] if text in stored else self._encoder.embed([text])[0]
        self._remember(text, vector)
        return vector

    def foresee(self, texts: Sequence[str], known: KnownPhrases, begin: Begin) -> None:
        """Let the vectors of texts be computed that will be asked for soon; what was foreseen before is not."""
        with self._lock:
            dropped, self._foreseen = self._foreseen, {}
            new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        for one in dropped.values():
            one.drop()
        for text, vector in known.phrase_vectors(self.encoder, new).items():
            self._remember(text, vector)
            new.remove(text)
        begun = {text: begin(self._encoder.embed, [text]) for text in new}
        with self._lock:
            self._foreseen.update(begun)

    def _remember(self, text: str, vector: Vectors) -> None:
        with self._lock:
            self._vectors[text] = vector
            if len(self._vectors) > REMEMBERED:
                self._vectors.popitem(last=False)

    def index(self, entries: Sequence[Entry], known: KnownPhrases, generation: int) -> MeaningIndex:
        """The phrases of a base in this state; ``generation`` 0 stands for an unsaved change, which is not kept.

        It follows the last one, by what differs.
        """
        state = _state(entries, generation)
        with self._lock:
            last = self._index
        if last is not None and last[0] == state:
            return last[1]
        made = None if last is None else last[1].changed(entries, known, self.encoder)
        if made is None or (generation and made.worn):
            made = MeaningIndex(entries, _known_of(entries, known, self.encoder))
        if generation:
            with self._lock:
                self._index = (state, made)
        return made

    def restore(self, entries: Sequence[Entry], generation: int, kept: KeptArrays, key: str) -> bool:
        """Take the index of a base in this state from ``kept``, under its ``key``; whether it was there."""
        arrays = kept.find(_KEPT, key)
        if arrays is None:
            return False
        with self._lock:
            self._index = _state(entries, generation), MeaningIndex.of_arrays(entries, arrays)
        return True

    def keep(self, entries: Sequence[Entry], known: KnownPhrases, generation: int, kept: KeptArrays, key: str) -> None:
        """Keep the index of a base in this state for ``restore``."""
        kept.keep(_KEPT, key, self.index(entries, known, generation).arrays())

    def key(self, entries: Iterable[Entry]) -> str:
        """What the index of these entries is kept under, once all their phrases have vectors: another base of the same
        entries finds it, too."""
        phrases = ("\n".join((entry.id, *phrases_of(entry))) for entry in entries)
        return key_of((Path(__file__).read_text("utf-8"), self.encoder, *phrases))


def _state(entries: Sequence[Entry], generation: int) -> tuple[int, int]:
    return generation, hash(tuple(entry.id for entry in entries))
