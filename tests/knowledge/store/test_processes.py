"""Several processes on one database, and processes that die in the middle."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from forks import Fork, fork_code

from knowledge.entry.model import EntryId
from knowledge.store.base import KnowledgeBase
from knowledge.store.entries import Entries
from memebot.database import DatabaseBusy, open_database, sqlite

NOW = datetime(2024, 5, 1, tzinfo=UTC)

PROLOGUE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from memebot.database import open_database
from knowledge.store.base import KnowledgeBase
now = datetime(2024, 5, 1, tzinfo=UTC)
home, name = Path(sys.argv[1]), sys.argv[2]
kb = KnowledgeBase(open_database(home / "db"))
"""
SYNC = PROLOGUE + "kb.files.sync(home / 'base', now=now)\n"
EDIT = (
    PROLOGUE
    + """
import dataclasses
from knowledge.store.revisions import StaleRevision
saved = 0
while saved < 15:
    entry, revision = kb.entries.get("c000"), kb.revisions.current("c000")
    change = dataclasses.replace(entry, text={"ru": f"{name} {saved}", "en": f"{name} {saved}"})
    try:
        kb.changes.save(change, author=name, now=now, base_revision=revision.number)
        saved += 1
    except StaleRevision:
        pass
"""
)
RENAME = (
    PROLOGUE
    + """
for number in range(10):
    kb.changes.rename("c000", f"{name}-{number}", author=name, now=now)
"""
)


def start(script: str, home: Path, name: str = "x") -> Fork:
    return fork_code(script, home, name)


def finish(*processes: Fork) -> None:
    for process in processes:
        _, errors = process.communicate()
        assert process.returncode == 0, errors


def write(home: Path, count: int, text: str = "Text.") -> None:
    folder = home / "base" / "entries" / "concepts"
    folder.mkdir(parents=True, exist_ok=True)
    for n in range(count):
        name = f"c{n:03}"
        (folder / f"{name}.md").write_text(
            f"---\ntitle: {{ru: Имя {name}, en: Name {name}}}\n---\n## ru\n{text}\n## en\n{text}\n", "utf-8"
        )


def test_processes_that_open_a_new_database_at_once_all_succeed(tmp_path: Path) -> None:
    write(tmp_path, 30)
    finish(*(start(SYNC, tmp_path) for _ in range(4)))
    kb = KnowledgeBase(open_database(tmp_path / "db"))
    assert len(kb.entries.all()) == 30
    assert kb.handle.value("select count(*) from revisions") == 30


def test_editors_in_two_processes_lose_no_save_to_each_other(tmp_path: Path) -> None:
    write(tmp_path, 3)
    kb = KnowledgeBase(open_database(tmp_path / "db"))
    kb.files.sync(tmp_path / "base", now=NOW)
    finish(start(EDIT, tmp_path, "ann"), start(EDIT, tmp_path, "bob"), start(SYNC, tmp_path))
    history = kb.revisions.history("c000")
    for name in ("ann", "bob"):
        texts = [revision.entry().text["en"] for revision in reversed(history) if revision.author == name]
        assert texts == [f"{name} {n}" for n in range(15)]


def test_a_sync_killed_at_any_moment_is_finished_by_the_next(tmp_path: Path) -> None:
    write(tmp_path, 120)
    kb = KnowledgeBase(open_database(tmp_path / "db"))
    seen = 0
    for round_number in range(1, 5):
        write(tmp_path, 120, f"Text {round_number}.")
        before = kb.handle.value("select count(*) from revisions")
        process = start(SYNC, tmp_path)
        limit = time.monotonic() + 30
        while kb.handle.value("select count(*) from revisions") == before and time.monotonic() < limit:
            if process.poll() is not None:
                break
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        seen = kb.handle.value("select count(*) from revisions")
        assert kb.handle.db.execute("pragma integrity_check").fetchone() == ("ok",)
        assert kb.handle.value("select count(*) from entries") == kb.handle.value("select count(*) from entry_stems")
    kb.files.sync(tmp_path / "base", now=NOW)
    assert {entry.text["en"] for entry in kb.entries.all()} == {"Text 4."}
    assert len(kb.entries.all()) == 120 and kb.conflicts.open() == []
    assert kb.handle.value("select count(*) from revisions") >= seen
    assert kb.files.sync(tmp_path / "base", now=NOW).unchanged == 120


def test_a_writer_that_never_ends_is_reported_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, 1)
    kb = KnowledgeBase(open_database(tmp_path / "db"))
    kb.files.sync(tmp_path / "base", now=NOW)
    kb.handle.db.execute("pragma busy_timeout = 50")
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_S", 0.05)
    other = sqlite3.connect(tmp_path / "db", isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(DatabaseBusy, match="another process"):
        kb.changes.delete("c000", author="ann", now=NOW)
    assert kb.entries.get("c000")  # readers do not wait
    other.execute("rollback")
    kb.changes.delete("c000", author="ann", now=NOW)
    other.close()


def test_an_entry_is_found_though_it_is_renamed_while_it_is_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, 1)
    kb = KnowledgeBase(open_database(tmp_path / "db"))
    kb.files.sync(tmp_path / "base", now=NOW)
    kb.changes.rename("c000", "first", author="ann", now=NOW)
    other, trail, names = KnowledgeBase(open_database(tmp_path / "db")), Entries.trail, iter("bcd")

    def overtaken(entries: Entries, entry_id: str) -> list[EntryId]:
        found = trail(entries, entry_id)
        with monkeypatch.context() as undone:
            undone.setattr(Entries, "trail", trail)
            other.changes.rename("c000", next(names), author="ann", now=NOW)
        return found

    monkeypatch.setattr(Entries, "trail", overtaken)
    assert kb.entries.get("c000").id == "first"
    assert kb.revisions.current("c000").entry_id == "b"
    assert {one.entry_id for one in kb.revisions.history("c000")} == {"c"}


def test_edits_follow_an_entry_that_another_process_renames_meanwhile(tmp_path: Path) -> None:
    write(tmp_path, 3)
    finish(start(SYNC, tmp_path))
    finish(start(EDIT, tmp_path, "bob"), start(RENAME, tmp_path, "ann"))
    kb = KnowledgeBase(open_database(tmp_path / "db"))
    assert [entry.id for entry in kb.entries.all()] == ["ann-9", "c001", "c002"]
    authors = [revision.author for revision in kb.revisions.history("c000")]
    assert (len(authors), authors.count("bob"), authors.count("ann")) == (26, 15, 10)
    assert [*kb.entries.moved_ids().values()].count("ann-9") == 10
