"""Which chat the channel is, and whether Telegram lets the bot post there."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from aiogram import Bot
from aiogram.types import ChatMemberAdministrator, ChatMemberUpdated

from memebot.telegram.transport.reasons import REFUSALS, reason_of
from memebot.telegram.transport.session import FAILED
from moderation.model import CHANNELS, ChannelName

log = logging.getLogger(__name__)

AWAY = timedelta(minutes=1)
"""After so long Telegram is asked again."""


@dataclass(frozen=True, slots=True)
class Channel:
    """The channel, as Telegram names it."""

    id: int
    username: str | None


class Channels:
    """Finds out which chat the setting means: asked once, and a minute after a failure again.

    ``lost``: the code of why the bot cannot post there; "" while it can. ``on_change``: who hears when that changes.
    """

    def __init__(
        self, bot: Bot, named: str, name: ChannelName = "first", *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """``named``: its id or ``@name``; ``name``: which of the community's channels it is."""
        self._bot, self._clock, self.name = bot, clock, name
        self._named: int | str = int(named) if named.lstrip("-").isdecimal() else f"@{named.lstrip('@')}"
        self._found: Channel | None = None
        self._ask_at = 0.0
        self.lost = ""
        self.on_change: list[Callable[[], None]] = []

    async def find(self) -> Channel | None:
        """The channel; None while Telegram does not say, or says that the bot may not post there."""
        if (self._found is None or self.lost) and self._clock() >= self._ask_at:
            self._ask_at = self._clock() + AWAY.total_seconds()
            try:
                chat = await self._bot.get_chat(self._named)
                found = Channel(chat.id, chat.username)
                allowed = not self.lost or await self._may_post(found)
            except FAILED as error:
                log.warning("the channel cannot be found: %s", type(error).__name__)
                if isinstance(error, REFUSALS):
                    self._set_lost(reason_of(error))
                return None
            self._found = found
            if allowed:
                self._set_lost("")
        return None if self.lost else self._found

    async def posts(self) -> bool:
        """Whether the bot may post there now. Raises what else Telegram says."""
        try:
            return may_post(await self._bot.get_chat_member(self._named, self._bot.id))
        except REFUSALS:
            return False

    async def _may_post(self, channel: Channel) -> bool:
        return may_post(await self._bot.get_chat_member(channel.id, self._bot.id))

    def shut_out(self, why: str) -> None:
        """Telegram does not let the bot post: asked again after a while, or when it says otherwise."""
        if not self.lost:
            log.warning("the channel takes no posts of the bot: %s", why)
        self._ask_at = self._clock() + AWAY.total_seconds()
        self._set_lost(why)

    def rights_changed(self, event: ChatMemberUpdated) -> None:
        """Telegram says what the bot may do there from now on."""
        if may_post(event.new_chat_member):
            self._ask_at = 0.0
            self._set_lost("")
        else:
            self.shut_out("not-there" if event.new_chat_member.status in ("left", "kicked") else "no-rights")

    def _set_lost(self, why: str) -> None:
        before, self.lost = self.lost, why
        for tell in self.on_change if before != why else ():
            tell()

    async def is_it(self, chat_id: int) -> bool:
        """Whether this chat is the channel."""
        if isinstance(self._named, int):
            return chat_id == self._named
        found = self._found or await self.find()
        return found is not None and found.id == chat_id


class AllChannels:
    """The channels of a community, the first one first."""

    def __init__(self, bot: Bot, named: Sequence[str]) -> None:
        """``named``: their ids or ``@names``."""
        self._bot = bot
        self._all = [Channels(bot, one, name) for one, name in zip(named, CHANNELS, strict=False)]

    def __iter__(self) -> Iterator[Channels]:
        return iter(self._all)

    async def of(self, chat_id: int) -> Channels | None:
        """The one that this chat is, if it is any."""
        for channel in self._all:
            if await channel.is_it(chat_id):
                return channel
        return None

    async def of_suggestions(self, chat_id: int) -> ChannelName:
        """The channel whose direct messages this chat is; the first one where Telegram does not say."""
        if len(self._all) < 2:
            return "first"
        try:
            parent = (await self._bot.get_chat(chat_id)).parent_chat
        except FAILED as error:
            log.warning("the channel of suggested posts cannot be found: %s", type(error).__name__)
            return "first"
        found = None if parent is None else await self.of(parent.id)
        return "first" if found is None else found.name


def may_post(member: object) -> bool:
    """Whether a ChatMember of a channel may post there."""
    return isinstance(member, ChatMemberAdministrator) and bool(member.can_post_messages)
