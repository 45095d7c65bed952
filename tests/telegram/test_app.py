"""Starting the bot from its settings."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from chats import TOKEN, FakeSession, open_chats

from memebot.answering.state import BotState
from memebot.app import BotOptions, hosting, open_bot
from memebot.database import Database, DatabaseThread, DatabaseTooNew, open_database
from memebot.errors import sentence
from memebot.settings import load
from memebot.telegram.errors import BotUnusable


def test_a_second_bot_on_one_home_is_refused_and_the_next_one_is_not(tmp_path: Path) -> None:
    settings = load(home=tmp_path)
    with hosting.only_one(settings), pytest.raises(BotUnusable, match="a bot is running"), hosting.only_one(settings):
        pass
    with hosting.only_one(settings):
        pass


def test_one_token_serves_one_bot_whatever_its_home(tmp_path: Path) -> None:
    first, second = (load(home=tmp_path / name, bot_token="1:only-one-test") for name in "ab")
    with hosting.only_one(first):
        with pytest.raises(BotUnusable, match="with this token is running"), hosting.only_one(second):
            pass
        with hosting.only_one(load(home=tmp_path / "c", bot_token="1:another-test")):
            pass
        with hosting.only_one(load(home=tmp_path / "d", bot_token="1:only-one-test", api_base="http://127.0.0.1:1")):
            pass
    with hosting.only_one(second):
        pass


def test_a_bot_keeps_to_the_clock_of_its_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = datetime(2030, 1, 1, tzinfo=UTC)
    monkeypatch.setattr(DatabaseThread, "now", lambda _: shared)

    async def scenario() -> None:
        async with open_chats(tmp_path / "memebot.sqlite3") as chats:
            vision = chats.vision
        settings = load(home=tmp_path, knowledge=tmp_path / "no-files")
        async with open_bot(settings, vision, token=TOKEN, options=BotOptions(FakeSession())) as opened:
            assert opened.cases.answering.clock() == shared == opened.runtime.tools.clock()

    asyncio.run(scenario())


def test_without_a_token_the_sentence_names_the_way_without_one() -> None:
    with pytest.raises(BotUnusable) as caught:
        hosting.bot_token(load())
    assert sentence(caught.value) == (
        "MEMEBOT_BOT_TOKEN is not set (@BotFather gives one; `memebot chat` works without)"
    )


def test_without_an_address_a_webhook_is_refused() -> None:
    with pytest.raises(BotUnusable, match="MEMEBOT_WEBHOOK_URL"):
        hosting.webhook_of(load())


def test_the_token_and_the_secret_are_never_shown() -> None:
    settings = load(bot_token="1:private", webhook_secret="hidden", webhook_url="https://example.org/x")
    assert "private" not in repr(settings)
    assert "hidden" not in repr(settings)
    assert hosting.bot_token(settings) == "1:private"
    assert hosting.webhook_of(settings).secret == "hidden"


def test_a_database_that_is_newer_than_the_code_is_one_sentence(tmp_path: Path) -> None:
    database: Database = open_database(tmp_path / "x.sqlite3")
    BotState(database)
    database["_sqlite_migrations"].insert({"migration_set": "bot", "name": "m999_later", "applied_at": "x"})
    with pytest.raises(DatabaseTooNew) as caught:
        BotState(database)
    assert "upgrade memebot" in (sentence(caught.value) or "")
