"""Whoever waits long for a picture is told so: what waits in the database waits in no process that would say it."""

from __future__ import annotations

from contextlib import suppress

from aiogram import Bot
from aiogram.types import Message, Update

from knowledge.reading import Lang
from memebot.answering.state import OpenUpdate, SharedInbox, Subscribers
from memebot.database import DatabaseThread
from memebot.i18n import Catalogues
from memebot.inference import FairQueue, QueuePosition
from memebot.telegram.errors import Unreachable
from memebot.telegram.pictures import TELL_PLACE_AFTER_S
from memebot.telegram.replicas.share import Share
from memebot.telegram.transport.delivery import Delivery, Destination
from memebot.telegram.transport.periodic import Periodic
from memebot.telegram.transport.session import FAILED
from memebot.telegram.ui import render

LOOK_EVERY_S = 2.0


class Places:
    """Tells each chat its place once, again and again by its ``loop``; the answer goes into that message.

    Only the first that a chat waits for is told of: answers stand in the order of what they answer.
    """

    def __init__(
        self,
        bot: Bot,
        db: DatabaseThread,
        inbox: SharedInbox,
        subscribers: Subscribers,
        delivery: Delivery,
        catalogues: Catalogues,
        share: Share,
        room: FairQueue,
    ) -> None:
        self._bot, self._db, self._inbox, self._subscribers = bot, db, inbox, subscribers
        self._delivery, self._catalogues = delivery, catalogues
        self._share, self._room = share, room
        self.loop = Periodic("places", self.look, LOOK_EVERY_S)

    async def look(self) -> None:
        """Once."""
        waiting = await self._db.run(self._inbox.next_pictures, self._bot.id)
        for ahead, kept in enumerate(waiting, 1):
            place = QueuePosition(ahead, ahead * self._room.turn_s / max(1, self._share.processes))
            if place.seconds > TELL_PLACE_AFTER_S and kept.notice is None:
                await self._tell(kept, place)

    async def _tell(self, kept: OpenUpdate, place: QueuePosition) -> None:
        message = Update.model_validate_json(kept.data, context={"bot": self._bot}).message
        if message is None:
            return
        with suppress(Unreachable):
            texts = self._catalogues.choose(await self._language(message), _code(message))
            told = await self._delivery.send(Destination.of(message), render.place(place, texts))
            if not await self._db.run(self._inbox.announce, self._bot.id, kept.id, told):  # it was taken meanwhile
                with suppress(*FAILED):
                    await self._bot.delete_message(message.chat.id, told)

    async def _language(self, message: Message) -> Lang | None:
        return await self._db.run(self._subscribers.lang_of, message.chat.id)


def _code(message: Message) -> str | None:
    return None if message.from_user is None else message.from_user.language_code
