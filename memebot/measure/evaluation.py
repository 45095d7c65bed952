"""Measuring: labelled pictures and regression texts in, figures out; and refitting the confidence on them."""

from __future__ import annotations

import csv
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Protocol
from zlib import crc32

import numpy as np

from knowledge.entry.model import KINDS, Entry, EntryId
from knowledge.reading import EncoderId, Reading
from knowledge.search.calibration import (
    DEFAULT,
    TEXT_FEATURES,
    VISUAL_FEATURES,
    WORDS,
    Calibration,
    CalibrationError,
    Logistic,
    expected_calibration_error,
    fit,
)
from knowledge.search.searcher import Match
from knowledge.search.visual import templates_of_jokes
from knowledge.store.base import KnowledgeBase
from knowledge.store.overlay import Folder
from knowledge.store.texts import TEXT_KINDS, TextKind, TextsError, read_layers
from memebot.answering.state import BotState
from memebot.app import App, Progress, knowledge_folder, open_answers, open_app, open_base, open_vision
from memebot.database import open_database
from memebot.editing.report import Label, ReportStore
from memebot.settings import Settings

Channels = Literal["image", "visual", "all"]
FALSE_ALARMS = 0.01
NAMED = 1.0  # strength of a name by which a text is about a concept, even where it is about another first
VISUAL_RIDGE = 0.1  # image scores are small numbers: a stronger penalty would flatten them


class LabelsError(Exception):
    """A labels file cannot be used; the message names the file and line."""


@dataclass(frozen=True, slots=True)
class LabelledPicture:
    """A row of labels.csv. ``labels`` is empty for a distractor."""

    path: Path
    labels: tuple[str, ...]
    kind: str


def read_labels(folder: Path) -> list[LabelledPicture]:
    """The rows of ``folder/labels.csv``; raises ``LabelsError``."""
    file = folder / "labels.csv"
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = list(csv.DictReader(opened))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise LabelsError(f"{file}: {error}; it needs the columns path,label[,kind]") from error
    if not rows or "path" not in rows[0]:
        raise LabelsError(f"{file}: no rows, or no column `path`; it needs path,label[,kind]")
    return [
        LabelledPicture(
            folder / row["path"],
            tuple(part.strip() for part in (row.get("label") or "").split("|") if part.strip()),
            (row.get("kind") or "").strip() or ("labelled" if row.get("label") else "distractor"),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Scored:
    """What came of one picture: its ranked candidates and how long each stage took."""

    row: LabelledPicture
    ranking: tuple[Match, ...]
    timings_ms: Mapping[str, float]
    text: str

    @property
    def top(self) -> float:
        """Confidence of the best candidate, 0 without any."""
        return self.ranking[0].confidence if self.ranking else 0.0

    def right_within(self, n: int) -> bool:
        """Is a right entry among the first ``n``?"""
        return any(match.entry in self.row.labels for match in self.ranking[:n])


@dataclass(frozen=True, slots=True)
class KindFigures:
    """Recall on one kind of labelled picture; ``recall_1fa`` where 1 % of the distractors raise an alarm."""

    n: int
    recall_1: float
    recall_5: float
    recall_1fa: float


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """What an evaluation measured."""

    kinds: Mapping[str, KindFigures]
    distractors: int
    distractors_answered: int
    ece: float
    latency_ms: Mapping[str, tuple[float, float]]
    peak_rss_mb: float
    encoder: EncoderId
    threshold: float
    scored: Sequence[Scored]
    unreadable: Sequence[tuple[Path, str]]

    def to_json(self) -> dict[str, Any]:
        """The stable interface for scripts."""
        return {
            "kinds": {
                name: {
                    "n": kind.n,
                    "recall@1": round(kind.recall_1, 4),
                    "recall@5": round(kind.recall_5, 4),
                    "recall@1%fa": round(kind.recall_1fa, 4),
                }
                for name, kind in self.kinds.items()
            },
            "distractors": {"n": self.distractors, "answered": self.distractors_answered},
            "ece": round(self.ece, 4),
            "latency_ms": {
                stage: {"p50": round(p50, 2), "p95": round(p95, 2)} for stage, (p50, p95) in self.latency_ms.items()
            },
            "peak_rss_mb": round(self.peak_rss_mb, 1),
            "encoder": self.encoder,
        }

    def details(self) -> Iterator[dict[str, Any]]:
        """One object a picture: what was expected and what was found."""
        for scored in self.scored:
            yield {
                "path": str(scored.row.path),
                "kind": scored.row.kind,
                "expected": list(scored.row.labels),
                "text": scored.text,
                "matches": [
                    {"entry": m.entry, "confidence": round(m.confidence, 4), "evidence": dict(m.evidence)}
                    for m in scored.ranking[:5]
                ],
            }


def evaluate(
    settings: Settings, folders: Sequence[Path], *, channels: Channels = "all", progress: Progress | None = None
) -> EvaluationReport:
    """Measure on labelled folders; see ``memebot eval --help`` for their form."""
    rows = [row for folder in folders for row in read_labels(folder)]
    with _opened(settings, rows, progress) as (app, queries):
        return _measure(app, queries, channels, progress)


@contextmanager
def _opened(
    settings: Settings, rows: Sequence[LabelledPicture], progress: Progress | None
) -> Iterator[tuple[App, list[LabelledPicture]]]:
    """The app over the settings' base or, where there are templates, over a temporary base of those."""
    templates = [row for row in rows if row.kind == "template"]
    if not templates:
        with open_app(settings, progress=progress) as app:
            yield app, list(rows)
        return
    ids: dict[str, EntryId] = {}
    for row in templates:
        ids.setdefault(row.labels[0], EntryId(f"template-{len(ids):05d}"))
    queries = [
        LabelledPicture(row.path, tuple(ids.get(label, label) for label in row.labels), row.kind)
        for row in rows
        if row.kind != "template"
    ]
    with tempfile.TemporaryDirectory(prefix="memebot-eval-") as folder:
        database = open_database(Path(folder) / "eval.sqlite3")
        try:
            kb = KnowledgeBase(database)
            _add_templates(kb, templates, ids)
            with open_vision(kb, settings, progress=progress) as app:
                yield app, queries
        finally:
            database.close()


def _add_templates(kb: KnowledgeBase, templates: Sequence[LabelledPicture], ids: Mapping[str, EntryId]) -> None:
    pictures: dict[EntryId, list[str]] = {}
    for row in templates:
        if not row.path.is_file():
            raise LabelsError(f"{row.path}: no such file")
        entry = ids[row.labels[0]]
        name = f"{entry}-{len(pictures.setdefault(entry, []))}{row.path.suffix.lower()}"
        kb.exemplars.put(name, row.path.read_bytes())
        pictures[entry].append(name)
    now = datetime.now(UTC)
    for label, entry in ids.items():
        title: Mapping[Any, str] = {"ru": label, "en": label}
        kb.changes.save(
            Entry(id=entry, kind="format", title=title, text=title, exemplars=tuple(pictures[entry])),
            author="evaluation",
            now=now,
        )


def _measure(
    app: App, queries: Sequence[LabelledPicture], channels: Channels, progress: Progress | None
) -> EvaluationReport:
    from memebot.vision.errors import MediaError
    from memebot.vision.reader import PictureReader

    reader = app.reader if channels == "all" else PictureReader(app.encoder, None)
    scored: list[Scored] = []
    unreadable: list[tuple[Path, str]] = []
    for number, row in enumerate(queries):
        if progress:
            progress("pictures", number, len(queries))
        try:
            reading = reader.read_file(row.path)
        except MediaError as error:
            unreadable.append((row.path, error.reason))
            continue
        scored.append(_score(app, row, reading, channels))
    threshold = app.explainer.threshold
    return _report(scored, unreadable, app.encoder.id, threshold)


def _score(app: App, row: LabelledPicture, reading: Reading, channels: Channels) -> Scored:
    start = time.perf_counter()
    if channels == "image":
        sights = app.searcher.visual_evidence(reading, geometry=False)
        by_image = sorted(sights.items(), key=lambda item: (-item[1].image, item[0]))[:12]
        matches = [Match(e, "format", s.image, {"image": s.image}) for e, s in by_image]
    else:
        matches = app.searcher.search(reading)
    took = (time.perf_counter() - start) * 1000
    total = sum(reading.timings_ms.values()) + took
    return Scored(row, tuple(matches), {**reading.timings_ms, "search": took, "total": total}, reading.text)


def _report(
    scored: Sequence[Scored], unreadable: Sequence[tuple[Path, str]], encoder: EncoderId, threshold: float
) -> EvaluationReport:
    distractors = [s for s in scored if not s.row.labels]
    alarms = sorted((s.top for s in distractors), reverse=True)
    allowed = int(FALSE_ALARMS * len(alarms))
    alarm_threshold = alarms[allowed] if allowed < len(alarms) else 0.0
    kinds: dict[str, KindFigures] = {}
    for name in dict.fromkeys(s.row.kind for s in scored if s.row.labels):
        group = [s for s in scored if s.row.labels and s.row.kind == name]
        kinds[name] = KindFigures(
            len(group),
            _share(s.right_within(1) for s in group),
            _share(s.right_within(5) for s in group),
            _share(s.right_within(1) and s.top > alarm_threshold for s in group),
        )
    stages = dict.fromkeys(stage for s in scored for stage in s.timings_ms)
    latency = {stage: _percentiles([s.timings_ms[stage] for s in scored if stage in s.timings_ms]) for stage in stages}
    return EvaluationReport(
        kinds=kinds,
        distractors=len(distractors),
        distractors_answered=sum(s.top >= threshold for s in distractors),
        ece=expected_calibration_error([min(1.0, s.top) for s in scored], [s.right_within(1) for s in scored]),
        latency_ms=latency,
        peak_rss_mb=peak_memory_mb(),
        encoder=encoder,
        threshold=threshold,
        scored=scored,
        unreadable=unreadable,
    )


def _share(flags: Iterator[bool]) -> float:
    values = list(flags)
    return sum(values) / len(values) if values else 0.0


def _percentiles(values: Sequence[float]) -> tuple[float, float]:
    return float(np.percentile(values, 50)), float(np.percentile(values, 95))


def peak_memory_mb() -> float:
    """Peak resident memory of this process in MB (getrusage gives kilobytes on Linux, bytes on macOS)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


# --- regression texts ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """A text with the entries that it is about (any of them is right); none for a text about something else."""

    text: str
    entries: tuple[EntryId, ...]
    kind: TextKind


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


def read_texts(folder: Path) -> list[Text]:
    """The regression texts of a base: ``texts/memes.csv``, ``questions.csv`` (entry,lang,text), ``others.csv``.

    `` / `` stands for a line break, ``|`` between entries that are equally right. Missing files are empty. A base
    over another has that one's texts, too, but for those about entries that it hides.
    """
    base = Folder(folder)
    hidden = base.hidden()
    try:
        found = [text for kind in TEXT_KINDS for text in read_layers(base.text_folders(), kind)]
    except TextsError as error:
        raise LabelsError(str(error.problem)) from error
    return [
        Text(text.text, text.entries, text.kind)
        for text in found
        if not text.entries or not hidden.issuperset(text.entries)
    ]


def evaluate_texts(settings: Settings) -> TextsReport:
    """Run the base's regression texts through the search."""
    texts = read_texts(knowledge_folder(settings))
    if not texts:
        raise LabelsError(f"{knowledge_folder(settings) / 'texts'}: no regression texts here")
    with open_answers(settings) as explainer:
        return score_texts(texts, explainer.ranking, explainer.threshold)


class Ranking(Protocol):
    """What a text finds, best first."""

    def __call__(self, text: str, *, question: bool) -> Sequence[Match]: ...


def score_texts(texts: Sequence[Text], ranking: Ranking, threshold: float) -> TextsReport:
    """How well the search does on the texts: right ones first, and silence on the others."""
    counts: dict[str, list[tuple[bool, bool]]] = {}
    misses: list[Miss] = []
    others = answered = 0
    for text in texts:
        got = ranking(text.text, question=text.kind == "questions")
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
        kind: (len(flags), _share(f for f, _ in flags), _share(t for _, t in flags)) for kind, flags in counts.items()
    }
    return TextsReport(kinds, others, answered, misses)


# --- calibration --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Calibration error (before, after) on held-back data for each part, and whether the new one was kept."""

    ece: Mapping[str, tuple[float, float]]
    better: bool
    encoder: EncoderId


def not_worse(errors: Mapping[str, tuple[float, float]], *, slack: float) -> bool:
    """Whether no part's error (before, after) grew by more than ``slack``, in the three digits that are shown."""
    return bool(errors) and all(round(after, 3) <= round(before + slack, 3) for before, after in errors.values())


SLACK = 0.005
"""So much worse, on held-back data, counts as the same where labels are many."""
ENOUGH_VOTES = 10


@dataclass(slots=True)
class _Examples:
    """Candidates with their features, whether each is right, and which half of the data it is in."""

    features: list[Mapping[str, float]] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    held_back: list[bool] = field(default_factory=list)

    def add(self, features: Mapping[str, float], right: bool, held_back: bool) -> None:
        self.features.append(features)
        self.right.append(right)
        self.held_back.append(held_back)

    def extend(self, others: _Examples) -> None:
        self.features += others.features
        self.right += others.right
        self.held_back += others.held_back

    def part(self, held_back: bool) -> tuple[list[Mapping[str, float]], list[bool]]:
        chosen = [i for i, held in enumerate(self.held_back) if held == held_back]
        return [self.features[i] for i in chosen], [self.right[i] for i in chosen]

    def enough(self) -> bool:
        """Whether either half has five that are right and five that are wrong."""
        return _both_kinds([self.part(half)[1] for half in (False, True)], ENOUGH_VOTES // 2)

    def error(self, model: Logistic, held_back: bool) -> float:
        rows, right = self.part(held_back)
        return expected_calibration_error([model.probability(row) for row in rows], right)


def calibrate(
    settings: Settings,
    folders: Sequence[Path],
    *,
    progress: Progress | None = None,
    out: Path | None = None,
    feedback: bool = False,
) -> Calibrated:
    """Refit the words on the regression texts and, with labelled folders, the picture channels on those.

    Half of the data is held back to compare; what is not worse there is refitted on everything and stored.
    ``out``: a folder that gets ``words.json`` and ``visual.json`` for shipping. ``feedback``: people's votes are
    labels, too; raises ``CalibrationError`` where there are too few for that.
    """
    rows = [row for folder in folders for row in read_labels(folder)]
    errors: dict[str, tuple[float, float]] = {}
    with _opened(settings, rows, progress) as (app, queries):
        current, encoder = app.searcher.calibration, app.encoder.id
        votes = _votes(settings, encoder, current.threshold) if feedback else []
        seen = [vote for vote in votes if _about_looks(app, vote.label)]
        visual = current.visual
        if queries or _enough(seen):
            visual = _fit_visual(app, queries, seen if _enough(seen) else [], current, errors, progress)
    with open_base(settings) as kb:
        said = _fit_said(settings, votes, current, errors)
        new = Calibration(visual, said, current.threshold)
        better = not_worse(errors, slack=0.0 if feedback else SLACK)
        if better:
            now = datetime.now(UTC)
            kb.vectors.put_calibration(WORDS, new.text_json(), now=now)
            if visual is not current.visual:
                kb.vectors.put_calibration(encoder, new.visual_json(), now=now)
    if better and out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "words.json").write_text(json.dumps(new.text_json(), indent=1) + "\n", "utf-8")
        (out / "visual.json").write_text(json.dumps(new.visual_json(), indent=1) + "\n", "utf-8")
    return Calibrated(errors, better, encoder)


@dataclass(frozen=True, slots=True)
class _Vote:
    """What people said about an answer, with what the bot saw in the picture."""

    label: Label
    reading: Reading


def _votes(settings: Settings, encoder: EncoderId, threshold: float) -> list[_Vote]:
    """Votes about pictures that are in the record; raises ``CalibrationError`` where there are too few."""
    with open_base(settings) as kb:
        state = BotState(kb.handle.db)
        labels = ReportStore(kb.handle.db).labels(threshold)
        readings = {label.sha256: state.pictures.reading(label.sha256, encoder) for label in labels}
    votes = [_Vote(label, reading) for label in labels if (reading := readings[label.sha256]) is not None]
    right = sum(vote.label.right for vote in votes)
    if min(right, len(votes) - right) < ENOUGH_VOTES:
        raise CalibrationError(
            f"{right} answers that people liked and {len(votes) - right} that they did not: "
            f"at least {ENOUGH_VOTES} of each are needed"
        )
    return votes


def _enough(votes: Sequence[_Vote]) -> bool:
    """Whether a fit on one half of these votes makes sense."""
    halves = [[vote.label.right for vote in votes if _held_back(vote.label.sha256) == half] for half in (False, True)]
    return _both_kinds(halves, ENOUGH_VOTES // 2)


def _both_kinds(groups: Sequence[Sequence[bool]], least: int) -> bool:
    """Whether each group has at least so many that are right, and so many that are wrong."""
    return all(min(sum(group), len(group) - sum(group)) >= least for group in groups)


def _about_looks(app: App, label: Label) -> bool:
    """Whether a vote about this entry is one about the picture: a joke on a template is right by its words."""
    entry = app.searcher.entries().get(label.entry)
    if entry is None or entry.kind == "concept":
        return False
    return not templates_of_jokes([*app.searcher.entries().values()]).get(entry.id)


def _held_back(name: str) -> bool:
    """Half of all names, whatever their order: rows often alternate in language or kind."""
    return crc32(name.encode()) % 2 == 1


def _fit_visual(
    app: App,
    queries: Sequence[LabelledPicture],
    votes: Sequence[_Vote],
    current: Calibration,
    errors: dict[str, tuple[float, float]],
    progress: Progress | None,
) -> Logistic:
    from memebot.vision.errors import MediaError
    from memebot.vision.reader import PictureReader

    reader = PictureReader(app.encoder, None)
    pictures: list[_Examples] = []
    for number, row in enumerate(queries):
        if progress:
            progress("pictures", number, len(queries))
        try:
            sights = app.searcher.visual_evidence(reader.read_file(row.path))
        except MediaError:
            continue
        pictures.append(_Examples())
        for entry, sight in sights.items():
            pictures[-1].add(sight.features(), entry in row.labels, _held_back(row.path.name))
    voted = _Examples()
    for vote in votes:
        shown = app.searcher.visual_evidence(vote.reading).get(vote.label.entry)
        if shown is not None:
            voted.add(shown.features(), vote.label.right, _held_back(vote.label.sha256))
    if not queries:  # votes are about what was shown: they correct what is there, they do not make it anew
        return _refit(
            "pictures people voted on",
            voted,
            current.visual,
            VISUAL_FEATURES,
            errors,
            prior=current.visual.weights,
            ridge=VISUAL_RIDGE,
        )
    # copies are rare in labels and never wrong: where geometry explains them too, they keep what they weighed
    prior = {"copy": DEFAULT.visual.weights["copy"]}
    examples = _first_candidates(pictures, prior)
    examples.extend(voted)
    return _refit("pictures", examples, current.visual, VISUAL_FEATURES, errors, prior=prior, ridge=VISUAL_RIDGE)


def _first_candidates(pictures: Sequence[_Examples], prior: Mapping[str, float]) -> _Examples:
    """Of each picture the candidate that would be shown first: it is this one's confidence that people read.

    With fewer than five of them right, or wrong, in either half, all candidates: a first one that is wrong needs
    pictures that match nothing.
    """
    every, first = _Examples(), _Examples()
    for picture in pictures:
        every.extend(picture)
    if not every.enough():
        return every
    features, right = every.part(False)
    ranking = fit(features, right, VISUAL_FEATURES, prior=prior, ridge=VISUAL_RIDGE)
    for picture in pictures:
        seen = [number for number, features in enumerate(picture.features) if any(features.values())]
        if seen:
            best = max(seen, key=lambda number: (ranking.probability(picture.features[number]), picture.right[number]))
            first.add(picture.features[best], picture.right[best], picture.held_back[best])
    return first if first.enough() else every


def _fit_said(
    settings: Settings, votes: Sequence[_Vote], current: Calibration, errors: dict[str, tuple[float, float]]
) -> Mapping[str, Logistic]:
    texts = read_texts(knowledge_folder(settings))
    examples: dict[str, _Examples] = {kind: _Examples() for kind in KINDS}
    voted: dict[str, _Examples] = {kind: _Examples() for kind in KINDS}
    with open_answers(settings) as explainer:
        for vote in votes:
            for entry, kind, features in explainer.said(vote.reading.text):
                if entry == vote.label.entry:
                    voted[kind].add(features, vote.label.right, _held_back(vote.label.sha256))
        for text in texts:
            for entry, kind, features in explainer.said(text.text):
                right = entry in text.entries
                if text.entries and not right and kind == "concept" and features["name"] >= NAMED:
                    continue  # named in passing: neither what the text was written for nor wrong
                examples[kind].add(features, right, _held_back(text.text))
    for kind in KINDS:
        examples[kind].extend(voted[kind])
    return {
        kind: _refit(f"words, {kind}s", examples[kind], current.text[kind], TEXT_FEATURES, errors, votes=voted[kind])
        if sum(examples[kind].right) >= 20
        else current.text[kind]
        for kind in KINDS
    }


def _refit(
    name: str,
    examples: _Examples,
    current: Logistic,
    features: Sequence[str],
    errors: dict[str, tuple[float, float]],
    *,
    prior: Mapping[str, float] | None = None,
    ridge: float = 1.0,
    votes: _Examples | None = None,
) -> Logistic:
    """A model fitted on one half and compared on the other; on the ``votes`` among the examples also by themselves."""
    rows, right = examples.part(held_back=False)
    candidate = fit(rows, right, features, prior=prior, ridge=ridge)
    for part, some in ((name, examples), (f"{name}, votes alone", votes)):
        if some is not None and len(some.part(held_back=True)[0]) >= (1 if some is examples else ENOUGH_VOTES // 2):
            errors[part] = (some.error(current, held_back=True), some.error(candidate, held_back=True))
    return fit(examples.features, examples.right, features, prior=prior, ridge=ridge)


def draw(report: EvaluationReport, path: Path) -> None:
    """Reliability (is 70 % right in 70 % of cases?) and abstention (what silence buys) as a PNG."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    confidence = np.array([min(1.0, s.top) for s in report.scored])
    right = np.array([s.right_within(1) for s in report.scored])
    figure, (left, middle) = pyplot.subplots(1, 2, figsize=(11, 4.6))
    bins = np.minimum((confidence * 10).astype(int), 9)
    for number in np.unique(bins):
        inside = bins == number
        left.bar((number + 0.5) / 10, right[inside].mean(), width=0.09, color="#4477aa")
        left.annotate(str(inside.sum()), ((number + 0.5) / 10, right[inside].mean()), ha="center", va="bottom")
    left.plot([0, 1], [0, 1], color="#888888", linestyle=":")
    left.set(xlabel="confidence", ylabel="share that is right", title=f"Reliability, ECE {report.ece:.3f}")
    thresholds = np.linspace(0, 1, 201)
    answered = [(confidence >= t).mean() for t in thresholds]
    precise = [right[confidence >= t].mean() if (confidence >= t).any() else 1.0 for t in thresholds]
    middle.plot(answered, precise, color="#aa3377")
    chosen = int(report.threshold * 200)
    middle.plot(answered[chosen], precise[chosen], "o", color="#aa3377")
    middle.annotate(
        f"threshold {report.threshold:.2f}",
        (answered[chosen], precise[chosen]),
        xytext=(6, -14),
        textcoords="offset points",
    )
    middle.set(xlabel="share of pictures answered", ylabel="share of answers that are right", title="Abstention")
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
