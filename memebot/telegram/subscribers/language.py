"""Before every handler: in which language this person is answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import Chat, TelegramObject, Update, User

from knowledge.reading import Lang
from memebot.answering.answering import Answering
from memebot.database import DatabaseThread
from memebot.i18n import Catalogues


class LanguageMiddleware(BaseMiddleware):
    """Gives handlers ``texts``. People who only talk in a group leave no trace here."""

    def __init__(self, db: DatabaseThread, answering: Answering, catalogues: Catalogues) -> None:
        self._db, self._answering, self._catalogues = db, answering, catalogues

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        user: User | None = data.get("event_from_user")
        chat: Chat | None = data.get("event_chat")
        code = None if user is None or user.is_bot else user.language_code
        data["texts"] = self._catalogues.choose(await self._chosen(event, user, chat), code)
        return await handler(event, data)

    async def _chosen(self, event: TelegramObject, user: User | None, chat: Chat | None) -> Lang | None:
        if user is None or user.is_bot or not isinstance(event, Update) or event.my_chat_member:
            return None
        addressed = event.callback_query or event.inline_query or (chat is not None and chat.type == "private")
        subscribers = self._answering.state.subscribers
        if addressed:
            return await self._db.run(subscribers.see, user.id, now=self._answering.clock())
        return await self._db.run(subscribers.lang_of, user.id)
