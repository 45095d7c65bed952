"""Work that is done again and again: no error ends it, none fills the log, and it can be woken."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

import pytest
from aiogram.exceptions import TelegramNetworkError

from memebot.telegram.transport.periodic import Periodic

PASSES = TelegramNetworkError(None, "no route")  # type: ignore[arg-type]


def looks(outcomes: Sequence[Exception | None], every_s: float = 0.0) -> int:
    """How often a loop has looked when its outcomes are used up."""
    count = 0

    async def scenario() -> None:
        done = asyncio.Event()

        async def look() -> None:
            nonlocal count
            count += 1
            if count > len(outcomes):
                done.set()
            elif (outcome := outcomes[count - 1]) is not None:
                raise outcome

        loop = Periodic("looking", look, every_s)
        running = asyncio.create_task(loop.run())
        while not done.is_set():
            await asyncio.sleep(0.001)
            loop.wake()
        running.cancel()  # it was woken a moment ago: neither may make it forget the other
        await asyncio.wait({running}, timeout=60)
        assert running.cancelled()

    asyncio.run(asyncio.wait_for(scenario(), 90))
    return count


def test_it_goes_on_after_an_error_and_can_be_woken_and_cancelled() -> None:
    assert looks([PASSES, RuntimeError("ours"), None], every_s=3600.0) >= 4


def test_the_same_error_is_logged_once_until_a_look_has_succeeded(caplog: pytest.LogCaptureFixture) -> None:
    ours = RuntimeError("ours")
    looks([PASSES, PASSES, ours, ours, PASSES, None, PASSES])
    assert [(r.levelno, r.exc_info is not None) for r in caplog.records] == [
        (logging.WARNING, False),
        (logging.ERROR, True),
        (logging.WARNING, False),
        (logging.WARNING, False),
    ]
