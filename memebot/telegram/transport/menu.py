"""What Telegram shows beside the bot: commands and descriptions, per scope and language."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping

from aiogram import Bot
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeUnion,
)

from memebot.i18n import Catalogues, Texts
from memebot.telegram.transport.session import FAILED

log = logging.getLogger(__name__)

PRIVATE = ("help", "submit", "my", "top", "lang", "privacy", "mydata", "forget", "cancel")
GROUP = ("explain", "help")
MODERATORS = ("queue", "slots", "stats", "prize", "card", "audit", "note")
ADMINS = ("ban", "unban", "role", "reasons")
OWNERS = ("settings",)
EDITORS = ("gaps", "entry", "new", "try", "exemplar", "history", "drafts")
COMMANDS = (*PRIVATE, *GROUP, *MODERATORS, *ADMINS, *OWNERS, *EDITORS)
"""All that are in some menu."""


async def set_menu(bot: Bot, catalogues: Catalogues) -> None:
    """Set commands and descriptions: English for all languages, Russian for Russian. Failing costs only the menu."""
    scopes: tuple[tuple[BotCommandScopeUnion, tuple[str, ...]], ...] = (
        (BotCommandScopeAllPrivateChats(), PRIVATE),
        (BotCommandScopeAllGroupChats(), GROUP),
    )
    try:
        for texts, code in ((catalogues["en"], None), (catalogues["ru"], "ru")):
            for scope, names in scopes:
                await bot.set_my_commands(_commands(names, texts), scope=scope, language_code=code)
            await bot.set_my_description(texts("bot-description"), language_code=code)
            await bot.set_my_short_description(texts("bot-short"), language_code=code)
    except FAILED as error:
        log.warning("the menu could not be set: %s", type(error).__name__)


async def set_menu_of(bot: Bot, catalogues: Catalogues, person: int, roles: Collection[str]) -> None:
    """What one of the team sees in private, by their roles; without any, what everybody sees."""
    theirs = dict.fromkeys(name for role in sorted(roles) for name in _of_role(role))
    await _set_scope(bot, catalogues, BotCommandScopeChat(chat_id=person), (*PRIVATE, *theirs) if roles else ())


async def set_team_menu(
    bot: Bot, catalogues: Catalogues, home: int | None, team: Mapping[int, Collection[str]]
) -> None:
    """The moderators' chat and everybody with a role see the commands of the team."""
    if home is not None and home < 0:
        names = (*GROUP, *MODERATORS, *ADMINS, *OWNERS, "cancel")
        await _set_scope(bot, catalogues, BotCommandScopeChat(chat_id=home), names)
    for person, roles in team.items():
        await set_menu_of(bot, catalogues, person, roles)


def _of_role(role: str) -> tuple[str, ...]:
    return {
        "editor": EDITORS,
        "moderator": MODERATORS,
        "admin": (*MODERATORS, *ADMINS, *EDITORS),
        "owner": (*MODERATORS, *ADMINS, *OWNERS, *EDITORS),
    }.get(role, ())


async def _set_scope(bot: Bot, catalogues: Catalogues, scope: BotCommandScopeChat, names: tuple[str, ...]) -> None:
    """One chat's commands; a chat that has not met the bot yet has no menu, and that is no mistake."""
    try:
        for texts, code in ((catalogues["en"], None), (catalogues["ru"], "ru")):
            if names:
                await bot.set_my_commands(_commands(names, texts), scope=scope, language_code=code)
            else:
                await bot.delete_my_commands(scope=scope, language_code=code)
    except FAILED as error:
        log.info("the menu of chat %s could not be set: %s", scope.chat_id, type(error).__name__)


def _commands(names: tuple[str, ...], texts: Texts) -> list[BotCommand]:
    return [BotCommand(command=name, description=texts(f"cmd-{name}")) for name in names]
