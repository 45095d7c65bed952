"""Entries in the database: what they are now, and everything that they ever were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import PurePath
from typing import Any

from knowledge.entry.diff import FieldChange, compare
from knowledge.entry.markdown import parse
from knowledge.entry.model import Entry, EntryId, Kind, path_of
from knowledge.errors import KnowledgeError, RevisionNotFound
from knowledge.store.entries import Entries, EntryRows, KnowledgeStore
from memebot.database import Database, iso, reading


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of an entry. ``text`` is its whole file; of a deletion, the text that was deleted."""

    entry_id: EntryId
    number: int
    kind: Kind
    author: str
    at: datetime
    comment: str
    text: str
    deleted: bool

    def entry(self) -> Entry:
        """The entry as it was."""
        return _parsed(self.text, path_of(self.kind, self.entry_id))


@dataclass(frozen=True, slots=True)
class Latest:
    """Which revision of an entry is the present one, whose it is and since when."""

    number: int
    author: str
    at: datetime


@lru_cache(maxsize=256)
def _parsed(text: str, path: PurePath) -> Entry:
    """A revision never changes, and the same few are looked at again and again while an entry is edited."""
    return parse(text.encode(), path)


class StaleRevision(KnowledgeError):
    """The entry was saved since the revision that the change was based on; nothing was written."""

    def __init__(self, current: Revision) -> None:
        super().__init__(f"{current.entry_id!r} is at revision {current.number}, saved by {current.author}")
        self.current = current
        self.hint = "look at the newer revision, merge, and save on top of it"


_STEMS = "insert into entry_stems (key, named, explained) values (?, ?, ?)"
_REVISION = "entry_id, number, kind, author, at, comment, text, deleted"


def _revision(row: Sequence[Any]) -> Revision:
    entry_id, number, kind, author, at, comment, text, deleted = row
    return Revision(EntryId(entry_id), number, kind, author, datetime.fromisoformat(at), comment, text, bool(deleted))


class Revisions(KnowledgeStore):
    """The histories of entries. A change is a revision; no revision is ever changed or deleted."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self._entries = Entries(db)

    # --- reading

    def current(self, entry_id: str) -> Revision:
        """The current revision, also of a deleted entry or by a former id; raises ``EntryNotFound``."""
        with reading(self.db):
            current = self.find(self._kept_id(entry_id))
        if current is None:
            raise self._entries.not_found(entry_id)
        return current

    def latest(self) -> dict[EntryId, Latest]:
        """The present revisions of all entries that are not deleted."""
        rows = self.rows(
            "select r.entry_id, r.number, r.author, r.at from revisions r"
            " join entries e on e.id = r.entry_id and e.revision = r.number where e.deleted = 0"
        )
        return {EntryId(row[0]): Latest(row[1], row[2], datetime.fromisoformat(row[3])) for row in rows}

    def at(self, entry_id: str, number: int) -> Revision:
        """One revision; raises ``EntryNotFound`` and ``RevisionNotFound``."""
        with reading(self.db):
            kept = self._kept_id(entry_id)
            row = self.row(f"select {_REVISION} from revisions where entry_id = ? and number = ?", [kept, number])
        if row is None:
            raise RevisionNotFound(kept, number)
        return _revision(row)

    def history(self, entry_id: str) -> list[Revision]:
        """All revisions, newest first, also of a deleted entry or by a former id; raises ``EntryNotFound``."""
        with reading(self.db):
            rows = self.rows(
                f"select {_REVISION} from revisions where entry_id = ? order by number desc", [self._kept_id(entry_id)]
            )
        return [_revision(row) for row in rows]

    def compare(self, entry_id: str, old: int, new: int) -> list[FieldChange]:
        """What changed from one revision to another, field by field and word by word.

        Number 0 and a deletion count as an entry with nothing in it. Raises ``EntryNotFound`` and ``RevisionNotFound``.
        """
        before, after = (self.at(entry_id, number) if number else None for number in (old, new))
        return compare(
            *(revision.entry() if revision and not revision.deleted else None for revision in (before, after))
        )

    # --- changing

    def record(self, entry: Entry, author: str, now: datetime, comment: str, *, deleted: bool = False) -> Revision:
        """Append a revision and make it the current one, inside a transaction that is open.

        Its text is ``entry.original``. What was checked before is the caller's business.
        """
        rows = EntryRows.of(entry)
        last = self.value("select max(number) from revisions where entry_id = ?", [entry.id])
        revision = Revision(entry.id, (last or 0) + 1, entry.kind, author, now, comment, entry.original, deleted)
        self.change(
            f"insert into revisions ({_REVISION}) values (?, ?, ?, ?, ?, ?, ?, ?)",
            [entry.id, revision.number, entry.kind, author, iso(now), comment, entry.original, deleted],
        )
        self.change(
            "insert into entries (id, kind, revision, deleted, data) values (?, ?, ?, ?, ?)"
            " on conflict (id) do update set kind = excluded.kind, revision = excluded.revision,"
            " deleted = excluded.deleted, data = excluded.data",
            [entry.id, entry.kind, revision.number, deleted, rows.data],
        )
        self._derive(entry, rows, deleted)
        return revision

    def record_first(self, made: Sequence[tuple[Entry, EntryRows]], author: str, now: datetime) -> None:
        """Append the first revisions of entries that never were, inside a transaction that is open."""
        self.change_many(
            f"insert into revisions ({_REVISION}) values (?, 1, ?, ?, ?, '', ?, 0)",
            [(entry.id, entry.kind, author, iso(now), entry.original) for entry, _ in made],
        )
        self.change_many(
            "insert into entries (id, kind, revision, deleted, data) values (?, ?, 1, 0, ?)",
            [(entry.id, entry.kind, rows.data) for entry, rows in made],
        )
        keys = dict(self.rows("select id, key from entries"))
        self.change_many(_STEMS, [(keys[entry.id], *rows.stems) for entry, rows in made])
        self._insert_derived([entry for entry, _ in made])

    # --- within

    def _derive(self, entry: Entry, rows: EntryRows, deleted: bool) -> None:
        """Renew what is stored about an entry for the search; a deleted one has nothing."""
        key = self.value("select key from entries where id = ?", [entry.id])
        self.change("delete from entry_stems where key = ?", [key])
        for table in ("links", "entry_exemplars", "descriptions"):
            self.change(f"delete from {table} where entry_id = ?", [entry.id])
        if not deleted:
            self.change(_STEMS, [key, *rows.stems])
            self._insert_derived([entry])

    def _insert_derived(self, entries: Sequence[Entry]) -> None:
        links = [(entry.id, link, "format") for entry in entries for link in entry.formats]
        links += [(entry.id, link, "concept") for entry in entries for link in entry.concepts]
        exemplars = [(entry.id, name, n) for entry in entries for n, name in enumerate(entry.exemplars)]
        described = [(entry.id, phrase, n) for entry in entries for n, phrase in enumerate(entry.looks_like)]
        for table, found in (("links", links), ("entry_exemplars", exemplars), ("descriptions", described)):
            self.change_many(f"insert into {table} values (?, ?, ?)", found)

    def find(self, entry_id: str) -> Revision | None:
        """The current revision under this very id, also of a deleted entry."""
        row = self.row(
            f"select {_REVISION} from revisions where entry_id = ?1"
            " and number = (select revision from entries where id = ?1)",
            [entry_id],
        )
        return row and _revision(row)

    def _kept_id(self, entry_id: str) -> EntryId:
        if (kept := self._entries.kept_id(entry_id)) is None:
            raise self._entries.not_found(entry_id)
        return kept
