"""Words as they were misspelt or misread, and the words of a vocabulary that they stand for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.search.words.outlines import ALIKE, CYRILLIC, outline
from knowledge.search.words.segment import FUZZY_LENGTH, OUTLINED
from knowledge.stems import everyday_stems, spoken_stems, stop_stems

MISREAD_LENGTH = OUTLINED + 1
MISREAD_ENDING = 3
ENDINGS = (
    "ов",
    "ев",
    "ам",
    "ям",
    "ами",
    "ями",
    "ах",
    "ях",
    "ом",
    "ем",
    "ой",
    "ый",
    "ий",
    "ая",
    "ого",
    "ему",
    "ть",
    "ла",
    "ли",
)
LEFT = ("о", "е")
"""Of "ов" and "ев", when в was read as ь, which no stem ends with."""
_LOOKALIKES = {a: {b for group in ALIKE if a in group for b in group} for group in ALIKE for a in group}


class Vocabulary(Protocol):
    """Words that misspelt ones may stand for."""

    def __contains__(self, stem: str) -> bool: ...

    def explains(self, stem: str) -> bool:
        """Whether it is spelt rightly, though nothing is taken for it."""
        ...

    def alike(self, word: str) -> list[str]:
        """All words of it that may be one edit away, and others; of those that are long enough."""
        ...

    def outlined(self, like: str) -> list[str]:
        """Words of an outline, by the alphabet."""
        ...


class SpellingRepair:
    """Spelling repair against a vocabulary: one edit (a letter wrong, missing, added, swapped), or misread capitals.

    Misread capitals are of hand-lettered Russian: «ВОССТАНИЕ» is read as ``БОССТАНИЕ``. Several letters may be wrong
    if each is one that is mistaken for the right one; an ending that was misread keeps the stemmer from taking it off.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def correct(self, stem: str) -> str:
        """The vocabulary's word for one with one wrong, missing, added or swapped letter, or misread; else the stem."""
        known = (self._vocabulary, stop_stems(), everyday_stems(), spoken_stems())
        if len(stem) < FUZZY_LENGTH or any(stem in words for words in known) or self._vocabulary.explains(stem):
            return stem
        return self._nearest(stem) or self._misread(stem) or stem

    def _nearest(self, stem: str) -> str | None:
        """The word one edit away: rather one that lacks nothing, then one that differs early, then by the alphabet."""
        alike = self._vocabulary.alike(stem)
        found = process.extract(stem, alike, scorer=OSA.distance, score_cutoff=1, limit=None)
        near = {word for word, *_ in found if word in self._vocabulary}
        keys = _deletions(stem)
        return min(near, key=lambda word: (_first_in_common(keys, word), word), default=None)

    def _misread(self, stem: str) -> str | None:
        """The word that was misread so, if one was."""
        if len(stem) < MISREAD_LENGTH or not CYRILLIC.fullmatch(stem):
            return None
        drawn = outline(stem)
        for cut in range(MISREAD_ENDING + 1):
            length = len(stem) - cut
            known = self._vocabulary.outlined(drawn[:length]) if length >= OUTLINED else []
            for word in known:
                wrong = sum(a != b for a, b in zip(word, stem, strict=False))
                bearable = wrong <= _bearable(word) and _mistaken(word, stem)
                if bearable and (not cut or _is_ending(stem[length:])):
                    return word
        return None


def _deletions(word: str) -> list[str]:
    return [word, *(word[:i] + word[i + 1 :] for i in range(len(word)))]


def _first_in_common(keys: Sequence[str], word: str) -> int:
    """Words one edit apart have a word in common that both become by the loss of a letter at most."""
    lost = set(_deletions(word))
    return next(place for place, key in enumerate(keys) if key in lost)


def _bearable(word: str) -> int:
    """How many of its letters may be misread."""
    return 0 if len(word) < MISREAD_LENGTH else 1 + (len(word) - MISREAD_LENGTH) // 2


def _mistaken(right: str, read: str) -> bool:
    """Whether each letter that differs, as far as ``right`` goes, is mistaken for the other."""
    return all(a == b or b in _LOOKALIKES.get(a, ()) for a, b in zip(right, read, strict=False))


def _is_ending(read: str) -> bool:
    """Whether it is a misread ending, or what the stemmer left of one; one read as it should be it has judged."""
    return read in LEFT or (read not in ENDINGS and any(len(e) == len(read) and _mistaken(e, read) for e in ENDINGS))
