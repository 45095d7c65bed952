"""Those who decide: cards in the moderators' chat, decisions, roles, settings."""

from __future__ import annotations

from aiogram import Dispatcher, Router

from memebot.telegram.moderators.chat_changes import build_chat_router
from memebot.telegram.moderators.commands import build_commands_router
from memebot.telegram.moderators.decisions import build_decisions_router
from memebot.telegram.moderators.settings import build_settings_router
from memebot.telegram.moderators.tools import TeamTools


def add_moderators(dispatcher: Dispatcher, tools: TeamTools) -> None:
    """Add the handlers of the team and what they need.

    Goes before those of subscribers, who get what the team does not take.
    """
    dispatcher["tools"], dispatcher["members"], dispatcher["prompts"] = tools, tools.members, tools.prompts
    router = Router(name="moderators")
    router.include_routers(
        build_chat_router(), build_decisions_router(), build_commands_router(), build_settings_router()
    )
    dispatcher.include_router(router)
