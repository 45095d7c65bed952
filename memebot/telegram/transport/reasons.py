"""Why a call to Telegram came to nothing: a code that is kept, and put into words where it is shown."""

from __future__ import annotations

from collections.abc import Mapping

import aiohttp
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)

from memebot.telegram.errors import Unreachable
from memebot.telegram.transport.session import PASSING

REFUSALS = (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNotFound,
    TelegramUnauthorizedError,
    TelegramEntityTooLarge,
    Unreachable,
)
"""With these Telegram refuses a call: it has certainly not done it."""
_SAID: Mapping[str, tuple[str, ...]] = {
    "not-there": ("chat not found", "bot was kicked", "bot is not a member", "group chat was deactivated"),
    "no-rights": ("not enough rights", "have no rights", "administrator rights", "admin_required", "write_forbidden"),
    "topic-closed": ("topic_closed",),
    "file-gone": ("wrong file identifier", "wrong remote file", "file_reference", "temporarily unavailable"),
}
"""What Telegram says, among other things."""
_SHUT_OUT = frozenset({"not-there", "no-rights"})


def reason_of(error: BaseException | None) -> str:
    """The code of what is known, ``because-…`` among the texts; else what Telegram says."""
    if isinstance(error, Unreachable):
        return reason_of(error.__cause__)
    if isinstance(error, TelegramRetryAfter):
        return "too-fast"
    if isinstance(error, PASSING):
        return "no-connection" if never_left(error) else "no-answer"
    said = str(getattr(error, "message", "") or type(error).__name__)
    return next((code for code, parts in _SAID.items() if any(part in said.casefold() for part in parts)), said)


def never_left(error: BaseException) -> bool:
    """Whether no connection came about: then Telegram has heard nothing."""
    return isinstance(error, TelegramNetworkError) and isinstance(error.__cause__, aiohttp.ClientConnectorError)


def shut_out(error: BaseException) -> bool:
    """Whether Telegram refuses the bot itself, and not what it wants to post."""
    return isinstance(error, TelegramForbiddenError | Unreachable) or reason_of(error) in _SHUT_OUT
