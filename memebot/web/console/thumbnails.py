"""Small pictures of what was submitted: fetched from Telegram once, kept in memory for a while and nowhere else."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

THUMBNAIL_SIDE = 640
MOST_KEPT = 400
AT_ONCE = 4
"""So many are fetched at the same time: a page of cards asks for all of them."""


class Thumbnails:
    """JPEGs by Telegram's file id. Belongs to the event loop."""

    def __init__(self, fetch: Callable[[str], Awaitable[bytes]], scale: Callable[[bytes], bytes]) -> None:
        """``scale``: from a file's bytes to a small JPEG; it runs beside the loop and raises what ``get`` raises."""
        self._fetch, self._scale = fetch, scale
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._coming: dict[str, asyncio.Task[bytes]] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def get(self, file_id: str) -> bytes:
        """The small JPEG. Raises what fetching and scaling raise: ``ChatError``, ``MediaError``."""
        if file_id in self._kept:
            self._kept.move_to_end(file_id)
            return self._kept[file_id]
        task = self._coming.get(file_id)
        if task is None:
            task = self._coming[file_id] = asyncio.create_task(self._make(file_id))
            task.add_done_callback(lambda _: self._coming.pop(file_id, None))
        return await asyncio.shield(task)

    async def _make(self, file_id: str) -> bytes:
        async with self._slots:
            small = await asyncio.to_thread(self._scale, await self._fetch(file_id))
        self._kept[file_id] = small
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return small
