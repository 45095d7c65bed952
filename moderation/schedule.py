"""When posts go out: a weekly schedule in the community's own time, gaps between posts, catching up. Pure.

Times of the schedule are local; everything that comes in and goes out is an aware moment in UTC. On the night
when clocks go forward, a slot in the hour that is skipped is kept an hour later by the clock; when they go
back, a slot in the hour that comes twice is kept once, the first time.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, islice
from zoneinfo import ZoneInfo

from moderation.errors import BadValue

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
RUSSIAN_DAYS = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
Week = Mapping[str, Sequence[str]]
"""Times, as "HH:MM", of days by their names in ``DAYS``."""
HORIZON = timedelta(days=366)
"""How far ahead one looks for a free slot."""


@dataclass(frozen=True, slots=True)
class ClockChange:
    """The moment at which clocks are put forward or back, and the local times that they would show and do show then."""

    at: datetime
    before: datetime
    after: datetime


@dataclass(frozen=True, slots=True)
class Schedule:
    """Local times for each weekday, 0 = Monday."""

    zone: ZoneInfo
    times: Mapping[int, tuple[time, ...]] = field(default_factory=dict)

    @classmethod
    def parse(cls, zone: str, times: Mapping[str, Sequence[str]]) -> Schedule:
        """From names of days and "HH:MM". Raises ``BadValue``."""
        try:
            found = ZoneInfo(zone)
        except (KeyError, ValueError, OSError) as error:  # ZoneInfoNotFoundError is a KeyError
            raise BadValue("zone", zone=zone) from error
        unknown = [day for day in times if day not in DAYS]
        if unknown:
            raise BadValue("day", day=unknown[0], known=", ".join(DAYS))
        return cls(found, {DAYS.index(day): _times(some) for day, some in times.items()})

    def between(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """All slots from ``start`` up to, without, ``end``, in order, each once."""
        day, last = start.astimezone(self.zone).date() - timedelta(days=1), end.astimezone(self.zone).date()
        later: set[datetime] = set()  # of the hour before midnight, where that is skipped: the day after has them
        while day <= last:
            slots, midnight = later.union(self._on(day)), self.day(day)[1]
            later = {slot for slot in slots if slot >= midnight}
            yield from sorted(slot for slot in slots - later if start <= slot < end)
            day += timedelta(days=1)

    def day(self, day: date) -> tuple[datetime, datetime]:
        """When a local day begins and ends."""
        begin, end = (datetime.combine(d, time(), self.zone) for d in (day, day + timedelta(days=1)))
        return begin.astimezone(UTC), end.astimezone(UTC)

    def day_of(self, at: datetime) -> date:
        """The local day of a moment."""
        return at.astimezone(self.zone).date()

    def moment(self, local: datetime, *, again: bool = False) -> datetime:
        """The moment of a local time without a zone; ``again``: the second time of an hour that comes twice.

        One that is skipped is kept an hour later by the clock, as a slot is.
        """
        return local.replace(tzinfo=self.zone, fold=int(again)).astimezone(UTC)

    def turn(self, at: datetime) -> int:
        """1 or 2 where the clock shows this local time twice, for the first and the second time; else 0."""
        local = at.astimezone(self.zone)
        twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
        return 1 + local.fold if twice else 0

    def clock_change(self, day: date) -> ClockChange | None:
        """When clocks change within a local day, its last moment included."""
        low, high = self.day(day)
        old, new = (at.astimezone(self.zone).utcoffset() for at in (low, high))
        if old is None or new is None or old == new:
            return None
        while high - low > timedelta(seconds=1):
            middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
            if middle.astimezone(self.zone).utcoffset() == old:
                low = middle
            else:
                high = middle
        return ClockChange(high, (high + old).replace(tzinfo=None), (high + new).replace(tzinfo=None))

    def _on(self, day: date) -> set[datetime]:
        """The slots of one local day; two that the skipped hour makes one are one."""
        local = (datetime.combine(day, t, self.zone) for t in self.times.get(day.weekday(), ()))
        return {slot.astimezone(UTC) for slot in local}


def _times(texts: Sequence[str]) -> tuple[time, ...]:
    if isinstance(texts, str) or not isinstance(texts, Sequence):
        raise BadValue("times")
    return tuple(sorted({_time(text) for text in texts}))


def _time(text: str) -> time:
    try:
        hour, minute = str(text).split(":")
        if not (len(hour) in (1, 2) and len(minute) == 2 and hour.isdecimal() and minute.isdecimal()):
            raise ValueError
        return time(int(hour), int(minute))
    except ValueError:
        raise BadValue("time", time=text) from None


def read_week(text: str) -> Week:
    """A week as people write it, in English or Russian: "mon-fri 10:00 19:00; sat, sun 12:00"; "-" has no times.

    Raises ``BadValue``.
    """
    week: dict[str, list[str]] = {}
    days: list[str] = []
    timed = False
    words = re.sub(r"\s*[-–]\s*", "-", text.casefold().strip())
    for word in [] if words == "-" else re.split(r"[\s,;]+", words.strip(",; \n")):
        if word[:1].isdigit():
            timed = True
            for day in days:
                week.setdefault(day, []).append(word)
        else:
            days, timed = [*_days(word), *([] if timed else days)], False
    if words != "-" and not (week and timed):
        raise BadValue("week")
    return week


def _days(text: str) -> Sequence[str]:
    """One day, or those from one to another."""
    numbers = []
    for name in text.split("-", 1):
        if name not in (*DAYS, *RUSSIAN_DAYS):
            raise BadValue("day", day=name, known=", ".join(DAYS))
        numbers.append((*DAYS, *RUSSIAN_DAYS).index(name) % len(DAYS))
    return DAYS[numbers[0] : numbers[-1] + 1]


def week_text(week: Week, names: Sequence[str] = DAYS) -> str:
    """A week as ``read_week`` reads it; "-" without any times. ``names``: of its days."""
    parts = []
    for times, alike in groupby(range(len(DAYS)), key=lambda day: list(week.get(DAYS[day], ()))):
        days = [names[day] for day in alike]
        if times:
            parts.append(" ".join(["–".join(dict.fromkeys((days[0], days[-1]))), *times]))
    return "; ".join(parts) or "-"


def nearest(slot: datetime, taken: Iterable[datetime], gap: timedelta) -> datetime | None:
    """The taken moment that is less than ``gap`` away, the nearest one; at the very moment is too near always."""
    near = [other for other in taken if other == slot or abs(other - slot) < gap]
    return min(near, key=lambda other: abs(other - slot), default=None)


def beside(moments: Sequence[datetime], at: datetime, gap: timedelta, *, own: bool = False) -> datetime | None:
    """As ``nearest`` among moments that are in order; ``own``: one of them is ``at`` itself, and not meant."""
    left = bisect_left(moments, at)
    right = left + 1 if own else left
    return nearest(at, [*moments[max(left - 1, 0) : left], *moments[right : right + 1]], gap)


def free(schedule: Schedule, after: datetime, taken: Iterable[datetime], gap: timedelta) -> Iterator[datetime]:
    """Slots later than ``after`` that keep the gap to what is taken, and to those given out before them."""
    occupied = sorted(taken)
    for slot in schedule.between(after + timedelta(microseconds=1), after + HORIZON):
        if beside(occupied, slot, gap) is None:
            insort(occupied, slot)
            yield slot


def spread(count: int, now: datetime, taken: Iterable[datetime], gap: timedelta) -> list[datetime]:
    """Moments for ``count`` posts that are late: as soon as the gap to everything planned lets them, in order."""
    occupied, at = sorted(taken), now
    found: list[datetime] = []
    step = max(gap, timedelta(minutes=1))
    while len(found) < count:
        near = nearest(at, occupied, step)
        if near is None:
            found.append(at)
            occupied.append(at)
        at = (near if near is not None else at) + step
    return found


def catch_up(
    count: int, now: datetime, taken: Iterable[datetime], gap: timedelta, schedule: Schedule | None
) -> list[datetime]:
    """New moments for late posts: spread from now on, or, with a schedule, in its next free slots.

    A schedule that runs out is continued by spreading.
    """
    if schedule is None:
        return spread(count, now, taken, gap)
    occupied = list(taken)
    slots = list(islice(free(schedule, now, occupied, gap), count))
    rest = spread(count - len(slots), now, [*occupied, *slots], gap)
    return slots + rest
