"""The register of communities: every change compares and sets a version, and writes who made it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from memebot.communities.model import (
    CommunityChange,
    CommunityChanged,
    CommunityExists,
    CommunityNotFound,
    CommunityRow,
    CommunityState,
)
from memebot.database import Database, Store, iso, sql_migrations, writing
from memebot.settings import MAIN

MIGRATIONS = sql_migrations("communities", Path(__file__).parent / "migrations")
_COLUMNS = "id, title, state, settings, version, changed_at"


class Communities(Store):
    """Those of one home, in the database of its first. Any number of processes may open it."""

    def __init__(self, db: Database) -> None:
        """Raises ``DatabaseTooNew`` and ``DatabaseBusy``."""
        super().__init__(db, MIGRATIONS)

    def all(self) -> list[CommunityRow]:
        """All of them, the first one first, then by their ids."""
        found = [_row(row) for row in self.rows(f"select {_COLUMNS} from communities order by id")]
        return sorted(found, key=lambda row: row.id != MAIN)

    def get(self, name: str) -> CommunityRow:
        """Raises ``CommunityNotFound``."""
        found = self.row(f"select {_COLUMNS} from communities where id = ?", [name])
        if found is None:
            raise CommunityNotFound(name, [row.id for row in self.all()])
        return _row(found)

    def add(self, name: str, title: str, settings: Mapping[str, Any], *, by: int, now: datetime) -> CommunityRow:
        """Add one, active. Raises ``CommunityExists``."""
        with writing(self.db):
            known = {row.id: row for row in self.all()}
            if name in known:
                raise CommunityExists(known[name])
            new = CommunityRow(name, title, "active", dict(settings), 1, now)
            self.change(
                f"insert into communities ({_COLUMNS}) values (?, ?, ?, ?, ?, ?)",
                [name, title, "active", _json(settings), 1, iso(now)],
            )
            self._record(name, "add", by, now, {"title": title, **settings})
        return new

    def set(self, row: CommunityRow, name: str, value: Any, *, by: int, now: datetime) -> CommunityRow:
        """Give it one setting, or with ``None`` the default again; ``title``, too. Raises ``CommunityChanged``."""
        if name == "title":
            return self._put(replace(row, title=value or ""), "set", by, now, {"title": value or ""})
        settings = {**row.settings, name: value}
        if value is None:
            del settings[name]
        details = {"name": name, "from": row.settings.get(name), "to": value}
        return self._put(replace(row, settings=settings), "set", by, now, details)

    def renew(self, row: CommunityRow, *, by: int, now: datetime) -> CommunityRow:
        """Say that its token is another one. Raises ``CommunityChanged``."""
        return self._put(row, "token", by, now, {})

    def move(self, row: CommunityRow, state: CommunityState, *, by: int, now: datetime) -> CommunityRow:
        """Let it be active, paused or removed. Raises ``CommunityChanged``."""
        return self._put(replace(row, state=state), state, by, now, {"from": row.state})

    def purge(self, row: CommunityRow, *, by: int, now: datetime) -> None:
        """Forget it; what was done to it stays written. Raises ``CommunityChanged``."""
        with writing(self.db):
            if not self.change("delete from communities where id = ? and version = ?", [row.id, row.version]):
                raise CommunityChanged(row.id)
            self._record(row.id, "purge", by, now, {})

    def changes(self, name: str) -> list[CommunityChange]:
        """What was done to it, the oldest first."""
        found = self.rows(
            "select at, actor, action, details from community_changes where community = ? order by id", [name]
        )
        return [CommunityChange(datetime.fromisoformat(at), by, did, json.loads(what)) for at, by, did, what in found]

    def _put(self, new: CommunityRow, action: str, by: int, now: datetime, details: Mapping[str, Any]) -> CommunityRow:
        """Write a row that was made from the one of its version."""
        with writing(self.db):
            written = self.change(
                "update communities set title = ?, state = ?, settings = ?, version = version + 1, changed_at = ? "
                "where id = ? and version = ?",
                [new.title, new.state, _json(new.settings), iso(now), new.id, new.version],
            )
            if not written:
                raise CommunityChanged(new.id)
            self._record(new.id, action, by, now, details)
        return replace(new, version=new.version + 1, changed_at=now)

    def _record(self, name: str, action: str, by: int, now: datetime, details: Mapping[str, Any]) -> None:
        self.change(
            "insert into community_changes (at, actor, community, action, details) values (?, ?, ?, ?, ?)",
            [iso(now), by, name, action, _json(details)],
        )
        self.db.announce()


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _row(row: Any) -> CommunityRow:
    name, title, state, settings, version, changed_at = row
    return CommunityRow(name, title, state, json.loads(settings), version, datetime.fromisoformat(changed_at))
