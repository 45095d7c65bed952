"""What stood in the way of a decision, put into words for whoever pressed."""

from __future__ import annotations

from html import escape
from zoneinfo import ZoneInfo

from memebot.channel.review import IsTeamMember, Review
from memebot.i18n import Texts
from memebot.telegram.moderators import dates
from memebot.telegram.moderators.names import Names
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
    SlotPassed,
    Stale,
    SubmissionNotFound,
    TooClose,
    TooLate,
)


async def refusal(error: ModerationError, review: Review, names: Names, texts: Texts) -> str:
    """One plain sentence, as HTML: who was faster and when, which right is missing, what would do."""
    now, zone = review.now(), ZoneInfo(await review.setting("zone"))
    match error:
        case AlreadyDecided():
            at = "" if error.at is None else dates.when(error.at, now, zone, texts)
            return texts(f"lost-{error.state}", who=await names.one(error.by, texts), at=at)
        case Claimed():
            who = await names.one(error.by, texts)
            return texts("lost-claimed", who=who, until=dates.clock(error.until, zone))
        case TooClose():
            return texts("lost-close", slot=dates.when(error.other, now, zone, texts))
        case NotAllowed():
            return texts("no-right", role=texts(f"role-{error.needed}"))
        case SubmissionNotFound():
            return texts("no-such", number=str(error.number))
        case BadCaption():
            return texts("prompt-too-long", length=error.length, limit=error.limit)
        case BadSetting():
            facts = {name: escape(str(fact)) for name, fact in error.facts.items()}
            return texts("settings-bad", problem=texts(f"bad-{error.code}", **facts))
        case IsTeamMember():
            return texts("ban-staff", author=str(error.user_id))
        case AlreadyVoted() | OwnSubmission() | Stale() | TooLate() | SlotPassed() | NoFreeSlot() | ReasonNotFound():
            return texts(_PLAIN[type(error)])
        case _:
            return texts("sorry")


_PLAIN: dict[type[ModerationError], str] = {
    AlreadyVoted: "lost-voted",
    OwnSubmission: "lost-own",
    Stale: "lost-changed",
    TooLate: "lost-undo",
    SlotPassed: "lost-slot",
    NoFreeSlot: "no-slots",
    ReasonNotFound: "lost-reason",
}
