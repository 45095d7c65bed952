"""The routes of the console, and what every answer of it has in common: who asks, what they may, and the door."""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from knowledge.reading import LANGS, Lang
from memebot import i18n
from memebot.channel.refusals import RefusalView, refusal_text, refused_by
from memebot.database import STORAGE_FAILURES, ServerGone
from memebot.i18n import Texts, plain_text
from memebot.web.console.access import COOKIE, TELEGRAM, Access, cookie, device_of
from memebot.web.console.errors import EntryRefused
from memebot.web.console.events import AuditWatch
from memebot.web.console.pages import ConsolePages
from memebot.web.console.parts import (
    ConsoleMember,
    ConsoleParts,
    ConsoleRequest,
    ConsoleRoute,
    ConsoleSection,
    Refusal,
)
from memebot.web.console.sessions import SessionOrigin
from memebot.web.errors import RequestRefused
from memebot.web.server import HEADERS, POLICY, language_of_browser, same_site, visitor_of
from memebot.web.uploads import FormFields, read_form
from memebot.web.visitors import Visitors
from moderation.errors import ModerationError, NotAllowed, SubmissionNotFound
from moderation.people import NEEDED

log = logging.getLogger(__name__)

_FRAMED = web.RequestKey("framed", bool)
_NO_FORM = FormFields({}, {})
_OVERSIZE = 256 * 1024
"""A form without pictures takes no more."""


class ConsoleServer:
    """``routes(app)`` adds the console to what is served, before pages that take every path."""

    def __init__(
        self, parts: ConsoleParts, pages: ConsolePages, visitors: Visitors, sections: Sequence[ConsoleSection]
    ) -> None:
        """``pages``: what the sections were given, too."""
        self._parts, self._pages, self._visitors, self._sections = parts, pages, visitors, sections
        self._access = Access(parts.stores, parts.sessions)
        self._watch = AuditWatch(parts.db, parts.stores.audit)
        self._secure = parts.renderer.addresses.origin.startswith("https:")
        self.table: Sequence[ConsoleRoute] = (
            *(route for section in sections for route in section.routes()),
            ConsoleRoute("GET", "/", None, self._home),
            ConsoleRoute("GET", "/events", None, self._events),
            ConsoleRoute("GET", "/picture/{number:\\d+}/{place:\\d+}", "decide", self._picture),
            ConsoleRoute("GET", "/sessions", None, self._list_sessions),
            ConsoleRoute("POST", "/sessions/end", None, self._end_session),
            ConsoleRoute("POST", "/sessions/end-all", None, self._end_all_sessions),
            ConsoleRoute("POST", "/language", None, self._speak),
        )
        pages.rights = {route.path[1:]: route.right for route in self.table if route.method == "GET"}

    def routes(self, app: web.Application) -> None:
        """Add all of the console."""
        root = self._parts.root
        add = app.router.add_route
        for route in self.table:
            add(route.method, root + route.path, self._served(route))
        add("GET", root, self._open(self._to_home))
        add("GET", f"{root}/enter/{{token}}", self._open(self._door))
        add("POST", f"{root}/enter/{{token}}", self._open(self._enter_by_link))
        add("GET", f"{root}/app", self._open(self._app_door))
        add("POST", f"{root}/app", self._open(self._enter_by_app))
        add("GET", f"{root}/out", self._open(self._outside))
        add("*", f"{root}/{{rest:.*}}", self._open(self._nothing))
        app.on_shutdown.append(self._close)

    async def _close(self, _: web.Application) -> None:
        self._watch.close()

    # --- what every request goes through

    def _served(self, route: ConsoleRoute) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """A route for those who may use it, with errors in words."""

        async def serve(request: web.Request) -> web.StreamResponse:
            self._visitors.admit(visitor_of(request), "file")
            member = await self._member(request)
            if member is None:
                return self._stay_out(request)
            ask = ConsoleRequest(request, member, _NO_FORM, self._texts(member.lang))
            try:
                ask = await self._checked(ask, route)
                return await route.handler(ask)
            except Exception as error:  # noqa: BLE001 (put into words, or logged)
                return await self._refuse(ask, error)

        return self._open(serve)

    def _open(
        self, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """What even those get who are not in: limits, the headers, and no traceback."""

        async def serve(request: web.Request) -> web.StreamResponse:
            lang = language_of_browser(request)
            try:
                response = await handler(request)
            except RequestRefused as error:
                said = self._texts(lang)(error.text, **error.values)
                response = self._page_for_strangers("console/stopped.html", lang, said=said, status=error.status)
            except web.HTTPException:
                raise
            except Exception as error:
                gone = isinstance(error, ServerGone)  # which the log has once
                if not gone:
                    log.exception("a page of the console failed")
                said, status = self._texts(lang)("web-sorry"), 503 if gone else 500
                response = self._page_for_strangers("console/stopped.html", lang, said=said, status=status)
            if not response.prepared:
                self._finish(request, response)
            return response

        return serve

    def _finish(self, request: web.Request, response: web.StreamResponse) -> None:
        """The headers of every answer: only what began within Telegram may be shown within Telegram."""
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.get(_FRAMED):
            framed = POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {TELEGRAM}")
            response.headers["Content-Security-Policy"] = framed
            response.headers["Cross-Origin-Opener-Policy"] = "unsafe-none"

    async def _member(self, request: web.Request) -> ConsoleMember | None:
        token = request.cookies.get(COOKIE)
        if not token:
            return None
        session = await self._parts.db.run(self._parts.sessions.find, token, now=self._parts.clock())
        if session is None:
            return None
        request[_FRAMED] = session.origin == "app"
        await self._parts.bot.meet(session.user_id)  # who has left the team's chat is out before they see anything
        return await self._parts.db.run(self._access.member, token, self._parts.clock())

    async def _checked(self, ask: ConsoleRequest, route: ConsoleRoute) -> ConsoleRequest:
        """The request with its form. Raises ``NotAllowed`` and ``RequestRefused``."""
        if route.right is not None and route.right not in ask.member.rights:
            raise NotAllowed(NEEDED[route.right])
        if route.method != "POST":
            return ask
        same_site(ask.request)
        max_bytes = self._parts.max_mb * 1_000_000 if route.uploads else _OVERSIZE
        form = await read_form(ask.request, max_bytes=max_bytes, max_mb=self._parts.max_mb)
        given = ask.request.headers.get("X-CSRF-Token") or form.texts.get("csrf", "")
        if not hmac.compare_digest(given.encode(errors="surrogateescape"), ask.member.csrf.encode()):
            raise RequestRefused(403, "console-stale-form")
        return ConsoleRequest(ask.request, ask.member, form, ask.texts)

    async def _refuse(self, ask: ConsoleRequest, error: Exception) -> web.StreamResponse:
        """Why nothing was done: JSON for a script, a page for a form. What is a mistake of ours is raised."""
        if isinstance(error, web.HTTPException):
            raise error
        refusal = await self._words(error, ask)
        if isinstance(error, ServerGone):
            refusal = Refusal(503, ask.texts("web-sorry"))
        if refusal is None:
            log.error("a page of the console failed", exc_info=error)
            refusal = Refusal(500, ask.texts("web-sorry"))
        if ask.by_script:
            return web.json_response({"problem": refusal.said}, status=refusal.status)
        return self._pages.page("console/problem.html", ask, status=refusal.status, said=refusal.said)

    async def _words(self, error: Exception, ask: ConsoleRequest) -> Refusal | None:
        for section in self._sections:
            refusal = await section.refusal(error, ask)
            if refusal is not None:
                return refusal
        if isinstance(error, RequestRefused):
            return Refusal(error.status, ask.texts(error.text, **error.values))
        if isinstance(error, STORAGE_FAILURES):
            return Refusal(503, ask.texts("console-storage"))
        if not isinstance(error, ModerationError):
            return None
        view = await self._parts.db.run(RefusalView.of, self._parts.stores, self._parts.clock())
        by = refused_by(error)
        who = "" if by is None else str((await self._parts.names([by], ask.texts))[by])
        status = 403 if isinstance(error, NotAllowed) else 404 if isinstance(error, SubmissionNotFound) else 409
        return Refusal(status, plain_text(refusal_text(error, view, who, ask.texts)))

    # --- the door

    def _page_for_strangers(self, template: str, lang: Lang, *, status: int = 200, **values: object) -> web.Response:
        here = f"{self._parts.root}/"
        html = self._parts.renderer.page(template, lang, lambda _: here, root=self._parts.root, **values)
        return web.Response(text=html, status=status, content_type="text/html")

    def _texts(self, lang: Lang) -> Texts:
        return self._parts.renderer.catalogues[lang]

    def _stay_out(self, request: web.Request) -> web.Response:
        if "X-CSRF-Token" in request.headers or request.path.endswith("/events"):
            said = self._texts(language_of_browser(request))("console-out")
            return web.json_response({"problem": said}, status=401)
        return self._page_for_strangers("console/out.html", language_of_browser(request), status=401)

    async def _door(self, request: web.Request) -> web.Response:
        """A page with one button: programs that look at links in messages press none, and use no link up."""
        self._visitors.admit(visitor_of(request), "words")
        return self._page_for_strangers("console/door.html", language_of_browser(request), path=request.path)

    async def _enter_by_link(self, request: web.Request) -> web.Response:
        self._visitors.admit(visitor_of(request), "words")
        same_site(request)
        lang, device, now = language_of_browser(request), device_of(request), self._parts.clock()
        sessions = self._parts.sessions
        try:
            token = await self._parts.db.run(
                sessions.begin_by_link, request.match_info["token"], device=device, lang=lang, now=now
            )
            member = await self._parts.db.run(self._access.member, token, now)
            if member is None:
                raise EntryRefused("nobody")
        except EntryRefused as error:
            return self._refuse_entry(error, lang)
        self._parts.bot.entered(member.user_id, device)
        return self._entered(token, "link")

    async def _app_door(self, request: web.Request) -> web.Response:
        """What Telegram opens as a Mini App: a script of ours hands on what Telegram has signed."""
        self._visitors.admit(visitor_of(request), "words")
        request[_FRAMED] = True
        return self._page_for_strangers("console/app.html", language_of_browser(request))

    async def _enter_by_app(self, request: web.Request) -> web.Response:
        self._visitors.admit(visitor_of(request), "words")
        same_site(request)
        request[_FRAMED] = True
        form = await read_form(request, max_bytes=_OVERSIZE, max_mb=self._parts.max_mb)
        sessions, now = self._parts.sessions, self._parts.clock()
        lang = language_of_browser(request)
        try:
            person = self._parts.bot.app_person(form.texts.get("data", ""))
            if person is None:
                raise EntryRefused("app-forged")
            await self._parts.bot.meet(person.user_id)
            await self._parts.db.run(self._access.need_role, person.user_id)
            lang = self._parts.renderer.catalogues.choose(None, person.language_code).lang
            begin = sessions.begin_by_app
            token = await self._parts.db.run(begin, person, device=device_of(request), lang=lang, now=now)
        except EntryRefused as error:
            return self._refuse_entry(error, lang)
        return self._entered(token, "app")

    def _refuse_entry(self, error: EntryRefused, lang: Lang) -> web.Response:
        said = self._texts(lang)(f"console-no-entry-{error.why}")
        return self._page_for_strangers("console/stopped.html", lang, status=403, said=said)

    def _entered(self, token: str, origin: SessionOrigin) -> web.Response:
        given = cookie(token, origin, path=self._parts.root, secure=self._secure)
        return web.Response(status=303, headers={"Location": f"{self._parts.root}/", "Set-Cookie": given})

    async def _outside(self, request: web.Request) -> web.Response:
        return self._page_for_strangers("console/out.html", language_of_browser(request))

    async def _to_home(self, request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": f"{self._parts.root}/"})

    async def _nothing(self, request: web.Request) -> web.Response:
        self._visitors.admit(visitor_of(request), "page")
        lang = language_of_browser(request)
        said = self._texts(lang)("console-no-page")
        return self._page_for_strangers("console/stopped.html", lang, said=said, lost=True, status=404)

    # --- what belongs to no section

    async def _home(self, ask: ConsoleRequest) -> web.StreamResponse:
        """The first of the sections that this member may see."""
        shown = self._pages.sections_of(ask.member)
        return self._pages.back(ask, f"/{shown[0]}" if shown else "/sessions")

    async def _picture(self, ask: ConsoleRequest) -> web.StreamResponse:
        """A small picture of what was submitted. 404 where Telegram has it no more."""
        submission = await self._parts.db.run(self._parts.stores.submissions.get, ask.number("number"))
        place = ask.number("place")
        if place >= len(submission.media):
            raise RequestRefused(404, "console-no-page")
        return await self._pages.thumbnail(submission.media[place].file_id)

    async def _events(self, ask: ConsoleRequest) -> web.StreamResponse:
        """Server-sent events: ``changed`` for every change of a submission, by whomever, as it happens.

        With ``after``, those that have happened since that one come first; ``begun`` tells the newest to begin with.
        """
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
        self._finish(ask.request, response)
        token = ask.request.cookies[COOKIE]
        heard = ask.request.headers.get("Last-Event-ID") or ask.request.query.get("after", "")
        after = int(heard) if heard.isdecimal() and len(heard) < 18 else None
        with self._watch.listening(ask.by) as rows, suppress(ConnectionError, *STORAGE_FAILURES):
            await response.prepare(ask.request)
            began = await self._watch.last() if after is None else after
            await response.write(f"retry: 2000\nevent: begun\nid: {began or ''}\ndata: -\n\n".encode())
            async for row in rows(after):
                member = await self._parts.db.run(self._access.member, token, self._parts.clock())
                if member is None:
                    break
                if row is None:
                    await response.write(b": nothing\n\n")
                elif row.submission is not None and "decide" in member.rights:
                    names = await self._parts.names([row.actor], ask.texts)
                    told: Mapping[str, Any] = {
                        "submission": row.submission,
                        "version": row.version,
                        "action": row.action,
                        "state": row.after,
                        "mine": row.actor == ask.by,
                        "who": "" if row.actor is None else plain_text(str(names[row.actor])),
                    }
                    await response.write(f"event: changed\nid: {row.id}\ndata: {json.dumps(told)}\n\n".encode())
        return response

    async def _list_sessions(self, ask: ConsoleRequest) -> web.StreamResponse:
        found = await self._parts.db.run(self._parts.sessions.of_person, ask.by, now=self._parts.clock())
        zone = ZoneInfo(await self._parts.db.run(self._parts.stores.community.get, "zone"))
        begun = [i18n.stamp(one.begun_at, zone, ask.texts) for one in found]
        return self._pages.page("console/sessions.html", ask, found=[*zip(found, begun, strict=True)])

    async def _end_session(self, ask: ConsoleRequest) -> web.StreamResponse:
        text = ask.form.texts.get("session", "")
        number = int(text) if text.isdecimal() and len(text) < 18 else ask.member.session.id
        await self._parts.db.run(self._parts.sessions.end, number, ask.by, now=self._parts.clock())
        return self._pages.back(ask, "/sessions", ask.texts("console-session-ended"))

    async def _end_all_sessions(self, ask: ConsoleRequest) -> web.StreamResponse:
        await self._parts.db.run(self._parts.sessions.end_all, ask.by, now=self._parts.clock())
        response = self._pages.back(ask, "/out")
        response.headers["Set-Cookie"] = cookie(
            "", ask.member.session.origin, path=self._parts.root, secure=self._secure
        )
        return response

    async def _speak(self, ask: ConsoleRequest) -> web.StreamResponse:
        wanted = next((lang for lang in LANGS if lang == ask.form.texts.get("lang")), None)
        if wanted is None:
            raise RequestRefused(400, "web-bad-request")
        await self._parts.db.run(self._parts.sessions.speak, ask.member.session.id, wanted)
        where = ask.form.texts.get("here", "")
        below = where.removeprefix(self._parts.root) if where.startswith(f"{self._parts.root}/") else "/"
        return self._pages.back(ask, below)
