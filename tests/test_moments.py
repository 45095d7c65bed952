"""Moments in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from memebot import i18n
from memebot.i18n import Catalogues

EN = Catalogues("en")["en"]


@pytest.mark.parametrize(
    ("zone", "first", "times"),
    [
        ("Europe/Berlin", "2026-10-25T00:30", ("02:30 (UTC+0200)", "02:30 (UTC+0100)")),
        ("America/Nuuk", "2026-10-25T00:30", ("23:30 (UTC-0100)", "23:30 (UTC-0200)")),
        ("Australia/Lord_Howe", "2026-04-04T14:45", ("01:45 (UTC+1100)", "02:15")),  # by half an hour
    ],
)
def test_a_time_that_clocks_show_twice_says_which_it_is(zone: str, first: str, times: tuple[str, str]) -> None:
    at, where = datetime.fromisoformat(first).replace(tzinfo=UTC), ZoneInfo(zone)
    moments = [at, at + timedelta(hours=1)]
    assert tuple(i18n.clock(moment, where) for moment in moments) == times
    assert [i18n.stamp(moment, where, EN).split(" at ")[1] for moment in moments] == list(times)
    assert i18n.when(at, at, where, EN) == f"today at {times[0]}"


def test_any_other_time_is_the_clocks_alone() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert i18n.clock(datetime(2026, 10, 25, 2, 0, tzinfo=UTC), berlin) == "03:00"
    assert i18n.clock(datetime(2026, 3, 29, 1, 0, tzinfo=UTC), berlin) == "03:00"
