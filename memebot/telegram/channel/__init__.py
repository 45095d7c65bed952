"""The channel: posting, the plan, readers' questions and reactions, figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from aiogram import Dispatcher, Router

from memebot.channel.planning import Planning
from memebot.channel.posts import ChannelPosts
from memebot.channel.reports import Reports
from memebot.telegram.channel.channels import Channels
from memebot.telegram.channel.figures import build_figures_router
from memebot.telegram.channel.plan import build_plan_router
from memebot.telegram.channel.reactions import build_reactions_router
from memebot.telegram.channel.readers import build_readers_router
from moderation.stores import Moderation


def add_channel(
    dispatcher: Dispatcher, stores: Moderation, channels: Channels | None, *, clock: Callable[[], datetime]
) -> None:
    """Add the handlers around the channel and what they need; without a channel, only figures and the plan.

    Goes before those of subscribers, who get what these do not take.
    """
    dispatcher["planning"] = Planning(stores, clock=clock)
    dispatcher["reports"] = Reports(stores, clock=clock)
    router = Router(name="around the channel")
    router.include_routers(build_figures_router(), build_plan_router())
    if channels is not None:
        dispatcher["channels"], dispatcher["posts"] = channels, ChannelPosts(stores)
        router.include_routers(build_reactions_router(), build_readers_router())
    dispatcher.include_router(router)
