"""Pictures with known text in the styles that memes come in, and the measure of how well they are read.

All is drawn here from a seed, so the figures of ``memebot bench`` can be had on any machine. The styles:

- ``outlined``: white capitals with a black outline over something photo-like;
- ``tweet``: a post with an avatar, a name, a handle and a date, on light or dark;
- ``terminal``: a monospaced session with coloured prompts on a dark window;
- ``bars``: a caption in a white bar above the picture, or white on black below it;
- ``jpeg``: any of the others, small and compressed hard.

- ``large``, not in that mix: a session in letters of 14 to 24 pixels somewhere on a screen of up to 3840 × 2160.

Seed 0 is the set whose figures are quoted; any other seed gives another mix of texts, sizes and noise.
"""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter
from rapidfuzz.distance import Levenshtein

from memebot.vision.fonts import font, wrapped

if TYPE_CHECKING:
    from knowledge.reading import Line
    from memebot.vision.reader import LineReader

Style = Literal["outlined", "tweet", "terminal", "bars", "jpeg", "large"]
SampleLang = Literal["ru", "en", "both"]
Colour = tuple[int, int, int]

PER_STYLE = 9
WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One drawn picture: ``picture`` is (height, width, 3) RGB, ``lines`` what it says in reading order."""

    name: str
    style: Style
    lang: SampleLang
    picture: NDArray[np.uint8]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """Mean character error of one style; ``worst`` names the sample that was read worst."""

    pictures: int
    mean: float
    worst: str
    worst_error: float


def samples(seed: int = 0, per_style: int = PER_STYLE) -> list[Sample]:
    """``per_style`` pictures of each style, a third Russian, a third English, a third of both.

    The same seed gives the same pictures as far as Pillow and FreeType draw the same pixels.
    """
    drawn: list[Sample] = []
    langs: tuple[SampleLang, ...] = ("ru", "en", "both")
    for style, draw in _STYLES.items():
        first = random.Random(f"{seed}/{style}").randrange(100)
        for n in range(per_style):
            rng = random.Random(f"{seed}/{style}/{n}")
            lang = langs[n % len(langs)]
            picture, lines = draw(rng, lang, first + n // len(langs))
            drawn.append(Sample(f"{style}-{lang}-{n}", style, lang, np.asarray(picture), tuple(lines)))
    return drawn


def large_samples(seed: int = 0) -> list[Sample]:
    """Sessions on large screens, one of each size and language: letters that are tiny beside the picture."""
    drawn: list[Sample] = []
    langs: tuple[SampleLang, ...] = ("ru", "en", "both")
    for (width, height), size in _SCREENS.items():
        for turn, lang in enumerate(langs):
            rng = random.Random(f"{seed}/{width}/{lang}")
            window, lines = _session(rng, lang, turn, size)
            screen = Image.new("RGB", (width, height), rng.choice(((24, 24, 24), (245, 245, 245), (30, 42, 58))))
            screen.paste(window, (rng.randrange(width - window.width), rng.randrange(height - window.height)))
            drawn.append(Sample(f"large-{lang}-{width}", "large", lang, np.asarray(screen), tuple(lines)))
    return drawn


def character_error(read: Iterable[Line], truth: Iterable[str]) -> float:
    """Levenshtein distance over the length of the truth, both normalised; may exceed 1.

    Lines are joined with one space in the order in which they were read, so a wrong order costs; letters are
    case-folded, every run of white space is one space, and typographic quotes and dashes are plain ones.
    """
    said = normalise(" ".join(line.text for line in read))
    meant = normalise(" ".join(truth))
    return Levenshtein.distance(said, meant) / max(1, len(meant))


def normalise(text: str) -> str:
    """Case-folded, white space collapsed, quotes and dashes plain: what two equal readings agree in."""
    return " ".join(text.translate(_PLAIN).casefold().split())


def measure(reader: LineReader, pictures: Iterable[Sample]) -> dict[str, Measure]:
    """Mean ``character_error`` by style, and over all pictures under ``all``."""
    errors: dict[str, list[tuple[float, str]]] = {}
    for sample in pictures:
        error = character_error(reader.read(sample.picture), sample.lines)
        errors.setdefault(sample.style, []).append((error, sample.name))
        errors.setdefault("all", []).append((error, sample.name))
    return {style: _summary(found) for style, found in sorted(errors.items())}


def _summary(errors: list[tuple[float, str]]) -> Measure:
    worst_error, worst = max(errors)
    return Measure(len(errors), sum(error for error, _ in errors) / len(errors), worst, worst_error)


_PLAIN = str.maketrans("«»“”„’‘—–", '"""""\'\'--')


def drawn_line(text: str) -> NDArray[np.uint8]:
    """One plain line, black on white: (height, width, 3) RGB that every reader in order reads."""
    letters = font(32)
    picture = Image.new("RGB", (round(letters.getlength(text)) + 64, 96), WHITE)
    ImageDraw.Draw(picture).text((32, 28), text, BLACK, letters)
    return np.asarray(picture)


# --- drawing ---------------------------------------------------------------------------------------------


def _photo(rng: random.Random, width: int, height: int) -> Image.Image:
    """Something like a photograph: noise of several scales in a few hues, soft shapes and grain."""
    noise = np.random.default_rng(rng.getrandbits(32))
    total = np.zeros((height, width, 3), np.float32)
    for cells, weight in ((3, 1.0), (8, 0.55), (24, 0.3), (80, 0.15)):
        small = Image.fromarray(noise.integers(0, 256, (cells, cells, 3), np.uint8))
        total += weight * np.asarray(small.resize((width, height), Image.Resampling.BICUBIC), np.float32)
    total = total / 2.0 * rng.uniform(0.55, 1.05) + noise.normal(0, 6, total.shape).astype(np.float32)
    picture = Image.fromarray(np.clip(total, 0, 255).astype(np.uint8))
    shapes = picture.copy()
    draw = ImageDraw.Draw(shapes)
    for _ in range(rng.randint(3, 7)):
        x, y, r = rng.randrange(width), rng.randrange(height), rng.randint(20, 140)
        colour = tuple(rng.randrange(256) for _ in range(3)) if rng.random() < 0.8 else (250, 250, 246)
        box = (x - r, y - r * 0.7, x + r, y + r * 0.7)
        rng.choice((draw.ellipse, draw.rectangle))(box, fill=colour)
    return Image.blend(picture, shapes.filter(ImageFilter.GaussianBlur(2)), 0.6)


def _outlined(rng: random.Random, lang: SampleLang, turn: int) -> tuple[Image.Image, list[str]]:
    width, height = rng.randint(500, 800), rng.randint(420, 760)
    picture = _photo(rng, width, height)
    draw = ImageDraw.Draw(picture)
    letters = font(rng.randint(width // 19, width // 14), bold=True)
    step, stroke = round(letters.size * 1.2), max(2, int(letters.size) // 14)
    top, bottom = _text("captions", lang, turn)
    above = wrapped(top.upper(), letters, width - 24)
    below = wrapped(bottom.upper(), letters, width - 24)
    rows = [(8 + i * step, line) for i, line in enumerate(above)]
    rows += [(height - 12 - (len(below) - i) * step, line) for i, line in enumerate(below)]
    for y, line in rows:
        draw.text((width / 2, y), line, WHITE, letters, "ma", stroke_width=stroke, stroke_fill=BLACK)
    return _compressed(picture, rng.randint(75, 92)), above + below


def _tweet(rng: random.Random, lang: SampleLang, turn: int) -> tuple[Image.Image, list[str]]:
    dark = rng.random() < 0.4
    ground, ink = ((21, 32, 43), WHITE) if dark else (WHITE, (15, 20, 25))
    grey = (136, 153, 166) if dark else (101, 119, 134)
    width, size = rng.randint(560, 760), rng.randint(20, 26)
    letters = font(size)
    name, handle, date = _text("authors", "ru" if lang == "ru" else "en", turn)
    top, bottom = _text("captions", lang, turn)
    body = wrapped(top, letters, width - 48) + wrapped(bottom, letters, width - 48)
    step = round(size * 1.35)
    picture = Image.new("RGB", (width, 100 + step * len(body) + 60), ground)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((24, 20, 76, 72), fill=tuple(rng.randrange(60, 220) for _ in range(3)))
    draw.text((90, 22), name, ink, font(19, bold=True))
    draw.text((90, 48), handle, grey, font(17))
    for i, line in enumerate(body):
        draw.text((24, 90 + i * step), line, ink, letters)
    draw.text((24, 100 + step * len(body)), date, grey, font(17))
    return _compressed(picture, 90), [name, handle, *body, date]


def _terminal(rng: random.Random, lang: SampleLang, turn: int) -> tuple[Image.Image, list[str]]:
    return _session(rng, lang, turn, rng.randint(15, 20))


def _session(rng: random.Random, lang: SampleLang, turn: int, size: int) -> tuple[Image.Image, list[str]]:
    lines = _text("sessions", lang, turn)
    letters, ground = font(size, mono=True), rng.choice(((30, 30, 30), (0, 0, 0), (40, 42, 54), (0, 43, 54)))
    step, width = round(size * 1.4), round(max(letters.getlength(line) for line in lines)) + 40
    picture = Image.new("RGB", (max(420, width), 50 + step * len(lines) + 16), ground)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, picture.width, 30), fill=tuple(min(255, c + 25) for c in ground))
    for i, colour in enumerate(((255, 95, 86), (255, 189, 46), (39, 201, 63))):
        draw.ellipse((12 + 22 * i, 9, 24 + 22 * i, 21), fill=colour)
    for i, line in enumerate(lines):
        prompt = line.startswith((">>>", "$", "#"))
        colour = (152, 220, 120) if prompt else rng.choice(((220, 220, 220), (248, 248, 242)))
        if "Error" in line or "Ошибка" in line:
            colour = (255, 110, 100)
        draw.text((16, 44 + i * step), line, colour, letters)
    return picture, lines


def _bars(rng: random.Random, lang: SampleLang, turn: int) -> tuple[Image.Image, list[str]]:
    width, height = rng.randint(500, 720), rng.randint(320, 520)
    size = rng.randint(24, 36)
    letters = font(size, bold=rng.random() < 0.5)
    step = round(size * 1.25)
    above = wrapped(" ".join(_text("captions", lang, turn)), letters, width - 32)
    bar = step * len(above) + 20
    white = rng.random() < 0.6
    picture = Image.new("RGB", (width, height + bar), WHITE if white else BLACK)
    picture.paste(_photo(rng, width, height), (0, bar if white else 0))
    draw = ImageDraw.Draw(picture)
    for i, line in enumerate(above):
        y = 8 + i * step + (0 if white else height)
        if white:
            draw.text((16, y), line, BLACK, letters)
        else:
            draw.text((width / 2, y), line, WHITE, letters, anchor="ma")
    return _compressed(picture, rng.randint(70, 92)), above


def _jpeg(rng: random.Random, lang: SampleLang, turn: int) -> tuple[Image.Image, list[str]]:
    picture, lines = rng.choice((_outlined, _bars, _tweet))(rng, lang, turn)
    width = rng.randint(380, 460)
    small = picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)
    return _compressed(small, rng.randint(28, 45)), lines


def _compressed(picture: Image.Image, quality: int) -> Image.Image:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return Image.open(out).convert("RGB")


@cache
def _texts() -> dict[str, dict[str, list[list[str]]]]:
    """By kind and language: captions of two lines, authors with handle and date, sessions."""
    found: dict[str, dict[str, list[list[str]]]] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
    return found


def _text(kind: str, lang: SampleLang, turn: int) -> list[str]:
    """The text whose turn it is: pictures of one style and language repeat none before all were drawn."""
    found = _texts()[kind][lang]
    return found[turn % len(found)]


_SCREENS: Mapping[tuple[int, int], int] = {(1920, 1080): 14, (2560, 1440): 15, (3840, 2160): 24}
"""Width and height of a screen, and how high its letters are."""

_STYLES: Mapping[Style, Callable[[random.Random, SampleLang, int], tuple[Image.Image, list[str]]]] = {
    "outlined": _outlined,
    "tweet": _tweet,
    "terminal": _terminal,
    "bars": _bars,
    "jpeg": _jpeg,
}
