"""``/stats`` and ``/prize``: figures for the team, as text and as pictures ready to post."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from memebot.channel.publishing import Prize, Publishing, QueueReport
from memebot.telegram.channel import readers
from memebot.telegram.moderators import dates
from memebot.telegram.moderators.cards import CardBoard
from memebot.telegram.moderators.filters import TeamMember
from memebot.telegram.subscribers.conversation import Conversation
from memebot.telegram.transport.delivery import Destination
from memebot.telegram.ui.render import plain

if TYPE_CHECKING:
    from memebot.i18n import Texts

DAYS = 30
MOST_DAYS = 730
PRIZE_LINES = 10


def build_figures_router() -> Router:
    """Handlers of figures, for the team."""
    router = Router(name="figures")
    staff = TeamMember()
    router.message.register(_stats, Command("stats"), staff)
    router.message.register(_prize, Command("prize"), staff)
    return router


async def _stats(
    message: Message,
    command: CommandObject,
    by: int,
    board: CardBoard,
    conversation: Conversation,
    publishing: Publishing,
    texts: Texts,
) -> None:
    """``/stats 90``: of so many days."""
    said = (command.args or "").strip()
    days = min(int(said), MOST_DAYS) if said.isdecimal() and len(said) < 6 and int(said) else DAYS
    report = await publishing.report(by, days)
    names = {person: plain(name) for person, name in (await board.names.of(report.admins, texts)).items()}
    place = Destination.of(message)
    await conversation.delivery.send(place, stats(report, names, texts))
    drawings = plots_of(report, names, texts)
    pictures = [await conversation.answering.draw(draw) for draw in drawings]
    await conversation.delivery.send_pictures(place, pictures)


def stats(report: QueueReport, names: dict[int, str], texts: Texts) -> str:
    """The figures as HTML; ``names`` are HTML."""
    found = report.stats
    oldest = "" if found.oldest_pending is None else dates.age(found.oldest_pending, report.now, texts)
    lines = [
        texts("stats-title", days=report.days),
        texts("stats-now", pending=found.pending, planned=found.planned, held=found.held, unknown=found.unresolved),
        texts("stats-oldest", age=oldest) if oldest else "",
        texts("stats-done", submitted=found.submitted, published=found.published, rejected=found.rejected),
    ]
    if found.acceptance is not None and found.median_wait is not None and found.p90_wait is not None:
        median, most = (_span(wait.total_seconds(), texts) for wait in (found.median_wait, found.p90_wait))
        lines.append(texts("stats-waits", median=median, most=most))
        lines.append(texts("stats-accepted", share=round(100 * found.acceptance)))
    total = sum(found.decided.values())
    for person, count in found.decided.items():
        lines.append(
            texts("stats-admin", name=names.get(person, str(person)), count=count, share=round(100 * count / total))
        )
    return "\n".join(line for line in lines if line)


def _span(seconds: float, texts: Texts) -> str:
    if seconds < 5400:
        return texts("span-minutes", count=max(1, round(seconds / 60)))
    if seconds < 172_800:
        return texts("span-hours", count=round(seconds / 3600))
    return texts("span-days", count=round(seconds / 86_400))


def plots_of(report: QueueReport, names: dict[int, str], texts: Texts) -> list[Callable[[], bytes]]:
    """What draws the pictures; of what there is nothing of, there is no picture."""
    from memebot import plots

    drawings: list[Callable[[], bytes]] = []
    if any(moment.waiting for moment in report.history):
        points = [plots.QueuePoint(m.at, m.waiting, _hours(m.oldest, m.at)) for m in report.history]
        queue = plots.QueueLabels(texts("plot-queue"), texts("plot-waiting"), texts("plot-oldest"))
        drawings.append(lambda: plots.queue_over_time(points, labels=queue, zone=report.zone))
    if report.admins:
        shares = [plots.Share(names.get(p, str(p)), w.approved, w.rejected) for p, w in report.admins.items()]
        deciding = plots.DecisionLabels(texts("plot-decisions"), texts("plot-approved"), texts("plot-rejected"))
        drawings.append(lambda: plots.decisions(shares, labels=deciding))
    if len(report.weeks) > 1:
        periods = [plots.Period(week.date(), w.approved, w.rejected) for week, w in report.weeks]
        labels = plots.AcceptanceLabels(
            texts("plot-acceptance"), texts("plot-approved"), texts("plot-rejected"), texts("plot-rate")
        )
        drawings.append(lambda: plots.acceptance(periods, labels=labels))
    return drawings


def _hours(oldest: datetime | None, at: datetime) -> float:
    return 0.0 if oldest is None else (at - oldest).total_seconds() / 3600


async def _prize(
    message: Message,
    command: CommandObject,
    by: int,
    conversation: Conversation,
    publishing: Publishing,
    texts: Texts,
) -> None:
    """``/prize 2026``: the best proposals of a year, as a picture with its list."""
    said = (command.args or "").strip()
    year = int(said) if said.isdecimal() and len(said) == 4 and int(said) > 2000 else None
    found = await publishing.prize(by, year)
    place = Destination.of(message)
    if not found.posts:
        await conversation.delivery.send(place, texts("prize-none", year=str(found.year)))
        return
    zone = await publishing.zone()
    from memebot import plots

    bars = [plots.Bar(readers.title(one, zone, texts), one.post.reactions, readers.name(one)) for one in found.posts]
    title = texts("prize-title", year=str(found.year))
    picture = await conversation.answering.draw(lambda: plots.prize(bars, title=title))
    await conversation.delivery.send_pictures(place, [picture])
    ranked = readers.lines(found.posts[:PRIZE_LINES], zone, texts)
    await conversation.delivery.send(place, "\n".join([f"<b>{title}</b>", "", *ranked, *_authors(found, texts)]))


def _authors(found: Prize, texts: Texts) -> list[str]:
    lines = [
        texts(
            "prize-author",
            place=number,
            name=escape(plain(author.name) or str(author.author_id), quote=False),
            posts=author.posts,
            count=author.reactions,
        )
        for number, author in enumerate(found.authors, 1)
    ]
    return ["", texts("prize-authors"), *lines] if lines else []
