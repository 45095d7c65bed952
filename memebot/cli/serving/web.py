"""``memebot web`` and ``memebot kb site``: the pages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from memebot.cli.common import Encoder, Home, Json, Knowledge, open_explainer, print_json, progress_bar, settings_of
from memebot.cli.kb import kb

PORT = 8000


def web(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for the whole network.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = PORT,
    home: Home = None,
    knowledge: Knowledge = None,
    encoder: Encoder = None,
) -> None:
    """Explain memes in the browser, no token: drop a picture, ask in words, read the glossary, play with experiments.

    Nothing that visitors send is kept. Ctrl-C stops it.

    Example: `memebot web`

    Example: `memebot web --host 0.0.0.0 --port 8080`
    """
    import asyncio

    from memebot.app.pages import serve_pages
    from memebot.cli.output.console import print_note

    settings = settings_of(context, home=home, knowledge=knowledge, encoder=encoder)
    with open_explainer(settings) as opened:
        asyncio.run(serve_pages(settings, opened, host, port, lambda url: print_note(f"open {url} – Ctrl-C stops it")))


@kb.command()
def site(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write to.", show_default=False)],
    url: Annotated[
        str | None,
        typer.Option(help="Address where it will be served; by default MEMEBOT_WEB_URL.", show_default=False),
    ] = None,
    as_json: Json = False,
    home: Home = None,
    knowledge: Knowledge = None,
) -> None:
    """Write the glossary as a site of files: a page an entry in each language, a search, a picture beside each link.

    With an address there is a sitemap, too, and messengers show a link with its picture.

    Example: `memebot kb site public/ --url https://example.org/memes`
    """
    from memebot.app.pages import write_pages
    from memebot.cli.output.console import print_note

    settings = settings_of(context, home=home, knowledge=knowledge, web_url=url)
    with progress_bar() as report:
        count = write_pages(settings, folder, settings.web_url, progress=report)
    if as_json:
        print_json({"path": str(folder), "entries": count, "url": settings.web_url})
        return
    print_note(f"{folder}: {count} entries in both languages")
    if settings.web_url is None:
        print_note("without --url there is no sitemap, and links have no picture")
