"""Drafts by a model, shown to editors: taken, mended, written anew or thrown away."""

from __future__ import annotations

from dataclasses import replace

from aiogram import Router
from aiogram.exceptions import TelegramBadRequest

from knowledge.reading import LANGS, Lang
from memebot.drafting.store import MachineDraft
from memebot.editing.machine_drafts import REASONS, Why
from memebot.editing.prefill import PrefillPicture
from memebot.i18n import Texts
from memebot.telegram.editors import buttons, pages
from memebot.telegram.editors.actions import MachineAct, MachineButton, pressed
from memebot.telegram.editors.chat import EditorChat
from memebot.telegram.editors.saving import ask_to_save
from memebot.telegram.editors.unexplained import read
from memebot.telegram.errors import ChatError, Unreachable
from memebot.telegram.pictures import Pictures
from memebot.telegram.transport.delivery import Delivery, Destination
from memebot.telegram.ui import keyboards
from memebot.vision.errors import MediaError


def build_machine_drafts_router() -> Router:
    """Handlers of drafts by a model."""
    router = Router(name="machine drafts")
    press = router.callback_query
    press.register(_open, pressed(MachineAct.OPEN))
    press.register(_take, pressed(MachineAct.TAKE))
    press.register(_mend, pressed(MachineAct.MEND))
    press.register(_write, pressed(MachineAct.WRITE))
    press.register(_ask_drop, pressed(MachineAct.ASK_DROP))
    press.register(_drop, pressed(MachineAct.DROP))
    return router


async def _open(chat: EditorChat, callback_data: MachineButton) -> None:
    """In another language in place; out of a list as a new page with its picture."""
    made = await chat.use(chat.editing.machine.get, callback_data.draft)
    lang = next((lang for lang in LANGS if lang == callback_data.more), None)
    if lang is None:
        await send_machine_draft(chat.services.pictures, chat.services.delivery, chat.place, made, chat.texts)
    else:
        html = await _page(chat.services.pictures, made, lang, chat.texts)
        await chat.show(html, buttons.machine_draft(made, lang, chat.texts))


async def send_machine_draft(
    pictures: Pictures, delivery: Delivery, place: Destination, made: MachineDraft, texts: Texts
) -> None:
    """A draft with its picture. Raises ``Unreachable``; a picture that is gone is left out."""
    try:
        data = await delivery.fetch(made.file_id)
        shown = await pictures.inference.run(pictures.vision.scaled, data)
        await delivery.send_picture(place, shown, "meme.jpg", "")
    except Unreachable:
        raise
    except (ChatError, MediaError, TelegramBadRequest):
        pass
    html = await _page(pictures, made, texts.lang, texts)
    await delivery.send(place, html, buttons.machine_draft(made, texts.lang, texts))


async def send_machine_drafts(
    pictures: Pictures, delivery: Delivery, place: Destination, made: list[MachineDraft], texts: Texts
) -> None:
    """Several drafts: few as they are, many as a list to open them from. Raises ``Unreachable``."""
    if len(made) > _FEW:
        rows = buttons.machine_drafts(made, texts)
        await delivery.send(place, texts("md-list", count=len(made)), keyboards.keyboard(*rows))
        return
    for one in made:
        await send_machine_draft(pictures, delivery, place, one, texts)


_FEW = 3


async def _page(pictures: Pictures, made: MachineDraft, lang: Lang, texts: Texts) -> str:
    title = pictures.answering.pages.title
    rests_on = () if made.draft is None else made.draft.rests_on
    titles = [await pictures.db.run(title, entry, lang) for entry in rests_on]
    return pages.machine_draft(made, titles, lang, texts)


async def _take(chat: EditorChat, callback_data: MachineButton) -> None:
    """The entry as subscribers would see it, with the safety net and the question whether to save it."""
    panel = await chat.use(chat.editing.machine.take, callback_data.draft, await _pictures(chat, callback_data))
    if panel.errors:
        await chat.show_panel(panel)
        return
    draft, linked = await chat.use(chat.editing.drafts.get_linked, panel.draft.id)
    await ask_to_save(chat, draft.id, pages.preview(draft.entry, linked, chat.texts.lang))


async def _mend(chat: EditorChat, callback_data: MachineButton) -> None:
    pictures = await _pictures(chat, callback_data)
    await chat.show_panel(await chat.use(chat.editing.machine.take, callback_data.draft, pictures))


async def _write(chat: EditorChat, callback_data: MachineButton) -> None:
    pictures = await _pictures(chat, callback_data)
    await chat.show_panel(await chat.use(chat.editing.machine.write_without, callback_data.draft, pictures))


async def _pictures(chat: EditorChat, callback_data: MachineButton) -> list[PrefillPicture]:
    """The picture that the draft is about, which becomes an exemplar of its entry."""
    made = await chat.use(chat.editing.machine.get, callback_data.draft)
    return [replace(picture, file_id=made.file_id) for picture in await read(chat, [made.sha256])]


async def _ask_drop(chat: EditorChat, callback_data: MachineButton) -> None:
    made = await chat.use(chat.editing.machine.get, callback_data.draft)
    html = await _page(chat.services.pictures, made, chat.texts.lang, chat.texts)
    await chat.show(f"{html}\n\n{chat.texts('md-why')}", buttons.drop_machine_draft(made, chat.texts))


async def _drop(chat: EditorChat, callback_data: MachineButton) -> None:
    why: Why = next((reason for reason in REASONS if reason == callback_data.more), "other")
    await chat.use(chat.editing.machine.drop, callback_data.draft, why)
    await chat.show(chat.texts("md-dropped-not-ml" if why == "not-ml" else "md-dropped"))
