"""The pictures of a draft."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command, Filter, StateFilter

from memebot.editing.drafting import added_at
from memebot.telegram.editors import buttons, pages
from memebot.telegram.editors.actions import DraftAct, DraftButton, PlaceAct, PlaceButton, pressed
from memebot.telegram.editors.chat import EditorChat, EditorInput


def build_exemplars_router(editor: Filter) -> Router:
    """Handlers of a draft's pictures; ``editor``: lets editors pass."""
    router = Router(name="exemplars")
    router.message.register(_add, Command("exemplar"), editor)
    router.message.register(_keep, StateFilter(EditorInput.licence), F.text & ~F.text.startswith("/"), editor)
    router.callback_query.register(_show, pressed(DraftAct.EXEMPLARS))
    router.callback_query.register(_remove, pressed(PlaceAct.REMOVE_EXEMPLAR))
    router.callback_query.register(_ask_licence, pressed(PlaceAct.ASK_LICENCE))
    return router


async def _add(chat: EditorChat) -> None:
    """Add the picture that the command replies to to the last draft, or offer to take it out."""
    picture = await chat.replied_picture()
    own = await chat.use(chat.editing.drafts.all)
    if picture is None or not own:
        await chat.show(chat.texts("ed-exemplar-how" if own else "ed-no-draft"))
        return
    draft, known = await chat.use(chat.editing.drafting.add_exemplar, own[0].id, picture)
    done = chat.texts("ed-exemplar-added") if known is None else chat.texts("ed-exemplar-known", name=known)
    await chat.show(f"{done}\n\n{pages.exemplars(draft, chat.texts)}", buttons.exemplars(draft, chat.texts))


async def _show(chat: EditorChat, callback_data: DraftButton) -> None:
    draft = await chat.use(chat.editing.drafts.get, callback_data.draft)
    await chat.show(pages.exemplars(draft, chat.texts), buttons.exemplars(draft, chat.texts))


async def _remove(chat: EditorChat, callback_data: PlaceButton) -> None:
    draft = await chat.use(chat.editing.drafting.remove_exemplar, callback_data.draft, callback_data.place)
    await chat.show(pages.exemplars(draft, chat.texts), buttons.exemplars(draft, chat.texts))


async def _ask_licence(chat: EditorChat, callback_data: PlaceButton) -> None:
    draft = await chat.use(chat.editing.drafts.get, callback_data.draft)
    await chat.ask(EditorInput.licence, draft=draft.id, place=callback_data.place)
    await chat.show(chat.texts("ed-licence-how"), buttons.back(draft.id, chat.texts))


async def _keep(chat: EditorChat) -> None:
    """Keep the picture under the licence that was said; what is refused can be said again."""
    data, licence = await chat.state.get_data(), chat.message.text or ""
    draft = await chat.use(chat.editing.drafts.get, data["draft"])
    picture = added_at(draft, data["place"])
    if picture is not None and picture.file_id:
        file = await chat.services.delivery.fetch(picture.file_id)
        draft = await chat.use(chat.editing.drafting.keep_exemplar, draft.id, data["place"], licence, file)
    await chat.state.clear()
    await chat.show(pages.exemplars(draft, chat.texts), buttons.exemplars(draft, chat.texts))
