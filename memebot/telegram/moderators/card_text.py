"""What a card says, as Telegram HTML: everything that one must know to decide, within one message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from aiogram.types import MessageEntity
from aiogram.utils.text_decorations import html_decoration
from pydantic import ValidationError

from memebot import i18n
from memebot.answering.composition import certainty
from memebot.answering.explainer import Explanation
from memebot.channel import words
from memebot.channel.dossier import Dossier, SimilarSubmission
from memebot.channel.posts.captions import FORMATTING
from memebot.channel.review import PendingPage
from memebot.i18n import Texts
from memebot.telegram.moderators.members import mention
from memebot.telegram.ui.render import escaped, excerpt, reason, to_html
from memebot.telegram.ui.render import link as linked
from moderation.audit import AuditRow
from moderation.model import Submission
from moderation.queue.appeals import APPEAL_FLAG

EXPLAINED = 350
CAPTION = 250
REMARKS, REMARK = 4, 250
EARLIER = 4
NOTE = 200
APPEAL = 500
REASON = 80
Names = Mapping[int, str]


def people(dossier: Dossier) -> list[int | None]:
    """Everybody whom the card names."""
    submission = dossier.submission
    remarks = (remark.by for remark in dossier.remarks)
    first = None if dossier.appeal is None else dossier.appeal.rejected_by
    return [first, submission.author_id, submission.claimed_by, submission.decided_by, *submission.approvals, *remarks]


def card(
    dossier: Dossier, names: Names, explanation: Explanation | None, picture_link: str | None, texts: Texts
) -> str:
    """The card. ``picture_link``: to the picture above the card."""
    blocks = [
        _head(dossier, texts),
        _author(dossier, names, texts),
        _caption(dossier.submission, texts),
        _captions(dossier, texts),
        _explained(explanation, texts),
        _earlier(dossier, picture_link, texts),
        _flags(dossier.submission, texts),
        _remarks(dossier, names, texts),
        _appeal(dossier, names, texts),
        _state(dossier, names, texts),
    ]
    return "\n\n".join(block for block in blocks if block)


def bare(dossier: Dossier, names: Names, texts: Texts) -> str:
    """The least that one must know, without a word of anybody's: for when Telegram refuses the whole."""
    return f"{_head(dossier, texts)}\n\n{state(dossier, names, texts)}"


def _head(dossier: Dossier, texts: Texts) -> str:
    submission = dossier.submission
    return texts(
        "card-head",
        number=str(submission.id),
        what=words.media(submission, texts),
        at=i18n.stamp(submission.submitted_at, dossier.zone, texts),
    )


def question(dossier: Dossier, names: Names, texts: Texts) -> str:
    """What is asked beneath a card whose post may be there or not, and what came of it."""
    submission = dossier.submission
    if submission.state == "publishing" or dossier.unresolved is not None:
        return state(dossier, names, texts)
    return f"{texts('fate-settled', number=str(submission.id))}\n{state(dossier, names, texts)}"


def _author(dossier: Dossier, names: Names, texts: Texts) -> str:
    submission, record = dossier.submission, dossier.record
    if record is None:
        return texts("card-forgotten")
    name, number = escaped(submission.author_name.strip()[:60]), str(record.author_id)
    author = mention(record.author_id, name or number) + (f" (<code>{number}</code>)" if name else "")
    lines = [texts("card-author", author=author, credit=texts(f"card-{submission.credit}"))]
    if submission.origin == "suggested_post":
        lines.append(texts("card-suggested"))
    if record.proposed <= 1:
        lines.append(texts("card-first"))
    else:
        lines.append(
            texts("card-record", proposed=record.proposed, published=record.published, rejected=record.rejected)
        )
    if record.last_reasons:
        reasons = [r.reason_text or _canned(dossier, r.reason_key, texts) for r in record.last_reasons]
        lines.append(texts("card-reasons", reasons="; ".join(excerpt(reason, REASON) for reason in reasons if reason)))
    if record.note:
        lines.append(texts("card-note", note=excerpt(record.note, NOTE)))
    if record.ban is not None:
        lines.append(texts("card-banned"))
    return "\n".join(lines)


def _canned(dossier: Dossier, key: str | None, texts: Texts) -> str:
    return next((reason.text(texts.lang) for reason in dossier.reasons if reason.key == key), key or "")


def _caption(submission: Submission, texts: Texts) -> str:
    if not submission.caption.strip():
        return ""
    return f"{texts('card-caption')}\n{formatted(submission.caption, submission.caption_entities)}"


def formatted(text: str, entities: Iterable[Mapping[str, Any]]) -> str:
    """A text of Telegram's with its formatting, as HTML; what cannot be repeated stays plain."""
    try:
        kept = [MessageEntity.model_validate(entity) for entity in entities if entity.get("type") in FORMATTING]
        return html_decoration.unparse(text, kept)
    except (ValidationError, ValueError, IndexError, TypeError):
        return escaped(text)


def _captions(dossier: Dossier, texts: Texts) -> str:
    """Words for the readers of one channel, where they are others."""
    view = dossier.channels
    return "\n".join(
        texts("card-caption-for", channel=words.channel(name, view.languages, texts), text=excerpt(caption, CAPTION))
        for name, caption in view.captions.items()
    )


def _explained(explanation: Explanation | None, texts: Texts) -> str:
    if explanation is None:
        return ""
    if explanation.verdict == "unknown":
        return texts("card-unexplained")
    head = texts("card-explained", certainty=certainty(explanation.confidence, texts.lang))
    return f"{head}\n{to_html(explanation.explanation, EXPLAINED)}"


def explanation_page(explanation: Explanation, texts: Texts) -> str:
    """The whole explanation, on a page of its own."""
    head = texts("card-explained", certainty=certainty(explanation.confidence, texts.lang))
    return f"{head if explanation.verdict != 'unknown' else ''}\n\n{to_html(explanation.explanation, 3000)}".strip()


def _earlier(dossier: Dossier, picture_link: str | None, texts: Texts) -> str:
    lines = [_similar(similar, dossier, picture_link, texts) for similar in dossier.earlier[:EARLIER]]
    return "\n".join([texts("card-seen"), *lines]) if lines else ""


def _similar(similar: SimilarSubmission, dossier: Dossier, picture_link: str | None, texts: Texts) -> str:
    if similar.submission is None:
        that, link = texts("card-that-post"), similar.link
    else:
        that = texts("card-that-submission", number=str(similar.submission))
        card_links = [message_link(card.chat_id, card.message_id, card.thread) for card in similar.cards]
        link = similar.link or next(filter(None, card_links), None)
    also = f", {linked(texts('card-also-post'), similar.also)}" if similar.also else ""
    return texts(
        "card-seen-line",
        this=linked(texts("card-this"), picture_link),
        that=f"{linked(that, link)}{also}",
        date=i18n.day(similar.at, dossier.zone),
        how=words.likeness(similar, texts),
    )


def message_link(chat_id: int, message_id: int, thread: int | None = None) -> str | None:
    """The address of a message in a supergroup, for those who are in it; private chats and old groups have none."""
    if chat_id > -(10**12):
        return None
    topic = f"{thread}/" if thread else ""
    return f"https://t.me/c/{-chat_id - 10**12}/{topic}{message_id}"


def _flags(submission: Submission, texts: Texts) -> str:
    named = _named((name for name in _shown_flags(submission) if name != APPEAL_FLAG), texts)
    return texts("card-flags", flags=named) if named else ""


def flags(submission: Submission, texts: Texts) -> str:
    """The flags of the policy in words; what was seen before has lines of its own."""
    return _named(_shown_flags(submission), texts)


def _shown_flags(submission: Submission) -> list[str]:
    return [name for name in submission.flags if not name.startswith("repost-")]


def _named(flags: Iterable[str], texts: Texts) -> str:
    return ", ".join(escaped(words.flag(name, texts)) for name in flags)


def _remarks(dossier: Dossier, names: Names, texts: Texts) -> str:
    author, lines = dossier.submission.author_id, []
    for remark in dossier.remarks[-REMARKS:]:
        text = excerpt(remark.text, REMARK)
        if remark.by == author:
            lines.append(texts("card-answered", text=text))
        else:
            lines.append(texts("card-asked", who=words.name(names, remark.by, texts), text=text))
    if dossier.remarks and dossier.remarks[-1].by != author:
        lines.append(texts("card-unreached" if dossier.question_lost else "card-unanswered"))
    return "\n".join(lines)


def _appeal(dossier: Dossier, names: Names, texts: Texts) -> str:
    """What the author says to an earlier rejection, and who decides on it."""
    appeal, deciders = dossier.appeal, dossier.deciders
    if appeal is None or deciders is None:
        return ""
    who = words.name(names, appeal.rejected_by, texts)
    reason = appeal.reason_text or _canned(dossier, appeal.reason_key, texts)
    at = i18n.stamp(appeal.rejected_at, dossier.zone, texts)
    lines = [
        texts("card-appeal", text=excerpt(appeal.text, APPEAL)),
        texts("card-appeal-against", who=who, at=at, reason=excerpt(reason, REASON) if reason else ""),
    ]
    if dossier.submission.state == "pending":
        lines.append(texts("card-appeal-other" if deciders.others else "card-appeal-alone", who=who))
    return "\n".join(lines)


def _state(dossier: Dossier, names: Names, texts: Texts) -> str:
    submission, now, zone = dossier.submission, dossier.now, dossier.zone
    lines = []
    if submission.approvals and (dossier.need > 1 or dossier.enough):
        voters, key = ", ".join(words.name(names, by, texts) for by in submission.approvals), "card-votes"
        if dossier.enough:
            key = "card-votes-enough"
        lines.append(texts(key, names=voters, have=len(submission.approvals), need=dossier.need))
    lines.append(state(dossier, names, texts))
    if submission.state == "rejected":
        lines.append(_reason(dossier, texts))
    if submission.publish_error:
        lines.append(texts("card-error", why=reason(submission.publish_error, texts)))
    if submission.can_undo(now) and submission.undo_until is not None:
        lines.append(texts("undo-line", until=f"{submission.undo_until.astimezone(zone):%H:%M:%S}"))
    return "\n".join(line for line in lines if line)


def state(dossier: Dossier, names: Names, texts: Texts) -> str:
    """Where a submission stands, and who brought it there."""
    return words.state(dossier, names, texts)


def _reason(dossier: Dossier, texts: Texts) -> str:
    submission = dossier.submission
    if submission.silent:
        return texts("reason-silent")
    reason = submission.reason_text or _canned(dossier, submission.reason_key, texts)
    return texts("reason-line", reason=excerpt(reason, 600)) if reason else texts("reason-none")


# --- lists ------------------------------------------------------------------------------------------------------


def pending(page: PendingPage, names: Names, texts: Texts) -> str:
    """A page of the queue."""
    if not page.total:
        return texts("queue-empty", planned=page.planned)
    lines = [
        texts("queue-title", count=page.total),
        *(_line(submission, page, names, texts) for submission in page.submissions),
    ]
    return "\n".join([*lines, "", texts("queue-planned", count=page.planned)])


def _line(submission: Submission, page: PendingPage, names: Names, texts: Texts) -> str:
    claimed_by = submission.claimant(page.now)
    marks = [] if claimed_by is None else [f"✍️ {words.name(names, claimed_by, texts)}"]
    marks += [f"👍 {len(submission.approvals)}/{page.need}"] if submission.approvals else []
    marks += ["🔁"] if submission.sightings else []
    marks += [f"⚑ {named}"] if (named := flags(submission, texts)) else []
    return texts(
        "queue-line",
        number=str(submission.id),
        what=words.media(submission, texts),
        age=i18n.age(submission.submitted_at, page.now, texts),
        marks="".join(f" · {mark}" for mark in marks),
    )


def journal(rows: Sequence[AuditRow], names: Names, texts: Texts, zone: ZoneInfo) -> list[str]:
    """The lines of an audit log, the oldest first."""
    return [
        texts(
            "audit-line",
            at=f"{row.at.astimezone(zone):%d.%m %H:%M:%S}",
            who=words.name(names, row.actor, texts),
            what=escaped(words.change(row, texts)),
        )
        for row in reversed(rows)
    ]
