"""Measuring on the regression texts of a base: is the right entry first, and is there silence about the rest?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from knowledge.search.searcher import Match
from knowledge.store.overlay import NOWHERE, Folder
from knowledge.store.texts import TEXT_KINDS, RegressionText, TextsError, read_layers
from memebot.app import knowledge_folder, open_answers
from memebot.measure.evaluation import LabelsError, share
from memebot.settings import Settings


@dataclass(frozen=True, slots=True)
class Miss:
    """A text that was not answered as it should be."""

    text: str
    expected: str
    got: Sequence[Match]


@dataclass(frozen=True, slots=True)
class TextsReport:
    """``kinds``: (number, share with the right entry first, share with it in the first three)."""

    kinds: Mapping[str, tuple[int, float, float]]
    others: int
    others_answered: int
    misses: Sequence[Miss]

    def to_json(self) -> dict[str, Any]:
        """The stable interface for scripts."""
        return {
            "kinds": {
                name: {"n": n, "first": round(first, 4), "first_three": round(third, 4)}
                for name, (n, first, third) in self.kinds.items()
            },
            "others": {"n": self.others, "answered": self.others_answered},
            "misses": [
                {"text": m.text, "expected": m.expected, "got": [match.entry for match in m.got[:3]]}
                for m in self.misses
            ],
        }


def read_texts(folder: Path) -> list[RegressionText]:
    """The regression texts of a base: ``texts/memes.csv``, ``questions.csv`` (entry,lang,text), ``others.csv``.

    `` / `` stands for a line break, ``|`` between entries that are equally right. Missing files are empty. A base
    over another has that one's texts, too, but for those about entries that it hides; entries go by their ids here.
    """
    base = Folder(folder)
    hidden = base.hidden()
    try:
        found = [text for kind in TEXT_KINDS for text in read_layers(base.text_folders(), kind)]
    except TextsError as error:
        raise LabelsError(str(error.problem)) from error
    there = {text: tuple(one for e in text.entries if (one := hidden.get(e, e)) and one != NOWHERE) for text in found}
    return [replace(text, entries=entries) for text, entries in there.items() if entries or not text.entries]


def evaluate_texts(settings: Settings) -> TextsReport:
    """Run the base's regression texts through the search."""
    texts = read_texts(knowledge_folder(settings))
    if not texts:
        raise LabelsError(f"{knowledge_folder(settings) / 'texts'}: no regression texts here")
    with open_answers(settings) as explainer:
        return score_texts(texts, explainer.rankings, explainer.threshold)


Rankings = Callable[[Sequence[tuple[str, bool]]], Iterable[Sequence[Match]]]
"""What each of several texts finds, best first; with each, whether it is a question."""


def score_texts(texts: Sequence[RegressionText], rankings: Rankings, threshold: float) -> TextsReport:
    """How well the search does on the texts: right ones first, and silence on the others."""
    counts: dict[str, list[tuple[bool, bool]]] = {}
    misses: list[Miss] = []
    others = answered = 0
    found = rankings([(text.text, text.kind == "questions") for text in texts])
    for text, got in zip(texts, found, strict=True):
        if not text.entries:
            others += 1
            if got and got[0].confidence >= threshold:
                answered += 1
                misses.append(Miss(text.text, "", got))
            continue
        first = bool(got) and got[0].entry in text.entries
        counts.setdefault(text.kind, []).append((first, any(m.entry in text.entries for m in got[:3])))
        if not first:
            misses.append(Miss(text.text, "|".join(text.entries), got))
    kinds = {
        kind: (len(flags), share(f for f, _ in flags), share(t for _, t in flags)) for kind, flags in counts.items()
    }
    return TextsReport(kinds, others, answered, misses)
