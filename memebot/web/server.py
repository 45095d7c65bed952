"""What browsers ask: routes, one use case each, and what every answer has in common."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from aiohttp import web

from knowledge.reading import LANGS, Lang
from memebot.addresses import Addresses
from memebot.database import DatabaseThread, ServerGone
from memebot.experiments.catalogue import find
from memebot.experiments.model import ExperimentError, UnknownExperiment
from memebot.experiments.texts import problem
from memebot.inference import InferenceThread
from memebot.vision.errors import MediaError
from memebot.web.connections import listening
from memebot.web.errors import RequestRefused
from memebot.web.laboratory import Laboratory
from memebot.web.pictures import PageFiles, PictureAnswer
from memebot.web.rendering import TYPES, assets
from memebot.web.site import HtmlPage, Site
from memebot.web.uploads import read_form
from memebot.web.visitors import Cost, Visitors, address_of

log = logging.getLogger(__name__)

MAX_MB = 20
"""No visitor sends more at once, as nobody does on Telegram."""
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""What a page may load: nothing but our own files and the pictures that it was given."""
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Server": "memebot",
}
"""What every answer has, unless it says otherwise."""
_FOREVER = "public, max-age=31536000, immutable"
_A_DAY = "public, max-age=86400"
_LANG = f"{{lang:{'|'.join(LANGS)}}}"


class SiteVision(Protocol):
    """What answers about a picture, on the inference thread."""

    def look(self, data: bytes) -> PictureAnswer:
        """Raises ``MediaError``."""
        ...


Handler = Callable[[web.Request, Lang], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class SiteParts:
    """What a site is made of. ``site`` belongs to the thread of ``db``, ``vision`` to that of ``inference``.

    ``files`` runs on the thread of ``db``.
    """

    db: DatabaseThread
    site: Site
    vision: SiteVision
    inference: InferenceThread
    visitors: Visitors
    laboratory: Laboratory
    files: PageFiles
    max_mb: int


class SiteServer:
    """The routes of a site: ``routes(app)`` adds them to what is served."""

    def __init__(self, parts: SiteParts) -> None:
        self._parts = parts
        self._max_bytes = parts.max_mb * 1_000_000
        self._answers: dict[str, PictureAnswer] = {}  # about shipped examples, by what the base said then
        self._told_at = -1

    @property
    def addresses(self) -> Addresses:
        """Where the pages are."""
        return self._parts.site.addresses

    def routes(self, app: web.Application) -> None:
        """Add all pages; what was added before them keeps its place."""
        root, add, served = self.addresses.root, app.router.add_route, self._served
        add("GET", f"{root}/", served(self._front, "page"))
        add("GET", f"{root}/static/{{name}}", served(self._static, "file"))
        add("GET", f"{root}/exemplars/{{name}}", served(self._exemplar, "file"))
        add("GET", f"{root}/examples/{{name}}", served(self._thumbnail, "file"))
        add("GET", f"{root}/cards/{_LANG}/{{name}}.png", served(self._card, "words"))
        add("GET", f"{root}/robots.txt", served(self._robots, "page"))
        add("GET", f"{root}/sitemap.xml", served(self._sitemap, "words"))
        add("GET", f"{root}/{_LANG}/", served(self._home, "page"))
        add("GET", f"{root}/{_LANG}/glossary", served(self._glossary, "page"))
        add("GET", f"{root}/{_LANG}/search", served(self._search, "words"))
        add("GET", f"{root}/{_LANG}/ask", served(self._ask, "words"))
        add("POST", f"{root}/{_LANG}/explain", served(self._explain, "picture"))
        add("GET", f"{root}/{_LANG}/explain", served(self._to_home, "page"))
        add("GET", f"{root}/{_LANG}/explain/{{name}}", served(self._example, "words"))
        add("GET", f"{root}/{_LANG}/play", served(self._play, "page"))
        add("GET", f"{root}/{_LANG}/play/{{name}}", served(self._experiment, "page"))
        add("POST", f"{root}/{_LANG}/play/{{name}}", served(self._run, "experiment"))
        add("GET", f"{root}/{_LANG}/entry/{{name}}", served(self._entry, "page"))
        add("GET", f"{root}/{_LANG}/{{name}}", served(self._entry, "page"))
        add("GET", f"{root}/{{rest:.*}}", served(self._nothing, "page"))

    async def warm(self, example: str) -> None:
        """Load what the first visitors would wait for: what looks at pictures, then what searches."""
        await self._renew()
        await self._look_at(example)
        await self._parts.db.run(self._parts.site.search, "overfitting", "en", part=True)

    def _served(self, handler: Handler, cost: Cost) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """A handler with what all have in common: limits, errors in words, headers."""

        async def serve(request: web.Request) -> web.StreamResponse:
            lang = _lang(request)
            try:
                self._admit(request, cost)
                response = await handler(request, lang)
            except (RequestRefused, MediaError, ExperimentError) as error:
                response = await self._refuse(request, lang, error)
            except web.HTTPException:
                raise
            except ServerGone:  # which the log has once
                response = await self._refuse(request, lang, RequestRefused(503, "web-sorry"))
            except Exception:
                log.exception("a page failed")
                response = await self._refuse(request, lang, RequestRefused(500, "web-sorry"))
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            return response

        return serve

    def _admit(self, request: web.Request, cost: Cost) -> None:
        """Raises ``RequestRefused`` for too many requests of one address, and for those that other sites send."""
        self._parts.visitors.admit(visitor_of(request), cost)
        if request.method == "POST":
            same_site(request)

    async def _refuse(
        self, request: web.Request, lang: Lang, error: RequestRefused | MediaError | ExperimentError
    ) -> web.Response:
        """Why there is no answer, in the form in which the answer was asked for."""
        status, said = self._reason(error, lang)
        headers = {}
        if isinstance(error, RequestRefused) and error.wait_s:
            headers["Retry-After"] = f"{error.wait_s:.0f}" if error.wait_s > 1 else "1"
        if request.method == "POST" and request.path.startswith(f"{self.addresses.root}/{lang}/play/"):
            return web.json_response({"problem": said}, status=status, headers=headers)
        page = await self._parts.db.run(self._parts.site.problem, said, lang, part="part" in request.query)
        return web.Response(body=page.html, status=status, headers=headers, content_type="text/html", charset="utf-8")

    def _reason(self, error: RequestRefused | MediaError | ExperimentError, lang: Lang) -> tuple[int, str]:
        texts = self._parts.site.renderer.catalogues[lang]
        match error:
            case RequestRefused():
                return error.status, texts(error.text, **error.values)
            case ExperimentError():
                return 404 if isinstance(error, UnknownExperiment) else 422, problem(error, lang)
            case MediaError(format=name) if name:
                return 422, texts("media-unsupported-named", format=name)
        return 422, texts(f"media-{error.problem.replace(' ', '-')}")

    # --- pages

    async def _front(self, request: web.Request, lang: Lang) -> web.Response:
        return _moved(self.addresses.home(lang), vary="Accept-Language")

    async def _to_home(self, request: web.Request, lang: Lang) -> web.Response:
        return _moved(self.addresses.home(lang))

    async def _home(self, request: web.Request, lang: Lang) -> web.Response:
        return _page(request, await self._parts.db.run(self._parts.site.home, lang))

    async def _glossary(self, request: web.Request, lang: Lang) -> web.Response:
        return _page(request, await self._parts.db.run(self._parts.site.glossary_page, lang))

    async def _entry(self, request: web.Request, lang: Lang) -> web.Response:
        name, parts = request.match_info["name"], self._parts
        page = await parts.db.run(parts.site.entry, name, lang)
        if page is not None:
            return _page(request, page)
        present = await parts.db.run(parts.site.glossary.moved, name)
        if present is None:
            raise RequestRefused(404, "web-no-page")
        return _moved(self.addresses.entry(lang, present), status=301)

    async def _search(self, request: web.Request, lang: Lang) -> web.Response:
        query, part = request.query.get("q", ""), "part" in request.query
        return _page(request, await self._parts.db.run(self._parts.site.search, query, lang, part=part))

    async def _ask(self, request: web.Request, lang: Lang) -> web.Response:
        return _page(request, await self._parts.db.run(self._parts.site.ask, request.query.get("q", ""), lang))

    async def _nothing(self, request: web.Request, lang: Lang) -> web.Response:
        """No page; a slash too many or too few at the end of its address leads to it."""
        rest, root = request.match_info["rest"], self.addresses.root
        if rest in LANGS:
            return _moved(f"{root}/{rest}/", status=301)
        if rest.endswith("/") and rest.split("/")[0] in LANGS:
            return _moved(f"{root}/{rest.rstrip('/')}", status=301)
        raise RequestRefused(404, "web-no-page")

    # --- pictures

    async def _explain(self, request: web.Request, lang: Lang) -> web.Response:
        parts, visitor = self._parts, visitor_of(request)
        async with parts.visitors.one_at_a_time(visitor):
            form = await read_form(request, max_bytes=self._max_bytes, max_mb=parts.max_mb)
            sent = form.files.get("picture")
            if not sent:
                raise RequestRefused(400, "web-no-picture")
            async with parts.visitors.turn(visitor):
                answer = await parts.inference.run(parts.vision.look, sent[0])
        return await self._answered(answer, request, lang)

    async def _example(self, request: web.Request, lang: Lang) -> web.Response:
        """The answer about a shipped example, which is looked at once as long as the base stays as it is."""
        name = request.match_info["name"]
        await self._renew()
        if name not in self._answers:
            async with self._parts.visitors.turn(visitor_of(request)):
                await self._look_at(name)
        if name not in self._answers:
            raise RequestRefused(404, "web-no-page")
        return await self._answered(self._answers[name], request, lang)

    async def _renew(self) -> None:
        """Drop what was said before the base changed."""
        generation = await self._parts.db.run(self._parts.site.glossary.generation)
        if generation != self._told_at:
            self._told_at, self._answers = generation, {}

    async def _look_at(self, name: str) -> None:
        """Keep the answer about a shipped example; nothing for any other name."""
        data = await self._parts.db.run(self._parts.files.example, name)
        if data is not None and name not in self._answers:
            self._answers[name] = await self._parts.inference.run(self._parts.vision.look, data)

    async def _answered(self, answer: PictureAnswer, request: web.Request, lang: Lang) -> web.Response:
        site = self._parts.site
        page = await self._parts.db.run(site.answer, answer, lang, part="part" in request.query)
        return web.Response(body=page.html, content_type="text/html", charset="utf-8")

    # --- experiments

    async def _play(self, request: web.Request, lang: Lang) -> web.Response:
        return _page(request, await self._parts.db.run(self._parts.site.play, lang))

    async def _experiment(self, request: web.Request, lang: Lang) -> web.Response:
        name = request.match_info["name"]
        return _page(request, await self._parts.db.run(self._parts.site.experiment, name, lang))

    async def _run(self, request: web.Request, lang: Lang) -> web.Response:
        parts, visitor, name = self._parts, visitor_of(request), request.match_info["name"]
        find(name)
        form = await read_form(request, max_bytes=self._max_bytes, max_mb=parts.max_mb)
        async with parts.visitors.bench(visitor):
            shown = await parts.laboratory.run(name, lang, form, max_bytes=self._max_bytes)
        return web.Response(body=shown, content_type="application/json")

    # --- files

    async def _static(self, request: web.Request, lang: Lang) -> web.Response:
        name = request.match_info["name"]
        return _file(name, assets().get(name), _FOREVER if "v" in request.query else _A_DAY)

    async def _exemplar(self, request: web.Request, lang: Lang) -> web.Response:
        name = request.match_info["name"]
        return _file(name, await self._parts.db.run(self._parts.site.glossary.picture, name), _A_DAY)

    async def _thumbnail(self, request: web.Request, lang: Lang) -> web.Response:
        data = await self._parts.db.run(self._parts.files.thumbnail, request.match_info["name"])
        return _file("thumbnail.jpg", data, _A_DAY)

    async def _card(self, request: web.Request, lang: Lang) -> web.Response:
        data = await self._parts.db.run(self._parts.files.card, request.match_info["name"], lang)
        response = _file("card.png", data, _A_DAY)
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    async def _robots(self, request: web.Request, lang: Lang) -> web.Response:
        return web.Response(text=self._parts.site.robots())

    async def _sitemap(self, request: web.Request, lang: Lang) -> web.Response:
        if not self.addresses.origin:
            raise RequestRefused(404, "web-no-page")
        text = await self._parts.db.run(self._parts.site.sitemap)
        return web.Response(text=text, content_type="application/xml")


async def serve(site: SiteServer, host: str, port: int, *, example: str, ready: Callable[[str], None]) -> None:
    """Serve a site alone until SIGINT or SIGTERM; ``ready`` hears its address. Raises ``ListeningError``.

    ``example``: the picture that is looked at while nobody asks yet.
    """
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    app = web.Application()
    site.routes(app)
    async with listening(app, host, port) as listened:
        warming = asyncio.create_task(site.warm(example))
        named = f"[{host}]" if ":" in host else host
        ready(f"http://{named}:{listened}{site.addresses.root}/")
        await stop.wait()
        warming.cancel()


def same_site(request: web.Request) -> None:
    """Raises ``RequestRefused`` for what another site's page sends."""
    origin = request.headers.get("Origin")
    try:
        foreign = origin is not None and urlsplit(origin).netloc != request.host
    except ValueError:  # no address at all
        foreign = True
    if foreign:
        raise RequestRefused(403, "web-bad-request")


def _lang(request: web.Request) -> Lang:
    """The language of an address, else the one that the browser names first."""
    named = request.match_info.get("lang")
    if named is not None:
        return "ru" if named == "ru" else "en"
    return language_of_browser(request)


def language_of_browser(request: web.Request) -> Lang:
    """The one of our languages that the browser names first, English where it names none."""
    for one in request.headers.get("Accept-Language", "").lower().split(","):
        code = one.strip()[:2]
        if code in LANGS:
            return "ru" if code == "ru" else "en"
    return "en"


def visitor_of(request: web.Request) -> str:
    """Whose address that is."""
    return address_of(request.remote, request.headers.get("X-Forwarded-For"))


def _moved(address: str, *, status: int = 302, vary: str = "") -> web.Response:
    return web.Response(status=status, headers={"Location": address, **({"Vary": vary} if vary else {})})


def _page(request: web.Request, page: HtmlPage) -> web.Response:
    """A page, or that the browser has it already."""
    tag = f'"{page.tag}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if tag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    response = web.Response(body=page.html, headers=headers, content_type="text/html", charset="utf-8")
    if len(page.html) > 2000:
        response.enable_compression()
    return response


def _file(name: str, data: bytes | None, cached: str) -> web.Response:
    if data is None:
        raise RequestRefused(404, "web-no-page")
    kind = TYPES.get(f".{name.rsplit('.', 1)[-1].lower()}", "application/octet-stream")
    charset = "utf-8" if kind.startswith("text/") else None
    return web.Response(body=data, headers={"Cache-Control": cached}, content_type=kind, charset=charset)
