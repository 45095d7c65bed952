"""What an admin has been asked to type, kept in the database: a restart forgets no question.

In a group an answer is a reply to the question, so that people can go on talking; in a private chat it is the next
message, for as long as one may expect that. An anonymous admin's reply is taken for that of whoever was asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from aiogram.filters import Filter
from aiogram.fsm.storage.base import BaseStorage, StorageKey
from aiogram.types import Message

ANONYMOUS = 1087968824
"""Telegram's account for admins who write in their group's name."""
_DESTINY = "prompt"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question: ``what`` is to be typed, about which submission (at which version) or which setting (``name``).

    ``value``: what was typed already and is kept when a button says so, as JSON.
    After ``until`` (ISO) only a reply answers it: what is typed then may be about something else.
    """

    what: str
    by: int
    chat_id: int
    message_id: int
    until: str
    submission: int = 0
    version: int = 0
    name: str = ""
    value: str = ""


class Prompts:
    """At most one open question a person and chat: the next one takes its place."""

    def __init__(self, storage: BaseStorage, bot_id: int, clock: Callable[[], datetime]) -> None:
        self._storage, self._bot_id, self._clock = storage, bot_id, clock

    def _key(self, chat_id: int, user_id: int, destiny: str = _DESTINY) -> StorageKey:
        return StorageKey(self._bot_id, chat_id, user_id, destiny=destiny)

    def _question_key(self, prompt: Prompt) -> StorageKey:
        return self._key(prompt.chat_id, ANONYMOUS, f"{_DESTINY}-{prompt.message_id}")

    async def open(self, prompt: Prompt) -> Prompt | None:
        """Ask; the question that was open before, if any."""
        before = await self.of(prompt.chat_id, prompt.by)
        if before is not None:
            await self.close(before)
        await self._storage.set_data(self._key(prompt.chat_id, prompt.by), asdict(prompt))
        if prompt.chat_id < 0:
            await self._storage.set_data(self._question_key(prompt), {"by": prompt.by})
        return before

    async def close(self, prompt: Prompt) -> None:
        """It is answered, or needs no answer any more."""
        await self._storage.set_data(self._key(prompt.chat_id, prompt.by), {})
        await self._storage.set_data(self._question_key(prompt), {})

    async def of(self, chat_id: int, user_id: int) -> Prompt | None:
        """The question that this person has not answered yet."""
        data: dict[str, Any] = await self._storage.get_data(self._key(chat_id, user_id))
        return Prompt(**data) if data else None

    async def answered_by(self, message: Message) -> Prompt | None:
        """The question that a message answers."""
        replied = message.reply_to_message.message_id if message.reply_to_message else None
        chat_id, user = message.chat.id, message.from_user
        if user is None or (message.chat.type != "private" and replied is None):
            return None
        if user.id == ANONYMOUS and replied is not None:
            data = await self._storage.get_data(self._key(chat_id, ANONYMOUS, f"{_DESTINY}-{replied}"))
            return await self.of(chat_id, data["by"]) if data else None
        prompt = await self.of(chat_id, user.id)
        if prompt is None or replied == prompt.message_id:
            return prompt
        awaited = message.chat.type == "private" and self._clock() <= datetime.fromisoformat(prompt.until)
        return prompt if awaited else None


class AnswersPrompt(Filter):
    """The message answers a question of these kinds; the handler gets it as ``prompt``. Commands are no answers."""

    def __init__(self, *what: str) -> None:
        self._what = what

    async def __call__(self, message: Message, prompts: Prompts) -> bool | dict[str, Prompt]:
        if (message.text or "").startswith("/"):
            return False
        prompt = await prompts.answered_by(message)
        return {"prompt": prompt} if prompt is not None and prompt.what in self._what else False


class HasOpenPrompt(Filter):
    """The person has a question open in this chat, answered or not; for taking it back."""

    async def __call__(self, message: Message, prompts: Prompts) -> bool | dict[str, Prompt]:
        if message.from_user is None:
            return False
        prompt = await prompts.answered_by(message) or await prompts.of(message.chat.id, message.from_user.id)
        return {"prompt": prompt} if prompt is not None else False
