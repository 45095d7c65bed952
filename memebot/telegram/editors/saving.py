"""Saving a draft: the safety net, the question, the save, and what somebody else saved meanwhile."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Filter, StateFilter

from knowledge.entry.merge import Prefer
from knowledge.store.changes import Change
from memebot.answering.grouping import GroupId
from memebot.editing.drafts import DraftId
from memebot.editing.editing import SafetyNet
from memebot.editing.errors import DraftOutdated
from memebot.telegram.editors import buttons, pages
from memebot.telegram.editors.actions import DraftAct, DraftButton, pressed
from memebot.telegram.editors.chat import EditorChat, EditorInput

MAX_COMMENT = 300
TRIED_MEMES = 60
"""So many of the memes that nothing explains are tried with a change: two seconds."""


def build_saving_router(editor: Filter) -> Router:
    """Handlers of saving; ``editor``: lets editors pass."""
    router = Router(name="saving")
    press = router.callback_query
    router.message.register(
        _save_with_comment, StateFilter(EditorInput.comment), F.text & ~F.text.startswith("/"), editor
    )
    press.register(_check, pressed(DraftAct.CHECK))
    press.register(_show_broken, pressed(DraftAct.BROKEN))
    press.register(_save_now, pressed(DraftAct.SAVE))
    press.register(_ask_comment, pressed(DraftAct.ASK_COMMENT))
    press.register(_show_newer, pressed(DraftAct.NEWER))
    press.register(
        _merge_newer,
        pressed(DraftAct.MERGE_MINE, DraftAct.MERGE_THEIRS),
    )
    press.register(_overwrite_newer, pressed(DraftAct.OVERWRITE))
    return router


async def _check(chat: EditorChat, callback_data: DraftButton) -> None:
    """Before saving: somebody's newer revision, then the safety net."""
    await ask_to_save(chat, callback_data.draft)


async def ask_to_save(chat: EditorChat, draft: DraftId, above: str = "") -> None:
    """Whether a draft shall be saved, and what that would break. ``above``: what is shown with it, as HTML."""
    newer = await chat.use(chat.editing.saving.newer, draft)
    if newer is not None:
        await chat.show(pages.newer(newer, chat.texts, chat.zone), buttons.newer(draft, newer, chat.texts))
        return
    async with chat.services.delivery.typing(chat.place):
        net = await safety_net(chat, await chat.use(chat.editing.saving.sound_change, draft))
    keyboard = buttons.confirm_save(draft, chat.texts, breaks=bool(net.report.broken))
    await chat.show("\n\n".join(filter(None, [above, pages.safety(net, chat.texts)])), keyboard)


async def _show_broken(chat: EditorChat, callback_data: DraftButton) -> None:
    change = await chat.use(chat.editing.saving.sound_change, callback_data.draft)
    report = await chat.infer(chat.editing.dry_runs.safety, change)
    await chat.show(pages.broken(report, chat.texts), buttons.broken(callback_data.draft, chat.texts))


async def safety_net(chat: EditorChat, change: Change) -> SafetyNet:
    """What a change would break, mend and newly answer."""
    answering = chat.services.pictures.answering
    memes = await chat.services.pictures.db.run(answering.unexplained_memes, TRIED_MEMES)
    return await chat.infer(chat.editing.dry_runs.net, change, memes)


async def _save_now(chat: EditorChat, callback_data: DraftButton) -> None:
    await chat.state.clear()
    await _save(chat, callback_data.draft, "")


async def _ask_comment(chat: EditorChat, callback_data: DraftButton) -> None:
    draft = await chat.use(chat.editing.drafts.get, callback_data.draft)
    await chat.ask(EditorInput.comment, draft=draft.id)
    await chat.show(chat.texts("ed-comment-how"), buttons.back(draft.id, chat.texts))


async def _save_with_comment(chat: EditorChat) -> None:
    draft = (await chat.state.get_data())["draft"]
    await chat.state.clear()
    await _save(chat, draft, chat.message.text or "")


async def _save(chat: EditorChat, draft: DraftId, comment: str) -> None:
    """Save a draft and say what came of it. Somebody's newer revision comes first."""
    short = " ".join(comment.split())[:MAX_COMMENT]
    try:
        saved = await chat.use(chat.editing.saving.save, draft, short)
    except DraftOutdated as error:
        await chat.show(pages.newer(error, chat.texts, chat.zone), buttons.newer(draft, error, chat.texts))
        return
    entry, group = saved.draft.entry, saved.draft.group_id
    html = chat.texts("ed-saved", title=pages.title_value(entry, chat.texts), number=saved.revision.number)
    if group is not None:
        explained, memes = await chat.services.pictures.search_group_again(GroupId(group))
        html += "\n" + chat.texts("ed-saved-group", count=explained, memes=memes)
    chat.services.wake()
    await chat.show(html, buttons.saved(saved.revision, chat.texts))


# --- somebody's newer revision


async def _show_newer(chat: EditorChat, callback_data: DraftButton) -> None:
    draft = callback_data.draft
    newer = await chat.use(chat.editing.saving.newer, draft)
    if newer is None:
        await chat.show_panel(await chat.use(chat.editing.drafting.panel, draft))
    else:
        await chat.show(pages.newer(newer, chat.texts, chat.zone), buttons.newer(draft, newer, chat.texts))


async def _merge_newer(chat: EditorChat, callback_data: DraftButton) -> None:
    prefer: Prefer = "mine" if callback_data.act == DraftAct.MERGE_MINE else "theirs"
    await chat.show_panel(await chat.use(chat.editing.saving.merge_newer, callback_data.draft, prefer))


async def _overwrite_newer(chat: EditorChat, callback_data: DraftButton) -> None:
    await chat.show_panel(await chat.use(chat.editing.saving.overwrite_newer, callback_data.draft))
