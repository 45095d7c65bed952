"""The calendar: what stands when, what may be moved where, and that nobody's change is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from moderation_drafts import ANN, BOB, NOW, draft

from memebot.channel.calendar import CalendarPlace, CalendarWeek, monday_of
from memebot.channel.planning import Planning
from memebot.database import Database, in_memory, open_database
from moderation.errors import AlreadyDecided, BadSetting, ModerationError, NotAllowed, SlotPassed, Stale, TooClose
from moderation.model import Submission, SubmissionId
from moderation.schedule import DAYS
from moderation.stores import Moderation

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
OWNER, MODERATOR = 1, 2


class Channel:
    """A channel's plan at a time that a test sets."""

    def __init__(self, db: Database, **settings: Any) -> None:
        self.stores, self.now = Moderation.open(db, owners=[OWNER]), NOW
        self.stores.people.grant(ANN, "admin", by=OWNER, now=NOW)
        self.stores.people.grant(BOB, "admin", by=OWNER, now=NOW)
        self.stores.people.grant(MODERATOR, "moderator", by=OWNER, now=NOW)
        self.set(zone="UTC", schedule={day: ["10:00", "18:00"] for day in DAYS}, daily_limit=1000, **settings)
        self.planning = Planning(self.stores, clock=lambda: self.now)

    def set(self, **settings: Any) -> None:
        for name, value in settings.items():
            self.stores.community.set(name, value, by=OWNER, now=NOW)

    def plan(self, at: datetime | None) -> Submission:
        """A post that is planned, or held back."""
        made = self.stores.queue.submit(draft(), now=NOW)
        when = at or NOW + timedelta(days=300)
        planned = self.stores.queue.approve(made.id, ANN, when=when, now=NOW, close_ok=True).submission
        return planned if at else self.stores.slots.move(made.id, None, by=ANN, now=NOW)

    def slot(self, number: SubmissionId) -> datetime | None:
        return self.stores.submissions.get(number).slot

    def week(self, day: date | None = None) -> CalendarWeek:
        return self.planning.week(day, MODERATOR)


@pytest.fixture
def channel() -> Channel:
    return Channel(in_memory())


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def shown(week: CalendarWeek, *kinds: str) -> list[str]:
    """Places as local day and time, with a second time of the same hour marked."""
    zone = week.schedule.zone
    return [
        f"{p.at.astimezone(zone):%a %H:%M}{'*' * p.turn}"
        for day in week.days
        for p in day.places
        if not kinds or p.kind in kinds
    ]


def place(week: CalendarWeek, number: int) -> CalendarPlace:
    found = week.place_of(number)
    assert found is not None
    return found


# --- what a week shows


def test_a_week_shows_what_came_out_what_is_planned_and_what_is_free(channel: Channel) -> None:
    posted, planned, beside = channel.plan(at("2026-01-05 13:00")), *(channel.plan(NOW + n * HOUR) for n in (6, 23))
    channel.stores.posts.record_post(-100, 5, at=at("2026-01-05 08:00"))
    begun = channel.stores.posts.begin_publishing(posted.id, posted.version, now=NOW + HOUR)
    channel.stores.posts.mark_published(begun.id, chat_id=-100, message_ids=[7], link=None, now=NOW + HOUR)
    week = channel.week()
    assert week.days[0].date == date(2026, 1, 5) and len(week.days) == 7
    monday, tuesday = ([(f"{p.at:%H:%M}", p.kind, p.in_schedule) for p in day.places] for day in week.days[:2])
    assert monday == [
        ("08:00", "post", False),
        ("10:00", "passed", True),
        ("13:00", "post", False),
        ("18:00", "planned", True),
    ]
    assert tuesday == [("10:00", "free", True), ("11:00", "planned", False), ("18:00", "free", True)]
    assert place(week, planned.id).movable and not place(week, posted.id).movable
    assert place(week, beside.id).submission == beside


def test_posts_nearer_than_the_spacing_are_conflicts_and_slots_near_them_are_not_free(channel: Channel) -> None:
    one, other, alone = (channel.plan(at(f"2026-01-06 {t}")) for t in ("09:50", "10:15", "12:00"))
    week = channel.week()
    assert place(week, one.id).near == other.slot and place(week, other.id).near == one.slot
    assert place(week, alone.id).near is None
    slot = next(p for p in week.days[1].places if p.submission is None)
    assert (slot.kind, slot.near) == ("near", one.slot)
    twins = [channel.plan(at("2026-01-07 10:00")) for _ in range(2)]
    channel.set(min_gap_minutes=0)
    week = channel.week()
    assert all(place(week, twin.id).near == twin.slot for twin in twins)
    assert place(week, one.id).near is None


def test_a_post_of_another_week_keeps_its_distance_over_midnight(channel: Channel) -> None:
    channel.set(schedule={"mon": ["00:10"]})
    before = channel.plan(at("2026-01-11 23:50"))
    week = channel.week(date(2026, 1, 12))
    assert [(p.kind, p.near) for p in week.days[0].places] == [("near", before.slot)]
    assert (week.before, week.after) == (1, 0) and channel.week().before == 0


@pytest.mark.parametrize(("policy", "expected"), [("spread", ["14:00", "14:30"]), ("slots", ["18:00", "10:00"])])
def test_missed_posts_say_what_the_community_does_with_them_and_that_happens(
    channel: Channel, policy: str, expected: list[str]
) -> None:
    channel.set(overdue=policy)
    late = [channel.plan(NOW + n * MINUTE) for n in (30, 60)]
    channel.now = NOW + 2 * HOUR
    week = channel.week()
    assert [(s.id, f"{then:%H:%M}") for s, then in week.overdue] == list(
        zip([s.id for s in late], expected, strict=True)
    )
    assert [place(week, s.id).expected for s in late] == [then for _, then in week.overdue]
    moved = channel.stores.slots.spread_overdue(now=channel.now)
    assert [s.slot for s in moved] == [then for _, then in week.overdue]
    assert channel.week().overdue == ()


def test_a_week_begins_on_monday_and_days_out_of_reach_are_the_nearest_within(channel: Channel) -> None:
    assert monday_of(date(2026, 1, 11)) == date(2026, 1, 5) == monday_of(date(2026, 1, 5))
    for day in (date.min, date.max):
        assert len(channel.week(day).days) == 7


# --- clocks that change


@pytest.mark.parametrize(
    ("zone", "monday", "times", "expected", "change"),
    [
        (
            "Europe/Berlin",
            "2026-03-23",
            {"sun": ["01:30", "02:30", "03:15"]},
            ["Sun 01:30", "Sun 03:15", "Sun 03:30"],
            ("Sun", "02:00", "03:00"),
        ),
        (
            "Europe/Berlin",
            "2026-10-19",
            {"sun": ["01:30", "02:30", "03:15"]},
            ["Sun 01:30", "Sun 02:30*", "Sun 02:30**", "Sun 03:15"],
            ("Sun", "03:00", "02:00"),
        ),
        (
            "America/Nuuk",
            "2026-03-23",
            {"sat": ["22:30", "23:30"], "sun": ["00:15"]},
            ["Sat 22:30", "Sun 00:15", "Sun 00:30"],
            ("Sat", "23:00", "00:00"),
        ),
        (
            "America/Scoresbysund",
            "2026-10-19",
            {"sat": ["22:30", "23:30"], "sun": ["00:15"]},
            ["Sat 22:30", "Sat 23:30*", "Sat 23:30**", "Sun 00:15"],
            ("Sat", "00:00", "23:00"),
        ),
    ],
)
def test_hours_that_are_skipped_or_come_twice_are_shown_right_and_in_order(
    channel: Channel, zone: str, monday: str, times: dict[str, list[str]], expected: list[str], change: tuple[str, ...]
) -> None:
    channel.set(zone=zone, schedule=times, min_gap_minutes=0)
    day = date.fromisoformat(monday)
    again = [slot for slot in expected if slot.endswith("**")]
    if again:  # nothing but a typed time stands in the second of two equal hours
        weekday = 5 if again[0].startswith("Sat") else 6
        hour, minute = int(again[0][4:6]), int(again[0][7:9])
        local = datetime.combine(day + timedelta(days=weekday), datetime.min.time()).replace(hour=hour, minute=minute)
        channel.plan(channel.stores.community.schedule().moment(local, again=True))
    week = channel.week(day)
    assert shown(week) == expected
    moments = [p.at for d in week.days for p in d.places]
    assert moments == sorted(moments)
    changes = [d.change for d in week.days]
    (found,) = [c for c in changes if c is not None]
    assert (f"{week.days[changes.index(found)].date:%a}", f"{found.before:%H:%M}", f"{found.after:%H:%M}") == change


# --- changes


def test_a_post_is_moved_held_back_and_planned_again_each_with_a_way_back(channel: Channel) -> None:
    made = channel.plan(at("2026-01-06 10:00"))
    (moved,) = channel.planning.move(made.id, at("2026-01-07 18:00"), ANN, made.version)
    assert (moved.before, moved.after) == (made.slot, at("2026-01-07 18:00"))
    (back,) = channel.planning.move_back([moved], BOB)
    assert channel.slot(made.id) == made.slot == back.after
    (held,) = channel.planning.move(made.id, None, ANN, back.version)
    assert [s.id for s in channel.week().held] == [made.id]
    (again,) = channel.planning.move(made.id, "next", ANN, held.version)
    assert channel.slot(made.id) == at("2026-01-05 18:00")
    channel.planning.move_back([again], ANN)
    assert channel.slot(made.id) is None
    actions = [(row.action, row.actor) for row in channel.stores.audit.newest(made.id)][:5]
    assert actions == [("move", ANN), ("move", ANN), ("move", ANN), ("move", BOB), ("move", ANN)]


def test_two_posts_swap_also_with_one_that_is_held_back_and_back_again(channel: Channel) -> None:
    one, other, held = channel.plan(at("2026-01-06 10:00")), channel.plan(at("2026-01-06 18:00")), channel.plan(None)
    moves = channel.planning.swap((one.id, one.version), (other.id, other.version), ANN)
    assert (channel.slot(one.id), channel.slot(other.id)) == (other.slot, one.slot)
    back = channel.planning.move_back(moves, ANN)
    assert (channel.slot(one.id), channel.slot(other.id)) == (one.slot, other.slot)
    channel.planning.swap((held.id, held.version), (one.id, back[0].version), ANN)
    assert (channel.slot(held.id), channel.slot(one.id)) == (one.slot, None)


def test_a_post_that_is_due_is_no_place_to_swap_into(channel: Channel) -> None:
    due, later = channel.plan(NOW + MINUTE), channel.plan(NOW + 5 * HOUR)
    channel.now = NOW + 2 * MINUTE
    with pytest.raises(SlotPassed):
        channel.planning.swap((due.id, due.version), (later.id, later.version), ANN)
    assert channel.slot(later.id) == later.slot


def test_now_leaves_the_time_to_undo_however_near_another_post_is(channel: Channel) -> None:
    made, _ = channel.plan(at("2026-01-06 10:00")), channel.plan(NOW + 2 * MINUTE)
    (moved,) = channel.planning.publish_now(made.id, ANN, made.version)
    assert moved.after == NOW + MINUTE and channel.stores.posts.due(now=NOW + 59 * timedelta(seconds=1)) == []
    channel.planning.move_back([moved], ANN)
    assert channel.slot(made.id) == made.slot
    channel.set(undo_seconds=0)
    (moved,) = channel.planning.publish_now(made.id, ANN, made.version + 2)
    assert moved.after == NOW + timedelta(seconds=1)


def test_a_way_back_is_closed_by_a_later_change_a_new_post_or_time(channel: Channel) -> None:
    made = channel.plan(at("2026-01-06 10:00"))
    (moved,) = channel.planning.move(made.id, at("2026-01-06 18:00"), ANN, made.version)
    rival = channel.plan(at("2026-01-06 10:00"))
    with pytest.raises(TooClose):
        channel.planning.move_back([moved], ANN)
    channel.planning.move(rival.id, at("2026-01-06 10:10"), ANN, rival.version)
    channel.planning.move_back([moved], ANN)  # near it may stand, as it could have before
    with pytest.raises(Stale):
        channel.planning.move_back([moved], ANN)
    channel.now = at("2026-01-06 09:00")
    (moved,) = channel.planning.move(made.id, at("2026-01-06 18:00"), ANN, moved.version + 1)
    channel.now = at("2026-01-06 10:01")
    with pytest.raises(SlotPassed):
        channel.planning.move_back([moved], ANN)


def test_a_way_back_for_two_is_taken_by_both_or_none(channel: Channel) -> None:
    one, other = channel.plan(at("2026-01-06 10:00")), channel.plan(at("2026-01-06 18:00"))
    moves = channel.planning.swap((one.id, one.version), (other.id, other.version), ANN)
    channel.planning.move(other.id, at("2026-01-08 10:00"), BOB, moves[1].version)
    with pytest.raises(Stale):
        channel.planning.move_back(moves, ANN)
    assert channel.slot(one.id) == other.slot


CHANGES: dict[str, Callable[[Channel, Submission, Submission, int], object]] = {
    "move": lambda c, one, _, by: c.planning.move(one.id, at("2026-01-08 10:00"), by, one.version),
    "next": lambda c, one, _, by: c.planning.move(one.id, "next", by, one.version),
    "hold": lambda c, one, _, by: c.planning.move(one.id, None, by, one.version),
    "now": lambda c, one, _, by: c.planning.publish_now(one.id, by, one.version),
    "swap": lambda c, one, two, by: c.planning.swap((one.id, one.version), (two.id, two.version), by),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_for_admins_and_for_what_was_seen(channel: Channel, change: str) -> None:
    one, other = channel.plan(at("2026-01-06 10:00")), channel.plan(at("2026-01-06 18:00"))
    with pytest.raises(NotAllowed):
        CHANGES[change](channel, one, other, MODERATOR)
    channel.stores.queue.edit_caption(one.id, "other words", by=BOB, now=NOW)
    with pytest.raises(Stale):
        CHANGES[change](channel, one, other, ANN)
    channel.stores.queue.reject(one.id, BOB, now=NOW + HOUR)
    with pytest.raises(AlreadyDecided):
        CHANGES[change](channel, one, other, ANN)
    assert channel.slot(other.id) == other.slot


def test_of_two_admins_who_move_one_post_at_once_one_is_told_that_it_has_moved(tmp_path: Path) -> None:
    channel = Channel(open_database(tmp_path / "db.sqlite3"))
    made, start, lost = channel.plan(at("2026-01-06 10:00")), Barrier(2), []

    def move(by: int, slot: datetime) -> None:
        db = open_database(tmp_path / "db.sqlite3")
        planning = Planning(Moderation.open(db, owners=[OWNER]), clock=lambda: NOW)
        start.wait()
        try:
            planning.move(made.id, slot, by, made.version)
        except ModerationError as error:
            lost.append(type(error))
        db.close()

    threads = [Thread(target=move, args=(by, at(f"2026-01-0{by - 94} 18:00"))) for by in (ANN, BOB)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lost == [Stale] and channel.stores.submissions.get(made.id).version == made.version + 1


# --- other settings


def test_other_times_of_posting_say_first_what_they_mean_for_what_is_planned(channel: Channel) -> None:
    kept, off, beside = (channel.plan(at(f"2026-01-06 {t}")) for t in ("10:00", "18:00", "12:00"))
    impact = channel.planning.impact({"schedule": {day: ["10:00", "20:00"] for day in DAYS}}, OWNER)
    assert impact is not None
    assert ([s.id for s in impact.off], impact.kept, impact.planned) == ([off.id], 2, 3)
    assert [f"{slot:%H:%M}" for slot in impact.gone] == ["18:00"] * 7
    assert [f"{slot:%H:%M}" for slot in impact.new] == ["20:00"] * 7
    assert (impact.near, impact.crowded) == ((), ())
    channel.set(schedule={day: ["10:00", "20:00"] for day in DAYS})
    assert [channel.slot(s.id) for s in (kept, off, beside)] == [kept.slot, off.slot, beside.slot]
    assert not place(channel.week(), off.id).in_schedule


def test_another_zone_moves_the_slots_and_no_post(channel: Channel) -> None:
    made = channel.plan(at("2026-01-06 10:00"))
    impact = channel.planning.impact({"zone": "Europe/Berlin"}, OWNER)
    assert impact is not None and [s.id for s in impact.off] == [made.id]
    assert (impact.before.zone.key, impact.after.zone.key) == ("UTC", "Europe/Berlin")
    channel.set(zone="Europe/Berlin")
    assert channel.slot(made.id) == made.slot


def test_a_wider_spacing_names_the_posts_and_slots_that_it_brings_too_near(channel: Channel) -> None:
    one, other, _ = (channel.plan(at(f"2026-01-06 {t}")) for t in ("10:00", "11:00", "18:00"))
    impact = channel.planning.impact({"min_gap_minutes": 90}, OWNER)
    assert impact is not None and [s.id for s in impact.near] == [one.id, other.id]
    assert impact.off == impact.gone == impact.new == ()
    impact = channel.planning.impact({"schedule": "mon 10:00 10:10"}, OWNER)
    assert impact is not None and [f"{slot:%H:%M}" for slot in impact.crowded] == ["10:10"]


def test_settings_that_change_nothing_about_the_plan_mean_nothing_and_a_bad_value_is_refused(channel: Channel) -> None:
    assert channel.planning.impact({"approvals": 2, "zone": "UTC"}, OWNER) is None
    with pytest.raises(BadSetting):
        channel.planning.impact({"zone": "Mars"}, OWNER)
    with pytest.raises(NotAllowed):
        channel.planning.impact({"zone": "UTC"}, ANN)


def test_a_week_is_read_by_indexes_however_much_is_planned() -> None:
    """No statement of it walks through all submissions or posts."""
    db, statements = in_memory(), list[str]()
    channel = Channel(db)
    db.conn.set_trace_callback(statements.append)
    channel.week()
    db.conn.set_trace_callback(None)
    plans = {
        sql: [row[3] for row in db.execute(f"explain query plan {sql}")]
        for sql in statements
        if sql.startswith("select") and "submissions" in sql
    }
    assert len(plans) >= 5
    assert {sql: steps for sql, steps in plans.items() if any(s.startswith(("SCAN s", "SCAN p")) for s in steps)} == {}


def test_other_slots_of_the_second_channel_are_weighed_against_its_own_posts() -> None:
    db = in_memory()
    stores = Moderation.open(db, owners=[OWNER], second=True)
    stores.community.set("daily_limit", 1000, by=OWNER, now=NOW)
    week = {"schedule": "mon-sun 10:00", "second_schedule": "mon-sun 12:00"}
    for name, value in week.items():
        stores.community.set(name, value, by=OWNER, now=NOW)
    number = stores.queue.submit(draft(), now=NOW).id
    stores.queue.approve(number, ANN, when="next", now=NOW, channels=stores.channels)
    impact = Planning(stores, clock=lambda: NOW).impact({"second_schedule": "mon-sun 18:00"}, OWNER)
    assert impact is not None and [(s.id, s.channel) for s in impact.off] == [(number, "second")]
    assert Planning(stores, clock=lambda: NOW).impact({"signature": "x"}, OWNER) is None
