"""What there is at an address, of either engine: whether, beside what, and how it goes."""

from __future__ import annotations

from memebot.database.address import COMMUNITIES, FIRST, DatabaseAddress


def communities_at(address: DatabaseAddress) -> list[str]:
    """The first community, whose database this is, and those that have one beside it.

    Raises ``DatabaseUnusable`` where no server answers.
    """
    if address.path is not None:
        found = (address.path.parent / COMMUNITIES).glob(f"*/{address.path.name}")
        return [FIRST, *sorted(path.parent.name for path in found)]
    from memebot.database import postgres

    begin = f"{address.namespace}_"
    return [FIRST, *(name.removeprefix(begin) for name in postgres.namespaces(address) if name.startswith(begin))]


def delete_database(address: DatabaseAddress) -> None:
    """Delete all that is there. Raises ``DatabaseUnusable``."""
    if address.path is not None:
        for part in ("", "-wal", "-shm"):
            address.path.with_name(address.path.name + part).unlink(missing_ok=True)
        return
    from memebot.database import postgres

    postgres.drop_namespace(address)


def check_rights(address: DatabaseAddress) -> None:
    """Raises ``DatabaseUnusable`` where a server answers and does not let its user write there."""
    if address.path is not None:
        return
    from memebot.database import postgres

    postgres.check_rights(address)


def database_exists(address: DatabaseAddress) -> bool:
    """Whether there is anything yet; opening it makes it. Raises ``DatabaseUnusable`` where no server answers."""
    if address.path is not None:
        return address.path.exists()
    from memebot.database import postgres

    return address.namespace in postgres.namespaces(address)
