"""Text in pictures: a detector finds the lines, two recognisers read them, the better reading stays.

Tesseract (``rus+eng``) reads Cyrillic; RapidOCR's bundled recogniser reads Latin better than Tesseract does,
hand lettering and captions over photographs too, but its alphabet of 18,708 characters has no Cyrillic: it
skips those letters or writes Latin twins for them. So the recogniser of the alphabet that the lines before were in
reads a line first, Latin to begin with, and the other one only if the first is not sure, or sure of what the other
alphabet has, too.

White capitals with an outline are read off min(R, G, B), which leaves the white of the letters and nothing of
the picture below. Without the detector Tesseract looks for lines itself, in such a mask and in the grey
picture; without Tesseract only Latin is read. Whatever is missing is logged once and shown by ``status``.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock, local

import cv2
import numpy as np

from knowledge.reading import Line
from memebot.vision.compute.stages import stage
from memebot.vision.compute.workers import Begun, Workers
from memebot.vision.ocr import engines, script
from memebot.vision.ocr.engines import NOTHING, Detector, Frame, LatinRecogniser, LineReading, Tesseract, Word
from memebot.vision.ocr.layout import Box, Region, reading_order, rows
from memebot.vision.ocr.second_look import SecondLook, is_sure
from memebot.vision.ocr.word_list import word_list

log = logging.getLogger(__name__)

MAX_LINES = 40
"""At most so many lines are recognised: a page of text takes a few seconds, never a minute."""
MIN_SIDE = 12
"""Pictures with a shorter side hold no legible letters."""
SURE_LATIN, PLAIN_LATIN = 0.95, 0.97
SURE_CYRILLIC, LIKELY_CYRILLIC = 0.80, 0.50
SURE_WORD = 0.88
LONG_CAPITALS = 10
MIN_CONFIDENCE = 0.45
SURE_LETTERS = 8
"""A picture of whose words so many letters are read surely stands upright."""
SURE_LINE = 0.85
AHEAD = 2
"""So many lines a thread are begun before it is known what those before them are."""
LONG = 1.5
"""So many times longer than wide is what tells along which side its letters stand."""
BESIDE = 0.4
"""Of its height, how much is looked at beside a line that made no sense."""
TRIED = 3
CLEARER = 2

_APT = "apt-get install tesseract-ocr tesseract-ocr-rus"
_PIP = "pip install tesserocr rapidocr onnxruntime"


@dataclass(frozen=True, slots=True)
class OcrStatus:
    """What the reader can use: for ``memebot doctor``.

    ``tesseract`` and ``detector`` are versions, nothing where they cannot be used; ``missing`` are the
    languages asked for without a model in ``tessdata``, ``damaged`` those whose model is no use, which shows when
    something was read; ``fixes`` say what mends each.
    """

    tesseract: str | None
    tessdata: Path | None
    languages: tuple[str, ...]
    missing: tuple[str, ...]
    damaged: tuple[str, ...]
    detector: str | None
    fixes: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Nothing is missing."""
        return not self.fixes

    @property
    def found(self) -> str:
        """What there is and what there is not, in words."""
        parts = [f"Tesseract {self.tesseract}, {', '.join(self.languages) or 'no language'} from {self.tessdata}"]
        parts += [f"without {name}" for name in self.missing]
        parts += [f"{name}.traineddata is damaged" for name in self.damaged]
        return "; ".join(parts)


class TextReader:
    """Reads the lines of a picture. Models load on first use. For several threads at once.

    ``languages`` are Tesseract's names; ``tessdata`` is the folder of its models, by default the one that
    ``TESSDATA_PREFIX`` names or where Linux distributions put it. ``workers``: threads that read a line ahead of the
    one that called, which finds the same then.
    """

    def __init__(
        self,
        languages: Sequence[str] = ("rus", "eng"),
        tessdata: Path | None = None,
        workers: Workers | None = None,
    ) -> None:
        self._workers, self._loading = workers or Workers(1), Lock()
        self._languages = tuple(languages)
        self._named = tessdata
        self._tessdata = tessdata or engines.find_tessdata(self._languages)
        self._damaged: tuple[str, ...] = ()
        self._tesseract: Tesseract | None = None
        self._detector: Detector | None = None
        self._latin: LatinRecogniser | None = None
        self._loaded = False
        self._last = _LastFound()

    def status(self) -> OcrStatus:
        """What is installed, found without loading a model; after a reading, also what of it is damaged."""
        tesseract, detector = engines.tesseract_version(), engines.rapid_version()
        present = tuple(name for name in self._languages if engines.has_model(self._tessdata, name))
        missing = tuple(name for name in self._languages if name not in present)
        fixes = tuple(self._fixes(missing))
        if tesseract is None or detector is None:
            fixes += (_PIP,)
        usable = tuple(name for name in present if name not in self._damaged)
        return OcrStatus(tesseract, self._tessdata, usable, missing, self._damaged, detector, fixes)

    def _fixes(self, missing: tuple[str, ...]) -> Iterator[str]:
        """What brings the languages back: where a folder was named, another folder."""
        if not missing and not self._damaged:
            return
        elsewhere = engines.find_tessdata(self._languages)
        if self._named is not None and elsewhere not in (None, self._named):
            yield f"leave MEMEBOT_TESSDATA empty: {elsewhere} has them"
        elif missing:
            yield _APT if self._named is None else f"{_APT}, and leave MEMEBOT_TESSDATA empty"
        elif self._tessdata is not None and self._tessdata.is_relative_to("/usr/share"):
            yield "apt-get install --reinstall " + " ".join(f"tesseract-ocr-{name}" for name in self._damaged)
        else:
            yield f"put whole files of {', '.join(self._damaged)} into {self._tessdata}"

    def read(self, frame: Frame) -> list[Line]:
        """The lines of ``frame`` (height, width, 3, RGB) in reading order; none where no text is legible.

        Paragraphs from the top, those side by side from the left. At most ``MAX_LINES`` lines, and of a long
        screenshot the first tiles, so that the time is bounded. Raises ``OSError`` where models cannot be opened just
        now, as without free file descriptors; the next call tries again.
        """
        height, width = frame.shape[:2]
        if min(height, width) < MIN_SIDE:
            return []
        self.load()
        found = [(region, said) for region, said in self._find(frame) if _legible(said)]
        order = reading_order([region.box for region, _ in found])
        return [_line(*found[i], width, height) for i in order]

    @stage("turns")
    def quarter_turns(self, frame: Frame, lines: Sequence[Line]) -> int:
        """How many quarter turns to the left set ``frame`` upright, in which ``read`` has just found ``lines``.

        0 where its words were read surely, or where no turn makes them so. Then at most a few lines are read again.
        """
        if _sure_letters(lines) >= SURE_LETTERS or self._detector is None or self._latin is None:
            return 0
        regions = self._last.regions if self._last.frame is frame else self._detector.find(frame)
        self._last.frame = None
        boxes = [region.box for region in regions]
        tall = [box for box in boxes if box[3] - box[1] > LONG * (box[2] - box[0])]
        flat = [box for box in boxes if box[2] - box[0] > LONG * (box[3] - box[1])]
        upright = _area(tall) <= _area(flat)
        crops = [_crop(frame, Region.upright(*box)) for box in sorted(flat if upright else tall, key=_length)[:TRIED]]
        read = {turns: self._letters(crops, turns) for turns in ((0, 2) if upright else (1, 3))}
        best = max(read, key=lambda turns: read[turns])
        clear = read[best] >= SURE_LETTERS and read[best] > CLEARER * max(
            n for turns, n in read.items() if turns != best
        )
        return best if clear else 0

    def _letters(self, crops: Sequence[Frame], turns: int) -> int:
        """How many letters of the crops are read surely after so many quarter turns to the left."""
        assert self._latin is not None
        session = _Session(self._tesseract, self._latin, self._workers)
        turned = [np.ascontiguousarray(np.rot90(crop, turns)) for crop in crops]
        session.read([(Region.upright(0, 0, crop.shape[1], crop.shape[0]), crop) for crop in turned])
        return sum(said.letters for said in session.better() if said.confidence >= SURE_LINE)

    def load(self) -> None:
        """Load the models, once. Raises ``OSError`` where they cannot be opened just now; ``read`` tries again."""
        with self._loading:
            if not self._loaded:
                self._load()
                self._loaded = True

    def _load(self) -> None:
        status, models = self.status(), engines.rapid_models()
        with open(os.devnull, "rb"), open(os.devnull, "rb"):  # noqa: PTH123 - Tesseract takes a model that it cannot
            pass  # open just now for a damaged one
        if status.tesseract and status.tessdata and status.languages:
            try:
                self._tesseract = Tesseract("+".join(status.languages), status.tessdata, self._workers)
            except RuntimeError:  # all are damaged
                self._damaged = status.languages
            else:
                self._damaged = tuple(name for name in status.languages if name not in self._tesseract.languages)
            status = self.status()
        if not status.ok:
            log.warning(
                "words on pictures are read only in part: %s; to mend it: %s", status.found, "; ".join(status.fixes)
            )
        if models:
            self._detector, self._latin = Detector(models[0], self._workers), LatinRecogniser(models[1])

    def _find(self, frame: Frame) -> list[tuple[Region, LineReading]]:
        if self._detector is None or self._latin is None:
            return self._tesseract.find(frame) if self._tesseract else []
        self._last.regions, self._last.frame = self._detector.find(frame), frame
        regions = sorted(rows(self._last.regions), key=lambda region: region.box[1])[:MAX_LINES]
        # the longest lines first: they tell the alphabet best
        regions.sort(key=lambda region: -region.size[0])
        session = _Session(self._tesseract, self._latin, self._workers)
        session.read([(region, _crop(frame, region)) for region in regions])
        return session.decided(frame)


class _LastFound(local):
    """Where lines were found in the frame that a thread looked at last: whether it was turned is asked next."""

    def __init__(self) -> None:
        self.regions: Sequence[Region] = ()
        self.frame: Frame | None = None


def _sure_letters(lines: Sequence[Line]) -> int:
    return sum(script.letters(line.text) for line in lines if line.confidence >= SURE_LINE)


def _length(box: Box) -> float:
    """For the longest first."""
    return -max(box[2] - box[0], box[3] - box[1])


def _area(boxes: Sequence[Box]) -> float:
    return sum((right - left) * (bottom - top) for left, top, right, bottom in boxes)


class _Session:
    """The lines of one picture while they are read: what was clear settles what was not."""

    def __init__(self, tesseract: Tesseract | None, latin: LatinRecogniser, workers: Workers) -> None:
        self._tesseract = tesseract
        self._latin = latin
        self._workers = workers
        self._readings: list[tuple[Region, Frame, LineReading, LineReading]] = []
        self._clear = {"ru": 0, "en": 0}
        self._cyrillic = 0
        """How many lines are Cyrillic, be it that not all their letters are read surely."""

    def read(self, lines: Sequence[tuple[Region, Frame]]) -> None:
        """Read lines, each with the recognisers that may be needed for it.

        The next ones are begun beside, as they look then: what a line turns out to be may make some of that needless.
        """
        begun: list[Begun[tuple[LineReading | None, LineReading | None]]] = []
        for number, (region, crop) in enumerate(lines):
            for ahead in lines[len(begun) : number + AHEAD * self._workers.threads]:
                begun.append(self._workers.begin(self._needed, *ahead))
            self._take(region, crop, *begun[number].result())

    def _first(self) -> Tesseract | LatinRecogniser:
        """Which recogniser the next line is read with before the other is asked: it may make that needless."""
        russian = self._only("ru") or self._cyrillic > self._clear["en"]
        return self._tesseract if self._tesseract is not None and russian else self._latin

    def _needed(
        self, region: Region, crop: Frame, tess: LineReading | None = None, latin: LineReading | None = None
    ) -> tuple[LineReading | None, LineReading | None]:
        """How both recognisers read a line, one that is not needed by what is known now left out.

        ``tess`` and ``latin``: what was read of it before.
        """
        tesseract = self._tesseract
        if tesseract is None or self._first() is self._latin:
            latin = latin or self._latin.read(crop)
            if tesseract is None or _enough(latin, region, english=self._only("en")):
                return None, latin
            return tess or tesseract.read(crop), latin
        tess = tess or tesseract.read(crop)
        return tess, None if _sure_cyrillic(tess) else latin or self._latin.read(crop)

    def _take(self, region: Region, crop: Frame, *ahead: LineReading | None) -> None:
        """Decide what a line is, by how it was read ``ahead`` and what more or less of that is needed now."""
        tess, latin = (said or NOTHING for said in self._needed(region, crop, *ahead))
        self._readings.append((region, crop, tess, latin))
        if _sure_cyrillic(tess) and (not _sure_latin(latin, region) or _skips(latin, tess)):
            self._clear["ru"] += 1
        elif _sure_latin(latin, region) and not (_all_twins(latin) or script.is_cyrillic(tess.text)):
            self._clear["en"] += 1
        self._cyrillic += _likely_cyrillic(tess) and not _sure_latin(latin, region)

    def better(self) -> list[LineReading]:
        """The better reading of every line."""
        return [_better(tess, latin, self._russian) for _, _, tess, latin in self._readings]

    @stage("arbitration")
    def decided(self, frame: Frame) -> list[tuple[Region, LineReading]]:
        """The better reading of every line of ``frame``, and of what makes no sense a second one."""
        second = SecondLook(self._tesseract, self._latin, word_list())
        russian = self._russian or self._cyrillic > 0
        return [
            (
                region,
                second.reading(
                    crop,
                    said,
                    (tess, latin),
                    wider=partial(_crop, frame, region.longer(BESIDE)),
                    russian=russian,
                ),
            )
            for (region, crop, tess, latin), said in zip(self._readings, self.better(), strict=True)
        ]

    @property
    def _russian(self) -> bool:
        """Whether most of the clear lines are."""
        return self._clear["ru"] > self._clear["en"]

    def _only(self, lang: str) -> bool:
        return self._clear[lang] >= 2 and sum(self._clear.values()) == self._clear[lang]


def _sure_cyrillic(said: LineReading) -> bool:
    return said.confidence >= SURE_CYRILLIC and said.letters >= 3 and script.is_cyrillic(said.text)


def _likely_cyrillic(said: LineReading) -> bool:
    return said.confidence >= LIKELY_CYRILLIC and said.letters >= 4 and script.is_unmistakable(said.text)


def _sure_latin(said: LineReading, region: Region) -> bool:
    """Sure of itself, and with about as many characters as the line has room for."""
    length, height = region.size
    dense = len(said.text.replace(" ", "")) >= 0.8 * length / max(1.0, height)
    sure = said.confidence >= SURE_LATIN and not script.is_disguised(said.text)
    return sure and dense and said.letters >= 2


def _enough(latin: LineReading, region: Region, *, english: bool) -> bool:
    """Whether Tesseract need not read this line too; ``english`` says that all clear lines were English.

    It must where Cyrillic capitals may pass for Latin ones.
    """
    if not _sure_latin(latin, region):
        return False
    if _plainly_latin(latin):
        return True
    if not _capitals(latin):
        return english or latin.confidence >= 0.98
    return english and max(map(len, latin.text.split())) < LONG_CAPITALS


def _plainly_latin(said: LineReading) -> bool:
    """Whether so many of its letters are in no other alphabet that it is no Cyrillic line in disguise."""
    return said.confidence >= PLAIN_LATIN and script.latin_letters(said.text) >= max(2, 0.2 * said.letters)


def _capitals(said: LineReading) -> bool:
    return sum(map(str.isupper, said.text)) > 0.6 * said.letters


def _all_twins(said: LineReading) -> bool:
    """Whether it is all capitals that both alphabets have: ``OKEAHA`` may be Russian."""
    return _capitals(said) and not script.is_latin(said.text)


def _skips(latin: LineReading, tess: LineReading) -> bool:
    """Whether the Latin reading lacks letters, as it does where the line is Cyrillic."""
    return latin.letters < 0.8 * tess.letters


def _better(tess: LineReading, latin: LineReading, russian: bool) -> LineReading:
    """The reading to keep; ``russian`` says what most of the picture's clear lines are."""
    if not latin.letters or not tess.letters:
        return max(latin, tess, key=lambda said: (said.letters > 0, said.confidence))
    if russian and script.is_cyrillic(tess.text) and _capitals(latin) and script.is_shape_of(latin.text, tess.text):
        return _vouched(_mixed(tess, latin))
    if not script.is_cyrillic(tess.text):
        if script.has_both(tess.text) and any(_surely_cyrillic(word) for word in tess.words):
            return _mixed(tess, latin)
        return _better_latin(tess, latin, russian)
    if _skips(latin, tess):
        return _mixed(tess, latin) if tess.confidence >= 0.4 else latin
    if russian and script.as_cyrillic(latin.text).casefold() == tess.text.casefold():
        return tess
    if latin.confidence >= 0.97 and not _capitals(latin):
        return latin  # small letters that are Cyrillic are not read without a gap
    enough = 0.4 if russian else 0.6 if script.is_disguised(latin.text) else 0.85
    return _mixed(tess, latin) if tess.confidence >= enough else latin


def _vouched(said: LineReading) -> LineReading:
    """A reading of hand lettering whose shapes the other recogniser saw, too: sure enough to be kept."""
    return LineReading(said.text, max(said.confidence, MIN_CONFIDENCE), said.words)


def _better_latin(tess: LineReading, latin: LineReading, russian: bool) -> LineReading:
    if russian and script.twins(tess.text, latin.text):
        return LineReading(script.as_cyrillic(tess.text), tess.confidence, tess.words)
    if latin.confidence < tess.confidence:
        return tess
    return LineReading(script.with_spaces_of(latin.text, tess.text), latin.confidence, latin.words)


def _mixed(tess: LineReading, latin: LineReading) -> LineReading:
    """A Russian line whose English words are taken from the Latin reading where Tesseract is not surer."""
    return LineReading.of([_latin_word(word, latin) or word for word in tess.words])


def _latin_word(word: Word, latin: LineReading) -> Word | None:
    """What the Latin recogniser says in the place of ``word``, if that is to be believed."""
    if _surely_cyrillic(word):
        return None
    there = [w for w in latin.words if min(w.end, word.end) - max(w.start, word.start) > 0]
    if len(there) != 1 or abs(len(there[0].text) - len(word.text)) > 2:
        return None
    said = there[0]
    return said if said.confidence >= SURE_LATIN and script.is_latin(said.text) else None


def _surely_cyrillic(word: Word) -> bool:
    return word.confidence >= SURE_WORD and script.is_unmistakable(word.text)


def _legible(said: LineReading) -> bool:
    """Sure enough, and more than marks: letters, or a number such as ``0.0125``."""
    text = said.text.replace(" ", "")
    alnum = sum(map(str.isalnum, text))
    if re.fullmatch(r"\?{2,3}", text):
        return said.confidence >= SURE_LINE
    if len(set(text)) < 2 or (2 * alnum < len(text) and said.confidence < 0.9):
        return False
    if said.letters < 2:
        return alnum >= 3 and said.confidence >= 0.85
    return said.confidence >= (MIN_CONFIDENCE if said.letters > 2 else 0.8)


def _line(region: Region, said: LineReading, width: int, height: int) -> Line:
    left, top, right, bottom = region.box
    box = (left / width, top / height, (right - left) / width, (bottom - top) / height)
    text = script.repair(said.text)
    words = tuple((_place(box, start), _place(box, end)) for start, end in word_places(text, said.words))
    doubtful = tuple(n for n, sure in enumerate(_word_confidences(text, said)) if not is_sure(text.split()[n], sure))
    confidence = round(min(1.0, said.confidence), 3)
    return Line(text, confidence, script.language(text), box, words=words, doubtful=doubtful)


def _place(box: tuple[float, float, float, float], along: float) -> float:
    return round(float(box[0] + along * box[2]), 4)


def _word_confidences(text: str, said: LineReading) -> list[float]:
    """How surely each word of a line's final ``text`` was read: as the least sure of those that it is made of."""
    sure = [word.confidence for word in said.words for letter in word.text if not letter.isspace()]
    tight = len("".join(text.split()))
    found, at = [], 0
    for word in text.split():
        first, last = (int(place * len(sure) / tight) for place in (at, at + len(word) - 1))
        at += len(word)
        found.append(min(sure[first : last + 1], default=said.confidence))
    return found


def word_places(text: str, read: Sequence[Word]) -> list[tuple[float, float]]:
    """Start and end of each word of a line's final ``text``, as fractions of its length; none if nothing was ``read``.

    Words were parted or joined and letters put right since they were read, so places go by how many letters stand
    before them.
    """
    tight = len("".join(text.split()))
    letters = [_letter(word, n) for word in read for n in range(len(word.text))]
    if not letters or not tight:
        return []
    last, scale = len(letters) - 1, len(letters) / tight
    found, at = [], 0
    for word in text.split():
        first, final = at, at + len(word) - 1
        at += len(word)
        found.append((letters[min(last, int(first * scale))][0], letters[min(last, int(final * scale))][1]))
    return found


def _letter(word: Word, n: int) -> tuple[float, float]:
    """Where the ``n``-th letter of a word begins and ends, were all as wide."""
    width = (word.end - word.start) / len(word.text)
    return word.start + n * width, word.start + (n + 1) * width


def _crop(frame: Frame, region: Region) -> Frame:
    """The line's pixels, turned upright where it is slanted."""
    if not region.slanted:
        left, top, right, bottom = region.box
        return frame[max(0, int(top)) : int(bottom) + 1, max(0, int(left)) : int(right) + 1]
    width, height = (max(2, round(side)) for side in region.size)
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    turn = cv2.getPerspectiveTransform(region.corners, target)
    turned = cv2.warpPerspective(frame, turn, (width, height), flags=cv2.INTER_CUBIC)
    return np.asarray(turned, np.uint8)
