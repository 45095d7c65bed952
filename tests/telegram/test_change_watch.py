"""What another process changes wakes whoever has to do with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from chats import open_chats
from engines import Databases
from moderation_drafts import NOW

from knowledge.entry.model import Entry
from knowledge.store.base import KnowledgeBase
from memebot.database import DatabaseThread, open_database
from memebot.telegram.change_watch import ChangeWatch


def test_where_the_team_meets_now_is_known_to_every_process(tmp_path: Path) -> None:
    async def scenario() -> None:
        path, home = tmp_path / "memebot.sqlite3", -5
        async with open_chats(path, moderators_chat=home) as one, open_chats(path, moderators_chat=home) as other:
            (watch,) = (work for work in other.running.everywhere if isinstance(work, ChangeWatch))
            await watch.look()
            await one.running.delivery.moved(home, -1005)
            await watch.look()
            assert [chats.running.tools.members.chat.chat_id for chats in (one, other)] == [-1005, -1005]

    asyncio.run(scenario())


def test_a_save_in_another_process_wakes_and_is_found_though_notifications_get_lost(
    databases: Databases, make_entry: Callable[..., Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    where = databases.where()

    def save(name: str) -> None:
        database = open_database(where)
        KnowledgeBase(database).changes.save(make_entry(name), author="ann", now=NOW)
        database.close()

    async def scenario() -> None:
        async with DatabaseThread(where) as db:
            watch = ChangeWatch(db, await db.run(KnowledgeBase, db.connection))
            woken: list[int] = []
            watch.wakes = [lambda: woken.append(1)]
            await watch.look()
            await watch.look()
            assert len(woken) == 1
            await asyncio.to_thread(save, "first")
            await watch.look()
            assert len(woken) == 2
            monkeypatch.setattr(db.connection, "news", lambda: False)
            await asyncio.to_thread(save, "second")
            await watch.look()
            await watch.look()
            assert len(woken) == 3

    asyncio.run(scenario())
