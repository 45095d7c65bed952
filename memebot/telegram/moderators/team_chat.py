"""Where the team meets: the moderators' chat, wherever it has moved, and who is in it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest

from memebot.channel.review import Review
from memebot.telegram.transport.session import FAILED

log = logging.getLogger(__name__)

KNOWN_S = 300.0
INSIDE = frozenset({"creator", "administrator", "member"})


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
    """Keeps in step who is in the moderators' chat: by its updates, and by asking once in five minutes."""

    def __init__(
        self, bot: Bot, review: Review, home: TeamChat, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._bot, self._review, self._home, self._clock = bot, review, home, clock
        self._known: dict[int, float] = {}

    async def changed(self, user_id: int, *, inside: bool) -> None:
        """Telegram says so."""
        self._known[user_id] = self._clock() + KNOWN_S
        await self._review.member(user_id, inside=inside)

    async def know(self, user_id: int) -> None:
        """Be sure about this person before their rights are looked up; asks only while being inside grants any."""
        home = self._home.chat_id
        if home is None or self._known.get(user_id, 0.0) > self._clock():
            return
        if not await self._review.setting("chat_grants"):
            return
        inside = await self._inside(home, user_id)
        if inside is not None:
            await self.changed(user_id, inside=inside)

    async def _inside(self, home: int, user_id: int) -> bool | None:
        """None where it cannot be found out: then everything stays as it is."""
        if user_id == home:  # the chat's own anonymous admin, or whoever it is a private chat with
            return True
        if home > 0 or user_id < 0:
            return False
        try:
            member = await self._bot.get_chat_member(home, user_id)
        except TelegramBadRequest as error:
            return None if "chat not found" in error.message.lower() else False
        except FAILED as error:
            log.info("membership cannot be asked for: %s", type(error).__name__)
            return None
        return is_inside(member)


def is_inside(member: object) -> bool:
    """Whether a ChatMember is in the chat: restricted people may be, or not."""
    status = getattr(member, "status", "")
    return status in INSIDE or (status == "restricted" and bool(getattr(member, "is_member", False)))
