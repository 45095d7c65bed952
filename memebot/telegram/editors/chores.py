"""What editors hear unasked, and what is put away."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from aiogram.exceptions import TelegramBadRequest

from memebot import plots
from memebot.editing.editing import Editing
from memebot.editing.report import BaseReport
from memebot.editing.unexplained import EditorsCall
from memebot.i18n import Catalogues, Texts
from memebot.telegram.editors import buttons, pages
from memebot.telegram.errors import Unreachable
from memebot.telegram.pictures import Pictures
from memebot.telegram.transport.delivery import Delivery, Destination


@dataclass(frozen=True, slots=True, eq=False)
class EditorChores:
    """Looked after again and again, beside the conversation."""

    editing: Editing
    pictures: Pictures
    delivery: Delivery
    catalogues: Catalogues

    async def run(self) -> None:
        """Once: editors are called, the week is reported, old drafts go."""
        await self.explain_proposals()
        await self.call_editors()
        await self.report()
        await self.pictures.db.run(self.editing.purge_drafts, timedelta(days=self.pictures.answering.limits.keep_days))

    async def explain_proposals(self) -> None:
        """Keep with proposed memes that nothing explained what the base says by now."""
        unexplained = self.editing.unexplained
        for submission in await self.pictures.db.run(unexplained.unexplained_proposals):
            explanation = await self.pictures.search_again(submission.sha256 or "")
            if explanation is not None:
                await self.pictures.db.run(unexplained.explain_proposal, submission.id, explanation)

    async def call_editors(self) -> None:
        """Ask editors for entries about approved memes that the bot cannot explain: one message for all of them."""
        db, unexplained = self.pictures.db, self.editing.unexplained
        call = await db.run(unexplained.call)
        if call is None:
            return
        for editor in await db.run(self.editing.editors):
            new = await db.run(unexplained.call_to, editor, call)
            if new is not None:
                with suppress(Unreachable):  # the editor may not listen
                    await send_call(self.delivery, Destination(editor), new, await self._texts(editor))
                await db.run(unexplained.told, editor, new)
        await db.run(unexplained.mark_called, call)

    async def report(self) -> None:
        """Send editors the figures of last week, once a week."""
        db = self.pictures.db
        report = await db.run(self.editing.weekly_report)
        if report is None:
            return
        for editor in report.editors:
            with suppress(Unreachable):
                await self._send_report(report.figures, editor)
            await db.run(self.editing.report_told, report, editor)
        await db.run(self.editing.mark_reported, report)

    async def _send_report(self, figures: BaseReport, editor: int) -> None:
        db, title, texts = self.pictures.db, self.pictures.answering.pages.title, await self._texts(editor)
        memes, groups = await db.run(self.editing.stores.unexplained.size)
        names = {entry: await db.run(title, entry, texts.lang) for entry in figures.entries}
        plot = await self.pictures.inference.run(_plot, figures, texts)
        html = pages.report(figures, names, memes, groups, texts)
        await self.delivery.send_picture(Destination(editor), plot, "week.png", html)

    async def _texts(self, user: int) -> Texts:
        lang_of = self.pictures.answering.state.subscribers.lang_of
        lang = await self.pictures.db.run(lang_of, user)
        return self.catalogues[lang or self.catalogues.default]


async def send_call(delivery: Delivery, place: Destination, call: EditorsCall, texts: Texts) -> None:
    """One meme with its picture and the kinds of entry; several as a list from which each can be opened."""
    if len(call.submissions) > 1:
        await delivery.send(place, pages.calls(call, texts), buttons.calls(call, texts))
        return
    (submission,) = call.submissions
    with suppress(TelegramBadRequest):  # the picture may be gone: the call is not
        await delivery.send_media(place, submission.media)
    at = pages.call_time(submission, call, texts)
    await delivery.send(place, texts("ed-call", at=at), buttons.call(submission.id, texts))


def _plot(report: BaseReport, texts: Texts) -> bytes:
    days = [plots.Counts(day.start, (day.explained, day.composed, day.unknown)) for day in report.days]
    title = texts("report-title", since=f"{report.days[0].start:%d.%m}", until=f"{report.days[-1].start:%d.%m}")
    labels = plots.Labels(title, (texts("report-explained"), texts("report-composed"), texts("report-unknown")))
    return plots.png(plots.knowledge_week(days, labels=labels))
