"""From a draft to a decision: submitting, claiming, approving, rejecting, undoing, asking."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Literal

from memebot.database import Database, Store, iso, writing
from moderation.audit import COMMAND_LINE, AuditLog, StateChange
from moderation.community import Community
from moderation.errors import (
    AlreadyVoted,
    BadCaption,
    BadPost,
    Claimed,
    NotYours,
    OwnSubmission,
    ReasonNotFound,
    TooLate,
)
from moderation.model import (
    MAX_ALBUM,
    MAX_CAPTION,
    ChannelName,
    Decision,
    MediaSummary,
    Remark,
    Submission,
    SubmissionDraft,
    channels_for,
)
from moderation.people import People
from moderation.queue.appeals import Appeals
from moderation.queue.crossposts import Crossposts
from moderation.queue.outbox import Outbox
from moderation.queue.slots import Slots
from moderation.queue.submissions import NO_CLAIM, NO_DECISION, Submissions, json_text
from moderation.rules import DAY, left_today


class ReviewQueue(Store):
    """What waits for a decision, from the author's draft on."""

    def __init__(self, db: Database, owners: frozenset[int] = frozenset()) -> None:
        """``owners``: those of the settings, who may decide on appeals too."""
        super().__init__(db)
        self._submissions, self._audit, self._community = Submissions(db), AuditLog(db), Community(db)
        self._outbox, self._slots, self._people = Outbox(db), Slots(db), People(db)
        self._appeals, self._crossposts = Appeals(db, owners), Crossposts(db)

    # --- authors

    def check_author(self, author_id: int, *, now: datetime) -> int:
        """How many submissions are left to this author today. Raises ``Banned`` or ``DailyLimit``."""
        times = self.rows(
            "select submitted_at from submissions where author_id = ? and submitted_at > ?", [author_id, iso(now - DAY)]
        )
        return left_today(
            self._people.banned(author_id, now=now),
            [datetime.fromisoformat(at) for (at,) in times],
            limit=int(self._community.get("daily_limit")),
            now=now,
        )

    def submit(self, draft: SubmissionDraft, *, now: datetime) -> Submission:
        """Put a draft into the queue; the same key again gives the submission that it made.

        Raises ``Banned``, ``DailyLimit``, ``BadCaption``, ``BadPost``, or ``NotYours`` for a key that somebody else
        has used.
        """
        with writing(self.db):
            earlier = self._submissions.by_key(draft.key)
            if earlier is not None:
                if earlier.author_id not in (draft.author_id, None):
                    raise NotYours(earlier.id)
                return earlier
            self.check_author(draft.author_id, now=now)
            _check_caption(draft.caption)
            _check_media(draft)
            return self._insert(draft, now)

    def _insert(self, draft: SubmissionDraft, now: datetime) -> Submission:
        drafted = asdict(draft)
        del drafted["reading"]
        row = {
            **drafted,
            "media": json.dumps(drafted["media"]),
            "caption_entities": json_text(drafted["caption_entities"]),
            **_reading(draft.reading),
            "state": "pending",
            "version": 1,
            "submitted_at": iso(now),
        }
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        number = self.value(f"insert into submissions ({names}) values ({marks}) returning id", list(row.values()))
        change = StateChange(number, 1, None, "pending")
        details = {"media": len(draft.media), "origin": draft.origin}
        self._audit.record("submit", draft.author_id, now, change=change, details=details)
        return self._submissions.get(number)

    def withdraw(self, number: int, author_id: int, *, now: datetime) -> Submission:
        """The author takes it back while it waits. Raises ``NotYours`` or ``AlreadyDecided``."""
        with writing(self.db):
            if self._submissions.get(number).author_id != author_id:
                raise NotYours(number)
            submission = self._submissions.expect(number, "pending")
            submission = self._submissions.update(submission, "withdraw", author_id, now, NO_CLAIM, to="withdrawn")
            self._outbox.cancel(submission, now, "submitted", "asked")
        return submission

    def set_reading(self, number: int, reading: MediaSummary, *, now: datetime, by: int = 0) -> Submission:
        """Keep what the bot makes of the media, found out after the submission came in."""
        with writing(self.db):
            return self._submissions.update(self._submissions.get(number), "read", by, now, _reading(reading))

    def edit_caption(
        self,
        number: int,
        caption: str,
        entities: Sequence[Mapping[str, Any]] = (),
        *,
        by: int,
        now: datetime,
        version: int | None = None,
        channel: ChannelName | None = None,
    ) -> Submission:
        """Change the caption of what is not published yet; ``channel``: for its readers alone.

        Raises ``BadCaption``, ``Claimed``, ``AlreadyDecided`` or ``Stale``.
        """
        _check_caption(caption)
        with writing(self.db):
            other = None if channel is None else self._submissions.crosspost(number)
            there = channel if other is not None and other.channel == channel else None
            old = self._submissions.expect(number, "pending", "approved", version=version, channel=there)
            self._free_for(old, by, now)
            if channel is not None:
                return self._crossposts.put_caption(old, channel, caption, entities, by=by, now=now)
            if (old.caption, list(old.caption_entities)) == (caption, list(entities)):
                return old
            columns = {"caption": caption, "caption_entities": json_text(list(entities))}
            return self._submissions.update(old, "edit", by, now, columns, details={"length": len(caption)})

    def edit_by_author(
        self, number: int, caption: str, entities: Sequence[Mapping[str, Any]], *, flags: Sequence[str], now: datetime
    ) -> Submission:
        """Its author words anew what waits: approvals so far were of other words. Raises as ``edit_caption`` does.

        Whoever is writing about it meanwhile goes on, and learns at the end that it has changed.
        """
        _check_caption(caption)
        with writing(self.db):
            old = self._submissions.expect(number, "pending")
            self.change("delete from approvals where submission = ?", [number])
            columns = {
                "caption": caption,
                "caption_entities": json_text(list(entities)),
                "flags": json_text(list(flags)),
            }
            return self._submissions.update(old, "edit", old.author_id, now, columns, details={"length": len(caption)})

    # --- claims

    def claim(self, number: int, by: int, *, now: datetime) -> Submission:
        """Keep other admins away while one is writing; again by the same admin: longer. A planned post comes out
        at its time all the same.

        Raises ``Claimed`` or ``AlreadyDecided``.
        """
        with writing(self.db):
            submission = self._submissions.expect(number, "pending", "approved")
            self._free_for(submission, by, now)
            until = iso(now + timedelta(minutes=self._community.get("claim_minutes")))
            claimed = {"claimed_by": by, "claimed_until": until}
            return self._submissions.update(submission, "claim", by, now, claimed, details={"until": until})

    def release(self, number: int, by: int, *, now: datetime) -> Submission:
        """End a claim of one's own; nothing happens where there is none."""
        with writing(self.db):
            submission = self._submissions.get(number)
            if submission.claimed_by != by or submission.state not in ("pending", "approved"):
                return submission
            return self._submissions.update(submission, "release", by, now, NO_CLAIM)

    def _free_for(self, submission: Submission, by: int, now: datetime) -> None:
        holder = submission.claimant(now)
        if holder not in (None, by) and by != COMMAND_LINE and submission.claimed_until is not None:
            raise Claimed(submission, int(holder or 0), submission.claimed_until)

    # --- decisions

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
        channels: Sequence[ChannelName] = ("first",),
    ) -> Decision:
        """One admin's approval; the last one needed makes the decision, with its slot.

        ``now``: as soon as the time to undo is over. ``next``: the next free slot. A moment: then, if it keeps
        the gap to other posts or ``close_ok``. ``final``: no other approvals are needed. ``channels``: where it is
        to be posted; where these are two, a moment is one of its own channel, and the other has its next free slot.
        Raises ``AlreadyDecided``, ``Stale``, ``Claimed``, ``AlreadyVoted``, ``OwnSubmission``, ``SameDecider``,
        ``SlotPassed``, ``TooClose`` or ``NoFreeSlot``, and then nothing has changed.
        """
        with writing(self.db):
            old = self._submissions.expect(number, "pending", version=version)
            self._free_for(old, by, now)
            need = 1 if final else self.approvals_needed(old)
            self._may_approve(old, by, need)
            undo_until = now + self._community.undo_time
            own, *others = channels_for(old, channels)
            slot = iso(self._slots.choose(when, undo_until, now, close_ok=close_ok, channel=own))
            have = len({*old.approvals, by})
            self.change("insert into approvals values (?, ?, ?) on conflict do nothing", [number, by, iso(now)])
            if have < need:
                counted = self._submissions.update(old, "vote", by, now, NO_CLAIM, details={"have": have, "need": need})
                return Decision(counted, "counted", have, need)
            details = {"slot": slot, "when": when if isinstance(when, str) else "then"}
            decision = _decision(by, now, undo_until, slot=slot, channel=own)
            for other in others:
                at = self._slots.choose("now" if when == "now" else "next", undo_until, now, channel=other)
                self._submissions.add_crosspost(number, other, at)
                details[f"slot_{other}"] = iso(at)
            new = self._submissions.update(old, "approve", by, now, decision, to="approved", details=details)
            if when != "now":
                self._outbox.notify(new, "approved", undo_until)
        return Decision(new, "approved", have, need)

    def approvals_needed(self, submission: Submission) -> int:
        """How many have to approve: of those who may decide on an appeal, all at most."""
        need, appeal = int(self._community.get("approvals")), self._appeals.deciders(submission)
        return need if appeal is None else min(need, max(1, len(appeal.others)))

    def _may_approve(self, submission: Submission, by: int, need: int) -> None:
        """Again by the same admin: only where the approvals suffice, as fewer are needed than before."""
        self._appeals.need_decider(submission, by)
        if by == submission.author_id and not self._community.get("own_approval"):
            raise OwnSubmission(submission)
        if by in submission.approvals and len(submission.approvals) < need:
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
        """Reject with a canned reason, a reason in words, or none.

        ``silent`` tells the author nothing; whoever has appealed hears at least that it stays so.

        What is approved and planned is rejected as well, once its approval can no longer be undone: the author hears
        the last word. Raises ``AlreadyDecided``, ``Stale``, ``Claimed``, ``SameDecider``, ``OwnSubmission`` or
        ``ReasonNotFound``, and then nothing has changed.
        """
        with writing(self.db):
            old = self._rejectable(number, version, now)
            self._free_for(old, by, now)
            self._appeals.need_decider(old, by)
            if reason_key is not None and self._community.reason(reason_key) is None:
                raise ReasonNotFound(reason_key, [reason.key for reason in self._community.reasons()])
            details = {"reason": reason_key, "in_words": bool(reason_text), "silent": silent}
            undo_until = now + self._community.undo_time
            reason = {"reason_key": reason_key, "reason_text": reason_text, "silent": int(silent)}
            decision = _decision(by, now, undo_until, slot=None, publish_error=None, **reason)
            self._submissions.drop_crosspost(number)
            self._outbox.cancel(old, now, "approved")
            new = self._submissions.update(old, "reject", by, now, decision, to="rejected", details=details)
            if not silent or self._appeals.of(number) is not None:
                self._outbox.notify(new, "rejected", undo_until)
        return Decision(new, "rejected", 1, 1)

    def _rejectable(self, number: int, version: int | None, now: datetime) -> Submission:
        """What may be rejected: what waits, and what is planned if it was seen so. Raises ``AlreadyDecided``."""
        found = self._submissions.get(number)
        if found.state == "approved" and version in (None, found.version) and not found.can_undo(now):
            return found
        return self._submissions.expect(number, "pending", version=version)

    def undo(self, number: int, by: int, *, now: datetime) -> Submission:
        """Take a decision back, within the time for that and before the author hears of it.

        Raises ``TooLate``, ``SameDecider`` or ``OwnSubmission`` where somebody else has decided on an appeal, or
        ``AlreadyDecided`` where there is no decision to take back.
        """
        with writing(self.db):
            old = self._submissions.expect(number, "approved", "rejected")
            self._appeals.need_decider(old, by)
            if not old.can_undo(now) or self._outbox.notice_begun(
                old, "approved" if old.state == "approved" else "rejected"
            ):
                raise TooLate(old)
            self._outbox.cancel(old, now, "approved", "rejected")
            self.change("delete from approvals where submission = ?", [number])
            self._submissions.drop_crosspost(number)
            undone = {"undone": old.state, "of": old.decided_by}
            return self._submissions.update(old, "undo", by, now, NO_DECISION, to="pending", details=undone)

    # --- between admins and author

    def ask(
        self, number: int, by: int, text: str, *, now: datetime, message: tuple[int, int] | None = None
    ) -> Submission:
        """Ask the author something; they are told at once. ``message``: (chat, number) where it was typed.

        Raises ``AlreadyDecided``.
        """
        with writing(self.db):
            submission = self._submissions.update(self._submissions.expect(number, "pending"), "ask", by, now)
            self._remark(number, by, text, now, message)
            self._outbox.notify(submission, "asked", now, data={"text": text})
        return submission

    def answer(self, number: int, author_id: int, text: str, *, now: datetime) -> Submission:
        """The author's answer, for the card. Raises ``NotYours`` or ``AlreadyDecided``."""
        with writing(self.db):
            if self._submissions.get(number).author_id != author_id:
                raise NotYours(number)
            submission = self._submissions.update(self._submissions.expect(number, "pending"), "answer", author_id, now)
            self._remark(number, author_id, text, now)
        return submission

    def _remark(self, number: int, by: int, text: str, now: datetime, message: tuple[int, int] | None = None) -> None:
        self.change(
            "insert into remarks (submission, at, by, text, chat_id, message_id) values (?, ?, ?, ?, ?, ?)",
            [number, iso(now), by, text.strip(), *(message or (None, None))],
        )

    def remarks(self, number: int) -> list[Remark]:
        """What admins and author wrote to each other, the oldest first."""
        rows = self.rows(
            "select at, by, text, chat_id, message_id from remarks where submission = ? order by id", [number]
        )
        return [
            Remark(datetime.fromisoformat(at), by, text, None if chat is None else (chat, message))
            for at, by, text, chat, message in rows
        ]


def _decision(by: int, now: datetime, undo_until: datetime, **columns: object) -> Mapping[str, object]:
    """The columns that a decision sets; the claim is over with it."""
    decided = {"decided_by": by, "decided_at": iso(now), "undo_until": iso(undo_until)}
    return {**decided, **columns, **NO_CLAIM}


def caption_length(text: str) -> int:
    """As Telegram counts: UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def _check_caption(caption: str) -> None:
    length = caption_length(caption)
    if length > MAX_CAPTION:
        raise BadCaption(length, MAX_CAPTION)


def _check_media(draft: SubmissionDraft) -> None:
    """One post is one medium, or an album as Telegram makes them: photos and videos, or documents."""
    kinds = [medium.kind for medium in draft.media]
    album = set(kinds) <= {"photo", "video"} or set(kinds) == {"document"}
    if not 1 <= len(kinds) <= MAX_ALBUM or (len(kinds) > 1 and not album):
        raise BadPost(kinds)


def _reading(reading: MediaSummary) -> dict[str, object]:
    plain = asdict(reading)
    return plain | {name: json_text(plain[name]) for name in ("explanation", "flags", "sightings")}
