"""One idea minus another plus a third, in the vectors that the base has of the ideas' names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
from PIL import Image
from rapidfuzz import fuzz, process

from knowledge.entry.markdown import parse
from knowledge.phrase_file import PhraseFile
from knowledge.reading import LANGS, Lang, unit
from memebot.experiments.drawing import (
    BLUE,
    FAINT,
    GREEN,
    INK,
    MARGIN,
    ORANGE,
    SIDE,
    VIOLET,
    Canvas,
    Colour,
    Plot,
    shortened,
)
from memebot.experiments.model import Array, Experiment, Facts, Inputs, Look, Showing, TextControl, Words

_SURE = 75  # of 100: how like a name the words must be
_NEAREST = 4
_TERMS = ("first", "minus", "plus")
_FRAMES = 26


@dataclass(frozen=True, slots=True)
class NamedIdeas:
    """The base's ideas: their titles by id, other names they go by, and a unit vector each.

    A vector is that of both titles, seen from the middle of all.
    """

    titles: Mapping[str, Mapping[Lang, str]]
    known_as: Mapping[str, str]
    vectors: Array

    @property
    def ids(self) -> tuple[str, ...]:
        """In the order of the vectors."""
        return tuple(self.titles)


@dataclass(frozen=True, slots=True)
class Sum:
    """``first`` − ``minus`` + ``plus``: how near each idea is to it, by id, and its place in the plane of the three.

    The place of the sum itself is that of "".
    """

    near: Mapping[str, float]
    places: Mapping[str, Array]

    def best(self, but: Sequence[str] = ()) -> list[str]:
        """Ids, the nearest first, without some."""
        return sorted((entry for entry in self.near if entry not in but), key=lambda entry: -self.near[entry])


@cache
def names() -> NamedIdeas:
    """Of the concepts that come with the package and whose titles have their vectors beside them."""
    folder = Path(str(resources.files("knowledge")))
    entries = [parse(file.read_bytes(), file) for file in sorted((folder / "entries" / "concepts").glob("*.md"))]
    with np.load(folder / "meaning.npz", allow_pickle=False) as archive:
        phrases = PhraseFile(archive["encoder"].tobytes().decode(), archive["keys"], archive["rows"])
    found = phrases.find([title for entry in entries for title in entry.title.values()])
    kept = [entry for entry in entries if all(title in found for title in entry.title.values())]
    known_as = {name.lower(): entry.id for entry in kept for name in (*entry.aliases, *entry.title.values())}
    known_as |= {entry.id.replace("-", " "): entry.id for entry in kept}
    languages = [_centred(np.stack([found[entry.title[lang]] for entry in kept])) for lang in LANGS]
    return NamedIdeas({entry.id: entry.title for entry in kept}, known_as, unit(np.sum(languages, axis=0)))


def add(first: str, minus: str, plus: str) -> Sum:
    """The sum of three ideas by id."""
    known = names()
    rows = known.vectors
    at = {entry: rows[number] for number, entry in enumerate(known.ids)}
    target = at[first] - at[minus] + at[plus]
    near = dict(zip(known.ids, (float(value) for value in rows @ unit(target)), strict=True))
    up, across = _plane(at[first] - at[minus], at[plus] - at[minus])
    plane = np.stack([across, up])
    middle = (at[first] + at[plus]) / 2
    return Sum(near, {entry: plane @ (row - middle) for entry, row in at.items()} | {"": plane @ (target - middle)})


def find(words: str) -> str | None:
    """The id of the idea that goes by a name like these words; ``None`` where no name is near enough."""
    known_as = names().known_as
    found = process.extractOne(words.lower(), list(known_as), scorer=fuzz.ratio, score_cutoff=_SURE)
    return known_as[found[0]] if found else None


def run(inputs: Inputs, seed: int, words: Words) -> Showing:
    """The arrow between two ideas, carried over to the third; facts: what lies nearest to where it ends."""
    asked = [str(inputs[name]) for name in _TERMS]
    found = [find(term) for term in asked]
    unknown = [term for term, entry in zip(asked, found, strict=True) if entry is None]
    if unknown:
        return Showing((_unknown_frame(words, unknown[0]),), Look("look-unknown", {"term": unknown[0]}))
    first, minus, plus = (str(entry) for entry in found)
    total = add(first, minus, plus)
    given = (first, minus, plus)
    frames = [_frame(words, total, given, share) for share in np.linspace(0, 1, _FRAMES)]
    best, anything = total.best(given)[0], total.best()[0]
    facts: Facts = {
        "best": _title(best, words.lang),
        "near": round(total.near[best], 2),
        "itself": _title(anything, words.lang),
        "near_itself": round(total.near[anything], 2),
    }
    look = Look("look-itself" if anything in given else "look", facts)
    return Showing((*frames, *frames[-1:] * 4), look, milliseconds=130)


def _title(entry: str, lang: Lang) -> str:
    """Without what is explained in brackets."""
    return names().titles[entry][lang].split(" (")[0].split(" «")[0]


def _frame(words: Words, total: Sum, given: tuple[str, str, str], share: float) -> Image.Image:
    """``share``: how far the arrow has been carried."""
    canvas = Canvas()
    first, minus, plus = given
    title = words(
        "now", first=_title(first, words.lang), minus=_title(minus, words.lang), plus=_title(plus, words.lang)
    )
    top = canvas.title(title)
    places = np.array([total.places[entry] for entry in (*given, "")])
    (left, low), (right, high) = places.min(axis=0), places.max(axis=0)
    room = max(right - left, 0.4)
    plot = canvas.panel(
        (MARGIN, top + 12, SIDE - MARGIN, 516),
        (left - 0.15 * room, right + 0.9 * room),
        (low - 0.25 * (high - low), high + 0.25 * (high - low)),
    )
    offset = share * (total.places[plus] - total.places[minus])
    _arrow(plot, total.places[minus], total.places[first], FAINT)
    _arrow(plot, total.places[minus] + offset, total.places[first] + offset, ORANGE)
    _mark(plot, words.lang, total, minus, VIOLET)
    for entry in (first, plus):
        _mark(plot, words.lang, total, entry, BLUE)
    if share == 1:
        best = total.best(given)[:_NEAREST]
        _mark(plot, words.lang, total, best[0], GREEN)
        rows = [(_title(entry, words.lang), max(0.0, total.near[entry])) for entry in best]
        canvas.bars((MARGIN, 530, SIDE - MARGIN, SIDE - 24), rows, strong=0, colour=GREEN)
    return canvas.image()


def _arrow(plot: Plot, start: Array, end: Array, colour: Colour) -> None:
    along = end - start
    across = np.array([-along[1], along[0]])
    plot.canvas.line([plot.at(*start), plot.at(*end)], colour, 4)
    for side in (-1, 1):
        plot.canvas.line([plot.at(*end), plot.at(*(end - 0.12 * along + side * 0.06 * across))], colour, 4)


def _mark(plot: Plot, lang: Lang, total: Sum, entry: str, colour: Colour) -> None:
    """An idea as a dot with its name beside it."""
    x, y = plot.at(*total.places[entry])
    plot.canvas.disc((x, y), 9, colour)
    name = shortened(_title(entry, lang), SIDE - MARGIN - 10 - (x + 18), 24)
    plot.canvas.text((x + 18, y), name, size=24, colour=colour, anchor="lm")


def _unknown_frame(words: Words, term: str) -> Image.Image:
    """What the base knows that sounds most like it."""
    canvas = Canvas(height=420)
    top = canvas.title(words("unknown", term=term), words("suggestion"))
    for row, (name, _, _) in enumerate(
        process.extract(term.lower(), list(names().known_as), scorer=fuzz.WRatio, limit=4)
    ):
        canvas.text((MARGIN, top + 20 + 46 * row), name, size=28, colour=INK)
    return canvas.image()


def _centred(rows: Array) -> Array:
    return unit(rows - rows.mean(axis=0))


def _plane(along: Array, other: Array) -> Array:
    """Two unit vectors at right angles, (2, n), that span both; parallel ones get anything for the second."""
    first = unit(along)
    second = other - first * (first @ other)
    return np.stack([first, unit(second)])


EXPERIMENT = Experiment(
    name="word-arithmetic",
    concepts=("word2vec", "embedding", "semantic-search", "vector-database", "bag-of-words"),
    controls=(
        TextControl("first", 60, "vanishing gradient"),
        TextControl("minus", 60, "exploding gradient"),
        TextControl("plus", 60, "overfitting"),
    ),
    run=run,
)
