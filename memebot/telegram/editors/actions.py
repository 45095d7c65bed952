"""What editors' buttons ask for: ``e:<act>:<which>:<more>``.

``which`` is an entry's id, or the number of a draft, a group or a proposed meme in base 36. Who pressed is asked at
every press: a button carries no right. Acts stand in messages that were sent long ago and are not given away again.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import partial
from typing import Annotated, Literal

from aiogram import F
from aiogram.filters.callback_data import CallbackData, CallbackQueryFilter
from pydantic import BeforeValidator, PlainSerializer

from knowledge.entry.model import EntryId, Kind
from knowledge.reading import Lang
from memebot.answering.grouping import GroupId
from memebot.drafting.store import MachineDraftId
from memebot.editing.drafts import DraftId
from memebot.telegram.ui.keyboards import base36


def _number(value: int | str, base: int) -> int:
    """0, which nothing has, for what is no number."""
    try:
        return value if isinstance(value, int) else int(value, base) if value.isalnum() and len(value) <= 12 else 0
    except ValueError:
        return 0


_BASE36 = BeforeValidator(partial(_number, base=36)), PlainSerializer(base36)
Draft = Annotated[DraftId, *_BASE36]
Group = Annotated[GroupId, *_BASE36]
Submission = Annotated[int, *_BASE36]
Machine = Annotated[MachineDraftId, *_BASE36]
Number = Annotated[int, BeforeValidator(partial(_number, base=10))]


class EntryAct(StrEnum):
    """What a button does to an entry."""

    EDIT = "ed"
    ASK_RENAME = "rn"
    ASK_DELETE = "dl"
    DELETE = "dD"
    DELETE_WITH_LINKS = "dU"
    ASK_MERGE = "mg"
    CHOOSE_MERGE = "mM"
    """It shall become part of the one that the conversation is about."""
    MERGE = "mY"


class EntryButton(CallbackData, prefix="e"):
    """A button of an entry."""

    act: EntryAct
    entry: EntryId
    more: str = ""


class OpenEntry(CallbackData, prefix="e"):
    """Show an entry in this language."""

    act: Literal["sh"] = "sh"
    entry: EntryId
    lang: Lang | None = None


class OpenHistory(CallbackData, prefix="e"):
    """A page of an entry's history, from 0."""

    act: Literal["hi"] = "hi"
    entry: EntryId
    page: Number = 0


class RevisionAct(StrEnum):
    """What a button does with a revision."""

    OPEN = "df"
    ASK_RESTORE = "rs"
    RESTORE = "rS"
    UNDO = "un"


class RevisionButton(CallbackData, prefix="e"):
    """A button of a revision."""

    act: RevisionAct
    entry: EntryId
    number: Number


class DraftAct(StrEnum):
    """What a button does with a draft; of two changes of the same, merging keeps mine or theirs."""

    OPEN = "pn"
    ASK_ID = "id"
    SEND_FILE = "fl"
    ASK_DISCARD = "no"
    DISCARD = "nO"
    EXEMPLARS = "ex"
    CHECK = "ck"
    BROKEN = "br"
    SAVE = "sv"
    ASK_COMMENT = "cm"
    NEWER = "nw"
    MERGE_MINE = "mm"
    MERGE_THEIRS = "mt"
    OVERWRITE = "ow"


class DraftButton(CallbackData, prefix="e"):
    """A button of a draft."""

    act: DraftAct
    draft: Draft
    more: str = ""


class PlaceAct(StrEnum):
    """What a button does with one field, or with one exemplar, of a draft."""

    ASK_FIELD = "fd"
    ASK_ANEW = "fa"
    ASK_PHRASE = "fp"
    EMPTY_FIELD = "em"
    REMOVE_EXEMPLAR = "xr"
    ASK_LICENCE = "xk"


class PlaceButton(CallbackData, prefix="e"):
    """``place``: the field's among ``FIELDS``, or the exemplar's."""

    act: PlaceAct
    draft: Draft
    place: Number


class ItemButton(CallbackData, prefix="e"):
    """Take one item out of a list. ``place``: the field's among ``FIELDS``; ``mark``: the item's."""

    act: Literal["it"] = "it"
    draft: Draft
    place: Number
    mark: str


class PreviewDraft(CallbackData, prefix="e"):
    """Show a draft as subscribers would see it in this language."""

    act: Literal["pv"] = "pv"
    draft: Draft
    lang: Lang


class OpenGroups(CallbackData, prefix="e"):
    """Groups of unexplained memes from this one on."""

    act: Literal["gp"] = "gp"
    which: str = ""
    offset: Number = 0


class GroupAct(StrEnum):
    """What a button does with a group of unexplained memes."""

    OPEN = "gg"
    HIDE = "gh"
    UNHIDE = "gs"


class GroupButton(CallbackData, prefix="e"):
    """A button of a group."""

    act: GroupAct
    group: Group
    more: str = ""


class BeginForGroup(CallbackData, prefix="e"):
    """Begin an entry for a group."""

    act: Literal["gn"] = "gn"
    group: Group
    kind: Kind


class OpenCall(CallbackData, prefix="e"):
    """Show one of the proposed memes that wait for an entry."""

    act: Literal["oc"] = "oc"
    submission: int


class BeginForSubmission(CallbackData, prefix="e"):
    """Begin an entry for a proposed meme."""

    act: Literal["sn"] = "sn"
    submission: Submission
    kind: Kind


class MachineAct(StrEnum):
    """What a button does with a draft by a model."""

    OPEN = "ko"
    TAKE = "kt"
    MEND = "km"
    WRITE = "kw"
    ASK_DROP = "kd"
    DROP = "kD"


class MachineButton(CallbackData, prefix="e"):
    """A button of a draft by a model; ``more``: the language to show it in, or why it is thrown away."""

    act: MachineAct
    draft: Machine
    more: str = ""


_BUTTONS: Mapping[type, type[CallbackData]] = {
    EntryAct: EntryButton,
    RevisionAct: RevisionButton,
    DraftAct: DraftButton,
    PlaceAct: PlaceButton,
    GroupAct: GroupButton,
    MachineAct: MachineButton,
}


def pressed(*acts: StrEnum) -> CallbackQueryFilter:
    """Lets presses of a button with one of these acts, all of one kind, pass."""
    return _BUTTONS[type(acts[0])].filter(F.act.in_(acts))
