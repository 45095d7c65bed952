"""A convolution goes over a picture: nine numbers that find edges, blur, sharpen – or whatever one types."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
from PIL import Image

from memebot.experiments.drawing import BLUE, FAINT, LINE, MARGIN, ORANGE, RED, SIDE, Canvas
from memebot.experiments.model import (
    Array,
    ChoiceControl,
    Experiment,
    Facts,
    Inputs,
    Look,
    PictureControl,
    Showing,
    TextControl,
    Words,
)
from memebot.experiments.pictures.scaled import as_pixels, scaled
from memebot.experiments.samples import meme

KERNELS: Mapping[str, tuple[float, ...]] = {
    "edges": (-1, -1, -1, -1, 8, -1, -1, -1, -1),
    "sharpen": (0, -1, 0, -1, 5, -1, 0, -1, 0),
    "blur": (1 / 9,) * 9,
    "emboss": (-2, -1, 0, -1, 1, 1, 0, 1, 2),
    "upright": (-1, 0, 1, -2, 0, 2, -1, 0, 1),
    "level": (-1, -2, -1, 0, 0, 0, 1, 2, 1),
}
_LARGEST = 99.0
_DARK = 20  # of 255: where hardly anything came out
_FRAMES = 26
_SIDE = 256
_EVEN = 1e-6


def run(inputs: Inputs, seed: int, words: Words) -> Showing:
    """The kernel on its way down the picture; facts: what its numbers add up to, and what that did."""
    picture = scaled(inputs["picture"], _SIDE)
    kernel = kernel_of(inputs["kernel"], inputs["own"])
    whole = convolved(picture, kernel)
    total = float(kernel.sum())
    shown = as_pixels(np.abs(whole) if abs(total) < _EVEN else whole)
    downs = np.linspace(0, len(picture), _FRAMES).astype(int)
    frames = tuple(_frame(words, inputs["kernel"], kernel, picture, shown, int(down)) for down in downs)
    facts: Facts = {
        "kernel": words(f"kernel-{inputs['kernel']}"),
        "total": _written(total),
        "dark": round(100 * float((shown.max(axis=2) < _DARK).mean())),
        "before": round(float(picture.mean())),
        "after": round(float(shown.mean())),
    }
    key = "look-edges" if abs(total) < _EVEN else "look-keeps" if abs(total - 1) < _EVEN else "look-changes"
    return Showing(frames, Look(key, facts), milliseconds=120)


def kernel_of(name: str, own: str) -> Array:
    """The kernel of that name, (3, 3); "own" are the first nine numbers of the text, 0 for those that are missing."""
    numbers = KERNELS.get(name) or [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", own)[:9]]
    filled: list[float] = [*numbers, *[0.0] * (9 - len(numbers))]
    return np.asarray(np.clip(filled, -_LARGEST, _LARGEST).reshape(3, 3))


def convolved(picture: Array, kernel: Array) -> Array:
    """Each pixel and its eight neighbours times the kernel, (height, width, 3); beyond the edge is as at the edge."""
    padded = np.pad(picture.astype(float), ((1, 1), (1, 1), (0, 0)), mode="edge")
    height, width = picture.shape[:2]
    parts = (kernel[y, x] * padded[y : y + height, x : x + width] for y in range(3) for x in range(3))
    return np.asarray(sum(parts))


def _frame(words: Words, name: str, kernel: Array, picture: Array, shown: Array, down: int) -> Image.Image:
    canvas = Canvas()
    top = canvas.title(words(f"kernel-{name}"))
    mixed = np.concatenate([shown[:down], picture[down:]])
    left, upper, right, lower = canvas.picture(mixed, (MARGIN, top + 8, SIDE - MARGIN, 520))
    y = upper + (lower - upper) * down / len(picture)
    if down < len(picture):
        canvas.line([(left - 12, y), (right + 12, y)], ORANGE, 5)
    _tiles(canvas, kernel)
    canvas.paragraph((MARGIN + 250, 546), words("rule", total=_written(float(kernel.sum()))), size=24, colour=FAINT)
    return canvas.image()


def _tiles(canvas: Canvas, kernel: Array) -> None:
    """The nine numbers, darker for larger ones."""
    edge = 54
    for row in range(3):
        for column in range(3):
            value = float(kernel[row, column])
            x, y = MARGIN + column * (edge + 22), 536 + row * edge
            colour = BLUE if value > 0 else RED if value < 0 else FAINT
            canvas.card((x, y, x + edge + 16, y + edge - 6), outline=LINE, radius=8)
            canvas.text(
                (x + edge / 2 + 8, y + edge / 2 - 3), _written(value), size=26, bold=True, colour=colour, anchor="mm"
            )


def _written(number: float) -> str:
    if abs(number - 1 / 9) < _EVEN:
        return "1/9"
    return f"{number:.3g}".replace("-", "−")


EXPERIMENT = Experiment(
    name="kernels",
    concepts=("convolution", "handcrafted-features", "layers", "segmentation"),
    controls=(
        PictureControl("picture", meme),
        ChoiceControl("kernel", (*KERNELS, "own")),
        TextControl("own", 80, "0 1 0  1 -4 1  0 1 0", pattern="0123456789.,;- "),
    ),
    run=run,
)
