"""When approved submissions are posted: the plan, free slots, changes of the plan."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any, Literal

from memebot.database import AMONG_IDS, Database, Store, iso, maybe_iso, when, writing
from moderation import schedule
from moderation.audit import BOT
from moderation.community import Community
from moderation.errors import NoFreeSlot, SlotPassed, TooClose
from moderation.model import ChannelName, Submission
from moderation.queue.outbox import Outbox
from moderation.queue.submissions import OPEN, Submissions, placed

LATE = timedelta(minutes=10)
"""Posts that are later than this were missed: they are spread."""


SETTLED = timedelta(minutes=2)
"""So long nothing has been moved again when the author hears of a new time."""


class Slots(Store):
    """A submission that is approved has a slot, or is held back."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self._submissions, self._community, self._outbox = Submissions(db), Community(db), Outbox(db)

    def planned(self, limit: int = 100, channel: ChannelName | None = None) -> list[Submission]:
        """What will be posted, in a channel or in all, by time; without what is held back."""
        return self._submissions.select_placed(
            f"{OPEN} and {{t}}.slot is not null and ({{t}}.channel = ?2 or ?2 is null)",
            limit,
            channel,
            rest="order by slot, id limit ?1",
        )

    def planned_between(self, start: datetime, end: datetime, channel: ChannelName = "first") -> list[Submission]:
        """What is planned in a channel from ``start`` up to, without, ``end``, by time."""
        return self._submissions.select_placed(
            f"{OPEN} and {{t}}.slot >= ?1 and {{t}}.slot < ?2 and {{t}}.channel = ?3",
            iso(start),
            iso(end),
            channel,
            rest="order by slot, id",
        )

    def count_planned(
        self, since: datetime | None = None, until: datetime | None = None, channel: ChannelName = "first"
    ) -> int:
        """How many posts are planned in a channel, from ``since`` on, up to ``until`` without it."""
        planned = placed(
            "s.id",
            f"{OPEN} and {{t}}.slot is not null and {{t}}.slot >= ?1 and {{t}}.slot < ?2 and {{t}}.channel = ?3",
        )
        span = [iso(since) if since else "", iso(until) if until else "9"]
        return int(self.value(f"select count(*) from ({planned}) found", [*span, channel]))

    def held(self, limit: int = 100, channel: ChannelName | None = None) -> list[Submission]:
        """What is approved, for a channel or for all, and has no slot: nothing posts it until somebody gives it one."""
        return self._submissions.select_placed(
            f"{OPEN} and {{t}}.state = 'approved' and {{t}}.slot is null and ({{t}}.channel = ?2 or ?2 is null)",
            limit,
            channel,
            rest="order by decided_at, id limit ?1",
        )

    def move(
        self,
        number: int,
        slot: datetime | None,
        *,
        by: int,
        now: datetime,
        close_ok: bool = False,
        version: int | None = None,
        channel: ChannelName | None = None,
    ) -> Submission:
        """Plan an approved submission for another time, or hold it back; ``channel``: there, by default in its own.

        Raises ``AlreadyDecided``, ``Stale``, ``SlotPassed`` or ``TooClose``.
        """
        with writing(self.db):
            old = self._submissions.expect(number, "approved", version=version, channel=channel)
            if slot is not None:
                self.check(slot, now, but=[number], close_ok=close_ok, channel=old.channel)
            return self._replan(old, slot, "move", by, now)

    def swap(
        self,
        one: int,
        other: int,
        *,
        by: int,
        now: datetime,
        versions: tuple[int | None, int | None] = (None, None),
        channel: ChannelName | None = None,
    ) -> tuple[Submission, Submission]:
        """Exchange the slots of two approved submissions in a channel; of one that is held back, the other is then.

        Raises ``AlreadyDecided``, ``Stale``, or ``SlotPassed`` where one is due already.
        """
        with writing(self.db):
            a = self._submissions.expect(one, "approved", version=versions[0], channel=channel)
            b = self._submissions.expect(other, "approved", version=versions[1], channel=a.channel)
            passed = [slot for slot in (a.slot, b.slot) if slot is not None and slot <= now]
            if passed:
                raise SlotPassed(passed[0])
            return self._replan(a, b.slot, "swap", by, now), self._replan(b, a.slot, "swap", by, now)

    def move_back(
        self,
        places: Sequence[tuple[int, int, datetime | None]],
        *,
        by: int,
        now: datetime,
        channel: ChannelName = "first",
    ) -> list[Submission]:
        """Put submissions, each as it is at a version, where they stood before: all of them or none.

        Near to another post they may stand again, at the very moment of one that came meanwhile they may not. Raises
        ``AlreadyDecided``, ``Stale``, ``SlotPassed`` or ``TooClose``.
        """
        with writing(self.db):
            expect = partial(self._submissions.expect, channel=channel)
            found = [expect(number, "approved", version=version) for number, version, _ in places]
            numbers = [submission.id for submission in found]
            for slot in (slot for _, _, slot in places if slot is not None):
                free = slot not in self.taken(now, but=numbers, channel=channel)
                self.check(slot, now, but=numbers, close_ok=free, channel=channel)
            return [self._replan(old, slot, "move", by, now) for old, (_, _, slot) in zip(found, places, strict=True)]

    def _replan(self, old: Submission, slot: datetime | None, action: str, by: int, now: datetime) -> Submission:
        """Another time; an author who knows another one hears of it, once after several moves."""
        details = {"from": maybe_iso(old.slot), "to": maybe_iso(slot)}
        new = self._submissions.update(
            old, action, by, now, {"slot": maybe_iso(slot), "publish_error": None}, details=details
        )
        if (
            not old.crosspost
            and slot is not None
            and slot > now + SETTLED
            and self._outbox.notice_begun(old, "approved")
        ):
            self._outbox.cancel(old, now, "approved")
            if slot != self._told(old.id):
                self._outbox.notify(new, "approved", now + SETTLED, data={"moved": True})
        return new

    def _told(self, number: int) -> datetime | None:
        """The time that the author was told last: the plan as it was just before that."""
        plans = self.rows(
            "select details from audit where submission = ?1 and action in ('approve', 'move', 'swap', 'spread')"
            " and at < (select max(changed_at) from notices where submission = ?1 and kind = 'approved'"
            " and state = 'sent') order by id desc limit 100",
            [number],
        )
        own = (found for (plan,) in plans if "channel" not in (found := json.loads(plan)))
        details: dict[str, Any] = next(own, {})
        return when(details.get("to", details.get("slot")))

    def spread_overdue(self, *, now: datetime, channel: ChannelName = "first") -> list[Submission]:
        """Give new times to a channel's posts that were missed, as the community wants; those that moved."""
        with writing(self.db):
            return [self._replan(old, time, "spread", BOT, now) for old, time in self.overdue(now=now, channel=channel)]

    def overdue(self, *, now: datetime, channel: ChannelName = "first") -> list[tuple[Submission, datetime]]:
        """Posts that were missed, each with the new time that it gets as soon as its channel can be reached."""
        late = self._submissions.select_placed(
            f"{OPEN} and {{t}}.state = 'approved' and {{t}}.slot <= ?1 and {{t}}.channel = ?2",
            iso(now - LATE),
            channel,
            rest="order by slot, id",
        )
        if not late:
            return []
        taken, gap = self.taken(now, but=[one.id for one in late], channel=channel), self._community.gap(channel)
        into = self._community.schedule(channel) if self._community.get("overdue") == "slots" else None
        return list(zip(late, schedule.catch_up(len(late), now, taken, gap, into), strict=True))

    # --- free slots

    def choose(
        self,
        when: Literal["now", "next"] | datetime,
        undo_until: datetime,
        now: datetime,
        *,
        close_ok: bool = False,
        channel: ChannelName = "first",
    ) -> datetime:
        """The slot that an approval asks for, no earlier than the end of the time to undo, unless it is named.

        Raises ``NoFreeSlot``, ``SlotPassed`` or ``TooClose``.
        """
        if when == "now":
            return undo_until
        if when == "next":
            found = self.free(undo_until, 1, channel)
            if not found:
                raise NoFreeSlot
            return found[0]
        self.check(when, now, close_ok=close_ok, channel=channel)
        return when

    def check(
        self,
        slot: datetime,
        now: datetime,
        *,
        but: Sequence[int] = (),
        close_ok: bool = False,
        channel: ChannelName = "first",
    ) -> None:
        """Raises ``SlotPassed``, or ``TooClose`` to a post that is not one of ``but``."""
        if slot <= now:
            raise SlotPassed(slot)
        gap = self._community.gap(channel)
        other = schedule.nearest(slot, self.taken(slot, but=but, channel=channel), gap)
        if other is not None and not close_ok:
            raise TooClose(slot, other, gap)

    def free(self, now: datetime, count: int, channel: ChannelName = "first") -> list[datetime]:
        """The next slots of a channel that are free."""
        week, gap = self._community.schedule(channel), self._community.gap(channel)
        return list(islice(schedule.free(week, now, self.taken(now, channel=channel), gap), count))

    def taken(self, since: datetime, *, but: Sequence[int] = (), channel: ChannelName = "first") -> list[datetime]:
        """When a channel has posts planned, and when it had posts less than the gap before ``since``."""
        slots = placed(
            "{t}.slot",
            f"{OPEN} and {{t}}.slot is not null and {{t}}.channel = ?1 and s.id not in {AMONG_IDS.replace('?', '?2')}",
        )
        planned = self.rows(slots, [channel, json.dumps(list(but))])
        earliest = iso(since - self._community.gap(channel))
        posted = self.rows("select at from posts where at > ? and channel = ?", [earliest, channel])
        return [datetime.fromisoformat(row[0]) for row in (*planned, *posted)]
