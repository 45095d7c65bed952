"""What the processes that answer for one community share out among them, as one of them sees it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import AsyncExitStack, suppress
from typing import Any, Protocol, Self

from memebot.database.address import DatabaseAddress

JOBS, FETCHING = "jobs", "fetching"
"""What one process does for all: the work beside the conversation, and asking Telegram for updates."""


class Processes(Protocol):
    """The others, as ``memebot.database.replica`` sees them. Calls come on a thread of its own."""

    number: int

    @property
    def count(self) -> int:
        """How many there are, this one among them."""

    def hear(self, news: str, call: Callable[[], None]) -> Callable[[], None]:
        """Be called when any process tells this; what is returned ends it."""

    def on_change(self, call: Callable[[], None]) -> Callable[[], None]:
        """Be called when a process is gone, and when this one was away and is back; what is returned ends it."""

    def stand(self, name: str, call: Callable[[bool], None]) -> None:
        """Lead ``name`` whenever nobody else does; called with whether this process does."""

    def withdraw(self, name: str) -> None:
        """Lead it no more."""

    def serve(self, name: str) -> None:
        """Let others know that it is served."""

    def end(self, name: str) -> None:
        """Serve it no more."""

    def gone(self, others: Collection[int]) -> list[int]:
        """Which of these processes are there no more."""


class Share:
    """One community's part: ``async with`` begins and ends it. Belongs to the event loop that entered it."""

    def __init__(self, processes: Processes, address: DatabaseAddress) -> None:
        """``address``: of the community's database."""
        self._processes, self._name = processes, address.namespace
        self.number = processes.number
        self.gone = processes.gone
        self.news = f"{self._name} inbox"
        """What is told when there may be something to take."""
        self._leading = {JOBS: _Turning(), FETCHING: _Turning()}
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self._processes.serve(self._name)
        self._stack.callback(self._processes.end, self._name)
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._stack.aclose()

    @property
    def processes(self) -> int:
        """How many share the work."""
        return self._processes.count

    def on_news(self, call: Callable[[], None]) -> None:
        """Be called when there may be something to take."""
        self._stack.callback(self._processes.hear(self.news, _on_loop(call)))

    def on_change(self, call: Callable[[], None]) -> None:
        """Be called when a process is gone, and when this one was away."""
        self._stack.callback(self._processes.on_change(_on_loop(call)))

    async def while_leading(self, what: str, work: Callable[[], Awaitable[None]], stop: asyncio.Event) -> None:
        """Do it whenever this process leads, until ``stop`` or until it ends by itself; raises what it raises.

        It is cancelled when another process may lead.
        """
        leading, name = self._leading[what], f"{self._name} {what}"
        self._processes.stand(name, _on_loop(leading.turn))
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                await _first(stopping, leading.on.wait())
                if leading.on.is_set() and not stop.is_set():
                    doing = asyncio.ensure_future(work())
                    await _first(doing, leading.off.wait())
                    if doing.done():
                        doing.result()
                        return
                    await _cancelled(doing)
        finally:
            stopping.cancel()
            self._processes.withdraw(name)


class _Turning:
    """Whether this process leads: one of the two events is set."""

    def __init__(self) -> None:
        self.on, self.off = asyncio.Event(), asyncio.Event()
        self.off.set()

    def turn(self, on: bool) -> None:
        now, before = (self.on, self.off) if on else (self.off, self.on)
        now.set()
        before.clear()


def _on_loop(call: Callable[..., None]) -> Callable[..., None]:
    """The same, from whatever thread; nothing where the loop has ended."""
    loop = asyncio.get_running_loop()

    def later(*args: object) -> None:
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(call, *args)

    return later


async def _first(work: asyncio.Future[Any], other: Awaitable[object]) -> None:
    """Wait until either is over; the other one is waited for no more, the work goes on unless this is cancelled."""
    waiting = asyncio.ensure_future(other)
    try:
        await asyncio.wait({work, waiting}, return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        await _cancelled(work)
        raise
    finally:
        waiting.cancel()


async def _cancelled(work: asyncio.Future[Any]) -> None:
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
