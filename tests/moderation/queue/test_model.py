"""Random interleavings of authors, admins, the bot and its crashes, over several connections to one file.

A plain model says what each step must come to. What always holds: one verdict, one post, an audit log
without gaps, and no author told twice or wrongly.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from moderation_drafts import ANN, BOB, CAT, NOW, draft

from memebot.database import open_database, writing
from moderation import errors
from moderation.model import Submission, SubmissionDraft
from moderation.stores import Moderation

ADMINS = st.sampled_from([ANN, BOB, CAT])
AUTHORS = st.sampled_from([7, 8, ANN])  # an admin may submit, too
WHICH = st.integers(0, 5)
LINES = st.integers(0, 2)
UNDO, CLAIM = timedelta(seconds=60), timedelta(minutes=10)
CHANNEL = -100
VERDICTS = ("approved", "rejected")
ENDS = ("sent", "sent", "refused", "put off", "lost", "never arrived", "crash", "crash after")
"""Of a call to Telegram."""


class Crash(Exception):
    """The process ends here."""


@dataclass
class Model:
    """What a submission should be by now."""

    draft: SubmissionDraft
    state: str = "pending"
    approvals: list[int] = field(default_factory=list)
    by: int | None = None
    undo_until: datetime = NOW
    slot: datetime | None = None
    silent: bool = False
    claim: tuple[int, datetime] | None = None
    fate: str | None = None
    told: list[tuple[str, int, int]] = field(default_factory=list)
    verdicts: int = 0
    moves: int = 0
    changes: int = 1


class ModerationMachine(RuleBasedStateMachine):
    """Three admins, three connections, one bot that dies."""

    @initialize(approvals=st.sampled_from([1, 1, 2]), own=st.booleans())
    def begin(self, approvals: int, own: bool) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.lines = [self.open() for _ in range(3)]
        self.now = NOW
        self.approvals, self.own = approvals, own
        community = self.lines[0].community
        community.set("approvals", approvals, by=ANN, now=NOW)
        community.set("own_approval", own, by=ANN, now=NOW)
        community.set("daily_limit", 1000, by=ANN, now=NOW)
        self.models: dict[int, Model] = {}
        self.channel: list[int] = []

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            for stores in self.lines:
                stores.db.close()
            shutil.rmtree(self.folder)

    def open(self) -> Moderation:
        database = open_database(self.folder / "db")
        database.conn.execute("pragma journal_mode = wal")
        database.conn.execute("pragma synchronous = off")  # the disk is not what is tested
        return Moderation.open(database)

    def some(self, which: int) -> tuple[int, Model]:
        """One of the last submissions: so that steps meet."""
        numbers = sorted(self.models)[-4:]
        number = numbers[which % len(numbers)]
        return number, self.models[number]

    def attempt(
        self, expected: type[Exception] | None, number: int, change: Callable[[], Any], *, crash: bool = False
    ) -> Any:
        """Run a change that must end like this; one that fails or crashes has changed nothing."""
        stores = self.lines[0]
        before = stores.submissions.get(number)
        try:
            if crash:
                self.crash(change)
            result = change()
        except errors.ModerationError as error:
            assert type(error) is expected, (type(error), expected)
            assert stores.submissions.get(number) == before
            return None
        assert expected is None, expected
        self.models[number].changes += 1
        return result

    def crash(self, change: Callable[[], Any]) -> None:
        """Do it in a transaction that the end of the process cuts off."""
        database = next(
            cell.cell_contents for cell in change.__closure__ or () if isinstance(cell.cell_contents, Moderation)
        ).db
        try:
            with writing(database):
                change()
                raise Crash
        except Crash:
            pass

    def held(self, model: Model, by: int) -> bool:
        return model.claim is not None and model.claim[0] != by and self.now < model.claim[1]

    # --- authors

    @rule(author=AUTHORS, line=LINES, presses=st.integers(1, 2))
    def submit(self, author: int, line: int, presses: int) -> None:
        made = draft(author_id=author)
        for press in range(presses):
            submission = self.lines[(line + press) % 3].queue.submit(made, now=self.now)
        self.models.setdefault(submission.id, Model(made))

    @precondition(lambda self: self.models)
    @rule(which=WHICH, line=LINES, stranger=st.booleans())
    def withdraw(self, which: int, line: int, stranger: bool) -> None:
        number, model = self.some(which)
        stores, author = self.lines[line], 99 if stranger else model.draft.author_id
        expected = errors.NotYours if stranger else None if model.state == "pending" else errors.AlreadyDecided
        if self.attempt(expected, number, lambda: stores.queue.withdraw(number, author, now=self.now)):
            model.state, model.claim = "withdrawn", None

    # --- admins

    @precondition(lambda self: self.models)
    @rule(which=WHICH, line=LINES, by=ADMINS, when=st.sampled_from(["now", "next", 30]), crash=st.booleans())
    def approve(self, which: int, line: int, by: int, when: Any, crash: bool) -> None:
        number, model = self.some(which)
        stores = self.lines[line]
        at = self.now + timedelta(seconds=when) if isinstance(when, int) else when
        expected: type[Exception] | None = None
        if model.state != "pending":
            expected = errors.AlreadyDecided
        elif self.held(model, by):
            expected = errors.Claimed
        elif by == model.draft.author_id and not self.own:
            expected = errors.OwnSubmission
        elif by in model.approvals:
            expected = errors.AlreadyVoted
        decision = self.attempt(
            expected,
            number,
            lambda: stores.queue.approve(number, by, when=at, now=self.now, close_ok=True),
            crash=crash,
        )
        if decision is None:
            return
        model.approvals.append(by)
        model.claim = None
        assert decision.have == len(model.approvals)
        if decision.have < self.approvals:
            assert decision.outcome == "counted"
            return
        assert decision.outcome == "approved"
        model.state, model.by, model.undo_until = "approved", by, self.now + UNDO
        model.slot = decision.submission.slot
        model.verdicts += 1
        assert model.slot is not None and model.slot >= (self.now if when == 30 else model.undo_until)

    @precondition(lambda self: self.models)
    @rule(which=WHICH, line=LINES, by=ADMINS, silent=st.booleans(), crash=st.booleans())
    def reject(self, which: int, line: int, by: int, silent: bool, crash: bool) -> None:
        number, model = self.some(which)
        stores = self.lines[line]
        expected: type[Exception] | None = errors.Claimed if self.held(model, by) else None
        planned = model.state == "approved" and self.now >= model.undo_until
        if model.state != "pending" and not planned:
            expected = errors.AlreadyDecided
        made = self.attempt(
            expected,
            number,
            lambda: stores.queue.reject(number, by, reason_key="seen", silent=silent, now=self.now),
            crash=crash,
        )
        if made:
            model.state, model.by, model.silent, model.claim = "rejected", by, silent, None
            model.slot = None
            model.verdicts += 1
            model.undo_until = self.now + UNDO

    @precondition(lambda self: self.models)
    @rule(which=WHICH, line=LINES, by=ADMINS, crash=st.booleans())
    def undo(self, which: int, line: int, by: int, crash: bool) -> None:
        number, model = self.some(which)
        stores = self.lines[line]
        expected: type[Exception] | None = None
        if model.state not in VERDICTS:
            expected = errors.AlreadyDecided
        elif self.now >= model.undo_until:
            expected = errors.TooLate
        if self.attempt(expected, number, lambda: stores.queue.undo(number, by, now=self.now), crash=crash):
            model.state, model.by, model.slot, model.silent = "pending", None, None, False
            model.approvals.clear()

    @precondition(lambda self: self.models)
    @rule(which=WHICH, line=LINES, by=ADMINS)
    def claim(self, which: int, line: int, by: int) -> None:
        number, model = self.some(which)
        stores = self.lines[line]
        expected: type[Exception] | None = errors.Claimed if self.held(model, by) else None
        if model.state not in ("pending", "approved"):
            expected = errors.AlreadyDecided
        if self.attempt(expected, number, lambda: stores.queue.claim(number, by, now=self.now)):
            model.claim = (by, self.now + CLAIM)

    @precondition(lambda self: self.models)
    @rule(which=WHICH, line=LINES, by=ADMINS, stale=st.booleans())
    def edit(self, which: int, line: int, by: int, stale: bool) -> None:
        number, model = self.some(which)
        stores = self.lines[line]
        version = stores.submissions.get(number).version - stale
        expected: type[Exception] | None = None
        if model.state not in ("pending", "approved"):
            expected = errors.AlreadyDecided
        elif stale:
            expected = errors.Stale
        elif self.held(model, by):
            expected = errors.Claimed
        text = f"caption {model.changes}"
        self.attempt(
            expected, number, lambda: stores.queue.edit_caption(number, text, by=by, now=self.now, version=version)
        )

    @precondition(lambda self: self.models)
    @rule(which=WHICH, line=LINES, by=ADMINS, hold=st.booleans())
    def move(self, which: int, line: int, by: int, hold: bool) -> None:
        number, model = self.some(which)
        stores = self.lines[line]
        slot = None if hold else self.now + timedelta(minutes=5)
        expected = None if model.state == "approved" else errors.AlreadyDecided
        if self.attempt(expected, number, lambda: stores.slots.move(number, slot, by=by, now=self.now, close_ok=True)):
            model.slot = slot
            model.moves += 1

    # --- the bot

    @rule(line=LINES, ends=st.sampled_from(ENDS))
    def publish(self, line: int, ends: str) -> None:
        stores = self.lines[line]
        for submission in stores.posts.due(now=self.now):
            model = self.models[submission.id]
            assert model.state == "approved" and self.now >= model.undo_until
            stores.posts.begin_publishing(submission.id, submission.version, now=self.now)
            model.changes += 1
            model.state, model.fate = "publishing", "sending"
            if ends in ("sent", "lost", "crash after"):
                self.channel.append(submission.id)
            if not ends.startswith("crash"):
                self.end_publishing(stores, submission, model, ends)

    def end_publishing(self, stores: Moderation, submission: Submission, model: Model, ends: str) -> None:
        number, model.fate = submission.id, None
        model.changes += 1
        if ends == "sent":
            stores.posts.mark_published(
                number, chat_id=CHANNEL, message_ids=[len(self.channel)], link=None, now=self.now
            )
            model.state = "published"
        elif ends in ("refused", "put off"):
            retry = self.now + UNDO if ends == "put off" else None
            stores.posts.mark_refused(number, "no", now=self.now, retry_at=retry)
            model.state, model.slot = "approved", retry
        else:
            stores.posts.mark_unknown(number, now=self.now)
            model.fate = "unknown"

    @rule(line=LINES, when=st.sampled_from(["now", "next", 30]), ends=st.sampled_from(ENDS), told=st.booleans())
    def from_proposal_to_post(self, line: int, when: Any, ends: str, told: bool) -> None:
        self.approved(line, when)
        if when == 30:  # its slot comes before its verdict stands
            self.time_passes(31)
            self.publish(line, ends)
        self.time_passes(86_400 if when == "next" else 61)
        if told:
            self.tell(line, "sent")
        self.publish(line, ends)
        self.tell(line, "sent")

    @rule(line=LINES, verdict=st.sampled_from(VERDICTS), again=st.sampled_from([*VERDICTS, ""]))
    def a_verdict_is_undone_and_another_follows(self, line: int, verdict: str, again: str) -> None:
        for some in (verdict, again):
            if some == "approved":
                self.approved(line, "next", new=some is verdict)
            elif some == "rejected":
                if some is verdict:
                    self.submit(7, line, 1)
                self.reject(self.newest(), line, BOB, False, False)
            if some is verdict:
                self.undo(self.newest(), line, CAT, False)
        self.time_passes(61)
        self.tell(line, "sent")

    @rule(line=LINES, by=ADMINS, other=ADMINS, when=st.sampled_from(["now", "next"]))
    def one_claims_and_another_presses_twice(self, line: int, by: int, other: int, when: str) -> None:
        self.submit(7, line, 1)
        self.claim(self.newest(), line, by)
        for _ in range(2):
            self.approve(self.newest(), line, other, when, False)
        self.reject(self.newest(), line, other, False, False)

    def approved(self, line: int, when: Any, *, new: bool = True) -> None:
        if new:
            self.submit(7, line, 1)
        for by in (ANN, BOB)[: self.approvals]:
            self.approve(self.newest(), line, by, when, False)

    def newest(self) -> int:
        return min(3, len(self.models) - 1)

    @rule(line=LINES)
    def restart(self, line: int) -> None:
        self.lines[line].db.close()
        self.lines[line] = self.open()
        self.lines[line].posts.mark_all_unknown(now=self.now)
        for model in self.models.values():
            if model.fate == "sending":
                model.fate = "unknown"
                model.changes += 1

    @precondition(lambda self: self.models)
    @rule(which=WHICH, line=LINES, by=ADMINS)
    def look_into_the_channel(self, which: int, line: int, by: int) -> None:
        number, model = self.some(which)
        stores, there = self.lines[line], number in self.channel
        expected = None if model.fate == "unknown" else errors.AlreadyDecided
        if self.attempt(expected, number, lambda: stores.posts.resolve(number, there=there, by=by, now=self.now)):
            model.state, model.fate = "published" if there else "approved", None
            model.slot = self.now

    @rule(line=LINES, ends=st.sampled_from(["sent", "blocked", "put off", "crash"]))
    def tell(self, line: int, ends: str) -> None:
        stores = self.lines[line]
        for notice in stores.outbox.due_notices(now=self.now):
            assert stores.outbox.claim_notice(notice.id, now=self.now)
            assert not self.lines[(line + 1) % 3].outbox.claim_notice(notice.id, now=self.now)
            model = self.models[notice.submission.id]
            if ends == "put off":
                stores.outbox.mark_notice_failed(notice.id, now=self.now, retry_at=self.now + UNDO)
                continue
            model.told.append((notice.kind, model.verdicts, model.moves))
            self.is_true(notice.kind, model)
            if ends == "sent":
                stores.outbox.mark_notice_sent(notice.id, now=self.now)
            elif ends == "blocked":
                stores.outbox.mark_notice_failed(notice.id, now=self.now)

    def is_true(self, kind: str, model: Model) -> None:
        assert not (kind == "rejected" and (model.state != "rejected" or model.silent))
        assert not (kind == "approved" and model.state not in ("approved", "publishing"))
        assert not (kind == "published" and model.state != "published")
        if kind in VERDICTS:
            assert self.now >= model.undo_until

    @rule(seconds=st.sampled_from([1, 10, 59, 61, 600, 86_400]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(line=LINES)
    def spread(self, line: int) -> None:
        for moved in self.lines[line].slots.spread_overdue(now=self.now):
            self.models[moved.id].slot = moved.slot
            self.models[moved.id].changes += 1

    # --- what always holds

    @invariant()
    def every_connection_sees_what_the_model_says(self) -> None:
        for stores in getattr(self, "lines", ()):
            all_seen = {seen.id: seen for seen in stores.submissions.numbered([*self.models])}
            for number, model in self.models.items():
                seen = all_seen[number]
                assert (seen.state, seen.fate, seen.decided_by) == (model.state, model.fate, model.by)
                assert sorted(seen.approvals) == sorted(model.approvals)
                assert model.state != "approved" or seen.slot == model.slot

    @invariant()
    def a_submission_is_posted_once(self) -> None:
        channel = getattr(self, "channel", [])
        assert len(channel) == len(set(channel))
        for number, model in getattr(self, "models", {}).items():
            assert number not in channel or model.state in ("publishing", "published")
            assert number in channel or model.state != "published"

    @invariant()
    def the_audit_log_has_every_change(self) -> None:
        for number, model in getattr(self, "models", {}).items():
            rows = list(reversed(self.lines[0].audit.newest(number, limit=10_000)))
            assert [row.version for row in rows] == list(range(1, model.changes + 1))
            assert [row.before for row in rows[1:]] == [row.after for row in rows[:-1]]
            assert rows[-1].after == model.state == self.lines[0].submissions.get(number).state

    @invariant()
    def no_author_is_told_twice(self) -> None:
        for model in getattr(self, "models", {}).values():
            assert len(model.told) == len(set(model.told))
            kinds = {verdict: [kind for kind, of, _ in model.told if of == verdict] for _, verdict, _ in model.told}
            assert not any({"approved", "rejected"} <= set(told) for told in kinds.values())

    @invariant()
    def the_queue_holds_what_waits_in_order(self) -> None:
        if getattr(self, "models", None):
            waiting = [number for number, model in self.models.items() if model.state == "pending"]
            stores = self.lines[0]
            assert [s.id for s in stores.submissions.by_state("pending", 1000)] == waiting
            assert [stores.submissions.place(number) for number in waiting] == list(range(1, len(waiting) + 1))


ModerationMachine.TestCase.settings = settings(max_examples=50, stateful_step_count=40, deadline=None)
TestOneDecisionOnePost = ModerationMachine.TestCase
