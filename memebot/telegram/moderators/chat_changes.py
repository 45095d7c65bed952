"""What happens to the moderators' chat: people come and go, the bot is thrown out or let in, the chat moves."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import IS_MEMBER, IS_NOT_MEMBER, ChatMemberUpdatedFilter
from aiogram.types import ChatMemberUpdated

from memebot.i18n import Texts
from memebot.telegram.moderators.cards import CardBoard
from memebot.telegram.moderators.team_chat import Members, is_inside
from memebot.telegram.transport.delivery import Destination


def build_rooms_router() -> Router:
    """Handlers of the moderators' chat itself."""
    router = Router(name="rooms")
    router.chat_member.register(_came_or_went)
    router.my_chat_member.register(_let_in, _at_home, ChatMemberUpdatedFilter(IS_NOT_MEMBER >> IS_MEMBER))
    router.my_chat_member.register(_thrown_out, _at_home, ChatMemberUpdatedFilter(IS_MEMBER >> IS_NOT_MEMBER))
    return router


async def _at_home(event: ChatMemberUpdated, board: CardBoard) -> bool:
    return board.home.is_here(event.chat.id) and event.chat.type != "private"


async def _came_or_went(event: ChatMemberUpdated, board: CardBoard, members: Members) -> None:
    if board.home.is_here(event.chat.id) and not event.new_chat_member.user.is_bot:
        await members.changed(event.new_chat_member.user.id, inside=is_inside(event.new_chat_member))


async def _let_in(event: ChatMemberUpdated, board: CardBoard, texts: Texts) -> None:
    await board.delivery.send(Destination(event.chat.id, board.home.thread_id, private=False), texts("here-again"))
    board.found()


async def _thrown_out(event: ChatMemberUpdated, board: CardBoard) -> None:
    await board.lost(event.chat.id)
