"""Writing a draft: begun from an entry or from pictures, changed field by field or whole, given up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from knowledge.entry import fields
from knowledge.entry.model import Entry, Kind, is_id
from knowledge.search.searcher import Match
from knowledge.store.base import KnowledgeBase
from memebot.answering.grouping import GroupId
from memebot.editing.drafts import DraftId, Drafts, EntryDraft
from memebot.editing.errors import BadId
from memebot.editing.own_drafts import OwnDrafts, Panel, need_editor
from memebot.editing.prefill import PrefillPicture, distinct, first_words, prefilled
from moderation.people import People


@dataclass(frozen=True, slots=True, eq=False)
class Prefill:
    """What a new entry is begun from.

    ``matches``: what the first picture resembles. ``group``, ``submission``: what it is written for.
    """

    kind: Kind
    pictures: Sequence[PrefillPicture] = ()
    matches: Sequence[Match] = ()
    group: GroupId | None = None
    submission: int | None = None


class Drafting:
    """Begins drafts and changes them. Belongs to the thread of its database.

    Everything raises ``NotAnEditor``, and ``DraftGone`` for what is no draft of this editor's.
    """

    def __init__(
        self, kb: KnowledgeBase, drafts: Drafts, own: OwnDrafts, people: People, clock: Callable[[], datetime]
    ) -> None:
        self._kb, self._drafts, self._own = kb, drafts, own
        self._people, self._clock = people, clock

    def edit(self, user_id: int, entry_id: str) -> Panel:
        """Begin, or go on with, a draft of an entry. Raises ``EntryNotFound``."""
        return self._own.panel(self.open(user_id, entry_id))

    def open(self, user_id: int, entry_id: str) -> EntryDraft:
        """The same, without a look at what is wrong with it. Raises ``EntryNotFound``."""
        need_editor(self._people, user_id)
        entry = self._kb.entries.get(entry_id)
        revision = self._kb.revisions.current(entry.id)
        return self._drafts.open(user_id, entry, base_revision=revision.number, now=self._clock())

    def new(self, user_id: int, start: Prefill) -> Panel:
        """Begin a new entry from pictures: their words, what they resemble, themselves as fingerprints."""
        need_editor(self._people, user_id)
        known = self._own.entries()
        readings = [picture.reading for picture in start.pictures]
        entry = prefilled(start.kind, readings, start.matches, known)
        entry = fields.with_id(entry, fields.suggest_id(first_words(readings), {one.id for one in known}))
        draft = self._drafts.open(
            user_id,
            entry,
            base_revision=None,
            group_id=start.group,
            submission_id=start.submission,
            pictures=[] if start.kind == "concept" else distinct(start.pictures),
            now=self._clock(),
        )
        return self._own.panel(draft)

    def panel(self, user_id: int, draft: DraftId) -> Panel:
        """A draft with what is wrong with it and what happened around it."""
        return self._own.panel(self._own.get(user_id, draft))

    def set_field(self, user_id: int, draft: DraftId, field: str, value: str) -> Panel:
        """Replace a field by what a person wrote; the id of a new entry follows its title."""
        own = self._own.get(user_id, draft)
        entry = fields.edit_field(own.entry, field, value)
        if field.startswith("title.") and own.base_revision is None and not own.named:
            title = entry.title.get("en") or entry.title.get("ru") or ""
            if title:
                entry = fields.with_id(entry, fields.suggest_id(title, self._ids()))
        return self._put(own, entry)

    def set_file(self, user_id: int, draft: DraftId, data: bytes) -> Panel:
        """Replace a draft by a whole file. Raises ``EntryError`` with every mistake in it."""
        own = self._own.get(user_id, draft)
        return self._put(own, fields.from_file(data, own.entry))

    def set_id(self, user_id: int, draft: DraftId, entry_id: str) -> Panel:
        """Give a new entry its id. Raises ``BadId``."""
        own = self._own.get(user_id, draft)
        if not is_id(entry_id) or own.base_revision is not None:
            raise BadId(entry_id, taken=False)
        if entry_id in self._ids():
            raise BadId(entry_id, taken=True)
        return self._put(own, fields.with_id(own.entry, entry_id), named=True)

    def discard(self, user_id: int, draft: DraftId) -> None:
        """Give a draft up."""
        self._drafts.drop(self._own.get(user_id, draft).id)

    def _put(self, draft: EntryDraft, entry: Entry, *, named: bool | None = None) -> Panel:
        changed = self._drafts.put(draft.id, entry, base_revision=draft.base_revision, named=named, now=self._clock())
        return self._own.panel(changed)

    def _ids(self) -> set[str]:
        """Ids that a new entry cannot have."""
        return {entry.id for entry in self._own.entries()}
