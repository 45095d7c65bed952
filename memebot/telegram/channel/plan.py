"""``/slots``: what is planned and free; posts are moved, swapped and held back with buttons.

``ps:<act>:<number>:<version>:<argument>``, numbers in base 36. The version is that of the list which was pressed:
what has changed since is shown anew first.
"""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from aiogram import Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from memebot.channel.publishing import Plan, Publishing
from memebot.telegram.moderators import dates, refusals
from memebot.telegram.moderators.buttons import number_of
from memebot.telegram.moderators.cards import CardBoard
from memebot.telegram.moderators.decisions import text_of
from memebot.telegram.moderators.filters import TeamMember
from memebot.telegram.moderators.team_chat import Members
from memebot.telegram.subscribers.conversation import Conversation, place_of
from memebot.telegram.transport.delivery import Destination
from memebot.telegram.ui.keyboards import base36
from memebot.telegram.ui.render import plain
from moderation.errors import ModerationError
from moderation.model import Submission, SubmissionId

if TYPE_CHECKING:
    from memebot.i18n import Texts

OFFERED = 8
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Slot(CallbackData, prefix="ps"):
    """A button of the plan."""

    act: str
    number: str = "0"
    version: str = "0"
    arg: str = ""


def build_plan_router() -> Router:
    """Handlers of the plan, for the team."""
    router = Router(name="plan")
    router.message.register(_slots, Command("slots"), TeamMember())
    router.callback_query.register(_press, Slot.filter())
    return router


async def _slots(message: Message, conversation: Conversation, publishing: Publishing, texts: Texts) -> None:
    found = await publishing.plan()
    await conversation.delivery.send(Destination.of(message), plan(found, texts), _keyboard(found, texts))


async def _press(
    query: CallbackQuery,
    callback_data: Slot,
    conversation: Conversation,
    publishing: Publishing,
    board: CardBoard,
    members: Members,
    texts: Texts,
) -> None:
    by, delivery = query.from_user.id, conversation.delivery
    await members.know(by)
    board.names.learn(query.from_user)
    if not await publishing.may(by, "decide"):
        await delivery.toast(query, texts("for-moderators"), alert=True)
        return
    try:
        said = await _change(callback_data, by, publishing, texts)
    except ModerationError as error:
        said = text_of(await refusals.refusal(error, board.review, board.names, texts))
        await delivery.toast(query, said, alert=True)
    else:
        await delivery.toast(query, said)
        board.loop.wake()
    place, found = place_of(query), await publishing.plan()
    if place is None or query.message is None:
        return
    chosen = found.of(number_of(callback_data.number)) if callback_data.act in ("open", "with") else None
    if chosen is None:
        html, keyboard = plan(found, texts), _keyboard(found, texts)
    else:
        html = texts("slots-where" if callback_data.act == "open" else "slots-swap", post=_post(chosen, found, texts))
        keyboard = _targets(chosen, found, callback_data.act, texts)
    await delivery.put(place, query.message.message_id, html, keyboard)


async def _change(data: Slot, by: int, publishing: Publishing, texts: Texts) -> str | None:
    """What the button does to the plan; None for one that only shows something."""
    number, version = SubmissionId(number_of(data.number)), number_of(data.version)
    if data.act == "hold":
        await publishing.move(number, None, by, version)
        return texts("slots-held")
    if data.act == "to":
        slot = datetime.fromtimestamp(min(number_of(data.arg), 2**32) * 60, UTC)
        await publishing.move(number, slot, by, version)
        return texts("slots-moved")
    if data.act == "swap":
        await publishing.swap(number, SubmissionId(number_of(data.arg)), by)
        return texts("slots-swapped")
    return None


# --- how it looks


def plan(found: Plan, texts: Texts) -> str:
    """Day by day, what is planned and what is free, as HTML."""
    rows: list[tuple[datetime, Submission | None]] = [(s.slot, s) for s in found.planned if s.slot is not None]
    rows += [(slot, None) for slot in found.free]
    rows.sort(key=lambda row: row[0])
    lines = [texts("slots-title", zone=found.zone.key)]
    for day, of_day in groupby(rows, key=lambda row: row[0].astimezone(found.zone).date()):
        lines += ["", f"<b>{texts(f'weekday-{_WEEKDAYS[day.weekday()]}')} {day:%d.%m}</b>"]
        for slot, submission in of_day:
            shown = texts("slots-free") if submission is None else _what(submission, texts)
            lines.append(f"{dates.clock(slot, found.zone)} – {shown}")
    if not rows:
        lines += ["", texts("slots-none")]
    if found.held:
        lines += ["", texts("slots-held-title"), *(_held(submission, texts) for submission in found.held)]
    return "\n".join(lines)


def _what(submission: Submission, texts: Texts) -> str:
    caption = escape(" ".join(plain(submission.caption).split())[:40], quote=False)
    mark = " ⏳" if submission.state == "publishing" else ""
    return f"{texts('slots-post', number=str(submission.id))}{mark} {caption}".strip()


def _held(submission: Submission, texts: Texts) -> str:
    why = escape(plain(submission.publish_error or ""), quote=False)
    return f"{_what(submission, texts)}: {why}" if why else _what(submission, texts)


def _post(submission: Submission, found: Plan, texts: Texts) -> str:
    if submission.slot is None:
        return _what(submission, texts)
    return f"{_what(submission, texts)} ({dates.when(submission.slot, found.now, found.zone, texts)})"


def _keyboard(found: Plan, texts: Texts) -> InlineKeyboardMarkup | None:
    movable = [s for s in (*found.planned, *found.held) if s.state == "approved"]
    buttons = [_button(f"№{s.id}", "open", s) for s in movable]
    rows = [buttons[i : i + 5] for i in range(0, len(buttons), 5)]
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


def _targets(chosen: Submission, found: Plan, act: str, texts: Texts) -> InlineKeyboardMarkup:
    """Where a post may go: a free slot, another's slot, or out of the plan."""
    if act == "with":
        others = [s for s in found.planned if s.id != chosen.id and s.state == "approved" and s.slot is not None]
        buttons = [
            _button(f"№{s.id} · {dates.when(s.slot, found.now, found.zone, texts)}", "swap", chosen, base36(s.id))
            for s in others[: 2 * OFFERED]
            if s.slot is not None
        ]
    else:
        buttons = [
            _button(dates.when(slot, found.now, found.zone, texts), "to", chosen, base36(_minutes(slot)))
            for slot in found.free[:OFFERED]
        ]
    rows = [buttons[i : i + 2] for i in range(0, len(buttons), 2)]
    if act == "open" and chosen.slot is not None:
        rows.append(
            [_button(texts("slots-btn-swap"), "with", chosen), _button(texts("slots-btn-hold"), "hold", chosen)]
        )
    rows.append([_button(texts("slots-btn-back"), "list", chosen)])
    return InlineKeyboardMarkup(inline_keyboard=rows)


def _minutes(slot: datetime) -> int:
    return int(slot.timestamp()) // 60


def _button(text: str, act: str, submission: Submission, arg: str = "") -> InlineKeyboardButton:
    data = Slot(act=act, number=base36(submission.id), version=base36(submission.version), arg=arg)
    return InlineKeyboardButton(text=text, callback_data=data.pack())
