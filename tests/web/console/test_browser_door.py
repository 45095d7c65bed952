"""The door of the console in a real browser. Skipped where Playwright or Chromium is missing."""

from __future__ import annotations

import hashlib
import hmac
import json
import shutil
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from chats import NOW, TOKEN
from console import ANNA, OWNER, ServedConsole, served_console

sync_api = pytest.importorskip("playwright.sync_api", reason="no Playwright here: pip install 'memebot[browser]'")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedConsole]:
    with served_console(tmp_path_factory.mktemp("console")) as found:
        yield found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def tab(chromium: Any, console: ServedConsole) -> Iterator[Any]:
    """A tab; whatever it complains of or asks elsewhere fails the test."""
    context = chromium.new_context(base_url=console.address, locale="en-GB")
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda made: None if made.url.startswith(console.address) else wrong.append(made.url))
    yield page
    context.close()
    assert wrong == []


def test_a_link_a_press_and_one_is_in_by_the_keyboard_alone(tab: Any, console: ServedConsole) -> None:
    tab.goto(console.door(ANNA))
    for _ in range(2):  # past the link to the content
        tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/console/*")
    tab.goto("/console/sessions")
    assert tab.get_by_text("Chrome · Linux").is_visible()
    tab.get_by_role("button", name="Русский").click()
    tab.get_by_role("heading", name="Где я вошёл").wait_for()
    tab.get_by_role("button", name="Закончить везде").click()
    tab.wait_for_url("**/console/out")


def test_a_mini_app_hands_on_what_telegram_signed_tells_telegram_that_it_is_ready_and_forgets_it(
    tab: Any, console: ServedConsole
) -> None:
    user = json.dumps({"id": OWNER, "is_bot": False, "first_name": "Olga", "language_code": "ru"})
    fields = {"auth_date": str(int(NOW.timestamp())), "user": user}
    secret = hmac.new(b"WebAppData", TOKEN.encode(), hashlib.sha256).digest()
    checked = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    data = urlencode({**fields, "hash": hmac.new(secret, checked.encode(), hashlib.sha256).hexdigest()})
    tab.add_init_script(
        "const told = []; window.TelegramWebviewProxy = { postEvent: (type) => "
        "sessionStorage.setItem('told', (sessionStorage.getItem('told') || '') + type + ' ') };"
    )
    tab.goto(f"/console/app#tgWebAppData={quote(data)}&tgWebAppVersion=8.0")
    tab.locator(".bar").wait_for()
    assert tab.evaluate("sessionStorage.getItem('told')") == "web_app_ready web_app_expand "
    assert "tgWebAppData" not in tab.evaluate("location.href + document.referrer")
    assert tab.locator("html").get_attribute("lang") == "ru"


def test_outside_telegram_a_mini_app_says_where_it_opens(tab: Any) -> None:
    tab.goto("/console/app")
    tab.get_by_text("send /console to the bot").wait_for()
