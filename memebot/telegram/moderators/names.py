"""What the people of the team are called: asked from Telegram when needed, kept in memory only."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from aiogram import Bot
from aiogram.types import User

from memebot.i18n import Texts
from memebot.telegram.transport.session import FAILED
from memebot.telegram.ui.render import plain
from moderation.audit import BOT, COMMAND_LINE

_KEPT = 5000
_LENGTH = 40


class Names:
    """Names by Telegram id, as HTML."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._known: dict[int, str] = {}
        self._usernames: dict[str, int] = {}
        self._languages: dict[int, str] = {}

    def learn(self, user: User | None) -> None:
        """This person has just written or pressed."""
        if user is not None and not user.is_bot:
            self._keep(user.id, user.full_name)
            if user.language_code:
                self._languages[user.id] = user.language_code
            if user.username:
                self._usernames[user.username.casefold()] = user.id

    def _keep(self, user_id: int, name: str) -> None:
        self._known.pop(user_id, None)
        self._known[user_id] = plain(name).strip()[:_LENGTH]
        if len(self._known) > _KEPT:
            del self._known[next(iter(self._known))]

    def language_of(self, person: int) -> str | None:
        """Telegram's language code of somebody who wrote or pressed lately."""
        return self._languages.get(person)

    def id_of(self, username: str) -> int | None:
        """Whose @name that is, of those who wrote or pressed lately."""
        return self._usernames.get(username.casefold())

    async def of(self, people: Iterable[int | None], texts: Texts) -> dict[int, str]:
        """A name for each of these."""
        return {person: await self._one(person, texts) for person in dict.fromkeys(people) if person is not None}

    async def one(self, person: int | None, texts: Texts) -> str:
        """A name for this one."""
        return texts("somebody") if person is None else await self._one(person, texts)

    async def _one(self, person: int, texts: Texts) -> str:
        if person == BOT:
            return texts("the-bot")
        if person == COMMAND_LINE:
            return texts("the-shell")
        if person < 0:
            return texts("the-community")
        if person not in self._known:
            await self._ask(person)
        return escape(self._known.get(person) or str(person), quote=False)

    async def _ask(self, person: int) -> None:
        try:
            self._keep(person, (await self._bot.get_chat(person)).full_name)
        except FAILED:
            self._keep(person, "")  # asked once: their number will do


def mention(person: int, name: str) -> str:
    """A name that leads to the person and lets Telegram tell them."""
    return f'<a href="tg://user?id={person}">{name}</a>' if person > 0 else name
