"""Tabs of a real browser: the system's Chromium, driven by Playwright. What imports this is skipped without either.

Its headless shell, where it is installed, is the same engine without a window that nobody sees: half the work.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from console import ServedConsole

sync_api = pytest.importorskip("playwright.sync_api", reason="no Playwright here: pip install 'memebot[browser]'")
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
if CHROMIUM is None:
    pytest.skip("no Chromium here: apt-get install chromium-headless-shell", allow_module_level=True)

PATIENCE_MS = 90_000
"""So long does a test wait for what it expects: a machine may be busy, and nobody waits where all is well."""
CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]

Tab = Any
expect = sync_api.expect
expect.set_options(timeout=PATIENCE_MS)


@contextmanager
def launched() -> Iterator[Any]:
    """A browser."""
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *CAMERA])
        yield browser
        browser.close()


@dataclass
class Tabs:
    """Opens tabs on a site; ``wrong``: what they complained of or asked elsewhere."""

    browser: Any
    address: str
    contexts: list[Any] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def open(self, **options: Any) -> Tab:
        """An empty tab in a browser of its own, of somebody who wants nothing to move: what moves is painted anew."""
        context = self.browser.new_context(base_url=self.address, **{"reduced_motion": "reduce", **options})
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        tab, ours = context.new_page(), (self.address, "data:", "blob:")
        tab.on("console", lambda said: self._complain(f"{said.text} {said.location}") if said.type == "error" else None)
        tab.on("pageerror", lambda error: self._complain(str(error)))
        tab.on("request", lambda made: None if made.url.startswith(ours) else self._complain(made.url))
        return tab

    def enter(self, console: ServedConsole, person: int, **options: Any) -> Tab:
        """A tab in which one of the team is in the console."""
        tab = self.open(locale="en-GB", **options)
        tab.goto(console.door(person))
        tab.get_by_role("button", name="Open the console").click()
        tab.wait_for_url("**/console/*")
        return tab

    def _complain(self, what: str) -> None:
        self.wrong.append(what)


@contextmanager
def tabs(browser: Any, address: str) -> Iterator[Tabs]:
    """Tabs that are closed at the end; whatever one complains of or asks elsewhere fails the test."""
    opened = Tabs(browser, address)
    try:
        yield opened
    finally:
        for context in opened.contexts:
            context.close()
    assert opened.wrong == []
