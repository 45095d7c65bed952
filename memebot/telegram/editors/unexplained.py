"""Unexplained memes: their groups, and entries begun for them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from aiogram import Router
from aiogram.filters import Command, Filter
from aiogram.types import InlineKeyboardMarkup

from memebot.answering.grouping import GroupId
from memebot.editing.drafting import Prefill
from memebot.editing.prefill import PrefillPicture
from memebot.telegram.editors import buttons, pages
from memebot.telegram.editors.actions import (
    BeginForGroup,
    BeginForSubmission,
    GroupAct,
    GroupButton,
    OpenCall,
    OpenGroups,
    pressed,
)
from memebot.telegram.editors.chat import EditorChat
from memebot.telegram.editors.chores import send_call
from memebot.telegram.errors import ChatError
from memebot.telegram.ui import render

MAX_COLLAGE = 9
"""So many pictures are put into one collage."""


def build_unexplained_router(editor: Filter) -> Router:
    """Handlers of unexplained memes; ``editor``: lets editors pass."""
    router = Router(name="unexplained")
    press = router.callback_query
    router.message.register(_list, Command("gaps"), editor)
    press.register(_turn, OpenGroups.filter())
    press.register(_open, pressed(GroupAct.OPEN))
    press.register(_hide, pressed(GroupAct.HIDE, GroupAct.UNHIDE))
    press.register(_begin_for_group, BeginForGroup.filter())
    press.register(_open_call, OpenCall.filter())
    press.register(_begin_for_submission, BeginForSubmission.filter())
    return router


# --- groups


async def _list(chat: EditorChat) -> None:
    async with chat.services.delivery.typing(chat.place):
        await _show_groups(chat, 0)


async def _turn(chat: EditorChat, callback_data: OpenGroups) -> None:
    await _show_groups(chat, callback_data.offset)


async def _show_groups(chat: EditorChat, offset: int) -> None:
    """The groups that most people asked about: their pictures as a collage, their words, their figures."""
    page = await chat.use(chat.editing.unexplained.groups, buttons.GROUPS, offset)
    if not page.groups:
        await chat.send(chat.texts("gap-none"))
        return
    picture = await _collage(chat, [group.files[0] if group.files else None for group in page.groups])
    html = pages.groups(page, offset, chat.texts, pages.CAPTION if picture else render.MESSAGE)
    await _send(chat, picture, html, buttons.groups(page.groups, offset))


async def _open(chat: EditorChat, callback_data: GroupButton) -> None:
    await _show_group(chat, callback_data.group)


async def _show_group(chat: EditorChat, number: GroupId) -> None:
    """One group: some of its pictures, its figures, what can be done about it."""
    group = await chat.use(chat.editing.unexplained.group, number)
    if group is None:
        await chat.send(chat.texts("gap-gone"))
        return
    pictures = await _pictures(chat, group.id)
    title, lang = chat.services.pictures.answering.pages.title, chat.texts.lang
    template = None if group.template is None else await chat.services.pictures.db.run(title, group.template, lang)
    collage = await _collage(chat, group.files)
    html = pages.group(group, template, [picture.reading.text for picture in pictures], chat.texts)
    draft = await chat.use(chat.editing.machine.of_group, number)
    await _send(chat, collage, html, buttons.group(group, draft, chat.texts))


async def _hide(chat: EditorChat, callback_data: GroupButton) -> None:
    group, hidden = callback_data.group, callback_data.act == GroupAct.HIDE
    await chat.use(chat.editing.unexplained.hide, group, hidden=hidden)
    if hidden:
        await chat.send(chat.texts("gap-hidden"), buttons.hidden(group, chat.texts))
    else:
        await _show_group(chat, group)


# --- entries for them


async def _begin_for_group(chat: EditorChat, callback_data: BeginForGroup) -> None:
    group = callback_data.group
    pictures = await _pictures(chat, group)
    await _begin(chat, Prefill(callback_data.kind, pictures, group=group))


async def _open_call(chat: EditorChat, callback_data: OpenCall) -> None:
    call = await chat.use(chat.editing.unexplained.call_for, callback_data.submission)
    if call is None:
        await chat.send(chat.texts("gap-gone"))
    else:
        await send_call(chat.services.delivery, chat.place, call, chat.texts)


async def _begin_for_submission(chat: EditorChat, callback_data: BeginForSubmission) -> None:
    submission = callback_data.submission
    sha256 = await chat.use(chat.editing.unexplained.picture_of_submission, submission)
    pictures = [] if sha256 is None else await read(chat, [sha256])
    await _begin(chat, Prefill(callback_data.kind, pictures, submission=submission))


async def _begin(chat: EditorChat, start: Prefill) -> None:
    if not start.pictures:
        await chat.send(chat.texts("gap-gone"))
        return
    panel = await chat.begin(start)
    await chat.send(pages.panel(panel, chat.texts), buttons.panel(panel, chat.texts))


async def _pictures(chat: EditorChat, group: GroupId) -> list[PrefillPicture]:
    keys = await chat.use(chat.editing.unexplained.pictures_of, group)
    return await read(chat, keys)


async def read(chat: EditorChat, keys: Sequence[str]) -> list[PrefillPicture]:
    """What was read of pictures in the record; those that are gone are left out."""
    readings = [await chat.services.pictures.db.run(chat.services.pictures.answering.reading_of, key) for key in keys]
    return [PrefillPicture(reading) for reading in readings if reading is not None]


# --- pictures


async def _collage(chat: EditorChat, files: Sequence[str | None]) -> bytes:
    """A collage of pictures that Telegram has; b"" if it has none of them any more."""
    pictures = await asyncio.gather(*(_fetched(chat, file_id) for file_id in files[:MAX_COLLAGE]))
    return await chat.infer(chat.services.collage, pictures) if any(pictures) else b""


async def _fetched(chat: EditorChat, file_id: str | None) -> bytes | None:
    if file_id is None:
        return None
    try:
        return await chat.services.delivery.fetch(file_id)
    except ChatError:
        return None


async def _send(chat: EditorChat, picture: bytes, html: str, keyboard: InlineKeyboardMarkup) -> None:
    if picture:
        await chat.services.delivery.send_picture(chat.place, picture, "memes.jpg", html, keyboard)
    else:
        await chat.send(html, keyboard)
