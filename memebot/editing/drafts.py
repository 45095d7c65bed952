"""Unsaved changes of entries, one an editor and entry: they outlive a restart and are seen by nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NewType

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from knowledge.entry import fields
from knowledge.entry.model import Entry
from knowledge.reading import Fingerprint
from memebot.database import Handle, execute_all, iso, writing

DraftId = NewType("DraftId", int)

MIGRATIONS = Migrations("drafts")


@MIGRATIONS()
def m001_drafts(db: Database) -> None:
    """Drafts with pictures that shall become exemplars, and memes that editors were called to."""
    execute_all(db, _TABLES)


_TABLES = (
    """create table drafts (
        id integer primary key autoincrement,
        user_id integer not null,
        entry_id text not null,  -- of a new entry, the one that it shall get
        named integer not null check (named in (0, 1)),  -- whether a person chose that id
        base_revision integer,  -- null: a new entry
        entry text not null check (json_valid(entry)),
        group_id integer,  -- the unexplained memes that it is written for
        submission_id integer,  -- the proposed meme that it is written for
        opened_at text not null,
        updated_at text not null
    ) strict""",
    "create index drafts_by_user on drafts (user_id, updated_at)",
    "create unique index drafts_by_entry on drafts (entry_id, user_id) where base_revision is not null",
    """create table draft_pictures (
        id integer primary key,
        draft_id integer not null references drafts (id) on delete cascade,
        sha256 text not null,
        fingerprint blob not null,
        file_id text not null,  -- "": the picture itself cannot be had
        licence text not null,  -- "": only the fingerprint is kept
        data blob,
        unique (draft_id, sha256),
        check (data is null or licence <> '')
    ) strict""",
    """create table draft_calls (
        submission_id integer primary key,
        called_at text not null
    ) strict""",
)


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
    """An entry as somebody would have it. ``base_revision``: what it was made on, None for a new entry."""

    id: DraftId
    user_id: int
    entry: Entry
    named: bool
    base_revision: int | None
    group_id: int | None
    submission_id: int | None
    updated_at: datetime
    pictures: tuple[DraftPicture, ...]


class Drafts(Handle):
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
                    " opened_at, updated_at) values (?, ?, 0, ?, ?, ?, ?, ?, ?) returning id",
                    [user_id, entry.id, base_revision, fields.to_json(entry), group_id, submission_id, *[iso(now)] * 2],
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
        with writing(self.db):
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
                "insert or ignore into draft_pictures (draft_id, sha256, fingerprint, file_id, licence)"
                " values (?, ?, ?, ?, '')",
                [draft, fingerprint.sha256, fingerprint.to_bytes(), file_id],
            )
            self.change("update drafts set updated_at = ? where id = ?", [iso(now), draft])

    def keep_picture(self, draft: DraftId, picture: int, data: bytes, licence: str) -> None:
        """The picture itself shall be kept, under this licence."""
        with writing(self.db):
            self.change(
                "update draft_pictures set data = ?, licence = ? where id = ? and draft_id = ?",
                [data, licence, picture, draft],
            )

    def drop_picture(self, draft: DraftId, picture: int) -> None:
        """The picture shall not become an exemplar."""
        with writing(self.db):
            self.change("delete from draft_pictures where id = ? and draft_id = ?", [picture, draft])

    def drop(self, draft: DraftId) -> None:
        """The draft was saved or given up."""
        with writing(self.db):
            self.change("delete from drafts where id = ?", [draft])

    def call(self, submission_id: int, *, now: datetime) -> bool:
        """Whether editors are to be called to this proposed meme: true once."""
        with writing(self.db):
            return self.change("insert or ignore into draft_calls values (?, ?)", [submission_id, iso(now)]) == 1

    def about(self, user_id: int) -> dict[str, Any]:
        """Everything that is kept here about a user, as JSON."""
        rows = self.rows("select entry_id, opened_at, updated_at from drafts where user_id = ?", [user_id])
        return {"drafts": [dict(zip(("entry", "opened_at", "updated_at"), row, strict=True)) for row in rows]}

    def forget(self, user_id: int) -> None:
        """Delete a user's drafts; what they saved stays in the base."""
        with writing(self.db):
            self.change("delete from drafts where user_id = ?", [user_id])

    def purge(self, before: datetime) -> int:
        """Delete drafts that nobody has touched since; how many."""
        with writing(self.db):
            return self.change("delete from drafts where updated_at < ?", [iso(before)])

    def _expect(self, draft: DraftId) -> EntryDraft:
        return self._draft(self.row(f"{_DRAFT} where id = ?", [draft]))

    def _draft(self, row: Sequence[Any]) -> EntryDraft:
        number, user_id, entry, named, base_revision, group_id, submission_id, updated_at = row
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
        )


_DRAFT = "select id, user_id, entry, named, base_revision, group_id, submission_id, updated_at from drafts"
