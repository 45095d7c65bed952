"""The one thread of a database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ParamSpec, Self, TypeVar

from memebot.database.address import DatabaseAddress, address_of
from memebot.database.errors import ServerGone
from memebot.database.handle import Database
from memebot.database.opening import open_database

P = ParamSpec("P")
T = TypeVar("T")


class DatabaseThread:
    """One connection on one thread: ``await db.run(use_case, …)`` calls it there and waits without blocking.

    Calls run one after the other in the order in which they were made. ``async with`` opens and closes it;
    closing lets what was asked for finish. A cancelled ``run`` still runs to its end on the thread.
    """

    def __init__(self, where: DatabaseAddress | Path) -> None:
        self._address = address_of(where)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")
        self._connection: Database | None = None
        self.server_gone = False
        """Whether the last call met a server that is gone."""

    @property
    def connection(self) -> Database:
        """What stores are built on, by a ``run``; nobody uses it on another thread."""
        if self._connection is None:
            raise RuntimeError("the database thread is not open")
        return self._connection

    async def __aenter__(self) -> Self:
        """Raises ``DatabaseUnusable``."""
        try:
            self._connection = await asyncio.wrap_future(self._thread.submit(open_database, self._address))
        except BaseException:
            self._thread.shutdown(wait=False)
            raise
        return self

    async def __aexit__(self, *exc: object) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await asyncio.wrap_future(self._thread.submit(connection.close))
        self._thread.shutdown()

    async def run(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What ``work`` returns or raises. It keeps its transactions short and never calls back here."""
        if self._connection is None:
            raise RuntimeError("the database thread is not open")
        return await asyncio.wrap_future(self._thread.submit(self._call, work, *args, **kwargs))

    def _call(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            done = work(*args, **kwargs)
        except ServerGone:
            self.server_gone = True
            raise
        self.server_gone = False
        return done
