"""``memebot backup`` and ``memebot restore``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from memebot.cli.common import Home, Json, print_json, settings_of


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Where to put the copy.", show_default=False)],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Copy the database into one file, also while the bot runs; the copy is checked.

    It holds all that the bot keeps: entries and their revisions, proposals, the plan, people's questions. A base of
    your own in files is yours to keep in git.

    Example: `memebot backup memebot-$(date +%F).sqlite3`
    """
    from memebot.app import database_address
    from memebot.cli.output.console import print_note
    from memebot.database import backup as copy

    if file.exists() and not force:
        raise typer.BadParameter(f"{file} is there already: name another file, or --force", param_hint="FILE")
    size = copy(database_address(settings_of(context, home=home)).file, file)
    print_json({"path": str(file), "bytes": size}) if as_json else print_note(f"{file}: {size / 1e6:.1f} MB, checked")


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="What `memebot backup` wrote.", show_default=False)],
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Put a copy back in place of the database; stop the bot first.

    What was there before is kept beside it as `memebot.sqlite3.before-restore`.

    Example: `memebot restore memebot-2026-11-29.sqlite3`
    """
    from memebot.app import database_address
    from memebot.cli.output.console import print_note
    from memebot.database import restore as put_back

    path = database_address(settings_of(context, home=home)).file
    kept = put_back(file, path)
    if as_json:
        print_json({"path": str(path), "kept": None if kept is None else str(kept)})
    else:
        print_note(f"{path}: restored" + (f"; what was there before is in {kept}" if kept else ""))
