"""The steps of a post. ``begin`` is written before Telegram is called, then what became of the call, each at once.

Nothing here knows Telegram.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from memebot.database import writing
from moderation.errors import AlreadyDecided, Stale
from moderation.model import Submission
from moderation.reposts.model import SightingRef
from moderation.stores import Moderation


class Publishing:
    """One instance a bot; every method runs on the database's thread."""

    def __init__(self, stores: Moderation, *, clock: Callable[[], datetime]) -> None:
        self._stores, self._posts, self._clock = stores, stores.posts, clock

    def cut_off(self) -> list[Submission]:
        """What is marked as being sent while nothing is: nobody knows what became of it."""
        return self._posts.mark_all_unknown(now=self._clock())

    def due(self) -> list[Submission]:
        """What is to be posted now; what was missed is given new times first."""
        now = self._clock()
        self._stores.slots.spread_overdue(now=now)
        return self._posts.due(now=now)

    def begin(self, submission: Submission) -> Submission | None:
        """Before Telegram is called; None if it has changed meanwhile: then nothing may be sent."""
        try:
            return self._posts.begin_publishing(submission.id, submission.version, now=self._clock())
        except (AlreadyDecided, Stale):
            return None

    def published(self, submission: Submission, chat_id: int, messages: Sequence[int], link: str | None) -> None:
        """Telegram has taken it: from now on it is found as that post."""
        now = self._clock()
        with writing(self._stores.db):
            self._posts.mark_published(submission.id, chat_id=chat_id, message_ids=messages, link=link, now=now)
            if messages:
                self._stores.reposts.mark_published(submission.id, SightingRef.post(chat_id, messages[0], link), at=now)

    def refused(self, submission: Submission, why: str, *, retry_in: timedelta | None = None) -> None:
        """Telegram has certainly not taken it; ``retry_in``: it asks for patience."""
        now = self._clock()
        self._posts.mark_refused(submission.id, why, now=now, retry_at=None if retry_in is None else now + retry_in)

    def unknown(self, submission: Submission, why: str) -> None:
        """Nobody knows whether Telegram has taken it."""
        self._posts.mark_unknown(submission.id, now=self._clock(), why=why)
