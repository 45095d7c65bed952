"""``memebot drafts`` and ``explain --draft`` as scripts and people use them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from model_server import KEY, MODEL, ModelServer, completion, draft, error, model_server
from PIL import Image, ImageDraw
from typer.testing import CliRunner

from memebot.cli import app
from memebot.vision.fonts import font

Invoke = Callable[..., Any]
ENTRY = """---
title: {ru: Переобучение, en: Overfitting}
aliases: []
says: []
keywords: {ru: [], en: []}
---
## ru
Модель зубрит обучающие данные вместе с шумом. На экзамене с новыми вопросами она проваливается.
## en
The model swots its training data with the noise. It fails an exam with new questions.
"""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ModelServer]:
    with model_server() as running:
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        folder = tmp_path / "base" / "entries" / "concepts"
        folder.mkdir(parents=True)
        (folder / "overfitting.md").write_text(ENTRY, "utf-8")
        monkeypatch.setenv("MEMEBOT_KNOWLEDGE", str(tmp_path / "base"))
        yield running


@pytest.fixture
def run() -> Invoke:
    def invoke(*arguments: object) -> Any:
        return CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=False)

    return invoke


def picture(path: Path, *lines: str) -> Path:
    image = Image.new("RGB", (900, 90 * len(lines) + 60), "white")
    for number, line in enumerate(lines):
        ImageDraw.Draw(image).text((30, 30 + 90 * number), line, font=font(44), fill="black")
    image.save(path)
    return path


def seeing(request: Any) -> Any:
    """A model that reads the drawn card: the number is in its lower half, which no text tells."""
    from memebot.app import now
    from memebot.vision.media.scaled import drawn_card

    number = next(
        n for data, n in (drawn_card(int(now().timestamp()) - s) for s in range(60)) if data == request.picture
    )
    return completion(draft(picture=f"train accuracy 99.99, test accuracy {number}"))


def test_the_self_test_says_what_the_model_is_good_for(server: ModelServer, run: Invoke) -> None:
    server.always = seeing
    done = run("drafts", "test", "--json")
    found = json.loads(done.stdout)
    assert done.exit_code == 0, done.stderr
    assert (found["sees"], found["schema"], found["langs"], found["requests"]) == (True, True, ["ru", "en"], 1)
    assert found["tokens"] == 1000 and found["answered_by"] == MODEL


def test_a_model_that_does_not_see_is_of_no_use(server: ModelServer, run: Invoke) -> None:
    done = run("drafts", "test")
    assert done.exit_code == 1
    assert "the model does not read what is drawn in a picture" in done.stderr


def test_another_models_name_is_told(server: ModelServer, run: Invoke) -> None:
    server.always = lambda request: completion(draft(), model="llama-3")
    assert "answers as llama-3, not as seeing-1" in run("drafts", "test").stderr


def test_a_model_without_the_form_is_told(server: ModelServer, run: Invoke) -> None:
    server.always = lambda request: completion("Here you go!")
    done = run("drafts", "test")
    assert done.exit_code == 1 and "does not keep to the form" in done.stderr


def test_explain_adds_a_draft_from_the_store_the_second_time(server: ModelServer, run: Invoke, tmp_path: Path) -> None:
    meme = picture(tmp_path / "meme.png", "the model swots before the exam", "overfitting")
    done = run("explain", "--json", "--draft", "--lang", "en", meme)
    made = json.loads(done.stdout)["draft"]
    assert made["rests_on"] == ["overfitting"] and made["model"] == MODEL and made["prompt"] == "1"
    assert json.loads(run("explain", "--json", "--draft", "--lang", "en", meme).stdout)["draft"] == made
    assert len(server.requests) == 1
    assert json.loads(run("explain", "--json", meme).stdout)["draft"] is None
    shown = run("explain", "--draft", "--lang", "en", meme)
    assert "checked by nobody" in shown.stdout and "The swot at the exam" in shown.stdout

    (row,) = [json.loads(line) for line in run("drafts", "list", "--json").stdout.splitlines()]
    assert (row["state"], row["title"]["en"]) == ("waiting", "The swot at the exam")
    whole = json.loads(run("drafts", "show", row["id"], "--json").stdout)
    assert whole["draft"] == made and [event["what"] for event in whole["events"]] == ["asked", "waiting"]
    assert "best pupil fails" in run("drafts", "show", row["id"]).stdout
    cost = json.loads(run("drafts", "budget", "--json").stdout.splitlines()[-1])
    assert (cost["requests"], cost["tokens"], cost["limit_requests"]) == (1, 1000, 50)
    assert "left today: 49 of 50 requests" in run("drafts", "budget").stdout
    assert run("drafts", "show", 99).exit_code == 1


def test_why_there_is_no_draft_is_one_line_beside_the_answer(server: ModelServer, run: Invoke, tmp_path: Path) -> None:
    server.always = lambda request: completion(draft(cannot_tell=True))
    done = run("explain", "--draft", "--lang", "en", picture(tmp_path / "meme.png", "overfitting"))
    assert done.exit_code == 0 and "the model says that it cannot tell" in done.stderr


@pytest.mark.parametrize(
    ("environment", "line"),
    [
        ({"MEMEBOT_DRAFTS_URL": ""}, "drafts are off"),
        ({"MEMEBOT_DRAFTS_URL": "localhost:8000"}, "begins with http:// or https://"),
        ({"MEMEBOT_DRAFTS_URL": f"https://{KEY}@api.example/v1"}, "a key belongs into MEMEBOT_DRAFTS_KEY"),
        ({"MEMEBOT_DRAFTS_URL": f"https://api.example/v1?api_key={KEY}"}, "a key belongs into MEMEBOT_DRAFTS_KEY"),
        ({"MEMEBOT_DRAFTS_MODEL": ""}, "MEMEBOT_DRAFTS_MODEL is not set"),
        ({"MEMEBOT_DRAFTS_DAILY_BUDGET": "0"}, "the budget for drafts is 0"),
        ({"MEMEBOT_DRAFTS_DAILY_BUDGET": "lots"}, "it is a number of requests"),
        ({"MEMEBOT_DRAFTS_URL": "http://127.0.0.1:9/v1"}, "the server for drafts cannot be reached"),
        ({"MEMEBOT_DRAFTS_KEY": "sk-wrong"}, "refuses the request"),
    ],
)
def test_each_bad_setting_is_one_line_with_the_next_step_and_no_secret(
    server: ModelServer, run: Invoke, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], line: str
) -> None:
    from memebot.errors import sentence

    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Exception) as caught:
        run("drafts", "test")
    said = sentence(caught.value) or ""
    assert line in said and "\n" not in said and KEY not in said


def test_a_bad_setting_is_all_that_the_program_says_and_status_2(server: ModelServer) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "memebot", "drafts", "test"],
        capture_output=True,
        text=True,
        env={**os.environ, "MEMEBOT_DRAFTS_URL": f"https://{KEY}@api.example/v1"},
        check=False,
    )
    assert done.returncode == 2
    assert "a key belongs into MEMEBOT_DRAFTS_KEY" in done.stderr and len(done.stderr.strip().splitlines()) == 1
    assert KEY not in done.stderr + done.stdout


def test_a_refused_key_is_named(server: ModelServer, run: Invoke) -> None:
    from memebot.errors import sentence

    server.always = lambda request: error(401, "Incorrect API key provided: sk-…")
    with pytest.raises(Exception) as caught:
        run("drafts", "test")
    assert "MEMEBOT_DRAFTS_KEY" in (sentence(caught.value) or "")


def checks(run: Invoke) -> list[tuple[str, str, str]]:
    """What the doctor says of drafts; whether words are read is not looked at."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEMEBOT_OCR", "false")
        found = [json.loads(line) for line in run("doctor", "--json").stdout.splitlines()]
    return [(one["state"], one["found"], one["mend"]) for one in found if one["name"] == "drafts"]


def test_the_doctor_is_silent_about_drafts_that_nobody_wants(
    server: ModelServer, run: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MEMEBOT_DRAFTS_URL")
    assert checks(run) == []


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("MEMEBOT_DRAFTS_MODEL", "", "MEMEBOT_DRAFTS_MODEL is not set"),
        ("MEMEBOT_DRAFTS_DAILY_BUDGET", "0", "the budget for drafts is 0: nothing is asked"),
        ("MEMEBOT_DRAFTS_URL", "http://api.example.com/v1", "pictures and the key go unencrypted over the internet"),
    ],
)
def test_the_doctor_names_a_bad_setting(
    server: ModelServer, run: Invoke, monkeypatch: pytest.MonkeyPatch, name: str, value: str, found: str
) -> None:
    monkeypatch.setenv(name, value)
    assert checks(run)[0][:2] == ("warning", found)


def test_the_doctor_names_a_missing_extra(server: ModelServer, run: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    assert checks(run) == [("warning", "drafts need the package openai", "pip install 'memebot[drafts]'")]


def test_the_doctor_tells_what_went_wrong_last(server: ModelServer, run: Invoke, tmp_path: Path) -> None:
    assert checks(run)[0][0] == "ok"
    server.plan(error(400, "this model does not support image input"))
    with pytest.raises(Exception, match="no-pictures"):
        run("explain", "--draft", picture(tmp_path / "a.png", "overfitting"))
    assert checks(run)[0][1] == "the model for drafts takes no pictures"
    server.plan(error(400, "no", "content_policy_violation"))
    run("explain", "--draft", picture(tmp_path / "b.png", "overfitting", "again"))
    assert checks(run)[0][1] == "the model refuses this picture"
    server.plan(completion(draft(), model="llama-3"))
    run("explain", "--draft", picture(tmp_path / "c.png", "overfitting", "once more"))
    assert checks(run)[0][1] == "the server answers as llama-3, not as seeing-1"


def test_eval_grades_drafts_beside_answers(server: ModelServer, run: Invoke, tmp_path: Path) -> None:
    folder = tmp_path / "memes"
    folder.mkdir()
    picture(folder / "good.png", "the model swots before the exam", "overfitting")
    picture(folder / "false.png", "overfitting strikes the model again")
    picture(folder / "none.png", "the model swots its training data")
    (folder / "explanations.csv").write_text(
        "path,entries,turn_en,turn_ru,never_en\n"
        "good.png,overfitting,best pupil,отличник,\n"
        "false.png,overfitting,,,best pupil\n"
        "none.png,overfitting,,,\n",
        "utf-8",
    )
    server.plan(completion(draft()), completion(draft()), completion(draft(cannot_tell=True)))
    done = run("eval", "--explanations", "--drafts", "--json", folder)
    found = json.loads(done.stdout)["drafts"]
    assert (found["asked"], found["valid"], found["ids_right"]) == (3, 2, 2)
    assert found["unable"] == {"cannot-tell": 1}
    assert (found["grades"]["en"]["rightly"], found["grades"]["en"]["wrong"]) == (1, 1)
    assert found["grades"]["ru"]["rightly"] == 2
    shown = run("eval", "--explanations", "--drafts", folder)
    assert "valid: 2 of 3" in shown.stdout
    assert len(server.requests) == 3
