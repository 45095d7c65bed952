"""All stores of moderation over one database, as one value."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

from sqlite_utils import Database

from moderation.community import Community
from moderation.people import People
from moderation.queue import ReviewQueue
from moderation.reposts import Reposts


@dataclass(frozen=True, slots=True)
class Desk:
    """What those who decide work with. Belongs to the thread of its database."""

    db: Database
    queue: ReviewQueue
    people: People
    community: Community
    reposts: Reposts

    @classmethod
    def open(cls, db: Database, owners: Collection[int] = ()) -> Self:
        """Brings all tables to their schema. Raises ``DatabaseTooNew`` and ``DatabaseBusy``."""
        return cls(db, ReviewQueue(db), People(db, owners=frozenset(owners)), Community(db), Reposts(db))
