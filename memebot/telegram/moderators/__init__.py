"""Those who decide: cards in the moderators' chat, decisions, roles, settings."""

from __future__ import annotations

from aiogram import Dispatcher, Router

from memebot.telegram.moderators.cards import CardBoard
from memebot.telegram.moderators.chat_changes import build_rooms_router
from memebot.telegram.moderators.commands import build_commands_router
from memebot.telegram.moderators.decisions import build_decisions_router
from memebot.telegram.moderators.prompts import Prompts
from memebot.telegram.moderators.settings import build_office_router
from memebot.telegram.moderators.team_chat import Members, TeamChat

__all__ = ["CardBoard", "Members", "Prompts", "TeamChat", "build_moderators_router", "seat"]


def seat(dispatcher: Dispatcher, board: CardBoard) -> None:
    """Give the handlers of the team what they need."""
    dispatcher["board"], dispatcher["prompts"] = board, Prompts(dispatcher.storage, board.bot.id, board.review.now)
    dispatcher["members"] = Members(board.bot, board.review, board.home)
    dispatcher.include_router(build_moderators_router())


def build_moderators_router() -> Router:
    """All handlers of the team; goes before those of subscribers, who get what the team does not take."""
    router = Router(name="moderators")
    router.include_routers(
        build_rooms_router(), build_decisions_router(), build_commands_router(), build_office_router()
    )
    return router
