"""What an address of the queue says, and what its pages show: everything in words and as HTML that is safe."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self, cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from memebot import i18n
from memebot.channel import words
from memebot.channel.dossier import Dossier, SimilarSubmission
from memebot.channel.posts.captions import FORMATTING, FormattedText, Piece, plain
from memebot.channel.triage import CardView, QueueOrder
from memebot.i18n import Texts, short
from moderation.audit import AuditRow
from moderation.model import ChannelName, Submission, Target
from moderation.people import Rejection
from moderation.queue.appeals import APPEAL_FLAG
from moderation.queue.pending import AGES, ORDERS, Age, Order, PendingFilter

FLAGS = (
    APPEAL_FLAG,
    "repost-exact",
    "repost-near",
    "repost-text",
    "nsfw",
    "links",
    "mentions",
    "flood",
    "tiny",
    "only-text",
)
"""In the order in which they are offered as filters."""
LANGS = ("ru", "en")
MAX_NAME = 60
MAX_QUOTED = 400
_MAX_DIGITS = 15

_TAGS: Mapping[str, tuple[str, str]] = {
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ("<blockquote>", "</blockquote>"),
    "pre": ("<pre>", "</pre>"),
    "spoiler": ('<span class="spoiler">', "</span>"),
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "code": ("<code>", "</code>"),
}


def formatted(text: FormattedText) -> Markup:
    """A text of Telegram's with its formatting; whatever is in it, it shows."""
    return _wrapped(text.pieces(), FORMATTING)


def _wrapped(pieces: Sequence[Piece], kinds: Sequence[str]) -> Markup:
    """Pieces within the tags of these kinds, the outer one first: neighbours of one formatting are in one tag."""
    if not kinds:
        return Markup("").join(escape(plain(piece.text)) for piece in pieces)
    kind, inner = kinds[0], kinds[1:]
    html, start = Markup(""), 0
    while start < len(pieces):
        value = pieces[start].formats.get(kind)
        end = start
        while end < len(pieces) and pieces[end].formats.get(kind) == value:
            end += 1
        within = _wrapped(pieces[start:end], inner)
        html += within if value is None else _tagged(kind, value, within)
        start = end
    return html


def _tagged(kind: str, value: str, html: Markup) -> Markup:
    if kind != "text_link":
        before, after = _TAGS[kind]
        return Markup(before) + html + Markup(after)
    if not value.lower().startswith(("https://", "http://")):
        return html
    link = Markup('<a href="{}" title="{}" target="_blank" rel="noopener noreferrer nofollow">')
    return link.format(value, value) + html + Markup("</a>")


# --- addresses


def read_view(query: Mapping[str, str]) -> QueueOrder:
    """The filter and the order that an address names; what makes no sense is left out."""
    author, known = query.get("author", ""), {"yes": True, "no": False}.get(query.get("known", ""))
    flag, lang = query.get("flag", ""), query.get("lang", "")
    wanted = PendingFilter(
        flag=flag if flag in (*FLAGS, "any", "none") else None,
        author=int(author) if author.isdecimal() and len(author) < 17 else None,
        age=cast(Age, query["age"]) if query.get("age") in AGES else None,
        known=known,
        lang=cast(Any, lang) if lang in LANGS else None,
    )
    order = cast(Order, query["order"]) if query.get("order") in ORDERS else "oldest"
    return QueueOrder(wanted, order)


def query_of(view: QueueOrder, **more: object) -> str:
    """The end of an address that names this view, with "?" where it names anything."""
    wanted = view.wanted
    known = None if wanted.known is None else "yes" if wanted.known else "no"
    named: Mapping[str, object | None] = {
        "flag": wanted.flag,
        "author": wanted.author,
        "age": wanted.age,
        "known": known,
        "lang": wanted.lang,
        "order": None if view.order == "oldest" else view.order,
        **more,
    }
    text = urlencode({name: value for name, value in named.items() if value is not None})
    return f"?{text}" if text else ""


def submission_number(text: str | None) -> int | None:
    """A number from an address."""
    return int(text) if text and text.isdecimal() and len(text) <= _MAX_DIGITS else None


# --- words


@dataclass(frozen=True, slots=True)
class QueueWords:
    """How one member reads the queue: words, moments of the community's zone as of ``now``, people's names as HTML."""

    texts: Texts
    zone: ZoneInfo
    now: datetime
    names: Mapping[int, Markup]

    def with_names(self, names: Mapping[int, Markup]) -> Self:
        """The same with these names."""
        return replace(self, names=names)

    def age(self, at: datetime) -> str:
        """How long ago that was."""
        return i18n.age(at, self.now, self.texts)

    def stamp(self, at: datetime) -> str:
        """A moment with its weekday and date."""
        return i18n.stamp(at, self.zone, self.texts)

    def soon(self, at: datetime) -> str:
        """A moment to come, as people say it."""
        return i18n.when(at, self.now, self.zone, self.texts)

    def exact(self, at: datetime) -> str:
        """A moment to the second."""
        return f"{at.astimezone(self.zone):%d.%m %H:%M:%S}"

    def day(self, at: datetime) -> str:
        """A date."""
        return i18n.day(at, self.zone)

    def clock(self, at: datetime) -> str:
        """A time of day."""
        return i18n.clock(at, self.zone)

    def media(self, submission: Submission) -> str:
        """What was submitted."""
        return words.media(submission, self.texts)

    def flag(self, name: str) -> str:
        """A flag of the policy."""
        return words.flag(name, self.texts)

    def likeness(self, similar: SimilarSubmission) -> str:
        """How what was here before is like this."""
        return words.likeness(similar, self.texts)

    def change(self, row: AuditRow) -> str:
        """What was done."""
        return words.change(row, self.texts)

    def state(self, dossier: Dossier) -> Markup:
        """Where a submission stands, and who brought it there."""
        return Markup(words.state(dossier, self.names, self.texts).replace("\n", "<br>"))

    def targets(self, dossier: Dossier) -> Sequence[tuple[Target, str]]:
        """Where it may be posted, where there is a choice, each in words."""
        languages = dossier.channels.languages
        return [(one, words.target(one, languages, self.texts)) for one in dossier.channels.choices(dossier.submission)]

    def channel(self, name: ChannelName, dossier: Dossier) -> str:
        """What a channel is called."""
        return words.channel(name, dossier.channels.languages, self.texts)

    def name(self, person: int | None) -> Markup:
        """What somebody is called."""
        return Markup(words.name(self.names, person, self.texts))

    def author(self, submission: Submission) -> str:
        """What an author is called: by the name that readers see, else by their number."""
        if submission.author_id is None:
            return self.texts("somebody")
        return plain(submission.author_name).strip()[:MAX_NAME] or str(submission.author_id)

    def caption(self, submission: Submission) -> str:
        """A caption as one line of a list: without its formatting, or what rearranges what follows."""
        return plain(submission.caption)

    def reason(self, dossier: Dossier, rejection: Rejection) -> str:
        """Why something was rejected, in words."""
        canned = (reason for reason in dossier.reasons if reason.key == rejection.reason_key)
        return rejection.reason_text or next((reason.text(self.texts.lang) for reason in canned), "")

    def appeal(self, dossier: Dossier) -> Markup:
        """What the author says to an earlier rejection, and who decides on it; nothing where there is no appeal."""
        appeal, deciders = dossier.appeal, dossier.deciders
        if appeal is None or deciders is None:
            return Markup("")
        who, at = self.name(appeal.rejected_by), self.stamp(appeal.rejected_at)
        why = Rejection(dossier.submission.id, appeal.reason_key, appeal.reason_text, appeal.rejected_at)
        lines = [
            self.texts("card-appeal", text=escape(plain(appeal.text))),
            self.texts(
                "card-appeal-against",
                who=who,
                at=at,
                reason=escape(short(plain(self.reason(dossier, why)), MAX_QUOTED)),
            ),
        ]
        if dossier.submission.state == "pending":
            lines.append(self.texts("card-appeal-other" if deciders.others else "card-appeal-alone", who=who))
        return Markup("<br>".join(lines))

    def why(self, dossier: Dossier) -> str:
        """What the author of a rejected submission is told, in words."""
        submission = dossier.submission
        if submission.silent:
            return self.texts("reason-silent")
        canned = (reason for reason in dossier.reasons if reason.key == submission.reason_key)
        said = submission.reason_text or next((reason.text(self.texts.lang) for reason in canned), "")
        return said or self.texts("reason-none")


def caption_of(submission: Submission) -> FormattedText:
    """A submission's caption with its formatting."""
    return FormattedText(submission.caption, submission.caption_entities)


def people_on(card: CardView) -> set[int | None]:
    """Whom a card names, but its author, who is called as readers know them."""
    submission = card.dossier.submission
    appeal = card.dossier.appeal
    named = {submission.claimed_by, submission.decided_by, *submission.approvals}
    named |= set() if appeal is None else {appeal.rejected_by}
    return (named | {happening.row.actor for happening in card.timeline}) - {submission.author_id, None}


def claimants(submissions: Iterable[Submission], now: datetime) -> set[int | None]:
    """Who holds any of these."""
    return {submission.claimant(now) for submission in submissions} - {None}
