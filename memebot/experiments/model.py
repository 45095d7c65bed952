"""What an experiment is: a pure function with a seed, from a few bounded inputs to frames and one sentence.

    inputs = experiment.inputs({"degree": "9"}, seed=7)       # checked, the rest filled with defaults
    showing = experiment.run(inputs, 7, texts_of("ru"))        # the same arguments give the same frames

One module makes one experiment and ends with ``EXPERIMENT = Experiment(...)``; ``catalogue`` lists them. Three faces
use it and know none by name: a page in the browser, ``/show`` on Telegram, ``memebot show`` in the terminal. So
everything a face needs is in here: which controls there are and within which bounds, which entries it belongs to.

All words are in ``memebot/locales/experiments/LANG/*.ftl``: a message with the experiment's name, whose value is the
title, and whose attributes are the other texts::

    polynomial = A polynomial that learns by heart
        .about = What one sees here, in a sentence; shown before anything runs.
        .degree = Degree of the polynomial
        .axis-x = a text that is drawn into a frame
        .look-overfitted = At degree { $degree } the error …        # what ``Showing.look`` names

The label of a control is the attribute with its name, an option of a choice is ``CONTROL-OPTION``.

Rules: at most 1.5 CPU-seconds a run (a model that is loaded once does not count), NumPy, and torch only where a network
of torch is what the experiment is about; nothing is read but files of the package, nothing kept, no clock, no network.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageOps

from knowledge.reading import Lang

Array = NDArray[Any]
Inputs = Mapping[str, Any]
"""What a control gave, by the control's name: see each kind for what that is."""
Facts = Mapping[str, str | int | float]

PICTURE_SIDE = 512
"""Pictures are scaled down until no side is longer."""
MOST_FRAMES = 60
_MOST_PIXELS = 26_000_000
_MOST_POINTS = 6000
_PEN = 0.045  # of the side


class ExperimentError(Exception):
    """Base of what can be wrong with a request; carries a code and facts, words are in the catalogues."""

    def __init__(self, code: str, **facts: str | int | float) -> None:
        super().__init__(f"{code} {facts}")
        self.code = code
        self.facts: Facts = facts


class UnknownExperiment(ExperimentError):
    """``unknown-experiment``: there is none of this ``name``."""


class BadInput(ExperimentError):
    """A value that a control does not take; the fact ``control`` says which.

    Codes: ``unknown-control``, ``not-a-number``, ``out-of-range`` (``least``, ``most``), ``no-such-option``,
    ``text-too-long`` (``most``), ``text-empty``, ``no-picture``, ``picture-too-large``,
    ``too-many-pictures`` (``most``), ``no-drawing``.
    """


# --- controls


@dataclass(frozen=True, slots=True)
class NumberControl:
    """A slider. Its value: an int where ``step`` is one, else a float, on the grid of ``step`` from ``least``."""

    name: str
    least: float
    most: float
    default: float
    step: float = 1

    def accept(self, given: object) -> int | float:
        """The value, also from its text. Raises ``BadInput``."""
        try:
            value = float(given)  # type: ignore[arg-type]
        except (TypeError, ValueError) as error:
            raise BadInput("not-a-number", control=self.name) from error
        if not math.isfinite(value):
            raise BadInput("not-a-number", control=self.name)
        if not self.least <= value <= self.most:
            raise BadInput("out-of-range", control=self.name, least=self.least, most=self.most)
        if isinstance(self.step, int):
            return int(self.least) + round((value - self.least) / self.step) * self.step
        return min(self.most, round(self.least + round((value - self.least) / self.step) * self.step, 10))

    def filling(self, seed: int) -> int | float:
        """The default, whatever the seed."""
        return self.accept(self.default)


@dataclass(frozen=True, slots=True)
class ChoiceControl:
    """One of several; its value is the option's name, the first is the default."""

    name: str
    options: tuple[str, ...]

    def accept(self, given: object) -> str:
        """The option. Raises ``BadInput``."""
        if given not in self.options:
            raise BadInput("no-such-option", control=self.name)
        return str(given)

    def filling(self, seed: int) -> str:
        """The first option, whatever the seed."""
        return self.options[0]


@dataclass(frozen=True, slots=True)
class TextControl:
    """A line of text: printable, spaces joined, 1 to ``most`` characters.

    ``pattern``: where only some characters make sense, the ones allowed, such as ``0123456789+``; others are dropped.
    """

    name: str
    most: int
    default: str
    pattern: str = ""

    def accept(self, given: object) -> str:
        """The text. Raises ``BadInput``."""
        text = str(given)
        if len(text) > 4 * self.most:
            raise BadInput("text-too-long", control=self.name, most=self.most)
        kept = "".join(one if one.isprintable() else " " for one in text)
        kept = "".join(one for one in kept if not self.pattern or one in self.pattern)
        kept = " ".join(kept.split())
        if not kept:
            raise BadInput("text-empty", control=self.name)
        if len(kept) > self.most:
            raise BadInput("text-too-long", control=self.name, most=self.most)
        return kept

    def filling(self, seed: int) -> str:
        """The default, whatever the seed."""
        return self.default


class Filling(Protocol):
    """What stands in for a drawing or a picture that nobody gave: the same for the same seed."""

    def __call__(self, seed: int, /) -> Array: ...


@dataclass(frozen=True, slots=True)
class DrawingControl:
    """Something drawn with the finger. Its value: float32 (side, side), 0 = paper, 1 = ink.

    ``accept`` takes strokes – lists of (x, y) with 0 ≤ x, y ≤ 1, y downwards, as a page collects them – or such an
    array, or a picture of dark ink on light paper.
    """

    name: str
    default: Filling
    side: int = 128

    def accept(self, given: object) -> Array:
        """The drawing. Raises ``BadInput``."""
        if isinstance(given, np.ndarray) and given.ndim == 2 and given.dtype.kind == "f":
            return self._scaled(Image.fromarray((np.clip(given, 0, 1) * 255).astype(np.uint8)))
        if isinstance(given, np.ndarray | Image.Image):
            return self._scaled(ImageOps.invert(_picture_of(given, self.name).convert("L")))
        return ink(_strokes_of(given, self.name), self.side)

    def filling(self, seed: int) -> Array:
        """The drawing that stands in."""
        return self.accept(self.default(seed))

    def _scaled(self, drawn: Image.Image) -> Array:
        fitted = ImageOps.pad(drawn, (self.side, self.side), Image.Resampling.BOX, color=0)
        return np.asarray(fitted, np.float32) / 255


@dataclass(frozen=True, slots=True)
class PictureControl:
    """A picture of the visitor's. Its value: uint8 (height, width, 3), no side longer than ``PICTURE_SIDE``.

    ``accept`` takes a Pillow image or an RGB array that somebody else has decoded within the bounds for uploads.
    """

    name: str
    default: Filling

    def accept(self, given: object) -> Array:
        """The picture, scaled down. Raises ``BadInput``."""
        picture = _picture_of(given, self.name).convert("RGB")
        picture.thumbnail((PICTURE_SIDE, PICTURE_SIDE), Image.Resampling.BOX, reducing_gap=2.0)
        return np.asarray(picture).copy()

    def filling(self, seed: int) -> Array:
        """The picture that stands in."""
        return self.accept(self.default(seed))


@dataclass(frozen=True, slots=True)
class PicturesControl:
    """Several pictures of one thing, 0 to ``most``. Its value: a tuple of what ``PictureControl`` gives."""

    name: str
    most: int
    default: Callable[[int], Sequence[Array]]

    def accept(self, given: object) -> tuple[Array, ...]:
        """The pictures, scaled down. Raises ``BadInput``."""
        if not isinstance(given, Sequence):
            raise BadInput("no-picture", control=self.name)
        if len(given) > self.most:
            raise BadInput("too-many-pictures", control=self.name, most=self.most)
        one = PictureControl(self.name, lambda seed: self.default(seed)[0])
        return tuple(one.accept(picture) for picture in given)

    def filling(self, seed: int) -> tuple[Array, ...]:
        """The pictures that stand in."""
        return self.accept(self.default(seed))


Control = NumberControl | ChoiceControl | TextControl | DrawingControl | PictureControl | PicturesControl


# --- results


@dataclass(frozen=True, slots=True)
class Look:
    """What to look at, as the attribute of the experiment's message and the facts that it names."""

    key: str
    facts: Facts


@dataclass(frozen=True, slots=True, eq=False)
class Showing:
    """What an experiment shows: 1 to ``MOST_FRAMES`` RGB frames of one even size, and the sentence about them.

    ``milliseconds``: how long each frame stands; the last one stands longer by itself, faces see to that.
    """

    frames: tuple[Image.Image, ...]
    look: Look
    milliseconds: int = 100

    def __post_init__(self) -> None:
        sizes = {frame.size for frame in self.frames}
        if not 1 <= len(self.frames) <= MOST_FRAMES or len(sizes) != 1 or any(n % 2 for n in next(iter(sizes))):
            raise ValueError(f"{len(self.frames)} frames of the sizes {sizes} are no showing")


class Words(Protocol):
    """Texts of one experiment in one language: ``words("axis-x", degree=3)``, a mistake of ours where it is missing."""

    @property
    def lang(self) -> Lang: ...

    def __call__(self, key: str, /, **facts: Any) -> str: ...


class Run(Protocol):
    """The function itself."""

    def __call__(self, inputs: Inputs, seed: int, words: Words, /) -> Showing: ...


@dataclass(frozen=True, slots=True)
class Experiment:
    """One experiment.

    ``name``: what one types, lower case with hyphens, and its message in the catalogues. ``concepts``: ids of the
    entries that it makes visible, the nearest first; each offers it. ``needs_encoder``: it loads the bundled encoder,
    so the first run takes seconds.
    """

    name: str
    concepts: tuple[str, ...]
    controls: tuple[Control, ...]
    run: Run
    needs_encoder: bool = False

    def inputs(self, given: Mapping[str, object], seed: int) -> Inputs:
        """All inputs, checked; what is not given (or None, or "") is filled in. Raises ``BadInput``."""
        names = {control.name for control in self.controls}
        for name in given:
            if name not in names:
                raise BadInput("unknown-control", control=name)
        return {control.name: _value(control, given.get(control.name), seed) for control in self.controls}


def _value(control: Control, given: object, seed: int) -> object:
    if given is None or (isinstance(given, str | Sequence) and len(given) == 0):
        return control.filling(seed)
    return control.accept(given)


# --- what controls are given


def ink(strokes: Sequence[Sequence[tuple[float, float]]], side: int, pen: float = _PEN) -> Array:
    """Strokes as a drawing: float32 (side, side), 0 = paper, 1 = ink; points within 0..1, ``pen`` of the side thick."""
    large = 4 * side
    sheet = Image.new("L", (large, large), 0)
    draw, radius = ImageDraw.Draw(sheet), pen * large / 2
    for stroke in strokes:
        points = [(x * large, y * large) for x, y in stroke]
        draw.line(points, fill=255, width=round(2 * radius))
        for x, y in points:
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(sheet.reduce(4), np.float32) / 255


def _strokes_of(given: object, control: str) -> list[list[tuple[float, float]]]:
    try:
        strokes = [[(float(x), float(y)) for x, y in stroke] for stroke in given]  # type: ignore[attr-defined]
    except (TypeError, ValueError) as error:
        raise BadInput("no-drawing", control=control) from error
    points = [number for stroke in strokes for point in stroke for number in point]
    if not 0 < len(points) <= 2 * _MOST_POINTS or not all(0 <= number <= 1 for number in points):
        raise BadInput("no-drawing", control=control)
    return [stroke for stroke in strokes if stroke]


def _picture_of(given: object, control: str) -> Image.Image:
    if isinstance(given, np.ndarray) and given.dtype == np.uint8 and given.ndim in (2, 3) and given.size:
        given = Image.fromarray(given)
    if not isinstance(given, Image.Image):
        raise BadInput("no-picture", control=control)
    if given.width * given.height > _MOST_PIXELS:
        raise BadInput("picture-too-large", control=control)
    return given
