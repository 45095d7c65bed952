"""The community's settings in words: names, values, what may be chosen or typed, and what a change would mean.

The same in the chat and on the team's pages; plain text: whoever shows it escapes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from memebot import i18n
from memebot.channel.planning import PlanImpact
from memebot.i18n import Texts
from moderation.community import OF_CHANNELS
from moderation.model import TARGETS, ChannelName, Submission
from moderation.schedule import DAYS, week_text

LISTED = 8
"""So many posts or slots are listed of those that a change concerns."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One setting on its page: the values that are offered, and the unit that they are shown in.

    ``own``: another value may be typed.
    """

    values: tuple[Any, ...]
    unit: str = ""
    own: bool = True


_WEEKS = (
    {day: ["12:00"] for day in DAYS},
    {day: ["10:00", "14:00", "19:00"] if day in DAYS[:5] else ["12:00", "18:00"] for day in DAYS},
)
CHOICES: Mapping[str, Choice] = {
    "approvals": Choice((1, 2, 3)),
    "undo_seconds": Choice((0, 30, 60, 120, 300), "unit-seconds"),
    "own_approval": Choice((True, False), own=False),
    "claim_minutes": Choice((5, 10, 20), "unit-minutes"),
    "daily_limit": Choice((1, 3, 5, 10)),
    "min_gap_minutes": Choice((0, 15, 30, 60, 120), "unit-minutes"),
    "zone": Choice(("Europe/Moscow", "Europe/Kyiv", "Asia/Yekaterinburg", "Asia/Novosibirsk", "Europe/Berlin", "UTC")),
    "schedule": Choice(_WEEKS),
    "overdue": Choice(("spread", "slots"), own=False),
    "alert_pending_hours": Choice((0, 6, 12, 24, 48), "unit-hours"),
    "alert_empty_tomorrow": Choice((True, False), own=False),
    "chat_grants": Choice((True, False), own=False),
    "lang": Choice(("auto", "ru", "en"), own=False),
    "target": Choice(TARGETS, own=False),
    "signature": Choice(("",)),
    "second_lang": Choice(("auto", "ru", "en"), own=False),
    "second_schedule": Choice(_WEEKS),
    "second_min_gap_minutes": Choice((0, 15, 30, 60, 120), "unit-minutes"),
    "second_signature": Choice(("",)),
    "milestones": Choice(([10, 50, 100, 500], [25, 100, 500, 1000], [])),
}
"""All settings but the canned reasons, in the order in which they are shown."""


def shown_settings(channels: Sequence[ChannelName]) -> Sequence[str]:
    """The names of those that say something in a community with these channels."""
    return [name for name in CHOICES if len(channels) > 1 or name not in OF_CHANNELS]


def setting_name(name: str, texts: Texts) -> str:
    """What a setting is called."""
    return texts(_key(name))


def setting_why(name: str, texts: Texts) -> str:
    """What it does."""
    return texts(f"{_key(name)}-why")


def _key(name: str) -> str:
    return f"set-{name.replace('_', '-')}"


def value_text(name: str, value: Any, texts: Texts) -> str:
    """A value as people say it."""
    if isinstance(value, bool):
        return texts("settings-on" if value else "settings-off")
    if name == "overdue":
        return texts(f"overdue-{value}")
    if name == "lang":
        return texts(f"lang-is-{value}")
    if name == "second_lang":
        return texts("lang-is-other" if value == "auto" else f"lang-is-{value}")
    if name == "target":
        return texts(f"target-{value}")
    if name.endswith("signature"):
        return str(value) or texts("settings-none")
    if name.endswith("schedule"):
        return week_text(value, [texts(f"weekday-{day}") for day in DAYS])
    if name == "milestones":
        return ", ".join(map(str, value)) or texts("settings-none")
    unit = CHOICES[name].unit
    return texts(unit, count=value) if unit else str(value)


_DIGITS = 18
"""A number has no more; what is longer is not one that anybody means."""


def typed_value(name: str, text: str) -> Any:
    """What was typed as a value of a setting: a number, several of them, or the words themselves."""
    if name == "milestones":
        words = [] if text in ("-", "–", "—") else text.replace(",", " ").split()
        return [_number(word) for word in words]
    return text if name.endswith("signature") else _number(text)


def _number(text: str) -> int | str:
    short = text.isascii() and len(text) <= _DIGITS and text.removeprefix("-").isdigit()
    return int(text) if short else text


def impact_lines(impact: PlanImpact, texts: Texts) -> list[str]:
    """What a change means, a line each: first what stays, then what one may want to mend. Plain text."""
    zone = impact.after.zone
    lines = [texts("impact-kept", count=impact.planned)]
    if zone.key != impact.before.zone.key:
        lines.append(texts("impact-zone", before=impact.before.zone.key, after=zone.key))
    named = (("impact-off", impact.off), ("impact-near", impact.near))
    slots = (("impact-gone", impact.gone), ("impact-new", impact.new), ("impact-crowded", impact.crowded))

    def post(submission: Submission) -> str:
        at = "" if submission.slot is None else f" ({i18n.stamp(submission.slot, zone, texts)})"
        return f"{texts('slots-post', number=str(submission.id))}{at}"

    lines += [
        texts(key, count=len(posts), list=_some([post(s) for s in posts], texts)) for key, posts in named if posts
    ]
    for key, found in slots:
        if found:
            times = [i18n.stamp(slot, zone, texts) for slot in found]
            lines.append(texts(key, count=len(found), list=_some(times, texts)))
    return lines


def _some(items: Sequence[str], texts: Texts) -> str:
    more = [texts("impact-more", count=len(items) - LISTED)] if len(items) > LISTED else []
    return ", ".join([*items[:LISTED], *more])
