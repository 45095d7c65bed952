"""How the queue looks in a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.panel import Panel
from rich.text import Text

from memebot.cli.output.console import out, plain_table

if TYPE_CHECKING:
    from moderation.audit import AuditRow
    from moderation.model import Appeal, Remark, Submission
    from moderation.people import AuthorRecord, Grant
    from moderation.stats import Stats


def _ago(at: datetime, now: datetime) -> str:
    minutes = max(0, int((now - at).total_seconds() // 60))
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} d"


def _time(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d %H:%M}"


def actor(number: int | None) -> str:
    """Who did something, in a word."""
    return {None: "forgotten", 0: "the bot", -1: "command line"}.get(number, str(number))


def print_submissions(found: Iterable[Submission], now: datetime) -> None:
    """One line a submission."""
    table = plain_table("no.", "age", "author", "media", "verdict", "slot (UTC)", "caption")
    for item in found:
        media = item.media[0].kind if len(item.media) == 1 else f"{len(item.media)} in an album"
        sure = f"{item.verdict} {item.confidence:.0%}" if item.verdict != "unknown" else "unknown"
        age, caption = _ago(item.submitted_at, now), escape(" ".join(item.caption.split())[:40])
        table.add_row(str(item.id), age, actor(item.author_id), media, sure, _time(item.slot), caption)
    out().print(table)


def print_submission(
    item: Submission,
    place: int | None,
    record: AuthorRecord | None,
    remarks: Iterable[Remark],
    appeal: Appeal | None,
    crosspost: Submission | None = None,
) -> None:
    """All about one submission."""
    table = plain_table("", "")
    state = f"{item.state}, place {place}" if place else item.state + (f" ({item.fate})" if item.fate else "")
    shown = {
        "state": state,
        "author": f"{actor(item.author_id)}, {item.credit}",
        "record": record and f"{record.proposed} proposed, {record.published} published, {record.rejected} rejected",
        "note": record and record.note,
        "banned": record and record.ban and (_time(record.ban.until) or "for good"),
        "media": ", ".join(medium.kind for medium in item.media),
        "caption": item.caption,
        "bot's verdict": f"{item.verdict}, {item.confidence:.0%}",
        "flags": ", ".join(item.flags),
        "decided by": item.decided_at and f"{actor(item.decided_by)}, {_time(item.decided_at)} UTC",
        "reason": item.reason_text or item.reason_key,
        "appeal": appeal and f"{appeal.text} (against {actor(appeal.rejected_by)}, {_time(appeal.rejected_at)} UTC)",
        "slot": item.slot and f"{_time(item.slot)} UTC",
        "refused because": item.publish_error,
        "post": item.published_at and f"{item.link or item.published_messages}, {item.reactions} reactions",
    }
    if crosspost is not None:
        at = (
            f"{_time(crosspost.published_at or crosspost.slot)} UTC" if crosspost.published_at or crosspost.slot else ""
        )
        shown[f"{crosspost.channel} channel"] = f"{crosspost.state} {at} {crosspost.link or ''}".strip()
    for name, value in shown.items():
        if value:
            table.add_row(Text(name, style="dim"), escape(str(value)))
    for remark in remarks:
        table.add_row(Text(f"{actor(remark.by)} wrote", style="dim"), escape(remark.text))
    out().print(Panel(table, title=f"submission {item.id}", title_align="left"))


def print_audit(rows: Iterable[AuditRow]) -> None:
    """The audit log, one line a change."""
    table = plain_table("at (UTC)", "who", "did", "no.", "state", "details")
    for row in rows:
        states = str(row.after or "") if row.before in (None, row.after) else f"{row.before} → {row.after}"
        subject = {} if row.subject is None else {"of": row.subject}
        facts = {**subject, **row.details}
        details = escape(", ".join(f"{name}={value}" for name, value in facts.items() if value is not None))
        at, number = f"{row.at:%Y-%m-%d %H:%M:%S}", str(row.submission or "")
        table.add_row(at, actor(row.actor), row.action, number, states, details)
    out().print(table)


def print_queue_stats(found: Stats, days: int, now: datetime) -> None:
    """What waits, and what was done in these days."""
    oldest = f", the oldest for {_ago(found.oldest_pending, now)}" if found.oldest_pending else ""
    console = out()
    console.print(
        f"pending {found.pending}{oldest}; planned {found.planned}, held {found.held}, fate unknown {found.unresolved}"
    )
    console.print(
        f"in {days} days: {found.submitted} submitted, {found.published} published, {found.rejected} rejected"
    )
    if found.acceptance is not None and found.median_wait is not None and found.p90_wait is not None:
        median, most = _ago(now - found.median_wait, now), _ago(now - found.p90_wait, now)
        console.print(f"accepted {found.acceptance:.0%}; until a verdict {median} (median), {most} (nine of ten)")
    total = sum(found.decided.values())
    for by, count in found.decided.items():
        console.print(f"  {actor(by)}: {count} verdicts, {count / total:.0%}")


def print_roles(grants: Iterable[Grant]) -> None:
    """Who may what, and why."""
    table = plain_table("who", "role", "by")
    for grant in grants:
        by = {"settings": "MEMEBOT_OWNERS", "chat": "the moderators' chat"}.get(grant.source, actor(grant.by))
        table.add_row(str(grant.user_id), grant.role, by)
    out().print(table)


def print_community(values: Mapping[str, object]) -> None:
    """Settings of the community, each as it would be given."""
    table = plain_table("setting", "value")
    for name, value in values.items():
        table.add_row(name, escape(json.dumps(value, ensure_ascii=False)))
    out().print(table)
