"""Entries as they are now, the ids that lead to them, and the stems of their words; what all stores build on."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from weakref import WeakValueDictionary

from knowledge.entry.fields import entry_data, entry_of_data
from knowledge.entry.model import Entry, EntryId, Kind
from knowledge.errors import EntryNotFound
from knowledge.stems import stems
from memebot.database import Store, reading, writing

_SELECT = (
    "select e.id, e.kind, e.data, r.text from entries e"
    " join revisions r on r.entry_id = e.id and r.number = e.revision where e.deleted = 0"
)


@dataclass(frozen=True, slots=True)
class EntryRows:
    """What is stored of an entry beside its text. ``data``: its fields in JSON; ``stems``: as of ``stems_of``."""

    data: str
    stems: tuple[str, str]

    @classmethod
    def of(cls, entry: Entry) -> EntryRows:
        """Computed now."""
        return cls(json.dumps(entry_data(entry), ensure_ascii=False), stems_of(entry))


class KnowledgeStore(Store):
    """A part of the knowledge base, over a database that was brought to its schema."""

    @contextmanager
    def write(self) -> Iterator[None]:
        """A short transaction that changes what a search sees: it counts the generation up."""
        with writing(self.db):
            yield
            self.count_up()

    def count_up(self) -> None:
        """Tell searches, in the transaction that is open, that something changed that they see."""
        self.change("update state set generation = generation + 1")
        self.db.announce()

    def change_many(self, sql: str, parameters: Iterable[Sequence[object]]) -> None:
        """Run a statement once for each row of parameters, inside the transaction that is open."""
        self.db.execute_many(sql, parameters)


class Entries(KnowledgeStore):
    """Reads entries. ``Revisions.record`` is what changes them."""

    def all(self, kind: Kind | None = None) -> list[Entry]:
        """All entries, or those of one kind, by id."""
        rows = self.rows(f"{_SELECT} and (e.kind = ?1 or ?1 is null) order by e.id", [kind])
        return [_loaded(*row) for row in rows]

    def get(self, entry_id: str) -> Entry:
        """The entry of that id, also under an id that it had before; raises ``EntryNotFound``, the closest ids."""
        with reading(self.db):
            return _loaded(*self.row(f"{_SELECT} and e.id = ?", [self.resolve(entry_id)]))

    def resolve(self, entry_id: str) -> EntryId:
        """The id of the entry now, whether it was renamed or merged into another since.

        Raises ``EntryNotFound``, also where the entry was deleted.
        """
        with reading(self.db):
            for one in self.trail(entry_id):
                if self.value("select 1 from entries where id = ? and deleted = 0", [one]):
                    return one
        raise self.not_found(entry_id)

    def moved_ids(self) -> dict[EntryId, EntryId]:
        """All ids that were given up, each with the id of the entry that it leads to now, where there is one."""
        next_id = {EntryId(row[0]): EntryId(row[1]) for row in self.rows("select former, entry_id from former_ids")}
        if not next_id:
            return {}
        live = {row[0] for row in self.rows("select id from entries where deleted = 0")}
        found: dict[EntryId, EntryId] = {}
        for former in next_id.keys() - live:
            current, seen = former, {former}
            while current not in live and next_id.get(current, current) not in seen:
                current = next_id[current]
                seen.add(current)
            if current in live:
                found[former] = current
        return found

    def links_to(self, entry_id: str) -> list[EntryId]:
        """Entries that link to this one: the other direction of ``formats`` and ``concepts``."""
        rows = self.rows(
            "select distinct entry_id from links where target = ? order by 1",
            [self.resolve(entry_id) if self.has_moved(entry_id) else entry_id],
        )
        return [EntryId(row[0]) for row in rows]

    def known_stems(self) -> frozenset[str]:
        """The stems of all words that entries are found by or explained with."""
        rows = self.rows("select named, explained from entry_stems")
        return frozenset(stem for row in rows for column in row for stem in column.split())

    def kept_id(self, entry_id: str) -> EntryId | None:
        """The id under which its revisions are: its own, also when it is deleted, else the one that it moved to."""
        with reading(self.db):
            known = (one for one in self.trail(entry_id) if self.value("select 1 from entries where id = ?", [one]))
            return next(known, None)

    def trail(self, entry_id: str) -> list[EntryId]:
        """The id and those that it led to, one after the other."""
        trail = [EntryId(entry_id)]
        while following := self.value("select entry_id from former_ids where former = ?", [trail[-1]]):
            if following in trail:
                break
            trail.append(EntryId(following))
        return trail

    def has_moved(self, entry_id: str) -> bool:
        """Whether the id leads to another entry now."""
        moved = self.value(
            "select 1 from former_ids where former = ?1 and not exists"
            " (select 1 from entries where id = ?1 and deleted = 0)",
            [entry_id],
        )
        return moved is not None

    def not_found(self, entry_id: str) -> EntryNotFound:
        """What to raise for an id that leads nowhere: it names the closest ids."""
        ids = [row[0] for row in self.rows("select id from entries where deleted = 0")]
        close = difflib.get_close_matches(entry_id.lower(), ids, 3)
        return EntryNotFound(entry_id, close or sorted(id for id in ids if entry_id.lower() in id)[:3])


def stems_of(entry: Entry) -> tuple[str, str]:
    """What it is found by and what it is explained with: stems with blanks between."""
    keywords = [word for some in entry.keywords.values() for word in some]
    named = (*entry.title.values(), *entry.aliases, *entry.says, *keywords)
    return _joined(named), _joined(entry.text.values())


def _joined(texts: Iterable[str]) -> str:
    return " ".join(stem for text in texts for stem in stems(text))


_alive: WeakValueDictionary[tuple[str, int], Entry] = WeakValueDictionary()
"""Entries that somebody in this process holds: all searches of it, over whatever bases, hold the same ones."""


def _loaded(entry_id: str, kind: Kind, data: str, text: str) -> Entry:
    key = (entry_id, hash((kind, data, text)))
    entry = _alive.get(key)
    if entry is None:
        entry = _alive[key] = entry_of_data(entry_id, kind, json.loads(data)).read_from(text)
    return entry
