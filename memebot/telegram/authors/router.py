"""Which handler takes what an author sends: ``/submit``, ``/my`` and the buttons of a proposal, in private chats."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from memebot.i18n import Texts
from memebot.telegram.authors import edits, submissions
from memebot.telegram.authors.buttons import (
    AnswerAdmins,
    AppealButton,
    Milestones,
    ProposalAct,
    ProposalButton,
    Withdraw,
)
from memebot.telegram.authors.dialogue import OfCurrentProposal, Proposing
from memebot.telegram.authors.proposals import Proposals
from memebot.telegram.subscribers.conversation import Conversation
from memebot.telegram.ui.attachments import shows_picture
from memebot.telegram.ui.keyboards import Propose

PRIVATE = F.chat.type == "private"
WORDS = F.text & ~F.text.startswith("/")


def build_authors_router(proposals: Proposals | None) -> Router:
    """Goes before the router of subscribers, which takes every picture and every text.

    ``proposals``: None where there is no channel to propose memes for.
    """
    router = Router(name="authors")
    router.message.register(_cancel, Command("cancel"))
    if proposals is None:
        router.message.register(_no_channel, PRIVATE, Command("submit", "my"))
    else:
        _add_proposing(router, proposals)
        _add_submissions(router)
    return router


def _add_proposing(router: Router, proposals: Proposals) -> None:
    router.message.register(proposals.from_picture, PRIVATE, Command("submit"), shows_picture)
    router.message.register(proposals.from_command, PRIVATE, Command("submit"))
    router.message.register(proposals.from_picture, PRIVATE, StateFilter(Proposing.meme), shows_picture)
    router.message.register(proposals.caption, PRIVATE, StateFilter(Proposing.caption), WORDS)
    router.message.register(proposals.suggested, F.suggested_post_info.state == "pending")
    router.message.register(proposals.decided_elsewhere, F.suggested_post_approved | F.suggested_post_declined)
    router.edited_message.register(edits.draft, PRIVATE, edits.EditedDraft())
    router.edited_message.register(edits.submission, PRIVATE | F.chat.is_direct_messages, edits.EditedSubmission())
    router.callback_query.register(proposals.from_answer, Propose.filter())
    for handler, *acts in (
        (proposals.credit, ProposalAct.NAMED, ProposalAct.NAMELESS),
        (proposals.ask_caption, ProposalAct.ASK_CAPTION),
        (proposals.drop_caption, ProposalAct.DROP_CAPTION),
        (proposals.preview, ProposalAct.PREVIEW),
        (proposals.cancel, ProposalAct.CANCEL),
        (proposals.send, ProposalAct.SEND),
    ):
        router.callback_query.register(handler, ProposalButton.filter(F.act.in_(acts)), OfCurrentProposal())
    router.callback_query.register(proposals.void, ProposalButton.filter())


def _add_submissions(router: Router) -> None:
    router.message.register(submissions.overview, PRIVATE, Command("my"))
    router.message.register(submissions.answer, PRIVATE, StateFilter(Proposing.answer), WORDS)
    router.message.register(submissions.appeal, PRIVATE, StateFilter(Proposing.appeal), WORDS)
    router.callback_query.register(submissions.ask_appeal, AppealButton.filter())
    router.callback_query.register(submissions.withdraw, Withdraw.filter())
    router.callback_query.register(submissions.milestones, Milestones.filter())
    router.callback_query.register(submissions.ask_answer, AnswerAdmins.filter())


async def _no_channel(message: Message, conversation: Conversation, texts: Texts) -> None:
    await conversation.say(message, texts("propose-nowhere"))


async def _cancel(message: Message, conversation: Conversation, texts: Texts, state: FSMContext) -> None:
    """Whatever was begun in this chat, by whomever's handlers."""
    begun = await state.get_state() is not None or any((await state.get_data()).values())
    await state.clear()
    await conversation.say(message, texts("cancelled" if begun else "nothing-to-cancel"))
