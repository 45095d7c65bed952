"""People: who may do what, who may not submit, and what an author has done so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from memebot.database import Database, Store, iso, maybe_iso, upsert, when, writing
from moderation.audit import COMMAND_LINE, AuditLog
from moderation.community import Community
from moderation.errors import NotAllowed
from moderation.model import Ban

Role = Literal["owner", "admin", "moderator", "editor"]
ROLES: tuple[Role, ...] = ("owner", "admin", "moderator", "editor")
RANK: Mapping[str, int] = {"moderator": 1, "admin": 2, "owner": 3}
"""Editors stand beside: they write entries, and decide nothing."""

NEEDED: Mapping[str, Role] = {
    "decide": "moderator",
    "undo": "moderator",
    "note": "moderator",
    "stats": "moderator",
    "slots": "admin",
    "ban": "admin",
    "roles": "admin",
    "settings": "owner",
    "edit_entries": "editor",
}
"""The least role for what one may want to do."""

LAST_REASONS = 3


def right_to_grant(role: Role) -> str:
    """What one must be allowed to do to give or take a role."""
    return "settings" if role in ("admin", "owner") else "roles"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that somebody has: granted by a person, or by being in the moderators' chat."""

    user_id: int
    role: Role
    source: Literal["settings", "granted", "chat"]
    by: int
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Note:
    """What admins should know about somebody."""

    text: str
    by: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Rejection:
    """One rejection in an author's record."""

    submission: int
    reason_key: str | None
    reason_text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AuthorRecord:
    """What an author has done so far, for those who decide."""

    author_id: int
    proposed: int
    published: int
    rejected: int
    pending: int
    last_reasons: tuple[Rejection, ...]
    note: str
    ban: Ban | None


class People(Store):
    """Roles, bans and notes. ``owners`` are those of the settings: nobody can take that role from them."""

    def __init__(self, db: Database, owners: frozenset[int] = frozenset()) -> None:
        super().__init__(db)
        self.owners, self._audit, self._community = owners, AuditLog(db), Community(db)

    # --- roles

    def roles_of(self, user_id: int) -> frozenset[Role]:
        """All roles of somebody; those by the moderators' chat only while the community wants that."""
        rows = self.rows(
            "select distinct role from roles where user_id = ?1 and (source = 'granted' or ?2 = 1)",
            [user_id, self._community.get("chat_grants")],
        )
        roles: set[Role] = {row[0] for row in rows}
        return frozenset(roles | {"owner"} if user_id in self.owners else roles)

    def role(self, user_id: int) -> Role | None:
        """The highest of owner, admin and moderator, if any."""
        ranked = [role for role in self.roles_of(user_id) if role in RANK]
        return max(ranked, key=RANK.__getitem__, default=None)

    def may(self, user_id: int, what: str) -> bool:
        """Whether somebody's role suffices for one of ``NEEDED``; the command line may do everything.

        Editors, and admins and above, may write entries.
        """
        if user_id == COMMAND_LINE:
            return True
        needed, roles = NEEDED[what], self.roles_of(user_id)
        if needed == "editor":
            return bool(roles & {"editor", "admin", "owner"})
        return max((RANK.get(role, 0) for role in roles), default=0) >= RANK[needed]

    def deciders(self) -> frozenset[int]:
        """Everybody who may decide now, as far as they are known: of the moderators' chat, who was seen there."""
        chat = self._community.get("chat_grants")
        return frozenset(g.user_id for g in self.roles() if g.role in RANK and (g.source != "chat" or chat))

    def need(self, user_id: int, what: str) -> None:
        """Raises ``NotAllowed`` where ``may`` says no."""
        if not self.may(user_id, what):
            raise NotAllowed(NEEDED[what])

    @contextmanager
    def allowed(self, by: int, what: str) -> Iterator[None]:
        """One transaction for somebody whose role suffices for ``what``. Raises ``NotAllowed``."""
        with writing(self.db):
            self.need(by, what)
            yield

    def grant(self, user_id: int, role: Role, *, by: int, now: datetime) -> None:
        """Give a role; moderators and editors by admins, admins and owners by owners. Raises ``NotAllowed``."""
        with writing(self.db):
            self._may_change(role, by)
            done = self.change(
                "insert into roles values (?, ?, 'granted', ?, ?) on conflict do nothing", [user_id, role, by, iso(now)]
            )
            if done:
                self._audit.record("grant", by, now, subject=user_id, details={"role": role})
                self.db.announce()

    def revoke(self, user_id: int, role: Role, *, by: int, now: datetime) -> bool:
        """Take a role that was granted; whether there was one to take. Raises ``NotAllowed``."""
        with writing(self.db):
            self._may_change(role, by)
            done = self.change(
                "delete from roles where user_id = ? and role = ? and source = 'granted'", [user_id, role]
            )
            if done:
                self._audit.record("revoke", by, now, subject=user_id, details={"role": role})
                self.db.announce()
        return bool(done)

    def _may_change(self, role: Role, by: int) -> None:
        self.need(by, right_to_grant(role))

    def chat_member(self, user_id: int, member: bool, *, now: datetime) -> None:
        """Somebody is in the moderators' chat, or has left it."""
        with writing(self.db):
            if member:
                done = self.change(
                    "insert into roles values (?, 'moderator', 'chat', 0, ?) on conflict do nothing",
                    [user_id, iso(now)],
                )
            else:
                done = self.change("delete from roles where user_id = ? and source = 'chat'", [user_id])
            if done:
                self._audit.record("joined" if member else "left", user_id, now, subject=user_id)
                self.db.announce()

    def roles(self) -> list[Grant]:
        """Everybody with a role, the highest first."""
        fixed = [Grant(user, "owner", "settings", 0, None) for user in sorted(self.owners)]
        rows = self.rows(
            "select user_id, role, source, by, at from roles order by"
            " case role when 'owner' then 0 when 'admin' then 1 when 'moderator' then 2 else 3 end, user_id"
        )
        given = ((user, role, source, by, datetime.fromisoformat(at)) for user, role, source, by, at in rows)
        return fixed + [Grant(*facts) for facts in given]

    # --- bans and notes

    def ban(self, user_id: int, *, by: int, now: datetime, until: datetime | None = None, reason: str = "") -> Ban:
        """Let somebody submit no more, until then or for good; in place of a ban that there is."""
        with writing(self.db):
            self._lift(user_id, by, now)
            self.change(
                "insert into bans (user_id, until, reason, by, at) values (?, ?, ?, ?, ?)",
                [user_id, maybe_iso(until), reason, by, iso(now)],
            )
            self._audit.record("ban", by, now, subject=user_id, details={"until": maybe_iso(until)})
        return Ban(user_id, until, reason, by, now)

    def unban(self, user_id: int, *, by: int, now: datetime) -> bool:
        """Let somebody submit again; whether there was a ban."""
        with writing(self.db):
            lifted = self._lift(user_id, by, now)
            if lifted:
                self._audit.record("unban", by, now, subject=user_id)
        return lifted

    def _lift(self, user_id: int, by: int, now: datetime) -> bool:
        done = self.change(
            "update bans set lifted_by = ?, lifted_at = ? where user_id = ? and lifted_at is null",
            [by, iso(now), user_id],
        )
        return bool(done)

    def banned(self, user_id: int, *, now: datetime) -> Ban | None:
        """The ban that holds now."""
        row = self.row(
            "select user_id, until, reason, by, at from bans"
            " where user_id = ? and lifted_at is null and (until is null or until > ?)",
            [user_id, iso(now)],
        )
        if row is None:
            return None
        _, until, reason, by, at = row
        return Ban(user_id, when(until), reason, by, datetime.fromisoformat(at))

    def set_note(self, user_id: int, text: str, *, by: int, now: datetime) -> None:
        """What admins should know about an author; an empty text removes it."""
        with writing(self.db):
            if self.note(user_id) == text.strip():
                return
            if text.strip():
                self.change(upsert("notes", "user_id", "text, by, at"), [user_id, text.strip(), by, iso(now)])
            else:
                self.change("delete from notes where user_id = ?", [user_id])
            self._audit.record("note", by, now, subject=user_id, details={"length": len(text.strip())})

    def kept_note(self, user_id: int) -> Note | None:
        """The note about somebody, with who wrote it and when."""
        row = self.row("select text, by, at from notes where user_id = ?", [user_id])
        return None if row is None else Note(row[0], row[1], datetime.fromisoformat(row[2]))

    def note(self, user_id: int) -> str:
        """The note about somebody, or nothing."""
        kept = self.kept_note(user_id)
        return "" if kept is None else kept.text

    # --- authors

    def record(self, author_id: int, *, now: datetime) -> AuthorRecord:
        """What this author has done so far."""
        sql = "select state, count(*) from submissions where author_id = ? group by state"
        counts: dict[str, int] = dict(self.rows(sql, [author_id]))
        published, rejected, pending = (counts.get(state, 0) for state in ("published", "rejected", "pending"))
        reasons, note, ban = self._last_reasons(author_id), self.note(author_id), self.banned(author_id, now=now)
        return AuthorRecord(author_id, sum(counts.values()), published, rejected, pending, reasons, note, ban)

    def _last_reasons(self, author_id: int) -> tuple[Rejection, ...]:
        rows = self.rows(
            "select id, reason_key, reason_text, decided_at from submissions where author_id = ?"
            " and state = 'rejected' and (reason_key is not null or reason_text <> '')"
            " order by decided_at desc, id desc limit ?",
            [author_id, LAST_REASONS],
        )
        return tuple(Rejection(number, key, text, datetime.fromisoformat(at)) for number, key, text, at in rows)

    def set_milestones(self, user_id: int, on: bool) -> None:
        """Whether this author wants to hear how many reactions a post of theirs has."""
        self.change(upsert("wishes", "user_id", "milestones"), [user_id, int(on)])

    def wants_milestones(self, user_id: int) -> bool:
        """Yes, unless they said no."""
        return bool(self.value("select coalesce(max(milestones), 1) from wishes where user_id = ?", [user_id]))
