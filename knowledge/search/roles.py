"""Which words on a picture play which role of its format."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RoleText:
    """The words that play a role."""

    role: str
    text: str
