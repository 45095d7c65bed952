"""What all commands share: options, settings, the progress bar, JSON out."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import typer

if TYPE_CHECKING:
    from knowledge.store.base import KnowledgeBase
    from memebot.app import App, Progress
    from memebot.settings import Settings

T = TypeVar("T")
LangName = Literal["ru", "en"]
Id = Annotated[str, typer.Argument(metavar="ID", help="An entry's id.", show_default=False)]
Home = Annotated[Path | None, typer.Option("--home", help="Where the database and downloads live.", show_default=False)]
Knowledge = Annotated[
    Path | None,
    typer.Option("--knowledge", help="Another knowledge base than the shipped one.", show_default=False),
]
LangOption = Annotated[LangName | None, typer.Option("--lang", help="Language of the answer.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line, for scripts.")]
COMMUNITY = "memebot.community"
"""Under this key a command keeps which community it is about."""
TOLD = "memebot.settings"
"""Under this key a command keeps that strange variables were told of: it may load its settings more than once."""
Encoder = Annotated[str | None, typer.Option("--encoder", help="Encoder for this run.", show_default=False)]


def settings_of(context: typer.Context, **overrides: Any) -> Settings:
    from memebot import settings

    if overrides.get("home") is None:
        overrides["home"] = context.find_root().obj
    given = {"community": context.meta.get(COMMUNITY), **overrides}
    loaded = settings.load(**given)
    if loaded.community != settings.MAIN:
        from memebot.app.hosting import of_community

        loaded = of_community(loaded, overrides)
    if TOLD in context.meta:
        return loaded
    context.meta[TOLD] = True
    for name, close in settings.unknown_variables():
        typer.echo(f"{name} is no setting and does nothing{f': do you mean {close}?' if close else ''}", err=True)
    for name in settings.use_proxy(loaded):
        typer.echo(f"{name} names neither an HTTP nor a SOCKS 5 proxy: calls go out without it", err=True)
    settings.use_threads(loaded)
    os.environ.setdefault("MPLCONFIGDIR", str(loaded.home / "matplotlib"))  # where matplotlib lists the fonts it found
    logging.basicConfig(level=loaded.log_level, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    return loaded


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A progress bar on standard error, shown once there is something that takes time; nothing but in a terminal."""
    if not sys.stderr.isatty():  # a bar that is switched off still ends with an empty line
        yield lambda what, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, visible=False)

        def report(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total, visible=True)

        yield report


@contextmanager
def download_bar() -> Iterator[Callable[[int, int], None]]:
    """A bar of bytes on standard error."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("download", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def open_explainer(settings: Settings) -> Iterator[App]:
    """What explains pictures; a bar shows what is computed while it opens."""
    from memebot.app import open_app

    with ExitStack() as stack:
        with progress_bar() as report:
            app = stack.enter_context(open_app(settings, progress=report))
        yield app


def chosen_base(
    context: typer.Context, home: Path | None, knowledge: Path | None
) -> AbstractContextManager[KnowledgeBase]:
    """The base of this home as it stands; one that is named with ``--knowledge`` is taken over first."""
    from memebot.app import open_base

    return open_base(settings_of(context, home=home, knowledge=knowledge), in_step=knowledge is not None)


def print_json(value: Any) -> None:
    from memebot.cli.output.encoding import fits

    line = json.dumps(value, ensure_ascii=False)
    # what a terminal would obey or cannot show is written as JSON writes it in ASCII
    plain = line.isprintable() and fits(line)
    sys.stdout.write(
        line if plain else "".join(one if one.isprintable() and fits(one) else json.dumps(one)[1:-1] for one in line)
    )
    sys.stdout.write("\n")
    sys.stdout.flush()


def plain(result: Any) -> Any:
    """A result as JSON: its fields by name, paths as text."""
    return json.loads(json.dumps(asdict(result), default=str))


def print_each(
    found: Sequence[T], show: Callable[[Sequence[T]], None], *, as_json: bool, to_json: Callable[[T], Any] = plain
) -> None:
    """One JSON object a line, or all of them as ``show`` prints them for people."""
    if not as_json:
        show(found)
        return
    for one in found:
        print_json(to_json(one))
