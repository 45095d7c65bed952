"""Figures in a real browser, on a phone: read without scrolling sideways, opened by keys, downloaded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from browsers import expect, tabs
from console import ANNA, BORIS, NAMES, ServedConsole, served_console

PHONE = {"viewport": {"width": 390, "height": 780}, "has_touch": True, "is_mobile": True}


async def months(console: ServedConsole) -> None:
    """A hundred proposals of six weeks, most of them decided by somebody whose name is hostile."""
    team = console.team
    begin = team.clock.now
    for number in range(100):
        team.clock.now = begin - timedelta(days=42 - number * 0.42)
        made = await team.submit()
        team.clock.forward(hours=1 + number % 40)
        by, act = (BORIS, ANNA)[number % 3 > 0], number % 5
        if act < 4:
            reject, approve = team.stores.queue.reject, partial(team.stores.queue.approve, when="next", close_ok=True)
            await team.db(partial(reject if act < 2 else approve, made.id, by, now=team.clock.now))
    team.clock.now = begin


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedConsole]:
    NAMES[BORIS], kept = "<img src=x onerror=alert(1)>" + "x" * 300, NAMES[BORIS]
    settings = {"schedule": {"fri": ["10:00", "12:00"]}}
    with served_console(tmp_path_factory.mktemp("console"), settings=settings) as found:
        found.run(months(found))
        yield found
    NAMES[BORIS] = kept


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_figures_are_read_on_a_phone_opened_by_keys_and_downloaded(
    chromium: Any, console: ServedConsole, scheme: str, tmp_path: Path
) -> None:
    with tabs(chromium, console.address) as opened:
        tab = opened.enter(console, ANNA, color_scheme=scheme, **PHONE)
        tab.get_by_role("link", name="Figures").click()
        for period, name in (("week", "A week"), ("month", "A month"), ("all", "All the time")):
            tab.get_by_role("link", name=name).click()
            tab.wait_for_url(f"**/figures?period={period}")
            assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]  # type: ignore[index]
        plots = tab.locator("svg.plot").evaluate_all("plots => plots.map((one) => one.getBoundingClientRect().width)")
        assert len(plots) >= 4 and min(plots) > 280
        small = "[...document.querySelectorAll('svg.plot text')].map(t => t.getBoundingClientRect().height)"
        assert min(tab.evaluate(small)) >= 9  # letters that one can read
        table = tab.locator("#people details")
        table.locator("summary").focus()
        tab.keyboard.press("Enter")
        expect(table).to_have_attribute("open", "")
        names = table.locator("tbody th").all_inner_texts()
        assert "<img src=x" in names[-1] + names[0]
        with tab.expect_download() as given:
            table.get_by_role("link", name="CSV", exact=True).click()
        given.value.save_as(tmp_path / "people.csv")
        assert (tmp_path / "people.csv").read_text().startswith("Who,approved,rejected")
        tab.screenshot(path=str(tmp_path / f"figures-{scheme}.png"), full_page=True)
