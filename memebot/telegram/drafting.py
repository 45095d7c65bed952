"""The model beside the conversation: one picture after the other is drafted, and editors get what comes of it.

The model is asked on a thread of its own, with a database connection of its own: no answer waits for it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from memebot.drafting.errors import DraftingError
from memebot.drafting.maker import DraftMaker
from memebot.drafting.shown import ShownDraft, ShownDrafts
from memebot.drafting.store import MachineDraft
from memebot.editing.editing import Editing
from memebot.i18n import Catalogues
from memebot.inference import WaitingThread
from memebot.problem_texts import drafting_line
from memebot.telegram.editors import pages
from memebot.telegram.editors.machine_drafts import send_machine_drafts
from memebot.telegram.errors import ChatError, Unreachable
from memebot.telegram.pictures import Pictures
from memebot.telegram.transport.delivery import Delivery, Destination
from memebot.telegram.transport.periodic import Periodic
from memebot.telegram.ui import render
from memebot.vision.errors import MediaError

log = logging.getLogger(__name__)

LOOK_EVERY_S = 15.0


class ModelDrafts:
    """Looked after by its ``loop``. ``maker`` is used by one call at a time, on a thread of its own."""

    def __init__(
        self,
        editing: Editing,
        maker: DraftMaker,
        pictures: Pictures,
        delivery: Delivery,
        catalogues: Catalogues,
        *,
        shown: ShownDrafts | None = None,
        clock: Callable[[], datetime],
    ) -> None:
        """``shown``: drafts for whoever asks, where they may be seen."""
        self._editing, self._review, self._maker = editing, editing.machine, maker
        self._pictures, self._db, self._delivery, self._catalogues = pictures, pictures.db, delivery, catalogues
        self._shown = shown
        self._thread, self._clock = WaitingThread(), clock
        self._rest_until = clock()
        self.loop = Periodic("drafts", self.look, LOOK_EVERY_S)

    async def look(self) -> None:
        """Once: draft what somebody waits for, as far as the server and the budget allow; then tell editors."""
        while self._clock() >= self._rest_until and not self._pictures.queue.busy:
            wanted = None if self._shown is None else await self._db.run(self._shown.demand)
            asked = await self._db.run(self._review.claim, wanted)
            if asked is None:
                break
            await self._draft(asked)
        await self._tell()
        if self._shown is not None:
            for one in await self._db.run(self._shown.due):
                await self._show(self._shown, one)

    async def _show(self, shown: ShownDrafts, one: ShownDraft) -> None:
        """Somebody sees a draft for the first time, or what became of it."""
        texts = self._catalogues[one.lang or self._catalogues.default]
        place = Destination(one.chat_id, reply_to=one.reply_to)
        if one.message_id is None:
            await self._db.run(shown.asks.shown, one.answer_id, 0)  # it is not sent twice, whatever happens now
            with suppress(Unreachable):
                message = await self._delivery.send(place, pages.marked_draft(one.made, texts))
                await self._db.run(shown.asks.shown, one.answer_id, message)
            return
        html = texts("thinks-dropped")
        if one.made.state in ("taken", "own"):
            explained = await self._pictures.search_again(one.made.sha256)
            if explained is None:  # the editor is still at it
                return
            retell = self._pictures.answering.pages.pictures.retell
            told = await self._db.run(retell, explained.matches, explained.text, texts.lang)
            html = f"{texts('thinks-checked')}\n\n{render.to_html(told.explanation, render.MESSAGE - 300)}"
        if one.message_id:
            with suppress(Unreachable):
                await self._delivery.edit(place, one.message_id, html)
        await self._db.run(shown.asks.drop, one.answer_id)

    async def _draft(self, asked: MachineDraft) -> None:
        vision, infer = self._pictures.vision, self._pictures.inference.run
        try:
            data = await self._delivery.fetch(asked.file_id)
            picture = await infer(vision.scaled, data)
            kept = await self._db.run(self._pictures.answering.reading_of, asked.sha256)
            reading = await infer(vision.read, data) if kept is None else kept
        except (ChatError, MediaError):
            await self._db.run(self._review.failed, asked.id, "file-gone")
            return
        material = await infer(vision.material, reading, picture)
        try:
            await self._thread.run(self._maker.make, asked, material)
        except DraftingError as error:
            self._rest_until = self._clock() + timedelta(seconds=error.retry_after_s or LOOK_EVERY_S)
            log.warning("%s", drafting_line(error.code, **error.facts))

    async def _tell(self) -> None:
        """Editors get what is new: each draft once, whatever happens in between."""
        drafts = await self._db.run(self._review.untold)
        if not drafts:
            return
        for editor in await self._db.run(self._editing.editors):
            new = await self._db.run(self._review.untold_to, editor, drafts)
            if new:
                lang = await self._db.run(self._pictures.answering.state.subscribers.lang_of, editor)
                texts = self._catalogues[lang or self._catalogues.default]
                with suppress(Unreachable):  # the editor may not listen
                    await send_machine_drafts(self._pictures, self._delivery, Destination(editor), new, texts)
                await self._db.run(self._review.told, editor, new)
        await self._db.run(self._review.mark_told, drafts)
