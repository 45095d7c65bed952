"""Two editors in the chat and one of files, in any order: no word is lost, and what is exported is what is synced."""

from __future__ import annotations

import re
import shutil
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import wording
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from knowledge.entry.fields import edit_field
from knowledge.entry.markdown import dumps, parse
from knowledge.entry.merge import merge3
from knowledge.entry.model import Entry, EntryId, path_of
from knowledge.errors import EntryExists, EntryNotFound, MergeError
from knowledge.store.base import KnowledgeBase
from knowledge.store.revisions import StaleRevision
from knowledge.store.sync import SyncReport
from knowledge.store.texts import RegressionText
from memebot.database import in_memory

NOW = datetime(2024, 5, 1, tzinfo=UTC)
IDS = st.sampled_from(["a", "b", "c", "d"])
EDITORS = st.sampled_from(["ann", "bob"])
FIELDS = st.sampled_from(["text.en", "text.ru", "aliases", "says", "title.en", "concepts"])
HEAD = """---
# by hand
title: {{ru: 'Имя {0}', en: Name {0}}}  # kept
says: ['{1}']
---
## ru
Текст.

## en
{1}.
"""


class Editing(RuleBasedStateMachine):
    """Every change brings a word that was never there; wherever it goes, it can be found again."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        self.kb = KnowledgeBase(in_memory())
        self.drafts: dict[str, tuple[Entry, Entry, int]] = {}  # editor -> based on, draft, revision
        self.words: set[str] = set()  # that the base was given
        self.texts: set[str] = set()
        self.former: set[str] = set()
        self.count = 0

    def teardown(self) -> None:
        self.kb.handle.db.close()
        shutil.rmtree(self.root)

    @initialize()
    def begin(self) -> None:
        for entry_id in ("a", "b", "keep"):  # a folder without entries is refused
            self.write_file(entry_id)
        self.sync()

    def word(self) -> str:
        self.count += 1
        return f"word{self.count}x"

    def path(self, entry_id: str) -> Path:
        return self.root / "entries" / path_of("concept", entry_id)

    def live(self) -> dict[str, Entry]:
        return {entry.id: entry for entry in self.kb.entries.all()}

    def files(self) -> dict[str, str]:
        return {path.stem: path.read_text("utf-8") for path in (self.root / "entries").rglob("*.md")}

    def revisions(self) -> int:
        return int(self.kb.handle.value("select count(*) from revisions"))

    def saw(self, text: str) -> None:
        self.words |= set(re.findall(r"word\d+x", text))

    # --- files

    @rule(entry_id=IDS)
    def write_file(self, entry_id: str) -> None:
        path = self.path(entry_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(HEAD.format(entry_id, self.word()), "utf-8")

    @rule(entry_id=IDS)
    def edit_file(self, entry_id: str) -> None:
        if not self.path(entry_id).exists():
            return
        text = self.path(entry_id).read_text("utf-8")
        self.path(entry_id).write_text(f"{text.rstrip()}\n\n{self.word()}.\n", "utf-8")

    @rule(entry_id=IDS)
    def remove_file(self, entry_id: str) -> None:
        if len(self.files()) < 2:
            return
        self.path(entry_id).unlink(missing_ok=True)

    @rule(old=IDS, new=IDS)
    def move_file(self, old: str, new: str) -> None:
        if not self.path(old).exists() or self.path(new).exists():
            return
        self.path(old).rename(self.path(new))

    # --- the chat

    @rule(editor=EDITORS, entry_id=IDS)
    def open_draft(self, editor: str, entry_id: str) -> None:
        if entry_id not in self.live():
            return
        entry = self.kb.entries.get(entry_id)
        self.drafts[editor] = (entry, entry, self.kb.revisions.current(entry_id).number)

    @rule(editor=EDITORS, field=FIELDS, link=IDS)
    def edit_draft(self, editor: str, field: str, link: str) -> None:
        if editor not in self.drafts:
            return
        based, draft, number = self.drafts[editor]
        word = self.word()
        if field == "concepts":
            draft = edit_field(draft, field, "" if link == draft.id else link)
        elif field.startswith("text"):
            draft = edit_field(draft, field, f"{draft.text[field[-2:]]}\n\n{word}")  # type: ignore[index]
        else:
            draft = edit_field(draft, field, "\n".join([*draft.says[:1], word]) if field == "says" else word)
        self.drafts[editor] = (based, draft, number)

    @rule(editor=EDITORS, mine=st.booleans())
    def save_draft(self, editor: str, mine: bool) -> None:
        if editor not in self.drafts:
            return
        based, draft, number = self.drafts.pop(editor)
        revisions = self.revisions()
        try:
            saved = self.kb.changes.save(draft, author=editor, now=NOW, base_revision=number)
        except StaleRevision as error:
            saved = self.save_merged(editor, based, draft, error, mine=mine)
        self.saw(saved.text)
        stands = self.kb.entries.get(saved.entry_id)
        assert stands == saved.entry()
        if self.revisions() > revisions:  # an unchanged save gives the present one, as somebody may have written a file
            assert dumps(stands) == saved.text

    def save_merged(self, editor: str, based: Entry, draft: Entry, error: StaleRevision, *, mine: bool):  # type: ignore[no-untyped-def]
        theirs = error.current.entry()
        merged = merge3(based, draft, theirs, prefer="mine" if mine else "theirs")
        told = dumps(merged.entry) + "".join(clash.mine + clash.theirs for clash in merged.clashes)
        new = set(re.findall(r"word\d+x", dumps(draft))) - set(re.findall(r"word\d+x", dumps(based)))
        assert new <= set(re.findall(r"word\d+x", told)), "a word of the draft was dropped unseen"
        return self.kb.changes.save(
            merged.entry, author=editor, now=NOW, base_revision=None if error.current.deleted else error.current.number
        )

    @rule(entry_id=IDS)
    def new_entry(self, entry_id: str) -> None:
        if entry_id in self.live():
            return
        word = self.word()
        made = Entry(EntryId(entry_id), "concept", {"ru": f"имя {word}", "en": word}, {"ru": word, "en": word})
        self.saw(self.kb.changes.save(made, author="ann", now=NOW).text)

    @rule(old=IDS, new=IDS)
    def rename(self, old: str, new: str) -> None:
        if old not in self.live():
            return
        before = self.kb.revisions.history(old)
        try:
            made = self.kb.changes.rename(old, new, author="bob", now=NOW)
        except EntryExists:
            assert self.kb.handle.value("select 1 from entries where id = ?", [new])
            return
        self.former.add(old)
        assert [one.text for one in self.kb.revisions.history(new)[1:]] == [one.text for one in before]
        assert self.kb.entries.get(old).id == new and made[0].entry_id == new
        assert not [one for one in self.live().values() if old in one.links]

    @rule(entry_id=IDS, unlink=st.booleans())
    def delete(self, entry_id: str, unlink: bool) -> None:
        if entry_id not in self.live():
            return
        self.kb.changes.delete(entry_id, author="ann", now=NOW, unlink=unlink)
        assert not unlink or not [one for one in self.live().values() if entry_id in one.links]

    @rule(into=IDS, other=IDS)
    def merge(self, into: str, other: str) -> None:
        if not {into, other} <= self.live().keys():
            return
        try:
            self.kb.changes.merge(into, [other], author="bob", now=NOW)
        except MergeError:
            assert into == other
            return
        self.former.add(other)
        self.saw(dumps(self.kb.entries.get(into)))
        assert self.kb.entries.get(other).id == into

    @rule(entry_id=IDS, back=st.integers(0, 4))
    def restore(self, entry_id: str, back: int) -> None:
        try:
            history = self.kb.revisions.history(entry_id)
        except EntryNotFound:
            return
        chosen = history[min(back, len(history) - 1)]
        saved = self.kb.changes.restore(chosen.entry_id, chosen.number, author="ann", now=NOW)
        assert replace(self.kb.entries.get(saved.entry_id), formats=(), concepts=()) == replace(
            chosen.entry(), formats=(), concepts=()
        )

    @rule(entry_id=IDS)
    def add_a_text(self, entry_id: str) -> None:
        if entry_id not in self.live():
            return
        word = self.word()
        assert self.kb.texts.add(RegressionText(word, (EntryId(entry_id),)), author="ann", now=NOW)
        self.texts.add(word)

    # --- the program

    @rule()
    def sync(self) -> None:
        before, files = self.live(), self.files()
        report = self.kb.files.sync(self.root, now=NOW)
        assert self.files() == files
        assert not [
            problem
            for problem in report.problems
            if "links to" not in wording.reason(problem) and "is also" not in wording.reason(problem)
        ]
        for text in files.values():
            self.saw(text)
        for entry_id in report.conflicts:
            assert self.live().get(entry_id) == before.get(entry_id)

    @rule()
    def export_then_sync_is_the_identity(self) -> None:
        before = self.live()
        blocked = self.kb.files.export(self.root).blocked
        if blocked:
            return
        found = {entry_id: parse(text.encode(), before[entry_id].path) for entry_id, text in self.files().items()}
        assert found == before
        assert self.kb.files.export(self.root).written == ()
        if before:
            assert self.kb.files.sync(self.root, now=NOW) == SyncReport(unchanged=len(before))
        assert self.live() == before

    @rule(take=st.sampled_from(["file", "base", "merged"]))
    def resolve(self, take: str) -> None:
        for conflict in self.kb.conflicts.open():
            text = None
            if take == "merged":
                merged = conflict.merged()
                text = dumps(merged.entry) if merged else HEAD.format(conflict.entry_id, self.word())
                self.saw(text)
            self.kb.conflicts.resolve(conflict.entry_id, take, author="bob", now=NOW, text=text)  # type: ignore[arg-type]
        assert self.kb.conflicts.open() == []

    # --- what always holds

    @invariant()
    def no_word_is_lost(self) -> None:
        kept = " ".join(
            row[0] or ""
            for row in self.kb.handle.rows("select text from revisions union all select file_text from conflicts")
        )
        assert self.words <= set(re.findall(r"word\d+x", kept))
        assert self.texts <= {row[0] for row in self.kb.handle.rows("select text from texts")}

    @invariant()
    def histories_have_no_gaps(self) -> None:
        assert self.kb.handle.rows("select entry_id from revisions group by 1 having max(number) <> count(*)") == []

    @invariant()
    def an_id_that_was_given_up_leads_to_an_entry_or_a_deleted_one(self) -> None:
        live = self.live()
        for old in self.former:
            try:
                assert self.kb.entries.resolve(old) in live
            except EntryNotFound:
                assert self.kb.revisions.history(old)[0].deleted

    @invariant()
    def what_is_derived_agrees_with_the_entries(self) -> None:
        live = self.live()
        links = {(entry.id, link) for entry in live.values() for link in entry.links}
        assert {(row[0], row[1]) for row in self.kb.handle.rows("select entry_id, target from links")} == links
        keys = self.kb.handle.rows("select key from entries where not deleted order by 1")
        assert self.kb.handle.rows("select key from entry_stems order by 1") == keys


Editing.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestNoWordIsEverLost = Editing.TestCase
