"""The editors' desk: each method does what one message or button of an editor asks for, and shows what came of it.

Whoever is no editor never gets here (``router``), and ``Editing`` asks again at every step.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from aiogram.exceptions import TelegramBadRequest
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from knowledge.entry.fields import FIELDS, LISTS, draft_text
from knowledge.entry.merge import Prefer
from knowledge.entry.model import KINDS, Kind
from knowledge.errors import EntryError, EntryNotFound, KnowledgeError, LicenceMissing, MergeError
from knowledge.reading import FingerprintError, Lang
from memebot import plots
from memebot.answering.answering import Answering
from memebot.answering.unexplained import GroupId
from memebot.editing.drafts import DraftId, EntryDraft
from memebot.editing.editing import (
    BadId,
    DraftGone,
    DraftInvalid,
    DraftOutdated,
    Editing,
    EditingError,
    NotAnEditor,
    Panel,
)
from memebot.editing.prefill import PrefillPicture
from memebot.editing.report import BaseReport
from memebot.i18n import Catalogues, Texts
from memebot.inference import QueueError
from memebot.telegram.editors import buttons, pages
from memebot.telegram.editors.buttons import Edit
from memebot.telegram.errors import ChatError, Unreachable
from memebot.telegram.transport.delivery import Delivery, Destination
from memebot.telegram.ui import render
from memebot.telegram.ui.attachments import TELEGRAM_MAX_MB, asker, attachment
from memebot.vision.errors import MediaError

log = logging.getLogger(__name__)

PICTURES = 9
"""So many pictures are put into one collage."""

Collage = Callable[[Sequence[bytes | None]], bytes]
"""One to nine pictures, None for one that cannot be had -> one picture with their numbers."""


class EditorInput(StatesGroup):
    """What the editor's next message is."""

    value = State()
    comment = State()
    licence = State()
    entry_id = State()
    rename = State()
    merge = State()


class Editors:
    """Serves editors in private chats."""

    def __init__(
        self,
        editing: Editing,
        answering: Answering,
        delivery: Delivery,
        catalogues: Catalogues,
        *,
        collage: Collage,
        max_mb: int = TELEGRAM_MAX_MB,
    ) -> None:
        self.editing, self._answering, self._delivery = editing, answering, delivery
        self._catalogues, self._collage, self._max_mb = catalogues, collage, max_mb
        self.wake: Callable[[], None] = _nobody_waits

    async def reads(self, user: int, lang: Lang) -> None:
        """Note in which language this editor hears of what nobody asked for."""
        await self._answering.reads(user, lang)

    # --- messages

    async def entry(self, message: Message, said: str, texts: Texts) -> None:
        """Find an entry and show it, or those that may be meant."""
        if not said.strip():
            await self._say(message, texts("ed-entry-how"))
            return
        found = await self.editing.find(_user(message), said, texts.lang)
        if len(found) == 1:
            await self._show_entry(message, found[0].id, texts)
        elif found:
            await self._say(message, texts("ed-found"), buttons.found(found, texts))
        else:
            await self._say(message, texts("ed-not-found"))

    async def _show_entry(self, message: Message, entry_id: str, texts: Texts) -> None:
        shown = await self.editing.show(_user(message), entry_id)
        await self._say(message, pages.entry(shown, texts.lang, texts), buttons.entry(shown, texts.lang, texts))

    async def history(self, message: Message, said: str, texts: Texts) -> None:
        """Show who changed an entry, when and why."""
        user = _user(message)
        entry_id = said.strip().lower()
        if not entry_id and (own := await self.editing.drafts(user)):
            entry_id = own[0].entry.id
        try:
            revisions = await self.editing.history(user, entry_id)
        except EntryNotFound:
            found = await self.editing.find(user, said, texts.lang)
            if not found:
                await self._say(message, texts("ed-history-how"))
                return
            revisions = await self.editing.history(user, found[0].id)
        await self._say(message, pages.history(revisions, 0, texts), buttons.history(revisions, 0, texts))

    async def new(self, message: Message, kind: str, texts: Texts) -> None:
        """Begin an entry, from the picture that the command replies to."""
        chosen = _kind(kind)
        if chosen is None:
            await self._say(message, texts("ed-new-how"))
            return
        seen = await self._seen(message)
        panel = await self.editing.new(_user(message), chosen, seen)
        await self._show_panel(message, panel, texts)

    async def _seen(self, message: Message) -> list[PrefillPicture]:
        """The picture that a message replies to, read; nothing where it replies to none."""
        asked = message.reply_to_message
        picture = None if asked is None else attachment(asked, max_mb=self._max_mb)
        if picture is None:
            return []
        async with self._delivery.typing(Destination.of(message)):
            reading = await self._answering.read(asker(message), picture, self._delivery.fetch)
        return [PrefillPicture(reading, picture.file_id)]

    async def try_(self, message: Message, texts: Texts) -> None:
        """How the picture that the command replies to is answered with the last draft, against today."""
        seen, draft = await self._seen(message), await self._last(message)
        if not seen or draft is None:
            await self._say(message, texts("ed-try-how" if draft is not None else "ed-no-draft"))
            return
        async with self._delivery.typing(Destination.of(message)):
            trial = await self.editing.trial(_user(message), draft.id, seen[0].reading, texts.lang)
        await self._say(message, pages.trial(trial, texts), buttons.back(draft.id, texts))

    async def exemplar(self, message: Message, texts: Texts) -> None:
        """Add the picture that the command replies to to the last draft, or offer to take it out."""
        seen, draft = await self._seen(message), await self._last(message)
        if not seen or draft is None:
            await self._say(message, texts("ed-exemplar-how" if draft is not None else "ed-no-draft"))
            return
        panel, known = await self.editing.add_exemplar(_user(message), draft.id, seen[0])
        said = texts("ed-exemplar-added") if known is None else texts("ed-exemplar-known", name=known)
        await self._say(message, f"{said}\n\n{pages.exemplars(panel, texts)}", buttons.exemplars(panel, texts))

    async def drafts(self, message: Message, texts: Texts) -> None:
        """List this editor's drafts."""
        own = await self.editing.drafts(_user(message))
        said = texts("ed-drafts" if own else "ed-no-drafts")
        await self._say(message, said, buttons.drafts(own, texts) if own else None)

    async def _last(self, message: Message) -> EntryDraft | None:
        own = await self.editing.drafts(_user(message))
        return own[0] if own else None

    async def file(self, message: Message, texts: Texts) -> None:
        """Take a Markdown file for the draft that it is named after, else for an entry of that name, else the last."""
        document = message.document
        if document is None or (document.file_size or 0) > 2**17:
            await self._say(message, texts("ed-file-large"))
            return
        user, stem = _user(message), (document.file_name or "").removesuffix(".md")
        own = await self.editing.drafts(user)
        draft = next((one for one in own if one.entry.id == stem), None)
        if draft is None:
            try:
                draft = (await self.editing.edit(user, stem)).draft
            except EntryNotFound:
                draft = own[0] if own else None
        if draft is None:
            await self._say(message, texts("ed-no-draft"))
            return
        data = await self._delivery.fetch(document.file_id)
        try:
            panel = await self.editing.set_file(user, draft.id, data)
        except EntryError as error:
            await self._say(message, pages.problems(error.problems, texts), buttons.back(draft.id, texts))
            return
        await self._show_panel(message, panel, texts)

    async def answered(self, message: Message, state: FSMContext, texts: Texts) -> None:
        """The text that was asked for: a field's value, a comment, a licence, an id, an entry."""
        asked, data = await state.get_state(), await state.get_data()
        draft = DraftId(int(data.get("draft", 0)))
        said = pages.markdown(message) if data.get("field", "").startswith("text.") else message.text or ""
        user = _user(message)
        if asked != EditorInput.licence.state:  # a licence may have to be said again
            await state.clear()
        match asked:
            case EditorInput.value.state:
                await self._show_panel(message, await self.editing.set_field(user, draft, data["field"], said), texts)
            case EditorInput.comment.state:
                await self._save(message, draft, said, texts)
            case EditorInput.licence.state:
                await self._keep(message, draft, int(data["place"]), said, state, texts)
            case EditorInput.entry_id.state:
                await self._show_panel(message, await self.editing.set_id(user, draft, said.strip()), texts)
            case EditorInput.rename.state:
                revision = await self.editing.rename(user, data["entry"], said.strip())
                self.wake()
                await self._say(
                    message,
                    texts("ed-renamed", old=data["entry"], new=revision.entry_id),
                    buttons.show(revision.entry_id, texts),
                )
            case EditorInput.merge.state:
                await self._merge_with(message, data["entry"], said, state, texts)

    async def _keep(
        self, message: Message, draft: DraftId, place: int, licence: str, state: FSMContext, texts: Texts
    ) -> None:
        user = _user(message)
        panel = await self.editing.panel(user, draft)
        (picture,) = panel.draft.pictures[place - len(panel.draft.entry.exemplars) :][:1] or (None,)
        if picture is not None and picture.file_id:
            data = await self._delivery.fetch(picture.file_id)
            panel = await self.editing.keep_picture(user, draft, place, licence, data)
        await state.clear()
        await self._say(message, pages.exemplars(panel, texts), buttons.exemplars(panel, texts))

    async def _merge_with(self, message: Message, into: str, said: str, state: FSMContext, texts: Texts) -> None:
        user = _user(message)
        shown = await self.editing.show(user, into)
        others = [
            one
            for one in await self.editing.find(user, said, texts.lang)
            if one.kind == shown.entry.kind and one.id != shown.entry.id
        ]
        if not others:
            await self._say(message, texts("ed-not-found"), buttons.show(into, texts))
            return
        await state.update_data(into=shown.entry.id)
        title = pages.value(pages.title(shown.entry, texts.lang))
        await self._say(message, texts("ed-merge-choose", title=title), buttons.merge(shown.entry, others, texts))

    async def _save(self, message: Message, draft: DraftId, comment: str, texts: Texts) -> None:
        html, keyboard = await self._saved(_user(message), draft, comment, texts)
        await self._say(message, html, keyboard)

    async def _saved(self, user: int, number: DraftId, comment: str, texts: Texts) -> tuple[str, InlineKeyboardMarkup]:
        """Save a draft; what came of it. Somebody's newer revision comes first."""
        draft = (await self.editing.panel(user, number)).draft
        try:
            revision = await self.editing.save(user, number, " ".join(comment.split())[:300])
        except DraftOutdated as error:
            return pages.newer(error, texts), buttons.newer(number, error, texts)
        said = texts("ed-saved", title=pages.value(pages.title(draft.entry, texts.lang)), number=revision.number)
        if draft.group_id is not None:
            explained, memes = await self._answering.look_again(GroupId(draft.group_id))
            said += "\n" + texts("ed-saved-group", count=explained, memes=memes)
        self.wake()
        return said, buttons.saved(revision, texts)

    # --- buttons

    async def press(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        """Do what a button says and show it in place."""
        act = _ACTS.get(data.what)
        if act is None:
            await self._delivery.toast(query, texts("gone"), alert=True)
            return
        await act(self, query, data, state, texts)
        await self._delivery.toast(query)

    async def _entry_page(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        await state.clear()
        shown = await self.editing.show(query.from_user.id, data.which)
        lang: Lang = data.lang if data.more else texts.lang
        await self._put(query, pages.entry(shown, lang, texts), buttons.entry(shown, lang, texts))

    async def _edit(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        await self._put_panel(query, await self.editing.edit(query.from_user.id, data.which), texts)

    async def _panel(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        await state.clear()
        await self._put_panel(query, await self.editing.panel(query.from_user.id, data.draft), texts)

    async def _field(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        panel = await self.editing.panel(query.from_user.id, data.draft)
        name = FIELDS[min(data.more_number, len(FIELDS) - 1)]
        await _ask(state, EditorInput.value, draft=data.draft, field=name)
        keyboard = buttons.field(data.draft, name, texts, list_=name in LISTS)
        await self._put(query, pages.field(panel.draft, name, texts), keyboard)

    async def _empty(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        await state.clear()
        name = FIELDS[min(data.more_number, len(FIELDS) - 1)]
        await self._put_panel(query, await self.editing.set_field(query.from_user.id, data.draft, name, ""), texts)

    async def _preview(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        panel = await self.editing.panel(query.from_user.id, data.draft)
        await self._put(query, pages.preview(panel, data.lang), buttons.back(data.draft, texts))

    async def _as_file(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        panel = await self.editing.panel(query.from_user.id, data.draft)
        entry = panel.draft.entry
        await self._delivery.send_file(
            _place(query), draft_text(entry).encode(), f"{entry.id}.md", texts("ed-file-caption")
        )

    async def _exemplars(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        panel = await self.editing.panel(query.from_user.id, data.draft)
        await self._put(query, pages.exemplars(panel, texts), buttons.exemplars(panel, texts))

    async def _drop_exemplar(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        panel = await self.editing.remove_exemplar(query.from_user.id, data.draft, data.more_number)
        await self._put(query, pages.exemplars(panel, texts), buttons.exemplars(panel, texts))

    async def _ask_licence(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        await self.editing.panel(query.from_user.id, data.draft)
        await _ask(state, EditorInput.licence, draft=data.draft, place=data.more_number)
        await self._put(query, texts("ed-licence-how"), buttons.back(data.draft, texts))

    async def _ask_id(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        panel = await self.editing.panel(query.from_user.id, data.draft)
        await _ask(state, EditorInput.entry_id, draft=data.draft)
        await self._put(query, texts("ed-id-how", id=panel.draft.entry.id), buttons.back(data.draft, texts))

    async def _check(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        """Before saving: somebody's newer revision, then the safety net."""
        user = query.from_user.id
        newer = await self.editing.newer(user, data.draft)
        if newer is not None:
            await self._put(query, pages.newer(newer, texts), buttons.newer(data.draft, newer, texts))
            return
        async with self._delivery.typing(_place(query)):
            report = await self.editing.safety(user, data.draft)
        keyboard = buttons.confirm_save(data.draft, texts, breaks=bool(report.broken))
        await self._put(query, pages.safety(report, texts), keyboard)

    async def _broken(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        report = await self.editing.safety(query.from_user.id, data.draft)
        await self._put(query, pages.broken(report, texts), buttons.broken(data.draft, texts))

    async def _save_now(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        await state.clear()
        await self._put(query, *await self._saved(query.from_user.id, data.draft, "", texts))

    async def _ask_comment(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        await self.editing.panel(query.from_user.id, data.draft)
        await _ask(state, EditorInput.comment, draft=data.draft)
        await self._put(query, texts("ed-comment-how"), buttons.back(data.draft, texts))

    async def _newer(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        newer = await self.editing.newer(query.from_user.id, data.draft)
        if newer is None:
            await self._panel(query, data, state, texts)
            return
        await self._put(query, pages.newer(newer, texts), buttons.newer(data.draft, newer, texts))

    async def _merge_newer(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        prefer: Prefer = "mine" if data.what == "mm" else "theirs"
        await self._put_panel(query, await self.editing.merge_newer(query.from_user.id, data.draft, prefer), texts)

    async def _overwrite(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        await self._put_panel(query, await self.editing.overwrite_newer(query.from_user.id, data.draft), texts)

    async def _discard(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        await self.editing.panel(query.from_user.id, data.draft)
        await self._put(query, texts("ed-discard-sure"), buttons.discard(data.draft, texts))

    async def _discarded(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        await state.clear()
        await self.editing.discard(query.from_user.id, data.draft)
        await self._put(query, texts("ed-discarded"), None)

    async def _undo(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        try:
            revision = await self.editing.undo(query.from_user.id, data.which, data.more_number)
        except DraftOutdated as error:
            said = texts("ed-undo-late", who=pages.who(error.current.author, texts))
            await self._put(
                query, f"{said}\n\n{pages.difference(error.changes, texts, 2500)}", buttons.show(data.which, texts)
            )
            return
        self.wake()
        keyboard = buttons.deleted(revision, texts) if revision.deleted else buttons.show(revision.entry_id, texts)
        await self._put(query, texts("ed-undone", number=data.more_number, id=revision.entry_id), keyboard)

    async def _history(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        revisions = await self.editing.history(query.from_user.id, data.which)
        page = min(data.more_number, (len(revisions) - 1) // buttons.REVISIONS)
        await self._put(query, pages.history(revisions, page, texts), buttons.history(revisions, page, texts))

    async def _difference(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        user = query.from_user.id
        revision, changes = await self.editing.difference(user, data.which, data.more_number)
        newest = (await self.editing.history(user, data.which))[0]
        keyboard = buttons.revision(revision, texts, present=revision.number == newest.number and not newest.deleted)
        await self._put(query, pages.revision(revision, changes, texts), keyboard)

    async def _ask_restore(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        await self.editing.difference(query.from_user.id, data.which, data.more_number)
        said = texts("ed-restore-sure", id=data.which, number=data.more_number)
        await self._put(query, said, buttons.restore(data.which, data.more_number, texts))

    async def _restore(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        revision = await self.editing.restore(query.from_user.id, data.which, data.more_number)
        self.wake()
        said = texts("ed-restored", id=revision.entry_id, old=data.more_number, number=revision.number)
        await self._put(query, said, buttons.show(revision.entry_id, texts))

    async def _ask_delete(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        user = query.from_user.id
        shown = await self.editing.show(user, data.which)
        report = await self.editing.safety_of_deleting(user, data.which, unlink=bool(shown.linking))
        title = pages.value(pages.title(shown.entry, texts.lang))
        said = texts("ed-delete-sure", title=title, links=len(shown.linking))
        await self._put(query, f"{said}\n{pages.safety(report, texts)}", buttons.delete(shown, texts))

    async def _delete(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        revision = await self.editing.delete(query.from_user.id, data.which, unlink=data.what == "dU")
        self.wake()
        await self._put(query, texts("ed-deleted", id=data.which), buttons.deleted(revision, texts))

    async def _ask_rename(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        await self.editing.show(query.from_user.id, data.which)
        await _ask(state, EditorInput.rename, entry=data.which)
        await self._put(query, texts("ed-id-how", id=data.which), buttons.show(data.which, texts))

    async def _ask_merge(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        shown = await self.editing.show(query.from_user.id, data.which)
        await _ask(state, EditorInput.merge, entry=data.which)
        title = pages.value(pages.title(shown.entry, texts.lang))
        await self._put(query, texts("ed-merge-how", title=title), buttons.show(data.which, texts))

    async def _merge_sure(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        user, into = query.from_user.id, (await state.get_data()).get("into", "")
        target, other = await self.editing.show(user, into), await self.editing.show(user, data.which)
        said = texts(
            "ed-merge-sure",
            into=pages.value(pages.title(target.entry, texts.lang)),
            other=pages.value(pages.title(other.entry, texts.lang)),
        )
        await self._put(query, said, buttons.merge_sure(other.entry.id, into, texts))

    async def _merge(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        into = (await state.get_data()).get("into", "")
        await state.clear()
        revision = await self.editing.merge(query.from_user.id, into, data.which)
        self.wake()
        said = texts("ed-merged", other=data.which, into=revision.entry_id)
        await self._put(query, said, buttons.show(revision.entry_id, texts))

    # --- unexplained memes

    async def show_gaps(self, message: Message, texts: Texts) -> None:
        """The top groups of unexplained memes."""
        async with self._delivery.typing(Destination.of(message)):
            await self.gaps(_user(message), Destination.of(message), 0, texts)

    async def gaps(self, user: int, place: Destination, offset: int, texts: Texts) -> None:
        """The groups that most people asked about: their pictures as a collage, their words, their figures."""
        groups, memes, in_all = await self.editing.gaps(user, buttons.GROUPS, offset)
        if not groups:
            await self._delivery.send(place, texts("gap-none"))
            return
        keyboard = buttons.gaps(groups, offset, len(groups) == buttons.GROUPS, texts)
        picture = await self._picture([group.files[0] if group.files else None for group in groups])
        said = pages.gaps(groups, offset, memes, in_all, texts, pages.CAPTION if picture else render.MESSAGE)
        await self._picture_or_words(place, picture, said, keyboard)

    async def _picture(self, files: Sequence[str | None]) -> bytes:
        """A collage of pictures that Telegram has; b"" if it has none of them any more."""
        fetched = await asyncio.gather(*(self._fetched(file_id) for file_id in files[:PICTURES]))
        return await self._answering.draw(lambda: self._collage(fetched)) if any(fetched) else b""

    async def _fetched(self, file_id: str | None) -> bytes | None:
        if file_id is None:
            return None
        try:
            return await self._delivery.fetch(file_id)
        except ChatError:
            return None

    async def _picture_or_words(
        self, place: Destination, picture: bytes, html: str, keyboard: InlineKeyboardMarkup
    ) -> None:
        if picture:
            await self._delivery.send_picture(place, picture, "memes.jpg", html, keyboard)
        else:
            await self._delivery.send(place, html, keyboard)

    async def _gaps_page(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        await self.gaps(query.from_user.id, _place(query), data.more_number, texts)

    async def _group(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        user, place = query.from_user.id, _place(query)
        group = await self.editing.group(user, GroupId(data.number))
        if group is None:
            await self._delivery.send(place, texts("gap-gone"))
            return
        readings = await self._readings(user, group.id)
        template = None if group.template is None else await self._answering.title(group.template, texts.lang)
        picture = await self._picture(group.files)
        said = pages.group(group, template, [reading.reading.text for reading in readings], texts)
        await self._picture_or_words(place, picture, said, buttons.group(group, texts))

    async def _readings(self, user: int, group: GroupId) -> list[PrefillPicture]:
        keys = await self.editing.pictures_of(user, group)
        readings = [await self._answering.reading_of(key) for key in keys]
        return [PrefillPicture(reading) for reading in readings if reading is not None]

    async def _new_from_group(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        user, group, kind = query.from_user.id, GroupId(data.number), _kind(data.more)
        seen = await self._readings(user, group)
        if kind is None or not seen:
            await self._delivery.send(_place(query), texts("gap-gone"))
            return
        panel = await self.editing.new(user, kind, seen, group=group)
        await self._delivery.send(_place(query), pages.panel(panel, texts), buttons.panel(panel, texts))

    async def _hide(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        hidden = data.what == "gh"
        await self.editing.hide(query.from_user.id, GroupId(data.number), hidden=hidden)
        if hidden:
            await self._delivery.send(_place(query), texts("gap-hidden"), buttons.hidden(data.number, texts))
        else:
            await self._group(query, data, state, texts)

    async def _new_from_submission(self, query: CallbackQuery, data: Edit, state: FSMContext, texts: Texts) -> None:
        user, kind = query.from_user.id, _kind(data.more)
        sha256 = await self.editing.picture_of_submission(user, data.number)
        reading = None if sha256 is None else await self._answering.reading_of(sha256)
        if kind is None or reading is None:
            await self._delivery.send(_place(query), texts("gap-gone"))
            return
        panel = await self.editing.new(user, kind, [PrefillPicture(reading)], submission=data.number)
        await self._delivery.send(_place(query), pages.panel(panel, texts), buttons.panel(panel, texts))

    async def call_editors(self) -> None:
        """Ask editors for an entry about each approved meme that the bot cannot explain, and use those that came."""
        for submission in await self.editing.unexplained_proposals():
            told = await self._answering.explanation(submission.sha256 or "")
            if told is not None:
                await self.editing.explain_proposal(submission.id, told)
        for submission in await self.editing.calls():
            for editor in await self.editing.editors():
                lang = await self._answering.lang_of(editor) or self._catalogues.default
                texts = self._catalogues[lang]
                at = "" if submission.slot is None else f"{submission.slot:%Y-%m-%d %H:%M} UTC"
                with suppress(Unreachable, TelegramBadRequest):  # the picture may be gone, the editor may not listen
                    await self._delivery.send_media(Destination(editor), submission.media)
                    said = texts("ed-call", at=at or texts("ed-call-soon"))
                    await self._delivery.send(Destination(editor), said, buttons.call(submission.id, texts))

    async def tidy(self) -> None:
        """Put away drafts that were left alone for as long as anything is kept."""
        await self.editing.tidy(timedelta(days=self._answering.limits.keep_days))

    async def report(self) -> None:
        """Send editors the figures of last week, once a week."""
        report = await self.editing.weekly()
        if report is None:
            return
        memes, groups = await self.editing.size_of_gaps()
        for editor in await self.editing.editors():
            lang = await self._answering.lang_of(editor) or self._catalogues.default
            texts = self._catalogues[lang]
            names = {entry: await self._answering.title(entry, lang) for entry in report.entries}
            drawn = await self._answering.draw(partial(_drawn, report, texts))
            said = pages.report(report, names, memes, groups, texts)
            with suppress(Unreachable):
                await self._delivery.send_picture(Destination(editor), drawn, "week.png", said)

    # --- what goes wrong, and how things are shown

    def worded(self, error: Exception, texts: Texts) -> str | None:
        """What is said about something that cannot be done; None for a mistake of ours."""
        match error:
            case NotAnEditor():
                return texts("gone")
            case DraftGone():
                return texts("ed-draft-gone")
            case DraftInvalid():
                return "\n".join([texts("ed-blocked"), "", *pages.findings(error.findings, texts)])
            case BadId():
                return texts("ed-id-taken" if error.taken else "ed-id-bad", id=pages.value(error.entry_id))
            case EntryNotFound():
                return texts("ed-not-found")
            case MergeError():
                return texts("ed-merge-wrong", reason=pages.value(error.reason))
            case LicenceMissing():
                return texts("ed-licence-how")
            case FingerprintError():
                return texts("ed-keep-wrong")
            case EntryError():
                return pages.problems(error.problems, texts)
            case DraftOutdated() | EditingError() | KnowledgeError():
                return texts("ed-cannot", reason=pages.value(str(error)))
            case Unreachable():
                return None
            case ChatError() | QueueError() | MediaError():
                return render.refusal(error, texts)
            case _:
                return None

    async def _say(self, message: Message, html: str, keyboard: InlineKeyboardMarkup | None = None) -> None:
        await self._delivery.send(Destination.of(message), html, keyboard)

    async def _show_panel(self, message: Message, panel: Panel, texts: Texts) -> None:
        await self._say(message, pages.panel(panel, texts), buttons.panel(panel, texts))

    async def _put_panel(self, query: CallbackQuery, panel: Panel, texts: Texts) -> None:
        await self._put(query, pages.panel(panel, texts), buttons.panel(panel, texts))

    async def _put(self, query: CallbackQuery, html: str, keyboard: InlineKeyboardMarkup | None) -> None:
        """Into the message under which the button is, else into a new one."""
        place, message = _place(query), query.message
        edited = None
        if isinstance(message, Message) and message.text is not None:
            edited = await self._delivery.edit(place, message.message_id, html, keyboard)
        if edited is None:
            await self._delivery.send(place, html, keyboard)

    async def refuse(self, query: CallbackQuery, error: Exception, texts: Texts) -> bool:
        """Say in place why a button did nothing; whether there was anything to say."""
        said = self.worded(error, texts)
        if said is None:
            return False
        await self._delivery.toast(query)
        await self._delivery.send(_place(query), said)
        return True

    async def refuse_message(self, message: Message, error: Exception, texts: Texts) -> bool:
        """The same for a message."""
        said = self.worded(error, texts)
        if said is not None:
            await self._say(message, said)
        return said is not None


Act = Callable[[Editors, CallbackQuery, Edit, FSMContext, Texts], Awaitable[None]]

_ACTS: dict[str, Act] = {
    "sh": Editors._entry_page,
    "ed": Editors._edit,
    "pn": Editors._panel,
    "fd": Editors._field,
    "em": Editors._empty,
    "pv": Editors._preview,
    "fl": Editors._as_file,
    "ex": Editors._exemplars,
    "xr": Editors._drop_exemplar,
    "xk": Editors._ask_licence,
    "id": Editors._ask_id,
    "ck": Editors._check,
    "br": Editors._broken,
    "sv": Editors._save_now,
    "cm": Editors._ask_comment,
    "nw": Editors._newer,
    "mt": Editors._merge_newer,
    "mm": Editors._merge_newer,
    "ow": Editors._overwrite,
    "no": Editors._discard,
    "nO": Editors._discarded,
    "un": Editors._undo,
    "hi": Editors._history,
    "df": Editors._difference,
    "rs": Editors._ask_restore,
    "rS": Editors._restore,
    "dl": Editors._ask_delete,
    "dD": Editors._delete,
    "dU": Editors._delete,
    "rn": Editors._ask_rename,
    "mg": Editors._ask_merge,
    "mM": Editors._merge_sure,
    "mY": Editors._merge,
    "gp": Editors._gaps_page,
    "gg": Editors._group,
    "gn": Editors._new_from_group,
    "gh": Editors._hide,
    "gs": Editors._hide,
    "sn": Editors._new_from_submission,
}


async def _ask(state: FSMContext, asked: State, **data: Any) -> None:
    await state.set_state(asked)
    await state.set_data(data)


def _drawn(report: BaseReport, texts: Texts) -> bytes:
    days = [plots.Day(day.start, day.explained, day.composed, day.unknown) for day in report.days]
    labels = plots.WeekLabels(
        texts("report-title", since=f"{report.days[0].start:%d.%m}", until=f"{report.days[-1].start:%d.%m}"),
        texts("report-explained"),
        texts("report-composed"),
        texts("report-unknown"),
    )
    return plots.knowledge_week(days, labels=labels)


def _nobody_waits() -> None:
    """What ``Editors.wake`` does until somebody listens: the base has changed, and people may be waiting for that."""


def _kind(name: str) -> Kind | None:
    return next((kind for kind in KINDS if kind == name.strip().lower()), None)


def _user(message: Message) -> int:
    return message.from_user.id if message.from_user else message.chat.id


def _place(query: CallbackQuery) -> Destination:
    """The private chat with whoever pressed."""
    return Destination(query.from_user.id)
