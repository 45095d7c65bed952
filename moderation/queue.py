"""The queue that a community moderates its channel with: one class over the parts that hold its SQL.

Every change is one transaction that compares and sets ``(state, version)`` and writes its row into the audit
log. Nothing here assumes to be the only process.
"""

from __future__ import annotations

from moderation.posts import Posts


class ReviewQueue(Posts):
    """Submissions from draft to post. Belongs to the thread of its database."""
