"""The README tells the truth: every setting, every command, every encoder."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer.main

from memebot import settings
from memebot.cli import app

README = Path(__file__).parent.parent / "README.md"
TEXT = README.read_text("utf-8")


def commands() -> list[tuple[str, Any]]:
    """(whole name, command) of every command."""
    found: list[tuple[str, Any]] = []

    def walk(prefix: str, command: Any) -> None:
        subcommands = getattr(command, "commands", None)
        if subcommands is None:
            found.append((prefix, command))
            return
        for name, sub in subcommands.items():
            walk(f"{prefix} {name}", sub)

    walk("memebot", typer.main.get_command(app))
    return found


def test_every_setting_is_in_the_table_with_its_default() -> None:
    for variable, default, what in settings.describe():
        shown = f"`{default}`" if default else ""
        assert f"| `{variable}` | {shown} | {what} |" in TEXT


def test_the_table_has_no_setting_that_is_gone() -> None:
    known = {variable for variable, _, _ in settings.describe()}
    assert set(re.findall(r"^\| `(MEMEBOT_\w+)`", TEXT, re.M)) == known


def test_every_command_is_in_the_readme() -> None:
    for name, _ in commands():
        assert f"`{name}" in TEXT, name


def test_the_readme_has_no_command_that_is_gone() -> None:
    known = {name for name, _ in commands()}
    for named in re.findall(r"^\| `(memebot [a-z ]+?)(?: [A-Z]\w*…?)?` \|", TEXT, re.M):
        assert named in known, named


@pytest.mark.parametrize(("name", "command"), commands(), ids=lambda value: value if isinstance(value, str) else "")
def test_help_of_every_command_teaches_by_an_example(name: str, command: Any) -> None:
    assert f"`{name}" in (command.help or ""), f"{name} has no example"


def test_there_is_one_test_command() -> None:
    assert TEXT.count("<!-- test command -->") == 1
    after = TEXT.split("<!-- test command -->")[1]
    assert re.match(r"\n```sh\n[^\n]*pytest[^\n]*\n```", after)
