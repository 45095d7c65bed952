"""The pages of the console, as every part of it makes them: the frame with who reads it, and what was just done."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from urllib.parse import quote

from aiohttp import web

from memebot.web.console.parts import ConsoleMember, ConsoleParts, ConsoleRequest, Right
from memebot.web.errors import RequestRefused

log = logging.getLogger(__name__)

_IN_A_PATH = "/?&=%#+:;,@!~*'()$-._"
"""What stays as it is in an address; control characters, above all, do not."""

SECTIONS = ("queue", "calendar", "entries", "figures", "settings")
"""In the order of the navigation; one that has no page of that name is not shown."""


class ConsolePages:
    """Belongs to the event loop. ``rights``: which right each page takes, by its path; the server fills it in."""

    def __init__(self, parts: ConsoleParts) -> None:
        self._parts = parts
        self._notes: dict[int, str] = {}  # by session: what its next page says at the top
        self.rights: Mapping[str, Right | None] = {}

    def page(self, template: str, ask: ConsoleRequest, *, status: int = 200, **values: object) -> web.Response:
        """A page for one of the team, or a part of one; templates get ``member``, ``root`` and ``values``."""
        member = ask.member
        here = self._here(ask.request)
        html = self._parts.renderer.page(
            template,
            member.lang,
            lambda _: here,
            member=member,
            root=self._parts.root,
            sections=self.sections_of(member),
            section=ask.request.path.removeprefix(f"{self._parts.root}/").split("/")[0],
            note=self._notes.pop(member.session.id, ""),
            **values,
        )
        return web.Response(text=html, status=status, content_type="text/html")

    def back(self, ask: ConsoleRequest, path: str, said: str = "") -> web.Response:
        """After a form: to a page below the root, which says at its top what was done."""
        if said:
            self._notes[ask.member.session.id] = said
        return web.Response(status=303, headers={"Location": self._parts.root + quote(path, safe=_IN_A_PATH)})

    def _here(self, request: web.Request) -> str:
        """Where a reader of this page can come back to: not to what a form was sent to."""
        if request.method == "GET":
            return str(request.rel_url)
        came_from = request.headers.get("Referer", "").partition(request.host)[2]
        return came_from if came_from.startswith(f"{self._parts.root}/") else f"{self._parts.root}/"

    def sections_of(self, member: ConsoleMember) -> list[str]:
        """The sections that this member may see."""
        known = [name for name in SECTIONS if name in self.rights]
        return [name for name in known if self.rights[name] is None or self.rights[name] in member.rights]

    async def thumbnail(self, file_id: str) -> web.Response:
        """A small picture of what Telegram keeps under this id. Raises ``RequestRefused`` where there is none."""
        try:
            data = await self._parts.thumbnails.get(file_id)
        except Exception as error:
            # whatever Telegram or the file says, there is no picture
            log.info("a thumbnail cannot be had: %s", type(error).__name__)
            raise RequestRefused(404, "console-no-picture") from error
        return web.Response(
            body=data, content_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600, immutable"}
        )
