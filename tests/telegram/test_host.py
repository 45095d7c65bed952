"""Several communities in one process: each comes, goes and fails by itself."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot
from aiogram.methods import DeleteWebhook, GetFile, GetMe, GetUpdates, SendMessage, TelegramMethod
from aiogram.types import Update
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request, Response
from chats import JOKE, Chats, FakeSession, open_chats

from memebot.communities.model import CommunityRow
from memebot.database import DatabaseUnusable
from memebot.errors import sentence
from memebot.telegram.bot import Webhook
from memebot.telegram.errors import BotUnusable
from memebot.telegram.host import Guest, Host
from memebot.telegram.serving import Mounts, Routes, build_web_app
from memebot.telegram.transport.updates import SECRET_HEADER


class PolledSession(FakeSession):
    """Updates come by polling, as in a bot that runs."""

    def __init__(self) -> None:
        super().__init__()
        self.updates: list[Update] = []
        self.fetching, self.held = asyncio.Event(), False

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:  # noqa: ASYNC109
        if isinstance(method, GetUpdates):
            await asyncio.sleep(0.02)
            given, self.updates = self.updates, []
            return given
        if isinstance(method, GetFile) and self.held:
            self.fetching.set()
            await asyncio.Event().wait()
        return await super().make_request(bot, method, timeout)


@dataclass
class House:
    """Communities that a test adds and changes, and a host that serves them."""

    folder: Path
    webhook: bool = False
    rows: dict[str, CommunityRow] = field(default_factory=dict)
    opened: dict[str, Chats] = field(default_factory=dict)
    sessions: dict[str, PolledSession] = field(default_factory=dict)
    broken: dict[str, Exception] = field(default_factory=dict)
    opening: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.host = Host(self.listed, self.open, sentence, address=None, look_every_s=0.02, first_pause_s=0.05)

    def put(self, *names: str, **values: Any) -> None:
        for name in names:
            row = self.rows.get(name, CommunityRow(name, "", "active"))
            self.rows[name] = replace(row, version=row.version + 1, **values)

    async def listed(self) -> list[CommunityRow]:
        return [*self.rows.values()]

    @asynccontextmanager
    async def open(self, row: CommunityRow) -> AsyncIterator[Guest]:
        self.opening.append(row.id)
        if row.id in self.broken:
            raise self.broken[row.id]
        session = self.sessions.setdefault(row.id, PolledSession())
        async with open_chats(self.folder / row.id / "memebot.sqlite3", session=session) as chats:
            self.opened[row.id] = chats
            hook = Webhook(f"https://example.org/hook/{row.id}", f"secret-{row.id}") if self.webhook else None
            try:
                yield Guest(chats.running, hook)
            finally:
                del self.opened[row.id]

    async def state(self, name: str, wanted: str | None) -> None:
        await until(lambda: self.host.health()["communities"].get(name) == wanted)

    async def ask(self, name: str, text: str = "overfitting") -> None:
        """Let somebody ask a community's bot by polling."""
        chats = self.opened[name]
        self.sessions[name].updates.append(chats.update(message=chats.message(text=text)))

    async def said(self, name: str, count: int) -> None:
        await until(lambda: len(self.sessions[name].of(SendMessage)) >= count)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def live(house: House, scenario: Callable[[], Awaitable[None]]) -> None:
    async def main() -> None:
        serving = asyncio.create_task(house.host.run())
        try:
            await asyncio.wait_for(scenario(), 120)
        finally:
            house.host.stop()
            with suppress(BotUnusable, DatabaseUnusable):
                await serving

    asyncio.run(main())


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_each_community_is_answered_by_its_own_bot_and_ends_without_the_others(house: House) -> None:
    async def scenario() -> None:
        house.put("main", "cats")
        await house.state("main", "running")
        await house.state("cats", "running")
        await house.ask("cats")
        await house.said("cats", 1)
        assert house.sessions["main"].of(SendMessage) == []
        house.put("cats", state="paused")
        await house.state("cats", "paused")
        await house.ask("main")
        await house.said("main", 1)
        house.put("cats", state="active")
        await house.state("cats", "running")
        await house.ask("cats")
        await house.said("cats", 2)
        assert house.opening == ["main", "cats", "cats"]

    live(house, scenario)
    assert house.opened == {}


def test_a_community_that_is_added_or_set_anew_is_served_so_at_once(house: House) -> None:
    async def scenario() -> None:
        house.put("main")
        await house.state("main", "running")
        house.put("dogs")
        await house.state("dogs", "running")
        house.put("dogs", settings={"lang": "en"})
        await until(lambda: house.opening.count("dogs") == 2)
        await house.state("dogs", "running")
        assert house.opening.count("main") == 1

    live(house, scenario)


def test_one_that_cannot_be_opened_is_left_aside_with_a_line_and_tried_again(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        house.broken["cats"] = DatabaseUnusable("the database cats.sqlite3 is damaged")
        house.put("main", "cats")
        await house.state("main", "running")
        await house.state("cats", "failed")
        await house.ask("main")
        await house.said("main", 1)
        assert house.host.health()["ok"] is True
        await until(lambda: house.opening.count("cats") > 2)
        del house.broken["cats"]
        await house.state("cats", "running")
        await house.ask("cats")
        await house.said("cats", 1)

    with caplog.at_level(logging.ERROR):
        live(house, scenario)
    lines = [record.getMessage() for record in caplog.records if "left aside" in record.getMessage()]
    assert len(lines) == 1 and all(
        "\n" not in line and "community cats" in line and "damaged" in line for line in lines
    )


def test_a_mistake_of_ours_in_one_community_ends_no_other(house: House) -> None:
    async def scenario() -> None:
        house.put("main", "cats")
        await house.state("cats", "running")
        await house.state("main", "running")
        house.broken["cats"] = RuntimeError("a mistake")
        house.put("cats", title="again")
        await house.state("cats", "failed")
        await house.ask("main")
        await house.said("main", 1)

    live(house, scenario)


def test_where_nobody_is_left_to_serve_the_process_ends_with_the_reason(house: House) -> None:
    async def main() -> None:
        house.put("main", "cats")
        house.broken["main"] = BotUnusable("Telegram does not accept the token")
        house.broken["cats"] = BotUnusable("Telegram does not accept the token either")
        with pytest.raises(BotUnusable, match="does not accept"):
            await asyncio.wait_for(house.host.run(), 60)

    asyncio.run(main())


def test_of_a_removed_community_nothing_is_sent_any_more(house: House) -> None:
    async def scenario() -> None:
        house.put("main", "cats")
        await house.state("cats", "running")
        chats, session = house.opened["cats"], house.sessions["cats"]
        session.held = True
        session.updates.append(chats.update(message=chats.photo(JOKE)))
        await session.fetching.wait()
        house.rows["cats"] = replace(house.rows["cats"], state="removed")
        await house.state("cats", "removed")
        assert house.sessions["cats"].of(SendMessage) == []

    live(house, scenario)


def test_webhooks_of_all_bots_come_in_at_one_port_each_with_its_own_path_and_secret(tmp_path: Path) -> None:
    house = House(tmp_path, webhook=True)

    async def scenario() -> None:
        house.put("main", "cats")
        await house.state("main", "running")
        await house.state("cats", "running")
        app = build_web_app(house.host.health, house.host._metrics.text, house.host._mounts)
        async with TestClient(TestServer(app)) as client:
            for name in ("main", "cats"):
                chats = house.opened[name]
                body = chats.update(message=chats.message(text="overfitting")).model_dump_json(exclude_unset=True)
                other = {"main": "cats", "cats": "main"}[name]
                for secret, status in ((f"secret-{other}", 401), (f"secret-{name}", 200)):
                    headers = {SECRET_HEADER: secret}
                    assert (await client.post(f"/hook/{name}", data=body, headers=headers)).status == status
                await house.said(name, 1)
            assert (await client.get("/hook/cats")).status == 405
            assert (await client.post("/hook/nobody", data="{}")).status == 404
            figures = await (await client.get("/metrics")).text()
            assert 'memebot_updates_total{community="cats",kind="message"} 1.0' in figures
            assert 'memebot_community_up{community="main"} 1.0' in figures
            assert figures.count("# HELP memebot_updates_total") == 1
            health = await (await client.get("/health")).json()
            assert health == {"ok": True, "communities": {"main": "running", "cats": "running"}}
            house.put("cats", state="paused")
            await house.state("cats", "paused")
            assert (await client.post("/hook/cats", data="{}")).status == 404
            assert len(house.sessions["cats"].of(DeleteWebhook)) == 1  # Telegram keeps what comes, and does not retry
            assert house.sessions["main"].of(DeleteWebhook) == []

    live(house, scenario)


def test_pages_of_a_community_are_its_own_whatever_the_first_one_serves() -> None:
    def pages(path: str, text: str) -> Routes:
        async def page(request: Request) -> Response:
            return Response(text=text)

        def add(app: Application) -> None:
            app.router.add_get(path, page)

        return add

    async def scenario() -> None:
        mounts = Mounts()
        mounts.add("main", [pages("/{rest:.*}", "main")])
        mounts.add("cats", [pages("/c/cats/{rest:.*}", "cats")])
        async with TestClient(TestServer(build_web_app(lambda: {"ok": True}, bytes, mounts))) as client:
            for path, text in (("/c/cats/ru/", "cats"), ("/c/dogs/ru/", "main"), ("/", "main")):
                assert await (await client.get(path)).text() == text
            assert await (await client.get("/health")).json() == {"ok": True}
            await mounts.remove("cats")
            assert await (await client.get("/c/cats/ru/")).text() == "main"

    asyncio.run(scenario())


def test_a_token_that_is_withdrawn_in_one_community_stops_no_other(house: House) -> None:
    async def scenario() -> None:
        from aiogram.exceptions import TelegramUnauthorizedError

        house.sessions["cats"] = PolledSession()
        house.sessions["cats"].plan(GetMe, TelegramUnauthorizedError(GetMe(), "Unauthorized"))
        house.put("main", "cats")
        await house.state("main", "running")
        await house.state("cats", "running")  # at the second try
        assert house.opening.count("cats") == 2

    live(house, scenario)
