"""What the moderators should be told unasked: somebody waits for too long, tomorrow is empty. Each once a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from sqlite_utils import Database

from memebot.database import Store, iso
from moderation.community import Community

EVENING = time(18)
"""From then on an empty tomorrow is worth a word: before, the day is young."""

AlertKind = Literal["waiting", "tomorrow"]


@dataclass(frozen=True, slots=True)
class Alert:
    """Something to tell. ``about``: the local day on which, so that it is told once that day.

    ``count``: how many wait too long, or how many slots are free tomorrow; ``since``: the oldest one's time.
    """

    kind: AlertKind
    about: str
    count: int
    since: datetime | None = None


class Alerts(Store):
    """Looks for what to tell, and remembers what was told."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self._community = Community(db)

    def due(self, *, now: datetime) -> list[Alert]:
        """What is to be told and was not told today."""
        found = [alert for alert in (self._waiting(now), self._tomorrow(now)) if alert is not None]
        last = dict(self.rows("select kind, about from alerts"))
        return [alert for alert in found if last.get(alert.kind) != alert.about]

    def told(self, alert: Alert, *, now: datetime) -> None:
        """Telegram has taken the message: enough for today."""
        self.change("insert or replace into alerts values (?, ?, ?)", [alert.kind, alert.about, iso(now)])

    def _waiting(self, now: datetime) -> Alert | None:
        hours = int(self._community.get("alert_pending_hours"))
        count, oldest = self.row(
            "select count(*), min(submitted_at) from submissions where state = 'pending' and submitted_at <= ?",
            [iso(now - timedelta(hours=hours))],
        )
        if not hours or not count:
            return None
        return Alert("waiting", self._today(now), int(count), datetime.fromisoformat(oldest))

    def _tomorrow(self, now: datetime) -> Alert | None:
        schedule = self._community.schedule()
        local = now.astimezone(schedule.zone)
        if not self._community.get("alert_empty_tomorrow") or local.time() < EVENING:
            return None
        begin, end = schedule.day(local.date() + timedelta(days=1))
        slots = len(list(schedule.between(begin, end)))
        planned = self.value(
            "select count(*) from submissions where state in ('approved', 'publishing') and slot >= ? and slot < ?",
            [iso(begin), iso(end)],
        )
        return Alert("tomorrow", self._today(now), slots) if slots and not planned else None

    def _today(self, now: datetime) -> str:
        return f"{now.astimezone(self._community.schedule().zone):%Y-%m-%d}"
