"""Random sequences of edits in files and in the base: no text is ever lost, and everything settles."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from knowledge.entry.markdown import dumps
from knowledge.entry.model import Entry, EntryId, Kind, path_of
from knowledge.errors import SourceError
from knowledge.store.base import KnowledgeBase
from knowledge.store.revisions import StaleRevision
from memebot.database import in_memory

NOW = datetime(2024, 5, 1, tzinfo=UTC)
IDS = st.sampled_from(["a", "b"])
KIND: dict[str, Kind] = {"a": "joke", "b": "concept", "keep": "format"}
# both sides often write the same text, and otherwise one that was never there
WORDS = st.sampled_from(["one", "two", "new", "new"])


class FilesAndBase(RuleBasedStateMachine):
    """An editor of files, two editors of the base, and sync, export and resolve at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        self.kb = KnowledgeBase(in_memory())
        self.seen: set[tuple[str, str]] = set()  # (id, text) that the base was given, by hand or by sync
        self.bases: dict[str, str] = {}  # id -> file as the base last saw it
        self.revisions = self.count = 0

    def teardown(self) -> None:
        self.kb.handle.db.close()
        shutil.rmtree(self.root)

    @initialize()
    def first_sync(self) -> None:
        self.write_file("keep", "one")
        self.sync()

    def path(self, entry_id: str) -> Path:
        return self.root / "entries" / path_of(KIND[entry_id], entry_id)

    def text(self, entry_id: str, word: str) -> str:
        return dumps(self.fresh(entry_id, word))

    def word(self, word: str) -> str:
        self.count += 1
        return f"new {self.count}" if word == "new" else word

    def fresh(self, entry_id: str, word: str) -> Entry:
        return Entry(EntryId(entry_id), KIND[entry_id], {"ru": entry_id, "en": entry_id}, {"ru": word, "en": word})

    def live(self) -> dict[str, Entry]:
        return {entry.id: entry for entry in self.kb.entries.all()}

    def files(self) -> dict[str, str]:
        return {path.stem: path.read_text("utf-8") for path in (self.root / "entries").rglob("*.md")}

    # --- people

    @rule(entry_id=IDS, word=WORDS)
    def write_file(self, entry_id: str, word: str) -> None:
        self.path(entry_id).parent.mkdir(parents=True, exist_ok=True)
        self.path(entry_id).write_text(self.text(entry_id, self.word(word)), "utf-8")

    @rule(entry_id=IDS)
    def break_file(self, entry_id: str) -> None:
        if self.path(entry_id).exists():
            self.path(entry_id).write_text("---\ntitel: x\n---\n")

    @rule(entry_id=IDS)
    def remove_file(self, entry_id: str) -> None:
        self.path(entry_id).unlink(missing_ok=True)

    @rule(entry_id=IDS, word=WORDS)
    def edit_entry(self, entry_id: str, word: str) -> None:
        old, word = self.live().get(entry_id), self.word(word)
        number = self.kb.revisions.current(entry_id).number if old else None
        new = dataclasses.replace(old, text={"ru": word, "en": word}) if old else self.fresh(entry_id, word)
        revision = self.kb.changes.save(new, author="ann", now=NOW, base_revision=number)
        self.seen.add((entry_id, revision.text))

    @rule(entry_id=IDS, word=WORDS)
    def edit_a_stale_entry(self, entry_id: str, word: str) -> None:
        if entry_id not in self.live():
            return
        try:
            self.kb.changes.save(self.fresh(entry_id, word), author="bob", now=NOW, base_revision=0)
        except StaleRevision as error:
            assert error.current == self.kb.revisions.current(entry_id)
        else:
            raise AssertionError("a stale save went through")

    @rule(entry_id=IDS)
    def delete_entry(self, entry_id: str) -> None:
        if entry_id in self.live():
            self.kb.changes.delete(entry_id, author="ann", now=NOW)

    @rule(entry_id=IDS, back=st.integers(0, 3))
    def restore_entry(self, entry_id: str, back: int) -> None:
        if self.kb.handle.value("select 1 from revisions where entry_id = ?", [entry_id]):
            history = self.kb.revisions.history(entry_id)
            chosen = history[min(back, len(history) - 1)]
            self.kb.changes.restore(entry_id, chosen.number, author="bob", now=NOW)
            assert dumps(self.kb.entries.get(entry_id)) == chosen.text

    # --- the program

    @rule()
    def sync(self) -> None:
        before = {entry_id: dumps(entry) for entry_id, entry in self.live().items()}
        files, expected, conflicts = self.files(), dict(before), set()
        broken = {entry_id for entry_id, text in files.items() if "titel" in text}
        for entry_id in {*KIND} - broken:
            base, file, mine = (texts.get(entry_id) for texts in (self.bases, files, before))
            if file != base and mine not in (base, file):
                conflicts.add(entry_id)
            elif file != base:
                _set(expected, entry_id, file)
                _set(self.bases, entry_id, file)
        report = self.kb.files.sync(self.root, now=NOW)
        assert {problem.path.stem for problem in report.problems} == broken
        assert {*report.conflicts} - broken == conflicts
        assert {entry_id: dumps(entry) for entry_id, entry in self.live().items()} == expected
        assert self.files() == files
        self.seen |= {(entry_id, text) for entry_id, text in files.items() if entry_id not in broken}

    @rule()
    def export(self) -> None:
        before, entries = self.files(), self.live()
        report = self.kb.files.export(self.root)
        blocked = {problem.path.stem for problem in report.blocked}
        after = self.files()
        for entry_id in {*before, *after, *entries}:
            if entry_id in blocked:
                assert after.get(entry_id) == before.get(entry_id)
                continue
            assert after.get(entry_id) == (dumps(entries[entry_id]) if entry_id in entries else None)
            _set(self.bases, entry_id, after.get(entry_id))
            if entry_id in before:
                assert (entry_id, before[entry_id]) in self.kept()

    @rule()
    def sync_after_export_changes_nothing(self) -> None:
        self.export()
        if self.kb.files.export(self.root).blocked:
            return
        before = self.live()
        report = self.kb.files.sync(self.root, now=NOW)
        assert not (report.added or report.updated or report.removed or report.pending or report.conflicts)
        assert self.live() == before

    @rule(take=st.sampled_from(["file", "base", "merged"]), word=WORDS)
    def resolve(self, take: str, word: str) -> None:
        for conflict in self.kb.conflicts.open():
            text = self.text(conflict.entry_id, self.word(word)) if take == "merged" else None
            self.kb.conflicts.resolve(conflict.entry_id, take, author="bob", now=NOW, text=text)  # type: ignore[arg-type]
            _set(self.bases, conflict.entry_id, conflict.file[1] if conflict.file else None)
            if text is not None:
                self.seen.add((conflict.entry_id, text))
        assert self.kb.conflicts.open() == []

    @rule()
    def sync_from_an_empty_folder_is_refused(self) -> None:
        before = self.live()
        with tempfile.TemporaryDirectory() as empty:
            (Path(empty) / "entries").mkdir()
            try:
                self.kb.files.sync(Path(empty), now=NOW)
            except SourceError:
                assert self.live() == before

    @rule(entry_id=IDS)
    def both_sides_change(self, entry_id: str) -> None:
        self.edit_entry(entry_id, "new")
        self.write_file(entry_id, "new")
        self.sync()

    @rule(entry_id=IDS)
    def the_base_changes_around_an_export(self, entry_id: str) -> None:
        self.edit_entry(entry_id, "new")
        self.export()
        self.edit_entry(entry_id, "new")
        self.sync()

    # --- what always holds

    @invariant()
    def no_text_is_lost(self) -> None:
        assert self.seen <= self.kept()

    def kept(self) -> set[tuple[str, str]]:
        return {
            *self.kb.handle.rows("select entry_id, text from revisions union select entry_id, file_text from conflicts")
        }

    @invariant()
    def history_only_grows_by_one(self) -> None:
        count = self.kb.handle.value("select count(*) from revisions")
        assert count >= self.revisions
        self.revisions = count
        gaps = self.kb.handle.rows("select entry_id from revisions group by 1 having max(number) <> count(*)")
        assert gaps == []

    @invariant()
    def the_words_that_are_searched_are_those_of_the_entries(self) -> None:
        keys = self.kb.handle.rows("select key from entries where not deleted order by 1")
        assert self.kb.handle.rows("select key from entry_stems order by 1") == keys


def _set(texts: dict[str, str], entry_id: str, text: str | None) -> None:
    if text is None:
        texts.pop(entry_id, None)
    else:
        texts[entry_id] = text


FilesAndBase.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestNoTextIsEverLost = FilesAndBase.TestCase
