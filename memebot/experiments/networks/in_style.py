"""Text in the style of the base: by counting what follows what, and by a small recurrent network."""

from __future__ import annotations

import re
from functools import cache, partial

import numpy as np
from PIL import Image

from knowledge.reading import Lang
from memebot.experiments.drawing import CARD, FAINT, GREEN, INK, MARGIN, ORANGE, SIDE, VIOLET, Canvas, Colour
from memebot.experiments.model import Array, Experiment, Inputs, Look, NumberControl, Showing, TextControl, Words
from memebot.experiments.networks.corpus import ALPHABETS, corpus
from memebot.experiments.networks.layers import figures, softmax, weights_of
from memebot.experiments.networks.sequences import CharacterNetwork
from memebot.vision.fonts import font

_LENGTH = 190
_FRAMES = 24
_SIZE = 25
_ALONE = 24  # characters that a copied passage must have


def run(inputs: Inputs, seed: int, words: Words) -> Showing:
    """Both texts as they are typed; facts: how much of the first is copied word for word."""
    rng = np.random.default_rng(seed)
    start, lang = inputs["start"], words.lang
    counted, copied = _counted(rng, start, lang, inputs["order"])
    written = _written(rng, start, lang, inputs["temperature"])
    ends = np.linspace(0, _LENGTH, _FRAMES).astype(int)
    frame = partial(_frame, words, start, (counted, written), copied)
    share = round(100 * float(copied.mean()))
    facts = {"order": inputs["order"], "copied": share, "bits": figures()[f"style-{lang} bits"]}
    key = "look-copies" if share > 60 else "look-raves" if share < 15 else "look-between"
    return Showing(tuple(frame(int(end)) for end in ends), Look(key, facts), milliseconds=140)


def _counted(rng: np.random.Generator, start: str, lang: Lang, order: int) -> tuple[str, Array]:
    """Text in which each character is one that follows the last ``order`` somewhere in the base.

    With it, for each character, whether the passage that it ends stands in the base as it is.
    """
    text, said = corpus(lang), start
    for _ in range(_LENGTH):
        for length in range(min(order, len(said)), -1, -1):
            follows = _follows(text, said[len(said) - length :])
            if follows:
                break
        said += follows[int(rng.integers(len(follows)))]
    copied = [said[max(0, end - _ALONE) : end] in text for end in range(len(start) + 1, len(said) + 1)]
    return said[len(start) :], np.array(copied)


def _follows(text: str, context: str, most: int = 400) -> str:
    """The characters after up to ``most`` places where the context stands."""
    if not context:
        return text[:: len(text) // most]
    found: list[str] = []
    at = text.find(context)
    while at != -1 and at + len(context) < len(text) and len(found) < most:
        found.append(text[at + len(context)])
        at = text.find(context, at + 1)
    return "".join(found)


@cache
def _network(lang: Lang) -> CharacterNetwork:
    return CharacterNetwork(weights_of(f"style-{lang}"), ALPHABETS[lang])


def _written(rng: np.random.Generator, start: str, lang: Lang, temperature: float) -> str:
    """The network's text: each character drawn from what it expects."""
    network = _network(lang)
    said, (scores, state) = "", network.read(["\n" + start])
    for _ in range(_LENGTH):
        chances = softmax(scores[0], temperature)
        said += network.alphabet[int(np.searchsorted(chances.cumsum(), rng.random() * chances.sum()))]
        scores, state = network.read([said[-1]], state)
    return said


def _frame(words: Words, start: str, texts: tuple[str, str], copied: Array, end: int) -> Image.Image:
    canvas = Canvas()
    top = canvas.title(words("title-frame")) + 6
    height = (SIDE - MARGIN - top) / 2 - 8
    for number, (name, colour) in enumerate((("counted", ORANGE), ("network", VIOLET))):
        y = top + number * (height + 12)
        canvas.text((MARGIN, y), words(name), size=22, bold=True, colour=colour)
        canvas.card((MARGIN, y + 32, SIDE - MARGIN, y + height), CARD)
        marks = [GREEN if number == 0 and one else INK for one in copied[:end]]
        _typed(canvas, (MARGIN + 16, y + 46), start + texts[number][:end], [FAINT] * len(start) + marks)
    return canvas.image()


def _typed(canvas: Canvas, at: tuple[float, float], text: str, colours: list[Colour]) -> None:
    """Text broken at spaces, each character in its colour."""
    face, right = font(_SIZE), SIDE - MARGIN - 16
    x, y = at
    for found in re.finditer(r"\S+\s*|\s+", text):
        word = found[0].rstrip()
        if x + face.getlength(word) > right and x > at[0]:
            x, y = at[0], y + _SIZE * 1.3
        for offset, character in enumerate(word):
            canvas.text(
                (x + face.getlength(word[:offset]), y), character, size=_SIZE, colour=colours[found.start() + offset]
            )
        x += face.getlength(word + " ")
        if "\n" in found[0]:
            x, y = at[0], y + _SIZE * 1.3


EXPERIMENT = Experiment(
    name="in-style",
    concepts=("text-generation", "rnn", "language-model", "temperature", "data-memorisation"),
    controls=(
        TextControl("start", 32, "GPT"),
        NumberControl("order", 1, 9, 5),
        NumberControl("temperature", 0.3, 1.6, 0.8, step=0.1),
    ),
    run=run,
)
