"""Entries as they are: found, shown, their history, and changes that need no draft."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command, CommandObject, CommandStart, Filter, StateFilter

from knowledge.entry.model import EntryId
from knowledge.errors import EntryNotFound
from knowledge.reading import Lang
from memebot.editing.errors import BadId, DraftOutdated
from memebot.telegram.editors import buttons, pages
from memebot.telegram.editors.actions import (
    EntryAct,
    EntryButton,
    OpenEntry,
    OpenHistory,
    RevisionAct,
    RevisionButton,
    pressed,
)
from memebot.telegram.editors.chat import EditorChat, EditorInput
from memebot.telegram.editors.saving import safety_net

DEEP_LINK = "e_"
"""``/start e_ID`` opens an entry."""


def build_entries_router(editor: Filter) -> Router:
    """Handlers of entries; ``editor``: lets editors pass."""
    router = Router(name="entries")
    message, press = router.message, router.callback_query
    message.register(_linked, CommandStart(deep_link=True, magic=F.args.startswith(DEEP_LINK)), editor)
    message.register(_find, Command("entry"), editor)
    message.register(_find_history, Command("history"), editor)
    message.register(_rename, StateFilter(EditorInput.rename), F.text & ~F.text.startswith("/"), editor)
    message.register(_choose_merge, StateFilter(EditorInput.merge), F.text & ~F.text.startswith("/"), editor)
    press.register(_show, OpenEntry.filter())
    press.register(_show_history, OpenHistory.filter())
    press.register(_show_revision, pressed(RevisionAct.OPEN))
    press.register(_ask_restore, pressed(RevisionAct.ASK_RESTORE))
    press.register(_restore, pressed(RevisionAct.RESTORE))
    press.register(_undo, pressed(RevisionAct.UNDO))
    press.register(_ask_delete, pressed(EntryAct.ASK_DELETE))
    press.register(_delete, pressed(EntryAct.DELETE, EntryAct.DELETE_WITH_LINKS))
    press.register(_ask_rename, pressed(EntryAct.ASK_RENAME))
    press.register(_ask_merge, pressed(EntryAct.ASK_MERGE))
    press.register(_merge_sure, pressed(EntryAct.CHOOSE_MERGE))
    press.register(_merge, pressed(EntryAct.MERGE))
    return router


# --- looking


async def _linked(chat: EditorChat, command: CommandObject) -> None:
    await _open(chat, (command.args or "").removeprefix(DEEP_LINK))


async def _find(chat: EditorChat, command: CommandObject) -> None:
    await _open(chat, command.args or "")


async def _open(chat: EditorChat, words: str) -> None:
    """Show the entry that is meant, or those that may be."""
    if not words.strip():
        await chat.show(chat.texts("ed-entry-how"))
        return
    found = await chat.use(chat.editing.changes.find, words, chat.texts.lang)
    if len(found) == 1:
        await _show_entry(chat, found[0].id, chat.texts.lang)
    elif found:
        await chat.show(chat.texts("ed-found"), buttons.found(found, chat.texts))
    else:
        await chat.show(chat.texts("ed-not-found"))


async def _show(chat: EditorChat, callback_data: OpenEntry) -> None:
    await chat.state.clear()
    await _show_entry(chat, callback_data.entry, callback_data.lang or chat.texts.lang)


async def _show_entry(chat: EditorChat, entry: EntryId, lang: Lang) -> None:
    view = await chat.use(chat.editing.changes.show, entry)
    await chat.show(pages.entry(view, lang, chat.texts, chat.zone), buttons.entry(view, lang, chat.texts))


async def _find_history(chat: EditorChat, command: CommandObject) -> None:
    """The history of the entry that is named, else of the last draft's."""
    words, changes = command.args or "", chat.editing.changes
    entry_id = words.strip().lower()
    if not entry_id and (own := await chat.use(chat.editing.drafts.all)):
        entry_id = own[0].entry.id
    try:
        revisions = await chat.use(changes.history, entry_id)
    except EntryNotFound:
        found = await chat.use(changes.find, words, chat.texts.lang)
        if not found:
            await chat.show(chat.texts("ed-history-how"))
            return
        revisions = await chat.use(changes.history, found[0].id)
    await chat.show(pages.history(revisions, 0, chat.texts, chat.zone), buttons.history(revisions, 0, chat.texts))


async def _show_history(chat: EditorChat, callback_data: OpenHistory) -> None:
    revisions = await chat.use(chat.editing.changes.history, callback_data.entry)
    page = min(callback_data.page, (len(revisions) - 1) // buttons.REVISIONS)
    await chat.show(pages.history(revisions, page, chat.texts, chat.zone), buttons.history(revisions, page, chat.texts))


async def _show_revision(chat: EditorChat, callback_data: RevisionButton) -> None:
    changes, entry = chat.editing.changes, callback_data.entry
    revision, difference = await chat.use(changes.revision, entry, callback_data.number)
    newest = (await chat.use(changes.history, entry))[0]
    keyboard = buttons.revision(revision, chat.texts, present=revision.number == newest.number and not newest.deleted)
    await chat.show(pages.revision(revision, difference, chat.texts, chat.zone), keyboard)


# --- taking back


async def _ask_restore(chat: EditorChat, callback_data: RevisionButton) -> None:
    entry, number = callback_data.entry, callback_data.number
    revision, _ = await chat.use(chat.editing.changes.revision, entry, number)
    await chat.show(chat.texts("ed-restore-sure", id=entry, number=number), buttons.restore(revision, chat.texts))


async def _restore(chat: EditorChat, callback_data: RevisionButton) -> None:
    entry, number = callback_data.entry, callback_data.number
    revision = await chat.use(chat.editing.changes.restore, entry, number)
    chat.services.wake()
    restored = chat.texts("ed-restored", id=revision.entry_id, old=number, number=revision.number)
    await chat.show(restored, buttons.show(revision.entry_id, chat.texts))


async def _undo(chat: EditorChat, callback_data: RevisionButton) -> None:
    entry, number = callback_data.entry, callback_data.number
    try:
        revision = await chat.use(chat.editing.changes.undo, entry, number)
    except DraftOutdated as error:
        late = chat.texts("ed-undo-late", who=pages.who(error.current.author, chat.texts))
        difference = pages.difference(error.changes, chat.texts, 2500)
        await chat.show(f"{late}\n\n{difference}", buttons.show(entry, chat.texts))
        return
    chat.services.wake()
    keyboard = (
        buttons.deleted(revision, chat.texts) if revision.deleted else buttons.show(revision.entry_id, chat.texts)
    )
    await chat.show(chat.texts("ed-undone", number=number, id=revision.entry_id), keyboard)


# --- deleting


async def _ask_delete(chat: EditorChat, callback_data: EntryButton) -> None:
    changes, entry = chat.editing.changes, callback_data.entry
    view = await chat.use(changes.show, entry)
    change = await chat.use(changes.deletion, entry, unlink=bool(view.linking))
    report = await safety_net(chat, change)
    sure = chat.texts("ed-delete-sure", title=pages.title_value(view.entry, chat.texts), links=len(view.linking))
    await chat.show(f"{sure}\n{pages.safety(report, chat.texts)}", buttons.delete(view, chat.texts))


async def _delete(chat: EditorChat, callback_data: EntryButton) -> None:
    unlink = callback_data.act == EntryAct.DELETE_WITH_LINKS
    revision = await chat.use(chat.editing.changes.delete, callback_data.entry, unlink=unlink)
    chat.services.wake()
    await chat.show(chat.texts("ed-deleted", id=callback_data.entry), buttons.deleted(revision, chat.texts))


# --- renaming


async def _ask_rename(chat: EditorChat, callback_data: EntryButton) -> None:
    entry = callback_data.entry
    await chat.use(chat.editing.changes.show, entry)
    await chat.ask(EditorInput.rename, entry=entry)
    await chat.show(chat.texts("ed-id-how", id=entry), buttons.show(entry, chat.texts))


async def _rename(chat: EditorChat) -> None:
    """Rename; a new id that will not do can be sent again."""
    entry = (await chat.state.get_data())["entry"]
    new_id = (chat.message.text or "").strip()
    try:
        revision = await chat.use(chat.editing.changes.rename, entry, new_id)
    except BadId as error:
        await chat.show(f"{pages.bad_id(error, chat.texts)} {chat.texts('ed-again')}", buttons.show(entry, chat.texts))
        return
    await chat.state.clear()
    chat.services.wake()
    renamed = chat.texts("ed-renamed", old=entry, new=revision.entry_id)
    await chat.show(renamed, buttons.show(revision.entry_id, chat.texts))


# --- merging


async def _ask_merge(chat: EditorChat, callback_data: EntryButton) -> None:
    entry = callback_data.entry
    view = await chat.use(chat.editing.changes.show, entry)
    await chat.ask(EditorInput.merge, entry=entry)
    how = chat.texts("ed-merge-how", title=pages.title_value(view.entry, chat.texts))
    await chat.show(how, buttons.show(entry, chat.texts))


async def _choose_merge(chat: EditorChat) -> None:
    """Offer the entries that the words lead to, of the kind of the one that they shall become part of."""
    changes, into = chat.editing.changes, (await chat.state.get_data())["entry"]
    target = (await chat.use(changes.show, into)).entry
    found = await chat.use(changes.find, chat.message.text or "", chat.texts.lang)
    others = [one for one in found if one.kind == target.kind and one.id != target.id]
    if not others:
        why = pages.no_merge(target, found, chat.texts)
        await chat.show(f"{why} {chat.texts('ed-again')}", buttons.show(into, chat.texts))
        return
    await chat.state.clear()
    await chat.state.update_data(into=target.id)
    choose = chat.texts("ed-merge-choose", title=pages.title_value(target, chat.texts))
    await chat.show(choose, buttons.merge(target, others, chat.texts))


async def _merge_sure(chat: EditorChat, callback_data: EntryButton) -> None:
    changes, into = chat.editing.changes, (await chat.state.get_data()).get("into", "")
    target = (await chat.use(changes.show, into)).entry
    other = (await chat.use(changes.show, callback_data.entry)).entry
    sure = chat.texts(
        "ed-merge-sure", into=pages.title_value(target, chat.texts), other=pages.title_value(other, chat.texts)
    )
    net = await safety_net(chat, await chat.use(changes.merging, into, other.id))
    await chat.show(f"{sure}\n\n{pages.safety(net, chat.texts)}", buttons.merge_sure(other.id, into, chat.texts))


async def _merge(chat: EditorChat, callback_data: EntryButton) -> None:
    into, other = (await chat.state.get_data()).get("into", ""), callback_data.entry
    await chat.state.clear()
    revision = await chat.use(chat.editing.changes.merge, into, other)
    chat.services.wake()
    merged = chat.texts("ed-merged", other=other, into=revision.entry_id)
    await chat.show(merged, buttons.saved(revision, chat.texts))
