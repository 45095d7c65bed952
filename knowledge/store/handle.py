"""What every part of the knowledge base is built on: its transactions, and the generation counter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from memebot.database import Store, writing


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

    def change_many(self, sql: str, parameters: Iterable[Sequence[object]]) -> None:
        """Run a statement once for each row of parameters, inside the transaction that is open."""
        self.db.conn.executemany(sql, parameters)
