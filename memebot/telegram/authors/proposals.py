"""Proposing a meme in three steps: it is looked at, its author sees it as readers will, then it is sent."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace

from aiogram.exceptions import TelegramBadRequest
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, ExternalReplyInfo, Message

from memebot.answering.answering import MemeFacts
from memebot.answering.record import AnswerId
from memebot.channel.posts.captions import FormattedText, units
from memebot.channel.posts.shape import credit_line
from memebot.channel.submitting import Author, AuthorSubmission, Proposal, Submitting, SuggestedPost
from memebot.i18n import Texts
from memebot.telegram.authors import render
from memebot.telegram.authors.buttons import (
    ProposalAct,
    ProposalButton,
    earlier_posts_keyboard,
    preview_keyboard,
    submissions_keyboard,
    uncaptioned,
)
from memebot.telegram.authors.dialogue import Dialogue, Proposing
from memebot.telegram.channel.channels import AllChannels
from memebot.telegram.subscribers.albums import Albums
from memebot.telegram.subscribers.conversation import Conversation, place_of
from memebot.telegram.transport.delivery import Destination
from memebot.telegram.transport.intake import Incoming
from memebot.telegram.ui.attachments import medium, replied
from memebot.telegram.ui.captions import entities_of, written
from memebot.telegram.ui.keyboards import Propose
from memebot.telegram.ui.render import escaped
from moderation.errors import Banned, DailyLimit, ModerationError
from moderation.model import MAX_ALBUM, MAX_CAPTION, Medium

Source = Message | ExternalReplyInfo


def is_submit(message: Message) -> bool:
    """Whether a message, or the words beside a picture, begin with ``/submit``."""
    first = (message.text or message.caption or "").split(maxsplit=1)[:1]
    return first != [] and first[0].split("@")[0].lower() == "/submit"


class Proposals:
    """The handlers from a meme to a submission."""

    def __init__(self, submitting: Submitting, conversation: Conversation, changed: Callable[[], None]) -> None:
        """``changed``: somebody who decides should look at the queue."""
        self._submitting, self._conversation, self._changed = submitting, conversation, changed
        self._adding = asyncio.Lock()
        self._db, self._answering, self._delivery = conversation.db, conversation.answering, conversation.delivery

    # --- the meme

    async def from_answer(self, query: CallbackQuery, callback_data: Propose, texts: Texts, state: FSMContext) -> None:
        """The button under an answer."""
        place = place_of(query)
        facts = None if place is None else await self._facts(callback_data.answer_id, place.chat_id)
        asked = query.message.reply_to_message if isinstance(query.message, Message) else None
        media = () if asked is None else await self._media([asked])
        if place is None or facts is None or not media:
            await self._delivery.toast(query, texts("propose-again"), alert=True)
            return
        await self._delivery.toast(query)
        proposal = _proposal(facts.answer.id, media, _album_of([asked]) if asked else "")
        await self._begin(Dialogue(place, query.from_user, texts, state), facts, proposal)

    async def from_picture(
        self, message: Message, albums: Albums, texts: Texts, state: FSMContext, incoming: Incoming
    ) -> None:
        """A picture or an album with ``/submit``, or after it."""
        async with albums.gathered(message, incoming.update_id) as album:
            if album.parts:
                await self.take(album.parts[0], album.parts, texts, incoming.gathered(album.updates), state)
            else:
                await self.add_late([message], texts, state)

    async def add_late(self, parts: Sequence[Message], texts: Texts, state: FSMContext) -> bool:
        """Whether these are parts of an album that is being proposed: those that came late are shown with it.

        Of one that was sent meanwhile its author hears that they are not in it.
        """
        first = parts[0]
        if first.media_group_id is None or first.from_user is None:
            return False
        await self._conversation.keep_album(parts)
        async with self._adding:  # several come at once: the first shows all of them
            dialogue = Dialogue(Destination.of(first), first.from_user, texts, state)
            draft = await dialogue.proposal()
            if draft is None or draft.album != first.media_group_id:
                return await self._too_late(dialogue, first.media_group_id)
            album = await self._db.run(self._answering.state.albums.get, first.chat.id, first.media_group_id)
            late = [medium for medium in album if medium not in draft.media]
            if late:
                await self._recaption(dialogue, replace(draft, media=(*draft.media, *late)[:MAX_ALBUM]))
        return True

    async def _too_late(self, dialogue: Dialogue, album: str) -> bool:
        sent = await dialogue.sent_without(album)
        if sent is not None and sent[1]:
            await self._delivery.send(dialogue.place, dialogue.texts("propose-part-late", number=sent[0]))
        return sent is not None

    async def from_command(self, message: Message, texts: Texts, state: FSMContext, incoming: Incoming) -> None:
        """``/submit`` in reply to a meme; alone, the next meme is the one."""
        asked = replied(message)
        if asked is not None:
            await self.take(message, [asked], texts, incoming, state)
        elif message.from_user is not None and await self._may(Destination.of(message), message.from_user.id, texts):
            await state.set_state(Proposing.meme)
            await self._delivery.send(Destination.of(message), texts("propose-how"))

    async def take(
        self, message: Message, sources: Sequence[Source], texts: Texts, incoming: Incoming, state: FSMContext
    ) -> None:
        """Propose the meme of ``sources``; words after the command are the caption."""
        user, place = message.from_user, Destination.of(message)
        if user is None or not await self._may(place, user.id, texts):
            return
        async with self._conversation.looking(message, sources, texts, incoming, caption="") as seen:
            if seen is None:
                return
            page, notice = seen
            facts = await self._facts(page.answer.id, message.chat.id)
            if notice is not None:
                await self._delivery.edit(place, notice, texts("propose-looked"))
            if facts is not None:
                media, command = await self._media(sources), _command([message, *sources])
                proposal = _proposal(facts.answer.id, media, _album_of(sources), command)
                await self._begin(Dialogue(place, user, texts, state), facts, proposal)

    async def _media(self, sources: Sequence[Source]) -> tuple[Medium, ...]:
        """What is sent on: all of an album, also where one part stands for it."""
        first = sources[0]
        if isinstance(first, Message) and first.media_group_id is not None:
            album = await self._db.run(self._answering.state.albums.get, first.chat.id, first.media_group_id)
            if album:
                return album
        return tuple(part for source in sources if (part := medium(source)) is not None)

    async def _facts(self, answer: AnswerId, chat_id: int) -> MemeFacts | None:
        return await self._db.run(self._answering.facts, answer, chat_id)

    async def _may(self, place: Destination, author_id: int, texts: Texts) -> bool:
        try:
            await self._db.run(self._submitting.check, author_id)
        except (Banned, DailyLimit) as error:
            await self._delivery.send(place, render.refusal(error, texts))
            return False
        return True

    async def _begin(self, dialogue: Dialogue, facts: MemeFacts, proposal: Proposal) -> None:
        if not await self._may(dialogue.place, dialogue.user.id, dialogue.texts):
            return
        await dialogue.keep(proposal)
        facts = await self._conversation.pictures.with_screens(proposal.media, facts, self._delivery.fetch)
        earlier = await self._db.run(self._submitting.earlier_posts, facts)
        if earlier.sightings:
            keyboard = earlier_posts_keyboard(proposal, dialogue.texts)
            await self._delivery.send(dialogue.place, render.earlier_posts(earlier, dialogue.texts), keyboard)
        else:
            await self._preview(dialogue, proposal)

    # --- the proposal

    async def _preview(self, dialogue: Dialogue, draft: Proposal) -> None:
        """The post as readers will see it, and under it what may be changed."""
        place, texts = replace(dialogue.place, reply_to=None), dialogue.texts
        try:
            caption, credit = self._as_posted(draft, dialogue)
            await self._delivery.send_media(place, draft.media, caption.text, entities_of(caption.entities))
        except TelegramBadRequest:
            await self._delivery.send(dialogue.place, texts("file-gone"))
            return
        if credit:
            await self._delivery.send(place, escaped(credit.text))
        await self._delivery.send(place, render.preview(draft, dialogue.user, texts), preview_keyboard(draft, texts))

    def _as_posted(self, draft: Proposal, dialogue: Dialogue) -> tuple[FormattedText, FormattedText]:
        """The caption with its credit line, in the channel's language; what it cannot hold follows the post."""
        own = FormattedText(draft.caption, draft.entities)
        catalogues, credit = self._conversation.catalogues, FormattedText()
        if draft.credit == "named":
            credit = credit_line(render.name_of(dialogue.user), catalogues[catalogues.default])
        whole = own.followed_by(credit)
        if uncaptioned(draft):
            return FormattedText(), whole
        return (own, credit) if whole.units > MAX_CAPTION else (whole, FormattedText())

    async def void(self, query: CallbackQuery, texts: Texts) -> None:
        """A button of a proposal that is none any more."""
        await self._delivery.toast(query, texts("propose-old"), alert=True)

    async def credit(
        self, query: CallbackQuery, callback_data: ProposalButton, draft: Proposal, dialogue: Dialogue
    ) -> None:
        """Show readers the author's name, or none."""
        await self._delivery.toast(query)
        draft = replace(draft, credit="named" if callback_data.act == ProposalAct.NAMED else "anonymous")
        await self._recaption(dialogue, draft)

    async def ask_caption(self, query: CallbackQuery, dialogue: Dialogue) -> None:
        """The next message is the caption."""
        await self._delivery.toast(query)
        await dialogue.state.set_state(Proposing.caption)
        await self._delivery.send(dialogue.place, dialogue.texts("propose-caption", limit=MAX_CAPTION))

    async def caption(self, message: Message, texts: Texts, state: FSMContext) -> None:
        """The caption that was asked for."""
        place, user = Destination.of(message), message.from_user
        draft = None if user is None else await Dialogue(place, user, texts, state).proposal()
        if draft is None or user is None:
            await state.set_state(None)
            await self._delivery.send(place, texts("propose-old"))
            return
        await self.reword(message, draft, Dialogue(place, user, texts, state))

    async def reword(self, message: Message, draft: Proposal, dialogue: Dialogue) -> None:
        """A message's words are the caption, if they are not too many."""
        caption, entities = written(message, after_command=is_submit(message))
        if units(caption) > MAX_CAPTION:
            long = dialogue.texts("propose-caption-long", length=units(caption), limit=MAX_CAPTION)
            await self._delivery.send(dialogue.place, long)
            return
        await self._recaption(dialogue, draft.with_caption(caption, entities, message.message_id))

    async def drop_caption(self, query: CallbackQuery, draft: Proposal, dialogue: Dialogue) -> None:
        """Have no caption."""
        await self._delivery.toast(query)
        await self._recaption(dialogue, draft.with_caption("", ()))

    async def _recaption(self, dialogue: Dialogue, draft: Proposal) -> None:
        draft = replace(draft, key=_key())  # the buttons of the earlier preview are void
        await dialogue.keep(draft)
        await self._preview(dialogue, draft)

    async def preview(self, query: CallbackQuery, draft: Proposal, dialogue: Dialogue) -> None:
        """It is not what the channel had."""
        await self._delivery.toast(query)
        await self._conversation.put(query, dialogue.texts("propose-different"))
        await self._preview(dialogue, draft)

    async def cancel(self, query: CallbackQuery, dialogue: Dialogue) -> None:
        """Propose nothing."""
        await self._delivery.toast(query)
        await dialogue.drop()
        await self._conversation.put(query, dialogue.texts("propose-cancelled"))

    async def send(self, query: CallbackQuery, draft: Proposal, dialogue: Dialogue) -> None:
        """Put it into the queue."""
        await self._delivery.toast(query)
        place, user, texts = dialogue.place, dialogue.user, dialogue.texts
        facts = await self._facts(draft.answer_id, place.chat_id)
        if facts is None:
            await self._conversation.put(query, texts("propose-again"))
            return
        try:
            mine = await self._submit(draft, Author(user.id, render.name_of(user), texts.lang), facts)
        except ModerationError as error:
            await self._conversation.put(query, render.refusal(error, texts))
            return
        await dialogue.finish(draft, mine.submission.id)
        await self._conversation.put(query, render.received(mine, texts), submissions_keyboard([mine], texts))

    async def _submit(
        self, proposal: Proposal, author: Author, facts: MemeFacts, suggested: SuggestedPost | None = None
    ) -> AuthorSubmission:
        """Raises ``ModerationError``."""
        pictures, facts = await self._conversation.pictures.measure(proposal.media, facts, self._delivery.fetch)
        submit = self._submitting.submit
        mine = await self._db.run(submit, proposal, author, facts, pictures=pictures, suggested=suggested)
        self._changed()
        return mine

    # --- suggested posts

    async def suggested(self, message: Message, texts: Texts, incoming: Incoming, channels: AllChannels | None) -> None:
        """A post suggested to a channel in Telegram itself goes into the same queue."""
        user, picture = message.from_user, medium(message)
        if user is None or picture is None:
            return
        async with self._conversation.looking(message, [message], texts, incoming, caption="") as seen:
            facts = None if seen is None else await self._facts(seen[0].answer.id, message.chat.id)
        if facts is None:
            return
        channel = "first" if channels is None else await channels.of_suggestions(message.chat.id)
        post = SuggestedPost(message.chat.id, message.message_id, channel)
        proposal = Proposal(post.key, facts.answer.id, (picture,), *written(message))
        try:
            await self._submit(proposal, Author(user.id, "", texts.lang), facts, post)
        except ModerationError as error:
            await self._delivery.send(Destination.of(message), render.refusal(error, texts))

    async def decided_elsewhere(self, message: Message) -> None:
        """A suggested post was decided in Telegram itself."""
        event = message.suggested_post_approved or message.suggested_post_declined
        post = event.suggested_post_message if event else None
        if post is not None:
            await self._db.run(self._submitting.decided_elsewhere, SuggestedPost(message.chat.id, post.message_id))


def _proposal(answer: AnswerId, media: tuple[Medium, ...], album: str = "", command: Message | None = None) -> Proposal:
    proposal = Proposal(_key(), answer, media, album=album)
    if command is None:
        return proposal
    return proposal.with_caption(*written(command, after_command=True), command.message_id)


def _album_of(sources: Sequence[Source]) -> str:
    return next((s.media_group_id for s in sources if isinstance(s, Message) and s.media_group_id), "")


def _command(messages: Sequence[Source]) -> Message | None:
    return next((m for m in messages if isinstance(m, Message) and is_submit(m)), None)


def _key() -> str:
    return secrets.token_hex(6)
