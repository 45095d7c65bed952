"""The door of the console in a real browser. Skipped where Playwright or Chromium is missing."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from browsers import Tab, expect, tabs
from chats import NOW, TOKEN
from console import ANNA, OWNER, ServedConsole, served_console


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedConsole]:
    with served_console(tmp_path_factory.mktemp("console")) as found:
        yield found


@pytest.fixture
def tab(chromium: Any, console: ServedConsole) -> Iterator[Tab]:
    """A tab; whatever it complains of or asks elsewhere fails the test."""
    with tabs(chromium, console.address) as opened:
        yield opened.open(locale="en-GB")


def test_a_link_a_press_and_one_is_in_by_the_keyboard_alone(tab: Tab, console: ServedConsole) -> None:
    tab.goto(console.door(ANNA))
    for _ in range(2):  # past the link to the content
        tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/console/*")
    tab.goto("/console/sessions")
    expect(tab.get_by_text("Chrome · Linux")).to_be_visible()
    tab.get_by_role("button", name="Русский").click()
    tab.get_by_role("heading", name="Где я вошёл").wait_for()
    tab.get_by_role("button", name="Закончить везде").click()
    tab.wait_for_url("**/console/out")


def test_a_mini_app_hands_on_what_telegram_signed_tells_telegram_that_it_is_ready_and_forgets_it(
    tab: Tab, console: ServedConsole
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


def test_outside_telegram_a_mini_app_says_where_it_opens(tab: Tab) -> None:
    tab.goto("/console/app")
    tab.get_by_text("send /console to the bot").wait_for()
