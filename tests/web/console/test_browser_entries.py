"""Entries in a real browser: by the keyboard, two editors at once, on a phone. Skipped where Playwright is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browsers import Tab, expect, tabs
from chats import UNKNOWN
from console import EDITOR, OWNER, ServedConsole, served_console

BOX = "one => (one.scrollIntoView({ block: 'center', behavior: 'instant' }), one.getBoundingClientRect().toJSON())"
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}

Open = Callable[..., Tab]


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedConsole]:
    with served_console(tmp_path_factory.mktemp("console")) as found:
        yield found


@pytest.fixture
def enter(chromium: Any, console: ServedConsole) -> Iterator[Open]:
    """Opens a tab in which somebody is signed in; whatever it complains of or asks elsewhere fails the test."""
    with tabs(chromium, console.address) as opened:

        def open_tab(person: int = EDITOR, size: Any = DESKTOP) -> Tab:
            return opened.enter(console, person, viewport=size)

        yield open_tab


def entry(console: ServedConsole, entry_id: str) -> Any:
    return console.run(console.team.db(lambda: console.team.chats.kb.entries.get(entry_id)))


def test_one_name_is_added_and_another_removed_by_the_keyboard_alone(enter: Open, console: ServedConsole) -> None:
    tab = enter()
    tab.goto("/console/entries/entry/overfitting")
    names = tab.get_by_label("Other names")
    names.focus()
    tab.keyboard.type("memorising")
    tab.keyboard.press("Enter")
    tab.keyboard.press("Shift+Tab")  # the cross of the last one
    tab.keyboard.press("Shift+Tab")
    tab.keyboard.press("Shift+Tab")
    tab.keyboard.press("Enter")
    tab.get_by_text("Changed: Other names").wait_for()
    tab.keyboard.press("Control+s")
    tab.get_by_text("Saved as revision 2.").wait_for()
    assert entry(console, "overfitting").aliases == ("memorising",)
    tab.get_by_role("button", name="Take back the last change").click()
    tab.get_by_text("is taken back").wait_for()
    assert entry(console, "overfitting").aliases == ("overfit",)


def test_two_editors_of_one_field_see_both_and_choose(enter: Open, console: ServedConsole) -> None:
    elena, olga = enter(EDITOR), enter(OWNER)
    for tab in (elena, olga):
        tab.goto("/console/entries/entry/lava")
    olga.get_by_label("Title, en").fill("The floor of Olga")
    olga.get_by_role("button", name="Save", exact=True).click()
    olga.get_by_text("Saved as revision").wait_for()
    elena.get_by_label("Title, en").fill("The floor of Elena")
    elena.get_by_role("button", name="Save", exact=True).click()
    elena.get_by_role("heading", name="Both changed: Title, en").wait_for()
    expect(elena.get_by_text("The floor of Olga").first).to_be_visible()
    elena.get_by_role("button", name="mine where we clash").click()
    elena.get_by_text("rests on the newest revision").wait_for()
    elena.get_by_role("button", name="Save", exact=True).click()
    elena.get_by_text("Saved as revision").wait_for()
    assert entry(console, "lava").title["en"] == "The floor of Elena"


def test_what_is_wrong_is_said_while_one_types_and_a_reload_keeps_what_was_typed(enter: Open) -> None:
    tab = enter()
    tab.goto("/console/entries/entry/swot")
    tab.get_by_label("Text, en").fill("A <b>bold</b> word.")
    tab.locator("#f-text-en-says .error").wait_for()
    expect(tab.locator("#f-text-en.wrong")).to_have_count(1)
    assert tab.locator("#side b").count() == 0  # shown as letters
    tab.get_by_text("Kept as your draft").wait_for()
    tab.reload()
    expect(tab.get_by_label("Text, en")).to_have_value("A <b>bold</b> word.")
    tab.on("dialog", lambda dialog: dialog.accept())
    tab.get_by_role("button", name="Give the draft up").click()
    tab.get_by_text("The draft is gone").wait_for()


def test_a_picture_is_dropped_and_a_box_drawn_on_it(enter: Open, console: ServedConsole) -> None:
    tab = enter()
    tab.goto("/console/entries/entry/lava")
    tab.locator("#picture").set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": UNKNOWN})
    tab.locator("#drop-exemplar").get_by_role("button", name="Add", exact=True).click()
    stage = tab.locator(".stage img")
    stage.wait_for()
    expect(tab.locator("#count")).not_to_have_text("")  # what is said about the fields stands there, and moves nothing
    stage.evaluate("picture => picture.decode()")
    box = stage.evaluate(BOX)
    tab.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.25)
    tab.mouse.down()
    tab.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.75, steps=4)
    tab.mouse.up()
    drawn = tab.locator(".role-row input[type=number]").evaluate_all("fields => fields.map((one) => Number(one.value))")
    assert drawn == pytest.approx([0.5, 0.25, 0.75, 0.75], abs=0.02)
    tab.get_by_label("left").fill("0.25")
    assert " 0.25 " in f" {tab.locator('textarea[data-roles]').input_value()} "


def test_from_the_wall_to_a_new_entry_on_a_phone(enter: Open, console: ServedConsole) -> None:
    console.run(console.team.chats.show(UNKNOWN, user=77))
    tab = enter(size=PHONE)
    tab.goto("/console/entries/wall")
    card = tab.locator("[data-group]").first
    expect(card).to_contain_text("beetroot")
    card.get_by_role("button", name="Nothing to explain").click()
    card.get_by_role("button", name="Show it again").click()
    card.get_by_role("button", name="+ joke").click()
    tab.get_by_text("A draft is begun").wait_for()
    tab.get_by_role("button", name="boil the beetroot for two hours", exact=True).wait_for()
    for path in ("", "/wall", "/replace?old=a&new=b", "/try", "/entry/swot", "/entry/swot/history"):
        tab.goto(f"/console/entries{path}")
        tab.locator("[data-unchecked]").wait_for(state="detached")  # when all is checked, the page comes anew
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        unnamed = tab.evaluate(
            "[...document.querySelectorAll('main input:not([type=hidden]), main textarea, main select')]"
            ".filter((one) => !one.hidden && !one.labels?.length && !one.ariaLabel).map((one) => one.name)"
        )
        assert unnamed == [], path
