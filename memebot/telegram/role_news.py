"""Whoever is given a role learns of it within seconds, whether it is given in the chat, in a shell or on a page."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime

from aiogram.exceptions import TelegramAPIError

from memebot.database import DatabaseThread
from memebot.i18n import Texts
from memebot.telegram.errors import Unreachable
from memebot.telegram.transport.delivery import Delivery, Destination
from memebot.telegram.transport.periodic import Periodic
from memebot.telegram.transport.session import PASSING
from moderation.alerts import Alerts, NewRole

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0


class RoleNews:
    """Looks for roles that were given, again and again by its ``loop``. ``changed``: there are some, menus follow."""

    def __init__(
        self,
        db: DatabaseThread,
        alerts: Alerts,
        delivery: Delivery,
        texts_of: Callable[[int], Awaitable[Texts]],
        *,
        changed: Callable[[], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._db, self._alerts, self._delivery = db, alerts, delivery
        self._texts_of, self._changed, self._clock = texts_of, changed, clock
        self.loop = Periodic("roles", self.look, LOOK_EVERY_S)

    async def look(self) -> None:
        """Once: tell everybody whose role is new."""
        for new in await self._db.run(self._alerts.new_roles, now=self._clock()):
            self._changed()
            if new.held:
                await self._tell(new)
            await self._db.run(self._alerts.role_told, new, now=self._clock())

    async def _tell(self, new: NewRole) -> None:
        """Who cannot be reached is not told; what may pass is tried again."""
        texts = await self._texts_of(new.person)
        html = texts("role-yours", role=texts(f"role-{new.role}"))
        with suppress(Unreachable):
            try:
                await self._delivery.send(Destination(new.person), html)
            except TelegramAPIError as error:
                if isinstance(error, PASSING):
                    raise
                log.info("%d cannot be told of a role: %s", new.person, type(error).__name__)
