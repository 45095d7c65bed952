"""The plan of the channel: what is to be posted when, what is held back, and which slots are free."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from moderation.model import Submission, SubmissionId
from moderation.stores import Moderation

DAYS = 8
"""How far ahead free slots are shown."""
MOST = 30
MOST_HELD = 10


@dataclass(frozen=True, slots=True)
class Plan:
    """What is planned, what is held back, and the free slots between: as of ``now``."""

    planned: tuple[Submission, ...]
    held: tuple[Submission, ...]
    free: tuple[datetime, ...]
    zone: ZoneInfo
    now: datetime

    def find(self, number: int) -> Submission | None:
        """A planned or held submission."""
        return next((s for s in (*self.planned, *self.held) if s.id == number), None)


class Planning:
    """One instance a bot; every method runs on the database's thread."""

    def __init__(self, stores: Moderation, *, clock: Callable[[], datetime]) -> None:
        self._stores, self._clock = stores, clock

    def plan(self) -> Plan:
        """What is planned and free."""
        slots, now = self._stores.slots, self._clock()
        until = now + timedelta(days=DAYS)
        return Plan(
            planned=tuple(slots.planned(limit=MOST)),
            held=tuple(slots.held(limit=MOST_HELD)),
            free=tuple(slot for slot in slots.free(now, MOST) if slot < until),
            zone=self._stores.community.schedule().zone,
            now=now,
        )

    def move(self, number: SubmissionId, slot: datetime | None, by: int, version: int) -> None:
        """Plan for another time, or hold back. Raises ``NotAllowed`` and what ``Slots.move`` does."""
        with self._stores.people.allowed(by, "slots"):
            self._stores.slots.move(number, slot, by=by, now=self._clock(), version=version)

    def swap(self, one: tuple[SubmissionId, int], other: tuple[SubmissionId, int], by: int) -> None:
        """Exchange two slots, each as seen at that version. Raises ``NotAllowed``, ``AlreadyDecided`` or ``Stale``."""
        with self._stores.people.allowed(by, "slots"):
            (a, seen), (b, seen_other) = one, other
            self._stores.slots.swap(a, b, by=by, now=self._clock(), versions=(seen, seen_other))
