"""From a decision to one post: the states around the call to Telegram, and what readers make of it.

``publishing`` is written before Telegram is called. Whatever happens then, a submission leaves that state by
what is known: ``published``, back to ``approved`` where Telegram certainly refused, and by a person's word
where nobody knows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from memebot.database import Database, Store, iso, maybe_iso, upsert, writing
from moderation.audit import BOT
from moderation.community import Community
from moderation.errors import AlreadyDecided
from moderation.model import ChannelName, Post, Submission
from moderation.people import People
from moderation.queue.outbox import Outbox
from moderation.queue.submissions import OF_POSTS, OPEN, POSTED_COLUMNS, Submissions, json_text, submission_of

_POST = "p.chat_id, p.message_id, p.submission, p.messages, p.link, p.at, p.reactions, p.counts, p.channel"

TOGETHER, TOGETHER_AFTER = timedelta(hours=1), timedelta(minutes=2)
"""Of two posts that are nearer to each other in time the author hears at once, so long after the second one's slot."""
ABOUT = timedelta(days=1)
"""A post of the channel that is so much older or younger is not the one that was lost: the picture came twice."""


class Posts(Store):
    """Posting submissions, and the posts in the channel, also those that admins made by hand."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self._submissions, self._outbox = Submissions(db), Outbox(db)
        self._community, self._people = Community(db), People(db)

    # --- the call to Telegram

    def due(self, *, now: datetime, limit: int = 10, channel: ChannelName = "first") -> list[Submission]:
        """What is to be posted in a channel now, in order; never while its decision can be undone."""
        return self._submissions.select_placed(
            f"{OPEN} and {{t}}.state = 'approved' and {{t}}.slot <= ?1 and s.undo_until <= ?1 and {{t}}.channel = ?3",
            iso(now),
            limit,
            channel,
            rest="order by slot, id limit ?2",
        )

    def begin_publishing(
        self, number: int, version: int, *, now: datetime, channel: ChannelName | None = None
    ) -> Submission:
        """Before Telegram is called. Raises ``AlreadyDecided`` or ``Stale``: then nothing may be sent.

        ``channel``: the one that is posted in, here and in all that follows; by default the submission's own.
        """
        with writing(self.db):
            old = self._submissions.expect(number, "approved", version=version, channel=channel)
            begun = {"fate": "sending", "publish_error": None}
            new = self._submissions.update(old, "begin", BOT, now, begun, to="publishing")
            return self._submissions.placed(number, new.channel)

    def mark_published(
        self,
        number: int,
        *,
        chat_id: int,
        message_ids: Sequence[int],
        link: str | None,
        now: datetime,
        channel: ChannelName | None = None,
    ) -> Submission:
        """Telegram has taken it: these are its messages. Raises ``AlreadyDecided``."""
        with writing(self.db):
            old = self._submissions.expect(number, "publishing", channel=channel)
            return self._posted(old, "published", BOT, now, chat_id, message_ids, link)

    def _posted(
        self,
        old: Submission,
        action: str,
        by: int,
        now: datetime,
        chat_id: int | None,
        message_ids: Sequence[int],
        link: str | None,
    ) -> Submission:
        if chat_id is not None and message_ids:
            self._put_post(chat_id, message_ids, old, link, now)
        new = self._submissions.update(
            old, action, by, now, {"fate": None}, to="published", details={"messages": list(message_ids)}
        )
        self._tell_author(new, now)
        return new

    def _tell_author(self, posted: Submission, now: datetime) -> None:
        """The author hears once, of both posts together where the other one comes soon."""
        self._outbox.cancel(posted, now, "approved")
        other = self._submissions.crosspost(posted.id) if not posted.crosspost else self._submissions.get(posted.id)
        due = now
        if other is not None and other.state in ("approved", "publishing") and other.slot is not None:
            due = other.slot + TOGETHER_AFTER if other.slot - now < TOGETHER else now
        if other is not None and other.state == "published":
            self._outbox.hasten(posted, "published", now)
        self._outbox.notify(posted, "published", max(due, now), data={"link": posted.link})

    def mark_refused(
        self,
        number: int,
        why: str,
        *,
        now: datetime,
        retry_at: datetime | None = None,
        channel: ChannelName | None = None,
    ) -> Submission:
        """Telegram has certainly not taken it: approved again, with the reason, until somebody plans it anew.

        ``retry_at``: planned for then. Raises ``AlreadyDecided``.
        """
        with writing(self.db):
            old = self._submissions.expect(number, "publishing", channel=channel)
            details = {"why": why, "retry_at": maybe_iso(retry_at)}
            columns = {"fate": None, "slot": maybe_iso(retry_at), "publish_error": why}
            return self._submissions.update(old, "refused", BOT, now, columns, to="approved", details=details)

    def mark_unknown(
        self, number: int, *, now: datetime, why: str = "", channel: ChannelName | None = None
    ) -> Submission:
        """Nobody knows whether Telegram has taken it: somebody must look. Raises ``AlreadyDecided``."""
        with writing(self.db):
            old = self._submissions.expect(number, "publishing", channel=channel)
            if old.fate == "unknown":
                return old
            columns = {"fate": "unknown", "publish_error": why or None}
            return self._submissions.update(old, "unknown", BOT, now, columns, details={"why": why})

    def mark_all_unknown(self, *, now: datetime, channel: ChannelName = "first") -> list[Submission]:
        """At start: what was being sent to a channel when the last run ended."""
        cut_off = self._submissions.select_placed(
            f"{OPEN} and {{t}}.state = 'publishing' and {{t}}.fate = 'sending' and {{t}}.channel = ?1",
            channel,
            rest="order by id",
        )
        return [self.mark_unknown(one.id, now=now, why="stopped", channel=channel) for one in cut_off]

    def unresolved(self) -> list[Submission]:
        """What waits for somebody to say whether it is in its channel."""
        return self._submissions.select_placed(
            f"{OPEN} and {{t}}.state = 'publishing' and {{t}}.fate = 'unknown'", rest="order by slot, id"
        )

    def resolve(
        self,
        number: int,
        *,
        there: bool,
        by: int,
        now: datetime,
        chat_id: int | None = None,
        message_ids: Sequence[int] = (),
        link: str | None = None,
        channel: ChannelName | None = None,
    ) -> Submission:
        """Somebody looked: it is there, or it is not and goes out once more, now.

        Where the messages are not known, its reactions cannot be counted. Raises ``AlreadyDecided``, also
        while it is being sent.
        """
        with writing(self.db):
            old = self._submissions.expect(number, "publishing", channel=channel)
            if old.fate != "unknown":
                raise AlreadyDecided(old)
            if there:
                return self._posted(old, "there", by, now, chat_id, message_ids, link)
            columns = {"fate": None, "slot": iso(now), "publish_error": None}
            return self._submissions.update(old, "not_there", by, now, columns, to="approved")

    def locate(
        self,
        number: int,
        *,
        chat_id: int,
        message_ids: Sequence[int],
        link: str | None,
        now: datetime,
        by: int = BOT,
        channel: ChannelName | None = None,
    ) -> Submission:
        """Where a published submission is of which that was not known. Raises ``AlreadyDecided``."""
        with writing(self.db):
            old = self._submissions.expect(number, "published", channel=channel)
            if old.published_messages:
                return old
            self._put_post(chat_id, message_ids, old, link, now)
            return self._submissions.update(old, "located", by, now, details={"messages": list(message_ids)})

    def find_unlocated(
        self, unique_ids: Sequence[str], at: datetime, channel: ChannelName = "first"
    ) -> Submission | None:
        """What was posted in a channel ``at`` that time, about, with one of these media, and nobody knows where yet.

        A suggested post may have a later time of its own.
        """
        lost = self._submissions.select_placed(
            "({t}.state = 'published' or ({t}.state = 'publishing' and {t}.fate = 'unknown'))"
            " and p.submission is null and {t}.channel = ?1",
            channel,
            rest="order by decided_at desc limit 100",
        )
        wanted = set(unique_ids)
        same = (s for s in lost if wanted & {medium.unique_id for medium in s.media})
        return next((s for s in same if s.origin == "suggested_post" or abs(at - _posted_at(s)) < ABOUT), None)

    # --- posts

    def record_post(
        self,
        chat_id: int,
        message_id: int,
        *,
        at: datetime,
        link: str | None = None,
        messages: Sequence[int] | None = None,
        channel: ChannelName = "first",
    ) -> bool:
        """Keep a post that an admin made by hand, an album as all its messages; whether it is new."""
        with writing(self.db):
            if self.find(chat_id, message_id) is not None:
                return False
            self._put_post(chat_id, messages or [message_id], None, link, at, channel)
        return True

    def _put_post(
        self,
        chat_id: int,
        message_ids: Sequence[int],
        of: Submission | None,
        link: str | None,
        at: datetime,
        channel: ChannelName = "first",
    ) -> None:
        """``of``: the submission as it stands in the channel; None where an admin posted it in ``channel`` by hand."""
        why = of is None or of.explained or of.origin != "bot"
        number, where = (None, channel) if of is None else (of.id, of.channel)
        self.change(
            "insert into posts (chat_id, message_id, submission, messages, link, at, why, channel)"
            " values (?, ?, ?, ?, ?, ?, ?, ?)"
            " on conflict (chat_id, message_id) do update set submission = excluded.submission,"
            " messages = excluded.messages, link = excluded.link, why = excluded.why, channel = excluded.channel"
            " where posts.submission is null",
            [chat_id, message_ids[0], number, json.dumps(list(message_ids)), link, iso(at), int(why), where],
        )

    def without_why(self, limit: int = 20, channel: ChannelName = "first") -> list[Submission]:
        """Posts of a channel that can be explained by now and do not offer that to their readers, the oldest first."""
        return self._submissions.select_placed(
            "s.id in (select submission from posts where why = 0) and p.why = 0"
            " and s.verdict <> 'unknown' and s.explanation is not null and {t}.channel = ?1",
            channel,
            limit,
            rest="order by id limit ?2",
        )

    def mark_why(self, number: int, channel: ChannelName = "first") -> None:
        """The post offers its explanation, or is left as it is."""
        self.change("update posts set why = 1 where submission = ? and channel = ?", [number, channel])

    def find(self, chat_id: int, message_id: int) -> Post | None:
        """The post that a message of the channel is, or is a part of."""
        row = self.row(
            f"select {_POST} from posts p where chat_id = ?1 and message_id between ?2 - 20 and ?2"
            " and ?2 in (select cast(value as bigint) from json_each(messages))",
            [chat_id, message_id],
        )
        return None if row is None else _post(row)

    # --- what readers make of it

    def record_reactions(self, chat_id: int, message_id: int, counts: Mapping[str, int], *, at: datetime) -> list[int]:
        """Keep how many reactions a post has by now; milestones that it has reached with them.

        Counts that are older than those known only complete the growth. The author hears of the highest
        milestone that is new, unless they do not want that. Posts that are not known are passed over.
        """
        total = sum(counts.values())
        with writing(self.db):
            post = self.find(chat_id, message_id)
            if post is None:
                return []
            key = [post.chat_id, post.message_id]
            newest = self.value("select max(at) from growth where chat_id = ? and message_id = ?", key)
            self.change(
                upsert("growth", "chat_id, message_id, at", "reactions, counts"),
                [*key, iso(at), total, json_text(dict(counts))],
            )
            if newest is not None and newest > iso(at):
                return []
            self.change(
                "update posts set reactions = ?, counts = ? where chat_id = ? and message_id = ?",
                [total, json_text(dict(counts)), *key],
            )
            return self._milestones(post, total, at)

    def _milestones(self, post: Post, total: int, now: datetime) -> list[int]:
        if post.submission is None:
            return []
        highest = self.value(
            "select max(cast(about as bigint)) from notices where submission = ? and kind = 'milestone'",
            [post.submission],
        )
        reached = [m for m in self._community.get("milestones") if (highest or 0) < m <= total]
        submission = self._submissions.get(post.submission)
        if not reached or submission.author_id is None or not self._people.wants_milestones(submission.author_id):
            return []
        count = reached[-1]
        data = {"count": count, "link": post.link}
        self._outbox.notify(submission, "milestone", now, data=data, about=str(count))
        return reached

    def top(
        self, since: datetime, until: datetime, *, limit: int = 10, channel: ChannelName | None = None
    ) -> list[tuple[Post, Submission | None]]:
        """Posts of that time with the most reactions, the older first where they are equal; in all channels, or one."""
        return self._with_submissions(
            "p.at >= ?1 and p.at < ?2 and p.reactions > 0 and (p.channel = ?4 or ?4 is null)"
            " order by p.reactions desc, p.at limit ?3",
            [iso(since), iso(until), limit, channel],
        )

    def between(
        self, since: datetime, until: datetime, *, limit: int = 200, channel: ChannelName = "first"
    ) -> list[tuple[Post, Submission | None]]:
        """Posts of that time in a channel, the oldest first."""
        return self._with_submissions(
            "p.at >= ? and p.at < ? and p.channel = ? order by p.at, p.message_id limit ?",
            [iso(since), iso(until), channel, limit],
        )

    def _with_submissions(self, rest: str, parameters: Sequence[object]) -> list[tuple[Post, Submission | None]]:
        rows = self.rows(
            f"select {_POST}, {POSTED_COLUMNS} from posts p {OF_POSTS} where {rest}",
            parameters,
        )
        of_post = len(Post.__dataclass_fields__)
        return [(_post(row[:of_post]), submission_of(row[of_post:]) if row[of_post] else None) for row in rows]


def _posted_at(submission: Submission) -> datetime:
    """When it came out, about."""
    return submission.slot or submission.decided_at or submission.submitted_at


def _post(row: Sequence[Any]) -> Post:
    facts = dict(zip(Post.__dataclass_fields__, row, strict=True))
    messages, counts = json.loads(facts["messages"]), json.loads(facts["counts"])
    return Post(**facts | {"messages": tuple(messages), "at": datetime.fromisoformat(facts["at"]), "counts": counts})
