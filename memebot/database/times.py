"""Times as they are stored."""

from __future__ import annotations

from datetime import UTC, datetime


def iso(at: datetime) -> str:
    """A time as it is stored: UTC, ISO 8601, of one width so that texts sort as times do.

    Raises ``ValueError`` for a time without a zone.
    """
    if at.tzinfo is None:
        raise ValueError("a time without a time zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def maybe_iso(at: datetime | None) -> str | None:
    """``iso``, or nothing for nothing."""
    return None if at is None else iso(at)


def when(text: str | None) -> datetime | None:
    """A stored time, or nothing for nothing."""
    return None if text is None else datetime.fromisoformat(text)
