"""What of a message can be explained, and who sent it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from aiogram.types import Document, ExternalReplyInfo, Message, PhotoSize

from memebot.answering.answering import Asker
from memebot.telegram.errors import FileTooLarge, Unsupported
from moderation.model import Medium, MediumKind

TELEGRAM_MAX_MB = 20
"""What Telegram lets a bot download."""
_MB = 1_000_000
_LINK = re.compile(r"(?:https?://|www\.|t\.me/)\S+", re.IGNORECASE)
_NAMED = re.compile(r"\.(?:jpe?g|png|webp|gif|bmp|tiff?|avif|mp4|mov|webm|mkv|tgs)\Z", re.IGNORECASE)
_UNTYPED = ("", "application/octet-stream")
_PICTURES: tuple[MediumKind, ...] = ("photo", "animation", "sticker", "video", "video_note", "document")
_SILENT = ("voice", "audio")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture or clip in a message: Telegram's id to fetch it by and its lasting id, the same for all senders."""

    file_id: str
    unique_id: str


def attachment(message: Message | ExternalReplyInfo, *, max_mb: int = TELEGRAM_MAX_MB) -> Attachment | None:
    """The picture or clip in a message, None if there is none; raises ``FileTooLarge`` and ``Unsupported``."""
    for kind in _PICTURES:  # an animation also comes as a document: the first that fits is taken
        media = getattr(message, kind, None)
        if not media:
            continue
        if kind == "photo":
            return _photo(media, max_mb)
        if kind == "document" and not _is_picture(media):
            raise Unsupported
        if (media.file_size or 0) > max_mb * _MB:
            raise FileTooLarge(max_mb)
        return Attachment(media.file_id, media.file_unique_id)
    if any(getattr(message, kind, None) for kind in _SILENT):
        raise Unsupported("voice")
    return None


def medium(message: Message | ExternalReplyInfo) -> Medium | None:
    """The picture or clip in a message as it is sent on, whatever its size; None if there is none."""
    for kind in _PICTURES:
        media = getattr(message, kind, None)
        if media and (kind != "document" or _is_picture(media)):
            best = max(media, key=lambda size: size.width * size.height) if kind == "photo" else media
            return Medium(kind, best.file_id, best.file_unique_id)
    return None


def _photo(sizes: list[PhotoSize], max_mb: int) -> Attachment:
    fitting = [size for size in sizes if (size.file_size or 0) <= max_mb * _MB]
    if not fitting:
        raise FileTooLarge(max_mb)
    best = max(fitting, key=lambda size: size.width * size.height)
    return Attachment(best.file_id, best.file_unique_id)


def _is_picture(document: Document) -> bool:
    """By its type, or by its name where the app that sent it gave no type."""
    mime = document.mime_type or ""
    named = mime in _UNTYPED and _NAMED.search(document.file_name or "") is not None
    return named or mime.startswith(("image/", "video/"))


def is_link(message: Message) -> bool:
    """Whether a text is nothing but addresses."""
    text = message.text or ""
    found = [entity.extract_from(text) for entity in message.entities or () if entity.type in ("url", "text_link")]
    found += _LINK.findall(text)
    rest = text
    for address in sorted(found, key=len, reverse=True):
        rest = rest.replace(address, "")
    return bool(found) and not any(character.isalnum() for character in rest)


def replied(message: Message) -> Message | ExternalReplyInfo | None:
    """What a message answers, here or in another chat, if that holds something to look at or that is sound."""
    for source in (message.reply_to_message, message.external_reply):
        if source is not None and any(getattr(source, kind, None) for kind in (*_PICTURES, *_SILENT)):
            return source
    return None


def asker(message: Message) -> Asker:
    """Who wrote it: a group for its anonymous admin, a channel for itself, else the person."""
    if message.sender_chat is not None:
        return Asker(message.sender_chat.id, message.chat.id)
    return Asker(message.from_user.id if message.from_user else message.chat.id, message.chat.id)
