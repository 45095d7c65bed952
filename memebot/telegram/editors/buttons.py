"""Buttons of editors: ``e:<what>:<which>:<more>``.

``which`` is an entry's id, or the number of a draft, a group or a proposed meme in base 36. Who pressed is asked at
every press: a button carries no right.
"""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from knowledge.entry.fields import FIELDS
from knowledge.entry.model import KINDS, Entry
from knowledge.reading import LANGS, Lang
from knowledge.store.revisions import Revision
from memebot.answering.unexplained import Group
from memebot.editing.drafts import DraftId, EntryDraft
from memebot.editing.editing import DraftOutdated, EntryView, Panel
from memebot.i18n import Texts
from memebot.telegram.ui.keyboards import base36

_MAX_LABEL = 40
REVISIONS = 8
GROUPS = 6


class Edit(CallbackData, prefix="e"):
    """Something that an editor wants."""

    what: str
    which: str = ""
    more: str = ""

    @property
    def number(self) -> int:
        """``which`` as a number; 0, which nothing has, for what is none."""
        try:
            return int(self.which[:12], 36)
        except ValueError:
            return 0

    @property
    def draft(self) -> DraftId:
        """``which`` as a draft's number."""
        return DraftId(self.number)

    @property
    def more_number(self) -> int:
        """``more`` as a number, 0 for what is none."""
        return int(self.more) if self.more.isdecimal() and len(self.more) < 9 else 0

    @property
    def lang(self) -> Lang:
        """``more`` as a language."""
        return "en" if self.more == "en" else "ru"


def _button(text: str, what: str, which: str = "", more: str = "") -> InlineKeyboardButton:
    short = text if len(text) <= _MAX_LABEL else text[: _MAX_LABEL - 1].rstrip() + "…"
    return InlineKeyboardButton(text=short, callback_data=Edit(what=what, which=which, more=more).pack())


def _keyboard(*rows: Sequence[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[list(row) for row in rows if row])


def _pairs(buttons: Sequence[InlineKeyboardButton], size: int = 2) -> list[list[InlineKeyboardButton]]:
    return [list(buttons[i : i + size]) for i in range(0, len(buttons), size)]


def field_name(field: str, texts: Texts) -> str:
    """What a field is called."""
    return texts(f"field-{field.replace('.', '-').replace('_', '-')}")


def found(entries: Sequence[Entry], texts: Texts) -> InlineKeyboardMarkup:
    """Entries to choose from."""
    return _keyboard(*([_button(entry.title[texts.lang] or entry.id, "sh", entry.id)] for entry in entries))


def entry(shown: EntryView, lang: Lang, texts: Texts) -> InlineKeyboardMarkup:
    """What can be done with an entry."""
    which: Lang = "en" if lang == "ru" else "ru"
    name = shown.entry.id
    return _keyboard(
        [_button(texts("ed-edit"), "ed", name), _button(texts("ed-history"), "hi", name)],
        [_button(texts("ed-rename"), "rn", name), _button(texts("ed-merge"), "mg", name)],
        [_button(texts("ed-delete"), "dl", name), _button(texts(f"btn-lang-{which}"), "sh", name, which)],
    )


def panel(shown: Panel, texts: Texts) -> InlineKeyboardMarkup:
    """All that can be done with a draft."""
    number = base36(shown.draft.id)
    wrong = {finding.field for finding in shown.errors}
    fields_ = []
    for place, field in enumerate(FIELDS):
        if field != "exemplars":
            mark = "❗ " if field in wrong else "• " if field in shown.changed else ""
            fields_.append(_button(f"{mark}{field_name(field, texts)}", "fd", number, str(place)))
    pictures = len(shown.draft.entry.exemplars) + len(shown.draft.pictures)
    mark = "❗ " if "exemplars" in wrong else "• " if "exemplars" in shown.changed else ""
    fields_.append(_button(f"{mark}{texts('ed-exemplars', count=pictures)}", "ex", number))
    if shown.draft.base_revision is None:
        fields_.append(_button(texts("ed-id"), "id", number))
    rows = [
        *_pairs(fields_),
        [_button(texts(f"ed-preview-{lang}"), "pv", number, lang) for lang in LANGS]
        + [_button(texts("ed-file"), "fl", number)],
    ]
    if shown.newer is not None:
        rows.append([_button(texts("ed-see-newer"), "nw", number)])
    rows.append([_button(texts("ed-save"), "ck", number), _button(texts("ed-discard"), "no", number)])
    return _keyboard(*rows)


def back(draft: DraftId, texts: Texts) -> InlineKeyboardMarkup:
    """Back to the draft."""
    return _keyboard([_button(texts("btn-back"), "pn", base36(draft))])


def field(draft: DraftId, name: str, texts: Texts, *, list_: bool) -> InlineKeyboardMarkup:
    """Beside the question for a field's new text."""
    number = base36(draft)
    empty = [_button(texts("ed-empty"), "em", number, str(FIELDS.index(name)))] if list_ else []
    return _keyboard([*empty, _button(texts("btn-back"), "pn", number)])


def exemplars(shown: Panel, texts: Texts) -> InlineKeyboardMarkup:
    """Each exemplar can go; an added picture can be kept itself."""
    number, own = base36(shown.draft.id), len(shown.draft.entry.exemplars)
    rows = [
        [_button(texts("ed-drop", name=name), "xr", number, str(n))]
        for n, name in enumerate(shown.draft.entry.exemplars)
    ]
    for n, picture in enumerate(shown.draft.pictures):
        row = [_button(texts("ed-drop-new", number=n + 1), "xr", number, str(own + n))]
        if picture.file_id and picture.data is None:
            row.append(_button(texts("ed-keep", number=n + 1), "xk", number, str(own + n)))
        rows.append(row)
    return _keyboard(*rows, [_button(texts("btn-back"), "pn", number)])


def confirm_save(draft: DraftId, texts: Texts, *, breaks: bool) -> InlineKeyboardMarkup:
    """After the safety net."""
    number = base36(draft)
    return _keyboard(
        [_button(texts("ed-see-broken"), "br", number)] if breaks else [],
        [_button(texts("ed-save-anyway" if breaks else "ed-save-now"), "sv", number)],
        [_button(texts("ed-save-comment"), "cm", number), _button(texts("btn-back"), "pn", number)],
    )


def broken(draft: DraftId, texts: Texts) -> InlineKeyboardMarkup:
    """Under what would break."""
    number = base36(draft)
    return _keyboard([_button(texts("ed-save-anyway"), "sv", number), _button(texts("btn-back"), "pn", number)])


def newer(draft: DraftId, error: DraftOutdated, texts: Texts) -> InlineKeyboardMarkup:
    """Merge or overwrite, knowingly."""
    number = base36(draft)
    merge = [] if error.gone else [_button(texts("ed-merge-both"), "mt", number)]
    if error.clashes:
        merge = [_button(texts("ed-merge-mine"), "mm", number), _button(texts("ed-merge-theirs"), "mt", number)]
    return _keyboard(merge, [_button(texts("ed-overwrite"), "ow", number)], [_button(texts("btn-back"), "pn", number)])


def saved(revision: Revision, texts: Texts) -> InlineKeyboardMarkup:
    """Take it back, or look."""
    return _keyboard(
        [
            _button(texts("ed-undo"), "un", revision.entry_id, str(revision.number)),
            _button(texts("ed-show"), "sh", revision.entry_id),
        ]
    )


def show(entry_id: str, texts: Texts) -> InlineKeyboardMarkup:
    """Look at an entry."""
    return _keyboard([_button(texts("ed-show"), "sh", entry_id)])


def history(revisions: Sequence[Revision], page: int, texts: Texts) -> InlineKeyboardMarkup:
    """A button a revision, newest first, and pages."""
    name = revisions[0].entry_id
    here = revisions[page * REVISIONS : (page + 1) * REVISIONS]
    turn = [_button("←", "hi", name, str(page - 1))] if page else []
    if len(revisions) > (page + 1) * REVISIONS:
        turn.append(_button("→", "hi", name, str(page + 1)))
    numbers = [_button(f"№ {revision.number}", "df", name, str(revision.number)) for revision in here]
    return _keyboard(*_pairs(numbers, 4), turn, [] if revisions[0].deleted else [_button(texts("ed-show"), "sh", name)])


def revision(shown: Revision, texts: Texts, *, present: bool) -> InlineKeyboardMarkup:
    """Under what a revision changed."""
    name, number = shown.entry_id, str(shown.number)
    restore = [] if present else [_button(texts("ed-restore"), "rs", name, number)]
    return _keyboard(restore, [_button(texts("ed-history"), "hi", name)])


def restore(entry_id: str, number: int, texts: Texts) -> InlineKeyboardMarkup:
    """Sure?"""
    return _keyboard(
        [_button(texts("ed-restore-yes"), "rS", entry_id, str(number))], [_button(texts("ed-no"), "hi", entry_id)]
    )


def delete(shown: EntryView, texts: Texts) -> InlineKeyboardMarkup:
    """Sure? And what becomes of the links?"""
    name = shown.entry.id
    yes = [_button(texts("ed-delete-yes"), "dD", name)]
    if shown.linking:
        yes = [_button(texts("ed-delete-unlink"), "dU", name), _button(texts("ed-delete-links"), "dD", name)]
    return _keyboard(yes, [_button(texts("ed-no"), "sh", name)])


def deleted(revision_: Revision, texts: Texts) -> InlineKeyboardMarkup:
    """A deleted entry can come back."""
    return _keyboard([_button(texts("ed-undelete"), "rS", revision_.entry_id, str(revision_.number))])


def merge(into: Entry, others: Sequence[Entry], texts: Texts) -> InlineKeyboardMarkup:
    """Which entry shall become part of another; the other's id is in the conversation."""
    rows = [[_button(entry.title[texts.lang] or entry.id, "mM", entry.id)] for entry in others]
    return _keyboard(*rows, [_button(texts("ed-no"), "sh", into.id)])


def merge_sure(other: str, into: str, texts: Texts) -> InlineKeyboardMarkup:
    """Sure?"""
    return _keyboard([_button(texts("ed-merge-yes"), "mY", other), _button(texts("ed-no"), "sh", into)])


def discard(draft: DraftId, texts: Texts) -> InlineKeyboardMarkup:
    """Sure?"""
    number = base36(draft)
    return _keyboard([_button(texts("ed-discard-yes"), "nO", number), _button(texts("ed-no"), "pn", number)])


def drafts(own: Sequence[EntryDraft], texts: Texts) -> InlineKeyboardMarkup:
    """This person's drafts."""
    return _keyboard(
        *([_button(draft.entry.title.get(texts.lang) or draft.entry.id, "pn", base36(draft.id))] for draft in own)
    )


def gaps(groups: Sequence[Group], offset: int, more: bool, texts: Texts) -> InlineKeyboardMarkup:
    """A button a group, and pages."""
    numbers = [_button(f"{offset + n}", "gg", base36(group.id)) for n, group in enumerate(groups, 1)]
    turn = [_button("←", "gp", "", str(max(0, offset - GROUPS)))] if offset else []
    if more:
        turn.append(_button("→", "gp", "", str(offset + GROUPS)))
    return _keyboard(numbers, turn)


def group(shown: Group, texts: Texts) -> InlineKeyboardMarkup:
    """Write an entry for the group, or say that there is nothing to explain."""
    number = base36(shown.id)
    return _keyboard(
        [_button(texts(f"ed-new-{kind}"), "gn", number, kind) for kind in KINDS],
        [_button(texts("ed-hide"), "gh", number), _button(texts("btn-back"), "gp")],
    )


def hidden(group_: int, texts: Texts) -> InlineKeyboardMarkup:
    """Take hiding back."""
    return _keyboard([_button(texts("ed-unhide"), "gs", base36(group_)), _button(texts("btn-back"), "gp")])


def call(submission: int, texts: Texts) -> InlineKeyboardMarkup:
    """Write an entry for a meme that will be published."""
    return _keyboard([_button(texts(f"ed-new-{kind}"), "sn", base36(submission), kind) for kind in KINDS])
