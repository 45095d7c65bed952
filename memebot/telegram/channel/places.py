"""Where a post stands that nobody saw come out: found by a forward of it, its link, or the channel's own group.

Telegram tells a bot nothing of its own posts. One whose sending was cut off is known again when somebody of the team
forwards it or answers its card with its link, or when Telegram itself puts it into the channel's discussion group.
"""

from __future__ import annotations

from typing import Any

from aiogram import F, Router
from aiogram.filters import Filter
from aiogram.types import Message, MessageOriginChannel

from memebot.channel.publishing import ChannelPosts, PostLink, PostPlace
from memebot.i18n import Texts
from memebot.telegram.channel.channels import AllChannels, Channel
from memebot.telegram.channel.post import post_link
from memebot.telegram.moderators.members import AsTheChat, TeamMember
from memebot.telegram.moderators.refusals import TeamRefusals, refuse_anonymous
from memebot.telegram.moderators.tools import TeamTools
from memebot.telegram.subscribers.albums import Albums
from memebot.telegram.subscribers.conversation import Conversation
from memebot.telegram.transport.delivery import Destination
from memebot.telegram.transport.intake import Incoming
from memebot.telegram.ui.attachments import medium
from memebot.telegram.ui.render import link
from moderation.model import Submission

AUTOMATIC = F.is_automatic_forward


def build_places_router() -> Router:
    """Handlers of forwards and links of posts that are looked for; other messages pass."""
    router = Router(name="places")
    TeamRefusals.add_to(router)
    router.message.register(_put_into_group, AUTOMATIC, _ForwardOfLostPost())
    router.message.register(_placed, ~AUTOMATIC, _ForwardOfLostPost(), TeamMember())
    router.message.register(_placed, _LinkOnCard(), TeamMember())
    router.message.register(refuse_anonymous, _LinkOnCard(), AsTheChat())
    return router


class _ForwardOfLostPost(Filter):
    """The message is a forward of a post that is looked for: which ``submission`` that is, and its ``place``."""

    async def __call__(
        self, message: Message, conversation: Conversation, posts: ChannelPosts, channels: AllChannels
    ) -> bool | dict[str, Any]:
        origin, shown = message.forward_origin, medium(message)
        if not isinstance(origin, MessageOriginChannel) or shown is None:
            return False
        here = await channels.of(origin.chat.id)
        channel = None if here is None else await here.find()
        if here is None or channel is None:
            return False
        found = await conversation.db.run(posts.unlocated, shown.unique_id, origin.date, here.name)
        if found is None:
            return False
        before = [one.unique_id for one in found.media].index(shown.unique_id)
        return {"submission": found, "place": _place(channel, found, origin.message_id - before)}


class _LinkOnCard(Filter):
    """The message answers the card of a post that is looked for with an address: ``submission``, and its ``place``.

    ``place`` is None where that address is not of the channel.
    """

    async def __call__(
        self, message: Message, conversation: Conversation, posts: ChannelPosts, channels: AllChannels
    ) -> bool | dict[str, Any]:
        card, address = message.reply_to_message, PostLink.read(message.text or "")
        if card is None or address is None:
            return False
        lost = {
            s.channel: s for s in await conversation.db.run(posts.unlocated_on_card, message.chat.id, card.message_id)
        }
        looked: Submission | None = None
        for one in channels:
            submission, channel = lost.get(one.name), await one.find() if one.name in lost else None
            if submission is not None and channel is not None:
                looked = submission
                if _leads_to(address, channel):
                    return {"submission": submission, "place": _place(channel, submission, address.message_id)}
        return False if looked is None else {"submission": looked, "place": None}


def _leads_to(address: PostLink, channel: Channel) -> bool:
    named = address.username.casefold() == (channel.username or "").casefold() != ""
    return named or address.chat_id == channel.id


def _place(channel: Channel, submission: Submission, first: int) -> PostPlace:
    """An album's messages follow one another."""
    messages = tuple(range(first, first + len(submission.media)))
    return PostPlace(channel.id, messages, post_link(channel.id, channel.username, first), submission.channel)


async def _put_into_group(
    message: Message, submission: Submission, place: PostPlace, conversation: Conversation, posts: ChannelPosts
) -> None:
    media = [one.unique_id for one in submission.media]
    at = message.forward_origin.date if message.forward_origin else message.date
    facts: Any = {"link": place.link or "", "at": at, "channel": submission.channel}
    await conversation.db.run(posts.from_queue, place.chat_id, place.messages, media, **facts)


async def _placed(
    message: Message,
    submission: Submission,
    place: PostPlace | None,
    by: int,
    albums: Albums,
    incoming: Incoming,
    tools: TeamTools,
    texts: Texts,
) -> None:
    """Somebody of the team says where it is; an album is forwarded as one."""
    async with albums.gathered(message, incoming.update_id) as album:
        if not album.parts:
            return
        if place is None:
            await tools.delivery.send(Destination.of(message), texts("place-elsewhere"))
            return
        found = await tools.db.run(tools.review.locate, submission.id, by, place)
        post = link(texts("card-that-post"), place.link)
        await tools.delivery.send(Destination.of(message), texts("place-found", number=str(found.id), post=post))
        tools.watch.loop.wake()
