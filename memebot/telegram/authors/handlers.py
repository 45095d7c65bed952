"""Handlers of authors: ``/submit``, ``/my`` and the buttons of a proposal, in private chats."""

from __future__ import annotations

from aiogram import Bot, F, Router
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message, Update

from memebot.channel.submitting import Origin
from memebot.i18n import Texts
from memebot.telegram.authors.proposals import (
    AnswerAdmins,
    DraftButton,
    Milestones,
    ProposalDialogue,
    Proposing,
    Withdraw,
)
from memebot.telegram.subscribers.albums import Albums
from memebot.telegram.subscribers.conversation import Conversation, Incoming
from memebot.telegram.subscribers.private import MEDIA
from memebot.telegram.ui.attachments import replied
from memebot.telegram.ui.keyboards import Propose

PRIVATE = F.chat.type == "private"
WORDS = F.text & ~F.text.startswith("/")


def build_authors_router(*, proposable: bool) -> Router:
    """Goes before the router of subscribers, which takes every picture and every text.

    ``proposable``: there is a channel to propose memes for; the handlers then need ``submissions``.
    """
    router = Router(name="authors")
    router.message.register(_cancel, Command("cancel"))
    if not proposable:
        router.message.register(_nowhere, PRIVATE, Command("submit", "my"))
        return router
    router.message.register(_submit_picture, PRIVATE, Command("submit"), F.content_type.in_(MEDIA))
    router.message.register(_submit, PRIVATE, Command("submit"))
    router.message.register(_my, PRIVATE, Command("my"))
    router.message.register(_submit_picture, PRIVATE, StateFilter(Proposing.meme), F.content_type.in_(MEDIA))
    router.message.register(_caption, PRIVATE, StateFilter(Proposing.caption), WORDS)
    router.message.register(_answer, PRIVATE, StateFilter(Proposing.answer), WORDS)
    router.message.register(_suggested, F.suggested_post_info.state == "pending")
    router.message.register(_decided_elsewhere, F.suggested_post_approved | F.suggested_post_declined)
    router.callback_query.register(_propose, Propose.filter())
    router.callback_query.register(_draft, DraftButton.filter())
    router.callback_query.register(_withdraw, Withdraw.filter())
    router.callback_query.register(_milestones, Milestones.filter())
    router.callback_query.register(_asked, AnswerAdmins.filter())
    return router


async def _nowhere(message: Message, conversation: Conversation, texts: Texts) -> None:
    await conversation.say(message, texts("propose-nowhere"))


async def _cancel(message: Message, conversation: Conversation, texts: Texts, state: FSMContext) -> None:
    """Whatever was begun in this chat, by whomever's handlers."""
    begun = await state.get_state() is not None or any((await state.get_data()).values())
    await state.clear()
    await conversation.say(message, texts("cancelled" if begun else "nothing-to-cancel"))


async def _submit_picture(
    message: Message,
    bot: Bot,
    submissions: ProposalDialogue,
    albums: Albums,
    texts: Texts,
    state: FSMContext,
    event_update: Update,
    notice: int | None = None,
) -> None:
    incoming = Incoming.of(event_update, bot.id, notice)
    async with albums.gathered(message, incoming.update_id) as album:
        if album.parts:
            await submissions.take(album.parts[0], album.parts, texts, incoming.gathered(album.updates), state)


async def _submit(
    message: Message,
    bot: Bot,
    submissions: ProposalDialogue,
    texts: Texts,
    state: FSMContext,
    event_update: Update,
    notice: int | None = None,
) -> None:
    asked = replied(message)
    if asked is not None:
        await submissions.take(message, [asked], texts, Incoming.of(event_update, bot.id, notice), state)
    else:
        await submissions.wait_for_meme(message, texts, state)


async def _my(message: Message, submissions: ProposalDialogue, texts: Texts) -> None:
    await submissions.mine(message, texts)


async def _caption(message: Message, submissions: ProposalDialogue, texts: Texts, state: FSMContext) -> None:
    await submissions.caption(message, texts, state)


async def _answer(message: Message, submissions: ProposalDialogue, texts: Texts, state: FSMContext) -> None:
    await submissions.answer_admins(message, texts, state)


async def _suggested(
    message: Message,
    bot: Bot,
    submissions: ProposalDialogue,
    texts: Texts,
    event_update: Update,
    notice: int | None = None,
) -> None:
    await submissions.suggested(message, texts, Incoming.of(event_update, bot.id, notice))


async def _decided_elsewhere(message: Message, submissions: ProposalDialogue) -> None:
    event = message.suggested_post_approved or message.suggested_post_declined
    post = event.suggested_post_message if event else None
    if post is not None:
        await submissions.submitting.decided_elsewhere(Origin(message.chat.id, post.message_id))


async def _propose(
    query: CallbackQuery, callback_data: Propose, submissions: ProposalDialogue, texts: Texts, state: FSMContext
) -> None:
    await submissions.propose(query, callback_data, texts, state)


async def _draft(
    query: CallbackQuery, callback_data: DraftButton, submissions: ProposalDialogue, texts: Texts, state: FSMContext
) -> None:
    await submissions.draft(query, callback_data, texts, state)


async def _withdraw(query: CallbackQuery, callback_data: Withdraw, submissions: ProposalDialogue, texts: Texts) -> None:
    await submissions.withdraw(query, callback_data, texts)


async def _milestones(
    query: CallbackQuery, callback_data: Milestones, submissions: ProposalDialogue, texts: Texts
) -> None:
    await submissions.milestones(query, callback_data, texts)


async def _asked(
    query: CallbackQuery, callback_data: AnswerAdmins, submissions: ProposalDialogue, texts: Texts, state: FSMContext
) -> None:
    await submissions.wait_for_answer(query, callback_data, texts, state)
