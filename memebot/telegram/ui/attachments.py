"""What of a message can be explained, and who sent it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from aiogram.enums import ContentType
from aiogram.types import Document, ExternalReplyInfo, Message, PhotoSize

from memebot.answering.answering import Asker
from memebot.telegram.errors import FileTooLarge, Unsupported
from moderation.model import Medium, MediumKind

TELEGRAM_MAX_MB = 20
"""What Telegram lets a bot download."""
_MB = 1_000_000
_LINK = re.compile(r"(?:https?://|www\.|t\.me/)\S+", re.IGNORECASE)
_NAMED = re.compile(r"\.(?:jpe?g|png|webp|gif|bmp|tiff?|avif|mp4|mov|webm|mkv|tgs)\Z", re.IGNORECASE)
_COMMAND = re.compile(r"\A/\w+(?:@\w+)?(?:\s+|\Z)")
_UNTYPED = ("", "application/octet-stream")
_PICTURES: tuple[MediumKind, ...] = ("photo", "animation", "sticker", "video", "video_note", "document")
_HOLDERS = ("live_photo", "paid_media", "game", "poll", "media", "rich_message", "blocks")
"""Where else in a message a picture may be: a game has one, a poll may, an article may have several."""
_MAX_NESTING = 8
_SILENT = ("voice", "audio")
SAID_BY_PEOPLE = frozenset(
    {
        ContentType.UNKNOWN,  # a kind that is newer than this bot
        ContentType.VOICE,
        ContentType.AUDIO,
        ContentType.CONTACT,
        ContentType.LOCATION,
        ContentType.VENUE,
        ContentType.POLL,
        ContentType.DICE,
        ContentType.STORY,
        ContentType.GAME,
        ContentType.PAID_MEDIA,
        ContentType.CHECKLIST,
        ContentType.INVOICE,
        ContentType.GIFT,
        ContentType.UNIQUE_GIFT,
        ContentType.GIVEAWAY,
        ContentType.GIVEAWAY_WINNERS,
        ContentType.RICH_MESSAGE,
    }
)
"""What people send that is neither words nor, by its kind alone, a picture. The rest are events of a chat."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture or clip in a message: Telegram's id to fetch it by and its lasting id, the same for all senders.

    ``thumbnail``: it stands for a clip that is too large to be had.
    """

    file_id: str
    unique_id: str
    thumbnail: bool = False


def attachment(message: Message | ExternalReplyInfo, *, max_mb: int = TELEGRAM_MAX_MB) -> Attachment | None:
    """The picture or clip in a message, None if there is none; raises ``FileTooLarge`` and ``Unsupported``.

    A document may be one whatever its type and its name say: its bytes tell. For what is too large its thumbnail
    stands, where there is one.
    """
    kind, media = _carried(message)
    if kind == "photo":
        return _photo(media, max_mb)
    if media is not None:
        if (media.file_size or 0) <= max_mb * _MB:
            return Attachment(media.file_id, media.file_unique_id)
        if (small := getattr(media, "thumbnail", None)) is None:
            raise FileTooLarge(max_mb)
        return Attachment(small.file_id, small.file_unique_id, thumbnail=True)
    if any(getattr(message, kind, None) for kind in _SILENT):
        raise Unsupported("voice")
    return None


def medium(message: Message | ExternalReplyInfo) -> Medium | None:
    """The picture or clip in a message as it is sent on, whatever its size; None if there is none.

    Of an album's documents those count that say they are one.
    """
    kind, media = _carried(message)
    if kind is None or (kind == "document" and getattr(message, "media_group_id", None) and not _is_picture(media)):
        return None
    best = max(media, key=lambda size: size.width * size.height) if kind == "photo" else media
    covered = bool(getattr(message, "has_media_spoiler", None))
    return Medium(kind, best.file_id, best.file_unique_id, spoiler=covered)


def shows_picture(message: Message) -> bool:
    """Whether a message carries what may be a picture or clip, in whatever kind of message."""
    return _carried(message)[0] is not None


def is_said(message: Message) -> bool:
    """Whether a person says something with it that has neither words nor a picture; events of the chat do not."""
    return message.content_type in SAID_BY_PEOPLE


def is_sound(message: Message) -> bool:
    """Whether there is only something to hear."""
    return any(getattr(message, kind, None) for kind in _SILENT)


def _carried(holder: Any, depth: int = 0) -> tuple[MediumKind | None, Any]:
    """The first picture or clip in a message or in what it holds: its kind, and Telegram's object or its sizes."""
    for kind in _PICTURES:  # an animation also comes as a document: the first that fits is taken
        if media := getattr(holder, kind, None):
            return kind, media
    for name in _HOLDERS if depth < _MAX_NESTING else ():
        held = getattr(holder, name, None) or ()  # most hold nothing: that is not looked into
        for part in held if isinstance(held, list | tuple) else (held,):
            found = _carried(part, depth + 1)
            if found[0] is not None:
                return found
    live: Any = getattr(holder, "live_photo", None)  # one without its still picture is a short video
    return ("video", live) if live else (None, None)


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
        if source is not None and (_carried(source)[0] or any(getattr(source, kind, None) for kind in _SILENT)):
            return source
    return None


def without_command(caption: str | None) -> str:
    """A caption without the command that it begins with."""
    return _COMMAND.sub("", caption or "")


def asker(message: Message) -> Asker:
    """Who wrote it: a group for its anonymous admin, a channel for itself, else the person."""
    if message.sender_chat is not None:
        return Asker(message.sender_chat.id, message.chat.id)
    return Asker(message.from_user.id if message.from_user else message.chat.id, message.chat.id)
