"""What a community decides for itself: settings with defaults, canned reasons, each change in the audit log."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from memebot.database import Database, Store, iso, writing
from moderation.audit import AuditLog
from moderation.errors import BadSetting, BadValue, ReasonNotFound
from moderation.model import ChannelName, Submission, Target, channels_for, channels_of
from moderation.schedule import DAYS, Schedule, read_week

MAX_REASON = 500
MAX_MILESTONES = 20
MAX_SIGNATURE = 100


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a submission was rejected, in words for its author. A retired one is offered no more."""

    key: str
    ru: str
    en: str
    retired: bool = False

    def text(self, lang: str) -> str:
        """In the author's language."""
        return self.ru if lang == "ru" else self.en


DEFAULT_REASONS = (
    Reason("seen", "Этот мем у нас уже был.", "We have had this meme already."),
    Reason("topic", "Мем не про машинное обучение и не про данные.", "The meme is not about machine learning or data."),
    Reason("unclear", "Не поняли шутку даже с объяснением.", "We did not get the joke, even explained."),
    Reason("quality", "Не разобрать картинку: пришлите покрупнее.", "Hard to read: send a larger picture."),
    Reason("personal", "На картинке чужие личные данные.", "The picture shows somebody's personal data."),
    Reason("offensive", "Шутка обидная, такое мы не публикуем.", "The joke hurts people; we do not publish that."),
    Reason("ad", "Похоже на рекламу.", "This looks like advertising."),
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing to set: its default, and what it may be. ``check`` gives the value as kept or raises ``BadValue``."""

    default: Any
    check: Callable[[Any], Any]


def _whole(low: int, high: int) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise BadValue("number", low=low, high=high)
        return value

    return check


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadValue("switch")
    return value


def _one_of(*choices: str) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if value not in choices:
            raise BadValue("choice", choices=", ".join(choices))
        return str(value)

    return check


def _zone(value: Any) -> str:
    Schedule.parse(str(value), {})
    return str(value)


def _week(value: Any) -> dict[str, list[str]]:
    if not isinstance(value, str | Mapping):
        raise BadValue("week")
    parsed = Schedule.parse("UTC", read_week(value) if isinstance(value, str) else value)
    return {DAYS[day]: [f"{t:%H:%M}" for t in times] for day, times in sorted(parsed.times.items()) if times}


def _line(value: Any) -> str:
    text = " ".join(value.split()) if isinstance(value, str) else None
    if text is None or len(text) > MAX_SIGNATURE:
        raise BadValue("line", longest=MAX_SIGNATURE)
    return "" if text in ("-", "–", "—") else text


def _steps(value: Any) -> list[int]:
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > MAX_MILESTONES:
        raise BadValue("numbers", most=MAX_MILESTONES)
    return sorted({_whole(1, 10_000_000)(step) for step in value})


def _reasons(value: Any) -> list[dict[str, Any]]:
    """Canned reasons as they are kept; they are changed with ``put_reason`` and its like."""
    try:
        reasons = [Reason(**item) for item in value]
    except TypeError:
        raise BadValue("reason") from None
    if not all(isinstance(text, str) for reason in reasons for text in (reason.key, reason.ru, reason.en)):
        raise BadValue("reason")
    if len({reason.key for reason in reasons}) != len(reasons):
        raise BadValue("reason-key")
    if not all(0 < len(text) <= MAX_REASON for reason in reasons for text in (reason.ru, reason.en)):
        raise BadValue("reason-words", longest=MAX_REASON)
    return [asdict(reason) for reason in reasons]


_WEEK = {day: ["10:00", "14:00", "19:00"] if day in DAYS[:5] else ["12:00", "18:00"] for day in DAYS}

SETTINGS: Mapping[str, Setting] = {
    "undo_seconds": Setting(60, _whole(0, 86_400)),
    "approvals": Setting(1, _whole(1, 20)),
    "own_approval": Setting(False, _switch),
    "claim_minutes": Setting(10, _whole(1, 1440)),
    "daily_limit": Setting(5, _whole(1, 1000)),
    "zone": Setting("Europe/Moscow", _zone),
    "schedule": Setting(_WEEK, _week),
    "min_gap_minutes": Setting(30, _whole(0, 1440)),
    "overdue": Setting("spread", _one_of("spread", "slots")),
    "alert_pending_hours": Setting(24, _whole(0, 720)),
    "alert_empty_tomorrow": Setting(True, _switch),
    "chat_grants": Setting(False, _switch),
    "lang": Setting("auto", _one_of("auto", "ru", "en")),
    "target": Setting("first", _one_of("first", "second", "both")),
    "signature": Setting("", _line),
    "second_lang": Setting("auto", _one_of("auto", "ru", "en")),
    "second_schedule": Setting(_WEEK, _week),
    "second_min_gap_minutes": Setting(30, _whole(0, 1440)),
    "second_signature": Setting("", _line),
    "milestones": Setting([10, 50, 100, 500], _steps),
    "reasons": Setting([asdict(reason) for reason in DEFAULT_REASONS], _reasons),
}
"""What each does:

undo_seconds          how long a decision can be undone; the author hears of it afterwards
approvals             how many admins approve before a submission counts as approved
own_approval          an admin may approve what he submitted himself
claim_minutes         how long a claim keeps others away
daily_limit           submissions of one author within 24 hours
zone, schedule        when posts go out, in local time
min_gap_minutes       between two posts
overdue               late posts are spread from now on, or put into the next free slots
alert_pending_hours   age of the oldest pending submission that the moderators are told of; 0: never
alert_empty_tomorrow  tell the moderators when nothing is planned for tomorrow
lang                  of posts and of the moderators' chat; auto: as the bot's own settings say
chat_grants           members of the moderators' chat are moderators
target                where memes are posted unless somebody says otherwise: in the first channel, the second, or both
signature             what stands at the end of every post of the first channel
second_…              the same of the second channel, and its language; auto: the one that the first has not
milestones            numbers of reactions that an author is told of
reasons               canned reasons of rejections
"""

PLAN_SETTINGS = ("zone", "schedule", "min_gap_minutes", "second_schedule", "second_min_gap_minutes")
"""Those on which it depends when a post may go out."""
OF_CHANNELS = ("target", "signature", *(name for name in SETTINGS if name.startswith("second_")))
"""Those that say something only where there is a second channel."""


class Community(Store):
    """The settings of this home's community."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self._audit = AuditLog(db)

    def get(self, name: str) -> Any:
        """The value that was set, else the default. Raises ``BadSetting`` for a name that there is not."""
        default = _setting(name).default
        text = self.value("select value from settings where name = ?", [name])
        return default if text is None else json.loads(text)

    def all(self) -> dict[str, Any]:
        """Every setting with its value."""
        return {name: self.get(name) for name in SETTINGS}

    def set(self, name: str, value: Any, *, by: int, now: datetime) -> Any:
        """Set a value; what is kept. Raises ``BadSetting`` and changes nothing if it cannot be used."""
        kept = self.check(name, value)
        with writing(self.db):
            old = self.get(name)
            if old != kept:
                self.change("delete from settings where name = ?", [name])
                self.change(
                    "insert into settings values (?, ?, ?, ?)",  # as new: cards age by that
                    [name, json.dumps(kept, ensure_ascii=False), by, iso(now)],
                )
                self.db.announce()
                self._audit.record("set", by, now, details={"name": name, "from": old, "to": kept})
        return kept

    def check(self, name: str, value: Any) -> Any:
        """A value as it would be kept. Raises ``BadSetting`` if it cannot be used."""
        try:
            return _setting(name).check(value)
        except BadValue as why:
            raise BadSetting(name, value, why) from None

    def default(self, name: str) -> Any:
        """The value as long as none was set. Raises ``BadSetting`` for a name that there is not."""
        return _setting(name).default

    @property
    def undo_time(self) -> timedelta:
        """How long a decision can be undone."""
        return timedelta(seconds=self.get("undo_seconds"))

    def gap(self, channel: ChannelName = "first") -> timedelta:
        """The least time between two posts of a channel."""
        return timedelta(minutes=self.get(setting_of(channel, "min_gap_minutes")))

    def schedule(self, channel: ChannelName = "first") -> Schedule:
        """When a channel's posts go out."""
        return Schedule.parse(self.get("zone"), self.get(setting_of(channel, "schedule")))

    def signature(self, channel: ChannelName = "first") -> str:
        """What stands at the end of a channel's posts."""
        return str(self.get(setting_of(channel, "signature")))

    def channels_for(self, submission: Submission, channels: Sequence[ChannelName]) -> tuple[ChannelName, ...]:
        """Where a submission is to be posted of these channels, as far as it is known by now, its own one first."""
        suggested = submission.origin == "suggested_post"
        target: Target = submission.target or (submission.channel if suggested else self.get("target"))
        wanted = [channel for channel in channels_of(target) if channel in channels]
        return channels_for(submission, wanted or channels)

    # --- canned reasons

    def reasons(self) -> list[Reason]:
        """Those that are offered, in order."""
        return [reason for reason in self._reasons() if not reason.retired]

    def reason(self, key: str | None) -> Reason | None:
        """The reason of that key, also a retired one: old rejections stay readable."""
        return next((reason for reason in self._reasons() if reason.key == key), None)

    def put_reason(self, key: str | None, ru: str, en: str, *, by: int, now: datetime) -> Reason:
        """Add a reason, or word one anew; without a key, it gets one. Raises ``BadSetting``."""
        with writing(self.db):
            reasons = {reason.key: reason for reason in self._reasons()}
            key = key or _new_key(en, reasons.keys())
            new = reasons[key] = Reason(key, " ".join(ru.split()), " ".join(en.split()))
            self._keep(reasons.values(), by, now)
        return new

    def drop_reason(self, key: str, *, by: int, now: datetime) -> None:
        """Offer this reason no more. Raises ``ReasonNotFound``."""
        with writing(self.db):
            reasons = self._reasons()
            offered = [reason.key for reason in reasons if not reason.retired]
            if key not in offered:
                raise ReasonNotFound(key, offered)
            self._keep([replace(r, retired=True) if r.key == key else r for r in reasons], by, now)

    def _reasons(self) -> list[Reason]:
        return [Reason(**item) for item in self.get("reasons")]

    def _keep(self, reasons: Iterable[Reason], by: int, now: datetime) -> None:
        self.set("reasons", [asdict(reason) for reason in reasons], by=by, now=now)


def setting_of(channel: ChannelName, name: str) -> str:
    """What a channel's own setting of this name is called."""
    return name if channel == "first" else f"second_{name}"


def _setting(name: str) -> Setting:
    if name not in SETTINGS:
        raise BadSetting(name, None, BadValue("setting", known=", ".join(SETTINGS)))
    return SETTINGS[name]


def _new_key(text: str, taken: Container[str]) -> str:
    """A short key that fits a button, from the first word in Latin letters."""
    found = re.search(r"[a-z]{3,12}", text.lower())
    word = found[0] if found else "reason"
    return next(key for key in (word, *(f"{word}{n}" for n in range(2, 1000))) if key not in taken)
