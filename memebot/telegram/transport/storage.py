"""What our database keeps of whoever writes, as aiogram takes it: where a conversation stands, and their language."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiogram import BaseMiddleware
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey
from aiogram.types import Chat, TelegramObject, Update, User

from knowledge.reading import Lang
from memebot.answering.answering import Answering
from memebot.answering.state import Dialogues
from memebot.database import DatabaseThread
from memebot.i18n import Catalogues


class DatabaseStorage(BaseStorage):
    """aiogram's storage over ``Dialogues``: a restart forgets nothing. Closing it closes nothing that others use."""

    def __init__(self, database: DatabaseThread, dialogues: Dialogues) -> None:
        self._database, self._dialogues = database, dialogues

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        name = state.state if isinstance(state, State) else state
        await self._database.run(self._dialogues.set_state, _name(key), key.user_id, name)

    async def get_state(self, key: StorageKey) -> str | None:
        return (await self._database.run(self._dialogues.get, _name(key)))[0]

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        await self._database.run(self._dialogues.set_data, _name(key), key.user_id, data)

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        return (await self._database.run(self._dialogues.get, _name(key)))[1]

    async def close(self) -> None:
        """Nothing to do."""


def _name(key: StorageKey) -> str:
    parts = (key.bot_id, key.chat_id, key.user_id, key.thread_id, key.business_connection_id, key.destiny)
    return ":".join("" if part is None else str(part) for part in parts)


class LanguageMiddleware(BaseMiddleware):
    """Before every handler: in which language this person is answered, as ``texts``.

    People who only talk in a group leave no trace here.
    """

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
