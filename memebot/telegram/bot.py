"""The bot: its dispatcher, and its life from start to a graceful stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, fields
from functools import partial
from typing import Literal, Protocol

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.enums import ParseMode
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter
from aiogram.fsm.storage.base import BaseStorage
from aiogram.types import ErrorEvent, Update
from aiogram.utils.token import TokenValidationError

from memebot.channel.planning import Planning
from memebot.channel.publishing import ChannelPosts
from memebot.channel.reports import Reports
from memebot.channel.submitting import Submitting
from memebot.database import PASSING_FAILURES
from memebot.drafting.endpoint import Address
from memebot.drafting.shown import ShownDrafts
from memebot.i18n import Catalogues, Texts
from memebot.telegram.authors.proposals import Proposals
from memebot.telegram.authors.router import build_authors_router
from memebot.telegram.channel import build_around_channel_router
from memebot.telegram.channel.channels import AllChannels
from memebot.telegram.channel.posts_by_hand import build_channel_router
from memebot.telegram.drafting import ModelDrafts
from memebot.telegram.editors.chat import Editors
from memebot.telegram.editors.router import build_editors_router
from memebot.telegram.errors import BotUnusable, Unreachable
from memebot.telegram.moderators import build_moderators_router
from memebot.telegram.moderators.commands import build_anonymous_router
from memebot.telegram.moderators.tools import TeamTools
from memebot.telegram.replicas.share import FETCHING, JOBS, Share
from memebot.telegram.role_news import RoleNews
from memebot.telegram.serving import Routes, webhook_routes
from memebot.telegram.subscribers.albums import Albums
from memebot.telegram.subscribers.background import Background
from memebot.telegram.subscribers.conversation import Conversation
from memebot.telegram.subscribers.groups import build_groups_router
from memebot.telegram.subscribers.inline import build_inline_router
from memebot.telegram.subscribers.private import build_subscribers_router
from memebot.telegram.subscribers.shows import build_shows_router
from memebot.telegram.team_console import TeamConsole, build_console_router
from memebot.telegram.transport.delivery import Delivery, Destination
from memebot.telegram.transport.intake import Intake
from memebot.telegram.transport.lazy_types import compile_common
from memebot.telegram.transport.limits.sending import OwnLimits, SendLimits
from memebot.telegram.transport.menu import TeamMenus
from memebot.telegram.transport.metrics import Metrics
from memebot.telegram.transport.periodic import Periodic
from memebot.telegram.transport.session import FAILED, PASSING, Pace, Patience, ProxySession
from memebot.telegram.transport.storage import LanguageMiddleware
from memebot.telegram.transport.updates import introduce, poll, reached, secret_from, webhook_path

log = logging.getLogger(__name__)


def build_bot(
    token: str,
    *,
    api_base: str | None = None,
    session: BaseSession | None = None,
    limits: Callable[[int], SendLimits] | None = None,
) -> Bot:
    """A bot that obeys Telegram's waits. ``limits``: those of a bot of this id, where several processes serve it.

    Raises ``BotUnusable`` for what is no token.
    """
    compile_common()
    api = TelegramAPIServer.from_base(api_base) if api_base else PRODUCTION
    session = session or ProxySession(api=api)
    try:
        bot = Bot(token, session=session, default=DefaultBotProperties(parse_mode=ParseMode.HTML))
    except TokenValidationError as error:
        raise BotUnusable(
            "MEMEBOT_BOT_TOKEN is no bot token", "it looks like 123456:ABC… and comes from @BotFather"
        ) from error
    kept = OwnLimits() if limits is None else limits(bot.id)
    session.middleware(Patience(kept))
    session.middleware(Pace(kept))
    return bot


class Worker(Protocol):
    """Work beside the conversation: its loop looks for something to do until it is cancelled."""

    loop: Periodic


@dataclass(frozen=True, slots=True)
class BotRuntime:
    """A bot that can be fed updates.

    ``beside``: work that one process does, where several answer for the bot; ``everywhere``: what each of them does.
    ``share``: what they share out, None where this is the only one.
    """

    bot: Bot
    dispatcher: Dispatcher
    intake: Intake
    delivery: Delivery
    background: Background
    catalogues: Catalogues
    metrics: Metrics
    tools: TeamTools
    console: TeamConsole
    beside: tuple[Worker, ...]
    everywhere: tuple[Worker, ...] = ()
    share: Share | None = None

    @property
    def allowed(self) -> list[str]:
        """Kinds of updates that are dealt with."""
        return self.dispatcher.resolve_used_update_types()


@dataclass(frozen=True, slots=True)
class Receiver:
    """A bot whose updates are only kept: other processes answer them."""

    bot: Bot
    intake: Intake
    delivery: Delivery
    metrics: Metrics
    share: Share
    allowed: Sequence[str]
    beside: tuple[Worker, ...] = ()
    everywhere: tuple[Worker, ...] = ()


@dataclass(frozen=True, slots=True)
class Services:
    """What handlers ask for, by these names; the ``stores``, ``members`` and ``prompts`` of the tools by theirs.

    ``channels`` is None without a channel, ``proposals`` where there is nobody to decide about them, ``model_address``
    and ``model_drafts`` where no model drafts, ``shown_drafts`` where only editors see drafts.
    """

    conversation: Conversation
    albums: Albums
    catalogues: Catalogues
    editors: Editors
    tools: TeamTools
    planning: Planning
    reports: Reports
    posts: ChannelPosts
    submitting: Submitting
    proposals: Proposals | None
    channels: AllChannels | None
    menus: TeamMenus
    role_news: RoleNews
    console: TeamConsole
    model_address: Address | None
    model_drafts: ModelDrafts | None
    shown_drafts: ShownDrafts | None


def build_dispatcher(services: Services, storage: BaseStorage, channels: Sequence[str]) -> Dispatcher:
    """Routers in the order in which they are asked: each takes what those before it have left.

    ``channels``: ids or ``@names``, for posts that admins make by hand.
    """
    conversation, tools = services.conversation, services.tools
    named = {field.name: getattr(services, field.name) for field in fields(services)}
    dispatcher = Dispatcher(storage=storage, stores=tools.stores, members=tools.members, prompts=tools.prompts, **named)
    language = LanguageMiddleware(conversation.db, conversation.answering, services.catalogues)
    dispatcher.update.outer_middleware(language)
    dispatcher.include_routers(
        build_console_router(),
        build_moderators_router(),
        build_around_channel_router(with_readers=bool(channels)),
        build_anonymous_router(),
        build_editors_router(),
        build_authors_router(services.proposals),
        build_shows_router(),
        build_subscribers_router(conversation),
        build_groups_router(conversation),
        build_inline_router(),
    )
    if channels:
        dispatcher.include_router(build_channel_router(channels))
    dispatcher.errors.register(_on_error)
    return dispatcher


async def _on_error(event: ErrorEvent, conversation: Conversation, texts: Texts | None = None) -> object:
    """What no handler dealt with: chats that cannot be reached, and mistakes of ours.

    What may pass goes up to the intake, which tries again.
    """
    error, update = event.exception, event.update
    if isinstance(error, (*PASSING, *PASSING_FAILURES, TelegramRetryAfter)):
        return UNHANDLED
    if isinstance(error, Unreachable | TelegramForbiddenError):
        query = update.callback_query
        message = update.message or (None if query is None else query.message)
        log.info("update %d: the chat cannot be reached", update.update_id)
        if message is not None and message.chat.type == "private":
            await conversation.blocked(message.chat.id)
        return None
    log.error("update %d failed", update.update_id, exc_info=error)
    await _apologise(update, conversation, texts or conversation.catalogues.choose(None, None))
    return None


async def _apologise(update: Update, conversation: Conversation, texts: Texts) -> None:
    """Say that it is our fault to whoever asked; in a group, too, only those who ask are handled."""
    with suppress(*FAILED, Unreachable):
        if update.callback_query is not None:
            await conversation.delivery.toast(update.callback_query, texts("sorry"), alert=True)
        elif update.message is not None:
            await conversation.delivery.send(Destination.of(update.message), texts("sorry"))


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram calls a bot, and the secret that it sends along."""

    url: str
    secret: str | None = None


Way = Webhook | Literal["polling", "elsewhere"]
"""How updates come in; ``elsewhere``: another process takes them."""


async def answer(
    running: BotRuntime | Receiver, way: Way, *, stop: asyncio.Event, ready: Callable[[Sequence[Routes]], None]
) -> None:
    """Answer until ``stop``; what is being answered is left to ``finish``. Raises ``BotUnusable``.

    ``ready`` is called when updates can be taken, with the webhook to serve, if there is one.
    """
    bot, intake, allowed = running.bot, running.intake, running.allowed
    await introduce(bot, stop)
    async with _beside(running, stop):
        left = await intake.resume()
        log.info("%d updates were left open by the last run", left)
        if way == "elsewhere":
            ready(())
            await stop.wait()
        elif way == "polling":
            ready(())
            await _told(bot.delete_webhook, running, stop, "the webhook of an earlier run cannot be taken away")
            fetching = partial(poll, bot, intake, allowed=allowed, stop=stop)
            await (fetching() if running.share is None else running.share.while_leading(FETCHING, fetching, stop))
        else:
            webhook = way
            secret = webhook.secret or secret_from(bot.token)
            ready([webhook_routes(intake, webhook_path(webhook.url), secret)])
            setting = partial(
                bot.set_webhook, webhook.url, secret_token=secret, allowed_updates=[*allowed], max_connections=40
            )
            await _told(setting, running, stop, "Telegram does not take MEMEBOT_WEBHOOK_URL")
            await stop.wait()


async def finish(running: BotRuntime | Receiver, within_s: float) -> None:
    """Let what is being answered come to its end, for so long; the rest is answered after the next start."""
    log.info("stopping: %d updates are being answered", running.intake.working)
    try:
        await running.intake.drain(within_s)
        await running.delivery.close()
    finally:
        await running.bot.session.close()


async def _told(
    call: Callable[[], Awaitable[object]], running: BotRuntime | Receiver, stop: asyncio.Event, problem: str
) -> None:
    """Make a call without which the bot cannot run; raises ``BotUnusable`` where waiting mends nothing."""
    try:
        await reached(call, running.bot, stop)
    except TelegramBadRequest as error:
        raise BotUnusable(f"{problem}: {error.message}") from error
    except FAILED as error:
        raise BotUnusable(f"{problem} ({type(error).__name__})", "check the network and try again") from error


@asynccontextmanager
async def _beside(running: BotRuntime | Receiver, stop: asyncio.Event) -> AsyncIterator[None]:
    """The work beside the conversation, stopped at the end."""
    share = running.share
    works = [_together(running.everywhere)]
    if running.beside:
        jobs = partial(_together, running.beside)
        works.append(jobs() if share is None else share.while_leading(JOBS, jobs, stop))
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _together(workers: Sequence[Worker]) -> None:
    """Their loops, until this is cancelled; then all of them have ended."""
    tasks = [asyncio.create_task(work.loop.run()) for work in workers]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
