"""Several processes answer for one bot: here two bots over one file, whose processes see each other as a test says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import EditMessageText, GetFile, SendMessage, TelegramMethod
from chats import JOKE, Chats, FakeSession, in_database, open_chats

from memebot.app import SharedWork
from memebot.database import DatabaseAddress
from memebot.inference import FairQueue
from memebot.telegram.replicas.intake import kinds
from memebot.telegram.replicas.places import Places
from memebot.telegram.replicas.share import JOBS, Share


class Others:
    """What one process is told of the others."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.dead: set[int] = set()
        self.heard: list[Callable[[], None]] = []
        self.changed: list[Callable[[], None]] = []
        self.standing: dict[str, Callable[[bool], None]] = {}
        self.served: set[str] = set()

    @property
    def count(self) -> int:
        return 1

    def hear(self, news: str, call: Callable[[], None]) -> Callable[[], None]:
        self.heard.append(call)
        return lambda: self.heard.remove(call)

    def on_change(self, call: Callable[[], None]) -> Callable[[], None]:
        self.changed.append(call)
        return lambda: self.changed.remove(call)

    def stand(self, name: str, call: Callable[[bool], None]) -> None:
        self.standing[name] = call

    def withdraw(self, name: str) -> None:
        self.standing.pop(name, None)

    def serve(self, name: str) -> None:
        self.served.add(name)

    def end(self, name: str) -> None:
        self.served.discard(name)

    def gone(self, others: Collection[int]) -> list[int]:
        return [other for other in others if other in self.dead]


@asynccontextmanager
async def process(
    folder: Path, number: int, slots: int = 2, session: FakeSession | None = None
) -> AsyncIterator[tuple[Chats, Others]]:
    """One of several processes over one file. With no ``slots`` it keeps updates and answers none."""
    others = Others(number)
    async with AsyncExitStack() as stack:
        share = await stack.enter_async_context(Share(others, DatabaseAddress(namespace="test")))
        room = FairQueue(slots=slots, limit=99, per_user=99) if slots else None
        part = SharedWork(share, room)
        chats = open_chats(folder / "memebot.sqlite3", session=session, part=part)
        yield await stack.enter_async_context(chats), others


@asynccontextmanager
async def two(
    folder: Path, slots: int = 2, session: FakeSession | None = None
) -> AsyncIterator[tuple[Chats, Chats, Others]]:
    """Two of them, and what the second is told of the first, whose are ``slots`` and ``session``."""
    async with process(folder, 1, slots, session) as (one, _), process(folder, 2) as (two, others):
        yield one, two, others


class HeldSession(FakeSession):
    """No file comes."""

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:  # noqa: ASYNC109
        if isinstance(method, GetFile):
            await asyncio.Event().wait()
        return await super().make_request(bot, method, timeout)


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(scenario(), 60))  # type: ignore[arg-type]


async def until(true: Callable[[], bool]) -> None:
    while not true():  # noqa: ASYNC110
        await asyncio.sleep(0.01)


async def look(*chats: Chats) -> None:
    """Let each look until nothing is to be done."""
    for _ in range(3):
        for one in chats:
            await one.running.intake.look()  # type: ignore[attr-defined]
            await until(lambda one=one: not (one.running.intake.working or one.running.intake._waiting))  # type: ignore[misc]


def answers(*chats: Chats) -> int:
    return sum(len(one.session.of(SendMessage)) for one in chats)


def test_each_update_is_answered_by_one_process(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with two(tmp_path) as (one, other, _):
            updates = [one.update(message=one.photo(JOKE)), one.update(message=one.message(text="overfitting"))]
            other.photo(JOKE)  # its file is at Telegram, whoever fetches it
            await one.running.intake.accept(updates)
            await other.running.intake.accept(updates)
            await asyncio.gather(look(one), look(other))
            await look(one, other)
            assert answers(one, other) == 2

    run(scenario)


def test_what_one_only_keeps_another_answers(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with two(tmp_path, slots=0) as (keeping, answering, _):
            await keeping.running.intake.accept([keeping.update(message=keeping.message(text="overfitting"))])
            await look(keeping)
            assert answers(keeping) == 0
            await look(answering)
            assert (answers(keeping), answers(answering)) == (0, 1)

    run(scenario)


def test_what_a_dead_process_had_begun_is_begun_anew(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with two(tmp_path) as (killed, other, others):
            inbox = killed.state.inbox
            await killed.running.intake.accept([killed.update(message=killed.message(text="overfitting"))])
            await in_database(killed, lambda: inbox.take(42, 1, 1))  # and there it ends
            await look(other)
            assert answers(other) == 0
            others.dead.add(1)
            for tell in others.changed:
                tell()
            await asyncio.sleep(0)
            await look(other)
            assert answers(other) == 1

    run(scenario)


def test_what_others_took_over_while_a_process_was_away_it_answers_no_more(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with process(tmp_path, 1, session=HeldSession()) as (away, others):
            await away.running.intake.accept([away.update(message=away.photo(JOKE))])
            await away.running.intake.look()  # type: ignore[attr-defined]
            await until(lambda: away.running.intake.working > 0)
            await in_database(away, lambda: away.state.inbox.change("update updates set owner = 2"))
            others.changed[0]()
            await asyncio.sleep(0)
            await look(away)
            assert answers(away) == 0 and not away.running.intake.working

    run(scenario)


def test_a_process_that_stops_leaves_what_it_has_not_answered(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with two(tmp_path, session=HeldSession()) as (stopping, other, _):
            photo = stopping.photo(JOKE)
            other.photo(JOKE)
            await stopping.running.intake.accept([stopping.update(message=photo)])
            await stopping.running.intake.look()  # type: ignore[attr-defined]
            await until(lambda: stopping.running.intake.working > 0)
            assert await stopping.running.intake.drain(0.05) == 1
            await look(other)
            assert (answers(stopping), answers(other)) == (0, 1)

    run(scenario)


def test_what_waits_to_be_tried_again_keeps_its_chat_and_the_room_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def at_once(seconds: float) -> None:
        """No pause."""

    async def scenario() -> None:
        async with process(tmp_path, 1, slots=1) as (chats, _):
            for middleware in chats.session.middleware:
                monkeypatch.setattr(middleware, "_sleep", at_once)
            chats.running.intake._retry_s = 1000.0
            for _ in range(6):
                chats.session.plan(SendMessage, TelegramNetworkError(SendMessage(chat_id=1, text="x"), "down"))
            await chats.running.intake.accept([chats.update(message=chats.photo(JOKE))])
            await chats.running.intake.accept([chats.update(message=chats.photo(b"overfit"))])
            while answers(chats) < 7:
                await chats.running.intake.look()  # type: ignore[attr-defined]
                await asyncio.sleep(0.01)
            assert chats.running.intake.working >= 1  # the first one waits still
            for task in chats.running.intake._tasks:
                task.cancel()  # nobody waits for it

    run(scenario)


def test_one_leads_while_it_is_told_so_and_its_work_ends_when_another_may(tmp_path: Path) -> None:
    async def scenario() -> None:
        others, stop, log = Others(1), asyncio.Event(), list[str]()

        async def work() -> None:
            log.append("begun")
            try:
                await asyncio.Event().wait()
            finally:
                log.append("ended")

        async with Share(others, DatabaseAddress(namespace="test")) as share:
            assert others.served == {"test"}
            leading = asyncio.create_task(share.while_leading(JOBS, work, stop))
            await asyncio.sleep(0.01)
            assert log == []
            for leads in (True, False, True):
                others.standing["test jobs"](leads)
                await asyncio.sleep(0.01)
            assert log == ["begun", "ended", "begun"]
            leading.cancel()
            await asyncio.gather(leading, return_exceptions=True)
            assert log[-1] == "ended" and others.standing == {}
        assert others.served == set()

    run(scenario)


@pytest.mark.parametrize("channel", [None, "-100123"])
def test_whoever_only_keeps_updates_asks_for_the_kinds_that_are_answered(tmp_path: Path, channel: str | None) -> None:
    async def scenario() -> None:
        async with open_chats(tmp_path / "memebot.sqlite3", channel=channel) as chats:
            assert sorted(kinds(with_channel=channel is not None)) == sorted(chats.running.allowed)

    run(scenario)


def test_whoever_waits_long_is_told_and_the_answer_goes_into_that_message(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with two(tmp_path, slots=0) as (keeping, answering, _):
            intake, (places,) = answering.running.intake, [w for w in answering.running.beside if isinstance(w, Places)]
            photos = [keeping.photo(data, user=chat) for chat, data in enumerate((JOKE, b"overfit"), 71)]
            await keeping.running.intake.accept([keeping.update(message=photo) for photo in photos])
            answering.session.files.update(keeping.session.files)
            await places.look()
            assert answers(answering) == 0  # soon enough
            intake._room._turn_s = 4.0  # type: ignore[attr-defined]
            for _ in range(2):
                await places.look()
            (told,) = answering.session.of(SendMessage)
            assert told.chat_id == 72
            await look(answering)
            assert [call.chat_id for call in answering.session.of(EditMessageText)] == [72]
            assert [call.chat_id for call in answering.session.of(SendMessage)] == [72, 71]

    run(scenario)
