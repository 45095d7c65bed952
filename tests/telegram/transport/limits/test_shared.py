"""Two processes that serve one bot keep to its limits together, with their own clocks or without a database."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from engines import Databases

from memebot.database import DatabaseAddress, DatabaseThread, ServerGone, open_database
from memebot.telegram.transport.limits.sending import SENDING, TOGETHER
from memebot.telegram.transport.limits.shared import KEPT_S, Sendings, SharedLimits

BOT = 42
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
START = NOW.timestamp()


@pytest.fixture
def pair(databases: Databases) -> tuple[Sendings, Sendings]:
    """The store as two processes have it."""
    one, other = databases.two()
    return Sendings(one), Sendings(other)


def reserve(sendings: Sendings, chat: int, messages: int = 1, later_s: float = 0.0) -> float:
    """When so many messages may go, in seconds after the start."""
    return sendings.reserve(BOT, chat, messages, now=NOW + timedelta(seconds=later_s)) - START


def most_within(moments: list[float], seconds: float) -> int:
    return max(sum(start <= one < start + seconds for one in moments) for start in moments)


def test_one_message_a_second_goes_into_a_chat_whoever_sends_it(pair: tuple[Sendings, Sendings]) -> None:
    moments = [reserve(pair[number % 2], 7) for number in range(10)]
    assert moments == sorted(moments) and most_within(moments, 1.0) == 1
    assert reserve(pair[0], 8) < 0.2


def test_a_chat_keeps_its_pace_however_much_waits_for_others(pair: tuple[Sendings, Sendings]) -> None:
    moments = [reserve(pair[0], 7)]
    for chat in range(1000, 1300):
        reserve(pair[chat % 2], chat)
    moments += [reserve(pair[number % 2], 7) for number in range(5)]
    assert moments[1] > 10 and most_within(moments, 1.0) == 1


def test_twenty_messages_a_minute_go_into_a_group_and_an_album_counts_as_its_parts(
    pair: tuple[Sendings, Sendings],
) -> None:
    sizes = [1, 10, 4, *[1] * 30]
    sent = [(reserve(pair[number % 2], -5, size), size) for number, size in enumerate(sizes)]
    assert most_within([when for when, size in sent for _ in range(size)], 60.0) <= 20


def test_those_who_reserve_at_once_get_moments_of_their_own(databases: Databases) -> None:
    where, found = databases.where(), list[float]()

    def send() -> None:
        database = open_database(where)
        store = Sendings(database)
        found.extend(reserve(store, chat) for chat in range(1, 61))
        database.close()

    threads = [Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 120 and most_within(found, 1.0) <= 28


def test_what_one_was_told_to_wait_for_the_other_waits_for(pair: tuple[Sendings, Sendings]) -> None:
    one, other = pair
    held = [("SendMessage", 7), (SENDING, 7)]
    one.hold(BOT, held, START + 30)
    one.hold(BOT, held, START + 10)
    assert other.held_until(BOT, held) == START + 30 == other.held_until(BOT, [("SendPhoto", 7), (SENDING, 7)])
    assert other.held_until(BOT, [("EditMessageText", 7)]) == 0 == other.held_until(BOT + 1, held)
    assert reserve(other, 7) == pytest.approx(30.0)


def test_what_matters_no_more_and_what_somebody_wants_forgotten_is_deleted(pair: tuple[Sendings, Sendings]) -> None:
    store, _ = pair
    reserve(store, 7)
    reserve(store, 8, later_s=KEPT_S)
    store.hold(BOT, [("EditMessageText", 8)], START + KEPT_S)
    store.drop_old(BOT, now=NOW + timedelta(seconds=KEPT_S + 1))
    assert store.about(7) == {} and store.about(8) != {}
    store.forget(8)
    assert store.rows("select place from sendings where place <> ''") == []


# --- over a server


@asynccontextmanager
async def shared(where: DatabaseAddress, local: Callable[[], datetime]) -> AsyncIterator[SharedLimits]:
    async with DatabaseThread(where, local) as db:
        yield SharedLimits(db, await db.run(Sendings, db.connection), BOT)


def test_machines_whose_clocks_differ_by_a_minute_take_turns(databases_of: Callable[[str], Databases]) -> None:
    where = databases_of("postgresql").where()

    async def scenario() -> list[float]:
        """By one clock, when ten messages of each may go."""
        async with (
            shared(where, lambda: datetime.now(UTC)) as one,
            shared(where, lambda: datetime.now(UTC) + timedelta(minutes=1)) as other,
        ):
            return [await limits.reserve(7, 1) + time.monotonic() for limits in (one, other) * 10]

    moments = asyncio.run(scenario())
    assert most_within(moments, 1.0) == 1
    assert moments[-1] - moments[0] < 20 * TOGETHER.chat.seconds + 20  # where clocks were compared, 60 more


def test_without_its_database_each_keeps_to_its_own_limits(
    databases_of: Callable[[str], Databases], monkeypatch: pytest.MonkeyPatch
) -> None:
    where = databases_of("postgresql").where()

    async def scenario() -> None:
        async with shared(where, lambda: datetime.now(UTC)) as limits:
            for name in ("reserve", "hold", "held_until"):
                monkeypatch.setattr(Sendings, name, gone)
            waits = [await limits.reserve(7, 1) for _ in range(5)]
            assert waits[-1] > waits[0]
            await limits.hold([(SENDING, 7)], 600)
            assert await limits.left([(SENDING, 7)]) > 0

    def gone(*_: object, **__: object) -> None:
        raise ServerGone("there", "away")

    asyncio.run(scenario())
