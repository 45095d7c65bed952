"""When approved submissions are posted: the plan, free slots, changes of the plan."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Literal

from memebot.database import AMONG_IDS, Database, Store, iso, maybe_iso, when, writing
from moderation import schedule
from moderation.audit import BOT
from moderation.community import Community
from moderation.errors import NoFreeSlot, SlotPassed, TooClose
from moderation.model import Submission
from moderation.queue.outbox import Outbox
from moderation.queue.submissions import Submissions

LATE = timedelta(minutes=10)
"""Posts that are later than this were missed: they are spread."""


SETTLED = timedelta(minutes=2)
"""So long nothing has been moved again when the author hears of a new time."""


class Slots(Store):
    """A submission that is approved has a slot, or is held back."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self._submissions, self._community, self._outbox = Submissions(db), Community(db), Outbox(db)

    def planned(self, limit: int = 100) -> list[Submission]:
        """What will be posted, by time; without what is held back."""
        return self._submissions.select(
            "where state in ('approved', 'publishing') and slot is not null order by slot, s.id limit ?", limit
        )

    def planned_between(self, start: datetime, end: datetime) -> list[Submission]:
        """What is planned from ``start`` up to, without, ``end``, by time."""
        return self._submissions.select(
            "where state in ('approved', 'publishing') and slot >= ? and slot < ? order by slot, s.id",
            iso(start),
            iso(end),
        )

    def count_planned(self, since: datetime | None = None, until: datetime | None = None) -> int:
        """How many posts are planned, from ``since`` on, up to ``until`` without it."""
        return int(
            self.value(
                "select count(*) from submissions where state in ('approved', 'publishing') and slot is not null"
                " and slot >= ? and slot < ?",
                [iso(since) if since else "", iso(until) if until else "9"],
            )
        )

    def held(self, limit: int = 100) -> list[Submission]:
        """What is approved and has no slot: nothing posts it until somebody gives it one."""
        return self._submissions.select(
            "where state = 'approved' and slot is null order by decided_at, s.id limit ?", limit
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
    ) -> Submission:
        """Plan an approved submission for another time, or hold it back.

        Raises ``AlreadyDecided``, ``Stale``, ``SlotPassed`` or ``TooClose``.
        """
        with writing(self.db):
            old = self._submissions.expect(number, "approved", version=version)
            if slot is not None:
                self.check(slot, now, but=[number], close_ok=close_ok)
            return self._replan(old, slot, "move", by, now)

    def swap(
        self, one: int, other: int, *, by: int, now: datetime, versions: tuple[int | None, int | None] = (None, None)
    ) -> tuple[Submission, Submission]:
        """Exchange the slots of two approved submissions; of one that is held back, the other is then.

        Raises ``AlreadyDecided``, ``Stale``, or ``SlotPassed`` where one is due already.
        """
        with writing(self.db):
            a = self._submissions.expect(one, "approved", version=versions[0])
            b = self._submissions.expect(other, "approved", version=versions[1])
            passed = [slot for slot in (a.slot, b.slot) if slot is not None and slot <= now]
            if passed:
                raise SlotPassed(passed[0])
            return self._replan(a, b.slot, "swap", by, now), self._replan(b, a.slot, "swap", by, now)

    def move_back(
        self, places: Sequence[tuple[int, int, datetime | None]], *, by: int, now: datetime
    ) -> list[Submission]:
        """Put submissions, each as it is at a version, where they stood before: all of them or none.

        Near to another post they may stand again, at the very moment of one that came meanwhile they may not. Raises
        ``AlreadyDecided``, ``Stale``, ``SlotPassed`` or ``TooClose``.
        """
        with writing(self.db):
            found = [self._submissions.expect(number, "approved", version=version) for number, version, _ in places]
            numbers = [submission.id for submission in found]
            for slot in (slot for _, _, slot in places if slot is not None):
                self.check(slot, now, but=numbers, close_ok=slot not in self.taken(now, but=numbers))
            return [self._replan(old, slot, "move", by, now) for old, (_, _, slot) in zip(found, places, strict=True)]

    def _replan(self, old: Submission, slot: datetime | None, action: str, by: int, now: datetime) -> Submission:
        """Another time; an author who knows another one hears of it, once after several moves."""
        details = {"from": maybe_iso(old.slot), "to": maybe_iso(slot)}
        new = self._submissions.update(
            old, action, by, now, {"slot": maybe_iso(slot), "publish_error": None}, details=details
        )
        if slot is not None and slot > now + SETTLED and self._outbox.notice_begun(old, "approved"):
            self._outbox.cancel(old, now, "approved")
            if slot != self._told(old.id):
                self._outbox.notify(new, "approved", now + SETTLED, data={"moved": True})
        return new

    def _told(self, number: int) -> datetime | None:
        """The time that the author was told last: the plan as it was just before that."""
        plan = self.value(
            "select details from audit where submission = ?1 and action in ('approve', 'move', 'swap', 'spread')"
            " and at < (select max(changed_at) from notices where submission = ?1 and kind = 'approved'"
            " and state = 'sent') order by id desc limit 1",
            [number],
        )
        details = {} if plan is None else json.loads(plan)
        return when(details.get("to", details.get("slot")))

    def spread_overdue(self, *, now: datetime) -> list[Submission]:
        """Give new times to posts that were missed, as the community wants; those that moved."""
        with writing(self.db):
            return [self._replan(old, time, "spread", BOT, now) for old, time in self.overdue(now=now)]

    def overdue(self, *, now: datetime) -> list[tuple[Submission, datetime]]:
        """Posts that were missed, each with the new time that it gets as soon as the channel can be reached."""
        late = self._submissions.select("where state = 'approved' and slot <= ? order by slot, s.id", iso(now - LATE))
        if not late:
            return []
        taken = self.taken(now, but=[submission.id for submission in late])
        into = self._community.schedule() if self._community.get("overdue") == "slots" else None
        return list(zip(late, schedule.catch_up(len(late), now, taken, self._community.gap, into), strict=True))

    # --- free slots

    def choose(
        self, when: Literal["now", "next"] | datetime, undo_until: datetime, now: datetime, *, close_ok: bool = False
    ) -> datetime:
        """The slot that an approval asks for, no earlier than the end of the time to undo, unless it is named.

        Raises ``NoFreeSlot``, ``SlotPassed`` or ``TooClose``.
        """
        if when == "now":
            return undo_until
        if when == "next":
            found = self.free(undo_until, 1)
            if not found:
                raise NoFreeSlot
            return found[0]
        self.check(when, now, close_ok=close_ok)
        return when

    def check(self, slot: datetime, now: datetime, *, but: Sequence[int] = (), close_ok: bool = False) -> None:
        """Raises ``SlotPassed``, or ``TooClose`` to a post that is not one of ``but``."""
        if slot <= now:
            raise SlotPassed(slot)
        gap = self._community.gap
        other = schedule.nearest(slot, self.taken(slot, but=but), gap)
        if other is not None and not close_ok:
            raise TooClose(slot, other, gap)

    def free(self, now: datetime, count: int) -> list[datetime]:
        """The next slots that are free."""
        return list(islice(schedule.free(self._community.schedule(), now, self.taken(now), self._community.gap), count))

    def taken(self, since: datetime, *, but: Sequence[int] = ()) -> list[datetime]:
        """When posts are planned, and when there were posts less than the gap before ``since``."""
        planned = self.rows(
            "select slot from submissions where state in ('approved', 'publishing') and slot is not null"
            f" and id not in {AMONG_IDS}",
            [json.dumps(list(but))],
        )
        posted = self.rows("select at from posts where at > ?", [iso(since - self._community.gap)])
        return [datetime.fromisoformat(row[0]) for row in (*planned, *posted)]
