"""What Telegram shows beside the bot: commands and descriptions, per scope and language."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping

from aiogram import Bot
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeUnion,
)

from memebot.i18n import Catalogues, Texts
from memebot.telegram.transport.periodic import Periodic
from memebot.telegram.transport.session import FAILED, PASSING

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
PRIVATE = ("help", "show", "submit", "my", "top", "lang", "privacy", "mydata", "forget", "cancel")
GROUP = ("explain", "show", "help", "top")
MODERATORS = ("queue", "slots", "stats", "prize", "card", "audit", "note", "console")
ADMINS = ("ban", "unban", "role", "reasons")
OWNERS = ("settings",)
EDITORS = ("gaps", "entry", "new", "try", "exemplar", "history", "drafts", "console")
COMMANDS = (*PRIVATE, *GROUP, *MODERATORS, *ADMINS, *OWNERS, *EDITORS)
"""All that are in some menu."""


async def set_menu(bot: Bot, catalogues: Catalogues, absent: Collection[str] = ()) -> None:
    """Set commands and descriptions: English for all languages, Russian for Russian. Failing costs only the menu.

    ``absent``: commands that lead nowhere here.
    """
    scopes: tuple[tuple[BotCommandScopeUnion, tuple[str, ...]], ...] = (
        (BotCommandScopeAllPrivateChats(), PRIVATE),
        (BotCommandScopeAllGroupChats(), GROUP),
    )
    try:
        for texts, code in ((catalogues["en"], None), (catalogues["ru"], "ru")):
            for scope, names in scopes:
                await bot.set_my_commands(_commands(names, absent, texts), scope=scope, language_code=code)
            await bot.set_my_description(texts("bot-description"), language_code=code)
            await bot.set_my_short_description(texts("bot-short"), language_code=code)
    except FAILED as error:
        log.warning("the menu could not be set: %s", type(error).__name__)


class TeamMenus:
    """Menus of the team follow its roles, whoever changes these: again and again by its ``loop``.

    ``roles``: who has which; ``home``: the chat where the team meets, if any.
    """

    def __init__(
        self,
        bot: Bot,
        catalogues: Catalogues,
        roles: Callable[[], Awaitable[Mapping[int, Collection[str]]]],
        home: Callable[[], int | None],
        absent: Collection[str] = (),
    ) -> None:
        self._bot, self._catalogues, self._roles, self._home = bot, catalogues, roles, home
        self._absent = absent
        self._shown: dict[int, tuple[str, ...]] = {}
        self._begun = False
        self.loop = Periodic("menus", self.look, LOOK_EVERY_S, begin=self._begin_anew)

    def _begin_anew(self) -> None:
        self._begun = False
        self._shown.clear()

    async def look(self) -> None:
        """Once: set what has changed."""
        if not self._begun:
            self._begun = True
            await set_menu(self._bot, self._catalogues, self._absent)
        wanted = {person: _of_roles(roles) for person, roles in (await self._roles()).items()}
        home = self._home()
        if home is not None and home < 0:
            wanted[home] = (*GROUP, *MODERATORS, *ADMINS, *OWNERS, "cancel")
        for chat in [chat for chat in self._shown if chat not in wanted]:
            if await self._set(chat, ()):
                del self._shown[chat]
        for chat, names in wanted.items():
            if self._shown.get(chat) != names and await self._set(chat, names):
                self._shown[chat] = names

    def met(self, person: int) -> None:
        """Somebody begins to talk to the bot: before, Telegram would not let them have a menu."""
        if self._shown.pop(person, None) is not None:
            self.loop.wake()

    async def _set(self, chat: int, names: tuple[str, ...]) -> bool:
        """One chat's commands; False where trying again may help.

        A chat that has not met the bot yet has no menu, and that is no mistake.
        """
        scope = BotCommandScopeChat(chat_id=chat)
        try:
            for texts, code in ((self._catalogues["en"], None), (self._catalogues["ru"], "ru")):
                if names:
                    commands = _commands(names, self._absent, texts)
                    await self._bot.set_my_commands(commands, scope=scope, language_code=code)
                else:
                    await self._bot.delete_my_commands(scope=scope, language_code=code)
        except FAILED as error:
            log.info("the menu of chat %s could not be set: %s", chat, type(error).__name__)
            return not isinstance(error, PASSING)
        return True


def _of_roles(roles: Collection[str]) -> tuple[str, ...]:
    """What one of the team sees in private."""
    return tuple(dict.fromkeys((*PRIVATE, *(name for role in sorted(roles) for name in _of_role(role)))))


def _of_role(role: str) -> tuple[str, ...]:
    return {
        "editor": EDITORS,
        "moderator": MODERATORS,
        "admin": (*MODERATORS, *ADMINS, *EDITORS),
        "owner": (*MODERATORS, *ADMINS, *OWNERS, *EDITORS),
    }.get(role, ())


def _commands(names: tuple[str, ...], absent: Collection[str], texts: Texts) -> list[BotCommand]:
    return [BotCommand(command=name, description=texts(f"cmd-{name}")) for name in names if name not in absent]
