"""Which chat the channel is, and whether Telegram lets the bot see it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNotFound,
    TelegramUnauthorizedError,
)

from memebot.telegram.errors import Unreachable
from memebot.telegram.transport.session import FAILED

log = logging.getLogger(__name__)

AWAY = timedelta(minutes=1)
"""After so long Telegram is asked again."""
REFUSALS = (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNotFound,
    TelegramUnauthorizedError,
    TelegramEntityTooLarge,
    Unreachable,
)
"""With these Telegram refuses a call: it has certainly not done it."""


@dataclass(frozen=True, slots=True)
class Channel:
    """The channel, as Telegram names it."""

    id: int
    username: str | None


class Channels:
    """Finds out which chat the setting means: asked once, and a minute after a failure again.

    ``lost``: why Telegram does not know the channel, or does not let the bot see it.
    """

    def __init__(self, bot: Bot, named: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._bot, self._clock = bot, clock
        self._named: int | str = int(named) if named.lstrip("-").isdecimal() else f"@{named.lstrip('@')}"
        self._found: Channel | None = None
        self._ask_at = 0.0
        self.lost = ""

    async def find(self) -> Channel | None:
        """The channel; None while Telegram does not say."""
        if self._found is None and self._clock() >= self._ask_at:
            try:
                chat = await self._bot.get_chat(self._named)
            except FAILED as error:
                log.warning("the channel cannot be found: %s", type(error).__name__)
                self._ask_at = self._clock() + AWAY.total_seconds()
                if isinstance(error, REFUSALS):
                    self.lost = reason_of(error)
                return None
            self._found, self.lost = Channel(chat.id, chat.username), ""
        return self._found

    async def is_it(self, chat_id: int) -> bool:
        """Whether this chat is the channel."""
        if isinstance(self._named, int):
            return chat_id == self._named
        found = await self.find()
        return found is not None and found.id == chat_id


def reason_of(error: BaseException) -> str:
    """Why not, as far as Telegram says."""
    if isinstance(error, Unreachable):
        return str(error.__cause__.message if isinstance(error.__cause__, TelegramBadRequest) else error)
    return str(getattr(error, "message", "") or type(error).__name__)


_NO_RIGHTS = ("chat not found", "not enough rights", "need administrator rights", "admin_required", "write_forbidden")
"""What Telegram says, among other things, where the bot was thrown out or has lost its rights."""


def shut_out(error: BaseException) -> bool:
    """Whether Telegram refuses the bot itself, and not what it wants to post."""
    said = reason_of(error).casefold()
    return isinstance(error, TelegramForbiddenError | Unreachable) or any(words in said for words in _NO_RIGHTS)
