"""The console of a community with two channels: where a card's meme goes, and the plan of either."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from console import ADMIN, ANNA, OpenedConsole, consoling

from moderation.schedule import DAYS


def two(path: Path, scenario: Callable[[OpenedConsole], Any]) -> None:
    week = {day: ["10:00", "18:00"] for day in DAYS}
    channels = {"channel": "@memes", "second_channel": "@memes_en"}
    consoling(path, scenario, settings={"schedule": week, "second_schedule": week}, **channels)


def test_a_card_says_where_its_meme_goes_and_the_verdict_keeps_to_that(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        await console.team.submit()
        anna = await console.enter(ANNA)
        html = await anna.page("/queue/1")
        assert html.count('name="to"') == 3 and 'value="first" aria-pressed="true"' in html
        came = await anna.done("/queue/1/target", {"version": 1, "to": "both"})
        assert 'value="both" aria-pressed="true"' in came["card"]["html"]
        await anna.refused("/queue/1/approve", {"version": 1, "when": "next"})
        said = (await anna.done("/queue/1/approve", {"version": 2, "when": "next"}))["said"]
        assert said.count("10:00") == 2
        assert {s.channel for s in await console.team.db(lambda: console.team.stores.slots.planned())} == {
            "first",
            "second",
        }
        html = await anna.page("/queue/1")
        assert "RU: " in html and "EN: " in html
        assert (await anna.post("/queue/1/target", {"version": 3, "to": "elsewhere"})).status == 400

    two(tmp_path, scenario)


def test_with_one_channel_a_card_has_nothing_to_choose(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        await console.team.submit()
        assert 'name="to"' not in await (await console.enter(ANNA)).page("/queue/1")

    consoling(tmp_path, scenario)


def test_either_channels_week_is_shown_and_changed_by_itself(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        await console.team.submit()
        admin = await console.enter(ADMIN)
        await admin.done("/queue/1/target", {"version": 1, "to": "both"})
        await admin.done("/queue/1/approve", {"version": 2, "when": "next"})
        html = await admin.page("/calendar?channel=second")
        assert 'id="p1"' in html and "channel=second&amp;post=1" in html
        answer = await admin.post("/calendar/change", {"number": 1, "version": 3, "to": "hold", "channel": "second"})
        assert (await answer.json())["path"] == "/calendar?channel=second"
        stores = console.team.stores
        assert [s.channel for s in await console.team.db(lambda: stores.slots.held())] == ["second"]
        assert [s.channel for s in await console.team.db(lambda: stores.slots.planned())] == ["first"]
        html = await admin.page("/calendar?channel=second")
        moves = html.split('name="moves" value="')[1].split('"')[0]
        await admin.post("/calendar/back", {"moves": moves, "channel": "second"})
        assert len(await console.team.db(lambda: stores.slots.planned())) == 2

    two(tmp_path, scenario)


def test_words_for_one_channel_are_kept_beside_the_caption(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        await console.team.submit(caption="раз")
        anna = await console.enter(ANNA)
        came = await anna.done("/queue/1/caption", {"version": 1, "caption": "one", "channel": "second"})
        assert "раз" in came["card"]["html"] and ">one<" in came["card"]["html"]

    two(tmp_path, scenario)


def test_a_preview_shows_the_post_as_readers_of_the_channel_will_see_it(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        await console.team.submit(credit="named")
        stores, anna = console.team.stores, await console.enter(ANNA)
        signed = {"signature": "@memes", "second_signature": "@memes_en"}
        for name, value in signed.items():
            await console.team.db(lambda n=name, v=value: stores.community.set(n, v, by=1, now=console.team.clock.now))
        shown = {}
        for channel in ("", "second"):
            answer = await anna.post("/queue/1/preview", {"caption": "x", "entities": "[]", "channel": channel})
            shown[channel] = (await answer.json())["html"]
        assert "Прислал" in shown[""] and "@memes<" in shown[""].replace("\n", "<")
        assert "Sent in by" in shown["second"] and "@memes_en" in shown["second"]

    two(tmp_path, scenario)
