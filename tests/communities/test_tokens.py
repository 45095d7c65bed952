"""Tokens of bots: where they are looked for, who may read them, and that nothing shows one."""

from __future__ import annotations

from pathlib import Path

import pytest

from memebot.communities.model import TokenUnusable
from memebot.communities.tokens import find_token, keep_token, token_of, token_path
from memebot.settings import Settings, load, unknown_variables

TOKEN, OTHER = "123:first-token", "124:other-token"


@pytest.fixture
def cats(tmp_path: Path) -> Settings:
    return load(home=tmp_path, community="cats")


def shown(settings: Settings) -> str | None:
    found = find_token(settings)
    return None if found is None else found.get_secret_value()


def test_a_token_is_written_for_its_owner_alone(cats: Settings) -> None:
    assert shown(cats) is None
    path = keep_token(cats, f" {TOKEN}\n", [])
    assert path.stat().st_mode & 0o777 == 0o600 and path == token_path(cats)
    assert shown(cats) == TOKEN
    keep_token(cats, OTHER, [])
    assert shown(cats) == OTHER and [*path.parent.iterdir()] == [path]


def test_a_file_that_others_can_read_is_refused_in_one_line(cats: Settings) -> None:
    path = keep_token(cats, TOKEN, [])
    for mode in (0o640, 0o604, 0o620):
        path.chmod(mode)
        with pytest.raises(TokenUnusable, match=r"others can read .*chmod 600") as caught:
            find_token(cats)
        assert TOKEN not in str(caught.value) and "\n" not in str(caught.value)


def test_a_variable_goes_before_the_file_and_is_no_strange_one(
    cats: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    keep_token(cats, TOKEN, [])
    monkeypatch.setenv("MEMEBOT_BOT_TOKEN_CATS", OTHER)
    assert shown(cats) == OTHER and unknown_variables() == []
    monkeypatch.delenv("MEMEBOT_BOT_TOKEN_CATS")
    monkeypatch.chdir(tmp_path)
    Path(".env").write_text("MEMEBOT_BOT_TOKEN_BIG_CATS=125:big\n", "utf-8")
    assert shown(load(home=tmp_path, community="big-cats")) == "125:big"


def test_the_first_community_has_its_token_as_ever_and_no_other_has_it(tmp_path: Path) -> None:
    assert shown(load(home=tmp_path, bot_token=TOKEN)) == TOKEN
    with pytest.raises(TokenUnusable, match="community cats has no bot token; MEMEBOT_BOT_TOKEN_CATS or"):
        token_of(load(home=tmp_path, community="cats"))


@pytest.mark.parametrize("text", ["", "secret", "12:", "12:a b", f"{TOKEN}\n{OTHER}"])
def test_what_is_no_token_is_not_kept_and_not_shown(cats: Settings, text: str) -> None:
    with pytest.raises(TokenUnusable) as caught:
        keep_token(cats, text, [])
    assert "looks like 123456:ABC" in str(caught.value) and "secret" not in str(caught.value)
    assert not token_path(cats).exists()


def test_two_communities_have_two_bots(cats: Settings, tmp_path: Path) -> None:
    first = load(home=tmp_path, bot_token=TOKEN)
    with pytest.raises(TokenUnusable, match="the bot of community main has this token") as caught:
        keep_token(cats, TOKEN, [first, cats])
    assert TOKEN not in str(caught.value)


def test_a_token_that_cannot_be_read_is_one_line(cats: Settings) -> None:
    path = keep_token(cats, TOKEN, [])
    path.write_bytes(b"\xff\xfe")
    path.chmod(0o600)
    with pytest.raises(TokenUnusable, match="cannot read"):
        find_token(cats)
