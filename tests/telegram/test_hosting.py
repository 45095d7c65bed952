"""How communities are opened over the models of one process."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from chats import FAKE, FakeVision

from knowledge.search.searcher import Searcher
from knowledge.search.visual import no_geometry
from knowledge.store.base import KnowledgeBase
from memebot.app import hosting
from memebot.communities.model import CommunityRow, TokenUnusable
from memebot.communities.tokens import keep_token
from memebot.database import in_memory
from memebot.inference import InferenceThread
from memebot.settings import Settings, load
from memebot.telegram.errors import BotUnusable

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
    made: Any = hosting._Host(settings, None, eyes(KnowledgeBase(in_memory())), InferenceThread(), True)  # type: ignore[arg-type]
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
