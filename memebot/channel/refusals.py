"""What stood in the way of a decision, in words: the same in the chat and on the team's pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Self
from zoneinfo import ZoneInfo

from memebot import i18n
from memebot.channel.setting_words import setting_name, value_text
from memebot.channel.team import HasRole, SettingChanged
from memebot.i18n import Texts
from moderation.errors import (
    AlreadyDecided,
    AlreadyVoted,
    BadCaption,
    BadSetting,
    Claimed,
    ModerationError,
    NoFreeSlot,
    NotAllowed,
    OwnSubmission,
    ReasonNotFound,
    SameDecider,
    SlotPassed,
    Stale,
    SubmissionNotFound,
    TooClose,
    TooLate,
)
from moderation.stores import Moderation


@dataclass(frozen=True, slots=True)
class RefusalView:
    """How a community says times and numbers, as of ``now``. ``need``: so many approvals."""

    now: datetime
    zone: ZoneInfo
    need: int

    @classmethod
    def of(cls, stores: Moderation, now: datetime) -> Self:
        """That of the community as it is set."""
        return cls(now, ZoneInfo(stores.community.get("zone")), stores.community.get("approvals"))


def refused_by(error: ModerationError) -> int | None:
    """Whose name the sentence takes, where it takes one."""
    return error.by if isinstance(error, AlreadyDecided | Claimed) else None


def refusal_text(error: ModerationError, view: RefusalView, who: str, texts: Texts) -> str:
    """One plain sentence, as HTML: who was faster and when, which right is missing, what would do.

    ``who``: the name of ``refused_by``, as HTML.
    """
    match error:
        case AlreadyDecided():
            at = "" if error.at is None else i18n.when(error.at, view.now, view.zone, texts)
            return texts(f"lost-{error.state}", who=who or texts("somebody"), at=at)
        case Claimed():
            return texts("lost-claimed", who=who, until=i18n.clock(error.until, view.zone))
        case TooClose():
            return texts("lost-close", slot=i18n.when(error.other, view.now, view.zone, texts))
        case NotAllowed():
            return texts("no-right", role=texts(f"role-{error.needed}"))
        case AlreadyVoted():
            return texts("lost-voted", need=view.need)
        case SubmissionNotFound():
            return texts("no-such", number=str(error.number))
        case BadCaption():
            return texts("prompt-too-long", length=error.length, limit=error.limit)
        case BadSetting() | SettingChanged():
            return _about_setting(error, texts)
        case HasRole():
            return texts("ban-staff", author=str(error.user_id))
        case _:
            return texts(_KEYS.get(type(error), "sorry"))


def _about_setting(error: BadSetting | SettingChanged, texts: Texts) -> str:
    if isinstance(error, SettingChanged):
        value = escape(value_text(error.name, error.value, texts))
        return texts("settings-changed", name=setting_name(error.name, texts), value=value)
    return texts("settings-bad", problem=bad_value(error, texts, html=True))


def bad_value(error: BadSetting, texts: Texts, *, html: bool = False) -> str:
    """What a value of a setting must be."""
    facts = {name: escape(str(fact)) if html else str(fact) for name, fact in error.facts.items()}
    return texts(f"bad-{error.code}", **facts)


_KEYS: dict[type[ModerationError], str] = {
    OwnSubmission: "lost-own",
    SameDecider: "lost-same-decider",
    Stale: "lost-changed",
    TooLate: "lost-undo",
    SlotPassed: "lost-slot",
    NoFreeSlot: "no-slots",
    ReasonNotFound: "lost-reason",
}
