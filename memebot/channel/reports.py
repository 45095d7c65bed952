"""Figures for readers and for the team: the posts that were liked most, how the queue is doing, the best of a year."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from moderation.model import ChannelName, Lang, Post, Submission
from moderation.stats import AuthorFigures, ChannelFigures, DecisionCounts, QueueMoment, Stats
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
    """How the queue is doing: figures of these days, and what plots are drawn from.

    ``channels``: of each, where there are two, with their ``languages``.
    """

    stats: Stats
    days: int
    history: tuple[QueueMoment, ...]
    admins: Mapping[int, DecisionCounts]
    weeks: tuple[tuple[datetime, DecisionCounts], ...]
    zone: ZoneInfo
    now: datetime
    channels: tuple[ChannelFigures, ...] = ()
    languages: Mapping[ChannelName, Lang] = field(default_factory=dict)


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

    def top(self, period: Period, lang: Lang | None = None) -> TopPosts:
        """The posts of this period, up to now; ``lang``: of the channel in a reader's language, where each has one."""
        now, languages = self._clock(), self._stores.languages()
        theirs = [channel for channel, one in languages.items() if one == lang]
        channel = theirs[0] if len(theirs) == 1 and len(languages) > 1 else None
        posts = self._stores.posts.top(now - PERIODS[period], now, limit=TOP_POSTS, channel=channel)
        return TopPosts(period, tuple(RankedPost(*row) for row in posts), self._zone())

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
        weeks, channels = figures.by_week(since, now).items(), self._stores.channels
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
            channels=figures.by_channel(channels, since, now) if len(channels) > 1 else (),
            languages=self._stores.languages(),
        )

    def queue_since_begin(self, by: int) -> QueueReport:
        """The same since the first submission came. Raises ``NotAllowed``."""
        self._stores.people.need(by, "stats")
        begin, now = self._stores.figures.begin(), self._clock()
        return self.queue(by, 1 if begin is None else (now - begin).days + 1)

    def _ranked(self, begin: datetime, end: datetime, limit: int) -> tuple[RankedPost, ...]:
        """The best of all channels: what was posted in two of them, with the reactions of both."""
        found: dict[object, RankedPost] = {}
        for post, submission in self._stores.posts.top(begin, end, limit=2 * limit):
            key = (post.chat_id, post.message_id) if submission is None else submission.id
            both = found[key].post.reactions + post.reactions if key in found else post.reactions
            found[key] = RankedPost(replace(found[key].post if key in found else post, reactions=both), submission)
        return tuple(sorted(found.values(), key=lambda one: -one.post.reactions)[:limit])

    def _zone(self) -> ZoneInfo:
        return self._stores.community.schedule().zone
