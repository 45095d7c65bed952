"""Cards: sent to where the team meets, shown to whoever asks, and true everywhere after every change.

The store knows which message shows which version of a submission; what shows an older one is edited, and what
cannot be edited any more is sent anew and forgotten. So a restart, another process or a lost answer leave no
card that lies for longer than one look.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Literal

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.types import CallbackQuery, InlineKeyboardMarkup

from knowledge.reading import Lang
from memebot.answering.answering import Answering
from memebot.answering.explainer import Explanation
from memebot.answering.record import matches_of
from memebot.channel.review import Dossier, Review
from memebot.database import DatabaseThread
from memebot.i18n import Catalogues, Texts
from memebot.telegram.errors import Unreachable
from memebot.telegram.moderators import buttons, card_text
from memebot.telegram.moderators.names import Names
from memebot.telegram.moderators.team_chat import TeamChat
from memebot.telegram.transport.delivery import Delivery, Destination
from memebot.telegram.transport.periodic import Periodic
from memebot.telegram.transport.rate_limit import EDIT, RateLimit
from memebot.telegram.transport.session import FAILED, PASSING
from moderation.errors import SubmissionNotFound
from moderation.model import Card, SubmissionId

log = logging.getLogger(__name__)

LOOK_EVERY_S = 3.0
COUNT_EVERY = timedelta(seconds=15)
AWAY_S = 300.0
"""So long nothing is sent to a chat that could not be reached."""
Kind = Literal["card", "copy", "fate"]
"""The team's card; one that somebody asked for elsewhere, which does not replace it; a question about a post's fate."""


class CardBoard:
    """Sends and refreshes cards. One instance a bot."""

    def __init__(
        self,
        bot: Bot,
        db: DatabaseThread,
        review: Review,
        answering: Answering,
        delivery: Delivery,
        catalogues: Catalogues,
        home: TeamChat,
        *,
        pace: RateLimit | None = None,
    ) -> None:
        self.bot, self.review, self.delivery, self.home = bot, review, delivery, home
        self._db, self._answering, self._catalogues = db, answering, catalogues
        self.names = Names(bot)
        self.pace = pace or RateLimit()
        self.loop = Periodic("cards", self._begin_and_look, LOOK_EVERY_S)
        self._begun = False
        self._locks: dict[SubmissionId, tuple[asyncio.Lock, int]] = {}
        self._timers: dict[SubmissionId, datetime] = {}
        self._away_until: datetime | None = None
        self._told = False

    async def team(self) -> dict[int, set[str]]:
        """Everybody who was given a role, with all that they have."""
        found: dict[int, set[str]] = {}
        for grant in await self.review.roles():
            if grant.source != "chat":
                found.setdefault(grant.user_id, set()).add(grant.role)
        return found

    # --- the loop -----------------------------------------------------------------------------------------

    async def _begin_and_look(self) -> None:
        if not self._begun:
            await self.begin()
            self._begun = True
        await self.look()

    async def begin(self) -> None:
        """After a start: what ran out while nobody looked shows on the cards."""
        for submission in await self.review.timed():
            self._timers[submission] = self.review.now()

    async def look(self) -> None:
        """Once: cards that are wrong, then new ones."""
        for submission in await self.review.stale():
            await self._refresh_or_log(submission, stale_only=True)
        await self._count_down()
        home = self.home.chat_id
        if home is None or (self._away_until is not None and self.review.now() < self._away_until):
            return
        try:
            for submission in await self.review.of_unknown_fate():
                await self.show(submission, self._at_home(), fate=True, paced=True)
            for submission in await self.review.without_card():
                await self.show(submission, self._at_home(), paced=True)
                self._away_until, self._told = None, False
                if await self.review.stale(1):
                    self.loop.wake()  # what people have decided meanwhile comes before more cards
                    return
        except Unreachable as error:
            await self.lost(error.chat_id)

    def _at_home(self) -> Destination:
        chat = self.home.chat_id or 0
        return Destination(chat, self.home.thread_id, private=chat > 0)

    async def _count_down(self) -> None:
        """Cards that get wrong by themselves: claims that end, seconds for undoing that pass."""
        now = self.review.now()
        for submission, due in list(self._timers.items()):
            if due <= now:
                self._timers.pop(submission, None)
                await self._refresh_or_log(submission)

    async def _refresh_or_log(self, submission: SubmissionId, *, stale_only: bool = False) -> None:
        """One card that Telegram does not like must not keep the others from being shown."""
        try:
            await self.refresh(submission, paced=True, stale_only=stale_only)
        except TelegramAPIError as error:
            if isinstance(error, PASSING):
                raise
            log.exception("a card of submission %d could not be refreshed", submission)

    async def lost(self, chat_id: int) -> None:
        """The team's chat cannot be reached: cards wait, and the owners hear of it once."""
        if not self.home.is_here(chat_id):
            return
        self._away_until = self.review.now() + timedelta(seconds=AWAY_S)
        if self._told or chat_id > 0:
            return
        self._told = True
        log.warning("the moderators' chat %d cannot be reached", chat_id)
        for owner in {grant.user_id for grant in await self.review.roles() if grant.role == "owner"}:
            texts = await self.texts_of(owner)
            with suppress(Unreachable, *FAILED):
                await self.delivery.send(Destination(owner), texts("removed-from-chat", chat=str(chat_id)))

    def found(self) -> None:
        """The team's chat can be reached again."""
        self._away_until, self._told = None, False
        self.loop.wake()

    async def moved(self, old: int, new: int) -> None:
        """A group has a new id: its old messages cannot be reached, so what waits is shown anew."""
        await self.review.leave_chat(old)
        if self.home.moved(old, new):
            self.found()

    # --- cards --------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _alone(self, submission: SubmissionId) -> AsyncIterator[None]:
        """One at a time for each submission: an older look must not overwrite a newer one."""
        lock, users = self._locks.get(submission, (asyncio.Lock(), 0))
        self._locks[submission] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._locks.pop(submission)
            if users > 1:
                self._locks[submission] = (lock, users - 1)

    async def show(
        self, submission: SubmissionId, place: Destination, *, fate: bool = False, paced: bool = False
    ) -> None:
        """Send a card; ``fate``: to ask what became of a post. Raises ``SubmissionNotFound`` or ``Unreachable``."""
        kind: Kind = "fate" if fate else self._kind(place.chat_id)
        cost = len((await self.review.open(submission)).submission.media) + 1.0
        if paced:  # before the lock: who presses meanwhile must not wait for this
            await self.pace.wait(place.chat_id, cost)
        else:
            self.pace.spend(place.chat_id, cost)
        async with self._alone(submission):
            await self._send(await self.review.open(submission), place, kind)

    async def _send(self, dossier: Dossier, place: Destination, kind: str) -> None:
        shown = dossier.submission
        gone, media = False, []
        try:
            media = await self.delivery.send_media(place, shown.media, quiet=True)
        except TelegramBadRequest:  # Telegram has the file no more
            gone = True
        place = Destination(self._where(place.chat_id), place.thread_id, media[0] if media else None, place.private)
        html, keyboard = await self._drawn(dossier, place.chat_id, media[0] if media else None)
        if gone:
            html = f"{html}\n\n{(await self.texts_of(place.chat_id))('card-media-gone')}"
        message_id = await self._written(dossier, place, None, html, keyboard) or 0
        chat_id, thread = self._where(place.chat_id), place.thread_id
        await self.review.card_sent(shown.id, chat_id, message_id, thread=thread, version=shown.version, kind=kind)
        if media:
            await self.review.card_sent(shown.id, chat_id, media[0], thread=thread, version=shown.version, kind="media")
        self._watch(dossier)

    async def _written(
        self,
        dossier: Dossier,
        place: Destination,
        message_id: int | None,
        html: str,
        keyboard: InlineKeyboardMarkup | None,
    ) -> int | None:
        """Send a card, or edit it; the message's id, None if it cannot be edited any more.

        One that Telegram does not take (a formatting that it reads differently) is put into fewer words: it must be
        possible to decide, and the next card must not wait.
        """

        async def write(text: str) -> int | None:
            if message_id is None:
                return await self.delivery.send(place, text, keyboard)
            return await self.delivery.edit(place, message_id, text, keyboard)

        try:
            return await write(html)
        except TelegramBadRequest:
            log.exception("the card of submission %d is refused", dossier.submission.id)
            texts = await self.texts_of(place.chat_id)
            return await write(card_text.bare(dossier, await self.names.of(card_text.people(dossier), texts), texts))

    def _where(self, chat_id: int) -> int:
        """The chat that was written to: the delivery follows a group that moves meanwhile."""
        return self.delivery.moves.get(chat_id, chat_id)

    async def refresh(self, submission: SubmissionId, *, paced: bool = False, stale_only: bool = False) -> None:
        """Let every card of a submission show what is true; ``stale_only``: those that show an older version."""
        if paced:  # before the lock: who presses meanwhile must not wait for this
            for one in await self.review.cards(submission):
                if one.kind != "media":
                    await self.pace.wait(one.chat_id, EDIT)
        async with self._alone(submission):
            try:
                dossier = await self.review.open(submission)
            except SubmissionNotFound:
                return
            links = {c.chat_id: c.message_id for c in dossier.cards if c.kind == "media"}
            for one in dossier.cards:
                if stale_only and one.version >= dossier.submission.version:
                    continue  # somebody's press was faster
                if not paced and one.kind != "media":
                    self.pace.spend(one.chat_id, EDIT)
                await self._update(one, dossier, links.get(one.chat_id))
            self._watch(dossier)

    async def refresh_author(self, author: int) -> None:
        """A note or a ban shows on every card of an author that still waits."""
        for submission in await self.review.waiting_of(author):
            await self.refresh(submission, paced=True)

    async def _update(self, one: Card, dossier: Dossier, media: int | None) -> None:
        shown = dossier.submission
        if one.kind == "media":
            await self.review.card_shown(one.chat_id, one.message_id, shown.version)
            return
        place = Destination(one.chat_id, one.thread, private=one.chat_id > 0)
        html, keyboard = await self._drawn(dossier, one.chat_id, media)
        try:
            edited = await self._written(dossier, place, one.message_id, html, keyboard)
        except Unreachable:
            await self.review.drop_card(one.chat_id, one.message_id)
            return
        if edited is None:
            await self._replace(one, dossier, place)
        else:
            await self.review.card_shown(one.chat_id, one.message_id, shown.version)

    async def _replace(self, one: Card, dossier: Dossier, place: Destination) -> None:
        """What cannot be edited is forgotten, and a fresh card takes its place."""
        await self.review.drop_card(one.chat_id, one.message_id)
        if self._where(one.chat_id) == one.chat_id:
            with suppress(Unreachable):
                self.pace.spend(place.chat_id, len(dossier.submission.media) + 1.0)
                await self._send(dossier, place, one.kind)

    async def adopt(self, submission: SubmissionId, chat_id: int, message_id: int, thread: int | None) -> None:
        """A message with our buttons that is on no list (its sending was not confirmed) is a card like the others."""
        cards = await self.review.cards(submission)
        if all((c.chat_id, c.message_id) != (chat_id, message_id) for c in cards):
            await self.review.card_sent(
                submission, chat_id, message_id, thread=thread, version=0, kind=self._kind(chat_id)
            )

    def _kind(self, chat_id: int) -> Kind:
        return "card" if self.home.is_here(chat_id) else "copy"

    def _watch(self, dossier: Dossier) -> None:
        """Remember when this card will be wrong by itself."""
        shown, change = dossier.submission, dossier.next_change
        if change is None:
            self._timers.pop(shown.id, None)
            return
        counting = shown.can_undo(dossier.now) and any(self.pace.spare(c.chat_id) for c in dossier.cards)
        self._timers[shown.id] = min(change, dossier.now + COUNT_EVERY) if counting else change

    async def _drawn(
        self, dossier: Dossier, chat_id: int, media: int | None
    ) -> tuple[str, InlineKeyboardMarkup | None]:
        texts = await self.texts_of(chat_id)
        names = await self.names.of(card_text.people(dossier), texts)
        told = await self._explanation(dossier, texts.lang)
        here = None if media is None else card_text.message_link(chat_id, media, self.home.thread_id)
        return card_text.card(dossier, names, told, here, texts), buttons.card(dossier, texts)

    async def _explanation(self, dossier: Dossier, lang: Lang) -> Explanation | None:
        """What the bot says about the picture, as the base words it now; None where it was not looked at."""
        kept = dossier.submission.explanation
        if kept is None:
            return None
        return await self._db.run(self._answering.pages.pictures.retell, matches_of(kept), "", lang)

    async def texts_of(self, chat_id: int) -> Texts:
        """The language of a chat: a person's own, the community's in a group."""
        lang_of = self._answering.state.subscribers.lang_of
        chosen = await self._db.run(lang_of, chat_id) if chat_id > 0 else None
        return self._catalogues.choose(chosen, self.names.language_of(chat_id))

    # --- pages of one card --------------------------------------------------------------------------------

    async def turn(self, query: CallbackQuery, dossier: Dossier, more: str, keyboard: InlineKeyboardMarkup) -> None:
        """Another page of the pressed card: the card, a question beneath it, and what one may answer."""
        chat_id = query.message.chat.id if query.message else 0
        html, _ = await self._drawn(dossier, chat_id, _media(dossier, chat_id))
        await self._put(query, dossier, f"{html}\n\n<b>{more}</b>", keyboard)

    async def explain(self, query: CallbackQuery, dossier: Dossier) -> None:
        """The whole explanation in place of the card."""
        texts = await self.texts_of(query.message.chat.id if query.message else 0)
        told = await self._explanation(dossier, texts.lang)
        if told is not None:
            await self._put(query, dossier, card_text.explanation(told, texts), buttons.back(dossier, texts))

    async def _put(self, query: CallbackQuery, dossier: Dossier, html: str, keyboard: InlineKeyboardMarkup) -> None:
        if query.message is None:
            return
        submission, chat_id, message_id = dossier.submission.id, query.message.chat.id, query.message.message_id
        place = Destination(chat_id, private=chat_id > 0)
        self.pace.spend(chat_id, EDIT)
        async with self._alone(submission):
            if (await self.review.open(submission)).submission.version != dossier.submission.version:
                return  # somebody was faster, and the card is being refreshed
            if await self.delivery.edit(place, message_id, html, keyboard) is not None:
                return
        await self.review.drop_card(chat_id, message_id)
        await self.show(submission, place)


def _media(dossier: Dossier, chat_id: int) -> int | None:
    return next((c.message_id for c in dossier.cards if c.chat_id == chat_id and c.kind == "media"), None)
