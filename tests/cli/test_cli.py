"""The command line as scripts and people use it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from forks import fork_memebot
from typer.testing import CliRunner

from knowledge.errors import EntryNotFound
from memebot.__main__ import _share_processors
from memebot.cli import app
from memebot.cli.output.console import print_note
from memebot.errors import sentence
from memebot.measure.evaluation import LabelsError, read_labels

ENTRY = """---
title: {{ru: {title}, en: {title}}}
aliases: []
says: []
keywords: {{ru: [], en: []}}
---
## ru
{ru}
## en
{en}
"""

Invoke = Callable[..., Any]


@pytest.fixture
def run() -> Invoke:
    """Run a command in this process: the result has exit_code, stdout and stderr."""

    def invoke(*arguments: object, typed: str | None = None) -> Any:
        return CliRunner().invoke(app, [str(a) for a in arguments], input=typed, catch_exceptions=False)

    return invoke


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A folder with one concept."""
    folder = tmp_path / "base"
    write(folder, "overfitting", "Overfitting", "Модель зубрит.", "The model swots.")
    return folder


def write(folder: Path, entry: str, title: str, ru: str, en: str) -> Path:
    path = folder / "entries" / "concepts" / f"{entry}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(ENTRY.format(title=title, ru=ru, en=en), "utf-8")
    return path


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom memebot.cli import app\n"
        "try: app(['--help'])\nexcept SystemExit: pass\n"
        "heavy = ('torch', 'PIL', 'cv2', 'numpy', 'aiogram', 'pydantic', 'sqlite_utils')\n"
        "print([m for m in heavy if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_python_m_memebot_is_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "memebot", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("memebot 0.")


def test_a_bad_setting_is_one_line_and_status_2(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "memebot", "kb", "list"],
        capture_output=True,
        text=True,
        check=False,
        env={"MEMEBOT_LANG": "xx", "PATH": ""},
    )
    assert done.returncode == 2
    assert done.stderr.startswith("memebot: MEMEBOT_LANG='xx'")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("encoding", ["koi8-r", "latin-1", "cp1251", "ascii"])
def test_a_terminal_that_is_not_utf_8_gets_every_answer(tmp_path: Path, base: Path, encoding: str) -> None:
    write(base, "overfitting", "Переобучение…", "«Модель» — зубрит → всё. 😀", "The model swots.")
    env = {**os.environ, "PYTHONIOENCODING": encoding}

    def said(*command: str) -> tuple[str, str]:
        child = fork_memebot("--home", tmp_path / "home", *command, "--knowledge", base, env=env)
        told = child.communicate()
        assert child.returncode == 0
        return told

    text, remark = said("kb", "show", "overfitting")
    assert "->" in text
    assert ("зубрит" in text) == (encoding in ("koi8-r", "cp1251"))
    assert remark.count("\n") == 1, "one line says that something is left out"
    entry = json.loads(said("kb", "list", "--json")[0])
    assert entry["title"]["ru"] == "Переобучение…", "scripts lose nothing"


def test_bytes_that_are_no_letters_are_a_question_like_any_other(tmp_path: Path, base: Path) -> None:
    question = os.fsdecode(b"\xd0\xff overfitting")
    for asked, typed in ((question, ""), ("--stdin", f"{question}\n")):
        child = fork_memebot("--home", tmp_path, "ask", "--json", "--knowledge", base, asked)
        told, errors = child.communicate(typed)
        assert child.returncode == 0, errors
        assert "swots" in json.loads(told)["explanation"]


def test_what_goes_into_a_file_has_no_stray_lines_of_a_progress_bar(tmp_path: Path) -> None:
    child = fork_memebot("--home", tmp_path, "model", "use", "no-such-encoder")
    errors = child.communicate()[1]
    assert (child.returncode, errors.count("\n")) == (2, 1)


@pytest.mark.parametrize(
    ("called", "found", "named"),
    [
        (".venv/bin/memebot", None, ".venv/bin/memebot"),
        ("/usr/bin/memebot", "/usr/bin/memebot", "memebot"),
        (".venv/bin/memebot", "/usr/bin/memebot", ".venv/bin/memebot"),
        ("memebot/__main__.py", None, "python -m memebot"),
    ],
)
def test_hints_name_the_program_as_it_was_called(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], called: str, found: str | None, named: str
) -> None:
    monkeypatch.setattr("sys.argv", [called, "ask"])
    monkeypatch.setattr("shutil.which", lambda name: found)
    print_note("`memebot doctor` tells more")
    assert capsys.readouterr().err == f"`{named} doctor` tells more\n"


def test_ask_answers_in_json_and_abstains(run: Invoke, base: Path) -> None:
    answer = json.loads(run("ask", "--json", "--knowledge", base, "what is overfitting?").stdout)
    assert (answer["verdict"], answer["lang"], answer["encoder"]) == ("composed", "en", None)
    assert "swots" in answer["explanation"]
    other = json.loads(run("ask", "--json", "--knowledge", base, "как", "сварить", "борщ").stdout)
    assert other["verdict"] == "unknown"


def test_ask_answers_every_line_of_standard_input(run: Invoke, base: Path) -> None:
    asked = run("ask", "--json", "--stdin", "--knowledge", base, typed="what is overfitting\n\nborscht\n")
    answers = [json.loads(line) for line in asked.stdout.splitlines()]
    assert [answer["text"] for answer in answers] == ["what is overfitting", "", "borscht"]
    assert [answer["verdict"] for answer in answers] == ["composed", "unknown", "unknown"]
    assert run("ask", "--knowledge", base).exit_code == 2
    assert run("ask", "overfitting", "--stdin", "--knowledge", base).exit_code == 2


def test_a_caption_is_explained_as_a_picture_with_these_words(run: Invoke, base: Path) -> None:
    (line,) = run("ask", "--json", "--caption", "overfitting", "--knowledge", base).stdout.splitlines()
    answer = json.loads(line)
    assert answer["verdict"] == "composed"
    assert "The model swots." in answer["explanation"]
    assert (
        answer["explanation"]
        != json.loads(run("ask", "--json", "overfitting", "--knowledge", base).stdout)["explanation"]
    )


def test_list_and_show_take_the_files_over_first(run: Invoke, base: Path) -> None:
    assert json.loads(run("kb", "list", "--json", "--knowledge", base).stdout) == {
        "id": "overfitting",
        "kind": "concept",
        "title": {"ru": "Overfitting", "en": "Overfitting"},
    }
    shown = run("kb", "show", "overfitting", "--lang", "en", "--knowledge", base).stdout
    assert "The model swots." in shown


def test_show_draws_the_roles_of_a_format_and_says_that_others_have_none(run: Invoke, base: Path) -> None:
    roles = 'roles:\n  top: {box: [0.0, 0.0, 1.0, 0.5], ru: "верх", en: "the top"}\nkeywords'
    path = base / "entries" / "formats" / "form.md"
    path.parent.mkdir()
    text = ENTRY.format(title="Form", ru="Шаблон.", en="A form.")
    path.write_text(text.replace("keywords", roles, 1), "utf-8")
    drawn = base / "roles.png"
    shown = run("kb", "show", "form", "--lang", "en", "--roles", drawn, "--knowledge", base)
    assert "top – the top" in shown.stdout and drawn.read_bytes().startswith(b"\x89PNG")
    other = run("kb", "show", "overfitting", "--roles", base / "no.png", "--knowledge", base)
    assert other.exit_code == 2 and not (base / "no.png").exists()


def test_a_mistyped_id_is_answered_with_the_nearest(run: Invoke, base: Path) -> None:
    run("kb", "sync", "--knowledge", base)
    with pytest.raises(EntryNotFound) as caught:
        run("kb", "show", "overfiting", "--knowledge", base)
    assert sentence(caught.value) == "no entry 'overfiting' (did you mean overfitting?)"


def test_lint_names_file_and_line_and_fails(run: Invoke, base: Path) -> None:
    path = base / "entries" / "concepts" / "overfitting.md"
    path.write_text(path.read_text("utf-8").replace("aliases:", "aliaces:"), "utf-8")
    result = run("kb", "lint", base)
    assert result.exit_code == 1
    assert f"{path}:3" in result.stdout.replace("\n", "")
    assert "aliases" in result.stdout


def test_fmt_lays_files_out_once_and_check_writes_nothing(run: Invoke, base: Path) -> None:
    path = base / "entries" / "concepts" / "overfitting.md"
    old = path.read_text("utf-8")
    checked = run("kb", "fmt", "--check", base)
    assert checked.exit_code == 1 and str(path) in checked.stdout.replace("\n", "")
    assert path.read_text("utf-8") == old
    assert run("kb", "fmt", path).exit_code == 0
    assert path.read_text("utf-8").startswith('---\ntitle: {ru: "Overfitting", en: "Overfitting"}\n')
    again = run("kb", "fmt", base)
    assert again.exit_code == 0 and again.stdout == "" and run("kb", "fmt", "--check", base).exit_code == 0


def test_fmt_leaves_a_file_with_mistakes_alone(run: Invoke, base: Path) -> None:
    path = write(base, "broken", "Broken", "", "")
    old = path.read_bytes()
    assert run("kb", "fmt", path).exit_code == 1 and path.read_bytes() == old


def test_lint_as_json_says_what_a_person_reads(run: Invoke, base: Path) -> None:
    path = base / "entries" / "concepts" / "overfitting.md"
    path.write_text(path.read_text("utf-8").replace("aliases:", "aliaces:"), "utf-8")
    assert json.loads(run("kb", "lint", "--json", base).stdout.splitlines()[0]) == {
        "path": str(path),
        "line": 3,
        "reason": "unknown key 'aliaces'",
        "hint": "did you mean 'aliases'?",
        "severity": "error",
    }


def test_a_broken_file_does_not_stop_the_others(run: Invoke, base: Path) -> None:
    write(base, "broken", "Broken", "", "").write_bytes(b"---\n\xff")
    result = run("kb", "sync", "--json", "--knowledge", base)
    report = json.loads(result.stdout)
    assert result.exit_code == 1
    assert report["added"] == ["overfitting"]
    assert len(report["problems"]) == 1
    assert run("kb", "list", "--knowledge", base).exit_code == 0


def test_history_and_restore_bring_an_older_text_back(run: Invoke, base: Path, tmp_path: Path) -> None:
    run("kb", "sync", "--knowledge", base)
    write(base, "overfitting", "Overfitting", "Другое.", "Something else.")
    run("kb", "sync", "--knowledge", base)
    assert "2" in run("kb", "history", "overfitting").stdout
    assert run("kb", "restore", "overfitting", 1).exit_code == 0
    out = tmp_path / "out"
    assert run("kb", "export", out).exit_code == 0
    assert "The model swots." in (out / "entries" / "concepts" / "overfitting.md").read_text("utf-8")


def test_both_sides_of_a_conflict_are_shown_and_one_is_taken(run: Invoke, base: Path) -> None:
    run("kb", "sync", "--knowledge", base)
    write(base, "overfitting", "Overfitting", "Два.", "Two.")
    run("kb", "sync", "--knowledge", base)
    run("kb", "restore", "overfitting", 1)  # an edit in the database
    write(base, "overfitting", "Overfitting", "Три.", "Three.")  # and another in the file
    assert run("kb", "sync", "--knowledge", base).exit_code == 1
    shown = run("kb", "conflicts")
    assert shown.exit_code == 1
    assert "Three." in shown.stdout
    assert "The model swots." in shown.stdout
    assert run("kb", "resolve", "overfitting", "--take", "file").exit_code == 0
    assert run("kb", "conflicts").exit_code == 0
    assert "Three." in run("kb", "show", "overfitting", "--lang", "en", "--knowledge", base).stdout


def test_a_merged_file_is_named_exactly_with_take_merged(run: Invoke) -> None:
    assert run("kb", "resolve", "overfitting", "--take", "file", "merged.md").exit_code == 2


def test_eval_wants_folders_or_texts(run: Invoke) -> None:
    assert run("eval").exit_code == 2


def test_eval_measures_files_of_texts_by_form_and_language(run: Invoke, base: Path, tmp_path: Path) -> None:
    about, silent = tmp_path / "about.csv", tmp_path / "silent.csv"
    about.write_text(
        "id,kind,lang,form,text\n"
        "overfitting|bias,concept,en,question,what is overfitting\n"
        "bias,concept,en,caption,overfitting\n"
        "overfitting,concept,ru,caption,борщ\n",
        "utf-8",
    )
    silent.write_text("lang,kind,text\nen,plain,borscht\nen,plain,overfitting\n", "utf-8")
    report = json.loads(run("eval", "--texts", about, silent, "--json", "--knowledge", base).stdout)
    right = {"n": 1, "first": 1.0, "in_five": 1.0, "right": 1.0, "wrong": 0.0}
    assert report["texts"]["question en"] == right
    assert report["texts"]["caption en"] == {**right, "first": 0.0, "in_five": 0.0, "right": 0.0, "wrong": 1.0}
    assert report["texts"]["caption ru"] == {**right, "first": 0.0, "in_five": 0.0, "right": 0.0}
    assert report["texts"]["all"]["n"] == 3
    assert report["silence"] == {"plain en": {"n": 2, "answered": 1}, "all": {"n": 2, "answered": 1}}
    assert "overfitting" in run("eval", "--texts", about, "--knowledge", base).stdout
    with pytest.raises(LabelsError):
        run("eval", "--texts", tmp_path / "absent.csv", "--knowledge", base)


def test_spaces_after_the_commas_of_labels_do_not_make_distractors_of_pictures(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("path, label, kind\na.png, drake, template\n", "utf-8")
    (row,) = read_labels(tmp_path)
    assert (row.path, row.labels, row.kind) == (tmp_path / "a.png", ("drake",), "template")


def test_a_misspelt_column_or_label_is_an_error_that_names_what_was_meant(
    run: Invoke, base: Path, tmp_path: Path
) -> None:
    labels = tmp_path / "labels.csv"
    labels.write_text("path,lable\na.png,overfitting\n", "utf-8")
    with pytest.raises(LabelsError, match="no column `label`, but one called `lable`"):
        read_labels(tmp_path)
    labels.write_text("path,label\na.png,overfiting\n", "utf-8")
    with pytest.raises(LabelsError, match="no entry is called `overfiting`: do you mean `overfitting`"):
        run("eval", tmp_path, "--knowledge", base)


def test_what_cannot_be_read_is_a_line_each_and_no_name_of_a_file_reaches_the_terminal_raw(
    run: Invoke, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed\x1b[31m\u202egnp.png"
    monkeypatch.setattr(os, "access", lambda path, *_: Path(path) != closed)  # as of a file of mode 000
    closed.write_bytes(b"")
    for as_json in ((), ("--json",)):
        ended = run("explain", closed, "https://example.org/a.png", "--no-ocr", "--knowledge", base, *as_json)
        lines = (ended.stdout if as_json else ended.stderr).splitlines()
        assert ended.exit_code == 1
        assert len(lines) == 2
        assert "https://example.org/a.png" in lines[1]
        assert "download the picture" in lines[1]
        assert not {"\x1b", "\u202e"} & {*ended.stdout, *ended.stderr}


def test_why_draws_one_picture_only(run: Invoke, tmp_path: Path) -> None:
    assert run("explain", "a.png", "b.png", "--why", tmp_path / "out.png").exit_code == 2


def test_idle_threads_sleep_unless_the_person_set_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "4")
    _share_processors()
    assert (os.environ["OMP_WAIT_POLICY"], os.environ["OPENBLAS_NUM_THREADS"]) == ("PASSIVE", "4")
    monkeypatch.delenv("OMP_WAIT_POLICY")


def test_too_little_memory_is_one_line() -> None:
    assert "not enough memory" in str(sentence(MemoryError()))
