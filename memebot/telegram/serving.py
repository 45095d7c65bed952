"""What is served over HTTP: how all communities are, their figures, and each one's webhook and pages while it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from typing import Any, NoReturn

from aiohttp import web

from memebot.settings import MAIN
from memebot.telegram.transport.intake import Intake
from memebot.telegram.transport.updates import receiver

SERVED: ContextVar[str] = ContextVar("served", default="")
"""The community for which work is being done, where there is one."""
_MAX_BODY = 4 * 2**20
Routes = Callable[[web.Application], None]


class Mounts(web.AbstractResource):
    """The routes of communities that come and go while others are being served."""

    def __init__(self) -> None:
        super().__init__()
        self._apps: dict[str, web.Application] = {}

    def add(self, community: str, routes: Sequence[Routes]) -> None:
        """Serve these, too."""
        app = web.Application()
        for add in routes:
            add(app)
        app.freeze()
        self._apps[community] = app

    async def remove(self, community: str) -> None:
        """Serve them no more; whoever listens on is told to go."""
        app = self._apps.pop(community, None)
        if app is not None:
            await app.shutdown()

    @property
    def canonical(self) -> str:
        """Whatever no fixed route has."""
        return "/"

    async def resolve(self, request: web.Request) -> Any:
        """The route of whichever community has it, and the methods that would do."""
        methods: set[str] = set()
        for community in sorted(self._apps, key=_is_first):  # whose pages may take whatever nobody else has
            found = await self._apps[community].router.resolve(request)
            problem = found.http_exception
            if problem is None:
                SERVED.set(community)
                return found, methods
            if isinstance(problem, web.HTTPMethodNotAllowed):
                methods |= problem.allowed_methods
        return None, methods

    def url_for(self, **kwargs: str) -> NoReturn:
        """There is no such address."""
        raise RuntimeError("communities come and go")

    def add_prefix(self, prefix: str) -> NoReturn:
        """They stand below no other."""
        raise RuntimeError("communities come and go")

    def get_info(self) -> Any:
        """Nothing that does not change."""
        return {}

    def raw_match(self, path: str) -> bool:
        """No path of its own."""
        return False

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[web.AbstractRoute]:
        return iter(())


def _is_first(community: str) -> bool:
    return community == MAIN


def build_web_app(
    health: Callable[[], Mapping[str, Any]], figures: Callable[[], bytes], mounts: Mounts
) -> web.Application:
    """``/health``, with status 503 unless it is ``ok``, ``/metrics``, and what is mounted."""
    app = web.Application(client_max_size=_MAX_BODY)

    async def tell_health(request: web.Request) -> web.Response:
        found = health()
        return web.json_response(found, status=200 if found["ok"] else 503)

    async def tell_figures(request: web.Request) -> web.Response:
        return web.Response(body=figures(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    app.router.add_get("/health", tell_health)
    app.router.add_get("/metrics", tell_figures)
    app.router.register_resource(mounts)
    return app


def webhook_routes(intake: Intake, path: str, secret: str) -> Routes:
    """The webhook of one bot."""

    def add(app: web.Application) -> None:
        app.router.add_post(path, receiver(intake, secret))

    return add
