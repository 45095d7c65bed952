"""A real bot over a fake session, a vision whose readings can be predicted, and a database in a file."""

from __future__ import annotations

import asyncio
import hashlib
import io
import itertools
import tempfile
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from types import FunctionType, MethodType
from typing import Any

import numpy as np
from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.dispatcher.event.handler import CallableObject, HandlerObject
from aiogram.filters import Filter
from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageText,
    GetFile,
    GetMe,
    GetUpdates,
    SendAnimation,
    SendDocument,
    SendMediaGroup,
    SendMessage,
    SendPhoto,
    SendSticker,
    SendVideo,
    SendVideoNote,
    TelegramMethod,
)
from aiogram.types import Chat, File, Message, Update, User
from PIL import Image

from knowledge.entry.model import Entry, EntryId
from knowledge.reading import EncoderId, Fingerprint, Keypoints, Line, Reading, Vectors
from knowledge.search.calibration import DEFAULT
from knowledge.search.searcher import Match, Searcher
from knowledge.search.visual import no_geometry
from knowledge.store.base import KnowledgeBase
from memebot.app import BotApp, BotOptions, SharedWork, _open_stores, open_bot
from memebot.database import Database, open_database
from memebot.drafting.material import Material
from memebot.inference import FairQueue
from memebot.settings import load
from memebot.telegram.transport.limits.sending import OwnLimits
from memebot.telegram.transport.session import Pace, Patience
from memebot.vision.errors import MediaError
from moderation.rules import Picture

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TOKEN = "42:TEST_TEST_TEST_TEST_TEST_TEST_TEST_T"
ME = User(id=42, is_bot=True, first_name="Bot", username="meme_bot")
FAKE = EncoderId("fake-00000000")
OWNERS = (900,)
NO_VECTORS = np.zeros((0, 0), np.float32)


_ONE_MESSAGE = (
    SendMessage,
    SendDocument,
    SendPhoto,
    SendVideo,
    SendAnimation,
    SendSticker,
    SendVideoNote,
)


_look_at = CallableObject.__post_init__
_LOOKED_AT: dict[Any, tuple[bool, frozenset[str], bool]] = {}


def _look_once(self: CallableObject) -> None:
    """What aiogram finds out about a function it finds out once: tests build a thousand bots of the same handlers."""
    match self.callback:
        case FunctionType(__code__=key) | MethodType(__func__=FunctionType(__code__=key)):
            known = key, isinstance(self.callback, MethodType)
        case Filter():
            known = type(self.callback), True
        case _:
            _look_at(self)
            return
    if hasattr(self.callback, "__wrapped__"):
        _look_at(self)
        return
    if known not in _LOOKED_AT:
        _look_at(self)
        _LOOKED_AT[known] = self.awaitable, frozenset(self.params), self.varkw
    self.awaitable, params, self.varkw = _LOOKED_AT[known]
    self.params = set(params)


_handle = HandlerObject.__post_init__


def _handle_plainly(self: HandlerObject) -> None:
    """A plain function hides no class and no other function: there is nothing to unwrap, thousands of times a bot."""
    if isinstance(self.callback, FunctionType) and not self.callback.__dict__:
        _look_once(self)
    else:
        _handle(self)


CallableObject.__post_init__ = _look_once  # type: ignore[method-assign]
HandlerObject.__post_init__ = _handle_plainly  # type: ignore[method-assign]


class Waits:
    """Time that passes only where somebody waits: what Telegram asks to wait takes no time in tests."""

    def __init__(self) -> None:
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


class FakeSession(BaseSession):
    """Answers every call plausibly, or with what a test has put into ``planned``; records all calls."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[TelegramMethod[Any]] = []
        self.planned: deque[tuple[type, Exception | Callable[[], Any]]] = deque()
        self.files: dict[str, bytes] = {}
        self._numbers = itertools.count(1000)

    def plan(self, kind: type, outcome: Exception | Callable[[], Any]) -> None:
        """The next call of this kind ends like this."""
        self.planned.append((kind, outcome))

    def of(self, *kinds: type) -> list[Any]:
        """Recorded calls of these kinds, in order."""
        return [call for call in self.calls if isinstance(call, kinds)]

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[Any],
        timeout: int | None = None,  # noqa: ASYNC109 (aiogram's name)
    ) -> Any:
        self.calls.append(method)
        for planned in self.planned:
            if isinstance(method, planned[0]):
                self.planned.remove(planned)
                if isinstance(planned[1], Exception):
                    raise planned[1]
                return planned[1]()
        return self._answer(method)

    def _answer(self, method: TelegramMethod[Any]) -> Any:
        if isinstance(method, GetMe):
            return ME
        if isinstance(method, GetFile):
            return File(file_id=method.file_id, file_unique_id=method.file_id, file_path=method.file_id)
        if isinstance(method, GetUpdates):
            return []
        if isinstance(method, _ONE_MESSAGE):
            return self._sent(method.chat_id)
        if isinstance(method, SendMediaGroup):
            return [self._sent(method.chat_id) for _ in method.media]
        return True

    def _sent(self, chat_id: int | str) -> Message:
        number = chat_id if isinstance(chat_id, int) else -100
        return Message(message_id=next(self._numbers), date=NOW, chat=Chat(id=number, type="private"))

    async def stream_content(  # type: ignore[override]
        self, url: str, *args: Any, **kwargs: Any
    ) -> AsyncGenerator[bytes, None]:
        yield self.files.get(url.rsplit("/", 1)[-1], b"")

    async def close(self) -> None:
        """Nothing is open."""


def small_jpeg() -> bytes:
    """What stands for a picture where a model is to see it."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG")
    return out.getvalue()


@dataclass
class FakeVision:
    """Reads the bytes as text: each line is a line on the picture; ``broken`` cannot be read."""

    searcher: Searcher
    encoder: EncoderId = FAKE
    bank: Vectors = field(default_factory=lambda: NO_VECTORS)
    threshold: float = DEFAULT.threshold
    reads: int = 0
    searches: int = 0
    refreshed: int = 0
    screens: int = 0
    gate: Callable[[], None] = field(default=lambda: None)

    def read(self, data: bytes) -> Reading:
        self.gate()
        self.reads += 1
        if data.startswith(b"broken"):
            raise MediaError("damaged", "damaged")
        digest = hashlib.sha256(data)
        none = Keypoints(np.zeros((0, 2), np.float32), np.zeros((0, 128), np.uint8), (9, 9))
        lines = tuple(Line(text, 0.9, "en", (0.0, 0.0, 1.0, 0.1)) for text in data.decode().splitlines())
        return Reading(digest.hexdigest(), (Fingerprint(digest.hexdigest(), digest.digest(), 100, none),), lines)

    def begin(self, data: bytes) -> Callable[[], Reading]:
        return partial(self.read, data)

    def measure(self, data: bytes, lines: Sequence[Line]) -> Picture:
        return Picture(100, 100, 0.5, sum(len(line.text) for line in lines))

    def with_screens(self, data: bytes, reading: Reading) -> Reading:
        self.screens += 1
        if data.startswith(b"broken"):
            raise MediaError("damaged", "damaged")
        return replace(reading, frames=tuple(replace(frame, shown=frame.keypoints) for frame in reading.frames))

    def search(self, reading: Reading) -> tuple[int, Sequence[Match]]:
        self.searches += 1
        return self.searcher._kb.generation(), self.searcher.search(reading)

    def scaled(self, data: bytes) -> bytes:
        if data.startswith(b"broken"):
            raise MediaError("damaged", "damaged")
        return small_jpeg()

    def material(self, reading: Reading, picture: bytes) -> Material:
        return Material.of(reading, picture, self.searcher.search(reading), self.searcher.entries())

    def refresh(self) -> None:
        self.refreshed += 1

    @property
    def kb(self) -> KnowledgeBase:
        return self.searcher._kb


def entry(entry_id: str, kind: str, ru: str, en: str, **fields: Any) -> Entry:
    title = fields.pop("title", {"ru": f"{entry_id} (ru)", "en": f"{entry_id} (en)"})
    return Entry(id=EntryId(entry_id), kind=kind, title=title, text={"ru": ru, "en": en}, **fields)  # type: ignore[arg-type]


ENTRIES = (
    entry(
        "overfitting",
        "concept",
        "Модель зубрит. Смешно.",
        "The model swots. Funny 1 < 2 & 3.",
        aliases=("overfit",),
        title={"ru": "Переобучение", "en": "Overfitting"},
    ),
    entry(
        "regularization",
        "concept",
        "Штраф за сложность.",
        "A fine for complexity.",
        aliases=("regularization", "регуляризация"),
        title={"ru": "Регуляризация", "en": "Regularization"},
    ),
    entry("lava", "format", "Пола не касаются.", "The floor is not touched.", says=("the floor is",)),
    entry(
        "swot",
        "joke",
        "Шутка про зубрилу.",
        "A joke about a swot.",
        says=("nobody expects the validation set",),
        concepts=(EntryId("overfitting"),),
    ),
)
JOKE = b"nobody expects the validation set\nbut overfit"
UNKNOWN = b"boil the beetroot for two hours"


_UPDATES = itertools.count(1)  # Telegram goes on counting when the bot starts again


class Chats:
    """A bot that can be written to: every method makes an update and waits until it is dealt with."""

    def __init__(self, opened: BotApp, session: FakeSession, vision: FakeVision) -> None:
        self.app, self.running, self.database, stores = opened, opened.runtime, opened.db, opened.stores
        self.state, self.stores, self.drafts = stores.state, stores.moderation, stores.drafts
        self.session, self.vision, self.kb = session, vision, stores.pages.kb
        self.answering = self.running.dispatcher["conversation"].answering
        self.time = NOW
        self._messages = itertools.count(1)

    def update(self, **content: Any) -> Update:
        return Update.model_validate({"update_id": next(_UPDATES), **content}, context={"bot": self.running.bot})

    async def feed(self, *updates: Update) -> None:
        await self.running.intake.accept(updates)
        await self.running.intake.room(0)

    async def sent(self, count: int) -> None:
        """Wait until so many messages have been sent."""
        while len(self.session.of(SendMessage)) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    def message(self, *, user: int = 1, chat: int | None = None, lang: str = "en", **content: Any) -> dict[str, Any]:
        chat = user if chat is None else chat
        kind = "private" if chat > 0 else "supergroup"
        return {
            "message_id": next(self._messages),
            "date": int(NOW.timestamp()),
            "chat": {"id": chat, "type": kind},
            "from": {"id": user, "is_bot": False, "first_name": "Secret Name", "language_code": lang},
            **content,
        }

    def photo(self, data: bytes, **content: Any) -> dict[str, Any]:
        name = hashlib.sha256(data).hexdigest()[:12]
        self.session.files[name] = data
        size = {"file_id": name, "file_unique_id": name, "width": 9, "height": 9, "file_size": len(data)}
        return self.message(photo=[size], **content)

    async def say(self, text: str, **content: Any) -> None:
        entities = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}] if text[:1] == "/" else None
        extra = {"entities": entities} if entities else {}
        await self.feed(self.update(message=self.message(text=text, **extra, **content)))

    async def show(self, data: bytes, **content: Any) -> None:
        await self.feed(self.update(message=self.photo(data, **content)))

    async def press(
        self, button: str, *, user: int = 1, message_id: int | None = None, accessible: bool = True, **content: Any
    ) -> Any:
        """Press a button of the last message by its text, or by its data; the toast that came of it."""
        last = self.shown()[-1]
        data = next((b.callback_data for b in self.buttons(last) if b.text == button), button)
        chat = int(last.chat_id)
        number = message_id or getattr(last, "message_id", None) or 1000
        kind = "private" if chat > 0 else "supergroup"
        message: dict[str, Any] = {"message_id": number, "chat": {"id": chat, "type": kind}, "date": 0}
        if accessible:
            markup = last.reply_markup.model_dump(exclude_none=True)
            message |= {"date": int(NOW.timestamp()), "text": "x", "reply_markup": markup, **content}
        before = len(self.session.of(AnswerCallbackQuery))
        query = {
            "id": str(number),
            "chat_instance": "1",
            "data": data,
            "message": message,
            "from": {"id": user, "is_bot": False, "first_name": "Secret Name", "language_code": "en"},
        }
        await self.feed(self.update(callback_query=query))
        answered = self.session.of(AnswerCallbackQuery)[before:]
        return answered[0] if answered else None

    def shown(self) -> list[Any]:
        """Messages that people saw: sent or edited."""
        return self.session.of(SendMessage, EditMessageText)

    def texts(self) -> list[str]:
        return [call.text for call in self.shown()]

    @staticmethod
    def buttons(call: Any) -> list[Any]:
        return [b for row in (call.reply_markup.inline_keyboard if call.reply_markup else ()) for b in row]

    def labels(self) -> list[str]:
        """Texts of the last message's buttons."""
        return [button.text for button in self.buttons(self.shown()[-1])]


def drawn(pictures: Sequence[bytes | None]) -> bytes:
    """A collage that can be predicted."""
    return b"|".join(picture or b"-" for picture in pictures)


def _vision(kb: KnowledgeBase) -> FakeVision:
    return FakeVision(Searcher(kb, encoder=None, bank=NO_VECTORS, verify=no_geometry))


@cache
def _fresh_database() -> bytes:
    """A database at its schema with ``ENTRIES`` in it, made once."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "memebot.sqlite3"
        database = open_database(path)
        kb = KnowledgeBase(database)
        for item in ENTRIES:
            kb.changes.save(item, author="test", now=NOW)
        _open_stores(database, load(home=path.parent, knowledge=path.parent / "no-files"), _vision(kb))
        database.close()
        return path.read_bytes()


def _opened(path: Path) -> Database:
    """The database at ``path``; where there is none yet, a fresh one."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_fresh_database())
    return open_database(path)


@asynccontextmanager
async def open_chats(
    path: Path,
    *,
    session: FakeSession | None = None,
    clock: Callable[[], datetime] | None = None,
    queue: FairQueue | None = None,
    album_window_s: float = 0.05,
    owners: Iterable[int] = OWNERS,
    part: SharedWork | None = None,
    **settings: Any,
) -> AsyncIterator[Chats]:
    """A bot over the database at ``path``; opening it again is a restart."""
    session = session or FakeSession()
    settings = {"home": path.parent, "knowledge": path.parent / "no-files", **settings}
    settings["owners"] = ",".join(map(str, owners))
    database = _opened(path)
    vision = _vision(KnowledgeBase(database))

    def now() -> datetime:
        return clock() if clock is not None else chats.time if chats is not None else NOW

    chats: Chats | None = None
    options = BotOptions(session, now, drawn, queue, album_window_s=album_window_s, shared=part)
    async with open_bot(load(**settings), vision, token=TOKEN, options=options) as opened:
        chats = Chats(opened, session, vision)
        waits = Waits()
        limits = OwnLimits(waits.clock)
        for middleware in session.middleware:
            if isinstance(middleware, Patience | Pace):
                middleware._sleep, middleware._limits = waits.sleep, limits
        try:
            yield chats
        finally:
            await chats.running.intake.drain(5)
            await chats.running.delivery.close()
    database.close()


async def in_database(chats: Chats, work: Callable[[], Any]) -> Any:
    """Do something to the bot's database, on its thread."""
    return await chats.database.run(work)
