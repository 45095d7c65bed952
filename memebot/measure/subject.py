"""Training what tells whether a text is about machine learning, and whether it is about people who were harmed.

Texts to be silent about are the regression texts ``others``; the others, and what people ask and say about jokes and
concepts, are about machine learning. A quarter of the everyday texts, told by their hash, is never trained on: it is
what the figures are measured on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from knowledge.entry.model import Entry
from knowledge.reading import EncoderId, Vectors
from knowledge.search.subject import (
    ABOUT_COLUMN,
    BUCKETS,
    GRAVE,
    GRAVE_COLUMN,
    SubjectModel,
    buckets,
    scaled,
)
from knowledge.store.texts import RegressionText

GRAVE_SUBJECTS = frozenset({"accident", "war", "illness", "death", "crime", "disaster", "harm"})
HARM = "harm"
"""Texts about harm done by what the entries are about: no examples of everyday texts."""
FOLDS = 4
STEPS = 200
RATE = 0.5
WORDS_RIDGE = 1e-5
MEANING_RIDGE = 1e-3
SCALE = 10.0  # less their mean, vectors of sentences are short


@dataclass(frozen=True, slots=True)
class SubjectText:
    """A text; ``about`` and ``grave`` are what it is, ``None`` where it is no example. ``fold``: examples of one
    entry are in one fold. ``held_back``: it is measured on, never trained on."""

    text: str
    about: bool | None
    grave: bool
    fold: int
    held_back: bool = False


@dataclass(frozen=True, slots=True)
class SubjectFigures:
    """On texts that were not trained on: how many everyday ones and how many about machine learning there are, what
    share of either is taken for machine learning, and what share of the grave, and of all others, for grave."""

    everyday: int
    about: int
    everyday_taken: float
    about_taken: float
    grave_found: float
    grave_alarms: float


@dataclass(frozen=True, slots=True)
class TrainedSubject:
    """The model, what it says of texts that it was trained on by folds without them, and how well it does."""

    model: SubjectModel
    unseen: Mapping[str, float]
    figures: SubjectFigures


def examples(entries: Sequence[Entry], texts: Sequence[RegressionText]) -> list[SubjectText]:
    """What the model is trained on: the regression texts, and what people ask and say about entries."""
    found: dict[str, SubjectText] = {}
    for entry in entries:
        said = [one for some in (*entry.asks.values(), *entry.captions.values()) for one in some]
        names = [*entry.title.values(), *entry.aliases, *entry.says, *said]
        for text in names:
            about = None if entry.kind == "format" else True
            found.setdefault(text, SubjectText(text, about, False, _hash(entry.id) % FOLDS))
    for one in texts:
        grave = one.kind == "others" and one.subject in GRAVE_SUBJECTS
        about = None if one.subject == HARM else bool(one.entries)
        number = _hash(one.text)
        held = one.kind == "others" and number % 4 == 0
        found[one.text] = SubjectText(one.text, about, grave, number // 4 % FOLDS, held)
    return [*found.values()]


def train_subject(
    texts: Sequence[SubjectText], vectors: Mapping[str, Vectors], encoder: EncoderId | None
) -> TrainedSubject:
    """Fit both models; ``vectors``: the meaning of texts under ``encoder``, as far as it is known."""
    trained = [text for text in texts if not text.held_back]
    hashed = {text.text: buckets(text.text) for text in trained}
    fitted = _fit(trained, hashed, vectors, encoder)
    unseen: dict[str, NDArray[np.float32]] = {}
    for fold in range(FOLDS):
        partial = _fit([text for text in trained if text.fold != fold], hashed, vectors, encoder)
        for text in trained:
            if text.fold == fold:
                unseen[text.text] = partial.logits(text.text, vectors.get(text.text))
    for text in texts:
        if text.held_back:
            unseen[text.text] = fitted.logits(text.text, vectors.get(text.text))
    return TrainedSubject(
        fitted, {text: scaled(float(logits[ABOUT_COLUMN])) for text, logits in unseen.items()}, _figures(texts, unseen)
    )


def _figures(texts: Sequence[SubjectText], unseen: Mapping[str, NDArray[np.float32]]) -> SubjectFigures:
    everyday = [unseen[one.text] for one in texts if one.held_back and one.about is False]
    about = [unseen[one.text] for one in texts if one.about]
    grave = [unseen[one.text] for one in texts if one.held_back and one.grave]
    others = [unseen[one.text] for one in texts if not one.grave]
    limit = float(np.log(GRAVE / (1 - GRAVE)))
    return SubjectFigures(
        len(everyday),
        len(about),
        _share(everyday, ABOUT_COLUMN, 0.0),
        _share(about, ABOUT_COLUMN, 0.0),
        _share(grave, GRAVE_COLUMN, limit),
        _share(others, GRAVE_COLUMN, limit),
    )


def _share(rows: Sequence[NDArray[np.float32]], column: int, above: float) -> float:
    return float(np.mean([row[column] > above for row in rows])) if rows else 0.0


def _fit(
    texts: Sequence[SubjectText],
    hashed: Mapping[str, NDArray[np.int64]],
    vectors: Mapping[str, Vectors],
    encoder: EncoderId | None,
) -> SubjectModel:
    """``hashed``: the features of each text's words."""
    words = np.zeros((BUCKETS, 2), np.float32)
    bias = np.zeros(2, np.float32)
    for column in (ABOUT_COLUMN, GRAVE_COLUMN):
        chosen = [text for text in texts if _label(text, column) is not None]
        labels = np.array([_label(text, column) for text in chosen], float)
        words[:, column], bias[column] = _fit_words([hashed[text.text] for text in chosen], labels)
    model = SubjectModel(words, bias)
    known = [text for text in texts if text.text in vectors]
    if encoder is None or len(known) < 100:
        return model
    rows = np.stack([vectors[text.text].ravel() for text in known])
    centre = rows.mean(axis=0)
    meaning, joint = np.zeros((rows.shape[1], 2), np.float32), np.zeros((3, 2), np.float32)
    for column in (ABOUT_COLUMN, GRAVE_COLUMN):
        chosen_rows = [n for n, text in enumerate(known) if _label(text, column) is not None]
        labels = np.array([_label(known[n], column) for n in chosen_rows], float)
        some = (rows[chosen_rows] - centre) * SCALE
        weights = _newton(np.hstack([some, np.ones((len(some), 1))]), labels, MEANING_RIDGE)
        meaning[:, column] = weights[:-1] * SCALE
        joint[:, column] = (WORDS_SHARE, 1.0, weights[-1])
    return SubjectModel(words, bias, encoder, centre, meaning, joint)


WORDS_SHARE = 0.4
"""What a point of the words counts beside one of the meaning: the words alone are the weaker of the two."""


def _label(text: SubjectText, column: int) -> bool | None:
    return text.about if column == ABOUT_COLUMN else text.grave


def _balance(labels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights by which either side counts for half."""
    right = float(labels.sum())
    return np.asarray(np.where(labels > 0, 0.5 / max(right, 1.0), 0.5 / max(len(labels) - right, 1.0)))


def _fit_words(rows: Sequence[NDArray[np.int64]], labels: NDArray[np.float64]) -> tuple[NDArray[np.float32], float]:
    """Logistic regression over hashed features by AdaGrad over all rows at once."""
    lengths = np.array([len(row) for row in rows])
    columns = np.concatenate(rows)
    row_of = np.repeat(np.arange(len(rows)), lengths)
    value = 1 / np.sqrt(np.maximum(lengths, 1))[row_of]
    balance = _balance(labels)
    weights, squares = np.zeros(BUCKETS), np.full(BUCKETS, 1e-8)
    bias, bias_squares = 0.0, 1e-8
    for _ in range(STEPS):
        logits = np.bincount(row_of, weights[columns] * value, len(rows)) + bias
        error = (1 / (1 + np.exp(-logits)) - labels) * balance
        gradient = np.bincount(columns, error[row_of] * value, BUCKETS) + WORDS_RIDGE * weights
        squares += gradient**2
        weights -= RATE * gradient / np.sqrt(squares)
        bias_squares += error.sum() ** 2
        bias -= RATE * error.sum() / np.sqrt(bias_squares)
    return weights.astype(np.float32), float(bias)


def _newton(rows: NDArray[np.float64], labels: NDArray[np.float64], ridge: float) -> NDArray[np.float64]:
    """Ridge-penalised logistic regression, the last column the bias."""
    balance = _balance(labels)
    penalty = np.full(rows.shape[1], ridge)
    penalty[-1] = 1e-9
    weights = np.zeros(rows.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        gradient = rows.T @ ((p - labels) * balance) + penalty * weights
        halved = (rows * np.sqrt(balance * p * (1 - p) + 1e-12)[:, None]).astype(np.float32)
        hessian = (halved.T @ halved).astype(float) + np.diag(penalty)  # steps need not be exact, the gradient is
        step = np.linalg.solve(hessian, gradient)
        weights -= step
        if np.abs(step).max() < 1e-6:
            break
    return weights


def _hash(text: str) -> int:
    return crc32(text.encode())
