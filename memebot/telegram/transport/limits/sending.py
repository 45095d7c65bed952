"""What Telegram asks bots to keep to, and the limits of a bot that one process serves."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class SendLimit:
    """So many messages within so many seconds."""

    messages: int
    seconds: float


REMEMBERED_CHATS = 10_000

Held = tuple[str, Any]
"""What a wait concerns: a kind of call, or ``SENDING`` for all that put a message there, and a chat or ``None``."""
SENDING = "sending"


class SendLimits(Protocol):
    """When a bot may call Telegram. Times are seconds from now."""

    async def reserve(self, chat: Any, messages: int) -> float:
        """How long until so many messages may go into a chat; they are counted as sent then.

        ``None``: into some chat in which they are counted already.
        """

    async def hold(self, held: Sequence[Held], seconds: float) -> None:
        """Telegram has asked to wait."""

    async def left(self, held: Sequence[Held]) -> float:
        """How long these are told to wait yet; nothing or less if they are not."""


@dataclass(frozen=True, slots=True)
class LimitSet:
    """What holds for any chat, for a group or channel beside that, and for all chats together."""

    chat: SendLimit
    group: SendLimit
    total: SendLimit

    def of(self, chat: Any) -> Sequence[SendLimit]:
        """What holds for a chat; a name is a channel's or a group's, and ``None`` no chat."""
        if chat is None:
            return []
        return [self.chat] if isinstance(chat, int) and chat > 0 else [self.chat, self.group]


ALONE = LimitSet(chat=SendLimit(1, 1.05), group=SendLimit(20, 60.5), total=SendLimit(28, 1.0))
"""What Telegram asks bots to keep to, a little less: its clock sees messages when they arrive."""
TOGETHER = LimitSet(chat=SendLimit(1, 1.2), group=SendLimit(20, 62.0), total=SendLimit(4, 0.16))
"""The same for several processes, each of which may be a tenth of a second late: no more than a few messages go at the
same moment, so that those of one which are late do not come together with the next ones of another."""


def moment_after(sent: Sequence[float], earliest: float, limits: Iterable[SendLimit], messages: int) -> float:
    """When so many messages may go after all those ``sent``, which ascend."""
    when = earliest
    for limit in limits:
        over = len(sent) + min(messages, limit.messages) - limit.messages
        if over > 0:
            when = max(when, sent[over - 1] + limit.seconds)
    return when


def moment_among(sent: Sequence[float], earliest: float, limit: SendLimit, messages: int) -> float:
    """When so many messages may go among those ``sent``, which ascend and of which some are to go later."""
    others, when = limit.messages - min(messages, limit.messages), earliest
    for first in range(bisect_right(sent, when - limit.seconds), len(sent) - others):
        begin, end = sent[first], sent[first + others]  # one too many, if they and these are within the time
        if begin >= when + limit.seconds:
            break
        if max(end, when) - min(begin, when) < limit.seconds:
            when = begin + limit.seconds
    return when


@dataclass(slots=True)
class Sent:
    """When messages went into a chat, or into all of them, and are to go; until when Telegram takes none."""

    moments: list[float] = field(default_factory=list)
    held_until: float = 0.0


def reserve(chat: Sent, total: Sent, limits: LimitSet, of_chat: Any, messages: int, *, now: float) -> float:
    """When so many messages may go into a chat; they are counted as sent then, there and in all."""
    kept = limits.of(of_chat)
    own = moment_after(chat.moments, max(now, chat.held_until), kept, messages)
    when = moment_among(total.moments, own, limits.total, messages)
    if kept:
        chat.moments = [*chat.moments, *[when] * messages][-max(limit.messages for limit in kept) :]
    recent = total.moments[bisect_right(total.moments, now - 2 * limits.total.seconds) :]
    total.moments = sorted([*recent, *[when] * min(messages, limits.total.messages)])
    return when


class OwnLimits:
    """Those of a bot that this process alone serves, in memory."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sent: OrderedDict[Any, Sent] = OrderedDict()
        self._total = Sent()
        self._held: dict[Held, float] = {}

    async def reserve(self, chat: Any, messages: int) -> float:
        """How long until so many messages may go into a chat; they are counted as sent then."""
        sent = self._sent.setdefault(chat, Sent())  # of none nothing is kept
        self._sent.move_to_end(chat)
        if len(self._sent) > REMEMBERED_CHATS:
            self._sent.popitem(last=False)
        now = self._clock()
        return reserve(sent, self._total, ALONE, chat, messages, now=now) - now

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
