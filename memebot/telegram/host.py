"""Serving several communities in one process: each comes and goes by itself, and none stops another.

What is to be served is looked up in the register again and again, so a community that is added, paused, changed or
removed from a shell is so within seconds.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from memebot.communities.model import CommunityRow
from memebot.database import STORAGE_FAILURES, log_level
from memebot.telegram.bot import BotRuntime, Receiver, Way, Webhook, answer, finish
from memebot.telegram.serving import SERVED, Mounts, Routes, build_web_app
from memebot.telegram.transport.metrics import ProcessMetrics
from memebot.telegram.transport.session import FAILED
from memebot.web.connections import listening

log = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
"""How often the register is looked up."""
DRAIN_S = 30.0
"""So long may what is being answered take when a community is no longer served."""
FIRST_PAUSE_S, MAX_PAUSE_S = 10.0, 300.0
"""After so long a community that could not be served is tried again, after each failure twice as long."""

GuestState = Literal["starting", "running", "failed", "stopping"]


@dataclass(frozen=True, slots=True)
class Guest:
    """An opened community: its bot, where Telegram calls it unless it polls, and the pages that are served beside.

    ``takes``: whether its updates come in here; another process may take them in.
    """

    runtime: BotRuntime | Receiver
    webhook: Webhook | None = None
    pages: Sequence[Routes] = ()
    takes: bool = True


OpenGuest = Callable[[CommunityRow], AbstractAsyncContextManager[Guest]]


@dataclass(eq=False, slots=True)
class _Stay:
    """One community's time in this process."""

    row: CommunityRow
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    drain_s: float = DRAIN_S
    gone: bool = False  # paused or removed: Telegram is to keep its updates
    state: GuestState = "starting"
    error: Exception | None = None
    runtime: BotRuntime | Receiver | None = None
    task: asyncio.Task[None] | None = None

    @property
    def storing(self) -> bool:
        """Whether its updates are taken and kept."""
        return self.state == "running" and self.runtime is not None and self.runtime.intake.storing


class Host:
    """Serves the communities that are active. One instance a process."""

    def __init__(
        self,
        listed: Callable[[], Awaitable[Sequence[CommunityRow]]],
        open_guest: OpenGuest,
        words: Callable[[BaseException], str | None],
        *,
        address: tuple[str, int] | None,
        look_every_s: float = LOOK_EVERY_S,
        first_pause_s: float = FIRST_PAUSE_S,
    ) -> None:
        """``listed``: the register. ``words``: an error as one line, None for a mistake of ours. ``address``: where
        webhooks, pages and figures are served, if anywhere."""
        self._listed, self._open, self._words, self._address = listed, open_guest, words, address
        self._look_every_s, self._first_pause_s = look_every_s, first_pause_s
        self._stays: dict[str, _Stay] = {}
        self._rows: Sequence[CommunityRow] = ()
        self._unlisted = ""
        self._news, self._stop, self._opening = asyncio.Event(), asyncio.Event(), asyncio.Lock()
        self._mounts, self._metrics = Mounts(), ProcessMetrics()

    async def run(self) -> None:
        """Serve until SIGINT or SIGTERM.

        Raises ``ListeningError``, and what keeps the last of them from being served.
        """
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, self.stop)
        async with AsyncExitStack() as stack:
            if self._address is not None:
                app = build_web_app(self.health, self._metrics.text, self._mounts)
                await stack.enter_async_context(listening(app, *self._address))
            lag = asyncio.create_task(self._metrics.watch_loop())
            stack.callback(lag.cancel)
            stack.push_async_callback(self._end_all)
            while not self._stop.is_set():
                await self._look()
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._look_every_s):
                        await self._news.wait()
                self._news.clear()

    def stop(self) -> None:
        """Serve nobody any more; ``run`` returns when what is being answered has been."""
        self._stop.set()
        self._news.set()

    def health(self) -> Mapping[str, Any]:
        """Whether updates can be taken, of any community, and how each one is."""
        fine = not self._stop.is_set() and any(stay.storing for stay in self._stays.values())
        return {"ok": fine or (not self._stays and not self._stop.is_set()), "communities": self._states()}

    def _states(self) -> dict[str, str]:
        found: dict[str, str] = {row.id: row.state for row in self._rows}
        for name, stay in self._stays.items():
            stored = stay.runtime is None or stay.runtime.intake.storing
            found[name] = stay.state if stored else "not storing"
        return found

    async def _look(self) -> None:
        """Let come and go whoever the register says. Raises what keeps all of them from being served."""
        try:
            self._rows, self._unlisted = await self._listed(), ""
        except STORAGE_FAILURES as error:
            if repr(error) != self._unlisted:
                log.log(log_level(error), "the register of communities cannot be read: %s", error)
            self._unlisted = repr(error)
        wanted = {row.id: row for row in self._rows if row.state == "active"}
        left = {row.id for row in self._rows if row.state != "removed"}
        for name, stay in [*self._stays.items()]:
            if stay.task is not None and stay.task.done():
                del self._stays[name]
            elif wanted.get(name) != stay.row and not stay.stop.is_set():
                log.info("community %s: no longer served as it was", name)
                stay.gone = name not in wanted
                self._end(stay, DRAIN_S if name in left else 0.0)
        for name, row in wanted.items():
            if name not in self._stays:
                stay = self._stays[name] = _Stay(row)
                stay.task = asyncio.create_task(self._serve(stay))
        self._raise_if_nobody_is_left()

    def _raise_if_nobody_is_left(self) -> None:
        errors = [stay.error for stay in self._stays.values()]
        if errors and all(errors) and errors[0] is not None:
            raise errors[0]

    def _end(self, stay: _Stay, drain_s: float) -> None:
        stay.drain_s, stay.state = drain_s, "stopping"
        stay.stop.set()

    async def _end_all(self) -> None:
        self._stop.set()
        for stay in self._stays.values():
            self._end(stay, DRAIN_S)
        tasks = [stay.task for stay in self._stays.values() if stay.task is not None]
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, stay: _Stay) -> None:
        """One community, again and again until it is to go."""
        SERVED.set(stay.row.id)
        pause_s = self._first_pause_s
        try:
            while not stay.stop.is_set():
                try:
                    await self._serve_once(stay)
                except Exception as error:  # noqa: BLE001 (told below)
                    self._failed(stay, error, pause_s)
                    with suppress(TimeoutError):
                        async with asyncio.timeout(pause_s):
                            await stay.stop.wait()
                    pause_s = min(MAX_PAUSE_S, 2 * pause_s)
        finally:
            self._metrics.served.pop(stay.row.id, None)
            with suppress(KeyError):
                self._metrics.up.remove(stay.row.id)
            self._news.set()

    async def _serve_once(self, stay: _Stay) -> None:
        name = stay.row.id
        async with AsyncExitStack() as stack:
            async with self._opening:  # one after the other: opening costs memory and time
                guest = await stack.enter_async_context(self._open(stay.row))
            stay.runtime = guest.runtime
            self._metrics.served[name] = guest.runtime.metrics

            def ready(routes: Sequence[Routes]) -> None:
                self._mounts.add(name, [*routes, *guest.pages])
                stay.error = None
                self._is(stay, "running")

            try:
                way: Way = (guest.webhook or "polling") if guest.takes else "elsewhere"
                await answer(guest.runtime, way, stop=stay.stop, ready=ready)
            finally:
                await self._mounts.remove(name)
                if stay.gone and guest.webhook is not None:  # refused calls would come again later and later
                    with suppress(*FAILED):
                        await guest.runtime.bot.delete_webhook()
                await finish(guest.runtime, stay.drain_s)
                stay.runtime = None

    def _is(self, stay: _Stay, state: GuestState) -> None:
        if not stay.stop.is_set():
            stay.state = state
        self._metrics.up.labels(stay.row.id).set(state == "running")

    def _failed(self, stay: _Stay, error: Exception, pause_s: float) -> None:
        again, stay.error = repr(stay.error) == repr(error), error
        self._is(stay, "failed")
        self._news.set()
        if again or len(self._stays) == 1:
            return  # it was told, or whoever runs this process hears of it
        words = self._words(error)
        log.error(
            "community %s is left aside: %s; tried again in %.0f s, then more rarely",
            stay.row.id,
            words or type(error).__name__,
            pause_s,
            exc_info=None if words else error,
        )
