"""The buttons of authors. ``d:<key>:<action>`` belong to a proposal that is not sent yet, one class an action."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from memebot.channel.submitting import AuthorOverview, AuthorSubmission, Proposal
from memebot.i18n import Texts
from memebot.telegram.transport.delivery import UNCAPTIONED
from moderation.model import SubmissionId

WITHDRAWABLE = 5
"""How many of an author's submissions have a button to take them back."""


class DraftButton(CallbackData, prefix="d"):
    """A button of the proposal with this key; buttons of earlier keys are void."""

    key: str
    action: str


class SignDraft(DraftButton, prefix="d"):
    """Show readers the author's name."""

    action: Literal["n"] = "n"


class UnsignDraft(DraftButton, prefix="d"):
    """Show readers no name."""

    action: Literal["a"] = "a"


class CaptionDraft(DraftButton, prefix="d"):
    """Write another caption."""

    action: Literal["c"] = "c"


class UncaptionDraft(DraftButton, prefix="d"):
    """Have no caption."""

    action: Literal["r"] = "r"


class PreviewDraft(DraftButton, prefix="d"):
    """It is not what the channel had: go on."""

    action: Literal["p"] = "p"


class CancelDraft(DraftButton, prefix="d"):
    """Propose nothing."""

    action: Literal["x"] = "x"


class SendDraft(DraftButton, prefix="d"):
    """Put it into the queue."""

    action: Literal["s"] = "s"


class Withdraw(CallbackData, prefix="w"):
    """Take a submission back."""

    number: int


class Milestones(CallbackData, prefix="h"):
    """Tell me how a post is liked, or do not."""

    sign: str


class AnswerAdmins(CallbackData, prefix="q"):
    """Answer what was asked about a submission."""

    number: int


def preview_keyboard(proposal: Proposal, texts: Texts) -> InlineKeyboardMarkup:
    """What may be changed of a proposal, and what may become of it."""
    key = proposal.key
    named = proposal.credit == "named"
    credit = (
        _button(texts("btn-nameless"), UnsignDraft(key=key))
        if named
        else _button(texts("btn-named"), SignDraft(key=key))
    )
    caption = [_button(texts("btn-caption"), CaptionDraft(key=key))]
    if proposal.caption:
        caption.append(_button(texts("btn-no-caption"), UncaptionDraft(key=key)))
    if uncaptioned(proposal):
        caption = []
    last = [_button(texts("btn-send"), SendDraft(key=key)), _button(texts("btn-cancel"), CancelDraft(key=key))]
    return InlineKeyboardMarkup(inline_keyboard=[row for row in ([credit], caption, last) if row])


def uncaptioned(proposal: Proposal) -> bool:
    """Whether Telegram shows no caption with any of its media."""
    return all(part.kind in UNCAPTIONED for part in proposal.media)


def earlier_posts_keyboard(proposal: Proposal, texts: Texts) -> InlineKeyboardMarkup:
    """Go on all the same, or not."""
    different = _button(texts("btn-different"), PreviewDraft(key=proposal.key))
    return InlineKeyboardMarkup(
        inline_keyboard=[[different, _button(texts("btn-cancel"), CancelDraft(key=proposal.key))]]
    )


def withdraw_keyboard(submissions: Sequence[AuthorSubmission], texts: Texts) -> InlineKeyboardMarkup | None:
    """Take back what is pending."""
    return _keyboard(_withdraw_rows(submissions, texts))


def overview_keyboard(overview: AuthorOverview, texts: Texts) -> InlineKeyboardMarkup | None:
    """Take back what is pending; hear of milestones or not."""
    text = texts("btn-milestones-off" if overview.milestones else "btn-milestones-on")
    milestones = _button(text, Milestones(sign="-" if overview.milestones else "+"))
    return _keyboard([*_withdraw_rows(overview.submissions, texts), [milestones]])


def answer_keyboard(submission: SubmissionId, texts: Texts) -> InlineKeyboardMarkup:
    """Answer what an admin has asked."""
    return InlineKeyboardMarkup(inline_keyboard=[[_button(texts("btn-answer"), AnswerAdmins(number=submission))]])


def _withdraw_rows(submissions: Sequence[AuthorSubmission], texts: Texts) -> list[list[InlineKeyboardButton]]:
    pending = [mine.submission.id for mine in submissions if mine.submission.state == "pending"]
    return [
        [_button(texts("btn-withdraw", number=str(number)), Withdraw(number=number))]
        for number in pending[:WITHDRAWABLE]
    ]


def _keyboard(rows: list[list[InlineKeyboardButton]]) -> InlineKeyboardMarkup | None:
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


def _button(text: str, data: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=data.pack())
