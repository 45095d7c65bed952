"""What is known of submissions in the words of a language, plain: whoever shows them escapes them."""

from __future__ import annotations

from memebot.channel.dossier import SimilarSubmission
from memebot.i18n import Texts
from moderation.audit import AuditRow
from moderation.model import Submission


def media(submission: Submission, texts: Texts) -> str:
    """What was submitted: a picture, an album…"""
    if len(submission.media) > 1:
        return texts("card-album", count=len(submission.media))
    return texts(f"card-{submission.media[0].kind.replace('_', '-')}")


def flag(name: str, texts: Texts) -> str:
    """A flag of the policy; one that nobody has put into words is shown by its name."""
    key = f"flag-{name.replace('_', '-')}"
    return texts(key) if texts.has(key) else name


def likeness(similar: SimilarSubmission, texts: Texts) -> str:
    """How what was here before is like this."""
    how = texts(f"like-{similar.how}", distance=similar.distance or 0)
    return f"{how}, {texts('like-mirrored')}" if similar.mirrored else how


def change(row: AuditRow, texts: Texts) -> str:
    """What was done, and the state that it led to if that is another."""
    key = f"audit-{row.action.replace('_', '-')}"
    done = texts(key) if texts.has(key) else row.action
    return done if row.before == row.after or row.after is None else f"{done} → {texts(f'state-name-{row.after}')}"
