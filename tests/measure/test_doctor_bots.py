"""The doctor asks Telegram about every community's bot, and never shows a token."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from engines import Databases

from memebot import app as application
from memebot.app.hosting import open_communities
from memebot.communities.overlay import settings_of_community
from memebot.communities.tokens import keep_token, token_path
from memebot.database import open_database
from memebot.database.replica import Replica
from memebot.measure.doctor import Check, examine
from memebot.settings import Settings, load

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
CATS, DOGS = "77:cats-never-shown", "88:dogs-never-shown"
ME = {"id": 77, "is_bot": True, "first_name": "Cats", "username": "cats_bot"}
HOOK = {
    "url": "https://example.org/hook/cats",
    "has_custom_certificate": False,
    "pending_update_count": 3,
    "last_error_date": 1,
    "last_error_message": "Connection refused",
}


@contextmanager
def bot_api() -> Iterator[str]:
    """The address of a Bot API that knows one bot, which is no admin of its channel."""
    results: dict[str, Any] = {
        "getMe": ME,
        "getWebhookInfo": HOOK,
        "getChatMember": {"status": "left", "user": ME},
    }

    async def call(request: web.Request) -> web.Response:
        if request.match_info["token"] != CATS:
            return web.json_response({"ok": False, "error_code": 401, "description": "Unauthorized"}, status=401)
        return web.json_response({"ok": True, "result": results[request.match_info["method"]]})

    loop = asyncio.new_event_loop()
    serving = web.Application()
    serving.router.add_post("/bot{token}/{method}", call)
    server = TestServer(serving, loop=loop)
    loop.run_until_complete(server.start_server())
    thread = Thread(target=loop.run_forever)
    thread.start()
    yield str(server.make_url("")).rstrip("/")
    asyncio.run_coroutine_threadsafe(server.close(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home with two more communities."""
    settings = load(home=tmp_path / "home", api_base="http://127.0.0.1:1")
    with open_communities(settings) as register:
        for name in ("cats", "dogs"):
            register.add(name, "", {"channel": "@cats"}, by=1, now=NOW)
    return settings


def of(settings: Settings, name: str) -> Settings:
    with open_communities(settings) as register:
        return settings_of_community(settings, register.get(name))


def bots(settings: Settings) -> dict[str, Check]:
    found = {check.name: check for check in examine(settings, "bots")}
    assert "never-shown" not in str(found)
    return found


def test_every_communitys_token_is_looked_at_and_its_bot_asked_for(settings: Settings) -> None:
    keep_token(of(settings, "cats"), CATS, [])
    keep_token(of(settings, "dogs"), DOGS, [])
    with bot_api() as address:
        found = bots(settings.model_copy(update={"api_base": address}))
    assert found["bot"].found == "there is no token" and found["bot"].state == "warning"
    assert found["bot of cats"].found == "@cats_bot, called at https://example.org/hook/cats, 3 updates wait"
    assert (found["bot of cats"].state, found["bot of cats"].mend) == ("warning", "Connection refused")
    assert found["channel of bot of cats"].found == "@cats_bot may not post in @cats"
    assert found["bot of dogs"].state == "missing" and "does not accept the token" in found["bot of dogs"].found


def test_a_token_that_others_can_read_and_an_api_that_does_not_answer_are_said(settings: Settings) -> None:
    keep_token(of(settings, "cats"), CATS, [])
    keep_token(of(settings, "dogs"), DOGS, [])
    token_path(of(settings, "dogs")).chmod(0o644)
    found = bots(settings)
    assert str(token_path(of(settings, "dogs"))) in found["bot of dogs"].found
    assert found["bot of cats"].state == "warning" and "does not answer" in found["bot of cats"].found


def test_a_home_without_any_bot_is_in_order(tmp_path: Path) -> None:
    assert bots(load(home=tmp_path / "new")) == {}


def test_a_clock_that_differs_from_the_servers_is_said(
    databases_of: Callable[[str], Databases], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = databases_of("postgresql").where()
    address = f"{where.server}&namespace={where.namespace}"
    settings = load(home=tmp_path, database=address)
    (fine,) = examine(settings, "clock")
    assert fine.state == "ok"
    monkeypatch.setattr(application, "now", lambda: datetime.now(UTC) - timedelta(minutes=1))
    (wrong,) = examine(settings, "clock")
    assert wrong.state == "warning" and re.fullmatch(r"[4-7]\d s behind the database server's", wrong.found)
    open_database(where).close()


def test_how_many_processes_answer_over_a_server_is_said(
    databases_of: Callable[[str], Databases], tmp_path: Path
) -> None:
    where = databases_of("postgresql").where()
    settings = load(home=tmp_path, database=f"{where.server}&namespace={where.namespace}")
    open_database(where).close()
    with Replica(where), Replica(where):
        (found,) = examine(settings, "processes")
    assert (found.state, found.found.split()[0]) == ("ok", "2")
    assert examine(load(home=tmp_path), "processes") == []
