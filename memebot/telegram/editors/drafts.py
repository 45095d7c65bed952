"""Drafts: begun, listed, written field by field or as a file, looked at, given up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiogram import F, Router
from aiogram.filters import Command, CommandObject, Filter, StateFilter
from aiogram.types import InlineKeyboardMarkup

from knowledge.entry.diff import compare
from knowledge.entry.fields import FIELDS, LISTS
from knowledge.entry.markdown import layout
from knowledge.entry.model import KINDS
from knowledge.errors import EntryError, EntryNotFound
from memebot.editing.drafting import Prefill
from memebot.editing.drafts import DraftId, EntryDraft
from memebot.editing.errors import BadId, PhraseNotFound
from memebot.telegram.editors import buttons, pages
from memebot.telegram.editors.actions import (
    DraftAct,
    DraftButton,
    EntryAct,
    EntryButton,
    ItemButton,
    PlaceAct,
    PlaceButton,
    PreviewDraft,
    pressed,
)
from memebot.telegram.editors.chat import EditorChat, EditorInput

MAX_FILE = 2**17
_NOTHING = frozenset("-–—")
"""In place of a phrase that shall go."""
Show = Callable[[str, InlineKeyboardMarkup], Awaitable[None]]


def build_drafts_router(editor: Filter) -> Router:
    """Handlers of drafts; ``editor``: lets editors pass."""
    router = Router(name="drafts")
    message, press = router.message, router.callback_query
    message.register(_new, Command("new"), editor)
    message.register(_try, Command("try"), editor)
    message.register(_list, Command("drafts"), editor)
    message.register(_cancel, StateFilter(EditorInput), Command("cancel"), editor)
    message.register(_take_file, F.document.file_name.endswith(".md"), editor)
    message.register(_set_field, StateFilter(EditorInput.value), F.text & ~F.text.startswith("/"), editor)
    message.register(_replace_phrase, StateFilter(EditorInput.phrase), F.text & ~F.text.startswith("/"), editor)
    message.register(_set_id, StateFilter(EditorInput.entry_id), F.text & ~F.text.startswith("/"), editor)
    press.register(_edit, pressed(EntryAct.EDIT))
    press.register(_show, pressed(DraftAct.OPEN))
    press.register(_ask_field, pressed(PlaceAct.ASK_FIELD))
    press.register(_ask_anew, pressed(PlaceAct.ASK_ANEW))
    press.register(_ask_phrase, pressed(PlaceAct.ASK_PHRASE))
    press.register(_remove_item, ItemButton.filter())
    press.register(_empty_field, pressed(PlaceAct.EMPTY_FIELD))
    press.register(_ask_id, pressed(DraftAct.ASK_ID))
    press.register(_preview, PreviewDraft.filter())
    press.register(_send_file, pressed(DraftAct.SEND_FILE))
    press.register(_ask_discard, pressed(DraftAct.ASK_DISCARD))
    press.register(_discard, pressed(DraftAct.DISCARD))
    return router


# --- beginning


async def _edit(chat: EditorChat, callback_data: EntryButton) -> None:
    await chat.show_panel(await chat.use(chat.editing.drafting.edit, callback_data.entry))


async def _new(chat: EditorChat, command: CommandObject) -> None:
    """Begin an entry, from the picture that the command replies to."""
    name = (command.args or "").strip().lower()
    kind = next((kind for kind in KINDS if kind == name), None)
    if kind is None:
        await chat.show(chat.texts("ed-new-how"))
        return
    picture = await chat.replied_picture()
    start = Prefill(kind, [] if picture is None else [picture])
    await chat.show_panel(await chat.begin(start))


async def _list(chat: EditorChat) -> None:
    own = await chat.use(chat.editing.drafts.all)
    waiting = await chat.use(chat.editing.machine.waiting)
    if own or waiting:
        title = chat.texts("ed-drafts" if own else "md-list", count=len(waiting))
        await chat.show(title, buttons.drafts(own, waiting, chat.texts))
    else:
        await chat.show(chat.texts("ed-no-drafts"))


async def _cancel(chat: EditorChat) -> None:
    await chat.state.clear()
    await _list(chat)


# --- looking


async def _show(chat: EditorChat, callback_data: DraftButton) -> None:
    await chat.state.clear()
    await chat.show_panel(await chat.use(chat.editing.drafting.panel, callback_data.draft))


async def _preview(chat: EditorChat, callback_data: PreviewDraft) -> None:
    draft, linked = await chat.use(chat.editing.drafts.get_linked, callback_data.draft)
    await chat.show(pages.preview(draft.entry, linked, callback_data.lang), buttons.back(draft.id, chat.texts))


async def _try(chat: EditorChat) -> None:
    """How the picture that the command replies to is answered with the last draft, against today."""
    picture = await chat.replied_picture()
    own = await chat.use(chat.editing.drafts.all)
    if picture is None or not own:
        await chat.show(chat.texts("ed-try-how" if own else "ed-no-draft"))
        return
    async with chat.services.delivery.typing(chat.place):
        change = await chat.use(chat.editing.saving.change, own[0].id)
        answers = await chat.infer(chat.editing.dry_runs.answers, change, picture.reading, chat.texts.lang)
    await chat.show(pages.trial(answers, chat.texts), buttons.back(own[0].id, chat.texts))


# --- fields


async def _ask_field(chat: EditorChat, callback_data: PlaceButton) -> None:
    draft = await chat.use(chat.editing.drafts.get, callback_data.draft)
    name = _field_at(callback_data.place)
    if name == "roles":
        await _send_roles(chat, draft.id)
    await _ask_value(chat, draft, name, chat.send if name == "roles" else chat.show)


async def _ask_anew(chat: EditorChat, callback_data: PlaceButton) -> None:
    """The next message is the whole list."""
    draft = await chat.use(chat.editing.drafts.get, callback_data.draft)
    await _ask_value(chat, draft, _field_at(callback_data.place), chat.show, anew=True)


async def _ask_value(chat: EditorChat, draft: EntryDraft, name: str, show: Show, *, anew: bool = False) -> None:
    """The next message is the field's text, or what is added to its list."""
    added = name in LISTS and not anew
    await chat.ask(EditorInput.value, draft=draft.id, field=name, added=added)
    keyboard = buttons.back(draft.id, chat.texts) if anew else buttons.field(draft, name, chat.texts)
    await show(pages.field(draft, name, chat.texts, anew=anew), keyboard)


async def _remove_item(chat: EditorChat, callback_data: ItemButton) -> None:
    """The list without it, to go on with."""
    name, remove = _field_at(callback_data.place), chat.editing.drafting.remove_item
    draft = await chat.use(remove, callback_data.draft, name, callback_data.mark)
    await _ask_value(chat, draft, name, chat.show)


async def _ask_phrase(chat: EditorChat, callback_data: PlaceButton) -> None:
    draft = await chat.use(chat.editing.drafts.get, callback_data.draft)
    name = _field_at(callback_data.place)
    await chat.ask(EditorInput.phrase, draft=draft.id, field=name)
    await chat.show(pages.phrase(draft, name, chat.texts), buttons.back(draft.id, chat.texts))


async def _replace_phrase(chat: EditorChat) -> None:
    """The first line becomes the rest; what stands nowhere can be sent again."""
    data = await chat.state.get_data()
    draft, name = data["draft"], data["field"]
    old, _, new = (chat.message.text or "").strip().partition("\n")
    if not new.strip():
        await chat.show(chat.texts("ed-phrase-two"), buttons.back(draft, chat.texts))
        return
    before = await chat.use(chat.editing.drafts.get, draft)
    try:
        panel = await chat.use(
            chat.editing.drafting.replace_phrase, draft, name, old, "" if new.strip() in _NOTHING else new.strip()
        )
    except PhraseNotFound as error:
        said = chat.texts("ed-phrase-absent", phrase=pages.value(error.phrase))
        await chat.show(f"{said} {chat.texts('ed-again')}", buttons.back(draft, chat.texts))
        return
    await chat.state.clear()
    await chat.send(pages.difference(compare(before.entry, panel.draft.entry), chat.texts))
    await chat.show_panel(panel)


async def _send_roles(chat: EditorChat, draft: DraftId) -> None:
    """The picture on which the boxes are measured, with their numbers."""
    own, exemplar = await chat.use(chat.editing.drafts.get_exemplar, draft)
    sheet = await chat.infer(chat.services.draw_roles, own.entry, exemplar, chat.texts.lang)
    await chat.services.delivery.send_picture(chat.place, sheet, "roles.png", chat.texts("ed-roles-picture"))


async def _set_field(chat: EditorChat) -> None:
    data = await chat.state.get_data()
    await chat.state.clear()
    name = data["field"]
    value = pages.markdown(chat.message) if name.startswith("text.") else chat.message.text or ""
    drafting = chat.editing.drafting
    change = drafting.add_items if data.get("added") else drafting.set_field
    await chat.show_panel(await chat.use(change, data["draft"], name, value))


async def _empty_field(chat: EditorChat, callback_data: PlaceButton) -> None:
    await chat.state.clear()
    name = _field_at(callback_data.place)
    await chat.show_panel(await chat.use(chat.editing.drafting.set_field, callback_data.draft, name, ""))


async def _ask_id(chat: EditorChat, callback_data: DraftButton) -> None:
    draft = await chat.use(chat.editing.drafts.get, callback_data.draft)
    await chat.ask(EditorInput.entry_id, draft=draft.id)
    await chat.show(chat.texts("ed-id-how", id=draft.entry.id), buttons.back(draft.id, chat.texts))


async def _set_id(chat: EditorChat) -> None:
    """Set an id; one that will not do can be sent again."""
    draft = (await chat.state.get_data())["draft"]
    entry_id = (chat.message.text or "").strip()
    try:
        panel = await chat.use(chat.editing.drafting.set_id, draft, entry_id)
    except BadId as error:
        await chat.show(f"{pages.bad_id(error, chat.texts)} {chat.texts('ed-again')}", buttons.back(draft, chat.texts))
        return
    await chat.state.clear()
    await chat.show_panel(panel)


def _field_at(place: int) -> str:
    return FIELDS[min(place, len(FIELDS) - 1)]


# --- files


async def _send_file(chat: EditorChat, callback_data: DraftButton) -> None:
    entry = (await chat.use(chat.editing.drafts.get, callback_data.draft)).entry
    data = layout(entry).encode()
    await chat.services.delivery.send_file(chat.place, data, f"{entry.id}.md", chat.texts("ed-file-caption"))


async def _take_file(chat: EditorChat) -> None:
    """Take a Markdown file for the draft that it is named after, else for an entry of that name, else the last."""
    document = chat.message.document
    if document is None or (document.file_size or 0) > MAX_FILE:
        await chat.show(chat.texts("ed-file-large"))
        return
    draft = await _draft_named(chat, (document.file_name or "").removesuffix(".md"))
    if draft is None:
        await chat.show(chat.texts("ed-no-draft"))
        return
    data = await chat.services.delivery.fetch(document.file_id)
    try:
        panel = await chat.use(chat.editing.drafting.set_file, draft.id, data)
    except EntryError as error:
        await chat.show(pages.file_problems(error.problems, chat.texts), buttons.back(draft.id, chat.texts))
        return
    await chat.show_panel(panel)


async def _draft_named(chat: EditorChat, entry_id: str) -> EntryDraft | None:
    own = await chat.use(chat.editing.drafts.all)
    draft = next((one for one in own if one.entry.id == entry_id), None)
    if draft is not None:
        return draft
    try:
        return await chat.use(chat.editing.drafting.open, entry_id)
    except EntryNotFound:
        return own[0] if own else None


# --- giving up


async def _ask_discard(chat: EditorChat, callback_data: DraftButton) -> None:
    draft = await chat.use(chat.editing.drafts.get, callback_data.draft)
    await chat.show(chat.texts("ed-discard-sure"), buttons.discard(draft.id, chat.texts))


async def _discard(chat: EditorChat, callback_data: DraftButton) -> None:
    await chat.state.clear()
    await chat.use(chat.editing.drafting.discard, callback_data.draft)
    await chat.show(chat.texts("ed-discarded"))
