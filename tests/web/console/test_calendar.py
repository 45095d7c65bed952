"""The calendar's pages and forms: what they show, what they do without scripts, and what two admins see."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from console import ADMIN, ANNA, OWNER, OpenedConsole, consoling

from moderation.model import Submission
from moderation.schedule import DAYS

SETTINGS_OF_TESTS = {"schedule": {day: ["10:00", "18:00"] for day in DAYS}}
HOSTILE = '<script>alert(1)</script>"\u202etxt.exe' + "x" * 4096


async def planned(console: OpenedConsole, day: int, time: str, **facts: Any) -> Submission:
    """A post that is planned for a day of January 2026; NOW is Friday the 2nd, 03:04."""
    team = console.team
    made = await team.submit(**facts)
    at = datetime.fromisoformat(f"2026-01-{day:02} {time}").replace(tzinfo=UTC)
    await team.db(lambda: team.stores.queue.approve(made.id, OWNER, when=at, now=team.clock.now, close_ok=True))
    return await team.get(made.id)


def fields_of(post: Submission, to: str) -> dict[str, str]:
    return {"number": str(post.id), "version": str(post.version), "to": to, "day": "2025-12-29"}


def target(html: str, moment: str) -> str:
    """What the button of a free place sends."""
    assert f'value="{moment}"' in html
    return moment


def undo_fields(html: str) -> dict[str, str]:
    found = re.search(r'name="moves" value="([^"]+)"', html)
    assert found is not None, html
    return {"moves": found[1], "day": "2025-12-29"}


def run(path: Path, scenario: Callable[[OpenedConsole], Any], **settings: Any) -> None:
    consoling(path, scenario, settings={**SETTINGS_OF_TESTS, **settings})


def test_a_week_shows_posts_free_slots_and_its_neighbours_and_moderators_only_look(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        post = await planned(console, 3, "10:00", caption="why <b>so</b> serious")
        admin, moderator = await console.enter(ADMIN), await console.enter(ANNA)
        for browser in (admin, moderator):
            html = await browser.page("/calendar")
            assert "29.12 – 04.01.2026" in html and f'id="p{post.id}"' in html
            assert "why &lt;b&gt;so&lt;/b&gt; serious" in html and f"/console/picture/{post.id}/0" in html
            assert "?day=2025-12-22" in html and "?day=2026-01-05" in html and ">free<" in html
        assert "data-to=" in await admin.page("/calendar")
        assert not re.search(
            r"data-to=|data-choose|<button[^>]*name=.to", await moderator.page(f"/calendar?post={post.id}")
        )
        assert (await moderator.post("/calendar/change", fields_of(post, "hold"))).status == 403
        assert f'id="p{post.id}"' not in await admin.page("/calendar?day=2026-01-05")
        assert "29.12" in await admin.page("/calendar?day=nonsense&post=nonsense")

    run(tmp_path, scenario)


def test_a_post_is_chosen_moved_and_moved_back_without_scripts(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        post = await planned(console, 3, "10:00")
        admin = await console.enter(ADMIN)
        html = await admin.page(f"/calendar?day=2025-12-29&post={post.id}")
        to = target(html, "2026-01-04T18:00:00+00:00")
        moved = await admin.post("/calendar/change", fields_of(post, to), script=False)
        assert (moved.status, moved.headers["Location"]) == (303, f"/console/calendar?day=2026-01-04#p{post.id}")
        assert (await console.team.get(post.id)).slot == datetime(2026, 1, 4, 18, tzinfo=UTC)
        html = await admin.page("/calendar?day=2026-01-04")
        assert f"No. {post.id} now goes out Sun 04.01 at 18:00." in html
        assert (await admin.post("/calendar/back", undo_fields(html), script=False)).status == 303
        assert (await console.team.get(post.id)).slot == post.slot
        assert "As it was before." in await admin.page("/calendar")
        assert 'name="moves"' not in await admin.page("/calendar")

    run(tmp_path, scenario)


def test_the_way_back_stays_on_the_page_for_two_minutes_and_is_nobody_elses(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        post = await planned(console, 3, "10:00")
        admin, owner = await console.enter(ADMIN), await console.enter(OWNER)
        await admin.done("/calendar/change", fields_of(post, "hold"))
        for _ in range(2):  # pages are asked for anew whenever something changes
            assert undo_fields(await admin.page("/calendar?part"))
        assert 'name="moves"' not in await owner.page("/calendar")
        console.team.clock.forward(minutes=2)
        assert 'name="moves"' not in await admin.page("/calendar")

    run(tmp_path, scenario)


def test_every_change_of_the_calendar_can_be_taken_back(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        post, other = await planned(console, 3, "10:00"), await planned(console, 3, "18:00")
        admin = await console.enter(ADMIN)

        async def do(to: str, expected: datetime | None, **more: str) -> None:
            now = await console.team.get(post.id)
            await admin.done("/calendar/change", fields_of(now, to) | more)
            assert (await console.team.get(post.id)).slot == expected
            await admin.done("/calendar/back", undo_fields(await admin.page("/calendar")))
            slots = [(await console.team.get(n)).slot for n in (post.id, other.id)]
            assert slots == [post.slot, other.slot]

        await do("hold", None)
        await do("next", datetime(2026, 1, 2, 10, tzinfo=UTC))
        await do("now", console.team.clock.now + timedelta(seconds=60))
        await do("typed", datetime(2026, 1, 6, 11, 30, tzinfo=UTC), local="2026-01-06T11:30")
        seen = await console.team.get(other.id)
        await do(f"swap.{other.id}.{seen.version}", other.slot)

    run(tmp_path, scenario)


def test_of_two_admins_the_slower_one_is_told_what_happened(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        post = await planned(console, 3, "10:00")
        faster, slower = await console.enter(OWNER), await console.enter(ADMIN)
        await faster.done("/calendar/change", fields_of(post, "hold"))
        assert "changed" in await slower.refused("/calendar/change", fields_of(post, "next"))
        plain = await slower.post("/calendar/change", fields_of(post, "next"), script=False)
        assert plain.status == 409 and "changed" in await plain.text()
        assert (await console.team.get(post.id)).slot is None

    run(tmp_path, scenario)


@pytest.mark.parametrize(
    ("to", "more"),
    [
        ("", {}),
        ("tomorrow", {}),
        ("2026-01-03", {}),
        ("2026-01-03T10:00:00", {}),
        ("typed", {"local": "soon"}),
        ("typed", {"local": "9999-12-31T23:59"}),
        ("swap.1", {}),
        ("swap.999.1", {}),
        ("2020-01-03T10:00:00+00:00", {}),
        ("2026-01-03T10:10:00+00:00", {}),
    ],
)
def test_what_is_no_place_or_taken_moves_nothing(tmp_path: Path, to: str, more: dict[str, str]) -> None:
    async def scenario(console: OpenedConsole) -> None:
        post, _ = await planned(console, 4, "10:00"), await planned(console, 3, "10:00")
        admin = await console.enter(ADMIN)
        if more.get("local") != "9999-12-31T23:59":
            assert await admin.refused("/calendar/change", fields_of(post, to) | more)
            assert await console.team.get(post.id) == post
        for moves in ("", "1", "1.1.1 2", "0.0.", f"{post.id}.1.", "9" * 30):
            assert await admin.refused("/calendar/back", {"moves": moves})
            assert await console.team.get(post.id) == post

    run(tmp_path, scenario)


def test_conflicts_missed_posts_and_changing_clocks_are_said(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        await planned(console, 3, "10:05")
        await planned(console, 3, "10:20")
        late = await planned(console, 2, "03:30")
        console.team.clock.forward(hours=2)
        admin = await console.enter(ADMIN)
        html = unescape(await admin.page("/calendar"))
        assert "too near the post at 10:20" in html and "too near the post at 10:05" in html
        assert "free, but too near" in html and "off the schedule" in html
        assert "Missed while the channel could not be reached" in html
        assert "go out with the community's gap" in html and f"?day=2025-12-29&post={late.id}" in html
        await console.team.db(
            lambda: console.team.stores.community.set("zone", "Europe/Berlin", by=OWNER, now=late.submitted_at)
        )
        html = unescape(await admin.page("/calendar?day=2026-10-25"))
        assert "Clocks go back: 03:00 becomes 02:00 again" in html
        html = await admin.page(f"/calendar?day=2026-10-25&post={late.id}")
        assert 'name="again"' in html
        fields = fields_of(late, "typed") | {"local": "2026-10-25T02:30", "again": "1"}
        await admin.done("/calendar/change", fields)
        assert (await console.team.get(late.id)).slot == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
        assert "the second time" in await admin.page("/calendar?day=2026-10-25")

    run(tmp_path, scenario)


def test_hostile_captions_are_shown_escaped_and_bounded(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        caption = HOSTILE[:1024]
        post = await planned(console, 3, "10:00", caption=caption)
        held = await planned(console, 4, "10:00", caption=caption)
        admin = await console.enter(ADMIN)
        await admin.done("/calendar/change", fields_of(held, "hold"))
        html = await admin.page(f"/calendar?post={post.id}")
        assert "<script>alert" not in html and "x" * 200 not in html
        assert html.count('dir="auto"') >= 3

    run(tmp_path, scenario)


def test_a_community_without_slots_is_told_what_to_do(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        html = await (await console.enter(OWNER)).page("/calendar")
        assert "The schedule has no slots" in html and "/console/settings#schedule" in html

    run(tmp_path, scenario, schedule={})
