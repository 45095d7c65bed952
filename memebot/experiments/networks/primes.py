"""A network is asked which numbers are prime: it learns by heart what it was shown and guesses the rest."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PIL import Image

from memebot.experiments.drawing import BLUE, CARD, FAINT, GREEN, INK, MARGIN, ORANGE, RED, SIDE, Canvas
from memebot.experiments.model import Array, Experiment, Inputs, Look, NumberControl, Showing, Words

COUNT = 1024
_BITS = 10
_FRAMES, _STEPS = 16, 22
_GRID = 416


def run(inputs: Inputs, seed: int, words: Words) -> Showing:
    """The numbers to 1023 as a square while a network learns; facts: how many it gets right at the end."""
    rng = np.random.default_rng(seed)
    numbers = np.arange(COUNT)
    bits = ((numbers[:, None] >> np.arange(_BITS)) & 1) * 2.0 - 1
    prime = _primes()
    seen = rng.random(COUNT) < 0.7
    network = _Network(rng, inputs["width"])
    frames, curves = [], []
    for _ in range(_FRAMES):
        says = network.chances(bits) > 0.5
        curves.append((float((says == prime)[seen].mean()), float((says == prime)[~seen].mean())))
        frames.append(_frame(words, says, prime, seen, curves))
        for _ in range(_STEPS):
            network.step(bits[seen], prime[seen])
    found = float((says & prime)[~seen].sum() / prime[~seen].sum())
    facts = {
        "seen": round(100 * curves[-1][0]),
        "new": round(100 * curves[-1][1]),
        "never": round(100 * float((~prime)[~seen].mean())),
        "found": round(100 * found),
        "odd": round(100 * float((numbers[says & ~seen] % 2).mean())) if (says & ~seen).any() else 0,
    }
    return Showing(tuple(frames), Look("look", facts), milliseconds=240)


def _primes() -> Array:
    prime = np.ones(COUNT, bool)
    prime[:2] = False
    for number in range(2, 32):
        prime[number * number :: number] = False
    return prime


class _Network:
    """Two hidden layers, trained by Adam on all numbers at once."""

    def __init__(self, rng: np.random.Generator, width: int) -> None:
        sizes = (_BITS, width, width, 1)
        self._layers = [
            rng.normal(0, (2 / inputs) ** 0.5, (inputs + 1, outputs)) for inputs, outputs in pairwise(sizes)
        ]
        self._means = [(np.zeros_like(layer), np.zeros_like(layer)) for layer in self._layers]
        self._steps = 0

    def chances(self, bits: Array) -> Array:
        """How likely each number is prime to the network."""
        return np.asarray(1 / (1 + np.exp(-self._forward(bits)[-1][:, 0])))

    def step(self, bits: Array, prime: Array) -> None:
        """Learn from numbers once."""
        values = self._forward(bits)
        slope = (1 / (1 + np.exp(-values[-1])) - prime[:, None]) / len(prime)
        self._steps += 1
        for number in reversed(range(len(self._layers))):
            gradient = _with_one(values[number]).T @ slope
            if number:
                slope = (slope @ self._layers[number][:-1].T) * (values[number] > 0)
            first, second = self._means[number]
            first += 0.1 * (gradient - first)
            second += 0.01 * (gradient**2 - second)
            scale = (1 - 0.99**self._steps) ** 0.5 / (1 - 0.9**self._steps)
            self._layers[number] -= 0.012 * scale * first / (np.sqrt(second) + 1e-8)

    def _forward(self, bits: Array) -> list[Array]:
        values = [bits]
        for number, layer in enumerate(self._layers):
            sums = _with_one(values[-1]) @ layer
            values.append(sums if number == len(self._layers) - 1 else np.maximum(sums, 0))
        return values


def _with_one(values: Array) -> Array:
    return np.concatenate([values, np.ones((len(values), 1))], axis=1)


def _frame(words: Words, says: Array, prime: Array, seen: Array, curves: list[tuple[float, float]]) -> Image.Image:
    canvas = Canvas()
    top = canvas.title(words("title-frame"), words("grid"))
    left, top, cell = float(MARGIN), top + 8, _GRID / 32
    canvas.card((left - 6, top - 6, left + _GRID + 6, top + _GRID + 6), CARD, radius=10)
    for number in np.flatnonzero(says | prime):
        at = left + (number % 32 + 0.5) * cell, top + (number // 32 + 0.5) * cell
        fill = GREEN if says[number] and prime[number] else RED if says[number] else None
        canvas.disc(at, 4.8 if seen[number] else 5.4, fill, INK if not seen[number] else fill or FAINT, 1.6)
    x = left + _GRID + 24
    y = canvas.paragraph((x, top), words("on-seen"), size=22, colour=BLUE)
    canvas.text((x, y), f"{curves[-1][0]:.0%}".replace("%", " %"), size=44, bold=True, colour=BLUE)
    y = canvas.paragraph((x, y + 70), words("on-new"), size=22, colour=ORANGE)
    canvas.text((x, y), f"{curves[-1][1]:.0%}".replace("%", " %"), size=44, bold=True, colour=ORANGE)
    y += 76
    for name, colour, edge in (
        ("hit", GREEN, GREEN),
        ("false", RED, RED),
        ("missed", None, FAINT),
        ("held", CARD, INK),
    ):
        canvas.disc((x + 8, y + 13), 7, colour, edge, 2)
        y = canvas.paragraph((x + 26, y), words(name), size=22) + 4
    panel = canvas.panel((left, top + _GRID + 22, SIDE - MARGIN, SIDE - MARGIN), (0, _FRAMES - 1), (0.4, 1.05))
    steps = np.arange(len(curves))
    for column, colour in ((0, BLUE), (1, ORANGE)):
        panel.course(steps, np.array([pair[column] for pair in curves]), colour)
    return canvas.image()


EXPERIMENT = Experiment(
    name="primes",
    concepts=("learning-arithmetic", "extrapolation", "overfitting"),
    controls=(NumberControl("width", 8, 96, 64, step=8),),
    run=run,
)
