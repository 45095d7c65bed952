"""A picture drowns in noise and is fetched back step by step, as diffusion does it, by a denoiser that knows nothing.

The denoiser takes every patch of 8×8 pixels apart into waves (a cosine transform), drops those that noise of this
strength would explain, and puts the rest together: what a network would have learnt, it only guesses.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PIL import Image

from memebot.experiments.drawing import BLUE, MARGIN, ORANGE, SIDE, Canvas
from memebot.experiments.model import Array, Experiment, Inputs, Look, NumberControl, PictureControl, Showing, Words
from memebot.experiments.pictures.scaled import as_pixels, scaled
from memebot.experiments.samples import meme

STEPS = 12
_PATCH, _SHIFT = 8, 2
_DROPPED = 2.7  # times the noise: waves weaker than that
_SIDE = 240
_HALF = 127.5


def run(inputs: Inputs, seed: int, words: Words) -> Showing:
    """Noise upwards, then down again; facts: how far off a pixel is, noised and fetched back."""
    picture = scaled(inputs["picture"], _SIDE) / _HALF - 1
    strength = inputs["strength"]
    noise = np.random.default_rng(seed).standard_normal(picture.shape)
    levels = strength * np.linspace(0, 1, STEPS + 1) ** 1.5
    course = [picture + level * noise for level in levels] + way_back(picture + strength * noise, levels[::-1])
    errors = [off(seen, picture) for seen in course]
    frames = [
        _frame(words, course[number], errors[: number + 1], strength, len(course)) for number in range(len(course))
    ]
    noised, back = errors[STEPS], errors[-1]
    facts = {
        "strength": strength,
        "noised": round(noised, 2),
        "back": round(back, 2),
        "share": round(100 * back / noised),
    }
    return Showing(tuple(frames), Look("look-lost" if back > 0.15 else "look-back", facts), milliseconds=190)


def way_back(seen: Array, levels: Array) -> list[Array]:
    """The picture after each step to the next lower level of noise, the last of which is none.

    Each step guesses the clean picture and goes there only as far as the level says (Song et al., 2021).
    """
    course = []
    for level, lower in pairwise(levels):
        guess = denoised(seen, float(level))
        seen = guess + (lower / level) * (seen - guess)
        course.append(seen)
    return course


def denoised(seen: Array, level: float) -> Array:
    """What stays of (height, width, 3) when waves that noise of this standard deviation explains are dropped."""
    height, width = seen.shape[:2]
    padded = np.pad(seen, ((_PATCH, 2 * _PATCH), (_PATCH, 2 * _PATCH), (0, 0)), mode="symmetric")
    total, times = np.zeros_like(padded), np.zeros((*padded.shape[:2], 1))
    rows, columns = -(-(height + _PATCH) // _PATCH), -(-(width + _PATCH) // _PATCH)
    for top in range(0, _PATCH, _SHIFT):
        for left in range(0, _PATCH, _SHIFT):
            part = np.s_[top : top + rows * _PATCH, left : left + columns * _PATCH]
            patches = padded[part].reshape(rows, _PATCH, columns, _PATCH, 3).transpose(0, 2, 4, 1, 3)
            waves = _WAVES @ patches @ _WAVES.T
            waves[np.abs(waves) < _DROPPED * level] = 0
            total[part] += (_WAVES.T @ waves @ _WAVES).transpose(0, 3, 1, 4, 2).reshape(total[part].shape)
            times[part] += 1
    inside = np.s_[_PATCH : _PATCH + height, _PATCH : _PATCH + width]
    return np.asarray(total[inside] / times[inside])


def off(seen: Array, picture: Array) -> float:
    """Root of the mean squared error; 2 is the distance from black to white."""
    return float(np.sqrt(np.mean((seen - picture) ** 2)))


def _cosines(size: int) -> Array:
    """The orthonormal cosine transform, (waves, places)."""
    waves = np.sqrt(2 / size) * np.cos(np.pi * np.outer(np.arange(size), np.arange(size) + 0.5) / size)
    waves[0] /= np.sqrt(2)
    return np.asarray(waves)


_WAVES = _cosines(_PATCH)


def _frame(words: Words, seen: Array, errors: list[float], strength: float, steps: int) -> Image.Image:
    canvas = Canvas()
    done = len(errors) - 1
    back = done - STEPS
    top = canvas.title(words("now-back", step=back) if back > 0 else words("now", step=done))
    canvas.picture(as_pixels((seen + 1) * _HALF), (MARGIN, top + 8, SIDE - MARGIN, 540))
    plot = canvas.panel(
        (MARGIN, 552, SIDE - MARGIN, SIDE - 24), (0, steps - 1), (0, strength * 1.3), names=("", words("off"))
    )
    plot.mark(STEPS)
    places = np.arange(done + 1)
    plot.curve(places[: STEPS + 1], np.array(errors[: STEPS + 1]), ORANGE, 4)
    if back > 0:
        plot.curve(places[STEPS:], np.array(errors[STEPS:]), BLUE, 4)
    plot.points(places[-1:], np.array(errors[-1:]), BLUE if back > 0 else ORANGE, 8)
    return canvas.image()


EXPERIMENT = Experiment(
    name="noise",
    concepts=("diffusion-model", "autoencoder", "video-generation"),
    controls=(PictureControl("picture", meme), NumberControl("strength", 0.05, 2, 0.8, step=0.05)),
    run=run,
)
