"""The knowledge base in its database: the one name that other packages need, and its parts."""

from __future__ import annotations

from pathlib import Path

from knowledge.entry.model import Entry
from knowledge.errors import ExemplarNotFound
from knowledge.reading import Keypoints
from knowledge.store.changes import Changes
from knowledge.store.conflicts import Conflicts
from knowledge.store.entries import Entries, KnowledgeStore
from knowledge.store.exemplars import ExemplarStore
from knowledge.store.revisions import Revisions
from knowledge.store.sync import Files
from knowledge.store.texts import RegressionTexts
from knowledge.store.vectors import VectorStore
from memebot.database import Database, sql_migrations

MIGRATIONS = sql_migrations("knowledge", Path(__file__).parent / "migrations")


class KnowledgeBase:
    """Entries, their history, exemplars and vectors in one SQLite database, kept together with files.

    ``entries``: what they are now, and the words in them. ``revisions``: what they ever were. ``changes``: saving,
    renaming, merging. ``exemplars``: pictures and whose they are. ``vectors``: what was computed of them.
    ``texts``: regression texts. ``files``: sync and export. ``conflicts``: what changed in two places.

    Every change is one short transaction; other processes wait for it, and never see half of it.
    """

    def __init__(self, db: Database) -> None:
        """Brings the database to the current schema, in WAL mode. Raises ``DatabaseTooNew`` and ``DatabaseBusy``."""
        self.handle = KnowledgeStore(db, MIGRATIONS)
        self.entries = Entries(db)
        self.revisions = Revisions(db)
        self.vectors = VectorStore(db)
        self.exemplars = ExemplarStore(db)
        self.texts = RegressionTexts(db)
        self.changes = Changes(db)
        self.conflicts = Conflicts(db)
        self.files = Files(db)

    def first_exemplar(self, entry: Entry) -> bytes | Keypoints | None:
        """The picture on which an entry's boxes are measured, or its features where that is all that is kept of it.

        ``None`` where the entry has no exemplar, or one that is not there (yet).
        """
        if not entry.exemplars:
            return None
        name = entry.exemplars[0]
        try:
            return self.exemplars.get(name).picture or self.vectors.fingerprint(name).keypoints
        except ExemplarNotFound:
            return None

    def state(self) -> str:
        """Names what the base holds now: a copy of it that went another way has another, at the same generation too."""
        return ":".join(
            map(str, self.handle.row("select (select generation from state), count(*), max(at) from revisions"))
        )

    def generation(self) -> int:
        """Grows with every change to entries, exemplars, vectors and calibration, by whatever process."""
        return int(self.handle.value("select generation from state"))
