"""The glossary as files that any web server can serve: the same pages, without what needs a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from knowledge.reading import LANGS
from memebot.web.pictures import card_of
from memebot.web.rendering import assets
from memebot.web.site import Site


def write_site(site: Site, folder: Path, name: str, *, progress: Callable[[str, int, int], None] | None = None) -> int:
    """Write all pages of a site below a folder; how many entries it has.

    An address such as ``/ru/overfitting`` is the file ``ru/overfitting/index.html``. What stands in the folder already
    is written over, and nothing is deleted. ``name``: whose pages these are, as cards say it.
    """
    ids = site.glossary.ids()
    for number, entry_id in enumerate(ids):
        if progress:
            progress("pages", number, len(ids))
        for lang in LANGS:
            page, shown = site.entry(entry_id, lang), site.glossary.page(entry_id, lang)
            assert page is not None and shown is not None  # nobody else changes the base meanwhile
            _put(
                folder,
                f"{site.addresses.entry(lang, entry_id).removeprefix(site.addresses.root)}/index.html",
                page.html,
            )
            _put(folder, f"cards/{lang}/{entry_id}.png", card_of(shown, name))
            for picture in shown.pictures:
                _put(folder, f"exemplars/{picture.name}", site.glossary.picture(picture.name) or b"")
    for path, data in _beside(site):
        _put(folder, path, data)
    return len(ids)


def _beside(site: Site) -> Iterator[tuple[str, bytes]]:
    """All files but those of entries."""
    yield from ((f"static/{name}", data) for name, data in assets().items())
    for lang in LANGS:
        glossary = site.glossary_page(lang).html
        yield f"{lang}/index.html", glossary
        yield f"{lang}/glossary/index.html", glossary
        yield f"{lang}/names.json", site.names(lang)
    to = site.addresses
    yield "index.html", site.renderer.part("front.html").encode()
    missing = site.problem(site.renderer.catalogues["en"]("web-no-page"), "en")
    yield "404.html", missing.html
    if to.origin:
        yield "sitemap.xml", site.sitemap().encode()
        yield "robots.txt", f"User-agent: *\nSitemap: {to.whole(to.root + '/sitemap.xml')}\n".encode()


def _put(folder: Path, path: str, data: bytes) -> None:
    target = folder / path.lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
