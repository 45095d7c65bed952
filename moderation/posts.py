"""From a verdict to one post: the plan, the states around the call to Telegram, and what readers make of it.

``publishing`` is written before Telegram is called. Whatever happens then, a submission leaves that state by
what is known: ``published``, back to ``approved`` where Telegram certainly refused, and by a person's word
where nobody knows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from memebot.database import iso, maybe_iso, writing
from moderation import schedule as slots
from moderation.audit import BOT
from moderation.errors import AlreadyDecided
from moderation.model import Submission
from moderation.submissions import COLUMNS, submission_of
from moderation.verdicts import NO_CLAIM, Verdicts

LATE = timedelta(minutes=10)
"""Posts that are later than this were missed: they are spread."""


@dataclass(frozen=True, slots=True)
class Post:
    """A post in the channel; ``submission`` None: an admin posted it by hand."""

    chat_id: int
    message_id: int
    submission: int | None
    messages: tuple[int, ...]
    link: str | None
    at: datetime
    reactions: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ReactionCount:
    """How many reactions a post had at a time."""

    at: datetime
    reactions: int


_POST = "p.chat_id, p.message_id, p.submission, p.messages, p.link, p.at, p.reactions, p.counts"


class Posts(Verdicts):
    """The part of the queue from the plan to the readers."""

    # --- the plan

    def planned(self, *, until: datetime | None = None, limit: int = 100) -> list[Submission]:
        """What will be posted, by time; without what is held back."""
        return self.select(
            "where state in ('approved', 'publishing') and slot is not null and (?1 is null or slot < ?1)"
            " order by slot, s.id limit ?2",
            maybe_iso(until),
            limit,
        )

    def held(self, limit: int = 100) -> list[Submission]:
        """What is approved and has no slot: nothing posts it until somebody gives it one."""
        return self.select("where state = 'approved' and slot is null order by decided_at, s.id limit ?", limit)

    def move(
        self,
        number: int,
        slot: datetime | None,
        *,
        by: int,
        now: datetime,
        close_ok: bool = False,
        version: int | None = None,
    ) -> Submission:
        """Plan an approved submission for another time, or hold it back.

        Raises ``AlreadyDecided``, ``Stale``, ``SlotPassed`` or ``TooClose``.
        """
        with writing(self.db):
            old = self.expect(number, "approved", version=version)
            if slot is not None:
                self.check_slot(slot, now, but=[number], close_ok=close_ok)
            return self._replan(old, slot, "move", by, now)

    def swap(self, one: int, other: int, *, by: int, now: datetime) -> tuple[Submission, Submission]:
        """Exchange the slots of two approved submissions. Raises ``AlreadyDecided``."""
        with writing(self.db):
            a, b = self.expect(one, "approved"), self.expect(other, "approved")
            return self._replan(a, b.slot, "swap", by, now), self._replan(b, a.slot, "swap", by, now)

    def _replan(self, old: Submission, slot: datetime | None, action: str, by: int, now: datetime) -> Submission:
        details = {"from": maybe_iso(old.slot), "to": maybe_iso(slot)}
        return self.step(old, action, by, now, {"slot": maybe_iso(slot), "publish_error": None}, details=details)

    def spread_overdue(self, *, now: datetime) -> list[Submission]:
        """Give new times to posts that were missed, as the community wants; those that moved."""
        with writing(self.db):
            late = self.select("where state = 'approved' and slot <= ? order by slot, s.id", iso(now - LATE))
            if not late:
                return []
            taken = self.taken(now, but=[submission.id for submission in late])
            schedule = self.community.schedule() if self.community.get("overdue") == "slots" else None
            times = slots.catch_up(len(late), now, taken, self.community.gap, schedule)
            return [self._replan(old, time, "spread", BOT, now) for old, time in zip(late, times, strict=True)]

    # --- the call to Telegram

    def due(self, *, now: datetime, limit: int = 10) -> list[Submission]:
        """What is to be posted now, in order; never while its verdict can be undone."""
        return self.select(
            "where state = 'approved' and slot <= ?1 and undo_until <= ?1 order by slot, s.id limit ?2",
            iso(now),
            limit,
        )

    def begin_publishing(self, number: int, version: int, *, now: datetime) -> Submission:
        """Before Telegram is called. Raises ``AlreadyDecided`` or ``Stale``: then nothing may be sent."""
        with writing(self.db):
            old = self.expect(number, "approved", version=version)
            return self.step(old, "begin", BOT, now, {"fate": "sending", "publish_error": None}, to="publishing")

    def published(
        self, number: int, *, chat_id: int, message_ids: Sequence[int], link: str | None, now: datetime
    ) -> Submission:
        """Telegram has taken it: these are its messages. Raises ``AlreadyDecided``."""
        with writing(self.db):
            return self._posted(self.expect(number, "publishing"), "published", BOT, now, chat_id, message_ids, link)

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
            self._put_post(chat_id, message_ids, old.id, link, now)
        new = self.step(old, action, by, now, {"fate": None}, to="published", details={"messages": list(message_ids)})
        self.cancel(new, now, "approved")
        self.notify(new, "published", now, data={"link": link})
        return new

    def not_published(self, number: int, why: str, *, now: datetime, retry_at: datetime | None = None) -> Submission:
        """Telegram has certainly not taken it: approved again, with the reason, until somebody plans it anew.

        ``retry_at``: planned for then. Raises ``AlreadyDecided``.
        """
        with writing(self.db):
            old = self.expect(number, "publishing")
            details = {"why": why, "retry_at": maybe_iso(retry_at)}
            columns = {"fate": None, "slot": maybe_iso(retry_at), "publish_error": why}
            return self.step(old, "refused", BOT, now, columns, to="approved", details=details)

    def unknown(self, number: int, *, now: datetime, why: str = "") -> Submission:
        """Nobody knows whether Telegram has taken it: somebody must look. Raises ``AlreadyDecided``."""
        with writing(self.db):
            old = self.expect(number, "publishing")
            if old.fate == "unknown":
                return old
            columns = {"fate": "unknown", "publish_error": why or None}
            return self.step(old, "unknown", BOT, now, columns, details={"why": why})

    def all_unknown(self, *, now: datetime) -> list[Submission]:
        """At start: what was being sent when the last run ended."""
        cut_off = self.select("where state = 'publishing' and fate = 'sending' order by s.id")
        return [self.unknown(submission.id, now=now, why="stopped") for submission in cut_off]

    def unresolved(self) -> list[Submission]:
        """What waits for somebody to say whether it is in the channel."""
        return self.select("where state = 'publishing' and fate = 'unknown' order by slot, s.id")

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
    ) -> Submission:
        """Somebody looked: it is there, or it is not and goes out once more, now.

        Where the messages are not known, its reactions cannot be counted. Raises ``AlreadyDecided``, also
        while it is being sent.
        """
        with writing(self.db):
            old = self.expect(number, "publishing")
            if old.fate != "unknown":
                raise AlreadyDecided(old)
            if there:
                return self._posted(old, "there", by, now, chat_id, message_ids, link)
            columns = {"fate": None, "slot": iso(now), "publish_error": None}
            return self.step(old, "not_there", by, now, columns, to="approved")

    def located(
        self, number: int, *, chat_id: int, message_ids: Sequence[int], link: str | None, now: datetime
    ) -> Submission:
        """Where a published submission is that Telegram itself has posted. Raises ``AlreadyDecided``."""
        with writing(self.db):
            old = self.expect(number, "published")
            if old.published_messages:
                return old
            self._put_post(chat_id, message_ids, number, link, now)
            return self.step(old, "located", BOT, now, details={"messages": list(message_ids)})

    def unlocated(self, unique_ids: Sequence[str]) -> Submission | None:
        """The suggested post of these media that Telegram has posted, nobody knows where yet."""
        published = self.select(
            "where state = 'published' and origin = 'suggested_post' and p.submission is null"
            " order by decided_at desc limit 100"
        )
        wanted = set(unique_ids)
        return next((s for s in published if wanted & {medium.unique_id for medium in s.media}), None)

    # --- posts

    def record_post(
        self,
        chat_id: int,
        message_id: int,
        *,
        at: datetime,
        link: str | None = None,
        messages: Sequence[int] | None = None,
    ) -> bool:
        """Keep a post that an admin made by hand, an album as all its messages; whether it is new."""
        with writing(self.db):
            if self.post(chat_id, message_id) is not None:
                return False
            self._put_post(chat_id, messages or [message_id], None, link, at)
        return True

    def _put_post(
        self, chat_id: int, message_ids: Sequence[int], submission: int | None, link: str | None, at: datetime
    ) -> None:
        self.change(
            "insert into posts (chat_id, message_id, submission, messages, link, at) values (?, ?, ?, ?, ?, ?)"
            " on conflict (chat_id, message_id) do update set submission = excluded.submission,"
            " messages = excluded.messages, link = excluded.link where posts.submission is null",
            [chat_id, message_ids[0], submission, json.dumps(list(message_ids)), link, iso(at)],
        )

    def post(self, chat_id: int, message_id: int) -> Post | None:
        """The post that a message of the channel is, or is a part of."""
        rows = self.rows(
            f"select {_POST} from posts p where chat_id = ?1 and message_id between ?2 - 20 and ?2"
            " and ?2 in (select value from json_each(messages))",
            [chat_id, message_id],
        )
        return _post(rows[0]) if rows else None

    # --- what readers make of it

    def record_reactions(self, chat_id: int, message_id: int, counts: Mapping[str, int], *, at: datetime) -> list[int]:
        """Keep how many reactions a post has by now; milestones that it has reached with them.

        Counts that are older than those known only complete the growth. The author is told of the highest
        milestone that is new, unless they do not want that. Posts that are not known are passed over.
        """
        total = sum(counts.values())
        with writing(self.db):
            post = self.post(chat_id, message_id)
            if post is None:
                return []
            key = [post.chat_id, post.message_id]
            newest = self.value("select max(at) from growth where chat_id = ? and message_id = ?", key)
            self.change("insert or replace into growth values (?, ?, ?, ?, ?)", [*key, iso(at), total, _dump(counts)])
            if newest is not None and newest > iso(at):
                return []
            self.change(
                "update posts set reactions = ?, counts = ? where chat_id = ? and message_id = ?",
                [total, _dump(counts), *key],
            )
            return self._milestones(post, total, at)

    def _milestones(self, post: Post, total: int, now: datetime) -> list[int]:
        if post.submission is None:
            return []
        told = self.value(
            "select max(cast(about as integer)) from notices where submission = ? and kind = 'milestone'",
            [post.submission],
        )
        reached = [m for m in self.community.get("milestones") if (told or 0) < m <= total]
        submission = self.get(post.submission)
        if not reached or submission.author_id is None or not self._people.wants_milestones(submission.author_id):
            return []
        count = reached[-1]
        self.notify(submission, "milestone", now, data={"count": count}, about=str(count))
        return reached

    def growth(self, post: Post) -> list[ReactionCount]:
        """How the reactions to a post grew."""
        rows = self.rows(
            "select at, reactions from growth where chat_id = ? and message_id = ? order by at",
            [post.chat_id, post.message_id],
        )
        return [ReactionCount(datetime.fromisoformat(at), reactions) for at, reactions in rows]

    def top(self, since: datetime, until: datetime, *, limit: int = 10) -> list[tuple[Post, Submission | None]]:
        """Posts of that time with the most reactions, the older first where they are equal."""
        rows = self.rows(
            f"select {_POST}, {COLUMNS} from posts p left join submissions s on s.id = p.submission where"
            " p.at >= ? and p.at < ? and p.reactions > 0 order by p.reactions desc, p.at limit ?",
            [iso(since), iso(until), limit],
        )
        return [(_post(row[:8]), submission_of(row[8:]) if row[8] is not None else None) for row in rows]

    # --- privacy

    def forget(self, author_id: int, *, now: datetime) -> int:
        """Delete who an author is, and what they sent that was not posted; how many submissions it concerned.

        What waits is withdrawn; what is approved or posted stays, without a name. A ban stays, so that it
        cannot be escaped like this.
        """
        with writing(self.db):
            own = self.find(author_id, limit=1_000_000)
            for submission in own:
                self._forget_one(submission, now)
            self.change(
                "update audit set actor = null where actor = ? and submission in (select value from json_each(?))",
                [author_id, json.dumps([submission.id for submission in own])],
            )
            for table in ("notes", "wishes"):
                self.change(f"delete from {table} where user_id = ?", [author_id])
        return len(own)

    def _forget_one(self, submission: Submission, now: datetime) -> None:
        if submission.state == "pending":
            submission = self.step(submission, "withdraw", None, now, NO_CLAIM, to="withdrawn")
        nobody: dict[str, object] = {
            "author_id": None,
            "author_name": "",
            "credit": "anonymous",
            "origin_chat": None,
            "origin_message": None,
            "key": f"forgotten-{submission.id}",
        }
        if submission.state in ("withdrawn", "rejected"):
            blank = [{"kind": medium.kind, "file_id": "", "unique_id": ""} for medium in submission.media]
            nobody |= {
                "caption": "",
                "caption_entities": "[]",
                "media": json.dumps(blank),
                "answer_id": None,
                "explanation": None,
                "sightings": None,
                "sha256": None,
            }
        self.change("delete from remarks where submission = ?", [submission.id])
        self.change(
            "update notices set state = 'cancelled', data = '{}' where submission = ? and state = 'waiting'",
            [submission.id],
        )
        self.step(submission, "forget", None, now, nobody)

    def about(self, author_id: int) -> dict[str, Any]:
        """Everything that is kept about an author, as JSON."""
        return {
            "submissions": [
                {**submission.to_json(), "remarks": [remark.text for remark in self.remarks(submission.id)]}
                for submission in self.find(author_id, limit=1_000_000)
            ],
            "note": self._people.note(author_id),
            "bans": [
                {"at": at, "until": until, "lifted_at": lifted}
                for at, until, lifted in self.rows(
                    "select at, until, lifted_at from bans where user_id = ? order by id", [author_id]
                )
            ],
            "milestones": self._people.wants_milestones(author_id),
            "roles": sorted(self._people.roles_of(author_id)),
        }


def _post(row: Sequence[Any]) -> Post:
    chat_id, message_id, submission, messages, link, at, reactions, counts = row
    return Post(
        chat_id,
        message_id,
        submission,
        tuple(json.loads(messages)),
        link,
        datetime.fromisoformat(at),
        reactions,
        json.loads(counts),
    )


def _dump(counts: Mapping[str, int]) -> str:
    return json.dumps(dict(counts), ensure_ascii=False)
