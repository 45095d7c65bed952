"""Updates come in by polling or webhook; a bot that cannot run says why in a sentence."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramConflictError,
    TelegramNetworkError,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.fsm.storage.base import StorageKey
from aiogram.methods import GetMe, GetUpdates, SendMessage, SetMyCommands, SetMyDescription
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request, Response
from chats import JOKE, Chats

from memebot.database import DatabaseBusy
from memebot.telegram.bot import build_bot
from memebot.telegram.errors import BotUnusable
from memebot.telegram.serving import Mounts, Routes, build_web_app, webhook_routes
from memebot.telegram.transport.menu import TeamMenus, set_menu
from memebot.telegram.transport.storage import DatabaseStorage
from memebot.telegram.transport.updates import (
    SECRET_HEADER,
    Trouble,
    introduce,
    poll,
    secret_from,
    webhook_path,
)

Run = Callable[..., None]


async def poll_until(chats: Chats, stop: asyncio.Event) -> None:
    running = chats.running
    allowed = running.dispatcher.resolve_used_update_types()
    await asyncio.wait_for(poll(running.bot, running.intake, allowed=allowed, stop=stop, pause_s=0.01), 90)


def test_polling_confirms_an_update_only_after_it_was_received(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        stop = asyncio.Event()
        update = chats.update(message=chats.photo(JOKE))
        chats.session.plan(GetUpdates, lambda: [update])
        chats.session.plan(GetUpdates, lambda: [stop.set(), []][1])
        await poll_until(chats, stop)
        await chats.running.intake.room(0)
        offsets = [call.offset for call in chats.session.of(GetUpdates)]
        assert offsets[:2] == [None, update.update_id + 1]
        assert len(chats.session.of(SendMessage)) == 1

    chatting(scenario)


def test_an_update_that_cannot_be_read_does_not_hold_up_those_after_it(
    chatting: Run, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(chats: Chats) -> None:
        stop = asyncio.Event()
        good = chats.update(message=chats.photo(JOKE)).model_dump(mode="json", exclude_unset=True)
        after = good["update_id"] + 1
        bad = {"update_id": after, "message": {"message_id": 1, "chat": "private words"}}
        chats.session.plan(GetUpdates, ClientDecodeError("x", ValueError(), {"ok": True, "result": [good, bad]}))
        chats.session.plan(GetUpdates, ClientDecodeError("x", ValueError(), {"ok": True, "result": ["?"]}))
        chats.session.plan(GetUpdates, lambda: [stop.set(), []][1])
        await poll_until(chats, stop)
        await chats.running.intake.room(0)
        assert [call.offset for call in chats.session.of(GetUpdates)][1:3] == [after + 1, after + 1]
        assert len(chats.session.of(SendMessage)) == 1

    chatting(scenario)
    assert "message.chat (model_type)" in caplog.text
    assert "private words" not in caplog.text


@pytest.mark.parametrize(
    ("channel", "posts"),
    [
        (None, set()),
        ("@memes", {"channel_post", "edited_channel_post", "message_reaction_count"}),
    ],
)
def test_polling_asks_for_what_has_handlers(chatting: Run, channel: str | None, posts: set[str]) -> None:
    async def scenario(chats: Chats) -> None:
        stop = asyncio.Event()
        chats.session.plan(GetUpdates, lambda: [stop.set(), []][1])
        await poll_until(chats, stop)
        asked = chats.session.of(GetUpdates)[0].allowed_updates
        always = {"callback_query", "chat_member", "edited_message", "inline_query", "message", "my_chat_member"}
        assert set(asked) == always | posts

    chatting(scenario, channel=channel)


def test_polling_outlives_what_passes(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        stop = asyncio.Event()
        chats.session.plan(GetUpdates, TelegramNetworkError(GetUpdates(), "x"))
        chats.session.plan(GetUpdates, TelegramServerError(GetUpdates(), "x"))
        chats.session.plan(GetUpdates, TelegramConflictError(GetUpdates(), "x"))
        chats.session.plan(GetUpdates, lambda: [stop.set(), []][1])
        await poll_until(chats, stop)

    chatting(scenario)


@pytest.mark.parametrize(
    ("error", "times", "said"),
    [
        (TelegramConflictError(GetUpdates(), "x"), 4, "another program fetches this bot's updates"),
        (TelegramUnauthorizedError(GetUpdates(), "x"), 1, "does not accept the token"),
    ],
    ids=["second-poller", "withdrawn-token"],
)
def test_polling_ends_with_a_sentence(chatting: Run, error: Exception, times: int, said: str) -> None:
    async def scenario(chats: Chats) -> None:
        for _ in range(times):
            chats.session.plan(GetUpdates, error)
        with pytest.raises(BotUnusable, match=said):
            await poll_until(chats, asyncio.Event())

    chatting(scenario)


def test_of_two_pollers_the_one_that_was_first_stays(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        stop = asyncio.Event()
        for _ in range(6):
            chats.session.plan(GetUpdates, TelegramConflictError(GetUpdates(), "x"))
        chats.session.plan(GetUpdates, lambda: [stop.set(), []][1])
        running = chats.running
        await poll(running.bot, running.intake, allowed=[], stop=stop, pause_s=0, settled_s=0)

    chatting(scenario)


def test_a_young_poller_stays_and_the_one_that_comes_after_it_goes(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    conflict = TelegramConflictError(GetUpdates(), "x")
    first = Trouble(1.0, 5.0, clock=lambda: now[0])
    now[0] = 7.0
    second = Trouble(1.0, 5.0, clock=lambda: now[0])
    with pytest.raises(BotUnusable, match="another program"):
        for _ in range(20):  # they end each other's calls in turn
            now[0] += 1.0
            first.wait(conflict)
            first.over()
            now[0] += 0.2
            second.wait(conflict)
            second.over()
    assert now[0] < 20.0
    first.wait(conflict)
    assert caplog.messages == ["another program fetches this bot's updates"] * 2, "once each"


def test_what_is_no_token_is_said_before_telegram_is_asked() -> None:
    with pytest.raises(BotUnusable, match="no bot token"):
        build_bot("garbage")


class FailingThread:
    """A database thread that cannot write for a while."""

    server_gone = False

    def __init__(self, thread: Any, failures: list[Exception]) -> None:
        self._thread, self._failures = thread, failures

    async def run(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._failures:
            raise self._failures.pop(0)
        return await self._thread.run(work, *args, **kwargs)


FULL = sqlite3.OperationalError("database or disk is full")


def test_updates_that_cannot_be_stored_stay_with_telegram_until_they_can(
    chatting: Run, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(chats: Chats) -> None:
        stop = asyncio.Event()
        update = chats.update(message=chats.photo(JOKE))
        intake = chats.running.intake
        intake._database = FailingThread(intake._database, [DatabaseBusy(15), FULL, FULL])  # type: ignore[assignment]
        healthy: list[bool] = []

        def given() -> list[Any]:
            healthy.append(intake.storing)
            return [update]

        for _ in range(4):
            chats.session.plan(GetUpdates, given)
        chats.session.plan(GetUpdates, lambda: [stop.set(), []][1])
        await poll_until(chats, stop)
        await intake.room(0)
        assert [call.offset for call in chats.session.of(GetUpdates)][:5] == [None] * 4 + [update.update_id + 1]
        assert healthy == [True, False, False, False] and intake.storing
        assert len(chats.session.of(SendMessage)) == 1

    chatting(scenario)
    assert caplog.text.count("updates cannot be stored") == 1


def test_what_was_answered_is_noted_as_soon_as_it_can_be(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        intake = chats.running.intake
        intake._retry_s = 0.01
        await chats.feed(chats.update(message=chats.message(text="/start")))
        database = intake._database
        intake._database = FailingThread(database, [FULL, FULL])  # type: ignore[assignment]
        await intake._done(5)
        assert intake._database._failures == []  # type: ignore[attr-defined]

    chatting(scenario)


def test_telegram_that_is_away_at_the_start_is_waited_for(chatting: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("memebot.telegram.transport.updates.FIRST_PAUSE_S", 0.001)

    async def scenario(chats: Chats) -> None:
        for _ in range(20):
            chats.session.plan(GetMe, TelegramNetworkError(GetMe(), "no route"))
        bot = chats.running.bot
        bot._me = None
        await introduce(bot, asyncio.Event())
        assert not chats.session.planned and bot._me is not None

        bot._me, stop = None, asyncio.Event()
        stop.set()
        await introduce(bot, stop)
        assert bot._me is None

    chatting(scenario)


def test_a_token_that_telegram_does_not_know_is_said(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        chats.session.plan(GetMe, TelegramUnauthorizedError(GetMe(), "Unauthorized"))
        with pytest.raises(BotUnusable, match="does not accept the token"):
            await introduce(chats.running.bot, asyncio.Event())

    chatting(scenario)


# --- webhook


def served(chats: Chats, *routes: Routes) -> Application:
    mounts = Mounts()
    mounts.add("main", routes)
    return build_web_app(lambda: {"ok": True}, chats.running.metrics.text, mounts)


def web(scenario: Callable[[Chats, TestClient[Any, Any]], Any]) -> Callable[[Chats], Any]:
    async def run(chats: Chats) -> None:
        app = served(chats, webhook_routes(chats.running.intake, "/hook", "s3cret"))
        async with TestClient(TestServer(app)) as client:
            await scenario(chats, client)

    return run


def test_a_webhook_call_with_the_secret_is_answered_when_it_is_on_disk(chatting: Run) -> None:
    async def scenario(chats: Chats, client: TestClient[Any, Any]) -> None:
        update = chats.update(message=chats.photo(JOKE)).model_dump_json(exclude_unset=True)
        for _ in range(2):  # Telegram repeats what it thinks was lost
            response = await client.post("/hook", data=update, headers={SECRET_HEADER: "s3cret"})
            assert response.status == 200
        await chats.running.intake.room(0)
        assert len(chats.session.of(SendMessage)) == 1

    chatting(web(scenario))


@pytest.mark.parametrize("headers", [{}, {SECRET_HEADER: ""}, {SECRET_HEADER: "s3cre"}, {SECRET_HEADER: "é"}])
def test_a_webhook_call_without_the_secret_is_refused(chatting: Run, headers: dict[str, str]) -> None:
    async def scenario(chats: Chats, client: TestClient[Any, Any]) -> None:
        update = chats.update(message=chats.photo(JOKE)).model_dump_json(exclude_unset=True)
        assert (await client.post("/hook", data=update, headers=headers)).status == 401
        assert chats.running.intake.working == 0

    chatting(web(scenario))


def test_an_update_that_cannot_be_read_is_taken_so_that_it_does_not_come_again(chatting: Run) -> None:
    async def scenario(chats: Chats, client: TestClient[Any, Any]) -> None:
        body = b'{"update_id": 5, "message": {"message_id": "?"}}'
        assert (await client.post("/hook", data=body, headers={SECRET_HEADER: "s3cret"})).status == 200
        assert chats.running.intake.working == 0

    chatting(web(scenario))


def test_what_is_no_update_is_refused(chatting: Run) -> None:
    async def scenario(chats: Chats, client: TestClient[Any, Any]) -> None:
        for body in (b"", b"{}", b"[1]", b"\xff"):
            assert (await client.post("/hook", data=body, headers={SECRET_HEADER: "s3cret"})).status == 400

    chatting(web(scenario))


NESTED = "[" * 100_000
HUGE = f'{{"update_id": {"1" * 30}}}'


@pytest.mark.parametrize("body", [HUGE, '{"update_id": -5}', '{"update_id": 1.5}', NESTED], ids=lambda body: body[:20])
def test_what_could_never_be_kept_is_refused(chatting: Run, body: str) -> None:
    async def scenario(chats: Chats, client: TestClient[Any, Any]) -> None:
        answer = await client.post("/hook", data=body, headers={SECRET_HEADER: "s3cret"})
        assert answer.status == 400

    chatting(web(scenario))


def test_a_secret_of_other_bytes_than_letters_is_a_wrong_one(chatting: Run) -> None:
    async def scenario(chats: Chats, client: TestClient[Any, Any]) -> None:
        answer = await client.post("/hook", data="{}", headers={SECRET_HEADER: "сек\udcff"})
        assert answer.status == 401

    chatting(web(scenario))


def test_a_webhook_call_whose_update_does_not_arrive_is_ended(chatting: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("memebot.telegram.transport.updates.BODY_S", 0.1)

    async def slow() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(30)

    async def scenario(chats: Chats, client: TestClient[Any, Any]) -> None:
        response = await client.post("/hook", data=slow(), headers={SECRET_HEADER: "s3cret"})
        assert response.status == 408

    chatting(web(scenario))


def test_a_webhook_call_that_cannot_be_stored_comes_again(chatting: Run) -> None:
    async def scenario(chats: Chats, client: TestClient[Any, Any]) -> None:
        intake = chats.running.intake
        intake._database = FailingThread(intake._database, [FULL])  # type: ignore[assignment]
        update = chats.update(message=chats.photo(JOKE)).model_dump_json(exclude_unset=True)
        statuses = [
            (await client.post("/hook", data=update, headers={SECRET_HEADER: "s3cret"})).status for _ in range(2)
        ]
        await intake.room(0)
        assert statuses == [503, 200]
        assert len(chats.session.of(SendMessage)) == 1

    chatting(web(scenario))


def test_health_and_metrics_are_there(chatting: Run) -> None:
    async def scenario(chats: Chats, client: TestClient[Any, Any]) -> None:
        await chats.show(JOKE)
        assert await (await client.get("/health")).json() == {"ok": True}
        figures = await (await client.get("/metrics")).text()
        assert 'memebot_answers_total{kind="picture",verdict="joke"} 1.0' in figures
        assert 'memebot_updates_total{kind="message"} 1.0' in figures

    chatting(web(scenario))


def test_the_secret_is_always_the_same_and_not_the_token() -> None:
    assert secret_from("1:abc") == secret_from("1:abc") != secret_from("1:abd")
    assert "abc" not in secret_from("1:abc")
    assert len(secret_from("1:abc")) <= 256


def test_a_webhook_address_that_is_none_is_said() -> None:
    assert webhook_path("https://example.org/a/b") == "/a/b"
    with pytest.raises(BotUnusable, match="no web address"):
        webhook_path("example.org")


# --- around


def test_the_menu_is_set_for_both_scopes_and_both_languages(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await set_menu(chats.running.bot, chats.running.catalogues)
        commands = {
            (c.scope.type, c.language_code): [x.command for x in c.commands] for c in chats.session.of(SetMyCommands)
        }
        assert set(commands) == {(s, lang) for s in ("all_private_chats", "all_group_chats") for lang in (None, "ru")}
        assert commands["all_group_chats", "ru"] == ["explain", "show", "help", "top"]
        assert {"submit", "my", "top"} <= set(commands["all_private_chats", None])

    chatting(scenario)


def test_without_a_channel_nothing_offers_to_propose_or_to_look_at_its_best(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await next(work for work in chats.running.beside if isinstance(work, TeamMenus)).look()
        offered = {command.command for call in chats.session.of(SetMyCommands) for command in call.commands}
        assert "lang" in offered and not offered & {"submit", "my", "top"}
        await chats.say("/help")
        assert "/lang" in chats.texts()[-1]
        assert not [name for name in ("/submit", "/my ", "/top") if name in chats.texts()[-1]]

    chatting(scenario)


def test_a_menu_that_cannot_be_set_stops_nothing(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        for _ in range(6):
            chats.session.plan(SetMyDescription, TelegramServerError(SetMyDescription(), "x"))
        for middleware in chats.session.middleware:
            setattr(middleware, "_sleep", _at_once)  # noqa: B010
        await set_menu(chats.running.bot, chats.running.catalogues)

    chatting(scenario)


async def _at_once(seconds: float) -> None:
    """No pause."""


def test_a_conversation_outlives_a_restart(chatting: Run) -> None:
    key = StorageKey(bot_id=42, chat_id=1, user_id=1)

    async def before(chats: Chats) -> None:
        storage = DatabaseStorage(chats.database, chats.state.dialogues)
        await storage.set_state(key, "asking")
        await storage.update_data(key, {"step": 2})

    async def after(chats: Chats) -> None:
        storage = DatabaseStorage(chats.database, chats.state.dialogues)
        assert (await storage.get_state(key), await storage.get_data(key)) == ("asking", {"step": 2})
        assert await storage.get_state(StorageKey(bot_id=42, chat_id=2, user_id=1)) is None
        await storage.set_state(key, None)
        await storage.set_data(key, {})
        assert (await storage.get_state(key), await storage.get_data(key)) == (None, {})

    chatting(before)
    chatting(after)


def test_pages_are_served_beside_the_webhook_and_take_nothing_from_it(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        def pages(app: Application) -> None:
            async def page(request: Request) -> Response:
                return Response(text=f"page {request.path}")

            app.router.add_get("/{rest:.*}", page)

        app = served(chats, webhook_routes(chats.running.intake, "/hook", "s"), pages)
        async with TestClient(TestServer(app)) as client:
            assert await (await client.get("/ru/overfitting")).text() == "page /ru/overfitting"
            assert (await (await client.get("/health")).json()) == {"ok": True}
            assert "memebot_updates" in await (await client.get("/metrics")).text()
            assert (await client.post("/hook", data="{}")).status == 401

    chatting(scenario)
