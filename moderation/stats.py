"""Figures about the queue and about authors: plain facts, counted when asked."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from memebot.database import Store, iso, when
from moderation.model import ChannelName
from moderation.queue.submissions import OPEN, placed


@dataclass(frozen=True, slots=True)
class ChannelFigures:
    """What a channel has planned, and what came out in a time, also by hand, with its reactions."""

    channel: ChannelName
    planned: int
    held: int
    posts: int
    reactions: int


@dataclass(frozen=True, slots=True)
class Stats:
    """How the queue is doing, and what was decided since a time.

    ``decided``: decisions by admin, the busiest first. ``acceptance``: approved of all decisions, None without any.
    ``days``: (day in UTC, submitted, decided) for each day, the oldest first. ``waits_h``: hours from submission
    to decision, sorted.
    """

    pending: int
    oldest_pending: datetime | None
    planned: int
    held: int
    unresolved: int
    submitted: int
    published: int
    rejected: int
    median_wait: timedelta | None
    p90_wait: timedelta | None
    decided: Mapping[int, int]
    acceptance: float | None
    days: tuple[tuple[str, int, int], ...]
    waits_h: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class QueueMoment:
    """How many waited at a time, and since when the oldest of them had."""

    at: datetime
    waiting: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class DecisionCounts:
    """Decisions of an admin, or of a week."""

    approved: int
    rejected: int


@dataclass(frozen=True, slots=True)
class AuthorFigures:
    """What one author's posts came to in a time. ``best``: the submission with the most reactions."""

    author_id: int
    name: str
    posts: int
    reactions: int
    best: int
    best_reactions: int


class Figures(Store):
    """Counts; changes nothing."""

    def begin(self) -> datetime | None:
        """When the first submission came, if any has."""
        return when(self.value("select min(submitted_at) from submissions"))

    def stats(self, since: datetime, until: datetime) -> Stats:
        """The queue now, and what happened from ``since`` up to ``until``."""
        span = [iso(since), iso(until)]
        states = dict(self.rows("select state, count(*) from submissions group by state"))
        oldest = self.value("select min(submitted_at) from submissions where state = 'pending'")
        published = self.value(
            "select count(*) from audit where after = 'published' and before = 'publishing' and at >= ? and at < ?",
            span,
        )
        waits = self._waits(span)
        decided = self.by_admin(since, until)
        approved, rejected = sum(d.approved for d in decided.values()), sum(d.rejected for d in decided.values())
        return Stats(
            pending=states.get("pending", 0),
            oldest_pending=when(oldest),
            planned=self._count("state = 'approved' and slot is not null"),
            held=self._count("state = 'approved' and slot is null"),
            unresolved=self._count("state = 'publishing' and fate = 'unknown'"),
            submitted=self._count("submitted_at >= ? and submitted_at < ?", span),
            published=published,
            rejected=rejected,
            median_wait=timedelta(hours=statistics.median(waits)) if waits else None,
            p90_wait=timedelta(hours=percentile(waits, 0.9)) if waits else None,
            decided={by: counts.approved + counts.rejected for by, counts in decided.items()},
            acceptance=approved / (approved + rejected) if decided else None,
            days=self._days(span),
            waits_h=tuple(waits),
        )

    def by_channel(
        self, channels: Sequence[ChannelName], since: datetime, until: datetime
    ) -> tuple[ChannelFigures, ...]:
        """The figures of each of these channels."""
        standing = placed("{t}.slot as slot, {t}.channel as channel", OPEN)
        waiting = {
            channel: (planned, held)
            for channel, planned, held in self.rows(
                f"select channel, count(slot), count(*) - count(slot) from ({standing}) found group by channel"
            )
        }
        posted = {
            channel: (posts, int(reactions))
            for channel, posts, reactions in self.rows(
                "select channel, count(*), sum(reactions) from posts where at >= ? and at < ? group by channel",
                [iso(since), iso(until)],
            )
        }
        return tuple(ChannelFigures(c, *waiting.get(c, (0, 0)), *posted.get(c, (0, 0))) for c in channels)

    def history(self, times: Sequence[datetime]) -> list[QueueMoment]:
        """How the queue was at these times, given in order: read from the audit log."""
        changes = self.rows(
            "select a.at, a.submission, a.after = 'pending', s.submitted_at from audit a"
            " join submissions s on s.id = a.submission where a.before is distinct from a.after"
            " and (a.before = 'pending' or a.after = 'pending') and a.at <= ? order by a.id",
            [iso(times[-1]) if times else ""],
        )
        waiting: dict[int, str] = {}
        found, position = [], 0
        for time in times:
            while position < len(changes) and changes[position][0] <= iso(time):
                _, number, waits, since = changes[position]
                waiting.pop(number, None)
                if waits:
                    waiting[number] = since
                position += 1
            found.append(QueueMoment(time, len(waiting), when(min(waiting.values(), default=None))))
        return found

    def by_admin(self, since: datetime, until: datetime) -> dict[int, DecisionCounts]:
        """Decisions of each admin, the busiest first."""
        rows = self.rows(
            "select decided_by, count(*) filter (where state <> 'rejected'),"
            " count(*) filter (where state = 'rejected') from submissions"
            " where decided_at >= ? and decided_at < ? group by 1 order by count(*) desc, 1",
            [iso(since), iso(until)],
        )
        return {by: DecisionCounts(approved, rejected) for by, approved, rejected in rows}

    def by_week(self, since: datetime, until: datetime) -> dict[date, DecisionCounts]:
        """Decisions of each week that had any, by its Monday in UTC."""
        rows = self.rows(
            "select substr(decided_at, 1, 10), count(*) filter (where state <> 'rejected'),"
            " count(*) filter (where state = 'rejected') from submissions"
            " where decided_at >= ? and decided_at < ? group by 1 order by 1",
            [iso(since), iso(until)],
        )
        found: dict[date, DecisionCounts] = {}
        for text, approved, rejected in rows:
            day = date.fromisoformat(text)
            monday = day - timedelta(days=day.weekday())
            before = found.get(monday, DecisionCounts(0, 0))
            found[monday] = DecisionCounts(before.approved + approved, before.rejected + rejected)
        return found

    def authors(self, since: datetime, until: datetime, *, limit: int = 10) -> list[AuthorFigures]:
        """Authors by the reactions to their posts of that time, the best first; without who was anonymous."""
        rows = self.rows(
            "select author_id, author_name, s.id, p.reactions from posts p"
            " join submissions s on s.id = p.submission where p.at >= ? and p.at < ?"
            " and author_id is not null and credit = 'named' order by p.reactions desc, p.at",
            [iso(since), iso(until)],
        )
        by_author: dict[int, list[tuple[str, int, int]]] = {}
        for author_id, name, number, reactions in rows:
            by_author.setdefault(author_id, []).append((name, number, reactions))
        found = [_author(author_id, posts) for author_id, posts in by_author.items()]
        return sorted(found, key=lambda author: (-author.reactions, -author.posts, author.author_id))[:limit]

    def _count(self, condition: str, parameters: Sequence[object] = ()) -> int:
        return int(self.value(f"select count(*) from submissions where {condition}", parameters))

    def _waits(self, span: Sequence[object]) -> list[float]:
        """Hours from submission to decision, sorted."""
        rows = self.rows(
            "select submitted_at, decided_at from submissions where decided_at >= ? and decided_at < ?", span
        )
        waits = [datetime.fromisoformat(end) - datetime.fromisoformat(begin) for begin, end in rows]
        return sorted(wait.total_seconds() / 3600 for wait in waits)

    def _days(self, span: Sequence[object]) -> tuple[tuple[str, int, int], ...]:
        """Per day in UTC."""
        rows = self.rows(
            "select day, sum(came), sum(went) from ("
            " select substr(submitted_at, 1, 10) as day, 1 as came, 0 as went from submissions"
            " where submitted_at >= ?1 and submitted_at < ?2 union all"
            " select substr(decided_at, 1, 10), 0, 1 from submissions where decided_at >= ?1 and decided_at < ?2) days"
            " group by day order by day",
            span,
        )
        return tuple((day, came, went) for day, came, went in rows)


def percentile(values: Sequence[float], share: float) -> float:
    """The value of sorted ``values`` that this share does not exceed."""
    return values[min(len(values) - 1, int(share * len(values)))]


def _author(author_id: int, posts: Sequence[tuple[str, int, int]]) -> AuthorFigures:
    name, best, best_reactions = posts[0]  # they come by reactions
    return AuthorFigures(
        author_id, name, len({post[1] for post in posts}), sum(post[2] for post in posts), best, best_reactions
    )
