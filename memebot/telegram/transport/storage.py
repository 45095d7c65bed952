"""Conversations in our database, for aiogram: a restart forgets nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey

from memebot.answering.state import BotState
from memebot.database import DatabaseThread

T = TypeVar("T")


class DatabaseStorage(BaseStorage):
    """aiogram's storage over ``BotState``. Closing it closes nothing: the database is not its own."""

    def __init__(self, database: DatabaseThread, state: BotState) -> None:
        self._database, self._state = database, state

    async def _run(self, work: Callable[[], T]) -> T:
        return await self._database.run(work)

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        name = state.state if isinstance(state, State) else state

        def work() -> None:
            _, data = self._state.conversation(_name(key))
            self._state.put_conversation(_name(key), key.user_id, state=name, data=data)

        await self._run(work)

    async def get_state(self, key: StorageKey) -> str | None:
        return (await self._run(lambda: self._state.conversation(_name(key))))[0]

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        def work() -> None:
            state, _ = self._state.conversation(_name(key))
            self._state.put_conversation(_name(key), key.user_id, state=state, data=data)

        await self._run(work)

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        return (await self._run(lambda: self._state.conversation(_name(key))))[1]

    async def close(self) -> None:
        """Nothing to do."""


def _name(key: StorageKey) -> str:
    parts = (key.bot_id, key.chat_id, key.user_id, key.thread_id, key.business_connection_id, key.destiny)
    return ":".join("" if part is None else str(part) for part in parts)
