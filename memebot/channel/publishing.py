"""The steps of a post, and what stands in the channel. Nothing here knows Telegram.

``begin`` is written before Telegram is called, then what became of the call, each at once. Posts that admins make by
hand are known, too, to find reposts and to count reactions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from memebot.database import writing
from moderation.audit import BOT
from moderation.errors import AlreadyDecided, Stale, SubmissionNotFound
from moderation.model import Submission
from moderation.reposts.model import Appearance, SightingRef
from moderation.stores import Moderation

_LINK = re.compile(r"(?:https?://)?t\.me/(?:c/(\d+)|(\w{4,}))/(?:\d+/)?(\d{1,12})(?:\?\S*)?")


@dataclass(frozen=True, slots=True)
class PostLink:
    """What the address of a post names: its channel, by number or by @name, and the message."""

    chat_id: int | None
    username: str
    message_id: int

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The first such address in a text."""
        found = _LINK.search(text)
        if found is None:
            return None
        return cls(-(10**12) - int(found[1]) if found[1] else None, found[2] or "", int(found[3]))


@dataclass(frozen=True, slots=True)
class PostPlace:
    """Where a post stands: all its messages, and its address."""

    chat_id: int
    messages: tuple[int, ...]
    link: str | None


def locate_post(stores: Moderation, number: int, place: PostPlace, *, by: int, now: datetime) -> Submission:
    """A post is here: one that is published nobody knows where, or of which nobody knows whether it is at all.

    From now on it is found as that post. Raises ``AlreadyDecided`` for any other submission, and where another one is
    known to stand there.
    """
    with writing(stores.db):
        found, known = stores.submissions.get(number), stores.posts.find(place.chat_id, place.messages[0])
        if known is not None and known.submission not in (None, number):
            raise AlreadyDecided(stores.submissions.get(int(known.submission or 0)))
        facts: dict[str, Any] = {"chat_id": place.chat_id, "message_ids": place.messages, "link": place.link}
        if found.state == "publishing":
            located = stores.posts.resolve(number, there=True, by=by, now=now, **facts)
        else:
            located = stores.posts.locate(number, by=by, now=now, **facts)
        post = SightingRef.post(place.chat_id, place.messages[0], place.link)
        stores.reposts.mark_published(number, post, at=now)
    return located


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

        Where a suggested post stands, which Telegram itself has posted, and one that was cut off, is heard here.
        """
        with writing(self._stores.db):
            post = self._posts.find(chat_id, messages[0])
            if post is not None:
                return post.submission is not None
            submission = self._posts.find_unlocated(unique_ids, at)
            if submission is None:
                return False
            locate_post(self._stores, submission.id, PostPlace(chat_id, tuple(messages), link), by=BOT, now=at)
            return True

    def unlocated(self, unique_id: str, at: datetime) -> Submission | None:
        """The submission, published nobody knows where, that a post of that time with this medium may be."""
        return self._posts.find_unlocated([unique_id], at)

    def unlocated_on_card(self, chat_id: int, message_id: int) -> Submission | None:
        """The submission, published nobody knows where, whose card that message is."""
        card = self._stores.outbox.card_at(chat_id, message_id)
        found = None if card is None else self._stores.submissions.get(card.submission)
        return found if found is not None and found.unlocated else None

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
