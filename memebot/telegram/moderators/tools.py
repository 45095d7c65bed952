"""What the team's handlers work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aiogram import Bot
from aiogram.fsm.storage.base import BaseStorage

from memebot.channel.community_settings import CommunitySettings
from memebot.channel.review import Review
from memebot.channel.team import Team
from memebot.database import DatabaseThread
from memebot.i18n import Catalogues
from memebot.telegram.moderators.card_watch import CardWatch
from memebot.telegram.moderators.cards import Cards
from memebot.telegram.moderators.members import Members, TeamChat
from memebot.telegram.moderators.prompts import Prompts
from memebot.telegram.pictures import Pictures
from memebot.telegram.transport.delivery import Delivery
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


def build_team_tools(
    bot: Bot,
    pictures: Pictures,
    stores: Moderation,
    delivery: Delivery,
    catalogues: Catalogues,
    chat: TeamChat,
    storage: BaseStorage,
    *,
    clock: Callable[[], datetime],
) -> TeamTools:
    """Put the team's parts together; ``storage`` keeps what somebody was asked to type."""
    db, review = pictures.db, Review(stores, clock=clock)
    members = Members(bot, db, stores, chat, now=clock)
    cards = Cards(db, review, stores.outbox, pictures.answering, delivery, catalogues, members)
    return TeamTools(
        db=db,
        stores=stores,
        review=review,
        team=Team(stores, clock=clock),
        settings=CommunitySettings(stores, clock=clock),
        delivery=delivery,
        members=members,
        cards=cards,
        watch=CardWatch(db, stores, review, cards, delivery, chat, clock=clock),
        prompts=Prompts(storage, bot.id, clock),
        clock=clock,
    )
