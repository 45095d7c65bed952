"""Drafts with everything filled in, and the people of the tests of the queue."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from moderation.model import Medium, SubmissionDraft

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)  # a Monday, 15:00 in Moscow
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
ANN, BOB, CAT = 101, 102, 103
AUTHOR = 7

_KEYS = itertools.count()


def draft(**facts: Any) -> SubmissionDraft:
    """A draft; what a test does not care about is filled in."""
    number = next(_KEYS)
    given = {"key": f"key-{number}", "author_id": AUTHOR, "author_name": "Author", **facts}
    given.setdefault("media", (Medium("photo", f"file-{number}", f"unique-{number}"),))
    return SubmissionDraft(**given)
