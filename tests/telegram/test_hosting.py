"""How communities are opened over the models of one process."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from chats import FAKE, FakeVision
from pydantic import SecretStr

from knowledge.search.searcher import Searcher
from knowledge.search.visual import no_geometry
from knowledge.store.base import KnowledgeBase
from memebot.app import database_address, hosting
from memebot.communities.model import CommunityRow, TokenUnusable
from memebot.communities.tokens import keep_token
from memebot.database import in_memory
from memebot.database.replica import Replica
from memebot.errors import sentence
from memebot.inference import InferenceThread
from memebot.settings import Settings, load
from memebot.telegram.errors import BotUnusable

if TYPE_CHECKING:
    from engines import Databases

MAIN, CATS, DOGS = (CommunityRow(name, "", "active", {"owners": "7"}) for name in ("main", "cats", "dogs"))


def eyes(kb: KnowledgeBase) -> FakeVision:
    vision = FakeVision(Searcher(kb, encoder=FAKE, bank=FakeVision(None).bank, verify=no_geometry))  # type: ignore[arg-type]
    vision.app = None  # type: ignore[attr-defined]
    return vision


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr("memebot.app.vision_beside", lambda vision, kb, settings: eyes(kb))
    (tmp_path / "base" / "jokes").mkdir(parents=True)
    return load(
        home=tmp_path / "home",
        knowledge=tmp_path / "base",
        bot_token="42:TEST",
        webhook_url="https://example.org/hook",
        owners="1",
    )


def host(settings: Settings) -> hosting._Host:
    made: Any = hosting._Host(settings, eyes(KnowledgeBase(in_memory())), InferenceThread(), True)  # type: ignore[arg-type]
    return made


def test_communities_share_the_thread_and_nothing_else(settings: Settings) -> None:
    keep_token(settings.model_copy(update={"community": "cats"}), "43:TEST", [])

    async def scenario() -> None:
        shared = host(settings)
        async with shared.open(MAIN) as first, shared.open(CATS) as cats:
            assert [guest.runtime.bot.id for guest in (first, cats)] == [42, 43]
            assert [guest.webhook and guest.webhook.url for guest in (first, cats)] == [
                "https://example.org/hook",
                "https://example.org/hook/cats",
            ]
            pictures = [guest.runtime.dispatcher["conversation"].pictures for guest in (first, cats)]
            assert pictures[0].inference is not pictures[1].inference
            assert pictures[0].inference._shared is pictures[1].inference._shared
            assert pictures[0].queue is not pictures[1].queue and pictures[0].db is not pictures[1].db
            owners = [guest.runtime.tools.stores.people.roles_of for guest in (first, cats)]
            held = [await one.db.run(roles, 7) for one, roles in zip(pictures, owners, strict=True)]
            assert [("owner" in roles) for roles in held] == [False, True]
            assert hosting.is_answered(settings.model_copy(update={"community": "cats"}))
            with pytest.raises(BotUnusable, match="a bot is running"):
                async with host(settings).open(CATS):
                    pass
        assert not hosting.is_answered(settings.model_copy(update={"community": "cats"}))
        shared.inference.close()

    asyncio.run(scenario())


def test_one_bot_does_not_serve_two_communities(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMEBOT_BOT_TOKEN_DOGS", "42:TEST")

    async def scenario() -> None:
        shared = host(settings)
        async with shared.open(MAIN):
            with pytest.raises(TokenUnusable, match="the bot of community main has this token"):
                async with shared.open(DOGS):
                    pass
        with pytest.raises(TokenUnusable, match="community cats has no bot token"):
            async with shared.open(CATS):
                pass
        async with shared.open(DOGS) as dogs:  # the other has let go of it
            assert dogs.runtime.bot.id == 42
        shared.inference.close()

    asyncio.run(scenario())


# --- several processes over one server


@pytest.fixture
def shared(settings: Settings, databases_of: Callable[[str], Databases]) -> Settings:
    address = databases_of("postgresql")().address  # type: ignore[attr-defined]
    return settings.model_copy(update={"database": SecretStr(f"{address.server}&namespace={address.namespace}")})


def test_over_a_server_several_processes_answer_for_one_community(shared: Settings) -> None:
    address = database_address(shared)

    async def scenario() -> None:
        with Replica(address, look_every_s=0.01) as one, Replica(address) as other:
            hosts = [replace(host(shared), processes=replica) for replica in (one, other)]
            assert not hosting.is_answered(shared)
            async with hosts[0].open(MAIN) as first, hosts[1].open(MAIN) as second:
                assert first.runtime.bot.id == second.runtime.bot.id == 42
                while not hosting.is_answered(shared):  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            for made in hosts:
                made.inference.close()

    asyncio.run(scenario())


def test_over_a_file_a_process_of_a_role_is_refused_in_one_line(settings: Settings) -> None:
    with pytest.raises(BotUnusable) as caught:
        hosting.check_role(settings, "intake")
    line = sentence(caught.value)
    assert line is not None and "--role intake needs" in line and "MEMEBOT_DATABASE" in line and "\n" not in line
    hosting.check_role(settings, "all")


_INTAKE = """
import asyncio, sys
from memebot.app import database_address
from memebot.app.hosting import _Host
from memebot.communities.model import CommunityRow
from memebot.database.replica import Replica
from memebot.inference import InferenceThread
from memebot.settings import load
import memebot.telegram.host

async def main():
    settings = load()
    with Replica(database_address(settings)) as replica:
        inference = InferenceThread()
        host = _Host(settings, None, inference, True, "intake", replica)
        async with host.open(CommunityRow("main", "", "active")) as guest:
            print(guest.webhook.url)
        inference.close()

asyncio.run(main())
print(*sorted({"torch", "cv2", "onnxruntime", "open_clip"} & sys.modules.keys()))
"""


def test_a_process_that_only_keeps_updates_loads_no_model(shared: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shared.database is not None
    monkeypatch.setenv("MEMEBOT_DATABASE", shared.database.get_secret_value())
    monkeypatch.setenv("MEMEBOT_BOT_TOKEN", "42:TEST")
    monkeypatch.setenv("MEMEBOT_WEBHOOK_URL", "https://example.org/hook")
    done = subprocess.run([sys.executable, "-c", _INTAKE], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["https://example.org/hook", ""]
