"""Editing over a small base in memory: the use cases of editors without a bot around them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from chats import ENTRIES, NOW, OWNERS

from knowledge.entry.model import EntryId
from knowledge.reading import Lang
from knowledge.store.base import KnowledgeBase
from memebot.answering.state import BotState
from memebot.answering.unexplained import Unexplained
from memebot.database import Database, in_memory
from memebot.drafting.store import MachineDrafts
from memebot.editing.drafts import Drafts
from memebot.editing.editing import DryRuns, Editing, EditingStores
from memebot.editing.report import ReportStore
from moderation.stores import Moderation


def build(
    find: Callable[[str, Lang], Sequence[EntryId]] = lambda words, lang: [], db: Database | None = None
) -> tuple[Editing, Database]:
    db = db or in_memory()
    kb, _ = KnowledgeBase(db), BotState(db)
    for entry in ENTRIES:
        kb.changes.save(entry, author="test", now=NOW)
    people, machine = Moderation.open(db, OWNERS), MachineDrafts(db, model="")
    stores = EditingStores(kb, Drafts(db), Unexplained(db), people, ReportStore(db), machine)
    dry_runs: Any = DryRuns(None, 0.5)  # type: ignore[arg-type]
    return Editing(stores, dry_runs, threshold=0.5, find=find, clock=lambda: NOW), db
