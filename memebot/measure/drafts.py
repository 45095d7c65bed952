"""Measuring drafts by a model, by the same labels as answers: valid, right about the entries, complete, free of what is
false."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from knowledge.reading import Lang, Reading
from knowledge.search.searcher import Match
from memebot.answering.explainer import Explanation
from memebot.app import App, draft_file, open_draft_maker
from memebot.drafting.errors import DraftingError
from memebot.drafting.maker import DraftMaker
from memebot.drafting.material import Draft
from memebot.measure.explanations import GRADES, Beside, ExpectedAnswer, Grade, grade
from memebot.settings import Settings


class DraftGrades:
    """Collects the grades of drafts. ``asked``: pictures; ``unable``: why there is no draft, with how many."""

    def __init__(self, maker: DraftMaker, langs: Sequence[Lang]) -> None:
        self._maker, self._langs = maker, langs
        self._graded: list[tuple[Path, Lang, Grade, Sequence[str]]] = []
        self._stopped = ""
        self.asked = self.valid = self.ids_right = 0
        self.unable: Counter[str] = Counter()

    @classmethod
    @contextmanager
    def open(cls, settings: Settings, langs: Sequence[Lang]) -> Iterator[DraftGrades]:
        """Raises ``DraftingOff`` where no model is set."""
        with open_draft_maker(settings) as maker:
            yield cls(maker, langs)

    def of(self, app: App) -> Beside:
        """What drafts and grades each picture that ``app`` answers."""

        def look(row: ExpectedAnswer, reading: Reading, answer: Explanation) -> None:
            self._look(app, row, reading, answer)

        return look

    def _look(self, app: App, row: ExpectedAnswer, reading: Reading, answer: Explanation) -> None:
        self.asked += 1
        draft, why = None, self._stopped
        if not why:
            try:
                made = draft_file(app, self._maker, row.path, answer, reading)
                draft, why = made.draft, made.why.split(" ")[0]
            except DraftingError as error:  # the server or the budget: it would be the same for all that follow
                self._stopped = why = error.code
        if draft is None:
            self.unable[why] += 1
            if row.unknown and why == "cannot-tell":
                self._graded += [(row.path, lang, "rightly", ()) for lang in self._langs]
            return
        self.valid += 1
        told = as_answer(draft, answer)
        self.ids_right += not row.unknown and row.knows(told)
        for lang in self._langs:
            self._graded.append((row.path, lang, *grade(row, as_answer(draft, replace(answer, lang=lang)))))

    def by_language(self) -> Mapping[Lang, Mapping[Grade, int]]:
        """How many drafts got which grade."""
        counts = {lang: Counter(one[2] for one in self._graded if one[1] == lang) for lang in self._langs}
        return {lang: {name: counts[lang][name] for name in GRADES} for lang in self._langs}

    def to_json(self) -> dict[str, Any]:
        """The stable interface for scripts."""
        return {
            "asked": self.asked,
            "valid": self.valid,
            "ids_right": self.ids_right,
            "unable": dict(self.unable),
            "grades": self.by_language(),
        }

    def details(self) -> Iterator[dict[str, Any]]:
        """One object a draft and language."""
        for path, lang, name, why in self._graded:
            yield {"path": str(path), "lang": lang, "draft": name, "why": list(why)}


def as_answer(draft: Draft, answer: Explanation) -> Explanation:
    """What a draft says in the answer's language, as an answer that can be graded."""
    found = {match.entry: match for match in answer.matches}
    kinds = {entry: "format" if entry == draft.format else "concept" for entry in draft.rests_on}
    matches = [found.get(entry) or Match(entry, kind, 1.0, {}) for entry, kind in kinds.items()]  # type: ignore[arg-type]
    text = f"{draft.title[answer.lang]}\n\n{draft.text[answer.lang]}"
    return replace(answer, verdict="joke", matches=tuple(matches), entries=draft.rests_on, explanation=text)
