"""Files and database together: sync, conflicts, export."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import wording
from engines import Databases

from knowledge.entry.model import EntryId
from knowledge.errors import ConflictNotFound, EntryError, EntryNotFound, SourceError
from knowledge.lint import format_entries
from knowledge.reading import EncoderId, Fingerprint, Keypoints
from knowledge.store.base import KnowledgeBase
from knowledge.store.overlay import FILES
from knowledge.store.sync import SyncReport
from memebot.database import in_memory

NOW = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)


class Folder:
    """A folder of entry files."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for kind in ("jokes", "formats", "concepts"):
            (root / "entries" / kind).mkdir(parents=True)
        (root / "exemplars").mkdir()

    def path(self, name: str) -> Path:
        return self.root / "entries" / f"{name}.md"

    def write(self, name: str, text: str = "Text.", fields: str = "") -> str:
        file = f"---\ntitle: {{ru: Имя {name}, en: Name {name}}}\n{fields}---\n## ru\nТекст.\n\n## en\n{text}\n"
        self.path(name).write_text(file, "utf-8")
        return file

    def read(self, name: str) -> str:
        return self.path(name).read_text("utf-8")

    def all(self) -> dict[str, bytes]:
        return {str(p.relative_to(self.root)): p.read_bytes() for p in self.root.rglob("*") if p.is_file()}


@pytest.fixture
def kb(databases: Databases) -> KnowledgeBase:
    return KnowledgeBase(databases())


@pytest.fixture
def files(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "base")


def edit(kb: KnowledgeBase, entry_id: str, text: str) -> str:
    """An editor changes the English text in the database."""
    old = kb.entries.get(entry_id)
    new = dataclasses.replace(old, text={**old.text, "en": text})
    return kb.changes.save(new, author="ann", now=NOW, base_revision=kb.revisions.current(entry_id).number).text


def english(kb: KnowledgeBase, entry_id: str) -> str:
    return kb.entries.get(entry_id).text["en"]


# --- files to database


def test_new_files_become_entries_by_the_author_files(kb: KnowledgeBase, files: Folder) -> None:
    text = files.write("concepts/nan")
    files.write("jokes/log")
    assert kb.files.sync(files.root, now=NOW) == SyncReport(added=(EntryId("log"), EntryId("nan")))
    assert kb.entries.get("log").kind == "joke" and kb.entries.get("nan").kind == "concept"
    (revision,) = kb.revisions.history("nan")
    assert (revision.author, revision.text, revision.at) == (FILES, text, NOW)


def test_a_second_sync_changes_nothing(kb: KnowledgeBase, files: Folder) -> None:
    files.write("concepts/a")
    files.write("concepts/b")
    (files.root / "exemplars" / "a.png").write_bytes(b"picture")
    kb.files.sync(files.root, now=NOW)
    generation = kb.generation()
    assert kb.files.sync(files.root, now=NOW) == SyncReport(unchanged=2)
    assert kb.generation() == generation and len(kb.revisions.history("a")) == 1


def test_a_changed_file_becomes_a_revision(kb: KnowledgeBase, files: Folder) -> None:
    files.write("concepts/a")
    kb.files.sync(files.root, now=NOW)
    files.write("concepts/a", "New.")
    assert kb.files.sync(files.root, now=NOW).updated == ("a",)
    assert english(kb, "a") == "New." and len(kb.revisions.history("a")) == 2


def test_a_removed_file_deletes_its_entry_as_a_revision(kb: KnowledgeBase, files: Folder) -> None:
    files.write("concepts/a")
    files.write("concepts/b")
    kb.files.sync(files.root, now=NOW)
    files.path("concepts/a").unlink()
    assert kb.files.sync(files.root, now=NOW) == SyncReport(removed=(EntryId("a"),), unchanged=1)
    assert [one.id for one in kb.entries.all()] == ["b"] and kb.revisions.history("a")[0].deleted
    assert kb.files.sync(files.root, now=NOW) == SyncReport(unchanged=1)


def test_a_file_that_comes_back_brings_its_entry_back(kb: KnowledgeBase, files: Folder) -> None:
    files.write("concepts/a")
    files.write("concepts/b")
    kb.files.sync(files.root, now=NOW)
    files.path("concepts/a").unlink()
    kb.files.sync(files.root, now=NOW)
    files.write("concepts/a")
    assert kb.files.sync(files.root, now=NOW).added == ("a",)


def test_a_file_moved_to_another_folder_changes_the_kind(kb: KnowledgeBase, files: Folder) -> None:
    files.write("concepts/a")
    kb.files.sync(files.root, now=NOW)
    files.path("concepts/a").rename(files.path("jokes/a"))
    assert kb.files.sync(files.root, now=NOW).updated == ("a",)
    assert kb.entries.get("a").kind == "joke"


def test_an_entry_edited_in_the_base_is_kept_and_waits_for_export(kb: KnowledgeBase, files: Folder) -> None:
    files.write("concepts/a")
    kb.files.sync(files.root, now=NOW)
    edit(kb, "a", "Edited.")
    assert kb.files.sync(files.root, now=NOW) == SyncReport(unchanged=1, pending=(EntryId("a"),))
    assert english(kb, "a") == "Edited."


def test_an_edit_that_was_taken_back_does_not_count(kb: KnowledgeBase, files: Folder) -> None:
    files.write("concepts/a")
    kb.files.sync(files.root, now=NOW)
    edit(kb, "a", "Edited.")
    kb.changes.restore("a", 1, author="ann", now=NOW)
    files.write("concepts/a", "New.")
    assert kb.files.sync(files.root, now=NOW).updated == ("a",)


def test_the_same_change_on_both_sides_is_no_conflict(kb: KnowledgeBase, files: Folder) -> None:
    files.write("concepts/a")
    kb.files.sync(files.root, now=NOW)
    edit(kb, "a", "Same.")
    files.write("concepts/a", "Same.")
    assert kb.files.sync(files.root, now=NOW) == SyncReport(unchanged=1)


def test_a_folder_may_hold_the_kinds_directly(kb: KnowledgeBase, files: Folder) -> None:
    files.write("concepts/a", fields="exemplars: [a.png]\n")
    (files.root / "exemplars" / "a.png").write_bytes(b"picture")
    report = kb.files.sync(files.root / "entries", now=NOW)
    assert report.added == ("a",) and report.exemplars == ("a.png",) and not report.problems


# --- bad input


def test_a_broken_file_leaves_its_entry_as_it_was_and_the_others_are_taken_over(
    kb: KnowledgeBase, files: Folder
) -> None:
    files.write("concepts/a")
    kb.files.sync(files.root, now=NOW)
    files.path("concepts/a").write_text("---\ntitel: x\n---\n")
    files.write("concepts/b")
    report = kb.files.sync(files.root, now=NOW)
    assert report.added == ("b",) and english(kb, "a") == "Text."
    assert {(p.path, p.line) for p in report.problems} >= {(files.path("concepts/a"), 2)}
    files.write("concepts/a", "Mended.")
    assert kb.files.sync(files.root, now=NOW).updated == ("a",)


def test_a_file_renamed_to_capitals_is_broken_not_removed(kb: KnowledgeBase, files: Folder) -> None:
    files.write("concepts/nan")
    kb.files.sync(files.root, now=NOW)
    files.path("concepts/nan").rename(files.path("concepts/NaN"))
    report = kb.files.sync(files.root, now=NOW)
    assert report.removed == () and "not an id" in wording.reason(report.problems[0])
    assert kb.entries.get("nan")


def test_one_id_in_two_folders_is_named_twice_and_taken_from_neither(kb: KnowledgeBase, files: Folder) -> None:
    files.write("concepts/a")
    kb.files.sync(files.root, now=NOW)
    files.write("concepts/a", "New.")
    files.write("jokes/a", "Joke.")
    report = kb.files.sync(files.root, now=NOW)
    assert [p.path for p in report.problems] == [files.path("jokes/a"), files.path("concepts/a")]
    assert english(kb, "a") == "Text."


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_a_problem(kb: KnowledgeBase, files: Folder) -> None:
    files.write("concepts/a")
    kb.files.sync(files.root, now=NOW)
    files.path("concepts/a").chmod(0)
    assert "cannot be read" in wording.reason(kb.files.sync(files.root, now=NOW).problems[0])
    assert kb.entries.get("a")


def test_a_directory_named_like_an_entry_is_a_problem(kb: KnowledgeBase, files: Folder) -> None:
    files.write("concepts/a")
    files.path("concepts/b").mkdir()
    report = kb.files.sync(files.root, now=NOW)
    assert report.added == ("a",) and "cannot be read" in wording.reason(report.problems[0])


def test_a_file_outside_the_folders_of_kinds_is_a_problem(kb: KnowledgeBase, files: Folder) -> None:
    files.write("concepts/a")
    files.path("lost").write_text("x")
    assert "in no folder" in wording.reason(kb.files.sync(files.root, now=NOW).problems[0])


def test_a_folder_without_entries_is_refused_rather_than_everything_deleted(
    kb: KnowledgeBase, files: Folder, tmp_path: Path
) -> None:
    files.write("concepts/a")
    kb.files.sync(files.root, now=NOW)
    files.path("concepts/a").unlink()
    for folder in (files.root, tmp_path, tmp_path / "nowhere"):
        with pytest.raises(SourceError) as caught:
            kb.files.sync(folder, now=NOW)
        assert wording.hint(caught.value.problem)
    assert kb.entries.get("a")


def test_what_came_back_as_its_file_has_it_waits_for_no_export(kb: KnowledgeBase, files: Folder) -> None:
    files.write("concepts/a")
    kb.files.sync(files.root, now=NOW)
    kb.changes.delete("a", author="ann", now=NOW)
    assert kb.files.sync(files.root, now=NOW).pending == ("a",)
    kb.changes.restore("a", 1, author="ann", now=NOW)
    report = kb.files.sync(files.root, now=NOW)
    assert report.pending == () and report.in_step


def test_links_that_lead_nowhere_are_reported_for_changed_files(kb: KnowledgeBase, files: Folder) -> None:
    files.write("concepts/a", fields="concepts: [b]\nexemplars: [x.png]\n")
    report = kb.files.sync(files.root, now=NOW)
    assert report.added == ("a",)
    assert [(p.path, p.line) for p in report.problems] == [(files.path("concepts/a"), 3), (files.path("concepts/a"), 4)]
    assert kb.files.sync(files.root, now=NOW).problems == ()


# --- conflicts


def conflicted(kb: KnowledgeBase, files: Folder) -> None:
    files.write("concepts/a")
    kb.files.sync(files.root, now=NOW)
    edit(kb, "a", "Mine.")
    files.write("concepts/a", "Theirs.")
    assert kb.files.sync(files.root, now=NOW).conflicts == ("a",)


def test_a_conflict_keeps_both_sides_and_the_base(kb: KnowledgeBase, files: Folder) -> None:
    conflicted(kb, files)
    (conflict,) = kb.conflicts.open()
    sides = [conflict.base, conflict.file, conflict.entry]
    assert [side and side[1].splitlines()[-1] for side in sides] == ["Text.", "Theirs.", "Mine."]
    assert english(kb, "a") == "Mine." and "Theirs." in files.read("concepts/a")


def test_a_conflict_stays_until_it_is_resolved(kb: KnowledgeBase, files: Folder) -> None:
    conflicted(kb, files)
    before = kb.conflicts.open()
    assert kb.files.sync(files.root, now=NOW).conflicts == ("a",)
    assert kb.conflicts.open() == before
    assert kb.files.export(files.root).blocked and "Theirs." in files.read("concepts/a")


@pytest.mark.parametrize(("take", "expected"), [("file", "Theirs."), ("base", "Mine."), ("merged", "Both.")])
def test_a_resolved_conflict_is_written_by_the_next_export(
    kb: KnowledgeBase, files: Folder, take: str, expected: str
) -> None:
    conflicted(kb, files)
    merged = files.read("concepts/a").replace("Theirs.", "Both.") if take == "merged" else None
    revision = kb.conflicts.resolve("a", take, author="bob", now=NOW, text=merged)  # type: ignore[arg-type]
    assert revision is not None and english(kb, "a") == expected and kb.conflicts.open() == []
    kb.files.export(files.root)
    assert files.read("concepts/a").endswith(f"{expected}\n")
    assert kb.files.sync(files.root, now=NOW) == SyncReport(unchanged=1)


def test_no_side_of_a_resolved_conflict_is_lost(kb: KnowledgeBase, files: Folder) -> None:
    conflicted(kb, files)
    kb.conflicts.resolve("a", "base", author="bob", now=NOW)
    assert kb.handle.value("select count(*) from conflicts where file_text like '%Theirs.%' and outcome = 'base'") == 1


def test_a_merged_text_must_be_an_entry(kb: KnowledgeBase, files: Folder) -> None:
    conflicted(kb, files)
    with pytest.raises(EntryError):
        kb.conflicts.resolve("a", "merged", author="bob", now=NOW, text="<<<<<<< mine\n")
    assert len(kb.conflicts.open()) == 1
    for take, text in (("merged", None), ("file", "x")):
        with pytest.raises(ValueError, match="merged"):
            kb.conflicts.resolve("a", take, author="bob", now=NOW, text=text)  # type: ignore[arg-type]


def test_resolving_without_a_conflict_is_an_error(kb: KnowledgeBase, files: Folder) -> None:
    files.write("concepts/a")
    kb.files.sync(files.root, now=NOW)
    with pytest.raises(ConflictNotFound):
        kb.conflicts.resolve("a", "file", author="bob", now=NOW)


@pytest.mark.parametrize("take", ["file", "base"])
def test_a_file_removed_while_its_entry_was_edited_is_a_conflict(kb: KnowledgeBase, files: Folder, take: str) -> None:
    files.write("concepts/a")
    files.write("concepts/b")
    kb.files.sync(files.root, now=NOW)
    edit(kb, "a", "Mine.")
    files.path("concepts/a").unlink()
    assert kb.files.sync(files.root, now=NOW).conflicts == ("a",)
    kb.conflicts.resolve("a", take, author="bob", now=NOW)  # type: ignore[arg-type]
    kb.files.export(files.root)
    assert files.path("concepts/a").exists() == (take == "base")
    assert [one.id for one in kb.entries.all()] == (["a", "b"] if take == "base" else ["b"])
    assert kb.files.sync(files.root, now=NOW).conflicts == ()


@pytest.mark.parametrize("take", ["file", "base"])
def test_a_file_changed_while_its_entry_was_deleted_is_a_conflict(kb: KnowledgeBase, files: Folder, take: str) -> None:
    files.write("concepts/a")
    files.write("concepts/b")
    kb.files.sync(files.root, now=NOW)
    kb.changes.delete("a", author="ann", now=NOW)
    files.write("concepts/a", "Theirs.")
    assert kb.files.sync(files.root, now=NOW).conflicts == ("a",)
    kb.conflicts.resolve("a", take, author="bob", now=NOW)  # type: ignore[arg-type]
    kb.files.export(files.root)
    assert files.path("concepts/a").exists() == (take == "file")
    assert kb.files.sync(files.root, now=NOW).conflicts == ()


def test_an_entry_and_a_file_made_apart_under_one_id_are_a_conflict(kb: KnowledgeBase, files: Folder) -> None:
    files.write("concepts/a")
    kb.files.sync(files.root, now=NOW)
    new = dataclasses.replace(kb.entries.get("a"), id=EntryId("b"), title={"ru": "б", "en": "b"})
    kb.changes.save(new, author="ann", now=NOW)
    files.write("concepts/b", "Theirs.")
    assert kb.files.sync(files.root, now=NOW).conflicts == ("b",)
    assert kb.conflicts.open()[0].base is None


def test_a_conflict_settles_itself_when_one_side_comes_round(kb: KnowledgeBase, files: Folder) -> None:
    conflicted(kb, files)
    files.write("concepts/a", "Mine.")
    assert kb.files.sync(files.root, now=NOW) == SyncReport(unchanged=1)
    assert kb.handle.value("select outcome from conflicts") == "settled"


def test_a_file_that_changes_again_in_a_conflict_keeps_both_its_texts(kb: KnowledgeBase, files: Folder) -> None:
    conflicted(kb, files)
    files.write("concepts/a", "Theirs, again.")
    kb.files.sync(files.root, now=NOW)
    (conflict,) = kb.conflicts.open()
    assert conflict.file and "Theirs, again." in conflict.file[1]
    assert kb.handle.value("select count(*) from conflicts where file_text like '%Theirs.%'") == 1


# --- database to files


def test_an_export_writes_only_the_entry_that_changed_and_only_its_lines(kb: KnowledgeBase, files: Folder) -> None:
    files.write("concepts/a", fields="aliases:  [x,y]\n")
    files.write("concepts/b")
    format_entries([files.root])
    kb.files.sync(files.root, now=NOW)
    before = files.all()
    edit(kb, "a", "Edited.")
    report = kb.files.export(files.root)
    assert report.written == (files.path("concepts/a"),) and report.unchanged == 1
    after = files.all()
    assert {name for name in after if after[name] != before[name]} == {"entries/concepts/a.md"}
    assert after["entries/concepts/a.md"] == before["entries/concepts/a.md"].replace(b"Text.", b"Edited.")
    assert kb.files.sync(files.root, now=NOW) == SyncReport(unchanged=2)


def test_an_export_to_an_empty_folder_makes_a_base_that_syncs_to_the_same(
    kb: KnowledgeBase, files: Folder, tmp_path: Path
) -> None:
    files.write("concepts/a", fields="exemplars: [a.png]\n")
    (files.root / "exemplars" / "a.png").write_bytes(b"picture")
    format_entries([files.root])
    kb.files.sync(files.root, now=NOW)
    kb.files.export(tmp_path / "copy")
    assert Folder.all(_at(tmp_path / "copy")) == files.all()
    other = KnowledgeBase(in_memory())
    other.files.sync(tmp_path / "copy", now=NOW)
    assert other.entries.all() == kb.entries.all() and other.exemplars.all() == kb.exemplars.all()


def _at(root: Path) -> Folder:
    folder = Folder.__new__(Folder)
    folder.root = root
    return folder


def test_an_export_elsewhere_does_not_count_as_synced(kb: KnowledgeBase, files: Folder, tmp_path: Path) -> None:
    files.write("concepts/a")
    kb.files.sync(files.root, now=NOW)
    edit(kb, "a", "Edited.")
    kb.files.export(tmp_path / "copy")
    assert kb.files.sync(files.root, now=NOW).pending == ("a",)


def test_an_entry_deleted_in_the_base_loses_its_file(kb: KnowledgeBase, files: Folder) -> None:
    files.write("concepts/a")
    files.write("concepts/b")
    kb.files.sync(files.root, now=NOW)
    kb.changes.delete("a", author="ann", now=NOW)
    assert kb.files.sync(files.root, now=NOW).pending == ("a",)
    assert kb.files.export(files.root).removed == (files.path("concepts/a"),)
    assert kb.files.sync(files.root, now=NOW) == SyncReport(unchanged=1)


def test_an_entry_that_changes_its_kind_moves_its_file(kb: KnowledgeBase, files: Folder) -> None:
    files.write("concepts/a")
    kb.files.sync(files.root, now=NOW)
    kb.changes.save(dataclasses.replace(kb.entries.get("a"), kind="joke"), author="ann", now=NOW, base_revision=1)
    report = kb.files.export(files.root)
    assert report.written == (files.path("jokes/a"),) and report.removed == (files.path("concepts/a"),)
    assert kb.files.sync(files.root, now=NOW) == SyncReport(unchanged=1)


@pytest.mark.parametrize(
    "change",
    [
        lambda files: files.write("concepts/a", "New in the file."),
        lambda files: files.path("concepts/a").write_bytes(b"\xff broken"),
        lambda files: files.path("concepts/a").unlink(),
    ],
)
def test_an_export_does_not_touch_a_file_whose_change_the_base_has_not_seen(
    kb: KnowledgeBase, files: Folder, change: Callable[[Folder], object]
) -> None:
    files.write("concepts/a")
    kb.files.sync(files.root, now=NOW)
    edit(kb, "a", "Edited.")
    change(files)
    before = files.all()
    report = kb.files.export(files.root)
    assert files.all() == before
    assert len(report.blocked) == 1 and "sync" in wording.hint(report.blocked[0])


def test_an_export_leaves_a_new_file_alone(kb: KnowledgeBase, files: Folder) -> None:
    files.write("concepts/a")
    kb.files.sync(files.root, now=NOW)
    text = files.write("jokes/new")
    assert [problem.path for problem in kb.files.export(files.root).blocked] == [files.path("jokes/new")]
    assert files.read("jokes/new") == text


def test_an_export_that_cannot_write_says_so(kb: KnowledgeBase, files: Folder, tmp_path: Path) -> None:
    files.write("concepts/a")
    kb.files.sync(files.root, now=NOW)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SourceError) as caught:
        kb.files.export(tmp_path / "file")
    assert "cannot be written" in wording.reason(caught.value.problem)


def test_an_export_leaves_no_temporary_files(kb: KnowledgeBase, files: Folder, tmp_path: Path) -> None:
    files.write("concepts/a")
    kb.files.sync(files.root, now=NOW)
    kb.files.export(tmp_path / "copy")
    assert [p.name for p in (tmp_path / "copy").rglob("*") if p.is_file()] == ["a.md"]


# --- exemplars


def test_exemplars_are_taken_over_with_their_fingerprints(kb: KnowledgeBase, files: Folder) -> None:
    keypoints = Keypoints(np.ones((2, 2), np.float32), np.ones((2, 128), np.uint8), (9, 9))
    vectors = {EncoderId("e"): np.ones((1, 4), np.float32)}
    sha256 = hashlib.sha256(b"x").hexdigest()
    data = Fingerprint(sha256, bytes(32), 70, keypoints, vectors).to_bytes()
    files.write("formats/f", fields="exemplars: [f.fp.npz, f.png]\n")
    (files.root / "exemplars" / "f.fp.npz").write_bytes(data)
    (files.root / "exemplars" / "f.png").write_bytes(b"picture")
    (files.root / "exemplars" / "README.md").write_text("about")
    report = kb.files.sync(files.root, now=NOW)
    assert report.exemplars == ("f.fp.npz", "f.png") and not report.problems
    assert [one.name for one in kb.exemplars.all()] == ["f.fp.npz", "f.png"]
    assert kb.vectors.exemplar_vectors(EncoderId("e")).owners == [("f.fp.npz", ["f"])]
    assert kb.vectors.fingerprint("f.fp.npz").sha256 == sha256


def test_a_broken_fingerprint_is_a_problem_and_the_rest_is_taken_over(kb: KnowledgeBase, files: Folder) -> None:
    files.write("formats/f", fields="exemplars: [f.png]\n")
    (files.root / "exemplars" / "f.fp.npz").write_bytes(b"junk")
    (files.root / "exemplars" / "f.png").write_bytes(b"picture")
    report = kb.files.sync(files.root, now=NOW)
    assert report.exemplars == ("f.png",) and "not a fingerprint" in wording.reason(report.problems[0])


def test_a_changed_picture_replaces_the_old_one(kb: KnowledgeBase, files: Folder) -> None:
    files.write("formats/f", fields="exemplars: [f.png]\n")
    (files.root / "exemplars" / "f.png").write_bytes(b"old")
    kb.files.sync(files.root, now=NOW)
    (files.root / "exemplars" / "f.png").write_bytes(b"new")
    assert kb.files.sync(files.root, now=NOW).exemplars == ("f.png",)
    assert kb.exemplars.get("f.png").picture == b"new"


def test_two_pictures_under_one_name_are_a_problem_and_both_stay(kb: KnowledgeBase, files: Folder) -> None:
    files.write("formats/f", fields="exemplars: [f.png]\n")
    kb.exemplars.put("f.png", b"from the chat")
    (files.root / "exemplars" / "f.png").write_bytes(b"from the files")
    report = kb.files.sync(files.root, now=NOW)
    assert "another picture" in wording.reason(report.problems[0])
    assert kb.exemplars.get("f.png").picture == b"from the chat"
    assert kb.files.export(files.root).blocked
    assert (files.root / "exemplars" / "f.png").read_bytes() == b"from the files"


def test_a_picture_whose_file_is_gone_is_kept_and_exported(kb: KnowledgeBase, files: Folder) -> None:
    files.write("formats/f", fields="exemplars: [f.png]\n")
    (files.root / "exemplars" / "f.png").write_bytes(b"picture")
    kb.files.sync(files.root, now=NOW)
    shutil.rmtree(files.root / "exemplars")
    kb.files.sync(files.root, now=NOW)
    assert kb.files.export(files.root).written == (files.root / "exemplars" / "f.png",)


def test_deleting_an_unknown_entry_is_an_error(kb: KnowledgeBase) -> None:
    with pytest.raises(EntryNotFound):
        kb.changes.delete("nothing", author="ann", now=NOW)


def test_original_text_survives_the_database(kb: KnowledgeBase, files: Folder) -> None:
    text = files.write("concepts/a", fields="says: ['single', \"double\"]  # kept\n")
    kb.files.sync(files.root, now=NOW)
    assert kb.entries.get("a").original == text and kb.entries.all()[0].original == text
    assert kb.revisions.current("a").text == text


# --- a home whose files were laid out since


def test_files_that_were_only_laid_out_anew_are_nothing_new(kb: KnowledgeBase, files: Folder) -> None:
    files.write("concepts/a", fields="says: ['single']  # odd\n")
    files.write("concepts/b")
    kb.files.sync(files.root, now=NOW)
    format_entries([files.root])
    assert kb.files.sync(files.root, now=NOW) == SyncReport(unchanged=2)
    assert kb.files.sync(files.root, now=NOW) == SyncReport(unchanged=2)
    assert kb.files.export(files.root).written == () and kb.revisions.current("a").number == 1


def test_an_edit_over_a_file_that_was_only_laid_out_anew_is_no_conflict(kb: KnowledgeBase, files: Folder) -> None:
    files.write("concepts/a", fields="says: ['single']  # odd\n")
    kb.files.sync(files.root, now=NOW)
    edit(kb, "a", "Edited.")
    format_entries([files.root])
    assert kb.files.sync(files.root, now=NOW).pending == ("a",)
    before = files.read("concepts/a")
    assert kb.files.export(files.root).written == (files.path("concepts/a"),)
    assert files.read("concepts/a") == before.replace("Text.", "Edited.")
    assert kb.files.sync(files.root, now=NOW) == SyncReport(unchanged=1)


def test_an_edit_is_exported_over_a_file_that_was_laid_out_anew_and_not_synced(
    kb: KnowledgeBase, files: Folder
) -> None:
    files.write("concepts/a", fields="says: ['single']  # odd\n")
    kb.files.sync(files.root, now=NOW)
    edit(kb, "a", "Edited.")
    format_entries([files.root])
    assert kb.files.export(files.root).blocked == () and "Edited." in files.read("concepts/a")
