"""A site over a small base, with eyes whose answers can be predicted, and ways to ask it."""

from __future__ import annotations

import asyncio
import io
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from PIL import Image

from knowledge.entry.model import Entry, EntryId, FormatRole
from knowledge.reading import Lang, Line
from knowledge.search.searcher import Match
from knowledge.store.base import KnowledgeBase
from memebot.answering.explainer import Explainer
from memebot.app import words_searcher
from memebot.database import DatabaseThread, open_database
from memebot.inference import FairQueue, InferenceThread
from memebot.settings import load
from memebot.vision.media import frames
from memebot.vision.web_pictures import shown
from memebot.web.connections import listening
from memebot.web.laboratory import Laboratory
from memebot.web.pictures import PictureAnswer, Spot
from memebot.web.server import SiteParts, SiteServer
from memebot.web.visitors import Visitors, allowances

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
BOXES = (0.5, 0.0, 1.0, 0.5)


def png(width: int = 60, height: int = 40, colour: tuple[int, int, int] = (200, 30, 30), **options: Any) -> bytes:
    """A picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG", **options)
    return out.getvalue()


def both(ru: str, en: str) -> dict[Lang, str]:
    return {"ru": ru, "en": en}


def entries() -> list[Entry]:
    """A concept, a joke on it, and a format with a picture and a role."""
    concept = Entry(
        EntryId("overfitting"),
        "concept",
        both("Переобучение", "Overfitting"),
        both(
            "Модель выучила ответы наизусть.\n\nНа новых она молчит.", "A model learned answers by heart.\n\nSilence."
        ),
        aliases=("overfit", "оверфит"),
        captions={"ru": ("трейн 99, тест 51",), "en": ("train 99, test 51",)},
    )
    joke = Entry(
        EntryId("mattress"),
        "joke",
        both("Матрас", "A mattress"),
        both("Матрас сшит по фигуре.", "A mattress cut to one figure."),
        concepts=(concept.id,),
    )
    form = Entry(
        EntryId("drake"),
        "format",
        both("Дрейк", "Drake"),
        both("Сверху нет, снизу да.", "No above, yes below."),
        roles=(FormatRole("rejected", BOXES, both("от чего отмахивается", "what he waves away")),),
        exemplars=("drake.png",),
    )
    return [concept, joke, form]


def fill(kb: KnowledgeBase) -> None:
    """Put the entries into a base, with a picture for the format."""
    kb.exemplars.put("drake.png", png())
    for entry in entries():
        kb.changes.save(entry, author="test", now=NOW)


@dataclass
class FakeEyes:
    """Answers every picture with the concept, in a moment; refuses what is no picture. Counts, and can be held up."""

    explainer: Explainer
    looked: list[bytes] = field(default_factory=list)
    began: threading.Event = field(default_factory=threading.Event)
    held: threading.Event | None = None
    failing: Exception | None = None

    def look(self, data: bytes) -> PictureAnswer:
        if self.failing is not None:
            raise self.failing
        self.looked.append(data)
        self.began.set()
        if self.held is not None:
            self.held.wait(60)
        picture, size = shown(data, 0, max_bytes=20_000_000)
        matches = [
            Match(EntryId("overfitting"), "concept", 0.93, {"said": 0.93}),
            Match(EntryId("drake"), "format", 0.3, {"geometry": 0.3}, exemplar="drake.png"),
        ]
        text = "train 99\n<b>test</b> 51"
        answers = {lang: self.explainer.retell(matches, text, lang) for lang in ("ru", "en")}
        lines = [
            Line("train 99", 0.98, "en", (0.1, 0.1, 0.5, 0.2)),
            Line("<b>test</b> 51", 0.9, "en", (0.1, 0.6, 0.5, 0.2)),
        ]
        spots = [Spot((0.1, 0.1, 0.6, 0.3), both("от чего отмахивается", "what he waves away"), "train 99")]
        return PictureAnswer(answers, picture, size, lines, spots, (EntryId("drake"), "drake.png"))


@dataclass(frozen=True)
class OpenedSite:
    """A site that is being served, and what a test looks into."""

    server: SiteServer
    eyes: FakeEyes
    queue: FairQueue
    parts: SiteParts


@asynccontextmanager
async def open_pages(
    path: Path,
    *,
    url: str | None = None,
    per_hour: int = 1000,
    max_mb: int = 1,
    clock: Callable[[], float] = lambda: 0.0,
) -> Any:
    """The pages over a database file; the clock of the limits stands still, unless another is given."""
    from memebot.app.pages import site_of

    settings = load(home=path.parent, min_confidence=0.1, meaning="off")
    database = open_database(path)
    fill(KnowledgeBase(database))
    database.close()
    queue, inference = FairQueue(), InferenceThread()
    async with DatabaseThread(path) as db:

        def build() -> Any:
            kb = KnowledgeBase(db.connection)
            return *site_of(kb, settings, url, max_mb=max_mb), Explainer(words_searcher(kb, settings))

        site, files, explainer = await asyncio.wrap_future(db._thread.submit(build))
        visitors = Visitors(queue, allowances(per_hour), clock=clock)
        eyes = FakeEyes(explainer)
        laboratory = Laboratory()
        parts = SiteParts(db, site, eyes, inference, visitors, laboratory, files, max_mb)
        try:
            yield OpenedSite(SiteServer(parts), eyes, queue, parts)
        finally:
            laboratory.close()
            inference.close()


Scenario = Callable[[OpenedSite, TestClient[Any, Any]], Awaitable[None]]


def visit(path: Path, scenario: Scenario, **options: Any) -> None:
    """Run a scenario against a site."""

    async def main() -> None:
        async with open_pages(path / "memebot.sqlite3", **options) as opened:
            app = web.Application()
            opened.server.routes(app)
            async with TestClient(TestServer(app)) as client:
                await asyncio.wait_for(scenario(opened, client), 90)

    asyncio.run(main())


@contextmanager
def served(path: Path, **options: Any) -> Iterator[str]:
    """The address of a site that is served on a thread of its own."""
    ready, loop = threading.Event(), asyncio.new_event_loop()
    found: dict[str, Any] = {}

    async def main() -> None:
        found["stop"] = asyncio.Event()
        async with open_pages(path / "memebot.sqlite3", clock=time.monotonic, **options) as opened:
            app = web.Application()
            opened.server.routes(app)
            async with listening(app, "127.0.0.1", 0) as port:
                found["address"] = f"http://127.0.0.1:{port}"
                ready.set()
                await found["stop"].wait()

    def run() -> None:
        try:
            loop.run_until_complete(main())
        finally:
            ready.set()

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait(90)
    try:
        yield found["address"]
    finally:
        loop.call_soon_threadsafe(found["stop"].set)
        thread.join()
        loop.close()


def pixels(data: bytes) -> np.ndarray[Any, Any]:
    """The first frame of a picture."""
    return frames.load(data).frames[0]
