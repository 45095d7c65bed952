"""The way from the chat into the team's console, and what the console asks of the bot."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from html import escape
from typing import ParamSpec, TypeVar

from aiogram import F, Router
from aiogram.filters import Command, Filter
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, WebAppInfo
from aiogram.utils.web_app import safe_parse_webapp_init_data

from knowledge.reading import Reading
from memebot.addresses import Addresses
from memebot.answering.grouping import GroupId
from memebot.i18n import Texts
from memebot.telegram.errors import Unreachable
from memebot.telegram.moderators.members import sender_id
from memebot.telegram.moderators.tools import TeamTools
from memebot.telegram.pictures import Pictures
from memebot.telegram.transport.delivery import Destination
from memebot.telegram.transport.session import FAILED
from memebot.web.console.access import Access
from memebot.web.console.sessions import AppPerson, ConsoleSessions

P = ParamSpec("P")
T = TypeVar("T")

_END_ALL = "console-end-all"


class TeamConsole:
    """Lets the team in, and tells the console whom it deals with; what ``memebot.web`` calls ``BotHooks``."""

    def __init__(
        self,
        token: str,
        tools: TeamTools,
        pictures: Pictures,
        sessions: ConsoleSessions,
        addresses: Addresses | None,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        """``token``: of the bot, with which Telegram signs. ``addresses``: None where no pages are served."""
        self._token, self._tools, self._pictures, self._clock = token, tools, pictures, clock
        self.sessions, self.addresses = sessions, addresses
        self.access = Access(tools.stores, sessions)
        self._telling: set[asyncio.Task[None]] = set()
        self.wakes: Sequence[Callable[[], None]] = ()

    async def may_enter(self, user_id: int) -> bool:
        """Whether this person has any role."""
        await self.meet(user_id)
        return bool(await self._tools.db.run(self.access.rights, user_id))

    async def invite(self, message: Message, by: int, texts: Texts) -> None:
        """Answer ``/console``."""
        place = Destination.of(message)
        if self.addresses is None or not self.addresses.origin:
            await self._tools.delivery.send(place, texts("console-no-web"))
            return
        if not place.private:
            await self._tools.delivery.send(place, texts("console-in-private"))
            return
        token = await self._tools.db.run(self.sessions.issue_link, by, now=self._clock())
        link = self.addresses.whole(self.addresses.console(f"enter/{token}"))
        await self._tools.delivery.send(place, texts("console-here", link=escape(link)), self._button(texts))

    def _button(self, texts: Texts) -> InlineKeyboardMarkup | None:
        """Telegram opens Mini Apps over https alone."""
        assert self.addresses is not None
        url = self.addresses.whole(self.addresses.console("app"))
        if not url.startswith("https:"):
            return None
        button = InlineKeyboardButton(text=texts("console-open"), web_app=WebAppInfo(url=url))
        return InlineKeyboardMarkup(inline_keyboard=[[button]])

    async def end_all(self, query: CallbackQuery, texts: Texts) -> None:
        """Whoever pressed is nowhere in the console any more."""
        await self._tools.db.run(self.sessions.end_all, query.from_user.id, now=self._clock())
        await self._tools.delivery.toast(query, texts("console-entered-ended"), alert=True)

    # --- what the console asks

    async def meet(self, user_id: int) -> None:
        """Be sure whether this person is in the moderators' chat."""
        await self._tools.members.check(user_id)

    async def names(self, people: Iterable[int | None], texts: Texts) -> dict[int, str]:
        """What these are called, as HTML."""
        return await self._tools.members.names.of(people, texts)

    async def fetch(self, file_id: str) -> bytes:
        """A file's bytes. Raises ``ChatError``, or ``TelegramNetworkError`` in the end."""
        return await self._tools.delivery.fetch(file_id)

    async def infer(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run something slow on the inference thread."""
        return await self._pictures.inference.run(work, *args, **kwargs)

    async def read(self, user_id: int, picture: bytes) -> Reading:
        """What is in a picture, in this person's turn. Raises a ``QueueError`` or a ``MediaError``."""
        async with self._pictures.queue.turn(user_id):
            return await self._pictures.inference.run(self._pictures.vision.read, picture)

    async def explain_group(self, group: GroupId) -> tuple[int, int]:
        """Look whether the base explains a group's memes by now: (how many, of how many)."""
        return await self._pictures.search_group_again(group)

    def app_person(self, init_data: str) -> AppPerson | None:
        """Who opened the Mini App; ``None`` where the signature is not Telegram's for this bot."""
        try:
            data = safe_parse_webapp_init_data(self._token, init_data)
        except ValueError:  # pydantic's for what is signed and makes no sense, too
            return None
        if data.user is None or data.user.is_bot:
            return None
        return AppPerson(data.user.id, data.user.language_code, data.auth_date, data.hash)

    def entered(self, user_id: int, device: str) -> None:
        """Tell this person that somebody has entered with their link; Telegram may let that wait."""
        task = asyncio.create_task(self._tell(user_id, device))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell(self, user_id: int, device: str) -> None:
        texts = await self._tools.cards.texts_of(user_id)
        button = InlineKeyboardButton(text=texts("console-entered-end"), callback_data=_END_ALL)
        keyboard = InlineKeyboardMarkup(inline_keyboard=[[button]])
        with suppress(Unreachable, *FAILED):
            said = texts("console-entered", device=escape(device))
            await self._tools.delivery.send(Destination(user_id), said, keyboard)

    async def person(self, name: str) -> int | None:
        """Whose @name that is, as far as Telegram tells."""
        return await self._tools.members.by_name(name)

    def changed(self) -> None:
        """Wake what redraws cards, posts, and tells people."""
        for wake in self.wakes:
            wake()


class _OfTheTeam(Filter):
    """Written by somebody with a role, in private or where the team meets; the handler gets ``by``."""

    async def __call__(self, message: Message, console: TeamConsole, tools: TeamTools) -> bool | dict[str, int]:
        by = sender_id(message)
        if by is None or not (message.chat.type == "private" or tools.members.chat.is_here(message.chat.id)):
            return False
        return {"by": by} if await console.may_enter(by) else False


def build_console_router() -> Router:
    """Handlers of ``/console``."""
    router = Router(name="console")
    router.message.register(_invite, Command("console"), _OfTheTeam())
    router.callback_query.register(_end_all, F.data == _END_ALL)
    return router


async def _invite(message: Message, by: int, console: TeamConsole, texts: Texts) -> None:
    await console.invite(message, by, texts)


async def _end_all(query: CallbackQuery, console: TeamConsole, texts: Texts) -> None:
    await console.end_all(query, texts)
