"""``memebot community``, and ``--community`` with every other command."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import typer.main
from moderation_drafts import NOW, draft
from typer.testing import CliRunner

from memebot.app import hosting, open_stores
from memebot.cli import app
from memebot.errors import sentence
from memebot.settings import load

Run = Callable[..., str]
TOKEN = "77:never-shown"


@pytest.fixture
def run() -> Run:
    """A command; all that it wrote, or its error in one line. A token is never part of it."""

    def call(*arguments: str, status: int = 0, typed: str | None = None) -> str:
        result = CliRunner().invoke(app, [*arguments], input=typed)
        out = result.output
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            assert status == 2, result.exception
            out = str(sentence(result.exception))
            assert "\n" not in out
        else:
            assert result.exit_code == status, result.output
        assert "never-shown" not in out
        return out

    return call


@pytest.fixture
def token_file(tmp_path: Path) -> str:
    path = tmp_path / "cats.token"
    path.write_text(f"{TOKEN}\n", "utf-8")
    path.chmod(0o600)
    return str(path)


@pytest.fixture
def cats(run: Run, token_file: str) -> Iterator[str]:
    run("community", "add", "cats", "--channel", "@cats", "--owner", "42", "--owner", "43", "--token-file", token_file)
    yield "cats"


def rows(out: str) -> list[Any]:
    return [json.loads(line) for line in out.splitlines() if line.startswith("{")]


def test_a_community_is_added_listed_and_shown(run: Run, cats: str) -> None:
    first, second = rows(run("community", "list", "--json"))
    assert (first["id"], first["token"], second["id"], second["token"]) == ("main", "missing", "cats", "there")
    assert second["settings"] == {"channel": "@cats", "owners": "42,43"}
    assert "cats" in run("community", "list") and "its own" in run("community", "show", "cats")
    (shown,) = rows(run("community", "show", "cats", "--json"))
    assert shown["values"]["channel"] == "@cats" and [change["action"] for change in shown["changes"]] == ["add"]
    assert "there is a community cats already" in run("community", "add", "cats", status=2)


def test_a_token_comes_from_standard_input_and_two_communities_have_two(run: Run, cats: str, token_file: str) -> None:
    assert "has this token" in run("community", "add", "dogs", "--token-file", token_file, status=2)
    assert "looks like 123456:ABC" in run("community", "add", "dogs", "--token-file", "-", typed="nonsense", status=2)
    assert [row["id"] for row in rows(run("community", "list", "--json"))] == ["main", "cats"]
    run("community", "add", "dogs", "--token-file", "-", typed="78:never-shown-either")
    run("community", "token", "dogs", typed="79:never-shown-again")
    assert [row["token"] for row in rows(run("community", "list", "--json"))] == ["missing", "there", "there"]


def test_a_file_with_a_token_that_others_can_read_is_not_taken_and_named(
    run: Run, cats: str, token_file: str, tmp_path: Path
) -> None:
    Path(token_file).chmod(0o640)
    for command in (("add", "dogs"), ("token", "cats")):
        said = run("community", *command, "--token-file", token_file, status=2)
        assert said.startswith(f"others can read {token_file}: `chmod 600 {token_file}`")
    assert "dogs" not in run("community", "list")
    assert str(tmp_path / "nowhere") in run(
        "community", "token", "cats", "--token-file", str(tmp_path / "nowhere"), status=2
    )


def test_settings_of_a_community_are_changed_and_taken_back(run: Run, cats: str) -> None:
    run("community", "set", "cats", "keep_days", "30")
    assert hosting.of_community(load(community="cats"), {}).keep_days == 30
    assert hosting.of_community(load(community="cats"), {"keep_days": 5, "lang": None}).keep_days == 5
    run("community", "set", "cats", "MEMEBOT_KEEP_DAYS", "--reset")
    assert hosting.of_community(load(community="cats"), {}).keep_days == 90
    run("community", "set", "cats", "moderators_chat", "-100123")
    assert "-100123" in run("community", "show", "cats", "--json")
    assert "keep_days='x'" in run("community", "set", "cats", "keep_days", "x", status=2)
    assert "home is no setting of a community" in run("community", "set", "cats", "home", "/", status=2)
    assert "main is the home itself" in run("community", "set", "main", "lang", "en", status=2)
    assert "there is no community 'dogs'" in run("community", "set", "dogs", "lang", "en", status=2)


def test_pause_resume_and_removal(run: Run, cats: str) -> None:
    def state() -> str:
        return str(rows(run("community", "list", "--json"))[1]["state"])

    run("community", "pause", "cats")
    assert state() == "paused"
    run("community", "resume", "cats")
    assert state() == "active"
    assert "--yes" in run("community", "remove", "cats", status=2)
    assert state() == "active"
    run("community", "remove", "cats", "--yes")
    assert state() == "removed"
    assert "resume" in run("community", "pause", "cats", status=2)
    run("community", "resume", "cats")
    assert state() == "active"
    assert "main is the home itself" in run("community", "remove", "main", "--yes", status=2)


def test_what_is_planned_is_told_before_a_removal_and_stays_until_the_purge(run: Run, cats: str) -> None:
    settings = hosting.of_community(load(community="cats"), {})
    with open_stores(settings) as stores:
        number = stores.queue.submit(draft(), now=NOW).id
        stores.queue.approve(number, 42, when="next", now=NOW, final=True)
    assert "1 posts are planned" in run("community", "remove", "cats", "--yes")
    with open_stores(settings) as stores:
        assert stores.slots.count_planned() == 1
    run("community", "remove", "cats", "--purge", "--yes")
    assert not settings.folder.exists()
    assert [row["id"] for row in rows(run("community", "list", "--json"))] == ["main"]


def test_what_is_being_answered_is_not_deleted(run: Run, cats: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("memebot.cli.serving.communities.LET_GO_S", 0.0)
    settings = hosting.of_community(load(community="cats"), {})
    with hosting.only_one(settings):
        assert rows(run("community", "list", "--json"))[1]["answered"] is True
        assert "still being answered" in run("community", "remove", "cats", "--purge", "--yes", status=2)
    assert settings.folder.exists()


def test_a_command_is_about_the_community_that_is_named(run: Run, cats: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_stores(hosting.of_community(load(community="cats"), {})) as stores:
        stores.queue.submit(draft(caption="of cats"), now=NOW)
    assert rows(run("queue", "list", "--json")) == []
    (found,) = rows(run("queue", "list", "--json", "--community", "cats"))
    assert found["caption"] == "of cats"
    assert [row["user_id"] for row in rows(run("queue", "role", "--json", "--community", "cats"))] == [42, 43]
    monkeypatch.setenv("MEMEBOT_COMMUNITY", "cats")
    assert len(rows(run("queue", "list", "--json"))) == 1
    assert rows(run("queue", "list", "--json", "--community", "main")) == []
    assert "there is no community 'dogs'" in run("queue", "list", "--community", "dogs", status=2)


def test_every_command_about_one_community_can_be_told_which() -> None:
    def walk(command: Any, name: str = "memebot") -> Iterator[tuple[str, Any]]:
        for sub, one in getattr(command, "commands", {}).items():
            yield from walk(one, f"{name} {sub}")
        if not hasattr(command, "commands"):
            yield name, command

    lacking = [
        name
        for name, command in walk(typer.main.get_command(app))
        if "home" in inspect.signature(command.callback).parameters
        and "community" not in {one.name for one in command.params}
    ]
    assert {name.split()[1] for name in lacking} == {"run", "community"}, lacking
