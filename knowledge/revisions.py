"""Entries in the database: what they are now, and everything that they ever were."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from knowledge.entry import Entry, EntryId, Kind, Source, dumps, parse, path_of
from knowledge.errors import EntryNotFound, RevisionNotFound, StaleRevision
from knowledge.handle import Handle, iso
from knowledge.words import stems

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
    return Revision(EntryId(entry_id), number, kind, author, datetime.fromisoformat(at), comment, text,
                    bool(deleted))


class Revisions(Handle):
    """Reads and changes entries. Every change is a revision; no revision is ever changed or deleted."""

    # --- reading

    def entries(self, kind: Kind | None = None) -> list[Entry]:
        """All entries, or those of one kind, by id."""
        rows = self.rows(
            "select e.id, e.kind, e.data, r.text from entries e"
            " join revisions r on r.entry_id = e.id and r.number = e.revision"
            " where not e.deleted and (?1 is null or e.kind = ?1) order by e.id", [kind])
        return [_loaded(*row) for row in rows]

    def get(self, entry_id: str) -> Entry:
        """The entry of that id; raises ``EntryNotFound`` with the closest ids."""
        rows = self.rows(
            "select e.id, e.kind, e.data, r.text from entries e"
            " join revisions r on r.entry_id = e.id and r.number = e.revision"
            " where not e.deleted and e.id = ?", [entry_id])
        if not rows:
            raise self._not_found(entry_id)
        return _loaded(*rows[0])

    def revision(self, entry_id: str) -> Revision:
        """The current revision, also of a deleted entry; raises ``EntryNotFound``."""
        current = self._current(entry_id)
        if current is None:
            raise self._not_found(entry_id)
        return current

    def history(self, entry_id: str) -> list[Revision]:
        """All revisions, newest first, also of a deleted entry; raises ``EntryNotFound``."""
        rows = self.rows(f"select {_REVISION} from revisions where entry_id = ? order by number desc",
                         [entry_id])
        if not rows:
            raise self._not_found(entry_id)
        return [_revision(row) for row in rows]

    def diff(self, entry_id: str, old: int, new: int) -> list[str]:
        """What changed from one revision to another: a unified diff without line ends.

        Number 0 and a deletion count as the empty file. Raises ``EntryNotFound`` and ``RevisionNotFound``.
        """
        before, after = (self._text_at(entry_id, number).splitlines() for number in (old, new))
        names = (f"{entry_id} revision {old}", f"{entry_id} revision {new}")
        return list(difflib.unified_diff(before, after, *names, lineterm=""))

    def links_to(self, entry_id: str) -> list[EntryId]:
        """Entries that link to this one: the other direction of ``formats`` and ``concepts``."""
        rows = self.rows("select distinct entry_id from links where target = ? order by 1", [entry_id])
        return [EntryId(row[0]) for row in rows]

    def text_candidates(self, stems: Sequence[str], limit: int) -> list[tuple[EntryId, float]]:
        """Entries that contain any of the stems, best first, with BM25 (higher is better).

        A word in a title weighs eight times one in the explanation. Stems are those of ``words.stems``.
        """
        query = " OR ".join(f'"{stem}"' for stem in dict.fromkeys(stems) if _QUERY_WORD.fullmatch(stem))
        if not query or limit < 1:
            return []
        rows = self.rows(
            f"select e.id, -bm25(entry_words, {', '.join(map(str, _WEIGHTS))}) as score"
            " from entry_words w join entries e on e.key = w.rowid"
            " where entry_words match ? order by score desc, e.id limit ?", [query, limit])
        return [(EntryId(entry_id), score) for entry_id, score in rows]

    # --- changing

    def save(self, entry: Entry, *, author: str, now: datetime, comment: str = "",
             base_revision: int | None = None) -> Revision:
        """Store the entry as a new revision; an unchanged one gives the current revision instead.

        ``base_revision``: the revision that the change was made on, ``None`` for an entry that is new.
        Raises ``StaleRevision`` if the entry is at another one by now, ``EntryError`` if it is not valid.
        """
        text = dumps(entry)
        with self.write():
            current = self._current(entry.id)
            self._expect(current, base_revision)
            if current and not current.deleted and (current.kind, current.text) == (entry.kind, text):
                return current
            return self.record(entry, text, author, now, comment)

    def delete(self, entry_id: str, *, author: str, now: datetime, comment: str = "",
               base_revision: int | None = None) -> Revision:
        """Delete the entry, as a revision that can be taken back with ``restore``.

        ``base_revision``: as for ``save``; ``None`` deletes whatever is current. Raises ``EntryNotFound``.
        """
        with self.write():
            current = self._current(entry_id)
            if current is None or current.deleted:
                raise self._not_found(entry_id)
            if base_revision is not None:
                self._expect(current, base_revision)
            return self.record(self.get(entry_id), current.text, author, now, comment, deleted=True)

    def restore(self, entry_id: str, number: int, *, author: str, now: datetime,
                comment: str = "") -> Revision:
        """Make a former revision's text current, as a new revision; also brings a deleted entry back.

        Raises ``EntryNotFound`` and ``RevisionNotFound``.
        """
        with self.write():
            old = self._at(entry_id, number)
            current = self.revision(entry_id)
            if not current.deleted and (current.kind, current.text) == (old.kind, old.text):
                return current
            return self.record(old.entry(), old.text, author, now, comment or f"revision {number} restored")

    def record(self, entry: Entry, text: str, author: str, now: datetime, comment: str, *,
               deleted: bool = False) -> Revision:
        """Append a revision and make it the current one, inside a transaction that is open.

        ``text`` is what ``entry`` was parsed from. What was checked before is the caller's business.
        """
        last = self.value("select max(number) from revisions where entry_id = ?", [entry.id])
        revision = Revision(entry.id, (last or 0) + 1, entry.kind, author, now, comment, text, deleted)
        self.db.execute(f"insert into revisions ({_REVISION}) values (?, ?, ?, ?, ?, ?, ?, ?)",
                        [entry.id, revision.number, entry.kind, author, iso(now), comment, text, deleted])
        self.db.execute(
            "insert into entries (id, kind, revision, deleted, data) values (?, ?, ?, ?, ?)"
            " on conflict (id) do update set kind = excluded.kind, revision = excluded.revision,"
            " deleted = excluded.deleted, data = excluded.data",
            [entry.id, entry.kind, revision.number, deleted, _dumped(entry)])
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
        self.db.execute("insert into entry_words (rowid, title, aliases, says, keywords, body)"
                        " values (?, ?, ?, ?, ?, ?)", [key, *_words_of(entry)])
        many("insert into links values (?, ?, 'format')", [(entry.id, link) for link in entry.formats])
        many("insert into links values (?, ?, 'concept')", [(entry.id, link) for link in entry.concepts])
        many("insert into entry_exemplars values (?, ?, ?)",
             [(entry.id, name, n) for n, name in enumerate(entry.exemplars)])
        many("insert into descriptions values (?, ?, ?)",
             [(entry.id, phrase, n) for n, phrase in enumerate(entry.looks_like)])

    def _current(self, entry_id: str) -> Revision | None:
        rows = self.rows(
            f"select {_REVISION} from revisions where entry_id = ?1"
            " and number = (select revision from entries where id = ?1)", [entry_id])
        return _revision(rows[0]) if rows else None

    def _at(self, entry_id: str, number: int) -> Revision:
        rows = self.rows(f"select {_REVISION} from revisions where entry_id = ? and number = ?",
                         [entry_id, number])
        if not rows:
            self.revision(entry_id)
            raise RevisionNotFound(entry_id, number)
        return _revision(rows[0])

    def _text_at(self, entry_id: str, number: int) -> str:
        revision = self._at(entry_id, number) if number else None
        return revision.text if revision and not revision.deleted else ""

    def _expect(self, current: Revision | None, base_revision: int | None) -> None:
        if current is None:
            return
        if base_revision is None and current.deleted:
            return
        if current.number != base_revision:
            raise StaleRevision(current)

    def _not_found(self, entry_id: str) -> EntryNotFound:
        ids = [row[0] for row in self.rows("select id from entries where not deleted")]
        close = difflib.get_close_matches(entry_id.lower(), ids, 3)
        return EntryNotFound(entry_id, close or sorted(id for id in ids if entry_id.lower() in id)[:3])


def _words_of(entry: Entry) -> list[str]:
    """The columns of the full-text index: stems with blanks between."""
    columns = (
        entry.title.values(), entry.aliases, entry.says,
        [word for some in entry.keywords.values() for word in some], entry.text.values(),
    )  # fmt: skip
    return [" ".join(stem for text in column for stem in stems(text)) for column in columns]


def _dumped(entry: Entry) -> str:
    data = {
        "title": entry.title, "text": entry.text, "aliases": entry.aliases, "says": entry.says,
        "keywords": entry.keywords, "looks_like": entry.looks_like, "formats": entry.formats,
        "concepts": entry.concepts, "exemplars": entry.exemplars,
        "sources": [[source.title, source.url] for source in entry.sources],
    }  # fmt: skip
    return json.dumps(data, ensure_ascii=False)


def _loaded(entry_id: str, kind: Kind, data: str, text: str) -> Entry:
    fields = json.loads(data)
    return Entry(
        id=EntryId(entry_id), kind=kind, title=fields["title"], text=fields["text"],
        aliases=tuple(fields["aliases"]), says=tuple(fields["says"]),
        keywords={lang: tuple(some) for lang, some in fields["keywords"].items()},
        looks_like=tuple(fields["looks_like"]), formats=tuple(fields["formats"]),
        concepts=tuple(fields["concepts"]), exemplars=tuple(fields["exemplars"]),
        sources=tuple(Source(*source) for source in fields["sources"]), original=text,
    )  # fmt: skip
