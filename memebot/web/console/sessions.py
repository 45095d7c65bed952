"""Who is in the console: one-time links, and the sessions that begin with one or inside Telegram."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from knowledge.reading import Lang
from memebot.database import Database, Store, iso, sql_migrations, when, writing
from memebot.web.console.errors import EntryRefused

SessionOrigin = Literal["link", "app"]

LINK_LASTS = timedelta(seconds=60)
APP_DATA_LASTS = timedelta(minutes=5)
"""So old may the data be with which Telegram opens a Mini App; a clock may be ahead by ``_AHEAD``."""
SESSION_LASTS = timedelta(hours=12)
_AHEAD = timedelta(minutes=1)
_SEEN_EVERY = timedelta(minutes=5)
_KEPT = timedelta(days=7)
_COLUMNS = "id, user_id, origin, device, lang, begun_at, seen_at, expires_at"
MIGRATIONS = sql_migrations("console", Path(__file__).parent / "migrations" / "console")


@dataclass(frozen=True, slots=True)
class BrowserSession:
    """A browser in which somebody is in the console. ``device``: what the browser calls itself, in two words."""

    id: int
    user_id: int
    origin: SessionOrigin
    device: str
    lang: Lang
    begun_at: datetime
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AppPerson:
    """Who opened the Mini App, as Telegram has signed it, when; ``proof``: the signature."""

    user_id: int
    language_code: str | None
    at: datetime
    proof: str


class ConsoleSessions(Store):
    """Links and sessions by the hashes of their tokens: who reads the database cannot enter with it."""

    def __init__(self, db: Database) -> None:
        super().__init__(db, MIGRATIONS)

    # --- entering

    def issue_link(self, user_id: int, *, now: datetime) -> str:
        """The token of a link for this person: for a minute, for one use, in place of any that was issued before."""
        token = secrets.token_urlsafe(32)
        with writing(self.db):
            self.change("delete from console_links where user_id = ? or expires_at < ?", [user_id, iso(now)])
            values = [_hash(token), user_id, iso(now + LINK_LASTS)]
            self.change("insert into console_links (token, user_id, expires_at) values (?, ?, ?)", values)
        return token

    def begin_by_link(self, token: str, *, device: str, lang: Lang, now: datetime) -> str:
        """Use a link up; the token of the session. Raises ``EntryRefused`` for one that is used, old or unknown."""
        with writing(self.db):
            row = self.row(
                "update console_links set used_at = ?2 where token = ?1 and used_at is null and expires_at > ?2"
                " returning user_id",
                [_hash(token), iso(now)],
            )
            if row is None:
                raise EntryRefused("link")
            return self._begin(row[0], "link", device, lang, now)

    def begin_by_app(self, person: AppPerson, *, device: str, lang: Lang, now: datetime) -> str:
        """Begin a session with what Telegram signed for a Mini App, once; the token of the session.

        Raises ``EntryRefused`` for what was used before or is too old.
        """
        if not now - APP_DATA_LASTS < person.at <= now + _AHEAD:
            raise EntryRefused("app-old")
        with writing(self.db):
            self.change("delete from console_links where expires_at < ?", [iso(now)])
            done = self.change(
                "insert into console_links (token, user_id, expires_at, used_at) values (?, ?, ?, ?)"
                " on conflict do nothing",
                [_hash(person.proof), person.user_id, iso(person.at + APP_DATA_LASTS), iso(now)],
            )
            if not done:
                raise EntryRefused("app-used")
            return self._begin(person.user_id, "app", device, lang, now)

    def _begin(self, user_id: int, origin: SessionOrigin, device: str, lang: Lang, now: datetime) -> str:
        token = secrets.token_urlsafe(32)
        self.change("delete from console_sessions where expires_at < ?", [iso(now - _KEPT)])
        self.change(
            "insert into console_sessions (token, user_id, origin, device, lang, begun_at, seen_at, expires_at)"
            " values (?, ?, ?, ?, ?, ?, ?, ?)",
            [_hash(token), user_id, origin, device, lang, iso(now), iso(now), iso(now + SESSION_LASTS)],
        )
        return token

    # --- being inside

    def find(self, token: str, *, now: datetime) -> BrowserSession | None:
        """The session of this token while it lasts.

        One that began before a role of its person was taken is over: they enter anew with the roles that they have.
        """
        row = self.row(
            f"select {_COLUMNS} from console_sessions where token = ? and ended_at is null and expires_at > ?",
            [_hash(token), iso(now)],
        )
        if row is None:
            return None
        session = _session(row)
        if self._role_taken_since(session):
            self._end("id = ?", [session.id], now)
            return None
        if now - session.seen_at > _SEEN_EVERY:
            self.change("update console_sessions set seen_at = ? where id = ?", [iso(now), session.id])
        return session

    def _role_taken_since(self, session: BrowserSession) -> bool:
        taken = self.value(
            "select max(at) from audit where subject = ? and action in ('revoke', 'left')", [session.user_id]
        )
        return taken is not None and taken >= iso(session.begun_at)

    def of_person(self, user_id: int, *, now: datetime) -> list[BrowserSession]:
        """Where this person is in the console, the newest first."""
        rows = self.rows(
            f"select {_COLUMNS} from console_sessions where user_id = ? and ended_at is null and expires_at > ?"
            " order by id desc",
            [user_id, iso(now)],
        )
        return [_session(row) for row in rows]

    def speak(self, number: int, lang: Lang) -> None:
        """Show this session its pages in another language."""
        self.change("update console_sessions set lang = ? where id = ?", [lang, number])

    def end(self, number: int, user_id: int, *, now: datetime) -> None:
        """End one session of this person."""
        self._end("id = ? and user_id = ?", [number, user_id], now)

    def end_all(self, user_id: int, *, now: datetime) -> None:
        """End all sessions of this person, and the link that was not used yet."""
        with writing(self.db):
            self.change("delete from console_links where user_id = ? and used_at is null", [user_id])
            self._end("user_id = ?", [user_id], now)

    def _end(self, where: str, parameters: list[object], now: datetime) -> None:
        self.change(
            f"update console_sessions set ended_at = ? where {where} and ended_at is null", [iso(now), *parameters]
        )

    # --- what is kept about somebody

    def about(self, user_id: int) -> dict[str, Any]:
        """All sessions that are remembered."""
        sql = "select begun_at, seen_at, ended_at, origin, device, lang from console_sessions where user_id = ?"
        return {"console_sessions": self.records(f"{sql} order by id", [user_id])}

    def forget(self, user_id: int) -> None:
        """End and forget all sessions."""
        with writing(self.db):
            self.change("delete from console_links where user_id = ?", [user_id])
            self.change("delete from console_sessions where user_id = ?", [user_id])


def csrf_of(token: str) -> str:
    """What forms of this session carry: it follows from the session's token, and the token not from it."""
    return hashlib.sha256(f"csrf {token}".encode()).hexdigest()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogateescape")).hexdigest()


def _session(row: Any) -> BrowserSession:
    number, user_id, origin, device, lang, *times = row
    begun, seen, expires = (when(time) for time in times)
    assert begun and seen and expires  # the columns are not null
    return BrowserSession(number, user_id, origin, device, lang, begun, seen, expires)
