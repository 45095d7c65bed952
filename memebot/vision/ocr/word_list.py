"""Which runs of letters are Russian or English words: what was read rightly is told from what was not.

The list, ``words.bin``, is made of the words that Tesseract's models come with (``rus`` and ``eng`` of tessdata_fast,
Apache licence 2.0) and of those of this program's own base, some 320,000. It is kept as a Bloom filter: every word of
the list is found, and of what is no word one in 40,000.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources

BITS, HASHES = 1 << 23, 8
_LETTERS = re.compile(r"[^\W\d_]+")
_ALONE = frozenset("явсуикоаai")
"""Letters that are words."""
_AFTER_APOSTROPHE = re.compile(r"(?<=[^\W\d_])['’](?:s|t|m|re|ll|ve|d)\b", re.IGNORECASE)
_PREFIX = re.compile("не|пере|от|за|на|по|под|до|вы|при|про|раз|с|об", re.IGNORECASE)
FILE = "words.bin"
STEM = 5
"""Letters of a word without its ending, at least."""
ENDINGS = ("", "а", "е", "и", "о", "у", "ы", "ь", "я", "ая", "ам", "ах", "ей", "ем", "ий", "ов", "ой", "ый", "ть", "ла")


class WordList:
    """A set of words whatever their case, ё and е being one; ``bits``: as ``of`` made them."""

    def __init__(self, bits: bytes) -> None:
        self._bits = bits

    @classmethod
    def of(cls, words: Iterable[str]) -> WordList:
        """A list of these words."""
        bits = bytearray(BITS // 8)
        for word in words:
            for place in _places(word):
                bits[place >> 3] |= 1 << (place & 7)
        return cls(bytes(bits))

    def __bytes__(self) -> bytes:
        return self._bits

    def __contains__(self, word: str) -> bool:
        return all(self._bits[place >> 3] & 1 << (place & 7) for place in _places(word))

    def known(self, text: str) -> bool:
        """Whether all runs of letters in it are words; false where there are none."""
        runs = _runs(text)
        long = [run for run in runs if len(run) > 1] or runs
        return bool(long) and all(map(self._is_word, long))

    def inflected(self, text: str) -> bool:
        """Whether all runs of letters in it are Russian words but for their endings, or for a prefix."""
        runs = [run for run in _runs(text) if len(run) > 1]
        return bool(runs) and all(self._is_word(run) or self._has_another_ending(run) for run in runs)

    def _has_another_ending(self, run: str) -> bool:
        prefix = _PREFIX.match(run)
        if prefix is not None and len(run) - prefix.end() >= STEM:
            rest = run[prefix.end() :]
            if rest in self or self._has_another_ending(rest):
                return True
        stems = (run[:-cut] for cut in (1, 2, 3) if len(run) - cut >= STEM)
        return any(f"{stem}{ending}" in self for stem in stems for ending in ENDINGS)

    def share(self, text: str) -> float:
        """How many of its letters stand in words, 0..1; 0 without letters."""
        runs = _runs(text)
        return sum(len(run) for run in runs if self._is_word(run)) / max(1, sum(map(len, runs)))

    def _is_word(self, run: str) -> bool:
        return run.casefold() in _ALONE if len(run) == 1 else run in self


@cache
def word_list() -> WordList:
    """The list that is shipped."""
    return WordList(resources.files("memebot.vision.ocr").joinpath(FILE).read_bytes())


def _runs(text: str) -> list[str]:
    return _LETTERS.findall(_AFTER_APOSTROPHE.sub("", text))


def _places(word: str) -> Iterator[int]:
    digest = hashlib.blake2b(word.casefold().replace("ё", "е").encode(), digest_size=16).digest()
    first, step = int.from_bytes(digest[:8]), int.from_bytes(digest[8:]) | 1
    return ((first + number * step) % BITS for number in range(HASHES))
