"""An album comes as messages one by one: they are gathered, and answered as one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiogram.types import Message

WINDOW_S = 3.0
"""An album is complete when no part has come for this long."""


@dataclass(frozen=True, slots=True)
class AlbumParts:
    """The parts of an album in order, and the numbers of the updates that brought them."""

    parts: Sequence[Message] = ()
    updates: Sequence[int] = ()


class Albums:
    """Gathers messages by (chat, album). Any number of albums at once, from polling or webhook alike."""

    def __init__(self, window_s: float = WINDOW_S) -> None:
        self._window_s = window_s
        self._open: dict[tuple[int, str], _Album] = {}

    @asynccontextmanager
    async def gathered(self, message: Message, update_id: int) -> AsyncIterator[AlbumParts]:
        """All parts, in order, for whoever brings the first; nothing for the others.

        The others go on when the first is done, and fail if it fails: so each part of an album that was not
        answered counts as not answered. A message without an album is its own only part.
        """
        if message.media_group_id is None:
            yield AlbumParts((message,), (update_id,))
            return
        key = (message.chat.id, message.media_group_id)
        album = self._open.get(key)
        if album is not None:
            album.add(message, update_id)
            await asyncio.shield(album.answered)
            yield AlbumParts()
            return
        album = self._open[key] = _Album()
        album.add(message, update_id)
        try:
            yield await album.complete(self._window_s)
        except Exception as error:
            self._close(key).set_exception(error)
            raise
        except BaseException:
            self._close(key).cancel()
            raise
        self._close(key).set_result(None)

    def _close(self, key: tuple[int, str]) -> asyncio.Future[None]:
        answered = self._open.pop(key).answered
        answered.add_done_callback(_heard)
        return answered


class _Album:
    def __init__(self) -> None:
        self._parts: dict[int, tuple[Message, int]] = {}
        self._loop = asyncio.get_running_loop()
        self._grew_at = self._loop.time()
        self.answered: asyncio.Future[None] = self._loop.create_future()

    def add(self, message: Message, update_id: int) -> None:
        self._parts[message.message_id] = message, update_id
        self._grew_at = self._loop.time()

    async def complete(self, window_s: float) -> AlbumParts:
        while (left := self._grew_at + window_s - self._loop.time()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(left)
        found = [self._parts[number] for number in sorted(self._parts)]
        return AlbumParts([message for message, _ in found], [update_id for _, update_id in found])


def _heard(answered: asyncio.Future[None]) -> None:
    """Nobody need have waited: an error that no other part hears is not a forgotten one."""
    if not answered.cancelled():
        answered.exception()
