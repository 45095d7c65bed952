"""Conversations in our database, for aiogram: a restart forgets nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey

from memebot.answering.state import Dialogues
from memebot.database import DatabaseThread


class DatabaseStorage(BaseStorage):
    """aiogram's storage over ``Dialogues``. Closing it closes nothing: the database is not its own."""

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
