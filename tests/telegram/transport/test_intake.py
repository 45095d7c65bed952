"""Nothing that was received is lost, nothing is answered twice, whatever happens in between."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from aiogram.exceptions import TelegramNetworkError, TelegramServerError
from aiogram.methods import EditMessageText, GetFile, SendMessage
from chats import FAKE, JOKE, NOW, Chats, in_database, open_chats

from memebot.database import ServerGone
from memebot.inference import FairQueue

Run = Callable[..., None]


def test_an_update_that_comes_twice_is_answered_once(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        update = chats.update(message=chats.photo(JOKE))
        await chats.feed(update, update)
        await chats.feed(update)
        assert len(chats.session.of(SendMessage)) == 1

    chatting(scenario)


def test_an_update_of_a_kind_that_nobody_knows_is_left(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.feed(chats.update(), chats.update(something_new={"x": 1}), chats.update(message=chats.photo(JOKE)))
        assert len(chats.session.of(SendMessage)) == 1
        assert await in_database(chats, lambda: chats.state.inbox.open_updates(42)) == []

    chatting(scenario)


def test_what_was_received_and_not_answered_is_answered_once_after_a_restart(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_chats(tmp_path / "memebot.sqlite3") as killed:
            update = killed.update(message=killed.photo(JOKE))
            row = (update.update_id, update.model_dump_json(exclude_unset=True))
            await in_database(killed, lambda: killed.state.inbox.receive(42, [row], now=NOW))
        for expected in (1, 0):
            async with open_chats(tmp_path / "memebot.sqlite3") as again:
                again.photo(JOKE)  # the file is still at Telegram
                assert await again.running.intake.resume() == expected
                await again.feed(update)
                assert len(again.session.of(SendMessage)) == expected

    asyncio.run(scenario())


def test_after_a_restart_the_answer_goes_into_the_message_that_announced_it(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_chats(tmp_path / "memebot.sqlite3") as chats:
            update = chats.update(message=chats.photo(JOKE))
            row = (update.update_id, update.model_dump_json(exclude_unset=True))
            await in_database(chats, lambda: chats.state.inbox.receive(42, [row], now=NOW))
            await in_database(chats, lambda: chats.state.inbox.put_notice(42, update.update_id, 77))
            await chats.running.intake.resume()
            await chats.feed()
            assert [call.message_id for call in chats.session.of(EditMessageText)] == [77]
            assert chats.session.of(SendMessage) == []

    asyncio.run(scenario())


def test_what_is_stopped_while_it_waits_stays_open_for_the_next_start(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_chats(tmp_path / "memebot.sqlite3", queue=FairQueue(slots=0)) as chats:
            await chats.running.intake.accept([chats.update(message=chats.photo(JOKE))])
            await asyncio.sleep(0.1)
            assert await chats.running.intake.drain(0.1) == 1
        async with open_chats(tmp_path / "memebot.sqlite3") as again:
            again.photo(JOKE)
            assert await again.running.intake.resume() == 1
            await again.feed()
            assert len(again.session.of(SendMessage)) == 1

    asyncio.run(scenario())


def test_an_answer_and_its_updates_are_closed_together(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_chats(tmp_path / "memebot.sqlite3") as killed:
            parts = [killed.update(message=killed.photo(data, media_group_id="g")) for data in (JOKE, b"overfit")]
            killed.running.intake._done = _never  # type: ignore[method-assign]
            await killed.feed(*parts)
            assert len(killed.session.of(SendMessage)) == 1
        async with open_chats(tmp_path / "memebot.sqlite3") as again:
            assert await again.running.intake.resume() == 0

    asyncio.run(scenario())


async def _never(update_id: int) -> None:
    """The process is killed before this."""


def test_what_was_kept_in_an_unknown_shape_does_not_stop_the_start(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        row = (1, '{"update_id": 1, "message": {"message_id": "?"}}')
        await in_database(chats, lambda: chats.state.inbox.receive(42, [row], now=NOW))
        assert await chats.running.intake.resume() == 1
        assert await in_database(chats, lambda: chats.state.inbox.open_updates(42)) == []

    chatting(scenario)


def test_while_telegram_cannot_be_reached_an_answer_waits(chatting: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(seconds: float) -> None:
        """No pause."""

    async def scenario(chats: Chats) -> None:
        chats.running.intake._retry_s = 0.01
        for _ in range(7):
            chats.session.plan(SendMessage, TelegramNetworkError(SendMessage(chat_id=1, text="x"), "down"))
        for middleware in chats.session.middleware:
            monkeypatch.setattr(middleware, "_sleep", at_once)
        await chats.show(JOKE)
        assert len(chats.session.of(SendMessage)) == 8
        assert await in_database(chats, lambda: chats.state.inbox.open_updates(42)) == []

    chatting(scenario)


def test_while_the_databases_server_is_gone_an_answer_waits(chatting: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(chats: Chats) -> None:
        intake = chats.running.intake
        monkeypatch.setattr(intake, "_retry_s", 0.001)
        well: list[bool] = []
        keep = chats.state.answers.put

        def put(*args: object, **facts: object) -> object:
            well.append(intake.storing)
            if len(well) < 4:
                raise ServerGone("there", "away")
            return keep(*args, **facts)  # type: ignore[arg-type]

        monkeypatch.setattr(chats.state.answers, "put", put)
        await chats.feed(chats.update(message=chats.photo(JOKE)))
        assert well[0] and len(well) == 4 and intake.storing
        assert len(chats.session.of(SendMessage)) == 1

    chatting(scenario)


def test_a_part_of_an_album_that_fails_makes_all_parts_try_again(
    chatting: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def at_once(seconds: float) -> None:
        """No pause."""

    async def scenario(chats: Chats) -> None:
        chats.running.intake._retry_s = 0.01
        for middleware in chats.session.middleware:
            monkeypatch.setattr(middleware, "_sleep", at_once)
        for _ in range(6):
            chats.session.plan(GetFile, TelegramServerError(GetFile(file_id="x"), "down"))
        parts = [chats.photo(data, media_group_id="g") for data in (b"the floor is", b"overfit")]
        await chats.feed(*(chats.update(message=m) for m in parts))
        (answer,) = chats.session.of(SendMessage)
        assert "lava" in answer.text
        assert "verfitting" in answer.text

    chatting(scenario)


def test_a_picture_read_under_another_encoder_is_read_again(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.show(JOKE)
        chats.answering.encoder = type(FAKE)("other-11111111")
        await chats.show(JOKE)
        assert chats.vision.reads == 2

    chatting(scenario)
