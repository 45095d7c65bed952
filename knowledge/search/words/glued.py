"""Words that text recognition has run together or torn apart: "JUSTOVERFITTING", "BACK / PROPAGATION"."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

from knowledge.stems import everyday_stems, normalize, stem, stop_stems

GLUED = 8
"""Letters of the shortest word that is looked at as several."""
MAX_PARTS = 4
TELLING_PART = 5
"""So many letters has at least one of them, in a word that entries use."""
_WORD = re.compile(r"[^\W\d_]+")
_PREFIX = re.compile("без|во?|вы|до|за|из|на|об?|от|пере|по|под|при|про|раз|со?|у", re.IGNORECASE)
_VERB = re.compile(r"(?:ть|л|ла|ло|ли|[еиё]т|[еиё]м|[еиё]шь|[уюая]т)(?:ся|сь)?$", re.IGNORECASE)
"""The end of a verb: before one no preposition stands, so what looks like one is its prefix."""


class GluedWords:
    """Mends texts by a vocabulary of stems: what no entry says is left as it was read. ``named``: whether it is in."""

    def __init__(self, named: Callable[[str], bool]) -> None:
        self._named = named

    def mended(self, text: str) -> str:
        """The text with blanks between words that capitals ran together, as far as all of them are known."""
        return _WORD.sub(lambda word: " ".join(self._parts(word[0])), text)

    def joined(self, text: str) -> str:
        """The words that pairs of capitalised neighbours make, also over the end of a line; "" where they make none.

        Not those of small letters: who drops out of school has no dropout.
        """
        found = _WORD.findall(text)
        pairs = (one + other for one, other in itertools.pairwise(found) if min(len(one), len(other)) > 2)
        return " ".join(dict.fromkeys(pair for pair in pairs if pair.isupper() and self._tells(pair)))

    def _parts(self, word: str) -> list[str]:
        if len(word) < GLUED or not word.isupper() or self._known(word):
            return [word]
        return self._split(word, MAX_PARTS, told=False) or [word]

    def _split(self, word: str, parts: int, *, told: bool) -> list[str]:
        """The fewest known words that make up this one, one of them telling; empty where there are none such."""
        if self._known(word) and (told or self._tells(word)):
            return [word]
        found: list[str] = []
        for cut in range(2, len(word) - 1) if parts > 1 else ():
            head, tail = word[:cut], word[cut:]
            if _is_prefix(head, tail):
                continue
            if self._known(head) and (rest := self._split(tail, parts - 1, told=told or self._tells(head))):
                found = min(filter(None, (found, [head, *rest])), key=_oddness)
        return found

    def _known(self, word: str) -> bool:
        short = stem(normalize(word))
        return short in stop_stems() or (len(word) > 2 and (self._named(short) or short in everyday_stems()))

    def _tells(self, word: str) -> bool:
        short = stem(normalize(word))
        return len(word) >= TELLING_PART and self._named(short) and short not in everyday_stems()


def _is_prefix(head: str, tail: str) -> bool:
    return _PREFIX.fullmatch(head) is not None and _VERB.search(tail) is not None


def _oddness(parts: list[str]) -> tuple[int, int]:
    """Few parts are likelier than many, and "memes and" than "meme sand"."""
    return len(parts), -sum(stem(normalize(part)) in stop_stems() for part in parts)
