"""The gradient on its way back through twenty layers: it fades to nothing, grows beyond all bounds, or arrives."""

from __future__ import annotations

import numpy as np
from PIL import Image

from memebot.experiments.drawing import BLUE, GREEN, MARGIN, ORANGE, RED, SIDE, Canvas, ten_to
from memebot.experiments.model import Array, ChoiceControl, Experiment, Inputs, Look, NumberControl, Showing, Words

LAYERS = 20
_WIDTH = 64
_SPAN = (-16.0, 12.0)  # powers of ten


def run(inputs: Inputs, seed: int, words: Words) -> Showing:
    """The gradient's norm layer by layer, from the last to the first; facts: what share of it arrives."""
    norms = gradient_norms(seed, inputs["scale"], inputs["activation"])
    frames = [_frame(words, inputs, norms, arrived) for arrived in range(LAYERS + 1)]
    share = float(norms[0] / norms[-1])
    facts = {
        "layers": LAYERS,
        "scale": inputs["scale"],
        "share": _written(share),
        "each": round(share ** (1 / (LAYERS - 1)), 2),
    }
    key = "look-vanishes" if share < 1e-3 else "look-explodes" if share > 1e3 else "look-arrives"
    return Showing((*frames, *frames[-1:] * 4), Look(key, facts), milliseconds=170)


def _written(share: float) -> str | float:
    """To one digit, or as a power of ten where it is far from 1."""
    return float(f"{share:.1g}") if 1e-2 < share < 1e2 else ten_to(round(np.log10(share)))


def gradient_norms(seed: int, scale: float, activation: str) -> Array:
    """Length of the loss's gradient by the input of each layer, the first layer first.

    Weights are normal, ``scale``/√width wide: at 1 a layer without an activation keeps the length.
    """
    rng = np.random.default_rng(seed)
    signal = rng.standard_normal(_WIDTH)
    weights = [rng.standard_normal((_WIDTH, _WIDTH)) * scale / np.sqrt(_WIDTH) for _ in range(LAYERS)]
    slopes: list[Array] = []
    for layer in weights:
        signal, slope = _activated(layer @ signal, activation)
        slopes.append(slope)
    gradient, norms = np.full(_WIDTH, 1 / np.sqrt(_WIDTH)), list[float]()
    for layer, slope in zip(weights[::-1], slopes[::-1], strict=True):
        gradient = layer.T @ (gradient * slope)
        norms.append(float(np.linalg.norm(gradient)))
    return np.array(norms[::-1])


def _activated(sums: Array, activation: str) -> tuple[Array, Array]:
    """What goes on to the next layer, and the activation's slope."""
    if activation == "relu":
        return np.maximum(sums, 0), (sums > 0).astype(float)
    if activation == "sigmoid":
        share = (1 + np.tanh(sums / 2)) / 2
        return share, share * (1 - share)
    bent = np.tanh(sums)
    return bent, 1 - bent**2


def _frame(words: Words, inputs: Inputs, norms: Array, arrived: int) -> Image.Image:
    canvas = Canvas()
    layer = LAYERS - arrived + 1
    top = canvas.title(words("now", layer=layer) if arrived else words("start"))
    note = words("note", scale=inputs["scale"], activation=words(f"activation-{inputs['activation']}"))
    top = canvas.paragraph((MARGIN, top), note, size=24)
    panel = canvas.panel((MARGIN, top + 12, SIDE - MARGIN, SIDE - 150), (-2.4, LAYERS + 0.8), _SPAN)
    for power in (-12, -6, 0, 6):
        panel.tick(power, ten_to(power))
    powers = np.log10(np.maximum(norms, 1e-300))
    for number in range(LAYERS, LAYERS - arrived, -1):
        power = powers[number - 1]
        colour = RED if power > 2 else ORANGE if power < -2 else GREEN
        ends = sorted((panel.at(number, 0)[1], panel.at(number, float(power))[1]))
        x = panel.at(number, 0)[0]
        canvas.card((x - 11, ends[0], x + 11, max(ends[1], ends[0] + 4)), colour, None, 4)
    for number in range(1, LAYERS + 1):
        lit = number > LAYERS - arrived
        x = panel.at(number, 0)[0]
        canvas.disc((x, SIDE - 112), 13, BLUE if lit else None, BLUE)
    canvas.text((MARGIN + 40, SIDE - 84), words("first"), size=24)
    canvas.text((SIDE - MARGIN, SIDE - 84), words("last", layers=LAYERS), size=24, anchor="ra")
    return canvas.image()


EXPERIMENT = Experiment(
    name="deep-gradients",
    concepts=(
        "vanishing-gradient",
        "exploding-gradient",
        "weight-initialization",
        "backpropagation",
        "very-deep-networks",
        "relu",
    ),
    controls=(
        NumberControl("scale", 0.25, 3, 0.5, step=0.05),
        ChoiceControl("activation", ("tanh", "relu", "sigmoid")),
    ),
    run=run,
)
