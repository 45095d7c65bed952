"""Who is speaking, and whether they belong to the team."""

from __future__ import annotations

from aiogram.filters import Filter
from aiogram.types import Message

from memebot.telegram.moderators.cards import CardBoard
from memebot.telegram.moderators.team_chat import Members


def speaker(message: Message) -> int | None:
    """Who wrote it: a group for its anonymous admin, a channel for itself, else the person."""
    if message.sender_chat is not None:
        return message.sender_chat.id
    return None if message.from_user is None else message.from_user.id


class TeamMember(Filter):
    """One of the team, in private or where the team meets; the handler gets them as ``by``.

    For everybody else, and in other groups, there are no such commands.
    """

    async def __call__(self, message: Message, board: CardBoard, members: Members) -> bool | dict[str, int]:
        by = speaker(message)
        if by is None or not (message.chat.type == "private" or board.home.is_here(message.chat.id)):
            return False
        await members.know(by)
        if message.sender_chat is None:
            board.names.learn(message.from_user)
        return {"by": by} if await board.review.role(by) is not None else False
