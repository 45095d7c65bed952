"""What owners and admins set: the community's settings and the canned reasons of rejections.

Every change is one transaction in which the right is checked first. Methods run on the database's thread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from moderation.community import Reason
from moderation.stores import Moderation

MAX_REASONS = 20
MAX_REASON = 100
"""Characters of a canned reason that is typed in a chat."""


class CommunitySettings:
    """Settings and reasons; ``by`` is who acts. Raises ``NotAllowed`` where their role does not suffice."""

    def __init__(self, stores: Moderation, *, clock: Callable[[], datetime]) -> None:
        self._people, self._community, self._clock = stores.people, stores.community, clock

    def all(self, by: int) -> Mapping[str, Any]:
        """All settings."""
        self._people.need(by, "settings")
        return self._community.all()

    def change(self, name: str, value: Any, by: int) -> None:
        """Change a setting. Raises ``BadSetting``."""
        with self._people.allowed(by, "settings"):
            self._community.set(name, value, by=by, now=self._clock())

    def reasons(self, by: int) -> list[Reason]:
        """The canned reasons on offer."""
        self._people.need(by, "roles")
        return self._community.reasons()

    def put_reason(self, key: str | None, ru: str, en: str, by: int) -> Reason:
        """Add a canned reason, or reword the one of this key."""
        with self._people.allowed(by, "roles"):
            return self._community.put_reason(key, ru, en, by=by, now=self._clock())

    def drop_reason(self, key: str, by: int) -> None:
        """Offer a canned reason no more. Raises ``ReasonNotFound``."""
        with self._people.allowed(by, "roles"):
            self._community.drop_reason(key, by=by, now=self._clock())
