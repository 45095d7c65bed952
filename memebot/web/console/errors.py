"""What can go wrong between a member of the team and the console.

WebError
└── EntryRefused       nobody enters with this link or these data
"""

from __future__ import annotations

from typing import Literal

from memebot.web.errors import WebError


class EntryRefused(WebError):
    """Nobody enters so. ``why``: the link was used or is old; the app's data are forged, too old or used."""

    def __init__(self, why: Literal["link", "app-forged", "app-old", "app-used", "nobody"]) -> None:
        super().__init__(f"no entry: {why}")
        self.why = why
