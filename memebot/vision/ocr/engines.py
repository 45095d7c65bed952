"""The three engines behind the text reader, each a thin wrapper that gives values of this package.

Tesseract runs in the process by tesserocr. The detector (PP-OCRv6, differentiable binarisation) and the Latin
recogniser are the ONNX models in RapidOCR's wheel. They are run by onnxruntime directly, so nothing can be
downloaded or printed.
"""

from __future__ import annotations

import importlib.util
import os
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from memebot.vision.compute.onnx import session
from memebot.vision.compute.stages import stage
from memebot.vision.compute.workers import Workers
from memebot.vision.ocr.layout import Region, parts, same_place, tiles
from memebot.vision.ocr.script import letters

Frame = NDArray[np.uint8]
"""(height, width, 3) RGB."""
Grey = NDArray[np.uint8]
"""(height, width)."""

DETECT_SIDE = 640
"""The detector looks at pictures and tiles of at most this many pixels a side; at 736 it took a third
longer and found as much."""
MAX_TILES = 6
FINE_FROM = 1600
"""A picture with a longer side is looked at once more in parts of about ``FINE_SIDE``: at 640 pixels its small letters
are less than five pixels high, and not found."""
FINE_SIDE = 1024
MIN_LINE_WIDTH = 160
"""Shorter lines are padded, at the training width of 320 to no advantage but in twice the time."""
PAD = 10
"""Pixels of ground around a line for Tesseract."""

WHITE = 235
"""The least of the three channels from which a pixel is white through and through, as those of captions are."""

ENCLOSED_WHITE, SPECK = 200, 8
"""From which on a pixel within an outline is white, and pixels of the smallest piece that may be one of a letter."""

BLANK = 0.12
"""So likely must a blank between two capitals be that was not read: nearly every such one is there. Between small
letters it often is not."""

_FINE_DETAIL = 8  # grey levels that 16 × 16 pixels lose on average

_TESSDATA = (
    "/usr/share/tesseract-ocr/*/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
)


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a reading; ``start`` and ``end`` are fractions of the line's length."""

    text: str
    confidence: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class LineReading:
    """One engine's reading of one line. ``confidence`` is 0..1 on the engine's own scale."""

    text: str
    confidence: float
    words: tuple[Word, ...] = ()

    @classmethod
    def of(cls, words: Sequence[Word]) -> LineReading:
        """Words in a row; the confidence is theirs on average, weighted by length."""
        weight = sum(len(word.text) for word in words)
        if not weight:
            return NOTHING
        confidence = sum(len(word.text) * word.confidence for word in words) / weight
        return cls(" ".join(word.text for word in words), confidence, tuple(words))

    @property
    def letters(self) -> int:
        """How many letters it has."""
        return letters(self.text)


NOTHING = LineReading("", 0.0)


# --- Tesseract -------------------------------------------------------------------------------------------


class Tesseract:
    """Tesseract in the process: its models stay loaded between lines. For several threads at once.

    ``workers``: threads among which the ways are shared that a line is read in anyway.
    """

    line_height = 56
    """Lines are scaled to this height: at 48 captions were read worse, 64 took longer and read no better."""
    lean = 0.2
    """Hand lettering stands upright or leans back; leaning forward by this much it is read better."""

    def __init__(self, languages: str, tessdata: Path, workers: Workers | None = None) -> None:
        import tesserocr

        self._named, self._workers = (languages, tessdata), workers or Workers(1)
        self._free: deque[Any] = deque()
        """Its objects that no thread is using: as many as ever read at once."""
        with self._api() as api:
            self.languages: frozenset[str] = frozenset(api.GetLoadedLanguages())
        """The languages that it can read: one whose model is damaged is passed over without a word."""
        self._modes, self._levels = tesserocr.PSM, tesserocr.RIL
        self._iterate = tesserocr.iterate_level

    @contextmanager
    def _api(self) -> Iterator[Any]:
        """An object for this thread alone."""
        try:
            api = self._free.pop()
        except IndexError:
            api = self._loaded()
        try:
            yield api
        finally:
            self._free.append(api)

    def _loaded(self) -> Any:
        import tesserocr

        languages, tessdata = self._named
        api = tesserocr.PyTessBaseAPI(path=str(tessdata), lang=languages, oem=tesserocr.OEM.LSTM_ONLY)
        api.SetVariable("debug_file", os.devnull)
        return api

    @stage("Tesseract")
    def read(self, crop: Frame) -> LineReading:
        """One line: white letters, the grey pixels, or where the first is unsure, the surest of all.

        Capitals that none was sure of are read once more leaning forward.
        """
        if _is_caption(crop):
            ways = [self._pure_white, self._white, self._grey]
        else:
            ways = [self._grey, self._white] if _is_light(crop) else [self._grey]
        said = NOTHING
        for way in ways:
            said = max(said, self._recognise(way(crop)), key=lambda said: said.confidence)
            if said.confidence >= 0.8:
                return said
        if said.letters > 2 and said.text == said.text.upper() and not _is_caption(crop):
            said = max(said, self._recognise(_leant(self._grey(crop), self.lean)), key=lambda said: said.confidence)
        return said

    def _grey(self, crop: Frame) -> Grey:
        plain = _on_white(crop)
        return _padded(_scaled(_trimmed(plain), self.line_height / len(plain)), int(np.median(plain)))

    def _white(self, crop: Frame) -> Grey:
        return _padded(_white_letters(_scaled(crop, self.line_height / len(crop))), 255)

    def _pure_white(self, crop: Frame) -> Grey:
        """Letters in a thick outline that fills the gaps between them: what is not wholly white is not theirs."""
        scaled = _scaled(crop, self.line_height / len(crop))
        return _padded(np.where(scaled.min(axis=2) > WHITE, np.uint8(0), np.uint8(255)), 255)

    def other_ways(self, crop: Frame) -> list[LineReading]:
        """One line by every mask, for what ``read`` made no sense of: also white letters that only their outline parts
        from white around them, and such as are black on anything."""
        masks = [self._outlined, self._white] if _has_white(crop) else []
        return self._workers.each(lambda mask: self._recognise(mask(crop)), (*masks, self._grey, self._black))

    def _outlined(self, crop: Frame) -> Grey:
        return _padded(_enclosed(_scaled(crop, self.line_height / len(crop)).min(axis=2) > ENCLOSED_WHITE), 255)

    def _black(self, crop: Frame) -> Grey:
        brightest = _scaled(crop, self.line_height / len(crop)).max(axis=2).astype(np.float32)
        return _padded(np.asarray(np.clip((brightest - 30.0) / 80.0, 0.0, 1.0) * 255.0, np.uint8), 255)

    def find(self, frame: Frame) -> list[tuple[Region, LineReading]]:
        """Lines anywhere in a picture, for want of a detector: white captions, then whatever is dark on light.

        The surer of two readings of one place stays.
        """
        found = self._sparse(_white_letters(frame)) + self._sparse(_on_white(frame))
        kept: list[tuple[Region, LineReading]] = []
        for region, said in sorted(found, key=lambda place: -place[1].confidence):
            if not any(same_place(region.box, other.box) for other, _ in kept):
                kept.append((region, said))
        return kept

    def _sparse(self, grey: Grey) -> list[tuple[Region, LineReading]]:
        scale, level = min(2.0, 1600 / max(grey.shape)), self._levels.TEXTLINE
        found = []
        for item in self._items(_scaled(grey, scale), self._modes.SPARSE_TEXT, level):
            box = item.BoundingBox(level)
            if box is not None:
                said = LineReading(_text_of(item, level), item.Confidence(level) / 100)
                found.append((Region.upright(*(side / scale for side in box)), said))
        return found

    def _recognise(self, grey: Grey) -> LineReading:
        """One line, padded as ``_padded`` does."""
        words, length, level = [], grey.shape[1] - 2 * PAD, self._levels.WORD
        for item in self._items(grey, self._modes.SINGLE_LINE, level):
            text, box = _text_of(item, level), item.BoundingBox(level)
            if text and box is not None:
                start, end = (box[0] - PAD) / length, (box[2] - PAD) / length
                words.append(Word(text, item.Confidence(level) / 100, start, end))
        return LineReading.of(words)

    def _items(self, grey: Grey, mode: int, level: int) -> Iterator[Any]:
        """What Tesseract finds: lines or words, by ``level``."""
        height, width = grey.shape
        with self._api() as api:
            api.SetPageSegMode(mode)
            api.SetImageBytes(np.ascontiguousarray(grey).tobytes(), width, height, 1, width)
            api.SetSourceResolution(150)
            api.Recognize()
            iterator = api.GetIterator()
            yield from () if iterator is None else self._iterate(iterator, level)


def _text_of(item: Any, level: int) -> str:
    try:
        return str(item.GetUTF8Text(level)).strip()
    except RuntimeError:  # how tesserocr says that there is none
        return ""


def _is_light(crop: Frame) -> bool:
    """Whether the letters may be white ones: something is bright, the edge is not."""
    bright = crop.min(axis=2) > 170
    return bool(0.04 < bright.mean() < 0.6 and _edge(bright).mean() < 0.35)


def _is_caption(crop: Frame) -> bool:
    """Whether white letters stand on something that is neither white nor plain."""
    white = crop.min(axis=2) > WHITE
    if not 0.06 < white.mean() < 0.6 or _edge(white).mean() > 0.2:
        return False
    return float(crop[~white].std(axis=0).mean()) > 28.0


def _has_white(crop: Frame) -> bool:
    return float((crop.min(axis=2) > ENCLOSED_WHITE).mean()) > 0.06


def _enclosed(white: NDArray[np.bool_]) -> Grey:
    """Black where white pieces do not reach the edge, as letters in an outline do not; white elsewhere.

    A piece within another, such as the middle of an O, is no letter.
    """
    around = cv2.copyMakeBorder(white.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(1,))
    _, pieces, facts, _ = cv2.connectedComponentsWithStats(around, connectivity=4)
    left, top = facts[:, cv2.CC_STAT_LEFT], facts[:, cv2.CC_STAT_TOP]
    right, bottom = left + facts[:, cv2.CC_STAT_WIDTH], top + facts[:, cv2.CC_STAT_HEIGHT]
    letters = facts[:, cv2.CC_STAT_AREA] >= SPECK
    letters[[0, pieces[0, 0]]] = False  # what is not white, and what reaches the edge
    inside = (
        (left[:, None] > left) & (top[:, None] > top) & (right[:, None] < right) & (bottom[:, None] < bottom)
    ) & letters
    letters &= ~inside.any(axis=1)
    return np.where(letters[pieces[1:-1, 1:-1]], np.uint8(0), np.uint8(255))


def _edge(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])


def _white_letters(pixels: Frame) -> Grey:
    """Black where all three channels are bright, white elsewhere, grey between: a caption without picture."""
    dimmest = pixels.min(axis=2).astype(np.float32)
    return np.asarray(255.0 - np.clip((dimmest - 150.0) / 100.0, 0.0, 1.0) * 255.0, np.uint8)


def _on_white(pixels: Frame) -> Grey:
    """Grey pixels, inverted where most are dark, so that letters are dark on light."""
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    return np.asarray(255 - grey, np.uint8) if np.median(grey) < 128 else grey


def _trimmed(grey: Grey) -> Grey:
    """Dark letters on light without the feet and heads of the lines above and below.

    Within 30 % of the height from each edge, everything beyond the outermost row with the least ink goes.
    """
    dark = 255.0 - grey.astype(np.float32)
    ink = np.clip(dark - np.median(dark) - 20.0, 0.0, None).sum(axis=1)
    reach = max(1, int(0.3 * len(ink)))
    slack = 0.06 * float(np.sort(ink)[len(ink) // 2 :].mean())
    top, bottom = (int(np.argmax(part <= part.min() + slack)) for part in (ink[:reach], ink[::-1][:reach]))
    return grey[top : len(ink) - bottom]


def _scaled(pixels: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    way = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    height, width = pixels.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=way), np.uint8)


def _leant(grey: Grey, by: float) -> Grey:
    """Dark letters on light, upright ones turned into italics: the top shifted right by half of ``by`` heights."""
    height, width = grey.shape
    shear = np.array([(1.0, -by, by * height / 2), (0.0, 1.0, 0.0)], np.float32)
    ground = (float(np.median(grey)),)
    return np.asarray(cv2.warpAffine(grey, shear, (width, height), borderValue=ground), np.uint8)


def _padded(grey: Grey, value: int) -> Grey:
    border = (PAD, PAD, PAD, PAD)
    return np.asarray(cv2.copyMakeBorder(grey, *border, cv2.BORDER_CONSTANT, value=(value,)), np.uint8)


# --- RapidOCR's networks ---------------------------------------------------------------------------------


class Detector:
    """Finds lines of text in any script. For several threads at once.

    ``workers``: threads among which the tiles of a long or a large picture are shared.
    """

    def __init__(self, model: Path, workers: Workers) -> None:
        self._session, self._workers = session(model), workers
        self._input = self._session.get_inputs()[0].name

    @stage("detect")
    def find(self, frame: Frame) -> list[Region]:
        """The lines of a picture, tile by tile, in no order; long pictures up to ``MAX_TILES`` tiles.

        A large picture is looked at once more in parts, for its small letters.
        """
        height, width = frame.shape[:2]
        whole = tiles(width, height, DETECT_SIDE, MAX_TILES)
        seen = self._looks(frame, whole)
        if len(whole) > 1 or max(width, height) <= FINE_FROM:
            return _distinct(seen)
        close = parts(width, height, FINE_SIDE, MAX_TILES)
        fine = self._looks(frame, [one for one in close if _has_fine_detail(frame[one[1] : one[3], one[0] : one[2]])])
        return _distinct([region for region in seen if not _blurred(region, fine)], fine)

    def _looks(self, frame: Frame, at: Sequence[tuple[int, int, int, int]]) -> list[Region]:
        return [region for found in self._workers.each(partial(self._look, frame), at) for region in found]

    def _look(self, frame: Frame, tile: tuple[int, int, int, int]) -> list[Region]:
        left, top, right, bottom = tile
        shift = np.array([left, top], np.float32)
        return [Region(corners + shift) for corners in self._find(frame[top:bottom, left:right])]

    def _find(self, tile: Frame) -> list[NDArray[np.float32]]:
        height, width = tile.shape[:2]
        scale = min(1.0, DETECT_SIDE / max(height, width))
        size = tuple(max(32, round(side * scale / 32) * 32) for side in (width, height))
        pixels = _normalised(np.asarray(cv2.resize(tile, size), np.uint8))
        (heat,) = self._session.run(None, {self._input: pixels[None]})
        back = np.array([width / size[0], height / size[1]], np.float32)
        return [corners * back for corners in _text_boxes(np.asarray(heat, np.float32)[0, 0])]


def _distinct(*looks: Sequence[Region]) -> list[Region]:
    """The regions of several looks, each place once: as the first look saw it, of one look the largest there.

    Where tiles overlap, a line may be found twice, and cut in one of them.
    """
    kept: list[Region] = []
    for look in looks:
        for region in sorted(look, key=lambda region: -region.size[0] * region.size[1]):
            if not any(same_place(region.box, other.box) for other in kept):
                kept.append(region)
    return kept


def _blurred(region: Region, fine: Sequence[Region]) -> bool:
    """Whether a closer look shows smaller letters in this place: what was taken for a line is several."""
    return any(same_place(region.box, other.box) and other.size[1] < 0.6 * region.size[1] for other in fine)


def _has_fine_detail(part: Frame) -> bool:
    """Whether some spot of a picture holds what is lost at a third of its size, as small letters are."""
    grey = np.asarray(cv2.cvtColor(part, cv2.COLOR_RGB2GRAY), np.uint8)
    height, width = grey.shape
    small = cv2.resize(grey, (max(1, width // 3), max(1, height // 3)), interpolation=cv2.INTER_AREA)
    lost = cv2.absdiff(grey, cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR))
    spots = cv2.resize(lost, (max(1, width // 16), max(1, height // 16)), interpolation=cv2.INTER_AREA)
    return bool(spots.max() >= _FINE_DETAIL)


def _text_boxes(heat: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """Corners of the boxes around what the network holds for the cores of lines, grown to whole letters."""
    cores = cv2.dilate((heat > 0.3).astype(np.uint8), np.ones((2, 2), np.uint8))
    outlines, _ = cv2.findContours(cores, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    boxes = []
    for outline in outlines[:1000]:
        centre, (width, height), angle = cv2.minAreaRect(outline)
        core = cv2.boxPoints((centre, (width, height), angle))
        if min(width, height) < 3 or _mean_inside(heat, core) < 0.5:
            continue
        grow = 1.6 * width * height / (width + height)  # area over perimeter, both ways
        boxes.append(_clockwise(cv2.boxPoints((centre, (width + grow, height + grow), angle)), heat.shape))
    return boxes


def _mean_inside(heat: NDArray[np.float32], corners: NDArray[np.float32]) -> float:
    left, top = np.clip(np.floor(corners.min(0)).astype(int), 0, None)
    right, bottom = np.ceil(corners.max(0)).astype(int) + 1
    part = heat[top:bottom, left:right]
    inside = np.zeros(part.shape, np.uint8)
    cv2.fillPoly(inside, [np.round(corners - [left, top]).astype(np.int32)], (1,))
    return float(cv2.mean(part, inside)[0])


def _clockwise(corners: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Corners from the upper left on, within the picture."""
    by_x = corners[np.argsort(corners[:, 0], kind="stable")]
    left, right = (pair[np.argsort(pair[:, 1], kind="stable")] for pair in (by_x[:2], by_x[2:]))
    turned = np.array([left[0], right[0], right[1], left[1]], np.float32)
    return np.clip(turned, 0, [shape[1] - 1, shape[0] - 1]).astype(np.float32)


class LatinRecogniser:
    """Reads one line of Latin text, however it is lettered. Its alphabet has no Cyrillic.

    For several threads at once.
    """

    height = 48

    def __init__(self, model: Path) -> None:
        self._session = session(model)
        self._input = self._session.get_inputs()[0].name
        characters = self._session.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._alphabet = ["", *characters, " "]

    @stage("Latin")
    def read(self, crop: Frame) -> LineReading:
        """Text without the network's blanks; its confidence is the mean over the characters."""
        width = max(1, round(crop.shape[1] * self.height / crop.shape[0]))
        line = _normalised(np.asarray(cv2.resize(crop, (width, self.height)), np.uint8))
        room = np.zeros((1, 3, self.height, max(MIN_LINE_WIDTH, width)), np.float32)
        room[0, :, :, :width] = line
        (chances,) = self._session.run(None, {self._input: room})
        best = chances[0].argmax(axis=1)
        sure = chances[0][np.arange(len(best)), best]
        step = room.shape[3] / len(best) / width
        # the network says each character for a few steps, and blanks between equal ones
        said = np.flatnonzero((best != 0) & np.append(True, best[1:] != best[:-1]))
        letters = [Word(self._alphabet[best[i]], float(sure[i]), i * step, (i + 1) * step) for i in said]
        blank = chances[0][:, len(self._alphabet) - 1]
        parted: list[Word] = []
        for n, letter in enumerate(letters):
            if n and _may_part(letters[n - 1], letter) and blank[said[n - 1] : said[n] + 1].max() >= BLANK:
                parted.append(Word(" ", 1.0, letter.start, letter.start))
            parted.append(letter)
        words = [_joined(list(run)) for gap, run in groupby(parted, lambda letter: letter.text == " ") if not gap]
        return LineReading.of(words)


def _may_part(left: Word, right: Word) -> bool:
    return (_is_tall(left) or left.text == ",") and _is_tall(right)


def _is_tall(letter: Word) -> bool:
    return letter.text.isupper() or letter.text.isdigit()


def _joined(letters: list[Word]) -> Word:
    confidence = float(np.mean([letter.confidence for letter in letters]))
    return Word("".join(letter.text for letter in letters), confidence, letters[0].start, letters[-1].end)


def _normalised(pixels: Frame) -> NDArray[np.float32]:
    """(3, height, width), BGR, -1..1, as both networks were trained."""
    return np.ascontiguousarray((pixels[:, :, ::-1].astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1))


# --- what is installed -----------------------------------------------------------------------------------


def find_tessdata(languages: Sequence[str]) -> Path | None:
    """The folder with the most of the languages' models, from ``TESSDATA_PREFIX`` or the usual places."""
    prefix = os.environ.get("TESSDATA_PREFIX")
    folders = [Path(prefix), Path(prefix) / "tessdata"] if prefix else []
    for pattern in _TESSDATA:
        folders += sorted(Path("/").glob(pattern.lstrip("/")), reverse=True)
    best = max(folders, key=lambda folder: sum(has_model(folder, name) for name in languages), default=None)
    return best if best is not None and any(has_model(best, name) for name in languages) else None


def has_model(folder: Path | None, language: str) -> bool:
    """Whether Tesseract's model of ``language`` is in ``folder``."""
    return folder is not None and (folder / f"{language}.traineddata").is_file()


def tesseract_version() -> str | None:
    """Version of the Tesseract that tesserocr brings, nothing where tesserocr cannot be imported."""
    try:
        import tesserocr
    except ImportError:
        return None
    return str(tesserocr.tesseract_version()).split()[1]


def rapid_models() -> tuple[Path, Path] | None:
    """The detector's and the recogniser's file in RapidOCR's wheel, found without importing it."""
    if importlib.util.find_spec("onnxruntime") is None:
        return None
    spec = importlib.util.find_spec("rapidocr")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "models"
    detectors, recognisers = sorted(folder.glob("*_det_*.onnx")), sorted(folder.glob("*_rec_*.onnx"))
    return (detectors[-1], recognisers[-1]) if detectors and recognisers else None


def rapid_version() -> str | None:
    """RapidOCR's version, nothing where its models cannot be run."""
    return version("rapidocr") if rapid_models() else None
