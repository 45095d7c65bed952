"""What is known of submissions in the words of a language, plain: whoever shows them escapes them.

Only ``state`` is HTML, as the names in it are.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from html import escape

from memebot import i18n
from memebot.channel.dossier import Dossier, SimilarSubmission
from memebot.i18n import Texts
from moderation.audit import AuditRow
from moderation.model import ChannelName, Lang, Submission, Target, channels_of


def media(submission: Submission, texts: Texts) -> str:
    """What was submitted: a picture, an album…"""
    if len(submission.media) > 1:
        return texts("card-album", count=len(submission.media))
    return texts(f"card-{submission.media[0].kind.replace('_', '-')}")


def flag(name: str, texts: Texts) -> str:
    """A flag of the policy; one that nobody has put into words is shown by its name."""
    key = f"flag-{name.replace('_', '-')}"
    return texts(key) if texts.has(key) else name


def unpublished(why: str, texts: Texts) -> str:
    """Why Telegram has not taken a post: a code of ours in words, else the beginning of what it said."""
    key = f"because-{why}"
    return texts(key) if texts.has(key) else texts("because-said", said=" ".join(why.split())[:200])


def likeness(similar: SimilarSubmission, texts: Texts) -> str:
    """How what was here before is like this."""
    how = texts(f"like-{similar.how}", distance=similar.distance or 0)
    return f"{how}, {texts('like-mirrored')}" if similar.mirrored else how


def change(row: AuditRow, texts: Texts) -> str:
    """What was done, and the state that it led to if that is another."""
    key = f"audit-{row.action.replace('_', '-')}"
    done = texts(key) if texts.has(key) else row.action
    if "channel" in row.details:
        where = texts(f"channel-{row.details['channel']}")
        done = f"{done} ({where})"
    return done if row.before == row.after or row.after is None else f"{done} → {texts(f'state-name-{row.after}')}"


def state(dossier: Dossier, names: Mapping[int, str], texts: Texts) -> str:
    """Where a submission stands, and who brought it there, as HTML; ``names`` are HTML."""
    own = _state(dossier, dossier.submission, names, texts)
    other, view = dossier.channels.crosspost, dossier.channels
    if not view.two or dossier.submission.state in ("pending", "rejected", "withdrawn"):
        return own
    lines = [f"{channel(dossier.submission.channel, view.languages, texts)}: {own}"]
    if other is not None:
        lines.append(f"{channel(other.channel, view.languages, texts)}: {_state(dossier, other, names, texts)}")
        if other.publish_error:
            lines.append(texts("card-error", why=escape(unpublished(other.publish_error, texts))))
    return "\n".join(lines)


def channel(name: str, languages: Mapping[ChannelName, Lang], texts: Texts) -> str:
    """What a channel is called: by its language, where the other one has another."""
    if name not in languages or len(set(languages.values())) < len(languages):
        return texts(f"channel-{name}")
    return languages[name].upper()  # type: ignore[index]


def target(name: Target, languages: Mapping[ChannelName, Lang], texts: Texts) -> str:
    """Where something is to be posted."""
    return " + ".join(channel(one, languages, texts) for one in channels_of(name))


def _state(dossier: Dossier, submission: Submission, names: Mapping[int, str], texts: Texts) -> str:
    """Where it stands in one channel."""

    def at(time: datetime | None) -> str:
        return i18n.stamp(time, dossier.zone, texts) if time else ""

    decided = {"who": name(names, submission.decided_by, texts), "at": at(submission.decided_at)}
    match submission.state:
        case "pending":
            return _pending_state(dossier, names, texts)
        case "approved" if submission.slot is None:
            return texts("state-held", **decided)
        case "approved":
            return texts("state-approved", **decided, slot=at(submission.slot))
        case "publishing":
            key = "fate-unknown" if submission.fate == "unknown" else "state-publishing"
            return texts(key, number=str(submission.id), **decided)
        case "published":
            link, published = submission.link, at(submission.published_at)
            linked = f'<a href="{escape(link)}">{published}</a>' if link else published
            told = texts("state-published", who=decided["who"], published=linked)
            lost = submission.unlocated and submission.origin == "bot"
            return f"{told}\n{texts('place-unknown')}" if lost else told
        case "rejected":
            return texts("state-rejected", **decided)
        case "withdrawn":
            return texts("state-withdrawn")


def _pending_state(dossier: Dossier, names: Mapping[int, str], texts: Texts) -> str:
    claimant, until = dossier.submission.claimant(dossier.now), dossier.submission.claimed_until
    if claimant is None or until is None:
        return texts("state-pending")
    return texts("state-claimed", who=name(names, claimant, texts), until=i18n.clock(until, dossier.zone))


def name(names: Mapping[int, str], person: int | None, texts: Texts) -> str:
    """What somebody is called: by their number where nobody knows, by no name who was forgotten."""
    return names.get(person, str(person)) if person is not None else texts("somebody")
