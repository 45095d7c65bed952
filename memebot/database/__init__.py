"""The one way to a database: connecting, transactions, migrations, times as they are stored, and the thread.

A leaf that knows no table. ``knowledge`` and ``moderation`` import it and not each other, so both work on one
connection: ``writing`` joins a transaction that is open, and changes in several stores become one.

Where SQLite and PostgreSQL differ stands in ``sqlite``, and in ``postgres`` with ``postgres_sql``.
"""

from memebot.database.address import FILE, DatabaseAddress
from memebot.database.engine import Database
from memebot.database.errors import (
    PASSING_FAILURES,
    REFUSALS,
    STORAGE_FAILURES,
    DatabaseBusy,
    DatabaseTooNew,
    DatabaseUnusable,
    DiskFull,
    ServerGone,
    StorageError,
    log_level,
)
from memebot.database.handle import (
    AMONG_IDS,
    AMONG_TEXTS,
    FAR_S,
    DatabaseThread,
    Store,
    iso,
    maybe_iso,
    migrate,
    open_database,
    reading,
    sql_migrations,
    upsert,
    when,
    writing,
)
from memebot.database.places import check_rights, communities_at, database_exists, delete_database
from memebot.database.sqlite import backup, damage, damage_of_opened, full_disk, in_memory, restore

__all__ = [
    "AMONG_IDS",
    "AMONG_TEXTS",
    "FAR_S",
    "FILE",
    "PASSING_FAILURES",
    "REFUSALS",
    "STORAGE_FAILURES",
    "Database",
    "DatabaseAddress",
    "DatabaseBusy",
    "DatabaseThread",
    "DatabaseTooNew",
    "DatabaseUnusable",
    "DiskFull",
    "ServerGone",
    "StorageError",
    "Store",
    "backup",
    "check_rights",
    "communities_at",
    "damage",
    "damage_of_opened",
    "database_exists",
    "delete_database",
    "full_disk",
    "in_memory",
    "iso",
    "log_level",
    "maybe_iso",
    "migrate",
    "open_database",
    "reading",
    "restore",
    "sql_migrations",
    "upsert",
    "when",
    "writing",
]
