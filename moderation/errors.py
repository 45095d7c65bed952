"""What can go wrong with submissions.

ModerationError
├── SubmissionNotFound   no such submission
├── NotYours             somebody else's submission
├── AlreadyDecided       the loser of a race hears who decided, and when
├── AlreadyVoted         each admin approves once
├── OwnSubmission        the community does not let admins approve their own
├── SameDecider          an appeal is decided by somebody else than the one who rejected
├── NoAppeal             this cannot be appealed, or not any more
├── LongAppeal           an appeal is a sentence or a few
├── Stale                the submission has changed since it was looked at
├── Claimed              another admin is writing
├── TooLate              a decision can be undone for a short while only
├── Banned               this author may not submit
├── DailyLimit           this author has submitted enough for a day
├── BadCaption           longer than Telegram takes
├── BadPost              no media, more than an album holds, or kinds that make no album
├── SlotPassed           that time is over
├── TooClose             another post is nearer than the community wants
├── NoFreeSlot           the schedule has no slot left, or none at all
├── ReasonNotFound       no such canned reason
├── BadSetting           a setting of the community has a value that cannot be used
└── NotAllowed           the role does not suffice

Errors carry facts; they are put into words for a person once, where they are shown. ``BadValue`` is what checks of
settings raise, and why there is a ``BadSetting``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from moderation.model import Ban, MediumKind, Submission


class ModerationError(Exception):
    """Base of everything that this package raises; ``hint`` says what to do, where that is known."""

    hint: str = ""


class SubmissionNotFound(ModerationError):
    """There is no submission of that number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"no submission {number}")
        self.number = number


class NotYours(ModerationError):
    """The submission is somebody else's."""

    def __init__(self, number: int) -> None:
        super().__init__(f"submission {number} is somebody else's")
        self.number = number


class AlreadyDecided(ModerationError):
    """The submission is not in the state that the change needs; nothing was written."""

    def __init__(self, submission: Submission) -> None:
        super().__init__(f"submission {submission.id} is {submission.state}")
        self.submission, self.state = submission, submission.state
        self.by, self.at = submission.decided_by, submission.decided_at


class AlreadyVoted(ModerationError):
    """This admin has approved already; others are to follow."""

    def __init__(self, submission: Submission, by: int) -> None:
        super().__init__(f"{by} has approved submission {submission.id} already")
        self.submission, self.by = submission, by


class OwnSubmission(ModerationError):
    """An admin's own submission, in a community that wants others to decide."""

    def __init__(self, submission: Submission) -> None:
        super().__init__(f"submission {submission.id} is this admin's own")
        self.submission = submission


class SameDecider(ModerationError):
    """Who rejected it does not decide on the appeal: others can."""

    def __init__(self, submission: Submission, by: int) -> None:
        super().__init__(f"{by} has rejected submission {submission.id}; somebody else decides on the appeal")
        self.submission, self.by = submission, by


class NoAppeal(ModerationError):
    """The author cannot appeal. ``code``: ``not-rejected``, ``again``, ``late`` or ``suggested`` (a suggested post)."""

    def __init__(self, submission: Submission, code: str) -> None:
        super().__init__(f"submission {submission.id} cannot be appealed: {code}")
        self.submission, self.code = submission, code


class LongAppeal(ModerationError):
    """An appeal of more characters than there is room for, or of none."""

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(f"an appeal of {length} characters, not 1 to {limit}")
        self.length, self.limit = length, limit


class Stale(ModerationError):
    """The submission was changed since the version that the change was based on; nothing was written."""

    def __init__(self, submission: Submission) -> None:
        super().__init__(f"submission {submission.id} is at version {submission.version}")
        self.submission = submission
        self.hint = "look at it again"


class Claimed(ModerationError):
    """Another admin is busy with the submission."""

    def __init__(self, submission: Submission, by: int, until: datetime) -> None:
        super().__init__(f"{by} is busy with submission {submission.id} until {until:%H:%M} UTC")
        self.submission, self.by, self.until = submission, by, until


class TooLate(ModerationError):
    """The time to undo is over, or the author has heard of the decision."""

    def __init__(self, submission: Submission) -> None:
        super().__init__(f"the decision on submission {submission.id} stands")
        self.submission = submission


class Banned(ModerationError):
    """This author may not submit."""

    def __init__(self, ban: Ban) -> None:
        super().__init__(f"{ban.user_id} may not submit")
        self.ban = ban


class DailyLimit(ModerationError):
    """This author has submitted enough for 24 hours; ``again_at`` is when the next one fits."""

    def __init__(self, limit: int, again_at: datetime | None = None) -> None:
        super().__init__(f"at most {limit} a day")
        self.limit, self.again_at = limit, again_at


class BadCaption(ModerationError):
    """A caption of more characters than Telegram takes."""

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(f"a caption of {length} characters, more than {limit}")
        self.length, self.limit = length, limit


class BadPost(ModerationError):
    """No media, more than an album holds, or kinds that make no album together."""

    def __init__(self, kinds: Sequence[MediumKind]) -> None:
        super().__init__(f"{len(kinds)} media cannot become one post: {', '.join(sorted(set(kinds)))}")
        self.kinds = tuple(kinds)


class SlotPassed(ModerationError):
    """That time is over."""

    def __init__(self, slot: datetime) -> None:
        super().__init__(f"{slot.isoformat()} is over")
        self.slot = slot


class TooClose(ModerationError):
    """Another post is nearer to that time than the community wants."""

    def __init__(self, slot: datetime, other: datetime, gap: timedelta) -> None:
        minutes = int(gap.total_seconds() // 60)
        super().__init__(f"{other.isoformat()} is taken, less than {minutes} minutes from {slot.isoformat()}")
        self.slot, self.other, self.gap = slot, other, gap


class NoFreeSlot(ModerationError):
    """The weekly schedule is empty, or full for as long as one plans."""

    def __init__(self) -> None:
        super().__init__("the schedule has no free slot")
        self.hint = "add times to the schedule, or name a time"


class ReasonNotFound(ModerationError):
    """There is no canned reason of that key; ``known`` are those that there are."""

    def __init__(self, key: str, known: Sequence[str]) -> None:
        super().__init__(f"no reason {key!r}")
        self.key, self.known = key, tuple(known)
        self.hint = f"there are {', '.join(known)}" if known else "there are none"


class BadValue(ValueError):
    """A value that a setting cannot have; ``code`` and ``facts`` say why."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(BAD_VALUES[code].format_map(facts))
        self.code, self.facts = code, facts


BAD_VALUES: Mapping[str, str] = {
    "setting": "no such setting; there are {known}",
    "number": "a whole number from {low} to {high}",
    "switch": "true or false",
    "choice": "one of {choices}",
    "zone": "no time zone {zone!r}, write one like Europe/Moscow",
    "week": "days with lists of times",
    "day": "no day {day!r}, days are {known}",
    "times": "a day needs a list of times",
    "time": "{time!r} is no time of day, write it like 10:00",
    "line": "one line of up to {longest} characters",
    "numbers": "up to {most} whole numbers",
    "reason": "a reason has a key and its words in both languages",
    "reason-key": "every reason has a key of its own",
    "reasons-full": "at most {limit} reasons: remove one first",
    "reason-words": "a reason needs both languages, up to {longest} characters each",
}


class BadSetting(ModerationError):
    """A setting of the community has no such name, or cannot have that value."""

    def __init__(self, name: str, value: object, why: BadValue) -> None:
        super().__init__(f"{name}={value!r}: {why}")
        self.name, self.value, self.code, self.facts = name, value, why.code, why.facts


class NotAllowed(ModerationError):
    """The person's role does not suffice; ``needed`` is the least that does."""

    def __init__(self, needed: str) -> None:
        super().__init__(f"only for the role {needed} and above")
        self.needed = needed
