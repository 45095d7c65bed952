"""What the bot does unasked: tell people that their meme can be explained now, and delete what is old."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from memebot.answering.explainer import Explanation
from memebot.answering.notifications import Notifications
from memebot.answering.pages import Page
from memebot.answering.record import Subscription
from memebot.i18n import Catalogues
from memebot.telegram.errors import Unreachable
from memebot.telegram.pictures import Pictures
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
        pictures: Pictures,
        delivery: Delivery,
        catalogues: Catalogues,
        *,
        chores: Sequence[Callable[[], Awaitable[None]]] = (),
    ) -> None:
        """``chores``: what else is looked after each time."""
        self._pictures, self._db, self._answering = pictures, pictures.db, pictures.answering
        self._notifications = Notifications(pictures.answering)
        self._delivery, self._catalogues = delivery, catalogues
        self._chores = tuple(chores)
        self._generation = -1
        self._swept: int | None = None
        self._purge_at = 0.0
        self.loop = Periodic("background work", self.look, LOOK_EVERY_S, begin=self._begin_anew)

    def _begin_anew(self) -> None:
        self._generation = -1

    async def look(self) -> None:
        """Once: after a change of the base, tell whom it concerns; now and then, delete what is old."""
        generation = await self._db.run(self._answering.pages.kb.generation)
        if self._generation == -1:
            await self._db.run(self._answering.state.subscriptions.unclaim_all)
        if generation != self._generation:
            # which may change the base in turn: then the next look sees it
            await self._pictures.inference.run(self._pictures.vision.refresh)
            await self._tell_all()
            self._generation = generation
            self._swept = 0
        await self._report()
        for chore in self._chores:
            await chore()
        if self._swept is not None:  # a change of the base may explain what nobody waits for: look bit by bit
            self._swept = await self._sweep(self._swept)
        if time.monotonic() >= self._purge_at:
            gone = await self._db.run(self._answering.purge)
            self._purge_at = time.monotonic() + PURGE_EVERY_S
            log.info("%d old answers deleted", gone)

    async def _tell_all(self) -> None:
        """Tell everybody who waits for a picture that the base explains by now."""
        found: dict[str, Explanation | None] = {}
        waiting = await self._db.run(self._answering.state.subscriptions.waiting)
        for sha256 in dict.fromkeys(one.answer.sha256 or "" for one in waiting):
            found[sha256] = await self._pictures.search_again(sha256)
        heard: dict[tuple[int, str], int] = {}
        for one in waiting:
            explanation = found[one.answer.sha256 or ""]
            if explanation is None:
                continue
            default = self._catalogues.default
            page = await self._db.run(self._notifications.claim, one, explanation.matches, default)
            if page is not None:
                await self._tell(one, page, heard)
                await asyncio.sleep(PACE_S)

    async def _sweep(self, after: int) -> int | None:
        """Search unexplained memes beyond this number again; the last number, None when all have been looked at.

        Stops early when people wait.
        """
        memes = await self._db.run(self._answering.unexplained.open_memes, SWEPT_AT_ONCE, after)
        for number, sha256 in memes:
            if self._pictures.queue.busy:
                return after
            await self._pictures.search_again(sha256)
            after = number
        return after if len(memes) == SWEPT_AT_ONCE else None

    async def _report(self) -> None:
        """Tell editors how many of those who waited have heard of their entries."""
        for reach in await self._db.run(self._notifications.reaches, self._catalogues.default):
            title = render.escaped(reach.title[:180])
            html = self._catalogues[reach.lang]("gap-reached", title=title, count=reach.count.reached)
            with suppress(Unreachable):
                await self._delivery.send(Destination(reach.count.editor_id), html)
            await self._db.run(self._answering.unexplained.reported, reach.count)

    async def _tell(self, waiting: Subscription, page: Page, heard: dict[tuple[int, str], int]) -> None:
        """Tell one person; ``heard``: the messages by which a group has just heard of its pictures."""
        texts = self._catalogues[page.lang]
        chat_id, state = waiting.answer.chat_id, self._answering.state
        place = Destination(chat_id, reply_to=waiting.answer.message_id, private=chat_id > 0)
        picture = chat_id, waiting.answer.sha256 or ""
        if picture in heard:  # the group that they asked in reads it once
            await self._db.run(self._notifications.told, waiting, page, heard[picture])
            return
        html = f"{texts('told')}\n\n{render.page(page, texts)}"
        try:
            message_id = await self._delivery.send(place, html, keyboards.page(page, texts, private=place.private))
        except Unreachable as error:
            if error.blocked and place.private:
                await self._db.run(state.subscribers.blocked, waiting.user_id, now=self._answering.clock())
                await self._db.run(self._notifications.failed, waiting, page)  # until they write again
        except Exception:
            await self._db.run(self._notifications.failed, waiting, page)
            raise
        else:
            await self._db.run(self._notifications.told, waiting, page, message_id)
            if not place.private:
                heard[picture] = message_id
