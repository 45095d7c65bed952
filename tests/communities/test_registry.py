"""The register of communities: what is in it, who changed it, and that nobody's change is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from engines import Databases

from memebot.communities.model import CommunityChanged, CommunityExists, CommunityNotFound, CommunityRefused
from memebot.communities.overlay import check_id, checked, settings_of_community
from memebot.communities.registry import Communities
from memebot.settings import load

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
ANN = 7


@pytest.fixture
def register(databases: Databases) -> Communities:
    return Communities(databases())


def test_a_home_of_today_is_the_first_community(register: Communities) -> None:
    (first,) = register.all()
    assert (first.id, first.state, first.settings) == ("main", "active", {})


def test_what_is_added_is_listed_after_the_first(register: Communities) -> None:
    for name in ("zoo", "cats"):
        register.add(name, name.title(), {"channel": f"@{name}"}, by=ANN, now=NOW)
    assert [row.id for row in register.all()] == ["main", "cats", "zoo"]
    assert register.get("cats").settings == {"channel": "@cats"}
    with pytest.raises(CommunityExists, match="there is a community cats already, active"):
        register.add("cats", "", {}, by=ANN, now=NOW)
    with pytest.raises(CommunityNotFound) as caught:
        register.get("dogs")
    assert "there are main, cats, zoo" in caught.value.hint


def test_whoever_saw_an_older_version_changes_nothing(register: Communities) -> None:
    seen = register.add("cats", "", {}, by=ANN, now=NOW)
    register.move(seen, "paused", by=ANN, now=NOW)
    for change in (
        lambda: register.move(seen, "removed", by=ANN, now=NOW),
        lambda: register.set(seen, "lang", "en", by=ANN, now=NOW),
        lambda: register.purge(seen, by=ANN, now=NOW),
    ):
        with pytest.raises(CommunityChanged):
            change()
    assert (register.get("cats").state, register.get("cats").settings) == ("paused", {})
    assert [change.action for change in register.changes("cats")] == ["add", "paused"]


def test_every_change_is_written_with_who_made_it(register: Communities) -> None:
    row = register.add("cats", "Cats", {"lang": "ru"}, by=ANN, now=NOW)
    row = register.set(row, "lang", "en", by=8, now=NOW + timedelta(hours=1))
    row = register.set(row, "lang", None, by=8, now=NOW)
    row = register.set(row, "title", "All cats", by=8, now=NOW)
    assert (row.title, row.settings, row.version) == ("All cats", {}, 4)
    row = register.move(row, "removed", by=9, now=NOW)
    register.purge(row, by=9, now=NOW)
    changes = register.changes("cats")
    assert [(change.action, change.actor) for change in changes] == [
        ("add", 7),
        ("set", 8),
        ("set", 8),
        ("set", 8),
        ("removed", 9),
        ("purge", 9),
    ]
    assert changes[1].details == {"name": "lang", "from": "ru", "to": "en"}
    with pytest.raises(CommunityNotFound):
        register.get("cats")


def test_a_community_takes_over_no_channel_team_or_address_of_the_first(
    register: Communities, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEMEBOT_CHANNEL", "@first")
    settings = load(
        home=tmp_path,
        bot_token="1:first",
        webhook_secret="s",
        owners="1,2",
        moderators_chat=-5,
        moderators_topic=3,
        keep_days=9,
        web_url="https://example.org/memes/",
        lang="en",
    )
    row = register.add("cats", "", {"owners": "7", "keep_days": 30}, by=ANN, now=NOW)
    mine = settings_of_community(settings, row)
    assert (mine.channel, mine.moderators_chat, mine.moderators_topic) == (None, None, None)
    assert (mine.bot_token, mine.webhook_secret, mine.owner_ids) == (None, None, {7})
    assert (mine.keep_days, mine.lang, mine.web_url) == (30, "en", "https://example.org/memes/c/cats")
    assert (mine.community, mine.folder) == ("cats", tmp_path / "communities" / "cats")
    first = settings_of_community(settings, register.get("main"))
    assert first == settings and first.folder == tmp_path


def test_settings_are_checked_before_they_are_kept(tmp_path: Path) -> None:
    settings = load(home=tmp_path)
    (tmp_path / "base").mkdir()
    kept = checked(settings, {"moderators_chat": "-100", "knowledge": tmp_path / "base", "owners": "1,2"})
    assert kept == {"moderators_chat": -100, "knowledge": str(tmp_path / "base"), "owners": "1,2"}
    with pytest.raises(CommunityRefused, match="lang='de': it is one of 'ru', 'en'"):
        checked(settings, {"lang": "de"})
    with pytest.raises(CommunityRefused, match="home is no setting of a community; there are title, channel"):
        checked(settings, {"home": "/elsewhere"})


@pytest.mark.parametrize("name", ["", "Cats", "1cat", "my_cats", "../main", "a" * 33, "кот"])
def test_an_id_can_be_a_folder_and_a_variable(name: str) -> None:
    assert check_id("cats-2") == "cats-2"
    with pytest.raises(CommunityRefused):
        check_id(name)


@pytest.mark.parametrize(("name", "value"), [("channel", "cats"), ("channel", "t.me/cats"), ("knowledge", "no/such")])
def test_a_channel_or_a_folder_that_cannot_be_one_is_refused_before_it_is_kept(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(CommunityRefused, match=f"{name}='{value}'"):
        checked(load(home=tmp_path), {name: value})


def test_a_folder_is_kept_so_that_it_is_found_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine").mkdir()
    monkeypatch.chdir(tmp_path)
    assert checked(load(home=tmp_path), {"knowledge": "mine"}) == {"knowledge": str(tmp_path / "mine")}
