"""``memebot drafts``: the model that drafts explanations for editors."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from memebot.cli.common import Home, Json, Knowledge, plain, print_each, print_json, settings_of

if TYPE_CHECKING:
    from memebot.drafting.drafter import SelfTest
    from memebot.drafting.store import MachineDraft

drafts = typer.Typer(no_args_is_help=True, help="Drafts by a model: try it, look at what it wrote and what it cost.")


@drafts.command(name="test")
def test(context: typer.Context, as_json: Json = False, home: Home = None, knowledge: Knowledge = None) -> None:
    """Have a drawn picture drafted: is the server reached, does the model see, keep the form, write both languages?

    Costs one to four requests. Exit status 1 when the model is of no use for drafts.

    Example: `memebot drafts test`
    """
    from memebot.app import open_draft_maker, try_drafts
    from memebot.cli.output.console import print_error, print_note
    from memebot.cli.output.drafts import print_self_test
    from memebot.problem_texts import drafting_line

    settings = settings_of(context, home=home, knowledge=knowledge)
    with open_draft_maker(settings) as maker:
        if maker.drafter.endpoint.address.exposed:
            print_note(drafting_line("exposed"))
        found = try_drafts(settings, maker)
    print_json(plain(found)) if as_json else print_self_test(found)
    troubles = [*_troubles(found)]
    for line in troubles:
        print_error(line)
    if any((not found.sees, not found.schema, len(found.langs) < 2)):
        raise typer.Exit(1)


def _troubles(found: SelfTest) -> list[str]:
    from memebot.drafting.drafter import same_model
    from memebot.problem_texts import drafting_line

    lines = []
    if not same_model(found.model, found.answered_by):
        lines.append(drafting_line("other-model", answered=found.answered_by, model=found.model))
    if not found.schema:
        lines.append(drafting_line("schema"))
    elif not found.sees:
        lines.append(drafting_line("blind"))
    elif len(found.langs) < 2:
        lines.append(drafting_line("langs"))
    return lines


@drafts.command(name="models")
def models(context: typer.Context, as_json: Json = False, home: Home = None) -> None:
    """List small open models that `memebot drafts serve` runs here: size, memory, languages, licence.

    Example: `memebot drafts models`
    """
    from memebot.cli.output.drafts import print_local_models
    from memebot.drafting.local_models import local_models

    print_each(local_models(settings_of(context, home=home).home), print_local_models, as_json=as_json)


@drafts.command(name="serve")
def serve(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A name of `memebot drafts models`, ORGANISATION/MODEL, or a folder.")],
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on, on this machine alone.")] = 8765,
    home: Home = None,
) -> None:
    """Run a model on this machine, for drafts, until stopped; it is downloaded once.

    Example: `memebot drafts serve qwen3-vl-2b`
    """
    from memebot.cli.common import download_bar
    from memebot.cli.output.console import print_note
    from memebot.drafting.local_models import download, start

    settings = settings_of(context, home=home)
    with download_bar() as report:
        folder = download(name, settings.home, progress=report)
    print_note(f"MEMEBOT_DRAFTS_URL=http://127.0.0.1:{port}/v1 MEMEBOT_DRAFTS_MODEL={folder.name}")
    print_note("`memebot drafts test` tries it, from another terminal, once it listens")
    start(folder, port)


@drafts.command(name="list")
def list_(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 20,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """List drafts, the newest first: what became of each.

    Example: `memebot drafts list --limit 5 --json`
    """
    from memebot.app import open_machine_drafts
    from memebot.cli.output.drafts import print_drafts

    with open_machine_drafts(settings_of(context, home=home)) as store:
        print_each(store.all(limit), print_drafts, as_json=as_json, to_json=_row)


@drafts.command(name="show")
def show(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="ID", help="A draft's number.", show_default=False)],
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Show a draft whole, with what happened to it.

    Example: `memebot drafts show 7`
    """
    from memebot.app import open_machine_drafts
    from memebot.cli.output.console import print_error
    from memebot.cli.output.drafts import print_machine_draft
    from memebot.drafting.store import MachineDraftId

    with open_machine_drafts(settings_of(context, home=home)) as store:
        found = store.get(MachineDraftId(number))
        events = store.events(MachineDraftId(number))
    if found is None:
        print_error(f"there is no draft {number}; `memebot drafts list` shows them")
        raise typer.Exit(1)
    if as_json:
        print_json({**_row(found), "draft": found.to_json(), "events": events})
    else:
        print_machine_draft(found, events)


@drafts.command(name="budget")
def budget(
    context: typer.Context,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Of how many days.")] = 7,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Show what drafts have cost on each day, in UTC, and what is left of today.

    Example: `memebot drafts budget --days 30 --json`
    """
    from memebot.app import now, open_machine_drafts
    from memebot.cli.output.drafts import print_costs

    settings = settings_of(context, home=home)
    with open_machine_drafts(settings) as store:
        costs = store.requests.costs(days, now=now())
    requests, tokens = settings.drafts_limits
    if as_json:
        for cost in costs:
            print_json({**plain(cost), "limit_requests": requests, "limit_tokens": tokens})
    else:
        print_costs(costs, requests, tokens)


def _row(made: MachineDraft) -> dict[str, Any]:
    return {
        "id": made.id,
        "state": made.state,
        "why": made.why,
        "title": None if made.draft is None else dict(made.draft.title),
        "rests_on": None if made.draft is None else list(made.draft.rests_on),
        "model": made.model,
        "answered_by": made.answered_by,
        "prompt": made.prompt,
        "group": made.group_id,
        "submission": made.submission_id,
        "wanted_at": _time(made.wanted_at),
        "finished_at": _time(made.finished_at),
    }


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat(timespec="seconds")
