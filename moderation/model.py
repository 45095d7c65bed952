"""The values of moderation: media, drafts, submissions, decisions, posts, messages. They know no database."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal, NewType

from memebot.database import iso

SubmissionId = NewType("SubmissionId", int)
State = Literal["pending", "approved", "publishing", "published", "rejected", "withdrawn"]
Credit = Literal["named", "anonymous"]
Origin = Literal["bot", "suggested_post"]
Verdict = Literal["joke", "composed", "unknown"]
Fate = Literal["sending", "unknown"]
Lang = Literal["ru", "en"]
ChannelName = Literal["first", "second"]
"""Which channel of the community; most have the first alone."""
CHANNELS: tuple[ChannelName, ...] = ("first", "second")
Target = Literal["first", "second", "both"]
"""Where a submission is to be posted."""
TARGETS: tuple[Target, ...] = ("first", "second", "both")
NoticeKind = Literal["submitted", "approved", "rejected", "published", "asked", "milestone"]

MAX_CAPTION = 1024
"""UTF-16 units, as Telegram counts."""
MAX_ALBUM = 10

MediumKind = Literal["photo", "video", "animation", "document", "sticker", "video_note"]
UNCAPTIONED = frozenset({"sticker", "video_note"})
"""Kinds that have no caption."""


@dataclass(frozen=True, slots=True)
class Medium:
    """One picture or clip. ``file_id`` sends it again; ``unique_id`` is the same whoever sent it.

    ``spoiler``: who looks sees it only after a touch.
    """

    kind: MediumKind
    file_id: str
    unique_id: str
    spoiler: bool = False


@dataclass(frozen=True, slots=True)
class MediaSummary:
    """What the bot makes of the media; its answer's facts are opaque here."""

    sha256: str | None = None
    answer_id: int | None = None
    explanation: Any = None
    verdict: Verdict = "unknown"
    confidence: float = 0.0
    flags: tuple[str, ...] = ()
    sightings: Any = None


@dataclass(frozen=True, slots=True)
class SubmissionDraft:
    """What an author wants to submit. ``key``: the client's name for this press; the same key submits once."""

    key: str
    author_id: int
    author_name: str
    media: tuple[Medium, ...]
    lang: Literal["ru", "en"] = "ru"
    credit: Credit = "named"
    caption: str = ""
    caption_entities: tuple[Mapping[str, Any], ...] = ()
    origin: Origin = "bot"
    origin_chat: int | None = None
    origin_message: int | None = None
    channel: ChannelName = "first"
    reading: MediaSummary = field(default_factory=MediaSummary)


@dataclass(frozen=True, slots=True)
class Submission:
    """A submission as it stands at ``version``; every change makes a newer one.

    ``author_id`` is None once the author was forgotten. ``approvals``: who has approved so far, the first one
    first. ``fate``: only while ``publishing``; ``unknown`` waits for somebody to look into the channel.
    ``slot`` None while approved: held back, not due. ``target``: where it is to be posted, None: as always.
    ``channel``: the one that state, slot, fate and post are about; ``crosspost``: it is the other one beside its own.
    """

    id: SubmissionId
    key: str
    author_id: int | None
    author_name: str
    credit: Credit
    lang: Literal["ru", "en"]
    origin: Origin
    origin_chat: int | None
    origin_message: int | None
    media: tuple[Medium, ...]
    caption: str
    caption_entities: tuple[Mapping[str, Any], ...]
    sha256: str | None
    answer_id: int | None
    explanation: Any
    verdict: Verdict
    confidence: float
    flags: tuple[str, ...]
    sightings: Any
    state: State
    version: int
    submitted_at: datetime
    claimed_by: int | None
    claimed_until: datetime | None
    slot: datetime | None
    decided_by: int | None
    decided_at: datetime | None
    reason_key: str | None
    reason_text: str
    silent: bool
    undo_until: datetime | None
    fate: Fate | None
    publish_error: str | None
    approvals: tuple[int, ...]
    published_chat: int | None
    published_messages: tuple[int, ...]
    published_at: datetime | None
    link: str | None
    reactions: int
    target: Target | None = None
    channel: ChannelName = "first"
    crosspost: bool = False

    @property
    def explained(self) -> bool:
        """Whether readers can be told why it is funny."""
        return self.verdict != "unknown" and bool(self.explanation)

    @property
    def unlocated(self) -> bool:
        """Whether it is in the channel, or may be, and nobody knows where."""
        cut_off = self.state == "publishing" and self.fate == "unknown"
        return cut_off or (self.state == "published" and not self.published_messages)

    def claimant(self, now: datetime) -> int | None:
        """Who is busy with it: a claim that has not expired."""
        if self.claimed_until is None or self.claimed_until <= now:
            return None
        return self.claimed_by

    def can_undo(self, now: datetime) -> bool:
        """Whether its decision can still be taken back, as far as time goes."""
        return self.state in ("approved", "rejected") and self.undo_until is not None and now < self.undo_until

    def to_json(self) -> dict[str, Any]:
        """Plain values, times as ISO text."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self), default=_iso))
        return plain


def channels_of(target: Target) -> tuple[ChannelName, ...]:
    """The channels that a target names, the first one first."""
    return CHANNELS if target == "both" else (target,)


def channels_for(submission: Submission, wanted: Sequence[ChannelName]) -> tuple[ChannelName, ...]:
    """Its own channel first: the one that it has, where that is wanted, or where Telegram has it suggested there."""
    suggested = submission.origin == "suggested_post"
    own = submission.channel if suggested or submission.channel in wanted else wanted[0]
    return (own, *(channel for channel in wanted if channel != own))


@dataclass(frozen=True, slots=True)
class Decision:
    """What came of an admin's press: a decision, or one approval of several."""

    submission: Submission
    outcome: Literal["approved", "rejected", "counted"]
    have: int
    need: int


@dataclass(frozen=True, slots=True)
class Remark:
    """One line between the admins and the author. ``by`` None: an author who was forgotten.

    ``message``: (chat, number) of the message in which it was typed, where that is known.
    """

    at: datetime
    by: int | None
    text: str
    message: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Appeal:
    """What an author says to a rejection, and the rejection that it is about."""

    at: datetime
    text: str
    rejected_by: int
    rejected_at: datetime
    reason_key: str | None
    reason_text: str


@dataclass(frozen=True, slots=True)
class Ban:
    """Somebody may not submit until then, or for good."""

    user_id: int
    until: datetime | None
    reason: str
    by: int
    at: datetime


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
    channel: ChannelName = "first"


@dataclass(frozen=True, slots=True)
class Card:
    """A message in the moderators' chat that shows a submission as it was at ``version``."""

    chat_id: int
    message_id: int
    thread: int | None
    submission: SubmissionId
    version: int
    kind: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that an author is to be told. ``submission`` is as it stands now; so is its slot."""

    id: int
    kind: NoticeKind
    data: Mapping[str, Any]
    due_at: datetime
    submission: Submission


def _iso(value: object) -> str:
    return iso(value) if isinstance(value, datetime) else str(value)
