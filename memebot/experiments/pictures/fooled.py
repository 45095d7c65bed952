"""One's own meme with a little noise that nobody sees, made so that the bundled encoder names it otherwise.

The fast gradient sign method of Goodfellow et al. (2015), the one of "panda → gibbon", in several small steps.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from memebot.experiments.drawing import FAINT, MARGIN, ORANGE, RED, SIDE, Canvas
from memebot.experiments.model import (
    Array,
    ChoiceControl,
    Experiment,
    Inputs,
    Look,
    NumberControl,
    PictureControl,
    Showing,
    Words,
)
from memebot.experiments.pictures import naming
from memebot.experiments.pictures.scaled import as_pixels, scaled
from memebot.experiments.samples import meme

TARGETS = {
    "pizza": "pizza",
    "red-panda": "red panda",
    "banana": "banana",
    "chimpanzee": "chimpanzee",
    "goldfish": "goldfish",
    "any": "",
}
_STEPS = 16
_FRAMES = 14
_ROWS = 4
_SIDE = 384


def run(inputs: Inputs, seed: int, words: Words) -> Showing:
    """The noise coming in little by little; facts: what the encoder says without it and with it."""
    picture, strength = scaled(inputs["picture"], _SIDE), inputs["strength"]
    seen = naming.prepared([picture])[0]
    before = int(naming.chances(seen[None])[0].argmax())
    target = TARGETS[inputs["target"]]
    wanted = naming.names("en").index(target) if target else None
    noise = stretched(misleading(seen, before, wanted, strength), picture.shape[:2])
    shown = [as_pixels(picture + share * noise) for share in np.linspace(0, 1, _FRAMES)]
    chances = naming.chances(naming.prepared(shown))
    called = naming.names(words.lang)
    frames = [
        _frame(words, one, noise, strength, rows) for one, rows in zip(shown, _rows(chances, called), strict=True)
    ]
    after = int(chances[-1].argmax())
    facts = {
        "before": called[before],
        "before_sure": round(100 * float(chances[0, before])),
        "after": called[after],
        "after_sure": round(100 * float(chances[-1, after])),
        "left": round(100 * float(chances[-1, before])),
        "strength": strength,
    }
    look = Look("look-firm" if after == before else "look-fooled", facts)
    return Showing((*frames[:1] * 3, *frames, *frames[-1:] * 4), look, milliseconds=200)


def misleading(seen: Array, before: int, wanted: int | None, strength: float) -> Array:
    """Noise for a prepared picture, in steps of 255, none larger than ``strength``.

    It leads towards the name that is wanted, or away from the one that it has.
    """
    unit, noise = naming.pixel_step(), np.zeros_like(seen)
    for _ in range(_STEPS):
        rising = naming.slope(seen + unit * noise, before if wanted is None else wanted)
        step = np.sign(rising) * (strength / 5) * (-1 if wanted is None else 1)
        noise = np.clip(noise + step, -strength, strength)
    return noise


def stretched(noise: Array, size: tuple[int, ...]) -> Array:
    """The noise as large as the picture that it is for, each of its squares as large as the encoder's pixels there."""
    rows, columns = (np.arange(wide) * many // wide for wide, many in zip(size, noise.shape[:2], strict=True))
    return np.asarray(noise[rows][:, columns])


def _rows(chances: Array, called: Sequence[str]) -> list[list[tuple[str, float]]]:
    """What stands in each frame: the surest names of the last one and of the first."""
    chosen = list(dict.fromkeys([*np.argsort(-chances[-1])[:2], *np.argsort(-chances[0])[:_ROWS]]))[:_ROWS]
    order = sorted(chosen, key=lambda name: -float(chances[0, name]))
    return [[(called[name], float(row[name])) for name in order] for row in chances]


def _frame(words: Words, shown: Array, noise: Array, strength: float, rows: list[tuple[str, float]]) -> Image.Image:
    canvas = Canvas()
    best = int(np.argmax([chance for _, chance in rows]))
    top = canvas.title(words("now", name=rows[best][0]))
    middle = 2 * SIDE / 3
    canvas.picture(shown, (MARGIN, top + 8, middle - 10, 520))
    canvas.text((middle + 6, top + 8), words("noise"), size=22, colour=FAINT)
    canvas.text((middle + 6, top + 36), f"× {127 / strength:.0f}", size=22, colour=FAINT)
    lower = top + 74 + (SIDE - MARGIN - middle - 6) * noise.shape[0] / noise.shape[1]
    noise = as_pixels(128 + 127 / strength * noise)
    canvas.picture(noise, (middle + 6, top + 74, SIDE - MARGIN, min(520, lower)))
    canvas.bars((MARGIN, 534, SIDE - MARGIN, SIDE - 22), rows, strong=best, colour=RED if best else ORANGE)
    return canvas.image()


EXPERIMENT = Experiment(
    name="fooled-meme",
    concepts=("adversarial-example", "imagenet", "black-box", "face-recognition"),
    controls=(
        PictureControl("picture", meme),
        ChoiceControl("target", tuple(TARGETS)),
        NumberControl("strength", 1, 16, 8),
    ),
    run=run,
    needs_encoder=True,
)
