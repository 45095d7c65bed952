"""The door of the console: who comes in, by what, for how long, and who stays out."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from aiogram.methods import SendMessage
from aiohttp import FormData
from chats import NOW, TOKEN
from console import ADMIN, ANNA, EDITOR, OWNER, READER, TEAM, OpenedConsole, consoling

from memebot.database import DatabaseBusy
from memebot.web.console.events import MOST_PAGES
from moderation.people import NEEDED, RANK

STRANGER = 77


def signed(user: dict[str, Any] | None, *, token: str = TOKEN, at: Any = NOW) -> str:
    """What Telegram hands to a Mini App of the bot with this token."""
    fields = {"auth_date": str(int(at.timestamp())), "query_id": "AAE"}
    if user is not None:
        fields["user"] = json.dumps(user)
    secret = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    checked = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    return urlencode({**fields, "hash": hmac.new(secret, checked.encode(), hashlib.sha256).hexdigest()})


def person(number: int) -> dict[str, Any]:
    return {"id": number, "is_bot": False, "first_name": "x", "language_code": "en"}


async def by_app(console: OpenedConsole, data: str) -> Any:
    form = FormData({"data": data}, default_to_multipart=True)
    return await console.client.post("/console/app", data=form, allow_redirects=False)


def alert(html: str) -> str:
    found = re.search(r'role="alert">([^<]*)<', html)
    assert found is not None, html
    return found[1]


def test_each_route_is_open_to_those_who_have_its_right_and_to_nobody_else(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        wrong = []
        for who, role in TEAM.items():
            browser = await console.enter(who)
            for route in console.server.table:
                path = re.sub(r"\{\w+(:[^{}]*)?\}", "1", route.path)
                if path == "/events" or path.startswith("/sessions/end") or path == "/language":
                    continue  # everybody's own
                needed = None if route.right is None else NEEDED[route.right]
                may = needed is None or (
                    role in ("editor", "admin", "owner") if needed == "editor" else RANK.get(role, 0) >= RANK[needed]
                )
                ask = browser.get(path) if route.method == "GET" else browser.post(path)
                status = (await ask).status
                if (status == 403) is may:
                    wrong.append(f"{role} {route.method} {path}: {status}")
        assert wrong == []
        assert len(console.server.table) > 5

    consoling(tmp_path, scenario)


def test_without_a_session_no_route_answers(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        for route in console.server.table:
            path = "/console" + re.sub(r"\{\w+(:[^{}]*)?\}", "1", route.path)
            for cookie in ("", "memebot_console=guess"):
                response = await console.client.request(route.method, path, headers={"Cookie": cookie})
                assert response.status == 401, path

    consoling(tmp_path, scenario)


def test_a_link_lets_in_once_within_a_minute_and_only_by_a_press(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        address = f"/console/enter/{await console.link(ANNA)}"
        for _ in range(2):  # whatever looks at links in messages uses none up
            assert (await console.client.get(address)).status == 200
        assert (await console.client.post(address, allow_redirects=False)).status == 303
        stolen = await console.client.post(address, allow_redirects=False)
        assert (stolen.status, "Set-Cookie" in stolen.headers) == (403, False)
        assert "used already" in alert(await stolen.text())
        old = f"/console/enter/{await console.link(ANNA)}"
        console.team.clock.forward(seconds=61)
        assert (await console.client.post(old, allow_redirects=False)).status == 403
        first, second = await console.link(ANNA), await console.link(ANNA)
        assert (await console.client.post(f"/console/enter/{first}", allow_redirects=False)).status == 403
        assert (await console.client.post(f"/console/enter/{second}", allow_redirects=False)).status == 303

    consoling(tmp_path, scenario)


def test_whose_link_was_used_is_told_and_can_end_all(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        browser = await console.enter(ANNA)
        told: list[SendMessage] = []
        while not told:
            await asyncio.sleep(0.01)
            told = [sent for sent in console.team.session.of(SendMessage) if sent.chat_id == ANNA]
        assert "?" in told[-1].text and told[-1].reply_markup is not None
        await console.team.press_data(
            ANNA, told[-1].reply_markup.inline_keyboard[0][0].callback_data, chat=ANNA, message_id=5
        )
        assert (await browser.get("/sessions")).status == 401

    consoling(tmp_path, scenario)


@pytest.mark.parametrize("url", ["https://memes.example", "http://memes.example"])
def test_the_command_gives_a_way_in_to_the_team_alone_and_in_private_alone(tmp_path: Path, url: str) -> None:
    async def scenario(console: OpenedConsole) -> None:
        for who in TEAM:
            said = await console.team.say(who, "/console", chat=who)
            assert f"{url}/console/enter/" in said
            markup = console.team.last().keyboard
            apps = [button.web_app.url for row in markup.inline_keyboard for button in row] if markup else []
            assert apps == ([f"{url}/console/app"] if url.startswith("https") else [])
        assert "/console/enter" not in await console.team.say(STRANGER, "/console", chat=STRANGER)
        assert "/console/enter" not in await console.team.say(ANNA, "/console")

    consoling(tmp_path, scenario, url=url)


def test_without_an_address_on_the_web_the_command_says_what_is_missing(tmp_path: Path) -> None:
    from team import Team, with_team

    async def scenario(team: Team) -> None:
        assert "MEMEBOT_WEB_URL" in await team.say(ANNA, "/console", chat=ANNA)

    asyncio.run(with_team(tmp_path / "memebot.sqlite3", scenario))


def test_a_mini_app_opens_with_what_telegram_signed_for_this_bot_lately_and_once(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        good = signed(person(ANNA))
        response = await by_app(console, good)
        assert response.status == 303
        assert "HttpOnly; Secure; SameSite=None; Partitioned" in response.headers["Set-Cookie"]
        refused = {
            "opened with this already": good,
            "has not signed": good.replace("query_id=AAE", "query_id=AAF"),
            "Telegram has not signed": signed(person(ANNA), token="43:OTHER"),
            "too long ago": signed(person(ANNA), at=NOW - timedelta(days=1)),
            "no role": signed(person(STRANGER)),
        }
        for why, data in refused.items():
            response = await by_app(console, data)
            assert (response.status, "Set-Cookie" in response.headers) == (403, False)
            assert why in alert(await response.text())
        for data in (
            "",
            "x",
            "hash=1",
            signed(None),
            signed({"id": "x"}),
            signed(person(ANNA), at=NOW + timedelta(hours=1)),
        ):
            response = await by_app(console, data)
            assert (response.status, "Set-Cookie" in response.headers) == (403, False), data

    consoling(tmp_path, scenario, url="https://memes.example")


def test_only_what_began_within_telegram_may_be_shown_within_telegram(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        browser = await console.enter(OWNER)
        response = await browser.get("/sessions")
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
        entered = await by_app(console, signed(person(OWNER)))
        browser.cookie = entered.cookies["memebot_console"].value
        response = await browser.get("/sessions")
        assert "frame-ancestors https://web.telegram.org" in response.headers["Content-Security-Policy"]
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]

    consoling(tmp_path, scenario)


def test_a_session_ends_after_twelve_hours_and_when_a_role_is_taken(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        people, now = console.team.stores.people, console.team.clock
        browser = await console.enter(EDITOR)
        now.forward(seconds=1)
        await console.team.db(lambda: people.revoke(EDITOR, "editor", by=OWNER, now=now.now))
        await console.team.db(lambda: people.grant(EDITOR, "editor", by=OWNER, now=now.now))
        assert (await browser.get("/sessions")).status == 401
        browser = await console.enter(ADMIN)
        now.forward(hours=11, minutes=59)
        assert (await browser.get("/sessions")).status == 200
        now.forward(minutes=2)
        assert (await browser.get("/sessions")).status == 401

    consoling(tmp_path, scenario)


def test_who_has_left_the_teams_chat_sees_nothing_any_more(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        team, guest = console.team, 9
        await team.db(lambda: team.stores.community.set("chat_grants", True, by=OWNER, now=team.clock.now))
        team.session.inside.add(guest)
        await team.tools.members.check(guest)
        browser = await console.enter(guest)
        assert (await browser.get("/sessions")).status == 200
        team.session.inside.discard(guest)
        team.tools.members._believed_until.clear()  # five minutes later
        assert (await browser.get("/sessions")).status == 401

    consoling(tmp_path, scenario)


def test_a_form_without_the_token_of_its_session_or_from_another_site_changes_nothing(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        anna, olga = await console.enter(ANNA), await console.enter(OWNER)
        for token in ("", "x", olga.csrf):
            assert (await anna.post("/sessions/end-all", csrf=token)).status == 403
            assert (await anna.post("/sessions/end-all", csrf=token, script=False)).status == 403
        foreign = await console.client.post(
            "/console/sessions/end-all",
            headers=anna.headers | {"X-CSRF-Token": anna.csrf, "Origin": "https://evil.example"},
        )
        assert foreign.status == 403
        assert (await anna.get("/sessions")).status == 200
        assert (await anna.post("/sessions/end-all", script=False)).status == 303
        assert (await anna.get("/sessions")).status == 401

    consoling(tmp_path, scenario)


def test_one_ends_ones_own_sessions_and_nobody_elses(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        anna, olga = await console.enter(ANNA), await console.enter(OWNER)
        sessions, now = console.team.chats.app.stores.sessions, console.team.clock.now
        (hers,) = await console.team.db(lambda: sessions.of_person(OWNER, now=now))
        await anna.post("/sessions/end", {"session": hers.id}, script=False)
        assert (await olga.get("/sessions")).status == 200
        assert hers.device in await olga.page("/sessions")

    consoling(tmp_path, scenario)


def test_what_is_kept_of_sessions_is_shown_and_forgotten_with_the_rest(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        browser = await console.enter(ANNA)
        answering = console.team.chats.app.cases.answering
        told = await console.team.db(lambda: answering.about(ANNA))
        assert [row["origin"] for row in told["console_sessions"]] == ["link"]
        assert browser.cookie not in json.dumps(told, default=str)
        await console.team.db(lambda: answering.forget(ANNA))
        assert (await browser.get("/sessions")).status == 401

    consoling(tmp_path, scenario)


def test_a_change_by_anybody_is_told_to_open_pages(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        anna = await console.enter(ANNA)
        stream = await console.client.get("/console/events", headers=anna.headers)
        assert stream.content_type == "text/event-stream"
        await stream.content.readuntil(b"\n\n")
        found = await console.team.submit()
        queue = console.team.stores.queue
        await console.team.db(lambda: queue.reject(found.id, OWNER, now=console.team.clock.now))
        told = []
        while not told or told[-1]["state"] != "rejected":
            event = (await stream.content.readuntil(b"\n\n")).decode()
            if event.startswith("event: changed"):
                told.append(json.loads(event.split("data: ")[1]))
        assert told[-1] == {
            "submission": found.id,
            "version": found.version + 1,
            "action": "reject",
            "state": "rejected",
            "mine": False,
            "who": "Olga",
        }
        stream.close()

    consoling(tmp_path, scenario)


def test_a_page_that_listens_again_hears_what_it_missed(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        anna = await console.enter(ANNA)
        first = await console.client.get("/console/events", headers=anna.headers)
        begun = re.search(rb"id: (\d+)", await first.content.readuntil(b"\n\n"))
        first.close()
        found = [await console.team.submit() for _ in range(3)]
        assert begun is not None
        again = await console.client.get(f"/console/events?after={int(begun[1])}", headers=anna.headers)
        await again.content.readuntil(b"\n\n")
        told = [(await again.content.readuntil(b"\n\n")).decode() for _ in found]
        assert [f'"submission": {one.id},' in event for one, event in zip(found, told, strict=True)] == [True] * 3
        again.close()

    consoling(tmp_path, scenario)


def test_one_persons_pages_do_not_take_all_connections(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        anna, olga = await console.enter(ANNA), await console.enter(OWNER)
        streams = [await console.client.get("/console/events", headers=anna.headers) for _ in range(MOST_PAGES)]
        assert {stream.status for stream in streams} == {200}
        assert (await console.client.get("/console/events", headers=anna.headers)).status == 429
        other = await console.client.get("/console/events", headers=olga.headers)
        assert other.status == 200
        for stream in (*streams, other):
            stream.close()

    consoling(tmp_path, scenario)


def test_what_no_browser_sends_is_refused_without_a_mistake_of_ours(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        anna = await console.enter(ANNA)
        wrong: list[dict[str, str]] = [
            {"Cookie": "memebot_console=\udcff\udcfe"},
            anna.headers | {"X-CSRF-Token": "\udcff"},
            anna.headers | {"X-CSRF-Token": anna.csrf, "Origin": "http://["},
        ]
        for headers in wrong:
            data = FormData({"a": "b"}, default_to_multipart=True)
            response = await console.client.post("/console/sessions/end-all", headers=headers, data=data)
            assert 400 <= response.status < 500, headers
        sent = await anna.post("/language", {"lang": "ru", "here": "/console/\r\nX-Evil: 1"}, script=False)
        assert (sent.status, "X-Evil" in sent.headers) == (303, False)
        said = await anna.post("/language", {"lang": "xx"}, script=False)
        assert 'name="here" value="/console/"' in await said.text()  # no page answers where a form was sent to

    consoling(tmp_path, scenario)


def test_an_open_page_hears_no_more_once_its_session_is_over(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        anna, people = await console.enter(ANNA), console.team.stores.people
        stream = await console.client.get("/console/events", headers=anna.headers)
        await stream.content.readuntil(b"\n\n")
        found = await console.team.submit()
        assert f'"submission": {found.id},' in (await stream.content.readuntil(b"\n\n")).decode()
        await console.team.db(lambda: people.revoke(ANNA, "moderator", by=OWNER, now=console.team.clock.now))
        await console.team.submit()
        assert await stream.content.read() == b""

    consoling(tmp_path, scenario)


def test_an_open_page_hears_of_changes_although_the_database_was_busy_at_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario(console: OpenedConsole) -> None:
        audit = console.team.stores.audit
        last, tries = audit.last, iter([True, True])  # at the door, and where the log is looked at

        def busy() -> int:
            if next(tries, False):
                raise DatabaseBusy(15)
            return last()

        anna = await console.enter(ANNA)
        monkeypatch.setattr(audit, "last", busy)
        stream = await console.client.get("/console/events", headers=anna.headers)
        await stream.content.readuntil(b"\n\n")
        heard = asyncio.create_task(stream.content.readuntil(b"\n\n"))
        while not heard.done():
            await console.team.submit()
            await asyncio.wait([heard], timeout=0.2)
        assert b"event: changed" in heard.result()
        stream.close()

    consoling(tmp_path, scenario)


def test_a_picture_is_fetched_once_made_small_and_shown_to_those_who_decide(tmp_path: Path) -> None:
    from aiogram.methods import GetFile

    async def scenario(console: OpenedConsole) -> None:
        found = await console.team.submit()
        anna = await console.enter(ANNA)
        for _ in range(2):
            response = await anna.get(f"/picture/{found.id}/0")
            assert (response.status, (await response.read())[:2]) == (200, b"\xff\xd8")
        assert len(console.team.session.of(GetFile)) == 1
        assert (await anna.get(f"/picture/{found.id}/7")).status == 404
        assert (await anna.get("/picture/999/0")).status == 404

    consoling(tmp_path, scenario)


def test_one_reads_the_console_in_the_language_that_one_chose(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        anna = await console.enter(ANNA)
        assert "Where I am signed in" in await anna.page("/sessions")
        sent = await anna.post("/language", {"lang": "ru", "here": "/console/sessions"}, script=False)
        assert sent.headers["Location"] == "/console/sessions"
        assert "Где я вошёл" in await anna.page("/sessions")
        away = await anna.post("/language", {"lang": "en", "here": "https://evil.example/console/"}, script=False)
        assert away.headers["Location"] == "/console/"

    consoling(tmp_path, scenario)


def test_a_reader_without_a_role_gets_no_session_from_a_link(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        address = f"/console/enter/{await console.link(READER)}"
        response = await console.client.post(address, allow_redirects=False)
        assert (response.status, "Set-Cookie" in response.headers) == (403, False)

    consoling(tmp_path, scenario)
