"""What moderators do with submissions: look at them, decide, talk with the author.

Every change is one transaction in which the right is checked first; the store's errors (``moderation.errors``) say
what stood in the way. Methods run on the database's thread and know nothing of Telegram.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from memebot.channel.dossier import Dossier, read_dossier
from memebot.channel.publishing import PostPlace, locate_post
from moderation.audit import AuditRow
from moderation.errors import Stale
from moderation.model import ChannelName, Decision, Submission, SubmissionId, Target
from moderation.stores import Moderation

When = datetime | Literal["now", "next"]
PAGE = 8
HARMLESS = frozenset({"claim", "release", "vote"})
"""What may happen to a submission between a look and a decision without making it a decision about something else."""


@dataclass(frozen=True, slots=True)
class PendingPage:
    """A page of the submissions that wait, the oldest first, as of ``now``; ``after``: where the next one begins."""

    submissions: tuple[Submission, ...]
    total: int
    planned: int
    need: int
    after: SubmissionId | None
    now: datetime


class Review:
    """Decisions of moderators; ``by`` is who decides. Raises ``NotAllowed`` where their role does not suffice."""

    def __init__(self, stores: Moderation, *, clock: Callable[[], datetime]) -> None:
        self._stores, self._queue, self._people = stores, stores.queue, stores.people
        self._clock = clock

    # --- looking

    def dossier(self, number: SubmissionId) -> Dossier:
        """All that a card shows. Raises ``SubmissionNotFound``."""
        return read_dossier(self._stores, number, self._clock())

    def look_up(self, number: SubmissionId, by: int) -> Dossier:
        """``dossier`` for a person. Raises ``SubmissionNotFound``."""
        self._people.need(by, "decide")
        return self.dossier(number)

    def pending(self, by: int, after: SubmissionId | None = None) -> PendingPage:
        """A page of those that wait for a decision."""
        self._people.need(by, "decide")
        submissions = self._stores.submissions
        found = submissions.by_state("pending", PAGE + 1, after)
        page = tuple(found[:PAGE])
        return PendingPage(
            submissions=page,
            total=submissions.count("pending"),
            planned=submissions.count("approved"),
            need=self._stores.community.get("approvals"),
            after=page[-1].id if len(found) > PAGE else None,
            now=self._clock(),
        )

    def audit(self, number: SubmissionId, by: int) -> tuple[list[AuditRow], ZoneInfo]:
        """What was done to a submission and about its author, the latest first. Raises ``SubmissionNotFound``."""
        self._people.need(by, "decide")
        author = self._stores.submissions.get(number).author_id
        return self._stores.audit.about(number, author, limit=30), ZoneInfo(self._stores.community.get("zone"))

    def free_slots(self, number: SubmissionId, by: int, page: int) -> tuple[list[datetime], bool]:
        """A page of free slots for a submission, in its own channel, and whether there are later ones."""
        self._people.need(by, "decide")
        found = self._stores.submissions.get(number)
        wanted = self._stores.community.channels_for(found, self._stores.channels)
        own = wanted[0] if found.state == "pending" else found.channel
        free = self._stores.slots.free(self._clock(), (page + 1) * PAGE + 1, own)
        return free[page * PAGE : (page + 1) * PAGE], len(free) > (page + 1) * PAGE

    def unasked_fates(self) -> list[SubmissionId]:
        """Submissions whose post may be there or not, and whom no card asks about yet."""
        cards = self._stores.outbox.cards
        unresolved = dict.fromkeys(submission.id for submission in self._stores.posts.unresolved())
        return [number for number in unresolved if all(card.kind != "fate" for card in cards(number))]

    # --- deciding

    def need_decider(self, number: SubmissionId, by: int) -> None:
        """Raises ``SameDecider`` or ``OwnSubmission`` where an appeal waits for somebody else."""
        self._people.need(by, "decide")
        self._stores.appeals.need_decider(self._stores.submissions.get(number), by)

    def _current_version(self, number: SubmissionId, version: int) -> int:
        """The version to decide on, for somebody who looked at ``version``. Raises ``Stale`` if they must look again.

        Claims and votes of others change nothing about what they looked at.
        """
        found = self._stores.submissions.get(number)
        if found.state != "pending":
            return version
        if found.version == version:
            return version
        since = [row for row in self._stores.audit.newest(number, limit=50) if (row.version or 0) > version]
        if version > found.version or any(row.action not in HARMLESS for row in since):
            raise Stale(found)
        return found.version

    def approve(self, number: SubmissionId, by: int, *, when: When, version: int) -> Decision:
        """Approve what was seen as ``version``, or count the vote; what was seen as planned is planned anew.

        Raises what ``ReviewQueue.approve`` and ``Slots.move`` do.
        """
        with self._people.allowed(by, "decide"):
            found = self._stores.submissions.get(number)
            if (found.state, found.version) == ("approved", version):
                return self._plan_anew(found, by, when)
            current = self._current_version(number, version)
            channels = self._stores.community.channels_for(found, self._stores.channels)
            return self._queue.approve(number, by, when=when, now=self._clock(), version=current, channels=channels)

    def aim(self, number: SubmissionId, by: int, target: Target, *, version: int) -> Submission:
        """Let what was seen as ``version`` be posted in one channel, in the other, or in both.

        Raises what ``Crossposts.aim`` does.
        """
        with self._people.allowed(by, "decide"):
            seen = self._current_version(number, version)
            return self._stores.crossposts.aim(number, target, by=by, now=self._clock(), version=seen)

    def _plan_anew(self, planned: Submission, by: int, when: When) -> Decision:
        now, slots = self._clock(), self._stores.slots
        soon = now + timedelta(seconds=1)
        slot = slots.choose(when, soon, now, channel=planned.channel)
        moved = slots.move(planned.id, slot, by=by, now=now, version=planned.version, close_ok=when == "now")
        return Decision(moved, "approved", 1, 1)

    def reject(
        self,
        number: SubmissionId,
        by: int,
        *,
        version: int,
        reason_key: str | None = None,
        reason_text: str = "",
        silent: bool = False,
    ) -> Decision:
        """Reject what was seen as ``version``. Raises what ``ReviewQueue.reject`` does."""
        with self._people.allowed(by, "decide"):
            return self._queue.reject(
                number,
                by,
                now=self._clock(),
                reason_key=reason_key,
                reason_text=reason_text,
                silent=silent,
                version=self._current_version(number, version),
            )

    def reject_and_ban(self, number: SubmissionId, by: int, *, version: int) -> Decision:
        """Reject what was seen as ``version`` and ban its author: both or neither."""
        with self._people.allowed(by, "ban"):
            now, current = self._clock(), self._current_version(number, version)
            decision = self._queue.reject(number, by, now=now, version=current)
            if decision.submission.author_id is not None:
                self._people.ban(decision.submission.author_id, by=by, now=now)
            return decision

    def undo(self, number: SubmissionId, by: int, *, version: int) -> Submission:
        """Take back the decision that was seen, and the ban that came with it. Raises ``TooLate`` or ``Stale``."""
        with self._people.allowed(by, "undo"):
            now, decided = self._clock(), self._stores.submissions.get(number)
            if decided.version != version and decided.state != "pending":
                raise Stale(decided)
            undone, author = self._queue.undo(number, by, now=now), decided.author_id
            ban = None if author is None else self._people.banned(author, now=now)
            if ban is not None and (ban.by, ban.at) == (decided.decided_by, decided.decided_at):
                self._people.unban(ban.user_id, by=by, now=now)
            return undone

    def resolve(self, number: SubmissionId, by: int, *, there: bool, channel: ChannelName | None = None) -> Submission:
        """Settle what became of a post whose sending broke off, in a channel, by default in its own."""
        with self._people.allowed(by, "decide"):
            return self._stores.posts.resolve(number, there=there, by=by, now=self._clock(), channel=channel)

    def locate(self, number: SubmissionId, by: int, place: PostPlace) -> Submission:
        """Say where a post stands of which that is not known. Raises ``AlreadyDecided``."""
        with self._people.allowed(by, "decide"):
            return locate_post(self._stores, number, place, by=by, now=self._clock())

    # --- writing

    def claim(self, number: SubmissionId, by: int, *, version: int) -> Submission:
        """Hold a submission while something about it is typed. Raises ``Claimed``, ``AlreadyDecided`` or ``Stale``."""
        with self._people.allowed(by, "decide"):
            self._current_version(number, version)
            return self._queue.claim(number, by, now=self._clock())

    def release(self, number: SubmissionId, by: int) -> None:
        """Let go of a claim of one's own; nothing if there is none."""
        with self._people.allowed(by, "decide"):
            self._queue.release(number, by, now=self._clock())

    def edit_caption(
        self,
        number: SubmissionId,
        by: int,
        caption: str,
        entities: Sequence[Mapping[str, Any]],
        *,
        version: int | None = None,
        channel: ChannelName | None = None,
    ) -> Submission:
        """Replace the caption, of what was seen as ``version``, and let go of the claim; ``channel``: there alone.

        Raises ``BadCaption``, ``Claimed``, ``AlreadyDecided`` or ``Stale``.
        """
        with self._people.allowed(by, "decide"):
            now, seen = self._clock(), None if version is None else self._current_version(number, version)
            edit = self._queue.edit_caption
            edit(number, caption, tuple(entities), by=by, now=now, version=seen, channel=channel)
            return self._queue.release(number, by, now=now)

    def ask(self, number: SubmissionId, by: int, text: str, *, message: tuple[int, int] | None = None) -> None:
        """Ask the author and let go of the claim. ``message``: (chat, number) where it was typed, to be replied to.

        Raises ``AlreadyDecided``.
        """
        with self._people.allowed(by, "decide"):
            now = self._clock()
            self._queue.ask(number, by, text, now=now, message=message)
            self._queue.release(number, by, now=now)
