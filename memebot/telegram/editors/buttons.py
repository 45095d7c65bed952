"""Keyboards of editors."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from knowledge.entry.fields import FIELDS
from knowledge.entry.model import KINDS, Entry, EntryId
from knowledge.reading import LANGS, Lang
from knowledge.store.revisions import Revision
from memebot.answering.grouping import GroupId
from memebot.answering.unexplained import Group
from memebot.editing.changes import EntryView
from memebot.editing.drafts import DraftId, EntryDraft
from memebot.editing.errors import DraftOutdated
from memebot.editing.own_drafts import Panel
from memebot.i18n import Texts
from memebot.telegram.editors import actions

_MAX_LABEL = 40
REVISIONS = 8
GROUPS = 6


def _button(text: str, action: CallbackData) -> InlineKeyboardButton:
    short = text if len(text) <= _MAX_LABEL else text[: _MAX_LABEL - 1].rstrip() + "…"
    return InlineKeyboardButton(text=short, callback_data=action.pack())


def _keyboard(*rows: Sequence[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[list(row) for row in rows if row])


def _pairs(buttons: Sequence[InlineKeyboardButton], size: int = 2) -> list[list[InlineKeyboardButton]]:
    return [list(buttons[i : i + size]) for i in range(0, len(buttons), size)]


def field_name(field: str, texts: Texts) -> str:
    """What a field is called."""
    return texts(f"field-{field.replace('.', '-').replace('_', '-')}")


def _name(entry: Entry, texts: Texts) -> str:
    return entry.title.get(texts.lang) or entry.id


# --- entries ------------------------------------------------------------------------------------------------


def found(entries: Sequence[Entry], texts: Texts) -> InlineKeyboardMarkup:
    """Entries to choose from."""
    return _keyboard(*([_button(_name(entry, texts), actions.OpenEntry(entry=entry.id))] for entry in entries))


def entry(view: EntryView, lang: Lang, texts: Texts) -> InlineKeyboardMarkup:
    """What can be done with an entry."""
    other: Lang = "en" if lang == "ru" else "ru"
    name = view.entry.id
    return _keyboard(
        [
            _button(texts("ed-edit"), actions.EditEntry(entry=name)),
            _button(texts("ed-history"), actions.OpenHistory(entry=name)),
        ],
        [
            _button(texts("ed-rename"), actions.AskRename(entry=name)),
            _button(texts("ed-merge"), actions.AskMerge(entry=name)),
        ],
        [
            _button(texts("ed-delete"), actions.AskDelete(entry=name)),
            _button(texts(f"btn-lang-{other}"), actions.OpenEntry(entry=name, lang=other)),
        ],
    )


def show(entry_id: EntryId, texts: Texts) -> InlineKeyboardMarkup:
    """Look at an entry."""
    return _keyboard([_button(texts("ed-show"), actions.OpenEntry(entry=entry_id))])


def history(revisions: Sequence[Revision], page: int, texts: Texts) -> InlineKeyboardMarkup:
    """A button a revision, newest first, and pages."""
    name = revisions[0].entry_id
    here = revisions[page * REVISIONS : (page + 1) * REVISIONS]
    turn = [_button("←", actions.OpenHistory(entry=name, page=page - 1))] if page else []
    if len(revisions) > (page + 1) * REVISIONS:
        turn.append(_button("→", actions.OpenHistory(entry=name, page=page + 1)))
    numbers = [_button(f"№ {one.number}", actions.OpenRevision(entry=name, number=one.number)) for one in here]
    look = [] if revisions[0].deleted else [_button(texts("ed-show"), actions.OpenEntry(entry=name))]
    return _keyboard(*_pairs(numbers, 4), turn, look)


def revision(revision: Revision, texts: Texts, *, present: bool) -> InlineKeyboardMarkup:
    """Under what a revision changed."""
    name = revision.entry_id
    restore = [] if present else [_button(texts("ed-restore"), actions.AskRestore(entry=name, number=revision.number))]
    return _keyboard(restore, [_button(texts("ed-history"), actions.OpenHistory(entry=name))])


def restore(entry_id: EntryId, number: int, texts: Texts) -> InlineKeyboardMarkup:
    """Sure?"""
    return _keyboard(
        [_button(texts("ed-restore-yes"), actions.RestoreRevision(entry=entry_id, number=number))],
        [_button(texts("ed-no"), actions.OpenHistory(entry=entry_id))],
    )


def delete(view: EntryView, texts: Texts) -> InlineKeyboardMarkup:
    """Sure? And what becomes of the links?"""
    name = view.entry.id
    alone, unlinked = actions.DeleteEntry(code="dD", entry=name), actions.DeleteEntry(code="dU", entry=name)
    yes = [_button(texts("ed-delete-yes"), alone)]
    if view.linking:
        yes = [_button(texts("ed-delete-unlink"), unlinked), _button(texts("ed-delete-links"), alone)]
    return _keyboard(yes, [_button(texts("ed-no"), actions.OpenEntry(entry=name))])


def deleted(revision: Revision, texts: Texts) -> InlineKeyboardMarkup:
    """A deleted entry can come back."""
    back = actions.RestoreRevision(entry=revision.entry_id, number=revision.number)
    return _keyboard([_button(texts("ed-undelete"), back)])


def merge(into: Entry, others: Sequence[Entry], texts: Texts) -> InlineKeyboardMarkup:
    """Which entry shall become part of another; the other's id is in the conversation."""
    rows = [[_button(_name(entry, texts), actions.ChooseMerge(entry=entry.id))] for entry in others]
    return _keyboard(*rows, [_button(texts("ed-no"), actions.OpenEntry(entry=into.id))])


def merge_sure(other: EntryId, into: EntryId, texts: Texts) -> InlineKeyboardMarkup:
    """Sure?"""
    return _keyboard(
        [
            _button(texts("ed-merge-yes"), actions.MergeEntry(entry=other)),
            _button(texts("ed-no"), actions.OpenEntry(entry=into)),
        ]
    )


# --- drafts -------------------------------------------------------------------------------------------------


def drafts(own: Sequence[EntryDraft], texts: Texts) -> InlineKeyboardMarkup:
    """This person's drafts."""
    return _keyboard(*([_button(_name(draft.entry, texts), actions.OpenDraft(draft=draft.id))] for draft in own))


def panel(panel: Panel, texts: Texts) -> InlineKeyboardMarkup:
    """All that can be done with a draft."""
    draft = panel.draft.id
    wrong = {problem.edited_field for problem in panel.errors}

    def label(field: str, name: str) -> str:
        return f"❗ {name}" if field in wrong else f"• {name}" if field in panel.changed else name

    fields = [
        _button(label(field, field_name(field, texts)), actions.AskField(draft=draft, place=place))
        for place, field in enumerate(FIELDS)
        if field != "exemplars"
    ]
    pictures = texts("ed-exemplars", count=len(panel.draft.entry.exemplars) + len(panel.draft.pictures))
    fields.append(_button(label("exemplars", pictures), actions.OpenExemplars(draft=draft)))
    if panel.draft.base_revision is None:
        fields.append(_button(texts("ed-id"), actions.AskId(draft=draft)))
    previews = [_button(texts(f"ed-preview-{lang}"), actions.PreviewDraft(draft=draft, lang=lang)) for lang in LANGS]
    newer = [] if panel.newer is None else [_button(texts("ed-see-newer"), actions.OpenNewer(draft=draft))]
    return _keyboard(
        *_pairs(fields),
        [*previews, _button(texts("ed-file"), actions.SendFile(draft=draft))],
        newer,
        [
            _button(texts("ed-save"), actions.CheckDraft(draft=draft)),
            _button(texts("ed-discard"), actions.AskDiscard(draft=draft)),
        ],
    )


def _back(draft: DraftId, texts: Texts) -> InlineKeyboardButton:
    return _button(texts("btn-back"), actions.OpenDraft(draft=draft))


def back(draft: DraftId, texts: Texts) -> InlineKeyboardMarkup:
    """Back to the draft."""
    return _keyboard([_back(draft, texts)])


def field(draft: DraftId, name: str, texts: Texts, *, list_: bool) -> InlineKeyboardMarkup:
    """Beside the question for a field's new text."""
    empty = actions.EmptyField(draft=draft, place=FIELDS.index(name))
    return _keyboard([*([_button(texts("ed-empty"), empty)] if list_ else []), _back(draft, texts)])


def exemplars(draft: EntryDraft, texts: Texts) -> InlineKeyboardMarkup:
    """Each exemplar can go; an added picture can be kept itself."""
    rows = [
        [_button(texts("ed-drop", name=name), actions.RemoveExemplar(draft=draft.id, place=place))]
        for place, name in enumerate(draft.entry.exemplars)
    ]
    for number, picture in enumerate(draft.pictures, 1):
        place = len(draft.entry.exemplars) + number - 1
        row = [_button(texts("ed-drop-new", number=number), actions.RemoveExemplar(draft=draft.id, place=place))]
        if picture.file_id and picture.data is None:
            row.append(_button(texts("ed-keep", number=number), actions.AskLicence(draft=draft.id, place=place)))
        rows.append(row)
    return _keyboard(*rows, [_back(draft.id, texts)])


def discard(draft: DraftId, texts: Texts) -> InlineKeyboardMarkup:
    """Sure?"""
    return _keyboard(
        [
            _button(texts("ed-discard-yes"), actions.DiscardDraft(draft=draft)),
            _button(texts("ed-no"), actions.OpenDraft(draft=draft)),
        ]
    )


# --- saving -------------------------------------------------------------------------------------------------


def confirm_save(draft: DraftId, texts: Texts, *, breaks: bool) -> InlineKeyboardMarkup:
    """After the safety net."""
    return _keyboard(
        [_button(texts("ed-see-broken"), actions.OpenBroken(draft=draft))] if breaks else [],
        [_button(texts("ed-save-anyway" if breaks else "ed-save-now"), actions.SaveDraft(draft=draft))],
        [_button(texts("ed-save-comment"), actions.AskComment(draft=draft)), _back(draft, texts)],
    )


def broken(draft: DraftId, texts: Texts) -> InlineKeyboardMarkup:
    """Under what would break."""
    return _keyboard([_button(texts("ed-save-anyway"), actions.SaveDraft(draft=draft)), _back(draft, texts)])


def newer(draft: DraftId, error: DraftOutdated, texts: Texts) -> InlineKeyboardMarkup:
    """Merge or overwrite, knowingly."""
    mine, theirs = actions.MergeNewer(code="mm", draft=draft), actions.MergeNewer(code="mt", draft=draft)
    merge = [] if error.gone else [_button(texts("ed-merge-both"), theirs)]
    if error.clashes:
        merge = [_button(texts("ed-merge-mine"), mine), _button(texts("ed-merge-theirs"), theirs)]
    overwrite = _button(texts("ed-overwrite"), actions.OverwriteNewer(draft=draft))
    return _keyboard(merge, [overwrite], [_back(draft, texts)])


def saved(revision: Revision, texts: Texts) -> InlineKeyboardMarkup:
    """Take it back, or look."""
    undo = actions.UndoRevision(entry=revision.entry_id, number=revision.number)
    look = actions.OpenEntry(entry=revision.entry_id)
    return _keyboard([_button(texts("ed-undo"), undo), _button(texts("ed-show"), look)])


# --- unexplained memes --------------------------------------------------------------------------------------


def groups(groups: Sequence[Group], offset: int) -> InlineKeyboardMarkup:
    """A button a group, and pages."""
    numbers = [_button(f"{n}", actions.OpenGroup(group=group.id)) for n, group in enumerate(groups, offset + 1)]
    turn = [_button("←", actions.OpenGroups(offset=max(0, offset - GROUPS)))] if offset else []
    if len(groups) == GROUPS:
        turn.append(_button("→", actions.OpenGroups(offset=offset + GROUPS)))
    return _keyboard(numbers, turn)


def group(group: Group, texts: Texts) -> InlineKeyboardMarkup:
    """Write an entry for the group, or say that there is nothing to explain."""
    return _keyboard(
        [_button(texts(f"ed-new-{kind}"), actions.BeginForGroup(group=group.id, kind=kind)) for kind in KINDS],
        [
            _button(texts("ed-hide"), actions.HideGroup(code="gh", group=group.id)),
            _button(texts("btn-back"), actions.OpenGroups()),
        ],
    )


def hidden(group: GroupId, texts: Texts) -> InlineKeyboardMarkup:
    """Take hiding back."""
    return _keyboard(
        [
            _button(texts("ed-unhide"), actions.HideGroup(code="gs", group=group)),
            _button(texts("btn-back"), actions.OpenGroups()),
        ]
    )


def call(submission: int, texts: Texts) -> InlineKeyboardMarkup:
    """Write an entry for a meme that will be published."""
    return _keyboard(
        [
            _button(texts(f"ed-new-{kind}"), actions.BeginForSubmission(submission=submission, kind=kind))
            for kind in KINDS
        ]
    )
