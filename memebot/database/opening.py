"""Opening a database of either engine."""

from __future__ import annotations

from pathlib import Path

from memebot.database import sqlite
from memebot.database.address import DatabaseAddress, address_of
from memebot.database.handle import Database


def open_database(where: DatabaseAddress | Path) -> Database:
    """The database at an address, made if need be; a path names a file of SQLite.

    A second process waits up to 15 seconds for its turn to write. Raises ``DatabaseUnusable`` and ``DiskFull``.
    """
    address = address_of(where)
    if address.path is not None:
        return sqlite.open_file(address.path)
    from memebot.database import postgres

    return postgres.open_namespace(address)


def database_exists(address: DatabaseAddress) -> bool:
    """Whether there is anything yet; opening it makes it. Raises ``DatabaseUnusable`` where no server answers."""
    if address.path is not None:
        return address.path.exists()
    from memebot.database import postgres

    return postgres.namespace_exists(address)
