"""What the moderators should be told unasked: somebody waits for too long, tomorrow is empty, a post was refused.

The first two once a day, the last once each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from memebot.database import Database, Store, iso, upsert
from moderation.audit import AuditLog
from moderation.community import Community
from moderation.model import CHANNELS, ChannelName
from moderation.people import People, Role
from moderation.queue.slots import Slots
from moderation.queue.submissions import OPEN, placed

EVENING = time(18)
"""From then on an empty tomorrow is worth a word: before, the day is young."""

AlertKind = Literal["waiting", "tomorrow", "refused", "unset"]
_ROLES = "roles"
"""Under which the last row of the audit log is remembered whose role was told."""


@dataclass(frozen=True, slots=True)
class Alert:
    """Something to tell. ``about``: the local day on which, or the version that was refused, so that it is told once.

    ``count``: how many wait too long, or for a channel that is set no more, or how many slots are free tomorrow;
    ``since``: the oldest one's time. ``submission`` was refused, by the code of ``why``. ``channel``: where slots are
    free, which refused it, or which is set no more.
    """

    kind: AlertKind
    about: str
    count: int = 0
    since: datetime | None = None
    submission: int | None = None
    why: str = ""
    channel: ChannelName = "first"

    @property
    def key(self) -> str:
        """Under which it is remembered."""
        where = "" if self.channel == "first" else f" {self.channel}"
        return f"{self.kind}{where}" if self.submission is None else f"{self.kind}{where} {self.submission}"


@dataclass(frozen=True, slots=True)
class NewRole:
    """A role that somebody was given by somebody else, by ``row`` of the audit log; ``held``: they have it still."""

    row: int
    person: int
    role: Role
    held: bool


class Alerts(Store):
    """Looks for what to tell, and remembers what was told."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self._community, self._audit, self._people = Community(db), AuditLog(db), People(db)
        self._slots = Slots(db)
        self._looked_to = 0
        """No role was given up to this row of the audit log that was not told."""

    def due(self, *, now: datetime, channels: Sequence[ChannelName] = ("first",)) -> list[Alert]:
        """What is to be told of a community with these channels, and was not told yet."""
        empty = [self._tomorrow(now, channel) for channel in channels]
        unset = [self._unset(now, channel) for channel in CHANNELS if channel not in channels]
        found = [*self._refused(), self._waiting(now), *empty, *unset]
        last = dict(self.rows("select kind, about from alerts"))
        return [alert for alert in found if alert is not None and last.get(alert.key) != alert.about]

    def told(self, alert: Alert, *, now: datetime) -> None:
        """Telegram has taken the message: enough of that."""
        self.change(upsert("alerts", "kind", "about, at"), [alert.key, alert.about, iso(now)])

    def new_roles(self, *, now: datetime) -> list[NewRole]:
        """Roles that were given since the last ones that were told; of what was before the first call nothing."""
        last, told = self._audit.last(), self.value("select about from alerts where kind = ?", [_ROLES])
        if told is None:
            self._roles_told(last, now)
            return []
        given = self._audit.since(max(int(told), self._looked_to), action="grant")
        found = [
            NewRole(row.id, row.subject, row.details["role"], row.details["role"] in self._people.roles_of(row.subject))
            for row in given
            if row.subject is not None and row.subject != row.actor
        ]
        if not found:
            self._looked_to = given[-1].id if given else last
        return found

    def role_told(self, new: NewRole, *, now: datetime) -> None:
        """They know of it, or cannot be told."""
        self._roles_told(new.row, now)

    def _roles_told(self, row: int, now: datetime) -> None:
        self.change(upsert("alerts", "kind", "about, at"), [_ROLES, str(row), iso(now)])

    def _refused(self) -> list[Alert]:
        """Held posts that Telegram has not taken, and that nobody has planned anew."""
        held = placed(
            "s.id as id, {t}.publish_error as why, {t}.channel as channel",
            f"{OPEN} and {{t}}.state = 'approved' and {{t}}.slot is null and {{t}}.publish_error is not null",
        )
        rows = self.rows(
            f"select h.id, h.why, h.channel, max(a.version) from ({held}) h join audit a on a.submission = h.id"
            " where a.action = 'refused' group by h.id, h.why, h.channel order by h.id"
        )
        return [Alert("refused", str(version), submission=n, why=why, channel=where) for n, why, where, version in rows]

    def _waiting(self, now: datetime) -> Alert | None:
        hours = int(self._community.get("alert_pending_hours"))
        count, oldest = self.row(
            "select count(*), min(submitted_at) from submissions where state = 'pending' and submitted_at <= ?",
            [iso(now - timedelta(hours=hours))],
        )
        if not hours or not count:
            return None
        return Alert("waiting", self._today(now), int(count), datetime.fromisoformat(oldest))

    def _tomorrow(self, now: datetime, channel: ChannelName) -> Alert | None:
        schedule = self._community.schedule(channel)
        local = now.astimezone(schedule.zone)
        if not self._community.get("alert_empty_tomorrow") or local.time() < EVENING:
            return None
        begin, end = schedule.day(local.date() + timedelta(days=1))
        slots = len(list(schedule.between(begin, end)))
        planned = self._slots.count_planned(begin, end, channel)
        return Alert("tomorrow", self._today(now), slots, channel=channel) if slots and not planned else None

    def _unset(self, now: datetime, channel: ChannelName) -> Alert | None:
        """Posts are planned for a channel that the community has no more: they wait for it."""
        waiting = self.value(
            f"select count(*) from ({placed('s.id', f'{OPEN} and {{t}}.channel = ?1')}) found", [channel]
        )
        return Alert("unset", self._today(now), int(waiting), channel=channel) if waiting else None

    def _today(self, now: datetime) -> str:
        return f"{now.astimezone(self._community.schedule().zone):%Y-%m-%d}"
