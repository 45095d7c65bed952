"""What needs the picture search: what a picture resembles, and what an unsaved change would do to answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from knowledge.reading import Lang, Reading
from knowledge.search.regressions import RegressionReport, find_regressions
from knowledge.search.searcher import Match, Searcher
from knowledge.store.base import KnowledgeBase
from knowledge.store.changes import Change
from memebot.answering.explainer import Explainer, Explanation


class PictureSearch(Protocol):
    """The picture search, with the base that it reads."""

    @property
    def searcher(self) -> Searcher: ...

    @property
    def kb(self) -> KnowledgeBase: ...


@dataclass(frozen=True, slots=True, eq=False)
class AnswerComparison:
    """One picture's answer today and with an unsaved change."""

    today: Explanation
    changed: Explanation


class DryRuns:
    """Tries changes without saving them. Belongs to the inference thread.

    ``threshold``: from which confidence on an entry answers.
    """

    def __init__(self, pictures: PictureSearch, threshold: float) -> None:
        self._pictures, self._threshold = pictures, threshold

    def matches(self, reading: Reading) -> Sequence[Match]:
        """What a picture resembles."""
        return self._pictures.searcher.search(reading)

    def answers(self, change: Change, reading: Reading, lang: Lang) -> AnswerComparison:
        """How a picture is answered today, and how with the change."""
        searcher = self._pictures.searcher
        today, changed = (
            Explainer(one, min_confidence=self._threshold).explain(reading, lang)
            for one in (searcher, searcher.dry_run(change))
        )
        return AnswerComparison(today, changed)

    def safety(self, change: Change) -> RegressionReport:
        """Run the texts and pictures that the change can affect."""
        return find_regressions(self._pictures.searcher, self._pictures.kb, change, threshold=self._threshold)
