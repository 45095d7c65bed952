"""When posts go out. Pure: every rule with the very moments."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.errors import BadValue
from moderation.schedule import DAYS, Schedule, beside, catch_up, free, nearest, read_week, spread, week_text

HALF_HOUR = timedelta(minutes=30)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def between(schedule: Schedule, start: str, end: str) -> list[str]:
    return [f"{slot:%m-%d %H:%M}" for slot in schedule.between(at(start), at(end))]


EVERY_DAY = {day: ["02:30"] for day in DAYS}


def test_slots_are_local_times_given_in_utc() -> None:
    schedule = Schedule.parse("Europe/Moscow", {"mon": ["19:00", "10:00"], "sun": ["00:30"]})
    assert between(schedule, "2026-01-03", "2026-01-13") == [
        "01-03 21:30",
        "01-05 07:00",
        "01-05 16:00",
        "01-10 21:30",
        "01-12 07:00",
        "01-12 16:00",
    ]


def test_the_start_belongs_to_a_span_and_the_end_does_not() -> None:
    schedule = Schedule.parse("UTC", {"mon": ["10:00", "11:00"]})
    assert between(schedule, "2026-01-05 10:00", "2026-01-05 11:00") == ["01-05 10:00"]


def test_a_time_keeps_its_place_by_the_clock_over_the_change_to_summer_time() -> None:
    schedule = Schedule.parse("Europe/Berlin", {day: ["10:00"] for day in DAYS})
    assert between(schedule, "2026-03-28", "2026-03-31") == ["03-28 09:00", "03-29 08:00", "03-30 08:00"]


def test_a_slot_in_the_skipped_hour_is_kept_an_hour_later_by_the_clock() -> None:
    schedule = Schedule.parse("Europe/Berlin", EVERY_DAY)
    slots = list(schedule.between(at("2026-03-28"), at("2026-03-31")))
    local = [f"{slot.astimezone(ZoneInfo('Europe/Berlin')):%d %H:%M}" for slot in slots]
    assert local == ["28 02:30", "29 03:30", "30 02:30"]


@pytest.mark.parametrize("zone", ["America/Nuuk", "America/Scoresbysund", "America/Havana", "Asia/Beirut", "UTC"])
def test_slots_come_in_order_each_once_also_where_the_hour_before_or_after_midnight_is_skipped(zone: str) -> None:
    times = ["00:00", "00:45", "01:00", "22:30", "23:00", "23:45"]
    schedule = Schedule.parse(zone, dict.fromkeys(DAYS, times))
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    slots = list(schedule.between(begin, begin + timedelta(days=365)))
    assert slots == sorted(set(slots)) and len(slots) >= 365 * len(times) - 3
    one_by_one = [s for n in range(365) for s in schedule.between(begin + timedelta(n), begin + timedelta(n + 1))]
    assert one_by_one == slots


def test_two_slots_that_the_skipped_hour_makes_one_are_one() -> None:
    schedule = Schedule.parse("Europe/Berlin", {"sun": ["02:30", "03:30"]})
    assert between(schedule, "2026-03-28", "2026-03-31") == ["03-29 01:30"]


def test_a_slot_in_the_doubled_hour_is_kept_once_the_first_time() -> None:
    schedule = Schedule.parse("Europe/Berlin", EVERY_DAY)
    assert between(schedule, "2026-10-24", "2026-10-27") == ["10-24 00:30", "10-25 00:30", "10-26 01:30"]


def test_a_local_day_may_have_23_or_25_hours() -> None:
    schedule = Schedule.parse("Europe/Berlin", {})
    lengths = [end - start for start, end in map(schedule.day, (date(2026, 3, 29), date(2026, 10, 25)))]
    assert lengths == [timedelta(hours=23), timedelta(hours=25)]


@pytest.mark.parametrize(
    ("zone", "times", "message"),
    [
        ("Mars", {}, "no time zone 'Mars'"),
        ("../etc", {}, "no time zone"),
        ("UTC", {"Monday": []}, "no day 'Monday'"),
        ("UTC", {"mon": ["25:00"]}, "'25:00' is no time"),
        ("UTC", {"mon": ["7"]}, "'7' is no time"),
        ("UTC", {"mon": "10:00"}, "list of times"),
        ("UTC", {"mon": [None]}, "'None'|None is no time"),
    ],
)
def test_what_is_no_schedule_is_said(zone: str, times: dict[str, list[str]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Schedule.parse(zone, times)


def test_a_free_slot_is_later_than_now_and_keeps_the_gap_to_what_is_taken() -> None:
    schedule = Schedule.parse("UTC", {"mon": ["10:00", "10:20", "11:00", "12:00"]})
    found = islice(free(schedule, at("2026-01-05 10:00"), [at("2026-01-05 11:20")], HALF_HOUR), 3)
    assert [f"{slot:%m-%d %H:%M}" for slot in found] == ["01-05 10:20", "01-05 12:00", "01-12 10:00"]


def test_an_empty_schedule_has_no_free_slot() -> None:
    assert list(free(Schedule.parse("UTC", {}), at("2026-01-05"), [], HALF_HOUR)) == []


def test_without_a_gap_only_the_very_moment_is_taken() -> None:
    taken = [at("2026-01-05 10:00")]
    assert nearest(taken[0], taken, timedelta()) == taken[0]
    assert nearest(at("2026-01-05 10:01"), taken, timedelta()) is None


def test_late_posts_are_spread_around_what_is_planned() -> None:
    now = at("2026-01-05 10:00")
    found = spread(3, now, [at("2026-01-05 10:40"), at("2026-01-05 09:50")], HALF_HOUR)
    assert [f"{slot:%H:%M}" for slot in found] == ["11:10", "11:40", "12:10"]


def test_late_posts_go_into_the_next_slots_where_the_community_wants_that() -> None:
    schedule = Schedule.parse("UTC", {"mon": ["10:00", "19:00"]})
    found = catch_up(3, at("2026-01-05 10:00"), [], HALF_HOUR, schedule)
    assert [f"{slot:%m-%d %H:%M}" for slot in found] == ["01-05 19:00", "01-12 10:00", "01-12 19:00"]


moments = st.integers(0, 365 * 1440).map(lambda minutes: at("2026-01-01") + timedelta(minutes=minutes))
weeks = st.dictionaries(st.sampled_from(DAYS), st.lists(st.times().map(lambda t: f"{t:%H:%M}"), max_size=4), max_size=7)
zones = st.sampled_from(["Europe/Moscow", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])


@given(week=weeks)
def test_a_week_in_words_is_read_as_it_was_written(week: dict[str, list[str]]) -> None:
    parsed = Schedule.parse("UTC", week).times
    kept = {DAYS[day]: [f"{t:%H:%M}" for t in times] for day, times in parsed.items()}
    assert {day: times for day, times in kept.items() if times} == dict(read_week(week_text(kept)))
    with pytest.raises(BadValue):
        read_week("mon")


@given(zone=zones, week=weeks, start=moments, days=st.integers(1, 20))
def test_slots_come_in_order_each_once_and_a_span_is_the_sum_of_its_parts(
    zone: str, week: dict[str, list[str]], start: datetime, days: int
) -> None:
    schedule = Schedule.parse(zone, week)
    end, middle = start + timedelta(days=days), start + timedelta(days=days / 3)
    slots = list(schedule.between(start, end))
    assert slots == sorted(set(slots)) and all(start <= slot < end for slot in slots)
    assert slots == [*schedule.between(start, middle), *schedule.between(middle, end)]


@given(taken=st.lists(moments, max_size=8), at=moments, minutes=st.integers(0, 10_000))
def test_among_moments_in_order_the_nearest_is_a_neighbour(taken: list[datetime], at: datetime, minutes: int) -> None:
    gap, taken = timedelta(minutes=minutes), sorted(taken)
    found, wanted = beside(taken, at, gap), nearest(at, taken, gap)
    assert (found is None) == (wanted is None)
    assert found is None or wanted is None or abs(found - at) == abs(wanted - at)
    assert beside(sorted([*taken, at]), at, gap, own=True) == found


@given(count=st.integers(0, 8), now=moments, taken=st.lists(moments, max_size=5), minutes=st.integers(0, 120))
def test_spread_posts_keep_the_gap_to_each_other_and_to_all_that_is_planned(
    count: int, now: datetime, taken: list[datetime], minutes: int
) -> None:
    gap = timedelta(minutes=minutes)
    found = spread(count, now, taken, gap)
    assert len(found) == count and found == sorted(found) and all(slot >= now for slot in found)
    for number, slot in enumerate(found):
        others = [*taken, *found[:number], *found[number + 1 :]]
        assert nearest(slot, others, gap) is None
