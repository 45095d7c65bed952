"""Sending and editing, with everything that a chat can do to that settled here once.

Handlers see a message id, None where there was nothing left to do, or ``Unreachable``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp
from aiogram import Bot
from aiogram.enums import ParseMode
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
)
from aiogram.methods import (
    GetFile,
    SendAnimation,
    SendDocument,
    SendMediaGroup,
    SendPhoto,
    SendSticker,
    SendVideo,
    SendVideoNote,
)
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    ForceReply,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    LinkPreviewOptions,
    MaybeInaccessibleMessageUnion,
    Message,
    MessageEntity,
    ReplyParameters,
)

from memebot.telegram.errors import FileGone, FileTooLarge, Unreachable
from memebot.telegram.transport.limits.sending import REMEMBERED_CHATS
from memebot.telegram.transport.server_files import ServerFiles
from memebot.telegram.transport.session import FAILED, repeats
from memebot.telegram.ui.attachments import TELEGRAM_MAX_MB
from moderation.model import UNCAPTIONED, Medium

T = TypeVar("T")
log = logging.getLogger(__name__)

ACTION_EVERY_S = 4.5
"""Telegram shows a chat action for five seconds."""
_DOWNLOAD_ATTEMPTS = 4
_DOUBLES = 2
"""So many messages before one that was sent again may be the same: others' messages have numbers in between."""
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_SAME = "message is not modified"
_NOT_EDITABLE = ("message to edit not found", "message can't be edited", "message_id_invalid", "message not found")
_NOT_WRITABLE = (
    "chat not found",
    "have no rights",
    "not enough rights",
    "chat_write_forbidden",
    "need administrator rights",
    "user_is_blocked",
    "peer_id_invalid",
    "topic_closed",
    "group chat was deactivated",
    "chat_restricted",
    "bot can't initiate conversation",
)
_NO_THREAD = ("message thread not found", "topic_deleted", "topic_id_invalid")

"""What Telegram shows without words."""
_SINGLE: Mapping[str, Any] = {
    "photo": SendPhoto,
    "video": SendVideo,
    "animation": SendAnimation,
    "document": SendDocument,
    "sticker": SendSticker,
    "video_note": SendVideoNote,
}
COVERED = {"photo", "video", "animation"}
"""What can be hidden behind a spoiler."""
_ALBUM: Mapping[str, Any] = {"photo": InputMediaPhoto, "video": InputMediaVideo, "document": InputMediaDocument}

Moved = Callable[[int, int], Awaitable[None]]
TopicLost = Callable[[int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an answer goes: the chat, its topic, and the message that it answers.

    ``direct``: the messages to a channel, where Telegram shows nobody writing.
    """

    chat_id: int
    thread_id: int | None = None
    reply_to: int | None = None
    private: bool = True
    direct: bool = False

    @classmethod
    def of(cls, message: MaybeInaccessibleMessageUnion) -> Destination:
        """Beside this message."""
        thread = message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None
        chat = message.chat
        return cls(chat.id, thread, message.message_id, chat.type == "private", bool(chat.is_direct_messages))

    @property
    def reply(self) -> ReplyParameters | None:
        """As Telegram wants it: what is gone is not replied to, and that is no error."""
        if not self.reply_to:
            return None
        return ReplyParameters(message_id=self.reply_to, allow_sending_without_reply=True)


class Delivery:
    """Writes into chats.

    ``on_move``: what must hear of groups that have a new id; ``on_topic_lost``: of groups whose topic is gone.
    """

    def __init__(self, bot: Bot, files: ServerFiles | None = None) -> None:
        """``files``: of a Bot API server on this machine."""
        self._bot, self._files = bot, files or ServerFiles(None, TELEGRAM_MAX_MB)
        self.on_move: list[Moved] = []
        self.on_topic_lost: list[TopicLost] = []
        self.moves: dict[int, int] = {}
        self._sent: dict[int, int] = {}
        """The last message that is known to be sent, by chat."""
        self._acting: dict[int, int] = {}
        self._actions: set[asyncio.Task[None]] = set()

    async def moved(self, old: int, new: int) -> None:
        """A group has a new id."""
        if self.moves.get(old) != new:
            self.moves[old] = new
            for hear in self.on_move:
                await hear(old, new)

    async def send(
        self, place: Destination, html: str, keyboard: InlineKeyboardMarkup | ForceReply | None = None
    ) -> int:
        """Send a message, as a reply if what it answers still exists; its id. Raises ``Unreachable``.

        Where Telegram's answer was lost and the message sent again, one of the two is taken away, if buttons tell
        that they are the same.
        """

        async def write(to: Destination) -> int:
            sent = await self._bot.send_message(
                to.chat_id,
                html,
                parse_mode=ParseMode.HTML,
                message_thread_id=to.thread_id,
                reply_parameters=to.reply,
                reply_markup=keyboard,
                link_preview_options=_NO_PREVIEW,
            )
            return sent.message_id

        with repeats() as told:
            number = await self._written(place, write)
        if told and isinstance(keyboard, InlineKeyboardMarkup):
            number = await self._without_double(place.chat_id, number, keyboard)
        if len(self._sent) >= REMEMBERED_CHATS:
            self._sent.clear()
        self._sent[place.chat_id] = number
        return number

    async def _without_double(self, chat_id: int, number: int, keyboard: InlineKeyboardMarkup) -> int:
        """Take a message away that was sent before with the same buttons, a few numbers earlier; the one that stays.

        Telegram has no key for a call. But it says of a message whether these very buttons are under it, and buttons
        under an answer carry its number.
        """
        known = self._sent.get(chat_id, 0)
        for earlier in range(number - 1, max(known, number - 1 - _DOUBLES), -1):
            try:
                await self._bot.edit_message_reply_markup(chat_id=chat_id, message_id=earlier, reply_markup=keyboard)
            except TelegramBadRequest as error:
                if not _says(error, (_SAME,)):
                    continue
            except FAILED:
                break
            else:
                continue
            with suppress(*FAILED):
                await self._bot.delete_message(chat_id, number)
                return earlier
        return number

    async def send_media(
        self,
        place: Destination,
        media: Sequence[Medium],
        caption: str = "",
        entities: Sequence[MessageEntity] = (),
        keyboard: InlineKeyboardMarkup | None = None,
        *,
        quiet: bool = False,
    ) -> list[int]:
        """Send pictures or clips that Telegram has, several as one album; the ids of their messages.

        Stickers and round videos carry no caption, albums no ``keyboard``: there they are left out. ``quiet``: no
        phone rings. Raises
        ``Unreachable``, or ``TelegramBadRequest`` for a file that Telegram does not have any more.
        """

        async def write(to: Destination) -> list[int]:
            where: dict[str, Any] = {
                "chat_id": to.chat_id,
                "message_thread_id": to.thread_id,
                "reply_parameters": to.reply,
                "disable_notification": quiet or None,
            }
            told: dict[str, Any] = {
                "caption": caption or None,
                "caption_entities": list(entities) or None,
                "parse_mode": None,
            }
            if len(media) > 1:
                words = [told, *({"parse_mode": None} for _ in media[1:])]
                album = [
                    _ALBUM[medium.kind](media=medium.file_id, **_cover(medium), **said)
                    for medium, said in zip(media, words, strict=True)
                ]
                return [sent.message_id for sent in await self._bot(SendMediaGroup(media=album, **where))]
            (medium,) = media
            told = {} if medium.kind in UNCAPTIONED else told
            shown = {medium.kind: medium.file_id, **_cover(medium)}
            method = _SINGLE[medium.kind](**shown, **where, **told, reply_markup=keyboard)
            return [(await self._bot(method)).message_id]

        return await self._written(place, write)

    async def _written(self, place: Destination, write: Callable[[Destination], Awaitable[T]]) -> T:
        """Write into a chat, wherever it has moved to, without a topic that is gone. Raises ``Unreachable``."""
        try:
            return await write(place)
        except TelegramMigrateToChat as error:
            await self.moved(place.chat_id, error.migrate_to_chat_id)
            return await self._written(Destination(error.migrate_to_chat_id, private=False), write)
        except TelegramBadRequest as error:
            if place.thread_id is not None and _says(error, _NO_THREAD):
                for hear in self.on_topic_lost:
                    await hear(place.chat_id)
                return await self._written(Destination(place.chat_id, None, place.reply_to, place.private), write)
            raise _unreachable(error, place.chat_id) from error
        except TelegramForbiddenError as error:
            raise Unreachable(place.chat_id, blocked=True) from error

    async def edit(
        self, place: Destination, message_id: int, html: str, keyboard: InlineKeyboardMarkup | None = None
    ) -> int | None:
        """Change a message; its id, or None if it cannot be changed any more. Raises ``Unreachable``."""
        try:
            await self._bot.edit_message_text(
                html,
                chat_id=place.chat_id,
                message_id=message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard,
                link_preview_options=_NO_PREVIEW,
            )
        except TelegramMigrateToChat as error:
            await self.moved(place.chat_id, error.migrate_to_chat_id)
            return None
        except TelegramBadRequest as error:
            if _says(error, (_SAME,)):
                return message_id
            if _says(error, _NOT_EDITABLE):
                return None
            raise _unreachable(error, place.chat_id) from error
        except TelegramForbiddenError as error:
            raise Unreachable(place.chat_id, blocked=True) from error
        return message_id

    async def decorate(
        self,
        chat_id: int,
        message_id: int,
        keyboard: InlineKeyboardMarkup | None,
        caption: str | None = None,
        entities: Sequence[MessageEntity] = (),
    ) -> bool:
        """Give a message of ours another keyboard, or another caption with it; whether it could be changed still.

        Raises ``Unreachable``.
        """
        where: dict[str, Any] = {"chat_id": chat_id, "message_id": message_id, "reply_markup": keyboard}
        try:
            if caption is None:
                await self._bot.edit_message_reply_markup(**where)
            else:
                await self._bot.edit_message_caption(
                    **where, caption=caption, caption_entities=list(entities) or None, parse_mode=None
                )
        except TelegramBadRequest as error:
            if _says(error, (_SAME,)):
                return True
            if isinstance(_unreachable(error, chat_id), Unreachable):
                raise Unreachable(chat_id, blocked=False) from error
            return False
        except TelegramForbiddenError as error:
            raise Unreachable(chat_id, blocked=True) from error
        return True

    async def put(
        self, place: Destination, notice: int | None, html: str, keyboard: InlineKeyboardMarkup | None = None
    ) -> int:
        """Put an answer into the message that announced it, else into a new one; the message's id."""
        edited = None if notice is None else await self.edit(place, notice, html, keyboard)
        return await self.send(place, html, keyboard) if edited is None else edited

    async def send_file(self, place: Destination, data: bytes, name: str, caption: str) -> None:
        """Send a file. Raises ``Unreachable``."""

        async def write(to: Destination) -> None:
            await self._bot.send_document(
                to.chat_id, BufferedInputFile(data, name), caption=caption, message_thread_id=to.thread_id
            )

        await self._written(place, write)

    async def send_picture(
        self, place: Destination, data: bytes, name: str, html: str, keyboard: InlineKeyboardMarkup | None = None
    ) -> int:
        """Send a picture that we drew, with words under it; the message's id. Raises ``Unreachable``."""
        return await self._send_drawn(self._bot.send_photo, place, BufferedInputFile(data, name), html, keyboard)

    async def send_clip(
        self,
        place: Destination,
        data: bytes,
        name: str,
        html: str,
        keyboard: InlineKeyboardMarkup | None = None,
        *,
        moving: bool,
    ) -> int:
        """Send what an experiment shows: a silent video that plays by itself, or a picture; the message's id.

        Raises ``Unreachable``.
        """
        send, ending = (self._bot.send_animation, "mp4") if moving else (self._bot.send_photo, "png")
        return await self._send_drawn(send, place, BufferedInputFile(data, f"{name}.{ending}"), html, keyboard)

    async def _send_drawn(
        self,
        send: Callable[..., Awaitable[Message]],
        place: Destination,
        file: BufferedInputFile,
        html: str,
        keyboard: InlineKeyboardMarkup | None,
    ) -> int:
        async def write(to: Destination) -> int:
            sent = await send(
                to.chat_id,
                file,
                caption=html,
                parse_mode=ParseMode.HTML,
                message_thread_id=to.thread_id,
                reply_parameters=to.reply,
                reply_markup=keyboard,
            )
            return sent.message_id

        return await self._written(place, write)

    async def send_pictures(self, place: Destination, pictures: Sequence[bytes]) -> None:
        """Send pictures of ours, several as an album; nothing where there are none. Raises ``Unreachable``."""
        files = [BufferedInputFile(data, f"{number}.png") for number, data in enumerate(pictures, 1)]

        async def write(to: Destination) -> None:
            if len(files) > 1:
                album: list[Any] = [InputMediaPhoto(media=file) for file in files]
                await self._bot(SendMediaGroup(media=album, chat_id=to.chat_id, message_thread_id=to.thread_id))
            elif files:
                await self._bot(SendPhoto(photo=files[0], chat_id=to.chat_id, message_thread_id=to.thread_id))

        await self._written(place, write)

    async def toast(self, query: CallbackQuery, text: str | None = None, *, alert: bool = False) -> None:
        """Answer a pressed button; one that was pressed too long ago needs no answer any more.

        That it cannot be answered keeps nobody from what the button does.
        """
        with suppress(*FAILED):
            await self._bot.answer_callback_query(query.id, text=text and text[:200], show_alert=alert)

    async def fetch(self, file_id: str) -> bytes:
        """A file's bytes. Raises ``FileTooLarge`` or ``FileGone``, or ``TelegramNetworkError`` in the end."""
        for attempt in range(1, _DOWNLOAD_ATTEMPTS + 1):
            try:
                file = await self._bot.get_file(file_id)
                if file.file_path is None:
                    raise FileGone
                if file.file_path.startswith("/"):
                    return self._files.read(file.file_path)
                stream = await self._bot.download_file(file.file_path)
                return stream.read() if stream is not None else b""
            except TelegramBadRequest as error:
                if "too big" in error.message.lower():
                    raise FileTooLarge(TELEGRAM_MAX_MB) from error
                raise FileGone from error
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                if getattr(error, "status", 0) == 404 and attempt > 1:  # the first time, the link may have aged
                    raise FileGone from error
                if attempt == _DOWNLOAD_ATTEMPTS:
                    raise TelegramNetworkError(GetFile(file_id=file_id), type(error).__name__) from error
            await asyncio.sleep(0.2 * 2**attempt)
        raise FileGone

    @asynccontextmanager
    async def typing(self, place: Destination) -> AsyncIterator[None]:
        """A sign of life while something is worked on: one a chat, however many messages are waiting in it."""
        if place.direct:
            yield
            return
        self._acting[place.chat_id] = self._acting.get(place.chat_id, 0) + 1
        if self._acting[place.chat_id] == 1:
            task = asyncio.create_task(self._act(place))
            self._actions.add(task)
            task.add_done_callback(self._actions.discard)
        try:
            yield
        finally:
            self._acting[place.chat_id] -= 1
            if not self._acting[place.chat_id]:
                del self._acting[place.chat_id]

    async def _act(self, place: Destination) -> None:
        """Signs of life for ten minutes at most; that one fails matters to nobody."""
        for _ in range(int(600 / ACTION_EVERY_S)):
            with suppress(*FAILED):
                await self._bot.send_chat_action(place.chat_id, "typing", message_thread_id=place.thread_id)
            await asyncio.sleep(ACTION_EVERY_S)
            if place.chat_id not in self._acting:
                return

    async def close(self) -> None:
        """Stop the signs of life."""
        for task in list(self._actions):
            task.cancel()
        await asyncio.gather(*self._actions, return_exceptions=True)


def _cover(medium: Medium) -> dict[str, bool]:
    """That it is seen only after a touch, where Telegram knows such."""
    return {"has_spoiler": True} if medium.spoiler and medium.kind in COVERED else {}


def _says(error: TelegramBadRequest, phrases: tuple[str, ...]) -> bool:
    message = error.message.lower()
    return any(phrase in message for phrase in phrases)


def _unreachable(error: TelegramBadRequest, chat_id: int) -> Exception:
    """The error in our words if it says that the chat cannot be written to, else the error itself."""
    return Unreachable(chat_id, blocked=False) if _says(error, _NOT_WRITABLE) else error
