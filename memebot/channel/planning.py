"""The plan of the channel: what is to be posted when, what is held back, and which slots are free."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial, reduce
from typing import Any, Literal
from zoneinfo import ZoneInfo

from memebot.channel.calendar import CalendarWeek, calendar_week
from memebot.database import reading
from moderation.community import PLAN_SETTINGS, setting_of
from moderation.model import ChannelName, Lang, Submission, SubmissionId
from moderation.schedule import Schedule, beside
from moderation.stores import Moderation

DAYS = 8
"""How far ahead free slots are shown."""
MOST = 30
MOST_HELD = 10
SOON = timedelta(seconds=1)
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is planned, what is held back, and the free slots between, in one channel: as of ``now``.

    ``languages``: of all channels.
    """

    planned: tuple[Submission, ...]
    held: tuple[Submission, ...]
    free: tuple[datetime, ...]
    zone: ZoneInfo
    now: datetime
    channel: ChannelName = "first"
    languages: Mapping[ChannelName, Lang] = field(default_factory=dict)

    def find(self, number: int) -> Submission | None:
        """A planned or held submission."""
        return next((s for s in (*self.planned, *self.held) if s.id == number), None)


@dataclass(frozen=True, slots=True)
class PlanMove:
    """A submission that was planned anew: its version since then, and its slot before and after; None: held back.

    ``move_back`` takes it to undo that, as long as the submission stays at this version. ``channel``: where it is
    posted.
    """

    number: SubmissionId
    version: int
    before: datetime | None
    after: datetime | None
    channel: ChannelName = "first"


@dataclass(frozen=True, slots=True)
class PlanImpact:
    """What other settings would mean for what is planned. Every post keeps its moment, whatever they are.

    ``kept``: how many posts stand in a slot also then; ``off``: those that stand in one now and would not; ``near``:
    those that another post would be too near to, and is not now. ``gone``, ``new``: slots of the next seven days that
    vanish and appear. ``crowded``: slots of those days that are nearer to the slot before than the posts' spacing:
    they cannot both be used.
    """

    before: Schedule
    after: Schedule
    kept: int
    off: tuple[Submission, ...]
    near: tuple[Submission, ...]
    gone: tuple[datetime, ...]
    new: tuple[datetime, ...]
    crowded: tuple[datetime, ...]

    @property
    def planned(self) -> int:
        """How many posts are planned."""
        return self.kept + len(self.off)


class Planning:
    """One instance a bot; every method runs on the database's thread.

    Whoever acts is ``by``; a submission is changed as it was seen at a version. Changes raise ``NotAllowed``,
    ``AlreadyDecided`` or ``Stale``, and then nothing has changed.
    """

    def __init__(self, stores: Moderation, *, clock: Callable[[], datetime]) -> None:
        self._stores, self._clock = stores, clock

    # --- looking

    def plan(self, channel: ChannelName = "first") -> Plan:
        """What is planned and free in a channel."""
        slots, now = self._stores.slots, self._clock()
        until = now + timedelta(days=DAYS)
        return Plan(
            planned=tuple(slots.planned(limit=MOST, channel=channel)),
            held=tuple(slots.held(limit=MOST_HELD, channel=channel)),
            free=tuple(slot for slot in slots.free(now, MOST, channel) if slot < until),
            zone=self._stores.community.schedule().zone,
            now=now,
            channel=channel,
            languages=self._stores.languages(),
        )

    def week(self, day: date | None, by: int, channel: ChannelName = "first") -> CalendarWeek:
        """A channel's week of a local day, by default of today. Raises ``NotAllowed``."""
        self._stores.people.need(by, "decide")
        with reading(self._stores.db):
            now = self._clock()
            return calendar_week(self._stores, day or self._stores.community.schedule().day_of(now), now, channel)

    def languages(self) -> Mapping[ChannelName, Lang]:
        """The language of each channel."""
        return self._stores.languages()

    def movable(self, number: SubmissionId, by: int, channel: ChannelName = "first") -> Submission | None:
        """The submission as it stands in a channel, if it can be planned anew there.

        Raises ``NotAllowed`` and ``SubmissionNotFound``.
        """
        self._stores.people.need(by, "slots")
        found = self._stores.submissions.placed(number, channel)
        return found if found.state == "approved" else None

    def impact(self, changes: Mapping[str, Any], by: int) -> PlanImpact | None:
        """What settings would mean for what is planned; None for those that do not touch it.

        Raises ``NotAllowed``, and ``BadSetting`` for a value that cannot be used.
        """
        self._stores.people.need(by, "settings")
        community = self._stores.community
        now_set = {name: community.get(name) for name in PLAN_SETTINGS}
        then = now_set | {name: community.check(name, changes[name]) for name in PLAN_SETTINGS if name in changes}
        if then == now_set:
            return None
        changed = [channel for channel in self._stores.channels if _times(now_set, channel) != _times(then, channel)]
        return reduce(_together, [self._impact(now_set, then, channel) for channel in changed or ["first"]])

    def _impact(self, now_set: Mapping[str, Any], then: Mapping[str, Any], channel: ChannelName) -> PlanImpact:
        now, (before, gap), (after, new_gap) = self._clock(), _times(now_set, channel), _times(then, channel)
        all_planned = self._stores.slots.planned(limit=100_000, channel=channel)
        planned = [(s.slot, s) for s in all_planned if s.slot is not None and s.slot > now]
        old, new = (_slots(times, [slot for slot, _ in planned], now) for times in (before, after))
        taken = [slot for slot, _ in planned]
        off = tuple(s for slot, s in planned if slot in old and slot not in new)
        near = partial(beside, taken, own=True)
        week_old, week_new = (list(times.between(now, now + WEEK)) for times in (before, after))
        return PlanImpact(
            before=before,
            after=after,
            kept=len(planned) - len(off),
            off=off,
            near=tuple(s for at, s in planned if near(at, new_gap) and not near(at, gap)),
            gone=tuple(slot for slot in week_old if slot not in set(week_new)),
            new=tuple(slot for slot in week_new if slot not in set(week_old)),
            crowded=tuple(slot for n, slot in enumerate(week_new) if n and slot - week_new[n - 1] < new_gap),
        )

    # --- changing

    def move(
        self,
        number: SubmissionId,
        slot: datetime | Literal["next"] | None,
        by: int,
        version: int,
        channel: ChannelName | None = None,
    ) -> tuple[PlanMove, ...]:
        """Plan for another time or the next free slot, or hold back. Raises also what ``Slots.move`` does.

        ``channel``: there, by default in the submission's own; so below.
        """
        with self._stores.people.allowed(by, "slots"):
            now, slots = self._clock(), self._stores.slots
            old = self._stores.submissions.placed(number, channel)
            wanted = slots.choose("next", now, now, channel=old.channel) if slot == "next" else slot
            new = slots.move(number, wanted, by=by, now=now, version=version, channel=channel)
            return (_move(old, new),)

    def publish_now(
        self, number: SubmissionId, by: int, version: int, channel: ChannelName | None = None
    ) -> tuple[PlanMove, ...]:
        """Post as soon as the time to undo is over, however near another post is."""
        with self._stores.people.allowed(by, "slots"):
            now = self._clock()
            old = self._stores.submissions.placed(number, channel)
            at = now + max(self._stores.community.undo_time, SOON)
            new = self._stores.slots.move(number, at, by=by, now=now, version=version, close_ok=True, channel=channel)
            return (_move(old, new),)

    def swap(
        self,
        one: tuple[SubmissionId, int],
        other: tuple[SubmissionId, int],
        by: int,
        channel: ChannelName | None = None,
    ) -> tuple[PlanMove, ...]:
        """Exchange two slots, each as seen at that version. Raises also what ``Slots.swap`` does."""
        with self._stores.people.allowed(by, "slots"):
            (a, seen), (b, seen_other) = one, other
            old = [self._stores.submissions.placed(number, channel) for number in (a, b)]
            versions = (seen, seen_other)
            new = self._stores.slots.swap(a, b, by=by, now=self._clock(), versions=versions, channel=channel)
            return tuple(map(_move, old, new))

    def move_back(self, moves: Sequence[PlanMove], by: int) -> tuple[PlanMove, ...]:
        """Put posts back where they stood before these moves, all or none. Raises what ``Slots.move_back`` does."""
        with self._stores.people.allowed(by, "slots"):
            places = [(move.number, move.version, move.before) for move in moves]
            channel = moves[0].channel if moves else "first"
            old = [self._stores.submissions.placed(move.number, channel) for move in moves]
            new = self._stores.slots.move_back(places, by=by, now=self._clock(), channel=channel)
            return tuple(map(_move, old, new))


def _move(old: Submission, new: Submission) -> PlanMove:
    return PlanMove(new.id, new.version, old.slot, new.slot, new.channel)


def _times(values: Mapping[str, Any], channel: ChannelName) -> tuple[Schedule, timedelta]:
    """A channel's schedule and spacing in such settings."""
    schedule, gap = (values[setting_of(channel, name)] for name in ("schedule", "min_gap_minutes"))
    return Schedule.parse(values["zone"], schedule), timedelta(minutes=gap)


def _together(one: PlanImpact, other: PlanImpact) -> PlanImpact:
    """What a change means for both channels."""
    return replace(
        one,
        kept=one.kept + other.kept,
        off=(*one.off, *other.off),
        near=(*one.near, *other.near),
        gone=(*one.gone, *other.gone),
        new=(*one.new, *other.new),
        crowded=(*one.crowded, *other.crowded),
    )


def _slots(times: Schedule, moments: Sequence[datetime], now: datetime) -> set[datetime]:
    """All slots of a schedule as far as something is planned."""
    return set(times.between(now, max(moments, default=now) + SOON))
