"""Unsaved changes of entries, one an editor and entry: they outlive a restart and are seen by nobody else.

``Drafts`` keeps them; ``OwnDrafts`` holds an editor's own against the base: what is wrong with it, who was first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, NewType

from knowledge.entry import fields
from knowledge.entry.diff import FieldChange, compare
from knowledge.entry.model import Entry, EntryId
from knowledge.entry.problems import Problem
from knowledge.entry.rules import BaseIndex, EntryCheck
from knowledge.errors import EntryNotFound
from knowledge.reading import Fingerprint, Keypoints
from knowledge.store.base import KnowledgeBase
from knowledge.store.exemplars import NewExemplar
from knowledge.store.revisions import Revision
from memebot.database import Database, Store, iso, reading, sql_migrations, writing
from memebot.drafting.store import MachineDraftId
from memebot.editing.errors import DraftGone, NotAnEditor
from moderation.people import People

DraftId = NewType("DraftId", int)

MIGRATIONS = sql_migrations("drafts", Path(__file__).parent / "migrations" / "drafts")


def call_key(submission_id: int) -> str:
    """What editors are told when they are called to a proposed meme."""
    return f"call {submission_id}"


@dataclass(frozen=True, slots=True, eq=False)
class DraftPicture:
    """A picture that shall become an exemplar: its fingerprint or, with a note on its licence, itself."""

    id: int
    fingerprint: Fingerprint
    file_id: str
    licence: str
    data: bytes | None


@dataclass(frozen=True, slots=True, eq=False)
class EntryDraft:
    """An entry as somebody would have it. ``base_revision``: what it was made on, None for a new entry.

    ``machine_draft``: the draft by a model that it was begun with.
    """

    id: DraftId
    user_id: int
    entry: Entry
    named: bool
    base_revision: int | None
    group_id: int | None
    submission_id: int | None
    updated_at: datetime
    pictures: tuple[DraftPicture, ...]
    machine_draft: MachineDraftId | None = None


class Drafts(Store):
    """The store. Belongs to the thread of its database."""

    def __init__(self, db: Database) -> None:
        """Raises ``DatabaseTooNew`` and ``DatabaseBusy``."""
        super().__init__(db, MIGRATIONS)

    def open(
        self,
        user_id: int,
        entry: Entry,
        *,
        base_revision: int | None,
        group_id: int | None = None,
        submission_id: int | None = None,
        pictures: Sequence[tuple[Fingerprint, str]] = (),
        machine_draft: MachineDraftId | None = None,
        now: datetime,
    ) -> EntryDraft:
        """Begin a draft; of an entry that this user has a draft of, that one goes on.

        ``pictures``: (fingerprint, Telegram's reference or "") of what shall become exemplars.
        """
        with writing(self.db):
            number = self.value(
                "select id from drafts where user_id = ? and entry_id = ? and base_revision is not null",
                [user_id, entry.id],
            )
            if number is not None and base_revision is not None:
                self.change("update drafts set updated_at = ? where id = ?", [iso(now), number])
            else:
                number = self.value(
                    "insert into drafts (user_id, entry_id, named, base_revision, entry, group_id, submission_id,"
                    " machine_draft, opened_at, updated_at) values (?, ?, 0, ?, ?, ?, ?, ?, ?, ?) returning id",
                    [
                        user_id,
                        entry.id,
                        base_revision,
                        fields.to_json(entry),
                        group_id,
                        submission_id,
                        machine_draft,
                        *[iso(now)] * 2,
                    ],
                )
            for fingerprint, file_id in pictures:
                self.add_picture(DraftId(number), fingerprint, file_id, now=now)
        return self._expect(DraftId(number))

    def get(self, draft: DraftId, user_id: int) -> EntryDraft | None:
        """A draft of this user's own."""
        row = self.row(f"{_DRAFT} where id = ? and user_id = ?", [draft, user_id])
        return None if row is None else self._draft(row)

    def of(self, user_id: int) -> list[EntryDraft]:
        """The drafts of a user, the one that was worked on last first."""
        rows = self.rows(f"{_DRAFT} where user_id = ? order by updated_at desc, id desc", [user_id])
        return [self._draft(row) for row in rows]

    def of_entry(self, user_id: int, entry_id: str) -> EntryDraft | None:
        """This user's draft of an entry that was saved before."""
        row = self.row(
            f"{_DRAFT} where user_id = ? and entry_id = ? and base_revision is not null", [user_id, entry_id]
        )
        return None if row is None else self._draft(row)

    def others(self, entry_id: str, user_id: int) -> list[int]:
        """Who else has a draft of this entry."""
        rows = self.rows(
            "select user_id from drafts where entry_id = ? and base_revision is not null and user_id <> ? order by id",
            [entry_id, user_id],
        )
        return [int(row[0]) for row in rows]

    def put(
        self, draft: DraftId, entry: Entry, *, base_revision: int | None, named: bool | None = None, now: datetime
    ) -> EntryDraft:
        """The draft says this now, on top of that revision. ``named``: whether a person chose the id."""
        self.change(
            "update drafts set entry = ?, entry_id = ?, base_revision = ?, named = coalesce(?, named),"
            " updated_at = ? where id = ?",
            [fields.to_json(entry), entry.id, base_revision, named, iso(now), draft],
        )
        return self._expect(draft)

    def add_picture(self, draft: DraftId, fingerprint: Fingerprint, file_id: str, *, now: datetime) -> None:
        """A picture that shall become an exemplar; the same picture again changes nothing."""
        with writing(self.db):
            self.change(
                "insert into draft_pictures (draft_id, sha256, fingerprint, file_id, licence)"
                " values (?, ?, ?, ?, '') on conflict do nothing",
                [draft, fingerprint.sha256, fingerprint.to_bytes(), file_id],
            )
            self.change("update drafts set updated_at = ? where id = ?", [iso(now), draft])

    def keep_picture(self, draft: DraftId, picture: int, data: bytes, licence: str) -> None:
        """The picture itself shall be kept, under this licence."""
        self.change(
            "update draft_pictures set data = ?, licence = ? where id = ? and draft_id = ?",
            [data, licence, picture, draft],
        )

    def drop_picture(self, draft: DraftId, picture: int) -> None:
        """The picture shall not become an exemplar."""
        self.change("delete from draft_pictures where id = ? and draft_id = ?", [picture, draft])

    def drop(self, draft: DraftId) -> None:
        """The draft was saved or given up."""
        self.change("delete from drafts where id = ?", [draft])

    def called(self, submission_id: int) -> bool:
        """Whether editors were called to this proposed meme."""
        return self.value("select 1 from draft_calls where submission_id = ?", [submission_id]) is not None

    def mark_called(self, submissions: Sequence[int], *, now: datetime) -> None:
        """All editors have been called to these."""
        with writing(self.db):
            for number in submissions:
                self.change("insert into draft_calls values (?, ?) on conflict do nothing", [number, iso(now)])
                self.all_told(call_key(number))

    def told(self, about: str, editor_id: int) -> bool:
        """Whether this editor has heard of that, while others have not."""
        return bool(
            self.value("select count(*) from editors_told where about = ? and editor_id = ?", [about, editor_id])
        )

    def tell(self, about: Sequence[str], editor_id: int, *, now: datetime) -> None:
        """Telegram has taken the message to this editor, or will never take it."""
        with writing(self.db):
            for one in about:
                self.change(
                    "insert into editors_told values (?, ?, ?) on conflict do nothing", [one, editor_id, iso(now)]
                )

    def all_told(self, about: str) -> None:
        """Every editor has heard of that: who did need not be known any more."""
        self.change("delete from editors_told where about = ?", [about])

    def about(self, user_id: int) -> dict[str, Any]:
        """Everything that is kept here about a user, as JSON."""
        drafts = "select entry_id as entry, opened_at, updated_at from drafts where user_id = ?"
        return {"drafts": self.records(drafts, [user_id])}

    def forget(self, user_id: int) -> None:
        """Delete a user's drafts; what they saved stays in the base."""
        with writing(self.db):
            self.change("delete from drafts where user_id = ?", [user_id])
            self.change("delete from editors_told where editor_id = ?", [user_id])

    def purge(self, before: datetime) -> int:
        """Delete drafts that nobody has touched since; how many."""
        return self.change("delete from drafts where updated_at < ?", [iso(before)])

    def _expect(self, draft: DraftId) -> EntryDraft:
        return self._draft(self.row(f"{_DRAFT} where id = ?", [draft]))

    def _draft(self, row: Sequence[Any]) -> EntryDraft:
        number, user_id, entry, named, base_revision, group_id, submission_id, updated_at, machine_draft = row
        pictures = self.rows(
            "select id, fingerprint, file_id, licence, data from draft_pictures where draft_id = ? order by id",
            [number],
        )
        return EntryDraft(
            DraftId(number),
            user_id,
            fields.from_json(entry),
            bool(named),
            base_revision,
            group_id,
            submission_id,
            datetime.fromisoformat(updated_at),
            tuple(DraftPicture(n, Fingerprint.from_bytes(print_), *rest) for n, print_, *rest in pictures),
            machine_draft,
        )


_DRAFT = (
    "select id, user_id, entry, named, base_revision, group_id, submission_id, updated_at, machine_draft from drafts"
)


# --- drafts and the base that they would change -----------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """A draft as its editor sees it.

    ``changes``: where it differs from what it was begun on. ``newer``: what somebody saved meanwhile. ``others``: who
    else has a draft of the entry.
    """

    draft: EntryDraft
    problems: tuple[Problem, ...]
    changes: tuple[FieldChange, ...]
    newer: Revision | None
    others: tuple[int, ...]

    @property
    def changed(self) -> tuple[str, ...]:
        """Fields that differ from what it was begun on."""
        return tuple(change.field for change in self.changes)

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

    def get_exemplar(self, user_id: int, draft: DraftId) -> tuple[EntryDraft, bytes | Keypoints | None]:
        """A draft, and the picture on which its boxes are measured, or its features. Raises as ``get`` does."""
        own = self.get(user_id, draft)
        found = self._kb.first_exemplar(own.entry)
        if found is None and own.pictures:
            found = own.pictures[0].data or own.pictures[0].fingerprint.keypoints
        return own, found

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
            changes=tuple(compare(self.base(draft), entry)),
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
        if self._base is None:
            with reading(self._drafts.db):
                entries, numbers = self._kb.entries.all(), self._numbers()
            exemplars = self._kb.exemplars.names()
            self._base = _LoadedBase(generation, numbers, entries, BaseIndex(entries, exemplars))
        elif self._base.generation != generation:
            self._base = self._followed(self._base, generation)
        return self._base

    def _followed(self, base: _LoadedBase, generation: int) -> _LoadedBase:
        """The base as it is by now: of hundreds of entries, those are read that were saved since."""
        with reading(self._drafts.db):
            numbers = self._numbers()
            differs = {one for one in numbers.keys() | base.numbers.keys() if numbers.get(one) != base.numbers.get(one)}
            changed = {one: self._kb.entries.get(one) if one in numbers else None for one in sorted(differs)}
        base.index.follow(changed, self._kb.exemplars.names())
        if not changed:
            return replace(base, generation=generation)
        entries = {one.id: one for one in base.entries} | changed
        present = [entry for _, entry in sorted(entries.items()) if entry is not None]
        return replace(base, generation=generation, numbers=numbers, entries=present)

    def _numbers(self) -> dict[EntryId, int]:
        return {one: latest.number for one, latest in self._kb.revisions.latest().items()}


@dataclass(frozen=True, slots=True)
class _LoadedBase:
    """The base as drafts are checked against it, loaded again when it has changed."""

    generation: int
    numbers: Mapping[EntryId, int]
    entries: Sequence[Entry]
    index: BaseIndex
