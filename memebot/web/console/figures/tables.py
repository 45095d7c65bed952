"""What the reports say, as tables: each with its words, its numbers, and the plot that shows them best."""

from __future__ import annotations

import csv
import io
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Literal

from memebot.channel import words
from memebot.channel.reports import QueueReport
from memebot.drafting.budget import Cost
from memebot.editing.editing import BaseFigures
from memebot.editing.report import AnswerCounts, VoteCounts
from memebot.i18n import Texts
from moderation.stats import DecisionCounts

Chart = Literal["lines", "bars", "rows"]
"""Panels of lines over time, stacked columns over time, stacked bars with a name each."""
NAMED = 20
"""So many people, entries or words are shown; a CSV has them all."""
_WAITS = (1.0, 6.0, 24.0, 72.0)
"""Hours between which waits are counted."""


@dataclass(frozen=True, slots=True)
class FigureTable:
    """One figure. ``columns``: what its numbers are; the first names the rows. ``rows``: a name and its numbers.

    ``chart``: how it is drawn, if at all, from the first ``drawn`` columns of numbers.
    """

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, *tuple[float, ...]], ...]
    chart: Chart | None = None
    drawn: int = 9

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return not any(any(numbers) for _, *numbers in self.rows)


def to_csv(table: FigureTable, *, bom: bool) -> bytes:
    """The table as CSV in UTF-8, with commas; ``bom``: with the mark by which some spreadsheets know UTF-8.

    A text that a spreadsheet would take for a formula begins with an apostrophe.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(map(_cell, table.columns))
    writer.writerows([_cell(name), *map(_number, numbers)] for name, *numbers in table.rows)
    return out.getvalue().encode("utf-8-sig" if bom else "utf-8")


def _cell(text: str) -> str:
    return (
        f"'{text}" if text.lstrip().startswith(("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")) else text
    )


def _number(number: float) -> str:
    return f"{number:.10g}"


# --- the queue


def queue_tables(report: QueueReport, names: Mapping[int, str], texts: Texts) -> list[FigureTable]:
    """How the queue has been doing; ``names``: of those who decided, plain."""
    stamp = "%d.%m %H:%M" if report.days <= 60 else "%d.%m.%Y"
    approved, rejected = texts("plot-approved"), texts("plot-rejected")
    counts = approved, rejected, texts("console-figures-share")
    return [
        FigureTable(
            "queue",
            texts("plot-queue"),
            (texts("console-figures-time"), texts("plot-waiting"), texts("plot-oldest")),
            tuple(
                (
                    f"{moment.at.astimezone(report.zone):{stamp}}",
                    moment.waiting,
                    0.0 if moment.oldest is None else round((moment.at - moment.oldest).total_seconds() / 3600, 1),
                )
                for moment in report.history
            ),
            "lines",
        ),
        *_channels(report, texts),
        FigureTable(
            "days",
            texts("console-figures-days"),
            (texts("console-figures-day"), texts("console-figures-came"), texts("console-figures-decided")),
            _days(report),
            "lines",
        ),
        FigureTable(
            "waits",
            texts("console-figures-waits"),
            (texts("console-figures-wait"), texts("console-figures-verdicts")),
            _waits(report.stats.waits_h, texts),
            "rows",
        ),
        FigureTable(
            "people",
            texts("plot-decisions"),
            (texts("console-figures-who"), *counts),
            tuple((names.get(person, str(person)), *_shares(c)) for person, c in report.admins.items()),
            "rows",
            2,
        ),
        FigureTable(
            "weeks",
            texts("plot-acceptance"),
            (texts("console-figures-week"), approved, rejected, texts("console-figures-share")),
            tuple((f"{week:%d.%m.%Y}", *_shares(c)) for week, c in report.weeks),
            "bars",
            2,
        ),
    ]


def _channels(report: QueueReport, texts: Texts) -> list[FigureTable]:
    """Of each channel, where there are two."""
    if not report.channels:
        return []
    names = ("channel", "posts", "planned", "held", "reactions")
    rows = (
        (words.channel(one.channel, report.languages, texts), one.posts, one.planned, one.held, one.reactions)
        for one in report.channels
    )
    heads = tuple(texts(f"console-figures-of-{name}") for name in names)
    return [FigureTable("channels", texts("console-settings-group-channels"), heads, tuple(rows), "rows", 4)]


def _days(report: QueueReport) -> tuple[tuple[str, int, int], ...]:
    """Every day of UTC, also those on which nothing happened."""
    counts = {day: numbers for day, *numbers in report.stats.days}
    last = report.now.astimezone(UTC).date()
    days = [(last - timedelta(days=back)).isoformat() for back in range(report.days, -1, -1)]
    return tuple((day, *counts.get(day, (0, 0))) for day in days)


def _shares(counts: DecisionCounts) -> tuple[float, ...]:
    total = counts.approved + counts.rejected
    return counts.approved, counts.rejected, round(100 * counts.approved / total) if total else 0


def _waits(hours: Sequence[float], texts: Texts) -> tuple[tuple[str, float], ...]:
    """How many verdicts took less than an hour, up to six, up to a day, up to three, and longer.

    ``hours`` are sorted.
    """
    ends = [bisect_left(hours, limit) for limit in _WAITS] + [len(hours)]
    counts = [end - begin for begin, end in zip([0, *ends], ends, strict=False)]
    return tuple((texts(f"console-figures-wait-{n}"), count) for n, count in enumerate(counts, 1))


# --- the base


def base_tables(found: BaseFigures, texts: Texts) -> list[FigureTable]:
    """How people's questions were answered, and what they thought of it."""
    report, votes = found.report, (texts("console-figures-good"), texts("console-figures-bad"))

    def title(entry_id: str) -> str:
        return next((t[texts.lang] for e, t in found.titles.items() if e == entry_id), entry_id)

    parts = texts("report-explained"), texts("report-composed"), texts("report-unknown")
    answers = texts("console-figures-answers")
    return [
        FigureTable(
            "answers",
            texts("console-figures-pictures"),
            (texts("console-figures-day"), *parts),
            tuple((day.start.isoformat(), day.explained, day.composed, day.unknown) for day in report.days),
            "bars",
        ),
        FigureTable(
            "coverage",
            texts("console-figures-coverage"),
            (texts("console-figures-week"), texts("console-figures-share-explained"), texts("console-figures-memes")),
            tuple((f"{week.start:%d.%m.%Y}", round(100 * week.coverage), _total(week)) for week in report.weeks),
            "lines",
            1,
        ),
        FigureTable(
            "entries",
            texts("console-figures-disappointing"),
            (texts("console-figures-entry"), *votes, answers),
            tuple((title(one.name), *_votes(one)) for one in report.disappointing),
            "rows",
            2,
        ),
        FigureTable(
            "evidence",
            texts("console-figures-evidence"),
            (texts("console-figures-channel"), *votes, answers),
            tuple((texts(f"console-figures-by-{one.name}"), *_votes(one)) for one in report.channels),
            "rows",
            2,
        ),
        FigureTable(
            "confused",
            texts("console-figures-confused"),
            (texts("console-figures-pair"), texts("console-figures-times")),
            tuple((f"{title(pair.told)} → {title(pair.second)}", pair.times) for pair in report.confused),
            "rows",
        ),
        FigureTable(
            "words",
            texts("console-figures-words"),
            (texts("console-figures-word"), texts("console-figures-people")),
            tuple((word.word, word.people) for word in report.asked),
            "rows",
        ),
    ]


def _total(counts: AnswerCounts) -> int:
    return counts.explained + counts.composed + counts.unknown


def _votes(counts: VoteCounts) -> tuple[float, ...]:
    return counts.good, counts.bad, counts.answers


def draft_table(costs: Sequence[Cost], texts: Texts) -> FigureTable:
    """What drafts by a model have cost, by day."""
    return FigureTable(
        "drafts",
        texts("console-figures-drafts"),
        (
            texts("console-figures-day"),
            texts("console-figures-requests"),
            texts("console-figures-tokens"),
            texts("console-figures-failed"),
        ),
        tuple((cost.day, cost.requests, cost.tokens, cost.failed) for cost in costs),
        "lines",
        2,
    )
