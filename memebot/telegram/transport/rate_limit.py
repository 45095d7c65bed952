"""How fast the bot writes unasked into one chat: Telegram lets it send some twenty messages a minute into a group."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

PER_MINUTE = 20.0
BURST = 8.0
EDIT = 0.25
"""What an edit counts: Telegram bears many more of them."""
DEBT = 2.0
"""So many messages at most are owed for what could not wait: a new card comes soon, however busy people are."""


class RateLimit:
    """A bucket of messages that fills up with time. What people ask for goes out at once and is counted."""

    def __init__(
        self,
        per_minute: float = PER_MINUTE,
        burst: float = BURST,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._rate, self._burst, self._clock, self._sleep = per_minute / 60, burst, clock, sleep
        self._left: dict[int, tuple[float, float]] = {}

    def _now(self, chat_id: int) -> float:
        left, then = self._left.get(chat_id, (self._burst, 0.0))
        return min(self._burst, left + (self._clock() - then) * self._rate)

    def spend(self, chat_id: int, messages: float = 1.0) -> None:
        """Something was sent there that could not wait."""
        self._left[chat_id] = (max(-DEBT, self._now(chat_id) - messages), self._clock())

    def spare(self, chat_id: int) -> bool:
        """Whether there is room for what matters little."""
        return self._now(chat_id) > self._burst / 2

    async def wait(self, chat_id: int, messages: float = 1.0) -> None:
        """Wait until so many messages may go there, and count them."""
        needed = min(messages, self._burst)
        while (left := self._now(chat_id)) < needed:
            await self._sleep((needed - left) / self._rate)
        self.spend(chat_id, messages)
