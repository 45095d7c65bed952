"""All stores of moderation over one database, as one value."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from memebot.database import Database, migrate, sql_migrations
from moderation.alerts import Alerts
from moderation.audit import AuditLog
from moderation.community import Community
from moderation.model import CHANNELS, ChannelName, Lang
from moderation.people import People
from moderation.queue.appeals import Appeals
from moderation.queue.author_data import AuthorData
from moderation.queue.crossposts import Crossposts
from moderation.queue.outbox import Outbox
from moderation.queue.pending import PendingList
from moderation.queue.posts import Posts
from moderation.queue.review import ReviewQueue
from moderation.queue.slots import Slots
from moderation.queue.submissions import Submissions
from moderation.reposts.store import Reposts
from moderation.stats import Figures

MIGRATIONS = sql_migrations("moderation", Path(__file__).parent / "migrations")


@dataclass(frozen=True, slots=True)
class Moderation:
    """What those who decide work with. Belongs to the thread of its database; any number of processes may open one.

    Every change is one transaction that compares and sets ``(state, version)`` and writes its row into the audit
    log. ``writing(stores.db)`` makes changes in several stores one.
    """

    db: Database
    audit: AuditLog
    community: Community
    people: People
    submissions: Submissions
    pending: PendingList
    queue: ReviewQueue
    appeals: Appeals
    slots: Slots
    crossposts: Crossposts
    posts: Posts
    outbox: Outbox
    author_data: AuthorData
    reposts: Reposts
    figures: Figures
    alerts: Alerts
    channels: tuple[ChannelName, ...] = ("first",)
    lang: Lang = "ru"

    @classmethod
    def open(cls, db: Database, owners: Collection[int] = (), *, second: bool = False, lang: Lang = "ru") -> Self:
        """Brings all tables to their schema. Raises ``DatabaseTooNew`` and ``DatabaseBusy``.

        ``second``: the community has a second channel. ``lang``: of a community that has set none.
        """
        migrate(db, MIGRATIONS)
        return cls(
            db=db,
            audit=AuditLog(db),
            community=Community(db),
            people=People(db, frozenset(owners)),
            submissions=Submissions(db),
            pending=PendingList(db),
            queue=ReviewQueue(db, frozenset(owners)),
            appeals=Appeals(db, frozenset(owners)),
            slots=Slots(db),
            crossposts=Crossposts(db),
            posts=Posts(db),
            outbox=Outbox(db),
            author_data=AuthorData(db),
            reposts=Reposts(db),
            figures=Figures(db),
            alerts=Alerts(db),
            channels=CHANNELS if second else CHANNELS[:1],
            lang=lang,
        )

    def languages(self) -> dict[ChannelName, Lang]:
        """The language of each channel."""
        chosen = self.community.get("lang")
        first: Lang = self.lang if chosen == "auto" else chosen
        second = self.community.get("second_lang")
        other: Lang = ("en" if first == "ru" else "ru") if second == "auto" else second
        return {channel: first if channel == "first" else other for channel in self.channels}
