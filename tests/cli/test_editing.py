"""Commands that change entries, and those for a base of one's own."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from knowledge.errors import EntryExists
from knowledge.store.revisions import StaleRevision
from memebot.cli import app

Invoke = Callable[..., Any]


@pytest.fixture
def run() -> Invoke:
    """Run a command in this process: the result has exit_code, stdout and stderr."""

    def invoke(*arguments: object, typed: str = "") -> Any:
        return CliRunner().invoke(app, [str(a) for a in arguments], input=typed, catch_exceptions=False)

    return invoke


def write(folder: Path, entry: str, text: str = "A plain text.", fields: str = "") -> Path:
    path = folder / "entries" / "concepts" / f"{entry}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"---\ntitle: {{ru: Имя {entry}, en: 'Name {entry}'}}  # kept\n{fields}---\n"
        f"## ru\nТекст {entry}.\n\n## en\n{text}\n",
        "utf-8",
    )
    return path


@pytest.fixture
def base(tmp_path: Path, run: Invoke, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two concepts, taken over."""
    folder = tmp_path / "base"
    write(folder, "nan")
    write(folder, "loss", fields="concepts: [nan]\n")
    monkeypatch.setenv("MEMEBOT_KNOWLEDGE", str(folder))
    assert run("kb", "sync").exit_code == 0
    return folder


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """An editor that does what a line of Python says with ``text``."""

    def use(code: str) -> None:
        script = tmp_path / "editor.py"
        script.write_text(
            "import os, sys, pathlib\nfile = pathlib.Path(sys.argv[1])\ntext = file.read_text('utf-8')\n"
            f"{code}\nfile.write_text(text, 'utf-8')\n"
        )
        monkeypatch.setenv("VISUAL", f"{sys.executable} -S {script}")

    return use


def test_edit_saves_what_the_editor_left(run: Invoke, base: Path, editor: Callable[[str], None]) -> None:
    editor("text = text.replace('plain', 'simple')")
    result = run("kb", "edit", "nan", "-m", "simpler")
    assert result.exit_code == 0 and "revision 2" in result.stderr
    assert "simpler" in run("kb", "history", "nan").stdout
    assert "[-plain-]{+simple+}" in run("kb", "diff", "nan").stdout
    run("kb", "export", base)
    assert (
        base.joinpath("entries/concepts/nan.md").read_text("utf-8").count('title: {ru: "Имя nan", en: "Name nan"}') == 1
    )


def test_edit_keeps_a_text_that_cannot_be_saved(run: Invoke, base: Path, editor: Callable[[str], None]) -> None:
    editor("text = text.replace('---\\n## ru', 'concepts: [nowhere]\\n---\\n## ru')")
    result = run("kb", "edit", "nan")
    assert result.exit_code == 1 and "there is no entry “nowhere”" in result.stderr
    assert "nowhere" in Path("nan.rejected.md").read_text("utf-8")
    editor("text = text.replace('title:', 'titel:')")
    assert run("kb", "edit", "nan").exit_code == 1
    assert len(run("kb", "history", "nan").stdout.splitlines()) == 2


def test_edit_asks_before_it_breaks_an_answer(run: Invoke, base: Path, editor: Callable[[str], None]) -> None:
    editor("text = text.replace('aliases: []', 'aliases: [zebra]')")
    assert run("kb", "edit", "nan").exit_code == 0
    run("kb", "text", "nan", "--question", "--add", "what is a zebra")
    editor("text = text.replace('zebra', 'stripes')")
    refused = run("kb", "edit", "nan", typed="n\n")
    assert refused.exit_code == 1 and "would break: what is a zebra: nan → no answer" in refused.stderr
    assert run("kb", "edit", "nan", "--yes").exit_code == 0


def test_edit_merges_what_was_saved_meanwhile(
    run: Invoke, base: Path, editor: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    other = "import subprocess\nfor code in ({!r},):\n    os.environ['VISUAL'] = ''\n    exec(code)\n"
    save = (
        "from memebot.app import open_base, now\nfrom memebot.settings import load\n"
        "from knowledge.entry.fields import edit_field\n"
        "with open_base(load()) as kb:\n"
        "    kb.changes.save(edit_field(kb.entries.get('nan'), {field!r}, {value!r}), author='bob', now=now(),"
        " base_revision=kb.revisions.current('nan').number)\n"
    )
    meanwhile = other.format(save.format(field="aliases", value="not a number"))
    editor("text = text.replace('plain', 'simple')\n" + meanwhile)
    result = run("kb", "edit", "nan")
    assert result.exit_code == 0 and "bob saved revision 2 in the meantime" in result.stderr
    run("kb", "export", base)
    merged = base.joinpath("entries/concepts/nan.md").read_text("utf-8")
    assert "simple" in merged and "not a number" in merged
    meanwhile = other.format(save.format(field="text.en", value="A long one."))
    editor("text = text.replace('simple', 'short')\n" + meanwhile)
    result = run("kb", "edit", "nan")
    assert result.exit_code == 1 and "text.en: changed by both" in result.stderr
    assert "short" in Path("nan.rejected.md").read_text("utf-8")


def test_rename_merge_and_delete_tell_what_they_touch(run: Invoke, base: Path) -> None:
    renamed = run("kb", "rename", "nan", "not-a-number").stderr
    assert "not-a-number: revision 2" in renamed and "loss: revision 2" in renamed
    assert "Name nan" in run("kb", "show", "nan", "--lang", "en").stdout
    deleted = run("kb", "delete", "not-a-number").stderr
    assert "lead nowhere now, in: loss" in deleted and "kb restore not-a-number 2" in deleted
    run("kb", "restore", "not-a-number", 2)
    assert "loss: revision 3" in run("kb", "merge", "loss", "nan").stderr
    assert run("kb", "export", base).exit_code == 0
    assert [path.name for path in base.rglob("*.md")] == ["loss.md"]
    with pytest.raises(EntryExists):
        run("kb", "rename", "loss", "not-a-number")


def test_diff_names_fields_and_words(run: Invoke, base: Path) -> None:
    run("kb", "rename", "nan", "not-a-number")
    (change,) = map(json.loads, run("kb", "diff", "loss", "--json").stdout.splitlines())
    assert change["field"] == "concepts"
    assert [(one["change"], one["text"]) for one in change["segments"]] == [
        ("removed", "nan\n"),
        ("added", "not-a-number\n"),
    ]


# --- files and chat together


def test_check_writes_nothing_and_fails_where_sides_differ(
    run: Invoke, base: Path, editor: Callable[[str], None], tmp_path: Path
) -> None:
    assert run("kb", "sync", "--check").exit_code == 0
    editor("text = text.replace('plain', 'simple')")
    run("kb", "edit", "nan")
    write(base, "loss", "Another text.", "concepts: [nan]\n")
    write(base, "new")
    write(base, "broken", fields="titel: x\n")
    database = tmp_path / "home" / "memebot.sqlite3"
    before = hashlib.sha256(database.read_bytes()).hexdigest()
    for _ in range(2):
        result = run("kb", "sync", "--check")
        assert result.exit_code == 1
        lines = result.stdout.splitlines()
        assert len(lines) == 4 and "unknown key 'titel'" in lines[0]
        assert lines[1:] == [
            "new: its file is new",
            "loss: its file has changed",
            "nan: edited in the bot, not exported",
        ]
    assert hashlib.sha256(database.read_bytes()).hexdigest() == before
    assert run("kb", "list", "--json").exit_code == 0


def test_check_without_a_database_looks_for_broken_files(run: Invoke, base: Path, tmp_path: Path) -> None:
    home = tmp_path / "fresh"
    assert run("--home", home, "kb", "sync", "--check").exit_code == 0
    write(base, "broken", fields="titel: x\n")
    assert run("--home", home, "kb", "sync", "--check").exit_code == 1
    assert not home.exists()


def conflict(run: Invoke, base: Path, editor: Callable[[str], None], *, mine: str, theirs: str) -> None:
    editor(f"text = text.replace({mine!r}, 'mine')")
    assert run("kb", "edit", "nan").exit_code == 0
    path = base / "entries" / "concepts" / "nan.md"
    path.write_text(path.read_text("utf-8").replace(theirs, "theirs"), "utf-8")
    assert run("kb", "sync").exit_code == 1


def test_a_conflict_shows_both_versions_and_merges_what_does_not_collide(
    run: Invoke, base: Path, editor: Callable[[str], None]
) -> None:
    conflict(run, base, editor, mine="A plain", theirs="Текст")
    shown = run("kb", "resolve", "nan")
    assert shown.exit_code == 1 and "-theirs nan." in shown.stdout and "+mine text." in shown.stdout
    assert "do not collide" in shown.stderr
    assert run("kb", "conflicts").exit_code == 1
    assert run("kb", "resolve", "nan", "--take", "merged").exit_code == 0
    run("kb", "export", base)
    merged = (base / "entries" / "concepts" / "nan.md").read_text("utf-8")
    assert "theirs nan." in merged and "mine text." in merged
    assert run("kb", "sync", "--check").exit_code == 0


def test_changes_that_collide_want_a_decision(run: Invoke, base: Path, editor: Callable[[str], None]) -> None:
    conflict(run, base, editor, mine="plain", theirs="plain")
    result = run("kb", "resolve", "nan", "--take", "merged")
    assert result.exit_code == 2 and "text.en: changed by both" in result.stderr
    assert run("kb", "resolve", "nan", "--take", "file").exit_code == 0
    assert run("kb", "sync", "--check").exit_code == 0


def test_a_base_of_ones_own_holds_only_what_is_ones_own(
    run: Invoke, tmp_path: Path, editor: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped, ours = tmp_path / "shipped", tmp_path / "ours"
    write(shipped, "overfitting")
    write(shipped, "nan")
    assert run("kb", "init", ours).exit_code == 0
    (ours / "layer.toml").write_text(f'beneath = "{shipped}"\n')
    assert run("kb", "lint", ours).exit_code == 0
    write(ours, "our-own-thing", fields="aliases: [quokkatron]\n")
    answer = json.loads(run("ask", "--json", "--knowledge", ours, "what is a quokkatron").stdout)
    assert answer["matches"][0]["entry"] == "our-own-thing"
    answer = json.loads(run("ask", "--json", "--knowledge", ours, "what is overfitting").stdout)
    assert answer["matches"][0]["entry"] == "overfitting"
    editor("text = text.replace('## en', '## en\\nOurs.\\n', 1)")
    assert run("kb", "edit", "overfitting", "--knowledge", ours, "--yes").exit_code == 0
    assert run("kb", "delete", "nan", "--knowledge", ours).exit_code == 0
    assert run("kb", "export", ours, "--knowledge", ours).exit_code == 0
    assert sorted(path.stem for path in ours.rglob("*.md")) == ["README", "our-own-thing", "overfitting"]
    assert (ours / "hidden.txt").read_text().endswith("\nnan\n")
    assert run("kb", "sync", "--check", "--knowledge", ours).exit_code == 0


def base_of_ones_own(run: Invoke, tmp_path: Path) -> tuple[Path, Path]:
    """(A shipped base in which loss leads to nan, an empty one of one's own over it)."""
    shipped, ours = tmp_path / "shipped", tmp_path / "ours"
    write(shipped, "nan")
    write(shipped, "loss", fields="concepts: [nan]\n")
    assert run("kb", "init", ours).exit_code == 0
    (ours / "layer.toml").write_text(f'beneath = "{shipped}"\n')
    assert run("kb", "sync", "--knowledge", ours).exit_code == 0
    return shipped, ours


def test_a_rename_in_a_base_of_ones_own_asks_and_freezes_no_shipped_entry(run: Invoke, tmp_path: Path) -> None:
    shipped, ours = base_of_ones_own(run, tmp_path)
    refused = run("kb", "rename", "nan", "not-a-number", "--knowledge", ours, typed="n\n")
    assert refused.exit_code == 1
    assert "links change in 1 shipped entries: loss" in refused.stderr
    assert run("kb", "show", "nan", "--knowledge", ours).exit_code == 0, "nothing was renamed"
    assert run("kb", "rename", "nan", "not-a-number", "--knowledge", ours, typed="y\n").exit_code == 0
    assert run("kb", "export", ours, "--knowledge", ours).exit_code == 0
    assert sorted(path.stem for path in ours.rglob("*.md")) == ["README", "not-a-number"]
    assert run("kb", "sync", "--check", "--knowledge", ours).exit_code == 0
    write(shipped, "loss", text="An upgrade.", fields="concepts: [nan]\n")
    for home in ((), ("--home", tmp_path / "fresh")):
        assert run(*home, "kb", "sync", "--knowledge", ours).exit_code == 0
        shown = run(*home, "kb", "show", "loss", "--lang", "en", "--knowledge", ours).stdout
        assert "An upgrade." in shown
        assert "not-a-number" in shown
    assert run("kb", "lint", ours).exit_code == 0


def test_deleting_with_links_in_a_base_of_ones_own_asks_and_freezes_no_shipped_entry(
    run: Invoke, tmp_path: Path
) -> None:
    shipped, ours = base_of_ones_own(run, tmp_path)
    refused = run("kb", "delete", "nan", "--unlink", "--knowledge", ours, typed="n\n")
    assert (refused.exit_code, "links change in 1 shipped entries: loss" in refused.stderr) == (1, True)
    assert run("kb", "delete", "nan", "--unlink", "--knowledge", ours, typed="y\n").exit_code == 0
    for _ in range(2):
        assert run("kb", "export", ours, "--knowledge", ours).exit_code == 0
        assert [path.stem for path in ours.rglob("*.md")] == ["README"]
    assert "nan -> -" in (ours / "hidden.txt").read_text().splitlines()
    assert run("kb", "sync", "--check", "--knowledge", ours).exit_code == 0
    write(shipped, "loss", text="An upgrade.", fields="concepts: [nan]\n")
    for home in ((), ("--home", tmp_path / "fresh")):
        assert run(*home, "kb", "sync", "--knowledge", ours).exit_code == 0
        assert "An upgrade." in run(*home, "kb", "show", "loss", "--lang", "en", "--knowledge", ours).stdout
    assert run("kb", "lint", ours).exit_code == 0


def test_a_strange_variable_is_told_of_once_a_command(
    run: Invoke, base: Path, monkeypatch: pytest.MonkeyPatch, editor: Callable[[str], None]
) -> None:
    editor("text = text")
    monkeypatch.setenv("MEMEBOT_LANGG", "en")
    for _ in range(2):
        assert run("kb", "edit", "nan").stderr.count("MEMEBOT_LANGG is no setting") == 1


@pytest.mark.parametrize("named", ["false", "no-such-editor --wait", "vi 'unclosed"])
def test_an_editor_that_cannot_be_used_is_said_as_it_was_named(
    run: Invoke, base: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", named)
    refused = run("kb", "edit", "nan")
    assert refused.exit_code == 2
    assert named.split()[0] in refused.stderr
    assert "[" not in refused.stderr.replace("[OPTIONS]", "")


def test_a_stale_deleted_entry_is_not_brought_back_by_an_edit(
    run: Invoke, base: Path, editor: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    editor(
        "text = text.replace('plain', 'simple')\nfrom memebot.app import open_base, now\n"
        "from memebot.settings import load\n"
        "with open_base(load()) as kb: kb.changes.delete('nan', author='bob', now=now())\n"
    )
    with pytest.raises(StaleRevision):
        run("kb", "edit", "nan")
