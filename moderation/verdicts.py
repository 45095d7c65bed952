"""From a draft to a verdict: submitting, claiming, approving, rejecting, undoing, asking."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Literal

from sqlite_utils import Database

from memebot.database import iso, writing
from moderation import audit, schedule
from moderation.audit import COMMAND_LINE
from moderation.errors import (
    AlreadyVoted,
    BadCaption,
    BadPost,
    Claimed,
    NoFreeSlot,
    NotYours,
    OwnSubmission,
    ReasonNotFound,
    SlotPassed,
    TooClose,
    TooLate,
)
from moderation.model import MAX_ALBUM, MAX_CAPTION, MediaSummary, Submission, SubmissionDraft
from moderation.outbox import Outbox
from moderation.people import People
from moderation.rules import DAY, left_today

NO_VERDICT: Mapping[str, object] = {
    "slot": None,
    "decided_by": None,
    "decided_at": None,
    "reason_key": None,
    "reason_text": "",
    "silent": 0,
    "undo_until": None,
    "publish_error": None,
}
NO_CLAIM: Mapping[str, object] = {"claimed_by": None, "claimed_until": None}


@dataclass(frozen=True, slots=True)
class Decision:
    """What came of an admin's press: a verdict, or one approval of several."""

    submission: Submission
    outcome: Literal["approved", "rejected", "counted"]
    have: int
    need: int


@dataclass(frozen=True, slots=True)
class Remark:
    """One line between the admins and the author. ``by`` None: an author who was forgotten."""

    at: datetime
    by: int | None
    text: str


class Verdicts(Outbox):
    """The part of the queue before the channel."""

    def __init__(self, db: Database) -> None:
        """Raises ``DatabaseTooNew`` and ``DatabaseBusy``."""
        super().__init__(db)
        self._people = People(db)

    # --- authors

    def check_author(self, author_id: int, *, now: datetime) -> int:
        """How many submissions are left to this author today. Raises ``Banned`` or ``DailyLimit``."""
        times = self.rows(
            "select submitted_at from submissions where author_id = ? and submitted_at > ?",
            [author_id, iso(now - DAY)],
        )
        return left_today(
            self._people.banned(author_id, now=now),
            [datetime.fromisoformat(at) for (at,) in times],
            limit=int(self.community.get("daily_limit")),
            now=now,
        )

    def submit(self, draft: SubmissionDraft, *, now: datetime, notify: bool = False) -> Submission:
        """Put a draft into the queue; the same key again gives the submission that it made.

        ``notify`` writes a notice, for authors whom nobody answers on the spot. Raises ``Banned``,
        ``DailyLimit``, ``BadCaption``, ``BadPost``, or ``NotYours`` for a key that somebody else has used.
        """
        with writing(self.db):
            known = self.by_key(draft.key)
            if known is not None:
                if known.author_id not in (draft.author_id, None):
                    raise NotYours(known.id)
                return known
            self.check_author(draft.author_id, now=now)
            _check_caption(draft.caption)
            _check_media(draft)
            return self._insert(draft, now, notify)

    def _insert(self, draft: SubmissionDraft, now: datetime, notify: bool) -> Submission:
        row = {
            "key": draft.key,
            "author_id": draft.author_id,
            "author_name": draft.author_name,
            "credit": draft.credit,
            "lang": draft.lang,
            "origin": draft.origin,
            "origin_chat": draft.origin_chat,
            "origin_message": draft.origin_message,
            "media": json.dumps([asdict(medium) for medium in draft.media]),
            "caption": draft.caption,
            "caption_entities": _dump(list(draft.caption_entities)),
            **_reading(draft.reading),
            "state": "pending",
            "version": 1,
            "submitted_at": iso(now),
        }
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        number = self.value(f"insert into submissions ({names}) values ({marks}) returning id", list(row.values()))
        audit.record(
            self,
            "submit",
            draft.author_id,
            now,
            submission=number,
            version=1,
            before=None,
            after="pending",
            details={"media": len(draft.media), "origin": draft.origin},
        )
        submission = self.get(number)
        if notify:
            self.notify(submission, "submitted", now)
        return submission

    def withdraw(self, number: int, author_id: int, *, now: datetime) -> Submission:
        """The author takes it back while it waits. Raises ``NotYours`` or ``AlreadyDecided``."""
        with writing(self.db):
            if self.get(number).author_id != author_id:
                raise NotYours(number)
            submission = self.expect(number, "pending")
            submission = self.step(submission, "withdraw", author_id, now, NO_CLAIM, to="withdrawn")
            self.cancel(submission, now, "submitted", "asked")
        return submission

    def set_reading(self, number: int, reading: MediaSummary, *, now: datetime, by: int = 0) -> Submission:
        """Keep what the bot makes of the media, found out after the submission came in."""
        with writing(self.db):
            return self.step(self.get(number), "read", by, now, _reading(reading))

    def edit_caption(
        self,
        number: int,
        caption: str,
        entities: Sequence[Mapping[str, Any]] = (),
        *,
        by: int,
        now: datetime,
        version: int | None = None,
    ) -> Submission:
        """Change the caption of what is not published yet.

        Raises ``BadCaption``, ``Claimed``, ``AlreadyDecided`` or ``Stale``.
        """
        _check_caption(caption)
        with writing(self.db):
            old = self.expect(number, "pending", "approved", version=version)
            self._free_for(old, by, now)
            if (old.caption, list(old.caption_entities)) == (caption, list(entities)):
                return old
            columns = {"caption": caption, "caption_entities": _dump(list(entities))}
            return self.step(old, "edit", by, now, columns, details={"length": len(caption)})

    # --- claims

    def claim(
        self, number: int, by: int, *, now: datetime, minutes: int | None = None, force: bool = False
    ) -> Submission:
        """Keep other admins away while one is writing; again by the same admin: longer.

        ``force`` takes another's claim over. Raises ``Claimed`` or ``AlreadyDecided``.
        """
        with writing(self.db):
            submission = self.expect(number, "pending")
            if not force:
                self._free_for(submission, by, now)
            minutes = minutes or int(self.community.get("claim_minutes"))
            until = iso(now + timedelta(minutes=minutes))
            claimed = {"claimed_by": by, "claimed_until": until}
            return self.step(submission, "claim", by, now, claimed, details={"until": until})

    def release(self, number: int, by: int, *, now: datetime) -> Submission:
        """End a claim of one's own; nothing happens where there is none."""
        with writing(self.db):
            submission = self.get(number)
            if submission.claimed_by != by or submission.state != "pending":
                return submission
            return self.step(submission, "release", by, now, NO_CLAIM)

    def _free_for(self, submission: Submission, by: int, now: datetime) -> None:
        holder = submission.claim(now)
        if holder not in (None, by) and by != COMMAND_LINE and submission.claimed_until is not None:
            raise Claimed(submission, int(holder or 0), submission.claimed_until)

    # --- verdicts

    def approve(
        self,
        number: int,
        by: int,
        *,
        when: Literal["now", "next"] | datetime,
        now: datetime,
        version: int | None = None,
        final: bool = False,
        close_ok: bool = False,
    ) -> Decision:
        """One admin's approval; the last one needed makes the verdict, with its slot.

        ``now``: as soon as the time to undo is over. ``next``: the next free slot. A moment: then, if it keeps
        the gap to other posts or ``close_ok``. ``final``: no other approvals are needed. Raises
        ``AlreadyDecided``, ``Stale``, ``Claimed``, ``AlreadyVoted``, ``OwnSubmission``, ``SlotPassed``,
        ``TooClose`` or ``NoFreeSlot``, and then nothing has changed.
        """
        with writing(self.db):
            old = self.expect(number, "pending", version=version)
            self._free_for(old, by, now)
            self._may_approve(old, by)
            undo_until = now + self.community.undo_time
            slot = self._slot(when, undo_until, now, close_ok)
            have, need = len(old.approvals) + 1, 1 if final else int(self.community.get("approvals"))
            self.change("insert into approvals values (?, ?, ?)", [number, by, iso(now)])
            if have < need:
                counted = self.step(old, "vote", by, now, NO_CLAIM, details={"have": have, "need": need})
                return Decision(counted, "counted", have, need)
            told = {"slot": iso(slot), "when": when if isinstance(when, str) else "then"}
            verdict = {"slot": iso(slot), "decided_by": by, "decided_at": iso(now), "undo_until": iso(undo_until)}
            new = self.step(old, "approve", by, now, {**verdict, **NO_CLAIM}, to="approved", details=told)
            if when != "now":
                self.notify(new, "approved", undo_until)
        return Decision(new, "approved", have, need)

    def _may_approve(self, submission: Submission, by: int) -> None:
        if by == submission.author_id and not self.community.get("own_approval"):
            raise OwnSubmission(submission)
        if by in submission.approvals:
            raise AlreadyVoted(submission, by)

    def reject(
        self,
        number: int,
        by: int,
        *,
        now: datetime,
        reason_key: str | None = None,
        reason_text: str = "",
        silent: bool = False,
        version: int | None = None,
    ) -> Decision:
        """Reject with a canned reason, a reason in words, or none; ``silent`` tells the author nothing.

        Raises ``AlreadyDecided``, ``Stale``, ``Claimed`` or ``ReasonNotFound``, and then nothing has changed.
        """
        with writing(self.db):
            old = self.expect(number, "pending", version=version)
            self._free_for(old, by, now)
            if reason_key is not None and self.community.reason(reason_key) is None:
                raise ReasonNotFound(reason_key, [reason.key for reason in self.community.reasons()])
            undo_until = now + self.community.undo_time
            details = {"reason": reason_key, "in_words": bool(reason_text), "silent": silent}
            verdict = {
                "decided_by": by,
                "decided_at": iso(now),
                "undo_until": iso(undo_until),
                "reason_key": reason_key,
                "reason_text": reason_text,
                "silent": int(silent),
            }
            new = self.step(old, "reject", by, now, {**verdict, **NO_CLAIM}, to="rejected", details=details)
            if not silent:
                self.notify(new, "rejected", undo_until)
        return Decision(new, "rejected", 1, 1)

    def undo(self, number: int, by: int, *, now: datetime) -> Submission:
        """Take a verdict back, within the time for that and before the author hears of it.

        Raises ``TooLate``, or ``AlreadyDecided`` where there is no verdict to take back.
        """
        with writing(self.db):
            old = self.expect(number, "approved", "rejected")
            if not old.can_undo(now) or self.told(old, "approved", "rejected"):
                raise TooLate(old)
            self.cancel(old, now, "approved", "rejected")
            self.change("delete from approvals where submission = ?", [number])
            undone = {"undone": old.state, "of": old.decided_by}
            return self.step(old, "undo", by, now, NO_VERDICT, to="pending", details=undone)

    # --- slots

    def _slot(
        self, when: Literal["now", "next"] | datetime, undo_until: datetime, now: datetime, close_ok: bool
    ) -> datetime:
        if when == "now":
            return undo_until
        if when == "next":
            found = self.free(undo_until, 1)
            if not found:
                raise NoFreeSlot
            return found[0]
        self.check_slot(when, now, close_ok=close_ok)
        return when

    def check_slot(self, slot: datetime, now: datetime, *, but: Sequence[int] = (), close_ok: bool = False) -> None:
        """Raises ``SlotPassed``, or ``TooClose`` to a post that is not one of ``but``."""
        if slot <= now:
            raise SlotPassed(slot)
        gap = self.community.gap
        other = schedule.nearest(slot, self.taken(slot, but=but), gap)
        if other is not None and not close_ok:
            raise TooClose(slot, other, gap)

    def free(self, now: datetime, count: int) -> list[datetime]:
        """The next slots that are free."""
        return list(islice(schedule.free(self.community.schedule(), now, self.taken(now), self.community.gap), count))

    def taken(self, since: datetime, *, but: Sequence[int] = ()) -> list[datetime]:
        """When posts are planned, and when there were posts less than the gap before ``since``."""
        planned = self.rows(
            "select slot from submissions where state in ('approved', 'publishing') and slot is not null"
            " and id not in (select value from json_each(?))",
            [json.dumps(list(but))],
        )
        posted = self.rows("select at from posts where at > ?", [iso(since - self.community.gap)])
        return [datetime.fromisoformat(row[0]) for row in (*planned, *posted)]

    # --- between admins and author

    def ask(self, number: int, by: int, text: str, *, now: datetime) -> Submission:
        """Ask the author something; they are told at once. Raises ``AlreadyDecided``."""
        with writing(self.db):
            submission = self.step(self.expect(number, "pending"), "ask", by, now)
            self._remark(number, by, text, now)
            self.notify(submission, "asked", now, data={"text": text})
        return submission

    def answer(self, number: int, author_id: int, text: str, *, now: datetime) -> Submission:
        """The author's answer, for the card. Raises ``NotYours`` or ``AlreadyDecided``."""
        with writing(self.db):
            if self.get(number).author_id != author_id:
                raise NotYours(number)
            submission = self.step(self.expect(number, "pending"), "answer", author_id, now)
            self._remark(number, author_id, text, now)
        return submission

    def _remark(self, number: int, by: int, text: str, now: datetime) -> None:
        self.change(
            "insert into remarks (submission, at, by, text) values (?, ?, ?, ?)", [number, iso(now), by, text.strip()]
        )

    def remarks(self, number: int) -> list[Remark]:
        """What admins and author wrote to each other, the oldest first."""
        rows = self.rows("select at, by, text from remarks where submission = ? order by id", [number])
        return [Remark(datetime.fromisoformat(at), by, text) for at, by, text in rows]


def caption_length(text: str) -> int:
    """As Telegram counts: UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def _check_caption(caption: str) -> None:
    length = caption_length(caption)
    if length > MAX_CAPTION:
        raise BadCaption(length, MAX_CAPTION)


def _check_media(draft: SubmissionDraft) -> None:
    """One post is one medium, or an album as Telegram makes them: photos and videos, or documents."""
    kinds = {medium.kind for medium in draft.media}
    if not 1 <= len(draft.media) <= MAX_ALBUM:
        raise BadPost(f"a post of {len(draft.media)} media; it holds 1 to {MAX_ALBUM}")
    if len(draft.media) > 1 and not (kinds <= {"photo", "video"} or kinds == {"document"}):
        raise BadPost("an album is photos and videos, or documents alone")


def _reading(reading: MediaSummary) -> dict[str, object]:
    return {
        "sha256": reading.sha256,
        "answer_id": reading.answer_id,
        "explanation": _dump(reading.explanation),
        "verdict": reading.verdict,
        "confidence": reading.confidence,
        "flags": _dump(list(reading.flags)),
        "sightings": _dump(reading.sightings),
    }


def _dump(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
