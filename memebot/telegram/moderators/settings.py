"""Settings of the community and its canned reasons: pages of buttons, each with what it means."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, ForceReply, InlineKeyboardMarkup, Message

from memebot.channel.planning import PlanImpact, Planning
from memebot.channel.setting_words import (
    CHOICES,
    impact_lines,
    setting_name,
    setting_why,
    shown_settings,
    typed_value,
    value_text,
)
from memebot.channel.team import MAX_REASON, MAX_REASONS
from memebot.i18n import Texts, short
from memebot.telegram.moderators.buttons import REASON, ReasonButton, SettingButton
from memebot.telegram.moderators.commands import roles_html
from memebot.telegram.moderators.members import TeamMember
from memebot.telegram.moderators.prompts import AnswersPrompt, Prompt
from memebot.telegram.moderators.refusals import PageOfOthers, TeamRefusals, refuse_page
from memebot.telegram.moderators.tools import TeamTools
from memebot.telegram.transport.delivery import Destination
from memebot.telegram.ui.keyboards import button, in_rows, keyboard
from memebot.telegram.ui.render import escaped

OWN_VALUE = "?"
ROLES_PAGE = "roles"
"""What the button to the list of roles names in place of a setting."""
SURE = "!"
"""At the end of a value: its meaning for what is planned has been shown, keep it. Alone: the one that was typed."""
PATIENCE = timedelta(minutes=10)
"""So long the next message in a private chat is taken for what was asked."""


_COLUMNS: Mapping[str, int] = {
    "zone": 2,
    "overdue": 2,
    "schedule": 1,
    "second_schedule": 1,
    "milestones": 1,
    "lang": 1,
    "target": 1,
    "second_lang": 1,
}
"""How many values stand side by side, where they are long."""


def build_settings_router() -> Router:
    """Handlers of /settings and /reasons."""
    router = Router(name="settings")
    TeamRefusals.add_to(router)
    member = TeamMember()
    router.message.register(_settings, Command("settings"), member)
    router.message.register(_reasons, Command("reasons"), member)
    router.message.register(_typed, AnswersPrompt("setting", "canned"))
    for page in (SettingButton, ReasonButton):
        router.callback_query.register(refuse_page, page.filter(), member, PageOfOthers())
    router.callback_query.register(_ask_setting, SettingButton.filter(F.name.in_(CHOICES) & (F.value == OWN_VALUE)))
    router.callback_query.register(_setting_pressed, SettingButton.filter())
    router.callback_query.register(_ask_reason, ReasonButton.filter(F.act.in_({"add", "edit"})))
    router.callback_query.register(_reason_pressed, ReasonButton.filter())
    return router


Page = tuple[str, InlineKeyboardMarkup]


async def _ask(query: CallbackQuery, what: str, name: str, question: str, tools: TeamTools, texts: Texts) -> None:
    """Ask for a value or a reason in words; ``name``: of the setting, or the key of the reason."""
    message = query.message
    if message is None:
        return
    answering = ForceReply(input_field_placeholder=texts("prompt-placeholder"))
    question_id = await tools.delivery.send(Destination.of(message), question, answering)
    until = (tools.clock() + PATIENCE).isoformat()
    await tools.prompts.open(Prompt(what, query.from_user.id, message.chat.id, question_id, until, name=name))


async def _typed(message: Message, prompt: Prompt, tools: TeamTools, planning: Planning, texts: Texts) -> None:
    """Keep what was typed; what cannot be used may be sent again."""
    if prompt.what == "setting":
        await _keep_setting(message, prompt, tools, planning, texts)
    else:
        await _keep_reason(message, prompt, tools, texts)


# --- settings ---------------------------------------------------------------------------------------------------


async def _settings(message: Message, by: int, tools: TeamTools, texts: Texts) -> None:
    await tools.show(message, by, *await _settings_page(tools, by, texts))


async def _settings_page(tools: TeamTools, by: int, texts: Texts) -> Page:
    values = await tools.db.run(tools.settings.all, by)
    rows = [
        [
            button(
                short(f"{setting_name(name, texts)}: {value_text(name, values[name], texts)}", REASON),
                SettingButton(name=name),
            )
        ]
        for name in shown_settings(tools.stores.channels)
    ]
    rows.append(
        [
            button(texts("settings-reasons"), ReasonButton(act="all")),
            button(texts("settings-roles"), SettingButton(name=ROLES_PAGE)),
        ]
    )
    return f"{texts('settings-title')}\n{texts('settings-hint')}", keyboard(*rows)


async def _setting_page(tools: TeamTools, name: str, by: int, texts: Texts) -> Page:
    value, choice = (await tools.db.run(tools.settings.all, by))[name], CHOICES[name]
    offered = [
        button(("✓ " if one == value else "") + value_text(name, one, texts), SettingButton(name=name, value=str(n)))
        for n, one in enumerate(choice.values)
    ]
    own = [button(texts("set-custom"), SettingButton(name=name, value=OWN_VALUE))] if choice.own else []
    rows = [*in_rows(offered, _COLUMNS.get(name, 5)), own]
    rows += [[button(texts("mb-back"), SettingButton(name="-"))]]
    blocks = [
        f"<b>{setting_name(name, texts)}</b>",
        setting_why(name, texts),
        texts("settings-value", value=escaped(value_text(name, value, texts))),
    ]
    return "\n\n".join(blocks), keyboard(*rows)


async def _setting_pressed(
    query: CallbackQuery, callback_data: SettingButton, tools: TeamTools, planning: Planning, texts: Texts
) -> None:
    by, name, value = query.from_user.id, callback_data.name, callback_data.value
    await tools.members.meet(query.from_user)
    page = None
    if name == ROLES_PAGE:
        back = [button(texts("mb-back"), SettingButton(name="-"))]
        page = await roles_html(by, tools, texts), keyboard(back)
    elif name not in CHOICES:
        page = await _settings_page(tools, by, texts)
    elif value == SURE:
        await _keep_typed(query, name, tools)
    else:
        number = value.removesuffix(SURE)
        if number.isdecimal() and int(number) < len(CHOICES[name].values):
            page = await _offer(name, number, by, tools, planning, texts, sure=value.endswith(SURE))
    page = page or await _setting_page(tools, name, by, texts)
    await tools.delivery.toast(query)
    await tools.put(query, *page)


async def _offer(
    name: str, number: str, by: int, tools: TeamTools, planning: Planning, texts: Texts, *, sure: bool
) -> Page | None:
    """Keep one of the offered values, unless something is planned: then first say what the value means for that."""
    value = CHOICES[name].values[int(number)]
    impact = None if sure else await tools.db.run(planning.impact, {name: value}, by)
    if impact is not None and impact.planned:
        return _impact_page(name, value, f"{number}{SURE}", impact, texts)
    await tools.db.run(tools.settings.change, name, value, by)
    return None


async def _keep_typed(query: CallbackQuery, name: str, tools: TeamTools) -> None:
    """Keep the value that this person has typed and seen the meaning of; nothing if there is none any more."""
    by, message = query.from_user.id, query.message
    prompt = None if message is None else await tools.prompts.of(message.chat.id, by)
    await tools.db.run(tools.stores.people.need, by, "settings")
    if prompt is not None and (prompt.what, prompt.name) == ("setting-sure", name):
        await tools.db.run(tools.settings.change, name, json.loads(prompt.value), by)
        await tools.prompts.close(prompt)


# --- what other times of posting mean for what is planned


def _impact_page(name: str, value: Any, button_value: str, impact: PlanImpact, texts: Texts) -> Page:
    blocks = [
        texts("impact-title", name=setting_name(name, texts), value=escaped(value_text(name, value, texts))),
        "\n".join(f"• {line}" for line in impact_lines(impact, texts)),
    ]
    save = button(texts("impact-save"), SettingButton(name=name, value=button_value))
    return "\n\n".join(blocks), keyboard([save, button(texts("mb-back"), SettingButton(name=name))])


async def _ask_setting(query: CallbackQuery, callback_data: SettingButton, tools: TeamTools, texts: Texts) -> None:
    await tools.members.meet(query.from_user)
    await tools.db.run(tools.stores.people.need, query.from_user.id, "settings")
    await tools.delivery.toast(query)
    question = _QUESTIONS.get(callback_data.name, "settings-ask")
    await _ask(query, "setting", callback_data.name, texts(question), tools, texts)


_QUESTIONS: Mapping[str, str] = {
    "schedule": "settings-ask-week",
    "second_schedule": "settings-ask-week",
    "signature": "settings-ask-line",
    "second_signature": "settings-ask-line",
    "milestones": "settings-ask-numbers",
}


async def _keep_setting(message: Message, prompt: Prompt, tools: TeamTools, planning: Planning, texts: Texts) -> None:
    name, value = prompt.name, typed_value(prompt.name, (message.text or "").strip())
    impact = await tools.db.run(planning.impact, {name: value}, prompt.by)
    if impact is not None and impact.planned:
        page = _impact_page(name, await tools.db.run(tools.stores.community.check, name, value), SURE, impact, texts)
        number = await tools.delivery.send(Destination.of(message), *page)
        kept = replace(prompt, what="setting-sure", message_id=number, value=json.dumps(value))
        await tools.prompts.open(kept)
        return
    value = await tools.db.run(tools.settings.change, name, value, prompt.by)
    await tools.prompts.close(prompt)
    saved = texts("settings-saved", name=setting_name(name, texts), value=escaped(value_text(name, value, texts)))
    await tools.delivery.send(Destination.of(message), saved)


# --- canned reasons ---------------------------------------------------------------------------------------------


async def _reasons(message: Message, by: int, tools: TeamTools, texts: Texts) -> None:
    await tools.show(message, by, *await _reasons_page(tools, by, texts))


async def _reasons_page(tools: TeamTools, by: int, texts: Texts) -> Page:
    reasons = await tools.db.run(tools.settings.reasons, by)
    names = [(short(reason.text(texts.lang), REASON), reason.key) for reason in reasons]
    rows = [[button(name, ReasonButton(act="show", key=key))] for name, key in names]
    add = [button(texts("reasons-add"), ReasonButton(act="add"))]
    return f"{texts('reasons-title')}\n{texts('reasons-hint')}", keyboard(*rows, add)


async def _reason_page(tools: TeamTools, key: str, by: int, texts: Texts) -> Page:
    reasons = await tools.db.run(tools.settings.reasons, by)
    reason = next((reason for reason in reasons if reason.key == key), None)
    if reason is None:
        return await _reasons_page(tools, by, texts)
    changing = [
        button(texts("reasons-edit"), ReasonButton(act="edit", key=key)),
        button(texts("reasons-delete"), ReasonButton(act="drop", key=key)),
    ]
    back = [button(texts("mb-back"), ReasonButton(act="all"))]
    return f"🇷🇺 {escaped(reason.ru)}\n🇬🇧 {escaped(reason.en)}", keyboard(changing, back)


async def _reason_pressed(query: CallbackQuery, callback_data: ReasonButton, tools: TeamTools, texts: Texts) -> None:
    by, act, key, done = query.from_user.id, callback_data.act, callback_data.key, None
    await tools.members.meet(query.from_user)
    if act == "drop":
        await tools.db.run(tools.settings.drop_reason, key, by)
        done = texts("reasons-gone")
    page = await (_reason_page(tools, key, by, texts) if act == "show" else _reasons_page(tools, by, texts))
    await tools.delivery.toast(query, done)
    await tools.put(query, *page)


async def _ask_reason(query: CallbackQuery, callback_data: ReasonButton, tools: TeamTools, texts: Texts) -> None:
    await tools.members.meet(query.from_user)
    known = await tools.db.run(tools.settings.reasons, query.from_user.id)
    adding = callback_data.act == "add"
    if adding and len(known) >= MAX_REASONS:
        await tools.delivery.toast(query, texts("reasons-full", limit=MAX_REASONS), alert=True)
        return
    await tools.delivery.toast(query)
    await _ask(query, "canned", "" if adding else callback_data.key, texts("reasons-ask"), tools, texts)


async def _keep_reason(message: Message, prompt: Prompt, tools: TeamTools, texts: Texts) -> None:
    lines = [line.strip() for line in (message.text or "").splitlines() if line.strip()]
    if len(lines) != 2 or any(len(line) > MAX_REASON for line in lines):
        await tools.delivery.send(Destination.of(message), texts("reasons-bad", limit=MAX_REASON))
        return
    await tools.db.run(tools.settings.put_reason, prompt.name or None, lines[0], lines[1], prompt.by)
    await tools.prompts.close(prompt)
    await tools.delivery.send(Destination.of(message), texts("reasons-saved"))
