"""One set of scores for the next word, and what temperature makes of it: from always the same to anything at all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from memebot.experiments.drawing import MARGIN, SIDE, Canvas
from memebot.experiments.model import Array, Experiment, Inputs, Look, NumberControl, Showing, Words

SCORES = np.array([3.2, 2.6, 2.0, 1.3, 0.6, -0.2, -1.0, -2.0])
"""What a model might give: our own, the last for a word that has no business there."""
_FRAMES = 32
_DRAWN = 1000
_LEAST = 0.1


def run(inputs: Inputs, seed: int, words: Words) -> Showing:
    """The shares as temperature rises from 0.1 to the one asked for; facts: who gets how much there."""
    hottest = inputs["temperature"]
    rng = np.random.default_rng(seed)
    names = tuple(words(f"word-{number}") for number in range(len(SCORES)))
    frames = []
    for temperature in np.linspace(_LEAST, hottest, _FRAMES if hottest > _LEAST else 1):
        drawn = rng.choice(len(SCORES), 3, p=shares(float(temperature)))
        frames.append(_frame(words, names, float(temperature), [names[n] for n in drawn]))
    at_end = shares(hottest)
    counts = rng.multinomial(_DRAWN, at_end)
    facts = {
        "temperature": hottest,
        "first": names[0],
        "share": round(100 * float(at_end[0])),
        "cold": round(100 * float(shares(_LEAST)[0])),
        "last": names[-1],
        "happened": int(counts[-1]),
        "drawn": _DRAWN,
        "words": round(float(np.exp(entropy(at_end))), 1),
    }
    return Showing(tuple(frames), Look("look", facts), milliseconds=170)


def shares(temperature: float) -> Array:
    """Softmax of the scores divided by the temperature."""
    powers = np.exp((SCORES - SCORES.max()) / temperature)
    return np.asarray(powers / powers.sum())


def entropy(probabilities: Array) -> float:
    """In nats; e to its power is among how many equal words one would be as unsure."""
    likely = probabilities[probabilities > 0]
    return float(-(likely * np.log(likely)).sum())


def _frame(words: Words, names: Sequence[str], temperature: float, drawn: Sequence[str]) -> Image.Image:
    canvas = Canvas()
    top = canvas.title(words("now", temperature=round(temperature, 1)), words("beginning"))
    spread = shares(temperature)
    rows = list(zip(names, (float(share) for share in spread), strict=True))
    canvas.bars((MARGIN, top + 14, SIDE - MARGIN, 530), rows, strong=0)
    canvas.text((MARGIN, 552), words("drawn"), size=24)
    for number, word in enumerate(drawn):
        canvas.text((MARGIN + 20, 586 + number * 34), f"… {word}", size=26, bold=True)
    return canvas.image()


EXPERIMENT = Experiment(
    name="temperature",
    concepts=("temperature", "softmax", "text-generation", "hallucination"),
    controls=(NumberControl("temperature", _LEAST, 4, 2, step=0.1),),
    run=run,
)
