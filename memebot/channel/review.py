"""The use cases of those who decide: a submission with all that one must know about it, and every decision.

Each is one call on the database's thread: the right is checked, the store does it in one transaction, and the
store's errors (``moderation.errors``) tell what stood in the way. Nothing here knows Telegram.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from memebot.database import DatabaseThread, writing
from moderation.audit import AuditRow
from moderation.community import Reason
from moderation.errors import ModerationError, Stale
from moderation.model import Ban, Card, Decision, Remark, Submission, SubmissionId
from moderation.people import AuthorRecord, Grant, Role
from moderation.stores import Moderation

if TYPE_CHECKING:
    from moderation.reposts.model import Sighting

T = TypeVar("T")

When = datetime | Literal["now", "next"]
PAGE = 8
MAX_REASONS = 20
MAX_REASON = 100
HARMLESS = frozenset({"claim", "release", "vote"})
"""What may happen to a submission between a look and a decision without making the decision another one."""


class IsTeamMember(ModerationError):
    """Somebody with a role is not banned: the role goes first."""

    def __init__(self, user_id: int) -> None:
        super().__init__(f"{user_id} has a role")
        self.user_id = user_id


@dataclass(frozen=True, slots=True)
class SimilarSubmission:
    """A picture like the submitted one that was here before.

    ``submission``: where that one has not become a post. ``cards``: of that submission, for a link to it.
    """

    how: str
    at: datetime
    distance: int | None = None
    mirrored: bool = False
    link: str | None = None
    submission: SubmissionId | None = None
    cards: tuple[Card, ...] = ()


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that a card shows, as it stood at ``now``."""

    submission: Submission
    record: AuthorRecord | None
    remarks: tuple[Remark, ...]
    earlier: tuple[SimilarSubmission, ...]
    cards: tuple[Card, ...]
    reasons: tuple[Reason, ...]
    need: int
    zone: ZoneInfo
    now: datetime

    @property
    def reason(self) -> Reason | None:
        """The canned reason of a rejection."""
        return next((r for r in self.reasons if r.key == self.submission.reason_key), None)

    @property
    def next_change(self) -> datetime | None:
        """When the card will be wrong though nothing has happened: a claim or the time for undoing runs out."""
        moments = [self.submission.undo_until, self.submission.claimed_until]
        return min((m for m in moments if m is not None and m > self.now), default=None)


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One submission in a list."""

    submission: Submission
    claimed_by: int | None


@dataclass(frozen=True, slots=True)
class PendingPage:
    """A page of those that wait, the oldest first."""

    lines: tuple[QueueLine, ...]
    total: int
    planned: int
    need: int
    after: SubmissionId | None
    now: datetime


class Review:
    """Decisions of moderators. One instance a bot; used from its event loop."""

    def __init__(
        self,
        database: DatabaseThread,
        stores: Moderation,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._database, self._stores, self._people, self._community = database, stores, stores.people, stores.community
        self._clock = clock

    async def _run(self, work: Callable[[], T]) -> T:
        return await self._database.run(work)

    async def _allowed(self, by: int, what: str, work: Callable[[], T]) -> T:
        """``work`` in one transaction, if this person may do ``what``. Raises ``NotAllowed``."""

        def checked() -> T:
            with writing(self._database.connection):
                self._people.need(by, what)
                return work()

        return await self._database.run(checked)

    async def _shown(self, by: int, what: str, work: Callable[[], T]) -> T:
        """``work`` that only reads, if this person may do ``what``. Raises ``NotAllowed``."""

        def checked() -> T:
            self._people.need(by, what)
            return work()

        return await self._run(checked)

    # --- looking ------------------------------------------------------------------------------------------

    def now(self) -> datetime:
        """The present time."""
        return self._clock()

    async def may(self, user: int, what: str) -> bool:
        """Whether this person may do this: "decide", "ban", "roles", "settings"…"""
        return await self._run(lambda: self._people.may(user, what))

    async def role(self, user: int) -> Role | None:
        """This person's highest role."""
        return await self._run(lambda: self._people.role(user))

    async def open(self, submission: SubmissionId) -> Dossier:
        """All that a card shows. Raises ``SubmissionNotFound``."""
        return await self._run(lambda: self._dossier(submission))

    async def look_up(self, by: int, submission: SubmissionId) -> Dossier:
        """``open`` for a person. Raises ``NotAllowed`` or ``SubmissionNotFound``."""
        return await self._shown(by, "decide", lambda: self._dossier(submission))

    def _dossier(self, submission: SubmissionId) -> Dossier:
        now, found = self._clock(), self._stores.submissions.get(submission)
        author = found.author_id
        reasons = self._community.reasons()
        used = None if found.reason_key is None else self._community.reason(found.reason_key)
        if used is not None and used.key not in {reason.key for reason in reasons}:
            reasons = [*reasons, used]
        return Dossier(
            submission=found,
            record=None if author is None else self._people.record(author, now=now),
            remarks=tuple(self._stores.queue.remarks(submission)),
            earlier=tuple(self._earlier(found.sightings or ())),
            cards=tuple(self._stores.outbox.cards(submission)),
            reasons=tuple(reasons),
            need=self._community.get("approvals"),
            zone=self._zone(),
            now=now,
        )

    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self._community.get("zone"))

    def _earlier(self, sightings: Iterable[Mapping[str, Any]]) -> Iterable[SimilarSubmission]:
        for seen in sightings:
            number = SubmissionId(seen["id"]) if seen["kind"] == "submission" else None
            cards = () if number is None else tuple(self._stores.outbox.cards(number))
            yield SimilarSubmission(
                seen["how"],
                datetime.fromisoformat(seen["at"]),
                seen.get("distance"),
                bool(seen.get("mirrored")),
                seen.get("link"),
                number,
                cards,
            )

    async def waiting(self, by: int, after: SubmissionId | None = None) -> PendingPage:
        """A page of those that wait for a decision, the oldest first. Raises ``NotAllowed``."""

        def work() -> PendingPage:
            now = self._clock()
            found = self._stores.submissions.by_state("pending", PAGE + 1, after)
            lines = tuple(QueueLine(s, s.claimant(now)) for s in found[:PAGE])
            more = lines[-1].submission.id if len(found) > PAGE else None
            return PendingPage(
                lines,
                self._stores.submissions.count("pending"),
                self._stores.submissions.count("approved"),
                self._community.get("approvals"),
                more,
                now,
            )

        return await self._shown(by, "decide", work)

    async def waiting_of(self, author: int) -> list[SubmissionId]:
        """What this author has waiting for a decision."""
        return [
            s.id
            for s in await self._run(lambda: self._stores.submissions.by_author(author, limit=100))
            if s.state == "pending"
        ]

    async def audit(self, by: int, submission: SubmissionId) -> tuple[Submission, list[AuditRow], ZoneInfo]:
        """What was done to a submission, the latest first. Raises ``NotAllowed`` or ``SubmissionNotFound``."""
        return await self._shown(
            by,
            "decide",
            lambda: (
                self._stores.submissions.get(submission),
                self._stores.audit.rows(submission, limit=30),
                self._zone(),
            ),
        )

    async def free_slots(self, by: int, page: int) -> tuple[list[datetime], bool]:
        """A page of free slots, and whether there are later ones. Raises ``NotAllowed``."""

        def work() -> tuple[list[datetime], bool]:
            free = self._stores.slots.free(self._clock(), (page + 1) * PAGE + 1)
            return free[page * PAGE : (page + 1) * PAGE], len(free) > (page + 1) * PAGE

        return await self._shown(by, "decide", work)

    # --- deciding -----------------------------------------------------------------------------------------

    def _seen(self, submission: SubmissionId, version: int) -> int:
        """The version to decide on, for somebody who saw ``version``; raises ``Stale`` if they must look again.

        Claims and votes of others change nothing about what was seen.
        """
        found = self._stores.submissions.get(submission)
        if found.version == version or found.state != "pending":
            return found.version
        since = [row for row in self._stores.audit.rows(submission, limit=50) if (row.version or 0) > version]
        if version > found.version or any(row.action not in HARMLESS for row in since):
            raise Stale(found)
        return found.version

    async def approve(self, submission: SubmissionId, by: int, *, when: When, version: int) -> Decision:
        """Approve what was seen as ``version``, or count the vote. Raises what ``ReviewQueue.approve`` does."""

        def work() -> Decision:
            seen = self._seen(submission, version)
            return self._stores.queue.approve(submission, by, when=when, now=self._clock(), version=seen)

        return await self._allowed(by, "decide", work)

    async def reject(
        self,
        submission: SubmissionId,
        by: int,
        *,
        version: int,
        reason_key: str | None = None,
        reason_text: str = "",
        silent: bool = False,
    ) -> Decision:
        """Reject what was seen as ``version``. Raises what ``ReviewQueue.reject`` does."""

        def work() -> Decision:
            seen = self._seen(submission, version)
            return self._stores.queue.reject(
                submission,
                by,
                now=self._clock(),
                reason_key=reason_key,
                reason_text=reason_text,
                silent=silent,
                version=seen,
            )

        return await self._allowed(by, "decide", work)

    async def reject_and_ban(self, submission: SubmissionId, by: int, *, version: int) -> Decision:
        """Both or neither."""

        def work() -> Decision:
            now, seen = self._clock(), self._seen(submission, version)
            decision = self._stores.queue.reject(submission, by, now=now, version=seen)
            if decision.submission.author_id is not None:
                self._people.ban(decision.submission.author_id, by=by, now=now)
            return decision

        return await self._allowed(by, "ban", work)

    async def undo(self, submission: SubmissionId, by: int, *, version: int) -> Submission:
        """Take back the decision that was seen, and the ban that came with it. Raises ``TooLate``, ``Stale``."""

        def work() -> Submission:
            now, found = self._clock(), self._stores.submissions.get(submission)
            if found.version != version and found.state != "pending":
                raise Stale(found)
            undone, author = self._stores.queue.undo(submission, by, now=now), found.author_id
            ban = None if author is None else self._people.banned(author, now=now)
            if ban is not None and (ban.by, ban.at) == (found.decided_by, found.decided_at):
                self._people.unban(ban.user_id, by=by, now=now)
            return undone

        return await self._allowed(by, "undo", work)

    async def claim(self, submission: SubmissionId, by: int, *, version: int) -> Submission:
        """Hold a submission while something about it is typed. Raises ``Claimed`` and ``AlreadyDecided``."""

        def work() -> Submission:
            self._seen(submission, version)
            return self._stores.queue.claim(submission, by, now=self._clock())

        return await self._allowed(by, "decide", work)

    async def release(self, submission: SubmissionId, by: int) -> None:
        """Let go of a claim of one's own; nothing if there is none."""

        def work() -> None:
            self._stores.queue.release(submission, by, now=self._clock())

        await self._allowed(by, "decide", work)

    async def edit_caption(
        self, submission: SubmissionId, by: int, caption: str, entities: Sequence[Mapping[str, Any]]
    ) -> Submission:
        """Replace the caption and let go of the claim. Raises ``BadCaption``, ``Claimed``, ``AlreadyDecided``."""

        def work() -> Submission:
            now = self._clock()
            self._stores.queue.edit_caption(submission, caption, tuple(entities), by=by, now=now)
            return self._stores.queue.release(submission, by, now=now)

        return await self._allowed(by, "decide", work)

    async def ask(self, submission: SubmissionId, by: int, text: str) -> None:
        """Ask the author and let go of the claim."""

        def work() -> None:
            now = self._clock()
            self._stores.queue.ask(submission, by, text, now=now)
            self._stores.queue.release(submission, by, now=now)

        await self._allowed(by, "decide", work)

    async def resolve(self, submission: SubmissionId, by: int, *, there: bool) -> Submission:
        """Settle what became of a post whose sending broke off."""
        return await self._allowed(
            by, "decide", lambda: self._stores.posts.resolve(submission, there=there, by=by, now=self._clock())
        )

    # --- people -------------------------------------------------------------------------------------------

    async def author_of(self, by: int, chat_id: int, message_id: int) -> int | None:
        """Whose submission this card shows."""

        def work() -> int | None:
            card = self._stores.outbox.card_at(chat_id, message_id)
            return None if card is None else self._stores.submissions.get(card.submission).author_id

        return await self._shown(by, "decide", work)

    async def note(self, author: int, text: str, by: int) -> None:
        """Keep a note about an author that only moderators see; an empty one goes."""
        await self._allowed(by, "note", lambda: self._people.set_note(author, text, by=by, now=self._clock()))

    async def ban(self, author: int, by: int, reason: str) -> bool:
        """Take no more from this author; False if it was so already. Raises ``IsTeamMember``."""

        def work() -> bool:
            now = self._clock()
            if self._people.role(author) is not None:
                raise IsTeamMember(author)
            known: Ban | None = self._people.banned(author, now=now)
            if known is None or reason:
                self._people.ban(author, by=by, now=now, reason=reason)
            return known is None

        return await self._allowed(by, "ban", work)

    async def unban(self, author: int, by: int) -> bool:
        """Take from this author again; False if it was so already."""

        def work() -> bool:
            now = self._clock()
            banned = self._people.banned(author, now=now) is not None
            if banned:
                self._people.unban(author, by=by, now=now)
            return banned

        return await self._allowed(by, "ban", work)

    async def grant(self, user: int, role: Role | None, by: int) -> None:
        """Give a role, or take all away. Raises ``NotAllowed`` with the role that it takes."""

        def work() -> None:
            now = self._clock()
            if role is not None:
                self._people.grant(user, role, by=by, now=now)
                return
            for held in [g for g in self._people.roles() if g.user_id == user and g.source != "chat"]:
                self._people.revoke(user, held.role, by=by, now=now)

        await self._allowed(by, "roles", work)

    async def roles(self, by: int | None = None) -> list[Grant]:
        """Who has which role; for a person, raises ``NotAllowed``."""
        if by is None:
            return await self._run(self._people.roles)
        return await self._shown(by, "decide", lambda: self._people.roles())

    async def member(self, user: int, *, inside: bool) -> None:
        """Somebody is in the moderators' chat, or is not any more."""
        await self._run(lambda: self._people.chat_member(user, inside, now=self._clock()))

    async def banned(self, author: int) -> Ban | None:
        """The ban that stands, if any."""
        return await self._run(lambda: self._people.banned(author, now=self._clock()))

    # --- settings -----------------------------------------------------------------------------------------

    async def setting(self, name: str) -> Any:
        """One setting of the community."""
        return await self._run(lambda: self._community.get(name))

    async def settings(self, by: int) -> Mapping[str, Any]:
        """All settings of the community. Raises ``NotAllowed``."""
        return await self._shown(by, "settings", lambda: self._community.all())

    async def set_setting(self, name: str, value: Any, by: int) -> None:
        """Change a setting. Raises ``NotAllowed`` or ``BadSetting``."""
        await self._allowed(by, "settings", lambda: self._community.set(name, value, by=by, now=self._clock()))

    async def reasons(self, by: int) -> list[Reason]:
        """The canned reasons. Raises ``NotAllowed``."""
        return await self._shown(by, "roles", lambda: self._community.reasons())

    async def put_reason(self, key: str | None, ru: str, en: str, by: int) -> Reason:
        """Add a canned reason, or change the one of this key."""
        return await self._allowed(
            by, "roles", lambda: self._community.put_reason(key, ru, en, by=by, now=self._clock())
        )

    async def drop_reason(self, key: str, by: int) -> None:
        """Offer a canned reason no more."""
        await self._allowed(by, "roles", lambda: self._community.drop_reason(key, by=by, now=self._clock()))

    # --- cards --------------------------------------------------------------------------------------------

    async def without_card(self, limit: int = 20) -> list[SubmissionId]:
        """Submissions that wait and that nobody can see yet."""
        return [s.id for s in await self._run(lambda: self._stores.outbox.without_card(limit))]

    async def of_unknown_fate(self) -> list[SubmissionId]:
        """Submissions whose post may be there or not, and whom no card asks about yet."""

        def work() -> list[SubmissionId]:
            unknown = self._stores.posts.unresolved()
            return [s.id for s in unknown if not any(card.kind == "fate" for card in self._stores.outbox.cards(s.id))]

        return await self._run(work)

    async def stale(self, limit: int = 50) -> list[SubmissionId]:
        """Submissions of which a card shows an older state."""
        cards = await self._run(lambda: self._stores.outbox.stale_cards(limit))
        return list(dict.fromkeys(card.submission for card in cards))

    async def timed(self) -> list[SubmissionId]:
        """Submissions whose cards may have become wrong while nobody looked: claims and undo times that ran out."""
        return [
            s.id for s in await self._run(lambda: self._stores.submissions.unsettled(self._clock() - timedelta(days=1)))
        ]

    async def cards(self, submission: SubmissionId) -> list[Card]:
        """The messages that show a submission."""
        return await self._run(lambda: self._stores.outbox.cards(submission))

    async def card_sent(
        self,
        submission: SubmissionId,
        chat_id: int,
        message_id: int,
        *,
        thread: int | None,
        version: int,
        kind: str = "card",
    ) -> None:
        """This message is a card of that submission from now on."""
        await self._run(
            lambda: self._stores.outbox.put_card(
                submission, chat_id, message_id, thread=thread, version=version, kind=kind
            )
        )

    async def card_shown(self, chat_id: int, message_id: int, version: int) -> None:
        """This card shows that version."""
        await self._run(lambda: self._stores.outbox.mark_card_shown(chat_id, message_id, version))

    async def drop_card(self, chat_id: int, message_id: int) -> None:
        """This message is no card any more."""
        await self._run(lambda: self._stores.outbox.drop_card(chat_id, message_id))

    async def leave_chat(self, chat_id: int) -> None:
        """No card in this chat can be reached any more: what waits will be shown anew elsewhere."""
        await self._run(lambda: self._stores.outbox.drop_cards(chat_id))


# --- sightings as they are stored with a submission -------------------------------------------------------------


def dump_sightings(sightings: Sequence[Sighting]) -> list[dict[str, Any]]:
    """What was seen before, as JSON to keep with a submission."""
    return [
        {
            "kind": seen.ref.kind,
            "id": getattr(seen.ref, "id", None),
            "chat_id": getattr(seen.ref, "chat_id", None),
            "message_id": getattr(seen.ref, "message_id", None),
            "link": getattr(seen.ref, "link", None),
            "at": seen.at.isoformat(),
            "how": seen.how,
            "distance": seen.distance,
            "mirrored": seen.mirrored,
        }
        for seen in sightings
    ]
