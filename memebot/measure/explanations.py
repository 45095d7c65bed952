"""Measuring answers on pictures: does an answer tell this joke, or only its topic, or something false?

What an answer about a picture must hold stands in ``explanations.csv``; ``grade`` states the rules.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from rapidfuzz import fuzz

from knowledge.entry.model import Entry, EntryId
from knowledge.entry.roles import ALL_ROWS, is_slot
from knowledge.reading import LANGS, EncoderId, Lang, Reading
from knowledge.search.searcher import GENERAL, choose
from memebot.answering.explainer import Explainer, Explanation
from memebot.app import App, Progress, open_base, open_vision
from memebot.measure.evaluation import LabelsError, csv_rows, ids_in, share
from memebot.settings import Settings

Grade = Literal["rightly", "partly", "generic", "wrong", "unknown"]
GRADES: tuple[Grade, ...] = ("rightly", "partly", "generic", "wrong", "unknown")
FILE = "explanations.csv"
COLUMNS = (
    *("path", "kind", "about", "format", "roles", "entries", "turn", "turn_ru", "turn_en"),
    *("never", "never_ru", "never_en", "unknown"),
)
NO_FORMAT = "none"
SAME_WORDS = 85
"""From so many of 100 on, words read from a picture count as those of the label."""
THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(21))
ALL = "all"

Claims = Mapping[Lang, re.Pattern[str]]
"""What answers in a language say: a regular expression each."""


class FaultyLabels(LabelsError):
    """Label files with faults; ``lines`` name each with its file and line."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("; ".join(lines))
        self.lines = tuple(lines)


@dataclass(frozen=True, slots=True)
class ExpectedAnswer:
    """What an answer about a picture must hold.

    ``formats`` and ``entries``: ids any of which is right, ``NO_FORMAT`` where no format may be named; empty where it
    does not matter. ``roles``: the words of the picture by role. ``turn``: why it is funny. ``never``: what must not be
    said. ``unknown``: that the base does not know it is the right answer.
    """

    path: Path
    kind: str = ""
    formats: tuple[str, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    entries: tuple[str, ...] = ()
    turn: Claims = field(default_factory=dict)
    never: Claims = field(default_factory=dict)
    unknown: bool = False

    def missing(self, answer: Explanation) -> list[str]:
        """The elements that an answer lacks."""
        said = {one.role: one.text for one in answer.roles}
        turn = self.turn.get(answer.lang)
        lacks = [] if self._names_format(answer) else ["format"]
        lacks += [f"role {role}" for role, text in self.roles.items() if not _same(text, said.get(role, ""))]
        lacks += [] if not self.entries or set(self.entries) & set(answer.entries) else ["entry"]
        lacks += [] if turn is None or turn.search(answer.explanation) else ["turn"]
        return lacks

    def false(self, answer: Explanation) -> list[str]:
        """What an answer says that is false."""
        never = self.never.get(answer.lang)
        claim = never.search(answer.explanation) if never else None
        other = answer.template is not None and self.formats and answer.template not in self.formats
        return [*([f"says “{claim[0]}”"] if claim else []), *([f"names {answer.template}"] if other else [])]

    def knows(self, answer: Explanation) -> bool:
        """Whether an answer is made of anything that was expected."""
        return bool({*self.formats, *self.entries} & set(answer.entries))

    def tells(self, answer: Explanation) -> bool:
        """Whether an answer says anything of this picture: its topic, or a role's words."""
        topics = [entry for entry in answer.entries if entry != answer.template and entry not in GENERAL]
        said = {one.role: one.text for one in answer.roles}
        filled = any(_same(text, said.get(role, "")) for role, text in self.roles.items())
        return bool(topics) or filled or bool(set(self.entries) & set(answer.entries))

    def _names_format(self, answer: Explanation) -> bool:
        wanted = set(self.formats) - {NO_FORMAT}
        return not wanted or answer.template in wanted


def grade(expected: ExpectedAnswer, answer: Explanation) -> tuple[Grade, list[str]]:
    """An answer's grade, and what it lacks or says falsely.

    ``unknown``: it says that the base does not know, where it should. ``wrong``: it says what it must not, names
    another format, is made of nothing that was expected, or answers what should be unknown. ``rightly``: every element
    is there, or silence was right. ``generic``: only a topic that names the field, or only a format and none of the
    picture's words in its roles. ``partly``: the topic or the format is right, but an element is missing.
    """
    if answer.verdict == "unknown":
        return ("rightly", []) if expected.unknown else ("unknown", [])
    if expected.unknown:
        return "wrong", ["answered"]
    if false := expected.false(answer):
        return "wrong", false
    missing = expected.missing(answer)
    if not missing:
        return "rightly", []
    if not expected.tells(answer):
        return "generic", missing
    return ("partly" if expected.knows(answer) else "wrong"), missing


Beside = Callable[[ExpectedAnswer, Reading, Explanation], None]
"""Gets each picture with what is expected, what was read and the answer."""


def _same(expected: str, said: str) -> bool:
    """Whether these are the same words, but for what OCR makes of some letters."""
    one, other = (" ".join(text.casefold().split()) for text in (expected, said))
    return fuzz.ratio(one, other) >= SAME_WORDS


# --- the label file


def read_expected(folders: Sequence[Path], known: Mapping[str, Entry]) -> list[ExpectedAnswer]:
    """The rows of each folder's ``explanations.csv``. ``known``: the base's entries. Raises ``LabelsError``."""
    found: list[ExpectedAnswer] = []
    faults: list[str] = []
    for folder in folders:
        file = folder / FILE
        rows = csv_rows(file, ",".join(COLUMNS))
        if unknown := [str(column) for column in rows[0][1] if column not in COLUMNS]:
            faults.append(f"{file}:1: no such columns: {', '.join(unknown)}; there are {', '.join(COLUMNS)}")
            continue
        for line, row in rows:
            parser = _ExpectedRow(row, known)
            found.append(parser.parsed(folder))
            faults += [f"{file}:{line}: {fault}" for fault in parser.faults]
    if faults:
        raise FaultyLabels(faults)
    return found


class _ExpectedRow:
    """A row while it is read; ``faults`` collects what is wrong with it."""

    def __init__(self, row: Mapping[str, str], known: Mapping[str, Entry]) -> None:
        self._row, self._known = row, known
        self.faults: list[str] = []

    def parsed(self, folder: Path) -> ExpectedAnswer:
        formats = self._ids("format", lambda entry: entry.kind == "format")
        expected = ExpectedAnswer(
            folder / self._cell("path"),
            self._cell("kind"),
            formats,
            self._roles(formats),
            self._ids("entries", lambda entry: entry.kind != "format"),
            self._claims("turn"),
            self._claims("never"),
            self._yes("unknown"),
        )
        if not self._cell("path"):
            self.faults.append("no path")
        names = {*formats, *expected.entries} - {NO_FORMAT}
        if expected.unknown and (names or expected.turn):
            self.faults.append("`unknown` is the right answer, so there is no format, entry or turn to expect")
        if not expected.unknown and not names:
            self.faults.append("no format and no entries to expect, nor `yes` under `unknown`")
        return expected

    def _cell(self, column: str) -> str:
        return self._row.get(column, "")

    def _ids(self, column: str, fits: Callable[[Entry], bool]) -> tuple[str, ...]:
        found = ids_in(self._cell(column))
        for one in found:
            if one == NO_FORMAT and column == "format":
                continue
            entry = self._known.get(one)
            if entry is None or not fits(entry):
                what = "no such entry" if entry is None else f"a {entry.kind}"
                self.faults.append(f"{column}: {one}: {what}")
        return found

    def _roles(self, formats: Sequence[str]) -> Mapping[str, str]:
        entries = [self._known[one] for one in formats if one in self._known]
        found: dict[str, str] = {}
        for part in ids_in(self._cell("roles")):
            role, equals, text = (piece.strip() for piece in part.partition("="))
            if not equals or not text:
                self.faults.append(f"roles: {part}: not `role=text`")
            elif role == ALL_ROWS or not any(is_slot(role, entry) for entry in entries):
                self.faults.append(f"roles: {role}: no role of {' or '.join(formats) or 'a format'}")
            found[role] = text
        return found

    def _claims(self, column: str) -> Claims:
        """A language's own expression, else the one for both."""
        found: dict[Lang, re.Pattern[str]] = {}
        for name, langs in ((column, LANGS), *((f"{column}_{lang}", (lang,)) for lang in LANGS)):
            if not self._cell(name):
                continue
            try:
                compiled = re.compile(self._cell(name), re.IGNORECASE | re.DOTALL)
            except re.error as error:
                self.faults.append(f"{name}: no regular expression: {error}")
                continue
            found |= dict.fromkeys(langs, compiled)
        return found

    def _yes(self, column: str) -> bool:
        cell = self._cell(column).casefold()
        if cell not in ("", "yes", "no"):
            self.faults.append(f"{column}: {cell}: neither yes nor no")
        return cell == "yes"


# --- measuring


@dataclass(frozen=True, slots=True)
class GradedAnswer:
    """An answer with its grade, and why it is none better.

    ``at``: the grade under each of ``THRESHOLDS``, None where nothing would be answered.
    """

    expected: ExpectedAnswer
    answer: Explanation
    grade: Grade
    why: Sequence[str]
    at: Sequence[Grade | None]

    def to_json(self) -> dict[str, Any]:
        """What a reader of details needs."""
        return {
            "path": str(self.expected.path),
            "kind": self.expected.kind,
            "lang": self.answer.lang,
            "grade": self.grade,
            "why": list(self.why),
            "entries": list(self.answer.entries),
            "confidence": round(self.answer.confidence, 4),
            "roles": {one.role: one.text for one in self.answer.roles},
            "text": self.answer.text,
            "explanation": self.answer.explanation,
        }


@dataclass(frozen=True, slots=True)
class RiskAt:
    """Under a threshold: the share of pictures answered, and of those the share that is wrong."""

    threshold: float
    answered: float
    wrong: float


@dataclass(frozen=True, slots=True)
class ExplanationsReport:
    """Every answer with its grade, and the figures over them."""

    answers: Sequence[GradedAnswer]
    unreadable: Sequence[tuple[Path, str]]
    encoder: EncoderId | None
    threshold: float

    def groups(self) -> Mapping[tuple[str, Lang], Mapping[Grade, int]]:
        """How many answers got which grade, by (kind, language), the last lines over all kinds."""
        keys = sorted({(one.expected.kind, one.answer.lang) for one in self.answers if one.expected.kind})
        keys += [(ALL, lang) for lang in LANGS if self.answers_in(lang)]
        found: dict[tuple[str, Lang], Mapping[Grade, int]] = {}
        for kind, lang in keys:
            chosen = (one for one in self.answers_in(lang) if kind in (ALL, one.expected.kind))
            counts = Counter(one.grade for one in chosen)
            found[kind, lang] = {grade: counts[grade] for grade in GRADES}
        return found

    def risk(self, lang: Lang) -> list[RiskAt]:
        """What each threshold on the confidence would give in a language."""
        some = self.answers_in(lang)
        points = []
        for number, threshold in enumerate(THRESHOLDS):
            told = [one.at[number] for one in some if one.at[number] is not None]
            points.append(RiskAt(threshold, len(told) / len(some), share(grade == "wrong" for grade in told)))
        return points

    def answers_in(self, lang: Lang) -> list[GradedAnswer]:
        """The answers in a language."""
        return [one for one in self.answers if one.answer.lang == lang]

    def to_json(self) -> dict[str, Any]:
        """The stable interface for scripts."""
        return {
            "grades": {f"{kind} {lang}": {"n": sum(g.values()), **g} for (kind, lang), g in self.groups().items()},
            "risk": {
                lang: [
                    {"threshold": at.threshold, "answered": round(at.answered, 4), "wrong": round(at.wrong, 4)}
                    for at in self.risk(lang)
                ]
                for lang in LANGS
                if self.answers_in(lang)
            },
            "threshold": round(self.threshold, 4),
            "unreadable": [{"path": str(path), "error": reason} for path, reason in self.unreadable],
            "encoder": self.encoder,
        }

    def details(self) -> Iterator[dict[str, Any]]:
        """One object an answer."""
        return (one.to_json() for one in self.answers)


def evaluate_explanations(
    settings: Settings,
    folders: Sequence[Path],
    langs: Sequence[Lang] = LANGS,
    *,
    progress: Progress | None = None,
    beside: Callable[[App], Beside] | None = None,
) -> ExplanationsReport:
    """Read each labelled picture once, answer in each language, grade; see ``memebot eval --help`` for the labels.

    ``beside``: makes what looks at each answer, too. Raises ``LabelsError`` before a picture is read.
    """
    with open_base(settings, in_step=True) as kb:
        rows = read_expected(folders, {entry.id: entry for entry in kb.entries.all()})
        with open_vision(kb, settings, progress=progress) as app:
            look = None if beside is None else beside(app)
            return grade_pictures(rows, langs, app.reader.read_file, app.explainer, progress=progress, beside=look)


def grade_pictures(
    rows: Sequence[ExpectedAnswer],
    langs: Sequence[Lang],
    read: Callable[[Path], Reading],
    explainer: Explainer,
    *,
    progress: Progress | None = None,
    beside: Beside | None = None,
) -> ExplanationsReport:
    """Answers about the rows' pictures, graded; those that ``read`` raises ``MediaError`` about are named."""
    from memebot.vision.errors import MediaError

    answers: list[GradedAnswer] = []
    unreadable: list[tuple[Path, str]] = []
    encoder: EncoderId | None = None
    for number, row in enumerate(rows):
        if progress:
            progress("pictures", number, len(rows))
        try:
            reading = read(row.path)
        except MediaError as error:
            unreadable.append((row.path, error.reason))
            continue
        first = explainer.explain(reading, langs[0])
        encoder = first.encoder
        told = [first, *(explainer.retell(first.matches, first.text, lang) for lang in langs[1:])]
        answers += [_graded(row, answer, explainer) for answer in told]
        if beside is not None:
            beside(row, reading, first)
    return ExplanationsReport(answers, unreadable, encoder, explainer.threshold)


def _graded(row: ExpectedAnswer, answer: Explanation, explainer: Explainer) -> GradedAnswer:
    """Answers that are made of the same entries are the same: under most thresholds none is composed anew."""
    graded: dict[tuple[EntryId, ...], Grade | None] = {(): None}
    at: list[Grade | None] = []
    for threshold in THRESHOLDS:
        chosen = tuple(match.entry for match in choose(answer.matches, threshold, question=False))
        if chosen not in graded:
            bolder = Explainer(explainer.searcher, min_confidence=threshold)
            graded[chosen] = grade(row, bolder.retell(answer.matches, answer.text, answer.lang))[0]
        at.append(graded[chosen])
    return GradedAnswer(row, answer, *grade(row, answer), at)


def draw_risk(report: ExplanationsReport, path: Path) -> None:
    """The grades, and what silence buys: the share answered against the share of wrong answers, as a PNG."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4.6), layout="tight")
    left, right = figure.subplots(1, 2)
    groups = {lang: counts for (kind, lang), counts in report.groups().items() if kind == ALL}
    start = np.zeros(len(groups))
    for name, color in zip(GRADES, ("#228833", "#88bb66", "#ccbb44", "#cc3311", "#999999"), strict=True):
        counts = np.array([grades[name] for grades in groups.values()])
        left.barh([*groups], counts, left=start, color=color, label=name)
        start += counts
    left.set(xlabel="pictures", title="Grades")
    left.legend(ncols=len(GRADES), loc="upper center", bbox_to_anchor=(0.5, -0.15), fontsize="small")
    for lang in groups:
        points = report.risk(lang)
        (line,) = right.plot([p.answered for p in points], [p.wrong for p in points], marker=".", label=lang)
        own = min(points, key=lambda point: abs(point.threshold - report.threshold))
        right.plot(own.answered, own.wrong, "o", color=line.get_color())
        at = (own.answered, own.wrong)
        right.annotate(f"threshold {own.threshold:.2f}", at, xytext=(6, 6), textcoords="offset points")
    right.set(xlabel="share of pictures answered", ylabel="share of answers that are wrong", title="Risk and coverage")
    right.set(xlim=(0, 1), ylim=(0, None))
    right.legend()
    figure.savefig(path, dpi=110)
