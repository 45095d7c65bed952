"""Figures for readers and for the team: the posts that were liked most, how the queue is doing, the best of a year."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from moderation.model import Post, Submission
from moderation.stats import AuthorFigures, DecisionCounts, QueueMoment, Stats
from moderation.stores import Moderation

Period = Literal["week", "month", "year"]

PERIODS: Mapping[Period, timedelta] = {"week": timedelta(7), "month": timedelta(30), "year": timedelta(365)}
TOP_POSTS = 10
PRIZE_POSTS = 15
HISTORY_POINTS = 60


@dataclass(frozen=True, slots=True)
class RankedPost:
    """A post by its reactions; ``submission`` None: an admin posted it by hand."""

    post: Post
    submission: Submission | None


@dataclass(frozen=True, slots=True)
class TopPosts:
    """The posts of a period with the most reactions; times are shown in ``zone``."""

    period: Period
    posts: tuple[RankedPost, ...]
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class QueueReport:
    """How the queue is doing: figures of these days, and what plots are drawn from."""

    stats: Stats
    days: int
    history: tuple[QueueMoment, ...]
    admins: Mapping[int, DecisionCounts]
    weeks: tuple[tuple[datetime, DecisionCounts], ...]
    zone: ZoneInfo
    now: datetime


@dataclass(frozen=True, slots=True)
class Prize:
    """The best posts and authors of a year."""

    year: int
    posts: tuple[RankedPost, ...]
    authors: tuple[AuthorFigures, ...]
    zone: ZoneInfo


class Reports:
    """One instance a bot; every method runs on the database's thread."""

    def __init__(self, stores: Moderation, *, clock: Callable[[], datetime]) -> None:
        self._stores, self._clock = stores, clock

    def top(self, period: Period) -> TopPosts:
        """The posts of this period, up to now."""
        now = self._clock()
        return TopPosts(period, self._ranked(now - PERIODS[period], now, TOP_POSTS), self._zone())

    def prize(self, by: int, year: int | None = None) -> Prize:
        """The best of a year, of the present one by default. Raises ``NotAllowed``."""
        self._stores.people.need(by, "stats")
        zone = self._zone()
        chosen = year or self._clock().astimezone(zone).year
        begin, end = (datetime(y, 1, 1, tzinfo=zone) for y in (chosen, chosen + 1))
        authors = self._stores.figures.authors(begin, end)
        return Prize(chosen, self._ranked(begin, end, PRIZE_POSTS), tuple(authors), zone)

    def queue(self, by: int, days: int) -> QueueReport:
        """How the queue has been doing in these days. Raises ``NotAllowed``."""
        self._stores.people.need(by, "stats")
        now, zone, figures = self._clock(), self._zone(), self._stores.figures
        since = now - timedelta(days=days)
        weeks = figures.by_week(since, now).items()
        return QueueReport(
            stats=figures.stats(since, now),
            days=days,
            history=tuple(
                figures.history([since + (now - since) * n / HISTORY_POINTS for n in range(HISTORY_POINTS + 1)])
            ),
            admins=figures.by_admin(since, now),
            weeks=tuple((datetime.combine(monday, time(), zone), counts) for monday, counts in weeks),
            zone=zone,
            now=now,
        )

    def queue_since_begin(self, by: int) -> QueueReport:
        """The same since the first submission came. Raises ``NotAllowed``."""
        self._stores.people.need(by, "stats")
        begin, now = self._stores.figures.begin(), self._clock()
        return self.queue(by, 1 if begin is None else (now - begin).days + 1)

    def _ranked(self, begin: datetime, end: datetime, limit: int) -> tuple[RankedPost, ...]:
        return tuple(RankedPost(*row) for row in self._stores.posts.top(begin, end, limit=limit))

    def _zone(self) -> ZoneInfo:
        return self._stores.community.schedule().zone
