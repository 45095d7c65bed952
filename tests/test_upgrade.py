"""A home made by version 0.1.0 opens, with all its data: nothing is lost, and nothing is in conflict."""

import asyncio
import gzip
import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from chats import FakeSession, open_chats
from typer.testing import CliRunner

from memebot.cli import app

DATA = Path(__file__).parent / "data"
DERIVED = ("entry_words", "sqlite_", "_sqlite_")
"""Tables that are computed anew from the others, or belong to the engine."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home, beside a copy of the entry files that it was last in step with."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "memebot.sqlite3").write_bytes(gzip.decompress((DATA / "home-0.1.0.sqlite3.gz").read_bytes()))
    shutil.copytree(DATA / "base-0.1.0", tmp_path / "base")
    return home


def columns(home: Path) -> dict[str, list[str]]:
    """The columns of every table."""
    connection = sqlite3.connect(home / "memebot.sqlite3")
    try:
        tables = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
        kept = [name for name in tables if not name.startswith(DERIVED)]
        found = {name: connection.execute("select name from pragma_table_info(?)", [name]).fetchall() for name in kept}
        return {name: [column for (column,) in columns] for name, columns in found.items()}
    finally:
        connection.close()


def rows(home: Path, columns: dict[str, list[str]]) -> dict[str, list[Any]]:
    """Everything in these columns of the database, a sorted list of rows for each table."""
    connection = sqlite3.connect(home / "memebot.sqlite3")
    try:
        return {
            name: sorted(connection.execute(f'select {", ".join(wanted)} from "{name}"'), key=repr)
            for name, wanted in columns.items()
        }
    finally:
        connection.close()


def memebot(home: Path, *arguments: str, status: int = 0) -> str:
    """What a command prints, over the base that the home was in step with."""
    ran = CliRunner().invoke(
        app, ["--home", str(home), *arguments], env={"MEMEBOT_KNOWLEDGE": str(home.parent / "base")}
    )
    assert ran.exit_code == status, ran.output
    return ran.stdout


def objects(home: Path, *arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in memebot(home, *arguments).splitlines()]


def test_opening_loses_and_changes_no_row(home: Path) -> None:
    had = columns(home)
    before = rows(home, had)
    assert sum(map(len, before.values())) > 150

    async def open_and_close() -> None:
        async with open_chats(home / "memebot.sqlite3", session=FakeSession()):
            pass

    asyncio.run(open_and_close())
    after, has = rows(home, had), columns(home)
    added = {name: [column for column in has[name] if column not in had[name]] for name in had}
    assert {name: new for name, new in added.items() if new} == {
        "updates": ["line", "album", "slow", "owner", "turn", "failures"],
        "subscriptions": ["claimed_at"],
        "gap_memes": ["explained_by"],
        "seen_frames": ["visual_words"],
        "posts": ["why", "channel"],
        "submissions": ["channel", "target"],
        "drafts": ["machine_draft"],
        "remarks": ["chat_id", "message_id"],
    }
    captioned = [row for row in before["results"] if row[1]]
    assert [row[1] for row in captioned] == ["варить свёклу"]  # captions are nobody's but their authors': they go
    before["results"] = [row for row in before["results"] if row not in captioned]
    assert {name: after[name] for name in before} == before


def test_its_entries_are_as_editors_left_them(home: Path) -> None:
    memebot(home, "kb", "sync")
    assert objects(home, "kb", "conflicts", "--json") == []
    found = {entry["id"]: entry["title"]["en"] for entry in objects(home, "kb", "list", "--json")}
    assert found == {
        "floor-lava": "The floor",
        "overfitting": "Overfitting",
        "regularisation": "Regularization",
        "swot": "The swot",
    }
    assert "Шутка 2." in memebot(home, "kb", "show", "swot")
    assert "floor-lava" in memebot(home, "kb", "show", "lava")
    assert memebot(home, "kb", "history", "swot").count("tg:77") == 3


def test_what_editors_wrote_is_exported_and_then_in_step(home: Path) -> None:
    base = home.parent / "base"
    memebot(home, "kb", "sync", "--check", status=1)
    memebot(home, "kb", "sync")
    memebot(home, "kb", "export", str(base))
    assert "Joke 2." in (base / "jokes/swot.md").read_text("utf-8")
    assert "зубрёжка модели" in (base / "concepts/overfitting.md").read_text("utf-8")
    assert not (base / "formats/lava.md").exists() and (base / "formats/floor-lava.md").exists()
    assert (base / "exemplars/floor-lava.fp.npz").exists()
    memebot(home, "kb", "sync", "--check")


def test_its_queue_stands_where_it_stood(home: Path) -> None:
    states = {row["id"]: row["state"] for row in objects(home, "queue", "export")}
    wanted = ["pending", "approved", "rejected", "withdrawn", "published", "publishing", "pending"]
    assert [states[number] for number in sorted(states)] == wanted
    memebot(home, "queue", "decide", "1", "reject", "--reason", "seen")
