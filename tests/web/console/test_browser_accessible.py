"""Every page of the console by the rules of axe-core, wide and narrow, light and dark: what a reader could not read,
name or press is a mistake. Skipped without Chromium or axe."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from browsers import Tab, Tabs
from chats import UNKNOWN
from console import ANNA, BORIS, OWNER, ServedConsole, served_console
from team import AUTHOR

from knowledge.entry.model import EntryId
from moderation.model import MediaSummary, Medium
from moderation.schedule import DAYS

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe here: pip install 'memebot[browser]'")

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
SLOTS = {"schedule": {day: ["10:00", "18:00"] for day in DAYS}, "approvals": 2}
HOSTILE = "<img src=x onerror=alert(1)>\u202e" + "Слово " * 150
KNOWN = MediaSummary(
    sha256="0" * 64,
    explanation={"matches": [{"entry": "swot", "kind": "joke", "confidence": 0.9}], "text": "nan"},
    verdict="joke",
    confidence=0.9,
    flags=("tiny",),
)


async def fill(console: ServedConsole) -> None:
    """Something of everything that the pages show."""
    team, begin = console.team, console.team.clock.now
    queue, clock = team.stores.queue, team.clock
    seen = {"kind": "submission", "id": 1, "at": begin.isoformat(), "how": "exact"}
    await team.submit(reading=KNOWN, caption="A caption", author_name="Artur")
    await team.submit(reading=MediaSummary(flags=("repost-exact",), sightings=[seen]), caption=HOSTILE[:1000])
    album = tuple(Medium("photo", f"file{n}", f"album{n}") for n in range(3))
    await team.submit(media=album, author_name=HOSTILE[:100], author_id=AUTHOR + 1)
    await team.submit(author_id=AUTHOR + 2)
    await team.db(lambda: queue.reject(4, ANNA, reason_key="ad", now=clock.now))
    await team.submit(author_id=AUTHOR + 3)
    await team.db(lambda: queue.reject(5, ANNA, reason_text="No " * 30, now=clock.now))
    clock.forward(minutes=10)
    await team.db(lambda: team.stores.appeals.make(5, AUTHOR + 3, "It is ours. " * 20, now=clock.now))
    for number in (6, 7, 8):
        await team.submit(author_id=AUTHOR + number, caption="planned")
        for by in (ANNA, OWNER):
            when: Any = begin.replace(hour=18, minute=0, second=0) if number == 7 else "next"
            await team.db(partial(queue.approve, number, by, when=when, close_ok=True, now=clock.now))
    await team.db(lambda: team.stores.slots.move(8, None, by=OWNER, now=clock.now))
    review = team.chats.app.cases.review
    await team.db(lambda: review.claim(3, BORIS, version=1))
    await team.db(lambda: review.ask(1, ANNA, "Where is this from?"))
    await team.db(lambda: queue.answer(1, AUTHOR, "Made <b>myself</b> " * 200, now=clock.now))
    await team.db(lambda: team.chats.app.cases.team.note(AUTHOR, "sends good ones", BORIS))
    await team.db(lambda: queue.approve(2, ANNA, when="next", now=clock.now))
    await team.chats.show(UNKNOWN, user=77)
    editing = team.chats.app.cases.editing
    await team.db(lambda: editing.drafting.edit(OWNER, EntryId("overfitting")))


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedConsole]:
    with served_console(tmp_path_factory.mktemp("accessible"), settings=SLOTS) as found:
        found.run(fill(found))
        yield found


@pytest.fixture(scope="module")
def tab(chromium: Any, console: ServedConsole) -> Tab:
    return Tabs(chromium, console.address).enter(console, OWNER, viewport=WIDE)


def opened(*presses: str) -> Callable[[Tab], None]:
    """Press these keys on a card and wait until a menu or dialog is there."""

    def act(tab: Tab) -> None:
        tab.locator("#card").wait_for()
        for key in presses:
            tab.keyboard.press(key)
        tab.locator("details[open], dialog[open]").first.wait_for()

    return act


def tried(tab: Tab) -> None:
    tab.locator("input[type=file]").set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": UNKNOWN})
    tab.locator("main form button:not([type=button])").first.click()
    tab.locator(".told, #tried").first.wait_for()


def draft(tab: Tab) -> None:
    tab.get_by_label("Text, en").fill("A <b>bold</b> word.")
    tab.locator("#f-text-en-says .error").wait_for()


def picked(tab: Tab) -> None:
    tab.get_by_role("checkbox", name="No. 3").check()


def rejected(tab: Tab) -> None:
    picked(tab)
    tab.get_by_label("Reason for the author").select_option("ad")
    tab.get_by_role("button", name="Reject what is picked").click()
    tab.get_by_role("heading", name=re.compile("rejected")).wait_for()


def unsure(tab: Tab) -> None:
    tab.locator("[name=zone]").fill("Asia/Tokyo")
    tab.locator("main form button").last.click()
    tab.get_by_text("counted by").wait_for()


def held(tab: Tab) -> None:
    tab.locator(".week a").filter(has_text="no. 7").first.click()
    tab.locator("#chosen").wait_for()


PAGES: dict[str, tuple[str, Callable[[Tab], None] | None]] = {
    "queue": ("/queue", None),
    "queue-picked": ("/queue", picked),
    "queue-filtered-out": ("/queue?flag=nsfw&age=older", None),
    "queue-of-one": (f"/queue?author={AUTHOR}", None),
    "card": ("/queue/1", None),
    "card-repost": ("/queue/2", None),
    "card-claimed": ("/queue/3", None),
    "card-rejected": ("/queue/4", None),
    "card-appeal": ("/queue/5", None),
    "card-planned": ("/queue/6", None),
    "card-keys": ("/queue/1", opened("?")),
    "card-slots": ("/queue/1", opened("s")),
    "card-reasons": ("/queue/1", opened("r")),
    "card-editor": ("/queue/1", opened("e")),
    "calendar": ("/calendar", None),
    "calendar-held": ("/calendar", held),
    "calendar-next": ("/calendar?day=2026-03-30", None),
    "entries": ("/entries", None),
    "entries-none": ("/entries?q=zzz", None),
    "entries-flawed": ("/entries?flawed=1&wait=1", None),
    "entry": ("/entries/entry/swot", None),
    "entry-format": ("/entries/entry/lava", None),
    "entry-wrong": ("/entries/entry/overfitting", draft),
    "entry-history": ("/entries/entry/swot/history", None),
    "entry-rename": ("/entries/entry/swot/rename", None),
    "entry-merge": ("/entries/entry/swot/merge", None),
    "entry-merge-into": ("/entries/entry/swot/merge?other=lava", None),
    "entry-delete": ("/entries/entry/overfitting/delete", None),
    "replace": ("/entries/replace", None),
    "replace-found": ("/entries/replace?old=joke&new=jest&part=1", None),
    "wall": ("/entries/wall", None),
    "try": ("/entries/try", None),
    "tried": ("/entries/try", tried),
    "figures": ("/figures?period=all", None),
    "settings": ("/settings", None),
    "settings-sure": ("/settings", unsure),
    "reasons": ("/settings/reasons", None),
    "roles": ("/settings/roles", None),
    "sessions": ("/sessions", None),
    "nothing": ("/nothing", None),
    "no-such-card": ("/queue/999", None),
    "door": ("/enter/guess", None),
    "app": ("/app", None),
    "out": ("/out", None),
    "rejected": ("/queue", rejected),  # changes what is there: the last
}


FOUND = """async options => (await axe.run(options)).violations
    .filter(one => ["serious", "critical"].includes(one.impact))
    .flatMap(one => one.nodes.map(
        node => `${one.id}: ${node.target} ${node.html.slice(0, 160)} ${(node.failureSummary || "").slice(0, 300)}`))
"""


def violations(tab: Tab) -> list[str]:
    """What axe calls serious or critical: the rule, and where."""
    if not tab.evaluate("'axe' in window"):  # compiled once for a page, not for each look at it
        tab.evaluate(axe.Axe().axe_script)
    found: list[str] = tab.evaluate(FOUND, {"resultTypes": ["violations"], "preload": False})
    return found


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read_and_named_wide_and_light_narrow_and_dark(tab: Tab, name: str) -> None:
    path, act = PAGES[name]
    tab.set_viewport_size(WIDE)
    tab.emulate_media(color_scheme="light")
    tab.goto(f"/console{path}")
    tab.locator("[data-unchecked]").wait_for(state="detached")  # when all is checked, the page comes anew
    if act is not None:
        act(tab)
    wrong = violations(tab)
    tab.emulate_media(color_scheme="dark")
    tab.set_viewport_size(NARROW)
    wrong += [f"narrow, dark: {one}" for one in violations(tab)]
    if not tab.evaluate("document.documentElement.scrollWidth <= innerWidth"):
        wrong.append("narrow: it scrolls sideways")
    assert not wrong, "\n".join(wrong)
