"""``/slots``: what is planned and free; posts are moved, swapped and held back with buttons.

``ps:<act>:<number>:<version>:<argument>``, numbers in base 36. The version is that of the list which was pressed:
what has changed since is shown anew first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Literal

from aiogram import Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from memebot import i18n
from memebot.channel import words
from memebot.channel.planning import Plan, PlanMove, Planning
from memebot.database import DatabaseThread
from memebot.i18n import Texts
from memebot.telegram.moderators.buttons import number_of
from memebot.telegram.moderators.members import TeamMember
from memebot.telegram.moderators.refusals import PageOfOthers, refuse, refuse_outsider, refuse_page
from memebot.telegram.moderators.tools import TeamTools
from memebot.telegram.subscribers.conversation import Conversation
from memebot.telegram.ui.keyboards import base36, button, in_rows, keyboard
from memebot.telegram.ui.render import escaped, one_line, reason
from moderation.errors import ModerationError
from moderation.model import ChannelName, Submission, SubmissionId

OFFERED = 8
_SECOND = ".2"
"""After the number of a submission on a button: as it stands in the second channel."""
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


Act = Literal["list", "open", "with", "to", "swap", "hold", "back"]
"""Show the plan; show where a post may go; show with which it may be swapped; move it; swap it; hold it back; undo."""
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


class PlanButton(CallbackData, prefix="ps"):
    """A button of the plan."""

    act: Act
    number: str = "0"
    version: str = "0"
    arg: str = ""

    @property
    def submission(self) -> SubmissionId:
        """Whose button it is."""
        return SubmissionId(number_of(self.number.removesuffix(_SECOND)))

    @property
    def channel(self) -> ChannelName:
        """In which channel."""
        return "second" if self.number.endswith(_SECOND) else "first"


def build_plan_router() -> Router:
    """Handlers of the plan, for the team."""
    router = Router(name="plan")
    router.message.register(_slots, Command("slots"), TeamMember())
    router.callback_query.register(refuse_page, PlanButton.filter(), TeamMember(), PageOfOthers())
    router.callback_query.register(_press, PlanButton.filter(), TeamMember())
    router.callback_query.register(refuse_outsider, PlanButton.filter())
    return router


async def _slots(message: Message, by: int, planning: Planning, tools: TeamTools, texts: Texts) -> None:
    plan = await tools.db.run(planning.plan)
    await tools.show(message, by, plan_html(plan, texts), _keyboard(plan, texts))


async def _press(
    query: CallbackQuery,
    callback_data: PlanButton,
    conversation: Conversation,
    planning: Planning,
    by: int,
    tools: TeamTools,
    texts: Texts,
) -> None:
    moves: Sequence[PlanMove] = ()
    try:
        moves = await _change(callback_data, by, conversation.db, planning)
    except ModerationError as error:
        await refuse(query, error, tools, texts)
    else:
        done = _DONE.get(callback_data.act)
        await conversation.delivery.toast(query, texts(done) if done else None)
        tools.watch.loop.wake()
    plan = await conversation.db.run(planning.plan, callback_data.channel)
    await conversation.put(query, *_page(callback_data, plan, texts, moves))


_DONE: Mapping[Act, str] = {"hold": "slots-held", "to": "slots-moved", "swap": "slots-swapped", "back": "slots-back"}
"""Buttons that change the plan, and the message that says so; others only show something."""


async def _change(data: PlanButton, by: int, db: DatabaseThread, planning: Planning) -> Sequence[PlanMove]:
    """Do what the button says; what has moved and can be moved back."""
    number, version, channel = data.submission, number_of(data.version), data.channel
    match data.act:
        case "hold":
            return await db.run(planning.move, number, None, by, version, channel)
        case "to":
            slot = datetime.fromtimestamp(min(number_of(data.arg), 2**32) * 60, UTC)
            return await db.run(planning.move, number, slot, by, version, channel)
        case "swap":
            number_of_other, _, seen = data.arg.partition("-")
            other = SubmissionId(number_of(number_of_other)), number_of(seen)
            return await db.run(planning.swap, (number, version), other, by, channel)
        case "back":
            await db.run(planning.move_back, _moves_of(data), by)
    return ()


def _moves_of(data: PlanButton) -> list[PlanMove]:
    """What the button for the way back carries: slot, and the number, version and slot of a second post."""
    slot, number, version, other = [*data.arg.split("-"), "", "", ""][:4]
    moves = [PlanMove(data.submission, number_of(data.version), _moment(slot), None, data.channel)]
    if number:
        moves.append(PlanMove(SubmissionId(number_of(number)), number_of(version), _moment(other), None, data.channel))
    return moves


def _back(moves: Sequence[PlanMove], texts: Texts) -> InlineKeyboardButton:
    """Takes back what was done just now."""
    first, *rest = moves
    arg = "-".join(
        [
            _microseconds(first.before),
            *(f"{base36(m.number)}-{base36(m.version)}-{_microseconds(m.before)}" for m in rest),
        ]
    )
    number = _number(first.number, first.channel)
    data = PlanButton(act="back", number=number, version=base36(first.version), arg=arg)
    return button(texts("slots-btn-undo"), data)


def _microseconds(at: datetime | None) -> str:
    """A slot as a button carries it, to the last digit; nothing for what was held back."""
    return "" if at is None else base36((at - _EPOCH) // _MICROSECOND)


def _moment(text: str) -> datetime | None:
    return _EPOCH + min(number_of(text), 2**52) * _MICROSECOND if text else None


# --- how it looks


def _page(
    data: PlanButton, plan: Plan, texts: Texts, moves: Sequence[PlanMove]
) -> tuple[str, InlineKeyboardMarkup | None]:
    """What the message shows after a press: the plan, with the way back, or where to one of its posts may go."""
    chosen = plan.find(data.submission) if data.act in ("open", "with") else None
    if chosen is None:
        return plan_html(plan, texts), _keyboard(plan, texts, moves)
    title = texts("slots-where" if data.act == "open" else "slots-swap", post=_post(chosen, plan, texts))
    return title, _targets(chosen, plan, data.act, texts)


def plan_html(plan: Plan, texts: Texts) -> str:
    """Day by day, what is planned and what is free, as HTML."""
    rows: list[tuple[datetime, Submission | None]] = [(s.slot, s) for s in plan.planned if s.slot is not None]
    rows += [(slot, None) for slot in plan.free]
    rows.sort(key=lambda row: row[0])
    lines = [texts("slots-title", zone=plan.zone.key)]
    if len(plan.languages) > 1:
        lines.append(texts("slots-of", channel=words.channel(plan.channel, plan.languages, texts)))
    for day, of_day in groupby(rows, key=lambda row: row[0].astimezone(plan.zone).date()):
        lines += ["", f"<b>{texts(f'weekday-{_WEEKDAYS[day.weekday()]}')} {day:%d.%m}</b>"]
        for slot, submission in of_day:
            shown = texts("slots-free") if submission is None else _what(submission, texts)
            lines.append(f"{i18n.clock(slot, plan.zone)} – {shown}")
    if not rows:
        lines += ["", texts("slots-none")]
    if plan.held:
        lines += ["", texts("slots-held-title"), *(_held(submission, texts) for submission in plan.held)]
    return "\n".join(lines)


def _what(submission: Submission, texts: Texts) -> str:
    caption = escaped(one_line(submission.caption)[:40])
    mark = " ⏳" if submission.state == "publishing" else ""
    return f"{texts('slots-post', number=str(submission.id))}{mark} {caption}".strip()


def _held(submission: Submission, texts: Texts) -> str:
    why = reason(submission.publish_error, texts) if submission.publish_error else ""
    return f"{_what(submission, texts)}: {why}" if why else _what(submission, texts)


def _post(submission: Submission, plan: Plan, texts: Texts) -> str:
    if submission.slot is None:
        return _what(submission, texts)
    return f"{_what(submission, texts)} ({i18n.when(submission.slot, plan.now, plan.zone, texts)})"


def _keyboard(plan: Plan, texts: Texts, moves: Sequence[PlanMove] = ()) -> InlineKeyboardMarkup | None:
    movable = [s for s in (*plan.planned, *plan.held) if s.state == "approved"]
    undo = [_back(moves, texts)] if moves else []
    others = [_other_plan(name, plan, texts) for name in plan.languages if name != plan.channel]
    if not movable and not others:
        return None
    return keyboard(*in_rows([_button(f"№{s.id}", "open", s) for s in movable], 5), undo, others)


def _other_plan(channel: ChannelName, plan: Plan, texts: Texts) -> InlineKeyboardButton:
    data = PlanButton(act="list", number=_number(0, channel))
    return button(texts("slots-btn-channel", channel=words.channel(channel, plan.languages, texts)), data)


def _number(number: int, channel: ChannelName) -> str:
    """A submission as it stands in a channel."""
    return base36(number) + (_SECOND if channel == "second" else "")


def _targets(chosen: Submission, plan: Plan, act: Act, texts: Texts) -> InlineKeyboardMarkup:
    """Where a post may go: a free slot, another's slot, or out of the plan."""
    buttons = _others(chosen, plan, texts) if act == "with" else _free_slots(chosen, plan, texts)
    swap = _button(texts("slots-btn-swap"), "with", chosen)
    hold = _button(texts("slots-btn-hold"), "hold", chosen)
    return keyboard(
        *in_rows(buttons),
        [swap, hold] if act == "open" and chosen.slot is not None else [],
        [_button(texts("slots-btn-back"), "list", chosen)],
    )


def _others(chosen: Submission, plan: Plan, texts: Texts) -> list[InlineKeyboardButton]:
    others = [(s, s.slot) for s in plan.planned if s.id != chosen.id and s.state == "approved" and s.slot]
    return [
        _button(
            f"№{other.id} · {i18n.when(slot, plan.now, plan.zone, texts)}",
            "swap",
            chosen,
            f"{base36(other.id)}-{base36(other.version)}",
        )
        for other, slot in others[: 2 * OFFERED]
    ]


def _free_slots(chosen: Submission, plan: Plan, texts: Texts) -> list[InlineKeyboardButton]:
    return [
        _button(i18n.when(slot, plan.now, plan.zone, texts), "to", chosen, base36(int(slot.timestamp()) // 60))
        for slot in plan.free[:OFFERED]
    ]


def _button(text: str, act: Act, submission: Submission, arg: str = "") -> InlineKeyboardButton:
    number, version = _number(submission.id, submission.channel), base36(submission.version)
    return button(text, PlanButton(act=act, number=number, version=version, arg=arg))
