"""Moments in words: in the community's zone, and how long ago."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from memebot.i18n import Texts

_WEEKDAYS = ("weekday-mon", "weekday-tue", "weekday-wed", "weekday-thu", "weekday-fri", "weekday-sat", "weekday-sun")
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def when(at: datetime, now: datetime, zone: ZoneInfo, texts: Texts) -> str:
    """A moment as people say it: "today at 18:00", or with its weekday and date."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    time, days = clock(at, zone), (local.date() - today).days
    if days in (0, 1):
        return texts("when-today" if days == 0 else "when-tomorrow", time=time)
    return stamp(at, zone, texts)


def stamp(at: datetime, zone: ZoneInfo, texts: Texts) -> str:
    """A moment with its weekday and date: for what stays on the screen, where "today" would soon be wrong."""
    local = at.astimezone(zone)
    day_ = texts(_WEEKDAYS[local.weekday()])
    return texts("when-day", weekday=day_, date=f"{local:%d.%m}", time=clock(at, zone))


def day(at: datetime, zone: ZoneInfo) -> str:
    """The date alone."""
    return f"{at.astimezone(zone):%d.%m.%Y}"


def clock(at: datetime, zone: ZoneInfo) -> str:
    """The time of day alone; where clocks are put back and show it twice, with its distance from UTC."""
    local = at.astimezone(zone)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{local:%H:%M} (UTC{local:%z})" if twice else f"{local:%H:%M}"


def age(at: datetime, now: datetime, texts: Texts) -> str:
    """How long ago that was."""
    seconds = (now - at).total_seconds()
    if seconds < _MINUTE:
        return texts("age-now")
    if seconds < _HOUR:
        return texts("age-minutes", count=int(seconds // _MINUTE))
    if seconds < 2 * _DAY:
        return texts("age-hours", count=int(seconds // _HOUR))
    return texts("age-days", count=int(seconds // _DAY))


def span(seconds: float, texts: Texts) -> str:
    """How long something took, in whole minutes, hours or days."""
    if seconds < 5400:
        return texts("span-minutes", count=max(1, round(seconds / _MINUTE)))
    if seconds < 2 * _DAY:
        return texts("span-hours", count=round(seconds / _HOUR))
    return texts("span-days", count=round(seconds / _DAY))
