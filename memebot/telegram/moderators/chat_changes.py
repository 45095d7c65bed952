"""What happens to the moderators' chat: people come and go, the bot is thrown out or let in again."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import IS_MEMBER, IS_NOT_MEMBER, ChatMemberUpdatedFilter
from aiogram.types import ChatMemberUpdated

from memebot.i18n import Texts
from memebot.telegram.moderators.members import Members, is_inside
from memebot.telegram.moderators.tools import TeamTools
from memebot.telegram.transport.delivery import Destination


def build_chat_router() -> Router:
    """Handlers of the moderators' chat itself."""
    router = Router(name="moderators' chat")
    router.chat_member.register(_came_or_went)
    router.my_chat_member.register(_let_in, _in_team_chat, ChatMemberUpdatedFilter(IS_NOT_MEMBER >> IS_MEMBER))
    router.my_chat_member.register(_thrown_out, _in_team_chat, ChatMemberUpdatedFilter(IS_MEMBER >> IS_NOT_MEMBER))
    return router


async def _in_team_chat(event: ChatMemberUpdated, members: Members) -> bool:
    return members.chat.is_here(event.chat.id) and event.chat.type != "private"


async def _came_or_went(event: ChatMemberUpdated, members: Members) -> None:
    if members.chat.is_here(event.chat.id) and not event.new_chat_member.user.is_bot:
        await members.set(event.new_chat_member.user.id, inside=is_inside(event.new_chat_member))


async def _let_in(event: ChatMemberUpdated, tools: TeamTools, texts: Texts) -> None:
    place = Destination(event.chat.id, tools.members.chat.thread_id, private=False)
    await tools.delivery.send(place, texts("here-again"))
    tools.watch.chat_found()


async def _thrown_out(event: ChatMemberUpdated, tools: TeamTools) -> None:
    await tools.watch.chat_lost(event.chat.id)
