"""All that a card shows of a submission, and how the pictures like it are kept with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from moderation.community import Reason
from moderation.model import Appeal, Card, Remark, Submission, SubmissionId
from moderation.people import AuthorRecord
from moderation.queue.appeals import AppealDeciders
from moderation.reposts.model import Sighting
from moderation.stores import Moderation


@dataclass(frozen=True, slots=True)
class SimilarSubmission:
    """A picture like the submitted one that was here before.

    ``submission``: where that one has not become a post. ``cards``: of that submission, for a link to it. ``pictured``:
    the submission whose pictures it has, where they came through the queue.
    """

    how: str
    at: datetime
    distance: int | None = None
    mirrored: bool = False
    link: str | None = None
    submission: SubmissionId | None = None
    cards: tuple[Card, ...] = ()
    pictured: SubmissionId | None = None


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that a card shows, as it stood at ``now``.

    ``question_lost``: the author could not be told what was asked last. ``appeal``: what its author says to an earlier
    rejection, and ``deciders``: who may decide on that.
    """

    submission: Submission
    record: AuthorRecord | None
    remarks: tuple[Remark, ...]
    question_lost: bool
    earlier: tuple[SimilarSubmission, ...]
    cards: tuple[Card, ...]
    reasons: tuple[Reason, ...]
    need: int
    zone: ZoneInfo
    now: datetime
    appeal: Appeal | None = None
    deciders: AppealDeciders | None = None

    @property
    def enough(self) -> bool:
        """It waits though it has the approvals that it needs: fewer are needed now than when they were given."""
        return self.submission.state == "pending" and len(self.submission.approvals) >= self.need

    @property
    def open_questions(self) -> tuple[Remark, ...]:
        """What the author was asked since they wrote last: by each of the team the last one; else the last of all.

        An answer that has just come in does not count: it is to these questions.
        """
        author, remarks = self.submission.author_id, list(self.remarks)
        if remarks and remarks[-1].by == author:
            remarks.pop()
        by_asker: dict[int | None, Remark] = {}
        for remark in reversed(remarks):
            if remark.by == author:
                if by_asker:
                    break
                continue
            by_asker.setdefault(remark.by, remark)
        return tuple(by_asker.values())

    @property
    def next_change(self) -> datetime | None:
        """When the card will be wrong though nothing has happened: a claim or the time for undoing runs out."""
        ends = [self.submission.undo_until, self.submission.claimed_until]
        return min((end for end in ends if end is not None and end > self.now), default=None)


def read_dossier(stores: Moderation, number: SubmissionId, now: datetime) -> Dossier:
    """A submission with everything around it. Raises ``SubmissionNotFound``."""
    submission, appeal = stores.submissions.get(number), stores.appeals.of(number)
    author = submission.author_id
    return Dossier(
        submission=submission,
        record=None if author is None else stores.people.record(author, now=now),
        remarks=tuple(stores.queue.remarks(number)),
        question_lost=stores.outbox.question_lost(number),
        earlier=tuple(_similar(stores, sighting) for sighting in submission.sightings or ()),
        cards=tuple(stores.outbox.cards(number)),
        reasons=_reasons(stores, submission.reason_key, None if appeal is None else appeal.reason_key),
        need=stores.queue.approvals_needed(submission),
        zone=ZoneInfo(stores.community.get("zone")),
        now=now,
        appeal=appeal,
        deciders=stores.appeals.deciders(submission),
    )


def _reasons(stores: Moderation, *used_keys: str | None) -> tuple[Reason, ...]:
    """The canned reasons on offer, and those that were given even if they are offered no more."""
    offered = stores.community.reasons()
    used = (stores.community.reason(key) for key in dict.fromkeys(used_keys) if key is not None)
    return (*offered, *(reason for reason in used if reason is not None and reason not in offered))


# --- sightings as they are stored with a submission


def dump_sightings(sightings: Sequence[Sighting]) -> list[dict[str, Any]]:
    """Earlier pictures like a submission's, as JSON to keep with it."""
    return [
        {
            "kind": sighting.ref.kind,
            "id": getattr(sighting.ref, "id", None),
            "chat_id": getattr(sighting.ref, "chat_id", None),
            "message_id": getattr(sighting.ref, "message_id", None),
            "link": getattr(sighting.ref, "link", None),
            "at": sighting.at.isoformat(),
            "how": sighting.how,
            "distance": sighting.distance,
            "mirrored": sighting.mirrored,
        }
        for sighting in sightings
    ]


def _similar(stores: Moderation, sighting: dict[str, Any]) -> SimilarSubmission:
    number = SubmissionId(sighting["id"]) if sighting["kind"] == "submission" else None
    return SimilarSubmission(
        how=sighting["how"],
        at=datetime.fromisoformat(sighting["at"]),
        distance=sighting.get("distance"),
        mirrored=bool(sighting.get("mirrored")),
        link=sighting.get("link"),
        submission=number,
        cards=() if number is None else tuple(stores.outbox.cards(number)),
        pictured=number if number is not None else _posted(stores, sighting),
    )


def _posted(stores: Moderation, sighting: dict[str, Any]) -> SubmissionId | None:
    """The submission that a post came from."""
    post = stores.posts.find(sighting["chat_id"], sighting["message_id"])
    return None if post is None or post.submission is None else SubmissionId(post.submission)
