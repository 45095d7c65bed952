"""Text in pictures: RapidOCR's detector finds the lines, two recognisers read them, the better reading stays.

Tesseract (``rus+eng``) reads Cyrillic; RapidOCR's bundled recogniser reads Latin better than Tesseract does,
hand lettering and captions over photographs too, but its alphabet of 18,708 characters has no Cyrillic: it
skips those letters or writes Latin twins for them. So both read the first lines of a picture, and once two
lines agree on the alphabet, the recogniser of that alphabet reads the others alone as long as it is sure.

White capitals with an outline are read off min(R, G, B), which leaves the white of the letters and nothing of
the picture below. Without the detector Tesseract looks for lines itself, in such a mask and in the grey
picture; without Tesseract only Latin is read. Whatever is missing is logged once and shown by ``status``.
"""

from __future__ import annotations

import importlib.util
import logging
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from knowledge.reading import Line
from memebot.vision import ocr_script as script

log = logging.getLogger(__name__)

Frame = NDArray[np.uint8]

DETECT_SIDE = 736
"""The detector looks at pictures and tiles of at most this many pixels a side; memes lose no text by it."""
MAX_TILES = 6
MAX_LINES = 40
MIN_SIDE = 12
"""Pictures with a shorter side hold no legible letters."""
SURE_LATIN = 0.95
SURE_CYRILLIC = 0.80
MIN_CONFIDENCE = 0.45

_INSTALL = "apt-get install tesseract-ocr tesseract-ocr-rus"
_TESSDATA = (
    "/usr/share/tesseract-ocr/*/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
)


@dataclass(frozen=True, slots=True)
class OcrStatus:
    """What the reader can use: for ``memebot doctor``.

    ``tesseract`` and ``detector`` are versions, nothing where they cannot be used; ``missing`` are the
    languages asked for without a model in ``tessdata``; ``fixes`` are commands that mend what is missing.
    """

    tesseract: str | None
    tessdata: Path | None
    languages: tuple[str, ...]
    missing: tuple[str, ...]
    detector: str | None
    fixes: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Nothing is missing."""
        return not self.fixes


@dataclass(frozen=True, slots=True)
class _Region:
    """Where a line is: four corners in pixels of the frame, from the upper left, clockwise."""

    corners: NDArray[np.float32]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        (left, top), (right, bottom) = self.corners.min(0), self.corners.max(0)
        return float(left), float(top), float(right), float(bottom)

    @property
    def size(self) -> tuple[float, float]:
        """Length of the line and height of its letters."""
        a, b, _, d = self.corners
        return float(np.hypot(*(b - a))), float(np.hypot(*(d - a)))

    @property
    def slanted(self) -> bool:
        """More than 4 degrees off the horizontal."""
        along = self.corners[1] - self.corners[0]
        return bool(abs(along[1]) > 0.07 * abs(along[0]))


@dataclass(frozen=True, slots=True)
class _Said:
    """One recogniser's reading of one line."""

    text: str
    confidence: float

    @property
    def letters(self) -> int:
        return script.letters(self.text)


_NOTHING = _Said("", 0.0)


class TextReader:
    """Reads the lines of a picture. Models load on first use; use one reader from one thread.

    ``languages`` are Tesseract's names; ``tessdata`` is the folder of its models, looked for in
    ``TESSDATA_PREFIX`` and where Linux distributions put it when not given.
    """

    def __init__(self, languages: Sequence[str] = ("rus", "eng"), tessdata: Path | None = None) -> None:
        self._languages = tuple(languages)
        self._tessdata = _find_tessdata(self._languages, tessdata)
        self._tesseract: _Tesseract | None = None
        self._rapid: _Rapid | None = None
        self._loaded = False

    def status(self) -> OcrStatus:
        """What is installed, found without loading a model."""
        tesseract = _tesseract_version()
        present = tuple(name for name in self._languages if _has_model(self._tessdata, name))
        missing = tuple(name for name in self._languages if name not in present)
        detector = _rapid_version()
        fixes = []
        if missing:
            fixes.append(_INSTALL)
        if tesseract is None:
            fixes.append("pip install tesserocr")
        if detector is None:
            fixes.append("pip install rapidocr onnxruntime")
        return OcrStatus(tesseract, self._tessdata, present, missing, detector, tuple(fixes))

    def read(self, frame: Frame) -> list[Line]:
        """The lines of ``frame`` (height, width, 3, RGB) in reading order; none where no text is legible.

        Paragraphs from the top, those side by side from the left. At most ``MAX_LINES`` lines, from at most
        ``MAX_TILES`` tiles of a long screenshot, so that the time is bounded.
        """
        height, width = frame.shape[:2]
        if min(height, width) < MIN_SIDE:
            return []
        self._load()
        if self._rapid is not None:
            found = self._read_detected(frame, self._rapid)
        elif self._tesseract is not None:
            found = _merged(self._tesseract.find(_mask(frame)) + self._tesseract.find(_on_white(frame)))
        else:
            found = []
        kept = [(region, said) for region, said in found if _legible(said)]
        return [_line(*kept[i], width, height) for i in reading_order([region.box for region, _ in kept])]

    def _load(self) -> None:
        if self._loaded:
            return
        self._loaded = True
        status = self.status()
        for fix in status.fixes:
            log.warning("text in pictures is read in part only; to mend it: %s", fix)
        if status.tesseract and status.languages and status.tessdata:
            self._tesseract = _Tesseract("+".join(status.languages), status.tessdata)
        models = _rapid_models()
        if status.detector and models:
            self._rapid = _Rapid(*models)

    def _read_detected(self, frame: Frame, rapid: _Rapid) -> list[tuple[_Region, _Said]]:
        regions = _rows(rapid.detect(frame))
        regions = sorted(regions, key=lambda region: region.box[1])[:MAX_LINES]
        session = _Session(self._tesseract, rapid)
        # the longest lines first: they tell the alphabet best
        for region in sorted(regions, key=lambda region: -region.size[0]):
            session.read(region, _crop(frame, region))
        return session.decided()


class _Session:
    """The lines of one picture while they are read: what was clear settles what was not."""

    def __init__(self, tesseract: _Tesseract | None, rapid: _Rapid) -> None:
        self._tesseract = tesseract
        self._rapid = rapid
        self._readings: list[tuple[_Region, _Said, _Said]] = []
        self._clear = {"ru": 0, "en": 0}

    def read(self, region: _Region, crop: Frame) -> None:
        """Read one line with the recognisers that may be needed for it."""
        cyrillic = latin = _NOTHING
        if self._tesseract is None or self._only("en"):
            latin = self._rapid.read(crop)
            if self._tesseract is not None and not _sure_latin(latin, region):
                cyrillic = self._tesseract.read(crop)
        else:
            cyrillic = self._tesseract.read(crop)
            if not (self._only("ru") and _sure_cyrillic(cyrillic)):
                latin = self._rapid.read(crop)
        self._readings.append((region, cyrillic, latin))
        self._vote(region, cyrillic, latin)

    def decided(self) -> list[tuple[_Region, _Said]]:
        """The better reading of every line."""
        prior = self._clear["ru"] - self._clear["en"]
        return [(region, _better(tess, rapid, prior)) for region, tess, rapid in self._readings]

    def _only(self, lang: str) -> bool:
        return self._clear[lang] >= 2 and sum(self._clear.values()) == self._clear[lang]

    def _vote(self, region: _Region, tess: _Said, rapid: _Said) -> None:
        if _sure_cyrillic(tess) and (not _sure_latin(rapid, region) or rapid.letters < 0.8 * tess.letters):
            self._clear["ru"] += 1
        elif _sure_latin(rapid, region) and not script.is_cyrillic(tess.text):
            self._clear["en"] += 1


def _sure_cyrillic(said: _Said) -> bool:
    return said.confidence >= SURE_CYRILLIC and said.letters >= 3 and script.is_cyrillic(said.text)


def _sure_latin(said: _Said, region: _Region) -> bool:
    """Sure of itself, and with as many letters as the line has room for: it skips Cyrillic ones."""
    length, height = region.size
    dense = len(said.text.replace(" ", "")) >= 0.8 * length / max(1.0, height)
    return said.confidence >= SURE_LATIN and said.letters >= 2 and dense


def _better(tess: _Said, rapid: _Said, prior: int) -> _Said:
    """The reading to keep; ``prior`` > 0 where the picture's other lines are Russian."""
    if not rapid.letters or not tess.letters:
        return max(tess, rapid, key=lambda said: (said.letters > 0, said.confidence))
    if not script.is_cyrillic(tess.text):
        if _calibrated_rapid(rapid) < tess.confidence - 0.1:
            return tess
        return _Said(script.with_spaces_of(rapid.text, tess.text), rapid.confidence)
    skipped = rapid.letters < 0.8 * tess.letters
    capitals = sum(map(str.isupper, rapid.text)) > 0.6 * rapid.letters
    if rapid.confidence >= 0.97 and not skipped and not capitals:
        return rapid  # small letters: only Latin ones are read without a gap
    if skipped and tess.confidence >= 0.5:
        return tess
    return tess if tess.confidence + (0.25 if prior > 0 else 0.0) >= 0.85 else rapid


def _calibrated_rapid(said: _Said) -> float:
    return max(0.0, 1 - 4 * (1 - said.confidence))


def _legible(said: _Said) -> bool:
    """Sure enough, and more than marks: letters, or a number such as ``0.0125``."""
    text = said.text.replace(" ", "")
    alnum = sum(map(str.isalnum, text))
    if len(text) < 2 or (2 * alnum < len(text) and said.confidence < 0.9) or len(set(text)) == 1:
        return False
    if said.letters >= 2:
        return said.confidence >= MIN_CONFIDENCE
    return alnum >= 3 and said.confidence >= 0.85


def _line(region: _Region, said: _Said, width: int, height: int) -> Line:
    left, top, right, bottom = region.box
    box = (left / width, top / height, (right - left) / width, (bottom - top) / height)
    text = script.repair(said.text)
    return Line(text, round(min(1.0, said.confidence), 3), script.language(text), box)


# --- layout ----------------------------------------------------------------------------------------------

Box = tuple[float, float, float, float]


def reading_order(boxes: Sequence[Box]) -> list[int]:
    """Indices of ``boxes`` (left, top, right, bottom) in reading order.

    Lines of like height, one under another and close, make a paragraph; paragraphs that stand side by side
    are read from the left, otherwise from the top.
    """
    paragraphs: list[list[int]] = []
    for i in sorted(range(len(boxes)), key=lambda i: (boxes[i][1], boxes[i][0])):
        home = next((lines for lines in paragraphs if _continues(boxes[lines[-1]], boxes[i])), None)
        if home is None:
            paragraphs.append([i])
        else:
            home.append(i)
    bands: list[list[list[int]]] = []
    for lines in sorted(paragraphs, key=lambda lines: boxes[lines[0]][1]):
        if bands and any(_beside(_around(boxes, other), _around(boxes, lines)) for other in bands[-1]):
            bands[-1].append(lines)
        else:
            bands.append([lines])
    return [i for band in bands for lines in sorted(band, key=lambda p: _around(boxes, p)[0]) for i in lines]


def _around(boxes: Sequence[Box], lines: Iterable[int]) -> Box:
    lefts, tops, rights, bottoms = zip(*(boxes[i] for i in lines), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _continues(above: Box, below: Box) -> bool:
    height = min(above[3] - above[1], below[3] - below[1])
    alike = max(above[3] - above[1], below[3] - below[1]) < 1.8 * height
    return alike and -0.5 * height < below[1] - above[3] < 0.8 * height and _overlap(above, below, 0) > 0.5


def _beside(a: Box, b: Box) -> bool:
    return _overlap(a, b, 1) > 0.5 and _overlap(a, b, 0) < 0.2


def _overlap(a: Box, b: Box, axis: int) -> float:
    """How much of the shorter of two intervals along ``axis`` the other covers."""
    shorter = min(a[axis + 2] - a[axis], b[axis + 2] - b[axis])
    return (min(a[axis + 2], b[axis + 2]) - max(a[axis], b[axis])) / max(1e-6, shorter)


def _rows(regions: list[_Region]) -> list[_Region]:
    """Regions with pieces of one row joined: the detector parts monospaced lines at every space."""
    rows: list[_Region] = []
    for region in sorted(regions, key=lambda region: region.box[0]):
        for i, row in enumerate(rows):
            if _same_row(row, region):
                left, top, right, bottom = _around([row.box, region.box], (0, 1))
                rows[i] = _upright(left, top, right, bottom)
                break
        else:
            rows.append(region)
    return [row for row in rows if row.size[0] > 0.6 * row.size[1]]


def _same_row(row: _Region, region: _Region) -> bool:
    if row.slanted or region.slanted:
        return False
    a, b = row.box, region.box
    height, other = a[3] - a[1], b[3] - b[1]
    gap = b[0] - a[2]
    return (
        _overlap(a, b, 1) > 0.6
        and max(height, other) < 1.7 * min(height, other)
        and -0.7 * min(height, other) < gap < 0.4 * min(height, other)
    )


def _upright(left: float, top: float, right: float, bottom: float) -> _Region:
    return _Region(np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float32))


def _merged(found: list[tuple[_Region, _Said]]) -> list[tuple[_Region, _Said]]:
    """Readings of two passes with the surer one of each place."""
    kept: list[tuple[_Region, _Said]] = []
    for region, said in sorted(found, key=lambda pair: -pair[1].confidence):
        places = (other.box for other, _ in kept)
        if not any(_overlap(region.box, b, 0) > 0.5 and _overlap(region.box, b, 1) > 0.5 for b in places):
            kept.append((region, said))
    return kept


def _tiles(width: int, height: int) -> list[tuple[int, int, int, int]]:
    """Left, top, right, bottom of pieces that the detector can look at without shrinking letters away.

    One piece unless a side is more than twice the other; then pieces that overlap, from the beginning.
    """
    short, long = sorted((width, height))
    length = max(DETECT_SIDE, int(1.6 * short))
    if long <= max(2 * short, length):
        return [(0, 0, width, height)]
    step = length - int(0.2 * short)
    starts = list(range(0, max(1, long - int(0.2 * short)), step))[:MAX_TILES]
    if height > width:
        return [(0, at, width, min(height, at + length)) for at in starts]
    return [(at, 0, min(width, at + length), height) for at in starts]


# --- pixels ----------------------------------------------------------------------------------------------


def _crop(frame: Frame, region: _Region) -> Frame:
    """The line's pixels, turned upright where it is slanted."""
    if not region.slanted:
        left, top, right, bottom = region.box
        return frame[max(0, int(top)) : int(bottom) + 1, max(0, int(left)) : int(right) + 1]
    width, height = (max(2, round(side)) for side in region.size)
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    turn = cv2.getPerspectiveTransform(region.corners, target)
    turned = cv2.warpPerspective(frame, turn, (width, height), flags=cv2.INTER_CUBIC)
    return np.asarray(turned, np.uint8)


def _is_caption(crop: Frame) -> bool:
    """Whether white letters stand on something that is neither white nor plain."""
    white = crop.min(axis=2) > 235
    edge = np.concatenate([white[0], white[-1], white[:, 0], white[:, -1]])
    if not 0.06 < white.mean() < 0.6 or edge.mean() > 0.2:
        return False
    around = crop[~white]
    return float(around.std(axis=0).mean()) > 28.0


def _mask(pixels: Frame) -> Frame:
    """Black where all three channels are bright, white elsewhere, grey between: captions without picture."""
    dimmest = pixels.min(axis=2).astype(np.float32)
    return (255.0 - np.clip((dimmest - 150.0) / 100.0, 0.0, 1.0) * 255.0).astype(np.uint8)


def _on_white(pixels: Frame) -> Frame:
    """Grey pixels, inverted where most are dark, so that letters are dark on light."""
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    return np.asarray(255 - grey, np.uint8) if np.median(grey) < 128 else grey


def _trimmed(grey: Frame) -> Frame:
    """Dark letters on light without the feet and heads of the lines above and below.

    Within 30 % of the height from each edge, everything beyond the outermost row with the least ink goes.
    """
    dark = 255.0 - grey.astype(np.float32)
    ink = np.clip(dark - np.median(dark) - 20.0, 0.0, None).sum(axis=1)
    reach = max(1, int(0.3 * len(ink)))
    slack = 0.06 * float(np.sort(ink)[len(ink) // 2 :].mean())
    top, bottom = (int(np.argmax(part <= part.min() + slack)) for part in (ink[:reach], ink[::-1][:reach]))
    return grey[top : len(ink) - bottom]


def _scaled(grey: Frame, scale: float) -> Frame:
    way = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    return np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=way), np.uint8)


def _padded(grey: Frame, value: int, by: int = 10) -> Frame:
    return np.asarray(cv2.copyMakeBorder(grey, by, by, by, by, cv2.BORDER_CONSTANT, value=(value,)), np.uint8)


# --- recognisers -----------------------------------------------------------------------------------------


class _Tesseract:
    """Tesseract in the process: its models stay loaded between lines."""

    line_height = 56
    """Lines are scaled to this height; 48 read captions worse, 64 took longer and read no better."""

    def __init__(self, languages: str, tessdata: Path) -> None:
        import tesserocr

        self._modes = tesserocr.PSM
        self._levels = tesserocr.RIL
        self._iterate = tesserocr.iterate_level
        mode = tesserocr.OEM.LSTM_ONLY
        self._api: Any = tesserocr.PyTessBaseAPI(path=str(tessdata), lang=languages, oem=mode)
        self._api.SetVariable("debug_file", os.devnull)

    def read(self, crop: Frame) -> _Said:
        """One line. Captions are read off the mask, and off the grey pixels too where that is unsure."""
        if not _is_caption(crop):
            return self._recognise(self._prepared(crop))
        height = crop.shape[0]
        mask = _mask(_scaled(crop, self.line_height / height))
        said = self._recognise(_padded(mask, 255))
        if said.confidence >= SURE_CYRILLIC:
            return said
        return max(said, self._recognise(self._prepared(crop)), key=lambda said: said.confidence)

    def find(self, grey: Frame) -> list[tuple[_Region, _Said]]:
        """Lines anywhere in a picture of dark letters on light: sparse mode, for want of a detector."""
        scale = min(2.0, 1600 / max(grey.shape))
        self._set(_scaled(grey, scale), self._modes.SPARSE_TEXT)
        self._api.Recognize()
        iterator = self._api.GetIterator()
        if iterator is None:
            return []
        level, found = self._levels.TEXTLINE, []
        for item in self._iterate(iterator, level):
            box = item.BoundingBox(level)
            if box is not None:
                said = _Said(_text_of(item, level), item.Confidence(level) / 100)
                found.append((_upright(*(side / scale for side in box)), said))
        return found

    def _prepared(self, crop: Frame) -> Frame:
        grey = _on_white(crop)
        return _padded(_scaled(_trimmed(grey), self.line_height / grey.shape[0]), int(np.median(grey)))

    def _recognise(self, grey: Frame) -> _Said:
        self._set(grey, self._modes.SINGLE_LINE)
        self._api.Recognize()
        words = [(word, score) for word, score in self._api.MapWordConfidences() if word.strip()]
        weight = sum(len(word) for word, _ in words)
        if not weight:
            return _NOTHING
        confidence = sum(len(word) * score for word, score in words) / weight / 100
        return _Said(" ".join(word for word, _ in words), confidence)

    def _set(self, grey: Frame, mode: int) -> None:
        height, width = grey.shape
        self._api.SetPageSegMode(mode)
        self._api.SetImageBytes(np.ascontiguousarray(grey).tobytes(), width, height, 1, width)
        self._api.SetSourceResolution(150)


def _text_of(item: Any, level: int) -> str:
    try:
        return str(item.GetUTF8Text(level)).strip()
    except RuntimeError:  # how tesserocr says that there is none
        return ""


class _Rapid:
    """RapidOCR's detector and Latin recogniser, from the models in its wheel: nothing is downloaded."""

    def __init__(self, detector: Path, recogniser: Path) -> None:
        from rapidocr import RapidOCR

        threads = min(2, os.cpu_count() or 1)
        self._engine: Any = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.use_cls": False,
                "Global.use_preprocess_img": False,
                "Global.use_vertical_padding": False,
                "Global.text_score": 0.0,
                "Det.model_path": str(detector),
                "Det.limit_type": "max",
                "Det.limit_side_len": DETECT_SIDE,
                "Rec.model_path": str(recogniser),
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def detect(self, frame: Frame) -> list[_Region]:
        """Where lines of text are, tile by tile."""
        found: list[_Region] = []
        for left, top, right, bottom in _tiles(frame.shape[1], frame.shape[0]):
            tile = np.ascontiguousarray(frame[top:bottom, left:right, ::-1])
            result = self._engine(_enlarged(tile), use_det=True, use_cls=False, use_rec=False)
            boxes = getattr(result, "boxes", None)
            scale = max(1.0, 32 / min(tile.shape[:2]))
            for corners in () if boxes is None else boxes:
                region = _Region(np.asarray(corners, np.float32) / scale + np.array([left, top], np.float32))
                if not any(_same_place(region.box, other.box) for other in found):
                    found.append(region)
        return found

    def read(self, crop: Frame) -> _Said:
        """One line of Latin text."""
        line = np.ascontiguousarray(crop[:, :, ::-1])
        result = self._engine(line, use_det=False, use_cls=False, use_rec=True)
        texts = getattr(result, "txts", None)
        if not texts:
            return _NOTHING
        return _Said(" ".join(texts[0].split()), float(result.scores[0]))


def _enlarged(tile: Frame) -> Frame:
    """At least 32 pixels a side, the least that the detector's network takes."""
    scale = max(1.0, 32 / min(tile.shape[:2]))
    return tile if scale == 1.0 else np.asarray(cv2.resize(tile, None, fx=scale, fy=scale), np.uint8)


def _same_place(a: Box, b: Box) -> bool:
    return _overlap(a, b, 0) > 0.7 and _overlap(a, b, 1) > 0.7


# --- what is installed -----------------------------------------------------------------------------------


def _find_tessdata(languages: Sequence[str], given: Path | None) -> Path | None:
    """The folder with the most of the languages' models; only ``given`` if given."""
    if given is not None:
        return given
    prefix = os.environ.get("TESSDATA_PREFIX")
    folders = [Path(prefix), Path(prefix) / "tessdata"] if prefix else []
    for pattern in _TESSDATA:
        folders += sorted(Path("/").glob(pattern.lstrip("/")), reverse=True)
    best = max(folders, key=lambda folder: sum(_has_model(folder, name) for name in languages), default=None)
    return best if best is not None and any(_has_model(best, name) for name in languages) else None


def _has_model(folder: Path | None, language: str) -> bool:
    return folder is not None and (folder / f"{language}.traineddata").is_file()


def _tesseract_version() -> str | None:
    try:
        import tesserocr
    except ImportError:
        return None
    return str(tesserocr.tesseract_version()).split()[1]


def _rapid_models() -> tuple[Path, Path] | None:
    spec = importlib.util.find_spec("rapidocr")
    if spec is None or spec.origin is None:
        return None
    models = Path(spec.origin).parent / "models"
    detector, recogniser = sorted(models.glob("*_det_*.onnx")), sorted(models.glob("*_rec_*.onnx"))
    return (detector[-1], recogniser[-1]) if detector and recogniser else None


def _rapid_version() -> str | None:
    if _rapid_models() is None or importlib.util.find_spec("onnxruntime") is None:
        return None
    return version("rapidocr")
