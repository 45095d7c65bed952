"""All that a card shows of a submission, and how the pictures like it are kept with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from moderation.community import Reason
from moderation.model import (
    TARGETS,
    Appeal,
    Card,
    ChannelName,
    Lang,
    Remark,
    Submission,
    SubmissionId,
    Target,
    channels_for,
    channels_of,
)
from moderation.people import AuthorRecord
from moderation.queue.appeals import AppealDeciders
from moderation.reposts.model import Sighting
from moderation.stores import Moderation


@dataclass(frozen=True, slots=True)
class SimilarSubmission:
    """A picture like the submitted one that was here before.

    ``submission``: where that one has not become a post. ``cards``: of that submission, for a link to it. ``pictured``:
    the submission whose pictures it has, where they came through the queue. ``also``: the link to its post in the other
    channel.
    """

    how: str
    at: datetime
    distance: int | None = None
    mirrored: bool = False
    link: str | None = None
    submission: SubmissionId | None = None
    cards: tuple[Card, ...] = ()
    pictured: SubmissionId | None = None
    also: str | None = None


@dataclass(frozen=True, slots=True)
class ChannelsView:
    """Where a submission is posted, or is to be, in a community that has two channels; ``languages``: of each.

    ``targets``: what may be chosen, and ``target``: what it is now. ``crosspost``: the submission as it stands in the
    other channel. Nothing of that where there is one channel.
    """

    languages: Mapping[ChannelName, Lang] = field(default_factory=dict)
    targets: tuple[Target, ...] = ()
    target: Target = "first"
    crosspost: Submission | None = None
    captions: Mapping[ChannelName, str] = field(default_factory=dict)

    @property
    def two(self) -> bool:
        """Whether there are two channels."""
        return len(self.languages) > 1

    def choices(self, submission: Submission) -> Sequence[Target]:
        """What may be chosen now; none without a choice. What is posted, or being posted, in a channel stays there, and
        once the crosspost is, the submission's own channel, too: its post can be held back.
        """
        other = self.crosspost
        posted = [one for one in (other, submission) if one is not None and one.state in ("publishing", "published")]
        stays = [one.channel for one in posted] + ([submission.channel] if other in posted else [])
        open_ = submission.state in ("pending", "approved", "published")
        offered = [target for target in self.targets if open_ and set(stays) <= set(channels_of(target))]
        return offered if self.two and len(offered) > 1 else ()


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
    channels: ChannelsView = ChannelsView()

    @property
    def own_channel(self) -> ChannelName:
        """The channel that it stands in, or is to: of two, the one in which moments are chosen."""
        if self.submission.state != "pending" or not self.channels.two:
            return self.submission.channel
        return channels_for(self.submission, channels_of(self.channels.target))[0]

    @property
    def unresolved(self) -> Submission | None:
        """The submission as it stands in the channel of whose post nobody knows whether it is there."""
        placed = (self.submission, self.channels.crosspost)
        return next((s for s in placed if s is not None and s.state == "publishing" and s.fate == "unknown"), None)

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
        channels=ChannelsView() if len(stores.channels) < 2 else _channels(stores, submission),
    )


def _channels(stores: Moderation, submission: Submission) -> ChannelsView:
    crosspost = stores.submissions.crosspost(submission.id)
    if submission.state == "pending":
        standing = stores.community.channels_for(submission, stores.channels)
    else:
        standing = (submission.channel, *([] if crosspost is None else [crosspost.channel]))
    suggested = submission.origin == "suggested_post"
    targets: tuple[Target, ...] = (submission.channel, "both") if suggested else TARGETS
    return ChannelsView(
        languages=stores.languages(),
        targets=targets,
        target="both" if len(standing) > 1 else standing[0],
        crosspost=crosspost,
        captions={channel: text for channel, (text, _) in stores.crossposts.captions(submission.id).items()},
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
        also=_also(stores, number if number is not None else _posted(stores, sighting), sighting.get("link")),
    )


def _posted(stores: Moderation, sighting: dict[str, Any]) -> SubmissionId | None:
    """The submission that a post came from."""
    post = stores.posts.find(sighting["chat_id"], sighting["message_id"])
    return None if post is None or post.submission is None else SubmissionId(post.submission)


def _also(stores: Moderation, number: SubmissionId | None, link: str | None) -> str | None:
    """The link to a submission's post in the other channel than the one that this link leads to."""
    if number is None or len(stores.channels) < 2:
        return None
    placed = (stores.submissions.get(number), stores.submissions.crosspost(number))
    links = [one.link for one in placed if one is not None and one.link is not None and one.link != link]
    return links[0] if link is not None and links else None
