"""The queue in the console: what its pages show, and that every verdict is the one of the chat."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from console import ANNA, Browser, OpenedConsole, consoling

from moderation.model import MediaSummary

HOSTILE = "<img src=x onerror=alert(1)>\"'&\u202egnol"
KNOWN = MediaSummary(
    sha256="0" * 64, explanation={"matches": [], "text": "nan"}, verdict="joke", confidence=0.9, flags=("tiny",)
)


def numbers(html: str) -> list[int]:
    """The submissions of a page of the list, in its order."""
    return [int(number) for number in re.findall(r'class="line" data-number="(\d+)"', html)]


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

    consoling(tmp_path, scenario)
