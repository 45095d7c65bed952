"""What all pages about entries work with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar

from aiohttp import web
from markupsafe import Markup, escape

from knowledge.store.changes import Change
from knowledge.store.revisions import Revision
from memebot.answering.notifications import editor_id
from memebot.editing.drafts import DraftId
from memebot.editing.editing import Editing, SafetyNet
from memebot.web.console.pages import ConsolePages
from memebot.web.console.parts import ConsoleHandler, ConsoleParts, ConsoleRequest, ConsoleRoute

P = ParamSpec("P")
T = TypeVar("T")

HOME = "/entries"
"""The path of all pages about entries, below the console's root."""
TRIED_MEMES = 60
"""So many of the memes that nothing explains are tried with a change: two seconds."""


@dataclass(frozen=True, slots=True)
class ShownRevision:
    """A revision in a list: ``who`` ready for a page, ``at`` as people write it, ``mine``: of whoever looks."""

    number: int
    who: Markup
    when: datetime
    at: str
    comment: str
    deleted: bool
    mine: bool


class EntryPages:
    """A group of pages about entries; ``use`` runs a use case for whoever asks."""

    def __init__(self, parts: ConsoleParts, frame: ConsolePages) -> None:
        self.parts, self.frame = parts, frame

    @property
    def editing(self) -> Editing:
        """The use cases."""
        return self.parts.cases.editing

    @staticmethod
    def get(path: str, handler: ConsoleHandler) -> ConsoleRoute:
        """A page for editors; ``path`` below ``HOME``."""
        return ConsoleRoute("GET", HOME + path, "edit_entries", handler)

    @staticmethod
    def post(path: str, handler: ConsoleHandler, *, uploads: bool = False) -> ConsoleRoute:
        """What editors do."""
        return ConsoleRoute("POST", HOME + path, "edit_entries", handler, uploads)

    async def use(
        self, ask: ConsoleRequest, work: Callable[Concatenate[int, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a use case for this member on the thread of the database."""
        return await self.parts.db.run(work, ask.by, *args, **kwargs)

    async def net(self, change: Change) -> SafetyNet:
        """What a change would break, mend and newly answer."""
        memes = await self.parts.db.run(self.parts.cases.answering.unexplained_memes, TRIED_MEMES)
        return await self.parts.bot.infer(self.editing.dry_runs.net, change, memes)

    def went(self, ask: ConsoleRequest, path: str, said: str = "") -> web.Response:
        """After something was done: to a page below the root, by the script or by the browser."""
        response = self.frame.back(ask, path, said)
        if not ask.by_script:
            return response
        return web.json_response({"state": "done", "location": self.parts.root + path})

    def part(self, template: str, ask: ConsoleRequest, **values: object) -> str:
        """A part of a page."""
        here = str(ask.request.rel_url)
        return self.parts.renderer.page(template, ask.member.lang, lambda _: here, root=self.parts.root, **values)

    def editors_of(self, revisions: Iterable[Revision]) -> list[int]:
        """The people among the authors."""
        return [user for one in revisions if (user := editor_id(one.author)) is not None]

    async def shown_revision(self, ask: ConsoleRequest, revision: Revision) -> ShownRevision:
        """A revision, with its author's name."""
        (shown,) = await self.shown_revisions(ask, [revision])
        return shown

    async def shown_revisions(self, ask: ConsoleRequest, revisions: Sequence[Revision]) -> list[ShownRevision]:
        """Revisions with their authors' names, times in the community's zone."""
        names = await self.parts.names(dict.fromkeys(self.editors_of(revisions)), ask.texts)
        zone = await self.parts.db.run(self.editing.zone)
        return [
            ShownRevision(
                one.number,
                names.get(editor_id(one.author) or 0) or escape(one.author),
                one.at,
                f"{one.at.astimezone(zone):%Y-%m-%d %H:%M}",
                one.comment,
                one.deleted,
                editor_id(one.author) == ask.by,
            )
            for one in revisions
        ]


def draft_path(draft: DraftId) -> str:
    """Where a draft is edited."""
    return f"{HOME}/draft/{draft}"


def entry_path(entry_id: str, page: str = "") -> str:
    """Where an entry is edited, or a page about it."""
    return f"{HOME}/entry/{entry_id}" + (f"/{page}" if page else "")
