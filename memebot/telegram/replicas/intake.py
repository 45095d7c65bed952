"""The intake of one of several processes: it keeps what comes in for all of them, and takes what it can answer."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from aiogram import Bot, Dispatcher
from aiogram.types import Message, Update
from aiogram.types.update import UpdateTypeLookupError

from memebot.answering.state import Arrived, SharedInbox
from memebot.database import STORAGE_FAILURES, DatabaseThread, writing
from memebot.inference import FairQueue, at_turns_end
from memebot.telegram.replicas.share import Share
from memebot.telegram.transport.intake import Intake
from memebot.telegram.transport.periodic import Periodic
from memebot.telegram.ui.attachments import shows_picture

if TYPE_CHECKING:
    from memebot.telegram.transport.metrics import Metrics

log = logging.getLogger(__name__)

LOOK_EVERY_S = 10.0
"""So often the inbox is looked at although nobody told of anything."""
IN_LINE = 4
"""So many places of one community's pictures wait for room at a time: more need not, the order is the database's."""


_KINDS = ("callback_query", "chat_member", "edited_message", "inline_query", "message", "my_chat_member")
_OF_CHANNEL = ("channel_post", "edited_channel_post", "message_reaction_count")


class SharedIntake(Intake):
    """An intake over an inbox that several processes share; ``SharedInbox`` says what may be taken when.

    Pictures are taken one by one as there is ``room`` in this process, which its communities share in turn: what waits
    stays in the database, where whoever has room finds it. Without ``room`` nothing is taken, only kept.
    """

    def __init__(
        self,
        bot: Bot,
        dispatcher: Dispatcher,
        database: DatabaseThread,
        inbox: SharedInbox,
        share: Share,
        room: FairQueue | None,
        *,
        clock: Callable[[], datetime],
        metrics: Metrics,
    ) -> None:
        super().__init__(bot, dispatcher, database, inbox, clock=clock, metrics=metrics)
        self._shared, self._share, self._room = inbox, share, room
        self._answering: dict[int, asyncio.Task[None]] = {}
        self._read: dict[int, asyncio.Event] = {}
        """Of pictures that were taken in turn: when they have been read, and there is room for another."""
        self._waiting: set[asyncio.Task[None]] = set()
        self._in_line = 0
        self._ending = False
        self._compare_at = 0.0
        self.loop = Periodic("inbox", self.look, LOOK_EVERY_S)
        share.on_news(self.loop.wake)
        share.on_change(self._change)

    # --- in

    async def accept(self, updates: Sequence[Update]) -> None:
        """Keep updates: they are answered here or elsewhere."""
        if updates:
            await self._kept(self._database.run(self._keep, [arrived(update) for update in updates]))
            self.loop.wake()

    def _keep(self, updates: Sequence[Arrived]) -> None:
        with writing(self._shared.db):
            if self._shared.arrive(self._bot.id, updates, now=self._clock()) and self._room is None:
                self._shared.db.tell(self._share.news)

    async def resume(self) -> int:
        """How many updates are open: each is taken by whichever process has room."""
        return len(await self._database.run(self._shared.open_updates, self._bot.id))

    # --- what is taken

    def _change(self) -> None:
        self._compare_at = 0.0
        self.loop.wake()

    async def look(self) -> None:
        """Once: take what may be taken."""
        if self._room is None or self._ending:
            return
        if time.monotonic() >= self._compare_at:
            self._compare_at = time.monotonic() + LOOK_EVERY_S / 2
            await self._compare()
        await self._take(self._room, 0)

    async def _compare(self) -> None:
        """What processes that are gone have left is free; what others took while this one was away is theirs."""
        bot_id, number = self._bot.id, self._share.number
        lost = await self._database.run(self._shared.lost, bot_id, number, [*self._answering])
        for update_id in lost:
            if (task := self._answering.get(update_id)) is not None:
                log.warning("update %d is answered elsewhere: this process was away", update_id)
                task.cancel()
        held = await self._database.run(self._shared.held, bot_id)
        if held.get(number, set()) - self._answering.keys():  # taken, but the server's word was lost on the way
            await self._database.run(self._shared.give_back, bot_id, [number], [*self._answering])
        if gone := self._share.gone(held):
            count = await self._database.run(self._shared.give_back, bot_id, gone)
            log.warning("%d updates were begun by a process that is gone: they are begun anew", count)

    async def _take(self, room: FairQueue, turns: int) -> frozenset[int]:
        """Take what is answered at once, and so many pictures; the numbers of those."""
        taken = await self._database.run(self._shared.take, self._bot.id, self._share.number, turns)
        self._read.update((number, asyncio.Event()) for number in taken.turns)
        for kept in taken.updates:
            await self._take_up(kept)
        for _ in range(min(taken.left, IN_LINE) - self._in_line):
            self._in_line += 1
            task = asyncio.create_task(self._take_in_turn(room))
            self._waiting.add(task)
            task.add_done_callback(self._waiting.discard)
        if taken.left and not room.free:  # somebody else may have some
            await self._database.run(self._shared.db.tell, self._share.news)
        return taken.turns

    async def _take_in_turn(self, room: FairQueue) -> None:
        """Wait for room, take one picture, and keep the room until it has been read."""
        in_line = True
        try:
            async with room.turn(self._bot.id):
                self._in_line, in_line = self._in_line - 1, False
                for number in await self._take(room, 1):
                    if (read := self._read.get(number)) is not None:
                        await read.wait()
        except STORAGE_FAILURES as error:
            log.info("no picture can be taken: %s", type(error).__name__)
        finally:
            self._in_line -= in_line

    # --- what is answered

    def _begin(self, update: Update, notice: int | None) -> asyncio.Task[None]:
        task = self._answering[update.update_id] = super()._begin(update, notice)
        return task

    async def _deal(self, update: Update, notice: int | None) -> None:
        number = update.update_id
        read = self._read.get(number)
        try:
            with at_turns_end((read or asyncio.Event()).set):
                await super()._deal(update, notice)
        finally:
            self._answering.pop(number, None)
            self._let_next(number)
            self.loop.wake()  # the next of its line may be taken

    async def _has_failed(self, update_id: int) -> None:
        self._let_next(update_id)
        with suppress(*STORAGE_FAILURES):
            await self._database.run(self._shared.failed, self._bot.id, update_id)
        self.loop.wake()

    async def _done(self, update_id: int) -> None:
        await super()._done(update_id)
        self._let_next(update_id)

    def _let_next(self, number: int) -> None:
        if (read := self._read.pop(number, None)) is not None:
            read.set()

    async def drain(self, timeout_s: float) -> int:
        """Let what is being dealt with finish, then leave the rest to other processes; how much that is."""
        self._ending = True
        for task in self._waiting:
            task.cancel()
        left = await super().drain(timeout_s)
        with suppress(*STORAGE_FAILURES):
            await self._database.run(self._give_back)
        return left

    def _give_back(self) -> None:
        with writing(self._shared.db):
            if self._shared.give_back(self._bot.id, [self._share.number]):
                self._shared.db.tell(self._share.news)


def kinds(*, with_channel: bool) -> list[str]:
    """Kinds of updates that the bot deals with, for those who only keep them."""
    return [*_KINDS, *(_OF_CHANNEL if with_channel else ())]


def arrived(update: Update) -> Arrived:
    """An update as the inbox keeps it.

    What is written in a chat is answered in its order. What a person presses or types inline is another line: whoever
    presses a button under an answer does not wait for pictures that they have sent meanwhile.
    """
    data = update.model_dump_json(exclude_unset=True)
    try:
        event = update.event
    except UpdateTypeLookupError:
        return Arrived(update.update_id, data)
    chat, person = getattr(event, "chat", None), getattr(event, "from_user", None)
    line = f"chat {chat.id}" if chat is not None else None if person is None else f"person {person.id}"
    if not isinstance(event, Message):
        return Arrived(update.update_id, data, line)
    slow = update.message is not None and event.chat.type == "private" and shows_picture(event)
    return Arrived(update.update_id, data, line, event.media_group_id, slow)
