"""The audit log: who did what to what, when. Written in the transaction of the change, never changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from memebot.database import Store, iso

BOT = 0
"""The actor of what the program does by itself."""
COMMAND_LINE = -1
"""The actor of what somebody does in a shell."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One change. ``before`` and ``after`` are states of a submission, equal where the state stayed.

    ``actor``: a Telegram user id, ``BOT``, ``COMMAND_LINE``, or None for somebody who was forgotten since.
    ``subject``: the person whom a role, ban or note concerns.
    """

    id: int
    at: datetime
    actor: int | None
    action: str
    submission: int | None
    version: int | None
    before: str | None
    after: str | None
    subject: int | None
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StateChange:
    """A submission's new version, with the states before and after; ``before`` None: it is new."""

    submission: int | None = None
    version: int | None = None
    before: str | None = None
    after: str | None = None


_NEW = "at, actor, action, submission, version, before, after, subject, details"
_COLUMNS = f"id, {_NEW}"
_NO_CHANGE = StateChange()


class AuditLog(Store):
    """Rows are added and read, never changed."""

    def record(
        self,
        action: str,
        actor: int | None,
        now: datetime,
        *,
        change: StateChange = _NO_CHANGE,
        subject: int | None = None,
        details: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        """Write one row, inside the transaction that is open. ``details`` hold no texts by or about authors."""
        moved = (change.submission, change.version, change.before, change.after)
        self.change(
            f"insert into audit ({_NEW}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [iso(now), actor, action, *moved, subject, json.dumps(dict(details), ensure_ascii=False)],
        )

    def newest(self, submission: int | None = None, *, limit: int = 50) -> list[AuditRow]:
        """The newest rows first, of one submission or of everything."""
        rows = self.rows(
            f"select {_COLUMNS} from audit where submission = ?1 or ?1 is null order by id desc limit ?2",
            [submission, limit],
        )
        return [_row(row) for row in rows]

    def about(self, submission: int, person: int | None, *, limit: int = 50) -> list[AuditRow]:
        """The newest rows of a submission, and what was done about its author (bans, notes), newest first."""
        rows = self.rows(
            f"select {_COLUMNS} from audit where submission = ?1 or (subject = ?2 and submission is null)"
            " order by id desc limit ?3",
            [submission, person, limit],
        )
        return [_row(row) for row in rows]

    def last(self) -> int:
        """The number of the newest row, 0 for none."""
        return int(self.value("select coalesce(max(id), 0) from audit"))

    def since(self, number: int, *, action: str | None = None, limit: int = 200) -> list[AuditRow]:
        """The rows after this one, in their order: all, or those of an action."""
        rows = self.rows(
            f"select {_COLUMNS} from audit where id > ?1 and (action = ?2 or ?2 is null) order by id limit ?3",
            [number, action, limit],
        )
        return [_row(row) for row in rows]


def _row(row: Sequence[Any]) -> AuditRow:
    facts = dict(zip(AuditRow.__dataclass_fields__, row, strict=True))
    return AuditRow(**{**facts, "at": datetime.fromisoformat(facts["at"]), "details": json.loads(facts["details"])})
