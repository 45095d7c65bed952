"""Buttons of those who decide.

``m:<act>:<submission>:<version>:<argument>`` on cards, ``mq:<after>`` and ``mo:<submission>`` under the queue,
``ms:<setting>:<value>`` and ``mr:<act>:<reason>`` for settings and reasons; numbers in base 36. The version is that
of the card which was pressed: a decision about something else than what it showed is refused.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from memebot import i18n
from memebot.channel import words
from memebot.channel.dossier import Dossier
from memebot.channel.review import PendingPage
from memebot.i18n import Texts, short
from memebot.telegram.ui.keyboards import base36, button, in_rows, keyboard
from moderation.model import SubmissionId, channels_of

_MAX_NUMBER = 2**63 - 1
REASON = 60
"""Characters of a canned reason on a button."""
_MAX_PAGES = 5000
STARTLED = timedelta(seconds=3)
"""So long a press may be meant for what stood there before."""
Rows = list[list[InlineKeyboardButton]]


def number_of(text: str) -> int:
    """A number in base 36; 0, which nothing has, for what is none."""
    try:
        number = int(text, 36)
    except ValueError:
        return 0
    return number if 0 <= number <= _MAX_NUMBER else 0


class Press(CallbackData, prefix="m"):
    """A button of a card. On a page of one, ``arg`` ends with who has opened it: ``seen.1a2b``."""

    act: str
    number: str
    version: str
    arg: str = ""

    @property
    def submission(self) -> SubmissionId:
        """The submission's number."""
        return SubmissionId(number_of(self.number))

    @property
    def shown_version(self) -> int:
        """The version that the card showed."""
        return number_of(self.version)

    @property
    def argument(self) -> str:
        """What the button is about: a reason, a page, a time."""
        return self.arg.partition(".")[0]

    @property
    def opener(self) -> int | None:
        """Who has opened the page that the button stands on; None on the card itself."""
        return number_of(self.arg.partition(".")[2]) or None

    @property
    def page(self) -> int:
        """The argument as a page."""
        return min(number_of(self.argument), 1000)

    @property
    def slot(self) -> datetime | None:
        """The argument as a time."""
        minutes = number_of(self.argument)
        return datetime.fromtimestamp(minutes * 60, UTC) if 0 < minutes < 2**32 else None


class QueuePageButton(CallbackData, prefix="mq"):
    """A page of the queue: what comes after this number."""

    after: str

    @property
    def last_shown(self) -> SubmissionId | None:
        """The number; None for the first page."""
        return SubmissionId(number_of(self.after)) or None


class Open(CallbackData, prefix="mo"):
    """Show a submission's card here."""

    number: str

    @property
    def submission(self) -> SubmissionId:
        """The submission's number."""
        return SubmissionId(number_of(self.number))


class SettingButton(CallbackData, prefix="ms"):
    """A setting, or a value for it."""

    name: str
    value: str = ""


class ReasonButton(CallbackData, prefix="mr"):
    """A canned reason: open, edit, delete it; or add one."""

    act: str
    key: str = ""


class OpenPages:
    """Who has a page of which shared card open: a message is (chat, number)."""

    def __init__(self) -> None:
        self._open: dict[tuple[int, int], int] = {}
        self._lost: dict[tuple[int, int], tuple[int, datetime]] = {}

    def opened(self, message: tuple[int, int], person: int) -> None:
        """The card shows a page for this person."""
        self._open[message] = person

    def closed(self, message: tuple[int, int], by: int) -> None:
        """Somebody goes back from a page, by their own will or from another's."""
        if self._open.get(message) == by:
            del self._open[message]

    def lost(self, message: tuple[int, int], person: int, now: datetime) -> bool:
        """Whether a page of this person's has just become the card again, by what somebody else did."""
        whose, at = self._lost.get(message, (None, now))
        if now - at > STARTLED:
            self._lost.pop(message, None)
            return False
        return whose == person

    def replaced(self, message: tuple[int, int], now: datetime) -> None:
        """A card shows itself again; whoever has a page of it open may be about to press there."""
        opener = self._open.pop(message, None)
        if opener is not None:
            self._lost[message] = (opener, now)


class OwnPages:
    """Whose page a message of a group is: of whoever asked for it, else of whoever presses there first."""

    def __init__(self) -> None:
        self._owners: dict[tuple[int, int], int] = {}

    def give(self, message: tuple[int, int], person: int) -> None:
        """This page is that person's; of very old ones it is forgotten."""
        self._owners[message] = person
        if len(self._owners) > _MAX_PAGES:
            del self._owners[next(iter(self._owners))]

    def owner(self, message: tuple[int, int], presser: int) -> int:
        """Whose it is, now that this person presses."""
        if message not in self._owners:
            self.give(message, presser)
        return self._owners[message]


class _CardButtons:
    """Makes buttons of one card."""

    def __init__(self, dossier: Dossier, texts: Texts, opener: int | None = None) -> None:
        """``opener``: whose page of the card the buttons stand on."""
        self._opener = "" if opener is None else f".{base36(opener)}"
        self._number = base36(dossier.submission.id)
        self._version, self._texts = base36(dossier.submission.version), texts

    def __call__(self, text: str, act: str, arg: str = "") -> InlineKeyboardButton:
        return button(text, Press(act=act, number=self._number, version=self._version, arg=f"{arg}{self._opener}"))

    def named(self, key: str, act: str, arg: str = "") -> InlineKeyboardButton:
        return self(self._texts(key), act, arg)


def card(dossier: Dossier, texts: Texts) -> InlineKeyboardMarkup | None:
    """What can be done now."""
    of, submission, now = _CardButtons(dossier, texts), dossier.submission, dossier.now
    rows: Rows = []
    if submission.state in ("pending", "approved") and submission.claimant(now) is not None:
        rows = [[of.named("mb-release", "free")]]
    elif submission.state == "pending":
        rows = [
            _targets(dossier, of, texts),
            [of.named("mb-now", "now"), of.named("mb-next", "next")],
            [of.named("mb-pick", "slots"), of.named("mb-caption", "cap")],
            [of.named("mb-reject", "why-not"), *([] if dossier.appeal else [of.named("mb-quiet", "quiet")])],
            [of.named("mb-ask", "ask"), of.named("mb-ban", "ban")],
            *([[of.named("mb-why", "why")]] if submission.explanation else []),
        ]
    elif submission.can_undo(now) and submission.undo_until is not None:
        seconds = max(1, math.ceil((submission.undo_until - now).total_seconds()))
        rows = [[of(texts("mb-undo", seconds=seconds), "undo")]]
    elif submission.state == "approved":
        rows = [
            _targets(dossier, of, texts),
            [of.named("mb-now", "now"), of.named("mb-pick", "slots")],
            [of.named("mb-caption", "cap"), of.named("mb-reject", "why-not")],
            *([[of.named("mb-why", "why")]] if submission.explanation else []),
        ]
    elif submission.state == "published":
        rows = [_targets(dossier, of, texts)]
    if dossier.unresolved is not None:
        where = dossier.unresolved.channel if dossier.channels.two else ""
        rows = [[of.named("mb-there", "there", where), of.named("mb-not-there", "gone", where)]]
    rows = [row for row in rows if row]
    return keyboard(*rows) if rows else None


def _targets(dossier: Dossier, of: _CardButtons, texts: Texts) -> list[InlineKeyboardButton]:
    """Where it is to be posted, where there is a choice: what is chosen is ticked."""
    view = dossier.channels
    return [
        of(("✓ " if target == view.target else "") + words.target(target, view.languages, texts), "to", target)
        for target in view.choices(dossier.submission)
    ]


def slots(
    dossier: Dossier, free: Sequence[datetime], page: int, texts: Texts, opener: int, *, more: bool
) -> InlineKeyboardMarkup:
    """A page of free slots."""
    of = _CardButtons(dossier, texts, opener)
    times = [of(i18n.stamp(slot, dossier.zone, texts), "slot", base36(int(slot.timestamp()) // 60)) for slot in free]
    turning = [of.named("mb-earlier", "slots", base36(page - 1))] if page else []
    turning += [of.named("mb-later", "slots", base36(page + 1))] if more else []
    return keyboard(*in_rows(times), turning, [of.named("mb-back", "back")])


def reasons(dossier: Dossier, texts: Texts, opener: int) -> InlineKeyboardMarkup:
    """The canned reasons."""
    of = _CardButtons(dossier, texts, opener)
    offered = [reason for reason in dossier.reasons if not reason.retired]
    rows = [[of(short(reason.text(texts.lang), REASON), "no", reason.key)] for reason in offered]
    return keyboard(*rows, [of.named("mb-own-reason", "own"), of.named("mb-back", "back")])


def ban(dossier: Dossier, texts: Texts, opener: int) -> InlineKeyboardMarkup:
    """Sure?"""
    of = _CardButtons(dossier, texts, opener)
    return keyboard([of.named("mb-ban-yes", "banned"), of.named("mb-cancel", "back")])


def caption(dossier: Dossier, texts: Texts, opener: int) -> InlineKeyboardMarkup:
    """A new caption, or none."""
    of = _CardButtons(dossier, texts, opener)
    none = [of.named("mb-no-caption", "bare")] if dossier.submission.caption else []
    named = dossier.channels.languages if dossier.channels.two else {}
    only = [
        of(texts("mb-caption-for", channel=words.channel(name, named, texts)), "edit", name)
        for name in channels_of(dossier.channels.target)
        if named
    ]
    return keyboard([of.named("mb-new-caption", "edit"), *none], only, [of.named("mb-back", "back")])


def back(dossier: Dossier, texts: Texts, opener: int) -> InlineKeyboardMarkup:
    """Only the way back."""
    return keyboard([_CardButtons(dossier, texts, opener).named("mb-back", "back")])


def queue(page: PendingPage, texts: Texts, *, first: bool) -> InlineKeyboardMarkup | None:
    """The cards of a page, and the way on."""
    opening = [
        button(texts("mb-open", number=str(submission.id)), Open(number=base36(submission.id)))
        for submission in page.submissions
    ]
    turning = [] if first else [button(texts("mb-first"), QueuePageButton(after="0"))]
    turning += [] if page.after is None else [button(texts("mb-later"), QueuePageButton(after=base36(page.after)))]
    return keyboard(*in_rows(opening, 4), turning) if opening or turning else None
