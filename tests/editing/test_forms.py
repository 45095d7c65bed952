"""A whole entry as a form: two editors, two windows, and what is kept."""

from dataclasses import replace

import pytest
from chats import NOW, OWNERS
from editing_base import build
from engines import Databases
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.entry.fields import FIELDS, field_text
from memebot.editing.drafting import Prefill
from memebot.editing.drafts import Panel
from memebot.editing.editing import Editing
from memebot.editing.entries.forms import UNKEPT, EntryForm
from memebot.editing.errors import BadId, DraftInvalid, DraftOutdated, FormOutdated, FormTooLong

(OWNER,) = OWNERS
OTHER = 7


@pytest.fixture
def editing(databases: Databases) -> Editing:
    built, _ = build(db=databases())
    built.stores.moderation.people.grant(OTHER, "editor", by=OWNER, now=NOW)
    return built


def form_of(panel: Panel, **texts: str) -> EntryForm:
    """The form as a page shows it, with some fields filled anew."""
    draft = panel.draft
    filled = {name: field_text(draft.entry, name) for name in FIELDS} | {
        name.replace("_", "."): text for name, text in texts.items()
    }
    kept_at = draft.updated_at if draft.id != UNKEPT else None
    return EntryForm(draft.entry.id, draft.id, draft.base_revision, kept_at, filled)


def test_one_alias_added_changes_that_field_alone(editing: Editing) -> None:
    form = form_of(editing.forms.open(OWNER, "overfitting"), aliases="overfit\noverfitted")
    assert editing.forms.look(OWNER, form).changed == ("aliases",)
    saved = editing.forms.save(OWNER, form).saved
    assert saved.revision.number == 2 and saved.draft.entry.aliases == ("overfit", "overfitted")


def test_looking_keeps_nothing_and_keeping_saves_nothing(editing: Editing) -> None:
    form = form_of(editing.forms.open(OWNER, "swot"), title_en="Better")
    editing.forms.look(OWNER, form)
    assert editing.drafts.all(OWNER) == []
    kept = editing.forms.keep(OWNER, form)
    assert editing.stores.kb.entries.get("swot").title["en"] == "swot (en)"
    assert editing.forms.open(OWNER, "swot").draft.entry.title["en"] == "Better"
    assert editing.forms.open_draft(OWNER, kept.draft.id).draft.entry.title["en"] == "Better"


def test_two_editors_of_different_fields_both_keep_their_changes(editing: Editing) -> None:
    mine = form_of(editing.forms.open(OWNER, "swot"), title_en="Mine")
    theirs = form_of(editing.forms.open(OTHER, "swot"), says="their phrase", text_ru="Их шутка.")
    editing.forms.save(OTHER, theirs)
    saved = editing.forms.save(OWNER, mine)
    entry = editing.stores.kb.entries.get("swot")
    assert (entry.title["en"], entry.says, entry.text["ru"]) == ("Mine", ("their phrase",), "Их шутка.")
    assert {change.field for change in saved.merged} == {"says", "text.ru"}


def test_two_editors_of_one_field_see_both_and_nobody_is_overwritten(editing: Editing) -> None:
    mine = form_of(editing.forms.open(OWNER, "swot"), title_en="Mine", says="mine")
    editing.forms.save(OTHER, form_of(editing.forms.open(OTHER, "swot"), title_en="Theirs", says="theirs"))
    with pytest.raises(DraftOutdated) as caught:
        editing.forms.save(OWNER, mine)
    assert [(clash.field, clash.mine, clash.theirs) for clash in caught.value.clashes] == [
        ("title.en", "Mine", "Theirs")
    ]
    assert editing.stores.kb.entries.get("swot").title["en"] == "Theirs"
    (kept,) = editing.drafts.all(OWNER)
    assert kept.entry.title["en"] == "Mine"
    merged = editing.saving.merge_newer(OWNER, kept.id, "mine")
    assert editing.forms.save(OWNER, form_of(merged)).saved.revision.number == 3


def test_what_was_deleted_meanwhile_is_not_brought_back_unseen(editing: Editing) -> None:
    mine = form_of(editing.forms.open(OWNER, "swot"), title_en="Mine")
    editing.changes.delete(OTHER, "swot", unlink=False)
    with pytest.raises(DraftOutdated) as caught:
        editing.forms.save(OWNER, mine)
    assert caught.value.gone


def test_a_merge_that_is_not_sound_is_shown_and_not_saved(editing: Editing) -> None:
    """Mine links to a concept whose removal somebody saved: fields do not collide, the whole does."""
    mine = form_of(editing.forms.open(OWNER, "swot"), title_en="Mine", concepts="overfitting")
    editing.forms.save(OTHER, form_of(editing.forms.open(OTHER, "swot"), says="x"))
    editing.changes.delete(OTHER, "overfitting", unlink=False)
    with pytest.raises((DraftOutdated, DraftInvalid)):
        editing.forms.save(OWNER, mine)
    assert editing.stores.kb.entries.get("swot").title["en"] == "swot (en)"


def test_a_form_that_is_not_sound_is_kept_as_a_draft_and_not_saved(editing: Editing) -> None:
    form = form_of(editing.forms.open(OWNER, "swot"), text_en="")
    with pytest.raises(DraftInvalid):
        editing.forms.save(OWNER, form)
    assert editing.forms.open(OWNER, "swot").draft.entry.text["en"] == ""


def test_a_second_window_does_not_undo_the_first(editing: Editing) -> None:
    shown = editing.forms.open(OWNER, "swot")
    first = editing.forms.keep(OWNER, form_of(shown, title_en="First"))
    with pytest.raises(FormOutdated):
        editing.forms.keep(OWNER, form_of(shown, title_en="Second"))
    editing.drafting.set_field(OWNER, first.draft.id, "says", "from the chat")
    stale = replace(form_of(first, title_en="Second"), kept_at=NOW.replace(year=2025))
    with pytest.raises(FormOutdated):
        editing.forms.save(OWNER, stale)
    editing.drafting.discard(OWNER, first.draft.id)
    with pytest.raises(FormOutdated):
        editing.forms.look(OWNER, form_of(first))


def test_a_new_entry_takes_its_id_from_its_title_until_a_person_names_it(editing: Editing) -> None:
    panel = editing.drafting.new(OWNER, Prefill("joke"))
    panel = editing.forms.keep(OWNER, form_of(panel, title_en="The loss is NaN"))
    assert panel.draft.entry.id == "the-loss-is-nan"
    panel = editing.forms.keep(OWNER, replace(form_of(panel), new_id="nan"))
    panel = editing.forms.keep(OWNER, form_of(panel, title_en="Another title"))
    assert panel.draft.entry.id == "nan"
    for bad in ("swot", "Not An Id"):
        with pytest.raises(BadId):
            editing.forms.keep(OWNER, replace(form_of(panel), new_id=bad))


def test_a_saved_entry_keeps_its_id_whatever_the_form_says(editing: Editing) -> None:
    form = replace(form_of(editing.forms.open(OWNER, "swot"), title_en="Other"), new_id="other")
    assert editing.forms.save(OWNER, form).saved.revision.entry_id == "swot"


def test_more_than_an_entry_holds_is_refused_before_it_is_looked_at(editing: Editing) -> None:
    with pytest.raises(FormTooLong):
        editing.forms.look(OWNER, form_of(editing.forms.open(OWNER, "swot"), text_en="x" * 70_000))


@pytest.mark.parametrize("said", ["<script>alert(1)</script>", "\u202eabc\u202c", "x" * 4096, "{role} {", "- a\n- a"])
def test_hostile_words_are_kept_as_words(editing: Editing, said: str) -> None:
    panel = editing.forms.look(OWNER, form_of(editing.forms.open(OWNER, "swot"), says=said, text_en=said))
    preview = editing.forms.preview(OWNER, panel.draft.entry)
    assert set(preview) == {"ru", "en"}
    assert "\u202e" not in panel.draft.entry.text["en"]


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=60), max_size=6))
def test_whatever_stands_in_a_form_can_be_looked_at_and_previewed(texts: dict[str, str]) -> None:
    editing, _ = build()
    form = replace(form_of(editing.forms.open(OWNER, "lava")), texts=texts)
    editing.forms.preview(OWNER, editing.forms.look(OWNER, form).draft.entry)


def test_a_preview_tells_the_entry_as_the_bot_does(editing: Editing) -> None:
    form = form_of(
        editing.forms.open(OWNER, "lava"),
        roles="floor | 0 0.5 1 1 | пол | the floor",
        reads_en="Nobody touches {floor}.",
    )
    preview = editing.forms.preview(OWNER, editing.forms.look(OWNER, form).draft.entry)
    assert preview["en"].asked.startswith("**lava (en)**")
    assert "Nobody touches the floor." in preview["en"].pictured


def test_a_preview_of_an_entry_without_a_title_is_no_rule_across_the_page(editing: Editing) -> None:
    panel = editing.drafting.new(OWNER, Prefill("joke"))
    assert editing.forms.preview(OWNER, panel.draft.entry)["en"].asked == "**…**"
