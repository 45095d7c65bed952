"""Telegram as it is, below every call: waits it asks for, errors that pass, connections that break."""

from __future__ import annotations

import asyncio
import logging
import math
import random
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, cast
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import (
    AnswerCallbackQuery,
    AnswerInlineQuery,
    GetUpdates,
    SendChatAction,
    SendMediaGroup,
    TelegramMethod,
)
from aiogram.methods.base import Response, TelegramType
from aiogram.types import Message
from aiohttp import ClientSession, TCPConnector

from memebot.settings import SOCKS_PORT
from memebot.telegram.transport.limits.sending import SENDING, Held, SendLimits

log = logging.getLogger(__name__)

PASSING = (TelegramNetworkError, TelegramServerError, ClientDecodeError)
"""Errors after which the same call may succeed."""
FAILED = (TelegramAPIError, ClientDecodeError)
"""All that a call may end with."""
FLEETING = (SendChatAction, AnswerInlineQuery)
"""Calls that are worth nothing when they come late."""

ONCE = (GetUpdates,)
"""Calls whose caller has a patience of its own."""
LATE_S = 0.1
"""So late may a message go out."""
_MISSED = 5
PRESS_S = 10.0
"""A pressed button shows that it is waiting; longer than this nobody looks at it."""


Sleep = Callable[[float], Awaitable[None]]

_once: ContextVar[bool] = ContextVar("once", default=False)
_repeated: ContextVar[list[str] | None] = ContextVar("repeated", default=None)


@contextmanager
def unrepeated() -> Iterator[None]:
    """Calls within are made once each: for those where twice is worse than not at all."""
    token = _once.set(True)
    try:
        yield
    finally:
        _once.reset(token)


@contextmanager
def repeats() -> Iterator[list[str]]:
    """Names of the errors after which calls within were made again: each of these calls may have been done before."""
    told: list[str] = []
    token = _repeated.set(told)
    try:
        yield told
    finally:
        _repeated.reset(token)


class ProxySession(AiohttpSession):
    """aiogram's session, through the HTTP or SOCKS proxy that the environment names, if any."""

    async def create_session(self) -> ClientSession:
        """The session; made when it is first needed."""
        if self._session is None or self._session.closed:
            socks = _socks_proxy(self.api.base)
            connector = self._connector_type(**self._connector_init) if socks is None else socks
            self._session = ClientSession(connector=connector, trust_env=socks is None)
            self._should_reset_connector = False
        return self._session


def _socks_proxy(address: str) -> TCPConnector | None:
    """What connects through the SOCKS proxy that leads to this address, if one does: aiohttp itself speaks HTTP ones.

    Names are resolved by the proxy, whether it is called ``socks5`` or ``socks5h``: it may see what we do not.
    """
    called = urlsplit(address)
    proxy = urlsplit(getproxies().get(called.scheme, ""))
    if not proxy.scheme.startswith("socks") or proxy_bypass(called.hostname or ""):
        return None
    from aiohttp_socks import ProxyConnector, ProxyType

    return ProxyConnector(
        host=proxy.hostname or "",
        port=proxy.port or SOCKS_PORT,
        proxy_type=ProxyType.SOCKS5,
        username=None if proxy.username is None else unquote(proxy.username),
        password=None if proxy.password is None else unquote(proxy.password),
        rdns=True,
    )


class Patience(BaseRequestMiddleware):
    """Obeys ``retry_after`` and repeats what failed in passing, within bounds.

    While Telegram asks to wait, every call of that kind into that chat waits, not only the one that was told.
    A call whose answer was lost on the way is repeated, though it may have been done: people rather get an
    answer twice than not at all (``unrepeated`` is for what must not be done twice). Past the bounds the last error
    is raised.
    """

    def __init__(
        self, limits: SendLimits, *, max_wait_s: float = 120, attempts: int = 6, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._limits, self._max_wait_s, self._attempts, self._sleep = limits, max_wait_s, attempts, sleep
        self._told = False

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        failures, waited = 0, 0.0
        attempts = 2 if isinstance(method, FLEETING) else self._attempts
        attempts = 1 if isinstance(method, ONCE) or _once.get() else attempts
        max_wait_s = min(PRESS_S, self._max_wait_s) if isinstance(method, AnswerCallbackQuery) else self._max_wait_s
        keys = _keys(method)
        while True:
            budget = 0.0 if isinstance(method, FLEETING) else max_wait_s - waited
            left = await self._left(keys)
            if 0 < left <= budget:
                waited += await self._wait(keys, left, budget)
                left = await self._left(keys)
            if left > 0:  # past our patience, but calling before the time is an offence of its own
                raise TelegramRetryAfter(method, "still told to wait", math.ceil(left))
            try:
                return await make_request(bot, method)
            except TelegramRetryAfter as error:
                self._told = True
                await self._limits.hold(keys, error.retry_after)
                if attempts <= 2 or waited + error.retry_after > max_wait_s:
                    raise
                log.info("%s: told to wait %s s", type(method).__name__, error.retry_after)
            except PASSING as error:
                if isinstance(error, ClientDecodeError) and _was_done(error) and not isinstance(method, ONCE):
                    log.warning("%s: done, but its result cannot be read", type(method).__name__)
                    return cast("Response[TelegramType]", _result(error))
                failures += 1
                if failures >= attempts:
                    raise
                _tell_repeated(error)
                log.info("%s: %s, attempt %d", type(method).__name__, type(error).__name__, failures)
                await self._sleep(min(8.0, 0.25 * 2**failures) * random.uniform(0.5, 1.0))

    async def _left(self, keys: Sequence[Held]) -> float:
        """How long these are told to wait yet; of calls into no chat only this process knows."""
        _, chat = keys[0]
        return await self._limits.left(keys) if chat is not None or self._told else 0.0

    async def _wait(self, keys: Sequence[Held], left: float, budget: float) -> float:
        """Wait until no key is told to wait any more; how long it took, at most ``budget``."""
        total = 0.0
        while left > 0 and total < budget:
            pause = min(left + 0.05, budget - total)
            await self._sleep(pause)
            total += pause
            left = await self._left(keys)
        return total


class Pace(BaseRequestMiddleware):
    """Sends no faster than Telegram allows: a message a second into a chat, twenty a minute into a group, and fewer
    than thirty a second in all. Calls wait for their place, in the order in which they were made; edits are not
    counted. So what one person brings upon himself holds up nobody else.
    """

    def __init__(
        self, limits: SendLimits, *, sleep: Sleep = asyncio.sleep, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limits, self._sleep, self._clock = limits, sleep, clock

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        chat = getattr(method, "chat_id", None)
        if _sends(method) and chat is not None:
            messages = len(method.media) if isinstance(method, SendMediaGroup) else 1
            left = await self._limits.reserve(chat, messages)
            if left > 0:
                await self._wait(left, messages)
                told = await self._limits.left(_keys(method))
                if told > 0:  # meanwhile
                    raise TelegramRetryAfter(method, "told to wait meanwhile", math.ceil(told))
        return await make_request(bot, method)

    async def _wait(self, seconds: float, messages: int) -> None:
        """Wait for a moment; where it is missed, since there is much to do, for another one among all chats: all that
        come late at once would be too many."""
        for _ in range(_MISSED):
            due = self._clock() + seconds
            if seconds > 0:
                await self._sleep(seconds)
            if self._clock() - due <= LATE_S:
                return
            seconds = await self._limits.reserve(None, messages)


def _tell_repeated(error: Exception) -> None:
    told = _repeated.get()
    if told is not None:
        told.append(type(error).__name__)


def _was_done(error: ClientDecodeError) -> bool:
    """Whether Telegram says that it did what was asked, in a shape that we do not know: repeated, it is done twice."""
    return isinstance(error.data, dict) and error.data.get("ok") is True


def _result(error: ClientDecodeError) -> object:
    """As much of the result as callers need: of a message, its number."""
    result = error.data.get("result")
    if isinstance(result, dict) and isinstance(result.get("message_id"), int):
        return Message.model_construct(message_id=result["message_id"])
    return result


def _keys(method: TelegramMethod[Any]) -> list[Held]:
    """What a wait concerns: this method in this chat and, of sending, all of it in this chat."""
    name = type(method).__name__
    chat = getattr(method, "chat_id", None)
    return [(name, chat), (SENDING, chat)] if _sends(method) else [(name, chat)]


def _sends(method: TelegramMethod[Any]) -> bool:
    """Whether it puts a message into a chat."""
    return type(method).__name__.startswith(("Send", "Copy", "Forward")) and not isinstance(method, SendChatAction)
