"""Measuring on labelled pictures: recall, false alarms, calibration, time."""

from __future__ import annotations

import csv
import re
import resource
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

import numpy as np

from knowledge.entry.model import Entry, EntryId
from knowledge.reading import EncoderId, Reading
from knowledge.search.calibration import expected_calibration_error
from knowledge.search.searcher import Match
from knowledge.store.base import KnowledgeBase
from memebot.app import App, Progress, open_app, open_vision
from memebot.database import open_database
from memebot.settings import Settings

Channels = Literal["image", "visual", "all"]
FALSE_ALARMS = 0.01


class LabelsError(Exception):
    """A labels file cannot be used; the message names the file and line."""


@dataclass(frozen=True, slots=True)
class LabelledPicture:
    """A row of labels.csv. ``labels`` is empty for a distractor."""

    path: Path
    labels: tuple[str, ...]
    kind: str


def csv_rows(file: Path, needs: str) -> list[tuple[int, dict[str, str]]]:
    """(line, cells by column) of a CSV file, without the spaces around them; an absent cell is "".

    ``needs``: its columns as one tells them, the first of which must be there. Raises ``LabelsError``, also for a
    column whose name is nearly one of those.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened, restval="")
            rows = [(reader.line_num, _stripped(row)) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        why = (error.strerror or str(error)).lower() if isinstance(error, OSError) else str(error)
        raise LabelsError(f"{file}: {why}; it needs the columns {needs}") from error
    key = needs.partition("[")[0].split(",")[0]
    if not rows or key not in rows[0][1]:
        raise LabelsError(f"{file}: no rows, or no column `{key}`; it needs the columns {needs}")
    columns = re.findall(r"\w+", needs)
    for name in rows[0][1]:
        close = get_close_matches(name.lower(), columns, 1, 0.8)
        if name not in columns and close and close[0] not in rows[0][1]:
            raise LabelsError(f"{file}: no column `{close[0]}`, but one called `{name}`")
    return rows


def _stripped(row: Mapping[str | None, object]) -> dict[str, str]:
    return {(name or "").strip(): str(cell or "").strip() for name, cell in row.items()}


def ids_in(cell: str) -> tuple[str, ...]:
    """What stands in a cell, joined by ``|``."""
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def read_labels(folder: Path) -> list[LabelledPicture]:
    """The rows of ``folder/labels.csv``; raises ``LabelsError``."""
    return [
        LabelledPicture(
            folder / row["path"],
            ids_in(row.get("label", "")),
            row.get("kind", "").strip() or ("labelled" if row.get("label") else "distractor"),
        )
        for _, row in csv_rows(folder / "labels.csv", "path,label[,kind]")
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
    with open_labelled(settings, rows, progress) as (app, queries):
        return _measure(app, queries, channels, progress)


@contextmanager
def open_labelled(
    settings: Settings, rows: Sequence[LabelledPicture], progress: Progress | None
) -> Iterator[tuple[App, list[LabelledPicture]]]:
    """The app over the settings' base or, where there are templates, over a temporary base of those."""
    templates = [row for row in rows if row.kind == "template"]
    if not templates:
        with open_app(settings, progress=progress) as app:
            _check_labels(rows, {entry.id for entry in app.kb.entries.all()})
            yield app, list(rows)
        return
    ids: dict[str, EntryId] = {}
    for row in templates:
        ids.setdefault(row.labels[0], EntryId(f"template-{len(ids):05d}"))
    others = (row for row in rows if row.kind != "template")
    queries = [replace(row, labels=tuple(ids.get(label, label) for label in row.labels)) for row in others]
    with (
        tempfile.TemporaryDirectory(prefix="memebot-eval-") as folder,
        closing(open_database(Path(folder) / "eval.sqlite3")) as database,
    ):
        kb = KnowledgeBase(database)
        _add_templates(kb, templates, ids)
        with open_vision(kb, settings, progress=progress) as app:
            yield app, queries


def _check_labels(rows: Sequence[LabelledPicture], known: Collection[str]) -> None:
    """Raises ``LabelsError`` for a label that is no entry: the picture could never be answered rightly."""
    for row in rows:
        for label in row.labels:
            if label not in known:
                close = get_close_matches(label, known, 1, 0.6)
                raise LabelsError(
                    f"{row.path}: no entry is called `{label}`{f': do you mean `{close[0]}`?' if close else ''}"
                )


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
        made = Entry(id=entry, kind="format", title=title, text=title, exemplars=tuple(pictures[entry]))
        kb.changes.save(made, author="evaluation", now=now)


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
    return _report(scored, unreadable, app.encoder.id, app.explainer.threshold)


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
            share(s.right_within(1) for s in group),
            share(s.right_within(5) for s in group),
            share(s.right_within(1) and s.top > alarm_threshold for s in group),
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


def share(flags: Iterator[bool]) -> float:
    values = list(flags)
    return sum(values) / len(values) if values else 0.0


def _percentiles(values: Sequence[float]) -> tuple[float, float]:
    return float(np.percentile(values, 50)), float(np.percentile(values, 95))


def peak_memory_mb() -> float:
    """Peak resident memory of this process in MB (getrusage gives kilobytes on Linux, bytes on macOS)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


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
    point = (answered[chosen], precise[chosen])
    middle.annotate(f"threshold {report.threshold:.2f}", point, xytext=(6, -14), textcoords="offset points")
    middle.set(xlabel="share of pictures answered", ylabel="share of answers that are right", title="Abstention")
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
