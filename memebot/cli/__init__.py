"""The command line. Imports torch, Pillow and the database only inside the commands that need them."""

from __future__ import annotations

from typing import Annotated

import typer

from memebot.cli import editing as editing
from memebot.cli.answers import ask, demo, explain
from memebot.cli.common import Home
from memebot.cli.drafts import drafts
from memebot.cli.experiments import experiments, show
from memebot.cli.home import backup, db, restore
from memebot.cli.kb import kb
from memebot.cli.measuring import bench, doctor, evaluate, simulate
from memebot.cli.model import model
from memebot.cli.queue import queue
from memebot.cli.serving.bot import chat, run
from memebot.cli.serving.communities import community, let_choose
from memebot.cli.serving.web import web

app = typer.Typer(
    name="memebot",
    help="Explains machine-learning memes in plain Russian or English.\n\n"
    'Try it:  `memebot demo`  ·  `memebot explain meme.jpg`  ·  `memebot ask "what is overfitting?"`',
    no_args_is_help=True,
    rich_markup_mode=None,  # Markdown by rich takes longer than all the rest of a help page
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.add_typer(kb, name="kb")
app.add_typer(model, name="model")
app.add_typer(queue, name="queue")
app.add_typer(community, name="community")
app.add_typer(db, name="db")
app.add_typer(experiments, name="experiments")
app.add_typer(drafts, name="drafts")


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"memebot {version('memebot')}")
        raise typer.Exit()


@app.callback()
def _root(
    context: typer.Context,
    home: Home = None,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and leave.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    context.obj = home


for command in (explain, ask, demo, show, web, run, chat, doctor, backup, restore):
    app.command()(command)
app.command(name="eval")(evaluate)
app.command()(bench)
app.command()(simulate)
let_choose(app)
