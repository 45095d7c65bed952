"""The buttons of authors. ``d:<key>:<action>`` belong to a proposal that is not sent yet, one class an action."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from memebot.channel.submitting import AuthorSubmission, Proposal
from memebot.i18n import Texts
from memebot.telegram.transport.delivery import UNCAPTIONED
from moderation.model import SubmissionId

WITHDRAWABLE = 5
"""How many of an author's submissions have a button to take them back."""


class ProposalButton(CallbackData, prefix="d"):
    """A button of the proposal with this key; buttons of earlier keys are void."""

    key: str
    action: str


class CreditProposal(ProposalButton, prefix="d"):
    """Show readers the author's name, or none."""

    action: Literal["n", "a"]


class CaptionProposal(ProposalButton, prefix="d"):
    """Write another caption."""

    action: Literal["c"] = "c"


class UncaptionProposal(ProposalButton, prefix="d"):
    """Have no caption."""

    action: Literal["r"] = "r"


class PreviewProposal(ProposalButton, prefix="d"):
    """It is not what the channel had: go on."""

    action: Literal["p"] = "p"


class CancelProposal(ProposalButton, prefix="d"):
    """Propose nothing."""

    action: Literal["x"] = "x"


class SendProposal(ProposalButton, prefix="d"):
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
    key, named = proposal.key, proposal.credit == "named"
    credit = _button(
        texts("btn-nameless" if named else "btn-named"), CreditProposal(key=key, action="a" if named else "n")
    )
    caption = [] if uncaptioned(proposal) else [_button(texts("btn-caption"), CaptionProposal(key=key))]
    if caption and proposal.caption:
        caption.append(_button(texts("btn-no-caption"), UncaptionProposal(key=key)))
    send = _button(texts("btn-send"), SendProposal(key=key))
    cancel = _button(texts("btn-cancel"), CancelProposal(key=key))
    return InlineKeyboardMarkup(inline_keyboard=[row for row in ([credit], caption, [send, cancel]) if row])


def uncaptioned(proposal: Proposal) -> bool:
    """Whether Telegram shows no caption with any of its media."""
    return all(part.kind in UNCAPTIONED for part in proposal.media)


def earlier_posts_keyboard(proposal: Proposal, texts: Texts) -> InlineKeyboardMarkup:
    """Go on all the same, or not."""
    different = _button(texts("btn-different"), PreviewProposal(key=proposal.key))
    cancel = _button(texts("btn-cancel"), CancelProposal(key=proposal.key))
    return InlineKeyboardMarkup(inline_keyboard=[[different, cancel]])


def submissions_keyboard(
    submissions: Sequence[AuthorSubmission], texts: Texts, *, milestones: bool | None = None
) -> InlineKeyboardMarkup | None:
    """Take back what is pending; hear of milestones or not, where ``milestones`` says how it is now."""
    pending = [mine.submission.id for mine in submissions if mine.submission.state == "pending"]
    rows = [
        [_button(texts("btn-withdraw", number=str(number)), Withdraw(number=number))]
        for number in pending[:WITHDRAWABLE]
    ]
    if milestones is not None:
        text = texts("btn-milestones-off" if milestones else "btn-milestones-on")
        rows.append([_button(text, Milestones(sign="-" if milestones else "+"))])
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


def answer_keyboard(submission: SubmissionId, texts: Texts) -> InlineKeyboardMarkup:
    """Answer what an admin has asked."""
    return InlineKeyboardMarkup(inline_keyboard=[[_button(texts("btn-answer"), AnswerAdmins(number=submission))]])


def _button(text: str, data: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=data.pack())
