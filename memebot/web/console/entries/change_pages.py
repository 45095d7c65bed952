"""An entry's history, and changes of it as a whole: restored, taken back, renamed, merged, deleted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aiohttp import web

from knowledge.store.changes import Change
from memebot.editing.errors import DraftOutdated
from memebot.web.console.entries.base import EntryPages, entry_path
from memebot.web.console.entries.views import shown_answers, shown_changes, title_of
from memebot.web.console.parts import ConsoleRequest, ConsoleRoute


class ChangePages(EntryPages):
    """Every change is first shown with what it touches, and can be taken back."""

    def routes(self) -> Sequence[ConsoleRoute]:
        """All routes of histories and whole changes."""
        entry = "/entry/{id}"
        return (
            self.get(f"{entry}/history", self._history),
            self.post(f"{entry}/restore", self._restore),
            self.post(f"{entry}/undo", self._undo),
            self.get(f"{entry}/rename", self._ask_rename),
            self.post(f"{entry}/rename", self._rename),
            self.get(f"{entry}/merge", self._ask_merge),
            self.post(f"{entry}/merge", self._merge),
            self.get(f"{entry}/delete", self._ask_delete),
            self.post(f"{entry}/delete", self._delete),
        )

    # --- history

    async def _history(self, ask: ConsoleRequest) -> web.StreamResponse:
        """All revisions, and what one of them changed: the newest, or the one that is asked for."""
        entry_id, wanted = ask.request.match_info["id"], ask.request.query.get("number", "")
        revisions = await self.use(ask, self.editing.changes.history, entry_id)
        number = int(wanted) if wanted.isdecimal() and len(wanted) < 9 else revisions[0].number
        revision, changes = await self.use(ask, self.editing.changes.revision, entry_id, number)
        return self.frame.page(
            "console/entry-history.html",
            ask,
            entry_id=revision.entry_id,
            name=title_of(revision.entry(), ask.member.lang),
            revisions=await self.shown_revisions(ask, revisions),
            chosen=await self.shown_revision(ask, revision),
            newest=revisions[0].number,
            gone=revisions[0].deleted,
            changes=shown_changes(changes, ask.texts),
        )

    async def _restore(self, ask: ConsoleRequest) -> web.StreamResponse:
        entry_id, number = ask.request.match_info["id"], _number(ask)
        revision = await self.use(ask, self.editing.changes.restore, entry_id, number)
        self.parts.bot.changed()
        return self.went(ask, entry_path(revision.entry_id), ask.texts("console-entry-restored", number=number))

    async def _undo(self, ask: ConsoleRequest) -> web.StreamResponse:
        entry_id, number = ask.request.match_info["id"], _number(ask)
        try:
            revision = await self.use(ask, self.editing.changes.undo, entry_id, number)
        except DraftOutdated:
            return self.went(ask, entry_path(entry_id, "history"), ask.texts("console-entry-undo-late"))
        self.parts.bot.changed()
        where = entry_path(revision.entry_id, "history" if revision.deleted else "")
        return self.went(ask, where, ask.texts("console-entry-undone", number=number))

    # --- renamed

    async def _ask_rename(self, ask: ConsoleRequest) -> web.StreamResponse:
        return await self._show(ask, "rename")

    async def _rename(self, ask: ConsoleRequest) -> web.StreamResponse:
        entry_id, new_id = ask.request.match_info["id"], ask.form.texts.get("to", "").strip()
        if "sure" not in ask.form.texts:
            change = await self.use(ask, self.editing.changes.renaming, entry_id, new_id)
            return await self._show(ask, "rename", change, new_id)
        revision = await self.use(ask, self.editing.changes.rename, entry_id, new_id)
        self.parts.bot.changed()
        return self.went(ask, entry_path(revision.entry_id), ask.texts("console-entry-renamed", id=entry_id))

    # --- merged

    async def _ask_merge(self, ask: ConsoleRequest) -> web.StreamResponse:
        return await self._show(ask, "merge")

    async def _merge(self, ask: ConsoleRequest) -> web.StreamResponse:
        """Make another entry a part of this one."""
        into, other = ask.request.match_info["id"], ask.form.texts.get("to", "").strip().lower()
        if "sure" not in ask.form.texts:
            return await self._show(ask, "merge", await self.use(ask, self.editing.changes.merging, into, other), other)
        revision = await self.use(ask, self.editing.changes.merge, into, other)
        self.parts.bot.changed()
        return self.went(ask, entry_path(revision.entry_id), ask.texts("console-entry-absorbed", id=other))

    # --- deleted

    async def _ask_delete(self, ask: ConsoleRequest) -> web.StreamResponse:
        change = await self.use(ask, self.editing.changes.deletion, ask.request.match_info["id"], unlink=True)
        return await self._show(ask, "delete", change)

    async def _delete(self, ask: ConsoleRequest) -> web.StreamResponse:
        """Delete the entry with the links to it; its history offers to take that back."""
        entry_id = ask.request.match_info["id"]
        revision = await self.use(ask, self.editing.changes.delete, entry_id, unlink=True)
        self.parts.bot.changed()
        return self.went(ask, entry_path(revision.entry_id, "history"), ask.texts("console-entry-deleted"))

    # --- shown before it is done

    async def _show(
        self, ask: ConsoleRequest, kind: str, change: Change | None = None, to: str = ""
    ) -> web.StreamResponse:
        """A change with what it touches and what it would do to answers; without one, the form that asks for it."""
        view = await self.use(ask, self.editing.changes.show, ask.request.match_info["id"])
        values: dict[str, Any] = {"net": None}
        if change is not None:
            net = await self.net(change)
            values = {
                "net": net,
                "broken": shown_answers(net.report.broken),
                "mended": shown_answers(net.report.mended),
                "newly": [one.text for one in net.newly[:12]],
            }
        first = () if change is None else tuple(change.entries)[:1]
        touched = [] if change is None else [one for one in change.entries if one not in (*first, view.entry.id, to)]
        return self.frame.page(
            "console/entry-change.html",
            ask,
            kind=kind,
            entry=view.entry,
            name=title_of(view.entry, ask.member.lang),
            change=change,
            touched=touched,
            to=to,
            **values,
        )


def _number(ask: ConsoleRequest) -> int:
    text = ask.form.texts.get("number", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0
