"""A moderators' chat over the fake session: what stands in every message, who presses what, a clock to turn."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageText,
    GetChat,
    GetChatAdministrators,
    GetChatMember,
    SendMessage,
    TelegramMethod,
)
from aiogram.types import ChatFullInfo, ChatMemberLeft, ChatMemberMember, ChatMemberOwner, User
from chats import NOW, Chats, FakeSession, in_database, open_chats

from memebot.telegram.moderators.tools import TeamTools
from memebot.telegram.role_news import RoleNews
from memebot.telegram.transport.rate_limit import RateLimit
from moderation.model import MediaSummary, Medium, Submission, SubmissionDraft
from moderation.stores import Moderation

HOME = -1001
OWNER, ANNA, BORIS, READER, AUTHOR = 1, 2, 3, 4, 50
NAMES = {OWNER: "Olga", ANNA: "Anna", BORIS: "Boris", READER: "Rita", AUTHOR: "Artur"}
ANONYMOUS = 1087968824


@dataclass
class Clock:
    """Time stands still until a test lets it pass."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Shown:
    """What stands in a message of the bot's."""

    chat: int
    message_id: int
    text: str
    keyboard: Any
    call: TelegramMethod[Any]

    @property
    def labels(self) -> list[str]:
        return [button.text for row in self._rows for button in row]

    @property
    def _rows(self) -> list[Any]:
        return getattr(self.keyboard, "inline_keyboard", None) or []

    def data(self, label: str) -> str:
        """What the button of this text carries."""
        found = [b.callback_data for row in self._rows for b in row if b.text.startswith(label)]
        assert found, f"no button {label!r} among {self.labels}"
        return str(found[0])


class TeamSession(FakeSession):
    """Remembers what stands where after every edit, knows who is in the chat, and lets messages vanish."""

    def __init__(self) -> None:
        super().__init__()
        self.screen: dict[tuple[int, int], Shown] = {}
        self.inside = {OWNER, ANNA, BORIS}
        self.gone: set[tuple[int, int]] = set()

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[Any],
        timeout: int | None = None,  # noqa: ASYNC109 (aiogram's name)
    ) -> Any:
        if isinstance(method, EditMessageText) and (method.chat_id, method.message_id) in self.gone:
            self.calls.append(method)
            raise TelegramBadRequest(method, "Bad Request: message to edit not found")
        result = await super().make_request(bot, method, timeout)
        chat = getattr(method, "chat_id", None)
        if isinstance(method, SendMessage):
            self._show(int(method.chat_id), result.message_id, method.text, method)
        elif isinstance(method, EditMessageText):
            assert isinstance(chat, int)
            self._show(chat, int(method.message_id or 0), method.text or "", method)
        return result

    def _show(self, chat: int, number: int, text: str, method: Any) -> None:
        self.screen[chat, number] = Shown(chat, number, text, method.reply_markup, method)

    def _answer(self, method: TelegramMethod[Any]) -> Any:
        if isinstance(method, GetChat):
            name = NAMES.get(int(method.chat_id)) if not str(method.chat_id).startswith("@") else None
            if name is None:
                raise TelegramBadRequest(method, "Bad Request: chat not found")
            return ChatFullInfo.model_construct(id=int(method.chat_id), type="private", first_name=name)
        if isinstance(method, GetChatMember):
            person = user(method.user_id)
            return ChatMemberMember(user=person) if method.user_id in self.inside else ChatMemberLeft(user=person)
        if isinstance(method, GetChatAdministrators):
            return [ChatMemberOwner(user=user(person), is_anonymous=False) for person in sorted(self.inside)]
        return super()._answer(method)


def user(person: int) -> User:
    name = NAMES.get(person, f"User{person}")
    return User(id=person, is_bot=False, first_name=name, username=name.lower())


_KEYS = itertools.count(1)


@dataclass
class Team:
    """A bot with a moderators' chat; every method waits until what it does is dealt with."""

    chats: Chats
    session: TeamSession
    clock: Clock
    stores: Moderation
    langs: dict[int, str] = field(default_factory=lambda: {ANNA: "ru"})

    @property
    def tools(self) -> TeamTools:
        return self.chats.running.tools

    def found(self, settings: dict[str, Any]) -> None:
        """Give out the roles and settings."""
        for person in (ANNA, BORIS):
            self.stores.people.grant(person, "moderator", by=OWNER, now=NOW)
        for name, value in settings.items():
            self.stores.community.set(name, value, by=OWNER, now=NOW)

    async def db(self, work: Callable[[], Any]) -> Any:
        return await in_database(self.chats, work)

    async def submit(self, count: int = 1, **facts: Any) -> Submission:
        """A proposal that waits, without a card."""
        media = facts.pop("media", None) or tuple(Medium("photo", f"file{n}", f"unique{n}") for n in range(count))
        told = facts.pop("reading", MediaSummary())
        draft = SubmissionDraft(
            **{
                "key": f"k{next(_KEYS)}",
                "author_id": AUTHOR,
                "author_name": "Artur <3",
                "media": media,
                "reading": told,
                **facts,
            }
        )
        found: Submission = await self.db(lambda: self.stores.queue.submit(draft, now=self.clock.now))
        return found

    async def card(self, **facts: Any) -> Submission:
        """A proposal that waits, with its card in the moderators' chat."""
        found = await self.submit(**facts)
        await self.tools.watch.look()
        return found

    async def break_off(self, number: int) -> None:
        """Nobody knows whether it was posted."""

        def work() -> None:
            self.stores.queue.approve(number, ANNA, when="now", now=self.clock.now)
            self.clock.forward(minutes=2)
            self.stores.posts.begin_publishing(number, self.stores.submissions.get(number).version, now=self.clock.now)
            self.stores.posts.mark_unknown(number, now=self.clock.now)

        await self.db(work)

    async def get(self, number: int) -> Submission:
        found: Submission = await self.db(lambda: self.stores.submissions.get(number))
        return found

    async def cards(self, number: int, chat: int | None = None) -> list[Shown]:
        """The cards of a submission as people see them."""
        known = await self.db(lambda: self.stores.outbox.cards(number))
        return [
            self.session.screen[c.chat_id, c.message_id]
            for c in known
            if c.kind != "media" and chat in (None, c.chat_id)
        ]

    async def shown(self, number: int) -> Shown:
        """The one card of a submission."""
        (card,) = await self.cards(number)
        return card

    def query(self, person: int, data: str, chat: int, message_id: int) -> Any:
        """A press, as an update."""
        message = {
            "message_id": message_id,
            "chat": {"id": chat, "type": "private" if chat > 0 else "supergroup"},
            "date": 0,
        }
        number = f"q{next(_KEYS)}"
        return self.chats.update(
            callback_query={
                "id": number,
                "chat_instance": "1",
                "data": data,
                "message": message,
                "from": self._person(person),
            }
        )

    def _person(self, person: int) -> dict[str, Any]:
        return {
            "id": person,
            "is_bot": False,
            "first_name": NAMES.get(person, "x"),
            "language_code": self.langs.get(person, "en"),
        }

    async def press(self, person: int, number: int, label: str, chat: int = HOME) -> str:
        """Press a button of a submission's card by its text; what the bot answered."""
        card = (await self.cards(number, chat))[0]
        return await self.press_data(person, card.data(label), chat, card.message_id)

    async def press_data(self, person: int, data: str, chat: int = HOME, message_id: int | None = None) -> str:
        """Press what may not be there (any more), by default in the first message with buttons of that chat."""
        if message_id is None:
            message_id = min(n for (c, n), shown in self.session.screen.items() if c == chat and shown.keyboard)
        before = len(self.session.of(AnswerCallbackQuery))
        await self.chats.feed(self.query(person, data, chat, message_id))
        (answer,) = self.session.of(AnswerCallbackQuery)[before:]
        return answer.text or ""

    async def say(self, person: int, text: str, chat: int = HOME, *, reply: int | None = None, **content: Any) -> str:
        """Write; the bot's last new message."""
        replied = (
            {}
            if reply is None
            else {
                "reply_to_message": self.chats.message(chat=chat)
                | {"message_id": reply, "from": {"id": 42, "is_bot": True, "first_name": "Bot"}, "text": "x"}
            }
        )
        sender = {"from": self._person(person)}
        if person == ANONYMOUS:
            sender = {
                "from": {"id": ANONYMOUS, "is_bot": True, "first_name": "Group"},
                "sender_chat": {"id": chat, "type": "supergroup"},
            }
        before = len(self.session.of(SendMessage))
        await self.chats.say(text, chat=chat, **replied, **(sender | content))
        sent = self.session.of(SendMessage)[before:]
        return sent[-1].text if sent else ""

    async def tell_new_roles(self) -> None:
        """Tell of roles given since the last time; the first time only see what there is."""
        await next(work for work in self.chats.running.beside if isinstance(work, RoleNews)).look()

    def last(self) -> Shown:
        """The message that was sent last."""
        return self.session.screen[max(self.session.screen, key=lambda key: key[1])]


Scenario = Callable[[Team], Awaitable[None]]


async def with_team(path: Path, scenario: Scenario, **options: Any) -> None:
    """Run a scenario with a bot that has a moderators' chat: Olga owns, Anna and Boris moderate."""
    clock, session = options.pop("clock", None) or Clock(), options.pop("session", None) or TeamSession()
    home, settings = options.pop("home", HOME), options.pop("settings", {})
    async with open_chats(path, session=session, clock=clock, owners=[OWNER], moderators_chat=home, **options) as chats:
        made = Team(chats, session, clock, chats.stores)
        await made.db(lambda: made.found({"daily_limit": 1000, "zone": "UTC", **settings}))
        made.tools.cards.rate = RateLimit(per_minute=1e6, burst=1e6)
        await scenario(made)


def member(old: str, new: str, chat: int, person: int = 42) -> dict[str, Any]:
    """Somebody comes, goes or is thrown out, by default the bot itself."""
    who = {"id": person, "is_bot": person == 42, "first_name": NAMES.get(person, "Bot")}
    return {
        "chat": {"id": chat, "type": "private" if chat > 0 else "supergroup"},
        "from": {"id": OWNER, "is_bot": False, "first_name": "x", "language_code": "en"},
        "date": 0,
        "old_chat_member": {"status": old, "user": who},
        "new_chat_member": {"status": new, "user": who},
    }
