"""Tells the moderators' chat unasked: somebody waits for too long, tomorrow is empty, the channel takes no posts."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from memebot import i18n
from memebot.database import DatabaseThread
from memebot.i18n import Texts
from memebot.telegram.channel.channels import AllChannels, Channels
from memebot.telegram.errors import Unreachable
from memebot.telegram.moderators.cards import Cards
from memebot.telegram.moderators.members import TeamChat
from memebot.telegram.transport.delivery import Delivery, Destination
from memebot.telegram.transport.periodic import Periodic
from memebot.telegram.ui.render import reason
from moderation.alerts import Alert, Alerts

log = logging.getLogger(__name__)

LOOK_EVERY_S = 60.0


class TeamAlerts:
    """Tells the chat what is due, again and again by its ``loop``."""

    def __init__(
        self,
        db: DatabaseThread,
        alerts: Alerts,
        delivery: Delivery,
        cards: Cards,
        chat: TeamChat,
        channels: AllChannels | None = None,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._db, self._alerts, self._clock = db, alerts, clock
        self._delivery, self._cards, self._chat = delivery, cards, chat
        self._channels = [] if channels is None else [*channels]
        self.loop = Periodic("alerts", self.look, LOOK_EVERY_S)
        self._lost: dict[str, str] = {}
        for channel in self._channels:
            channel.on_change.append(self.loop.wake)

    async def look(self) -> None:
        """Once: tell what is to be told; nothing where there is no moderators' chat."""
        if self._chat.chat_id is None:
            return
        texts = await self._cards.texts_of(self._chat.chat_id)
        for channel in self._channels:
            await self._tell_lost_channel(channel, texts)
        now, names = self._clock(), [channel.name for channel in self._channels] or ["first"]
        for alert in await self._db.run(self._alerts.due, now=now, channels=names):
            if await self._tell(self._html(alert, texts)):
                await self._db.run(self._alerts.told, alert, now=now)

    async def _tell_lost_channel(self, channel: Channels, texts: Texts) -> None:
        """That a channel is not there, once each time that it gets lost, and once for each reason."""
        lost = channel.lost
        if lost and lost != self._lost.get(channel.name, ""):
            told = texts("alert-channel", why=reason(lost, texts))
            if not await self._tell(self._named(channel.name, told, texts)):
                return
        self._lost[channel.name] = lost

    def _named(self, channel: str, html: str, texts: Texts) -> str:
        """With the channel that it is about, where there are two."""
        return html if len(self._channels) < 2 else f"{html} ({texts(f'channel-{channel}')})"

    async def _tell(self, html: str) -> bool:
        """Whether Telegram has taken it."""
        chat = self._chat
        if chat.chat_id is None:
            return False
        try:
            await self._delivery.send(Destination(chat.chat_id, chat.thread_id, private=chat.chat_id > 0), html)
        except Unreachable:
            return False
        return True

    def _html(self, alert: Alert, texts: Texts) -> str:
        if alert.kind == "waiting" and alert.since is not None:
            age = i18n.age(alert.since, self._clock(), texts)
            return texts("alert-waiting", count=alert.count, age=age)
        if alert.kind == "refused":
            told = texts("alert-refused", number=str(alert.submission), why=reason(alert.why, texts))
            return self._named(alert.channel, told, texts)
        if alert.kind == "unset":
            return texts("alert-unset", count=alert.count)
        return self._named(alert.channel, texts("alert-tomorrow", count=alert.count), texts)
