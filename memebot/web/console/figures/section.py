"""The page of figures and its downloads; every number is ``Reports``'s and ``Editing``'s."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from aiohttp import web
from markupsafe import Markup

from memebot import i18n
from memebot.channel.reports import QueueReport
from memebot.drafting.budget import Cost
from memebot.editing.editing import BaseFigures
from memebot.i18n import Texts
from memebot.web.console.figures.charts import chart, legend, number_text
from memebot.web.console.figures.tables import NAMED, FigureTable, base_tables, draft_table, queue_tables, to_csv
from memebot.web.console.pages import ConsolePages
from memebot.web.console.parts import ConsoleParts, ConsoleRequest, ConsoleRoute, Refusal
from memebot.web.errors import RequestRefused

FigurePeriod = Literal["week", "month", "all"]
WEEKS: Mapping[FigurePeriod, int] = {"week": 1, "month": 4, "all": 13}
"""So many weeks of answers; they are kept for about as long as ``all``."""
DAYS: Mapping[FigurePeriod, int] = {"week": 7, "month": 30}


@dataclass(frozen=True, slots=True)
class FigureView:
    """A figure as the page shows it."""

    table: FigureTable
    plot: Markup | None
    legend: Sequence[str]
    more: int


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """All that the page shows of a period."""

    queue: QueueReport
    base: BaseFigures
    costs: Sequence[Cost]
    names: Mapping[int, str]

    def queue_tables(self, texts: Texts) -> list[FigureTable]:
        """How the queue is doing."""
        return queue_tables(self.queue, self.names, texts)

    def base_tables(self, texts: Texts) -> list[FigureTable]:
        """What people make of the base; what drafts cost, where any were asked for."""
        drafts = [draft_table(self.costs, texts)] if any(cost.requests for cost in self.costs) else []
        return [*base_tables(self.base, texts), *drafts]


class FiguresSection:
    """Shows figures and gives them out as files."""

    def __init__(self, parts: ConsoleParts, pages: ConsolePages) -> None:
        self._parts, self._pages = parts, pages

    def routes(self) -> Sequence[ConsoleRoute]:
        """All its routes."""
        return (
            ConsoleRoute("GET", "/figures", "stats", self._show),
            ConsoleRoute("GET", "/figures/{name:\\w+}.csv", "stats", self._download),
        )

    async def refusal(self, error: Exception, ask: ConsoleRequest) -> Refusal | None:
        """Its use cases raise nothing that is not known to all."""
        return None

    async def _show(self, ask: ConsoleRequest) -> web.StreamResponse:
        period, texts = _period(ask), ask.texts
        found = await self._figures(ask, period)
        return self._pages.page(
            "console/figures.html",
            ask,
            period=period,
            periods=get_args(FigurePeriod),
            now=_now_facts(found.queue, texts),
            done=_done_facts(found, texts),
            parts=[
                ("queue", [_view(table) for table in found.queue_tables(texts)]),
                ("base", [_view(table) for table in found.base_tables(texts)]),
            ],
            number=number_text,
            named=NAMED,
        )

    async def _download(self, ask: ConsoleRequest) -> web.StreamResponse:
        period, name = _period(ask), ask.request.match_info["name"]
        found = await self._figures(ask, period)
        tables = [*found.queue_tables(ask.texts), *found.base_tables(ask.texts)]
        table = next((table for table in tables if table.key == name), None)
        if table is None:
            raise RequestRefused(404, "console-no-page")
        return web.Response(
            body=to_csv(table, bom="bom" in ask.request.query),
            content_type="text/csv",
            charset="utf-8",
            headers={"Content-Disposition": f'attachment; filename="memebot-{name}-{period}.csv"'},
        )

    async def _figures(self, ask: ConsoleRequest, period: FigurePeriod) -> PeriodFigures:
        run, cases = self._parts.db.run, self._parts.cases
        days = DAYS.get(period)
        if days is None:
            queue = await run(cases.reports.queue_since_begin, ask.by)
        else:
            queue = await run(cases.reports.queue, ask.by, days)
        base = await run(cases.editing.figures, ask.by, WEEKS[period])
        costs = await run(cases.editing.machine.costs, min(queue.days, 7 * WEEKS["all"]))
        names = await self._parts.names(queue.admins, ask.texts)
        return PeriodFigures(queue, base, costs, {person: name.striptags() for person, name in names.items()})


def _period(ask: ConsoleRequest) -> FigurePeriod:
    asked = ask.request.query.get("period", "")
    return next((period for period in get_args(FigurePeriod) if period == asked), "month")


def _view(table: FigureTable) -> FigureView:
    return FigureView(table, chart(table), legend(table), max(0, len(table.rows) - NAMED))


def _now_facts(report: QueueReport, texts: Texts) -> list[tuple[str, str]]:
    """How the queue is at this moment."""
    stats, oldest = report.stats, report.stats.oldest_pending
    age = "–" if oldest is None else i18n.span((report.now - oldest).total_seconds(), texts)
    facts = [
        ("pending", number_text(stats.pending)),
        ("oldest", age),
        ("planned", number_text(stats.planned)),
        ("held", number_text(stats.held)),
    ]
    if stats.unresolved:
        facts.append(("unresolved", number_text(stats.unresolved)))
    return [(texts(f"console-figures-{name}"), value) for name, value in facts]


def _done_facts(found: PeriodFigures, texts: Texts) -> list[tuple[str, str]]:
    """What has happened in the period."""
    stats, report = found.queue.stats, found.base.report
    facts = [
        ("submitted", number_text(stats.submitted)),
        ("published", number_text(stats.published)),
        ("not-taken", number_text(stats.rejected)),
    ]
    if stats.acceptance is not None and stats.median_wait is not None and stats.p90_wait is not None:
        median, most = (i18n.span(wait.total_seconds(), texts) for wait in (stats.median_wait, stats.p90_wait))
        facts += [("accepted", f"{round(100 * stats.acceptance)} %"), ("median", median), ("most", most)]
    if report.pictures:
        facts += [("asked", number_text(report.pictures)), ("explained", f"{round(100 * report.coverage)} %")]
    return [(texts(f"console-figures-{name}"), value) for name, value in facts]
