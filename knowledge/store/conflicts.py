"""Entries that changed in two places: in their file and the database, or in what is shipped beneath an own one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from knowledge.entry.markdown import layout, parse
from knowledge.entry.merge import MergeResult, merge3
from knowledge.entry.model import Entry, EntryId, Kind, path_of
from knowledge.errors import ConflictNotFound, EntryError
from knowledge.store.entries import Entries, KnowledgeStore
from knowledge.store.overlay import EntryFile, Folder
from knowledge.store.revisions import Revision, Revisions
from memebot.database import Database, iso, upsert, writing

State = tuple[Kind, str] | None
"""An entry's kind and text; ``None`` where there is none."""

Take = Literal["file", "base", "merged"]


@dataclass(frozen=True, slots=True)
class Conflict:
    """An entry that was changed in its file and in the database. Each side is kind and text, or ``None``.

    ``base``: the file when last seen; ``file``: the file since; ``entry``: the database at that time.
    ``opened_at`` is ``None`` where a shipped entry changed beneath an own one.
    """

    entry_id: EntryId
    opened_at: datetime | None
    base: State
    file: State
    entry: State

    def merged(self) -> MergeResult | None:
        """Both changes in one entry, the database's file with what the file changed; ``None`` without three sides.

        Where they collide it has the database's text. Raises ``EntryError`` if a side cannot be read any more.
        """
        if not (self.base and self.file and self.entry):
            return None
        base, file, entry = (
            parse(text.encode(), path_of(kind, self.entry_id)) for kind, text in (self.base, self.file, self.entry)
        )
        return merge3(base, file, entry)


class Conflicts(KnowledgeStore):
    """Keeps both sides of a conflict until somebody settles it, and what files held when last seen."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self._entries, self._revisions = Entries(db), Revisions(db)

    def open(self) -> list[Conflict]:
        """Open conflicts, by id of the entry."""
        return [
            _conflict(row)
            for row in self.rows(f"select {_CONFLICT} from conflicts where closed_at is null order by entry_id")
        ]

    def resolve(
        self, entry_id: str, take: Take, *, author: str, now: datetime, text: str | None = None
    ) -> Revision | None:
        """Settle a conflict: with the ``file``'s text, the ``base``'s (what the database has), or ``merged``.

        ``text``: the merged text, for ``merged`` alone. The other texts stay in the history. The file is
        written by the next export. Where a shipped entry changed beneath an own one, ``file`` is what is
        shipped now. Returns the entry's revision, ``None`` if there never was one. Raises
        ``ConflictNotFound``, ``EntryError``.
        """
        if (take == "merged") != (text is not None):
            raise ValueError("a text belongs to 'merged', and to nothing else")
        with self.write():
            rows = self.rows(f"select {_CONFLICT} from conflicts where closed_at is null and entry_id = ?", [entry_id])
            if not rows:
                return self._resolve_shipped(entry_id, take, author, now, text)
            conflict = _conflict(rows[0])
            kept = self._entries.kept_id(conflict.entry_id) or conflict.entry_id
            chosen = self._chosen(conflict, kept, take, text)
            if chosen != self.stored(kept):
                self._make_current(kept, chosen, author, now, f"conflict: took {take}")
            self.set_synced(entry_id, conflict.file)
            self.close(entry_id, take, now)
            return self._revisions.find(kept)

    def _resolve_shipped(self, entry_id: str, take: Take, author: str, now: datetime, text: str | None) -> Revision:
        """The same for an own entry over a shipped one that changed."""
        found = next((one for one in self.outdated() if one.entry_id == entry_id), None)
        if found is None:
            raise ConflictNotFound(entry_id)
        chosen = self._chosen(found, found.entry_id, take, text)
        if chosen != self.stored(entry_id):
            self._make_current(found.entry_id, chosen, author, now, f"shipped since: took {take}")
        self.change(
            "update beneath set kind = newer_kind, text = newer_text, newer_kind = null, newer_text = null"
            " where entry_id = ?",
            [entry_id],
        )
        return self._revisions.current(entry_id)

    def _chosen(self, conflict: Conflict, kept: EntryId, take: Take, text: str | None) -> State:
        stored = self.stored(kept)
        if take == "base":
            return stored
        if text is None:
            return conflict.file
        kind = (stored or conflict.file or conflict.entry or ("joke", ""))[0]
        return kind, text

    def _make_current(self, entry_id: EntryId, state: State, author: str, now: datetime, why: str) -> None:
        if state is None:
            self._revisions.record(self._entries.get(entry_id), author, now, why, deleted=True)
        else:
            kind, text = state
            self._revisions.record(parse(text.encode(), path_of(kind, entry_id)), author, now, why)

    def note(self, entry_id: EntryId, base: State, file: State, entry: State, now: datetime) -> None:
        """Record a conflict, in place of an older one of the entry, inside a transaction that is open."""
        known = next((c for c in self.open() if c.entry_id == entry_id), None)
        if known and (known.base, known.file, known.entry) == (base, file, entry):
            return
        self.close(entry_id, "superseded", now)
        columns = [*(base or (None, None)), *(file or (None, None)), *(entry or (None, None))]
        self.change(
            "insert into conflicts (entry_id, opened_at, base_kind, base_text, file_kind, file_text,"
            " entry_kind, entry_text) values (?, ?, ?, ?, ?, ?, ?, ?)",
            [entry_id, iso(now), *columns],
        )

    def close(self, entry_id: str, outcome: str, now: datetime) -> None:
        """Close the entry's open conflict, if it has one, inside a transaction that is open."""
        self.change(
            "update conflicts set closed_at = ?, outcome = ? where entry_id = ? and closed_at is null",
            [iso(now), outcome, entry_id],
        )

    def outdated(self) -> list[Conflict]:
        """Own entries over shipped ones that changed since somebody looked, by id.

        ``base``: what was shipped then; ``file``: what is shipped now; ``entry``: the own one. ``resolve`` settles it.
        """
        rows = self.rows(
            "select entry_id, kind, text, newer_kind, newer_text from beneath"
            " where newer_text is not null order by entry_id"
        )
        return [
            Conflict(EntryId(row[0]), None, (row[1], row[2]), (row[3], row[4]), self.stored(row[0])) for row in rows
        ]

    def note_lower_entries(self, folder: Folder, files: Iterable[EntryFile]) -> None:
        """Note what lies beneath own entries, and where that is not what it was."""
        over = {file.entry_id for file in files if not file.beneath and file.entry_id in folder.below}
        known = {
            row[0]: row[1:] for row in self.rows("select entry_id, kind, text, newer_kind, newer_text from beneath")
        }
        new = {entry_id: folder.below[entry_id].state for entry_id in over}
        with writing(self.db):
            for entry_id in known.keys() - over:
                self.change("delete from beneath where entry_id = ?", [entry_id])
            for entry_id, state in new.items():
                old = known.get(entry_id)
                newer = (None, None) if old is None or same(old[:2], state) else state
                if old is None:
                    self.change("insert into beneath values (?, ?, ?, null, null)", [entry_id, *state])
                elif old[2:] != newer:
                    self.change(
                        "update beneath set newer_kind = ?, newer_text = ? where entry_id = ?", [*newer, entry_id]
                    )

    def note_own_file(self, folder: Folder, entry: Entry, base: tuple[Kind, str] | None) -> None:
        """An own file was written, and comes to lie over what was shipped when the entry was last taken over."""
        if entry.id in folder.below and base is not None:
            self.change("insert into beneath values (?, ?, ?, null, null) on conflict do nothing", [entry.id, *base])

    # --- states

    def synced(self, entry_id: str) -> State:
        """The entry's file when last seen."""
        rows = self.rows("select kind, text from synced where entry_id = ?", [entry_id])
        return rows[0] if rows else None

    def set_synced(self, entry_id: str, state: State, *, file: State = None) -> None:
        """The entry's file as it is now seen; ``file`` where it holds ``state`` in another layout."""
        if state is None:
            self.change("delete from synced where entry_id = ?", [entry_id])
            return
        kind, text = state
        self.change(
            upsert("synced", "entry_id", "kind, sha256, text"),
            [entry_id, kind, hashlib.sha256((file or state)[1].encode()).hexdigest(), text],
        )

    def set_first_synced(self, entries: Iterable[Entry]) -> None:
        """The same for entries whose files were never seen, as they were read from them."""
        rows = ((one.id, one.kind, hashlib.sha256(one.original.encode()).hexdigest(), one.original) for one in entries)
        self.change_many("insert into synced values (?, ?, ?, ?)", rows)

    def stored(self, entry_id: str) -> State:
        """What the database has."""
        current = self._revisions.find(entry_id)
        return None if current is None or current.deleted else (current.kind, current.text)


def same(one: State, two: State) -> bool:
    """Whether two states are one entry, however their files are laid out."""
    if one is None or two is None or one[0] != two[0]:
        return one == two
    return one[1] == two[1] or _laid_out(*one) == _laid_out(*two)


def _laid_out(kind: Kind, text: str) -> str:
    """The text in the one layout; as it is where it is no entry."""
    try:
        return layout(parse(text.encode("utf-8", "surrogatepass"), path_of(kind, "any")))
    except EntryError:
        return text


_CONFLICT = "entry_id, opened_at, base_kind, base_text, file_kind, file_text, entry_kind, entry_text"


def _conflict(row: Sequence[Any]) -> Conflict:
    entry_id, opened_at, *sides = row
    base, file, entry = ((sides[n], sides[n + 1]) if sides[n] else None for n in (0, 2, 4))
    return Conflict(EntryId(entry_id), datetime.fromisoformat(opened_at), base, file, entry)
