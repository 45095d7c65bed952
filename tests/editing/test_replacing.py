"""A phrase replaced over the base: what is shown is what happens, each entry alone, and all of it can be taken back."""

from dataclasses import replace

import pytest
from chats import NOW, OWNERS
from editing_base import build

from knowledge.entry.model import EntryId
from knowledge.entry.phrases import PhraseChange
from memebot.editing.editing import Editing
from memebot.editing.errors import DraftInvalid, DraftOutdated, PhraseNotFound

(OWNER,) = OWNERS
SWOT = PhraseChange("swot", "crammer")
DOTS = PhraseChange(".", "!", whole_words=False)


@pytest.fixture
def editing() -> Editing:
    built, _ = build()
    return built


def texts(editing: Editing) -> dict[str, str]:
    return {entry.id: entry.text["en"] for entry in editing.stores.kb.entries.all()}


def test_what_is_shown_is_what_happens_and_undo_brings_every_entry_back(editing: Editing) -> None:
    before = editing.stores.kb.entries.all()
    shown = editing.replacing.preview(OWNER, DOTS).shown
    assert [one.entry.id for one in shown] == ["lava", "overfitting", "regularization", "swot"]
    made = [editing.replacing.replace(OWNER, DOTS, one.entry.id, one.revision) for one in shown]
    assert texts(editing)["swot"] == "A joke about a swot!"
    for revision in made:
        assert editing.replacing.take_back(OWNER, revision.entry_id, revision.number) is not None
    assert editing.stores.kb.entries.all() == before


def test_each_entry_is_taken_back_alone(editing: Editing) -> None:
    shown = editing.replacing.preview(OWNER, DOTS).shown
    first, *_, second = (editing.replacing.replace(OWNER, DOTS, one.entry.id, one.revision) for one in shown)
    editing.replacing.take_back(OWNER, first.entry_id, first.number)
    assert texts(editing)["lava"].endswith(".") and texts(editing)["swot"].endswith("!")
    assert editing.replacing.take_back(OWNER, second.entry_id, second.number) is not None


def test_what_somebody_saved_since_stays(editing: Editing) -> None:
    (shown,) = editing.replacing.preview(OWNER, SWOT).shown
    kb = editing.stores.kb
    theirs = replace(kb.entries.get("swot"), says=("theirs",))
    kb.changes.save(theirs, author="test", now=NOW, base_revision=1)
    with pytest.raises(DraftOutdated):
        editing.replacing.replace(OWNER, SWOT, "swot", shown.revision)
    made = editing.replacing.replace(OWNER, SWOT, "swot", 2)
    kb.changes.save(replace(kb.entries.get("swot"), says=("again",)), author="test", now=NOW, base_revision=3)
    assert editing.replacing.take_back(OWNER, made.entry_id, made.number) is None
    assert kb.entries.get("swot").says == ("again",)


def test_an_entry_that_would_not_be_sound_is_named_and_left_alone(editing: Editing) -> None:
    phrase = PhraseChange("A joke about a swot.", "")
    (shown,) = editing.replacing.preview(OWNER, phrase).shown
    assert shown.errors
    with pytest.raises(DraftInvalid):
        editing.replacing.replace(OWNER, phrase, "swot", shown.revision)


def test_an_entry_that_does_not_say_it_gets_no_revision(editing: Editing) -> None:
    before = editing.stores.kb.revisions.latest()[EntryId("swot")].number
    with pytest.raises(PhraseNotFound):
        editing.replacing.replace(OWNER, PhraseChange("zzzqqq", "x"), "swot", before)
    assert editing.stores.kb.revisions.latest()[EntryId("swot")].number == before


def test_one_entry_alone_can_be_meant(editing: Editing) -> None:
    assert [one.entry.id for one in editing.replacing.preview(OWNER, DOTS, "swot").shown] == ["swot"]


def test_all_entries_are_named_where_only_some_are_shown(editing: Editing) -> None:
    preview = editing.replacing.preview(OWNER, DOTS, limit=1)
    assert len(preview.shown) == 1 and list(preview.revisions) == ["lava", "overfitting", "regularization", "swot"]


def test_a_preview_marks_the_words_that_change(editing: Editing) -> None:
    (shown,) = editing.replacing.preview(OWNER, SWOT).shown
    change = next(one for one in shown.changes if one.field == "text.en")
    assert [(s.text, s.change) for s in change.segments if s.change != "same"] == [
        ("swot", "removed"),
        ("crammer", "added"),
    ]
