"""The team's console over a real bot on a fake session, and browsers in which each of the team is signed in."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse, DummyCookieJar, FormData, web
from aiohttp.test_utils import TestClient, TestServer
from pages import png
from team import ANNA, BORIS, NAMES, OWNER, READER, Team, with_team

from memebot.app.pages import open_console
from memebot.settings import load
from memebot.web.connections import listening
from memebot.web.console.server import ConsoleServer
from memebot.web.rendering import TYPES, assets

ADMIN, EDITOR = 6, 5
TEAM = {OWNER: "owner", ADMIN: "admin", ANNA: "moderator", EDITOR: "editor"}
NAMES.update({ADMIN: "Alexey", EDITOR: "Elena"})
__all__ = ("ADMIN", "ANNA", "BORIS", "EDITOR", "OWNER", "READER", "TEAM")
CONSOLE = "/console"


@dataclass
class Browser:
    """A browser of one person: keeps its cookie, knows its CSRF token."""

    client: TestClient[Any, Any]
    person: int
    cookie: str = ""
    csrf: str = ""

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": f"memebot_console={self.cookie}"} if self.cookie else {}

    async def get(self, path: str, **options: Any) -> ClientResponse:
        """Ask for a path below the console."""
        return await self.client.get(CONSOLE + path, headers=self.headers, allow_redirects=False, **options)

    async def page(self, path: str) -> str:
        """The HTML of a page that is there."""
        response = await self.get(path)
        assert response.status == 200, (response.status, await response.text())
        return await response.text()

    async def post(
        self, path: str, fields: dict[str, Any] | None = None, *, script: bool = True, csrf: str | None = None
    ) -> ClientResponse:
        """Send a form, as a script of ours does, else as a form without scripts; bytes become files."""
        form = FormData()
        token = self.csrf if csrf is None else csrf
        for name, value in {**(fields or {}), **({} if script else {"csrf": token})}.items():
            if isinstance(value, bytes):
                form.add_field(name, value, filename="x.png")
            else:
                form.add_field(name, str(value))
        form.add_field("end", "1", content_type="text/plain")  # a form without a field would not be multipart
        headers = self.headers | ({"X-CSRF-Token": token} if script else {})
        return await self.client.post(CONSOLE + path, data=form, headers=headers, allow_redirects=False)

    async def done(self, path: str, fields: dict[str, Any] | None = None) -> Any:
        """The JSON that a script gets for what was done."""
        response = await self.post(path, fields)
        said = await response.json()
        assert response.status == 200, (response.status, said)
        return said

    async def refused(self, path: str, fields: dict[str, Any] | None = None) -> str:
        """The sentence that a script gets for what was not done."""
        response = await self.post(path, fields)
        assert response.status >= 400, await response.text()
        return str((await response.json())["problem"])


@dataclass
class OpenedConsole:
    """A console that is being served, its bot, and its team."""

    team: Team
    server: ConsoleServer
    client: TestClient[Any, Any]
    browsers: dict[int, Browser] = field(default_factory=dict)

    async def link(self, person: int) -> str:
        """The token of a fresh link."""
        sessions = self.team.chats.app.stores.sessions
        return str(await self.team.db(lambda: sessions.issue_link(person, now=self.team.clock.now)))

    async def enter(self, person: int) -> Browser:
        """A browser in which this person is signed in, the same one each time."""
        if person not in self.browsers:
            browser = Browser(self.client, person)
            token = await self.link(person)
            response = await self.client.post(f"{CONSOLE}/enter/{token}", allow_redirects=False)
            assert response.status == 303, await response.text()
            browser.cookie = response.cookies["memebot_console"].value
            found = re.search(r'name="csrf" content="(\w+)"', await browser.page("/sessions"))
            assert found is not None
            browser.csrf = found[1]
            self.browsers[person] = browser
        return self.browsers[person]


@asynccontextmanager
async def open_team_console(team: Team, path: Path, url: str) -> Any:
    """The console over a team's bot."""

    def grant() -> None:
        for person, role in ((ADMIN, "admin"), (EDITOR, "editor")):
            team.stores.people.grant(person, role, by=OWNER, now=team.clock.now)  # type: ignore[arg-type]

    await team.db(grant)
    for number in range(30):
        team.session.files.setdefault(f"file{number}", png(80, 60, (20 * number % 255, 90, 200 - 5 * number)))
    settings = load(home=path.parent, web_url=url)
    yield open_console(settings, team.chats.app, team.clock)


ConsoleScenario = Callable[[OpenedConsole], Awaitable[None]]


def consoling(path: Path, scenario: ConsoleScenario, *, url: str = "http://memes.example", **options: Any) -> None:
    """Run a scenario with a console: Olga owns, Alexey is admin, Anna and Boris moderate, Elena edits."""

    async def main(team: Team) -> None:
        async with open_team_console(team, path / "memebot.sqlite3", url) as server:
            app = web.Application()
            server.routes(app)
            async with TestClient(TestServer(app), cookie_jar=DummyCookieJar()) as client:
                await asyncio.wait_for(scenario(OpenedConsole(team, server, client)), 90)

    asyncio.run(with_team(path / "memebot.sqlite3", main, web_url=url, **options))


@dataclass
class ServedConsole:
    """A console on a thread of its own, for a real browser."""

    address: str
    team: Team
    loop: asyncio.AbstractEventLoop

    def run(self, work: Awaitable[Any]) -> Any:
        """Do something with the bot, such as ``team.submit()``; its outcome."""

        async def wait() -> Any:
            return await work

        return asyncio.run_coroutine_threadsafe(wait(), self.loop).result(90)

    def door(self, person: int) -> str:
        """The address of a fresh link for this person."""
        sessions = self.team.chats.app.stores.sessions
        token = self.run(self.team.db(lambda: sessions.issue_link(person, now=self.team.clock.now)))
        return f"{self.address}{CONSOLE}/enter/{token}"


async def _static(request: web.Request) -> web.Response:
    """What the public pages serve beside the console."""
    name = request.match_info["name"]
    return web.Response(body=assets()[name], content_type=TYPES[Path(name).suffix])


@contextmanager
def served_console(path: Path, **options: Any) -> Iterator[ServedConsole]:
    """A console that is being served until the end of the context; time passes in it."""
    ready, loop = threading.Event(), asyncio.new_event_loop()
    found: dict[str, Any] = {}

    async def main(team: Team) -> None:
        found["stop"] = asyncio.Event()
        async with open_team_console(team, path / "memebot.sqlite3", "http://127.0.0.1") as server:
            app = web.Application()
            server.routes(app)
            app.router.add_get("/static/{name}", _static)
            async with listening(app, "127.0.0.1", 0) as port:
                found["served"] = ServedConsole(f"http://127.0.0.1:{port}", team, loop)
                ready.set()
                await found["stop"].wait()

    def run() -> None:
        try:
            loop.run_until_complete(with_team(path / "memebot.sqlite3", main, web_url="http://127.0.0.1", **options))
        finally:
            ready.set()

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait(90)
    try:
        yield found["served"]
    finally:
        loop.call_soon_threadsafe(found["stop"].set)
        thread.join()
        loop.close()
