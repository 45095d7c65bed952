"""The queue in a real browser: the keyboard alone, two admins at once, a phone. Skipped without Chromium."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from console import ADMIN, ANNA, BORIS, ServedConsole, served_console

from moderation.model import MediaSummary, Medium, Submission

sync_api = pytest.importorskip("playwright.sync_api", reason="no Playwright here: pip install 'memebot[browser]'")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")

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


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


Enter = Callable[..., Any]


@pytest.fixture
def enter(chromium: Any, console: ServedConsole) -> Iterator[Enter]:
    """Opens a tab of one of the team; whatever it complains of or asks elsewhere fails the test."""
    contexts, wrong = [], []

    def opened(person: int, **options: Any) -> Any:
        context = chromium.new_context(base_url=console.address, locale="en-GB", **options)
        context.set_default_timeout(20_000)  # machines are busy
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda made: None if made.url.startswith(console.address) else wrong.append(made.url))
        page.goto(console.door(person))
        page.get_by_role("button", name="Open the console").click()
        page.locator(".bar").wait_for()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


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


def on_card(tab: Any, number: int) -> None:
    """Wait until this card is shown."""
    tab.locator(f'#card[data-number="{number}"]').wait_for()


def test_the_keyboard_alone_works_through_the_queue(enter: Enter, console: ServedConsole, waiting: Any) -> None:
    numbers = waiting(5, 301)
    tab, asked = enter(ANNA), []
    tab.on("request", lambda made: asked.append(made.url.removeprefix(f"{console.address}/console")))
    tab.goto("/console/queue?author=301")
    for key in ("j", "j", "Enter"):
        tab.keyboard.press(key)
    on_card(tab, numbers[1])
    tab.keyboard.press("j")
    on_card(tab, numbers[2])
    tab.keyboard.press("k")
    on_card(tab, numbers[1])
    assert f"/picture/{numbers[2]}/0" in asked, "the next card's picture is there before the verdict"
    for key in ("Control+a", "Alt+r", "Control+u"):
        tab.keyboard.press(key)
    assert state(console, numbers[1]) == "pending", "keys with a modifier decide nothing"
    tab.keyboard.press("r")
    tab.keyboard.press("1")
    on_card(tab, numbers[2])
    assert state(console, numbers[1]) == "rejected"
    assert tab.locator("#note").inner_text() == "Rejected Undo"
    assert tab.url.endswith(f"/queue/{numbers[2]}?author=301")
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
    assert tab.get_by_role("dialog").is_visible()
    tab.keyboard.press("a")
    tab.keyboard.press("Escape")
    assert not tab.get_by_role("dialog").is_visible() and state(console, numbers[1]) == "pending"
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
    assert tab.locator(".units").inner_text() == "15 / 1024"
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
    boris.locator("#editor:not([open])").wait_for()
    boris.locator("#card").focus()
    boris.keyboard.press("r")
    boris.keyboard.press("2")
    on_card(boris, other)
    anna.locator("#note").get_by_text("Boris was faster").wait_for()
    assert "Rejected by Boris" in anna.locator("#card .state").inner_text()
    console.run(console.team.submit(author_id=303))
    admin.get_by_text("New: 1").wait_for()
    line = admin.locator(f'.line[data-number="{one}"]')
    line.get_by_text("decided by Boris").wait_for()
    assert line.get_by_role("checkbox").is_disabled()
    anna.keyboard.press("j")
    on_card(anna, other)
    assert state(console, third) == "pending"


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
    assert tab.get_by_role("button", name=re.compile("Approve")).is_visible()
    tab.locator("#reasons > summary").tap()
    tab.get_by_role("button", name="We have had this meme already").tap()
    on_card(tab, numbers[1])
    assert state(console, numbers[0]) == "rejected"
    tab.get_by_role("button", name="Undo").tap()
    on_card(tab, numbers[0])
    assert state(console, numbers[0]) == "pending"
