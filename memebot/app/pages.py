"""The pages of the web, put together: the site, the team's console, the site of files."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.store.base import KnowledgeBase
from memebot.answering.explainer import Explainer
from memebot.app import (
    App,
    BotApp,
    Progress,
    database_address,
    examples,
    fair_queue,
    open_base,
    words_searcher,
)
from memebot.database import DatabaseThread
from memebot.inference import FairQueue, InferenceThread
from memebot.settings import Settings

if TYPE_CHECKING:
    from datetime import datetime

    from memebot.addresses import Addresses
    from memebot.web.console.server import ConsoleServer
    from memebot.web.pictures import PageFiles
    from memebot.web.server import SiteServer
    from memebot.web.site import Site


@asynccontextmanager
async def open_site(
    settings: Settings, app: App, *, queue: FairQueue, inference: InferenceThread, url: str | None = None
) -> AsyncIterator[SiteServer]:
    """The pages over the home's database, on a thread of their own. ``url``: their address, where that is known."""
    from memebot.web.laboratory import Laboratory
    from memebot.web.server import MAX_MB, SiteParts, SiteServer
    from memebot.web.visitors import Visitors, allowances

    max_mb = min(MAX_MB, settings.max_file_mb)
    laboratory = Laboratory()
    async with DatabaseThread(database_address(settings)) as db:
        try:
            site, files = await db.run(site_of, KnowledgeBase(db.connection), settings, url, max_mb=max_mb)
            visitors = Visitors(queue, allowances(settings.user_hourly_limit))
            yield SiteServer(SiteParts(db, site, app, inference, visitors, laboratory, files, max_mb))
        finally:
            laboratory.close()


def open_console(settings: Settings, opened: BotApp, clock: Callable[[], datetime] | None = None) -> ConsoleServer:
    """The team's console over a bot that is open, by default with the clock of its database."""
    from memebot.addresses import Addresses
    from memebot.i18n import Catalogues
    from memebot.vision.media import frames
    from memebot.vision.media.scaled import scaled
    from memebot.web.console.calendar import CalendarSection
    from memebot.web.console.entries.section import EntrySection
    from memebot.web.console.figures.section import FiguresSection
    from memebot.web.console.pages import ConsolePages
    from memebot.web.console.parts import ConsoleParts, ConsoleSection
    from memebot.web.console.queue.section import QueueSection
    from memebot.web.console.server import ConsoleServer
    from memebot.web.console.settings import SettingsSection
    from memebot.web.console.thumbnails import THUMBNAIL_SIDE, Thumbnails
    from memebot.web.rendering import Renderer
    from memebot.web.server import MAX_MB
    from memebot.web.visitors import Visitors, allowances

    max_bytes = settings.max_file_mb * 1_000_000

    def small(data: bytes) -> bytes:
        return scaled(frames.load(data, max_bytes=max_bytes), THUMBNAIL_SIDE)

    hooks = opened.runtime.console
    parts = ConsoleParts(
        db=opened.db,
        stores=opened.stores.moderation,
        cases=opened.cases,
        sessions=opened.stores.sessions,
        thumbnails=Thumbnails(hooks.fetch, small),
        renderer=Renderer(Addresses.of(settings.web_url), Catalogues(settings.lang)),
        bot=hooks,
        clock=clock or opened.db.now,
        max_mb=min(MAX_MB, settings.max_file_mb),
    )
    visitors = Visitors(opened.pictures.queue, allowances(settings.user_hourly_limit))
    pages = ConsolePages(parts)
    sections: list[ConsoleSection] = [
        QueueSection(parts, pages),
        CalendarSection(parts, pages),
        EntrySection(parts, pages),
        FiguresSection(parts, pages),
        SettingsSection(parts, pages),
    ]
    return ConsoleServer(parts, pages, visitors, sections)


def site_of(
    kb: KnowledgeBase, settings: Settings, url: str | None, *, max_mb: int, live: bool = True
) -> tuple[Site, PageFiles]:
    """The pages of a base, with the pictures that they show; not ``live``: without what needs a server."""
    from memebot.addresses import Addresses
    from memebot.answering.pages import Pages
    from memebot.i18n import Catalogues
    from memebot.web.glossary import Glossary
    from memebot.web.pictures import PageFiles
    from memebot.web.rendering import Renderer
    from memebot.web.site import Site, SiteFacts

    addresses = Addresses.of(url)
    shown = examples() if live else []
    pages = None
    if live:
        searcher = words_searcher(kb, settings)
        explainer = Explainer(searcher, min_confidence=settings.min_confidence)
        pages = Pages(kb, searcher, questions=explainer, pictures=explainer)
    glossary = Glossary(kb)
    facts = SiteFacts(max_mb, tuple((path.name, what) for path, what in shown))
    site = Site(glossary, Renderer(addresses, Catalogues(settings.lang), live=live), pages, facts=facts)
    return site, PageFiles(glossary, [path for path, _ in shown], _site_name(addresses))


def _site_name(addresses: Addresses) -> str:
    """Whose pages these are, as the card beside a link says it."""
    return addresses.origin.partition("://")[2] or "memebot"


async def serve_pages(settings: Settings, app: App, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve the pages alone until SIGINT or SIGTERM; ``ready`` hears their address. Raises ``ListeningError``."""
    from memebot.web.server import serve

    inference = InferenceThread()
    queue = fair_queue(settings)
    try:
        async with open_site(settings, app, queue=queue, inference=inference, url=settings.web_url) as site:
            await serve(site, host, port, example=examples()[0][0].name, ready=ready)
    finally:
        inference.close()


def write_pages(settings: Settings, folder: Path, url: str | None, *, progress: Progress | None = None) -> int:
    """Write the glossary as files below ``folder``, to be served at ``url``; how many entries it has."""
    from memebot.web.static_site import write_site

    with open_base(settings, in_step=True) as kb:
        site, _ = site_of(kb, settings, url, max_mb=settings.max_file_mb, live=False)
        return write_site(site, folder, _site_name(site.addresses), progress=progress)
