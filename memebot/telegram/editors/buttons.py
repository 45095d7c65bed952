"""Keyboards of editors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from knowledge.entry.fields import FIELDS, LISTS, OF_FORMATS, OPTIONAL, field_text
from knowledge.entry.model import KINDS, Entry, EntryId
from knowledge.entry.phrases import WORDLESS
from knowledge.reading import LANGS, Lang
from knowledge.store.revisions import Revision
from memebot.answering.grouping import GroupId
from memebot.answering.unexplained import Group
from memebot.drafting.store import MachineDraft
from memebot.editing.changes import EntryView
from memebot.editing.drafting import item_mark
from memebot.editing.drafts import DraftId, EntryDraft, Panel
from memebot.editing.errors import DraftOutdated
from memebot.editing.machine_drafts import REASONS
from memebot.editing.unexplained import EditorsCall
from memebot.i18n import Texts, short
from memebot.telegram.editors.actions import (
    BeginForGroup,
    BeginForSubmission,
    DraftAct,
    DraftButton,
    EntryAct,
    EntryButton,
    GroupAct,
    GroupButton,
    ItemButton,
    MachineAct,
    MachineButton,
    OpenCall,
    OpenEntry,
    OpenGroups,
    OpenHistory,
    PlaceAct,
    PlaceButton,
    PreviewDraft,
    RevisionAct,
    RevisionButton,
)
from memebot.telegram.ui.keyboards import button, in_rows, keyboard

REVISIONS = 8
GROUPS = 6
WAITING_DRAFTS = 20
"""Drafts by a model in one list: the next ones follow when these are decided."""
ITEMS, ITEM = 60, 40
"""Items of a list that have a button, and the characters on it."""
CALLS = 30
"""Memes in one call: the rest is found in /gaps."""


def field_name(field: str, texts: Texts) -> str:
    """What a field is called."""
    return texts(f"field-{field.replace('.', '-').replace('_', '-')}")


# --- entries ------------------------------------------------------------------------------------------------


def _on_entry(entry: EntryId, texts: Texts) -> Callable[[str, EntryAct], InlineKeyboardButton]:
    return lambda key, act: button(texts(key), EntryButton(act=act, entry=entry))


def _open(key: str, entry: EntryId, texts: Texts) -> InlineKeyboardButton:
    return button(texts(key), OpenEntry(entry=entry))


def _name(entry: Entry, texts: Texts) -> str:
    return short(entry.title.get(texts.lang) or entry.id)


def found(entries: Sequence[Entry], texts: Texts) -> InlineKeyboardMarkup:
    """Entries to choose from."""
    return keyboard(*([button(_name(entry, texts), OpenEntry(entry=entry.id))] for entry in entries))


def entry(view: EntryView, lang: Lang, texts: Texts) -> InlineKeyboardMarkup:
    """What can be done with an entry."""
    other: Lang = "en" if lang == "ru" else "ru"
    name = view.entry.id
    on = _on_entry(name, texts)
    return keyboard(
        [on("ed-edit", EntryAct.EDIT), button(texts("ed-history"), OpenHistory(entry=name))],
        [on("ed-rename", EntryAct.ASK_RENAME), on("ed-merge", EntryAct.ASK_MERGE)],
        [on("ed-delete", EntryAct.ASK_DELETE), button(texts(f"btn-lang-{other}"), OpenEntry(entry=name, lang=other))],
    )


def show(entry_id: EntryId, texts: Texts) -> InlineKeyboardMarkup:
    """Look at an entry."""
    return keyboard([_open("ed-show", entry_id, texts)])


def history(revisions: Sequence[Revision], page: int, texts: Texts) -> InlineKeyboardMarkup:
    """A button a revision, newest first, and pages."""
    name = revisions[0].entry_id
    here = revisions[page * REVISIONS : (page + 1) * REVISIONS]
    numbers = [_on_revision(f"№ {one.number}", RevisionAct.OPEN, one) for one in here]
    turn = [button("←", OpenHistory(entry=name, page=page - 1))] if page else []
    if len(revisions) > (page + 1) * REVISIONS:
        turn.append(button("→", OpenHistory(entry=name, page=page + 1)))
    return keyboard(*in_rows(numbers, 4), turn, [] if revisions[0].deleted else [_open("ed-show", name, texts)])


def _on_revision(text: str, act: RevisionAct, revision: Revision) -> InlineKeyboardButton:
    return button(text, RevisionButton(act=act, entry=revision.entry_id, number=revision.number))


def revision(revision: Revision, texts: Texts, *, present: bool) -> InlineKeyboardMarkup:
    """Under what a revision changed."""
    restore = [] if present else [_on_revision(texts("ed-restore"), RevisionAct.ASK_RESTORE, revision)]
    return keyboard(restore, [button(texts("ed-history"), OpenHistory(entry=revision.entry_id))])


def restore(revision: Revision, texts: Texts) -> InlineKeyboardMarkup:
    """Sure?"""
    return keyboard(
        [_on_revision(texts("ed-restore-yes"), RevisionAct.RESTORE, revision)],
        [button(texts("ed-no"), OpenHistory(entry=revision.entry_id))],
    )


def delete(view: EntryView, texts: Texts) -> InlineKeyboardMarkup:
    """Sure? And what becomes of the links?"""
    on = _on_entry(view.entry.id, texts)
    yes = [on("ed-delete-yes", EntryAct.DELETE)]
    if view.linking:
        yes = [on("ed-delete-unlink", EntryAct.DELETE_WITH_LINKS), on("ed-delete-links", EntryAct.DELETE)]
    return keyboard(yes, [_open("ed-no", view.entry.id, texts)])


def deleted(revision: Revision, texts: Texts) -> InlineKeyboardMarkup:
    """A deleted entry can come back."""
    return keyboard([_on_revision(texts("ed-undelete"), RevisionAct.RESTORE, revision)])


def merge(into: Entry, others: Sequence[Entry], texts: Texts) -> InlineKeyboardMarkup:
    """Which entry shall become part of another; the other's id is in the conversation."""
    rows = [[button(_name(one, texts), EntryButton(act=EntryAct.CHOOSE_MERGE, entry=one.id))] for one in others]
    return keyboard(*rows, [_open("ed-no", into.id, texts)])


def merge_sure(other: EntryId, into: EntryId, texts: Texts) -> InlineKeyboardMarkup:
    """Sure?"""
    return keyboard([_on_entry(other, texts)("ed-merge-yes", EntryAct.MERGE), _open("ed-no", into, texts)])


# --- drafts -------------------------------------------------------------------------------------------------


def _on_draft(draft: DraftId, texts: Texts) -> Callable[[str, DraftAct], InlineKeyboardButton]:
    return lambda key, act: button(texts(key), DraftButton(act=act, draft=draft))


def _on_place(text: str, act: PlaceAct, draft: DraftId, place: int) -> InlineKeyboardButton:
    return button(text, PlaceButton(act=act, draft=draft, place=place))


def drafts(own: Sequence[EntryDraft], waiting: Sequence[MachineDraft], texts: Texts) -> InlineKeyboardMarkup:
    """This person's drafts, and drafts by a model that wait."""
    show = DraftAct.OPEN
    rows = [[button(_name(one.entry, texts), DraftButton(act=show, draft=one.id))] for one in own]
    return keyboard(*rows, *machine_drafts(waiting, texts))


def panel(panel: Panel, texts: Texts) -> InlineKeyboardMarkup:
    """All that can be done with a draft."""
    draft = panel.draft.id
    on = _on_draft(draft, texts)
    wrong = {problem.edited_field for problem in panel.errors}

    def label(field: str, name: str) -> str:
        return short(f"❗ {name}" if field in wrong else f"• {name}" if field in panel.changed else name)

    fields = [
        _on_place(label(field, field_name(field, texts)), PlaceAct.ASK_FIELD, draft, place)
        for place, field in enumerate(FIELDS)
        if field != "exemplars" and (field not in OF_FORMATS or panel.draft.entry.kind == "format")
    ]
    pictures = texts("ed-exemplars", count=len(panel.draft.entry.exemplars) + len(panel.draft.pictures))
    fields.append(button(label("exemplars", pictures), DraftButton(act=DraftAct.EXEMPLARS, draft=draft)))
    if panel.draft.base_revision is None:
        fields.append(on("ed-id", DraftAct.ASK_ID))
    previews = [button(texts(f"ed-preview-{lang}"), PreviewDraft(draft=draft, lang=lang)) for lang in LANGS]
    return keyboard(
        *in_rows(fields),
        [*previews, on("ed-file", DraftAct.SEND_FILE)],
        [] if panel.newer is None else [on("ed-see-newer", DraftAct.NEWER)],
        [on("ed-save", DraftAct.CHECK), on("ed-discard", DraftAct.ASK_DISCARD)],
    )


def back(draft: DraftId, texts: Texts) -> InlineKeyboardMarkup:
    """Back to the draft."""
    return keyboard([_on_draft(draft, texts)("btn-back", DraftAct.OPEN)])


def field(draft: EntryDraft, name: str, texts: Texts) -> InlineKeyboardMarkup:
    """Beside the question for a field's new text: what else can be done with what it says now."""
    place, now = FIELDS.index(name), field_text(draft.entry, name)
    items = now.splitlines()[:ITEMS] if name in LISTS else []
    drops = [
        button(short(texts("ed-drop", name=item), ITEM), ItemButton(draft=draft.id, place=place, mark=item_mark(item)))
        for item in items
    ]
    on = partial(_on_place, draft=draft.id, place=place)
    anew = [on(texts("ed-anew"), PlaceAct.ASK_ANEW)] if items else []
    phrase = [on(texts("ed-phrase"), PlaceAct.ASK_PHRASE)] if now and name not in WORDLESS else []
    empty = [on(texts("ed-empty"), PlaceAct.EMPTY_FIELD)] if now and name in OPTIONAL else []
    return keyboard(*in_rows(drops), [*anew, *phrase], [*empty, _on_draft(draft.id, texts)("btn-back", DraftAct.OPEN)])


def exemplars(draft: EntryDraft, texts: Texts) -> InlineKeyboardMarkup:
    """Each exemplar can go; an added picture can be kept itself."""
    rows = [
        [_on_place(short(texts("ed-drop", name=name)), PlaceAct.REMOVE_EXEMPLAR, draft.id, place)]
        for place, name in enumerate(draft.entry.exemplars)
    ]
    for number, picture in enumerate(draft.pictures, 1):
        place = len(draft.entry.exemplars) + number - 1
        row = [_on_place(texts("ed-drop-new", number=number), PlaceAct.REMOVE_EXEMPLAR, draft.id, place)]
        if picture.file_id and picture.data is None:
            row.append(_on_place(texts("ed-keep", number=number), PlaceAct.ASK_LICENCE, draft.id, place))
        rows.append(row)
    return keyboard(*rows, [_on_draft(draft.id, texts)("btn-back", DraftAct.OPEN)])


def discard(draft: DraftId, texts: Texts) -> InlineKeyboardMarkup:
    """Sure?"""
    on = _on_draft(draft, texts)
    return keyboard([on("ed-discard-yes", DraftAct.DISCARD), on("ed-no", DraftAct.OPEN)])


# --- saving -------------------------------------------------------------------------------------------------


def confirm_save(draft: DraftId, texts: Texts, *, breaks: bool) -> InlineKeyboardMarkup:
    """After the safety net."""
    on = _on_draft(draft, texts)
    return keyboard(
        [on("ed-see-broken", DraftAct.BROKEN)] if breaks else [],
        [on("ed-save-anyway" if breaks else "ed-save-now", DraftAct.SAVE)],
        [on("ed-save-comment", DraftAct.ASK_COMMENT), on("btn-back", DraftAct.OPEN)],
    )


def broken(draft: DraftId, texts: Texts) -> InlineKeyboardMarkup:
    """Under what would break."""
    on = _on_draft(draft, texts)
    return keyboard([on("ed-save-anyway", DraftAct.SAVE), on("btn-back", DraftAct.OPEN)])


def newer(draft: DraftId, error: DraftOutdated, texts: Texts) -> InlineKeyboardMarkup:
    """Merge or overwrite, knowingly."""
    on = _on_draft(draft, texts)
    merge = [] if error.gone else [on("ed-merge-both", DraftAct.MERGE_THEIRS)]
    if error.clashes:
        merge = [on("ed-merge-mine", DraftAct.MERGE_MINE), on("ed-merge-theirs", DraftAct.MERGE_THEIRS)]
    return keyboard(merge, [on("ed-overwrite", DraftAct.OVERWRITE)], [on("btn-back", DraftAct.OPEN)])


def saved(revision: Revision, texts: Texts) -> InlineKeyboardMarkup:
    """Take it back, or look."""
    undo = _on_revision(texts("ed-undo"), RevisionAct.UNDO, revision)
    return keyboard([undo, _open("ed-show", revision.entry_id, texts)])


# --- drafts by a model --------------------------------------------------------------------------------------


def _on_machine(key: str, act: MachineAct, made: MachineDraft, texts: Texts, more: str = "") -> InlineKeyboardButton:
    return button(texts(key), MachineButton(act=act, draft=made.id, more=more))


def machine_draft(made: MachineDraft, lang: Lang, texts: Texts) -> InlineKeyboardMarkup:
    """What an editor can make of a draft by a model."""
    other: Lang = "en" if lang == "ru" else "ru"
    return keyboard(
        [_on_machine("md-take", MachineAct.TAKE, made, texts), _on_machine("md-mend", MachineAct.MEND, made, texts)],
        [_on_machine("md-write", MachineAct.WRITE, made, texts)],
        [
            _on_machine("md-drop", MachineAct.ASK_DROP, made, texts),
            _on_machine("md-drop-not-ml", MachineAct.DROP, made, texts, "not-ml"),
        ],
        [_on_machine(f"btn-lang-{other}", MachineAct.OPEN, made, texts, other)],
    )


def drop_machine_draft(made: MachineDraft, texts: Texts) -> InlineKeyboardMarkup:
    """Why is it thrown away?"""
    why = [_on_machine(f"md-drop-{reason}", MachineAct.DROP, made, texts, reason) for reason in REASONS]
    back = _on_machine("btn-back", MachineAct.OPEN, made, texts, texts.lang)
    return keyboard(*in_rows(why), [back])


def machine_drafts(waiting: Sequence[MachineDraft], texts: Texts) -> list[list[InlineKeyboardButton]]:
    """A row for each draft by a model that waits."""
    act = MachineAct.OPEN
    titles = [(one, "" if one.draft is None else one.draft.title[texts.lang]) for one in waiting[:WAITING_DRAFTS]]
    return [[button(short(f"🤖 {title}"), MachineButton(act=act, draft=one.id, more="new"))] for one, title in titles]


# --- unexplained memes --------------------------------------------------------------------------------------


def groups(groups: Sequence[Group], offset: int) -> InlineKeyboardMarkup:
    """A button a group, and pages."""
    show = GroupAct.OPEN
    numbers = [button(f"{n}", GroupButton(act=show, group=group.id)) for n, group in enumerate(groups, offset + 1)]
    turn = [button("←", OpenGroups(offset=max(0, offset - GROUPS)))] if offset else []
    if len(groups) == GROUPS:
        turn.append(button("→", OpenGroups(offset=offset + GROUPS)))
    return keyboard(numbers, turn)


def group(group: Group, draft: MachineDraft | None, texts: Texts) -> InlineKeyboardMarkup:
    """Write an entry for the group, with a model's draft if there is one, or say that there is nothing to explain."""
    return keyboard(
        *machine_drafts([] if draft is None else [draft], texts),
        [button(texts(f"ed-new-{kind}"), BeginForGroup(group=group.id, kind=kind)) for kind in KINDS],
        [
            button(texts("ed-hide"), GroupButton(act=GroupAct.HIDE, group=group.id)),
            button(texts("btn-back"), OpenGroups()),
        ],
    )


def hidden(group: GroupId, texts: Texts) -> InlineKeyboardMarkup:
    """Take hiding back."""
    unhide = button(texts("ed-unhide"), GroupButton(act=GroupAct.UNHIDE, group=group))
    return keyboard([unhide, button(texts("btn-back"), OpenGroups())])


def calls(call: EditorsCall, texts: Texts) -> InlineKeyboardMarkup:
    """Each of the memes that wait for an entry."""
    opening = [
        button(texts("mb-open", number=str(submission.id)), OpenCall(submission=submission.id))
        for submission in call.submissions[:CALLS]
    ]
    return keyboard(*in_rows(opening, 3))


def call(submission: int, texts: Texts) -> InlineKeyboardMarkup:
    """Write an entry for a meme that will be published."""
    begin = BeginForSubmission
    return keyboard([button(texts(f"ed-new-{kind}"), begin(submission=submission, kind=kind)) for kind in KINDS])
