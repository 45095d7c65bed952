"""Copies of the database: whole, made while others write, put back; and what the guide to operating says of them."""

from __future__ import annotations

import configparser
import json
import re
import shlex
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml
from typer.testing import CliRunner

import memebot
from memebot import settings
from memebot.cli import app
from memebot.database import DatabaseUnusable, backup, open_database, restore
from moderation.stores import Moderation

GUIDE = (Path(memebot.__file__).parent / "docs" / "operating.md").read_text("utf-8")


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=False)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with tables and one setting, whose last change stands in the log beside the file."""
    path = tmp_path / "home" / "memebot.sqlite3"
    Moderation.open(open_database(path))
    return path


def note(path: Path, word: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("create table if not exists words (word text)")
        connection.execute("insert into words values (?)", [word])


def words(path: Path) -> list[str]:
    with sqlite3.connect(path) as connection:
        return [row[0] for row in connection.execute("select word from words order by rowid")]


def test_a_copy_holds_what_stands_only_in_the_log_and_is_one_file(path: Path, tmp_path: Path) -> None:
    reader = sqlite3.connect(path)
    reader.execute("select * from sqlite_master").fetchall()
    note(path, "last")
    target = tmp_path / "copy.sqlite3"
    assert backup(path, target) == target.stat().st_size
    assert words(target) == ["last"]
    assert [file.name for file in tmp_path.glob("copy*")] == ["copy.sqlite3"]
    reader.close()


def test_a_copy_that_is_made_while_another_writes_is_whole(path: Path, tmp_path: Path) -> None:
    note(path, "first")
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            note(path, str(number := number + 1))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            backup(path, tmp_path / f"{number}.sqlite3")
    finally:
        stop.set()
        writer.join()
    for number in range(3):
        found = words(tmp_path / f"{number}.sqlite3")
        assert found == ["first", *map(str, range(1, len(found)))]


def test_what_was_there_before_a_restore_is_kept(path: Path, tmp_path: Path) -> None:
    note(path, "old")
    backup(path, tmp_path / "copy.sqlite3")
    note(path, "new")
    kept = restore(tmp_path / "copy.sqlite3", path)
    assert kept is not None
    assert (words(path), words(kept)) == (["old"], ["old", "new"])
    assert restore(tmp_path / "copy.sqlite3", tmp_path / "elsewhere" / "memebot.sqlite3") is None


@pytest.mark.parametrize("damage", [b"\0" * 40_000, b"torn"], ids=["pages", "header"])
def test_a_damaged_database_is_moved_aside_and_the_copy_takes_its_place(
    path: Path, tmp_path: Path, damage: bytes
) -> None:
    note(path, "whole")
    backup(path, tmp_path / "copy.sqlite3")
    with sqlite3.connect(path) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    connection.close()
    with path.open("r+b") as file:
        file.seek(0 if damage == b"torn" else 4096)
        file.write(damage)
    before = path.read_bytes()
    kept = restore(tmp_path / "copy.sqlite3", path)
    assert words(path) == ["whole"]
    assert kept is not None and kept.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 99, None, "foreign"], ids=str)
def test_what_is_no_copy_of_ours_changes_nothing(path: Path, tmp_path: Path, content: Any) -> None:
    note(path, "ours")
    file = tmp_path / "copy.sqlite3"
    if content == "foreign":
        note(file, "foreign")
    elif content is not None:
        file.write_bytes(content)
    with pytest.raises(DatabaseUnusable):
        restore(file, path)
    assert words(path) == ["ours"]
    with pytest.raises(DatabaseUnusable):
        backup(file, tmp_path / "copy2.sqlite3")
    assert not list(tmp_path.glob("copy2*"))


def test_a_copy_replaces_no_file_unless_it_is_told_to(path: Path, tmp_path: Path) -> None:
    note(path, "ours")
    target = tmp_path / "copy.sqlite3"
    target.write_text("precious")
    assert run("backup", target, "--home", path.parent).exit_code == 2
    assert target.read_text() == "precious"
    done = run("backup", target, "--force", "--home", path.parent, "--json")
    assert json.loads(done.stdout) == {"path": str(target), "bytes": target.stat().st_size}
    assert run("restore", target, "--home", path.parent).exit_code == 0


# --- the guide


def test_the_unit_and_the_compose_file_of_the_guide_can_be_read_and_name_what_there_is() -> None:
    (unit,) = re.findall(r"```ini\n(.*?)```", GUIDE, re.DOTALL)
    parsed = configparser.ConfigParser(strict=True, interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read_string(unit)
    assert shlex.split(parsed["Service"]["ExecStart"])[1:] == ["run"]
    (compose,) = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    service = yaml.safe_load(compose)["services"]["memebot"]
    assert "exec /venv/bin/memebot run" in service["command"]
    known = {variable for variable, _, _ in settings.describe()}
    assert set(re.findall(r"MEMEBOT_[A-Z_]+", GUIDE)) <= known


def test_the_guide_names_no_command_that_is_gone() -> None:
    root: Any = typer.main.get_command(app)
    named = set(re.findall(r"`memebot ([a-z]+)", GUIDE)) | set(re.findall(r"(?:^|/bin/)memebot ([a-z]+)", GUIDE, re.M))
    assert {"run", "backup", "restore", "model"} <= named
    assert named <= set(root.commands)
