"""A phrase falls into tokens: letters that often stand together grow into pieces, and pieces are numbers."""

from __future__ import annotations

import numpy as np
from PIL import Image

from memebot.experiments.drawing import BLUE, FAINT, GREEN, INK, MARGIN, ORANGE, SIDE, VIOLET, Canvas, pale
from memebot.experiments.model import Experiment, Facts, Inputs, Look, Showing, TextControl, Words
from memebot.experiments.words.pieces import number_of, shipped, steps
from memebot.vision.fonts import font

_FRAMES = 40
_SIZE = 34
_COLOURS = (BLUE, ORANGE, GREEN, VIOLET)
_ROW = 86


def run(inputs: Inputs, seed: int, words: Words) -> Showing:
    """The phrase in letters, and after each joining; facts: how many pieces are left, and the word that needs most."""
    phrase = inputs["phrase"]
    course = list(steps(f" {phrase}", shipped()[1]))
    kept = np.unique(np.linspace(0, len(course) - 1, _FRAMES).astype(int))
    height = 200 + _ROW * -(-len(phrase) // 14)
    frames = [_frame(words, course[step], height) for step in kept]
    last = course[-1]
    hardest = max(last, key=lambda word: (len(word), -len("".join(word))))
    facts: Facts = {
        "letters": len(phrase),
        "tokens": sum(len(word) for word in last),
        "longest": max((piece.strip() for word in last for piece in word), key=len),
        "word": "".join(hardest).strip(),
        "pieces": len(hardest),
        "vocabulary": sum(len(part) for part in shipped()),
    }
    return Showing((*frames, *frames[-1:] * 6), Look("look", facts), milliseconds=170)


def _frame(words: Words, course: list[list[str]], height: int) -> Image.Image:
    canvas = Canvas(height=height)
    pieces = [piece for word in course for piece in word]
    top = canvas.title(words("now", tokens=len(pieces)), words("numbers"))
    x, y = float(MARGIN), top + 18
    face, small = font(_SIZE, mono=True), font(22, mono=True)
    for place, piece in enumerate(pieces):
        shown, number = piece.replace(" ", "·"), number_of(piece)
        written = "?" if number is None else str(number)
        width = max(face.getlength(shown), small.getlength(written)) + 10
        if x + width > SIDE - MARGIN:
            x, y = float(MARGIN), y + _ROW
        colour = _COLOURS[place % len(_COLOURS)]
        canvas.card((x, y, x + width, y + 48), pale(colour, 0.28), None, 8)
        canvas.text((x + width / 2, y + 24), shown, size=_SIZE, mono=True, colour=INK, anchor="mm")
        canvas.text((x + width / 2, y + 52), written, size=22, mono=True, colour=FAINT, anchor="ma")
        x += width + 4
    return canvas.image()


EXPERIMENT = Experiment(
    name="tokens",
    concepts=("tokenizer", "language-model", "nlp", "large-language-model"),
    controls=(TextControl("phrase", 60, "Нейросеть переобучилась: train 99 %, test 51 %"),),
    run=run,
)
