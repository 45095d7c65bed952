"""A SOCKS 5 proxy on loopback (RFC 1928, 1929): who called, as whom, and where to."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class SocksServer:
    """``seen``: (user, host as it was asked for, port) of each connection. All lead to ``leads_to``, else as asked."""

    leads_to: str | None = None
    port: int = 0
    seen: list[tuple[str, str, int]] = field(default_factory=list)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, methods = struct.unpack("BB", await reader.readexactly(2))
        named = 2 in await reader.readexactly(methods)
        writer.write(bytes([5, 2 if named else 0]))
        user = await self._user(reader, writer) if named else ""
        _, _, _, kind = await reader.readexactly(4)
        size = 4 if kind == 1 else (await reader.readexactly(1))[0]
        raw = await reader.readexactly(size)
        host = ".".join(map(str, raw)) if kind == 1 else raw.decode()
        (port,) = struct.unpack(">H", await reader.readexactly(2))
        self.seen.append((user, host, port))
        writer.write(bytes([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]))
        beyond, out = await asyncio.open_connection(self.leads_to or host, port)
        await asyncio.gather(_pass_on(reader, out), _pass_on(beyond, writer))

    async def _user(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        _, size = await reader.readexactly(2)
        user = (await reader.readexactly(size)).decode()
        password = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        writer.write(bytes([1, 0]))
        return f"{user}:{password}"


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    target.close()


@asynccontextmanager
async def socks_server(leads_to: str | None = None) -> AsyncIterator[SocksServer]:
    """The proxy, for as long as the context is open."""
    proxy = SocksServer(leads_to)
    listening = await asyncio.start_server(proxy._serve, "127.0.0.1", 0)
    proxy.port = listening.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        listening.close()
