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
from memebot.drafting.store import MachineDraft
from memebot.editing.editing import Editing
from memebot.i18n import Catalogues
from memebot.inference import WaitingThread
from memebot.problem_texts import drafting_line
from memebot.telegram.editors.machine_drafts import send_machine_drafts
from memebot.telegram.errors import ChatError, Unreachable
from memebot.telegram.pictures import Pictures
from memebot.telegram.transport.delivery import Delivery, Destination
from memebot.telegram.transport.periodic import Periodic
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
        clock: Callable[[], datetime],
    ) -> None:
        self._editing, self._review, self._maker = editing, editing.machine, maker
        self._pictures, self._db, self._delivery, self._catalogues = pictures, pictures.db, delivery, catalogues
        self._thread, self._clock = WaitingThread(), clock
        self._rest_until = clock()
        self.loop = Periodic("drafts", self.look, LOOK_EVERY_S)

    async def look(self) -> None:
        """Once: draft what somebody waits for, as far as the server and the budget allow; then tell editors."""
        while self._clock() >= self._rest_until and not self._pictures.queue.busy:
            asked = await self._db.run(self._review.claim)
            if asked is None:
                break
            await self._draft(asked)
        await self._tell()

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
