"""What happens while somebody looks: changes of submissions, told to open pages at once, whoever made them.

The audit log is looked at while a page is open, so that what is done in the chat, in a shell or by another process is
seen, too.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from memebot.database import STORAGE_FAILURES, DatabaseThread
from memebot.web.errors import RequestRefused
from moderation.audit import AuditLog, AuditRow

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.5
QUIET_S = 15.0
"""After so long without news a listener hears that there are none."""
MOST_PAGES = 12
"""So many pages of one person are told at once: each holds a connection, of which a server has some hundreds."""
MOST_WAITING = 200
"""A page that does not read loses the oldest of what it was to hear."""


class AuditWatch:
    """Tells every listener each new row of the audit log. Belongs to the event loop."""

    def __init__(self, db: DatabaseThread, audit: AuditLog) -> None:
        self._db, self._audit = db, audit
        self._listeners: set[asyncio.Queue[AuditRow | None]] = set()
        self._task: asyncio.Task[None] | None = None
        self._people: Counter[int] = Counter()  # who listens, on how many pages
        self._closed = False

    def close(self) -> None:
        """End all that listens: the server stops."""
        self._closed = True
        for queue in self._listeners:
            _put(queue, None)
        if self._task is not None:
            self._task.cancel()

    @contextmanager
    def listening(self, person: int) -> Iterator[Callable[[int | None], AsyncIterator[AuditRow | None]]]:
        """What gives the rows after the one of a number, by default those from now on.

        ``None`` comes now and then, so that a listener can look at itself. Raises ``RequestRefused`` where this person
        listens on too many pages.
        """
        if self._people[person] >= MOST_PAGES:
            raise RequestRefused(429, "web-too-fast", wait_s=QUIET_S)
        self._people[person] += 1
        queue: asyncio.Queue[AuditRow | None] = asyncio.Queue(MOST_WAITING)
        self._listeners.add(queue)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())
        try:
            yield lambda after: self._rows(queue, after)
        finally:
            self._people[person] -= 1
            self._listeners.discard(queue)
            if not self._listeners and self._task is not None:
                self._task.cancel()

    async def last(self) -> int:
        """The number of the newest row, 0 where that cannot be found out now."""
        try:
            return await self._db.run(self._audit.last)
        except STORAGE_FAILURES:
            return 0

    async def _rows(self, queue: asyncio.Queue[AuditRow | None], after: int | None) -> AsyncIterator[AuditRow | None]:
        told = after or 0
        while after is not None and (missed := await self._db.run(self._audit.since, told)):
            told = missed[-1].id
            for one in missed:
                yield one
        while not self._closed:
            row = None
            with suppress(TimeoutError):
                async with asyncio.timeout(QUIET_S):
                    row = await queue.get()
            if row is None or row.id > told:
                yield row

    async def _look(self) -> None:
        seen: int | None = None
        while True:
            try:
                if seen is None:
                    seen = await self._db.run(self._audit.last)
                rows: Sequence[AuditRow] = await self._db.run(self._audit.since, seen)
            except STORAGE_FAILURES as error:
                log.info("the audit log cannot be looked at: %s", type(error).__name__)
                rows = ()
            for row in rows:
                seen = row.id
                for queue in self._listeners:
                    _put(queue, row)
            await asyncio.sleep(LOOK_EVERY_S)


def _put(queue: asyncio.Queue[AuditRow | None], row: AuditRow | None) -> None:
    if queue.full():
        queue.get_nowait()
    queue.put_nowait(row)
