"""The team: where it meets, who is in it, and what its people are called."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message, User

from memebot.database import DatabaseThread
from memebot.i18n import Texts
from memebot.telegram.transport.session import FAILED
from memebot.telegram.ui.render import escaped
from moderation.audit import BOT, COMMAND_LINE
from moderation.stores import Moderation

log = logging.getLogger(__name__)

KNOWN_S = 300.0
"""So long an answer about who is in the chat is believed."""
INSIDE = frozenset({"creator", "administrator", "member"})
_MAX_NAMES = 5000
_NAME_LENGTH = 40


class TeamChat:
    """The moderators' chat and its topic; ``chat_id`` is None where none is set."""

    def __init__(self, chat_id: int | None, thread_id: int | None = None) -> None:
        self.chat_id, self.thread_id = chat_id, thread_id

    def is_here(self, chat_id: int) -> bool:
        """Whether this is that chat."""
        return self.chat_id == chat_id

    def moved(self, old: int, new: int) -> bool:
        """A group has a new id; whether it was this one. Its topics, if it had any, are others now."""
        if self.chat_id != old:
            return False
        self.chat_id, self.thread_id = new, None
        return True


class Members:
    """Who is in the moderators' chat, by its updates and by asking once in five minutes, and what they are called."""

    def __init__(
        self,
        bot: Bot,
        db: DatabaseThread,
        stores: Moderation,
        chat: TeamChat,
        *,
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bot, self._db, self._stores, self.chat = bot, db, stores, chat
        self._now, self._clock = now, clock
        self.names = Names(bot)
        self._believed_until: dict[int, float] = {}

    async def meet(self, user: User) -> None:
        """This person has just written or pressed: learn their name, and be sure about them."""
        self.names.learn(user)
        await self.check(user.id)

    async def may_decide(self, user_id: int) -> bool:
        """Whether this person belongs to those who decide."""
        return await self._db.run(self._stores.people.may, user_id, "decide")

    async def set(self, user_id: int, *, inside: bool) -> None:
        """Telegram says that this person is in the chat, or is not."""
        self._believed_until[user_id] = self._clock() + KNOWN_S
        await self._db.run(self._stores.people.chat_member, user_id, inside, now=self._now())

    async def check(self, user_id: int) -> None:
        """Be sure about this person before their rights are looked up; asks only while being inside grants any."""
        chat_id = self.chat.chat_id
        if chat_id is None or self._believed_until.get(user_id, 0.0) > self._clock():
            return
        if not await self._db.run(self._stores.community.get, "chat_grants"):
            return
        inside = await self._inside(chat_id, user_id)
        if inside is not None:
            await self.set(user_id, inside=inside)

    async def _inside(self, chat_id: int, user_id: int) -> bool | None:
        """None where it cannot be found out: then everything stays as it is."""
        if user_id == chat_id:  # the chat's own anonymous admin, or whoever it is a private chat with
            return True
        if chat_id > 0 or user_id < 0:
            return False
        try:
            member = await self._bot.get_chat_member(chat_id, user_id)
        except TelegramBadRequest as error:
            return None if "chat not found" in error.message.lower() else False
        except FAILED as error:
            log.info("membership cannot be asked for: %s", type(error).__name__)
            return None
        return is_inside(member)

    async def by_name(self, username: str) -> int | None:
        """Whose @name that is: Telegram tells bots those of a chat's admins, of other people only by luck."""
        found = await self._admin_by_name(username)
        if found is None:
            found = self.names.id_of(username)
        if found is not None:
            return found
        try:
            chat = await self._bot.get_chat(f"@{username}")
        except FAILED:
            return None
        return chat.id if chat.type == "private" else None

    async def _admin_by_name(self, username: str) -> int | None:
        chat_id = self.chat.chat_id
        if chat_id is None or chat_id > 0:
            return None
        try:
            admins = await self._bot.get_chat_administrators(chat_id)
        except FAILED:
            return None
        return next((a.user.id for a in admins if (a.user.username or "").casefold() == username.casefold()), None)


def is_inside(member: object) -> bool:
    """Whether a ChatMember is in the chat: restricted people may be, or not."""
    status = getattr(member, "status", "")
    return status in INSIDE or (status == "restricted" and bool(getattr(member, "is_member", False)))


class TeamMember(Filter):
    """Written by one of the team in private or where the team meets, or pressed by one; the handler gets ``by``.

    For everybody else, and in other groups, there are no such commands.
    """

    async def __call__(self, event: Message | CallbackQuery, members: Members) -> bool | dict[str, int]:
        by = event.from_user.id if isinstance(event, CallbackQuery) else sender_id(event)
        if by is None:
            return False
        if isinstance(event, Message) and event.chat.type != "private" and not members.chat.is_here(event.chat.id):
            return False
        if event.from_user is not None and event.from_user.id == by:
            members.names.learn(event.from_user)
        await members.check(by)
        return {"by": by} if await members.may_decide(by) else False


class AsTheChat(Filter):
    """Written where the team meets, in the name of that chat."""

    async def __call__(self, message: Message, members: Members) -> bool:
        return members.chat.is_here(message.chat.id) and sender_id(message) == message.chat.id < 0


def sender_id(message: Message) -> int | None:
    """Who wrote it: a group for its anonymous admin, a channel for itself, else the person."""
    if message.sender_chat is not None:
        return message.sender_chat.id
    return None if message.from_user is None else message.from_user.id


# --- names


class Names:
    """Names by Telegram id, as HTML: asked from Telegram when needed, kept in memory only."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._names: dict[int, str] = {}
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
        self._names.pop(user_id, None)
        self._names[user_id] = name
        if len(self._names) > _MAX_NAMES:
            del self._names[next(iter(self._names))]

    def language_of(self, person: int) -> str | None:
        """Telegram's language code of somebody who wrote or pressed lately."""
        return self._languages.get(person)

    def id_of(self, username: str) -> int | None:
        """Whose @name that is, of those who wrote or pressed lately."""
        return self._usernames.get(username.casefold())

    async def of(self, people: Iterable[int | None], texts: Texts) -> dict[int, str]:
        """A name for each of these."""
        return {person: await self.one(person, texts) for person in dict.fromkeys(people) if person is not None}

    async def one(self, person: int | None, texts: Texts) -> str:
        """A name for this one."""
        if person is None:
            return texts("somebody")
        if person in (BOT, COMMAND_LINE):
            return texts("the-bot" if person == BOT else "the-shell")
        if person < 0:
            return texts("the-community")
        if person not in self._names:
            await self._ask(person)
        return escaped(self._names.get(person, "").strip()[:_NAME_LENGTH]) or str(person)

    async def _ask(self, person: int) -> None:
        try:
            self._keep(person, (await self._bot.get_chat(person)).full_name)
        except FAILED:
            self._keep(person, "")  # asked once: their number will do


def mention(person: int, name: str) -> str:
    """A name that leads to the person and lets Telegram tell them."""
    return f'<a href="tg://user?id={person}">{name}</a>' if person > 0 else name
