"""The channels: what admins post there by hand is read like any meme, and silently."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from aiogram import Router
from aiogram.filters import Filter
from aiogram.types import ChatMemberUpdated, Message

from memebot.channel.publishing import ChannelPosts
from memebot.telegram.channel.channels import AllChannels
from memebot.telegram.channel.post import post_link
from memebot.telegram.errors import ChatError
from memebot.telegram.subscribers.albums import Albums
from memebot.telegram.subscribers.conversation import Conversation
from memebot.telegram.transport.intake import Incoming
from memebot.telegram.ui.attachments import Attachment, attachment, medium
from memebot.vision.errors import MediaError
from moderation.model import CHANNELS, ChannelName
from moderation.reposts.model import Appearance

log = logging.getLogger(__name__)


class InChannel(Filter):
    """It happened in one of these channels, named by their ids or ``@names``: which ``channel`` it was."""

    def __init__(self, channels: Sequence[str]) -> None:
        self._channels = [one.strip().casefold() for one in channels]

    async def __call__(self, event: Message | ChatMemberUpdated) -> bool | dict[str, Any]:
        here = (str(event.chat.id), f"@{event.chat.username or ''}".casefold())
        found = [name for name, named in zip(CHANNELS, self._channels, strict=False) if named in here]
        return {"channel": found[0]} if found else False


def build_channel_router(channels: Sequence[str]) -> Router:
    """Handlers of the channels' own posts and of what the bot may do there; they need ``posts`` and ``channels``."""
    router = Router(name="channel")
    router.channel_post.register(_posted, InChannel(channels))
    router.edited_channel_post.register(_edited, InChannel(channels))
    router.my_chat_member.register(_rights_changed, InChannel(channels))
    return router


async def _posted(
    message: Message,
    channel: ChannelName,
    incoming: Incoming,
    albums: Albums,
    conversation: Conversation,
    posts: ChannelPosts,
) -> None:
    async with albums.gathered(message, incoming.update_id) as album:
        if album.parts:
            await _record(album.parts, channel, conversation, posts)


async def _edited(message: Message, channel: ChannelName, conversation: Conversation, posts: ChannelPosts) -> None:
    if message.media_group_id is None:
        await _record([message], channel, conversation, posts)
    else:  # only this part would be seen
        await conversation.db.run(posts.edited_by_hand, message.chat.id, message.message_id)


async def _rights_changed(event: ChatMemberUpdated, channel: ChannelName, channels: AllChannels) -> None:
    for one in channels:
        if one.name == channel:
            one.rights_changed(event)


async def _record(
    parts: Sequence[Message], channel: ChannelName, conversation: Conversation, posts: ChannelPosts
) -> None:
    """Keep what stands there now; words alone are no meme."""
    pictures, first = _pictures(parts, conversation.max_mb), parts[0]
    if pictures is None:
        return
    chat, numbers = first.chat, [part.message_id for part in parts]
    link = post_link(chat.id, chat.username, first.message_id)
    unique = [found.unique_id for part in parts if (found := medium(part)) is not None]
    facts: Any = {"link": link, "at": first.date, "channel": channel}
    if not await conversation.db.run(posts.from_queue, chat.id, numbers, unique, **facts):
        appearance = await _recognise(pictures, conversation) if pictures else None
        await conversation.db.run(posts.record, chat.id, numbers, appearance, **facts)


def _pictures(parts: Sequence[Message], max_mb: int) -> list[Attachment] | None:
    """What can be fetched; None where no part shows anything."""
    pictures, unreadable = [], False
    for part in parts:
        try:
            picture = attachment(part, max_mb=max_mb)
        except ChatError as error:
            log.info("channel post %d: %s", part.message_id, type(error).__name__)
            unreadable = True
        else:
            pictures += [] if picture is None else [picture]
    return pictures if pictures or unreadable else None


async def _recognise(pictures: Sequence[Attachment], conversation: Conversation) -> Appearance | None:
    try:
        return await conversation.pictures.recognise(pictures, conversation.delivery.fetch)
    except (ChatError, MediaError) as error:
        log.info("a post of the channel cannot be read: %s", type(error).__name__)
        return None
