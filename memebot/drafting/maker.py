"""Drafts made and kept: each request is counted, each answer is in the store before anybody hears of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from memebot.drafting.budget import DailyCounter, DailyLimits
from memebot.drafting.drafter import Drafter
from memebot.drafting.endpoint import Address
from memebot.drafting.errors import DraftingError, DraftingOff, DraftRefused, PictureError
from memebot.drafting.material import Material
from memebot.drafting.store import Demand, MachineDraft, MachineDrafts
from memebot.settings import Settings

_PICTURES = frozenset({"slow", "cut", "server"})
"""Failures that this picture may be the cause of: they are not repeated for ever."""


def address_of(settings: Settings) -> Address:
    """Where drafts are asked for. Raises ``DraftingOff`` where nothing is to be asked."""
    if settings.drafts_url is None:
        raise DraftingOff("off")
    if settings.drafts_model is None:
        raise DraftingOff("no-model")
    if 0 in settings.drafts_limits:
        raise DraftingOff("budget-zero")
    key = "" if settings.drafts_key is None else settings.drafts_key.get_secret_value()
    return Address(settings.drafts_url, settings.drafts_model, key, float(settings.drafts_timeout))


class DraftMaker:
    """Makes drafts with one model. Belongs to one thread, with a database connection of its own."""

    def __init__(
        self, drafts: MachineDrafts, drafter: Drafter, limits: DailyLimits, clock: Callable[[], datetime]
    ) -> None:
        self.drafts, self.drafter, self._clock = drafts, drafter, clock
        self.counter = DailyCounter(drafts.requests, limits, clock)

    def make(self, asked: MachineDraft, material: Material) -> MachineDraft:
        """Ask about a picture that was taken, and keep what comes of it: a draft, or why there is none.

        Raises ``EndpointError`` and ``BudgetSpent``; then the picture waits for its next turn.
        """
        try:
            drafted = self.drafter.draft(material, self.counter)
        except PictureError as error:
            faults = error.faults if isinstance(error, DraftRefused) else ()
            why = " ".join([error.code, *(f"{fault.code}:{fault.field}" for fault in faults)])
            self.drafts.finish(asked.id, None, why=why, by="", now=self._clock())
        except DraftingError as error:
            now = self._clock()
            until = now + timedelta(seconds=error.retry_after_s or 0)
            self.drafts.postpone(asked.id, error.code, until, counted=error.code in _PICTURES, now=now)
            raise
        else:
            why = "cannot-tell" if drafted.draft is None else ""
            self.drafts.finish(asked.id, drafted.draft, why=why, by=drafted.answered_by, now=self._clock())
        return self._kept(asked)

    def draft(self, material: Material) -> MachineDraft:
        """What this model says about a picture, from the store where it was asked before. Raises as ``make`` does."""
        found = self.drafts.find(material.sha256)
        if found is None:
            now = self._clock()
            found = self.drafts.claim(Demand(material.sha256, now, recorded=False), now=now) or self.drafts.find(
                material.sha256
            )
        assert found is not None
        return found if found.state != "asked" else self.make(found, material)

    def _kept(self, asked: MachineDraft) -> MachineDraft:
        return self.drafts.get(asked.id) or asked
