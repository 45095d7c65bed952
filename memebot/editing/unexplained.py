"""What waits for an entry: groups of unexplained memes, and proposed memes that nothing explains."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from knowledge.store.base import KnowledgeBase
from memebot.answering.explainer import Explanation
from memebot.answering.grouping import GroupId
from memebot.answering.record import kept_answer
from memebot.answering.unexplained import Group, Unexplained
from memebot.drafting.store import Demand
from memebot.editing.drafts import Drafts, call_key, need_editor
from memebot.editing.prefill import MAX_PICTURES
from moderation.errors import ModerationError
from moderation.model import MediaSummary, State, Submission
from moderation.stores import Moderation

QUIET = timedelta(minutes=10)
"""So long nothing may have been approved before editors are called: once to all that one sitting has brought."""
PATIENCE = timedelta(hours=1)
"""What was approved longer ago is told of, however busy the queue is."""
PUBLIC: tuple[State, ...] = ("approved", "published")


@dataclass(frozen=True, slots=True)
class GroupsPage:
    """Some groups of unexplained memes, and how many memes and groups there are in all."""

    groups: tuple[Group, ...]
    memes: int
    in_all: int


@dataclass(frozen=True, slots=True)
class EditorsCall:
    """Memes that will be in the channel and that the bot cannot explain; times are shown in ``zone``, as of ``now``."""

    submissions: tuple[Submission, ...]
    zone: ZoneInfo
    now: datetime


class UnexplainedMemes:
    """Belongs to the thread of its database. What takes a user raises ``NotAnEditor``."""

    def __init__(
        self,
        kb: KnowledgeBase,
        memes: Unexplained,
        moderation: Moderation,
        drafts: Drafts,
        clock: Callable[[], datetime],
    ) -> None:
        self._kb, self._memes, self._drafts, self._clock = kb, memes, drafts, clock
        self._people, self._submissions, self._queue = moderation.people, moderation.submissions, moderation.queue
        self._community = moderation.community
        self._generation = -1

    # --- groups

    def groups(self, user_id: int, limit: int, offset: int = 0) -> GroupsPage:
        """Groups of unexplained memes, most asked for first."""
        need_editor(self._people, user_id)
        return GroupsPage(tuple(self._memes.top(limit, offset)), *self._memes.size())

    def group(self, user_id: int, group: GroupId) -> Group | None:
        """One group; None if all of it is explained."""
        need_editor(self._people, user_id)
        return self._memes.group(group)

    def is_open(self, group: GroupId) -> bool:
        """Whether anything in a group is unexplained."""
        return self._memes.group(group) is not None

    def pictures_of(self, user_id: int, group: GroupId) -> list[str]:
        """The pictures' keys of a group, those that most people asked about first."""
        need_editor(self._people, user_id)
        return [meme.sha256 for meme in self._memes.members(group, MAX_PICTURES)]

    def hide(self, user_id: int, group: GroupId, *, hidden: bool) -> None:
        """There is nothing to explain in this group, or there is after all."""
        need_editor(self._people, user_id)
        if hidden:
            self._memes.hide(group, user_id, now=self._clock())
        else:
            self._memes.show(group)

    # --- proposals

    def picture_of_submission(self, user_id: int, submission: int) -> str | None:
        """The picture's key of a proposed meme; None if there is none any more."""
        need_editor(self._people, user_id)
        with suppress(ModerationError):
            return self._submissions.get(submission).sha256
        return None

    def unexplained_proposals(self) -> list[Submission]:
        """Approved and published memes that the bot could not explain, each time when the base has changed.

        Readers get the explanation that is kept with the meme: one that was written since must come to it.
        """
        generation = self._kb.generation()
        if generation == self._generation:
            return []
        self._generation = generation
        return self._submissions.unexplained(*PUBLIC)

    def explain_proposal(self, number: int, explanation: Explanation) -> None:
        """Keep with a proposed meme what the base says about it by now; nothing if it has gone on meanwhile."""
        with suppress(ModerationError):
            old = self._submissions.get(number)
            summary = MediaSummary(
                sha256=old.sha256,
                answer_id=old.answer_id,
                explanation=kept_answer(explanation.matches, explanation.text),
                verdict=explanation.verdict,
                confidence=explanation.confidence,
                flags=old.flags,
                sightings=old.sightings,
            )
            if old.state in PUBLIC:
                self._queue.set_reading(number, summary, now=self._clock())

    def call(self) -> EditorsCall | None:
        """Approved memes that the bot cannot explain and that not all editors have heard of (``mark_called``).

        Somebody should write an entry before they appear. None where there are none, or while more may come: what
        moderators decide in one sitting is one call.
        """
        now = self._clock()
        waiting = [one for one in self._submissions.unexplained("approved") if not self._drafts.called(one.id)]
        decided = [one.decided_at for one in waiting if one.decided_at is not None]
        if not decided or (max(decided) > now - QUIET and min(decided) > now - PATIENCE):
            return None
        return self._call(waiting, now)

    def upcoming(self, user_id: int) -> EditorsCall:
        """All approved memes that the bot cannot explain, the oldest first: they will be in the channel."""
        need_editor(self._people, user_id)
        return self._call(self._submissions.unexplained("approved"), self._clock())

    def call_to(self, editor: int, call: EditorsCall) -> EditorsCall | None:
        """What this editor has not heard of yet; None where they have heard of all."""
        new = [one for one in call.submissions if not self._drafts.told(call_key(one.id), editor)]
        return replace(call, submissions=tuple(new)) if new else None

    def told(self, editor: int, call: EditorsCall) -> None:
        """Telegram has taken the call to this editor, or will never take it."""
        self._drafts.tell([call_key(one.id) for one in call.submissions], editor, now=self._clock())

    def mark_called(self, call: EditorsCall) -> None:
        """All editors have heard of these."""
        self._drafts.mark_called([one.id for one in call.submissions], now=self._clock())

    def undrafted(self) -> list[Demand]:
        """Approved memes that nothing explains, as what a model may be asked about."""
        return [
            Demand(one.sha256 or "", one.decided_at or one.submitted_at, one.media[0].file_id, submission_id=one.id)
            for one in self._submissions.unexplained("approved")
            if one.media
        ]

    def answered_with_a_draft(self, number: int) -> None:
        """Editors get a draft about this meme: they need not be called to it."""
        self._drafts.mark_called([number], now=self._clock())

    def call_for(self, user_id: int, number: int) -> EditorsCall | None:
        """One meme of a call; None if it has gone on meanwhile and needs no entry any more."""
        need_editor(self._people, user_id)
        with suppress(ModerationError):
            found = self._submissions.get(number)
            if found.state in PUBLIC and found.verdict == "unknown":
                return self._call([found], self._clock())
        return None

    def _call(self, submissions: Sequence[Submission], now: datetime) -> EditorsCall:
        return EditorsCall(tuple(submissions), self._community.schedule().zone, now)
