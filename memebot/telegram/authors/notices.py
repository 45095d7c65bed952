"""What authors hear of their submissions, each thing once: taken, planned, rejected, published, asked, liked."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest

from memebot.answering.answering import Answering
from memebot.channel.posts.captions import plain
from memebot.channel.submitting import Submitting
from memebot.database import DatabaseThread
from memebot.i18n import Catalogues
from memebot.telegram.authors import render
from memebot.telegram.authors.buttons import answer_keyboard, appeal_keyboard
from memebot.telegram.errors import Unreachable
from memebot.telegram.transport.delivery import Delivery, Destination
from memebot.telegram.transport.periodic import Periodic
from moderation.model import Notice, SubmissionId
from moderation.queue.outbox import Outbox

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
PACE_S = 0.05
"""Telegram lets a bot write to some thirty people a second: answers need most of that."""
RETRY = timedelta(minutes=5)
_COMMENT = 128


class Notices:
    """Tells what is due, again and again by its ``loop``."""

    def __init__(
        self,
        bot: Bot,
        db: DatabaseThread,
        submitting: Submitting,
        outbox: Outbox,
        answering: Answering,
        delivery: Delivery,
        catalogues: Catalogues,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._bot, self._db, self._answering = bot, db, answering
        self._submitting, self._outbox, self._clock = submitting, outbox, clock
        self._delivery, self._catalogues = delivery, catalogues
        self._begun = False
        self.on_unreached: list[Callable[[SubmissionId], Awaitable[None]]] = []
        """What must hear that an author cannot be told what was asked."""
        self.loop = Periodic("telling authors", self.look, LOOK_EVERY_S, begin=self._begin_anew)

    def _begin_anew(self) -> None:
        self._begun = False

    async def look(self) -> None:
        """Once: tell what is due."""
        if not self._begun:
            await self._db.run(self._outbox.unclaim_notices, now=self._clock())
            self._begun = True
        for notice in await self._db.run(self._outbox.due_notices, now=self._clock()):
            if await self._db.run(self._outbox.claim_notice, notice.id, now=self._clock()):
                await self._tell(notice)
                await asyncio.sleep(PACE_S)

    async def _tell(self, notice: Notice) -> None:
        try:
            if notice.submission.origin == "suggested_post":
                await self._tell_in_channel(notice)
            else:
                await self._tell_author(notice)
        except Unreachable as error:
            log.info("notice %d: the author cannot be reached", notice.id)
            if error.blocked:
                subscribers = self._answering.state.subscribers
                await self._db.run(subscribers.blocked, error.chat_id, now=self._clock())
            await self._failed(notice, None)
            for hear in self.on_unreached if notice.kind == "asked" else ():
                await hear(notice.submission.id)
        except TelegramBadRequest:
            await self._failed(notice, None)
            raise
        except Exception:
            await self._failed(notice, RETRY)
            raise
        else:
            await self._db.run(self._outbox.mark_notice_sent, notice.id, now=self._clock())

    async def _failed(self, notice: Notice, retry_in: timedelta | None) -> None:
        """The author could not be told; try again then, or never."""
        now = self._clock()
        retry_at = None if retry_in is None else now + retry_in
        await self._db.run(self._outbox.mark_notice_failed, notice.id, now=now, retry_at=retry_at)

    async def _tell_author(self, notice: Notice) -> None:
        author = notice.submission.author_id
        if author is None:
            return
        lang_of = self._answering.state.subscribers.lang_of
        lang = await self._db.run(lang_of, author) or notice.submission.lang
        texts = self._catalogues[lang]
        mine = await self._db.run(self._submitting.describe, notice.submission, lang)
        keyboard = answer_keyboard(notice.submission.id, texts) if notice.kind == "asked" else None
        if notice.kind == "rejected" and mine.appealable:
            keyboard = appeal_keyboard(notice.submission.id, texts)
        await self._delivery.send(Destination(author), render.notice(notice, mine, texts), keyboard)

    async def _tell_in_channel(self, notice: Notice) -> None:
        """Telegram itself tells the author of a suggested post; a rejection closes the suggestion."""
        submission = notice.submission
        if notice.kind != "rejected" or submission.origin_chat is None or submission.origin_message is None:
            return
        mine = await self._db.run(self._submitting.describe, submission, submission.lang)
        await self._bot.decline_suggested_post(
            submission.origin_chat, submission.origin_message, comment=plain(mine.reason)[:_COMMENT] or None
        )
