"""Who asks how much: limits per address, and a visitor's place in the line that the bot's users stand in."""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Literal

from memebot.inference import FairQueue, QueueError
from memebot.web.errors import RequestRefused

Cost = Literal["file", "page", "words", "picture", "experiment"]

MAX_WAITING = 24
"""Visitors that may wait for their turn at once."""
PATIENCE_S = 90.0
"""So long does a visitor wait for a turn."""
_REMEMBERED = 10_000
_SITE = "web"
"""All visitors together are one among the bot's users: however many there are, everybody else's turn comes."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many requests at once, and so many a second after that."""

    burst: float
    per_second: float


def allowances(pictures_per_hour: int) -> Mapping[Cost, Allowance]:
    """What one address may ask; of pictures as much as one of the bot's users."""
    return {
        "file": Allowance(300, 50),
        "page": Allowance(60, 10),
        "words": Allowance(30, 5),
        "picture": Allowance(min(12, pictures_per_hour), pictures_per_hour / 3600),
        "experiment": Allowance(20, 1),
    }


class Visitors:
    """All visitors of a site. Belongs to the event loop."""

    def __init__(
        self, queue: FairQueue, allowed: Mapping[Cost, Allowance], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._allowed, self._clock = allowed, clock
        self._left: dict[tuple[str, Cost], tuple[float, float]] = {}
        self._looking: set[str] = set()
        self._turns, self._queue = FairQueue(slots=1, limit=MAX_WAITING, per_user=1), queue
        self._benches = FairQueue(slots=1, limit=MAX_WAITING, per_user=MAX_WAITING)
        self._waiting: dict[str, asyncio.Timeout] = {}

    def admit(self, address: str, cost: Cost) -> None:
        """Count a request. Raises ``RequestRefused`` where the address has asked for too much."""
        allowed, now = self._allowed[cost], self._clock()
        left, then = self._left.pop((address, cost), (allowed.burst, now))
        left = min(allowed.burst, left + (now - then) * allowed.per_second)
        self._left[address, cost] = max(0.0, left - 1), now  # the last one in the order of the dictionary
        if len(self._left) > _REMEMBERED:
            del self._left[next(iter(self._left))]
        if left < 1:
            raise RequestRefused(429, "web-too-fast", wait_s=(1 - left) / allowed.per_second)

    @asynccontextmanager
    async def one_at_a_time(self, address: str) -> AsyncIterator[None]:
        """One picture of an address. Raises ``RequestRefused`` while another of its pictures is looked at."""
        if address in self._looking:
            raise RequestRefused(429, "web-one-at-a-time", wait_s=2)
        if len(self._looking) >= MAX_WAITING:
            raise RequestRefused(503, "web-busy", wait_s=10)
        self._looking.add(address)
        try:
            yield
        finally:
            self._looking.discard(address)

    @asynccontextmanager
    async def bench(self, address: str) -> AsyncIterator[None]:
        """Wait for the one bench at which experiments are made. Raises as ``turn`` does.

        Whoever moves a slider again waits for the newest run alone: an earlier one that still waits gives up.
        """
        patience = asyncio.timeout(PATIENCE_S)
        if (earlier := self._waiting.get(address)) is not None:
            earlier.reschedule(0)
        self._waiting[address] = patience
        try:
            async with _patiently(self._benches.turn(address), patience):
                self._forget(address, patience)
                yield
        finally:
            self._forget(address, patience)

    def _forget(self, address: str, patience: asyncio.Timeout) -> None:
        if self._waiting.get(address) is patience:
            del self._waiting[address]

    @asynccontextmanager
    async def turn(self, address: str) -> AsyncIterator[None]:
        """Wait for a turn and hold it. Raises ``RequestRefused`` where too many wait, or where it takes too long."""
        async with _patiently(self._turn(address), asyncio.timeout(PATIENCE_S)):
            yield

    @asynccontextmanager
    async def _turn(self, address: str) -> AsyncIterator[None]:
        async with self._turns.turn(address), self._queue.turn(_SITE):
            yield


@asynccontextmanager
async def _patiently(turn: AbstractAsyncContextManager[None], patience: asyncio.Timeout) -> AsyncIterator[None]:
    """A turn for which one waits so long and no longer."""
    async with AsyncExitStack() as stack:
        try:
            async with patience:
                await stack.enter_async_context(turn)
        except (QueueError, TimeoutError) as error:
            raise RequestRefused(503, "web-busy", wait_s=10) from error
        yield


def address_of(peer: str | None, forwarded: str | None) -> str:
    """Whose request it is: of IPv6 the network, which is one customer's.

    ``forwarded``: what a server before this one has added to the request; it is believed on this machine alone.
    """
    found = _parsed(peer)
    if found is not None and found.is_loopback and forwarded:
        found = _parsed(forwarded.rsplit(",", 1)[-1].strip()) or found
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def _parsed(text: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(text or "")
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
