"""Tells the moderators' chat unasked, once a day each: somebody waits for too long, tomorrow is empty."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from memebot.publishing import Publishing
from memebot.telegram.delivery import Delivery, Place
from memebot.telegram.errors import Unreachable
from memebot.telegram.i18n import Texts
from memebot.telegram.moderators import moments
from memebot.telegram.moderators.board import Board
from memebot.telegram.session import PASSING
from moderation.alerts import Alert

log = logging.getLogger(__name__)

LOOK_EVERY_S = 60.0


class Alarm:
    """Runs beside the conversation until cancelled; no mistake in it ends it."""

    def __init__(
        self, publishing: Publishing, delivery: Delivery, board: Board, *, look_every_s: float = LOOK_EVERY_S
    ) -> None:
        self._publishing, self._delivery, self._board = publishing, delivery, board
        self._look_every_s = look_every_s

    async def run(self) -> None:
        """Look for something to tell again and again."""
        while True:
            try:
                await self.look()
            except PASSING as error:
                log.warning("alerts: %s", type(error).__name__)
            except Exception:
                log.exception("alerts failed")
            await asyncio.sleep(self._look_every_s)

    async def look(self) -> None:
        """Once: tell what is to be told; nothing where there is no moderators' chat."""
        home = self._board.home
        if home.chat_id is None:
            return
        texts = await self._board.texts_of(home.chat_id)
        for alert in await self._publishing.alerts():
            place = Place(home.chat_id, home.thread_id, private=home.chat_id > 0)
            try:
                with suppress(Unreachable):
                    await self._delivery.send(place, self._words(alert, texts))
            except Exception:
                await self._publishing.not_told(alert)
                raise

    def _words(self, alert: Alert, texts: Texts) -> str:
        if alert.kind == "waiting" and alert.since is not None:
            age = moments.age(alert.since, self._publishing.now(), texts)
            return texts("alert-waiting", count=alert.count, age=age)
        return texts("alert-tomorrow", count=alert.count)
