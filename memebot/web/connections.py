"""Listening: a connection that asks nothing is closed, so that hundreds of idle ones keep nobody out.

Their number is bounded, too: each costs a file descriptor, and a process has about a thousand, which it needs for
pictures, models and the database.
"""

from __future__ import annotations

import asyncio
from asyncio import TimerHandle
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from aiohttp import web
from aiohttp.typedefs import Handler
from aiohttp.web_protocol import RequestHandler

from memebot.web.errors import ListeningError

IDLE_S = 20.0
"""So long may a connection take to ask something, and to take an answer."""
SHUTDOWN_S = 10.0
"""So long may requests take that are being answered when the server stops."""
_MAX_WAITING = 512
MAX_IDLE = 200
"""So many connections may be open that ask nothing; for one more, the one that has asked nothing for longest goes."""
MAX_BUSY = 200
"""So many requests are answered at once; others are told to come again."""


class Deadlines:
    """Closes connections on which no request is being answered for ``idle_s`` seconds."""

    def __init__(self, idle_s: float = IDLE_S) -> None:
        self._idle_s = idle_s
        self._timers: dict[RequestHandler, TimerHandle] = {}
        self._busy = 0

    @property
    def full(self) -> bool:
        """Whether as many requests are being answered as may be."""
        return self._busy >= MAX_BUSY

    def watch(self, connection: RequestHandler) -> None:
        """Close this connection unless ``busy`` begins in time, or earlier for want of room."""
        if len(self._timers) >= MAX_IDLE:
            self._close(next(iter(self._timers)))
        timer = asyncio.get_running_loop().call_later(self._idle_s, self._close, connection)
        self._timers[connection] = timer

    def _close(self, connection: RequestHandler) -> None:
        timer = self._timers.pop(connection, None)
        if timer is not None:
            timer.cancel()
        asyncio.get_running_loop().call_soon(_end, connection)  # one that was accepted just now has no transport yet

    @contextmanager
    def busy(self, connection: RequestHandler) -> Iterator[None]:
        """A request of this connection is being answered."""
        timer = self._timers.pop(connection, None)
        if timer is not None:
            timer.cancel()
        self._busy += 1
        try:
            yield
        finally:
            self._busy -= 1
            if connection.transport is not None:
                self.watch(connection)


def _end(connection: RequestHandler) -> None:
    transport = connection.transport
    connection.force_close()
    if transport is not None:
        transport.abort()  # closing alone waits for whoever does not read


@asynccontextmanager
async def listening(app: web.Application, host: str, port: int, *, idle_s: float = IDLE_S) -> AsyncIterator[int]:
    """Serve at this address until the end of the context; the port, which the system chooses for 0.

    Raises ``ListeningError``.
    """
    deadlines = Deadlines(idle_s)

    @web.middleware
    async def busy(request: web.Request, handler: Handler) -> web.StreamResponse:
        if deadlines.full:
            return web.Response(status=503)
        with deadlines.busy(request.protocol):
            return await handler(request)

    app.middlewares.append(busy)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_S, keepalive_timeout=idle_s)
    await runner.setup()
    serve = runner.server
    assert serve is not None  # that is what setup has made

    def connect() -> RequestHandler:
        connection = serve()
        deadlines.watch(connection)
        return connection

    try:
        try:
            server = await asyncio.get_running_loop().create_server(connect, host, port, backlog=_MAX_WAITING)
        except OSError as error:
            raise ListeningError(host, port, error.strerror or str(error)) from error
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
    finally:
        await runner.cleanup()
