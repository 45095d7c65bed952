"""The steps of a post, and what stands in the channel. Nothing here knows Telegram.

``begin`` is written before Telegram is called, then what became of the call, each at once. Posts that admins make by
hand are known, too, to find reposts and to count reactions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from memebot.database import writing
from moderation.errors import AlreadyDecided, Stale, SubmissionNotFound
from moderation.model import Submission
from moderation.reposts.model import Appearance, SightingRef
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

    def without_why(self) -> list[Submission]:
        """Posts that can be explained by now and do not offer that to their readers."""
        return self._posts.without_why()

    def offers_why(self, submission: Submission) -> None:
        """The post offers its explanation, or can never do so."""
        self._posts.mark_why(submission.id)

    def refused(self, submission: Submission, why: str, *, retry_in: timedelta | None = None) -> None:
        """Telegram has certainly not taken it; ``retry_in``: it asks for patience."""
        now = self._clock()
        self._posts.mark_refused(submission.id, why, now=now, retry_at=None if retry_in is None else now + retry_in)

    def unknown(self, submission: Submission, why: str) -> None:
        """Nobody knows whether Telegram has taken it."""
        self._posts.mark_unknown(submission.id, now=self._clock(), why=why)


class ChannelPosts:
    """One instance a bot; every method runs on the database's thread."""

    def __init__(self, stores: Moderation) -> None:
        self._stores, self._posts = stores, stores.posts

    def from_queue(
        self, chat_id: int, messages: Sequence[int], unique_ids: Sequence[str], *, link: str, at: datetime
    ) -> bool:
        """Whether this post came out of the queue: then it is known, with its submission.

        A suggested post is posted by Telegram itself: here we hear where it stands.
        """
        with writing(self._stores.db):
            post = self._posts.find(chat_id, messages[0])
            if post is not None:
                return post.submission is not None
            suggested = self._posts.find_unlocated(unique_ids)
            if suggested is None:
                return False
            self._posts.locate(suggested.id, chat_id=chat_id, message_ids=messages, link=link, now=at)
            self._stores.reposts.mark_published(suggested.id, SightingRef.post(chat_id, messages[0], link), at=at)
            return True

    def record(
        self, chat_id: int, messages: Sequence[int], appearance: Appearance | None, *, link: str, at: datetime
    ) -> None:
        """Keep a post, or what an edited one looks like now; ``appearance`` None where it could not be read."""
        with writing(self._stores.db):
            self._posts.record_post(chat_id, messages[0], at=at, link=link, messages=messages)
            if appearance is not None:
                self._stores.reposts.remember(SightingRef.post(chat_id, messages[0], link), appearance, at=at)

    def edited_by_hand(self, chat_id: int, message_id: int) -> None:
        """Somebody has worded the caption of an album: nothing is added to it any more."""
        post = self._posts.find(chat_id, message_id)
        if post is not None and post.submission is not None:
            self._posts.mark_why(post.submission)

    def public(self, number: int) -> Submission | None:
        """A submission that readers can see; None for any other, so that nobody reads the queue by numbers."""
        try:
            found = self._stores.submissions.get(number)
        except SubmissionNotFound:
            return None
        return found if found.state in ("publishing", "published") else None
