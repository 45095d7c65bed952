"""``memebot run`` and ``chat``: the bot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from memebot.cli.common import Encoder, Home, Knowledge, LangOption, open_explainer, settings_of

if TYPE_CHECKING:
    from rich.console import Console


def run(
    context: typer.Context,
    webhook: Annotated[
        bool, typer.Option("--webhook", help="Let Telegram call MEMEBOT_WEBHOOK_URL instead of polling.")
    ] = False,
    role: Annotated[
        Literal["all", "intake", "answer"],
        typer.Option(
            help="`intake` keeps updates for other processes, `answer` answers what they keep; `all` does both."
        ),
    ] = "all",
    home: Home = None,
    knowledge: Knowledge = None,
    encoder: Encoder = None,
) -> None:
    """Run the Telegram bot until it is interrupted; what is being answered is finished first.

    The token is in MEMEBOT_BOT_TOKEN, in the environment or in `.env`. Where the home has several communities, all
    that are active are served. Over a PostgreSQL server several processes may run, on one machine or many: each
    update is answered by one of them, and what one that dies had begun by another.

    Example: `memebot run`
    """
    import asyncio

    from memebot.app.hosting import check_databases, check_role, check_tokens, run_communities, webhook_of
    from memebot.cli.output.console import print_note
    from memebot.errors import sentence
    from memebot.settings import MAIN

    settings = settings_of(context, home=home, knowledge=knowledge, encoder=encoder, community=MAIN)
    check_role(settings, role)
    check_databases(settings)  # what is wrong is said before anything is loaded
    check_tokens(settings)
    if webhook and role != "answer":
        webhook_of(settings)
    with nullcontext() if role == "intake" else open_explainer(settings) as opened:
        print_note("starting the bot; Ctrl-C stops it")
        asyncio.run(run_communities(settings, opened, sentence, webhook=webhook, role=role))
    print_note("the bot has stopped")


def chat(
    context: typer.Context,
    lang: LangOption = None,
    home: Home = None,
    knowledge: Knowledge = None,
    encoder: Encoder = None,
) -> None:
    """Talk with the bot in the terminal: the same answers and buttons, no token.

    Type a question or the path of a picture; a number presses a button, an empty line leaves.

    Example: `memebot chat --lang en`
    """
    import asyncio

    from rich.console import Console

    from memebot import app as application

    settings = settings_of(context, home=home, knowledge=knowledge, encoder=encoder, lang=lang)
    console = Console(highlight=False)
    with open_explainer(settings) as opened:
        asyncio.run(application.chat(settings, opened, _typed(console), console.print))


def _typed(console: Console) -> Iterator[str]:
    """Lines that are typed, until the end of the input."""
    while True:
        try:
            yield console.input("[bold]> [/bold]")
        except EOFError:
            return
