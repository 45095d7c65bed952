"""The queue in a real browser: the keyboard alone, two admins at once, a phone. Skipped without Chromium."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from browsers import Tab, expect, tabs
from console import ADMIN, ANNA, BORIS, ServedConsole, served_console

from memebot.web.console.events import LOOK_EVERY_S
from moderation.model import MediaSummary, Medium, Submission

WEEK = {day: ["10:00", "18:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
PHONE = {"viewport": {"width": 390, "height": 780}, "has_touch": True}
NAMELESS = """() => [...document.querySelectorAll(
    "button, a[href], input:not([type=hidden]), select, textarea, summary, img")]
  .filter((one) => one.checkVisibility() && !one.closest("[aria-hidden=true]"))
  .filter((one) => !(one.innerText || one.getAttribute("aria-label") || one.alt || one.placeholder
    || (one.labels && [...one.labels].some((label) => label.textContent.trim()))))
  .map((one) => one.outerHTML)"""
"""What a screen reader could not name."""


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedConsole]:
    with served_console(tmp_path_factory.mktemp("queue"), settings={"schedule": WEEK}) as found:
        yield found


Enter = Callable[..., Tab]


@pytest.fixture
def enter(chromium: Any, console: ServedConsole) -> Iterator[Enter]:
    """Opens a tab of one of the team; whatever it complains of or asks elsewhere fails the test."""
    with tabs(chromium, console.address) as opened:
        yield partial(opened.enter, console)


@pytest.fixture
def waiting(console: ServedConsole) -> Callable[..., list[int]]:
    """Puts proposals of an author of their own into the queue; their numbers, and the query that lists just them."""

    def submitted(count: int, author: int, **facts: Any) -> list[int]:
        made: list[Submission] = []
        for number in range(count):
            media = (Medium("photo", f"file{number}", f"u{author}-{number}"),)
            made.append(console.run(console.team.submit(author_id=author, media=media, **facts)))
        return [one.id for one in made]

    return submitted


def state(console: ServedConsole, number: int) -> str:
    return str(console.run(console.team.get(number)).state)


def on_card(tab: Tab, number: int) -> None:
    """Wait until this card is shown."""
    tab.locator(f'#card[data-number="{number}"]').wait_for()


def test_the_keyboard_alone_works_through_the_queue(enter: Enter, console: ServedConsole, waiting: Any) -> None:
    numbers = waiting(5, 301)
    tab = enter(ANNA)
    tab.goto("/console/queue?author=301")
    with tab.expect_request(f"**/picture/{numbers[2]}/0"):  # the next card's picture is there before the verdict
        for key in ("j", "j", "Enter"):
            tab.keyboard.press(key)
    tab.wait_for_url(f"**/queue/{numbers[1]}?author=301")
    on_card(tab, numbers[1])
    tab.keyboard.press("j")
    on_card(tab, numbers[2])
    tab.keyboard.press("k")
    on_card(tab, numbers[1])
    for key in ("Control+a", "Alt+r", "Control+u"):
        tab.keyboard.press(key)
    assert state(console, numbers[1]) == "pending", "keys with a modifier decide nothing"
    tab.keyboard.press("r")
    tab.keyboard.press("1")
    on_card(tab, numbers[2])
    assert state(console, numbers[1]) == "rejected"
    expect(tab.locator("#note")).to_have_text("Rejected Undo")
    tab.wait_for_url(f"**/queue/{numbers[2]}?author=301")
    tab.keyboard.press("a")
    on_card(tab, numbers[3])
    assert state(console, numbers[2]) == "approved"
    tab.keyboard.press("s")
    tab.keyboard.press("2")
    on_card(tab, numbers[4])
    for back in (numbers[3], numbers[2], numbers[1]):
        tab.keyboard.press("u")
        on_card(tab, back)
        tab.locator("#note").get_by_text("Undone").wait_for()
        assert state(console, back) == "pending"
    tab.keyboard.press("?")
    expect(tab.get_by_role("dialog")).to_be_visible()
    tab.keyboard.press("a")
    tab.keyboard.press("Escape")
    expect(tab.get_by_role("dialog")).to_be_hidden()
    assert state(console, numbers[1]) == "pending"
    assert tab.evaluate(NAMELESS) == []


def test_letters_that_are_typed_decide_nothing_and_a_caption_is_shown_as_it_will_be(
    enter: Enter, console: ServedConsole, waiting: Any
) -> None:
    (number,) = waiting(1, 302, caption="the loss")
    tab = enter(ANNA)
    tab.goto(f"/console/queue/{number}")
    tab.keyboard.press("e")
    field = tab.get_by_role("textbox", name="Caption")
    tab.locator(f'#card[data-version="{2}"]').wait_for()  # others see that it is being written
    assert console.run(console.team.get(number)).claimed_by == ANNA
    field.press("End")
    field.press_sequentially(" jar 😀")
    field.evaluate("field => field.setSelectionRange(4, 8)")
    tab.get_by_role("button", name="Bold").click()
    tab.locator(".preview b").wait_for()
    assert tab.locator(".preview .post").inner_html().startswith("the <b>loss</b> jar 😀")
    expect(tab.locator(".units")).to_have_text("15 / 1024")
    field.press("Home")
    field.press_sequentially("see ")
    tab.get_by_text("see the").wait_for()
    field.press("Control+Enter")
    tab.get_by_text("The caption is changed").wait_for()
    found = console.run(console.team.get(number))
    assert (found.state, found.claimed_by, found.caption) == ("pending", None, "see the loss jar 😀")
    assert [(e["type"], e["offset"], e["length"]) for e in found.caption_entities] == [("bold", 8, 4)]


def test_what_was_written_is_not_lost_unasked_and_whoever_leaves_holds_nothing(
    enter: Enter, console: ServedConsole, waiting: Any
) -> None:
    one, other = waiting(2, 305, caption="words")
    tab, asked, answers = enter(ANNA), [], iter([False, False, True])

    def answer(dialog: Any) -> None:
        asked.append(dialog.message)
        dialog.accept() if next(answers) else dialog.dismiss()

    tab.on("dialog", answer)
    tab.goto(f"/console/queue/{one}?author=305")
    tab.keyboard.press("e")
    tab.locator('#card[data-version="2"]').wait_for()
    field = tab.get_by_role("textbox", name="Caption")
    field.press_sequentially("more ")
    tab.get_by_role("link", name="Next").click()
    field.press("Escape")
    tab.wait_for_function("() => document.getElementById('editor').open")
    assert field.input_value() == "more words" and len(asked) == 2 and "not saved" in asked[0]
    tab.get_by_role("link", name="Next").click()
    on_card(tab, other)
    tab.keyboard.press("k")
    on_card(tab, one)
    tab.get_by_text("Waits for a decision").wait_for()
    assert console.run(console.team.get(one)).claimed_by is None


def test_of_two_admins_on_one_card_the_slower_sees_at_once_who_was_faster(
    enter: Enter, console: ServedConsole, waiting: Any
) -> None:
    one, other, third = waiting(3, 303)
    anna, boris, admin = enter(ANNA), enter(BORIS), enter(ADMIN)
    for tab in (anna, boris):
        tab.goto(f"/console/queue/{one}?author=303")
    admin.goto("/console/queue?author=303")
    boris.keyboard.press("e")
    anna.get_by_text("Boris is answering this card").wait_for()
    admin.locator(f'.line[data-number="{one}"] .live').get_by_text("✍️ Boris").wait_for()
    boris.keyboard.press("Escape")
    anna.get_by_text("Waits for a decision").wait_for()
    boris.locator('#card[data-version="3"]').wait_for()  # until then what one does meanwhile is not taken
    boris.keyboard.press("r")
    boris.keyboard.press("2")
    on_card(boris, other)
    anna.locator("#note").get_by_text("Boris was faster").wait_for()
    expect(anna.locator("#card .state")).to_contain_text("Rejected by Boris")
    console.run(console.team.submit(author_id=303))
    admin.get_by_text("New: 1").wait_for()
    line = admin.locator(f'.line[data-number="{one}"]')
    line.get_by_text("decided by Boris").wait_for()
    expect(line.get_by_role("checkbox")).to_be_disabled()
    anna.keyboard.press("j")
    on_card(anna, other)
    assert state(console, third) == "pending"


def boris_does(console: ServedConsole, act: str, number: int, **how: Any) -> None:
    queue = console.team.stores.queue
    console.run(console.team.db(partial(getattr(queue, act), number, BORIS, now=console.team.clock.now, **how)))


def test_what_happens_while_a_page_opens_is_told_on_it(enter: Enter, console: ServedConsole, waiting: Any) -> None:
    (number,) = waiting(1, 306)
    tab = enter(ANNA)

    def late(route: Any) -> None:
        boris_does(console, "reject", number, reason_key="ad")
        time.sleep(3 * LOOK_EVERY_S)  # whoever listened by then has heard of it
        route.continue_()

    tab.route("**/console/events*", late, times=1)
    tab.goto(f"/console/queue/{number}?author=306")
    tab.locator("#note").get_by_text("Boris was faster").wait_for()


def test_whoever_was_faster_is_told_although_the_card_showed_it_before_the_news(
    enter: Enter, console: ServedConsole, waiting: Any
) -> None:
    (number,) = waiting(1, 307)
    tab = enter(ANNA)
    tab.goto(f"/console/queue/{number}?author=307")

    def meanwhile(route: Any) -> None:
        boris_does(console, "reject", number, reason_key="ad")
        route.continue_()

    tab.route(f"**/console/queue/{number}?author=307", meanwhile, times=1)
    boris_does(console, "claim", number)
    tab.locator("#note").get_by_text("Boris was faster").wait_for()
    expect(tab.locator("#card .state")).to_contain_text("Rejected by Boris")


def test_a_menu_stays_open_when_others_touch_the_card(enter: Enter, console: ServedConsole, waiting: Any) -> None:
    (number,) = waiting(1, 308)
    tab = enter(ANNA)
    tab.goto(f"/console/queue/{number}?author=308")
    tab.keyboard.press("r")
    boris_does(console, "claim", number)
    tab.get_by_text("Boris is answering this card").wait_for()
    expect(tab.locator("#reasons")).to_have_attribute("open", "")
    boris_does(console, "release", number)
    tab.locator('#card[data-version="3"]').wait_for()
    tab.keyboard.press("1")
    tab.get_by_text("Rejected").first.wait_for()
    assert state(console, number) == "rejected"


def test_an_older_preview_that_comes_late_is_not_shown(enter: Enter, console: ServedConsole, waiting: Any) -> None:
    (number,) = waiting(1, 309, caption="words")
    tab = enter(ANNA)
    tab.goto(f"/console/queue/{number}?author=309")
    held: list[Any] = []

    def hold(route: Any) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    tab.route("**/preview", hold)
    tab.keyboard.press("e")
    tab.locator('#card[data-version="2"]').wait_for()
    with tab.expect_request("**/preview"):
        tab.get_by_role("textbox", name="Caption").fill("older words")
    tab.get_by_role("textbox", name="Caption").fill("newer words")
    expect(tab.locator(".preview")).to_contain_text("newer words")
    with tab.expect_response("**/preview"):
        held[0].continue_()
    tab.evaluate("new Promise((done) => setTimeout(done, 100))")
    expect(tab.locator(".preview")).to_contain_text("newer words")


def test_on_a_phone_many_are_picked_rejected_and_taken_back(enter: Enter, console: ServedConsole, waiting: Any) -> None:
    numbers = waiting(4, 304, author_name="Long name " * 20, caption="x" * 1000, reading=MediaSummary(flags=("tiny",)))
    tab = enter(ANNA, **PHONE)
    tab.goto("/console/queue?author=304")
    fits = "document.documentElement.scrollWidth <= innerWidth"
    assert tab.evaluate(fits) and tab.evaluate(NAMELESS) == []
    for number in numbers[:3]:
        tab.get_by_role("checkbox", name=f"No. {number}").check()
    tab.get_by_text("Picked: 3").wait_for()
    tab.get_by_label("Reason for the author").select_option("ad")
    tab.get_by_role("button", name="Reject what is picked").tap()
    tab.get_by_role("heading", name="3 were rejected").wait_for()
    assert tab.evaluate(fits) and [state(console, number) for number in numbers] == ["rejected"] * 3 + ["pending"]
    tab.get_by_role("button", name="Undo these 3").tap()
    tab.get_by_role("heading", name="3 wait again").wait_for()
    assert [state(console, number) for number in numbers] == ["pending"] * 4
    tab.goto(f"/console/queue/{numbers[0]}?author=304")
    assert tab.evaluate(fits) and tab.evaluate(NAMELESS) == []
    expect(tab.get_by_role("button", name=re.compile("Approve"))).to_be_visible()
    tab.locator("#reasons > summary").tap()
    tab.get_by_role("button", name="We have had this meme already").tap()
    on_card(tab, numbers[1])
    assert state(console, numbers[0]) == "rejected"
    tab.get_by_role("button", name="Undo").tap()
    on_card(tab, numbers[0])
    assert state(console, numbers[0]) == "pending"
