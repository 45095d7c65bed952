"""Running scenarios against a bot over a fake session."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from chats import Chats, open_chats
from team import Team, with_team

Scenario = Callable[[Chats], Awaitable[None]]


@pytest.fixture
def chatting(tmp_path: Path) -> Callable[..., None]:
    """Run a scenario against a fresh bot, or against the one of an earlier scenario of this test."""

    def run(scenario: Scenario, **options: Any) -> None:
        async def main() -> None:
            async with open_chats(tmp_path / "memebot.sqlite3", **options) as chats:
                await asyncio.wait_for(scenario(chats), 90)

        asyncio.run(main())

    return run


@pytest.fixture
def moderating(tmp_path: Path) -> Callable[..., None]:
    """Run a scenario with a moderators' chat; again in the same test is a restart."""

    def run(scenario: Callable[[Team], Awaitable[None]], **options: Any) -> None:
        asyncio.run(asyncio.wait_for(with_team(tmp_path / "memebot.sqlite3", scenario, **options), 120))

    return run
