"""What another process has changed is taken up at once: entries, roles, settings, decisions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from knowledge.store.base import KnowledgeBase
from memebot.database import DatabaseThread
from memebot.telegram.transport.periodic import Periodic

LOOK_EVERY_S = 0.5


class ChangeWatch:
    """Looks for news in the database, again and again by its ``loop``, and wakes whoever has to do with them.

    Where a server's notifications do not get through, the base's generation tells of entries still, and what is woken
    looks for the rest by itself, a little later.
    """

    def __init__(self, db: DatabaseThread, kb: KnowledgeBase) -> None:
        """Filled later are ``wakes``, what to wake, and ``follows``, what else is brought up to date, before that."""
        self._db, self._kb = db, kb
        self._generation = -1
        self.wakes: list[Callable[[], None]] = []
        self.follows: list[Callable[[], Awaitable[None]]] = []
        self.loop = Periodic("news", self.look, LOOK_EVERY_S)

    async def look(self) -> None:
        """Once."""
        if await self._db.run(self._news):
            for follow in self.follows:
                await follow()
            for wake in self.wakes:
                wake()

    def _news(self) -> bool:
        before, self._generation = self._generation, self._kb.generation()
        return self._kb.handle.db.news() or self._generation != before
