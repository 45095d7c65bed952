"""How a community is set: what it has of its own over what the process has."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from memebot.communities.model import CommunityRefused, CommunityRow
from memebot.settings import COMMUNITY_ID, MAIN, Settings, SettingsError, overlaid

OWN = ("channel", "second_channel", "moderators_chat", "moderators_topic", "owners", "web_url")
"""What a community has of its own or not at all: another's channel, team or address would do harm."""
SHARED = (
    "lang",
    "knowledge",
    "min_confidence",
    "user_hourly_limit",
    "user_waiting_limit",
    "queue_limit",
    "keep_days",
    "drafts_daily_budget",
    "drafts_show",
)
"""What is as the process has it unless the community says otherwise."""
_SECRETS = ("bot_token", "webhook_secret")
"""Of the first community's bot: others have their own, see ``tokens``."""


def check_id(name: str) -> str:
    """The id, if it can be one. Raises ``CommunityRefused``."""
    if not COMMUNITY_ID.fullmatch(name):
        raise CommunityRefused("id", name=name)
    return name


def settings_of_community(settings: Settings, row: CommunityRow) -> Settings:
    """The settings of one community of this home, without its token. Raises ``CommunityRefused``."""
    if row.id == MAIN:
        return settings.model_copy(update={"community": MAIN})
    own: dict[str, Any] = dict.fromkeys((*OWN, *_SECRETS))
    own["owners"] = ""
    if settings.web_url is not None:
        own["web_url"] = f"{settings.web_url.rstrip('/')}/c/{row.id}"
    try:
        return overlaid(settings, {**own, **row.settings, "community": row.id})
    except SettingsError as error:
        raise CommunityRefused("value", name=error.name, value=error.value, why=error.why) from None


def checked(settings: Settings, values: Mapping[str, Any], *, reset: bool = False) -> dict[str, Any]:
    """Settings of a community, and its title, as they are kept; ``reset``: without a value of their own.

    Raises ``CommunityRefused`` for a name or a value that is none.
    """
    for name in values:
        if name not in ("title", *OWN, *SHARED):
            raise CommunityRefused("setting", name=name, known=", ".join(("title", *OWN, *SHARED)))
    if reset:
        return dict.fromkeys(values)
    given = {name: value for name, value in values.items() if name != "title"}
    made = settings_of_community(settings, CommunityRow("new", "", "active", given))
    if given.get("knowledge") is not None and not (made.knowledge and made.knowledge.is_dir()):
        raise CommunityRefused("value", name="knowledge", value=given["knowledge"], why="there is no such folder")
    kept = {**values, **{name: getattr(made, name) for name in given}}
    return {name: str(value.resolve()) if isinstance(value, Path) else value for name, value in kept.items()}
