"""What readers make of the posts, as Telegram counts it for the channel's admins."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import MessageReactionCountUpdated, ReactionCount, ReactionTypeCustomEmoji, ReactionTypeEmoji

from memebot.telegram.channel.channels import AllChannels
from memebot.telegram.subscribers.conversation import Conversation
from moderation.stores import Moderation


def build_reactions_router() -> Router:
    """Handlers of the channel's reactions."""
    router = Router(name="reactions")
    router.message_reaction_count.register(_reactions)
    return router


async def _reactions(
    event: MessageReactionCountUpdated, conversation: Conversation, stores: Moderation, channels: AllChannels
) -> None:
    if await channels.of(event.chat.id) is None:
        return
    counts: dict[str, int] = {}
    for reaction in event.reactions:
        counts[_name(reaction)] = counts.get(_name(reaction), 0) + reaction.total_count
    await conversation.db.run(stores.posts.record_reactions, event.chat.id, event.message_id, counts, at=event.date)


def _name(reaction: ReactionCount) -> str:
    kind = reaction.type
    if isinstance(kind, ReactionTypeEmoji):
        return kind.emoji
    return kind.custom_emoji_id if isinstance(kind, ReactionTypeCustomEmoji) else "paid"
