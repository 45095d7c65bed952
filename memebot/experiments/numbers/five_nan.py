"""The logarithm of a few random numbers, drawn again and again until all of them are nan."""

from __future__ import annotations

import numpy as np
from PIL import Image

from memebot.experiments.drawing import FAINT, GREEN, MARGIN, NIGHT, ORANGE, RED, SIDE, Canvas, Colour
from memebot.experiments.model import Array, Experiment, Inputs, Look, NumberControl, Showing, Words

REPEATS = 100_000
_MOST_TRIES = 4000
_FRAMES = 44
_ROWS = 9
_PROMPT: Colour = (150, 162, 178)
_NUMBER: Colour = (224, 230, 238)


def run(inputs: Inputs, seed: int, words: Words) -> Showing:
    """One try after the other until the one where all are nan; facts: which it was, and how often it happens."""
    count = inputs["count"]
    rng = np.random.default_rng(seed)
    tries = until_all_nan(rng, count)
    happened = int(np.isnan(logarithms(rng, REPEATS, count)).all(axis=1).sum())
    kept = np.unique(
        np.r_[np.linspace(0, max(0, len(tries) - 9), _FRAMES - 8), range(max(0, len(tries) - 8), len(tries))]
    )
    frames = [_frame(words, tries[: int(last) + 1], count, happened) for last in kept]
    facts = {
        "count": count,
        "tries": len(tries),
        "repeats": REPEATS,
        "happened": happened,
        "once": round(REPEATS / max(1, happened), 1),
        "expected": 2**count,
    }
    return Showing((*frames, *frames[-1:] * 6), Look("look", facts), milliseconds=160)


def logarithms(rng: np.random.Generator, tries: int, count: int) -> Array:
    """Logarithms of normal random numbers, (tries, count): nan of each that is negative, as ``torch.log`` has it."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.log(rng.standard_normal((tries, count))))


def until_all_nan(rng: np.random.Generator, count: int) -> Array:
    """Tries up to the first where all are nan, that one included."""
    tries = logarithms(rng, _MOST_TRIES, count)
    done = np.isnan(tries).all(axis=1)
    return tries[: int(done.argmax()) + 1 if done.any() else len(tries)]


def _frame(words: Words, tries: Array, count: int, happened: int) -> Image.Image:
    canvas = Canvas(height=620)
    lost = bool(np.isnan(tries[-1]).all())
    canvas.title(words("all-nan" if lost else "now", tries=len(tries)))
    canvas.card((MARGIN, 84, SIDE - MARGIN, 486), NIGHT, None)
    canvas.text((MARGIN + 20, 100), f">>> torch.log(torch.randn({count}))", size=22, colour=_PROMPT, mono=True)
    width = (SIDE - 2 * MARGIN - 40) / max(5, count)
    first = max(0, len(tries) - _ROWS)
    for row, values in enumerate(tries[first:]):
        newest = first + row == len(tries) - 1
        for place, value in enumerate(values):
            at = (MARGIN + 20 + (place + 1) * width - 12, 140 + row * 37)
            text = "nan" if np.isnan(value) else f"{value:.2f}"
            colour = (RED if newest else (150, 60, 72)) if np.isnan(value) else _NUMBER if newest else _PROMPT
            canvas.text(at, text, size=24, colour=colour, mono=True, bold=newest, anchor="ra")
    lines = (("expected", 2**-count, GREEN), ("measured", happened / REPEATS, ORANGE))
    for row, (key, share, colour) in enumerate(lines):
        y = 512 + row * 44
        canvas.disc((MARGIN + 10, y + 13), 9, colour)
        canvas.text((MARGIN + 32, y), words(key, repeats=REPEATS), size=24, colour=FAINT)
        canvas.text((SIDE - MARGIN, y), f"{share:.2%}".replace("%", " %"), size=26, bold=True, anchor="ra")
    return canvas.image()


EXPERIMENT = Experiment(
    name="five-nan",
    concepts=("nan", "logarithm", "pytorch"),
    controls=(NumberControl("count", 1, 8, 5),),
    run=run,
)
