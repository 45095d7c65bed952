"""What handlers of editors work with, and how they answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from zoneinfo import ZoneInfo

from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from knowledge.entry.model import Entry
from knowledge.reading import Keypoints, Lang
from memebot.editing.drafting import Prefill
from memebot.editing.drafts import Panel
from memebot.editing.editing import Editing
from memebot.editing.prefill import PrefillPicture
from memebot.i18n import Texts
from memebot.telegram.editors import buttons, pages
from memebot.telegram.pictures import Pictures
from memebot.telegram.transport.delivery import Delivery, Destination
from memebot.telegram.ui.attachments import TELEGRAM_MAX_MB, asker, attachment

P = ParamSpec("P")
T = TypeVar("T")

Collage = Callable[[Sequence[bytes | None]], bytes]
"""One to nine pictures, None for one that cannot be had -> one picture with their numbers."""


RoleSheet = Callable[[Entry, bytes | Keypoints | None, Lang], bytes]
"""A format and the picture on which its boxes are measured, or its features -> a picture with numbered boxes."""


class EditorInput(StatesGroup):
    """What the editor's next message is."""

    value = State()
    phrase = State()
    comment = State()
    licence = State()
    entry_id = State()
    rename = State()
    merge = State()


@dataclass(frozen=True, slots=True, eq=False)
class Editors:
    """What serves editors. ``wake``: the base has changed, and people may be waiting for that."""

    editing: Editing
    pictures: Pictures
    delivery: Delivery
    collage: Collage
    draw_roles: RoleSheet
    wake: Callable[[], None]
    max_mb: int = TELEGRAM_MAX_MB


@dataclass(frozen=True, slots=True, eq=False)
class EditorChat:
    """One message or press of an editor, and all that is needed to deal with it; times are shown in ``zone``."""

    event: Message | CallbackQuery
    services: Editors
    state: FSMContext
    texts: Texts
    zone: ZoneInfo

    @property
    def user(self) -> int:
        """Who wrote or pressed."""
        user = self.event.from_user
        return user.id if user else 0

    @property
    def message(self) -> Message:
        """What was written; only for handlers of messages."""
        return cast(Message, self.event)

    @property
    def place(self) -> Destination:
        """Where a new message goes."""
        return Destination.of(self.event) if isinstance(self.event, Message) else Destination(self.user)

    @property
    def editing(self) -> Editing:
        """The use cases."""
        return self.services.editing

    async def use(self, work: Callable[Concatenate[int, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a use case for this editor on the thread of the database."""
        return await self.services.pictures.db.run(work, self.user, *args, **kwargs)

    async def infer(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a use case on the inference thread."""
        return await self.services.pictures.inference.run(work, *args, **kwargs)

    async def ask(self, question: State, **data: Any) -> None:
        """The editor's next message answers this."""
        await self.state.set_state(question)
        await self.state.set_data(data)

    async def send(self, html: str, keyboard: InlineKeyboardMarkup | None = None) -> None:
        """Send a new message."""
        await self.services.delivery.send(self.place, html, keyboard)

    async def show(self, html: str, keyboard: InlineKeyboardMarkup | None = None) -> None:
        """Answer a message; put into the message under which the pressed button is, else into a new one."""
        message = self.event.message if isinstance(self.event, CallbackQuery) else None
        edited = None
        if isinstance(message, Message) and message.text is not None:
            edited = await self.services.delivery.edit(self.place, message.message_id, html, keyboard)
        if edited is None:
            await self.send(html, keyboard)

    async def show_panel(self, panel: Panel) -> None:
        """Show a draft with all that can be done with it."""
        await self.show(pages.panel(panel, self.texts), buttons.panel(panel, self.texts))

    async def replied_picture(self) -> PrefillPicture | None:
        """The picture that a message replies to, read; None where it replies to none."""
        replied, services = self.message.reply_to_message, self.services
        picture = None if replied is None else attachment(replied, max_mb=services.max_mb)
        if picture is None:
            return None
        async with services.delivery.typing(self.place):
            reading = await services.pictures.read(asker(self.message), picture, services.delivery.fetch)
        return PrefillPicture(reading, picture.file_id)

    async def begin(self, start: Prefill) -> Panel:
        """Begin a new entry, with what its first picture resembles."""
        if start.pictures:
            reading = start.pictures[0].reading
            matches = await self.infer(self.editing.dry_runs.matches, reading)
            start = replace(start, matches=matches)
        return await self.use(self.editing.drafting.new, start)
