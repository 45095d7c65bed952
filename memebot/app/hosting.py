"""The communities of a home: opened over the models of one process, and served together.

The package builds what one community is made of; this builds what all of a process share.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import shutil
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from memebot.communities.model import CommunityRefused, CommunityRow, TokenUnusable
from memebot.communities.overlay import settings_of_community
from memebot.communities.registry import Communities
from memebot.communities.tokens import token_of
from memebot.database import (
    DatabaseAddress,
    DatabaseThread,
    check_rights,
    database_exists,
    delete_database,
    open_database,
)
from memebot.inference import FairQueue, InferenceThread
from memebot.settings import MAIN, Settings, overlaid

ASKED_S = 10
"""So long may Telegram take to say something about a bot."""

if TYPE_CHECKING:
    from memebot.app import App, AppVision, BotApp
    from memebot.telegram.bot import BotRuntime, Webhook
    from memebot.telegram.host import Guest
    from memebot.telegram.replicas.share import Processes, Share
    from moderation.model import Submission


@contextmanager
def open_communities(settings: Settings) -> Iterator[Communities]:
    """The register of this home's communities; closed afterwards."""
    from memebot.app import database_address

    database = open_database(database_address(_first(settings)))
    try:
        yield Communities(database)
    finally:
        database.close()


def of_community(settings: Settings, overrides: dict[str, Any]) -> Settings:
    """The settings of the community that they name, with what was said on the command line on top.

    Raises ``CommunityNotFound`` and ``CommunityRefused``.
    """
    with open_communities(settings) as register:
        found = settings_of_community(settings, register.get(settings.community))
    return overlaid(found, {name: value for name, value in overrides.items() if value is not None})


def _first(settings: Settings) -> Settings:
    return settings.model_copy(update={"community": MAIN})


def check_databases(settings: Settings) -> None:
    """Raises ``DatabaseUnusable`` where a server does not let its user write what a bot writes."""
    from memebot.app import database_address

    first = database_address(_first(settings))
    check_rights(first)
    if database_exists(first):
        with open_communities(settings) as register:
            names = [row.id for row in register.all() if row.state == "active"]
        for name in names:
            check_rights(first.of_community(name))


def check_tokens(settings: Settings) -> None:
    """Raises ``BotUnusable`` or ``TokenUnusable`` where no community has a token with which it could be served."""
    from memebot.telegram.bot import build_bot

    with open_communities(settings) as register:
        rows = [row for row in register.all() if row.state == "active"]
    problems: list[Exception] = []
    for row in rows:
        try:
            build_bot(bot_token(settings_of_community(settings, row)))
        except Exception as error:  # noqa: BLE001 (raised below, where it is everybody's)
            problems.append(error)
    if problems and len(problems) == len(rows):
        raise problems[0]


def bot_token(settings: Settings) -> str:
    """The token of a community's bot; raises ``BotUnusable`` and ``TokenUnusable``."""
    from memebot.telegram.errors import BotUnusable

    try:
        return token_of(settings).get_secret_value()
    except TokenUnusable as error:
        if settings.community != MAIN or error.code != "missing":
            raise
        hint = "@BotFather gives one; `memebot chat` works without"
        raise BotUnusable("MEMEBOT_BOT_TOKEN is not set", hint) from None


@dataclass(frozen=True, slots=True)
class BotFacts:
    """What Telegram says of a bot: its @name, none where it did not answer; the address that it calls, if it does not
    wait to be asked; why it could not call it the last time, or did not answer; how many updates it keeps; in which
    of its channels it may not post."""

    name: str
    webhook: str = ""
    trouble: str = ""
    waiting: int = 0
    shut: tuple[str, ...] = ()


async def ask_bot(settings: Settings) -> BotFacts:
    """Ask Telegram about a community's bot, once. Raises ``BotUnusable`` and ``TokenUnusable``."""
    from aiogram.exceptions import TelegramUnauthorizedError

    from memebot.telegram.bot import build_bot
    from memebot.telegram.channel.channels import Channels
    from memebot.telegram.transport.session import FAILED, unrepeated
    from memebot.telegram.transport.updates import unauthorized

    bot = build_bot(bot_token(settings), api_base=settings.api_base)
    try:
        with unrepeated():
            me, hook = await bot.get_me(request_timeout=ASKED_S), await bot.get_webhook_info(request_timeout=ASKED_S)
            shut = [named for named in settings.channels if not await Channels(bot, named).posts()]
    except TelegramUnauthorizedError as error:
        raise unauthorized() from error
    except FAILED as error:
        return BotFacts("", trouble=type(error).__name__)
    finally:
        await bot.session.close()
    return BotFacts(me.username or "", hook.url, hook.last_error_message or "", hook.pending_update_count, tuple(shut))


def webhook_of(settings: Settings) -> Webhook:
    """Where Telegram is to call a community's bot; raises ``BotUnusable`` where that is not set."""
    from memebot.telegram.bot import Webhook
    from memebot.telegram.errors import BotUnusable

    if settings.webhook_url is None:
        raise BotUnusable("MEMEBOT_WEBHOOK_URL is not set", "it is the address that Telegram calls")
    secret = None if settings.webhook_secret is None else settings.webhook_secret.get_secret_value()
    below = "" if settings.community == MAIN else f"/{settings.community}"
    return Webhook(settings.webhook_url.rstrip("/") + below if below else settings.webhook_url, secret)


def planned_posts(settings: Settings) -> Sequence[Submission]:
    """What a community would still post, the next first; nothing where it has no database."""
    from memebot.app import database_address, open_stores

    if not database_exists(database_address(settings)):
        return ()
    with open_stores(settings) as stores:
        return [*stores.slots.planned(), *stores.slots.held()]


def forget_community(settings: Settings) -> None:
    """Delete all that a community has; the first is the home itself and is never deleted.

    Raises ``CommunityRefused`` while it is answered.
    """
    from memebot.app import database_address

    if settings.community == MAIN:
        raise CommunityRefused("main")
    if database_address(settings).path is None and is_answered(settings):
        raise CommunityRefused("running", name=settings.community)
    with _locked(settings) as locked:
        if not locked:
            raise CommunityRefused("running", name=settings.community)
        delete_database(database_address(settings))
        shutil.rmtree(settings.folder)


# --- keeping others away ------------------------------------------------------------------------------------


@contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Keep a second bot away from this community, and from this token on this machine: it would answer the same.

    Raises ``BotUnusable``. However the process ends, the system lets go of the lock.
    """
    from memebot.telegram.errors import BotUnusable

    with _locked(settings) as locked:
        if not locked:
            hint = "stop it, or use another --home; several answer for one bot over a PostgreSQL server only"
            raise BotUnusable(f"a bot is running on {settings.folder}", hint)
        with _claimed(settings):
            yield


def is_answered(settings: Settings) -> bool:
    """Whether some process answers for a community: of this machine, or of those that share a server."""
    from memebot.app import database_address

    address = database_address(settings)
    if address.path is None:
        from memebot.database.replica import is_served

        return is_served(address, address.namespace)
    with _locked(settings) as locked:
        return not locked


@contextmanager
def _locked(settings: Settings) -> Iterator[bool]:
    """Hold a community's lock, if nobody else does."""
    settings.folder.mkdir(parents=True, exist_ok=True)
    with (settings.folder / "bot.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextmanager
def _claimed(settings: Settings) -> Iterator[None]:
    """Hold the token's name on this machine: of Linux's abstract sockets, which leave nothing behind."""
    from memebot.telegram.errors import BotUnusable

    token = settings.bot_token
    if token is None or sys.platform != "linux":
        yield
        return
    with socket.socket(socket.AF_UNIX) as name:
        try:
            bot = f"{settings.api_base or ''} {token.get_secret_value()}"  # of that server: others are other bots
            name.bind(f"\0memebot-{hashlib.sha256(bot.encode()).hexdigest()}")
        except OSError as error:
            hint = "stop it, or give this one another token"
            raise BotUnusable("a bot with this token is running on this machine", hint) from error
        yield


# --- serving ------------------------------------------------------------------------------------------------


Role = Literal["all", "intake", "answer"]
"""What a process does: ``intake`` keeps updates for others, ``answer`` answers what others have kept."""


def check_role(settings: Settings, role: Role) -> None:
    """Raises ``BotUnusable`` where a process of this role would be of no use."""
    from memebot.app import database_address
    from memebot.telegram.errors import BotUnusable

    if role != "all" and (address := database_address(_first(settings))).path is not None:
        raise BotUnusable(
            f"--role {role} needs a database that other processes reach, and {address} is a file for one bot",
            "set MEMEBOT_DATABASE to a PostgreSQL server, see memebot/docs/postgresql.md",
        )


async def run_communities(
    settings: Settings,
    app: App | None,
    words: Callable[[BaseException], str | None],
    *,
    webhook: bool,
    role: Role = "all",
) -> None:
    """Answer on Telegram for all active communities until SIGINT or SIGTERM.

    ``app``: what explains pictures, over the first one's base; None where nothing is answered. ``words``: an error as
    one line, None for a mistake of ours. Raises ``ListeningError``, and ``BotUnusable`` or what else keeps the last of
    them from being served, with a sentence.
    """
    from memebot.app import bot_vision, database_address
    from memebot.telegram.host import Host

    inference, first = InferenceThread(), database_address(_first(settings))
    address = None if settings.metrics_port is None else ("127.0.0.1", settings.metrics_port)
    if (webhook and role != "answer") or (settings.web_url is not None and role != "intake"):
        address = (settings.webhook_host, settings.webhook_port)
    try:
        with _among_others(first) as processes:
            async with DatabaseThread(first) as db:
                register = await db.run(Communities, db.connection)
                room = None if app is None else FairQueue(slots=settings.threads + 1, limit=MANY, per_user=MANY)
                vision = None if app is None else bot_vision(app)
                host = _Host(settings, vision, inference, webhook, role, processes, room)
                with _names_in_log():
                    await Host(partial(db.run, register.all), host.open, words, address=address).run()
    finally:
        inference.close()


MANY = 1_000_000
"""More than will ever wait: each community stands in line for a few pictures."""


@contextmanager
def _among_others(address: DatabaseAddress) -> Iterator[Processes | None]:
    """This process among those over the same server; None over a file. Raises ``DatabaseUnusable``."""
    if address.path is not None:
        yield None
        return
    from memebot.database.replica import Replica

    with Replica(address) as replica:
        yield replica


@dataclass(frozen=True, slots=True)
class _Host:
    """What communities of this process share."""

    settings: Settings
    vision: AppVision | None
    inference: InferenceThread
    webhook: bool
    role: Role = "all"
    processes: Processes | None = None
    room: FairQueue | None = None
    tokens: dict[str, str] = field(default_factory=dict)

    @asynccontextmanager
    async def open(self, row: CommunityRow) -> AsyncIterator[Guest]:
        """A community, opened over these models. Raises what keeps it from being served, with a sentence."""
        from memebot.app import open_receiver
        from memebot.telegram.host import Guest

        settings = settings_of_community(self.settings, row)
        token = bot_token(settings)
        settings = settings.model_copy(update={"bot_token": token_of(settings)})
        webhook = webhook_of(settings) if self.webhook and self.role != "answer" else None
        async with AsyncExitStack() as stack:
            stack.enter_context(self._alone(row.id, token))
            share = await self._share(stack, settings)
            if share is None:
                stack.enter_context(only_one(settings))
            if self.vision is None and share is not None:
                receiver = await stack.enter_async_context(open_receiver(settings, token=token, share=share))
                yield Guest(receiver, webhook)
            else:
                runtime, pages = await self._answering(stack, settings, token, share)
                yield Guest(runtime, webhook, pages, takes=self.role != "answer")

    async def _share(self, stack: AsyncExitStack, settings: Settings) -> Share | None:
        """What is shared out among the processes over a community's database, where there may be several."""
        from memebot.app import database_address
        from memebot.telegram.replicas.share import Share

        if self.processes is None:
            return None
        return await stack.enter_async_context(Share(self.processes, database_address(settings)))

    async def _answering(
        self, stack: AsyncExitStack, settings: Settings, token: str, share: Share | None
    ) -> tuple[BotRuntime, Sequence[Callable[[Any], None]]]:
        """What answers for a community, and its pages."""
        from memebot.app import BotOptions, SharedWork, open_bot, return_memory

        line = self.inference.beside()
        stack.callback(line.close)
        vision = self.vision
        assert vision is not None
        if settings.community != MAIN:
            vision = await stack.enter_async_context(self._beside(vision, settings, line))
        options = BotOptions(inference=line, shared=None if share is None else SharedWork(share, self.room))
        opened = await stack.enter_async_context(open_bot(settings, vision, token=token, options=options))
        pages = await _pages(stack, settings, opened, vision.app)
        return_memory()
        return opened.runtime, pages

    @contextmanager
    def _alone(self, community: str, token: str) -> Iterator[None]:
        """Two communities with one bot would take each other's updates. Raises ``TokenUnusable``."""
        if (other := self.tokens.setdefault(token, community)) != community:
            raise TokenUnusable("taken", other=other)
        try:
            yield
        finally:
            del self.tokens[token]

    @asynccontextmanager
    async def _beside(self, vision: AppVision, settings: Settings, line: InferenceThread) -> AsyncIterator[AppVision]:
        """The same eyes over a community's own base, which belongs to the inference thread."""
        from memebot.app import open_base, vision_beside

        with ExitStack() as opened:
            kb = await line.run(opened.enter_context, open_base(settings, in_step=True))
            try:
                yield await line.run(vision_beside, vision, kb, settings)
            finally:
                await line.run(opened.close)


async def _pages(
    stack: AsyncExitStack, settings: Settings, opened: BotApp, app: App
) -> Sequence[Callable[[Any], None]]:
    """The console and the site of a community, where it has an address."""
    from memebot.app.pages import open_console, open_site

    if settings.web_url is None:
        return ()
    pictures = opened.pictures
    site = open_site(settings, app, queue=pictures.queue, inference=pictures.inference, url=settings.web_url)
    return [open_console(settings, opened).routes, (await stack.enter_async_context(site)).routes]


@contextmanager
def _names_in_log() -> Iterator[None]:
    """Lines of the log say which community they are about, but for the first."""
    handlers = [*logging.getLogger().handlers]
    for handler in handlers:
        handler.addFilter(_name_community)
    try:
        yield
    finally:
        for handler in handlers:
            handler.removeFilter(_name_community)


def _name_community(record: logging.LogRecord) -> bool:
    from memebot.telegram.serving import SERVED

    if SERVED.get() not in ("", MAIN):
        record.msg = f"[{SERVED.get()}] {record.msg}"
    return True
