"""Handlers of editors, in private chats. Whoever is no editor passes through to the subscribers' handlers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware, Bot, F, Router
from aiogram.filters import Command, CommandObject, CommandStart, Filter, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message, TelegramObject

from memebot.i18n import Texts
from memebot.telegram.editors.buttons import Edit
from memebot.telegram.editors.dialogue import EditorInput, Editors
from memebot.telegram.subscribers.conversation import Conversation

DEEP_LINK = "e_"
"""``/start e_ID`` opens an entry."""


class Editor(Filter):
    """Whoever wrote or pressed may edit entries, now."""

    async def __call__(self, event: Message | CallbackQuery, editors: Editors) -> bool:
        return event.from_user is not None and await editors.editing.may(event.from_user.id)


class Refusals(BaseMiddleware):
    """What cannot be done is said in words."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        editors: Editors = data["editors"]
        try:
            await handler(event, data)
        except Exception as error:
            refuse = editors.refuse if isinstance(event, CallbackQuery) else editors.refuse_message
            if not await refuse(event, error, data["texts"]):  # type: ignore[arg-type]
                raise
        else:
            await editors.reads(data["event_from_user"].id, data["texts"].lang)
        return None


def build_editors_router() -> Router:
    """Handlers of editors; include it before the subscribers' router."""
    router = Router(name="editors")
    router.message.middleware(Refusals())
    router.callback_query.middleware(Refusals())
    message, editor = router.message, Editor()
    private = F.chat.type == "private"
    message.register(_linked, private, CommandStart(deep_link=True, magic=F.args.startswith(DEEP_LINK)), editor)
    message.register(_help, private, Command("help"), editor)
    message.register(_entry, private, Command("entry"), editor)
    message.register(_history, private, Command("history"), editor)
    message.register(_new, private, Command("new"), editor)
    message.register(_try, private, Command("try"), editor)
    message.register(_exemplar, private, Command("exemplar"), editor)
    message.register(_gaps, private, Command("gaps"), editor)
    message.register(_drafts, private, Command("drafts"), editor)
    message.register(_cancel, private, StateFilter(EditorInput), Command("cancel"), editor)
    message.register(_file, private, F.document.file_name.endswith(".md"), editor)
    message.register(_answered, private, StateFilter(EditorInput), F.text & ~F.text.startswith("/"), editor)
    router.callback_query.register(_press, F.message.chat.type == "private", Edit.filter(), editor)
    return router


async def _linked(message: Message, command: CommandObject, editors: Editors, texts: Texts) -> None:
    await editors.entry(message, (command.args or "").removeprefix(DEEP_LINK), texts)


async def _help(message: Message, bot: Bot, conversation: Conversation, texts: Texts) -> None:
    me = await bot.me()
    said = texts("help", mb=conversation.max_mb, bot=me.username or "")
    await conversation.say(message, f"{said}\n\n{texts('help-editors')}")


async def _entry(message: Message, command: CommandObject, editors: Editors, texts: Texts) -> None:
    await editors.entry(message, command.args or "", texts)


async def _history(message: Message, command: CommandObject, editors: Editors, texts: Texts) -> None:
    await editors.history(message, command.args or "", texts)


async def _new(message: Message, command: CommandObject, editors: Editors, texts: Texts) -> None:
    await editors.new(message, command.args or "", texts)


async def _try(message: Message, editors: Editors, texts: Texts) -> None:
    await editors.try_(message, texts)


async def _exemplar(message: Message, editors: Editors, texts: Texts) -> None:
    await editors.exemplar(message, texts)


async def _gaps(message: Message, editors: Editors, texts: Texts) -> None:
    await editors.show_gaps(message, texts)


async def _drafts(message: Message, editors: Editors, texts: Texts) -> None:
    await editors.drafts(message, texts)


async def _cancel(message: Message, editors: Editors, state: FSMContext, texts: Texts) -> None:
    await state.clear()
    await editors.drafts(message, texts)


async def _file(message: Message, editors: Editors, texts: Texts) -> None:
    await editors.file(message, texts)


async def _answered(message: Message, editors: Editors, state: FSMContext, texts: Texts) -> None:
    await editors.answered(message, state, texts)


async def _press(query: CallbackQuery, callback_data: Edit, editors: Editors, state: FSMContext, texts: Texts) -> None:
    await editors.press(query, callback_data, state, texts)
