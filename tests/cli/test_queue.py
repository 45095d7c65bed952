"""``memebot queue``: from the shell, while a bot runs or stands still."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from moderation_drafts import ANN, AUTHOR, NOW, draft
from typer.testing import CliRunner

from memebot.app import now, open_stores
from memebot.cli import app
from memebot.errors import sentence
from memebot.settings import load
from moderation.audit import COMMAND_LINE
from moderation.stores import Moderation

Run = Callable[..., Any]


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Moderation]:
    """The stores of the home that the command line uses, open meanwhile: as with a bot that runs."""
    with open_stores(load(home=tmp_path / "home")) as opened:
        opened.community.set("daily_limit", 1000, by=ANN, now=NOW)
        yield opened


@pytest.fixture
def run(stores: Moderation) -> Run:
    """A command; what it wrote to standard output, or its error in one line."""

    def call(*arguments: str, status: int = 0) -> str:
        result = CliRunner().invoke(app, ["queue", *arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            assert status == 2, result.exception
            return str(sentence(result.exception))
        assert result.exit_code == status, result.output
        return result.stdout if status == 0 else result.output

    return call


def rows(out: str) -> list[Any]:
    return [json.loads(line) for line in out.splitlines()]


def submit(stores: Moderation, **facts: Any) -> int:
    return int(stores.queue.submit(draft(**facts), now=facts.pop("now", now())).id)


def test_what_waits_is_listed_the_oldest_first_and_in_pages(stores: Moderation, run: Run) -> None:
    numbers = [submit(stores, caption=f"meme {n}") for n in range(3)]
    assert [row["id"] for row in rows(run("list", "--json"))] == numbers
    assert [row["id"] for row in rows(run("list", "--json", "--limit", "2", "--after", "1"))] == numbers[1:]
    assert "meme 2" in run("list") and "meme" not in run("list", "rejected")


def test_a_submission_is_shown_with_its_author_and_its_history(stores: Moderation, run: Run) -> None:
    number = submit(stores, caption="hello")
    stores.people.set_note(AUTHOR, "friendly", by=ANN, now=NOW)
    stores.queue.ask(number, ANN, "Where from?", now=NOW)
    (shown,) = rows(run("show", str(number), "--json"))
    assert (shown["place"], shown["author"]["proposed"], shown["author"]["note"]) == (1, 1, "friendly")
    assert [row["action"] for row in shown["audit"]] == ["submit", "ask"]
    text = run("show", str(number))
    assert all(word in text for word in ("hello", "friendly", "Where from?", "place 1"))


def test_a_decision_from_the_shell_is_one_of_the_queue(stores: Moderation, run: Run) -> None:
    stores.community.set("approvals", 3, by=ANN, now=NOW)
    number = submit(stores)
    (made,) = rows(run("decide", str(number), "approve", "--slot", "2099-05-01T18:00", "--json"))
    assert (made["state"], made["slot"]) == ("approved", "2099-05-01T18:00:00.000000+00:00")
    assert stores.submissions.get(number).decided_by == COMMAND_LINE
    run("decide", str(number), "undo")
    run("decide", str(number), "reject", "--reason", "seen", "--text", "twice")
    found = stores.submissions.get(number)
    assert (found.state, found.reason_key, found.reason_text) == ("rejected", "seen", "twice")


def test_what_somebody_else_decided_stays_and_is_said_in_one_line(stores: Moderation, run: Run) -> None:
    number = submit(stores)
    stores.queue.reject(number, ANN, now=NOW)
    assert run("decide", str(number), "approve", status=2) == f"submission {number} is rejected"
    assert run("decide", "99", "approve", status=2) == "no submission 99"
    assert "there are seen, topic" in run("decide", str(submit(stores)), "reject", "--reason", "x", status=2)


@pytest.mark.parametrize(
    "arguments",
    [
        ("decide", "1", "approve", "--slot", "soon"),
        ("decide", "1", "reject", "--silent", "--text", "x"),
        ("role", "5"),
        ("set", "--reset"),
        ("role", "5", "admin", "--revoke"),
        ("list", "nowhere"),
    ],
)
def test_what_makes_no_sense_is_refused(run: Run, arguments: tuple[str, ...]) -> None:
    assert "Error" in run(*arguments, status=2) or "Usage" in run(*arguments, status=2)


def test_the_fate_of_a_post_is_settled_from_the_shell(stores: Moderation, run: Run) -> None:
    for answer, state in (("there", "published"), ("not-there", "approved")):
        number = submit(stores)
        made = stores.queue.approve(number, ANN, when="now", now=NOW).submission
        stores.posts.begin_publishing(number, made.version, now=NOW)
        assert run("decide", str(number), answer, status=2).endswith("is publishing")  # it may still be being sent
        stores.posts.mark_unknown(number, now=NOW)
        run("decide", str(number), answer, "--link", "https://t.me/memes/5")
        assert stores.submissions.get(number).state == state


def test_a_link_tells_which_post_it_is(stores: Moderation, run: Run) -> None:
    numbers = [submit(stores) for _ in range(2)]
    for number in numbers:
        made = stores.queue.approve(number, ANN, when="now", now=NOW).submission
        stores.posts.begin_publishing(number, made.version, now=NOW)
        stores.posts.mark_unknown(number, now=NOW)
    assert "no link" in run("decide", str(numbers[0]), "there", "--link", "example.com", status=2)
    run("decide", str(numbers[0]), "there", "--link", "https://t.me/c/1234567/56")
    run("decide", str(numbers[1]), "there", "--link", "https://t.me/memes/57")
    post = stores.posts.find(-1000001234567, 56)
    assert post is not None and post.submission == numbers[0]
    assert stores.submissions.get(numbers[1]).published_messages == ()


def test_the_audit_log_of_one_or_of_everything(stores: Moderation, run: Run) -> None:
    one, other = submit(stores), submit(stores)
    run("decide", str(one), "reject")
    assert [row["action"] for row in rows(run("audit", str(one), "--json"))] == ["submit", "reject"]
    assert [row["submission"] for row in rows(run("audit", "--json", "--limit", "2"))] == [other, one]
    assert "command line" in run("audit")


def test_figures_count_what_happened_in_these_days(stores: Moderation, run: Run) -> None:
    begin = now() - timedelta(hours=5)
    for number in range(4):
        made = stores.queue.submit(draft(), now=begin)
        if number < 3:
            stores.queue.reject(made.id, ANN, now=begin + timedelta(hours=number))
    stores.queue.approve(made.id, ANN, when="next", now=now())
    (found,) = rows(run("stats", "--json"))
    assert (found["submitted"], found["rejected"], found["acceptance"], found["decided"]) == (4, 3, 0.25, {str(ANN): 4})
    assert found["median_wait"] == 5400 and found["p90_wait"] == pytest.approx(5 * 3600, abs=60)
    assert "accepted 25%" in run("stats")
    (empty,) = rows(run("stats", "--days", "1", "--json", "--home", "elsewhere"))
    assert (empty["submitted"], empty["acceptance"], empty["median_wait"]) == (0, None, None)


def test_an_export_holds_every_submission_with_its_history(stores: Moderation, run: Run, tmp_path: Path) -> None:
    numbers = [submit(stores) for _ in range(3)]
    run("export", str(tmp_path / "queue.jsonl"))
    written = (tmp_path / "queue.jsonl").read_text("utf-8")
    assert written == run("export")
    assert [row["id"] for row in rows(written)] == numbers
    assert all([step["action"] for step in row["audit"]] == ["submit"] for row in rows(written))


def test_roles_are_given_and_taken(stores: Moderation, run: Run) -> None:
    assert [row["role"] for row in rows(run("role", "5", "admin", "--json"))] == ["admin"]
    assert stores.people.may(5, "ban")
    assert "command line" in run("role")
    run("role", "5", "admin", "--revoke")
    assert stores.people.role(5) is None


def test_settings_are_shown_and_changed(stores: Moderation, run: Run) -> None:
    assert rows(run("set", "approvals", "2", "--json")) == [{"approvals": 2}]
    run("set", "zone", "Europe/Berlin")
    run("set", "schedule", '{"mon": ["9:00"]}')
    shown = rows(run("set", "--json"))[0]
    assert (shown["approvals"], shown["zone"], shown["schedule"]) == (2, "Europe/Berlin", {"mon": ["09:00"]})
    run("set", "slots", "mon-wed 9:00; сб, вс 12:00 18:30")
    assert stores.community.get("schedule") == {
        **{day: ["09:00"] for day in ("mon", "tue", "wed")},
        **{day: ["12:00", "18:30"] for day in ("sat", "sun")},
    }
    assert "no time zone" in run("set", "zone", "Mars", status=2)
    run("set", "approvals", "--reset")
    assert stores.community.get("approvals") == 1
    assert "min_gap_minutes" in run("set")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("schedule", "mon 9:00"), "no longer in a slot of the schedule"),
        (("zone", "Asia/Tokyo"), "slots are now counted by Asia/Tokyo"),
        (("min_gap_minutes", "1440"), "too near another post"),
    ],
)
def test_other_times_say_before_they_are_kept_what_they_mean_for_what_is_planned(
    stores: Moderation, run: Run, arguments: tuple[str, ...], told: str
) -> None:
    for _ in range(3):
        stores.queue.approve(submit(stores), ANN, when="next", now=now())
    result = CliRunner().invoke(app, ["queue", "set", *arguments, "--json"])
    assert told in " ".join(result.stderr.split())
    assert list(rows(result.stdout)[0]) == [arguments[0]]  # and it is kept: nobody sits at a terminal


def test_whoever_sits_at_a_terminal_is_asked_before_a_plan_is_touched(
    stores: Moderation, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores.queue.approve(submit(stores), ANN, when="next", now=now())
    monkeypatch.setattr(sys.modules["memebot.cli.queue"], "_at_terminal", lambda: True)
    set_zone = ["queue", "set", "zone", "Asia/Tokyo"]
    assert CliRunner().invoke(app, set_zone, input="n\n").exit_code == 1
    assert stores.community.get("zone") == "Europe/Moscow"
    assert CliRunner().invoke(app, [*set_zone, "--yes"]).exit_code == 0
    assert CliRunner().invoke(app, ["queue", "set", "approvals", "2"]).exit_code == 0  # touches no plan
    assert stores.community.get("zone") == "Asia/Tokyo"


def test_of_two_channels_one_says_where_a_meme_goes(
    stores: Moderation, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEMEBOT_CHANNEL", "@memes")
    monkeypatch.setenv("MEMEBOT_SECOND_CHANNEL", "@memes_en")
    number = str(submit(stores))
    run("decide", number, "approve", "--slot", "now", "--channel", "both")
    (shown,) = rows(run("show", number, "--json"))
    assert (shown["channel"], shown["posted_elsewhere"]["channel"]) == ("first", "second")
    assert "second channel" in run("show", number)
