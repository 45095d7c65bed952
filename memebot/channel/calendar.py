"""The channel's calendar: what came out, what is planned and what is free, day by day in the community's zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from moderation.model import ChannelName, Post, Submission
from moderation.schedule import ClockChange, Schedule, beside
from moderation.stores import Moderation

FIRST_YEAR, LAST_YEAR = 2000, 2200
"""Between them a week can be asked for."""
MOST_HELD = 200

PlaceKind = Literal["post", "planned", "free", "near", "passed"]
"""It is in the channel; it will be; nothing is there and may be; another post is too near to it; its time is over."""


@dataclass(frozen=True, slots=True)
class CalendarPlace:
    """A moment of the calendar and what stands there.

    ``in_schedule``: the moment is a slot. ``turn``: 1 or 2 where clocks show it twice that day, else 0. ``near``: the
    nearest other post where that is nearer than the community wants. ``expected``: when a post that was missed goes
    out, as the community treats those.
    """

    at: datetime
    kind: PlaceKind
    in_schedule: bool
    turn: int = 0
    submission: Submission | None = None
    post: Post | None = None
    near: datetime | None = None
    expected: datetime | None = None

    @property
    def movable(self) -> bool:
        """Whether its post can still be planned anew."""
        return self.kind == "planned" and self.submission is not None and self.submission.state == "approved"


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A local day with its places, by time; ``change``: clocks are put forward or back on it."""

    date: date
    places: tuple[CalendarPlace, ...]
    change: ClockChange | None


@dataclass(frozen=True, slots=True)
class CalendarWeek:
    """Seven days from a Monday on, as of ``now``; and what is held back, or was missed, whatever the week.

    ``before``, ``after``: how many posts are planned in earlier and later weeks. ``undo_time``: how long a post that
    is to come out now can still be stopped.
    """

    days: tuple[CalendarDay, ...]
    held: tuple[Submission, ...]
    overdue: tuple[tuple[Submission, datetime], ...]
    policy: Literal["spread", "slots"]
    schedule: Schedule
    gap: timedelta
    undo_time: timedelta
    before: int
    after: int
    now: datetime
    channel: ChannelName = "first"

    @property
    def today(self) -> date:
        """The local day."""
        return self.schedule.day_of(self.now)

    def place_of(self, number: int) -> CalendarPlace | None:
        """Where a submission stands in this week."""
        places = (place for day in self.days for place in day.places)
        return next((p for p in places if p.submission is not None and p.submission.id == number), None)


def monday_of(day: date) -> date:
    """The first day of a week; days out of reach become the nearest that is not."""
    within = min(max(day, date(FIRST_YEAR, 1, 8)), date(LAST_YEAR, 12, 24))
    return within - timedelta(days=within.weekday())


def calendar_week(stores: Moderation, day: date, now: datetime, channel: ChannelName = "first") -> CalendarWeek:
    """A channel's week of a local day."""
    monday, community, slots = monday_of(day), stores.community, stores.slots
    week, gap, overdue = community.schedule(channel), community.gap(channel), slots.overdue(now=now, channel=channel)
    dates = [monday + timedelta(days=n) for n in range(7)]
    begin, end = week.day(dates[0])[0], week.day(dates[-1])[1]
    late: dict[int, datetime] = {s.id: at for s, at in overdue}
    places = _places(stores, week, (begin, end), gap, late, now, channel)
    return CalendarWeek(
        days=tuple(
            CalendarDay(d, tuple(p for p in places if week.day_of(p.at) == d), week.clock_change(d)) for d in dates
        ),
        held=tuple(slots.held(limit=MOST_HELD, channel=channel)),
        overdue=tuple(overdue),
        policy=community.get("overdue"),
        schedule=week,
        gap=gap,
        undo_time=community.undo_time,
        before=slots.count_planned(until=begin, channel=channel),
        after=slots.count_planned(since=end, channel=channel),
        now=now,
        channel=channel,
    )


def _places(
    stores: Moderation,
    week: Schedule,
    span: tuple[datetime, datetime],
    gap: timedelta,
    expected: dict[int, datetime],
    now: datetime,
    channel: ChannelName,
) -> Sequence[CalendarPlace]:
    """All places of a span, by time. Posts just before and after it keep their distance too."""
    begin, end = span
    wider = (begin - gap, end + gap)
    planned = [(s.slot, s) for s in stores.slots.planned_between(*wider, channel) if s.slot is not None]
    posts = stores.posts.between(*wider, channel=channel)
    taken = sorted([*(at for at, _ in planned), *(post.at for post, _ in posts)])
    scheduled = set(week.between(begin, end))

    def place(at: datetime, kind: PlaceKind, **facts: object) -> CalendarPlace:
        return CalendarPlace(at, kind, at in scheduled, week.turn(at), **facts)  # type: ignore[arg-type]

    found = [place(post.at, "post", submission=of, post=post) for post, of in posts]
    for at, submission in planned:
        near = beside(taken, at, gap, own=True)
        found.append(place(at, "planned", submission=submission, near=near, expected=expected.get(submission.id)))
    used = {at for at, _ in planned} | {of.slot for _, of in posts if of is not None}
    for at in scheduled - used:
        other = beside(taken, at, gap)
        if at > now or other is None:  # a slot that is over and was near a post could not have been used
            found.append(place(at, "passed" if at <= now else "free" if other is None else "near", near=other))
    return sorted((p for p in found if begin <= p.at < end), key=_order)


def _order(place: CalendarPlace) -> tuple[datetime, int]:
    return place.at, 0 if place.submission is None else place.submission.id
