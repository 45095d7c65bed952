"""``memebot community``: several communities in one home, each with a bot of its own; and ``--community`` elsewhere."""

from __future__ import annotations

import inspect
import sys
import time
from collections.abc import Iterator
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperOption

from memebot.cli.common import COMMUNITY, Home, Json, plain, print_each, print_json, settings_of

if TYPE_CHECKING:
    from memebot.communities.model import CommunityRow, CommunityState
    from memebot.communities.registry import Communities
    from memebot.settings import Settings

community = typer.Typer(
    no_args_is_help=True,
    help="Several communities in one home: each has a bot, a team, a channel and a base of its own.",
)

Name = Annotated[str, typer.Argument(metavar="ID", help="A community's id.", show_default=False)]
LET_GO_S = 60.0
"""So long is waited for a running bot to stop answering for a community."""


class CommunityCommand(TyperCommand):
    """A command about one community: wherever there is ``--home``, there is ``--community``, too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        option = copy(next(one for one in self.params if one.name == "home"))  # a text, and given as rarely
        option.name, option.opts, option.metavar = "community", ["--community"], "ID"
        option.expose_value, option.callback = False, _keep
        if isinstance(option, TyperOption):
            option.help = "Which community of this home; by default the first, or MEMEBOT_COMMUNITY."
        self.params.append(option)


def _keep(context: Any, parameter: Any, value: object) -> None:
    if value is not None:
        context.meta[COMMUNITY] = str(value)


def let_choose(app: typer.Typer) -> None:
    """Let every command that has a home, but for those that are about all of its communities, have ``--community``."""
    for command in app.registered_commands:
        called = command.callback
        if called is not None and called.__name__ != "run" and "home" in inspect.signature(called).parameters:
            command.cls = CommunityCommand
    for group in app.registered_groups:
        if group.typer_instance is not None and group.typer_instance is not community:
            let_choose(group.typer_instance)


def _of_home(context: typer.Context, home: Path | None) -> Settings:
    """The settings of the process, whatever community other commands are about."""
    from memebot.settings import MAIN

    return settings_of(context, home=home, community=MAIN)


def _all_settings(settings: Settings, rows: list[CommunityRow]) -> Iterator[Settings]:
    from memebot.communities.overlay import settings_of_community

    return (settings_of_community(settings, row) for row in rows)


def _plain(row: CommunityRow, settings: Settings) -> dict[str, Any]:
    """A community as JSON: never a token, only whether there is one."""
    from memebot.app.hosting import is_answered
    from memebot.communities.model import TokenUnusable
    from memebot.communities.overlay import settings_of_community
    from memebot.communities.tokens import find_token

    own = settings_of_community(settings, row)
    try:
        token = "there" if find_token(own) is not None else "missing"
    except TokenUnusable as error:
        token = error.code
    return {**plain(row), "token": token, "answered": row.state != "removed" and is_answered(own)}


@community.command()
def add(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="ID", help="Its id: small Latin letters, digits and hyphens.", show_default=False)
    ],
    title: Annotated[str, typer.Option(help="What it is called in lists.")] = "",
    channel: Annotated[str | None, typer.Option(help="Its channel, as in MEMEBOT_CHANNEL.", show_default=False)] = None,
    second_channel: Annotated[
        str | None,
        typer.Option("--second-channel", help="A second one, as in MEMEBOT_SECOND_CHANNEL.", show_default=False),
    ] = None,
    moderators_chat: Annotated[
        int | None, typer.Option("--moderators-chat", help="The chat of its team.", show_default=False)
    ] = None,
    owner: Annotated[
        list[int] | None, typer.Option(help="An owner's Telegram id; repeat it.", show_default=False)
    ] = None,
    lang: Annotated[str | None, typer.Option(help="Its language: ru or en.", show_default=False)] = None,
    knowledge: Annotated[
        Path | None, typer.Option(help="A base of its own over the shipped one.", show_default=False)
    ] = None,
    token_file: Annotated[
        Path | None, typer.Option("--token-file", help="A file with its bot's token; - reads it.", show_default=False)
    ] = None,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Add a community; a running bot answers for it within seconds.

    Its bot's token comes from a file, from MEMEBOT_BOT_TOKEN_<ID>, or is asked for on a terminal; it is kept in
    HOME/communities/ID/token, for its owner alone, and never shown.

    Example: `memebot community add cats --channel @cats --moderators-chat -1001234 --owner 42 --token-file cats.token`
    """
    from memebot.app.hosting import open_communities
    from memebot.cli.output.console import print_note
    from memebot.communities.model import CommunityExists, CommunityRow
    from memebot.communities.overlay import check_id, checked, settings_of_community
    from memebot.communities.tokens import keep_token

    settings = _of_home(context, home)
    owners = ",".join(map(str, owner)) if owner else None
    given = {
        "channel": channel,
        "second_channel": second_channel,
        "moderators_chat": moderators_chat,
        "owners": owners,
        "lang": lang,
    }
    given["knowledge"] = None if knowledge is None else str(knowledge.resolve())
    kept = checked(settings, {key: value for key, value in given.items() if value is not None})
    with open_communities(settings) as register:
        known = {row.id: row for row in register.all()}
        if check_id(name) in known:
            raise CommunityExists(known[name])
        own = settings_of_community(settings, CommunityRow(name, title, "active", kept))
        token = _given_token(own, token_file)
        if token is not None:
            keep_token(own, token, _all_settings(settings, [*known.values()]))
        row = register.add(name, title, kept, by=_by(), now=_now())
    if as_json:
        print_json(_plain(row, settings))
        return
    print_note(f"{name}: added" + ("" if _has_token(own) else f"; `memebot community token {name}` gives it its bot"))


def _given_token(settings: Settings, file: Path | None) -> str | None:
    """A token from a file, from standard input, or typed unseen; ``None`` where the environment has it, or nobody."""
    from memebot.communities.tokens import read_token

    if file is not None and str(file) != "-":
        return read_token(file)
    if file is not None:
        return sys.stdin.read()
    if _has_token(settings) or not sys.stdin.isatty():
        return None
    typed: str = typer.prompt("The bot's token, from @BotFather", hide_input=True, default="", show_default=False)
    return typed or None


def _has_token(settings: Settings) -> bool:
    from memebot.communities.tokens import find_token

    return find_token(settings) is not None


@community.command()
def token(
    context: typer.Context,
    name: Name,
    token_file: Annotated[
        Path, typer.Option("--token-file", help="A file with the token; - reads it from standard input.")
    ] = Path("-"),
    home: Home = None,
) -> None:
    """Give a community's bot another token, for example after @BotFather has made a new one.

    Example: `memebot community token cats --token-file cats.token`
    """
    from memebot.app.hosting import open_communities
    from memebot.cli.output.console import print_note
    from memebot.communities.overlay import settings_of_community
    from memebot.communities.tokens import keep_token

    settings = _of_home(context, home)
    with open_communities(settings) as register:
        row = register.get(name)
        own = settings_of_community(settings, row)
        if str(token_file) == "-" and sys.stdin.isatty():
            given = typer.prompt("The bot's token, from @BotFather", hide_input=True)
        else:
            given = _given_token(own, token_file) or ""
        path = keep_token(own, given, _all_settings(settings, register.all()))
        register.renew(row, by=_by(), now=_now())
    print_note(f"{name}: its token is in {path}")


@community.command(name="list")
def list_(context: typer.Context, as_json: Json = False, home: Home = None) -> None:
    """List the communities of this home: their state, whether they have a token and are being answered.

    Example: `memebot community list`
    """
    from memebot.app.hosting import open_communities
    from memebot.cli.output.communities import print_communities

    settings = _of_home(context, home)
    with open_communities(settings) as register:
        found = [_plain(row, settings) for row in register.all()]
    print_each(found, print_communities, as_json=as_json, to_json=dict)


@community.command()
def show(context: typer.Context, name: Name, as_json: Json = False, home: Home = None) -> None:
    """Show a community: its settings, which of them are its own, and what was done to it.

    Example: `memebot community show cats`
    """
    from memebot.app.hosting import open_communities
    from memebot.cli.output.communities import print_community_row
    from memebot.communities.overlay import OWN, SHARED, settings_of_community

    settings = _of_home(context, home)
    with open_communities(settings) as register:
        row, changes = register.get(name), register.changes(name)
    own = settings_of_community(settings, row)
    values = {key: _shown(getattr(own, key)) for key in (*OWN, *SHARED)}
    found = {**_plain(row, settings), "values": values, "changes": [plain(change) for change in changes]}
    print_json(found) if as_json else print_community_row(found)


def _shown(value: Any) -> Any:
    return str(value) if isinstance(value, Path) else value


@community.command(name="set", context_settings={"ignore_unknown_options": True})  # ids of chats begin with a minus
def set_(
    context: typer.Context,
    name: Name,
    setting: Annotated[str, typer.Argument(help="A setting, as channel or keep_days; or title.", show_default=False)],
    value: Annotated[str | None, typer.Argument(help="Its new value.", show_default=False)] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Back to what all communities of this home have.")] = False,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Change a setting of a community; a running bot begins anew with it. The first is set by MEMEBOT_….

    What the team decides for itself (schedule, approvals, zone …) is in `memebot queue set --community ID`.

    Example: `memebot community set cats channel @all_cats`

    Example: `memebot community set cats lang --reset`
    """
    from memebot.app.hosting import open_communities
    from memebot.cli.output.console import print_note
    from memebot.communities.model import CommunityRefused
    from memebot.communities.overlay import checked
    from memebot.settings import MAIN

    if reset == (value is not None):
        raise typer.BadParameter("give a value, or --reset", param_hint="VALUE")
    setting = setting.removeprefix("MEMEBOT_").lower()
    settings = _of_home(context, home)
    if name == MAIN and setting != "title":
        raise CommunityRefused("main")
    kept = checked(settings, {setting: value}, reset=reset)[setting]
    with open_communities(settings) as register:
        row = register.set(register.get(name), setting, kept, by=_by(), now=_now())
    print_json(_plain(row, settings)) if as_json else print_note(f"{name}: {setting} {'as for all' if reset else kept}")


@community.command()
def pause(context: typer.Context, name: Name, as_json: Json = False, home: Home = None) -> None:
    """Answer and post no more for a community, until it is resumed: nothing is lost, what is planned stays.

    What people send meanwhile waits at Telegram for a day.

    Example: `memebot community pause cats`
    """
    _move(context, name, "paused", as_json=as_json, home=home)


@community.command()
def resume(context: typer.Context, name: Name, as_json: Json = False, home: Home = None) -> None:
    """Answer again for a community that was paused, or removed and not purged.

    Example: `memebot community resume cats`
    """
    _move(context, name, "active", as_json=as_json, home=home)


@community.command()
def remove(
    context: typer.Context,
    name: Name,
    purge: Annotated[
        bool, typer.Option("--purge", help="Delete all that it has: database, token, cache. Nothing brings it back.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Remove a community: nothing of it is sent any more when this command returns.

    Says first what is planned, and asks on a terminal. Its data stays until `--purge`; `resume` brings it back before.

    Example: `memebot community remove cats`

    Example: `memebot community remove cats --purge --yes`
    """
    from memebot.app.hosting import forget_community, open_communities, planned_posts
    from memebot.cli.output.console import print_note
    from memebot.communities.model import CommunityRefused
    from memebot.communities.overlay import settings_of_community
    from memebot.settings import MAIN

    if name == MAIN:
        raise CommunityRefused("main")
    settings = _of_home(context, home)
    with open_communities(settings) as register:
        row = register.get(name)
        own = settings_of_community(settings, row)
        planned = planned_posts(own)
        if planned:
            first = f"{planned[0].slot:%Y-%m-%d %H:%M} UTC" if planned[0].slot else "held back"
            print_note(f"{name}: {len(planned)} posts are planned, the first {first}; they will not be posted")
        question = f"Delete all that {name} has, for good?" if purge else f"Remove {name}?"
        if not yes:
            if not sys.stdin.isatty():
                raise typer.BadParameter("say --yes where nobody can be asked", param_hint="--yes")
            typer.confirm(question, abort=True, err=True)
        if row.state != "removed":
            row = register.move(row, "removed", by=_by(), now=_now())
        _wait_until_let_go(own)
        if purge:
            forget_community(own)
            register.purge(row, by=_by(), now=_now())
    if as_json:
        print_json({"id": name, "state": "purged" if purge else "removed", "planned": len(planned)})
    else:
        print_note(f"{name}: {'purged' if purge else f'removed; `memebot community resume {name}` brings it back'}")


def _move(context: typer.Context, name: str, state: CommunityState, *, as_json: bool, home: Path | None) -> None:
    from memebot.app.hosting import open_communities
    from memebot.cli.output.console import print_note
    from memebot.communities.overlay import settings_of_community

    settings = _of_home(context, home)
    with open_communities(settings) as register:
        row = _moved(register, name, state)
    if state == "paused":
        _wait_until_let_go(settings_of_community(settings, row))
    print_json(_plain(row, settings)) if as_json else print_note(f"{name}: {state}")


def _moved(register: Communities, name: str, state: CommunityState) -> CommunityRow:
    from memebot.communities.model import CommunityRefused

    row = register.get(name)
    if row.state == "removed" and state == "paused":
        raise CommunityRefused("removed", name=name)
    return row if row.state == state else register.move(row, state, by=_by(), now=_now())


def _wait_until_let_go(settings: Settings) -> None:
    """Wait until no process answers for it. Raises ``CommunityRefused`` where one goes on."""
    from memebot.app.hosting import is_answered
    from memebot.communities.model import CommunityRefused

    end = time.monotonic() + LET_GO_S
    while is_answered(settings):
        if time.monotonic() > end:
            raise CommunityRefused("running", name=settings.community)
        time.sleep(0.2)


def _by() -> int:
    from moderation.audit import COMMAND_LINE

    return COMMAND_LINE


def _now() -> Any:
    from memebot.app import now

    return now()
