"""The limits of a bot that several processes serve: they reserve moments in the database that they share."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from memebot.database import STORAGE_FAILURES, Database, DatabaseThread, Store, sql_migrations
from memebot.telegram.transport.limits.sending import SENDING, TOGETHER, Held, OwnLimits, Sent, reserve

MIGRATIONS = sql_migrations("sending", Path(__file__).parent / "migrations")
ALL_CHATS = ""
KEPT_S = 600.0
"""Older moments matter to no limit."""


class Sendings(Store):
    """When messages went into each chat or will go. Times are seconds since 1970, by the clock that processes share.

    A change compares with what it was made of, and begins again where another process was faster: nobody waits for
    the write lock.
    """

    def __init__(self, db: Database) -> None:
        """Raises ``DatabaseTooNew`` and ``DatabaseBusy``."""
        super().__init__(db, MIGRATIONS)

    def reserve(self, bot_id: int, chat: Any, messages: int, *, now: datetime) -> float:
        """When so many messages may go into a chat; they are counted as sent then, there and in all."""
        place = str(chat)
        while True:
            found = {
                place: (moments, held_until)
                for place, moments, held_until in self.rows(
                    "select place, moments, held_until from sendings where bot_id = ? and place in (?, ?)",
                    [bot_id, place, ALL_CHATS],
                )
            }
            sent, total = (
                Sent(json.loads(moments), held_until)
                for moments, held_until in (found.get(one, ("[]", 0.0)) for one in (place, ALL_CHATS))
            )
            when = reserve(sent, total, TOGETHER, chat, messages, now=now.timestamp())
            changes = [(ALL_CHATS, total), (place, sent)][: 1 if chat is None else 2]
            if all(self._put(bot_id, one, found.get(one, (None,))[0], new.moments) for one, new in changes):
                return when

    def _put(self, bot_id: int, place: str, before: str | None, moments: Sequence[float]) -> bool:
        """Write moments in place of those that were read; whether they were still there."""
        new = json.dumps([round(moment, 4) for moment in moments])
        if before is None:
            sql = "insert into sendings (moments, bot_id, place) values (?, ?, ?) on conflict do nothing"
            return self.db.execute_alone(sql, [new, bot_id, place]) == 1
        sql = "update sendings set moments = ? where bot_id = ? and place = ? and moments = ?"
        return self.db.execute_alone(sql, [new, bot_id, place, before]) == 1

    def hold(self, bot_id: int, held: Sequence[Held], until: float) -> None:
        """Telegram takes none of these before."""
        for one in held:
            self.db.execute_alone(
                "insert into sendings (bot_id, place, held_until) values (?, ?, ?) on conflict (bot_id, place)"
                " do update set held_until = excluded.held_until where excluded.held_until > sendings.held_until",
                [bot_id, _place(one), until],
            )

    def held_until(self, bot_id: int, held: Sequence[Held]) -> float:
        """When all of these may be called again."""
        marks = ", ".join("?" * len(held))
        sql = f"select coalesce(max(held_until), 0) from sendings where bot_id = ? and place in ({marks})"
        return float(self.value(sql, [bot_id, *map(_place, held)]))

    def drop_old(self, bot_id: int, *, now: datetime) -> None:
        """Forget what matters no more."""
        before = now.timestamp() - KEPT_S
        old = [
            place
            for place, moments, held_until in self.rows(
                "select place, moments, held_until from sendings where bot_id = ?", [bot_id]
            )
            if max([held_until, *json.loads(moments)[-1:]]) < before
        ]
        for place in old:
            self.db.execute_alone("delete from sendings where bot_id = ? and place = ?", [bot_id, place])

    # --- people

    def about(self, user_id: int) -> dict[str, Any]:
        """When messages were sent to somebody within the last minutes."""
        found = self.records("select moments, held_until from sendings where place = ?", [str(user_id)])
        return {"sendings": found} if found else {}

    def forget(self, user_id: int) -> None:
        """Delete it."""
        self.change("delete from sendings where place = ?1 or place like ?1 || '/%'", [str(user_id)])


def _place(held: Held) -> str:
    """Where a wait is noted: that of sending where messages into the chat are."""
    kind, chat = held
    return str(chat) if kind == SENDING else f"{chat}/{kind}"


class SharedLimits:
    """Several processes together keep to these. While the database is away each keeps to its own."""

    def __init__(self, db: DatabaseThread, sendings: Sendings, bot_id: int) -> None:
        self._db, self._sendings, self._bot_id = db, sendings, bot_id
        self._own, self._dropped_at = OwnLimits(), 0.0

    async def reserve(self, chat: Any, messages: int) -> float:
        """How long until so many messages may go into a chat; they are counted as sent then."""
        own = await self._own.reserve(chat, messages)
        try:
            return max(own, await self._db.run(self._reserve, chat, messages) - time.monotonic())
        except STORAGE_FAILURES:
            return own

    async def hold(self, held: Sequence[Held], seconds: float) -> None:
        """Telegram has asked to wait."""
        await self._own.hold(held, seconds)
        try:
            await self._db.run(self._hold, _of_chats(held), seconds)
        except STORAGE_FAILURES:
            return

    async def left(self, held: Sequence[Held]) -> float:
        """How long these are told to wait yet, whichever process was told."""
        own = await self._own.left(held)
        shared = _of_chats(held)
        if not shared:
            return own
        try:
            return max(own, await self._db.run(self._left, shared))
        except STORAGE_FAILURES:
            return own

    # --- on the thread of the database

    def _reserve(self, chat: Any, messages: int) -> float:
        """By the clock of ``time.monotonic``: what waits for this may hear of it late."""
        if time.monotonic() - self._dropped_at > KEPT_S:
            self._dropped_at = time.monotonic()
            self._sendings.drop_old(self._bot_id, now=self._db.now())
        when = self._sendings.reserve(self._bot_id, chat, messages, now=self._db.now())
        return time.monotonic() + when - self._db.now().timestamp()

    def _hold(self, held: Sequence[Held], seconds: float) -> None:
        self._sendings.hold(self._bot_id, held, self._db.now().timestamp() + seconds)

    def _left(self, held: Sequence[Held]) -> float:
        return self._sendings.held_until(self._bot_id, held) - self._db.now().timestamp()


def _of_chats(held: Sequence[Held]) -> list[Held]:
    """Those that concern a chat: other calls are not so many that processes hinder each other."""
    return [one for one in held if one[1] is not None]
