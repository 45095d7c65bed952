"""The buttons of cards, and what moderators type after pressing one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from zoneinfo import ZoneInfo

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, ForceReply, InlineKeyboardMarkup, Message

from memebot import i18n
from memebot.channel.dossier import Dossier
from memebot.channel.review import When
from memebot.i18n import Texts, plain_text
from memebot.telegram.moderators import buttons
from memebot.telegram.moderators.buttons import Press
from memebot.telegram.moderators.members import TeamMember, mention
from memebot.telegram.moderators.prompts import AnswersPrompt, HasOpenPrompt, Prompt
from memebot.telegram.moderators.refusals import refuse, refuse_outsider
from memebot.telegram.moderators.tools import TeamTools
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
from moderation.model import CHANNELS, TARGETS, Decision, SubmissionId

MAX_TYPED = 1000
"""Characters of a reason or a question."""
FASTER = (AlreadyDecided, AlreadyVoted, Claimed, Stale)
"""Somebody else has changed the submission."""
TO_DECIDE = frozenset({"slots", "why-not", "own", "ban"})
"""Pages and questions that lead to a decision: whom it would be refused, hears so before."""
TYPED = ("reason", "caption", "question")
"""What is typed about a submission."""


@dataclass(frozen=True, slots=True)
class CardPress:
    """One press of a card's button by somebody of the team."""

    query: CallbackQuery
    data: Press
    by: int
    tools: TeamTools
    texts: Texts

    @property
    def number(self) -> SubmissionId:
        """The submission whose card it is."""
        return self.data.submission

    @property
    def version(self) -> int:
        """The version that the card showed."""
        return self.data.shown_version

    @property
    def message(self) -> tuple[int, int] | None:
        """Chat and message of the card."""
        message = self.query.message
        return None if message is None else (message.chat.id, message.message_id)


Action = Callable[[CardPress], Awaitable[None]]
PageButtons = Callable[[Dossier, Texts, int], InlineKeyboardMarkup]
"""Makes the buttons of a page, in a language, for whoever opens it."""


def build_decisions_router() -> Router:
    """Handlers of cards' buttons and of what is typed after them."""
    router = Router(name="decisions")
    router.callback_query.register(_unknown, Press.filter(~F.act.in_(ACTIONS.keys())))
    router.callback_query.register(_press, Press.filter(), TeamMember())
    router.callback_query.register(refuse_outsider, Press.filter())
    router.message.register(_cancel, Command("cancel"), HasOpenPrompt())
    router.message.register(_typed, AnswersPrompt(*TYPED))
    return router


async def _unknown(query: CallbackQuery, tools: TeamTools, texts: Texts) -> None:
    await tools.delivery.toast(query, texts("gone"), alert=True)


async def _press(query: CallbackQuery, callback_data: Press, by: int, tools: TeamTools, texts: Texts) -> None:
    press = CardPress(query, callback_data, by, tools, texts)
    if callback_data.act != "back" and await _page_of_others(press):
        return
    if press.message is not None:
        tools.cards.pages.closed(press.message, by)
    try:
        if callback_data.act in TO_DECIDE:
            await tools.db.run(tools.review.need_decider, press.number, by)
        await ACTIONS[callback_data.act](press)
    except ModerationError as error:
        await refuse(query, error, tools, texts)
        if not isinstance(error, SubmissionNotFound):
            await _adopt(press)  # whoever was faster shows it on all cards; else the card leaves its page
            await tools.cards.refresh(press.number, stale_only=isinstance(error, FASTER))


async def _page_of_others(press: CardPress) -> bool:
    """Refuse what was meant for something else that stood there: a page of somebody else's has come, or one's own
    has gone.
    """
    tools, texts, opener = press.tools, press.texts, press.data.opener
    if opener is not None and opener != press.by:
        who = plain_text(await tools.members.names.one(opener, texts))
        await tools.delivery.toast(press.query, texts("lost-page", who=who), alert=True)
        return True
    if opener is None and press.message is not None and tools.cards.pages.lost(press.message, press.by, tools.clock()):
        await tools.delivery.toast(press.query, texts("lost-changed"), alert=True)
        return True
    return False


async def _done(press: CardPress, text: str) -> None:
    """Answer the press first, then let every card show what is true now."""
    await press.tools.delivery.toast(press.query, text)
    await _adopt(press)
    await press.tools.cards.refresh(press.number)


async def _adopt(press: CardPress) -> None:
    """What was pressed is a card, whether its sending was confirmed or not."""
    if press.query.message is not None:
        await press.tools.cards.adopt(press.number, press.query.message)


# --- decisions --------------------------------------------------------------------------------------------------


async def _approve(press: CardPress, when: When) -> None:
    tools, texts = press.tools, press.texts
    decision = await tools.db.run(tools.review.approve, press.number, press.by, when=when, version=press.version)
    if decision.outcome == "counted":
        await _done(press, texts("said-counted", have=decision.have, need=decision.need))
    else:
        await _done(press, texts("said-approved", slot=await _slot(decision, tools, texts)))


async def _slot(decision: Decision, tools: TeamTools, texts: Texts) -> str:
    zone = ZoneInfo(await tools.db.run(tools.stores.community.get, "zone"))
    placed = [decision.submission]
    if len(tools.stores.channels) > 1:
        other = await tools.db.run(tools.stores.submissions.crosspost, decision.submission.id)
        placed += [] if other is None else [other]
    return ", ".join(i18n.when(one.slot, tools.clock(), zone, texts) for one in placed if one.slot is not None)


async def _aim(press: CardPress) -> None:
    target = next((one for one in TARGETS if one == press.data.argument), None)
    if target is None:
        await _unknown(press.query, press.tools, press.texts)
        return
    aim, version = press.tools.review.aim, press.version
    await press.tools.db.run(aim, press.number, press.by, target, version=version)
    await _done(press, press.texts("said-target"))


async def _approve_at(press: CardPress) -> None:
    if press.data.slot is None:
        await _unknown(press.query, press.tools, press.texts)
    else:
        await _approve(press, press.data.slot)


async def _reject(press: CardPress, *, silent: bool = False) -> None:
    reason = None if silent else press.data.argument or None
    await press.tools.db.run(
        press.tools.review.reject, press.number, press.by, version=press.version, reason_key=reason, silent=silent
    )
    await _done(press, press.texts("said-rejected"))


async def _reject_and_ban(press: CardPress) -> None:
    await press.tools.db.run(press.tools.review.reject_and_ban, press.number, press.by, version=press.version)
    await _done(press, press.texts("said-banned"))


async def _undo(press: CardPress) -> None:
    await press.tools.db.run(press.tools.review.undo, press.number, press.by, version=press.version)
    await _done(press, press.texts("said-undone"))


async def _resolve(press: CardPress, *, there: bool) -> None:
    channel = next((one for one in CHANNELS if one == press.data.argument), None)
    await press.tools.db.run(press.tools.review.resolve, press.number, press.by, there=there, channel=channel)
    await _done(press, press.texts("said-resolved"))


async def _drop_caption(press: CardPress) -> None:
    await _look_up(press)
    await press.tools.db.run(press.tools.review.edit_caption, press.number, press.by, "", ())
    await _done(press, press.texts("said-caption"))


# --- pages of a card --------------------------------------------------------------------------------------------


async def _look_up(press: CardPress) -> Dossier:
    """The card as it is, for who sees it as it is. Raises ``Stale`` for others."""
    dossier = await press.tools.db.run(press.tools.review.look_up, press.number, press.by)
    if dossier.submission.version != press.version:
        raise Stale(dossier.submission)
    return dossier


async def _card_texts(press: CardPress) -> Texts:
    """A page of a shared card is in the language of its chat."""
    message = press.query.message
    return press.texts if message is None else await press.tools.cards.texts_of(message.chat.id)


async def _slots_page(press: CardPress) -> None:
    dossier, texts, tools = await _look_up(press), await _card_texts(press), press.tools
    free, more = await tools.db.run(tools.review.free_slots, press.number, press.by, press.data.page)
    await tools.delivery.toast(press.query)
    keyboard = buttons.slots(dossier, free, press.data.page, texts, press.by, more=more)
    await tools.cards.turn(press.query, dossier, texts("pick-slot" if free else "no-slots"), keyboard)


async def _page(press: CardPress, question: str, keyboard: PageButtons) -> None:
    dossier, texts = await _look_up(press), await _card_texts(press)
    await press.tools.delivery.toast(press.query)
    words = texts(question, author=str(dossier.submission.author_id or 0))
    await press.tools.cards.turn(press.query, dossier, words, keyboard(dossier, texts, press.by))


async def _explanation_page(press: CardPress) -> None:
    dossier = await _look_up(press)
    await press.tools.delivery.toast(press.query)
    await press.tools.cards.explain(press.query, dossier)


async def _back(press: CardPress) -> None:
    await press.tools.delivery.toast(press.query)
    await _adopt(press)
    await press.tools.cards.refresh(press.number)


# --- what is typed ----------------------------------------------------------------------------------------------


async def _prompt(press: CardPress, what: str) -> None:
    """Hold the submission, show so on every card, and ask for words."""
    message, tools = press.query.message, press.tools
    if message is None:
        return
    claimed = await tools.db.run(tools.review.claim, press.number, press.by, version=press.version)
    await tools.delivery.toast(press.query)
    await _adopt(press)
    question_id = await _send_question(press, Destination.of(message), what)
    until = (claimed.claimed_until or tools.clock()).isoformat()
    about = int(press.number), claimed.version, press.data.argument if what == "caption" else ""
    prompt = Prompt(what, press.by, message.chat.id, question_id, until, *about)
    before = await tools.prompts.open(prompt)
    if before is not None and before.submission != press.number:
        await _let_go(before, tools)
    await tools.cards.refresh(press.number)


async def _send_question(press: CardPress, place: Destination, what: str) -> int:
    who = mention(press.by, await press.tools.members.names.one(press.by, press.texts))
    question = press.texts(f"prompt-{what}", who=who, number=str(press.number))
    keyboard = ForceReply(selective=True, input_field_placeholder=press.texts("prompt-placeholder"))
    return await press.tools.delivery.send(place, question, keyboard)


async def _let_go(prompt: Prompt, tools: TeamTools) -> None:
    """End the claim that a question about a submission holds."""
    if prompt.submission:
        number = SubmissionId(prompt.submission)
        await tools.db.run(tools.review.release, number, prompt.by)
        await tools.cards.refresh(number)


async def _release(press: CardPress) -> None:
    """Let go of one's own claim; nobody can end another's."""
    tools, texts = press.tools, press.texts
    dossier = await tools.db.run(tools.review.look_up, press.number, press.by)
    holder, until = dossier.submission.claimant(dossier.now), dossier.submission.claimed_until
    if holder not in (None, press.by) and until is not None:
        who = await tools.members.names.one(holder, texts)
        text = plain_text(texts("not-claimant", who=who, until=i18n.clock(until, dossier.zone)))
        await tools.delivery.toast(press.query, text, alert=True)
        return
    message = press.query.message
    prompt = None if message is None else await tools.prompts.of(message.chat.id, press.by)
    if prompt is not None and prompt.submission == press.number:
        await tools.prompts.close(prompt)
    await tools.db.run(tools.review.release, press.number, press.by)
    await _done(press, texts("said-released"))


async def _cancel(message: Message, prompt: Prompt, tools: TeamTools, texts: Texts) -> None:
    await tools.prompts.close(prompt)
    await _let_go(prompt, tools)
    await tools.delivery.send(Destination.of(message), texts("said-cancelled"))


async def _typed(message: Message, prompt: Prompt, tools: TeamTools, texts: Texts) -> None:
    """Do what was typed for. Who was too slow, or may not any more, hears so."""
    tools.members.names.learn(message.from_user)
    await tools.members.check(prompt.by)
    place = Destination.of(message)
    if message.text is None:
        await tools.delivery.send(place, texts("prompt-text-only"))
        return
    if prompt.what != "caption" and len(message.text) > MAX_TYPED:
        await tools.delivery.send(place, texts("prompt-too-long", length=len(message.text), limit=MAX_TYPED))
        return
    try:
        done = await _apply(message, message.text, prompt, tools)
    except BadCaption as error:  # the question stays open for a shorter one
        await refuse(message, error, tools, texts)
        return
    except ModerationError as error:
        await tools.prompts.close(prompt)
        await _let_go(prompt, tools)
        await refuse(message, error, tools, texts)
    else:
        await tools.prompts.close(prompt)
        await tools.delivery.send(place, texts(done))
    await tools.cards.refresh(SubmissionId(prompt.submission))


async def _apply(message: Message, text: str, prompt: Prompt, tools: TeamTools) -> str:
    """The key of the text that says what was done."""
    number, db, review = SubmissionId(prompt.submission), tools.db, tools.review
    if prompt.what == "reason":
        await db.run(review.reject, number, prompt.by, version=prompt.version, reason_text=text.strip())
        return "said-rejected"
    if prompt.what == "caption":
        channel = next((one for one in CHANNELS if one == prompt.name), None)
        await db.run(review.edit_caption, number, prompt.by, *written(message), channel=channel)
        return "said-caption"
    typed_in = (message.chat.id, message.message_id)
    await db.run(review.ask, number, prompt.by, text.strip(), message=typed_in)
    return "said-asked"


ACTIONS: Mapping[str, Action] = {
    "to": _aim,
    "now": partial(_approve, when="now"),
    "next": partial(_approve, when="next"),
    "slots": _slots_page,
    "slot": _approve_at,
    "why-not": partial(_page, question="pick-reason", keyboard=buttons.reasons),
    "no": _reject,
    "own": partial(_prompt, what="reason"),
    "quiet": partial(_reject, silent=True),
    "cap": partial(_page, question="pick-caption", keyboard=buttons.caption),
    "edit": partial(_prompt, what="caption"),
    "bare": _drop_caption,
    "ask": partial(_prompt, what="question"),
    "ban": partial(_page, question="pick-ban", keyboard=buttons.ban),
    "banned": _reject_and_ban,
    "undo": _undo,
    "free": _release,
    "why": _explanation_page,
    "back": _back,
    "there": partial(_resolve, there=True),
    "gone": partial(_resolve, there=False),
}
"""What each button of a card does, by the name that it carries."""
