"""The settings' pages: each setting in a form, what is wrong beside its field, reasons, and who has which role."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

from aiogram.types import User
from console import ADMIN, OWNER, Browser, OpenedConsole, consoling

from memebot.channel.setting_words import CHOICES
from memebot.web.console.settings import GROUPS
from moderation.community import SETTINGS
from moderation.model import Submission
from moderation.schedule import DAYS

SCHEDULE = {day: ["10:00", "18:00"] for day in DAYS}


async def planned(console: OpenedConsole) -> Submission:
    """A post that is planned for Saturday the 3rd at 10:00."""
    team, at = console.team, datetime(2026, 1, 3, 10, tzinfo=UTC)
    made = await team.submit()
    await team.db(lambda: team.stores.queue.approve(made.id, OWNER, when=at, now=team.clock.now))
    return await team.get(made.id)


def run(path: Path, scenario: Callable[[OpenedConsole], Any]) -> None:
    consoling(path, scenario, settings={"schedule": SCHEDULE})


def form_of(html: str) -> dict[str, str]:
    """What a browser would send of the settings' form."""
    form: dict[str, str] = {}
    for tag in re.findall(r"<input [^>]+>", html):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and name[1] != "csrf" and value:
            form[name[1]] = unescape(value[1])
    for name, options in re.findall(r'<select id="set-\w+" name="(\w+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        assert chosen is not None, name
        form[name] = chosen[1]
    return {name: text for name, text in form.items() if name not in ("here", "lang_")}


async def settings_form(browser: Browser) -> dict[str, str]:
    form = form_of(await browser.page("/settings"))
    form.pop("here", None)
    return form


async def value(console: OpenedConsole, name: str) -> Any:
    return await console.team.db(lambda: console.team.stores.community.get(name))


def test_every_setting_stands_on_the_page_once() -> None:
    on_page = [name for names in GROUPS.values() for name in names]
    assert sorted(on_page) == sorted(CHOICES) == sorted(set(SETTINGS) - {"reasons"})


OTHER: dict[str, tuple[dict[str, str], Any]] = {
    "approvals": ({"approvals": "2"}, 2),
    "undo_seconds": ({"undo_seconds": "5"}, 5),
    "own_approval": ({"own_approval": "yes"}, True),
    "claim_minutes": ({"claim_minutes": "7"}, 7),
    "daily_limit": ({"daily_limit": "9"}, 9),
    "min_gap_minutes": ({"min_gap_minutes": "45"}, 45),
    "zone": ({"zone": "Asia/Tbilisi"}, "Asia/Tbilisi"),
    "schedule": ({"schedule.mon": "9:30, 20:00", "schedule.tue": ""}, None),
    "overdue": ({"overdue": "slots"}, "slots"),
    "alert_pending_hours": ({"alert_pending_hours": "0"}, 0),
    "alert_empty_tomorrow": ({"alert_empty_tomorrow": "no"}, False),
    "chat_grants": ({"chat_grants": "yes"}, True),
    "lang": ({"lang": "ru"}, "ru"),
    "target": ({"target": "both"}, "both"),
    "signature": ({"signature": "@memes"}, "@memes"),
    "second_lang": ({"second_lang": "en"}, "en"),
    "second_schedule": ({"second_schedule.mon": "8:00"}, None),
    "second_min_gap_minutes": ({"second_min_gap_minutes": "20"}, 20),
    "second_signature": ({"second_signature": "42"}, "42"),
    "milestones": ({"milestones": "40, 20"}, [20, 40]),
}


def test_each_setting_is_changed_by_the_form_and_nothing_else_with_it(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        owner, stores = await console.enter(OWNER), console.team.stores
        assert set(OTHER) == set(CHOICES)
        for name, (typed, wanted) in OTHER.items():
            before = await console.team.db(stores.community.all)
            form = await settings_form(owner)
            assert (await owner.post("/settings", form | typed, script=False)).status == 303
            after = await console.team.db(stores.community.all)
            assert {n for n in after if after[n] != before[n]} == {name}
            if wanted is not None:
                assert after[name] == wanted
        assert (await value(console, "schedule"))["mon"] == ["09:30", "20:00"]
        assert "tue" not in await value(console, "schedule")
        assert "Saved: Reactions worth a note – 20, 40" in await owner.page("/settings")
        form = await settings_form(owner)
        assert (await owner.post("/settings", form, script=False)).status == 303
        assert "Nothing was changed." in await owner.page("/settings")

    two = {"channel": "@memes", "second_channel": "@memes_en"}
    consoling(tmp_path, scenario, settings={"schedule": SCHEDULE}, **two)


def test_what_is_about_a_second_channel_is_asked_only_where_there_is_one(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        owner = await console.enter(OWNER)
        assert "set-second_" not in await owner.page("/settings")

    run(tmp_path, scenario)


def test_what_cannot_be_used_is_said_beside_its_field_and_keeps_what_was_typed(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        owner = await console.enter(OWNER)
        form = await settings_form(owner)
        wrong = {"approvals": "many", "schedule.mon": "25:00", "zone": "Mars", "milestones": "0", "daily_limit": "7"}
        answer = await owner.post("/settings", form | wrong, script=False)
        html = await answer.text()
        assert answer.status == 422 and html.count('class="error"') == 4 and html.count('aria-invalid="true"') >= 4
        assert 'value="many"' in html and 'value="25:00"' in html and "Nothing was saved: 4 fields" in html
        assert await value(console, "daily_limit") == 1000
        assert form_of(html)["seen.approvals"] == "1"

    run(tmp_path, scenario)


def test_what_another_owner_set_meanwhile_is_shown_and_not_overwritten(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        owner, stores = await console.enter(OWNER), console.team.stores
        form = await settings_form(owner)
        await console.team.db(lambda: stores.community.set("approvals", 3, by=OWNER, now=console.team.clock.now))
        answer = await owner.post("/settings", form | {"approvals": "2"}, script=False)
        assert answer.status == 422 and "was changed meanwhile, to 3" in await answer.text()
        assert (await owner.post("/settings", form | {"daily_limit": "7"}, script=False)).status == 303
        assert (await value(console, "approvals"), await value(console, "daily_limit")) == (3, 7)

    run(tmp_path, scenario)


def test_other_times_say_what_they_mean_for_what_is_planned_before_they_are_kept(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        post = await planned(console)
        owner = await console.enter(OWNER)
        form = await settings_form(owner) | {"zone": "Europe/Berlin", "approvals": "2"}
        answer = await owner.post("/settings", form, script=False)
        html = await answer.text()
        assert answer.status == 200 and "Not saved yet" in html
        assert "no longer in a slot of the schedule" in html and f"no. {post.id} (Sat 03.01 at 11:00)" in html
        assert (await value(console, "zone"), await value(console, "approvals")) == ("UTC", 1)
        assert (await owner.post("/settings", form_of(html) | {"sure": "1"}, script=False)).status == 303
        assert (await value(console, "zone"), await value(console, "approvals")) == ("Europe/Berlin", 2)
        assert await console.team.get(post.id) == post

    run(tmp_path, scenario)


def test_admins_have_reasons_and_roles_and_no_settings(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        admin = await console.enter(ADMIN)
        assert (await admin.get("/settings")).headers["Location"] == "/console/settings/roles"
        html = await admin.page("/settings/roles")
        assert 'href="/console/settings"' not in html.split("</header>")[1]
        assert (await admin.post("/settings", {"approvals": "2", "seen.approvals": "1"})).status == 403

    run(tmp_path, scenario)


# --- reasons and roles


def test_reasons_are_added_reworded_and_removed_and_what_is_too_long_is_said(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        admin, stores = await console.enter(ADMIN), console.team.stores
        put = {"act": "put", "ru": "Слишком <старое>", "en": "Too old"}
        assert (await admin.post("/settings/reasons", put | {"key": ""}, script=False)).status == 303
        html = await admin.page("/settings/reasons")
        assert "The reason is kept." in html and "Слишком &lt;старое&gt;" in html
        answer = await admin.post("/settings/reasons", put | {"key": "ad", "ru": "x" * 101}, script=False)
        html = await answer.text()
        assert answer.status == 422 and html.count('role="alert"') == 1 and "x" * 101 in html
        assert (await admin.post("/settings/reasons", {"act": "drop", "key": "ad"}, script=False)).status == 303
        keys = [reason.key for reason in await console.team.db(stores.community.reasons)]
        assert "ad" not in keys and len(keys) == 7
        assert await admin.refused("/settings/reasons", {"act": "drop", "key": "ad"})

    run(tmp_path, scenario)


def test_a_role_is_given_and_taken_by_the_rules_and_who_has_it_hears_of_it(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        admin, team = await console.enter(ADMIN), console.team
        give = {"act": "give", "person": "777", "role": "moderator"}
        await team.tell_new_roles()
        assert (await admin.post("/settings/roles", give, script=False)).status == 303
        await team.tell_new_roles()
        assert await team.db(lambda: team.stores.people.role(777)) == "moderator"
        (told,) = [shown.text for shown in team.session.screen.values() if shown.chat == 777]
        assert "модератор этого сообщества" in told and "777" in await admin.page("/settings/roles")
        for role in ("admin", "owner"):
            assert (await admin.post("/settings/roles", give | {"role": role})).status == 403
        for person in ("", "abc", "@nobody_at_all", "0", "9" * 25):
            answer = await admin.post("/settings/roles", give | {"person": person}, script=False)
            assert answer.status == 422 and "does not know who that is" in await answer.text()
        assert (await admin.post("/settings/roles", give | {"role": "king"})).status == 400
        take = give | {"act": "take"}
        assert (await admin.post("/settings/roles", take, script=False)).status == 303
        assert await team.db(lambda: team.stores.people.role(777)) is None

    run(tmp_path, scenario)


def test_a_hostile_name_is_text_wherever_it_stands(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        admin, team = await console.enter(ADMIN), console.team
        name = '<img src=x onerror=alert(1)>" &amp; \u202e'
        team.tools.members.names.learn(User(id=777, is_bot=False, first_name=name))
        give = {"act": "give", "person": "777", "role": "moderator"}
        await admin.post("/settings/roles", give, script=False)
        html = await admin.page("/settings/roles")
        assert "<img src=x" not in html and html.count("&lt;img src=x") == 3  # said, listed, on the button
        assert "&amp;lt;" not in html

    run(tmp_path, scenario)


def test_ones_own_role_is_taken_only_when_one_is_sure_and_ends_what_it_allows(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        owner, team = await console.enter(OWNER), console.team
        admin = await console.enter(ADMIN)
        own = {"act": "take", "person": str(ADMIN), "role": "admin"}
        assert (await admin.post("/settings/roles", own)).status == 403  # an admin's role is an owner's to take
        give = {"act": "give", "person": str(ADMIN), "role": "owner"}
        assert (await owner.post("/settings/roles", give, script=False)).status == 303
        answer = await admin.post("/settings/roles", own | {"role": "owner"}, script=False)
        assert answer.status == 200 and "from yourself" in await answer.text()
        assert await team.db(lambda: team.stores.people.role(ADMIN)) == "owner"
        await admin.post("/settings/roles", own | {"role": "owner", "sure": "1"}, script=False)
        assert await team.db(lambda: team.stores.people.role(ADMIN)) == "admin"

    run(tmp_path, scenario)
