"""What stands in the channel: posts that admins make by hand are known too, to find reposts and to count reactions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from memebot.database import writing
from moderation.errors import SubmissionNotFound
from moderation.model import Submission
from moderation.reposts.model import Appearance, SightingRef
from moderation.stores import Moderation


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

    def public(self, number: int) -> Submission | None:
        """A submission that readers can see; None for any other, so that nobody reads the queue by numbers."""
        try:
            found = self._stores.submissions.get(number)
        except SubmissionNotFound:
            return None
        return found if found.state in ("publishing", "published") else None
