"""Settings of the community and its canned reasons: pages of buttons, each with what it means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, ForceReply, InlineKeyboardMarkup, Message

from memebot.channel.review import MAX_REASON, MAX_REASONS
from memebot.i18n import Texts
from memebot.telegram.moderators import refusals
from memebot.telegram.moderators.buttons import Canned, Set, button, short
from memebot.telegram.moderators.card_text import plain_word
from memebot.telegram.moderators.cards import CardBoard
from memebot.telegram.moderators.decisions import text_of
from memebot.telegram.moderators.filters import TeamMember
from memebot.telegram.moderators.prompts import AnswersPrompt, Prompt, Prompts
from memebot.telegram.moderators.team_chat import Members
from memebot.telegram.transport.delivery import Destination
from moderation.errors import ModerationError

OWN_VALUE = "?"
PATIENCE = timedelta(minutes=10)
"""So long the next message in a private chat is taken for what was asked."""
TYPED = ("setting", "canned")


@dataclass(frozen=True, slots=True)
class Choice:
    """One setting on its page: the values that are offered, and the unit that they are shown in."""

    values: tuple[Any, ...]
    unit: str = ""
    own: bool = True


CHOICES: Mapping[str, Choice] = {
    "approvals": Choice((1, 2, 3)),
    "undo_seconds": Choice((0, 30, 60, 120, 300), "unit-seconds"),
    "own_approval": Choice((True, False), own=False),
    "claim_minutes": Choice((5, 10, 20), "unit-minutes"),
    "daily_limit": Choice((1, 3, 5, 10)),
    "min_gap_minutes": Choice((0, 15, 30, 60, 120), "unit-minutes"),
    "zone": Choice(("Europe/Moscow", "Europe/Kyiv", "Asia/Yekaterinburg", "Asia/Novosibirsk", "Europe/Berlin", "UTC")),
    "overdue": Choice(("spread", "slots"), own=False),
    "alert_pending_hours": Choice((0, 6, 12, 24, 48), "unit-hours"),
    "alert_empty_tomorrow": Choice((True, False), own=False),
    "chat_grants": Choice((True, False), own=False),
}
_TEXT_OF: Mapping[str, str] = {name: f"set-{name.replace('_', '-')}" for name in CHOICES}


def build_office_router() -> Router:
    """Handlers of /settings and /reasons."""
    router = Router(name="office")
    staff = TeamMember()
    router.message.register(_settings, Command("settings"), staff)
    router.message.register(_reasons, Command("reasons"), staff)
    router.message.register(_typed, AnswersPrompt(*TYPED))
    router.callback_query.register(_set, Set.filter())
    router.callback_query.register(_canned, Canned.filter())
    return router


Page = tuple[str, InlineKeyboardMarkup]


async def _settings(message: Message, by: int, board: CardBoard, texts: Texts) -> None:
    await _send(message, board, texts, lambda: _all(board, by, texts))


async def _reasons(message: Message, by: int, board: CardBoard, texts: Texts) -> None:
    await _send(message, board, texts, lambda: _all_reasons(board, by, texts))


async def _send(message: Message, board: CardBoard, texts: Texts, page: Callable[[], Any]) -> None:
    try:
        html, keyboard = await page()
    except ModerationError as error:
        html, keyboard = await refusals.refusal(error, board.review, board.names, texts), None
    await board.delivery.send(Destination.of(message), html, keyboard)


async def _show(query: CallbackQuery, board: CardBoard, page: Page) -> None:
    if query.message is None:
        return
    place = Destination(query.message.chat.id, private=query.message.chat.type == "private")
    if await board.delivery.edit(place, query.message.message_id, *page) is None:
        await board.delivery.send(place, *page)


async def _refuse(query: CallbackQuery, error: ModerationError, board: CardBoard, texts: Texts) -> None:
    said = await refusals.refusal(error, board.review, board.names, texts)
    await board.delivery.toast(query, text_of(said), alert=True)


# --- settings ---------------------------------------------------------------------------------------------------


async def _all(board: CardBoard, by: int, texts: Texts) -> Page:
    values = await board.review.settings(by)
    rows = [
        [button(f"{texts(_TEXT_OF[name])}: {_worded(name, values[name], texts)}", Set(name=name))] for name in CHOICES
    ]
    lines = [texts("settings-title"), texts("settings-hint")]
    return "\n".join(lines), InlineKeyboardMarkup(inline_keyboard=rows)


def _worded(name: str, value: Any, texts: Texts) -> str:
    if isinstance(value, bool):
        return texts("settings-on" if value else "settings-off")
    if name == "overdue":
        return texts(f"overdue-{value}")
    unit = CHOICES[name].unit
    return texts(unit, count=value) if unit else str(value)


async def _one(board: CardBoard, name: str, by: int, texts: Texts) -> Page:
    value, choice = (await board.review.settings(by))[name], CHOICES[name]
    offered = [
        button(("✓ " if known == value else "") + _worded(name, known, texts), Set(name=name, value=str(number)))
        for number, known in enumerate(choice.values)
    ]
    wide = 2 if name in ("zone", "overdue") else 5
    rows = [offered[i : i + wide] for i in range(0, len(offered), wide)]
    rows += [[button(texts("set-custom"), Set(name=name, value=OWN_VALUE))]] if choice.own else []
    rows += [[button(texts("mb-back"), Set(name="-"))]]
    text = "\n\n".join(
        [
            f"<b>{texts(_TEXT_OF[name])}</b>",
            texts(f"{_TEXT_OF[name]}-why"),
            texts("settings-value", value=plain_word(_worded(name, value, texts))),
        ]
    )
    return text, InlineKeyboardMarkup(inline_keyboard=rows)


async def _set(
    query: CallbackQuery, callback_data: Set, board: CardBoard, prompts: Prompts, members: Members, texts: Texts
) -> None:
    by, name, value = query.from_user.id, callback_data.name, callback_data.value
    board.names.learn(query.from_user)
    await members.know(by)
    try:
        if name not in CHOICES:
            page = await _all(board, by, texts)
        elif value == OWN_VALUE:
            await board.review.settings(by)
            await board.delivery.toast(query)
            await _ask(query, Prompt("setting", by, 0, 0, "", name=name), "settings-ask", board, prompts, texts)
            return
        else:
            if value.isdecimal() and int(value) < len(CHOICES[name].values):
                await board.review.set_setting(name, CHOICES[name].values[int(value)], by)
            page = await _one(board, name, by, texts)
    except ModerationError as error:
        await _refuse(query, error, board, texts)
        return
    await board.delivery.toast(query)
    await _show(query, board, page)


async def _ask(
    query: CallbackQuery, prompt: Prompt, key: str, board: CardBoard, prompts: Prompts, texts: Texts
) -> None:
    message = query.message
    if message is None:
        return
    thread = message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None
    place = Destination(message.chat.id, thread, message.message_id, message.chat.type == "private")
    sent = await board.delivery.send(place, texts(key), ForceReply(input_field_placeholder=texts("prompt-placeholder")))
    until = (board.review.now() + PATIENCE).isoformat()
    await prompts.open(Prompt(prompt.what, prompt.by, message.chat.id, sent, until, name=prompt.name))


async def _typed(message: Message, prompt: Prompt, board: CardBoard, prompts: Prompts, texts: Texts) -> None:
    """A value for a setting, or the two lines of a reason; what cannot be used may be sent again."""
    text, place = (message.text or "").strip(), Destination.of(message)
    try:
        if prompt.what == "setting":
            value: Any = int(text) if text.isascii() and text.removeprefix("-").isdigit() else text
            await board.review.set_setting(prompt.name, value, prompt.by)
            said = texts(
                "settings-saved",
                name=texts(_TEXT_OF[prompt.name]),
                value=plain_word(_worded(prompt.name, value, texts)),
            )
        else:
            lines = [line.strip() for line in text.splitlines() if line.strip()]
            if len(lines) != 2 or any(len(line) > MAX_REASON for line in lines):
                await board.delivery.send(place, texts("reasons-bad", limit=MAX_REASON))
                return
            await board.review.put_reason(prompt.name or None, lines[0], lines[1], prompt.by)
            said = texts("reasons-saved")
    except ModerationError as error:
        await board.delivery.send(place, await refusals.refusal(error, board.review, board.names, texts))
        return
    await prompts.close(prompt)
    await board.delivery.send(place, said)


# --- canned reasons ---------------------------------------------------------------------------------------------


async def _all_reasons(board: CardBoard, by: int, texts: Texts) -> Page:
    reasons = await board.review.reasons(by)
    rows = [[button(short(reason.text(texts.lang)), Canned(act="show", key=reason.key))] for reason in reasons]
    rows += [[button(texts("reasons-add"), Canned(act="add"))]]
    return "\n".join([texts("reasons-title"), texts("reasons-hint")]), InlineKeyboardMarkup(inline_keyboard=rows)


async def _one_reason(board: CardBoard, key: str, by: int, texts: Texts) -> Page:
    reason = next((reason for reason in await board.review.reasons(by) if reason.key == key), None)
    if reason is None:
        return await _all_reasons(board, by, texts)
    rows = [
        [
            button(texts("reasons-edit"), Canned(act="edit", key=key)),
            button(texts("reasons-delete"), Canned(act="drop", key=key)),
        ],
        [button(texts("mb-back"), Canned(act="all"))],
    ]
    return f"🇷🇺 {plain_word(reason.ru)}\n🇬🇧 {plain_word(reason.en)}", InlineKeyboardMarkup(inline_keyboard=rows)


async def _canned(
    query: CallbackQuery, callback_data: Canned, board: CardBoard, prompts: Prompts, members: Members, texts: Texts
) -> None:
    by, act, key = query.from_user.id, callback_data.act, callback_data.key
    board.names.learn(query.from_user)
    await members.know(by)
    said = None
    try:
        if act in ("add", "edit"):
            known = await board.review.reasons(by)
            if act == "add" and len(known) >= MAX_REASONS:
                await board.delivery.toast(query, texts("reasons-full", limit=MAX_REASONS), alert=True)
                return
            await board.delivery.toast(query)
            prompt = Prompt("canned", by, 0, 0, "", name=key if act == "edit" else "")
            await _ask(query, prompt, "reasons-ask", board, prompts, texts)
            return
        if act == "drop":
            await board.review.drop_reason(key, by)
            said = texts("reasons-gone")
        page = await (_one_reason(board, key, by, texts) if act == "show" else _all_reasons(board, by, texts))
    except ModerationError as error:
        await _refuse(query, error, board, texts)
        return
    await board.delivery.toast(query, said)
    await _show(query, board, page)
