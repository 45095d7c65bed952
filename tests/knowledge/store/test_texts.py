"""Regression texts in files and in the chat."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from engines import Databases

from knowledge.entry.model import EntryId
from knowledge.store.base import KnowledgeBase
from knowledge.store.overlay import Folder
from knowledge.store.sync import SyncReport
from knowledge.store.texts import RegressionText, TextsError, read_file

NOW = datetime(2024, 5, 1, tzinfo=UTC)
MEMES = 'entry,lang,text\na,ru,"раз, два"\na|b,en,one / two\n\nb,en,"last"'


def text(words: str, *entries: str, kind: str = "memes") -> RegressionText:
    return RegressionText(words, tuple(map(EntryId, entries)), kind, "en")  # type: ignore[arg-type]


@pytest.fixture
def kb(databases: Databases) -> KnowledgeBase:
    return KnowledgeBase(databases())


@pytest.fixture
def base(tmp_path: Path) -> Path:
    for name in ("a", "b"):
        path = tmp_path / "base" / "entries" / "concepts" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"---\ntitle: {{ru: {name}, en: {name}}}\n---\n## ru\nx\n## en\nx\n")
    (tmp_path / "base" / "texts").mkdir()
    (tmp_path / "base" / "texts" / "memes.csv").write_text(MEMES)
    return tmp_path / "base"


def file(base: Path) -> str:
    return (base / "texts" / "memes.csv").read_text()


def test_texts_come_from_files_with_their_line_breaks(kb: KnowledgeBase, base: Path) -> None:
    assert kb.files.sync(base, now=NOW).texts == 3
    assert [(one.text, one.entries) for one in kb.texts.all()] == [
        ("раз, два", ("a",)),
        ("one\ntwo", ("a", "b")),
        ("last", ("b",)),
    ]
    assert [one.text for one in kb.texts.all("b")] == ["one\ntwo", "last"]
    assert kb.files.sync(base, now=NOW) == SyncReport(unchanged=2)


def test_an_export_without_changes_writes_nothing(kb: KnowledgeBase, base: Path) -> None:
    kb.files.sync(base, now=NOW)
    assert kb.files.export(base).written == () and file(base) == MEMES


def test_what_comes_and_goes_in_the_chat_is_written_line_by_line(kb: KnowledgeBase, base: Path) -> None:
    kb.files.sync(base, now=NOW)
    assert kb.texts.add(text("new\nmeme", "b"), author="ann", now=NOW)
    assert not kb.texts.add(text("new\nmeme", "b"), author="bob", now=NOW)
    assert kb.texts.remove(text("one\ntwo", "a", "b"), author="ann", now=NOW)
    assert kb.texts.not_exported(Folder(base)) == 2
    kb.files.export(base)
    assert file(base) == 'entry,lang,text\na,ru,"раз, два"\nb,en,"last"\nb,en,new / meme\n'
    assert kb.files.sync(base, now=NOW) == SyncReport(unchanged=2) and kb.texts.not_exported(Folder(base)) == 0


def test_what_goes_in_the_file_goes_in_the_base_and_can_come_back(kb: KnowledgeBase, base: Path) -> None:
    kb.files.sync(base, now=NOW)
    (base / "texts" / "memes.csv").write_text("entry,lang,text\nb,en,last\n")
    assert kb.files.sync(base, now=NOW).texts == 2 and len(kb.texts.all()) == 1
    assert kb.texts.add(text("one\ntwo", "a", "b"), author="ann", now=NOW)
    kb.files.export(base)
    assert file(base) == "entry,lang,text\nb,en,last\na|b,en,one / two\n"


def test_an_export_elsewhere_does_not_count_as_synced(kb: KnowledgeBase, base: Path, tmp_path: Path) -> None:
    kb.files.sync(base, now=NOW)
    kb.texts.add(text("new", "b"), author="ann", now=NOW)
    kb.files.export(tmp_path / "elsewhere")
    assert kb.files.sync(base, now=NOW) == SyncReport(unchanged=2)
    assert "new" in [one.text for one in kb.texts.all()]


def test_texts_follow_an_entry_that_is_renamed(kb: KnowledgeBase, base: Path) -> None:
    kb.files.sync(base, now=NOW)
    kb.changes.rename("a", "z", author="ann", now=NOW)
    kb.files.export(base)
    assert file(base) == 'entry,lang,text\nb,en,"last"\nz,ru,"раз, два"\nz|b,en,one / two\n'


@pytest.mark.parametrize("line", ["a,ru,", "a,fr,text", ",ru,text", 'a,ru,"open'])
def test_a_line_that_makes_no_sense_is_told_with_its_number(kb: KnowledgeBase, base: Path, line: str) -> None:
    (base / "texts" / "memes.csv").write_text(f"entry,lang,text\na,ru,fine\n{line}\n")
    (problem,) = kb.files.sync(base, now=NOW).problems
    assert (problem.path.name, problem.line) == ("memes.csv", 3)
    with pytest.raises(TextsError):
        read_file(base / "texts" / "memes.csv", "memes")
