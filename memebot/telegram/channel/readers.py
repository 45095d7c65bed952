"""What readers of the channel may ask: why a post is funny, and what was liked most.

``o:<period>`` turns the list of ``/top``.
"""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from aiogram import F, Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from memebot import i18n
from memebot.answering.answering import SearchedPicture
from memebot.answering.record import answer_of
from memebot.channel.posts.captions import plain
from memebot.channel.publishing import ChannelPosts
from memebot.channel.reports import PERIODS, Period, RankedPost, Reports, TopPosts
from memebot.i18n import Texts, short
from memebot.telegram.channel.channels import AllChannels
from memebot.telegram.channel.post import PREFIX, SECOND
from memebot.telegram.subscribers.conversation import Conversation
from memebot.telegram.transport.delivery import Destination
from memebot.telegram.transport.intake import Incoming
from memebot.telegram.ui import keyboards, render
from memebot.telegram.ui.attachments import asker
from moderation.model import ChannelName


class PeriodButton(CallbackData, prefix="o"):
    """Show the list of another period."""

    period: Period


def build_readers_router() -> Router:
    """Handlers for readers; goes before those of subscribers, who get every other ``/start``."""
    router = Router(name="readers")
    private = F.chat.type == "private"
    wanted = F.args.regexp(rf"^{PREFIX}\d{{1,18}}(?:{SECOND})?$")
    router.message.register(_why, private, CommandStart(deep_link=True, magic=wanted))
    router.message.register(_top, Command("top"))
    router.callback_query.register(_turn, PeriodButton.filter())
    return router


async def _why(
    message: Message,
    command: CommandObject,
    conversation: Conversation,
    posts: ChannelPosts,
    channels: AllChannels,
    texts: Texts,
    incoming: Incoming,
) -> None:
    """The stored explanation of a post, as the base words it now: nothing is looked at.

    In the reader's language; who comes from one of two channels and has chosen none, reads that of the channel.
    """
    number, second = (command.args or "").removesuffix(SECOND), (command.args or "").endswith(SECOND)
    channel: ChannelName = "second" if second else "first"
    two = len([*channels]) > 1
    found = await conversation.db.run(posts.public, int(number[len(PREFIX) :]), channel if two else None)
    if two and message.from_user is not None:
        state = conversation.answering.state
        chosen = await conversation.db.run(state.subscribers.lang_of, message.from_user.id)
        theirs = await conversation.db.run(posts.lang_of, channel)
        texts = conversation.catalogues[theirs if chosen is None else chosen]
    if found is None or not found.explanation:
        await conversation.say(message, texts("why-none"))
        return
    picture = SearchedPicture(found.sha256 or "", *answer_of(found.explanation))
    db, answering = conversation.db, conversation.answering
    page = await db.run(answering.answer, asker(message), picture, texts.lang)
    place = Destination.of(message)
    html = f"{render.post_heading(found.link, texts)}\n\n{render.page(page, texts)}"
    sent = await conversation.delivery.send(place, html, keyboards.page(page, texts, private=place.private))
    await db.run(answering.sent, page.answer.id, sent, bot_id=incoming.bot_id, updates=incoming.parts)


async def _top(
    message: Message, command: CommandObject, conversation: Conversation, reports: Reports, texts: Texts
) -> None:
    found = await conversation.db.run(reports.top, _period(command.args or "", texts), texts.lang)
    await conversation.delivery.send(Destination.of(message), top(found, texts), _keyboard(found.period, texts))


async def _turn(
    query: CallbackQuery, callback_data: PeriodButton, conversation: Conversation, reports: Reports, texts: Texts
) -> None:
    await conversation.delivery.toast(query)
    found = await conversation.db.run(reports.top, callback_data.period, texts.lang)
    await conversation.put(query, top(found, texts), _keyboard(found.period, texts))


def _period(typed: str, texts: Texts) -> Period:
    """The period that was named, in the reader's language or in English; a week by default."""
    word = typed.strip().casefold()
    return next((p for p in PERIODS if word and word in (p, texts(f"top-{p}").casefold())), "week")


def _keyboard(shown: Period, texts: Texts) -> InlineKeyboardMarkup:
    others = [period for period in PERIODS if period != shown]
    return keyboards.keyboard([keyboards.button(texts(f"top-{one}"), PeriodButton(period=one)) for one in others])


def top(found: TopPosts, texts: Texts) -> str:
    """The list as HTML."""
    if not found.posts:
        return texts(f"top-none-{found.period}")
    return "\n".join([texts(f"top-title-{found.period}"), "", *lines(found.posts, found.zone, texts)])


def lines(posts: Sequence[RankedPost], zone: ZoneInfo, texts: Texts) -> list[str]:
    """Posts with their reactions, one a line, numbered."""
    return [
        texts(
            "top-line",
            place=number,
            post=_linked(ranked, zone, texts),
            count=ranked.post.reactions,
            author=_author(ranked),
        )
        for number, ranked in enumerate(posts, 1)
    ]


def title(ranked: RankedPost, zone: ZoneInfo, texts: Texts) -> str:
    """The beginning of its caption, else its date; plain text."""
    caption = render.one_line(ranked.submission.caption if ranked.submission else "")
    return short(caption) or texts("top-post", date=i18n.day(ranked.post.at, zone))


def author_name(ranked: RankedPost) -> str:
    """The author's name, where readers may know it; plain text."""
    submission = ranked.submission
    return plain(submission.author_name).strip() if submission and submission.credit == "named" else ""


def _linked(ranked: RankedPost, zone: ZoneInfo, texts: Texts) -> str:
    return render.link(render.escaped(title(ranked, zone, texts)), ranked.post.link)


def _author(ranked: RankedPost) -> str:
    name = author_name(ranked)
    return f" · {render.escaped(name)}" if name else ""
