"""Inline mode: ``@bot overfitting`` in any chat offers entries as articles."""

from __future__ import annotations

from contextlib import suppress

from aiogram import Bot, Router
from aiogram.enums import ParseMode
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)

from memebot.answering.answering import MAX_QUESTION
from memebot.answering.pages import InlineResult
from memebot.channel.posts.captions import plain
from memebot.i18n import Texts
from memebot.telegram.subscribers.conversation import Conversation
from memebot.telegram.ui import render

CACHE_S = 60


def build_inline_router() -> Router:
    """The handler of inline queries."""
    router = Router(name="inline")
    router.inline_query.register(_find)
    return router


async def _find(query: InlineQuery, bot: Bot, conversation: Conversation, texts: Texts) -> None:
    found = await conversation.db.run(conversation.answering.pages.find, query.query[:MAX_QUESTION], texts.lang)
    results = [_article(entry, texts) for entry in found]
    nothing = bool(query.query.strip()) and not found
    button = InlineQueryResultsButton(
        text=texts("inline-nothing" if nothing else "inline-open"), start_parameter="inline"
    )
    with suppress(TelegramBadRequest):  # too old: the person has typed on
        await bot.answer_inline_query(query.id, [*results], cache_time=CACHE_S, is_personal=True, button=button)


def _article(entry: InlineResult, texts: Texts) -> InlineQueryResultArticle:
    body = render.to_html(entry.markdown, render.MESSAGE - render.ROOM)
    return InlineQueryResultArticle(
        id=entry.entry,
        title=plain(entry.title),
        description=plain(entry.summary),
        input_message_content=InputTextMessageContent(
            message_text=render.linked(body, entry.address, texts),
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        ),
    )
