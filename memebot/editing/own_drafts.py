"""An editor's drafts and the base that they would change: whose a draft is, what is wrong with it, who was first."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from knowledge.entry import fields
from knowledge.entry.checks import BaseIndex, EntryCheck
from knowledge.entry.diff import compare
from knowledge.entry.model import Entry
from knowledge.entry.problems import Problem
from knowledge.errors import EntryNotFound
from knowledge.store.base import KnowledgeBase
from knowledge.store.exemplars import NewExemplar
from knowledge.store.revisions import Revision
from memebot.editing.drafts import DraftId, Drafts, EntryDraft
from memebot.editing.errors import DraftGone, NotAnEditor
from moderation.people import People


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """A draft as its editor sees it.

    ``changed``: fields that differ from what is saved. ``newer``: what somebody saved meanwhile. ``others``: who else
    has a draft of the entry.
    """

    draft: EntryDraft
    problems: tuple[Problem, ...]
    changed: tuple[str, ...]
    newer: Revision | None
    others: tuple[int, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What blocks a save."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def may_edit(people: People, user_id: int) -> bool:
    """Whether this person may edit entries."""
    return people.may(user_id, "edit_entries")


def need_editor(people: People, user_id: int) -> None:
    """Raises ``NotAnEditor`` for whoever may not edit entries."""
    if not may_edit(people, user_id):
        raise NotAnEditor(user_id)


def linked_entries(kb: KnowledgeBase, entry: Entry) -> tuple[Entry, ...]:
    """The formats and concepts of an entry; those that do not exist are left out."""
    found = []
    for link in entry.links:
        with suppress(EntryNotFound):
            found.append(kb.entries.get(link))
    return tuple(found)


class OwnDrafts:
    """Drafts for those who may see them. Belongs to the thread of its database."""

    def __init__(self, kb: KnowledgeBase, drafts: Drafts, people: People) -> None:
        self._kb, self._drafts, self._people = kb, drafts, people
        self._base: _LoadedBase | None = None

    def all(self, user_id: int) -> list[EntryDraft]:
        """This editor's drafts, the last one first. Raises ``NotAnEditor``."""
        need_editor(self._people, user_id)
        return self._drafts.of(user_id)

    def get(self, user_id: int, draft: DraftId) -> EntryDraft:
        """A draft of this editor's own. Raises ``NotAnEditor`` and ``DraftGone``."""
        need_editor(self._people, user_id)
        own = self._drafts.get(draft, user_id)
        if own is None:
            raise DraftGone(draft)
        return own

    def get_linked(self, user_id: int, draft: DraftId) -> tuple[EntryDraft, tuple[Entry, ...]]:
        """A draft, and the entries that it links to. Raises ``NotAnEditor`` and ``DraftGone``."""
        own = self.get(user_id, draft)
        return own, linked_entries(self._kb, own.entry)

    def panel(self, draft: EntryDraft) -> Panel:
        """A draft with what is wrong with it and what happened around it."""
        entry, new = self.as_saved(draft)
        return Panel(
            draft=draft,
            problems=self.check(entry, new).problems,
            changed=tuple(field.field for field in compare(self.base(draft), entry)),
            newer=self.newer(draft),
            others=tuple(self._drafts.others(entry.id, draft.user_id)),
        )

    def check(self, entry: Entry, new: Sequence[NewExemplar], *, warnings: bool = True) -> EntryCheck:
        """What is wrong with a draft's entry as it would be saved, with these exemplars."""
        names = [exemplar.name for exemplar in new]
        return self._loaded().index.check(entry, extra_exemplars=names, warnings=warnings)

    def as_saved(self, draft: EntryDraft) -> tuple[Entry, list[NewExemplar]]:
        """The entry as it would be saved, and its new exemplars under names that are free."""
        entry, new = draft.entry, list[NewExemplar]()
        taken = set(self._kb.exemplars.names()) if draft.pictures else set[str]()
        for picture in draft.pictures:
            if picture.data is not None:
                made = NewExemplar.picture(entry.id, picture.data, picture.fingerprint, picture.licence, taken)
            else:
                made = NewExemplar.of_fingerprint(entry.id, picture.fingerprint, taken)
            taken.add(made.name)
            new.append(made)
            entry = fields.with_exemplar(entry, made.name)
        return entry, new

    def entries(self) -> Sequence[Entry]:
        """All entries of the base."""
        return self._loaded().entries

    def base(self, draft: EntryDraft) -> Entry | None:
        """The entry that the draft was made on; None for a new one."""
        if draft.base_revision is None:
            return None
        revision = self._kb.revisions.at(draft.entry.id, draft.base_revision)
        return None if revision.deleted else revision.entry()

    def newer(self, draft: EntryDraft) -> Revision | None:
        """What somebody saved since the draft was begun, if anybody did."""
        if draft.base_revision is None:
            return None
        current = self._kb.revisions.current(draft.entry.id)
        return current if current.number != draft.base_revision else None

    def _loaded(self) -> _LoadedBase:
        generation = self._kb.generation()
        if self._base is None or self._base.generation != generation:
            entries = self._kb.entries.all()
            self._base = _LoadedBase(generation, entries, BaseIndex(entries, self._kb.exemplars.names()))
        return self._base


@dataclass(frozen=True, slots=True)
class _LoadedBase:
    """The base as drafts are checked against it, loaded again when it has changed."""

    generation: int
    entries: Sequence[Entry]
    index: BaseIndex
