"""Handlers of editors, in private chats. Whoever is no editor passes through to the subscribers' handlers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, cast

from aiogram import BaseMiddleware, Bot, F, Router
from aiogram.filters import Command, Filter
from aiogram.types import CallbackQuery, Message, TelegramObject

from knowledge.errors import EntryError, EntryNotFound, KnowledgeError, LicenceMissing, MergeError
from knowledge.reading import FingerprintError
from memebot import problem_texts
from memebot.answering.notifications import author_of
from memebot.editing.drafts import may_edit
from memebot.editing.errors import BadId, DraftGone, DraftInvalid, EditingError, MachineDraftGone, NotAnEditor
from memebot.i18n import Texts
from memebot.inference import QueueError
from memebot.telegram.editors import pages
from memebot.telegram.editors.chat import EditorChat, Editors
from memebot.telegram.editors.drafts import build_drafts_router
from memebot.telegram.editors.entries import build_entries_router
from memebot.telegram.editors.exemplars import build_exemplars_router
from memebot.telegram.editors.machine_drafts import build_machine_drafts_router
from memebot.telegram.editors.saving import build_saving_router
from memebot.telegram.editors.unexplained import build_unexplained_router
from memebot.telegram.errors import ChatError, Unreachable
from memebot.telegram.subscribers.conversation import Conversation
from memebot.telegram.ui import render
from memebot.vision.errors import MediaError


class EditorFilter(Filter):
    """Whoever wrote or pressed may edit entries, now."""

    async def __call__(self, event: Message | CallbackQuery, editors: Editors) -> bool:
        if event.from_user is None:
            return False
        return await editors.pictures.db.run(may_edit, editors.editing.stores.moderation.people, event.from_user.id)


class EditorMiddleware(BaseMiddleware):
    """Handlers get an ``EditorChat`` in place of the event; what cannot be done is said in words."""

    async def __call__(
        self, handler: Callable[[Any, dict[str, Any]], Awaitable[Any]], event: TelegramObject, data: dict[str, Any]
    ) -> None:
        editors: Editors = data["editors"]
        zone = await editors.pictures.db.run(editors.editing.zone)
        chat = EditorChat(cast(Message | CallbackQuery, event), editors, data["state"], data["texts"], zone)
        await _answer_press(chat)  # first: a safety net may take longer than a press may wait
        try:
            await handler(chat, data)
        except Exception as error:
            html = refusal(error, chat.texts)
            if html is None:
                raise
            await chat.send(html)
        else:
            await chat.use(editors.pictures.answering.state.subscribers.answered_in, chat.texts.lang)


async def _answer_press(chat: EditorChat) -> None:
    """A pressed button stops waiting."""
    if isinstance(chat.event, CallbackQuery):
        await chat.services.delivery.toast(chat.event)


def refusal(error: Exception, texts: Texts) -> str | None:
    """What is said about something that cannot be done; None for a mistake of ours."""
    match error:
        case NotAnEditor():
            return texts("gone")
        case DraftGone():
            return texts("ed-draft-gone")
        case MachineDraftGone():
            return texts("md-gone") if error.decided_by is None else _decided(error.decided_by, texts)
        case DraftInvalid():
            return "\n".join([texts("ed-blocked"), "", *pages.problems(error.problems, texts)])
        case BadId():
            return pages.bad_id(error, texts)
        case EditingError():
            return texts("ed-cannot", reason=pages.value(str(error)))
        case KnowledgeError() | FingerprintError():
            return _knowledge_refusal(error, texts)
        case Unreachable():
            return None
        case ChatError() | QueueError() | MediaError():
            return render.refusal(error, texts)
        case _:
            return None


def _decided(by: int, texts: Texts) -> str:
    return texts("md-decided", who=pages.who(author_of(by), texts))


def _knowledge_refusal(error: Exception, texts: Texts) -> str:
    match error:
        case EntryNotFound():
            return texts("ed-not-found")
        case MergeError():
            return texts("ed-merge-wrong", reason=pages.value(problem_texts.obstacle(error, texts)))
        case LicenceMissing():
            return texts("ed-licence-how")
        case FingerprintError():
            return texts("ed-keep-wrong")
        case EntryError():
            return pages.file_problems(error.problems, texts)
        case _:
            return texts("ed-cannot", reason=pages.value(str(error)))


def build_editors_router() -> Router:
    """Handlers of editors; include it before the subscribers' router."""
    router, editor = Router(name="editors"), EditorFilter()
    router.message.filter(F.chat.type == "private")
    router.callback_query.filter(F.message.chat.type == "private", F.data.startswith("e:"), editor)
    for observer in (router.message, router.callback_query):
        observer.middleware(EditorMiddleware())
    router.message.register(_help, Command("help"), editor)
    router.include_routers(
        build_entries_router(editor),
        build_drafts_router(editor),
        build_exemplars_router(editor),
        build_saving_router(editor),
        build_unexplained_router(editor),
        build_machine_drafts_router(),
    )
    return router


async def _help(chat: EditorChat, bot: Bot, conversation: Conversation) -> None:
    await conversation.help(chat.message, bot, chat.texts, [chat.texts("help-editors")])
