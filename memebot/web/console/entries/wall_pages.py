"""Unexplained memes as a wall of pictures, one press from a new entry; and a meme tried on the base."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from aiohttp import web

from knowledge.entry.model import EntryId
from knowledge.errors import ExemplarNotFound
from knowledge.reading import Keypoints
from knowledge.store.changes import Change
from memebot.answering.composition import certainty
from memebot.answering.explainer import Explanation
from memebot.answering.grouping import GroupId
from memebot.answering.unexplained import Group
from memebot.drafting.store import MachineDraftId
from memebot.editing.drafting import Prefill
from memebot.editing.drafts import DraftId
from memebot.editing.prefill import PrefillPicture
from memebot.editing.unexplained import EditorsCall
from memebot.i18n import when
from memebot.vision.role_sheet import draw_page
from memebot.web.console.entries.base import HOME, EntryPages, draft_path
from memebot.web.console.entries.list_pages import kind_of
from memebot.web.console.entries.views import title_of
from memebot.web.console.parts import ConsoleRequest, ConsoleRoute
from memebot.web.errors import RequestRefused
from moderation.model import Submission

GROUPS, SHOWN, UPCOMING = 12, 4, 24
"""Groups on a page, pictures of each, and memes that will be in the channel."""


class WallPages(EntryPages):
    """Pages of pictures."""

    def routes(self) -> Sequence[ConsoleRoute]:
        """All routes of the wall, of exemplars and of the trial."""
        group = "/wall/{number:\\d+}"
        return (
            self.get("/wall", self._wall),
            self.get(f"{group}/{{place:\\d+}}", self._picture),
            self.post(f"{group}/new", self._new),
            self.post(f"{group}/take", self._take),
            self.post(f"{group}/hide", self._hide),
            self.get("/meme/{number:\\d+}", self._meme_picture),
            self.post("/meme/{number:\\d+}/new", self._new_for_meme),
            self.get("/exemplar/{name}", self._exemplar),
            self.get("/draft/{number:\\d+}/picture/{place:\\d+}", self._draft_picture),
            self.get("/try", self._ask_try),
            self.post("/try", self._try, uploads=True),
        )

    # --- the wall

    async def _wall(self, ask: ConsoleRequest) -> web.StreamResponse:
        wanted = ask.request.query.get("page", "")
        number = max(0, int(wanted) - 1) if wanted.isdecimal() and len(wanted) < 9 else 0
        page = await self.use(ask, self.editing.unexplained.groups, GROUPS, number * GROUPS)
        call = await self.use(ask, self.editing.unexplained.upcoming)
        return self.frame.page(
            "console/wall.html",
            ask,
            groups=[await self._shown(ask, group) for group in page.groups],
            memes=page.memes,
            in_all=page.in_all,
            number=number,
            size=GROUPS,
            upcoming=[] if number else [self._upcoming(one, call, ask) for one in call.submissions[:UPCOMING]],
        )

    def _upcoming(self, meme: Submission, call: EditorsCall, ask: ConsoleRequest) -> tuple[Submission, str]:
        """A proposed meme, and when it will be in the channel."""
        slot = meme.slot
        return meme, ask.texts("ed-call-soon") if slot is None else when(slot, call.now, call.zone, ask.texts)

    async def _shown(self, ask: ConsoleRequest, group: Group) -> dict[str, Any]:
        made = await self.use(ask, self.editing.machine.of_group, group.id)
        template = ""
        if group.template is not None:
            template = await self.parts.db.run(self._title, group.template, ask)
        return {"group": group, "pictures": range(min(SHOWN, len(group.files))), "made": made, "template": template}

    def _title(self, entry_id: EntryId, ask: ConsoleRequest) -> str:
        return self.parts.cases.answering.pages.title(entry_id, ask.member.lang)

    async def _picture(self, ask: ConsoleRequest) -> web.StreamResponse:
        group = await self.use(ask, self.editing.unexplained.group, _group(ask))
        place = ask.number("place")
        if group is None or place >= len(group.files):
            raise RequestRefused(404, "console-no-page")
        return await self.frame.thumbnail(group.files[place])

    async def _new(self, ask: ConsoleRequest) -> web.StreamResponse:
        """Begin an entry with the words and pictures of a group."""
        group, kind = _group(ask), kind_of(ask.form)
        return await self._begin(ask, Prefill(kind, await self._pictures(ask, group), group=group))

    async def _meme_picture(self, ask: ConsoleRequest) -> web.StreamResponse:
        meme = await self._meme(ask)
        if not meme.media:
            raise RequestRefused(404, "console-no-picture")
        return await self.frame.thumbnail(meme.media[0].file_id)

    async def _new_for_meme(self, ask: ConsoleRequest) -> web.StreamResponse:
        """Begin an entry for a proposed meme."""
        kind, meme = kind_of(ask.form), await self._meme(ask)
        start = Prefill(kind, await self._read([meme.sha256 or ""]), submission=meme.id)
        return await self._begin(ask, start)

    async def _meme(self, ask: ConsoleRequest) -> Submission:
        """A proposed meme that still waits for an entry."""
        call = await self.use(ask, self.editing.unexplained.call_for, ask.number("number"))
        if call is None:
            raise RequestRefused(404, "gap-gone")
        return call.submissions[0]

    async def _begin(self, ask: ConsoleRequest, start: Prefill) -> web.StreamResponse:
        """A new entry with what its first picture resembles. Raises ``RequestRefused`` where nothing waits any more."""
        if not start.pictures:
            raise RequestRefused(404, "gap-gone")
        matches = await self.parts.bot.infer(self.editing.dry_runs.matches, start.pictures[0].reading)
        panel = await self.use(ask, self.editing.drafting.new, replace(start, matches=matches))
        return self.went(ask, draft_path(panel.draft.id), ask.texts("console-wall-begun"))

    async def _take(self, ask: ConsoleRequest) -> web.StreamResponse:
        """Begin an entry with what a model drafted for a group."""
        text = ask.form.texts.get("machine", "")
        machine = MachineDraftId(int(text) if text.isdecimal() and len(text) < 13 else 0)
        pictures = await self._pictures(ask, _group(ask))
        panel = await self.use(ask, self.editing.machine.take, machine, pictures)
        return self.went(ask, draft_path(panel.draft.id), ask.texts("console-wall-begun"))

    async def _pictures(self, ask: ConsoleRequest, group: GroupId) -> list[PrefillPicture]:
        return await self._read(await self.use(ask, self.editing.unexplained.pictures_of, group))

    async def _read(self, keys: Sequence[str]) -> list[PrefillPicture]:
        """What was read of pictures in the record; those that are gone are left out."""
        reading_of = self.parts.cases.answering.reading_of
        readings = [await self.parts.db.run(reading_of, key) for key in keys]
        return [PrefillPicture(reading) for reading in readings if reading is not None]

    async def _hide(self, ask: ConsoleRequest) -> web.StreamResponse:
        hidden = "show" not in ask.form.texts
        await self.use(ask, self.editing.unexplained.hide, _group(ask), hidden=hidden)
        if ask.by_script:
            return web.json_response({"state": "done", "hidden": hidden})
        return self.frame.back(
            ask, f"{HOME}/wall", ask.texts("console-wall-hidden" if hidden else "console-wall-shown")
        )

    # --- exemplars

    async def _exemplar(self, ask: ConsoleRequest) -> web.StreamResponse:
        """An exemplar as boxes are measured on it: the picture, or its features where that is all that is kept."""
        kept = await self.parts.db.run(self._kept, ask.request.match_info["name"])
        return _picture_answer(await self.parts.bot.infer(draw_page, kept))

    def _kept(self, name: str) -> bytes | Keypoints:
        kb = self.editing.stores.kb
        try:
            return kb.exemplars.get(name).picture or kb.vectors.fingerprint(name).keypoints
        except ExemplarNotFound as error:
            raise RequestRefused(404, "console-no-picture") from error

    async def _draft_picture(self, ask: ConsoleRequest) -> web.StreamResponse:
        own = await self.use(ask, self.editing.drafts.get, DraftId(ask.number("number")))
        found = next((one for one in own.pictures if one.id == ask.number("place")), None)
        if found is None:
            raise RequestRefused(404, "console-no-picture")
        data = await self.parts.bot.infer(draw_page, found.data or found.fingerprint.keypoints)
        return _picture_answer(data)

    # --- a meme tried on the base

    async def _ask_try(self, ask: ConsoleRequest) -> web.StreamResponse:
        return await self._trial(ask, None)

    async def _try(self, ask: ConsoleRequest) -> web.StreamResponse:
        """What a meme is answered today, and with one of this editor's drafts."""
        sent = ask.form.files.get("picture")
        if not sent:
            raise RequestRefused(400, "web-no-picture")
        change, number = Change({}), _draft_number(ask.form.texts.get("draft", ""))
        if number is not None:
            change = await self.use(ask, self.editing.saving.change, number)
        reading = await self.parts.bot.read(ask.by, sent[0])
        compared = await self.parts.bot.infer(self.editing.dry_runs.answers, change, reading, ask.member.lang)
        answers = [("today", compared.today)]
        if number is not None:
            answers.append(("changed", compared.changed))
        shown = [(key, answer, certainty(answer.confidence, ask.member.lang)) for key, answer in answers]
        if ask.by_script:
            html = self.part(
                "console/entry-tried.html", ask, answers=shown, same=_same(compared.today, compared.changed)
            )
            return web.json_response({"state": "tried", "html": html})
        return await self._trial(ask, shown, same=_same(compared.today, compared.changed))

    async def _trial(
        self, ask: ConsoleRequest, answers: Sequence[tuple[str, Explanation, str]] | None, *, same: bool = False
    ) -> web.StreamResponse:
        drafts = await self.use(ask, self.editing.drafts.all)
        wanted = _draft_number(ask.request.query.get("draft", "") or ask.form.texts.get("draft", ""))
        return self.frame.page(
            "console/entry-try.html",
            ask,
            answers=answers,
            same=same,
            wanted=wanted,
            drafts=[(one.id, title_of(one.entry, ask.member.lang)) for one in drafts],
        )


def _same(one: Explanation, other: Explanation) -> bool:
    return one.explanation == other.explanation


def _group(ask: ConsoleRequest) -> GroupId:
    return GroupId(ask.number("number"))


def _draft_number(text: str) -> DraftId | None:
    return DraftId(int(text)) if text.isdecimal() and len(text) < 13 else None


def _picture_answer(data: bytes) -> web.Response:
    return web.Response(body=data, content_type="image/png", headers={"Cache-Control": "private, max-age=3600"})
