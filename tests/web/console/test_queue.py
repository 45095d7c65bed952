"""The queue in the console: what its pages show, and that every verdict is the one of the chat."""

from __future__ import annotations

import asyncio
import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from console import ADMIN, ANNA, BORIS, OWNER, Browser, OpenedConsole, consoling
from team import AUTHOR

from memebot.channel.posts.captions import FormattedText
from memebot.web.console.queue.view import formatted, query_of, read_view, submission_number
from moderation.model import MediaSummary, Medium

HOSTILE = "<img src=x onerror=alert(1)>\"'&\u202egnol" + "x" * 60
KNOWN = MediaSummary(
    sha256="0" * 64, explanation={"matches": [], "text": "nan"}, verdict="joke", confidence=0.9, flags=("tiny",)
)
WEEK = {day: ["10:00", "18:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
BOLD = {"type": "bold", "offset": 4, "length": 4}


def numbers(page: str) -> list[int]:
    """The submissions of a page of the list, in its order."""
    return [int(number) for number in re.findall(r'class="line" data-number="(\d+)"', page)]


def shown(page: str) -> str:
    """What a reader sees of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


async def card(browser: Browser, number: int, query: str = "") -> dict[str, Any]:
    """The card as a script gets it."""
    response = await browser.client.get(
        f"/console/queue/{number}{query}", headers=browser.headers | {"X-CSRF-Token": browser.csrf}
    )
    assert response.status == 200, await response.text()
    found: dict[str, Any] = (await response.json())["card"]
    return found


# --- the list


def test_the_list_is_filtered_by_its_address_and_counts_what_else_there_is(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        for number in range(4):
            await console.team.submit(reading=KNOWN if number == 1 else MediaSummary(), lang="en" if number else "ru")
        browser = await console.enter(ANNA)
        page = await browser.page("/queue")
        assert numbers(page) == [1, 2, 3, 4]
        assert "small picture · 1" in page and "English · 3" in page
        assert numbers(await browser.page("/queue?flag=tiny")) == [2]
        assert numbers(await browser.page("/queue?lang=en&known=no&order=newest")) == [4, 3]
        assert numbers(await browser.page("/queue?flag=nonsense&author=x&order=%27&after=z")) == [1, 2, 3, 4]
        assert (await browser.get("/queue?after=99")).status == 404

    consoling(tmp_path, scenario)


def test_fifty_fill_a_page_and_the_rest_is_on_the_next(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        for number in range(53):
            await console.team.submit(author_id=100 + number)
        browser = await console.enter(ANNA)
        page = await browser.page("/queue?lang=ru")
        assert numbers(page) == list(range(1, 51)) and 'rel="prev"' not in page
        (following,) = re.findall(r'rel="next" href="/console([^"]*)"', page)
        second = await browser.page(html.unescape(following))
        assert numbers(second) == [51, 52, 53]
        (before,) = re.findall(r'rel="prev" href="/console([^"]*)"', second)
        assert numbers(await browser.page(html.unescape(before))) == list(range(1, 51))
        whole = await browser.post(
            "/queue/reject", {f"pick-{n}": 1 for n in range(1, 51)} | {"reason": "ad", "text": ""}
        )
        assert "50 were rejected" in await whole.text(), "a whole page at once"

    consoling(tmp_path, scenario)


def test_an_empty_queue_says_what_is_planned_and_empty_filters_lead_out(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        browser = await console.enter(ANNA)
        assert "everything is decided" in await browser.page("/queue")
        await console.team.submit()
        assert "Show the one that waits" in await browser.page("/queue?flag=nsfw")
        await browser.done("/queue/1/approve", {"version": 1, "when": "next"})
        assert "One post is planned" in await browser.page("/queue")

    consoling(tmp_path, scenario, settings={"schedule": WEEK})


def test_who_holds_a_card_is_seen_in_the_list_and_on_the_card(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        await console.team.submit()
        anna, boris = await console.enter(ANNA), await console.enter(BORIS)
        assert (await boris.done("/queue/1/claim", {"version": 1}))["card"]["version"] == 2
        assert "✍️ Boris" in shown(await anna.page("/queue"))
        assert "Boris is answering this card" in (await card(anna, 1))["state"]
        assert "Boris is answering" in await anna.refused("/queue/1/reject", {"version": 1, "reason": "ad"})
        await boris.done("/queue/1/release", {})
        assert "✍️ Boris" not in shown(await anna.page("/queue"))
        assert (await anna.done("/queue/1/reject", {"version": 1, "reason": "ad"}))["said"] == "Rejected"

    consoling(tmp_path, scenario)


# --- one card


def test_after_a_verdict_comes_the_next_card_of_the_same_list(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        for lang in ("ru", "en", "ru", "ru"):
            await console.team.submit(lang=lang)
        browser = await console.enter(ANNA)
        came = await browser.done("/queue/1/reject?lang=ru", {"version": 1, "reason": "ad"})
        assert (came["card"]["number"], came["undo"]) == (3, {"number": 1, "version": 2})
        assert came["card"]["url"] == "/console/queue/3?lang=ru"
        came = await browser.done("/queue/3/approve?lang=ru", {"version": 1, "when": "next"})
        assert came["card"]["number"] == 4 and "goes out" in came["said"]
        came = await browser.done("/queue/4/reject?lang=ru", {"version": 1, "silent": "1"})
        assert came["card"] is None, "nothing else in Russian waits"
        rejected = await console.team.get(4)
        assert (rejected.state, rejected.silent) == ("rejected", True)

    consoling(tmp_path, scenario, settings={"schedule": WEEK})


def test_without_scripts_a_verdict_leads_to_the_next_card_and_says_what_was_done(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        for _ in range(2):
            await console.team.submit()
        browser = await console.enter(ANNA)
        response = await browser.post("/queue/1/reject", {"version": 1, "text": "Not for us"}, script=False)
        assert (response.status, response.headers["Location"]) == (303, "/console/queue/2")
        assert 'id="note">Rejected<' in await browser.page("/queue/2")
        assert (await console.team.get(1)).reason_text == "Not for us"
        response = await browser.post("/queue/2/reject", {"version": 1, "reason": "ad"}, script=False)
        assert response.headers["Location"] == "/console/queue"

    consoling(tmp_path, scenario)


def test_of_two_who_decide_at_once_the_slower_hears_who_was_faster(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        people = {person: await console.enter(person) for person in (ANNA, BORIS)}
        for number in range(1, 11):
            await console.team.submit(author_id=100 + number)
            both = [
                people[ANNA].post(f"/queue/{number}/approve", {"version": 1, "when": "next"}),
                people[BORIS].post(f"/queue/{number}/reject", {"version": 1, "reason": "ad"}),
            ]
            answers = await asyncio.gather(*both)
            assert sorted(answer.status for answer in answers) == [200, 409]
            (lost,) = [await answer.json() for answer in answers if answer.status == 409]
            found = await console.team.get(number)
            winner = "Anna" if found.decided_by == ANNA else "Boris"
            assert f"Already {found.state} by {winner}" in lost["problem"]
            rows = await console.team.db(lambda number=number: console.team.stores.audit.newest(number))
            assert len(rows) == 2

    consoling(tmp_path, scenario, settings={"schedule": WEEK})


def test_a_verdict_on_what_has_changed_meanwhile_is_refused(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        await console.team.submit(caption="first")
        browser = await console.enter(ANNA)
        await browser.done("/queue/1/caption", {"version": 1, "caption": "second"})
        assert "look again" in await browser.refused("/queue/1/approve", {"version": 1})
        for version in ("", "x", "-1", "9" * 40):
            assert (await browser.post("/queue/1/reject", {"version": version, "reason": "ad"})).status == 400
        assert (await console.team.get(1)).state == "pending"

    consoling(tmp_path, scenario)


def test_a_verdict_is_taken_back_and_the_card_waits_again(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        await console.team.submit()
        browser = await console.enter(ANNA)
        undo = (await browser.done("/queue/1/reject", {"version": 1, "reason": "ad"}))["undo"]
        assert "Undo" in (await card(browser, 1))["html"]
        came = await browser.done(f"/queue/{undo['number']}/undo", {"version": undo["version"]})
        assert came["card"]["number"] == 1 and "waits for a decision again" in came["said"]
        undo = (await browser.done("/queue/1/reject", {"version": 3, "reason": "ad"}))["undo"]
        console.team.clock.forward(minutes=5)
        assert "Too late" in await browser.refused("/queue/1/undo", {"version": undo["version"]})

    consoling(tmp_path, scenario)


@pytest.mark.parametrize("when", ["yesterday", "2026-01-05T10:00", "", "9999"])
def test_a_moment_that_is_none_plans_nothing(tmp_path: Path, when: str) -> None:
    async def scenario(console: OpenedConsole) -> None:
        await console.team.submit()
        browser = await console.enter(ANNA)
        assert (await browser.post("/queue/1/approve", {"version": 1, "when": when})).status == 400
        assert (await console.team.get(1)).state == "pending"

    consoling(tmp_path, scenario)


def test_a_slot_is_chosen_and_a_rejection_needs_a_reason(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        for _ in range(3):
            await console.team.submit()
        browser = await console.enter(ANNA)
        slots = re.findall(r'name="when" value="(\d[^"]+)"', (await card(browser, 1))["html"])
        assert len(slots) == 8
        await browser.done("/queue/1/approve", {"version": 1, "when": html.unescape(slots[3])})
        found = await console.team.get(1)
        assert found.slot is not None and found.slot.isoformat() == html.unescape(slots[3])
        await browser.done("/queue/2/approve", {"version": 1, "when": "now"})
        assert "Choose a reason" in await browser.refused("/queue/3/reject", {"version": 1})
        assert "Too long" in await browser.refused("/queue/3/reject", {"version": 1, "text": "x" * 1001})
        assert "no such reason" in await browser.refused("/queue/3/reject", {"version": 1, "reason": "nonsense"})
        assert (await console.team.get(3)).state == "pending"

    consoling(tmp_path, scenario, settings={"schedule": WEEK})


def test_banning_takes_an_admin_and_rejects_with_it(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        await console.team.submit()
        anna, admin = await console.enter(ANNA), await console.enter(ADMIN)
        assert "admin" in await anna.refused("/queue/1/reject", {"version": 1, "ban": "1"})
        assert 'name="ban"' not in (await card(anna, 1))["html"]
        assert 'name="ban"' in (await card(admin, 1))["html"]
        assert "banned" in (await admin.done("/queue/1/reject", {"version": 1, "ban": "1"}))["said"]
        banned = await console.team.db(lambda: console.team.stores.people.banned(AUTHOR, now=console.team.clock.now))
        assert banned is not None and banned.by == ADMIN

    consoling(tmp_path, scenario)


def test_the_card_in_the_chat_shows_what_was_decided_here(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        await console.team.card()
        browser = await console.enter(ANNA)
        await browser.done("/queue/1/reject", {"version": 1, "reason": "ad"})
        await console.team.tools.watch.look()
        assert "Отклонено: Anna" in (await console.team.shown(1)).text

    consoling(tmp_path, scenario)


# --- what is typed


def test_a_caption_keeps_its_formatting_with_scripts_and_without(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        await console.team.submit(caption="the loss falls", caption_entities=(BOLD,))
        browser = await console.enter(ANNA)
        assert "<b>loss</b>" in (await card(browser, 1))["html"]
        response = await browser.post(
            "/queue/1/caption", {"version": 1, "caption": "see\r\nthe loss falls"}, script=False
        )
        assert response.status == 303
        found = await console.team.get(1)
        assert (found.caption, found.caption_entities) == ("see\nthe loss falls", ({**BOLD, "offset": 8},))
        sent = json.dumps([{"type": "italic", "offset": 0, "length": 3}, {"type": "script", "offset": 0, "length": 3}])
        fields = {"version": found.version, "caption": "😀 x\u202e", "entities": sent}
        assert "The caption is changed" in (await browser.done("/queue/1/caption", fields))["said"]
        found = await console.team.get(1)
        assert (found.caption, found.caption_entities) == ("😀 x", ({"type": "italic", "offset": 0, "length": 3},))
        for broken in ("{", "[" * 100_000):
            answer = await browser.post("/queue/1/caption", {**fields, "version": found.version, "entities": broken})
            assert answer.status == 400

    consoling(tmp_path, scenario)


def test_a_caption_of_more_than_telegram_takes_is_refused_and_told_in_units(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        await console.team.submit(caption="short")
        browser = await console.enter(ANNA)
        long = {"version": 1, "caption": "😀" * 513}
        assert "1,026 of 1,024" in await browser.refused("/queue/1/caption", long)
        assert "1,026 of 1,024" in await browser.refused("/queue/1/preview", long)
        assert (await console.team.get(1)).caption == "short"

    consoling(tmp_path, scenario)


def test_a_preview_shows_the_post_as_the_channel_does(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        await console.team.submit(author_name="Ann <3", credit="named", reading=KNOWN)
        browser = await console.enter(ANNA)
        fields = {"caption": "the loss <b>", "entities": json.dumps([BOLD])}
        came = await browser.done("/queue/1/preview", fields)
        assert "the <b>loss</b> &lt;b&gt;" in came["html"] and "Ann &lt;3" in came["html"]
        assert "post-button" in came["html"] and came["units"] == 12
        assert (await console.team.get(1)).caption == "", "a preview changes nothing"

    consoling(tmp_path, scenario)


def test_asking_and_noting_are_told_in_the_timeline_with_their_words(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        await console.team.submit()
        anna, boris = await console.enter(ANNA), await console.enter(BORIS)
        assert "has been asked" in (await anna.done("/queue/1/ask", {"text": " Where from? "}))["said"]
        assert "Write something" in await anna.refused("/queue/1/ask", {"text": "  "})
        await boris.done("/queue/1/note", {"text": "careful"})
        seen = shown((await card(anna, 1))["html"])
        assert "Anna : the author was asked" in seen.replace("Anna:", "Anna :") and "Where from?" in seen
        assert "Boris: a note about the author careful" in seen
        assert "has not answered yet" in seen
        assert "gone" in (await boris.done("/queue/1/note", {"text": ""}))["said"]

    consoling(tmp_path, scenario)


# --- many


def test_many_are_rejected_with_one_reason_and_just_those_taken_back(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        for number in range(5):
            await console.team.submit(author_id=200 + number)
        anna, boris = await console.enter(ANNA), await console.enter(BORIS)
        await boris.done("/queue/2/reject", {"version": 1, "reason": "topic"})
        await console.team.db(lambda: console.team.stores.queue.withdraw(3, 202, now=console.team.clock.now))
        picked = {"pick-1": 1, "pick-2": 1, "pick-3": 1, "pick-4": 1, "pick-x": 1, "pick-77": 1, "pick-5": "x"}
        assert "Choose a reason" in shown(await (await anna.post("/queue/reject", picked, script=False)).text())
        done = await anna.post("/queue/reject?order=newest", {**picked, "reason": "ad"}, script=False)
        page = await done.text()
        seen = shown(page)
        assert "2 were rejected" in seen and "Already rejected by Boris" in seen
        assert "The author has taken it back" in seen and "no proposal No. 77" in seen
        states = [(await console.team.get(number)).state for number in range(1, 6)]
        assert states == ["rejected", "rejected", "withdrawn", "rejected", "pending"]
        back = dict(re.findall(r'name="(pick-\d+)" value="(\d+)"', page))
        assert back == {"pick-1": "2", "pick-4": "2"}
        undone = await anna.post("/queue/undo?order=newest", back, script=False)
        assert "2 wait again" in shown(await undone.text())
        assert (await console.team.get(2)).state == "rejected", "a colleague's verdict stays"
        assert [(await console.team.get(number)).state for number in (1, 4)] == ["pending", "pending"]

    consoling(tmp_path, scenario)


def test_an_appeal_among_many_is_left_to_another_and_says_so(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        anna, team = await console.enter(ANNA), console.team
        found = await team.submit()
        await anna.done(f"/queue/{found.id}/reject", {"version": found.version, "reason": "ad"})
        team.clock.forward(minutes=10)
        await team.tools.watch.look()
        waits = await team.db(lambda: team.stores.appeals.make(found.id, AUTHOR, "It is ours.", now=team.clock.now))
        picked = {f"pick-{waits.id}": waits.version, "reason": "ad"}
        seen = shown(await (await anna.post("/queue/reject", picked, script=False)).text())
        assert "another moderator decides on the appeal" in seen and "somebody" not in seen
        boris = await console.enter(BORIS)
        assert "One was rejected" in shown(await (await boris.post("/queue/reject", picked, script=False)).text())

    consoling(tmp_path, scenario)


def test_nothing_picked_rejects_nothing(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        await console.team.submit()
        browser = await console.enter(ANNA)
        assert "Nothing is picked" in await browser.refused("/queue/reject", {"reason": "ad"})
        assert "no such reason" in await browser.refused("/queue/reject", {"reason": "nonsense", "pick-1": 1})
        assert (await console.team.get(1)).state == "pending"

    consoling(tmp_path, scenario)


# --- hostile words


def test_whatever_authors_write_is_shown_and_nothing_of_it_is_markup(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        sightings = [
            {
                "kind": "post",
                "chat_id": -5,
                "message_id": 3,
                "link": 'https://t.me/"onmouseover="alert(1)',
                "at": console.team.clock.now.isoformat(),
                "how": "near",
                "distance": 3,
            }
        ]
        entities = (
            {"type": "text_link", "offset": 0, "length": 4, "url": "javascript:alert(1)"},
            {"type": "bold", "offset": 2, "length": 4000},
        )
        reading = MediaSummary(flags=("tiny", '"><script>'), sightings=sightings)
        await console.team.submit(
            author_name=HOSTILE, caption=HOSTILE, caption_entities=entities, reading=reading, credit="named"
        )
        await console.team.submit(author_name=HOSTILE)
        browser = await console.enter(OWNER)
        await browser.done("/queue/1/ask", {"text": HOSTILE})
        await console.team.db(
            lambda: console.team.stores.queue.answer(1, AUTHOR, "</q>" + "A" * 4090, now=console.team.clock.now)
        )
        await browser.done("/queue/1/note", {"text": HOSTILE})
        pages = [await browser.page("/queue"), await browser.page("/queue/1"), await browser.page("/queue?author=7")]
        found = await console.team.get(1)
        many = await browser.post("/queue/reject", {"pick-1": found.version, "text": HOSTILE}, script=False)
        pages += [await many.text(), await browser.page("/queue/1")]
        for page in pages:
            assert "<img src=x" not in page and "javascript:" not in page and "<script>" not in page
            assert '"onmouseover' not in page
        assert "&lt;img src=x onerror=alert(1)&gt;" in pages[0] and "&lt;img src=x" in pages[1]

    consoling(tmp_path, scenario)


def test_what_was_here_before_stands_beside_the_picture(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        await console.team.submit()
        sighting = {"kind": "submission", "id": 1, "at": console.team.clock.now.isoformat(), "how": "exact"}
        await console.team.submit(reading=MediaSummary(flags=("repost-exact",), sightings=[sighting]))
        browser = await console.enter(ANNA)
        page = (await card(browser, 2))["html"]
        assert page.index("/console/picture/2/0") < page.index("/console/picture/1/0")
        assert "the same file" in page

    consoling(tmp_path, scenario)


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_every_page_is_there_in_both_languages(tmp_path: Path, lang: str) -> None:
    async def scenario(console: OpenedConsole) -> None:
        media = (Medium("photo", "file1", "u1"), Medium("photo", "file2", "u2"))
        for _ in range(2):
            await console.team.submit(media=media, reading=KNOWN, caption="x")
        browser = await console.enter(OWNER)
        await browser.post("/language", {"lang": lang, "here": "/console/queue"}, script=False)
        assert f'lang="{lang}"' in await browser.page("/queue")
        await browser.page("/queue/1")
        done = await browser.post("/queue/reject", {"pick-1": 1, "reason": "ad"}, script=False)
        assert done.status == 200 and f'lang="{lang}"' in await done.text()
        await browser.page("/queue/1")

    consoling(tmp_path, scenario)


# --- addresses and formatting


def test_an_appeal_against_a_long_reason_is_shown(tmp_path: Path) -> None:
    async def scenario(console: OpenedConsole) -> None:
        anna, team = await console.enter(ANNA), console.team
        found = await team.submit()
        await anna.done(f"/queue/{found.id}/reject", {"version": found.version, "text": "&" * 1000})
        team.clock.forward(minutes=10)
        await team.tools.watch.look()
        await team.db(lambda: team.stores.appeals.make(found.id, AUTHOR, "&" * 500, now=team.clock.now))
        page = shown(await anna.page(f"/queue/{found.id}"))
        assert "&" * 399 + "…" in page and "&" * 500 in page

    consoling(tmp_path, scenario)


@pytest.mark.parametrize("text", ["", "x", "9" * 16, "0" * 18 + "9" * 19, "0" * 5000])
def test_what_is_no_number_of_a_submission_is_none(text: str) -> None:
    assert submission_number(text) is None


@pytest.mark.parametrize(
    "query",
    ["", "?flag=tiny", "?author=7&known=no&order=surest", "?flag=none&age=older&known=yes&lang=ru&order=newest"],
)
def test_an_address_says_the_same_as_what_was_read_from_it(query: str) -> None:
    fields = dict(part.split("=") for part in query[1:].split("&")) if query else {}
    assert query_of(read_view(fields)) == query


@pytest.mark.parametrize(
    ("entities", "expected"),
    [
        ([BOLD], "the <b>loss</b> &lt;x&gt;"),
        ([BOLD, {"type": "italic", "offset": 0, "length": 6}], "<i>the </i><b><i>lo</i>ss</b> &lt;x&gt;"),
        (
            [{"type": "blockquote", "offset": 0, "length": 8}, BOLD],
            "<blockquote>the <b>loss</b></blockquote> &lt;x&gt;",
        ),
        (
            [{"type": "text_link", "offset": 0, "length": 3, "url": 'https://a.example/"><b>'}],
            '<a href="https://a.example/&#34;&gt;&lt;b&gt;" title="https://a.example/&#34;&gt;&lt;b&gt;"'
            ' target="_blank" rel="noopener noreferrer nofollow">the</a> loss &lt;x&gt;',
        ),
        ([{"type": "text_link", "offset": 0, "length": 3, "url": "javascript:x"}], "the loss &lt;x&gt;"),
        ([{"type": "bold", "offset": 50, "length": 3}], "the loss &lt;x&gt;"),
        ([{"type": "bold", "offset": 9, "length": 5000}], "the loss <b>&lt;x&gt;</b>"),
    ],
)
def test_formatting_is_drawn_where_it_is(entities: list[dict[str, Any]], expected: str) -> None:
    assert formatted(FormattedText("the loss <x>", tuple(entities))) == expected
