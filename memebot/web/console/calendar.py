"""The calendar's pages: a week of the channel, and every change of its plan, each with a way back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from aiohttp import web

from memebot import i18n
from memebot.channel import words
from memebot.channel.calendar import CalendarPlace, CalendarWeek, monday_of
from memebot.channel.planning import PlanMove
from memebot.i18n import Texts
from memebot.web.console.pages import ConsolePages
from memebot.web.console.parts import (
    ConsoleParts,
    ConsoleRequest,
    ConsoleRoute,
    Refusal,
)
from memebot.web.errors import RequestRefused
from moderation.model import ChannelName, Submission, SubmissionId
from moderation.schedule import DAYS

CAPTION = 120
"""Characters of a caption in the calendar."""
SHOWN = timedelta(minutes=2)
"""So long pages say what was done last, with the way back."""
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A place as the page shows it. ``number``, ``to``: under which it is chosen for a post, and what that sends."""

    place: CalendarPlace
    time: str
    again: str = ""
    near: str = ""
    expected: str = ""
    number: int | None = None
    to: str = ""

    @property
    def submission(self) -> Submission | None:
        """What stands there."""
        return self.place.submission


@dataclass(frozen=True, slots=True)
class DayView:
    """A day as the page shows it; ``change``: what clocks do on it, in words.

    On days that are over only what came out is shown; ``empty``: what to say where nothing is.
    """

    date: date
    title: str
    places: Sequence[PlaceView]
    today: bool
    change: str
    empty: str


@dataclass(frozen=True, slots=True)
class _Done:
    """What was done last in a session, and when."""

    said: str
    moves: Sequence[PlanMove]
    at: datetime


class CalendarSection:
    """Shows the plan and changes it; every rule about that is ``Planning``'s."""

    def __init__(self, parts: ConsoleParts, pages: ConsolePages) -> None:
        self._parts, self._pages, self._planning = parts, pages, parts.cases.planning
        self._done: dict[int, _Done] = {}  # by session

    def routes(self) -> Sequence[ConsoleRoute]:
        """All its routes."""
        return (
            ConsoleRoute("GET", "/calendar", "decide", self._show),
            ConsoleRoute("POST", "/calendar/change", "slots", self._change),
            ConsoleRoute("POST", "/calendar/back", "slots", self._move_back),
        )

    async def refusal(self, error: Exception, ask: ConsoleRequest) -> Refusal | None:
        """Its use cases raise nothing that is not known to all."""
        return None

    # --- looking

    async def _show(self, ask: ConsoleRequest) -> web.StreamResponse:
        """The week of ``day``, with the places for the post ``post`` where one is chosen."""
        query, run = ask.request.query, self._parts.db.run
        channel, languages = _channel(query), await run(self._planning.languages)
        week = await run(self._planning.week, _day(query.get("day", "")), ask.by, channel)
        changing, chosen = "slots" in ask.member.rights, None
        if changing and (number := _number(query.get("post", ""))):
            chosen = await run(self._planning.movable, SubmissionId(number), ask.by, channel)
        done = None if chosen else self._last(ask)
        return self._pages.page(
            "console/calendar-week.html" if "part" in query else "console/calendar.html",
            ask,
            week=week,
            days=_days(week, chosen, ask.texts),
            chosen=chosen,
            chosen_name=chosen and _name(chosen, week, ask.texts),
            changing=changing,
            channels=[(name, words.channel(name, languages, ask.texts)) for name in languages],
            overdue=[(s, i18n.when(at, week.now, week.schedule.zone, ask.texts)) for s, at in week.overdue],
            done=done,
            undo=_written(done.moves) if done else "",
            twice=any(day.change is not None and day.change.after < day.change.before for day in week.days),
            sooner=week.days[0].date - timedelta(days=7),
            later=week.days[0].date + timedelta(days=7),
            this_week=monday_of(week.today),
            caption=_caption,
            refused=lambda of: words.unpublished(of.publish_error, ask.texts) if of.publish_error else "",
            stamp=lambda at: i18n.stamp(at, week.schedule.zone, ask.texts),
            local=lambda at: f"{at.astimezone(week.schedule.zone):%Y-%m-%dT%H:%M}",
            at_once=week.undo_time == timedelta(),
        )

    def _last(self, ask: ConsoleRequest) -> _Done | None:
        """What was done a moment ago in this session; what is older is forgotten, whosever it is."""
        since = self._parts.clock() - SHOWN
        self._done = {session: done for session, done in self._done.items() if done.at > since}
        return self._done.get(ask.member.session.id)

    # --- changing

    async def _change(self, ask: ConsoleRequest) -> web.StreamResponse:
        fields, run, planning = ask.form.texts, self._parts.db.run, self._planning
        number, version, to = _submission(fields), _number(fields.get("version", "")), fields.get("to", "")
        channel = _channel(fields)
        if to == "hold":
            moves = await run(planning.move, number, None, ask.by, version, channel)
        elif to == "next":
            moves = await run(planning.move, number, "next", ask.by, version, channel)
        elif to == "now":
            moves = await run(planning.publish_now, number, ask.by, version, channel)
        elif other := re.fullmatch(r"swap\.(\d{1,18})\.(\d{1,18})", to):
            seen = (SubmissionId(int(other[1])), int(other[2]))
            moves = await run(planning.swap, (number, version), seen, ask.by, channel)
        else:
            slot = await self._typed(fields) if to == "typed" else _moment(to)
            moves = await run(planning.move, number, slot, ask.by, version, channel)
        return await self._answer(ask, moves, "swap" if to.startswith("swap") else "now" if to == "now" else "move")

    async def _typed(self, fields: Mapping[str, str]) -> datetime:
        """A time of the community's zone."""
        schedule = await self._parts.db.run(self._parts.stores.community.schedule)
        try:
            local = datetime.fromisoformat(fields.get("local", "")).replace(tzinfo=None)
            return schedule.moment(local, again="again" in fields)
        except (ValueError, OverflowError) as error:
            raise RequestRefused(422, "console-calendar-no-time") from error

    async def _move_back(self, ask: ConsoleRequest) -> web.StreamResponse:
        moves = [replace(move, channel=_channel(ask.form.texts)) for move in _read(ask.form.texts.get("moves", ""))]
        done = await self._parts.db.run(self._planning.move_back, moves, ask.by)
        return await self._answer(ask, done, "back")

    async def _answer(self, ask: ConsoleRequest, moves: Sequence[PlanMove], how: str) -> web.StreamResponse:
        """Say what was done on the page that comes next: the week in which the post stands now."""
        schedule = await self._parts.db.run(self._parts.stores.community.schedule)
        first = moves[0]
        at = "" if first.after is None else i18n.stamp(first.after, schedule.zone, ask.texts)
        key = "held" if how == "move" and first.after is None else how
        number, other = str(first.number), str(moves[-1].number)
        said = ask.texts(f"console-calendar-done-{key}", number=number, other=other, at=at)
        self._done[ask.member.session.id] = _Done(said, () if how == "back" else moves, self._parts.clock())
        self._parts.bot.changed()
        day = _day(ask.form.texts.get("day", ""))
        if first.after is not None and how != "back":
            day = schedule.day_of(first.after)
        named = {"day": day, "channel": "second" if first.channel == "second" else None}
        path = "/calendar?" + urlencode({name: value for name, value in named.items() if value is not None})
        path = path.rstrip("?")
        if ask.by_script:
            return web.json_response({"said": said, "path": path})
        return self._pages.back(ask, f"{path}#p{first.number}")


# --- what the page shows


def _days(week: CalendarWeek, chosen: Submission | None, texts: Texts) -> Sequence[DayView]:
    shown, count = [], 0
    for day in week.days:
        places = []
        past = day.date < week.today
        for place in day.places:
            if past and place.kind == "passed":
                continue
            to = _target(place, week, chosen)
            count += bool(to and chosen)
            places.append(_place(place, week, to, count if to and chosen else None, texts))
        title = texts(f"weekday-{DAYS[day.date.weekday()]}")
        empty = texts("console-calendar-passed" if past and day.places else "console-calendar-nothing")
        shown.append(DayView(day.date, title, places, day.date == week.today, _clocks(day.change, texts), empty))
    return shown


def _place(place: CalendarPlace, week: CalendarWeek, to: str, number: int | None, texts: Texts) -> PlaceView:
    zone = week.schedule.zone
    return PlaceView(
        place,
        f"{place.at.astimezone(zone):%H:%M}",
        again=texts(f"console-calendar-turn-{place.turn}") if place.turn else "",
        near="" if place.near is None else i18n.clock(place.near, zone),
        expected="" if place.expected is None else i18n.when(place.expected, week.now, zone, texts),
        number=number,
        to=to,
    )


def _target(place: CalendarPlace, week: CalendarWeek, chosen: Submission | None) -> str:
    """What putting a post there sends; nothing where it cannot go. A post that is due gives its place to none."""
    if place.kind == "free":
        return place.at.isoformat()
    other = place.submission
    if not place.movable or other is None or place.at <= week.now or (chosen and chosen.id == other.id):
        return ""
    if chosen is not None and chosen.slot is not None and chosen.slot <= week.now:
        return ""
    return f"swap.{other.id}.{other.version}"


def _clocks(change: object, texts: Texts) -> str:
    if change is None:
        return ""
    before, after = change.before, change.after  # type: ignore[attr-defined]
    key = "forward" if after > before else "back"
    return texts(f"console-calendar-clocks-{key}", before=f"{before:%H:%M}", after=f"{after:%H:%M}")


def _name(submission: Submission, week: CalendarWeek, texts: Texts) -> str:
    number = texts("slots-post", number=str(submission.id))
    if submission.slot is None:
        return number
    return f"{number} ({i18n.when(submission.slot, week.now, week.schedule.zone, texts)})"


def _caption(submission: Submission) -> str:
    """A caption in one line, cut where the page has no room for more."""
    line = " ".join(submission.caption.split())
    return line if len(line) <= CAPTION else f"{line[:CAPTION]}…"


# --- what a browser sends


def _number(text: str) -> int:
    """A number of a form or an address; 0, which nothing has, for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _submission(fields: Mapping[str, str]) -> SubmissionId:
    return SubmissionId(_number(fields.get("number", "")))


def _channel(fields: Mapping[str, str]) -> ChannelName:
    return "second" if fields.get("channel") == "second" else "first"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise RequestRefused(400, "web-bad-request")


def _written(moves: Sequence[PlanMove]) -> str:
    """Moves as the form for the way back carries them: number, version, and microseconds or nothing."""
    slots = ("" if move.before is None else str((move.before - _EPOCH) // _MICROSECOND) for move in moves)
    return " ".join(f"{m.number}.{m.version}.{slot}" for m, slot in zip(moves, slots, strict=True))


def _read(text: str) -> list[PlanMove]:
    found = re.fullmatch(r"\d{1,18}\.\d{1,18}\.\d{0,16}(?: \d{1,18}\.\d{1,18}\.\d{0,16})?", text, re.ASCII)
    if found is None:
        raise RequestRefused(400, "web-bad-request")
    moves = []
    for part in text.split(" "):
        number, version, slot = part.split(".")
        before = _EPOCH + int(slot) * _MICROSECOND if slot else None
        moves.append(PlanMove(SubmissionId(int(number)), int(version), before, None))
    return moves
