"""The knowledge base in its database: the one name that other packages need, and what it hands out."""

from __future__ import annotations

from knowledge.store.sync import Files


class KnowledgeBase(Files):
    """Entries, their history, exemplars and vectors in one SQLite database, kept together with files.

    Takes a ``sqlite_utils.Database`` and brings it to the current schema, in WAL mode. All SQL about
    knowledge is in here and in the classes below it: ``Revisions`` (entries and what they ever were),
    ``Pictures`` (exemplars and vectors), ``Texts`` (regression texts), ``Changes`` (saving, renaming, merging),
    ``Files`` (sync, export, conflicts). Every change is one short
    transaction; other processes wait for it, and never see half of it.
    """
