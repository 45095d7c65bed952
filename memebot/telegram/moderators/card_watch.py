"""Looks again and again for cards that are wrong or missing; knows when the team's chat cannot be reached."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from aiogram.exceptions import TelegramAPIError

from memebot.channel.review import Review
from memebot.database import DatabaseThread
from memebot.telegram.errors import Unreachable
from memebot.telegram.moderators.cards import Cards
from memebot.telegram.moderators.members import TeamChat
from memebot.telegram.transport.delivery import Delivery, Destination
from memebot.telegram.transport.periodic import Periodic
from memebot.telegram.transport.reasons import reason_of
from memebot.telegram.transport.session import FAILED, PASSING
from memebot.telegram.ui.render import reason
from moderation.model import SubmissionId
from moderation.stores import Moderation

log = logging.getLogger(__name__)

LOOK_EVERY_S = 3.0
AWAY = timedelta(minutes=5)
"""So long nothing is sent to a chat that could not be reached."""
EXPIRED_SINCE = timedelta(days=1)
"""Claims and times for undoing that ran out longer ago have been shown by an earlier run."""


class CardWatch:
    """Keeps the cards true, again and again by its ``loop``. One instance a bot."""

    def __init__(
        self,
        db: DatabaseThread,
        stores: Moderation,
        review: Review,
        cards: Cards,
        delivery: Delivery,
        chat: TeamChat,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._db, self._stores, self._review, self._clock = db, stores, review, clock
        self._cards, self._delivery, self._chat = cards, delivery, chat
        self.loop = Periodic("cards", self._begin_and_look, LOOK_EVERY_S, begin=self._begin_anew)
        self._begun = False
        self._away_until: datetime | None = None
        self._owners_warned = False

    # --- the loop

    def _begin_anew(self) -> None:
        self._begun = False

    async def _begin_and_look(self) -> None:
        if not self._begun:
            await self.begin()
            self._begun = True
        await self.look()

    async def begin(self) -> None:
        """After a start: what ran out while nobody looked shows on the cards."""
        now = self._clock()
        for submission in await self._db.run(self._stores.submissions.unsettled, now - EXPIRED_SINCE):
            self._cards.mark_due(submission.id, now)

    async def look(self) -> None:
        """Once: cards that are wrong, then new ones."""
        for number in await self._stale():
            await self._refresh_or_log(number, stale_only=True)
        await self.look_at_due()
        if self._chat.chat_id is None or (self._away_until is not None and self._clock() < self._away_until):
            return
        place = Destination(self._chat.chat_id, self._chat.thread_id, private=self._chat.chat_id > 0)
        try:
            await self._show_missing(place)
        except Unreachable as error:
            await self.chat_lost(error.chat_id, reason_of(error))

    async def look_at_due(self) -> None:
        """Once: cards that get wrong by themselves, of those that this process has shown."""
        for number in self._cards.take_due(self._clock()):
            await self._refresh_or_log(number)

    async def _show_missing(self, place: Destination) -> None:
        for number in await self._db.run(self._review.unasked_fates):
            await self._cards.show(number, place, fate=True, paced=True)
        for submission in await self._db.run(self._stores.outbox.without_card):
            await self._cards.show(submission.id, place, paced=True)
            self._away_until, self._owners_warned = None, False
            if await self._stale(1):
                self.loop.wake()  # what people have decided meanwhile comes before more cards
                return

    async def _stale(self, limit: int = 50) -> list[SubmissionId]:
        """Submissions of which a card shows an older version."""
        cards = await self._db.run(self._stores.outbox.stale_cards, limit)
        return list(dict.fromkeys(card.submission for card in cards))

    async def _refresh_or_log(self, submission: SubmissionId, *, stale_only: bool = False) -> None:
        """One card that Telegram does not like must not keep the others from being shown."""
        try:
            await self._cards.refresh(submission, paced=True, stale_only=stale_only)
        except TelegramAPIError as error:
            if isinstance(error, PASSING):
                raise
            log.exception("a card of submission %d could not be refreshed", submission)

    # --- the chat

    async def chat_lost(self, chat_id: int, why: str = "not-there") -> None:
        """The team's chat cannot be reached, by the code of ``why``: cards wait, and the owners hear of it once."""
        if not self._chat.is_here(chat_id):
            return
        self._away_until = self._clock() + AWAY
        if self._owners_warned or chat_id > 0:
            return
        self._owners_warned = True
        log.warning("the moderators' chat %d cannot be reached", chat_id)
        grants = await self._db.run(self._stores.people.roles)
        for owner in {grant.user_id for grant in grants if grant.role == "owner"}:
            texts = await self._cards.texts_of(owner)
            with suppress(Unreachable, *FAILED):
                html = texts("removed-from-chat", chat=str(chat_id), why=reason(why, texts))
                await self._delivery.send(Destination(owner), html)

    async def topic_lost(self, chat_id: int) -> None:
        """The topic where the team met is gone: it meets in the group itself, and hears so once."""
        if not self._chat.is_here(chat_id) or self._chat.thread_id is None:
            return
        self._chat.thread_id = None
        texts = await self._cards.texts_of(chat_id)
        with suppress(Unreachable, *FAILED):
            await self._delivery.send(Destination(chat_id, private=False), texts("topic-gone"))

    def chat_found(self) -> None:
        """The team's chat can be reached again."""
        self._away_until, self._owners_warned = None, False
        self.loop.wake()

    async def chat_moved(self, old: int, new: int) -> None:
        """A group has a new id: its old messages cannot be reached, so what waits is shown anew."""
        await self._db.run(self._stores.outbox.drop_cards, old)
        if self._chat.moved(old, new):
            self.chat_found()


class DueCards:
    """What this process has shown gets wrong by itself, and is put right by its ``loop``, whoever watches the rest."""

    def __init__(self, watch: CardWatch) -> None:
        self.loop = Periodic("due cards", watch.look_at_due, LOOK_EVERY_S)
