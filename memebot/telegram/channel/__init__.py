"""The channel: posting, the plan, readers' questions and reactions, figures."""

from __future__ import annotations

from aiogram import Dispatcher, Router

from memebot.channel.publishing import Publishing
from memebot.telegram.channel.alerts import TeamAlerts
from memebot.telegram.channel.figures import build_figures_router
from memebot.telegram.channel.plan import build_plan_router
from memebot.telegram.channel.publisher import Channel, Channels, Publisher
from memebot.telegram.channel.reactions import build_reactions_router
from memebot.telegram.channel.readers import build_readers_router

__all__ = ["Channel", "Channels", "Publisher", "TeamAlerts", "open_publishing"]


def open_publishing(dispatcher: Dispatcher, publishing: Publishing, channels: Channels | None) -> None:
    """Give the handlers around the channel what they need; without a channel, only figures and the plan.

    Goes before those of subscribers, who get what these do not take.
    """
    dispatcher["publishing"] = publishing
    router = Router(name="around the channel")
    router.include_routers(build_figures_router(), build_plan_router())
    if channels is not None:
        dispatcher["channels"] = channels
        router.include_routers(build_reactions_router(), build_readers_router())
    dispatcher.include_router(router)
