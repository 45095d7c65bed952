"""Entries in the database: what they are now, and everything that they ever were."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from knowledge.entry.diff import FieldChange, compare
from knowledge.entry.fields import entry_data, entry_of_data
from knowledge.entry.markdown import parse
from knowledge.entry.model import Entry, EntryId, Kind, path_of
from knowledge.errors import EntryNotFound, RevisionNotFound
from knowledge.search.stems import stems
from knowledge.store.handle import KnowledgeHandle
from memebot.database import iso

_QUERY_WORD = re.compile(r'[^"\0]+')
_WEIGHTS = (8.0, 6.0, 5.0, 4.0, 1.0)  # title, aliases, says, keywords, body


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
        return parse(self.text.encode(), path_of(self.kind, self.entry_id))


_REVISION = "entry_id, number, kind, author, at, comment, text, deleted"


def _revision(row: Sequence[Any]) -> Revision:
    entry_id, number, kind, author, at, comment, text, deleted = row
    return Revision(EntryId(entry_id), number, kind, author, datetime.fromisoformat(at), comment, text, bool(deleted))


class Revisions(KnowledgeHandle):
    """Reads entries and their histories. A change is a revision; no revision is ever changed or deleted."""

    # --- reading

    def entries(self, kind: Kind | None = None) -> list[Entry]:
        """All entries, or those of one kind, by id."""
        rows = self.rows(
            "select e.id, e.kind, e.data, r.text from entries e"
            " join revisions r on r.entry_id = e.id and r.number = e.revision"
            " where not e.deleted and (?1 is null or e.kind = ?1) order by e.id",
            [kind],
        )
        return [_loaded(*row) for row in rows]

    def get(self, entry_id: str) -> Entry:
        """The entry of that id, also under an id that it had before; raises ``EntryNotFound``, the closest ids."""
        rows = self.rows(
            "select e.id, e.kind, e.data, r.text from entries e"
            " join revisions r on r.entry_id = e.id and r.number = e.revision"
            " where not e.deleted and e.id = ?",
            [self.resolve_id(entry_id)],
        )
        return _loaded(*rows[0])

    def resolve_id(self, entry_id: str) -> EntryId:
        """The id of the entry now, whether it was renamed or merged into another since.

        Raises ``EntryNotFound``, also where the entry was deleted.
        """
        for one in self._trail(entry_id):
            if self.value("select 1 from entries where id = ? and not deleted", [one]):
                return one
        raise self._not_found(entry_id)

    def moved_ids(self) -> dict[EntryId, EntryId]:
        """All ids that were given up, each with the id of the entry that it leads to now, where there is one."""
        next_id = {EntryId(row[0]): EntryId(row[1]) for row in self.rows("select former, entry_id from former_ids")}
        if not next_id:
            return {}
        live = {row[0] for row in self.rows("select id from entries where not deleted")}
        found: dict[EntryId, EntryId] = {}
        for former in next_id.keys() - live:
            current, seen = former, {former}
            while current not in live and next_id.get(current, current) not in seen:
                current = next_id[current]
                seen.add(current)
            if current in live:
                found[former] = current
        return found

    def former_ids(self, entry_id: str) -> list[EntryId]:
        """Ids that lead to this entry: those that it had, and those of entries merged into it."""
        rows = self.rows(
            "select former from former_ids where entry_id = ?"
            " and former not in (select id from entries where not deleted) order by 1",
            [entry_id],
        )
        return [EntryId(row[0]) for row in rows]

    def revision(self, entry_id: str) -> Revision:
        """The current revision, also of a deleted entry or by a former id; raises ``EntryNotFound``."""
        current = self._current(self._kept_id(entry_id))
        if current is None:
            raise self._not_found(entry_id)
        return current

    def at(self, entry_id: str, number: int) -> Revision:
        """One revision; raises ``EntryNotFound`` and ``RevisionNotFound``."""
        kept = self._kept_id(entry_id)
        rows = self.rows(f"select {_REVISION} from revisions where entry_id = ? and number = ?", [kept, number])
        if not rows:
            raise RevisionNotFound(kept, number)
        return _revision(rows[0])

    def history(self, entry_id: str) -> list[Revision]:
        """All revisions, newest first, also of a deleted entry or by a former id; raises ``EntryNotFound``."""
        rows = self.rows(
            f"select {_REVISION} from revisions where entry_id = ? order by number desc", [self._kept_id(entry_id)]
        )
        return [_revision(row) for row in rows]

    def latest(self, limit: int = 20) -> list[Revision]:
        """The newest revisions of all entries, newest first."""
        rows = self.rows(f"select {_REVISION} from revisions order by at desc, rowid desc limit ?", [limit])
        return [_revision(row) for row in rows]

    def compare(self, entry_id: str, old: int, new: int) -> list[FieldChange]:
        """What changed from one revision to another, field by field and word by word.

        Number 0 and a deletion count as an entry with nothing in it. Errors as for ``diff``.
        """
        before, after = (self.at(entry_id, number) if number else None for number in (old, new))
        return compare(
            *(revision.entry() if revision and not revision.deleted else None for revision in (before, after))
        )

    def diff(self, entry_id: str, old: int, new: int) -> list[str]:
        """What changed from one revision to another: a unified diff without line ends.

        Number 0 and a deletion count as the empty file. Raises ``EntryNotFound`` and ``RevisionNotFound``.
        """
        before, after = (self._text_at(entry_id, number).splitlines() for number in (old, new))
        names = (f"{entry_id} revision {old}", f"{entry_id} revision {new}")
        return list(difflib.unified_diff(before, after, *names, lineterm=""))

    def links_to(self, entry_id: str) -> list[EntryId]:
        """Entries that link to this one: the other direction of ``formats`` and ``concepts``."""
        rows = self.rows(
            "select distinct entry_id from links where target = ? order by 1",
            [self.resolve_id(entry_id) if self._moved(entry_id) else entry_id],
        )
        return [EntryId(row[0]) for row in rows]

    def text_candidates(self, stems: Sequence[str], limit: int) -> list[tuple[EntryId, float]]:
        """Entries that contain any of the stems, best first, with BM25 (higher is better).

        A word in a title weighs eight times one in the explanation. Stems are those of ``words.stems``.
        """
        return ranked(self.rows, stems, limit)

    def word_rows(self) -> list[tuple[int, EntryId, str, str, str, str, str]]:
        """The full-text index row by row: key, entry, stems of titles, aliases, phrases, keywords, explanations."""
        return self.rows(
            "select e.key, e.id, w.title, w.aliases, w.says, w.keywords, w.body"
            " from entry_words w join entries e on e.key = w.rowid"
        )

    # --- changing

    def record(
        self, entry: Entry, text: str, author: str, now: datetime, comment: str, *, deleted: bool = False
    ) -> Revision:
        """Append a revision and make it the current one, inside a transaction that is open.

        ``text`` is what ``entry`` was parsed from. What was checked before is the caller's business.
        """
        last = self.value("select max(number) from revisions where entry_id = ?", [entry.id])
        revision = Revision(entry.id, (last or 0) + 1, entry.kind, author, now, comment, text, deleted)
        self.db.execute(
            f"insert into revisions ({_REVISION}) values (?, ?, ?, ?, ?, ?, ?, ?)",
            [entry.id, revision.number, entry.kind, author, iso(now), comment, text, deleted],
        )
        self.db.execute(
            "insert into entries (id, kind, revision, deleted, data) values (?, ?, ?, ?, ?)"
            " on conflict (id) do update set kind = excluded.kind, revision = excluded.revision,"
            " deleted = excluded.deleted, data = excluded.data",
            [entry.id, entry.kind, revision.number, deleted, json.dumps(entry_data(entry), ensure_ascii=False)],
        )
        self._derive(entry, deleted)
        return revision

    # --- within

    def _derive(self, entry: Entry, deleted: bool) -> None:
        """Renew what is stored about an entry for the search; a deleted one has nothing."""
        key = self.value("select key from entries where id = ?", [entry.id])
        self.db.execute("delete from entry_words where rowid = ?", [key])
        for table in ("links", "entry_exemplars", "descriptions"):
            self.db.execute(f"delete from {table} where entry_id = ?", [entry.id])
        if deleted:
            return
        many = self.db.conn.executemany
        self.db.execute(
            "insert into entry_words (rowid, title, aliases, says, keywords, body) values (?, ?, ?, ?, ?, ?)",
            [key, *words_of(entry)],
        )
        many("insert into links values (?, ?, 'format')", [(entry.id, link) for link in entry.formats])
        many("insert into links values (?, ?, 'concept')", [(entry.id, link) for link in entry.concepts])
        many(
            "insert into entry_exemplars values (?, ?, ?)",
            [(entry.id, name, n) for n, name in enumerate(entry.exemplars)],
        )
        many(
            "insert into descriptions values (?, ?, ?)",
            [(entry.id, phrase, n) for n, phrase in enumerate(entry.looks_like)],
        )

    def _current(self, entry_id: str) -> Revision | None:
        rows = self.rows(
            f"select {_REVISION} from revisions where entry_id = ?1"
            " and number = (select revision from entries where id = ?1)",
            [entry_id],
        )
        return _revision(rows[0]) if rows else None

    def _kept_id(self, entry_id: str) -> EntryId:
        """The id under which revisions are kept: the entry's own, also when deleted, else where it moved."""
        for one in self._trail(entry_id):
            if self.value("select 1 from entries where id = ?", [one]):
                return one
        raise self._not_found(entry_id)

    def _trail(self, entry_id: str) -> list[EntryId]:
        """The id and those that it led to, one after the other."""
        trail = [EntryId(entry_id)]
        while following := self.value("select entry_id from former_ids where former = ?", [trail[-1]]):
            if following in trail:
                break
            trail.append(EntryId(following))
        return trail

    def _moved(self, entry_id: str) -> bool:
        """Whether the id leads to another entry now."""
        return (
            self.value(
                "select 1 from former_ids where former = ?1 and not exists"
                " (select 1 from entries where id = ?1 and not deleted)",
                [entry_id],
            )
            is not None
        )

    def _text_at(self, entry_id: str, number: int) -> str:
        revision = self.at(entry_id, number) if number else None
        return revision.text if revision and not revision.deleted else ""

    def _not_found(self, entry_id: str) -> EntryNotFound:
        ids = [row[0] for row in self.rows("select id from entries where not deleted")]
        close = difflib.get_close_matches(entry_id.lower(), ids, 3)
        return EntryNotFound(entry_id, close or sorted(id for id in ids if entry_id.lower() in id)[:3])


Rows = Callable[[str, Sequence[object]], list[Any]]
"""Runs a query: (SQL, parameters) -> rows."""

WORDS_TABLE = (
    "create virtual table entry_words using fts5 (title, aliases, says, keywords, body,"
    " tokenize = \"unicode61 remove_diacritics 0 tokenchars '.-_+#''/'\")"
)
"""The full-text index of the schema, for a copy of it."""


def ranked(rows: Rows, stems: Sequence[str], limit: int) -> list[tuple[EntryId, float]]:
    """Entries of a full-text index that contain any of the stems, best first, with BM25 (higher is better)."""
    query = " OR ".join(f'"{stem}"' for stem in dict.fromkeys(stems) if _QUERY_WORD.fullmatch(stem))
    if not query or limit < 1:
        return []
    found = rows(
        f"select e.id, -bm25(entry_words, {', '.join(map(str, _WEIGHTS))}) as score"
        " from entry_words w join entries e on e.key = w.rowid"
        " where entry_words match ? order by score desc, e.id limit ?",
        [query, limit],
    )
    return [(EntryId(entry_id), score) for entry_id, score in found]


def words_of(entry: Entry) -> list[str]:
    """The columns of the full-text index: stems with blanks between."""
    columns = (
        entry.title.values(),
        entry.aliases,
        entry.says,
        [word for some in entry.keywords.values() for word in some],
        entry.text.values(),
    )
    return [" ".join(stem for text in column for stem in stems(text)) for column in columns]


def _loaded(entry_id: str, kind: Kind, data: str, text: str) -> Entry:
    return entry_of_data(entry_id, kind, json.loads(data), text)
