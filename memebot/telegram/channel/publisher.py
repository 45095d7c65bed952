"""The loop that posts. The database is the truth: ``publishing`` is written, then Telegram is called, once.

What Telegram refuses goes back to the plan with its reason; what it puts off is tried later; where nobody knows
what became of a call (no answer, an answer that cannot be read, a stop in between) it is never repeated by
itself: the card asks an admin whether the post is there.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter
from aiogram.types import ReplyParameters

from memebot.channel.posts.shape import PostShape, shape_of
from memebot.channel.publishing import Publishing
from memebot.database import DatabaseThread
from memebot.i18n import Catalogues, Texts
from memebot.telegram.channel.channels import AWAY, Channel, Channels
from memebot.telegram.channel.post import post_link, why_button, why_link
from memebot.telegram.transport.delivery import Delivery, Destination
from memebot.telegram.transport.periodic import Periodic
from memebot.telegram.transport.reasons import REFUSALS, never_left, reason_of, shut_out
from memebot.telegram.transport.session import FAILED, unrepeated
from memebot.telegram.ui.captions import entities_of
from moderation.model import Submission

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
STOP_S = 20.0
"""How long a stop waits for the post that is being sent."""


class Publisher:
    """Posts what is due in one channel, again and again by its ``loop``: another channel's errors do not hold it up."""

    def __init__(
        self,
        bot: Bot,
        db: DatabaseThread,
        publishing: Publishing,
        delivery: Delivery,
        channels: Channels,
        catalogues: Catalogues,
        *,
        changed: Callable[[], None] = lambda: None,
        refused: Callable[[], None] = lambda: None,
    ) -> None:
        """``changed``: called when cards have something new to show; ``refused``: when Telegram took no post."""
        self._bot, self._db, self._publishing = bot, db, publishing
        self._delivery, self._channels = delivery, channels
        self._catalogues, self._changed, self._refused = catalogues, changed, refused
        self.loop = Periodic("posting", self.look, LOOK_EVERY_S)
        channels.on_change.append(self.loop.wake)

    async def look(self) -> None:
        """Once: post what is due. A stop lets the post that is being sent come to its end.

        Nothing is being sent when this begins: what the database says is being sent was cut off, by the end of the
        last run or by an error of ours, and nobody knows what became of it.
        """
        for submission in await self._db.run(self._publishing.cut_off):
            log.warning("submission %d was being posted when that was cut off", submission.id)
            self._changed()
        channel = await self._channels.find()
        if channel is None:  # what is late meanwhile is spread when the channel is there again
            return
        for submission in await self._db.run(self._publishing.due):
            sending = asyncio.create_task(self._post(submission, channel))
            try:
                await asyncio.shield(sending)
            except asyncio.CancelledError:
                await asyncio.wait({sending}, timeout=STOP_S)
                raise

    async def _post(self, due: Submission, channel: Channel) -> None:
        me = await self._bot.me()
        style = await self._db.run(self._publishing.style)
        texts = self._catalogues[style.lang]
        submission = await self._db.run(self._publishing.begin, due)
        if submission is None:
            return
        shape = shape_of(submission, why_link(me.username or "", submission), texts, style.signature)
        try:
            with unrepeated():
                messages = await self._send(submission, shape, channel, texts)
        except TelegramRetryAfter as error:
            await self._put_off(submission, error, timedelta(seconds=error.retry_after + 1))
        except REFUSALS as error:
            log.warning("submission %d: Telegram refuses it, %s", submission.id, type(error).__name__)
            if shut_out(error):  # no fault of this post: it goes out when the bot is let in again
                self._channels.shut_out(reason_of(error))
                await self._put_off(submission, error, AWAY)
                return
            await self._db.run(self._publishing.refused, submission, reason_of(error))
            self._refused()
        except FAILED as error:
            await self._no_answer(submission, error)
        except Exception:
            log.exception("submission %d: the post failed in an unexpected way", submission.id)
            await self._db.run(self._publishing.unknown, submission, "unexpected")
        else:
            link = post_link(channel.id, channel.username, messages[0]) if messages else None
            await self._db.run(self._publishing.published, submission, channel.id, messages, link)
            await self._reply(channel, messages, shape, texts)
        finally:
            self._changed()

    async def _no_answer(self, submission: Submission, error: BaseException) -> None:
        if never_left(error):
            await self._put_off(submission, error, AWAY)
            return
        log.warning("submission %d: posted or not, nobody knows: %s", submission.id, type(error).__name__)
        await self._db.run(self._publishing.unknown, submission, reason_of(error))

    async def _put_off(self, submission: Submission, error: BaseException, retry_in: timedelta) -> None:
        await self._db.run(self._publishing.refused, submission, reason_of(error), retry_in=retry_in)

    async def _send(self, submission: Submission, shape: PostShape, channel: Channel, texts: Texts) -> list[int]:
        """The messages of the post; none where Telegram posts it itself and does not say where."""
        suggested_here = submission.origin == "suggested_post" and not submission.crosspost
        if suggested_here and submission.origin_chat and submission.origin_message:
            await self._bot.approve_suggested_post(submission.origin_chat, submission.origin_message)
            return []
        return await self._delivery.send_media(
            Destination(channel.id, private=False),
            submission.media,
            shape.caption.text,
            entities_of(shape.caption.entities),
            why_button(shape.button, texts),
        )

    async def _reply(self, channel: Channel, messages: list[int], shape: PostShape, texts: Texts) -> None:
        """What the post itself could not hold; that it fails takes nothing from the post."""
        if shape.reply is None or not messages:
            return
        with suppress(*FAILED):
            await self._bot.send_message(
                channel.id,
                shape.reply.text,
                entities=entities_of(shape.reply.entities) or None,
                parse_mode=None,
                reply_parameters=ReplyParameters(message_id=messages[0], allow_sending_without_reply=True),
                reply_markup=why_button(shape.reply_button, texts),
            )
