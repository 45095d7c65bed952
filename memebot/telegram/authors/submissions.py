"""What authors may do after a meme is sent: see where it stands, take it back, answer an admin, appeal."""

from __future__ import annotations

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from memebot.channel.posts.captions import plain
from memebot.channel.submitting import Submitting
from memebot.i18n import Texts
from memebot.telegram.authors import render
from memebot.telegram.authors.buttons import AnswerAdmins, AppealButton, Milestones, Withdraw, submissions_keyboard
from memebot.telegram.authors.dialogue import Proposing
from memebot.telegram.moderators.tools import TeamTools
from memebot.telegram.subscribers.conversation import Conversation, place_of
from memebot.telegram.transport.delivery import Destination
from moderation.errors import LongAppeal, ModerationError
from moderation.model import SubmissionId
from moderation.queue.appeals import MAX_APPEAL
from moderation.stores import Moderation


async def overview(message: Message, submitting: Submitting, conversation: Conversation, texts: Texts) -> None:
    """``/my``"""
    html, keyboard = await _overview(message.chat.id, submitting, conversation, texts)
    await conversation.delivery.send(Destination.of(message), html, keyboard)


async def _overview(
    author: int, submitting: Submitting, conversation: Conversation, texts: Texts
) -> tuple[str, InlineKeyboardMarkup | None]:
    found = await conversation.db.run(submitting.overview, author, texts.lang)
    if not found.submissions:
        return texts("my-none"), None
    keyboard = submissions_keyboard(found.submissions, texts, milestones=found.milestones)
    return render.overview(found, texts), keyboard


async def _show_overview(
    query: CallbackQuery, submitting: Submitting, conversation: Conversation, texts: Texts
) -> None:
    """In the message of the button that was pressed."""
    await conversation.put(query, *await _overview(query.from_user.id, submitting, conversation, texts))


async def withdraw(
    query: CallbackQuery,
    callback_data: Withdraw,
    submitting: Submitting,
    conversation: Conversation,
    tools: TeamTools,
    texts: Texts,
) -> None:
    """Take a submission back while nobody has decided."""
    try:
        await conversation.db.run(submitting.withdraw, SubmissionId(callback_data.number), query.from_user.id)
    except ModerationError as error:
        await conversation.delivery.toast(query, render.refusal(error, texts), alert=True)
        return
    tools.watch.loop.wake()
    await conversation.delivery.toast(query, texts("withdrawn", number=str(callback_data.number)))
    await _show_overview(query, submitting, conversation, texts)


async def milestones(
    query: CallbackQuery,
    callback_data: Milestones,
    stores: Moderation,
    submitting: Submitting,
    conversation: Conversation,
    texts: Texts,
) -> None:
    """Tell of milestones, or do not."""
    on = callback_data.sign == "+"
    await conversation.db.run(stores.people.set_milestones, query.from_user.id, on)
    await conversation.delivery.toast(query, texts("milestones-on" if on else "milestones-off"))
    await _show_overview(query, submitting, conversation, texts)


async def ask_answer(
    query: CallbackQuery, callback_data: AnswerAdmins, conversation: Conversation, texts: Texts, state: FSMContext
) -> None:
    """The next message goes to the admins."""
    await state.set_state(Proposing.answer)
    await state.update_data(asked=callback_data.number)
    await conversation.delivery.toast(query)
    place = place_of(query)
    if place is not None:
        await conversation.delivery.send(place, texts("asked-write", number=str(callback_data.number)))


async def answer(
    message: Message,
    submitting: Submitting,
    conversation: Conversation,
    tools: TeamTools,
    texts: Texts,
    state: FSMContext,
) -> None:
    """What an author answers goes onto the card."""
    number = SubmissionId(int((await state.get_data()).get("asked") or 0))
    await state.set_state(None)
    await state.update_data(asked=None)
    try:
        await conversation.db.run(submitting.answer, number, message.chat.id, plain(message.text or ""))
    except ModerationError as error:
        await conversation.say(message, render.refusal(error, texts))
    else:
        tools.watch.loop.wake()
        await conversation.say(message, texts("asked-thanks"))
        await tools.cards.tell_answer(number)


async def ask_appeal(
    query: CallbackQuery,
    callback_data: AppealButton,
    submitting: Submitting,
    conversation: Conversation,
    texts: Texts,
    state: FSMContext,
) -> None:
    """The next message says why the rejection should be looked at again."""
    number = SubmissionId(callback_data.number)
    try:
        await conversation.db.run(submitting.check_appeal, number, query.from_user.id)
    except ModerationError as error:
        await conversation.delivery.toast(query, render.refusal(error, texts), alert=True)
        return
    await state.set_state(Proposing.appeal)
    await state.update_data(asked=callback_data.number)
    await conversation.delivery.toast(query)
    place = place_of(query)
    if place is not None:
        await conversation.delivery.send(place, texts("appeal-write", number=str(number), limit=MAX_APPEAL))


async def appeal(
    message: Message,
    submitting: Submitting,
    conversation: Conversation,
    tools: TeamTools,
    texts: Texts,
    state: FSMContext,
) -> None:
    """Somebody else of the team is to look at it again; an appeal that is too long can be sent again."""
    number = SubmissionId(int((await state.get_data()).get("asked") or 0))
    sentence = plain(message.text or "")
    try:
        mine = await conversation.db.run(submitting.appeal, number, message.chat.id, sentence, texts.lang)
    except LongAppeal as error:
        await conversation.say(message, render.refusal(error, texts))
        return
    except ModerationError as error:
        await conversation.say(message, render.refusal(error, texts))
    else:
        tools.watch.loop.wake()
        await conversation.say(message, texts("appeal-alone" if mine.alone else "appeal-taken", number=str(number)))
    await state.set_state(None)
    await state.update_data(asked=None)
