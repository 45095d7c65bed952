"""Words as they were misspelt or misread, and the words of a vocabulary that they stand for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.stems import everyday_stems, spoken_stems, stop_stems

FUZZY_LENGTH = 6
BEGINNING, ENDING = 2, 3
"""Letters: no single edit of a word of ``FUZZY_LENGTH`` changes both its beginning and its ending."""
MISREAD_LENGTH = 6
MISREAD_ENDING = 3
ALIKE = ("вбьр", "лапимк", "дацло", "инмйк", "эзо", "щшц", "ыи", "чуц", "гт", "яа")
"""Groups of Cyrillic capitals that are mistaken for one another in hand lettering."""
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
_CYRILLIC = re.compile(r"[а-я]+")
_LOOKALIKES = {a: {b for group in ALIKE if a in group for b in group} for group in ALIKE for a in group}


class SpellingRepair:
    """Spelling repair against a vocabulary: one edit (a letter wrong, missing, added, swapped), or misread capitals.

    A word that is one edit away begins or ends alike, so few are compared.
    """

    def __init__(self, vocabulary: Set[str], real: Set[str] = frozenset()) -> None:
        """``real``: further words that are spelt rightly, and are never taken for another."""
        self._vocabulary, self._real = vocabulary, real
        self._misreadings = _Misreadings(vocabulary)
        self._beginnings: dict[str, list[str]] = defaultdict(list)
        self._endings: dict[str, list[str]] = defaultdict(list)
        for word in vocabulary:
            if len(word) >= FUZZY_LENGTH and not word.isdigit():
                self._beginnings[word[:BEGINNING]].append(word)
                self._endings[word[-ENDING:]].append(word)

    def correct(self, stem: str) -> str:
        """The vocabulary's word for one with one wrong, missing, added or swapped letter, or misread; else the stem."""
        known = (self._vocabulary, self._real, stop_stems(), everyday_stems(), spoken_stems())
        if len(stem) < FUZZY_LENGTH or any(stem in words for words in known):
            return stem
        return self._nearest(stem) or self._misreadings.correct(stem) or stem

    def _nearest(self, stem: str) -> str | None:
        """The word one edit away: rather one that lacks nothing, then one that differs early, then by the alphabet."""
        alike = (*self._beginnings.get(stem[:BEGINNING], ()), *self._endings.get(stem[-ENDING:], ()))
        near = {word for word, *_ in process.extract(stem, alike, scorer=OSA.distance, score_cutoff=1, limit=None)}
        keys = _deletions(stem)
        return min(near, key=lambda word: (_first_in_common(keys, word), word), default=None)


def _deletions(word: str) -> list[str]:
    return [word, *(word[:i] + word[i + 1 :] for i in range(len(word)))]


def _first_in_common(keys: Sequence[str], word: str) -> int:
    """Words one edit apart have a word in common that both become by the loss of a letter at most."""
    lost = set(_deletions(word))
    return next(place for place, key in enumerate(keys) if key in lost)


class _Misreadings:
    """Repair of hand-lettered Russian capitals against a vocabulary: «ВОССТАНИЕ» is read as ``БОССТАНИЕ``.

    Several letters may be wrong if each is one that is mistaken for the right one; an ending that was misread
    keeps the stemmer from taking it off.
    """

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self._stems: dict[str, list[str]] = defaultdict(list)
        for stem in sorted(vocabulary):
            if len(stem) >= MISREAD_LENGTH - 1 and _CYRILLIC.fullmatch(stem):
                self._stems[_outline(stem)].append(stem)

    def correct(self, stem: str) -> str | None:
        """The word that was misread so, if one was."""
        if len(stem) < MISREAD_LENGTH or not _CYRILLIC.fullmatch(stem):
            return None
        outline = _outline(stem)
        for cut in range(MISREAD_ENDING + 1):
            length = len(stem) - cut
            known = self._stems.get(outline[:length], ()) if length >= MISREAD_LENGTH - 1 else ()
            for word in known:
                wrong = sum(a != b for a, b in zip(word, stem, strict=False))
                bearable = wrong <= _bearable(word) and _mistaken(word, stem)
                if bearable and (not cut or _is_ending(stem[length:])):
                    return word
        return None


def _bearable(word: str) -> int:
    """How many of its letters may be misread."""
    return 0 if len(word) < MISREAD_LENGTH else 1 + (len(word) - MISREAD_LENGTH) // 2


def _mistaken(right: str, read: str) -> bool:
    """Whether each letter that differs, as far as ``right`` goes, is mistaken for the other."""
    return all(a == b or b in _LOOKALIKES.get(a, ()) for a, b in zip(right, read, strict=False))


def _is_ending(read: str) -> bool:
    """Whether it is a misread ending, or what the stemmer left of one; one read as it should be it has judged."""
    return read in LEFT or (read not in ENDINGS and any(len(e) == len(read) and _mistaken(e, read) for e in ENDINGS))


@cache
def _outlines() -> dict[int, str]:
    """Each letter's representative: letters that are mistaken for each other, directly or in steps, share one."""
    groups: list[set[str]] = []
    for letters in ALIKE:
        touching = [group for group in groups if group & set(letters)]
        groups = [group for group in groups if group not in touching] + [set(letters).union(*touching)]
    return {ord(letter): min(group) for group in groups for letter in group}


def _outline(word: str) -> str:
    return word.translate(_outlines())
