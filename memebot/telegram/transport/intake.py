"""Updates in: each is kept before it is confirmed to Telegram, dealt with once, and dropped when answered."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramRetryAfter
from aiogram.types import Update
from pydantic import ValidationError

from memebot.answering.state import Inbox, OpenUpdate
from memebot.database import PASSING_FAILURES, STORAGE_FAILURES, DatabaseThread, log_level
from memebot.telegram.transport.session import PASSING

if TYPE_CHECKING:
    from memebot.telegram.transport.metrics import Metrics

T = TypeVar("T")
log = logging.getLogger(__name__)

ATTEMPTS = 100
RETRY_S = 10.0
MAX_RETRY_S = 300.0
"""Together more than seven hours: as long as Telegram may be away without a restart of ours."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """The update that is being answered: its number, and the message that announced its answer, if any.

    ``parts``: the numbers of all updates that one answer is for, where an album brought several.
    """

    bot_id: int
    update_id: int
    notice: int | None
    parts: tuple[int, ...]

    def gathered(self, updates: Sequence[int]) -> Incoming:
        """This update with the others of its album."""
        return replace(self, parts=tuple(updates))


class Intake:
    """Between a transport and the dispatcher.

    ``accept`` returns when the updates are on disk: then they may be confirmed. Each new one is dealt with in
    a task of its own; one that fails because Telegram or the database cannot be reached is tried again, and what is
    still open at the end is answered by ``resume`` after the next start.
    """

    def __init__(
        self,
        bot: Bot,
        dispatcher: Dispatcher,
        database: DatabaseThread,
        inbox: Inbox,
        *,
        clock: Callable[[], datetime],
        metrics: Metrics,
        retry_s: float = RETRY_S,
    ) -> None:
        self._bot, self._dispatcher, self._database, self._inbox = bot, dispatcher, database, inbox
        self._clock, self._metrics, self._retry_s = clock, metrics, retry_s
        self._tasks: set[asyncio.Task[None]] = set()
        self._stored = True

    @property
    def bot(self) -> Bot:
        """Whose updates these are."""
        return self._bot

    @property
    def storing(self) -> bool:
        """Whether the last updates could be kept, and more can be."""
        return self._stored and not self._database.server_gone

    @property
    def working(self) -> int:
        """How many updates are being dealt with."""
        return len(self._tasks)

    async def room(self, limit: int) -> None:
        """Wait until at most ``limit`` updates are being dealt with."""
        while len(self._tasks) > limit:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)

    async def accept(self, updates: Sequence[Update]) -> None:
        """Keep updates and begin to deal with those that are new."""
        if not updates:
            return
        rows = [(update.update_id, update.model_dump_json(exclude_unset=True)) for update in updates]
        fresh = set(await self._kept(self._database.run(self._inbox.receive, self._bot.id, rows, now=self._clock())))
        for update in updates:
            if update.update_id in fresh:
                fresh.discard(update.update_id)
                self._begin(update, None)

    async def _kept(self, keeping: Awaitable[T]) -> T:
        """What came of it; whether that could be stored is remembered."""
        try:
            result = await keeping
        except STORAGE_FAILURES:
            self._stored = False
            raise
        self._stored = True
        return result

    async def resume(self) -> int:
        """Deal with what was received before the last stop and not answered; how many there are."""
        left = await self._database.run(self._inbox.open_updates, self._bot.id)
        for kept in left:
            await self._take_up(kept)
        return len(left)

    async def _take_up(self, kept: OpenUpdate) -> None:
        """Begin to deal with what was kept before."""
        try:
            update = Update.model_validate_json(kept.data, context={"bot": self._bot})
        except ValidationError:  # kept by another version: it must not keep this one from starting
            log.warning("update %d was kept in a shape that cannot be read", kept.id)
            await self._done(kept.id)
        else:
            self._begin(update, kept.notice)

    def _begin(self, update: Update, notice: int | None) -> asyncio.Task[None]:
        kind = next(iter(update.model_fields_set - {"update_id"}), "unknown")
        self._metrics.updates.labels(kind).inc()
        task = asyncio.create_task(self._deal(update, notice))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _deal(self, update: Update, notice: int | None) -> None:
        incoming = Incoming(self._bot.id, update.update_id, notice, (update.update_id,))
        for attempt in range(1, ATTEMPTS + 1):
            try:
                await self._dispatcher.feed_update(self._bot, update, incoming=incoming)
                break
            except (*PASSING, *PASSING_FAILURES, TelegramRetryAfter) as error:
                log.log(log_level(error), "update %d: %s, attempt %d", update.update_id, type(error).__name__, attempt)
                self._metrics.errors.labels(type(error).__name__).inc()
                if attempt == ATTEMPTS:
                    return  # stays open: the next start tries again
                await self._has_failed(update.update_id)
                wait = min(MAX_RETRY_S, self._retry_s * attempt)
                await asyncio.sleep(max(wait, getattr(error, "retry_after", 0)))
            except Exception:
                log.exception("update %d could not be dealt with", update.update_id)
                self._metrics.errors.labels("unexpected").inc()
                break
        await self._done(update.update_id)

    async def _has_failed(self, update_id: int) -> None:
        """An attempt to deal with it has failed, and another one follows."""

    async def _done(self, update_id: int) -> None:
        """It is dealt with: kept trying, since what is not noted so is answered again after the next start."""
        for attempt in itertools.count(1):
            try:
                await self._database.run(self._inbox.done, self._bot.id, update_id, now=self._clock())
            except STORAGE_FAILURES as error:
                log.log(log_level(error), "update %d: that it is done cannot be stored: %s", update_id, error)
                await asyncio.sleep(min(MAX_RETRY_S, self._retry_s * attempt))
            else:
                return

    async def drain(self, timeout_s: float) -> int:
        """Let what is being dealt with finish, then stop the rest; how many stay open for the next start."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=timeout_s)
        left = list(self._tasks)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        return len(left)
