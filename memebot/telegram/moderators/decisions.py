"""The buttons of cards, and what admins type after pressing one."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, ForceReply, Message

from memebot.channel.review import Dossier
from memebot.i18n import Texts
from memebot.telegram.moderators import buttons, dates, refusals
from memebot.telegram.moderators.buttons import Press
from memebot.telegram.moderators.cards import CardBoard
from memebot.telegram.moderators.names import mention
from memebot.telegram.moderators.prompts import AnswersPrompt, HasOpenPrompt, Prompt, Prompts
from memebot.telegram.moderators.team_chat import Members
from memebot.telegram.transport.delivery import Destination
from memebot.telegram.ui.captions import written
from moderation.errors import (
    AlreadyDecided,
    AlreadyVoted,
    BadCaption,
    Claimed,
    ModerationError,
    Stale,
    SubmissionNotFound,
)
from moderation.model import Decision, SubmissionId

MAX_TYPED = 1000
"""Characters of a reason or a question."""
_TAG = re.compile(r"<[^>]+>")
FASTER = (AlreadyDecided, AlreadyVoted, Claimed, Stale)
"""Somebody else has changed the submission."""
TYPED = ("reason", "caption", "question")
"""What is typed about a submission."""


@dataclass(frozen=True, slots=True)
class CardPress:
    """One press of a card's button."""

    query: CallbackQuery
    data: Press
    by: int
    texts: Texts
    board: CardBoard
    prompts: Prompts

    @property
    def of(self) -> SubmissionId:
        return self.data.submission


def build_decisions_router() -> Router:
    """Handlers of cards' buttons and of what is typed after them."""
    router = Router(name="decisions")
    router.callback_query.register(_press, Press.filter())
    router.message.register(_cancel, Command("cancel"), HasOpenPrompt())
    router.message.register(_typed, AnswersPrompt(*TYPED))
    return router


async def _press(
    query: CallbackQuery, callback_data: Press, board: CardBoard, prompts: Prompts, members: Members, texts: Texts
) -> None:
    pressed = CardPress(query, callback_data, query.from_user.id, texts, board, prompts)
    board.names.learn(query.from_user)
    await members.know(pressed.by)
    act = _ACTS.get(callback_data.act)
    if act is None or not await board.review.may(pressed.by, "decide"):
        await board.delivery.toast(query, texts("gone" if act is None else "for-moderators"), alert=True)
        return
    try:
        await act(pressed)
    except ModerationError as error:
        said = await refusals.refusal(error, board.review, board.names, texts)
        await board.delivery.toast(query, text_of(said), alert=True)
        if isinstance(error, SubmissionNotFound):
            return
        await _adopted(pressed)  # whoever was faster shows it on all cards; else the card leaves its page
        await board.refresh(pressed.of, stale_only=isinstance(error, FASTER))


def text_of(html: str) -> str:
    """A text for where Telegram shows no markup."""
    return unescape(_TAG.sub("", html))


async def _done(pressed: CardPress, said: str) -> None:
    """Answer the press first, then let every card show what is true now."""
    await pressed.board.delivery.toast(pressed.query, text_of(said))
    await _adopted(pressed)
    await pressed.board.refresh(pressed.of)


# --- deciding ---------------------------------------------------------------------------------------------------


async def _approve(pressed: CardPress, when: Any) -> None:
    board, texts = pressed.board, pressed.texts
    decision = await board.review.approve(pressed.of, pressed.by, when=when, version=pressed.data.seen)
    if decision.outcome == "counted":
        await _done(pressed, texts("said-counted", have=decision.have, need=decision.need))
    else:
        await _done(pressed, texts("said-approved", slot=await _slot(decision, board, texts)))


async def _slot(decision: Decision, board: CardBoard, texts: Texts) -> str:
    zone = ZoneInfo(await board.review.setting("zone"))
    slot = decision.submission.slot
    return dates.when(slot, board.review.now(), zone, texts) if slot is not None else ""


async def _now(pressed: CardPress) -> None:
    await _approve(pressed, "now")


async def _next(pressed: CardPress) -> None:
    await _approve(pressed, "next")


async def _at(pressed: CardPress) -> None:
    if pressed.data.slot is None:
        await pressed.board.delivery.toast(pressed.query, pressed.texts("gone"), alert=True)
    else:
        await _approve(pressed, pressed.data.slot)


async def _reject(pressed: CardPress) -> None:
    await pressed.board.review.reject(
        pressed.of, pressed.by, version=pressed.data.seen, reason_key=pressed.data.arg or None
    )
    await _done(pressed, pressed.texts("said-rejected"))


async def _quietly(pressed: CardPress) -> None:
    await pressed.board.review.reject(pressed.of, pressed.by, version=pressed.data.seen, silent=True)
    await _done(pressed, pressed.texts("said-rejected"))


async def _ban(pressed: CardPress) -> None:
    await pressed.board.review.reject_and_ban(pressed.of, pressed.by, version=pressed.data.seen)
    await _done(pressed, pressed.texts("said-banned"))


async def _undo(pressed: CardPress) -> None:
    await pressed.board.review.undo(pressed.of, pressed.by, version=pressed.data.seen)
    await _done(pressed, pressed.texts("said-undone"))


async def _there(pressed: CardPress) -> None:
    await pressed.board.review.resolve(pressed.of, pressed.by, there=True)
    await _done(pressed, pressed.texts("said-resolved"))


async def _not_there(pressed: CardPress) -> None:
    await pressed.board.review.resolve(pressed.of, pressed.by, there=False)
    await _done(pressed, pressed.texts("said-resolved"))


# --- pages of a card --------------------------------------------------------------------------------------------


async def _looked(pressed: CardPress) -> Dossier:
    """The card as it is, for who sees it as it is. Raises ``Stale`` for others."""
    dossier = await pressed.board.review.look_up(pressed.by, pressed.of)
    if dossier.submission.version != pressed.data.seen:
        raise Stale(dossier.submission)
    return dossier


async def _card_texts(pressed: CardPress) -> Texts:
    """A page of a shared card is in the language of its chat."""
    message = pressed.query.message
    return pressed.texts if message is None else await pressed.board.texts_of(message.chat.id)


async def _slots_page(pressed: CardPress) -> None:
    dossier, texts = await _looked(pressed), await _card_texts(pressed)
    free, more = await pressed.board.review.free_slots(pressed.by, pressed.data.page)
    await pressed.board.delivery.toast(pressed.query)
    keyboard = buttons.slots(dossier, free, pressed.data.page, texts, more=more)
    await pressed.board.turn(pressed.query, dossier, texts("pick-slot" if free else "no-slots"), keyboard)


async def _reasons_page(pressed: CardPress) -> None:
    dossier, texts = await _looked(pressed), await _card_texts(pressed)
    await pressed.board.delivery.toast(pressed.query)
    await pressed.board.turn(pressed.query, dossier, texts("pick-reason"), buttons.reasons(dossier, texts))


async def _ban_page(pressed: CardPress) -> None:
    dossier, texts = await _looked(pressed), await _card_texts(pressed)
    await pressed.board.delivery.toast(pressed.query)
    question = texts("pick-ban", author=str(dossier.submission.author_id or 0))
    await pressed.board.turn(pressed.query, dossier, question, buttons.ban(dossier, texts))


async def _caption_page(pressed: CardPress) -> None:
    dossier, texts = await _looked(pressed), await _card_texts(pressed)
    await pressed.board.delivery.toast(pressed.query)
    await pressed.board.turn(pressed.query, dossier, texts("pick-caption"), buttons.caption(dossier, texts))


async def _why_page(pressed: CardPress) -> None:
    dossier = await _looked(pressed)
    await pressed.board.delivery.toast(pressed.query)
    await pressed.board.explain(pressed.query, dossier)


async def _back(pressed: CardPress) -> None:
    await pressed.board.delivery.toast(pressed.query)
    await _adopted(pressed)
    await pressed.board.refresh(pressed.of)


async def _adopted(pressed: CardPress) -> None:
    """What was pressed is a card, whether its sending was confirmed or not."""
    message = pressed.query.message
    if message is not None:
        thread = getattr(message, "message_thread_id", None) if getattr(message, "is_topic_message", False) else None
        await pressed.board.adopt(pressed.of, message.chat.id, message.message_id, thread)


# --- what is typed ----------------------------------------------------------------------------------------------


async def _bare(pressed: CardPress) -> None:
    await _looked(pressed)
    await pressed.board.review.edit_caption(pressed.of, pressed.by, "", ())
    await _done(pressed, pressed.texts("said-caption"))


async def _ask_reason(pressed: CardPress) -> None:
    await _prompt(pressed, "reason")


async def _ask_caption(pressed: CardPress) -> None:
    await _prompt(pressed, "caption")


async def _ask_question(pressed: CardPress) -> None:
    await _prompt(pressed, "question")


async def _prompt(pressed: CardPress, what: str) -> None:
    """Hold the submission, show so on every card, and ask for words."""
    board, texts, message = pressed.board, pressed.texts, pressed.query.message
    if message is None:
        return
    claimed = await board.review.claim(pressed.of, pressed.by, version=pressed.data.seen)
    await board.delivery.toast(pressed.query)
    await _adopted(pressed)
    who = mention(pressed.by, await board.names.one(pressed.by, texts))
    thread = message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None
    place = Destination(message.chat.id, thread, message.message_id, message.chat.type == "private")
    asking = ForceReply(selective=True, input_field_placeholder=texts("prompt-placeholder"))
    question = texts(f"prompt-{what}", who=who, number=str(pressed.of))
    sent = await board.delivery.send(place, question, asking)
    until = claimed.claimed_until or board.review.now()
    before = await pressed.prompts.open(
        Prompt(what, pressed.by, message.chat.id, sent, until.isoformat(), int(pressed.of), claimed.version)
    )
    if before is not None and before.submission not in (0, int(pressed.of)):
        await _let_go(before, board)
    await board.refresh(pressed.of)


async def _let_go(prompt: Prompt, board: CardBoard) -> None:
    if prompt.submission:
        await board.review.release(SubmissionId(prompt.submission), prompt.by)
        await board.refresh(SubmissionId(prompt.submission))


async def _free(pressed: CardPress) -> None:
    """Let go of one's own claim; nobody can end another's."""
    dossier = await pressed.board.review.look_up(pressed.by, pressed.of)
    shown = dossier.submission
    holder = shown.claimant(dossier.now)
    if holder not in (None, pressed.by) and shown.claimed_until is not None:
        who = await pressed.board.names.one(holder, pressed.texts)
        said = pressed.texts("not-claimant", who=who, until=dates.clock(shown.claimed_until, dossier.zone))
        await pressed.board.delivery.toast(pressed.query, text_of(said), alert=True)
        return
    message = pressed.query.message
    prompt = None if message is None else await pressed.prompts.of(message.chat.id, pressed.by)
    if prompt is not None and prompt.submission == pressed.of:
        await pressed.prompts.close(prompt)
    await pressed.board.review.release(pressed.of, pressed.by)
    await _done(pressed, pressed.texts("said-released"))


async def _cancel(message: Message, prompt: Prompt, board: CardBoard, prompts: Prompts, texts: Texts) -> None:
    await prompts.close(prompt)
    await _let_go(prompt, board)
    await board.delivery.send(Destination.of(message), texts("said-cancelled"))


async def _typed(
    message: Message, prompt: Prompt, board: CardBoard, prompts: Prompts, members: Members, texts: Texts
) -> None:
    """Do what was typed for. Who was too slow, or may not any more, is told so."""
    board.names.learn(message.from_user)
    await members.know(prompt.by)
    place = Destination.of(message)
    if message.text is None:
        await board.delivery.send(place, texts("prompt-text-only"))
        return
    if prompt.what != "caption" and len(message.text) > MAX_TYPED:
        await board.delivery.send(place, texts("prompt-too-long", length=len(message.text), limit=MAX_TYPED))
        return
    try:
        said = await _do(message, message.text, prompt, board)
    except BadCaption as error:
        await board.delivery.send(place, await refusals.refusal(error, board.review, board.names, texts))
        return
    except ModerationError as error:
        await prompts.close(prompt)
        await _let_go(prompt, board)
        await board.delivery.send(place, await refusals.refusal(error, board.review, board.names, texts))
    else:
        await prompts.close(prompt)
        await board.delivery.send(place, texts(said))
    await board.refresh(SubmissionId(prompt.submission))


async def _do(message: Message, text: str, prompt: Prompt, board: CardBoard) -> str:
    submission = SubmissionId(prompt.submission)
    if prompt.what == "reason":
        await board.review.reject(submission, prompt.by, version=prompt.version, reason_text=text.strip())
        return "said-rejected"
    if prompt.what == "caption":
        await board.review.edit_caption(submission, prompt.by, *written(message))
        return "said-caption"
    await board.review.ask(submission, prompt.by, text.strip())
    return "said-asked"


_ACTS: Mapping[str, Callable[[CardPress], Awaitable[None]]] = {
    "now": _now,
    "next": _next,
    "slots": _slots_page,
    "slot": _at,
    "why-not": _reasons_page,
    "no": _reject,
    "own": _ask_reason,
    "quiet": _quietly,
    "cap": _caption_page,
    "edit": _ask_caption,
    "bare": _bare,
    "ask": _ask_question,
    "ban": _ban_page,
    "banned": _ban,
    "undo": _undo,
    "free": _free,
    "why": _why_page,
    "back": _back,
    "there": _there,
    "gone": _not_there,
}
