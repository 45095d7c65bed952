"""The queue that a community moderates its channel with: one class over the parts that hold its SQL.

Every change is one transaction that compares and sets ``(state, version)`` and writes its row into the audit
log. Nothing here assumes to be the only process.
"""

from __future__ import annotations

from moderation.audit import AuditRow
from moderation.handle import BOT, COMMAND_LINE
from moderation.media import Medium, MediumKind
from moderation.outbox import Card, Notice, NoticeKind
from moderation.posts import LATE, Point, Post, Posts
from moderation.submissions import (
    MAX_ALBUM,
    MAX_CAPTION,
    Credit,
    Draft,
    Origin,
    Reading,
    State,
    Submission,
    SubmissionId,
    Verdict,
)
from moderation.verdicts import Decision, Remark, caption_length

__all__ = [
    "BOT", "COMMAND_LINE", "LATE", "MAX_ALBUM", "MAX_CAPTION", "AuditRow", "Card", "Credit", "Decision", "Draft",
    "Medium", "MediumKind", "Notice", "NoticeKind", "Origin", "Point", "Post", "Reading", "Remark", "ReviewQueue",
    "State", "Submission", "SubmissionId", "Verdict", "caption_length",
]  # fmt: skip


class ReviewQueue(Posts):
    """Submissions from draft to post. Belongs to the thread of its database."""
