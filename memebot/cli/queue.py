"""``memebot queue``: proposals and decisions from the shell, while the bot runs or stands still."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from memebot.cli.common import Home, Json, plain, print_each, print_json, settings_of

if TYPE_CHECKING:
    from moderation.model import Submission, Target
    from moderation.stores import Moderation

queue = typer.Typer(no_args_is_help=True, help="The queue of proposals: look, decide, count, keep a copy.")

StateName = Literal["pending", "approved", "publishing", "published", "rejected", "withdrawn"]
RoleName = Literal["owner", "admin", "moderator", "editor"]
Number = Annotated[int, typer.Argument(metavar="ID", help="A submission's number.")]
PAGE = 200


def _stores(context: typer.Context, home: Path | None) -> AbstractContextManager[Moderation]:
    from memebot.app import open_stores

    return open_stores(settings_of(context, home=home))


def _now() -> datetime:
    from memebot.app import now

    return now()


@queue.command(name="list")
def list_(
    context: typer.Context,
    state: Annotated[StateName, typer.Argument(help="Which submissions.")] = "pending",
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 20,
    after: Annotated[int | None, typer.Option(help="Continue after this number.", show_default=False)] = None,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """List submissions, the oldest first.

    Example: `memebot queue list`

    Example: `memebot queue list approved --limit 5 --json`
    """
    from memebot.cli.output.console import print_note
    from memebot.cli.output.queue import print_submissions

    with _stores(context, home) as stores:
        found = stores.submissions.by_state(state, limit, after)
        total = stores.submissions.count(state)
    if as_json:
        for submission in found:
            print_json(submission.to_json())
        return
    print_submissions(found, _now())
    print_note(f"{len(found)} of {total} {state}")


@queue.command()
def show(context: typer.Context, number: Number, as_json: Json = False, home: Home = None) -> None:
    """Show a submission with its author's record and what was done to it.

    Example: `memebot queue show 17`
    """
    from memebot.cli.output.queue import print_audit, print_submission

    with _stores(context, home) as stores:
        submission = stores.submissions.get(number)
        place = stores.submissions.place(number)
        record = None if submission.author_id is None else stores.people.record(submission.author_id, now=_now())
        remarks, audit = stores.queue.remarks(number), stores.audit.newest(number, limit=PAGE)
        appeal, crosspost = stores.appeals.of(number), stores.submissions.crosspost(number)
    if as_json:
        print_json(
            {
                **submission.to_json(),
                "place": place,
                "author": record and plain(record),
                "remarks": [plain(remark) for remark in remarks],
                "appeal": appeal and plain(appeal),
                "posted_elsewhere": crosspost and crosspost.to_json(),
                "audit": [plain(row) for row in reversed(audit)],
            }
        )
        return
    print_submission(submission, place, record, remarks, appeal, crosspost)
    print_audit(list(reversed(audit)))


@queue.command()
def decide(
    context: typer.Context,
    number: Number,
    what: Annotated[
        Literal["approve", "reject", "undo", "there", "not-there"],
        typer.Argument(help="there, not-there: whether a post of unknown fate is in the channel."),
    ],
    slot: Annotated[
        str, typer.Option(help="For approve: now, next, or a time like 2026-05-01T18:00 (UTC unless it says more).")
    ] = "next",
    reason: Annotated[
        str | None, typer.Option(help="For reject: the key of a canned reason.", show_default=False)
    ] = None,
    text: Annotated[str, typer.Option(help="For reject: a reason in words.")] = "",
    silent: Annotated[bool, typer.Option("--silent", help="For reject: tell the author nothing.")] = False,
    close_ok: Annotated[
        bool, typer.Option("--close-ok", help="For approve: though another post is close to that time.")
    ] = False,
    link: Annotated[str | None, typer.Option(help="For there: the post's link.", show_default=False)] = None,
    channel: Annotated[
        Literal["first", "second", "both"] | None,
        typer.Option(help="Of two channels: where to post it, or of which post the fate is known.", show_default=False),
    ] = None,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Decide on a submission; a running bot posts it, tells the author and renews the cards.

    The command line needs no second approval. A decision that somebody else has made stays: exit status 2.

    Example: `memebot queue decide 17 approve --slot 2026-05-01T18:00`

    Example: `memebot queue decide 17 reject --reason seen`

    Example: `memebot queue decide 17 there --link https://t.me/c/1234/56`
    """
    from memebot.cli.output.console import print_note
    from moderation.audit import COMMAND_LINE

    if what == "reject" and silent and (reason or text):
        raise typer.BadParameter("a silent rejection has no reason", param_hint="--silent")
    with _stores(context, home) as stores:
        review, by, now = stores.queue, COMMAND_LINE, _now()
        if what == "approve":
            at = _slot(slot)
            if channel is not None:
                stores.crossposts.aim(number, channel, by=by, now=now)
            channels = stores.community.channels_for(stores.submissions.get(number), stores.channels)
            facts: Any = {"now": now, "final": True, "close_ok": close_ok, "channels": channels}
            made = review.approve(number, by, when=at, **facts).submission
        elif what == "reject":
            made = review.reject(number, by, now=now, reason_key=reason, reason_text=text, silent=silent).submission
        elif what == "undo":
            made = review.undo(number, by, now=now)
        else:
            made = _resolve(stores, number, link, channel, there=what == "there")
    if as_json:
        print_json(made.to_json())
    else:
        print_note(f"{made.id}: {made.state}{_when(made)}")


def _resolve(stores: Moderation, number: int, link: str | None, channel: Target | None, *, there: bool) -> Submission:
    """Say whether a post of unknown fate is in the channel, and where."""
    from memebot.channel.publishing import PostLink, PostPlace, locate_post
    from moderation.audit import COMMAND_LINE

    now, post = _now(), None if link is None else PostLink.read(link)
    if link is not None and post is None:
        raise typer.BadParameter(f"{link!r} is no link to a post", param_hint="--link")
    if there and post is not None and post.chat_id is not None:  # that of a public channel does not tell its number
        messages = range(post.message_id, post.message_id + len(stores.submissions.get(number).media))
        place = PostPlace(post.chat_id, tuple(messages), link, None if channel == "both" else channel)
        return locate_post(stores, number, place, by=COMMAND_LINE, now=now)
    facts: Any = {"link": link, "channel": None if channel == "both" else channel}
    return stores.posts.resolve(number, there=there, by=COMMAND_LINE, now=now, **facts)


def _slot(text: str) -> Literal["now", "next"] | datetime:
    if text == "now":
        return "now"
    if text == "next":
        return "next"
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is neither now, next nor a time", param_hint="--slot") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _when(submission: Submission) -> str:
    return f", to be posted at {submission.slot:%Y-%m-%d %H:%M} UTC" if submission.slot else ""


@queue.command()
def audit(
    context: typer.Context,
    number: Annotated[int | None, typer.Argument(metavar="ID", help="Of one submission.", show_default=False)] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many of the newest.")] = 50,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Show who did what and when, the oldest of the newest first.

    The actor 0 is the bot, -1 the command line.

    Example: `memebot queue audit 17`

    Example: `memebot queue audit --limit 1000 --json`
    """
    from memebot.cli.output.queue import print_audit

    with _stores(context, home) as stores:
        if number is not None:
            stores.submissions.get(number)
        rows = list(reversed(stores.audit.newest(number, limit=limit)))
    print_each(rows, print_audit, as_json=as_json)


@queue.command()
def stats(
    context: typer.Context,
    days: Annotated[int, typer.Option(min=1, help="How many days back.")] = 30,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Count: what waits, how long decisions take, who decides, how much is accepted.

    Example: `memebot queue stats --days 7`
    """
    from memebot.cli.output.queue import print_queue_stats

    now = _now()
    with _stores(context, home) as stores:
        found = stores.figures.stats(now - timedelta(days=days), now)
    if as_json:
        seconds = {
            name: wait and wait.total_seconds()
            for name, wait in (("median_wait", found.median_wait), ("p90_wait", found.p90_wait))
        }
        print_json({**plain(found), **seconds})
    else:
        print_queue_stats(found, days, now)


@queue.command()
def export(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="Where to; by default to standard output.", show_default=False)
    ] = None,
    home: Home = None,
) -> None:
    """Write every submission with its audit log, one JSON object a line, the oldest first.

    Example: `memebot queue export queue.jsonl`
    """
    from memebot.cli.output.console import print_note

    with _stores(context, home) as stores:
        count = 0
        with nullcontext(sys.stdout) if file is None else file.open("w", encoding="utf-8") as out:
            for row in _exported(stores):
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
                count += 1
    print_note(f"{count} submissions")


def _exported(stores: Moderation) -> Iterator[dict[str, Any]]:
    for submission in stores.submissions.walk():
        audit = stores.audit.newest(submission.id, limit=100_000)
        yield {**submission.to_json(), "audit": [plain(row) for row in reversed(audit)]}


@queue.command()
def role(
    context: typer.Context,
    user: Annotated[int | None, typer.Argument(metavar="USER", help="A Telegram id.", show_default=False)] = None,
    name: Annotated[RoleName | None, typer.Argument(metavar="ROLE", show_default=False)] = None,
    revoke: Annotated[bool, typer.Option("--revoke", help="Take the role away.")] = False,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Show who has which role; give a role, or take it away.

    Roles are owner, admin, moderator, and editor beside them.

    Example: `memebot queue role`

    Example: `memebot queue role 123456 moderator`
    """
    from memebot.cli.output.queue import print_roles
    from moderation.audit import COMMAND_LINE

    if (user is None) != (name is None):
        raise typer.BadParameter("name a person and a role, or nothing", param_hint="USER ROLE")
    with _stores(context, home) as stores:
        if user is not None and name is not None:
            if not revoke:
                stores.people.grant(user, name, by=COMMAND_LINE, now=_now())
            elif not stores.people.revoke(user, name, by=COMMAND_LINE, now=_now()):
                raise typer.BadParameter(f"{user} was not given the role {name}", param_hint="USER ROLE")
        grants = stores.people.roles()
    print_each(grants, print_roles, as_json=as_json)


@queue.command(name="set")
def set_(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="A setting of the community.", show_default=False)] = None,
    value: Annotated[str | None, typer.Argument(help="Its new value, as JSON.", show_default=False)] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Back to the default.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Save without asking, whatever is planned.")] = False,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Show the community's settings, or change one.

    Where posts are planned, it says first what other times would mean for them, and asks on a terminal.

    Example: `memebot queue set`

    Example: `memebot queue set approvals 2`

    Example: `memebot queue set schedule "mon-fri 10:00 19:00; sat 12:00"`
    """
    from memebot.cli.output.queue import print_community
    from moderation.audit import COMMAND_LINE

    if reset and (name is None or value is not None):
        raise typer.BadParameter("name the setting, without a value", param_hint="--reset")
    name = "schedule" if name == "slots" else name
    with _stores(context, home) as stores:
        if name is not None and (reset or value is not None):
            new = stores.community.default(name) if reset else _value(value or "")
            _agree_on_plan(stores, name, new, yes)
            stores.community.set(name, new, by=COMMAND_LINE, now=_now())
        shown = stores.community.all() if name is None else {name: stores.community.get(name)}
    print_json(shown) if as_json else print_community(shown)


def _agree_on_plan(stores: Moderation, name: str, value: Any, yes: bool) -> None:
    """Say what a setting means for what is planned, and ask whoever sits at a terminal. Raises ``typer.Abort``."""
    from memebot import problem_texts
    from memebot.channel.planning import Planning
    from memebot.channel.setting_words import impact_lines
    from memebot.cli.output.console import print_note
    from moderation.audit import COMMAND_LINE

    impact = Planning(stores, clock=_now).impact({name: value}, COMMAND_LINE)
    if impact is None or not impact.planned:
        return
    for line in impact_lines(impact, problem_texts.english()):
        print_note(line)
    if not yes and _at_terminal():
        typer.confirm("Save it?", abort=True, err=True)


def _at_terminal() -> bool:
    return sys.stdin.isatty()


def _value(text: str) -> Any:
    """JSON, or, where it is none, the text itself: `Europe/Berlin` needs no quotes."""
    try:
        return json.loads(text)
    except ValueError:
        return text
