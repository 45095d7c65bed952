"""What Telegram shows beside the bot: commands and descriptions, per scope and language."""

from __future__ import annotations

import logging

from aiogram import Bot
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeUnion,
)

from memebot.telegram.i18n import Catalogues, Texts
from memebot.telegram.session import FAILED

log = logging.getLogger(__name__)

PRIVATE = ("help", "submit", "my", "lang", "privacy", "mydata", "forget", "cancel")
GROUP = ("explain", "help")


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


def _commands(names: tuple[str, ...], texts: Texts) -> list[BotCommand]:
    return [BotCommand(command=name, description=texts(f"cmd-{name}")) for name in names]
