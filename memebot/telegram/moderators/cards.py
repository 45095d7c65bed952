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
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, MaybeInaccessibleMessageUnion

from knowledge.reading import Lang
from memebot.answering.answering import Answering
from memebot.answering.explainer import Explanation
from memebot.answering.record import answer_of
from memebot.channel.dossier import Dossier
from memebot.channel.review import Review
from memebot.database import DatabaseThread
from memebot.i18n import Catalogues, Texts
from memebot.telegram.errors import Unreachable
from memebot.telegram.moderators import buttons, card_text
from memebot.telegram.moderators.buttons import OpenPages
from memebot.telegram.moderators.members import Members, mention
from memebot.telegram.transport.delivery import Delivery, Destination
from memebot.telegram.transport.rate_limit import EDIT, RateLimit
from memebot.telegram.transport.session import FAILED
from memebot.telegram.ui.render import excerpt
from moderation.errors import SubmissionNotFound
from moderation.model import Card, Remark, SubmissionId
from moderation.queue.outbox import Outbox

log = logging.getLogger(__name__)

ANSWER = 600
"""Characters of an author's answer that are shown."""
COUNT_EVERY = timedelta(seconds=15)
Kind = Literal["card", "copy", "fate"]
"""The team's card; one that somebody asked for elsewhere, which does not replace it; a question about a post's fate."""
CardContent = tuple[str, InlineKeyboardMarkup | None]
"""What a card says, as HTML, and its buttons."""


class Cards:
    """Sends and refreshes cards. One instance a bot."""

    def __init__(
        self,
        db: DatabaseThread,
        review: Review,
        outbox: Outbox,
        answering: Answering,
        delivery: Delivery,
        catalogues: Catalogues,
        members: Members,
    ) -> None:
        self._db, self._review, self._outbox = db, review, outbox
        self._answering, self._delivery, self._catalogues = answering, delivery, catalogues
        self._members, self.rate = members, RateLimit()
        self._locks: dict[SubmissionId, tuple[asyncio.Lock, int]] = {}
        self._due: dict[SubmissionId, datetime] = {}
        self.pages = OpenPages()

    async def texts_of(self, chat_id: int) -> Texts:
        """The language of a chat: a person's own, the community's in a group."""
        lang_of = self._answering.state.subscribers.lang_of
        chosen = await self._db.run(lang_of, chat_id) if chat_id > 0 else None
        return self._catalogues.choose(chosen, self._members.names.language_of(chat_id))

    # --- cards that get wrong by themselves

    def mark_due(self, submission: SubmissionId, at: datetime) -> None:
        """The card will be wrong from then on, though nothing happens."""
        self._due[submission] = at

    def take_due(self, now: datetime) -> list[SubmissionId]:
        """Submissions whose cards are wrong by now, each once: claims that ended, seconds for undoing that passed."""
        due = [submission for submission, at in self._due.items() if at <= now]
        for submission in due:
            del self._due[submission]
        return due

    def _mark_next_change(self, dossier: Dossier) -> None:
        submission, change = dossier.submission, dossier.next_change
        if change is None:
            self._due.pop(submission.id, None)
            return
        counting = submission.can_undo(dossier.now) and any(self.rate.spare(c.chat_id) for c in dossier.cards)
        self.mark_due(submission.id, min(change, dossier.now + COUNT_EVERY) if counting else change)

    # --- sending

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
        cost = 1.0 if fate else len((await self._db.run(self._review.dossier, submission)).submission.media) + 1.0
        if paced:  # before the lock: who presses meanwhile must not wait for this
            await self.rate.wait(place.chat_id, cost)
        else:
            self.rate.spend(place.chat_id, cost)
        async with self._alone(submission):
            await self._send(await self._db.run(self._review.dossier, submission), place, kind)

    async def _send(self, dossier: Dossier, place: Destination, kind: str) -> None:
        above = _card(dossier, place.chat_id) if kind == "fate" else None
        if above is not None:  # the card is there: what is asked stands beneath it, and on it no more
            picture, sendable = None, True
        else:
            picture, sendable = await self._send_media(dossier, place)
        place = Destination(self._moved(place.chat_id), place.thread_id, above or picture, place.private)
        html, keyboard = await self._content(dossier, place.chat_id, picture, kind)
        if not sendable:
            html = f"{html}\n\n{(await self.texts_of(place.chat_id))('card-media-gone')}"
        message_id = await self._write(dossier, place, None, (html, keyboard)) or 0
        place = replace(place, chat_id=self._moved(place.chat_id))
        await self._put(dossier, place, message_id, kind)
        if picture is not None:
            await self._put(dossier, place, picture, "media")
        self._mark_next_change(dossier)

    async def _send_media(self, dossier: Dossier, place: Destination) -> tuple[int | None, bool]:
        """The message with the (first) picture, and whether Telegram has the files still."""
        try:
            media = await self._delivery.send_media(place, dossier.submission.media, quiet=True)
        except TelegramBadRequest:
            return None, False
        return (media[0] if media else None), True

    async def _put(self, dossier: Dossier, place: Destination, message_id: int, kind: str) -> None:
        """Remember that this message shows the submission as it is."""
        number, version = dossier.submission.id, dossier.submission.version
        put, thread = self._outbox.put_card, place.thread_id
        await self._db.run(put, number, place.chat_id, message_id, thread=thread, version=version, kind=kind)

    async def _write(
        self, dossier: Dossier, place: Destination, message_id: int | None, content: CardContent
    ) -> int | None:
        """Send a card, or edit it; the message's id, None if it cannot be edited any more.

        One that Telegram does not take (a formatting that it reads differently) is put into fewer words: it must be
        possible to decide, and the next card must not wait.
        """
        html, keyboard = content
        try:
            return await self._send_or_edit(place, message_id, html, keyboard)
        except TelegramBadRequest:
            log.exception("the card of submission %d is refused", dossier.submission.id)
            texts = await self.texts_of(place.chat_id)
            names = await self._members.names.of(card_text.people(dossier), texts)
            return await self._send_or_edit(place, message_id, card_text.bare(dossier, names, texts), keyboard)

    async def _send_or_edit(
        self, place: Destination, message_id: int | None, html: str, keyboard: InlineKeyboardMarkup | None
    ) -> int | None:
        if message_id is None:
            return await self._delivery.send(place, html, keyboard)
        return await self._delivery.edit(place, message_id, html, keyboard)

    def _moved(self, chat_id: int) -> int:
        """The chat that was written to: the delivery follows a group that moves meanwhile."""
        return self._delivery.moves.get(chat_id, chat_id)

    def _kind(self, chat_id: int) -> Kind:
        return "card" if self._members.chat.is_here(chat_id) else "copy"

    async def adopt(self, submission: SubmissionId, message: MaybeInaccessibleMessageUnion) -> None:
        """A message with our buttons that is on no list (its sending was not confirmed) is a card like the others."""
        cards, place = await self._db.run(self._outbox.cards, submission), Destination.of(message)
        if all((card.chat_id, card.message_id) != (place.chat_id, message.message_id) for card in cards):
            put, thread, kind = self._outbox.put_card, place.thread_id, self._kind(place.chat_id)
            await self._db.run(put, submission, place.chat_id, message.message_id, thread=thread, version=0, kind=kind)

    # --- refreshing

    async def refresh(self, submission: SubmissionId, *, paced: bool = False, stale_only: bool = False) -> None:
        """Let every card of a submission show what is true; ``stale_only``: those that show an older version."""
        if paced:  # before the lock: who presses meanwhile must not wait for this
            for card in await self._db.run(self._outbox.cards, submission):
                if card.kind != "media":
                    await self.rate.wait(card.chat_id, EDIT)
        async with self._alone(submission):
            try:
                dossier = await self._db.run(self._review.dossier, submission)
            except SubmissionNotFound:
                return
            for card in dossier.cards:
                if stale_only and card.version >= dossier.submission.version:
                    continue  # somebody's press was faster
                if not paced and card.kind != "media":
                    self.rate.spend(card.chat_id, EDIT)
                await self._update(card, dossier)
            self._mark_next_change(dossier)

    async def _update(self, card: Card, dossier: Dossier) -> None:
        if card.kind != "media":
            place = Destination(card.chat_id, card.thread, private=card.chat_id > 0)
            content = await self._content(dossier, card.chat_id, _picture(dossier, card.chat_id), card.kind)
            self.pages.replaced((card.chat_id, card.message_id), dossier.now)
            try:
                edited = await self._write(dossier, place, card.message_id, content)
            except Unreachable:
                await self._drop(card.chat_id, card.message_id)
                return
            if edited is None:
                await self._replace(card, dossier, place)
                return
        version = dossier.submission.version
        await self._db.run(self._outbox.mark_card_shown, card.chat_id, card.message_id, version)

    async def _replace(self, card: Card, dossier: Dossier, place: Destination) -> None:
        """What cannot be edited is forgotten, and a fresh card takes its place."""
        await self._drop(card.chat_id, card.message_id)
        if self._moved(card.chat_id) == card.chat_id:
            with suppress(Unreachable):
                self.rate.spend(place.chat_id, len(dossier.submission.media) + 1.0)
                await self._send(dossier, place, card.kind)

    async def _drop(self, chat_id: int, message_id: int) -> None:
        await self._db.run(self._outbox.drop_card, chat_id, message_id)

    async def _content(self, dossier: Dossier, chat_id: int, picture: int | None, kind: str = "card") -> CardContent:
        """The card in the language of a chat; ``picture``: the message above it.

        What became of a post is asked once in a chat: beneath the card, if it is asked there.
        """
        texts = await self.texts_of(chat_id)
        names = await self._members.names.of(card_text.people(dossier), texts)
        if kind == "fate" and _card(dossier, chat_id) is not None:
            return card_text.question(dossier, names, texts), buttons.card(dossier, texts)
        explanation = await self._explanation(dossier, texts.lang)
        link = None if picture is None else card_text.message_link(chat_id, picture, self._members.chat.thread_id)
        asked_beneath = kind == "card" and (dossier.submission.state == "publishing" or dossier.unresolved is not None)
        keyboard = None if asked_beneath else buttons.card(dossier, texts)
        return card_text.card(dossier, names, explanation, link, texts), keyboard

    async def _explanation(self, dossier: Dossier, lang: Lang) -> Explanation | None:
        """What the bot says about the picture, as the base words it now; None where it was not looked at."""
        kept = dossier.submission.explanation
        if kept is None:
            return None
        return await self._db.run(self._answering.pages.pictures.retell, *answer_of(kept), lang)

    # --- the author

    async def tell_answer(self, submission: SubmissionId) -> None:
        """Tell whoever asked the author that there is an answer: as a reply to their question, and by name."""
        dossier = await self._db.run(self._review.dossier, submission)
        for question in dossier.open_questions:
            await self._tell_asker(dossier, question, "author-answered", excerpt(dossier.remarks[-1].text, ANSWER))

    async def tell_unreached(self, submission: SubmissionId) -> None:
        """Tell whoever asked last that the author cannot be told."""
        dossier = await self._db.run(self._review.dossier, submission)
        for question in dossier.open_questions[:1]:
            await self._tell_asker(dossier, question, "author-unreached", excerpt(question.text, ANSWER))

    async def _tell_asker(self, dossier: Dossier, question: Remark, key: str, text: str) -> None:
        asker = question.by
        if asker is None:
            return
        place = _where_asked(dossier, question, asker)
        texts = await self.texts_of(place.chat_id)
        who = mention(asker, await self._members.names.one(asker, texts))
        self.rate.spend(place.chat_id, 1.0)
        with suppress(Unreachable, *FAILED):
            await self._delivery.send(place, texts(key, who=who, number=str(dossier.submission.id), text=text))

    # --- pages of one card

    async def turn(self, query: CallbackQuery, dossier: Dossier, question: str, keyboard: InlineKeyboardMarkup) -> None:
        """Another page of the pressed card: the card, a question beneath it, and what one may answer."""
        chat_id = query.message.chat.id if query.message else 0
        html, _ = await self._content(dossier, chat_id, _picture(dossier, chat_id))
        await self._show_page(query, dossier, f"{html}\n\n<b>{question}</b>", keyboard)

    async def explain(self, query: CallbackQuery, dossier: Dossier) -> None:
        """The whole explanation in place of the card."""
        texts = await self.texts_of(query.message.chat.id if query.message else 0)
        explanation = await self._explanation(dossier, texts.lang)
        if explanation is not None:
            html = card_text.explanation_page(explanation, texts)
            await self._show_page(query, dossier, html, buttons.back(dossier, texts, query.from_user.id))

    async def _show_page(
        self, query: CallbackQuery, dossier: Dossier, html: str, keyboard: InlineKeyboardMarkup
    ) -> None:
        if query.message is None:
            return
        submission, chat_id, message_id = dossier.submission.id, query.message.chat.id, query.message.message_id
        place = Destination(chat_id, private=chat_id > 0)
        self.pages.opened((chat_id, message_id), query.from_user.id)
        self.rate.spend(chat_id, EDIT)
        async with self._alone(submission):
            now = await self._db.run(self._review.dossier, submission)
            if now.submission.version != dossier.submission.version:
                return  # somebody was faster, and the card is being refreshed
            if await self._delivery.edit(place, message_id, html, keyboard) is not None:
                return
        await self._drop(chat_id, message_id)
        await self.show(submission, place)


def _where_asked(dossier: Dossier, question: Remark, asker: int) -> Destination:
    """The message in which the author was asked, else the card, else the asker in private."""
    if question.message is not None:
        chat_id, message_id = question.message
        thread = next((card.thread for card in dossier.cards if card.chat_id == chat_id), None)
        return Destination(chat_id, thread, message_id, private=chat_id > 0)
    cards = [card for card in dossier.cards if card.kind == "card" or card.chat_id == asker]
    if not cards:
        return Destination(asker)
    card = min(cards, key=lambda card: card.kind != "card")
    return Destination(card.chat_id, card.thread, card.message_id, private=card.chat_id > 0)


def _card(dossier: Dossier, chat_id: int) -> int | None:
    """The team's card of the submission in this chat."""
    cards = [card.message_id for card in dossier.cards if card.chat_id == chat_id and card.kind == "card"]
    return cards[-1] if cards else None


def _picture(dossier: Dossier, chat_id: int) -> int | None:
    """The message with the submission's picture in this chat."""
    pictures = [card.message_id for card in dossier.cards if card.chat_id == chat_id and card.kind == "media"]
    return pictures[-1] if pictures else None
