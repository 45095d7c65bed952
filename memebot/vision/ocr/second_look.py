"""Words that make no sense are looked at once more: in the other reading, in their own pixels, letter by letter.

Two recognisers and a mask for each kind of lettering read most lines. What is left are words of the other alphabet in
a line ("ОрепА!"), hand lettering that passes for Latin ("robopum"), capitals run together, and white letters on white
that only their outline holds. A list of words tells whether one of the other ways has it right.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from knowledge.stems import stem, stop_stems
from memebot.vision.ocr import script
from memebot.vision.ocr.engines import Frame, LatinRecogniser, LineReading, Tesseract, Word
from memebot.vision.ocr.word_list import WordList, word_list

ENOUGH_KNOWN = 0.7
"""A line of whose letters so many stand in words is read; only single words of it are looked at again."""
LEGIBLE = 0.5
"""How sure of a line its recogniser is at least, or it is read again whatever it says."""
FEWEST_LETTERS, LENGTH = 4, 2.0
"""Letters of a line that is read anew, and times its height that it is long: less is an ornament."""
LINES, WORDS = 5, 5
"""At most so many lines and words of a picture are read once more."""
SURE_NAME = 0.975
"""So sure must the Latin recogniser be of a word that no list has."""
SURE_UNKNOWN, SURE_INFLECTED, SURE_KNOWN = 0.93, 0.85, 0.3
"""So sure must a recogniser be of a word that no list has, of one with another ending there, and of one of the list, to
be quoted."""
SURE_LONG, LONG = 0.9, 8
"""The same for long Russian words in capitals or small letters: those have endings and prefixes that no list has."""
SHORT = 2
WIDE = 1.35
UNKNOWN_COSTS = 0.3
MOST_FORMS = 64

_WRITTEN = {
    **dict(zip("umnrkdpyhcaeoBgMTKHPCXAEODǔ∂δtz", "итпгкдрунсаеоВдМТКНРСХАЕОДйдбтг", strict=True)),
    "b": "вб",
    "x": "кх",
}
"""Small letters of Russian handwriting and italics, as who knows Latin ones reads them."""
_ALIKE = ("абдвз", "гтпн", "дл", "иншйц", "вбзэ", "ое", "сео", "цщ", "ьъы", "чу", "кх")
_TWINS_AND_BAR = re.compile(r"[АВЕКМНОРСТХУ]{2,}[!1|]")
"""Capitals of both alphabets and a bar: ``API`` among Russian words."""
_PREFIX = re.compile("недо|пере|пре|само|много|мало|во|вы|об|про|раз|со|не|ни", re.IGNORECASE)
_PREPOSITION = re.compile("без|до|за|из|на|от|по|под|при|у|о|в|с", re.IGNORECASE)
_OF_VERB = re.compile(r".*(?:ть|л|ла|ло|ли|[еиё]т|[еиё]м|[еиё]шь|[уюая]т|ни[еяю]|нн\w+|тый)(?:ся|сь)?", re.IGNORECASE)
_ALONE = frozenset("ВСКУЯИОА")
_WORD = re.compile(r"^(\W*)(.*?)(\W*)$", re.DOTALL)


class SecondLook:
    """The second look at the lines of one picture. ``tesseract``: nothing where it is not installed."""

    def __init__(self, tesseract: Tesseract | None, latin: LatinRecogniser, words: WordList) -> None:
        self._tesseract, self._latin, self._known = tesseract, latin, words
        self._lines, self._words = LINES, WORDS

    def reading(
        self,
        crop: Frame,
        said: LineReading,
        others: Sequence[LineReading],
        *,
        wider: Callable[[], Frame],
        russian: bool,
    ) -> LineReading:
        """The line as it makes the most sense. ``said``: what it was taken for; ``others``: how else it was read.

        ``wider``: the pixels of the line with some more at its ends, where a letter may have been cut off. ``russian``:
        some line of the picture is.
        """
        if not said.words and not any(other.letters for other in others):
            return said
        mended = self._mended(crop, said, others, russian=russian)
        if self._makes_sense(mended):
            return mended
        again = self._again(wider, mended, others)
        return mended if again is mended else self._mended(crop, again, others, russian=russian)

    def _makes_sense(self, said: LineReading) -> bool:
        if said.confidence >= SURE_NAME and script.is_latin(said.text):
            return True
        long = " ".join(word.text for word in said.words if script.letters(word.text) > SHORT)
        return said.confidence >= LEGIBLE and (not long or self._known.share(long) >= ENOUGH_KNOWN)

    def _again(self, wider: Callable[[], Frame], said: LineReading, others: Sequence[LineReading]) -> LineReading:
        """The reading with the most known words, of those there are and of those by other masks."""
        readings = [said, *(other for other in others if other.letters)]
        crop = wider()
        if self._is_line(crop, readings) and self._tesseract is not None and self._lines:
            self._lines -= 1
            readings += self._tesseract.other_ways(crop)
        best = max(readings, key=self._sense)
        return best if self._sense(best) > max(0.0, self._sense(said)) else said

    def _is_line(self, crop: Frame, readings: Sequence[LineReading]) -> bool:
        letters = max(one.letters for one in readings)
        return letters >= FEWEST_LETTERS and crop.shape[1] >= LENGTH * crop.shape[0]

    def _sense(self, said: LineReading) -> float:
        """Letters in words that are known, by how surely they were read, less those in words that are not."""
        known = [(script.letters(word.text), self._known.known(word.text), word.confidence) for word in said.words]
        return sum(n * sure if is_known and n > SHORT else -UNKNOWN_COSTS * n for n, is_known, sure in known)

    # --- word by word ----------------------------------------------------------------------------------------

    def _mended(self, crop: Frame, said: LineReading, others: Sequence[LineReading], *, russian: bool) -> LineReading:
        words = [self._word(crop, word, others, russian=russian) for word in said.words]
        if words == list(said.words):
            return said
        return LineReading.of(words)

    def _word(self, crop: Frame, word: Word, others: Sequence[LineReading], *, russian: bool) -> Word:
        if script.letters(word.text) < SHORT or not self._is_odd(word):
            return word
        ways: tuple[Callable[[], Word | None], ...] = (
            lambda: self._in_others(word, others),
            lambda: self._handwritten(word) if russian else None,
            lambda: self._alone(crop, word),
            lambda: self._parted(word),
            lambda: self._put_right(word),
        )
        return next((found for found in (way() for way in ways) if found is not None), word)

    def _is_odd(self, word: Word) -> bool:
        if _TWINS_AND_BAR.fullmatch(word.text.rstrip(".,:;»")):
            return True
        return not self._known.known(word.text) and not (word.confidence >= SURE_NAME and script.is_latin(word.text))

    def _in_others(self, word: Word, others: Sequence[LineReading]) -> Word | None:
        """What another reading has in its place, if that is a word."""
        for other in others:
            there = [one for one in other.words if min(one.end, word.end) - max(one.start, word.start) > 0]
            one = there[0] if len(there) == 1 else None
            if one and abs(len(one.text) - len(word.text)) <= SHORT and self._is_better(one, word):
                return one
        return None

    def _is_better(self, one: Word, word: Word) -> bool:
        letters = script.letters(one.text)
        return one.text != word.text and letters > SHORT and one.confidence >= LEGIBLE and self._known.known(one.text)

    def _handwritten(self, word: Word) -> Word | None:
        """A Russian word whose letters were taken for Latin ones."""
        if not re.search(r"[a-zA-Z∂δ]", word.text):
            return None
        before, inside, after = _around(word.text)
        choices = [_WRITTEN.get(letter, letter) for letter in inside]
        forms = itertools.islice(map("".join, itertools.product(*choices)), MOST_FORMS)
        found = next((form for form in forms if _is_all_cyrillic(form) and self._known.known(form)), None)
        return replace(word, text=f"{before}{found}{after}") if found and len(found) > SHORT else None

    def _alone(self, crop: Frame, word: Word) -> Word | None:
        """The word, or the part of it before or after a hyphen, as the Latin recogniser reads its pixels alone."""
        if script.is_latin(word.text) or not self._words:
            return None
        for start, end in self._odd_parts(word.text):
            if not self._words:
                break
            self._words -= 1
            width, length = word.end - word.start, len(word.text)
            first, last = word.start + width * start / length, word.start + width * end / length
            said = self._latin.read(_part(crop, first, last))
            if self._is_believed(said, end - start):
                text = f"{word.text[:start]}{_joined(said)}{word.text[end:]}"
                return replace(word, text=text, confidence=max(word.confidence, said.confidence))
        return None

    def _odd_parts(self, text: str) -> Iterator[tuple[int, int]]:
        """Where in a word that part is, of several joined by hyphens, which is not known."""
        parts = [(match.start(), match.end()) for match in re.finditer(r"[^-–]+", text)]
        odd = [(start, end) for start, end in parts if not self._known.known(text[start:end])]
        yield from odd if odd and len(parts) > 1 else [(0, len(text))]

    def _is_believed(self, said: LineReading, length: int) -> bool:
        text = _joined(said)
        if abs(len(text) - length) > 1 + length // 4 or not script.is_latin(text):
            return False
        return said.confidence >= SURE_NAME or (said.confidence >= 0.9 and self._known.known(text))

    def _parted(self, word: Word) -> Word | None:
        """Capitals that were run together, as two words."""
        before, inside, after = _around(word.text)
        if len(inside) < 6 or not inside.isalpha() or not inside.isupper() or word.confidence >= SURE_UNKNOWN:
            return None
        for cut in sorted(range(1, len(inside)), key=lambda cut: abs(2 * cut - len(inside))):
            head, tail = inside[:cut], inside[cut:]
            if self._may_stand(head) and self._may_stand(tail) and not _is_prefix(head, tail):
                return replace(word, text=f"{before}{head} {tail}{after}")
        return None

    def _may_stand(self, part: str) -> bool:
        if len(part) == 1:
            return part in _ALONE
        return self._known.known(part) and (len(part) > SHORT + 1 or stem(part.lower()) in stop_stems())

    def _put_right(self, word: Word) -> Word | None:
        """A Russian word of which one letter was taken for one that looks like it."""
        before, inside, after = _around(word.text)
        if len(inside) <= 4 or not _is_all_cyrillic(inside) or word.confidence >= SURE_UNKNOWN:
            return None
        found = [form for form in _one_letter_off(inside) if self._known.known(form)]
        return replace(word, text=f"{before}{found[0]}{after}") if len(found) == 1 else None


def is_sure(text: str, confidence: float) -> bool:
    """Whether a word that was read so surely stands there as it was read."""
    letters = script.letters(text)
    if not letters:
        return confidence >= SURE_KNOWN
    if word_list().known(text):
        return confidence >= (SURE_KNOWN if letters > SHORT else 2 * SURE_KNOWN)
    if confidence >= SURE_INFLECTED and word_list().inflected(text):
        return True
    if confidence >= SURE_LONG and letters >= LONG and _is_all_cyrillic(_around(text)[1]) and _one_case(text):
        return True
    return confidence >= (SURE_NAME if script.is_latin(text) else SURE_UNKNOWN) and not script.has_both(text)


def _is_prefix(head: str, tail: str) -> bool:
    """Whether two known words are one: a preposition is a prefix before a verb, or what is made of one."""
    return _PREFIX.fullmatch(head) is not None or (
        _PREPOSITION.fullmatch(head) is not None and _OF_VERB.fullmatch(tail) is not None
    )


def _one_case(text: str) -> bool:
    return text.isupper() or text[2:].islower()


def _around(text: str) -> tuple[str, str, str]:
    """A word without its marks, and those before and after it."""
    found = _WORD.match(text)
    assert found is not None
    return found[1], found[2], found[3]


def _is_all_cyrillic(text: str) -> bool:
    return re.fullmatch(r"[А-Яа-яЁё-]+", text) is not None


def _one_letter_off(word: str) -> Iterator[str]:
    for place, letter in enumerate(word):
        small = letter.lower()
        for other in sorted({one for group in _ALIKE if small in group for one in group} - {small}):
            yield f"{word[:place]}{other.upper() if letter.isupper() else other}{word[place + 1 :]}"


def _joined(said: LineReading) -> str:
    return "".join(said.text.split()).strip("-–—")


def _part(crop: Frame, start: float, end: float) -> Frame:
    """The pixels of a word, with a little of what is beside it."""
    width, beside = crop.shape[1], crop.shape[0] // 6
    return crop[:, max(0, int(start * width) - beside) : int(end * width) + 1 + beside]
