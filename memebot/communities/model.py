"""What a community is, and what can be wrong with one.

CommunityError
├── CommunityNotFound   there is none of that id
├── CommunityExists     there is one of that id already
├── CommunityChanged    somebody else has changed it meanwhile
├── CommunityRefused    what was asked makes no sense for it
└── TokenUnusable       its bot's token is missing, malformed, another's, or open to others

Errors carry a code and facts, and are one line for whoever sits at the terminal.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

CommunityState = Literal["active", "paused", "removed"]


@dataclass(frozen=True, slots=True)
class CommunityRow:
    """One community of a home. ``settings``: what it has beside the process's, by their names.

    ``removed``: nothing of it is sent or answered any more; its data stays until it is purged.
    """

    id: str
    title: str
    state: CommunityState
    settings: Mapping[str, Any] = field(default_factory=dict)
    version: int = 1
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CommunityChange:
    """Who did what to a community, and when; ``details`` hold no secrets."""

    at: datetime
    actor: int
    action: str
    details: Mapping[str, Any]


class CommunityError(Exception):
    """Base of everything that this package raises; ``hint`` says what to do, where that is known."""

    hint: str = ""


class CommunityNotFound(CommunityError):
    """There is none of that id; ``known`` are those that there are."""

    def __init__(self, name: str, known: Collection[str]) -> None:
        super().__init__(f"there is no community {name!r}")
        self.name, self.known = name, tuple(known)
        self.hint = f"there are {', '.join(known)}; `memebot community add` makes one"


class CommunityExists(CommunityError):
    """There is one of that id already."""

    def __init__(self, row: CommunityRow) -> None:
        super().__init__(f"there is a community {row.id} already, {row.state}")
        self.row = row
        self.hint = (
            "take another id" if row.state != "removed" else f"`memebot community resume {row.id}` brings it back"
        )


class CommunityChanged(CommunityError):
    """Somebody else has changed it meanwhile; nothing was written."""

    hint = "look at it again with `memebot community show`"

    def __init__(self, name: str) -> None:
        super().__init__(f"community {name} has been changed meanwhile")
        self.name = name


REFUSALS: Mapping[str, str] = {
    "id": "{name!r} is no id: small Latin letters, digits and hyphens, a letter first, at most 32",
    "main": "main is the home itself: it is set by MEMEBOT_… and cannot be removed, only paused",
    "setting": "{name} is no setting of a community; there are {known}",
    "value": "{name}={value!r}: {why}",
    "removed": "community {name} is removed: `memebot community resume {name}` brings it back",
    "not-removed": "community {name} is {state}: remove it first",
    "running": "community {name} is still being answered by a process",
}


class CommunityRefused(CommunityError):
    """What was asked makes no sense for it; ``code`` and ``facts`` say why."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(REFUSALS[code].format_map(facts))
        self.code, self.facts = code, facts


TOKEN_PROBLEMS: Mapping[str, str] = {
    "missing": "community {name} has no bot token; {variable} or {path} holds one, `memebot community token {name}` "
    "writes it",
    "malformed": "what {source} holds is no bot token: it looks like 123456:ABC… and comes from @BotFather",
    "open": "others can read {path}: `chmod 600 {path}`, and let @BotFather revoke the token if they may have",
    "taken": "the bot of community {other} has this token: every community needs a bot of its own from @BotFather",
    "unreadable": "cannot read {path}: {why}",
}


class TokenUnusable(CommunityError):
    """The token is missing, malformed, another community's, or open to others; ``code`` and ``facts`` say which."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(TOKEN_PROBLEMS[code].format_map(facts))
        self.code, self.facts = code, facts
