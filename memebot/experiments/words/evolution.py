"""A phrase evolves: children with a few wrong letters each, of which the nearest to the phrase is the next parent.

After Dawkins' weasel, "The Blind Watchmaker" (1986).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from memebot.experiments.drawing import BLUE, FAINT, GREEN, INK, LINE, MARGIN, SIDE, Canvas, ten_to
from memebot.experiments.model import Experiment, Inputs, Look, NumberControl, Showing, TextControl, Words

GENERATIONS = 400
_FRAMES = 40
_LATIN, _CYRILLIC = "abcdefghijklmnopqrstuvwxyz", "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_IN_A_ROW = 13
_PALE = (205, 236, 220)


@dataclass(frozen=True, slots=True)
class Lineage:
    """The best of each generation, the first one at random, and how many letters of it are right."""

    best: tuple[str, ...]
    right: tuple[int, ...]
    alphabet: str


def run(inputs: Inputs, seed: int, words: Words) -> Showing:
    """The best of the generations that are shown; facts: how many it took, and what blind typing would take."""
    phrase = inputs["phrase"].lower()
    line = evolve(phrase, inputs["children"], inputs["mutation"], np.random.default_rng(seed))
    kept = np.unique(np.linspace(0, len(line.best) - 1, _FRAMES).astype(int))
    frames = tuple(_frame(words, phrase, line, int(last)) for last in kept)
    generations = len(line.best) - 1
    facts = {
        "generations": generations,
        "tries": generations * inputs["children"],
        "letters": len(phrase),
        "signs": len(line.alphabet),
        "blind": ten_to(round(len(phrase) * np.log10(len(line.alphabet)))),
        "right": line.right[-1],
    }
    return Showing(frames, Look("look-there" if line.best[-1] == phrase else "look-not-yet", facts), milliseconds=150)


def evolve(phrase: str, children: int, mutation: float, rng: np.random.Generator) -> Lineage:
    """Until it is the phrase, or for ``GENERATIONS``. A parent lives on among its children: nothing is lost."""
    alphabet = _alphabet(phrase)
    signs = np.array(list(alphabet))
    wanted = np.array([alphabet.index(letter) for letter in phrase])
    parent = rng.integers(0, len(signs), len(wanted))
    best, right = [parent], [int((parent == wanted).sum())]
    while right[-1] < len(wanted) and len(best) <= GENERATIONS:
        born = np.tile(parent, (children, 1))
        changed = rng.random(born.shape) < mutation
        born[changed] = rng.integers(0, len(signs), int(changed.sum()))
        family = np.vstack([parent, born])
        fitness = (family == wanted).sum(axis=1)
        parent = family[int(fitness.argmax())]
        best.append(parent)
        right.append(int(fitness.max()))
    return Lineage(tuple("".join(signs[letters]) for letters in best), tuple(right), alphabet)


def _alphabet(phrase: str) -> str:
    """Letters of the scripts that the phrase is written in, and whatever else stands in it."""
    letters = "".join(script for script in (_LATIN, _CYRILLIC) if set(script) & set(phrase))
    return "".join(sorted(set(letters or _LATIN) | set(phrase) | {" "}))


def _frame(words: Words, phrase: str, line: Lineage, last: int) -> Image.Image:
    canvas = Canvas()
    top = canvas.title(words("now", generation=last), words("right", right=line.right[last], letters=len(phrase)))
    edge = (SIDE - 2 * MARGIN) / _IN_A_ROW
    for place, letter in enumerate(line.best[last]):
        x, y = MARGIN + place % _IN_A_ROW * edge, top + 16 + place // _IN_A_ROW * (edge + 8)
        right = letter == phrase[place]
        canvas.card((x + 2, y, x + edge - 2, y + edge), _PALE if right else LINE, None, 8)
        canvas.text(
            (x + edge / 2, y + edge / 2), letter, size=30, bold=right, colour=GREEN if right else FAINT, anchor="mm"
        )
    below = top + 16 + -(-len(phrase) // _IN_A_ROW) * (edge + 8) + 8
    plot = canvas.panel(
        (MARGIN, below, SIDE - MARGIN, SIDE - MARGIN),
        (0, max(1, len(line.best) - 1)),
        (0, len(phrase) * 1.08),
        names=(words("generation"), words("letters")),
    )
    done = np.arange(last + 1)
    plot.level(len(phrase), GREEN, 2)
    plot.curve(done, np.array(line.right[: last + 1], float), BLUE, 4)
    plot.points(done[-1:], np.array(line.right[last : last + 1]), INK)
    return canvas.image()


EXPERIMENT = Experiment(
    name="evolution",
    concepts=("genetic-algorithm", "gradient-descent", "exploration"),
    controls=(
        TextControl("phrase", 39, "works on my machine"),
        NumberControl("children", 2, 300, 100),
        NumberControl("mutation", 0, 0.3, 0.04, step=0.01),
    ),
    run=run,
)
