"""The buttons of authors. ``d:<key>:<act>`` belong to a proposal that is not sent yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from memebot.channel.submitting import AuthorSubmission, Proposal
from memebot.i18n import Texts
from memebot.telegram.ui.keyboards import button, keyboard
from moderation.model import UNCAPTIONED, SubmissionId

WITHDRAWABLE = 5
"""How many of an author's submissions have a button to take them back, and how many to appeal."""


class ProposalAct(StrEnum):
    """What a button does with a proposal."""

    NAMED = "n"
    NAMELESS = "a"
    ASK_CAPTION = "c"
    DROP_CAPTION = "r"
    PREVIEW = "p"
    """It is not what the channel had: go on."""
    CANCEL = "x"
    SEND = "s"


class ProposalButton(CallbackData, prefix="d"):
    """A button of the proposal with this key; buttons of earlier keys are void."""

    key: str
    act: ProposalAct


class Withdraw(CallbackData, prefix="w"):
    """Take a submission back."""

    number: int


class Milestones(CallbackData, prefix="h"):
    """Tell me how a post is liked, or do not."""

    sign: str


class AnswerAdmins(CallbackData, prefix="q"):
    """Answer what was asked about a submission."""

    number: int


class AppealButton(CallbackData, prefix="a"):
    """Ask that a rejection be looked at again."""

    number: int


def _on_proposal(proposal: Proposal, texts: Texts) -> Callable[[str, ProposalAct], InlineKeyboardButton]:
    return lambda key, act: button(texts(key), ProposalButton(key=proposal.key, act=act))


def preview_keyboard(proposal: Proposal, texts: Texts) -> InlineKeyboardMarkup:
    """What may be changed of a proposal, and what may become of it."""
    on, named = _on_proposal(proposal, texts), proposal.credit == "named"
    caption = [] if uncaptioned(proposal) else [on("btn-caption", ProposalAct.ASK_CAPTION)]
    if caption and proposal.caption:
        caption.append(on("btn-no-caption", ProposalAct.DROP_CAPTION))
    return keyboard(
        [on("btn-nameless", ProposalAct.NAMELESS) if named else on("btn-named", ProposalAct.NAMED)],
        caption,
        [on("btn-send", ProposalAct.SEND), on("btn-cancel", ProposalAct.CANCEL)],
    )


def uncaptioned(proposal: Proposal) -> bool:
    """Whether Telegram shows no caption with any of its media."""
    return all(part.kind in UNCAPTIONED for part in proposal.media)


def earlier_posts_keyboard(proposal: Proposal, texts: Texts) -> InlineKeyboardMarkup:
    """Go on all the same, or not."""
    on = _on_proposal(proposal, texts)
    return keyboard([on("btn-different", ProposalAct.PREVIEW), on("btn-cancel", ProposalAct.CANCEL)])


def submissions_keyboard(
    submissions: Sequence[AuthorSubmission], texts: Texts, *, milestones: bool | None = None
) -> InlineKeyboardMarkup | None:
    """Take back what is pending, appeal; hear of milestones or not, where ``milestones`` says how it is now."""
    pending = [mine.submission.id for mine in submissions if mine.submission.state == "pending"]
    rows = [
        [button(texts("btn-withdraw", number=str(number)), Withdraw(number=number))]
        for number in pending[:WITHDRAWABLE]
    ]
    appealable = [mine.submission.id for mine in submissions if mine.appealable]
    rows += [
        [button(texts("btn-appeal-number", number=str(number)), AppealButton(number=number))]
        for number in appealable[:WITHDRAWABLE]
    ]
    if milestones is not None:
        text = texts("btn-milestones-off" if milestones else "btn-milestones-on")
        rows.append([button(text, Milestones(sign="-" if milestones else "+"))])
    return keyboard(*rows) if rows else None


def appeal_keyboard(submission: SubmissionId, texts: Texts) -> InlineKeyboardMarkup:
    """Appeal a rejection."""
    return keyboard([button(texts("btn-appeal"), AppealButton(number=submission))])


def answer_keyboard(submission: SubmissionId, texts: Texts) -> InlineKeyboardMarkup:
    """Answer what an admin has asked."""
    return keyboard([button(texts("btn-answer"), AnswerAdmins(number=submission))])
