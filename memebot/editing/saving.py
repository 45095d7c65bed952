"""Saving a draft, and what comes before: is it sound, was somebody first, whose change stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from knowledge.entry.diff import compare
from knowledge.entry.merge import Prefer, merge3
from knowledge.entry.model import Entry
from knowledge.store.base import KnowledgeBase
from knowledge.store.changes import Change
from knowledge.store.exemplars import NewExemplar
from knowledge.store.revisions import Revision, StaleRevision
from memebot.answering.notifications import author_of
from memebot.database import writing
from memebot.drafting.store import MachineDrafts
from memebot.editing.drafts import DraftId, Drafts, EntryDraft, OwnDrafts, Panel
from memebot.editing.errors import DraftInvalid, DraftOutdated


@dataclass(frozen=True, slots=True, eq=False)
class SavedDraft:
    """A draft that became a revision."""

    draft: EntryDraft
    revision: Revision


class Saving:
    """Saves drafts. Belongs to the thread of its database. Everything raises ``NotAnEditor`` and ``DraftGone``."""

    def __init__(
        self,
        kb: KnowledgeBase,
        drafts: Drafts,
        own: OwnDrafts,
        machine: MachineDrafts,
        clock: Callable[[], datetime],
    ) -> None:
        self._kb, self._drafts, self._own, self._machine, self._clock = kb, drafts, own, machine, clock

    def change(self, user_id: int, draft: DraftId) -> Change:
        """What saving would change, be it sound or not."""
        entry, new = self._own.as_saved(self._own.get(user_id, draft))
        return Change.of(entry, *new)

    def sound_change(self, user_id: int, draft: DraftId) -> Change:
        """What saving would change. Raises ``DraftInvalid``."""
        entry, new = self._sound(self._own.get(user_id, draft))
        return Change.of(entry, *new)

    def save(self, user_id: int, draft: DraftId, comment: str = "") -> SavedDraft:
        """Save a draft, as a revision; the draft is done then.

        Raises ``DraftInvalid`` and, if somebody saved the entry meanwhile, ``DraftOutdated``: nothing was written.
        """
        own = self._own.get(user_id, draft)
        entry, new = self._sound(own)
        try:
            with writing(self._drafts.db):
                revision = self._kb.changes.save(
                    entry,
                    author=author_of(user_id),
                    now=self._clock(),
                    comment=self._comment(own, comment),
                    base_revision=own.base_revision,
                    exemplars=new,
                )
                self._drafts.drop(own.id)
        except StaleRevision as error:
            raise self._outdated(own, error.current) from error
        return SavedDraft(own, revision)

    def _comment(self, draft: EntryDraft, comment: str) -> str:
        """What the history says: also that a model wrote the first version."""
        if draft.machine_draft is None:
            return comment
        made = self._machine.get(draft.machine_draft)
        by = "a model" if made is None else made.model
        return "; ".join(filter(None, [f"from draft {draft.machine_draft} by {by}", comment]))

    def newer(self, user_id: int, draft: DraftId) -> DraftOutdated | None:
        """What somebody saved since the draft was begun, if anybody did."""
        own = self._own.get(user_id, draft)
        newer = self._own.newer(own)
        return None if newer is None else self._outdated(own, newer)

    def merge_newer(self, user_id: int, draft: DraftId, prefer: Prefer) -> Panel:
        """Take what somebody saved meanwhile into the draft; where both changed the same, ``prefer`` says whose."""
        own = self._own.get(user_id, draft)
        current, base = self._kb.revisions.current(own.entry.id), self._own.base(own)
        if base is None or current.deleted:
            return self._rebased(own, own.entry, current)
        return self._rebased(own, merge3(base, own.entry, current.entry(), prefer=prefer).entry, current)

    def overwrite_newer(self, user_id: int, draft: DraftId) -> Panel:
        """Put the draft, as it is, on top of what somebody saved meanwhile: theirs stays in the history."""
        own = self._own.get(user_id, draft)
        current = self._kb.revisions.current(own.entry.id)
        return self._rebased(own, own.entry, current)

    def _sound(self, draft: EntryDraft) -> tuple[Entry, list[NewExemplar]]:
        """The entry as it is saved, with its new exemplars. Raises ``DraftInvalid``."""
        entry, new = self._own.as_saved(draft)
        check = self._own.check(entry, new, warnings=False)
        errors = [problem for problem in check.problems if problem.severity == "error"]
        if errors or check.entry is None:
            raise DraftInvalid(errors)
        return check.entry, new

    def _outdated(self, draft: EntryDraft, current: Revision) -> DraftOutdated:
        base = self._own.base(draft)
        theirs = None if current.deleted else current.entry()
        clashes = () if base is None or theirs is None else merge3(base, draft.entry, theirs).clashes
        return DraftOutdated(current, compare(base, theirs), clashes)

    def _rebased(self, draft: EntryDraft, entry: Entry, current: Revision) -> Panel:
        rebased = self._drafts.put(draft.id, entry, base_revision=current.number, now=self._clock())
        return self._own.panel(rebased)
