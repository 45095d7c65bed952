"""What the team's handlers work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from memebot.channel.review import Review
from memebot.channel.team import CommunitySettings, Team
from memebot.database import DatabaseThread
from memebot.telegram.moderators.buttons import OwnPages
from memebot.telegram.moderators.card_watch import CardWatch
from memebot.telegram.moderators.cards import Cards
from memebot.telegram.moderators.members import Members
from memebot.telegram.moderators.prompts import Prompts
from memebot.telegram.transport.delivery import Delivery, Destination
from moderation.stores import Moderation


@dataclass(frozen=True, slots=True)
class TeamTools:
    """The use cases of the team, run with ``db``, and what shows their outcome in Telegram."""

    db: DatabaseThread
    stores: Moderation
    review: Review
    team: Team
    settings: CommunitySettings
    delivery: Delivery
    members: Members
    cards: Cards
    watch: CardWatch
    prompts: Prompts
    clock: Callable[[], datetime]
    pages: OwnPages = field(default_factory=OwnPages)

    async def show(self, message: Message, by: int, html: str, keyboard: InlineKeyboardMarkup | None) -> None:
        """Answer a command with a page; in a group nobody but who asked turns it: it would change under their hands."""
        place = Destination.of(message)
        number = await self.delivery.send(place, html, keyboard)
        if not place.private and by > 0:
            self.pages.give((place.chat_id, number), by)

    async def put(self, query: CallbackQuery, html: str, keyboard: InlineKeyboardMarkup | None) -> None:
        """Put a page in place of the one whose button was pressed."""
        if query.message is not None:
            place = replace(Destination.of(query.message), thread_id=None, reply_to=None)
            await self.delivery.put(place, query.message.message_id, html, keyboard)
