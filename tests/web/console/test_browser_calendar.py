"""The calendar and the settings in a real browser: keys alone, dragging, a phone, two admins at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from browsers import Tab, expect, tabs
from console import ADMIN, OWNER, ServedConsole, served_console

from moderation.model import Submission
from moderation.schedule import DAYS

PHONE = {"viewport": {"width": 390, "height": 780}, "has_touch": True, "is_mobile": True, "color_scheme": "dark"}
WEEK = "/console/calendar?day=2026-01-05"
SLOTS = {"schedule": {day: ["10:00", "18:00"] for day in DAYS}}


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedConsole]:
    with served_console(tmp_path_factory.mktemp("console"), settings=SLOTS) as found:
        yield found


@pytest.fixture
def enter(chromium: Any, console: ServedConsole) -> Iterator[Callable[..., Tab]]:
    """A tab in which somebody is in; whatever it complains of or asks elsewhere fails the test."""
    with tabs(chromium, console.address) as opened:
        yield partial(opened.enter, console)


@pytest.fixture
def posts(console: ServedConsole) -> Iterator[list[Submission]]:
    """Two posts, on Tuesday the 6th at 10:00 and on Wednesday the 7th at 18:00; nothing else is planned."""
    team = console.team

    async def plan(text: str) -> Submission:
        made = await team.submit(caption="a meme")
        at = datetime.fromisoformat(text).replace(tzinfo=UTC)
        await team.db(lambda: team.stores.queue.approve(made.id, OWNER, when=at, now=team.clock.now))
        return await team.get(made.id)

    made = [console.run(plan(text)) for text in ("2026-01-06 10:00", "2026-01-07 18:00")]
    yield made
    team.clock.forward(seconds=61)
    for post in made:
        reject = partial(team.stores.queue.reject, post.id, OWNER, now=team.clock.now)
        console.run(team.db(reject))


def slot(console: ServedConsole, post: Submission) -> str:
    now = console.run(console.team.get(post.id)).slot
    return "held" if now is None else f"{now:%a %H:%M}"


def said(tab: Tab, text: str) -> None:
    """Wait until the week says that this was done: until then, it says what was done before."""
    expect(tab.locator(".done span")).to_contain_text(text)


def undone(tab: Tab) -> None:
    tab.get_by_text("As it was before.").first.wait_for()


def on(tab: Tab, post: Submission) -> None:
    """Wait until this post has the keyboard."""
    expect(tab.locator(f"#p{post.id} :focus")).to_have_count(1)


def test_a_post_is_moved_swapped_and_held_by_keys_alone_and_each_is_undone(
    enter: Callable[..., Tab], console: ServedConsole, posts: list[Submission]
) -> None:
    one, other = posts
    tab = enter(ADMIN)
    tab.goto(WEEK)
    keys = tab.keyboard
    keys.press("ArrowRight")  # into the week
    on(tab, one)
    keys.press("ArrowRight")
    on(tab, other)
    keys.press("ArrowLeft")
    keys.press("Enter")
    tab.locator("#chosen").wait_for()
    keys.press("Escape")
    tab.locator("#chosen").wait_for(state="detached")
    on(tab, one)
    keys.press("Enter")
    tab.locator("#chosen").wait_for()
    keys.type("12")  # the twelfth place: Sunday at 10:00
    keys.press("Enter")
    said(tab, f"No. {one.id} now goes out Sun 11.01 at 10:00.")
    assert slot(console, one) == "Sun 10:00"
    on(tab, one)
    keys.press("u")
    undone(tab)
    assert slot(console, one) == "Tue 10:00"

    tab.locator(f"#p{one.id} .cell").focus()
    keys.press("Enter")
    tab.locator("#chosen").wait_for()
    number = tab.locator(f"#p{other.id} .target").get_attribute("data-number-key")
    keys.type(number)
    keys.press("Enter")
    said(tab, "swapped places")
    assert (slot(console, one), slot(console, other)) == ("Wed 18:00", "Tue 10:00")
    keys.press("u")
    undone(tab)

    tab.locator(f"#p{other.id} .cell").focus()
    keys.press("h")
    tab.locator(f".held #p{other.id}").wait_for()
    assert slot(console, other) == "held"
    keys.press("u")
    undone(tab)
    assert (slot(console, one), slot(console, other)) == ("Tue 10:00", "Wed 18:00")


def test_weeks_are_turned_by_keys_and_a_chosen_post_comes_along(
    enter: Callable[..., Tab], console: ServedConsole, posts: list[Submission]
) -> None:
    tab = enter(ADMIN)
    tab.goto(f"{WEEK}&post={posts[0].id}")
    tab.keyboard.press("n")
    tab.get_by_role("heading", name="12.01 – 18.01.2026").wait_for()
    tab.locator("#chosen").wait_for()
    tab.locator(".target").first.click()
    said(tab, "Mon 12.01 at 10:00")
    tab.keyboard.press("t")
    tab.get_by_role("heading", name="29.12 – 04.01.2026").wait_for()
    tab.go_back()
    tab.get_by_role("heading", name="12.01 – 18.01.2026").wait_for()


def test_a_time_that_is_typed_goes_by_enter_there_and_not_into_the_next_slot(
    enter: Callable[..., Tab], console: ServedConsole, posts: list[Submission]
) -> None:
    one, _ = posts
    tab = enter(ADMIN)
    tab.goto(f"{WEEK}&post={one.id}")
    time = tab.get_by_label("Another time")
    time.fill("2026-01-08T21:37")
    time.press("Enter")
    said(tab, "Thu 08.01 at 21:37")
    expect(tab.locator(f"#p{one.id}")).to_contain_text("off the schedule")
    assert slot(console, one) == "Thu 21:37"


BOXES = """(selectors) => {
  const found = selectors.map((one) => document.querySelector(one));
  found[0].scrollIntoView({ block: "nearest", behavior: "instant" });
  return found.map((one) => one.getBoundingClientRect().toJSON());
}"""


def drag(tab: Tab, source: str, target: str) -> None:
    tab.locator(source).wait_for()
    start, end = tab.evaluate(BOXES, [source, target])  # in one step: the news of the change before may redraw the week
    tab.mouse.move(start["x"] + 20, start["y"] + 12)
    tab.mouse.down()
    tab.mouse.move(start["x"] + 40, start["y"] + 30, steps=3)
    tab.mouse.move(end["x"] + end["width"] / 2, end["y"] + min(end["height"] / 2, 20), steps=5)
    tab.mouse.up()


def test_a_post_is_dragged_to_a_free_slot_onto_another_and_out_of_the_plan(
    enter: Callable[..., Tab], console: ServedConsole, posts: list[Submission]
) -> None:
    one, other = posts
    tab = enter(ADMIN, viewport={"width": 1280, "height": 1400})
    tab.goto(WEEK)
    drag(tab, f"#p{one.id}", '[data-to^="2026-01-09T10:00"]')
    said(tab, "Fri 09.01 at 10:00")
    assert slot(console, one) == "Fri 10:00"
    drag(tab, f"#p{one.id}", f"#p{other.id}")
    tab.get_by_text("swapped places").first.wait_for()
    assert (slot(console, one), slot(console, other)) == ("Wed 18:00", "Fri 10:00")
    drag(tab, f"#p{other.id}", ".held")
    tab.locator(f".held #p{other.id}").wait_for()
    assert slot(console, other) == "held"
    drag(tab, f"#p{other.id}", '[data-to^="2026-01-08T18:00"]')
    tab.get_by_text("Thu 08.01 at 18:00").first.wait_for()
    assert slot(console, other) == "Thu 18:00"


def test_news_does_not_take_a_post_out_of_the_hand_and_is_shown_afterwards(
    enter: Callable[..., Tab], console: ServedConsole, posts: list[Submission]
) -> None:
    one, other = posts
    faster, slower = enter(OWNER), enter(ADMIN, viewport={"width": 1280, "height": 1400})
    faster.goto(f"{WEEK}&post={other.id}")
    slower.goto(WEEK)
    start, end = slower.evaluate(BOXES, [f"#p{one.id}", '[data-to^="2026-01-09T10:00"]'])
    slower.evaluate(f"window.kept = document.getElementById('p{one.id}')")
    slower.mouse.move(start["x"] + 20, start["y"] + 12)
    slower.mouse.down()
    faster.locator('.target[value^="2026-01-05T18:00"]').click()
    faster.locator(".done").wait_for()
    slower.wait_for_timeout(2000)  # news is there within a second, and is shown 0.4 s later where it is in nobody's way
    assert slower.evaluate("window.kept.isConnected")
    slower.mouse.move(end["x"] + end["width"] / 2, end["y"] + 10, steps=5)
    slower.mouse.up()
    slower.get_by_text("Fri 09.01 at 10:00").first.wait_for()
    slower.locator(f".day:first-child #p{other.id}").wait_for()
    assert slot(console, one) == "Fri 10:00"


def test_news_leaves_the_keyboard_where_it_is(
    enter: Callable[..., Tab], console: ServedConsole, posts: list[Submission]
) -> None:
    one, other = posts
    faster, slower = enter(OWNER), enter(ADMIN)
    faster.goto(f"{WEEK}&post={other.id}")
    slower.goto(f"{WEEK}&post={one.id}")
    here = slower.locator('.target[value^="2026-01-09T10:00"]')
    here.focus()
    slower.evaluate("window.kept = document.activeElement")
    faster.locator('.target[value^="2026-01-05T18:00"]').click()
    slower.locator(f".day:first-child #p{other.id}").wait_for()
    assert not slower.evaluate("window.kept.isConnected")
    expect(here).to_be_focused()
    slower.keyboard.press("Enter")
    said(slower, "Fri 09.01 at 10:00")
    assert slot(console, one) == "Fri 10:00"


def test_what_another_admin_moves_is_seen_at_once(
    enter: Callable[..., Tab], console: ServedConsole, posts: list[Submission]
) -> None:
    one, _ = posts
    faster, slower = enter(OWNER), enter(ADMIN)
    slower.goto(WEEK)
    faster.goto(f"{WEEK}&post={one.id}")
    shown: list[str] = []

    def hears(response: Any) -> bool:
        """Whoever did it hears of it, too: the week is asked for by the change and by its news."""
        shown.extend([response.url] if response.url.endswith("part") else [])
        return len(shown) >= 2

    with faster.expect_response(hears):
        faster.locator('.target[value^="2026-01-05T18:00"]').click()
    faster.locator(".done").wait_for()
    expect(faster.get_by_role("button", name="Undo")).to_be_visible()
    slower.locator(f".day:first-child #p{one.id}").wait_for()
    assert slot(console, one) == "Mon 18:00"


def test_on_a_phone_the_week_is_a_list_and_a_post_is_moved_by_touch(
    enter: Callable[..., Tab], console: ServedConsole, posts: list[Submission]
) -> None:
    one, _ = posts
    tab = enter(ADMIN, **PHONE)
    tab.goto(WEEK)
    left = tab.locator(".day").evaluate_all("days => [...new Set(days.map((day) => day.getBoundingClientRect().left))]")
    assert len(left) == 1
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.locator(f"#p{one.id} .cell").tap()
    tab.locator("#chosen").wait_for()
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.get_by_role("button", name="Next free slot").tap()
    said(tab, f"No. {one.id} ")
    tab.get_by_role("button", name="Undo").tap()
    undone(tab)
    assert slot(console, one) == "Tue 10:00"


def test_on_a_phone_a_finger_that_holds_still_drags_and_one_that_moves_scrolls(
    enter: Callable[..., Tab], console: ServedConsole, posts: list[Submission]
) -> None:
    one, _ = posts
    tab = enter(ADMIN, **PHONE)
    tab.goto(WEEK)
    fingers = tab.context.new_cdp_session(tab)

    def touch(kind: str, *at: float) -> None:
        points = [{"x": at[0], "y": at[1]}] if at else []
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def centre(selector: str) -> tuple[float, float]:
        (box,) = tab.evaluate(BOXES, [selector])
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    x, y = centre(f"#p{one.id}")
    touch("touchStart", x, y)
    tab.locator(".ghost").wait_for()
    target = '[data-to^="2026-01-05T18:00"]'
    for share in (0.3, 0.7, 1.0):
        goal = centre(target)
        touch("touchMove", x + share * (goal[0] - x), y + share * (goal[1] - y))
    tab.locator(f"{target}.over").wait_for()
    touch("touchEnd")
    said(tab, "Mon 05.01 at 18:00")
    assert slot(console, one) == "Mon 18:00" and tab.evaluate("scrollY") == 0
    tab.clock.install()  # a busy machine moves the finger late, and yet before it has been held for long
    x, y = centre(f"#p{one.id}")
    touch("touchStart", x, y)
    for step in range(1, 6):
        touch("touchMove", x, y - 30 * step)
    touch("touchEnd")
    tab.clock.run_for(2000)
    tab.wait_for_function("() => scrollY > 0")
    expect(tab.locator(".lifted")).to_have_count(0)
    assert slot(console, one) == "Mon 18:00"


def test_settings_are_changed_by_keys_with_what_it_means_before_and_errors_beside_the_field(
    enter: Callable[..., Tab], console: ServedConsole, posts: list[Submission]
) -> None:
    tab = enter(OWNER, **PHONE)
    tab.goto("/console/settings")
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    zone = tab.get_by_label("Time zone")
    zone.fill("Europe/Berlin")
    zone.press("Enter")
    tab.get_by_text("no longer in a slot of the schedule").wait_for()
    tab.get_by_role("link", name="Leave it as it is").click()
    expect(tab.get_by_label("Time zone")).to_have_value("UTC")
    unnamed = tab.locator("input:not([type=hidden]), select, textarea").evaluate_all(
        "fields => fields.filter((one) => !one.labels.length && !one.ariaLabel).map((one) => one.name)"
    )
    assert unnamed == []
