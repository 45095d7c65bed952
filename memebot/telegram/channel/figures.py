"""``/stats`` and ``/prize``: figures for the team, as text and as pictures ready to post."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from memebot import i18n
from memebot.channel import words
from memebot.channel.posts.captions import plain
from memebot.channel.reports import Prize, QueueReport, Reports
from memebot.drafting.budget import Cost
from memebot.i18n import Texts
from memebot.telegram.channel import readers
from memebot.telegram.editors.chat import Editors
from memebot.telegram.moderators.members import Members, TeamMember
from memebot.telegram.subscribers.conversation import Conversation
from memebot.telegram.transport.delivery import Destination
from memebot.telegram.ui.render import escaped
from moderation.stats import Stats

DAYS = 30
MOST_DAYS = 730
PRIZE_LINES = 10


def build_figures_router() -> Router:
    """Handlers of figures, for the team."""
    router = Router(name="figures")
    router.message.register(_stats, Command("stats"), TeamMember())
    router.message.register(_prize, Command("prize"), TeamMember())
    return router


async def _stats(
    message: Message,
    command: CommandObject,
    by: int,
    members: Members,
    conversation: Conversation,
    reports: Reports,
    editors: Editors,
    texts: Texts,
) -> None:
    """``/stats 90``: of so many days."""
    report = await conversation.db.run(reports.queue, by, _days(command.args or ""))
    names = {person: plain(name) for person, name in (await members.names.of(report.admins, texts)).items()}
    place = Destination.of(message)
    costs = await conversation.db.run(editors.editing.machine.costs, report.days)
    await conversation.delivery.send(place, "\n".join([stats_html(report, names, texts), *drafts_html(costs, texts)]))
    pictures = [await conversation.pictures.inference.run(draw) for draw in plots_of(report, names, texts)]
    await conversation.delivery.send_pictures(place, pictures)


def _days(typed: str) -> int:
    number = int(typed.strip()) if re.fullmatch(r"\d{1,5}", typed.strip()) else 0
    return min(number, MOST_DAYS) or DAYS


def stats_html(report: QueueReport, names: Mapping[int, str], texts: Texts) -> str:
    """The figures as HTML; ``names`` are HTML."""
    stats = report.stats
    oldest = "" if stats.oldest_pending is None else i18n.age(stats.oldest_pending, report.now, texts)
    lines = [
        texts("stats-title", days=report.days),
        texts("stats-now", pending=stats.pending, planned=stats.planned, held=stats.held, unknown=stats.unresolved),
        texts("stats-oldest", age=oldest) if oldest else "",
        texts("stats-done", submitted=stats.submitted, published=stats.published, rejected=stats.rejected),
        *_by_channel(report, texts),
        *_waits(stats, texts),
        *_by_admin(stats, names, texts),
    ]
    return "\n".join(line for line in lines if line)


def drafts_html(costs: Sequence[Cost], texts: Texts) -> list[str]:
    """What drafts by a model have cost, in all, on a day with any, and today; nothing where none were asked for."""
    requests, tokens = sum(c.requests for c in costs), sum(c.tokens for c in costs)
    days = sum(1 for c in costs if c.requests)
    if not requests:
        return []
    today = costs[-1]
    return [
        texts("stats-drafts", requests=requests, tokens=tokens),
        texts("stats-drafts-day", requests=round(requests / days), tokens=round(tokens / days)),
        texts("stats-drafts-today", requests=today.requests, tokens=today.tokens),
    ]


def _by_channel(report: QueueReport, texts: Texts) -> list[str]:
    return [
        texts(
            "stats-channel",
            channel=words.channel(one.channel, report.languages, texts),
            posts=one.posts,
            planned=one.planned,
            held=one.held,
            reactions=one.reactions,
        )
        for one in report.channels
    ]


def _waits(stats: Stats, texts: Texts) -> list[str]:
    """How long authors waited and how many were taken, if any were decided."""
    if stats.acceptance is None or stats.median_wait is None or stats.p90_wait is None:
        return []
    median, most = (i18n.span(wait.total_seconds(), texts) for wait in (stats.median_wait, stats.p90_wait))
    return [
        texts("stats-waits", median=median, most=most),
        texts("stats-accepted", share=round(100 * stats.acceptance)),
    ]


def _by_admin(stats: Stats, names: Mapping[int, str], texts: Texts) -> list[str]:
    total = sum(stats.decided.values())
    return [
        texts("stats-admin", name=names.get(person, str(person)), count=count, share=round(100 * count / total))
        for person, count in stats.decided.items()
    ]


def plots_of(report: QueueReport, names: Mapping[int, str], texts: Texts) -> list[Callable[[], bytes]]:
    """What draws the pictures; of what there is nothing of, there is no picture."""
    from memebot import plots

    drawings: list[Callable[[], bytes]] = []
    if any(moment.waiting for moment in report.history):
        points = [plots.QueuePoint(m.at, m.waiting, _hours(m.oldest, m.at)) for m in report.history]
        queue = plots.Labels(texts("plot-queue"), names=(texts("plot-waiting"), texts("plot-oldest")))
        drawings.append(lambda: plots.png(plots.queue_over_time(points, labels=queue, zone=report.zone)))
    parts = (texts("plot-approved"), texts("plot-rejected"))
    if report.admins:
        admins = [plots.Counts(names.get(p, str(p)), (c.approved, c.rejected)) for p, c in report.admins.items()]
        deciding = plots.Labels(texts("plot-decisions"), parts)
        drawings.append(lambda: plots.png(plots.decisions(admins, labels=deciding)))
    if len(report.weeks) > 1:
        periods = [plots.Counts(week.date(), (c.approved, c.rejected)) for week, c in report.weeks]
        labels = plots.Labels(texts("plot-acceptance"), parts, (texts("plot-rate"), ""))
        drawings.append(lambda: plots.png(plots.acceptance(periods, labels=labels)))
    return drawings


def _hours(oldest: datetime | None, at: datetime) -> float:
    return 0.0 if oldest is None else (at - oldest).total_seconds() / 3600


async def _prize(
    message: Message, command: CommandObject, by: int, conversation: Conversation, reports: Reports, texts: Texts
) -> None:
    """``/prize 2026``: the best proposals of a year, as a picture with its list."""
    year = re.fullmatch(r"2\d{3}", (command.args or "").strip())
    prize = await conversation.db.run(reports.prize, by, int(year[0]) if year else None)
    place = Destination.of(message)
    if not prize.posts:
        await conversation.delivery.send(place, texts("prize-none", year=str(prize.year)))
        return
    picture = await conversation.pictures.inference.run(partial(_draw_prize, prize, texts))
    await conversation.delivery.send_pictures(place, [picture])
    await conversation.delivery.send(place, prize_html(prize, texts))


def _draw_prize(prize: Prize, texts: Texts) -> bytes:
    from memebot import plots

    bars = [
        plots.Bar(readers.title(ranked, prize.zone, texts), ranked.post.reactions, readers.author_name(ranked))
        for ranked in prize.posts
    ]
    return plots.png(plots.prize(bars, title=_title(prize, texts)))


def prize_html(prize: Prize, texts: Texts) -> str:
    """The best posts and authors as a list."""
    posts = readers.lines(prize.posts[:PRIZE_LINES], prize.zone, texts)
    return "\n".join([f"<b>{_title(prize, texts)}</b>", "", *posts, *_authors(prize, texts)])


def _title(prize: Prize, texts: Texts) -> str:
    return texts("prize-title", year=str(prize.year))


def _authors(prize: Prize, texts: Texts) -> list[str]:
    lines = [
        texts(
            "prize-author",
            place=number,
            name=escaped(author.name) or str(author.author_id),
            posts=author.posts,
            count=author.reactions,
        )
        for number, author in enumerate(prize.authors, 1)
    ]
    return ["", texts("prize-authors"), *lines] if lines else []
