"""The author's side of the channel: propose a meme, see where it stands, take it back, hear what became of it.

A proposal is made in three steps that a restart does not forget: the meme is looked at, its author sees it as
readers will, then it is sent. ``d:<key>:<action>`` are the buttons of a proposal, ``w:<number>`` withdraws,
``h:<+|->`` sets whether milestones are told, ``q:<number>`` answers what an admin asked.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from aiogram.exceptions import TelegramBadRequest
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import (
    CallbackQuery,
    ExternalReplyInfo,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    User,
)

from memebot.channel.submitting import (
    CAPTION,
    Author,
    AuthorSubmission,
    MemeFacts,
    Origin,
    Proposal,
    Submitting,
    origin_key,
)
from memebot.i18n import Texts
from memebot.telegram.moderators.dates import when
from memebot.telegram.subscribers.conversation import Conversation, Incoming, place_of
from memebot.telegram.transport.delivery import UNCAPTIONED, Destination
from memebot.telegram.ui.attachments import medium
from memebot.telegram.ui.captions import entities_of, written
from memebot.telegram.ui.keyboards import Propose
from memebot.telegram.ui.render import plain, units
from moderation.errors import AlreadyDecided, Banned, DailyLimit, ModerationError, NotYours
from moderation.model import Medium, SubmissionId
from moderation.reposts import Sighting

_NAME = 64
_WITHDRAWABLE = 5


class Proposing(StatesGroup):
    """What the next message of an author is."""

    meme = State()
    caption = State()
    answer = State()


class DraftButton(CallbackData, prefix="d"):
    """One of a proposal's buttons."""

    key: str
    action: str


class Withdraw(CallbackData, prefix="w"):
    """Take a submission back."""

    number: int


class Milestones(CallbackData, prefix="h"):
    """Tell me how a post is liked, or do not."""

    sign: str


class AnswerAdmins(CallbackData, prefix="q"):
    """Answer what was asked about a submission."""

    number: int


def is_submit(message: Message) -> bool:
    """Whether a message, or the words beside a picture, begin with ``/submit``."""
    first = (message.text or message.caption or "").split(maxsplit=1)[:1]
    return first != [] and first[0].split("@")[0].lower() == "/submit"


class ProposalDialogue:
    """What the handlers below do."""

    def __init__(
        self, submitting: Submitting, conversation: Conversation, changed: Callable[[], None] = lambda: None
    ) -> None:
        """``changed``: somebody who decides should look at the queue."""
        self.submitting, self._conversation, self._changed = submitting, conversation, changed
        self._answering, self._delivery = conversation.answering, conversation.delivery

    # --- the meme

    async def propose(self, query: CallbackQuery, data: Propose, texts: Texts, state: FSMContext) -> None:
        """From the button under an answer."""
        place = place_of(query)
        known = None if place is None else await self._answering.known(data.answer_id, place.chat_id)
        media = await self._asked_about(query)
        if place is None or known is None or not media:
            await self._delivery.toast(query, texts("propose-again"), alert=True)
            return
        await self._delivery.toast(query)
        await self._begin(place, query.from_user, known, Proposal(_key(), known.answer.id, media), texts, state)

    async def _asked_about(self, query: CallbackQuery) -> tuple[Medium, ...]:
        """The meme that was answered: what the answer replies to, all of it if it was an album."""
        asked = query.message.reply_to_message if isinstance(query.message, Message) else None
        return () if asked is None else await self._media([asked])

    async def _media(self, sources: Sequence[Message | ExternalReplyInfo]) -> tuple[Medium, ...]:
        first = sources[0]
        if len(sources) == 1 and isinstance(first, Message) and first.media_group_id is not None:
            album = await self._answering.album(first.chat.id, first.media_group_id)
            if album:
                return album
        return tuple(part for source in sources if (part := medium(source)) is not None)

    async def take(
        self,
        message: Message,
        sources: Sequence[Message | ExternalReplyInfo],
        texts: Texts,
        incoming: Incoming,
        state: FSMContext,
    ) -> None:
        """From ``/submit`` with a meme, or as a reply to one; words after the command are the caption."""
        user = message.from_user
        if user is None or not await self._may(Destination.of(message), user.id, texts):
            return
        async with self._conversation.looking(message, sources, texts, incoming, caption="") as seen:
            if seen is None:
                return
            page, notice = seen
            known = await self._answering.known(page.answer.id, message.chat.id)
            if notice is not None:
                await self._delivery.edit(Destination.of(message), notice, texts("propose-looked"))
            if known is None:
                return
            said = (part for part in (message, *sources) if isinstance(part, Message) and is_submit(part))
            command = next(said, None)
            caption, entities = ("", ()) if command is None else written(command, after_command=True)
            proposal = Proposal(_key(), known.answer.id, await self._media(sources), caption, entities)
            await self._begin(Destination.of(message), user, known, proposal, texts, state)

    async def wait_for_meme(self, message: Message, texts: Texts, state: FSMContext) -> None:
        """``/submit`` alone: the next meme is the one."""
        user = message.from_user
        if user is not None and await self._may(Destination.of(message), user.id, texts):
            await state.set_state(Proposing.meme)
            await self._delivery.send(Destination.of(message), texts("propose-how"))

    async def _may(self, place: Destination, author_id: int, texts: Texts) -> bool:
        try:
            await self.submitting.check(author_id)
        except (Banned, DailyLimit) as error:
            await self._delivery.send(place, refusal(error, texts))
            return False
        return True

    # --- the proposal

    async def _begin(
        self, place: Destination, user: User, known: MemeFacts, proposal: Proposal, texts: Texts, state: FSMContext
    ) -> None:
        if not await self._may(place, user.id, texts):
            return
        await state.set_state(None)
        await state.update_data(proposal=proposal.to_json())
        seen = await self.submitting.seen_before(known)
        if seen:
            zone = await self.submitting.zone()
            now = self.submitting.now()
            await self._delivery.send(place, seen_before(seen, texts, zone, now), _seen_keyboard(proposal, texts))
        else:
            await self._preview(place, user, proposal, texts)

    async def _preview(self, place: Destination, user: User, proposal: Proposal, texts: Texts) -> None:
        """The post as readers will see it, and under it what may be changed."""
        quiet = Destination(place.chat_id, place.thread_id, None, place.private)
        try:
            await self._delivery.send_media(quiet, proposal.media, proposal.caption, entities_of(proposal.entities))
        except TelegramBadRequest:
            await self._delivery.send(place, texts("file-gone"))
            return
        await self._delivery.send(quiet, _control(proposal, user, texts), _control_keyboard(proposal, texts))

    async def draft(self, query: CallbackQuery, data: DraftButton, texts: Texts, state: FSMContext) -> None:
        """A button of a proposal."""
        place, proposal = place_of(query), await _proposal(state)
        if place is None or proposal is None or proposal.key != data.key:
            await self._delivery.toast(query, texts("propose-old"), alert=True)
            return
        await self._delivery.toast(query)
        match data.action:
            case "n" | "a":
                proposal = replace(proposal, credit="named" if data.action == "n" else "anonymous")
                await state.update_data(proposal=proposal.to_json())
                await self._edit(
                    query, place, _control(proposal, query.from_user, texts), _control_keyboard(proposal, texts)
                )
            case "c":
                await state.set_state(Proposing.caption)
                await self._delivery.send(place, texts("propose-caption", limit=CAPTION))
            case "r":
                await self._recaption(place, query.from_user, proposal.with_caption("", ()), texts, state)
            case "p":
                await self._edit(query, place, texts("propose-different"))
                await self._preview(place, query.from_user, proposal, texts)
            case "x":
                await self.cancel(state)
                await self._edit(query, place, texts("propose-cancelled"))
            case "s":
                await self._send(query, place, proposal, texts, state)

    async def _edit(
        self, query: CallbackQuery, place: Destination, html: str, keyboard: InlineKeyboardMarkup | None = None
    ) -> None:
        number = query.message.message_id if query.message else None
        if number is None or await self._delivery.edit(place, number, html, keyboard) is None:
            await self._delivery.send(place, html, keyboard)

    async def caption(self, message: Message, texts: Texts, state: FSMContext) -> None:
        """The caption that was asked for."""
        proposal, user = await _proposal(state), message.from_user
        if proposal is None or user is None:
            await state.set_state(None)
            await self._delivery.send(Destination.of(message), texts("propose-old"))
            return
        caption, entities = written(message)
        if units(caption) > CAPTION:
            await self._delivery.send(
                Destination.of(message), texts("propose-caption-long", length=units(caption), limit=CAPTION)
            )
            return
        await self._recaption(Destination.of(message), user, proposal.with_caption(caption, entities), texts, state)

    async def _recaption(
        self, place: Destination, user: User, proposal: Proposal, texts: Texts, state: FSMContext
    ) -> None:
        proposal = replace(proposal, key=_key())  # the buttons of the earlier preview are void
        await state.set_state(None)
        await state.update_data(proposal=proposal.to_json())
        await self._preview(place, user, proposal, texts)

    async def _send(
        self, query: CallbackQuery, place: Destination, proposal: Proposal, texts: Texts, state: FSMContext
    ) -> None:
        known = await self._answering.known(proposal.answer_id, place.chat_id)
        if known is None:
            await self._edit(query, place, texts("propose-again"))
            return
        user = query.from_user
        pictures = await self._answering.measure(proposal.media, known, self._delivery.fetch)
        try:
            mine = await self.submitting.submit(
                proposal, Author(user.id, _name(user), texts.lang), known, pictures=pictures
            )
        except ModerationError as error:
            await self._edit(query, place, refusal(error, texts))
            return
        self._changed()
        await state.update_data(proposal=None)
        await self._edit(query, place, received(mine, texts), _withdraw_keyboard([mine], texts))

    async def cancel(self, state: FSMContext) -> None:
        """Drop what was begun, whatever it was."""
        await state.set_state(None)
        await state.update_data(proposal=None, asked=None)

    # --- afterwards

    async def mine(self, message: Message, texts: Texts) -> None:
        """Where an author's submissions stand."""
        author = message.chat.id
        html, keyboard = await self._mine(author, texts)
        await self._delivery.send(Destination.of(message), html, keyboard)

    async def _mine(self, author: int, texts: Texts) -> tuple[str, InlineKeyboardMarkup | None]:
        found = await self.submitting.mine(author)
        if not found:
            return texts("my-none"), None
        zone, now = await self.submitting.zone(), self.submitting.now()
        lines = [await self._line(mine, texts, zone, now) for mine in found]
        wants = await self.submitting.wants_milestones(author)
        return "\n\n".join([texts("my-title"), *lines]), _withdraw_keyboard(found, texts, milestones=wants)

    async def _line(self, mine: AuthorSubmission, texts: Texts, zone: ZoneInfo, now: datetime) -> str:
        submission = mine.submission
        number = str(submission.id)
        match "pending" if submission.can_undo(now) else submission.state:
            case "pending":
                return texts("my-pending", number=number, place=mine.place or 1)
            case "approved" if submission.slot is not None:
                return texts("my-approved", number=number, when=when(submission.slot, now, zone, texts))
            case "approved" | "publishing":
                return texts("my-publishing", number=number)
            case "published":
                link = f'<a href="{escape(submission.link)}">{texts("my-link")}</a>' if submission.link else ""
                return texts("my-published", number=number, link=link or texts("my-link"))
            case "rejected" if not submission.silent:
                reason = await self.submitting.reason(submission, texts.lang)
                return texts("my-rejected", number=number, reason=escape(plain(reason)) or texts("my-no-reason"))
            case "withdrawn":
                return texts("my-withdrawn", number=number)
            case _:
                return texts("my-rejected", number=number, reason=texts("my-no-reason"))

    async def withdraw(self, query: CallbackQuery, data: Withdraw, texts: Texts) -> None:
        """Take a submission back while nobody has decided."""
        try:
            await self.submitting.withdraw(SubmissionId(data.number), query.from_user.id)
        except ModerationError as error:
            await self._delivery.toast(query, refusal(error, texts), alert=True)
            return
        self._changed()
        await self._delivery.toast(query, texts("withdrawn", number=str(data.number)))
        place = place_of(query)
        if place is not None:
            await self._edit(query, place, *await self._mine(query.from_user.id, texts))

    async def milestones(self, query: CallbackQuery, data: Milestones, texts: Texts) -> None:
        """Tell of milestones, or do not."""
        await self.submitting.set_milestones(query.from_user.id, on=data.sign == "+")
        await self._delivery.toast(query, texts("milestones-on" if data.sign == "+" else "milestones-off"))
        place = place_of(query)
        if place is not None:
            await self._edit(query, place, *await self._mine(query.from_user.id, texts))

    async def wait_for_answer(self, query: CallbackQuery, data: AnswerAdmins, texts: Texts, state: FSMContext) -> None:
        """The next message goes to the admins."""
        await state.set_state(Proposing.answer)
        await state.update_data(asked=data.number)
        await self._delivery.toast(query)
        place = place_of(query)
        if place is not None:
            await self._delivery.send(place, texts("asked-write", number=str(data.number)))

    async def answer_admins(self, message: Message, texts: Texts, state: FSMContext) -> None:
        """What an author answers goes onto the card."""
        number = (await state.get_data()).get("asked")
        await state.set_state(None)
        await state.update_data(asked=None)
        try:
            await self.submitting.answer(SubmissionId(int(number or 0)), message.chat.id, plain(message.text or ""))
        except ModerationError as error:
            await self._delivery.send(Destination.of(message), refusal(error, texts))
        else:
            self._changed()
            await self._delivery.send(Destination.of(message), texts("asked-thanks"))

    # --- suggested posts

    async def suggested(self, message: Message, texts: Texts, incoming: Incoming) -> None:
        """A post suggested to the channel in Telegram itself goes into the same queue."""
        user = message.from_user
        media = tuple(part for part in [medium(message)] if part is not None)
        if user is None or not media:
            return
        async with self._conversation.looking(message, [message], texts, incoming, caption="") as seen:
            known = None if seen is None else await self._answering.known(seen[0].answer.id, message.chat.id)
        if known is None:
            return
        origin = Origin(message.chat.id, message.message_id)
        proposal = Proposal(origin_key(origin), known.answer.id, media, *written(message), credit="anonymous")
        author = Author(user.id, "", texts.lang)
        pictures = await self._answering.measure(media, known, self._delivery.fetch)
        try:
            await self.submitting.submit(proposal, author, known, pictures=pictures, origin=origin)
        except ModerationError as error:
            await self._delivery.send(Destination.of(message), refusal(error, texts))
            return
        self._changed()


# --- words --------------------------------------------------------------------------------------------------


def refusal(error: ModerationError, texts: Texts) -> str:
    """Why an author's wish cannot be met."""
    match error:
        case DailyLimit():
            return texts("propose-limit", limit=error.limit)
        case Banned():
            return texts("propose-banned")
        case AlreadyDecided():
            return texts("withdraw-late")
        case NotYours():
            return texts("not-yours")
        case _:
            return texts("sorry")


def received(mine: AuthorSubmission, texts: Texts) -> str:
    """A proposal has arrived."""
    return texts("propose-received", number=str(mine.submission.id), place=mine.place or 1)


def seen_before(seen: Sequence[Sighting], texts: Texts, zone: ZoneInfo, now: datetime) -> str:
    """Where the channel has shown this already."""
    lines = []
    for sighting in seen[:3]:
        shown = texts(f"seen-{sighting.how}", when=when(sighting.at, now, zone, texts))
        link = sighting.ref.link
        lines.append(f'• <a href="{escape(link)}">{shown}</a>' if link else f"• {shown}")
    return "\n".join([texts("seen-before"), *lines, "", texts("seen-choose")])


def _control(proposal: Proposal, user: User, texts: Texts) -> str:
    named = proposal.credit == "named"
    credit = texts("propose-named", name=escape(_name(user))) if named else texts("propose-nameless")
    silent = all(part.kind in UNCAPTIONED for part in proposal.media)
    lost = [texts("propose-uncaptioned")] if silent and proposal.caption else []
    return "\n\n".join([texts("propose-preview"), credit, *lost, texts("propose-honest")])


def _name(user: User) -> str:
    name = " ".join(plain(user.full_name).split())[:_NAME]
    return name or (f"@{user.username}" if user.username else str(user.id))


# --- buttons ------------------------------------------------------------------------------------------------


def _draft_button(proposal: Proposal, text: str, action: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=DraftButton(key=proposal.key, action=action).pack())


def _control_keyboard(proposal: Proposal, texts: Texts) -> InlineKeyboardMarkup:
    named = proposal.credit == "named"
    credit = _draft_button(proposal, texts("btn-nameless" if named else "btn-named"), "a" if named else "n")
    caption = [_draft_button(proposal, texts("btn-caption"), "c")]
    if proposal.caption:
        caption.append(_draft_button(proposal, texts("btn-no-caption"), "r"))
    if all(part.kind in UNCAPTIONED for part in proposal.media):
        caption = []
    last = [_draft_button(proposal, texts("btn-send"), "s"), _draft_button(proposal, texts("btn-cancel"), "x")]
    return InlineKeyboardMarkup(inline_keyboard=[row for row in ([credit], caption, last) if row])


def _seen_keyboard(proposal: Proposal, texts: Texts) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [_draft_button(proposal, texts("btn-different"), "p"), _draft_button(proposal, texts("btn-cancel"), "x")]
        ]
    )


def _withdraw_keyboard(
    found: Sequence[AuthorSubmission], texts: Texts, *, milestones: bool | None = None
) -> InlineKeyboardMarkup | None:
    pending = [mine.submission.id for mine in found if mine.submission.state == "pending"][:_WITHDRAWABLE]
    rows = [
        [InlineKeyboardButton(text=texts("btn-withdraw", number=str(n)), callback_data=Withdraw(number=n).pack())]
        for n in pending
    ]
    if milestones is not None:
        text = texts("btn-milestones-off" if milestones else "btn-milestones-on")
        data = Milestones(sign="-" if milestones else "+").pack()
        rows.append([InlineKeyboardButton(text=text, callback_data=data)])
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


def _key() -> str:
    return secrets.token_hex(6)


async def _proposal(state: FSMContext) -> Proposal | None:
    data = (await state.get_data()).get("proposal")
    return None if not data else Proposal.from_json(data)
