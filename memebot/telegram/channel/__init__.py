"""The channel: posting, the plan, readers' questions and reactions, figures."""

from __future__ import annotations

from aiogram import Router

from memebot.telegram.channel.figures import build_figures_router
from memebot.telegram.channel.places import build_places_router
from memebot.telegram.channel.plan import build_plan_router
from memebot.telegram.channel.reactions import build_reactions_router
from memebot.telegram.channel.readers import build_readers_router


def build_around_channel_router(*, with_readers: bool) -> Router:
    """The handlers around the channel; without one, only figures and the plan.

    Goes before those of subscribers, who get what these do not take.
    """
    router = Router(name="around the channel")
    router.include_routers(build_figures_router(), build_plan_router())
    if with_readers:
        router.include_routers(build_places_router(), build_reactions_router(), build_readers_router())
    return router
