"""What authors hear of their submissions, each thing once: taken, planned, rejected, published, asked, liked."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from html import escape

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from memebot.answering.answering import Answering
from memebot.channel.submitting import AuthorSubmission, Submitting
from memebot.i18n import Catalogues, Texts
from memebot.telegram.authors.proposals import AnswerAdmins, received
from memebot.telegram.errors import Unreachable
from memebot.telegram.moderators.dates import when
from memebot.telegram.transport.delivery import Delivery, Destination
from memebot.telegram.transport.periodic import Periodic
from memebot.telegram.ui.render import plain
from moderation.model import Notice

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
        submitting: Submitting,
        answering: Answering,
        delivery: Delivery,
        catalogues: Catalogues,
    ) -> None:
        self._bot, self._submitting, self._answering = bot, submitting, answering
        self._delivery, self._catalogues = delivery, catalogues
        self.loop = Periodic("telling authors", self.look, LOOK_EVERY_S)

    async def look(self) -> None:
        """Once: tell what is due."""
        for notice in await self._submitting.due_notices():
            if await self._submitting.claim(notice):
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
                await self._answering.blocked(error.chat_id)
            await self._submitting.not_told(notice, retry_at=None)
        except TelegramBadRequest:
            await self._submitting.not_told(notice, retry_at=None)
            raise
        except Exception:
            await self._submitting.not_told(notice, retry_at=self._submitting.now() + RETRY)
            raise
        else:
            await self._submitting.told(notice)

    async def _tell_author(self, notice: Notice) -> None:
        author = notice.submission.author_id
        if author is None:
            return
        lang = await self._answering.lang_of(author) or notice.submission.lang
        html = await self._html(notice, self._catalogues[lang])
        await self._delivery.send(Destination(author), html, _keyboard(notice, self._catalogues[lang]))

    async def _tell_in_channel(self, notice: Notice) -> None:
        """Telegram itself tells the author of a suggested post; a rejection closes the suggestion."""
        submission = notice.submission
        if notice.kind != "rejected" or submission.origin_chat is None or submission.origin_message is None:
            return
        reason = await self._submitting.reason(submission, submission.lang)
        await self._bot.decline_suggested_post(
            submission.origin_chat, submission.origin_message, comment=plain(reason)[:_COMMENT] or None
        )

    async def _html(self, notice: Notice, texts: Texts) -> str:
        data, number = notice.data, str(notice.submission.id)
        match notice.kind:
            case "submitted":  # the button was pressed, and the bot was stopped before it could say so
                return received(
                    AuthorSubmission(notice.submission, await self._submitting.place(notice.submission.id)), texts
                )
            case "approved":
                slot = notice.submission.slot
                if slot is None:
                    return texts("notice-approved", number=number)
                zone, now = await self._submitting.zone(), self._submitting.now()
                return texts("notice-planned", number=number, when=when(slot, now, zone, texts))
            case "rejected":
                reason = await self._submitting.reason(notice.submission, texts.lang)
                return texts("notice-rejected", number=number, reason=escape(plain(reason)))
            case "published":
                link = notice.submission.link
                shown = f'<a href="{escape(link)}">{texts("my-link")}</a>' if link else texts("my-link")
                return texts("notice-published", number=number, link=shown)
            case "asked":
                return texts("notice-asked", number=number, text=escape(plain(str(data.get("text") or ""))))
            case "milestone":
                return texts("notice-milestone", number=number, count=int(data.get("count") or 0))


def _keyboard(notice: Notice, texts: Texts) -> InlineKeyboardMarkup | None:
    if notice.kind != "asked":
        return None
    data = AnswerAdmins(number=notice.submission.id).pack()
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text=texts("btn-answer"), callback_data=data)]])
