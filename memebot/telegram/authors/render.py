"""What authors read, as HTML."""

from __future__ import annotations

from aiogram.types import User

from memebot.channel.submitting import AuthorOverview, AuthorSubmission, EarlierPosts, Proposal
from memebot.i18n import Texts, when
from memebot.telegram.authors.buttons import uncaptioned
from memebot.telegram.ui.render import escaped, link, one_line
from moderation.errors import (
    AlreadyDecided,
    BadCaption,
    Banned,
    DailyLimit,
    LongAppeal,
    ModerationError,
    NoAppeal,
    NotYours,
)
from moderation.model import Notice, Submission

SHOWN_POSTS = 3
_NAME = 64


def refusal(error: ModerationError, texts: Texts) -> str:
    """Why an author's wish cannot be met."""
    match error:
        case DailyLimit():
            return texts("propose-limit", limit=error.limit)
        case Banned():
            return texts("propose-banned")
        case AlreadyDecided():
            return texts("withdraw-late")
        case NotYours():
            return texts("not-yours")
        case NoAppeal():
            return texts(f"no-appeal-{error.code}")
        case LongAppeal():
            return texts("prompt-too-long", length=error.length, limit=error.limit)
        case _:
            return texts("sorry")


def edit_refusal(error: ModerationError, number: str, texts: Texts) -> str:
    """Why an edit does not reach the card; of a verdict nothing is said before its time."""
    match error:
        case BadCaption():
            return texts("propose-caption-long", length=error.length, limit=error.limit)
        case AlreadyDecided():
            return texts("edit-late", number=number)
        case _:
            return texts("sorry")


def preview(proposal: Proposal, user: User, texts: Texts) -> str:
    """What is said under a proposal that is shown as readers will see it."""
    named = proposal.credit == "named"
    credit = texts("propose-named", name=escaped(name_of(user))) if named else texts("propose-nameless")
    lost = [texts("propose-uncaptioned")] if uncaptioned(proposal) and proposal.caption else []
    return "\n\n".join([texts("propose-preview"), credit, *lost, texts("propose-honest")])


def name_of(user: User) -> str:
    """How an author is named who wants that; plain text."""
    name = one_line(user.full_name)[:_NAME]
    return name or (f"@{user.username}" if user.username else str(user.id))


def earlier_posts(earlier: EarlierPosts, texts: Texts) -> str:
    """Where the channel has shown this already."""
    lines = []
    for sighting in earlier.sightings[:SHOWN_POSTS]:
        words = texts(f"seen-{sighting.how}", when=when(sighting.at, earlier.now, earlier.zone, texts))
        lines.append(f"• {link(words, sighting.ref.link)}")
    return "\n".join([texts("seen-before"), *lines, "", texts("seen-choose")])


def received(mine: AuthorSubmission, texts: Texts) -> str:
    """A proposal has arrived."""
    return texts("propose-received", number=str(mine.submission.id), place=mine.place or 1)


def overview(found: AuthorOverview, texts: Texts) -> str:
    """Where an author's submissions stand."""
    return "\n\n".join([texts("my-title"), *(_line(mine, texts) for mine in found.submissions)])


def _line(mine: AuthorSubmission, texts: Texts) -> str:
    submission = mine.submission
    number = str(submission.id)
    match "pending" if submission.can_undo(mine.now) else submission.state:
        case "pending" if mine.appeal is not None:
            return texts("my-appealed", number=number)
        case "pending":
            return texts("my-pending", number=number, place=mine.place or 1)
        case "approved" if submission.slot is not None:
            return texts("my-approved", number=number, when=_times(mine, texts))
        case "approved" | "publishing":
            return texts("my-publishing", number=number)
        case "published":
            return texts("my-published", number=number, link=_post_links(mine, texts))
        case "withdrawn":
            return texts("my-withdrawn", number=number)
        case _:
            reason = "" if submission.silent else escaped(mine.reason)
            key = "my-rejected" if mine.appeal is None else "my-rejected-again"
            return texts(key, number=number, reason=reason or texts("my-no-reason"))


def notice(due: Notice, mine: AuthorSubmission, texts: Texts) -> str:
    """What an author is told unasked; the first word about an appeal says that it was heard."""
    first = (due.kind == "approved" and not due.data.get("moved")) or (due.kind == "published" and not mine.appeal_told)
    if mine.appeal is not None and first:
        return f"{texts('notice-appeal-heard')} {_news(due, mine, texts)}"
    return _news(due, mine, texts)


def _news(due: Notice, mine: AuthorSubmission, texts: Texts) -> str:
    submission, number = mine.submission, str(mine.submission.id)
    match due.kind:
        case "submitted":  # the button was pressed, and the bot was stopped before it could say so
            return received(mine, texts)
        case "approved":
            if submission.slot is None:
                return texts("notice-approved", number=number)
            key = "notice-moved" if due.data.get("moved") else "notice-planned"
            return texts(key, number=number, when=_times(mine, texts))
        case "rejected":
            reason = "" if submission.silent else escaped(mine.reason)
            if mine.appeal is None:
                return texts("notice-rejected", number=number, reason=reason)
            same = submission.decided_by == mine.appeal.rejected_by
            return texts("notice-rejected-alone" if same else "notice-rejected-again", number=number, reason=reason)
        case "published":
            return texts("notice-published", number=number, link=_post_links(mine, texts))
        case "asked":
            return texts("notice-asked", number=number, text=escaped(str(due.data.get("text") or "")))
        case "milestone":
            return texts("notice-milestone", number=number, count=int(due.data.get("count") or 0))


def _placed(mine: AuthorSubmission) -> list[Submission]:
    """The submission as it stands in each channel that it is for."""
    return [one for one in (mine.submission, mine.crosspost) if one is not None]


def _times(mine: AuthorSubmission, texts: Texts) -> str:
    """When it comes out, in each channel."""
    slots = [one.slot for one in _placed(mine) if one.state != "published" and one.slot is not None]
    return ", ".join(when(slot, mine.now, mine.zone, texts) for slot in sorted(slots))


def _post_links(mine: AuthorSubmission, texts: Texts) -> str:
    """Links to its posts."""
    posts = [one for one in _placed(mine) if one.state == "published"] or [mine.submission]
    return ", ".join(link(texts("my-link"), post.link) for post in posts)
