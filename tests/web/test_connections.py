"""Connections that ask nothing are closed, and keep nobody out meanwhile."""

import asyncio
from contextlib import suppress

import pytest
from aiohttp import ClientSession, web

from memebot.errors import sentence
from memebot.web.connections import MAX_IDLE, listening
from memebot.web.errors import ListeningError

IDLE_S, SLOW_S = 1.0, 1.5
"""A busy machine begins a request within the first; an answer that takes longer is left alone all the same."""


def small_app() -> web.Application:
    async def hello(request: web.Request) -> web.Response:
        return web.Response(text="hello")

    async def slow(request: web.Request) -> web.Response:
        await asyncio.sleep(SLOW_S)
        return web.Response(text="slow")

    app = web.Application()
    app.router.add_get("/", hello)
    app.router.add_get("/slow", slow)
    return app


async def ended(reader: asyncio.StreamReader) -> None:
    with suppress(ConnectionError):
        await reader.read()


def test_connections_that_ask_nothing_or_too_slowly_are_closed_and_keep_nobody_out() -> None:
    async def scenario() -> None:
        async with listening(small_app(), "127.0.0.1", 0, idle_s=IDLE_S) as port:
            opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(60)]
            for _, writer in opened[:20]:
                writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow")  # and nothing after that
            async with ClientSession() as session:
                assert await (await session.get(f"http://127.0.0.1:{port}/")).text() == "hello"
                assert await (await session.get(f"http://127.0.0.1:{port}/slow")).text() == "slow"
            async with asyncio.timeout(60):
                await asyncio.gather(*(ended(reader) for reader, _ in opened))
            for _, writer in opened:
                writer.close()

    asyncio.run(scenario())


def test_of_many_connections_that_come_at_once_none_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that makes room as soon as it was accepted is closed, too, before it has all that belongs to it."""
    monkeypatch.setattr("memebot.web.connections.MAX_IDLE", 10)

    async def scenario() -> None:
        async with listening(small_app(), "127.0.0.1", 0, idle_s=IDLE_S) as port:
            opened = await asyncio.gather(*(asyncio.open_connection("127.0.0.1", port) for _ in range(80)))
            async with asyncio.timeout(60):
                await asyncio.gather(*(ended(reader) for reader, _ in opened))
            for _, writer in opened:
                writer.close()

    asyncio.run(scenario())


def test_a_connection_on_which_a_request_is_being_answered_is_left_alone() -> None:
    async def scenario() -> None:
        async with listening(small_app(), "127.0.0.1", 0, idle_s=IDLE_S) as port, ClientSession() as session:
            assert await (await session.get(f"http://127.0.0.1:{port}/slow")).text() == "slow"

    asyncio.run(scenario())


def test_four_hundred_connections_that_ask_nothing_hold_no_more_than_their_bound_and_keep_nobody_out() -> None:
    async def scenario() -> None:
        async with listening(small_app(), "127.0.0.1", 0, idle_s=600) as port:
            opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(400)]
            async with asyncio.timeout(60):
                await asyncio.gather(*(ended(reader) for reader, _ in opened[: 400 - MAX_IDLE]))
            assert not opened[-1][0].at_eof()
            async with ClientSession() as session:
                assert await (await session.get(f"http://127.0.0.1:{port}/")).text() == "hello"
            for _, writer in opened:
                writer.close()

    asyncio.run(scenario())


def test_more_requests_than_are_answered_at_once_are_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("memebot.web.connections.MAX_BUSY", 2)

    async def scenario() -> None:
        async with listening(small_app(), "127.0.0.1", 0) as port, ClientSession() as session:
            answers = [session.get(f"http://127.0.0.1:{port}/slow") for _ in range(5)]
            assert sorted([answer.status for answer in await asyncio.gather(*answers)]) == [200, 200, 503, 503, 503]

    asyncio.run(scenario())


def test_a_port_that_is_taken_is_one_sentence() -> None:
    async def scenario() -> None:
        async with listening(small_app(), "127.0.0.1", 0) as port:
            with pytest.raises(ListeningError) as caught:
                async with listening(small_app(), "127.0.0.1", port):
                    pass
            said = sentence(caught.value) or ""
            assert said.startswith(f"cannot listen on 127.0.0.1:{port}: ") and said.endswith("(name another port)")

    asyncio.run(scenario())
