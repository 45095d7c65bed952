"""What people outside see of a submission: cards in the moderators' chat, and notices to authors."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from memebot.database import AMONG_TEXTS, Database, Store, iso, maybe_iso, writing
from moderation.model import Card, Notice, NoticeKind, Submission
from moderation.queue.submissions import COLUMNS, THEIR_POSTS, Submissions, json_text, submission_of

_CARD = "chat_id, message_id, thread, submission, version, kind"
_NOTICES = (
    f"select n.id, n.kind, n.data, n.due_at, {COLUMNS} from notices n join submissions s on s.id = n.submission"
    f" {THEIR_POSTS}"
)


class Outbox(Store):
    """Cards and notices. Notices are written in the transaction of the change that they tell of."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self._submissions = Submissions(db)

    # --- cards

    def put_card(
        self, number: int, chat_id: int, message_id: int, *, version: int, thread: int | None = None, kind: str = "card"
    ) -> None:
        """This message shows the submission at that version; again: in place of what was known of it."""
        self.change(
            f"insert into cards ({_CARD}, stale)"
            " select ?1, ?2, ?3, id, ?4, ?5, case when ?4 < version then 1 else 0 end from submissions"
            " where id = ?6 on conflict (chat_id, message_id) do update set thread = excluded.thread,"
            " submission = excluded.submission, version = excluded.version, kind = excluded.kind,"
            " stale = excluded.stale",
            [chat_id, message_id, thread, version, kind, number],
        )

    def cards(self, number: int) -> list[Card]:
        """All cards of a submission."""
        rows = self.rows(f"select {_CARD} from cards where submission = ? order by chat_id, message_id", [number])
        return [Card(*row) for row in rows]

    def card_at(self, chat_id: int, message_id: int) -> Card | None:
        """The card that a message is, if it is one."""
        row = self.row(f"select {_CARD} from cards where chat_id = ? and message_id = ?", [chat_id, message_id])
        return None if row is None else Card(*row)

    def stale_cards(self, limit: int = 50) -> list[Card]:
        """Cards that show an older version than there is, those of the last changes first."""
        rows = self.rows(
            f"select {_CARD} from cards where stale = 1 order by submission desc, chat_id, message_id limit ?", [limit]
        )
        return [Card(*row) for row in rows]

    def mark_card_shown(self, chat_id: int, message_id: int, version: int) -> None:
        """The message shows this version now."""
        self.change(
            "update cards set version = ?1,"
            " stale = (select case when ?1 < s.version then 1 else 0 end from submissions s where s.id = submission)"
            " where chat_id = ?2 and message_id = ?3 and version < ?1",
            [version, chat_id, message_id],
        )

    def drop_card(self, chat_id: int, message_id: int) -> None:
        """The message is gone, or cannot be changed any more."""
        self.change("delete from cards where chat_id = ? and message_id = ?", [chat_id, message_id])

    def drop_cards(self, chat_id: int) -> int:
        """Nothing in this chat can be reached any more; how many cards that were."""
        return self.change("delete from cards where chat_id = ?", [chat_id])

    def demote_cards(self, number: int) -> None:
        """The submission gets a new card where the team meets; what showed it there stays, and stays true."""
        self.change("update cards set kind = 'copy' where submission = ? and kind = 'card'", [number])

    def without_card(self, limit: int = 20) -> list[Submission]:
        """What waits for a decision and is shown nowhere, the oldest first."""
        return self._submissions.select(
            "where s.id in (select submission from unshown order by submission limit ?) order by submitted_at, s.id",
            limit,
        )

    # --- notices, written inside the transaction that is open

    def notify(
        self,
        submission: Submission,
        kind: NoticeKind,
        due_at: datetime,
        *,
        data: Mapping[str, Any] | None = None,
        about: str = "",
    ) -> None:
        """Tell the author of this change, once, at that time; nobody is told who was forgotten."""
        if submission.author_id is None:
            return
        self.change(
            "insert into notices (submission, version, kind, about, data, due_at, state, changed_at)"
            " values (?, ?, ?, ?, ?, ?, 'waiting', ?) on conflict do nothing",
            [submission.id, submission.version, kind, about, json_text(data or {}), iso(due_at), iso(due_at)],
        )

    def cancel(self, submission: Submission, now: datetime, *kinds: NoticeKind) -> None:
        """Do not tell what nobody has begun to tell."""
        self.change(
            "update notices set state = 'cancelled', changed_at = ? where submission = ? and state = 'waiting'"
            f" and kind in {AMONG_TEXTS}",
            [iso(now), submission.id, json.dumps(kinds)],
        )

    def hasten(self, submission: Submission, kind: NoticeKind, now: datetime) -> None:
        """Tell now what was to be told later."""
        self.change(
            "update notices set due_at = ? where submission = ? and kind = ? and state = 'waiting' and due_at > ?",
            [iso(now), submission.id, kind, iso(now)],
        )

    def notice_begun(self, submission: Submission, *kinds: NoticeKind) -> bool:
        """Whether somebody has told the author this of the present verdict, or has begun to."""
        return bool(
            self.value(
                "select count(*) from notices where submission = ? and state not in ('waiting', 'cancelled')"
                f" and kind in {AMONG_TEXTS} and due_at >= ?",
                [submission.id, json.dumps(kinds), maybe_iso(submission.undo_until) or ""],
            )
        )

    def question_lost(self, number: int) -> bool:
        """Whether the last question to the author could not be told."""
        last = "select state from notices where submission = ? and kind = 'asked' order by id desc limit 1"
        return bool(self.value(last, [number]) == "failed")

    # --- notices, sent

    def due_notices(self, *, now: datetime, limit: int = 50) -> list[Notice]:
        """What is to be told by now, the longest due first."""
        rows = self.rows(
            f"{_NOTICES} where n.state = 'waiting' and n.due_at <= ? order by n.due_at, n.id limit ?", [iso(now), limit]
        )
        return [_notice(row) for row in rows]

    def claim_notice(self, notice: int, *, now: datetime) -> bool:
        """Whether the caller is the one to tell: true once, for whoever asks first."""
        return self._move_notice(notice, "waiting", "claimed", now)

    def unclaim_notices(self, *, now: datetime) -> None:
        """The process that was telling has ended: what Telegram was not heard to have told is told anew."""
        self.change("update notices set state = 'waiting', changed_at = ? where state = 'claimed'", [iso(now)])

    def mark_notice_sent(self, notice: int, *, now: datetime) -> None:
        """The author was told."""
        self._move_notice(notice, "claimed", "sent", now)

    def mark_notice_failed(self, notice: int, *, now: datetime, retry_at: datetime | None = None) -> None:
        """The author was certainly not told: never will be, or is to be told later."""
        with writing(self.db):
            if retry_at is not None:
                self.change("update notices set due_at = ? where id = ? and state = 'claimed'", [iso(retry_at), notice])
            self._move_notice(notice, "claimed", "failed" if retry_at is None else "waiting", now)

    def _move_notice(self, notice: int, old: str, new: str, now: datetime) -> bool:
        done = self.change(
            "update notices set state = ?, changed_at = ? where id = ? and state = ?", [new, iso(now), notice, old]
        )
        return done == 1


def _notice(row: Sequence[Any]) -> Notice:
    number, kind, data, due_at, *facts = row
    return Notice(number, kind, json.loads(data), datetime.fromisoformat(due_at), submission_of(facts))
