"""What is kept about an author: all of it as JSON, and how it is deleted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from memebot.database import AMONG_IDS, Database, Store, iso, writing
from moderation.model import Submission
from moderation.people import People
from moderation.queue.appeals import Appeals
from moderation.queue.review import ReviewQueue
from moderation.queue.submissions import NO_CLAIM, NO_DECISION, Submissions

_ALL = 1_000_000
_NOBODY: Mapping[str, object] = {
    "author_id": None,
    "author_name": "",
    "credit": "anonymous",
    "origin_chat": None,
    "origin_message": None,
}
_NO_CONTENT: Mapping[str, object] = {
    "caption": "",
    "caption_entities": "[]",
    "answer_id": None,
    "explanation": None,
    "sightings": None,
    "sha256": None,
}


class AuthorData(Store):
    """An author's right to know and to be forgotten."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self._submissions, self._queue, self._people = Submissions(db), ReviewQueue(db), People(db)
        self._appeals = Appeals(db)

    def forget(self, author_id: int, *, now: datetime) -> int:
        """Delete who an author is, and what they sent that was not posted; how many submissions it concerned.

        What waits or is planned is withdrawn; what is in the channel, or on its way there, stays without a name. A ban
        stays, so that it cannot be escaped like this.
        """
        with writing(self.db):
            own = self._submissions.by_author(author_id, limit=_ALL)
            for submission in own:
                self._forget_one(submission, now)
            self.change(
                f"update audit set actor = null where actor = ? and submission in {AMONG_IDS}",
                [author_id, json.dumps([submission.id for submission in own])],
            )
            for table in ("notes", "wishes"):
                self.change(f"delete from {table} where user_id = ?", [author_id])
        return len(own)

    def _forget_one(self, submission: Submission, now: datetime) -> None:
        crosspost = self._submissions.crosspost(submission.id)
        if crosspost is not None and crosspost.state == "approved":
            self._submissions.drop_crosspost(submission.id)
        if submission.state in ("pending", "approved"):
            undecided = {**NO_CLAIM, **NO_DECISION}
            submission = self._submissions.update(submission, "withdraw", None, now, undecided, to="withdrawn")
        columns: dict[str, object] = {**_NOBODY, "key": f"forgotten-{submission.id}"}
        if submission.state in ("withdrawn", "rejected"):
            blank = [{"kind": medium.kind, "file_id": "", "unique_id": ""} for medium in submission.media]
            columns |= {**_NO_CONTENT, "media": json.dumps(blank)}
        kept = crosspost is not None and crosspost.state != "approved"
        blank_words = columns.keys() >= _NO_CONTENT.keys() and not kept
        for table in ("remarks", "appeals", *(["channel_captions"] if blank_words else [])):
            self.change(f"delete from {table} where submission = ?", [submission.id])
        self.change(
            "update notices set state = 'cancelled', data = '{}' where submission = ? and state = 'waiting'",
            [submission.id],
        )
        self._submissions.update(submission, "forget", None, now, columns)

    def export(self, author_id: int) -> dict[str, Any]:
        """Everything that is kept about an author, as JSON."""
        return {
            "submissions": [
                {
                    **submission.to_json(),
                    "remarks": [remark.text for remark in self._queue.remarks(submission.id)],
                    "crosspost": self._crosspost(submission),
                    "appeal": self._appeal(submission),
                }
                for submission in self._submissions.by_author(author_id, limit=_ALL)
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

    def _crosspost(self, submission: Submission) -> dict[str, Any] | None:
        """What stands in the other channel."""
        found = self._submissions.crosspost(submission.id)
        shown = ("channel", "state", "slot", "caption", "published_at", "link", "reactions")
        return None if found is None else {name: found.to_json()[name] for name in shown}

    def _appeal(self, submission: Submission) -> dict[str, str] | None:
        """What the author wrote against a rejection."""
        appeal = self._appeals.of(submission.id)
        return None if appeal is None else {"at": iso(appeal.at), "text": appeal.text}
