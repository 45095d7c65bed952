"""How updates come in: long polling, or a webhook. Both confirm an update only when it is on disk."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import math
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from urllib.parse import urlsplit

from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramConflictError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import Update
from aiohttp import web
from pydantic import ValidationError

from memebot.database import STORAGE_FAILURES, log_level
from memebot.telegram.errors import BotUnusable
from memebot.telegram.transport.intake import Intake

log = logging.getLogger(__name__)

POLL_S = 25
SETTLED_S = 5.0
"""Whoever has fetched undisturbed for so long was there first: a second one is disturbed by the first within a second
or two, when that tries again."""
MAX_WORKING = 2000
"""No more updates are fetched while so many are being dealt with: Telegram keeps the rest."""
_MAX_CONFLICTS = 4
TOLD_EVERY_S = 300.0
"""So often at most is it logged that another program fetches the same updates: the two end each other's calls."""
BODY_S = 20.0
"""So long may an update take to arrive: Telegram sends it at once."""
FIRST_PAUSE_S = 1.0
_MAX_NUMBER = 2**63 - 1
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


def secret_from(token: str) -> str:
    """A webhook secret for those who set none: always the same for one token, and it tells nothing about it."""
    return hmac.new(token.encode(), b"memebot webhook", "sha256").hexdigest()


async def poll(
    bot: Bot,
    intake: Intake,
    *,
    allowed: Sequence[str],
    stop: asyncio.Event,
    poll_s: int = POLL_S,
    pause_s: float = 1.0,
    settled_s: float = SETTLED_S,
) -> None:
    """Fetch updates until ``stop``.

    Raises ``BotUnusable`` for a withdrawn token, and when another program fetches the same updates: the one that
    came later goes, the one that had fetched undisturbed for ``settled_s`` stays.
    """
    stopping = asyncio.create_task(stop.wait())
    offset: int | None = None
    fetching: asyncio.Task[list[Update]] | None = None
    trouble = Trouble(pause_s, settled_s)
    try:
        while not stop.is_set():
            fetching = asyncio.create_task(
                bot.get_updates(offset, timeout=poll_s, allowed_updates=list(allowed), request_timeout=poll_s + 15)
            )
            await asyncio.wait({fetching, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not fetching.done():
                fetching.cancel()
                await asyncio.gather(fetching, return_exceptions=True)
                return
            try:
                updates, after = _result(fetching, bot)
            except (TelegramAPIError, ClientDecodeError) as error:
                await asyncio.wait({stopping}, timeout=trouble.wait(error))
                continue
            try:
                await intake.accept(updates)
            except STORAGE_FAILURES as error:  # not confirmed: Telegram keeps them until they can be stored
                await asyncio.wait({stopping}, timeout=trouble.store(error))
                continue
            trouble.over()
            offset = offset if after is None else after
            await intake.room(MAX_WORKING)
        if offset is not None:  # confirm what is on disk; it would only be received, and known, again
            await asyncio.gather(bot.get_updates(offset, timeout=0, limit=1), return_exceptions=True)
    finally:
        stopping.cancel()
        if fetching is not None:
            fetching.cancel()


class Trouble:
    """How often fetching has failed in a row, and how long to wait then; whether another program was here first."""

    def __init__(self, pause_s: float, settled_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._pause_s, self._settled_s, self._clock = pause_s, settled_s, clock
        self._failures = self._unstored = self._conflicts = 0
        self._calm_since, self._settled, self._told_at = clock(), False, -math.inf

    def over(self) -> None:
        """Updates have come, and are stored."""
        self._failures = self._unstored = 0

    def store(self, error: Exception) -> float:
        """Seconds until updates that could not be stored are fetched again; logged once in a row."""
        self._unstored += 1
        if self._unstored == 1:
            log.log(log_level(error), "updates cannot be stored: %s; they stay with Telegram until they can", error)
        return min(30.0, self._pause_s * self._unstored)

    def wait(self, error: Exception) -> float:
        """Seconds until the next try. Raises ``BotUnusable`` if there is no use in one."""
        if isinstance(error, TelegramUnauthorizedError):
            raise unauthorized() from error
        if isinstance(error, TelegramConflictError):
            return self._conflict(error)
        self._failures += 1
        seconds = min(30.0, self._pause_s * self._failures)
        if isinstance(error, TelegramRetryAfter):
            seconds = float(error.retry_after)
        log.warning("updates cannot be fetched: %s; again in %.0f s", type(error).__name__, seconds)
        return seconds

    def _conflict(self, error: TelegramConflictError) -> float:
        now = self._clock()
        self._settled = self._settled or now - self._calm_since >= self._settled_s
        self._calm_since = now
        self._conflicts += 1
        if now - self._told_at >= TOLD_EVERY_S:
            self._told_at = now
            log.warning("another program fetches this bot's updates")
        if self._conflicts >= _MAX_CONFLICTS and not self._settled:
            raise BotUnusable(
                "another program fetches this bot's updates", "stop it, or give this one another token"
            ) from error
        return self._pause_s


def _result(fetched: asyncio.Task[list[Update]], bot: Bot) -> tuple[list[Update], int | None]:
    """The updates that were fetched and the offset after them, None if there are none."""
    try:
        updates = fetched.result()
    except ClientDecodeError as error:
        readable = _readable(error, bot)
        if readable is None:
            raise
        return readable
    return updates, updates[-1].update_id + 1 if updates else None


def _readable(error: ClientDecodeError, bot: Bot) -> tuple[list[Update], int] | None:
    """The updates of an answer that could not be read as a whole, and the offset after all of them.

    One update of a shape that we do not know must not keep all that come after it. None if it was no answer.
    """
    given = error.data.get("result") if isinstance(error.data, dict) else None
    if not isinstance(given, list):
        return None
    found, last = [], -1
    for item in given:
        number = item.get("update_id") if isinstance(item, dict) else None
        if not isinstance(number, int):
            return None
        last = max(last, number)
        try:
            found.append(Update.model_validate(item, context={"bot": bot}))
        except ValidationError as problem:
            log.warning("update %d is left out: %s", number, _where(problem))
    return found, last + 1


def _where(problem: ValidationError) -> str:
    """Which fields could not be read, without what was in them."""
    errors = problem.errors(include_url=False, include_context=False, include_input=False)
    return ", ".join(f"{'.'.join(map(str, error['loc']))} ({error['type']})" for error in errors[:3])


def unauthorized() -> BotUnusable:
    """Telegram does not know the token (any more)."""
    hint = "copy it again from @BotFather into MEMEBOT_BOT_TOKEN, or with `memebot community token`"
    return BotUnusable("Telegram does not accept the token", hint)


async def introduce(bot: Bot, stop: asyncio.Event) -> None:
    """Ask Telegram who we are, again and again while it cannot be reached, until ``stop``.

    Raises ``BotUnusable`` with a sentence where waiting mends nothing.
    """
    try:
        await reached(bot.me, bot, stop)
    except TelegramUnauthorizedError as error:
        raise unauthorized() from error
    except (TelegramAPIError, ClientDecodeError) as error:
        if "not found" in str(error).lower():
            raise unauthorized() from error
        raise BotUnusable(
            f"what answers at {_address(bot)} is no Bot API ({type(error).__name__})", "check MEMEBOT_API_BASE"
        ) from error


async def reached(call: Callable[[], Awaitable[object]], bot: Bot, stop: asyncio.Event) -> None:
    """Make a call that the bot cannot run without, as often as it takes to reach Telegram, or until ``stop``."""
    pause_s = FIRST_PAUSE_S
    while not stop.is_set():
        try:
            await call()
        except (TelegramNetworkError, TelegramServerError, TelegramRetryAfter) as error:
            pause_s = float(error.retry_after) if isinstance(error, TelegramRetryAfter) else min(60.0, 2 * pause_s)
            log.warning("%s cannot be reached: %s; again in %.0f s", _address(bot), type(error).__name__, pause_s)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await stop.wait()
        else:
            return


def _address(bot: Bot) -> str:
    return f"the Bot API at {bot.session.api.base.split('/bot')[0]}"


def receiver(intake: Intake, secret: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    """What takes Telegram's calls: an update is on disk before it is confirmed."""

    async def receive(request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(errors="surrogateescape"), secret.encode()):
            return web.Response(status=401)
        try:
            async with asyncio.timeout(BODY_S):
                body = await request.read()
        except TimeoutError:
            return web.Response(status=408)
        try:
            update = Update.model_validate_json(body, context={"bot": intake.bot})
        except ValidationError as problem:
            number = _number(body)
            if number is None:
                log.warning("a webhook call that is no update")
                return web.Response(status=400)
            log.warning("update %d is left out: %s", number, _where(problem))
            return web.Response()  # refused, it would come again and again, and hold up those after it
        except RecursionError:
            return web.Response(status=400)
        if not 0 <= update.update_id <= _MAX_NUMBER:
            return web.Response(status=400)
        try:
            await intake.accept([update])
        except STORAGE_FAILURES as error:
            log.log(
                log_level(error), "update %d cannot be stored: %s; Telegram sends it again", update.update_id, error
            )
            return web.Response(status=503)
        return web.Response()

    return receive


def _number(body: bytes) -> int | None:
    """The number of an update that cannot be read as a whole."""
    try:
        number = json.loads(body).get("update_id")
    except (ValueError, AttributeError, RecursionError):
        return None
    return number if isinstance(number, int) and 0 <= number <= _MAX_NUMBER else None


def webhook_path(url: str) -> str:
    """The path that Telegram calls; raises ``BotUnusable`` for what is no web address."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise BotUnusable(
            f"MEMEBOT_WEBHOOK_URL={url!r} is no web address", "something like https://example.org/memebot"
        )
    return parts.path or "/"
