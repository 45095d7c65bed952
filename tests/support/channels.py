"""A channel over the fake session: what stands in it, and a process that ends at any step of a post."""

from __future__ import annotations

from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramForbiddenError
from aiogram.methods import (
    GetChat,
    GetChatMember,
    SendAnimation,
    SendDocument,
    SendMediaGroup,
    SendMessage,
    SendPhoto,
    SendSticker,
    SendVideo,
    TelegramMethod,
)
from aiogram.types import ChatFullInfo, ChatMemberAdministrator, ChatMemberLeft
from chats import ME
from team import Team, TeamSession

from memebot.channel.publishing import Publishing
from memebot.telegram.channel.publisher import Publisher

CHANNEL = -1000000000777
SECOND_CHANNEL = -1000000000888
POSTS = (SendPhoto, SendVideo, SendAnimation, SendDocument, SendSticker, SendMediaGroup)


class Crash(BaseException):
    """The process ends here."""


class Fuse:
    """Lets a process end at its ``step``-th step; without one, it counts the steps."""

    def __init__(self, step: int | None = None) -> None:
        self.step, self.passed = step, 0

    def burn(self) -> None:
        self.passed += 1
        if self.passed == self.step:
            raise Crash


class ChannelSession(TeamSession):
    """Knows the channel, and what was posted there."""

    def __init__(self, fuse: Fuse | None = None) -> None:
        super().__init__()
        self.posted: list[Any] = []
        self.fuse = fuse
        self.let_in = True
        self.shut: set[int] = set()

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[Any],
        timeout: int | None = None,  # noqa: ASYNC109 (aiogram's name)
    ) -> Any:
        here = isinstance(method, POSTS) and method.chat_id in (CHANNEL, SECOND_CHANNEL)
        if here and method.chat_id in self.shut:
            raise TelegramForbiddenError(method, "Forbidden: bot was kicked from the channel chat")
        if here and self.fuse is not None:
            self.fuse.burn()
        result = await super().make_request(bot, method, timeout)
        if here:
            self.posted.append(method)
            if self.fuse is not None:
                self.fuse.burn()
        return result

    def replies(self) -> list[SendMessage]:
        """What was written into the channel beside the posts."""
        return [call for call in self.of(SendMessage) if call.chat_id == CHANNEL]

    def member(self) -> ChatMemberAdministrator | ChatMemberLeft:
        """What the bot is in the channel."""
        if not self.let_in:
            return ChatMemberLeft(user=ME)
        return ChatMemberAdministrator.model_construct(status="administrator", user=ME, can_post_messages=True)

    def _answer(self, method: TelegramMethod[Any]) -> Any:
        if isinstance(method, GetChat) and method.chat_id in (CHANNEL, "@memes"):
            return ChatFullInfo.model_construct(id=CHANNEL, type="channel", title="Memes", username="memes")
        if isinstance(method, GetChat) and method.chat_id == SECOND_CHANNEL:
            return ChatFullInfo.model_construct(id=SECOND_CHANNEL, type="channel", title="Memes", username="memes_en")
        if isinstance(method, GetChatMember) and method.chat_id == SECOND_CHANNEL:
            return ChatMemberLeft(user=ME) if SECOND_CHANNEL in self.shut else self.member()
        if isinstance(method, GetChatMember) and method.chat_id == CHANNEL:
            return self.member()
        return super()._answer(method)


class Fused(Publishing):
    """Use cases that end the process before or after each step."""

    fuse: Fuse

    def begin(self, *args: Any) -> Any:
        return self._burning(super().begin, *args)

    def published(self, *args: Any) -> Any:
        return self._burning(super().published, *args)

    def _burning(self, step: Any, *args: Any) -> Any:
        self.fuse.burn()
        result = step(*args)
        self.fuse.burn()
        return result


def publishers(team: Team) -> list[Publisher]:
    """The loops of this bot, one a channel, not running by themselves."""
    return [work for work in team.chats.running.beside if isinstance(work, Publisher)]


def publisher(team: Team, fuse: Fuse | None = None) -> Publisher:
    """The loop of the first channel."""
    found = publishers(team)[0]
    if fuse is not None:
        burn_in(found, fuse)
    return found


def burn_in(found: Publisher, fuse: Fuse) -> None:
    """Let this loop end the process at the fuse's step."""
    fused = Fused.__new__(Fused)
    fused.__dict__.update(found._publishing.__dict__)
    fused.fuse = fuse
    found._publishing = fused


def posts_of(session: ChannelSession) -> list[str]:
    """Which files stand in the channel."""
    files = []
    for call in session.posted:
        media = call.media if isinstance(call, SendMediaGroup) else [call]
        files += [str(next(v for n, v in dict(one).items() if n in ("media", *_KINDS) and v)) for one in media]
    return files


_KINDS = ("photo", "video", "animation", "document", "sticker")
