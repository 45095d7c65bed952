"""Work beside the conversation that is done again and again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from knowledge.errors import KnowledgeError
from memebot.database import STORAGE_FAILURES, log_level
from memebot.telegram.transport.session import PASSING

log = logging.getLogger(__name__)

EXPECTED = (*PASSING, KnowledgeError, *STORAGE_FAILURES)
"""Errors that say all by their name; others are mistakes of ours and need a traceback."""


class Periodic:
    """Calls ``look`` at once, then every ``every_s`` seconds and whenever it is woken, until ``run`` is cancelled.

    No error ends it. The same error again and again is logged once, until a look has succeeded.
    """

    def __init__(
        self,
        name: str,
        look: Callable[[], Awaitable[None]],
        every_s: float,
        *,
        begin: Callable[[], None] = lambda: None,
    ) -> None:
        """``name`` says in the log what has failed. ``begin`` is called whenever ``run`` is: others may have done this
        work meanwhile."""
        self._name, self._look, self._every_s, self._begin = name, look, every_s, begin
        self._wake = asyncio.Event()
        self._logged = ""

    def wake(self) -> None:
        """Look at once, or once more if a look is going on."""
        self._wake.set()

    async def run(self) -> None:
        """Look until cancelled."""
        self._begin()
        while True:
            try:
                await self._look()
                self._logged = ""
            except Exception as error:  # noqa: BLE001 (logged below)
                self._log(error)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._every_s):  # wait_for would lose a cancel that comes with a wake
                    await self._wake.wait()
            self._wake.clear()

    def _log(self, error: Exception) -> None:
        if repr(error) == self._logged:
            return
        self._logged = repr(error)
        if isinstance(error, EXPECTED):
            log.log(log_level(error), "%s: %s", self._name, type(error).__name__)
        else:
            log.error("%s failed", self._name, exc_info=error)
