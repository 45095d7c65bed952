"""Drafts by a model, for editors: which picture is asked about next, what came of it, what an editor makes of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal, get_args

from memebot.answering.grouping import GroupId
from memebot.database import writing
from memebot.drafting.budget import Cost
from memebot.drafting.store import Demand, MachineDraft, MachineDraftId, MachineDrafts
from memebot.editing.drafting import Drafting, Prefill
from memebot.editing.drafts import Drafts, Panel, need_editor
from memebot.editing.errors import MachineDraftGone
from memebot.editing.prefill import PrefillPicture
from memebot.editing.unexplained import UnexplainedMemes
from moderation.people import People

Why = Literal["false", "misses", "badly-put", "other", "not-ml"]
REASONS: tuple[Why, ...] = get_args(Why)
"""Why a draft is thrown away; the last one also says that there is nothing to explain."""


class DraftReview:
    """Belongs to the thread of its database. What takes a user raises ``NotAnEditor``."""

    def __init__(
        self,
        drafts: MachineDrafts,
        told: Drafts,
        drafting: Drafting,
        unexplained: UnexplainedMemes,
        people: People,
        clock: Callable[[], datetime],
    ) -> None:
        """``told``: keeps who has heard of what."""
        self._drafts, self._told, self._drafting, self._unexplained = drafts, told, drafting, unexplained
        self._people, self._clock = people, clock

    # --- what is asked about

    def claim(self, wanted: Demand | None = None) -> MachineDraft | None:
        """The next picture to ask the model about, taken: the one that somebody has waited for longest.

        ``wanted``: what somebody else would have drafted.
        """
        now = self._clock()
        found = self._drafts.interrupted(now=now)
        if found is not None:
            return found
        group = self._drafts.demand()
        first = [one for one in (group, wanted) if one is not None]
        for demand in sorted([*first, *self._unexplained.undrafted()], key=lambda one: one.since):
            made = self._drafts.claim(demand, now=now)
            if made is not None:
                return made if made.state == "asked" else None
        return None

    def failed(self, number: MachineDraftId, why: str) -> None:
        """The picture cannot be had: nothing is asked about it."""
        self._drafts.finish(number, None, why=why, by="", now=self._clock())

    def untold(self) -> list[MachineDraft]:
        """Drafts that not all editors have got; what is explained by now is left out."""
        return [one for one in self._drafts.untold() if self._wanted(one)]

    def untold_to(self, editor: int, drafts: Sequence[MachineDraft]) -> list[MachineDraft]:
        """Those that this editor has not got."""
        return [one for one in drafts if not self._told.told(_key(one), editor)]

    def told(self, editor: int, drafts: Sequence[MachineDraft]) -> None:
        """Telegram has taken the message to this editor, or will never take it."""
        self._told.tell([_key(one) for one in drafts], editor, now=self._clock())

    def mark_told(self, drafts: Sequence[MachineDraft]) -> None:
        """All editors have got these, and need not be called to their memes."""
        with writing(self._drafts.db):
            self._drafts.told([one.id for one in drafts], now=self._clock())
            for one in drafts:
                self._told.all_told(_key(one))
                if one.submission_id is not None:
                    self._unexplained.answered_with_a_draft(one.submission_id)

    def _wanted(self, made: MachineDraft) -> bool:
        return made.group_id is None or self._unexplained.is_open(GroupId(made.group_id))

    # --- what editors do

    def waiting(self, user_id: int) -> list[MachineDraft]:
        """Drafts that no editor has decided about, those that somebody has waited for longest first."""
        need_editor(self._people, user_id)
        return [one for one in self._drafts.waiting() if self._wanted(one)]

    def of_group(self, user_id: int, group: GroupId) -> MachineDraft | None:
        """The draft for a group that no editor has decided about."""
        need_editor(self._people, user_id)
        return self._drafts.of_group(group)

    def get(self, user_id: int, number: MachineDraftId) -> MachineDraft:
        """A draft that waits. Raises ``MachineDraftGone``."""
        need_editor(self._people, user_id)
        made = self._drafts.get(number)
        if made is None or made.state != "waiting" or made.draft is None:
            raise MachineDraftGone(number, None if made is None else made.decided_by)
        return made

    def take(self, user_id: int, number: MachineDraftId, pictures: Sequence[PrefillPicture]) -> Panel:
        """Begin an entry with what the model wrote; the draft is this editor's now. Raises ``MachineDraftGone``."""
        with writing(self._drafts.db):
            made = self._decide(user_id, number, "taken")
            return self._drafting.new(user_id, self._start(made, pictures, made))

    def write_without(self, user_id: int, number: MachineDraftId, pictures: Sequence[PrefillPicture]) -> Panel:
        """Begin an entry as if there were no draft. Raises ``MachineDraftGone``."""
        with writing(self._drafts.db):
            made = self._decide(user_id, number, "own")
            return self._drafting.new(user_id, self._start(made, pictures, None))

    def drop(self, user_id: int, number: MachineDraftId, why: Why) -> MachineDraft:
        """Throw a draft away; what is no meme about machine learning is not listed any more, either.

        Raises ``MachineDraftGone``.
        """
        with writing(self._drafts.db):
            made = self._decide(user_id, number, "dropped", why)
            if why == "not-ml" and made.group_id is not None:
                self._unexplained.hide(user_id, GroupId(made.group_id), hidden=True)
        return made

    def costs(self, days: int) -> list[Cost]:
        """What drafts have cost on each of the last days, today last."""
        return self._drafts.requests.costs(days, now=self._clock())

    def _decide(
        self, user_id: int, number: MachineDraftId, state: Literal["taken", "own", "dropped"], why: str = ""
    ) -> MachineDraft:
        made = self.get(user_id, number)
        self._drafts.decide(number, state, user_id, why=why, now=self._clock())
        return made

    def _start(self, made: MachineDraft, pictures: Sequence[PrefillPicture], machine: MachineDraft | None) -> Prefill:
        group = None if made.group_id is None else GroupId(made.group_id)
        return Prefill("joke", pictures, group=group, submission=made.submission_id, machine=machine)


def _key(made: MachineDraft) -> str:
    return f"draft {made.id}"
