"""What editors' buttons ask for: ``e:<code>:<which>:<more>``.

``which`` is an entry's id, or the number of a draft, a group or a proposed meme in base 36. Who pressed is asked at
every press: a button carries no right. Codes stand in messages that were sent long ago and are not given away again.
"""

from __future__ import annotations

from typing import Annotated, Literal

from aiogram.filters.callback_data import CallbackData
from pydantic import BeforeValidator, PlainSerializer

from knowledge.entry.model import EntryId, Kind
from knowledge.reading import Lang
from memebot.answering.grouping import GroupId
from memebot.editing.drafts import DraftId
from memebot.telegram.ui.keyboards import base36


def _from_base36(value: int | str) -> int:
    """0, which nothing has, for what is no number."""
    try:
        return int(value[:12], 36) if isinstance(value, str) else value
    except ValueError:
        return 0


def _from_decimal(value: int | str) -> int:
    """0 for what is no number."""
    if isinstance(value, str):
        return int(value) if value.isdecimal() and len(value) < 9 else 0
    return value


_BASE36 = BeforeValidator(_from_base36), PlainSerializer(base36)
Draft = Annotated[DraftId, *_BASE36]
Group = Annotated[GroupId, *_BASE36]
Submission = Annotated[int, *_BASE36]
Number = Annotated[int, BeforeValidator(_from_decimal)]


class _Entry(CallbackData, prefix="e"):
    code: str
    entry: EntryId
    more: str = ""


class _Revision(CallbackData, prefix="e"):
    code: str
    entry: EntryId
    number: Number


class _Draft(CallbackData, prefix="e"):
    code: str
    draft: Draft
    more: str = ""


class _DraftPlace(CallbackData, prefix="e"):
    code: str
    draft: Draft
    place: Number


# --- entries


class OpenEntry(CallbackData, prefix="e"):
    code: Literal["sh"] = "sh"
    entry: EntryId
    lang: Lang | None = None


class EditEntry(_Entry, prefix="e"):
    code: Literal["ed"] = "ed"


class OpenHistory(CallbackData, prefix="e"):
    code: Literal["hi"] = "hi"
    entry: EntryId
    page: Number = 0


class OpenRevision(_Revision, prefix="e"):
    code: Literal["df"] = "df"


class AskRestore(_Revision, prefix="e"):
    code: Literal["rs"] = "rs"


class RestoreRevision(_Revision, prefix="e"):
    code: Literal["rS"] = "rS"


class UndoRevision(_Revision, prefix="e"):
    code: Literal["un"] = "un"


class AskDelete(_Entry, prefix="e"):
    code: Literal["dl"] = "dl"


class DeleteEntry(_Entry, prefix="e"):
    """``dU``: with the links to it."""

    code: Literal["dD", "dU"]


class AskRename(_Entry, prefix="e"):
    code: Literal["rn"] = "rn"


class AskMerge(_Entry, prefix="e"):
    code: Literal["mg"] = "mg"


class ChooseMerge(_Entry, prefix="e"):
    """``entry`` shall become part of the one that the conversation is about."""

    code: Literal["mM"] = "mM"


class MergeEntry(_Entry, prefix="e"):
    """``entry`` becomes part of the one that the conversation is about."""

    code: Literal["mY"] = "mY"


# --- drafts


class OpenDraft(_Draft, prefix="e"):
    code: Literal["pn"] = "pn"


class AskField(_DraftPlace, prefix="e"):
    """``place``: the field's among ``FIELDS``."""

    code: Literal["fd"] = "fd"


class EmptyField(_DraftPlace, prefix="e"):
    code: Literal["em"] = "em"


class AskId(_Draft, prefix="e"):
    code: Literal["id"] = "id"


class PreviewDraft(CallbackData, prefix="e"):
    code: Literal["pv"] = "pv"
    draft: Draft
    lang: Lang


class SendFile(_Draft, prefix="e"):
    code: Literal["fl"] = "fl"


class AskDiscard(_Draft, prefix="e"):
    code: Literal["no"] = "no"


class DiscardDraft(_Draft, prefix="e"):
    code: Literal["nO"] = "nO"


class OpenExemplars(_Draft, prefix="e"):
    code: Literal["ex"] = "ex"


class RemoveExemplar(_DraftPlace, prefix="e"):
    code: Literal["xr"] = "xr"


class AskLicence(_DraftPlace, prefix="e"):
    code: Literal["xk"] = "xk"


class CheckDraft(_Draft, prefix="e"):
    code: Literal["ck"] = "ck"


class OpenBroken(_Draft, prefix="e"):
    code: Literal["br"] = "br"


class SaveDraft(_Draft, prefix="e"):
    code: Literal["sv"] = "sv"


class AskComment(_Draft, prefix="e"):
    code: Literal["cm"] = "cm"


class OpenNewer(_Draft, prefix="e"):
    code: Literal["nw"] = "nw"


class MergeNewer(_Draft, prefix="e"):
    """``mm``: mine stays where both changed the same, ``mt``: theirs."""

    code: Literal["mm", "mt"]


class OverwriteNewer(_Draft, prefix="e"):
    code: Literal["ow"] = "ow"


# --- unexplained memes


class OpenGroups(CallbackData, prefix="e"):
    code: Literal["gp"] = "gp"
    which: str = ""
    offset: Number = 0


class OpenGroup(CallbackData, prefix="e"):
    code: Literal["gg"] = "gg"
    group: Group
    more: str = ""


class HideGroup(CallbackData, prefix="e"):
    """``gs``: show it again."""

    code: Literal["gh", "gs"]
    group: Group
    more: str = ""


class BeginForGroup(CallbackData, prefix="e"):
    code: Literal["gn"] = "gn"
    group: Group
    kind: Kind


class BeginForSubmission(CallbackData, prefix="e"):
    code: Literal["sn"] = "sn"
    submission: Submission
    kind: Kind
