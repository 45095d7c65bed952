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
from moderation.model import ChannelName, Lang, Submission
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
    """Where a post stands: all its messages, and its address; ``channel`` None: its submission's own."""

    chat_id: int
    messages: tuple[int, ...]
    link: str | None
    channel: ChannelName | None = None


@dataclass(frozen=True, slots=True)
class PostStyle:
    """How a channel's posts are made: its language, and what stands at their end."""

    lang: Lang
    signature: str


def post_style(stores: Moderation, channel: ChannelName) -> PostStyle:
    """That of a channel as it is set; of one that is set no more, that of the first."""
    languages = stores.languages()
    signature = stores.community.signature(channel) if len(languages) > 1 else ""
    return PostStyle(languages.get(channel, languages["first"]), signature)


def locate_post(stores: Moderation, number: int, place: PostPlace, *, by: int, now: datetime) -> Submission:
    """A post is here: one that is published nobody knows where, or of which nobody knows whether it is at all.

    From now on it is found as that post. Raises ``AlreadyDecided`` for any other submission, and where another one is
    known to stand there.
    """
    with writing(stores.db):
        known = stores.posts.find(place.chat_id, place.messages[0])
        found = stores.submissions.placed(number, place.channel)
        if known is not None and known.submission not in (None, number):
            raise AlreadyDecided(stores.submissions.get(int(known.submission or 0)))
        facts: dict[str, Any] = {"chat_id": place.chat_id, "message_ids": place.messages, "link": place.link}
        facts["channel"] = place.channel
        if found.state == "publishing":
            located = stores.posts.resolve(number, there=True, by=by, now=now, **facts)
        else:
            located = stores.posts.locate(number, by=by, now=now, **facts)
        _sight(stores, located, SightingRef.post(place.chat_id, place.messages[0], place.link), now)
    return located


def _sight(stores: Moderation, posted: Submission, post: SightingRef, now: datetime) -> None:
    """From now on a submission is found as its post: of two, as the one that came first."""
    other = stores.submissions.get(posted.id) if posted.crosspost else stores.submissions.crosspost(posted.id)
    if other is None or not other.published_messages:
        stores.reposts.mark_published(posted.id, post, at=now)
    else:
        stores.reposts.forget(post)


class Publishing:
    """One instance a channel; every method runs on the database's thread."""

    def __init__(self, stores: Moderation, *, clock: Callable[[], datetime], channel: ChannelName = "first") -> None:
        self._stores, self._posts, self._clock, self._channel = stores, stores.posts, clock, channel

    def style(self) -> PostStyle:
        """How posts are made for this channel, as it is set now."""
        return post_style(self._stores, self._channel)

    def cut_off(self) -> list[Submission]:
        """What is marked as being sent while nothing is: nobody knows what became of it."""
        return self._posts.mark_all_unknown(now=self._clock(), channel=self._channel)

    def due(self) -> list[Submission]:
        """What is to be posted now; what was missed is given new times first."""
        now = self._clock()
        self._stores.slots.spread_overdue(now=now, channel=self._channel)
        return self._posts.due(now=now, channel=self._channel)

    def begin(self, submission: Submission) -> Submission | None:
        """Before Telegram is called; None if it has changed meanwhile: then nothing may be sent."""
        try:
            return self._posts.begin_publishing(
                submission.id, submission.version, now=self._clock(), channel=self._channel
            )
        except (AlreadyDecided, Stale):
            return None

    def published(self, submission: Submission, chat_id: int, messages: Sequence[int], link: str | None) -> None:
        """Telegram has taken it: from now on it is found as that post."""
        now = self._clock()
        with writing(self._stores.db):
            facts: dict[str, Any] = {"chat_id": chat_id, "message_ids": messages, "link": link}
            posted = self._posts.mark_published(submission.id, now=now, channel=self._channel, **facts)
            if messages:
                _sight(self._stores, posted, SightingRef.post(chat_id, messages[0], link), now)

    def without_why(self) -> list[Submission]:
        """Posts that can be explained by now and do not offer that to their readers."""
        return self._posts.without_why(channel=self._channel)

    def offers_why(self, submission: Submission) -> None:
        """The post offers its explanation, or can never do so."""
        self._posts.mark_why(submission.id, self._channel)

    def refused(self, submission: Submission, why: str, *, retry_in: timedelta | None = None) -> None:
        """Telegram has certainly not taken it; ``retry_in``: it asks for patience."""
        now = self._clock()
        retry_at = None if retry_in is None else now + retry_in
        self._posts.mark_refused(submission.id, why, now=now, retry_at=retry_at, channel=self._channel)

    def unknown(self, submission: Submission, why: str) -> None:
        """Nobody knows whether Telegram has taken it."""
        self._posts.mark_unknown(submission.id, now=self._clock(), why=why, channel=self._channel)


class ChannelPosts:
    """One instance a bot; every method runs on the database's thread."""

    def __init__(self, stores: Moderation) -> None:
        self._stores, self._posts = stores, stores.posts

    def from_queue(
        self,
        chat_id: int,
        messages: Sequence[int],
        unique_ids: Sequence[str],
        *,
        link: str,
        at: datetime,
        channel: ChannelName = "first",
    ) -> bool:
        """Whether this post came out of the queue: then it is known, with its submission.

        Where a suggested post stands, which Telegram itself has posted, and one that was cut off, is heard here.
        """
        with writing(self._stores.db):
            post = self._posts.find(chat_id, messages[0])
            if post is not None:
                return post.submission is not None
            submission = self._posts.find_unlocated(unique_ids, at, channel)
            if submission is None:
                return False
            place = PostPlace(chat_id, tuple(messages), link, channel)
            locate_post(self._stores, submission.id, place, by=BOT, now=at)
            return True

    def unlocated(self, unique_id: str, at: datetime, channel: ChannelName = "first") -> Submission | None:
        """The submission, published nobody knows where, that a channel's post of that time with this medium may be."""
        return self._posts.find_unlocated([unique_id], at, channel)

    def unlocated_on_card(self, chat_id: int, message_id: int) -> list[Submission]:
        """The submission whose card that message is, as it stands in each channel where nobody knows the place."""
        card = self._stores.outbox.card_at(chat_id, message_id)
        if card is None:
            return []
        own, other = self._stores.submissions.get(card.submission), self._stores.submissions.crosspost(card.submission)
        return [found for found in (own, other) if found is not None and found.unlocated]

    def record(
        self,
        chat_id: int,
        messages: Sequence[int],
        appearance: Appearance | None,
        *,
        link: str,
        at: datetime,
        channel: ChannelName = "first",
    ) -> None:
        """Keep a post, or what an edited one looks like now; ``appearance`` None where it could not be read."""
        with writing(self._stores.db):
            self._posts.record_post(chat_id, messages[0], at=at, link=link, messages=messages, channel=channel)
            if appearance is not None:
                self._stores.reposts.remember(SightingRef.post(chat_id, messages[0], link), appearance, at=at)

    def edited_by_hand(self, chat_id: int, message_id: int) -> None:
        """Somebody has worded the caption of an album: nothing is added to it any more."""
        post = self._posts.find(chat_id, message_id)
        if post is not None and post.submission is not None:
            self._posts.mark_why(post.submission, post.channel)

    def lang_of(self, channel: ChannelName) -> Lang:
        """The language of a channel; of one that is there no more the first one's."""
        return post_style(self._stores, channel).lang

    def public(self, number: int, channel: ChannelName | None = None) -> Submission | None:
        """A submission that readers of a channel, by default of its own, can see; None for any other, so that nobody
        reads the queue by numbers.
        """
        try:
            found = self._stores.submissions.placed(number, channel)
        except SubmissionNotFound:
            return None
        return found if found.state in ("publishing", "published") else None
