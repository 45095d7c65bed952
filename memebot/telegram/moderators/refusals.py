"""What stood in the way of a decision, put into words for whoever pressed or wrote."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware, Router
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message, TelegramObject

from memebot.channel.refusals import RefusalView, refusal_text, refused_by
from memebot.i18n import Texts, plain_text
from memebot.telegram.moderators.tools import TeamTools
from memebot.telegram.transport.delivery import Destination
from moderation.errors import ModerationError


class TeamRefusals(BaseMiddleware):
    """Answers with ``refusal`` where a handler raises what stood in its way."""

    @classmethod
    def add_to(cls, router: Router) -> None:
        """For all messages and presses that this router takes."""
        router.message.middleware(cls())
        router.callback_query.middleware(cls())

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        try:
            return await handler(event, data)
        except ModerationError as error:
            await refuse(event, error, data["tools"], data["texts"])
            return None


async def refuse(event: TelegramObject, error: ModerationError, tools: TeamTools, texts: Texts) -> None:
    """Say what stood in the way: over the pressed button, or beneath the message."""
    html = await refusal(error, tools, texts)
    if isinstance(event, CallbackQuery):
        await tools.delivery.toast(event, plain_text(html), alert=True)
    elif isinstance(event, Message):
        await tools.delivery.send(Destination.of(event), html)


async def refuse_outsider(query: CallbackQuery, tools: TeamTools, texts: Texts) -> None:
    """Say that the pressed button is for the team."""
    await tools.delivery.toast(query, texts("for-moderators"), alert=True)


class PageOfOthers(Filter):
    """The pressed page of a group is somebody else's: ``whose``."""

    async def __call__(self, query: CallbackQuery, tools: TeamTools) -> bool | dict[str, int]:
        message = query.message
        if message is None or message.chat.type == "private":
            return False
        whose = tools.pages.owner((message.chat.id, message.message_id), query.from_user.id)
        return False if whose == query.from_user.id else {"whose": whose}


async def refuse_page(query: CallbackQuery, whose: int, tools: TeamTools, texts: Texts) -> None:
    """Say whose page was pressed, and how to get another one."""
    who = plain_text(await tools.members.names.one(whose, texts))
    await tools.delivery.toast(query, texts("page-of", who=who), alert=True)


async def refuse_anonymous(message: Message, tools: TeamTools, texts: Texts) -> None:
    """Say how to go on to an anonymous admin whom the chat gives no rights."""
    await tools.delivery.send(Destination.of(message), texts("anonymous-how"))


async def refusal(error: ModerationError, tools: TeamTools, texts: Texts) -> str:
    """One plain sentence, as HTML: who was faster and when, which right is missing, what would do."""
    view = await tools.db.run(RefusalView.of, tools.stores, tools.clock())
    by = refused_by(error)
    return refusal_text(error, view, "" if by is None else await tools.members.names.one(by, texts), texts)
