"""The queue as a list to work through: filtered pages, the next card, the same verdict on many, and what happened.

Reads need the right to decide; every verdict is ``Review``'s, one transaction each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from memebot.channel.dossier import Dossier
from memebot.channel.posts.captions import FormattedText
from memebot.channel.posts.shape import PostShape, shape_of
from memebot.channel.publishing import PostStyle, post_style
from memebot.channel.review import Review
from memebot.i18n import Texts
from moderation.audit import AuditRow
from moderation.errors import (
    AlreadyDecided,
    BadCaption,
    Claimed,
    ModerationError,
    OwnSubmission,
    SameDecider,
    Stale,
    SubmissionNotFound,
    TooLate,
)
from moderation.model import MAX_CAPTION, ChannelName, Submission, SubmissionId
from moderation.people import AuthorRecord
from moderation.queue.pending import Order, PendingCounts, PendingFilter
from moderation.stores import Moderation

ROWS = 50
HAPPENED = 100
SLOTS = 8
_LINK = "https://t.me/"
EVERYTHING = PendingFilter()


@dataclass(frozen=True, slots=True)
class QueueOrder:
    """Which of those that wait, and in which order."""

    wanted: PendingFilter = EVERYTHING
    order: Order = "oldest"


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of the list; ``record`` None: the author was forgotten."""

    submission: Submission
    record: AuthorRecord | None


@dataclass(frozen=True, slots=True)
class QueueList:
    """A page of the list as of ``now``; ``before``, ``after``: whether there is more on that side.

    ``author_names``: what the busiest authors, and the one who is asked for, call themselves, "" where they stay
    anonymous. ``need``: approvals.
    """

    rows: tuple[QueueRow, ...]
    counts: PendingCounts
    author_names: dict[int, str]
    before: bool
    after: bool
    need: int
    zone: ZoneInfo
    now: datetime


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that was done; ``text``: what was asked, answered or noted with it."""

    row: AuditRow
    text: str


@dataclass(frozen=True, slots=True)
class CardView:
    """A card with its place in a list: what comes before and after it, and what happened to it, the oldest first.

    ``free``: the next slots in which it could be posted.
    """

    dossier: Dossier
    timeline: tuple[Happening, ...]
    previous: SubmissionId | None
    next: SubmissionId | None
    free: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of the same act on one of many: the submission now, or what stood in the way."""

    number: SubmissionId
    submission: Submission | None = None
    refused: ModerationError | None = None


_OF_ONE = (AlreadyDecided, Stale, Claimed, SubmissionNotFound, TooLate, SameDecider, OwnSubmission)
"""What may stand in the way of one of many, and says nothing about the others."""


class Triage:
    """One instance a bot; every method runs on the database's thread. Raises ``NotAllowed`` as ``Review`` does."""

    def __init__(self, stores: Moderation, review: Review, *, clock: Callable[[], datetime]) -> None:
        self._stores, self._people, self._pending = stores, stores.people, stores.pending
        self._review, self._clock = review, clock

    # --- looking

    def listed(
        self, view: QueueOrder, by: int, *, after: SubmissionId | None = None, before: SubmissionId | None = None
    ) -> QueueList:
        """The first page, the one after a submission, or the one before. Raises ``SubmissionNotFound``."""
        self._people.need(by, "decide")
        now, community = self._clock(), self._stores.community
        page = self._pending.page(view.wanted, view.order, ROWS, now=now, after=after, before=before)
        counts = self._pending.counts(view.wanted, now=now)
        authors = {s.author_id for s in page.submissions if s.author_id is not None}
        named = [author for author, _ in counts.authors] + [one for one in [view.wanted.author] if one is not None]
        records = {author: self._people.record(author, now=now) for author in authors}
        return QueueList(
            rows=tuple(QueueRow(s, records.get(s.author_id or 0)) for s in page.submissions),
            counts=counts,
            author_names={author: self._author_name(author) for author in named},
            before=page.before,
            after=page.after,
            need=community.get("approvals"),
            zone=ZoneInfo(community.get("zone")),
            now=now,
        )

    def _author_name(self, author: int) -> str:
        newest = self._stores.submissions.by_author(author, limit=1)
        return newest[0].author_name if newest else ""

    def next(self, number: SubmissionId, view: QueueOrder, by: int) -> SubmissionId | None:
        """What to look at after this one, which may be decided by now; from the beginning again after the last."""
        self._people.need(by, "decide")
        found = self._pending.neighbour(number, view.wanted, view.order, now=self._clock())
        return found if found is not None else self._first(view, but=number)

    def _first(self, view: QueueOrder, but: SubmissionId) -> SubmissionId | None:
        page = self._pending.page(view.wanted, view.order, 2, now=self._clock())
        return next((s.id for s in page.submissions if s.id != but), None)

    def card(self, number: SubmissionId, view: QueueOrder, by: int) -> CardView:
        """All that a card's page shows. Raises ``SubmissionNotFound``."""
        dossier = self._review.look_up(number, by)
        now, neighbour = dossier.now, self._pending.neighbour
        free = self._stores.slots.free(now + self._stores.community.undo_time, SLOTS, dossier.own_channel)
        return CardView(
            dossier=dossier,
            timeline=self._timeline(dossier),
            previous=neighbour(number, view.wanted, view.order, now=now, back=True),
            next=neighbour(number, view.wanted, view.order, now=now),
            free=tuple(free),
        )

    def _timeline(self, dossier: Dossier) -> tuple[Happening, ...]:
        number, author = dossier.submission.id, dossier.submission.author_id
        rows = self._stores.audit.about(number, author, limit=HAPPENED)
        said = {(remark.at, remark.by): remark.text for remark in dossier.remarks}
        note = None if author is None else self._people.kept_note(author)
        if note is not None:
            said |= {(note.at, note.by): note.text}
        if dossier.appeal is not None:
            said |= {(dossier.appeal.at, author): dossier.appeal.text}
        told = {"ask", "answer", "note", "appeal"}
        return tuple(
            Happening(row, said.get((row.at, row.actor), "") if row.action in told else "") for row in reversed(rows)
        )

    # --- the same for many, one transaction each

    def reject_one(
        self, number: SubmissionId, by: int, *, version: int, reason_key: str | None = None, reason_text: str = ""
    ) -> Attempt:
        """Reject one of many with the reason of all. Raises ``ReasonNotFound``: then none can be rejected so."""
        try:
            decision = self._review.reject(number, by, version=version, reason_key=reason_key, reason_text=reason_text)
            return Attempt(number, decision.submission)
        except _OF_ONE as error:
            return Attempt(number, refused=error)

    def undo_one(self, number: SubmissionId, by: int, *, version: int) -> Attempt:
        """Take one of many verdicts back, if nothing has happened to the submission since."""
        try:
            return Attempt(number, self._review.undo(number, by, version=version))
        except _OF_ONE as error:
            return Attempt(number, refused=error)

    # --- captions

    def readers(self, number: SubmissionId, by: int, channel: ChannelName | None = None) -> PostStyle:
        """How a submission's post is made, for a channel's readers, by default those of its own one."""
        dossier = self._review.look_up(number, by)
        return post_style(self._stores, channel or dossier.own_channel)

    def preview(
        self, number: SubmissionId, caption: FormattedText, by: int, texts: Texts, signature: str = ""
    ) -> PostShape:
        """The post as readers would see it under this caption; ``texts``: in their channel's language.

        Raises ``BadCaption`` or ``SubmissionNotFound``.
        """
        self._people.need(by, "decide")
        kept = caption.cleaned()
        if kept.units > MAX_CAPTION:
            raise BadCaption(kept.units, MAX_CAPTION)
        found = self._stores.submissions.get(number)
        shown = replace(found, caption=kept.text, caption_entities=kept.entities)
        return shape_of(shown, _LINK if found.explained else None, texts, signature)
