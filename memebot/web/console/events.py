"""What happens while somebody looks: changes of submissions, told to open pages at once, whoever made them.

The audit log is looked at while a page is open, so that what is done in the chat, in a shell or by another process is
seen, too.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from memebot.database import STORAGE_FAILURES, DatabaseThread
from moderation.audit import AuditLog, AuditRow

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.5
QUIET_S = 15.0
"""After so long without news a listener hears that there are none."""
MOST_WAITING = 200
"""A page that does not read loses the oldest of what it was to hear."""


class AuditWatch:
    """Tells every listener each new row of the audit log. Belongs to the event loop."""

    def __init__(self, db: DatabaseThread, audit: AuditLog) -> None:
        self._db, self._audit = db, audit
        self._listeners: set[asyncio.Queue[AuditRow | None]] = set()
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    def close(self) -> None:
        """End all that listens: the server stops."""
        self._closed = True
        for queue in self._listeners:
            _put(queue, None)
        if self._task is not None:
            self._task.cancel()

    @contextmanager
    def listening(self) -> Iterator[Callable[[], AsyncIterator[AuditRow | None]]]:
        """What gives the rows that come from now on; ``None`` now and then, so that a listener can look at itself."""
        queue: asyncio.Queue[AuditRow | None] = asyncio.Queue(MOST_WAITING)
        self._listeners.add(queue)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())
        try:
            yield lambda: self._rows(queue)
        finally:
            self._listeners.discard(queue)
            if not self._listeners and self._task is not None:
                self._task.cancel()

    async def _rows(self, queue: asyncio.Queue[AuditRow | None]) -> AsyncIterator[AuditRow | None]:
        while not self._closed:
            row = None
            with suppress(TimeoutError):
                async with asyncio.timeout(QUIET_S):
                    row = await queue.get()
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
