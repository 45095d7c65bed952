"""Sums and products as text: a network reads ``17+38=`` character by character and speaks what it expects next."""

from __future__ import annotations

import re
from functools import cache, partial

import numpy as np
from PIL import Image

from memebot.experiments.drawing import BLUE, FAINT, GREEN, INK, LINE, MARGIN, RED, SIDE, Canvas, Colour
from memebot.experiments.model import Array, Experiment, Inputs, Look, Showing, TextControl, Words
from memebot.experiments.networks.layers import percent, weights_of
from memebot.experiments.networks.sequences import ARITHMETIC, CharacterNetwork

_MAP = 270
_CELL = 70


def run_sum(inputs: Inputs, seed: int, words: Words) -> Showing:
    """The task read and answered, one character a frame; facts: what it said, what is right, how often it is."""
    return _run("sums", inputs["task"], words)


def run_product(inputs: Inputs, seed: int, words: Words) -> Showing:
    """The same with multiplication, which it never learns."""
    return _run("products", re.sub("[*xхXХ]", "×", inputs["task"]), words)


def _run(model: str, task: str, words: Words) -> Showing:
    said = _network(model).spoken(f"{task}=")
    answer = "".join(character for character, _ in said).rstrip(".")
    truth = _truth(task)
    frame = partial(_frame, words, model, task, truth)
    frames = [frame(task[:count], []) for count in range(1, len(task) + 1)]
    frames += [frame(f"{task}=", said[:count]) for count in range(len(said) + 1)]
    facts: dict[str, str | int] = {"task": task, "answer": answer, "truth": "" if truth is None else truth}
    facts |= {"seen": percent(f"{model} seen"), "new": percent(f"{model} new")}
    if truth is None:
        key = "look-nonsense"
    elif any(len(number) > 2 for number in re.findall(r"\d+", task)):
        key = "look-beyond"
    else:
        key = "look-right" if answer == str(truth) else "look-wrong"
    return Showing(tuple(frames), Look(key, facts), milliseconds=380)


@cache
def _network(model: str) -> CharacterNetwork:
    return CharacterNetwork(weights_of(model), ARITHMETIC)


def _truth(task: str) -> int | None:
    """What is right, None where it is no task."""
    found = re.fullmatch(r"(\d+)([+×])(\d+)", task)
    if found is None:
        return None
    first, second = int(found[1]), int(found[3])
    return first + second if found[2] == "+" else first * second


def _frame(
    words: Words, model: str, task: str, truth: int | None, shown: str, said: list[tuple[str, Array]]
) -> Image.Image:
    canvas = Canvas()
    top = canvas.title(words("title-frame")) + 16
    cell = min(_CELL, (SIDE - 2 * MARGIN) / (len(task) + 6))
    right = "" if truth is None else f"{truth}."
    for number, character in enumerate(shown):
        _character(canvas, (MARGIN + number * cell, top), cell, character, INK)
    for number, (character, chances) in enumerate(said):
        x = MARGIN + (len(shown) + number) * cell
        colour = GREEN if right[number : number + 1] == character else RED
        if character != ".":
            _character(canvas, (x, top), cell, character, colour)
        _chances(canvas, (x, top + cell * 1.25 + 20), cell, chances)
    canvas.text((MARGIN, top + cell * 1.25 + 20), words("chances"), size=22, colour=FAINT)
    _map(canvas, words, model, task)
    return canvas.image()


def _character(canvas: Canvas, at: tuple[float, float], cell: float, character: str, colour: Colour) -> None:
    x, y = at
    canvas.card((x + 2, y, x + cell - 2, y + cell * 1.2), outline=LINE if colour == INK else colour, width=2.5)
    canvas.text(
        (x + cell / 2, y + cell * 0.6), character, size=cell * 0.7, colour=colour, bold=True, mono=True, anchor="mm"
    )


def _chances(canvas: Canvas, at: tuple[float, float], cell: float, chances: Array) -> None:
    """The two likeliest characters, the likelier the darker."""
    x, y = at
    for row, number in enumerate(np.argsort(-chances)[:2]):
        chance = float(chances[number])
        red, green, blue = (round(255 - (255 - part) * (0.3 + 0.7 * chance)) for part in BLUE)
        name = {".": "•"}.get(ARITHMETIC[number], ARITHMETIC[number])
        y = at[1] + row * 68
        canvas.text((x + cell / 2, y), name, size=34, colour=(red, green, blue), bold=row == 0, mono=True, anchor="ma")
        canvas.text((x + cell / 2, y + 38), f"{chance:.0%}", size=20, colour=FAINT, anchor="ma")


def _map(canvas: Canvas, words: Words, model: str, task: str) -> None:
    """All 10,000 tasks as dots: right ones green."""
    left, low = MARGIN, SIDE - MARGIN
    right = np.unpackbits(weights_of(model)["right"])[:10000].reshape(100, 100).T[::-1].astype(bool)
    colours = np.where(right[..., None], np.array((120, 196, 150)), np.array((232, 120, 124))).astype(np.uint8)
    box = (left, low - _MAP, left + _MAP, low)
    canvas.picture(colours, box, smooth=False)
    found = re.fullmatch(r"(\d{1,2})[+×](\d{1,2})", task)
    if found is not None:
        x, y = left + (int(found[1]) + 0.5) * _MAP / 100, low - (int(found[2]) + 0.5) * _MAP / 100
        canvas.disc((x, y), 9, None, INK, 3.5)
    text = words("map", right=round(float(right.mean()) * 100))
    canvas.paragraph((left + _MAP + 24, low - _MAP), text, size=24)
    y = low - 66
    for name, colour in (("map-right", (120, 196, 150)), ("map-wrong", (232, 120, 124))):
        canvas.disc((left + _MAP + 34, y + 12), 9, colour)
        canvas.text((left + _MAP + 52, y), words(name), size=22)
        y += 34


SUMS = Experiment(
    name="sums",
    concepts=("seq2seq", "rnn", "learning-arithmetic"),
    controls=(TextControl("task", 7, "17+38", pattern="0123456789+"),),
    run=run_sum,
)
PRODUCTS = Experiment(
    name="multiplication",
    concepts=("learning-arithmetic", "extrapolation", "universal-approximator"),
    controls=(TextControl("task", 7, "12×34", pattern="0123456789×*xхXХ"),),
    run=run_product,
)
