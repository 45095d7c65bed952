"""The use case of an author: a meme that was explained becomes a proposal, and its author hears what became of it.

The rules are in ``moderation``; here they meet what the bot saw. Everything runs on the database's thread, a
submission with its flags and its fingerprints in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal, Self, TypeVar, cast
from zoneinfo import ZoneInfo

from knowledge.entry.model import EntryId
from knowledge.reading import Lang, Reading
from memebot.answering.state import Answer, AnswerId, kept_matches
from memebot.channel.channel_posts import look_of
from memebot.channel.review import dump_sightings
from memebot.database import DatabaseThread, writing
from moderation.model import MediaSummary as Seen
from moderation.model import Medium, Notice, Submission, SubmissionDraft, SubmissionId, Verdict
from moderation.reposts import Appearance, Sighting, SightingRef
from moderation.rules import Facts, Picture, caption_links, caption_mentions, flags
from moderation.stores import Moderation

T = TypeVar("T")

CAPTION = 1024
"""Telegram's limit for a caption, in UTF-16 units."""
SHOWN = 10
"""How many of an author's submissions ``mine`` gives."""
_ALL = 1_000_000

Credit = Literal["named", "anonymous"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an author is about to propose. ``key`` makes sending it twice sending it once."""

    key: str
    answer_id: AnswerId
    media: tuple[Medium, ...]
    caption: str = ""
    entities: tuple[Mapping[str, Any], ...] = ()
    credit: Credit = "anonymous"

    def to_json(self) -> dict[str, Any]:
        """For the conversation's data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What ``to_json`` gave."""
        media = tuple(Medium(**medium) for medium in data["media"])
        return cls(**{**data, "media": media, "entities": tuple(data["entities"])})

    def with_caption(self, caption: str, entities: Sequence[Mapping[str, Any]]) -> Self:
        """The same with another caption."""
        return replace(self, caption=caption, entities=tuple(entities))


@dataclass(frozen=True, slots=True)
class MemeFacts:
    """What the bot knows of the meme: the answer that it gave, how sure, on which template, and what it saw."""

    answer: Answer
    confidence: float
    template: EntryId | None
    reading: Reading | None

    @property
    def look(self) -> Appearance:
        """What is compared with earlier pictures."""
        return look_of(self.reading, self.answer.text, self.template)


@dataclass(frozen=True, slots=True)
class Author:
    """Who proposes. ``name`` is shown to readers, and only if the author wants that."""

    id: int
    name: str
    lang: Lang


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a suggested post waits in the channel's direct messages."""

    chat_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class AuthorSubmission:
    """One of an author's submissions; ``place`` in the queue while it is pending."""

    submission: Submission
    place: int | None


class Submitting:
    """One instance a bot; used from its event loop."""

    def __init__(self, database: DatabaseThread, stores: Moderation, *, clock: Callable[[], datetime]) -> None:
        self._database, self._stores, self._clock = database, stores, clock

    async def _run(self, work: Callable[[], T]) -> T:
        return await self._database.run(work)

    async def check(self, author_id: int) -> None:
        """May this author propose now? Raises ``Banned`` or ``DailyLimit``."""
        await self._run(lambda: self._stores.queue.check_author(author_id, now=self._clock()))

    async def seen_before(self, known: MemeFacts) -> list[Sighting]:
        """Posts of the channel that show this picture or say the same, the most alike first.

        The same template with other words is a meme of its own: those who decide see it, authors are not asked.
        """
        found = await self._run(lambda: self._stores.reposts.find(known.look, kind="post"))
        return [sighting for sighting in found if sighting.how != "same-template-other-text"]

    async def submit(
        self,
        proposal: Proposal,
        author: Author,
        known: MemeFacts,
        *,
        pictures: Sequence[Picture] = (),
        origin: Origin | None = None,
    ) -> AuthorSubmission:
        """Put a proposal into the queue, once. Raises ``Banned``, ``DailyLimit`` or ``BadCaption``.

        ``pictures``: what was measured of its pictures, for the flags that those who decide see.
        """
        now = self._clock()

        def work() -> AuthorSubmission:
            stores, look = self._stores, known.look
            self._stores.reposts.refresh()
            with writing(self._stores.db):
                sightings = self._stores.reposts.find(look)
                facts = Facts(
                    tuple(pictures),
                    links=caption_links(proposal.caption, proposal.entities),
                    mentions=caption_mentions(proposal.caption, proposal.entities),
                    proposed=tuple(earlier.submitted_at for earlier in stores.submissions.by_author(author.id)),
                    sightings=tuple(sighting.how for sighting in sightings),
                )
                seen = _seen(known, sightings, [flag.name for flag in flags(facts, now=now)])
                submission = stores.queue.submit(_draft(proposal, author, seen, origin), now=now)
                self._stores.reposts.remember(SightingRef.submission(submission.id), look, at=submission.submitted_at)
            return AuthorSubmission(submission, stores.submissions.place(submission.id))

        return await self._run(work)

    async def place(self, submission: SubmissionId) -> int | None:
        """Its place in the queue while it is pending, counted from 1."""
        return await self._run(lambda: self._stores.submissions.place(submission))

    async def mine(self, author_id: int) -> list[AuthorSubmission]:
        """An author's submissions, the newest first."""

        def work() -> list[AuthorSubmission]:
            found = self._stores.submissions.by_author(author_id, limit=SHOWN)
            return [AuthorSubmission(submission, self._stores.submissions.place(submission.id)) for submission in found]

        return await self._run(work)

    async def withdraw(self, submission: SubmissionId, author_id: int) -> None:
        """Take a pending one back; it was not here before. Raises ``NotYours`` or ``AlreadyDecided``."""

        def work() -> None:
            with writing(self._stores.db):
                self._stores.queue.withdraw(submission, author_id, now=self._clock())
                self._stores.reposts.forget(SightingRef.submission(submission))

        await self._run(work)

    async def answer(self, submission: SubmissionId, author_id: int, text: str) -> None:
        """Answer what an admin asked about a submission. Raises ``NotYours``."""
        await self._run(lambda: self._stores.queue.answer(submission, author_id, text, now=self._clock()))

    async def wants_milestones(self, author_id: int) -> bool:
        """Whether this author hears of how a post is liked."""
        return await self._run(lambda: self._stores.people.wants_milestones(author_id))

    async def set_milestones(self, author_id: int, *, on: bool) -> None:
        """Tell this author of how a post is liked, or do not."""
        await self._run(lambda: self._stores.people.set_milestones(author_id, on))

    async def zone(self) -> ZoneInfo:
        """The community's time zone."""
        return ZoneInfo(str(await self._run(lambda: self._stores.community.get("zone"))))

    def now(self) -> datetime:
        """The present time, aware, in UTC."""
        return self._clock()

    # --- what authors are told

    async def due_notices(self) -> list[Notice]:
        """What authors are to be told by now."""
        return await self._run(lambda: self._stores.outbox.due_notices(now=self._clock()))

    async def claim(self, notice: Notice) -> bool:
        """True once: then the caller is the one to tell."""
        return await self._run(lambda: self._stores.outbox.claim_notice(notice.id, now=self._clock()))

    async def told(self, notice: Notice) -> None:
        """The author has it."""
        await self._run(lambda: self._stores.outbox.mark_notice_sent(notice.id, now=self._clock()))

    async def not_told(self, notice: Notice, *, retry_at: datetime | None) -> None:
        """The author could not be told; try again then, or never."""
        await self._run(lambda: self._stores.outbox.mark_notice_failed(notice.id, now=self._clock(), retry_at=retry_at))

    async def reason(self, submission: Submission, lang: Lang) -> str:
        """Why it was rejected, in words; nothing where no reason was given."""
        key = submission.reason_key
        canned = None if key is None else await self._run(lambda: self._stores.community.reason(key))
        return submission.reason_text or (getattr(canned, lang) if canned else "")

    # --- suggested posts

    async def decided_elsewhere(self, origin: Origin) -> None:
        """A suggested post was decided in Telegram itself: it leaves the queue, and nobody is told again."""

        def work() -> None:
            found = self._stores.submissions.by_key(origin_key(origin))
            if found is not None and found.state == "pending":
                self._stores.queue.reject(found.id, 0, now=self._clock(), silent=True)

        await self._run(work)

    # --- an author's data

    async def about(self, author_id: int) -> Mapping[str, Any]:
        """All that is kept about an author."""
        return await self._run(lambda: self._stores.author_data.export(author_id))

    async def forget(self, author_id: int) -> None:
        """Withdraw what is pending, delete what was not posted, and who sent the rest."""

        def work() -> None:
            stores, now = self._stores, self._clock()
            with writing(self._stores.db):
                for submission in stores.submissions.by_author(author_id, limit=_ALL):
                    if submission.state in ("pending", "withdrawn", "rejected"):
                        self._stores.reposts.forget(SightingRef.submission(submission.id))
                stores.author_data.forget(author_id, now=now)

        await self._run(work)


def origin_key(origin: Origin) -> str:
    """A suggested post enters the queue once, however often Telegram tells of it."""
    return f"suggested:{origin.chat_id}:{origin.message_id}"


def _draft(proposal: Proposal, author: Author, seen: Seen, origin: Origin | None) -> SubmissionDraft:
    return SubmissionDraft(
        key=proposal.key,
        author_id=author.id,
        author_name=author.name if proposal.credit == "named" else "",
        credit=proposal.credit,
        lang=author.lang,
        origin="bot" if origin is None else "suggested_post",
        origin_chat=None if origin is None else origin.chat_id,
        origin_message=None if origin is None else origin.message_id,
        media=proposal.media,
        caption=proposal.caption,
        caption_entities=proposal.entities,
        reading=seen,
    )


def _seen(known: MemeFacts, sightings: Sequence[Sighting], names: Sequence[str]) -> Seen:
    answer = known.answer
    return Seen(
        sha256=answer.sha256,
        answer_id=answer.id,
        explanation=kept_matches(answer.matches),
        verdict=cast(Verdict, answer.verdict),
        confidence=known.confidence,
        flags=tuple(names),
        sightings=dump_sightings(sightings),
    )
