"""Those who decide: cards in the moderators' chat, decisions, roles, settings."""

from __future__ import annotations

from aiogram import Router

from memebot.telegram.moderators.chat_changes import build_chat_router
from memebot.telegram.moderators.commands import build_commands_router
from memebot.telegram.moderators.decisions import build_decisions_router
from memebot.telegram.moderators.settings import build_settings_router


def build_moderators_router() -> Router:
    """All handlers of the team; goes before those of subscribers, who get what the team does not take."""
    router = Router(name="moderators")
    router.include_routers(
        build_chat_router(), build_decisions_router(), build_commands_router(), build_settings_router()
    )
    return router
