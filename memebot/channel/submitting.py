"""The use case of an author: a meme that was explained becomes a proposal, and its author hears what became of it.

The rules are in ``moderation``; here they meet what the bot saw: a submission, its flags and its fingerprints are
written in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Self, cast
from zoneinfo import ZoneInfo

from knowledge.reading import Lang
from memebot.answering.answering import MemeFacts
from memebot.answering.record import AnswerId, kept_answer
from memebot.channel.dossier import dump_sightings
from memebot.database import writing
from moderation.errors import NotYours
from moderation.model import (
    Appeal,
    ChannelName,
    Credit,
    MediaSummary,
    Medium,
    Submission,
    SubmissionDraft,
    SubmissionId,
    Verdict,
)
from moderation.reposts.model import Sighting, SightingRef
from moderation.rules import Facts, Picture, caption_links, caption_mentions, flags
from moderation.stores import Moderation

NEWEST = 10
"""How many of an author's submissions an overview has."""
_ALL = 1_000_000
_OF_WORDS = frozenset({"links", "mentions"})
"""Flags that a caption alone decides."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an author is about to propose. ``key`` makes sending it twice sending it once.

    ``message_id``: the message whose words are the caption, 0 where none is. ``album``: Telegram's id of the album that
    it is: some parts may come late.
    """

    key: str
    answer_id: AnswerId
    media: tuple[Medium, ...]
    caption: str = ""
    entities: tuple[Mapping[str, Any], ...] = ()
    credit: Credit = "anonymous"
    message_id: int = 0
    album: str = ""

    def to_json(self) -> dict[str, Any]:
        """For the conversation's data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What ``to_json`` gave."""
        media = tuple(Medium(**medium) for medium in data["media"])
        return cls(**{**data, "media": media, "entities": tuple(data["entities"])})

    def with_caption(self, caption: str, entities: Sequence[Mapping[str, Any]], message_id: int = 0) -> Self:
        """The same with another caption, which came in this message."""
        return replace(self, caption=caption, entities=tuple(entities), message_id=message_id or self.message_id)


@dataclass(frozen=True, slots=True)
class Author:
    """Who proposes. ``name`` is shown to readers, and only if the author wants that."""

    id: int
    name: str
    lang: Lang


@dataclass(frozen=True, slots=True)
class SuggestedPost:
    """Where a post that somebody suggested in Telegram itself waits: in a channel's direct messages."""

    chat_id: int
    message_id: int
    channel: ChannelName = "first"

    @property
    def key(self) -> str:
        """Of its proposal: it enters the queue once, however often Telegram tells of it."""
        return f"suggested:{self.chat_id}:{self.message_id}"


@dataclass(frozen=True, slots=True)
class AuthorSubmission:
    """A submission as its author is told of it.

    ``place`` in the queue while it is pending; ``reason`` of a rejection, in the author's language, where one was
    given. Times are shown in ``zone``, as of ``now``. ``appeal``: what they said to an earlier rejection, and
    ``appeal_told``: they know that it was heard; ``appealable``: they can appeal now. ``alone``: nobody else of the
    team may decide on the appeal than who rejected. ``crosspost``: how it stands in the other channel.
    """

    submission: Submission
    place: int | None
    reason: str
    zone: ZoneInfo
    now: datetime
    appeal: Appeal | None = None
    appeal_told: bool = False
    appealable: bool = False
    alone: bool = False
    crosspost: Submission | None = None


@dataclass(frozen=True, slots=True)
class AuthorOverview:
    """An author's submissions, the newest first; ``milestones``: whether they hear of how a post is liked."""

    submissions: tuple[AuthorSubmission, ...]
    milestones: bool


@dataclass(frozen=True, slots=True)
class EarlierPosts:
    """Posts of the channel like a meme, the most alike first. Times are shown in ``zone``, as of ``now``."""

    sightings: tuple[Sighting, ...]
    zone: ZoneInfo
    now: datetime


class Submitting:
    """One instance a bot; every method runs on the database's thread."""

    def __init__(self, stores: Moderation, *, clock: Callable[[], datetime]) -> None:
        self._stores, self._queue, self._clock = stores, stores.queue, clock

    # --- proposing

    def check(self, author_id: int) -> None:
        """May this author propose now? Raises ``Banned`` or ``DailyLimit``."""
        self._queue.check_author(author_id, now=self._clock())

    def earlier_posts(self, facts: MemeFacts) -> EarlierPosts:
        """Posts of the channel that show this picture or say the same.

        The same template with other words is a meme of its own: those who decide see it, authors are not asked.
        """
        found = self._stores.reposts.find(facts.appearance, kind="post")
        alike = tuple(sighting for sighting in found if sighting.how != "same-template-other-text")
        return EarlierPosts(alike, self._zone(), self._clock())

    def submit(
        self,
        proposal: Proposal,
        author: Author,
        facts: MemeFacts,
        *,
        pictures: Sequence[Picture] = (),
        suggested: SuggestedPost | None = None,
    ) -> AuthorSubmission:
        """Put a proposal into the queue, once. Raises ``Banned``, ``DailyLimit`` or ``BadCaption``.

        ``pictures``: what was measured of its pictures, for the flags that those who decide see.
        """
        now, appearance, reposts = self._clock(), facts.appearance, self._stores.reposts
        reposts.refresh()
        reposts.find(appearance)  # what takes time is remembered, so that the transaction is short
        with writing(self._stores.db):
            sightings = reposts.find(appearance)
            names = [flag.name for flag in flags(self._rule_facts(proposal, author, pictures, sightings), now=now)]
            draft = _draft(proposal, author, _summary(facts, sightings, names), suggested)
            submission = self._queue.submit(draft, now=now)
            reposts.remember(SightingRef.submission(submission.id), appearance, at=submission.submitted_at)
        return self.describe(submission, author.lang)

    def _rule_facts(
        self, proposal: Proposal, author: Author, pictures: Sequence[Picture], sightings: Sequence[Sighting]
    ) -> Facts:
        return Facts(
            tuple(pictures),
            links=caption_links(proposal.caption, proposal.entities),
            mentions=caption_mentions(proposal.caption, proposal.entities),
            proposed=tuple(earlier.submitted_at for earlier in self._stores.submissions.by_author(author.id)),
            sightings=tuple(sighting.how for sighting in sightings),
        )

    # --- afterwards

    def by_message(self, chat_id: int, message_id: int) -> Submission | None:
        """The submission whose words are those of this message."""
        return self._stores.submissions.by_origin(chat_id, message_id)

    def edit(self, submission: Submission, caption: str, entities: Sequence[Mapping[str, Any]]) -> Submission:
        """Its author words it anew while it waits. Raises ``AlreadyDecided`` or ``BadCaption``."""
        facts = Facts((), links=caption_links(caption, entities), mentions=caption_mentions(caption, entities))
        of_words = [flag.name for flag in flags(facts, now=self._clock()) if flag.name in _OF_WORDS]
        kept = [name for name in submission.flags if name not in _OF_WORDS]
        return self._queue.edit_by_author(
            submission.id, caption, tuple(entities), flags=[*kept, *of_words], now=self._clock()
        )

    def describe(self, submission: Submission, lang: Lang) -> AuthorSubmission:
        """What its author is told of a submission."""
        canned, now = self._stores.community.reason(submission.reason_key), self._clock()
        appeals = self._stores.appeals
        deciders = appeals.deciders(submission)
        return AuthorSubmission(
            submission,
            place=self._stores.submissions.place(submission.id),
            reason=submission.reason_text or (canned.text(lang) if canned else ""),
            zone=self._zone(),
            now=now,
            appeal=appeals.of(submission.id),
            appeal_told=self._stores.outbox.notice_begun(submission, "approved"),
            appealable=appeals.open_to(submission, now=now),
            alone=deciders is not None and not deciders.others,
            crosspost=self._stores.submissions.crosspost(submission.id),
        )

    def overview(self, author_id: int, lang: Lang) -> AuthorOverview:
        """An author's newest submissions."""
        found = self._stores.submissions.by_author(author_id, limit=NEWEST)
        submissions = tuple(self.describe(submission, lang) for submission in found)
        return AuthorOverview(submissions, self._stores.people.wants_milestones(author_id))

    def withdraw(self, submission: SubmissionId, author_id: int) -> None:
        """Take a pending one back; it was not here before. Raises ``NotYours`` or ``AlreadyDecided``."""
        with writing(self._stores.db):
            self._queue.withdraw(submission, author_id, now=self._clock())
            self._stores.reposts.forget(SightingRef.submission(submission))

    def check_appeal(self, number: SubmissionId, author_id: int) -> None:
        """May this author appeal? Raises ``NotYours``, ``NoAppeal`` or ``Banned``."""
        submission = self._stores.submissions.get(number)
        if submission.author_id != author_id:
            raise NotYours(number)
        self._stores.appeals.check(submission, now=self._clock())

    def appeal(self, number: SubmissionId, author_id: int, text: str, lang: Lang) -> AuthorSubmission:
        """Say why a rejection should be looked at again. Raises as ``check_appeal`` does, or ``LongAppeal``."""
        submission = self._stores.appeals.make(number, author_id, text, now=self._clock())
        return self.describe(submission, lang)

    def answer(self, submission: SubmissionId, author_id: int, text: str) -> None:
        """Answer what an admin asked about a submission. Raises ``NotYours``."""
        self._queue.answer(submission, author_id, text, now=self._clock())

    def decided_elsewhere(self, post: SuggestedPost) -> None:
        """A suggested post was decided in Telegram itself: it leaves the queue, and nobody is told again."""
        found = self._stores.submissions.by_key(post.key)
        if found is not None and found.state == "pending":
            self._queue.reject(found.id, 0, now=self._clock(), silent=True)

    def _zone(self) -> ZoneInfo:
        return self._stores.community.schedule().zone


class AuthorRecords:
    """What is kept about an author, for whoever tells people of their data and deletes it."""

    def __init__(self, stores: Moderation, *, clock: Callable[[], datetime]) -> None:
        self._stores, self._clock = stores, clock

    def about(self, user_id: int) -> dict[str, Any]:
        """All of it, as JSON."""
        return {"submissions": self._stores.author_data.export(user_id)}

    def forget(self, user_id: int) -> None:
        """Withdraw what is pending, delete what was not posted, and who sent the rest."""
        with writing(self._stores.db):
            for submission in self._stores.submissions.by_author(user_id, limit=_ALL):
                if submission.state in ("pending", "withdrawn", "rejected"):
                    self._stores.reposts.forget(SightingRef.submission(submission.id))
            self._stores.author_data.forget(user_id, now=self._clock())


def _draft(
    proposal: Proposal, author: Author, summary: MediaSummary, suggested: SuggestedPost | None
) -> SubmissionDraft:
    message = suggested or SuggestedPost(author.id, proposal.message_id)  # a private chat has its person's number
    return SubmissionDraft(
        key=proposal.key,
        author_id=author.id,
        author_name=author.name if proposal.credit == "named" else "",
        credit=proposal.credit,
        lang=author.lang,
        origin="bot" if suggested is None else "suggested_post",
        origin_chat=message.chat_id if message.message_id else None,
        origin_message=message.message_id or None,
        channel=message.channel,
        media=proposal.media,
        caption=proposal.caption,
        caption_entities=proposal.entities,
        reading=summary,
    )


def _summary(facts: MemeFacts, sightings: Sequence[Sighting], names: Sequence[str]) -> MediaSummary:
    answer = facts.answer
    return MediaSummary(
        sha256=answer.sha256,
        answer_id=answer.id,
        explanation=kept_answer(answer.matches, answer.text),
        verdict=cast(Verdict, answer.verdict),
        confidence=facts.confidence,
        flags=tuple(names),
        sightings=dump_sightings(sightings),
    )
