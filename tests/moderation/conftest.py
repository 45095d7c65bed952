"""What every test of the queue starts from: an empty queue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from engines import Databases
from moderation_drafts import ANN, NOW, draft

from moderation.model import Submission
from moderation.stores import Moderation


@pytest.fixture
def stores(databases: Databases) -> Moderation:
    """Empty stores, for authors who may submit all day."""
    made = Moderation.open(databases())
    made.community.set("daily_limit", 1000, by=ANN, now=NOW)
    return made


@pytest.fixture
def submit(stores: Moderation) -> Callable[..., Submission]:
    """Put a draft into the queue."""

    def make(*, now: datetime = NOW, **facts: Any) -> Submission:
        return stores.queue.submit(draft(**facts), now=now)

    return make
