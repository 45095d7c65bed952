"""A post that nothing explained gets its way to "why is this funny?" when an entry explains it."""

from __future__ import annotations

import logging

from aiogram import Bot

from memebot.channel.posts.shape import shape_of
from memebot.channel.publishing import Publishing
from memebot.database import DatabaseThread
from memebot.i18n import Catalogues
from memebot.telegram.channel.post import why_button, why_link
from memebot.telegram.errors import Unreachable
from memebot.telegram.transport.delivery import Delivery, Destination
from memebot.telegram.transport.periodic import Periodic
from memebot.telegram.ui.captions import entities_of
from moderation.model import Submission

log = logging.getLogger(__name__)

LOOK_EVERY_S = 30.0


class LateButtons:
    """Looks again and again, by its ``loop``, for posts that can be explained by now."""

    def __init__(
        self, bot: Bot, db: DatabaseThread, publishing: Publishing, delivery: Delivery, catalogues: Catalogues
    ) -> None:
        self._bot, self._db, self._publishing = bot, db, publishing
        self._delivery, self._catalogues = delivery, catalogues
        self.loop = Periodic("late buttons", self.look, LOOK_EVERY_S)

    async def look(self) -> None:
        """Once: each post that lacks the way to its explanation. While the channel is lost, later."""
        for submission in await self._db.run(self._publishing.without_why):
            try:
                if not await self._offer(submission):
                    log.info("the post of submission %d cannot be changed any more", submission.id)
            except Unreachable:
                return
            await self._db.run(self._publishing.offers_why, submission)

    async def _offer(self, submission: Submission) -> bool:
        """A button; in an album, which has none, a link in the caption, or a reply where that does not fit."""
        style = await self._db.run(self._publishing.style)
        texts = self._catalogues[style.lang]
        chat, (first, *_) = submission.published_chat or 0, submission.published_messages
        link = why_link((await self._bot.me()).username or "", submission)
        shape = shape_of(submission, link, texts, style.signature)
        if shape.button is not None:
            return await self._delivery.decorate(chat, first, why_button(shape.button, texts))
        if shape.reply_button is None:
            caption = shape.caption
            return await self._delivery.decorate(chat, first, None, caption.text, entities_of(caption.entities))
        place = Destination(chat, reply_to=first, private=False)
        await self._delivery.send(place, texts("post-about"), why_button(shape.reply_button, texts))
        return True
