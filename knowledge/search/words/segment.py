"""The words of some entries in arrays: made once, mapped into memory by as many processes as search.

A base is searched in segments, as the shipped one and what a community has of its own. A segment never changes: an
entry that did is looked up in a later one.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from itertools import accumulate, chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.entry.model import Entry, EntryId
from knowledge.search.kept import Arrays, key_of
from knowledge.search.words.outlines import CYRILLIC, outline
from knowledge.stems import STOP_WORDS, normalize, stemming, stems, stop_stems

EXPLAINED, TERM, QUOTED, SAID = 1, 2, 4, 8
"""Where an entry has a stem: in its explanations; in a name or keyword; in a ``says``; in ``asks`` or ``captions``."""
BEGINNING, ENDING = 2, 3
"""Letters: no single edit of a word of ``FUZZY_LENGTH`` changes both its beginning and its ending."""
FUZZY_LENGTH = 6
OUTLINED = 5
"""Letters of the shortest word that is told from its outline."""
_LAST = "\U0010ffff"

Key = tuple[EntryId, int]
"""An entry's id and ``digest``."""


@dataclass(frozen=True, slots=True)
class Term:
    """A name or keyword of an entry, by its number in the segment. ``stems``: without stop words."""

    entry: int
    stems: tuple[str, ...]
    is_name: bool


@dataclass(frozen=True, slots=True)
class Phrase:
    """A ``says`` of an entry, by its number in the segment, normalized."""

    entry: int
    text: str
    stems: frozenset[str]


class WordSegment:
    """The words of some entries. ``arrays``: as ``compiled`` gives them."""

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays
        self.entries = [EntryId(one) for one in _text(arrays["entries"]).split()]
        self.words = _text(arrays["words"]).split("\n") if len(arrays["words"]) else []
        self._number = dict(zip(self.words, range(len(self.words)), strict=True))
        self.lengths: NDArray[np.int32] = arrays["lengths"]
        """How many words each entry has: one counts once a text."""
        self.terms = lru_cache(4096)(self._terms)
        self.phrase = lru_cache(1024)(self._phrase)

    @cached_property
    def numbers(self) -> Mapping[Key, int]:
        """The numbers of its entries."""
        digests = self._arrays["digests"].tolist()
        return {key: number for number, key in enumerate(zip(self.entries, digests, strict=True))}

    def postings(self, stem: str) -> tuple[NDArray[np.int32], NDArray[np.uint16], NDArray[np.uint8]]:
        """The entries that have a stem, in how many of its texts each, and where: ``EXPLAINED`` and so on."""
        spot = self._spot("postings", stem)
        return self._arrays["having"][spot], self._arrays["counts"][spot], self._arrays["places"][spot]

    def quoted(self, present: Iterable[str]) -> Sequence[int]:
        """The numbers of the phrases of which half the stems or more are among these, each of them once."""
        quoting, spots = self._arrays["quoting"], [self._spot("quoted", stem) for stem in present]
        numbers, counts = np.unique(np.concatenate([quoting[spot] for spot in spots]), return_counts=True)
        starts = self._arrays["phrase_stems_starts"]
        found: list[int] = numbers[2 * counts >= starts[numbers + 1] - starts[numbers]].tolist()
        return found

    def beginning(self, word: str) -> Iterator[str]:
        """Words that begin as this one and are long enough to be told from their like."""
        start = word[:BEGINNING]
        found = self.words[bisect_left(self.words, start) : bisect_left(self.words, start + _LAST)]
        return (one for one in found if _is_long(one))

    def ending(self, word: str) -> Iterator[str]:
        """The same of words that end as this one."""
        numbers, words, end = self._arrays["by_ending"], self.words, word[-ENDING:]
        first = bisect_left(numbers, end, key=lambda number: words[number][-ENDING:])
        last = bisect_right(numbers, end, first, key=lambda number: words[number][-ENDING:])
        return (words[number] for number in numbers[first:last].tolist())

    def outlined(self, like: str) -> Iterator[str]:
        """Words of that outline."""
        numbers, words = self._arrays["by_outline"], self.words
        first = bisect_left(numbers, like, key=lambda number: outline(words[number]))
        last = bisect_right(numbers, like, first, key=lambda number: outline(words[number]))
        return (words[number] for number in numbers[first:last].tolist())

    def _spot(self, name: str, stem: str) -> slice:
        number = self._number.get(stem)
        if number is None:
            return slice(0, 0)
        starts = self._arrays[f"{name}_starts"]
        return slice(int(starts[number]), int(starts[number + 1]))

    def _terms(self, first: str) -> Sequence[Term]:
        """The terms that begin with a stem."""
        spot = self._spot("terms", first)
        entries, names = self._arrays["term_entries"][spot].tolist(), self._arrays["term_names"][spot].tolist()
        starts = self._arrays["term_stems_starts"][spot.start : spot.stop + 1].tolist()
        stems_of = self._arrays["term_stems"]
        return [
            Term(entry, tuple(self.words[n] for n in stems_of[start:end].tolist()), is_name)
            for entry, is_name, start, end in zip(entries, names, starts, starts[1:], strict=False)
        ]

    def _phrase(self, number: int) -> Phrase:
        starts, texts = self._arrays["phrase_stems_starts"], self._arrays["phrase_texts_starts"]
        numbers = self._arrays["phrase_stems"][int(starts[number]) : int(starts[number + 1])].tolist()
        text = _text(self._arrays["phrase_texts"][int(texts[number]) : int(texts[number + 1])])
        return Phrase(int(self._arrays["phrase_entries"][number]), text, frozenset(self.words[n] for n in numbers))


def digest(entry: Entry) -> int:
    """Names what an entry says: 60 bits."""
    said = entry.original or repr(entry)
    return int.from_bytes(hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") >> 4


def version() -> str:
    """What a segment depends on beside its entries: how words are stemmed, which say nothing, how it is written."""
    stop = resources.files("knowledge").joinpath(STOP_WORDS).read_text("utf-8")
    return key_of((*stemming(), stop, Path(__file__).read_text("utf-8")))


def names(entry: Entry) -> list[str]:
    """What an entry calls itself."""
    return [*entry.title.values(), *(_bare(title) for title in entry.title.values()), *entry.aliases]


def said(entry: Entry) -> list[str]:
    """How people ask for it, and what stands on memes about it."""
    return [phrase for some in (*entry.asks.values(), *entry.captions.values()) for phrase in some]


def texts_of(entry: Entry) -> list[str]:
    """The texts of an entry in which words count, its explanations apart."""
    return [*dict.fromkeys((*names(entry), *_keywords(entry), *entry.says, *said(entry), *entry.looks_like))]


@lru_cache(2**15)
def stem_set(text: str) -> frozenset[str]:
    """The stems of a phrase; kept, since entries are read again after a change."""
    return frozenset(stems(text))


def compiled(entries: Sequence[Entry]) -> Arrays:
    """The arrays of a segment of these entries."""
    having: defaultdict[str, list[tuple[int, int, int]]] = defaultdict(list)
    terms: defaultdict[str, list[Term]] = defaultdict(list)
    phrases: list[Phrase] = []
    lengths = []
    for number, entry in enumerate(entries):
        counts, places = _counted(entry)
        for term in _entry_terms(number, entry):
            terms[term.stems[0]].append(term)
            for stem in term.stems:
                places[stem] |= TERM
        phrases += (Phrase(number, normalize(text), stem_set(text)) for text in entry.says)
        for stem, count in counts.items():
            having[stem].append((number, count, places[stem]))
        lengths.append(counts.total())
    words = sorted(having)
    return {
        "entries": _bytes(" ".join(entry.id for entry in entries)),
        "digests": np.array([digest(entry) for entry in entries], np.int64),
        "lengths": np.array(lengths, np.int32),
        "words": _bytes("\n".join(words)),
        **_postings([having[word] for word in words]),
        **_term_arrays(words, terms),
        **_phrase_arrays(words, phrases),
        **_orders(words),
    }


def _counted(entry: Entry) -> tuple[Counter[str], defaultdict[str, int]]:
    """In how many of its texts, all explanations being one, an entry has each stem; and where."""
    places: defaultdict[str, int] = defaultdict(int)
    explained = {stem for text in entry.text.values() for stem in stems(text)}
    counts = Counter(chain(explained, chain.from_iterable(map(stem_set, texts_of(entry)))))
    parts = ((EXPLAINED, [explained]), (QUOTED, map(stem_set, entry.says)), (SAID, map(stem_set, said(entry))))
    for place, some in parts:
        for stem in chain.from_iterable(some):
            places[stem] |= place
    return counts, places


def _entry_terms(number: int, entry: Entry) -> Iterator[Term]:
    """Its names and keywords, each once."""
    seen: set[tuple[str, ...]] = set()
    stop = stop_stems()
    for text, is_name in [*((n, True) for n in names(entry)), *((k, False) for k in _keywords(entry))]:
        term = tuple(stem for stem in stems(text) if stem not in stop)
        if term and term not in seen:
            seen.add(term)
            yield Term(number, term, is_name)


def _postings(rows: Sequence[Sequence[tuple[int, int, int]]]) -> Arrays:
    table = np.array([*chain.from_iterable(rows)], np.int32).reshape(-1, 3)
    return {
        "postings_starts": _starts(map(len, rows)),
        "having": table[:, 0].copy(),
        "counts": table[:, 1].astype(np.uint16),
        "places": table[:, 2].astype(np.uint8),
    }


def _term_arrays(words: Sequence[str], terms: Mapping[str, Sequence[Term]]) -> Arrays:
    numbers = dict(zip(words, range(len(words)), strict=True))
    every = [term for word in words for term in terms.get(word, ())]
    return {
        "terms_starts": _starts(len(terms.get(word, ())) for word in words),
        "term_entries": np.array([term.entry for term in every], np.int32),
        "term_names": np.array([term.is_name for term in every], np.bool_),
        "term_stems_starts": _starts(len(term.stems) for term in every),
        "term_stems": np.array([numbers[stem] for term in every for stem in term.stems], np.int32),
    }


def _phrase_arrays(words: Sequence[str], phrases: Sequence[Phrase]) -> Arrays:
    numbers = dict(zip(words, range(len(words)), strict=True))
    quoting: defaultdict[str, list[int]] = defaultdict(list)
    for number, phrase in enumerate(phrases):
        for stem in phrase.stems:
            quoting[stem].append(number)
    texts = [phrase.text.encode("utf-8", "surrogatepass") for phrase in phrases]
    return {
        "phrase_entries": np.array([phrase.entry for phrase in phrases], np.int32),
        "phrase_texts": np.frombuffer(b"".join(texts), np.uint8),
        "phrase_texts_starts": _starts(map(len, texts)),
        "phrase_stems": np.array([numbers[stem] for phrase in phrases for stem in sorted(phrase.stems)], np.int32),
        "phrase_stems_starts": _starts(len(phrase.stems) for phrase in phrases),
        "quoted_starts": _starts(len(quoting.get(word, ())) for word in words),
        "quoting": np.array([number for word in words for number in quoting.get(word, ())], np.int32),
    }


def _orders(words: Sequence[str]) -> Arrays:
    """The numbers of words in other orders than the alphabet's: by their endings, and by their outlines."""
    long = [number for number, word in enumerate(words) if _is_long(word)]
    drawn = [n for n, word in enumerate(words) if len(word) >= OUTLINED and CYRILLIC.fullmatch(word)]
    return {
        "by_ending": np.array(sorted(long, key=lambda number: words[number][-ENDING:]), np.int32),
        "by_outline": np.array(sorted(drawn, key=lambda number: outline(words[number])), np.int32),
    }


def _is_long(word: str) -> bool:
    return len(word) >= FUZZY_LENGTH and not word.isdigit()


def _keywords(entry: Entry) -> list[str]:
    return [word for words in entry.keywords.values() for word in words]


def _bare(title: str) -> str:
    """A title without the remark in brackets at its end."""
    return re.sub(r"\s*\([^()]*\)$", "", title)


def _starts(lengths: Iterable[int]) -> NDArray[np.int32]:
    return np.array([*accumulate(lengths, initial=0)], np.int32)


def _bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)


def _text(array: NDArray[Any]) -> str:
    return array.tobytes().decode("utf-8", "surrogatepass")
