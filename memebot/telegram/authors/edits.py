"""An author edits the message whose words are the caption of a proposal: it reaches the preview, or the card."""

from __future__ import annotations

from typing import Any

from aiogram.filters import Filter
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from memebot.channel.submitting import Proposal, Submitting
from memebot.i18n import Texts
from memebot.telegram.authors import render
from memebot.telegram.authors.dialogue import Dialogue
from memebot.telegram.authors.proposals import Proposals, is_submit
from memebot.telegram.moderators.tools import TeamTools
from memebot.telegram.subscribers.conversation import Conversation
from memebot.telegram.transport.delivery import Destination
from memebot.telegram.ui.attachments import medium
from memebot.telegram.ui.captions import written
from moderation.errors import ModerationError
from moderation.model import Medium, Submission


class EditedDraft(Filter):
    """The edited message has the words of a proposal that is not sent yet: ``draft``, with the ``dialogue``."""

    async def __call__(self, message: Message, texts: Texts, state: FSMContext) -> bool | dict[str, Any]:
        if message.from_user is None:
            return False
        dialogue = Dialogue(Destination.of(message), message.from_user, texts, state)
        draft = await dialogue.proposal()
        if draft is None or draft.message_id != message.message_id:
            return False
        return {"draft": draft, "dialogue": dialogue}


class EditedSubmission(Filter):
    """The edited message has the words of a ``submission`` of its author's."""

    async def __call__(
        self, message: Message, conversation: Conversation, submitting: Submitting
    ) -> bool | dict[str, Submission]:
        found = await conversation.db.run(submitting.by_message, message.chat.id, message.message_id)
        mine = found is not None and message.from_user is not None and found.author_id == message.from_user.id
        return {"submission": found} if found is not None and mine else False


async def draft(
    message: Message,
    draft: Proposal,
    dialogue: Dialogue,
    proposals: Proposals,
    conversation: Conversation,
    texts: Texts,
) -> None:
    """A new preview, with the new words."""
    if _other_picture(message, draft.media):
        await conversation.say(message, texts("edit-picture"))
    else:
        await proposals.reword(message, draft, dialogue)


async def submission(
    message: Message,
    submission: Submission,
    conversation: Conversation,
    submitting: Submitting,
    tools: TeamTools,
    texts: Texts,
) -> None:
    """The card shows the new words while nobody has decided."""
    if _other_picture(message, submission.media):
        await conversation.say(message, texts("edit-picture"))
        return
    caption, entities = words(message)
    if (caption, entities) == (submission.caption, submission.caption_entities):
        return
    try:
        await conversation.db.run(submitting.edit, submission, caption, entities)
    except ModerationError as error:
        await conversation.say(message, render.edit_refusal(error, str(submission.id), texts))
    else:
        tools.watch.loop.wake()
        await conversation.say(message, texts("edit-taken", number=str(submission.id)))


def words(message: Message) -> tuple[str, tuple[Any, ...]]:
    """What a message gives as a caption, with its formatting."""
    return written(message, after_command=is_submit(message))


def _other_picture(message: Message, media: tuple[Medium, ...]) -> bool:
    shown = medium(message)
    return shown is not None and shown.unique_id not in {one.unique_id for one in media}
