"""A Bot API server of one's own gives paths on this machine; a proxy leads to servers elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from aiogram.methods import GetFile
from aiogram.types import File
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from chats import Chats
from huggingface_hub.utils import close_session, get_session
from socks_server import socks_server

from memebot import settings
from memebot.measure.doctor import examine
from memebot.telegram.bot import build_bot
from memebot.telegram.errors import FileGone, FileTooLarge
from memebot.telegram.transport.server_files import ServerFiles

Run = Callable[..., None]
ME = {"ok": True, "result": {"id": 1, "is_bot": True, "first_name": "b", "username": "b"}}


def test_a_path_of_the_server_is_read_within_its_folder_and_nowhere_else(tmp_path: Path) -> None:
    folder = tmp_path / "server"
    (folder / "photos").mkdir(parents=True)
    (folder / "photos" / "1.jpg").write_bytes(b"picture")
    (tmp_path / "secret").write_bytes(b"secret")
    (folder / "link").symlink_to(tmp_path / "secret")
    (folder / "large").write_bytes(bytes(2_000_001))
    files = ServerFiles(folder, 2)
    assert files.read(f"{folder}/photos/1.jpg") == b"picture"
    for elsewhere in (f"{tmp_path}/secret", f"{folder}/../secret", f"{folder}/link", f"{folder}/photos", "/dev/zero"):
        with pytest.raises(FileGone):
            files.read(elsewhere)
    with pytest.raises(FileTooLarge):
        files.read(f"{folder}/large")
    with pytest.raises(FileGone):
        ServerFiles(None, 2).read(f"{folder}/photos/1.jpg")


def test_the_bot_reads_what_a_local_server_has_put_down(chatting: Run, tmp_path: Path) -> None:
    (tmp_path / "1.jpg").write_bytes(b"picture")

    async def scenario(chats: Chats) -> None:
        delivery = chats.running.delivery
        delivery._files = ServerFiles(tmp_path, 50)
        chats.session.plan(GetFile, lambda: File(file_id="f", file_unique_id="u", file_path=str(tmp_path / "1.jpg")))
        assert await delivery.fetch("f") == b"picture"

    chatting(scenario)


def forget_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        for form in (name, name.upper()):
            monkeypatch.setenv(form, "")  # and put back what was there
            monkeypatch.delenv(form)


def test_telegram_is_called_through_the_proxy_that_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    forget_proxies(monkeypatch)
    seen: list[tuple[str, str | None]] = []

    async def answer(_: web.Request) -> web.Response:
        return web.json_response(ME)

    async def pass_on(request: web.BaseRequest) -> web.Response:
        seen.append((str(request.url), request.headers.get("Proxy-Authorization")))
        async with ClientSession() as direct, direct.request(request.method, request.url) as answered:
            return web.Response(body=await answered.read(), content_type="application/json")

    async def scenario() -> None:
        telegram = web.Application()
        telegram.router.add_route("*", "/{any:.*}", answer)
        async with TestServer(telegram) as server:
            proxy = web.ServerRunner(web.Server(pass_on))
            await proxy.setup()
            site = web.TCPSite(proxy, "127.0.0.1", 0)
            await site.start()
            port = proxy.addresses[0][1]
            monkeypatch.setenv("MEMEBOT_PROXY", f"http://ann:pass@127.0.0.1:{port}")
            chosen = settings.load(home=tmp_path)
            settings.use_proxy(chosen)
            bot = build_bot("42:TEST", api_base=str(server.make_url("/")).rstrip("/"))
            assert (await bot.get_me()).username == "b"
            await bot.session.close()
            (told,) = await asyncio.to_thread(examine, chosen, "network")
            assert (told.state, told.found) == ("ok", f"http://127.0.0.1:{port}, from MEMEBOT_PROXY")
            await proxy.cleanup()

    asyncio.run(scenario())
    ((called, authorised),) = seen
    assert called.endswith("/bot42:TEST/getMe")
    assert authorised is not None


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_telegram_and_downloads_are_called_through_a_socks_proxy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, scheme: str
) -> None:
    forget_proxies(monkeypatch)

    async def answer(_: web.Request) -> web.Response:
        return web.json_response(ME)

    async def scenario() -> None:
        server = web.Application()
        server.router.add_route("*", "/{any:.*}", answer)
        async with TestServer(server, host="127.0.0.1") as there, socks_server("127.0.0.1") as proxy:
            monkeypatch.setenv("MEMEBOT_PROXY", f"{scheme}://ann:p%40ss@127.0.0.1:{proxy.port}")
            chosen = settings.load(home=tmp_path)
            settings.use_proxy(chosen)
            address = f"http://telegram.invalid:{there.port}"  # the proxy alone knows where that is
            bot = build_bot("42:TEST", api_base=address)
            assert (await bot.get_me()).username == "b"
            await bot.session.close()
            close_session()  # one that was opened before keeps the proxy of then
            got = await asyncio.to_thread(get_session().get, f"{address}/models")
            close_session()
            assert got.json() == ME
            assert proxy.seen == [("ann:p@ss", "telegram.invalid", there.port)] * 2
            (told,) = await asyncio.to_thread(examine, chosen, "network")
            assert (told.state, told.found) == ("ok", f"{scheme}://127.0.0.1:{proxy.port}, from MEMEBOT_PROXY")
            monkeypatch.setenv("NO_PROXY", "127.0.0.1")
            near = build_bot("42:TEST", api_base=f"http://127.0.0.1:{there.port}")
            assert (await near.get_me()).username == "b"
            await near.session.close()
            assert len(proxy.seen) == 2

    asyncio.run(scenario())
