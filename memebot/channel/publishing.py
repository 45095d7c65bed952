"""The use cases around the channel: what is due and what became of it, the plan, readers' reactions, figures.

Each is one call on the database's thread and one transaction. Nothing here knows Telegram.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo

from memebot.database import DatabaseThread, writing
from moderation.alerts import Alert
from moderation.errors import AlreadyDecided, Stale, SubmissionNotFound
from moderation.model import Post, Submission, SubmissionId
from moderation.reposts import SightingRef
from moderation.stats import AuthorFigures, DecisionCounts, QueueMoment, Stats
from moderation.stores import Moderation

T = TypeVar("T")
Period = Literal["week", "month", "year"]

PERIODS: Mapping[Period, timedelta] = {"week": timedelta(7), "month": timedelta(30), "year": timedelta(365)}
PLAN_DAYS = 8
PLAN_MOST = 30
HISTORY_POINTS = 60


@dataclass(frozen=True, slots=True)
class Plan:
    """What is planned, what is held back, and the free slots between: as of ``now``."""

    planned: tuple[Submission, ...]
    held: tuple[Submission, ...]
    free: tuple[datetime, ...]
    zone: ZoneInfo
    now: datetime

    def of(self, number: int) -> Submission | None:
        """A planned or held submission."""
        return next((s for s in (*self.planned, *self.held) if s.id == number), None)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A post by its reactions; ``submission`` None: an admin posted it by hand."""

    post: Post
    submission: Submission | None


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
    posts: tuple[Ranked, ...]
    authors: tuple[AuthorFigures, ...]


class Publishing:
    """One instance a bot; used from its event loop."""

    def __init__(self, database: DatabaseThread, stores: Moderation, *, clock: Callable[[], datetime]) -> None:
        self._database, self._stores, self._clock = database, stores, clock

    async def _run(self, work: Callable[[], T]) -> T:
        return await self._database.run(work)

    async def _allowed(self, by: int, what: str, work: Callable[[], T]) -> T:
        """``work`` in one transaction, if this person may do ``what``. Raises ``NotAllowed``."""

        def checked() -> T:
            with writing(self._database.connection):
                self._stores.people.need(by, what)
                return work()

        return await self._database.run(checked)

    def now(self) -> datetime:
        """The present time."""
        return self._clock()

    async def may(self, user: int, what: str) -> bool:
        """Whether this person may do this."""
        return await self._run(lambda: self._stores.people.may(user, what))

    # --- the loop

    async def cut_off(self) -> list[Submission]:
        """What is marked as being sent while nothing is: nobody knows what became of it."""
        return await self._run(lambda: self._stores.posts.mark_all_unknown(now=self._clock()))

    async def due(self) -> list[Submission]:
        """What is to be posted now; what was missed is given new times first."""

        def work() -> list[Submission]:
            now = self._clock()
            self._stores.slots.spread_overdue(now=now)
            return self._stores.posts.due(now=now)

        return await self._run(work)

    async def begin(self, submission: Submission) -> Submission | None:
        """Before Telegram is called; None if it has changed meanwhile: then nothing may be sent."""
        try:
            return await self._run(
                lambda: self._stores.posts.begin_publishing(submission.id, submission.version, now=self._clock())
            )
        except (AlreadyDecided, Stale):
            return None

    async def published(
        self, submission: Submission, chat_id: int, messages: Sequence[int], link: str | None
    ) -> Submission:
        """Telegram has taken it: from now on it is found as that post."""

        def work() -> Submission:
            now = self._clock()
            with writing(self._stores.db):
                done = self._stores.posts.mark_published(
                    submission.id, chat_id=chat_id, message_ids=messages, link=link, now=now
                )
                self._is_post(done, chat_id, messages, link, now)
            return done

        return await self._run(work)

    def _is_post(
        self, submission: Submission, chat_id: int, messages: Sequence[int], link: str | None, now: datetime
    ) -> None:
        if messages:
            self._stores.reposts.published(submission.id, SightingRef.post(chat_id, messages[0], link), at=now)

    async def refused(self, submission: Submission, why: str, *, retry_in: timedelta | None = None) -> None:
        """Telegram has certainly not taken it; ``retry_in``: it asks for patience."""

        def work() -> None:
            now = self._clock()
            retry_at = None if retry_in is None else now + retry_in
            self._stores.posts.mark_refused(submission.id, why, now=now, retry_at=retry_at)

        await self._run(work)

    async def unknown(self, submission: Submission, why: str) -> None:
        """Nobody knows whether Telegram has taken it."""
        await self._run(lambda: self._stores.posts.mark_unknown(submission.id, now=self._clock(), why=why))

    # --- the plan

    async def plan(self) -> Plan:
        """What is planned and free."""

        def work() -> Plan:
            stores, now = self._stores, self._clock()
            zone = self._stores.community.schedule().zone
            until = now + timedelta(days=PLAN_DAYS)
            free = tuple(slot for slot in stores.slots.free(now, PLAN_MOST) if slot < until)
            return Plan(
                tuple(stores.slots.planned(limit=PLAN_MOST)), tuple(stores.slots.held(limit=10)), free, zone, now
            )

        return await self._run(work)

    async def move(self, number: SubmissionId, slot: datetime | None, by: int, version: int) -> Submission:
        """Plan for another time, or hold back. Raises ``NotAllowed`` and what ``Slots.move`` does."""
        return await self._allowed(
            by, "slots", lambda: self._stores.slots.move(number, slot, by=by, now=self._clock(), version=version)
        )

    async def swap(self, one: SubmissionId, other: SubmissionId, by: int) -> None:
        """Exchange two slots. Raises ``NotAllowed`` or ``AlreadyDecided``."""
        await self._allowed(by, "slots", lambda: self._stores.slots.swap(one, other, by=by, now=self._clock()))

    # --- the channel

    async def reactions(self, chat_id: int, message_id: int, counts: Mapping[str, int], at: datetime) -> None:
        """How many reactions a post has by now."""
        await self._run(lambda: self._stores.posts.record_reactions(chat_id, message_id, counts, at=at))

    async def posted(self, number: int) -> Submission | None:
        """A submission that readers can see; None for any other, so that nobody reads the queue by numbers."""

        def work() -> Submission | None:
            try:
                found = self._stores.submissions.get(number)
            except SubmissionNotFound:
                return None
            return found if found.state in ("publishing", "published") else None

        return await self._run(work)

    async def top(self, period: Period, limit: int = 10) -> list[Ranked]:
        """The posts of this period with the most reactions."""

        def work() -> list[Ranked]:
            now = self._clock()
            return [Ranked(*row) for row in self._stores.posts.top(now - PERIODS[period], now, limit=limit)]

        return await self._run(work)

    # --- figures

    async def prize(self, by: int, year: int | None = None) -> Prize:
        """The best of a year, of the present one by default. Raises ``NotAllowed``."""

        def work() -> Prize:
            self._stores.people.need(by, "stats")
            zone = self._stores.community.schedule().zone
            chosen = year or self._clock().astimezone(zone).year
            begin, end = (datetime.combine(datetime(y, 1, 1, tzinfo=zone), time(), zone) for y in (chosen, chosen + 1))
            posts = [Ranked(*row) for row in self._stores.posts.top(begin, end, limit=15)]
            return Prize(chosen, tuple(posts), tuple(self._stores.figures.authors(begin, end)))

        return await self._run(work)

    async def report(self, by: int, days: int) -> QueueReport:
        """How the queue has been doing in these days. Raises ``NotAllowed``."""

        def work() -> QueueReport:
            self._stores.people.need(by, "stats")
            now, figures = self._clock(), self._stores.figures
            since = now - timedelta(days=days)
            times = [since + (now - since) * n / HISTORY_POINTS for n in range(HISTORY_POINTS + 1)]
            weeks = figures.by_week(since, now)
            zone = self._stores.community.schedule().zone
            return QueueReport(
                figures.stats(since, now),
                days,
                tuple(figures.history(times)),
                figures.by_admin(since, now),
                tuple((datetime.combine(monday, time(), zone), found) for monday, found in weeks.items()),
                zone,
                now,
            )

        return await self._run(work)

    # --- alerts

    async def alerts(self) -> list[Alert]:
        """What the moderators are to be told; each is the caller's to tell."""

        def work() -> list[Alert]:
            now, alerts = self._clock(), self._stores.alerts
            return [alert for alert in alerts.due(now=now) if alerts.claim(alert, now=now)]

        return await self._run(work)

    async def not_told(self, alert: Alert) -> None:
        """Telling failed: try again."""
        await self._run(lambda: self._stores.alerts.unclaim(alert))

    async def zone(self) -> ZoneInfo:
        """The community's time zone."""
        return await self._run(lambda: self._stores.community.schedule().zone)
