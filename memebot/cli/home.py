"""``memebot db``, and ``backup`` and ``restore``, which are its commands under short names."""

from __future__ import annotations

from inspect import getdoc
from pathlib import Path
from typing import Annotated

import typer

from memebot.cli.common import Home, Json, print_json, progress_bar, settings_of

db = typer.Typer(no_args_is_help=True, help="The database: copies, and whether it is whole. A file, or PostgreSQL.")


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Where to put the copy.", show_default=False)],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Copy the database into one file, also while the bot runs; the copy is checked.

    It holds all that the bot keeps: entries and their revisions, proposals, the plan, people's questions. A base of
    your own in files is yours to keep in git. Other communities of the home are copied beside it, each into
    `communities/ID/` in the folder of the file.

    Example: `memebot backup memebot-$(date +%F).sqlite3`
    """
    from memebot.app import all_migrations, community_addresses
    from memebot.cli.output.console import print_note
    from memebot.database import DatabaseAddress
    from memebot.database.copies import save

    if file.exists() and not force:
        raise typer.BadParameter(f"{file} is there already: name another file, or --force", param_hint="FILE")
    for name, address in community_addresses(settings_of(context, home=home)):
        target = DatabaseAddress(file).of_community(name).file
        target.parent.mkdir(parents=True, exist_ok=True)
        with progress_bar() as report:
            size = save(address, target, all_migrations(), report)
        if as_json:
            print_json({"path": str(target), "bytes": size})
        else:
            print_note(f"{target}: {size / 1e6:.1f} MB, checked")


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="What `memebot backup` wrote.", show_default=False)],
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Put a copy back in place of the database; stop the bot first.

    What was there before is kept beside it as `memebot.sqlite3.before-restore`, or in the home if it was on a server.

    Example: `memebot restore memebot-2026-11-29.sqlite3`
    """
    from memebot.app import all_migrations, database_address
    from memebot.cli.output.console import print_note
    from memebot.database import FILE, DatabaseAddress, communities_at
    from memebot.database.copies import put_back
    from memebot.settings import MAIN

    settings = settings_of(context, home=home)
    first = database_address(settings)
    for name in communities_at(DatabaseAddress(file)) if settings.community == MAIN else [MAIN]:
        address = first.of_community(name)
        before = DatabaseAddress(settings.folder / f"{FILE}.before-restore").of_community(name).file
        with progress_bar() as report:
            kept = put_back(DatabaseAddress(file).of_community(name).file, address, before, all_migrations(), report)
        if as_json:
            print_json({"path": str(address), "kept": None if kept is None else str(kept)})
        else:
            print_note(f"{address}: restored" + (f"; what was there before is in {kept}" if kept else ""))


@db.command(name="copy")
def copy_to(
    source: Annotated[str, typer.Argument(metavar="FROM", help="A home, a file or postgresql://…", show_default=False)],
    target: Annotated[str, typer.Argument(metavar="TO", help="The same kinds of place.", show_default=False)],
    replace: Annotated[bool, typer.Option("--replace", help="Put it in place of what is there.")] = False,
    as_json: Json = False,
) -> None:
    """Copy everything from one database to another, checked row by row: all communities, from one engine to another.

    Stop the bot first: what it takes in meanwhile is not in the copy. `?namespace=NAME` at the end of a server's
    address names another schema than `memebot`.

    Example: `memebot db copy ~/.local/share/memebot postgresql://memebot:password@localhost/memebot`
    """
    from memebot.app import all_migrations
    from memebot.cli.output.console import print_note
    from memebot.database import DatabaseAddress, communities_at
    from memebot.database.copies import copy_database

    ours, theirs = DatabaseAddress.parse(source), DatabaseAddress.parse(target)
    for name in communities_at(ours):
        one, other = ours.of_community(name), theirs.of_community(name)
        with progress_bar() as report:
            rows = copy_database(one, other, all_migrations(), replace=replace, progress=report)
        if as_json:
            print_json({"from": str(one), "to": str(other), "rows": rows})
        else:
            print_note(f"{other}: {rows} rows, each as in {one}")


@db.command()
def check(context: typer.Context, as_json: Json = False, home: Home = None) -> None:
    """Read the whole database and say what is wrong with it; status 1 if anything is.

    Example: `memebot db check`
    """
    from memebot.app import all_migrations, community_addresses
    from memebot.cli.output.console import print_note
    from memebot.database.copies import trouble

    broken = False
    for _, address in community_addresses(settings_of(context, home=home)):
        wrong = trouble(address, all_migrations())
        broken = broken or bool(wrong)
        if as_json:
            print_json({"database": str(address), "wrong": wrong or None})
        else:
            print_note(f"{address}: {wrong or 'whole'}")
    if broken:
        raise typer.Exit(1)


for command in (backup, restore):
    db.command(help=(getdoc(command) or "").replace("`memebot ", "`memebot db "))(command)
