"""What people do with a bot, as one value: the chat and the team's pages call the same."""

from __future__ import annotations

from dataclasses import dataclass

from memebot.answering.answering import Answering
from memebot.channel.planning import Planning
from memebot.channel.publishing import ChannelPosts, Publishing
from memebot.channel.reports import Reports
from memebot.channel.review import Review
from memebot.channel.submitting import Submitting
from memebot.channel.team import CommunitySettings, Team
from memebot.channel.triage import Triage
from memebot.editing.editing import Editing


@dataclass(frozen=True, slots=True)
class UseCases:
    """All belong to the thread of the bot's database."""

    answering: Answering
    editing: Editing
    submitting: Submitting
    review: Review
    triage: Triage
    team: Team
    community: CommunitySettings
    planning: Planning
    publishing: Publishing
    reports: Reports
    posts: ChannelPosts
