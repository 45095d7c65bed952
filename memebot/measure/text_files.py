"""Measuring on texts that somebody else wrote: is the right entry found, is the answer right, is there silence?

A file has the columns ``id,kind,lang,form,text``; ``id`` names the entry that should answer, alternatives are
joined by ``|``. A file without the column ``id``, or a row without an id, holds texts to be silent about. A text of
the form ``caption`` is taken as words on a picture, any other as a question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.search.searcher import Match
from memebot.answering.explainer import Explainer
from memebot.app import open_answers
from memebot.measure.evaluation import csv_rows, ids_in, share
from memebot.settings import Settings

CAPTION = "caption"
VERY_SURE = 0.9


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text and the entries any of which is right, none where silence is. ``form``: how it is said."""

    text: str
    entries: tuple[str, ...]
    form: str
    lang: str


@dataclass(frozen=True, slots=True)
class AnsweredText:
    """A text with what it found, best first, the entry that the answer begins with, and how sure that is."""

    labelled: LabelledText
    found: Sequence[Match]
    answered: str | None
    confidence: float

    def within(self, n: int) -> bool:
        """Whether one of the right entries is among the first ``n``."""
        return any(match.entry in self.labelled.entries for match in self.found[:n])

    @property
    def right(self) -> bool:
        """Whether it was answered, and rightly."""
        return self.answered is not None and self.answered in self.labelled.entries

    @property
    def wrong(self) -> bool:
        """Whether it was answered, and wrongly: a text to be silent about has no right answer."""
        return self.answered is not None and not self.right

    def to_json(self) -> dict[str, Any]:
        """What a reader of misses needs."""
        return {
            "text": self.labelled.text,
            "expected": "|".join(self.labelled.entries),
            "answered": self.answered,
            "confidence": round(self.confidence, 4),
            "got": [match.entry for match in self.found[:5]],
        }


@dataclass(frozen=True, slots=True)
class TextFigures:
    """Shares of ``n`` texts; of texts to be silent about only ``wrong`` says something: how many were answered."""

    n: int
    first: float
    in_five: float
    right: float
    wrong: float

    @classmethod
    def of(cls, some: Sequence[AnsweredText]) -> TextFigures:
        return cls(
            len(some),
            share(one.within(1) for one in some),
            share(one.within(5) for one in some),
            share(one.right for one in some),
            share(one.wrong for one in some),
        )

    def to_json(self) -> dict[str, float]:
        """The stable interface for scripts."""
        return {
            "n": self.n,
            "first": round(self.first, 4),
            "in_five": round(self.in_five, 4),
            "right": round(self.right, 4),
            "wrong": round(self.wrong, 4),
        }


@dataclass(frozen=True, slots=True)
class TextFilesReport:
    """Every text with its answer, and the figures over them."""

    answers: Sequence[AnsweredText]

    def groups(self, *, silent: bool) -> Mapping[tuple[str, str], TextFigures]:
        """Figures by (form, language), the last line over all: of those to be silent about, or of the others."""
        chosen = [one for one in self.answers if bool(one.labelled.entries) != silent]
        keys = dict.fromkeys((one.labelled.form, one.labelled.lang) for one in chosen)
        found = {
            key: TextFigures.of([one for one in chosen if (one.labelled.form, one.labelled.lang) == key])
            for key in sorted(keys)
        }
        return {**found, ("all", ""): TextFigures.of(chosen)} if chosen else {}

    def very_sure(self) -> tuple[int, int]:
        """Of the texts that have a right answer: answers at a confidence of .9 or more, and the wrong ones of them."""
        sure = [
            one
            for one in self.answers
            if one.labelled.entries and one.answered is not None and one.confidence >= VERY_SURE
        ]
        return len(sure), sum(one.wrong for one in sure)

    def misses(self) -> list[AnsweredText]:
        """Texts whose right entry is not first, or that got a wrong answer."""
        return [one for one in self.answers if one.wrong or (one.labelled.entries and not one.within(1))]

    def to_json(self) -> dict[str, Any]:
        """The stable interface for scripts."""
        n, wrong = self.very_sure()
        return {
            "texts": {_key(key): figures.to_json() for key, figures in self.groups(silent=False).items()},
            "silence": {
                _key(key): {"n": figures.n, "answered": round(figures.wrong * figures.n)}
                for key, figures in self.groups(silent=True).items()
            },
            "very_sure": {"n": n, "wrong": wrong},
            "misses": [one.to_json() for one in self.misses()],
        }


def read_text_files(paths: Iterable[Path]) -> list[LabelledText]:
    """The texts of files; raises ``LabelsError`` for a file that has none."""
    found: list[LabelledText] = []
    for path in paths:
        found += [_labelled(row) for _, row in csv_rows(path, "text[,id,kind,lang,form]") if row["text"]]
    return found


def evaluate_text_files(settings: Settings, paths: Sequence[Path]) -> TextFilesReport:
    """Run the texts of files through the search over the settings' base."""
    texts = read_text_files(paths)
    with open_answers(settings) as explainer:
        return TextFilesReport([_answered(text, explainer) for text in texts])


def _labelled(row: Mapping[str, str]) -> LabelledText:
    form = row.get("form") or row.get("kind", "")
    return LabelledText(row["text"], ids_in(row.get("id", "")), form, row.get("lang", ""))


def _answered(text: LabelledText, explainer: Explainer) -> AnsweredText:
    caption = text.form == CAPTION
    answer = explainer.caption(text.text) if caption else explainer.ask(text.text)
    first = answer.entries[0] if answer.entries else None
    ranking = explainer.ranking(text.text, question=not caption)
    return AnsweredText(text, ranking, first, answer.confidence)


def _key(key: tuple[str, str]) -> str:
    return " ".join(part for part in key if part)
