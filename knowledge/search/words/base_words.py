"""The words of a whole base: of its entries as they are now, in whatever segments they stand."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from knowledge.entry.model import Entry
from knowledge.search.kept import KeptArrays, key_of, load_arrays, save_arrays
from knowledge.search.words.segment import (
    EXPLAINED,
    QUOTED,
    SAID,
    TERM,
    Key,
    Phrase,
    Term,
    WordSegment,
    compiled,
    digest,
    version,
)

LARGE = 200  # entries: a segment of so many is kept for the next process
SEGMENTS = 6  # so many small ones are looked up before they become one
VOCABULARY = TERM | QUOTED | SAID
_KEPT = "words"  # the name of what is kept


class BaseWords:
    """The words of some entries, by their numbers in the order of their ``keys``. Immutable.

    ``segments``: those that they all stand in, and maybe others with them. ``lengths``: how many words each has.
    """

    def __init__(self, keys: Sequence[Key], segments: Sequence[WordSegment]) -> None:
        wanted = {key: number for number, key in enumerate(keys)}
        self.lengths = np.zeros(len(keys))
        self._parts: list[tuple[WordSegment, NDArray[np.intp]]] = []
        for segment in segments:
            places = np.full(len(segment.entries), -1, np.intp)
            for key in wanted.keys() & segment.numbers.keys():
                places[segment.numbers[key]] = wanted.pop(key)
            live = places >= 0
            if live.any():
                self.lengths[places[live]] = segment.lengths[live]
                self._parts.append((segment, places))
        self._counts: dict[tuple[str, int], int] = {}

    def count(self, stem: str, where: int) -> int:
        """How many entries have a stem in one of these places."""
        key = (stem, where)
        if key not in self._counts:
            self._counts[key] = sum(
                int(((places[having] >= 0) & (spots & where > 0)).sum())
                for segment, places in self._parts
                for having, _, spots in (segment.postings(stem),)
            )
        return self._counts[key]

    def holders(self, stem: str, where: int) -> NDArray[np.intp]:
        """The entries that have a stem in one of these places."""
        found = [
            places[having][(places[having] >= 0) & (spots & where > 0)]
            for segment, places in self._parts
            for having, _, spots in (segment.postings(stem),)
        ]
        return np.concatenate([_NO_NUMBERS, *found])

    def __contains__(self, stem: str) -> bool:
        """Whether it is a word that entries are found by."""
        return self.count(stem, VOCABULARY) > 0

    def explains(self, stem: str) -> bool:
        """Whether an entry is explained with it."""
        return self.count(stem, EXPLAINED) > 0

    def having(self, stem: str) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """The entries that have a stem, and in how many of its texts each."""
        numbers, counts = [], []
        for segment, places in self._parts:
            having, said, _ = segment.postings(stem)
            live = places[having]
            numbers.append(live[live >= 0])
            counts.append(said[live >= 0].astype(np.float64))
        return np.concatenate(numbers or [_NO_NUMBERS]), np.concatenate(counts or [_NO_COUNTS])

    def terms(self, first: str) -> list[tuple[int, Term]]:
        """The names and keywords that begin with a stem, each with its entry."""
        return [
            (int(places[term.entry]), term)
            for segment, places in self._parts
            for term in segment.terms(first)
            if places[term.entry] >= 0
        ]

    def phrases(self, present: Collection[str]) -> Iterator[tuple[int, Phrase]]:
        """The phrases of ``says`` of which half the stems or more are present, each with its entry."""
        for segment, places in self._parts:
            for number in segment.quoted(present):
                phrase = segment.phrase(number)
                if places[phrase.entry] >= 0:
                    yield int(places[phrase.entry]), phrase

    def alike(self, word: str) -> list[str]:
        """Words that begin or end as this one, and are long enough to be told from their like; and former ones."""
        return [one for segment, _ in self._parts for one in (*segment.beginning(word), *segment.ending(word))]

    def outlined(self, like: str) -> list[str]:
        """Words of an outline, by the alphabet."""
        found = {one for segment, _ in self._parts for one in segment.outlined(like)}
        return sorted(one for one in found if one in self)


_NO_NUMBERS = np.zeros(0, np.intp)
_NO_COUNTS = np.zeros(0, np.float64)


@lru_cache(4)
def prepared_segment(folder: Path) -> WordSegment | None:
    """The segment that was prepared of a base, one for all searches of this process; ``None`` where another version of
    the program made it."""
    arrays = load_arrays(folder)
    current = arrays is not None and arrays["version"].tobytes().decode() == version()
    return WordSegment(arrays) if arrays is not None and current else None


def prepare_segment(folder: Path, entries: Sequence[Entry]) -> None:
    """Write what ``prepared_segment`` reads in place of what is there."""
    shutil.rmtree(folder, ignore_errors=True)
    save_arrays(folder, {"version": np.frombuffer(version().encode(), np.uint8), **compiled(entries)})


class WordSegments:
    """Segments in which entries were looked up before, for several searches, each on its own thread.

    ``prepared``: that of the shipped base, where there is one; ``kept``: where large ones are kept for others.
    """

    def __init__(self, prepared: WordSegment | None = None, kept: KeptArrays | None = None) -> None:
        self._large = [] if prepared is None else [prepared]
        self._small: list[WordSegment] = []
        self._kept, self._lock = kept, Lock()

    def words(self, entries: Sequence[Entry]) -> BaseWords:
        """The words of these entries; those that are in no segment yet come to stand in one."""
        keyed = {(entry.id, digest(entry)): entry for entry in entries}
        with self._lock:
            missing = _missing(keyed, [*self._large, *self._small])
            if missing and len(self._small) == SEGMENTS:
                self._small = []
                missing = _missing(keyed, self._large)
            if len(missing) > LARGE:
                self._large.append(self._kept_segment(missing))
            elif missing:
                self._small.append(WordSegment(compiled([*missing.values()])))
            return BaseWords([*keyed], [*self._large, *self._small])

    def _kept_segment(self, entries: Mapping[Key, Entry]) -> WordSegment:
        if self._kept is None:
            return WordSegment(compiled([*entries.values()]))
        key = key_of((version(), *(f"{entry_id} {said}" for entry_id, said in entries)))
        arrays = self._kept.find(_KEPT, key)
        if arrays is None:
            arrays = compiled([*entries.values()])
            self._kept.keep(_KEPT, key, arrays)
        return WordSegment(arrays)


def _missing(entries: Mapping[Key, Entry], segments: Sequence[WordSegment]) -> dict[Key, Entry]:
    return {key: entry for key, entry in entries.items() if not any(key in one.numbers for one in segments)}
