"""What the bot does unasked: tell people that their meme can be explained now, and delete what is old."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from html import escape

from memebot.answering.answering import Answering, Page
from memebot.answering.state import Subscription
from memebot.i18n import Catalogues
from memebot.telegram.errors import Unreachable
from memebot.telegram.transport.delivery import Delivery, Destination
from memebot.telegram.transport.periodic import Periodic
from memebot.telegram.ui import keyboards, render

log = logging.getLogger(__name__)

LOOK_EVERY_S = 15.0
PACE_S = 0.05
"""Between two messages that nobody asked for: Telegram takes about 30 a second from one bot, in all."""
SWEPT_AT_ONCE = 100
PURGE_EVERY_S = 6 * 3600.0


class Background:
    """What is looked after beside the conversation, by its ``loop``."""

    def __init__(
        self,
        answering: Answering,
        delivery: Delivery,
        catalogues: Catalogues,
        *,
        chores: Sequence[Callable[[], Awaitable[None]]] = (),
    ) -> None:
        """``chores``: what else is looked after each time."""
        self._answering, self._delivery, self._catalogues = answering, delivery, catalogues
        self._chores = tuple(chores)
        self._generation = -1
        self._sweeping: int | None = None
        self._purge_at = 0.0
        self.loop = Periodic("background work", self.look, LOOK_EVERY_S)

    async def look(self) -> None:
        """Once: after a change of the base, tell whom it concerns; now and then, delete what is old."""
        generation = await self._answering.generation()
        if generation != self._generation:
            await self._answering.refresh()  # which may change the base in turn: then the next look sees it
            for waiting, matches in await self._answering.explained():
                lang = await self._answering.lang_of(waiting.user_id) or self._catalogues.default
                page = await self._answering.claim(waiting, matches, lang)
                if page is not None:
                    await self._tell(waiting, render.page(page, self._catalogues[lang]), page)
                    await asyncio.sleep(PACE_S)
            self._generation = generation
            self._sweeping = 0
        await self._report()
        for chore in self._chores:
            await chore()
        if self._sweeping is not None:  # a change of the base may explain what nobody waits for: look bit by bit
            self._sweeping = await self._answering.sweep(self._sweeping, SWEPT_AT_ONCE)
        if time.monotonic() >= self._purge_at:
            gone = await self._answering.purge()
            self._purge_at = time.monotonic() + PURGE_EVERY_S
            log.info("%d old answers deleted", gone)

    async def _report(self) -> None:
        """Tell editors how many of those who waited have heard of their entries."""
        for told, title, lang in await self._answering.reports(lambda chosen: chosen or self._catalogues.default):
            said = self._catalogues[lang]("gap-reached", title=escape(title[:180], quote=False), count=told.reached)
            with suppress(Unreachable):
                await self._delivery.send(Destination(told.editor_id), said)
            await self._answering.reported(told)

    async def _tell(self, waiting: Subscription, html: str, page: Page) -> None:
        texts = self._catalogues[page.lang]
        chat_id = waiting.answer.chat_id
        place = Destination(chat_id, reply_to=waiting.answer.message_id, private=chat_id > 0)
        keyboard = keyboards.page(page, texts, private=place.private)
        try:
            message_id = await self._delivery.send(place, f"{texts('told')}\n\n{html}", keyboard)
        except Unreachable as error:
            if error.blocked and place.private:
                await self._answering.blocked(waiting.user_id)
        except Exception:
            await self._answering.unclaim(waiting)
            raise
        else:
            await self._answering.sent(page.answer.id, message_id)
            await self._answering.told(page)
