"""Appeals: an author asks once, in a sentence, that a rejection be looked at again, by somebody else than before.

``rejected → pending``, with the flag ``appeal``; from there on it is decided as everything that waits, and the verdict
is that on the appeal. The one who rejected cannot decide, nor can its author, while there is anybody else who may.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from memebot.database import Database, Store, iso, maybe_iso, writing
from moderation.audit import COMMAND_LINE
from moderation.errors import Banned, LongAppeal, NoAppeal, NotYours, OwnSubmission, SameDecider
from moderation.model import Appeal, Submission
from moderation.people import People
from moderation.queue.outbox import Outbox
from moderation.queue.submissions import NO_DECISION, Submissions, json_text

APPEAL_FLAG = "appeal"
MAX_APPEAL = 500
APPEAL_TIME = timedelta(days=14)
"""So long after a rejection it can be appealed."""


@dataclass(frozen=True, slots=True)
class AppealDeciders:
    """Who may decide on an appeal: ``others`` than the one who rejected and the author; without any, all but those
    of ``barred``.
    """

    others: frozenset[int]
    barred: frozenset[int]


class Appeals(Store):
    """One appeal a submission."""

    def __init__(self, db: Database, owners: frozenset[int] = frozenset()) -> None:
        """``owners``: those of the settings, who may decide too."""
        super().__init__(db)
        self._submissions, self._outbox, self._people = Submissions(db), Outbox(db), People(db, owners)

    def of(self, number: int) -> Appeal | None:
        """The appeal that was made about a submission."""
        row = self.row(
            "select at, text, rejected_by, rejected_at, reason_key, reason_text from appeals where submission = ?",
            [number],
        )
        if row is None:
            return None
        at, text, rejected_by, rejected_at, *reason = row
        return Appeal(datetime.fromisoformat(at), text, rejected_by, datetime.fromisoformat(rejected_at), *reason)

    # --- authors

    def check(self, submission: Submission, *, now: datetime) -> None:
        """Raises ``NoAppeal`` or ``Banned`` where the author cannot appeal."""
        if submission.state != "rejected" or submission.can_undo(now) or submission.decided_at is None:
            raise NoAppeal(submission, "not-rejected")
        if self.of(submission.id) is not None:
            raise NoAppeal(submission, "again")
        if submission.origin == "suggested_post":  # Telegram has closed the suggestion
            raise NoAppeal(submission, "suggested")
        if now - submission.decided_at > APPEAL_TIME:
            raise NoAppeal(submission, "late")
        ban = None if submission.author_id is None else self._people.banned(submission.author_id, now=now)
        if ban is not None:
            raise Banned(ban)

    def open_to(self, submission: Submission, *, now: datetime) -> bool:
        """Whether its author can appeal."""
        try:
            self.check(submission, now=now)
        except (NoAppeal, Banned):
            return False
        return True

    def make(self, number: int, author_id: int, text: str, *, now: datetime) -> Submission:
        """The author appeals: the submission waits again, and gets a new card where the team meets.

        Raises ``NotYours``, ``NoAppeal``, ``Banned`` or ``LongAppeal``, and then nothing has changed.
        """
        sentence = text.strip()
        with writing(self.db):
            old = self._submissions.get(number)
            if old.author_id != author_id:
                raise NotYours(number)
            self.check(old, now=now)
            if not 0 < len(sentence) <= MAX_APPEAL:
                raise LongAppeal(len(sentence), MAX_APPEAL)
            self.change(
                "insert into appeals values (?, ?, ?, ?, ?, ?, ?)",
                [
                    number,
                    iso(now),
                    sentence,
                    old.decided_by,
                    maybe_iso(old.decided_at),
                    old.reason_key,
                    old.reason_text,
                ],
            )
            self._outbox.cancel(old, now, "rejected")
            self._outbox.demote_cards(number)
            self.change("delete from approvals where submission = ?", [number])
            columns = {**NO_DECISION, "flags": json_text([*old.flags, APPEAL_FLAG])}
            details = {"length": len(sentence), "of": old.decided_by}
            return self._submissions.update(old, "appeal", author_id, now, columns, to="pending", details=details)

    # --- those who decide

    def deciders(self, submission: Submission) -> AppealDeciders | None:
        """Who may decide, where there is an appeal."""
        appeal = self.of(submission.id)
        if appeal is None:
            return None
        concerned = frozenset({appeal.rejected_by, submission.author_id or 0})
        others = self._people.deciders() - concerned
        return AppealDeciders(others, concerned if others else concerned - {appeal.rejected_by})

    def need_decider(self, submission: Submission, by: int) -> None:
        """Raises ``SameDecider`` or ``OwnSubmission`` where somebody else has to decide on the appeal."""
        deciders = self.deciders(submission)
        if by == COMMAND_LINE or deciders is None or by not in deciders.barred:
            return
        raise OwnSubmission(submission) if by == submission.author_id else SameDecider(submission, by)
