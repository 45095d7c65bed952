"""What Telegram asks bots to keep to, and the limits of a bot that one process serves."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class SendLimit:
    """So many messages within so many seconds."""

    messages: int
    seconds: float


CHAT_LIMIT, GROUP_LIMIT, TOTAL_LIMIT = SendLimit(1, 1.05), SendLimit(20, 60.5), SendLimit(28, 1.0)
"""What Telegram asks bots to keep to, a little less: its clock sees messages when they arrive."""
REMEMBERED_CHATS = 10_000

Held = tuple[str, Any]
"""What a wait concerns: a kind of call, or ``SENDING`` for all that put a message there, and a chat or ``None``."""
SENDING = "sending"


class SendLimits(Protocol):
    """When a bot may call Telegram. Times are seconds from now."""

    async def reserve(self, chat: Any, messages: int) -> float:
        """How long until so many messages may go into a chat, with ``None`` for all chats together.

        They are counted as sent then.
        """

    async def hold(self, held: Sequence[Held], seconds: float) -> None:
        """Telegram has asked to wait."""

    async def left(self, held: Sequence[Held]) -> float:
        """How long these are told to wait yet; nothing or less if they are not."""


def limits_of(chat: Any) -> Sequence[SendLimit]:
    """What holds for a chat, with ``None`` for all chats together; a name is a channel's or a group's."""
    if chat is None:
        return [TOTAL_LIMIT]
    return [CHAT_LIMIT] if isinstance(chat, int) and chat > 0 else [CHAT_LIMIT, GROUP_LIMIT]


def next_moment(sent: Sequence[float], earliest: float, limits: Iterable[SendLimit], messages: int) -> float:
    """When so many messages may go, after those that were ``sent``, ascending."""
    when = earliest
    for limit in limits:
        over = len(sent) + min(messages, limit.messages) - limit.messages
        if over > 0:
            when = max(when, sent[over - 1] + limit.seconds)
    return when


@dataclass(slots=True)
class Sent:
    """What is remembered of a chat: when the last messages went, and until when nothing may."""

    moments: list[float] = field(default_factory=list)
    held_until: float = 0.0

    def reserve(self, now: float, limits: Sequence[SendLimit], messages: int) -> float:
        """When so many messages may go; they are counted as sent then."""
        when = next_moment(self.moments, max(now, self.held_until), limits, messages)
        self.moments = [*self.moments, *[when] * messages][-max(limit.messages for limit in limits) :]
        return when


class OwnLimits:
    """Those of a bot that this process alone serves, in memory."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sent: OrderedDict[Any, Sent] = OrderedDict()
        self._held: dict[Held, float] = {}

    async def reserve(self, chat: Any, messages: int) -> float:
        """How long until so many messages may go into a chat; they are counted as sent then."""
        sent = self._sent.setdefault(chat, Sent())
        self._sent.move_to_end(chat)
        if len(self._sent) > REMEMBERED_CHATS:
            self._sent.popitem(last=False)
        now = self._clock()
        return sent.reserve(now, limits_of(chat), messages) - now

    async def hold(self, held: Sequence[Held], seconds: float) -> None:
        """Telegram has asked to wait."""
        until = self._clock() + seconds
        for one in held:
            self._held[one] = max(self._held.get(one, 0.0), until)

    async def left(self, held: Sequence[Held]) -> float:
        """How long these are told to wait yet."""
        now = self._clock()
        for one in held:
            if self._held.get(one, now) < now:
                del self._held[one]
        return max((self._held.get(one, now) for one in held), default=now) - now
