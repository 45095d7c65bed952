"""English words that text recognition took for Russian ones: "рарег", "БасКргор", and "Al" for "AI"."""

from __future__ import annotations

import re
from collections.abc import Callable

from knowledge.stems import everyday_stems, normalize, stem, stop_stems

SHORTEST = 4
"""Letters of a word that is looked at."""
_LATIN = dict(zip("аВЬеЕКкмМНоОрРсСтТхХуУбБгпиАд", "aBbeEKkmMHoOpPcCtTxXyYbBrnuAg", strict=True))
"""What a Cyrillic letter stands for where a Latin one was printed."""
_WORD = re.compile(rf"[А-Яа-яЁё]{{{SHORTEST},}}")
_AI = re.compile(r"(?:(?<=Open)|(?<=Gen)|(?<=x)|\b)Al\b(?! (?:Pacino|Gore|Capone|Bundy|Yankovic|Jazeera|Qaeda)\b)")


class Lookalikes:
    """Mends texts by what a base says: a word that Russian or no English text has stays as it was read."""

    def __init__(self, said: Callable[[str], bool]) -> None:
        """``said``: tells of a stem whether any entry has it, its explanation included."""
        self._said = said

    def mended(self, text: str) -> str:
        """The text with such words as they were printed."""
        return _AI.sub("AI", _WORD.sub(lambda word: self._printed(word[0]), text))

    def _printed(self, word: str) -> str:
        if not all(letter in _LATIN for letter in word) or self._known(word):
            return word
        latin = "".join(_LATIN[letter] for letter in word)
        return latin.lower() if self._known(latin) else word

    def _known(self, word: str) -> bool:
        short = stem(normalize(word))
        return self._said(short) or short in everyday_stems() or short in stop_stems()
