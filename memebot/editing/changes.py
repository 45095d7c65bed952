"""Entries as they are: found, shown with their history, and changed without a draft."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from knowledge.entry.diff import FieldChange
from knowledge.entry.model import Entry, EntryId, is_id
from knowledge.errors import EntryExists, EntryNotFound
from knowledge.reading import Lang
from knowledge.store.base import KnowledgeBase
from knowledge.store.changes import Change
from knowledge.store.revisions import Revision, StaleRevision
from memebot.answering.notifications import author_of
from memebot.editing.drafts import linked_entries, need_editor
from memebot.editing.errors import BadId, DraftOutdated
from moderation.people import People

MAX_FOUND = 8


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry with its present revision and the entries that link to it."""

    entry: Entry
    revision: Revision
    linked: tuple[Entry, ...]
    linking: tuple[EntryId, ...]


class EntryChanges:
    """Shows entries and changes them. Belongs to the thread of its database. Everything raises ``NotAnEditor``."""

    def __init__(
        self,
        kb: KnowledgeBase,
        people: People,
        *,
        find: Callable[[str, Lang], Sequence[EntryId]],
        clock: Callable[[], datetime],
    ) -> None:
        """``find``: entries that words lead to, best first."""
        self._kb, self._people, self._find, self._clock = kb, people, find, clock

    # --- looking

    def find(self, user_id: int, words: str, lang: Lang) -> list[Entry]:
        """The entries that these words, or this id, lead to; one that is meant by its id comes alone."""
        need_editor(self._people, user_id)
        try:
            return [self._kb.entries.get(words.strip().lower())]
        except EntryNotFound as error:
            ids = dict.fromkeys((*self._find(words, lang), *error.closest))
        return [self._kb.entries.get(entry_id) for entry_id in list(ids)[:MAX_FOUND]]

    def show(self, user_id: int, entry_id: str) -> EntryView:
        """An entry as it is. Raises ``EntryNotFound``."""
        need_editor(self._people, user_id)
        entry = self._kb.entries.get(entry_id)
        linking = tuple(self._kb.entries.links_to(entry.id))
        return EntryView(entry, self._kb.revisions.current(entry.id), linked_entries(self._kb, entry), linking)

    def history(self, user_id: int, entry_id: str) -> list[Revision]:
        """All revisions of an entry, also of a deleted one, newest first. Raises ``EntryNotFound``."""
        need_editor(self._people, user_id)
        return self._kb.revisions.history(entry_id)

    def revision(self, user_id: int, entry_id: str, number: int) -> tuple[Revision, list[FieldChange]]:
        """A revision and what it changed. Raises ``EntryNotFound`` and ``RevisionNotFound``."""
        need_editor(self._people, user_id)
        return self._kb.revisions.at(entry_id, number), self._kb.revisions.compare(entry_id, number - 1, number)

    def deletion(self, user_id: int, entry_id: str, *, unlink: bool) -> Change:
        """What ``delete`` would change. Raises ``EntryNotFound``."""
        need_editor(self._people, user_id)
        return self._kb.changes.deletion(entry_id, unlink=unlink)

    def merging(self, user_id: int, into: str, other: str) -> Change:
        """What ``merge`` would change. Raises ``EntryNotFound`` and ``MergeError``."""
        need_editor(self._people, user_id)
        return self._kb.changes.merging(into, [other])

    def renaming(self, user_id: int, entry_id: str, new_id: str) -> Change:
        """What ``rename`` would change: the entry comes first, then those that link to it.

        Raises ``BadId`` and ``EntryNotFound``.
        """
        need_editor(self._people, user_id)
        if not is_id(new_id):
            raise BadId(new_id, taken=False)
        try:
            return self._kb.changes.renaming(entry_id, new_id)
        except EntryExists as error:
            raise BadId(new_id, taken=True) from error

    # --- changing

    def restore(self, user_id: int, entry_id: str, number: int) -> Revision:
        """Make a former revision the present one. Raises ``EntryNotFound`` and ``RevisionNotFound``."""
        need_editor(self._people, user_id)
        return self._kb.changes.restore(entry_id, number, author=author_of(user_id), now=self._clock())

    def undo(self, user_id: int, entry_id: str, number: int) -> Revision:
        """Take revision ``number`` back: what was before it, or nothing, is there again, as are other entries that
        changed together with it. Raises ``DraftOutdated``.

        Whoever saved since would lose their change: then nothing happens.
        """
        need_editor(self._people, user_id)
        current = self._kb.revisions.current(entry_id)
        if current.number != number:
            raise DraftOutdated(current, self._kb.revisions.compare(entry_id, number, current.number), ())
        try:
            return self._kb.changes.undo(entry_id, number, author=author_of(user_id), now=self._clock())
        except StaleRevision as error:  # of an entry that changed together with this one
            raise DraftOutdated(error.current, (), ()) from error

    def delete(self, user_id: int, entry_id: str, *, unlink: bool) -> Revision:
        """Delete an entry; with ``unlink`` also the links to it. It can be restored. Raises ``EntryNotFound``."""
        need_editor(self._people, user_id)
        return self._kb.changes.delete(entry_id, author=author_of(user_id), now=self._clock(), unlink=unlink)

    def rename(self, user_id: int, entry_id: str, new_id: str) -> Revision:
        """Give an entry another id; links and history follow. Raises ``BadId`` and ``EntryNotFound``."""
        need_editor(self._people, user_id)
        if not is_id(new_id):
            raise BadId(new_id, taken=False)
        try:
            return self._kb.changes.rename(entry_id, new_id, author=author_of(user_id), now=self._clock())[0]
        except EntryExists as error:
            raise BadId(new_id, taken=True) from error

    def merge(self, user_id: int, into: str, other: str) -> Revision:
        """Make ``other`` a part of ``into``. Raises ``EntryNotFound`` and ``MergeError``."""
        need_editor(self._people, user_id)
        return self._kb.changes.merge(into, [other], author=author_of(user_id), now=self._clock())[0]
