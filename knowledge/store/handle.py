"""The database handle of the knowledge base: its tables, and the generation counter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from sqlite_utils import Database

from knowledge.store.migrations import MIGRATIONS
from memebot.database import Handle, writing


class KnowledgeHandle(Handle):
    """A database brought to the schema of the knowledge base, in WAL mode, with foreign keys on."""

    def __init__(self, db: Database) -> None:
        """Raises ``DatabaseTooNew`` and ``DatabaseBusy``."""
        super().__init__(db, MIGRATIONS)

    @contextmanager
    def write(self) -> Iterator[None]:
        """A short transaction that changes what a search sees: it counts the generation up."""
        with writing(self.db):
            yield
            self.count_up()

    def count_up(self) -> None:
        """Tell searches, in the transaction that is open, that something changed that they see."""
        self.change("update state set generation = generation + 1")

    def change_many(self, sql: str, parameters: Iterable[Sequence[object]]) -> None:
        """Run a statement once for each row of parameters, inside the transaction that is open."""
        self.db.conn.executemany(sql, parameters)
