"""From evidence to a probability: small logistic models, fitted on labelled readings and kept per encoder.

The coefficients of the picture channels belong to one encoder, since another encoder's similarities are spread
differently: they are kept under its id and the shipped ones come with the bundled encoder. Those of the words
belong to the base: they are kept under ``WORDS`` and the shipped ones lie beside the entries.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.entry.model import KINDS, EntryId
from knowledge.reading import EncoderId

WORDS = EncoderId("words")
"""The key under which the store keeps the base's own part."""
TEXT_FEATURES = (
    "name",
    "meant",
    "keyword",
    "phrase",
    "coverage",
    "spoken",
    "foremost",
    "narrow",
    "called",
)
MEANING_FEATURES = ("name", "meant", "phrase", "foremost", "called", "near", "ahead", "about")
"""With a sentence encoder at hand."""
ALONE_FEATURES = ("evidence", "lead", "about")
"""Of an entry beside the others that a text found."""
VISUAL_FEATURES = ("copy", "geometry", "image", "described")

VERSION, WORDS_VERSION = 1, 2
"""Of the coefficients of the picture channels, and of those of the words."""
STEPS_HALVED = 20
HARDLY, LEADING = -8.0, 8.0
"""Logarithms of odds: of evidence that says nothing, and of a lead beyond which it counts for no more."""


class CalibrationError(ValueError):
    """These are not coefficients that this version can use, or the labels are too few to fit any."""


def sigmoid(x: float) -> float:
    """The logistic function, without overflow."""
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


@dataclass(frozen=True, slots=True)
class Logistic:
    """P(correct) = sigmoid(bias + Σ weight·feature); a feature that is absent counts as 0."""

    bias: float
    weights: Mapping[str, float]

    def log_odds(self, features: Mapping[str, float]) -> float:
        """The logarithm of the odds that a candidate with these features is right."""
        odds = self.bias
        for name, weight in self.weights.items():
            odds += weight * features.get(name, 0.0)
        return odds

    def probability(self, features: Mapping[str, float]) -> float:
        """The probability, 0..1, that a candidate with these features is right."""
        return sigmoid(self.log_odds(features))

    def to_json(self) -> dict[str, Any]:
        """What ``from_json`` reads."""
        return {"bias": self.bias, "weights": dict(self.weights)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Logistic:
        """Raises KeyError, TypeError or AttributeError for anything else; ``Calibration`` words it."""
        return cls(float(data["bias"]), {str(k): float(v) for k, v in data["weights"].items()})


def fit(
    rows: Sequence[Mapping[str, float]],
    correct: Sequence[bool],
    names: Sequence[str],
    *,
    ridge: float = 1.0,
    nonnegative: bool = True,
    prior: Mapping[str, float] | None = None,
) -> Logistic:
    """Ridge-penalised maximum likelihood by projected Newton steps, each halved until it leads downhill.

    The penalty draws each weight towards ``prior`` (0 where it has none): a feature that these labels say
    nothing about keeps the weight that it had.
    With ``nonnegative`` no weight falls below 0: more evidence never lowers the confidence, whatever a small
    set of labels says. Raises ``CalibrationError`` unless both outcomes occur at least 5 times.
    """
    y = np.asarray(correct, float)
    if min(y.sum(), len(y) - y.sum()) < 5:
        raise CalibrationError(
            f"{int(y.sum())} right and {int(len(y) - y.sum())} wrong examples: at least 5 of each are needed"
        )
    x = np.array([[1.0, *(row.get(name, 0.0) for name in names)] for row in rows])
    drawn = np.array([0.0, *((prior or {}).get(name, 0.0) for name in names)])
    beta = drawn.copy()
    penalty = np.full(x.shape[1], ridge)
    penalty[0] = 1e-3
    active = np.ones(x.shape[1], bool)

    def loss(some: NDArray[np.float64]) -> float:
        logits = x @ some
        return float(np.logaddexp(0, logits).sum() - y @ logits + penalty @ (some - drawn) ** 2 / 2)

    for _ in range(100):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        gradient = x.T @ (p - y) + penalty * (beta - drawn)
        if nonnegative:  # weights held at the bound come back when their gradient asks for it
            active = (beta > 0) | (gradient < 0)
            active[0] = True
        hessian = (x[:, active].T * (p * (1 - p) + 1e-9)) @ x[:, active] + np.diag(penalty[active])
        step = np.zeros_like(beta)
        step[active] = np.linalg.solve(hessian, gradient[active])
        for halved in range(STEPS_HALVED):
            new = beta - step / 2**halved
            if nonnegative:
                new[1:] = np.maximum(new[1:], 0)
            if loss(new) <= loss(beta):
                break
        if np.max(np.abs(new - beta)) < 1e-8:
            break
        beta = new
    return Logistic(float(beta[0]), {name: float(b) for name, b in zip(names, beta[1:], strict=True)})


def expected_calibration_error(confidence: Sequence[float], correct: Sequence[bool], bins: int = 10) -> float:
    """Mean gap between confidence and accuracy over equal-width bins, weighted by their counts.

    Guo et al., "On Calibration of Modern Neural Networks", 2017, eq. 3. 0 for no data.
    """
    c, y = np.asarray(confidence, float), np.asarray(correct, float)
    if not len(c):
        return 0.0
    index = np.minimum((c * bins).astype(int), bins - 1)
    gaps = [abs(c[index == b].mean() - y[index == b].mean()) * (index == b).mean() for b in np.unique(index)]
    return float(np.sum(gaps))


@dataclass(frozen=True, slots=True)
class Calibration:
    """How evidence becomes confidence.

    ``visual``: is this the picture's template, from the copy, geometry, image and described channels.
    ``text``: per kind of entry, is the text about it; a concept needs one telling name, a joke a phrase.
    ``meaning``: the same where a sentence encoder is at hand; ``None`` where that was never fitted. ``pictured``: the
    same for the words on a picture that was seen: what they name is what it is about, not named in passing.
    ``alone``: for words without a picture, how sure that evidence makes beside what it says for the other entries, by
    ``set_apart``; ``None`` where that was never fitted.
    ``threshold``: below it an entry is a guess, not an answer.
    """

    visual: Logistic
    text: Mapping[str, Logistic]
    threshold: float = 0.5
    meaning: Mapping[str, Logistic] | None = None
    pictured: Mapping[str, Logistic] | None = None
    alone: Logistic | None = None

    def visual_json(self) -> dict[str, Any]:
        """The encoder's part, as ``updated`` reads it."""
        return {"version": VERSION, "visual": self.visual.to_json()}

    def text_json(self) -> dict[str, Any]:
        """The base's part, as ``updated`` reads it."""
        every = {"said": self.text, "meaning": self.meaning or {}, "pictured": self.pictured or {}}
        parts: dict[str, Any] = {
            name: {kind: model.to_json() for kind, model in sorted(models.items())}
            for name, models in every.items()
            if models
        }
        if self.alone is not None:
            parts["alone"] = self.alone.to_json()
        return {"version": WORDS_VERSION, **parts, "threshold": self.threshold}

    def updated(self, data: Mapping[str, Any] | None) -> Calibration:
        """This calibration with the parts that ``data`` has; raises ``CalibrationError`` for foreign data."""
        if data is None:
            return self
        try:
            version = WORDS_VERSION if "said" in data else VERSION
            if data["version"] != version:
                raise CalibrationError(f"calibration of version {data['version']!r}, this code reads {version}")
            visual = Logistic.from_json(data["visual"]) if "visual" in data else self.visual
            text, meaning, pictured, alone = self.text, self.meaning, self.pictured, self.alone
            if "said" in data:  # another base's words: what was fitted for the meaning of this one goes
                text, meaning, pictured, alone = _models(data["said"]), None, None, None
            if "meaning" in data:
                meaning = _models(data["meaning"])
            if "pictured" in data:
                pictured = _models(data["pictured"])
            if "alone" in data:
                alone = Logistic.from_json(data["alone"])
            return Calibration(visual, text, float(data.get("threshold", self.threshold)), meaning, pictured, alone)
        except (KeyError, TypeError, AttributeError) as error:
            raise CalibrationError(f"not a calibration: {json.dumps(data, default=str)[:80]}") from error


def set_apart(odds: Mapping[EntryId, float], about: float) -> dict[EntryId, dict[str, float]]:
    """The features of ``ALONE_FEATURES`` of each entry that a text found, by the logarithms of their odds.

    ``evidence``: the odds, from 0 for hardly any. ``lead``: by how much they are ahead of the best other entry's, half
    the scale for a tie: several that fit a text as well are seldom meant. ``about``: as ``Subject`` says.
    """
    best, second = (*sorted(odds.values(), reverse=True)[:2], *[HARDLY] * 2)[:2]
    return {
        entry: {
            "evidence": max(one - HARDLY, 0.0),
            "lead": min(max(one - (second if one == best else best), -LEADING), LEADING) + LEADING,
            "about": about,
        }
        for entry, one in odds.items()
    }


def of_now(words: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The base's part as it was stored, ``None`` where an older version fitted it to features that are no more."""
    return words if words is not None and words.get("version", 0) >= WORDS_VERSION else None


def _models(data: Mapping[str, Any]) -> dict[str, Logistic]:
    return {kind: Logistic.from_json(data[kind]) for kind in KINDS}


DEFAULT = Calibration(
    visual=Logistic(-4.0, {"copy": 8.0, "geometry": 8.0, "image": 8.0, "described": 1.0}),
    text={
        "joke": Logistic(-4.5, {"name": 1.5, "keyword": 0.8, "phrase": 6.0, "coverage": 3.0}),
        "format": Logistic(-5.0, {"name": 1.0, "phrase": 7.0}),
        "concept": Logistic(-4.0, {"name": 4.0, "keyword": 1.6, "phrase": 5.0, "coverage": 2.0, "body": 1.0}),
    },
)
"""Cautious coefficients for an encoder that was never calibrated: geometry and copies carry the answer."""
