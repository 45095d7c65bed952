"""What a database's thread knows beside its calls: a server that is away, the time of all, what others changed."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from engines import Databases, migrate_all

from knowledge.store.base import KnowledgeBase
from memebot.communities.registry import Communities
from memebot.database import Database, DatabaseAddress, DatabaseThread, ServerGone, handle, open_database, postgres
from moderation.stores import Moderation

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def where(databases_of: Callable[[str], Databases]) -> DatabaseAddress:
    """A namespace of the server."""
    return databases_of("postgresql").where()


def one(database: Database) -> int:
    return int(database.execute("select 1").fetchone()[0])


def cut_off(address: DatabaseAddress, *others: DatabaseThread) -> None:
    """End the connections of a namespace, as a restart of the server does."""
    with psycopg.connect(address.server, autocommit=True) as other:
        for db in others:
            number = db.connection.conn.info.backend_pid  # type: ignore[attr-defined]
            other.execute("select pg_terminate_backend(%s)", [number])


@asynccontextmanager
async def two_threads(where: DatabaseAddress) -> AsyncIterator[tuple[DatabaseThread, DatabaseThread]]:
    async with DatabaseThread(where) as first, DatabaseThread(where) as second:
        yield first, second


def test_a_server_that_goes_and_comes_back_is_told_once_each_for_all_connections(
    where: DatabaseAddress, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        async with two_threads(where) as both:
            with monkeypatch.context() as away:
                cut_off(where, *both)
                away.setattr(postgres, "connect", refused)
                for db in both * 3:
                    with pytest.raises(ServerGone):
                        await db.run(one, db.connection)
                    assert db.server_gone
            for db in both * 2:
                assert await db.run(one, db.connection) == 1
                assert not db.server_gone

    def refused(address: DatabaseAddress) -> None:
        raise psycopg.OperationalError("connection refused")

    asyncio.run(scenario())
    lines = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(lines) == 2
    assert "is gone" in lines[0] and "is back after" in lines[1]


def test_a_server_that_was_started_anew_and_answers_is_not_told_to_be_gone(
    where: DatabaseAddress, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        async with DatabaseThread(where) as db:
            cut_off(where, db)
            with pytest.raises(ServerGone):
                await db.run(one, db.connection)
            assert not db.server_gone
            assert await db.run(one, db.connection) == 1

    asyncio.run(scenario())
    assert caplog.text == ""


@pytest.mark.parametrize("wrong", [timedelta(minutes=1), timedelta(minutes=-1)], ids=["ahead", "behind"])
def test_two_machines_whose_clocks_differ_by_a_minute_have_one_time(
    where: DatabaseAddress, wrong: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> timedelta:
        async with DatabaseThread(where) as right, DatabaseThread(where, lambda: datetime.now(UTC) + wrong) as other:
            await other.run(one, other.connection)
            return other.now() - right.now()

    handle._other_clocks.clear()
    assert abs(asyncio.run(scenario())) < timedelta(seconds=20)  # the machine that runs this may be busy
    (line,) = caplog.messages
    assert (
        ("ahead of" if wrong > timedelta() else "behind") in line and re.search(r" [4-7]\d s ", line) and "NTP" in line
    )


def test_a_file_has_the_time_of_its_machine(databases_of: Callable[[str], Databases]) -> None:
    async def scenario() -> datetime:
        async with DatabaseThread(databases_of("sqlite").where(), lambda: NOW) as db:
            await db.run(one, db.connection)
            return db.now()

    assert asyncio.run(scenario()) == NOW


# --- news

Change = Callable[[Database], object]
CHANGES: dict[str, Change] = {
    "entries": lambda db: _count_up(db),
    "a setting": lambda db: Moderation.open(db, frozenset({1})).community.set("zone", "UTC", by=1, now=NOW),
    "a role": lambda db: Moderation.open(db, frozenset({1})).people.grant(2, "editor", by=1, now=NOW),
    "who is in the chat": lambda db: Moderation.open(db, frozenset({1})).people.chat_member(3, True, now=NOW),
    "a community": lambda db: Communities(db).add("cats", "", {}, by=1, now=NOW),
}


def _count_up(db: Database) -> None:
    with KnowledgeBase(db).handle.write():
        pass


def opened(databases: Databases) -> tuple[Database, Database]:
    one, other = databases.two()
    migrate_all(one)
    return one, other


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_one_process_changes_is_news_to_all_and_once(databases: Databases, change: Change) -> None:
    both = opened(databases)
    for db in both:
        db.news()  # of the namespace as another test left it
        assert not db.news()
    change(both[0])
    for db in both:
        assert wait_for(db.news)
        assert not db.news()


def test_what_was_undone_is_no_news(databases: Databases) -> None:
    one, other = opened(databases)
    other.news()
    one.begin_writing()
    one.announce()
    one.rollback()
    assert not other.news()


def test_after_a_break_there_may_be_news(where: DatabaseAddress) -> None:
    database = open_database(where)
    database.news()
    database.conn.close()  # type: ignore[attr-defined]
    assert database.news() and not database.news()
    database.close()


def wait_for(true: Callable[[], bool]) -> bool:
    """A notification is on its way for a moment."""
    return any(true() for _ in range(100_000))
