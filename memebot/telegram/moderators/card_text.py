"""What a card says, as Telegram HTML: everything that one must know to decide, within one message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from aiogram.types import MessageEntity
from aiogram.utils.text_decorations import html_decoration
from pydantic import ValidationError

from memebot.answering.composition import certainty
from memebot.telegram.moderators import dates
from memebot.telegram.moderators.names import mention
from memebot.telegram.ui.captions import FORMATTING
from memebot.telegram.ui.render import plain, to_html
from moderation.model import Submission

if TYPE_CHECKING:
    from memebot.answering.explainer import Explanation
    from memebot.channel.review import Dossier, PendingPage, SimilarSubmission
    from memebot.i18n import Texts
    from moderation.audit import AuditRow

EXPLAINED = 350
REMARKS, REMARK = 4, 250
EARLIER = 4
NOTE = 200
REASON = 80
Names = Mapping[int, str]


def people(dossier: Dossier) -> list[int | None]:
    """Everybody whom the card names."""
    shown = dossier.submission
    remarks = (remark.by for remark in dossier.remarks)
    return [shown.author_id, shown.claimed_by, shown.decided_by, *shown.approvals, *remarks]


def card(dossier: Dossier, names: Names, told: Explanation | None, here: str | None, texts: Texts) -> str:
    """The card. ``told``: what the bot explains; ``here``: a link to the picture above the card."""
    blocks = [
        _head(dossier, texts),
        _author(dossier, names, texts),
        _caption(dossier.submission, texts),
        _explained(told, texts),
        _earlier(dossier, here, texts),
        _flags(dossier.submission, texts),
        _remarks(dossier, names, texts),
        _state(dossier, names, texts),
    ]
    return "\n\n".join(block for block in blocks if block)


def bare(dossier: Dossier, names: Names, texts: Texts) -> str:
    """The least that one must know, without a word of anybody's: for when Telegram refuses the whole."""
    return f"{_head(dossier, texts)}\n\n{state(dossier, names, texts)}"


def what(submission: Submission, texts: Texts) -> str:
    """What was submitted: a picture, an album…"""
    if len(submission.media) > 1:
        return texts("card-album", count=len(submission.media))
    return texts(f"card-{submission.media[0].kind.replace('_', '-')}")


def _head(dossier: Dossier, texts: Texts) -> str:
    shown = dossier.submission
    return texts(
        "card-head",
        number=str(shown.id),
        what=what(shown, texts),
        at=dates.stamp(shown.submitted_at, dossier.zone, texts),
    )


def _author(dossier: Dossier, names: Names, texts: Texts) -> str:
    shown, record = dossier.submission, dossier.record
    if record is None:
        return texts("card-forgotten")
    name, number = escape(plain(shown.author_name).strip()[:60], quote=False), str(record.author_id)
    author = mention(record.author_id, name or number) + (f" (<code>{number}</code>)" if name else "")
    lines = [texts("card-author", author=author, credit=texts(f"card-{shown.credit}"))]
    if shown.origin == "suggested_post":
        lines.append(texts("card-suggested"))
    if record.proposed <= 1:
        lines.append(texts("card-first"))
    else:
        lines.append(
            texts("card-record", proposed=record.proposed, published=record.published, rejected=record.rejected)
        )
    if record.last_reasons:
        said = [r.reason_text or _canned(dossier, r.reason_key, texts) for r in record.last_reasons]
        lines.append(texts("card-reasons", reasons="; ".join(_cut(reason, REASON) for reason in said if reason)))
    if record.note:
        lines.append(texts("card-note", note=_cut(record.note, NOTE)))
    if record.ban is not None:
        lines.append(texts("card-banned"))
    return "\n".join(lines)


def _canned(dossier: Dossier, key: str | None, texts: Texts) -> str:
    return next((reason.text(texts.lang) for reason in dossier.reasons if reason.key == key), key or "")


def _caption(shown: Submission, texts: Texts) -> str:
    if not shown.caption.strip():
        return ""
    return f"{texts('card-caption')}\n{formatted(shown.caption, shown.caption_entities)}"


def formatted(text: str, entities: Iterable[Mapping[str, Any]]) -> str:
    """A text of Telegram's with its formatting, as HTML; what cannot be repeated stays plain."""
    try:
        kept = [MessageEntity.model_validate(entity) for entity in entities if entity.get("type") in FORMATTING]
        return html_decoration.unparse(text, kept)
    except (ValidationError, ValueError, IndexError, TypeError):
        return escape(text, quote=False)


def _explained(told: Explanation | None, texts: Texts) -> str:
    if told is None:
        return ""
    if told.verdict == "unknown":
        return texts("card-unexplained")
    head = texts("card-explained", certainty=certainty(told.confidence, texts.lang))
    return f"{head}\n{to_html(told.explanation, EXPLAINED)}"


def explanation(told: Explanation, texts: Texts) -> str:
    """The whole explanation, on a page of its own."""
    head = texts("card-explained", certainty=certainty(told.confidence, texts.lang))
    return f"{head if told.verdict != 'unknown' else ''}\n\n{to_html(told.explanation, 3000)}".strip()


def _earlier(dossier: Dossier, here: str | None, texts: Texts) -> str:
    lines = [_seen(seen, dossier, here, texts) for seen in dossier.earlier[:EARLIER]]
    return "\n".join([texts("card-seen"), *lines]) if lines else ""


def _seen(seen: SimilarSubmission, dossier: Dossier, here: str | None, texts: Texts) -> str:
    if seen.submission is None:
        there, link = texts("card-that-post"), seen.link
    else:
        there = texts("card-that-submission", number=str(seen.submission))
        links = [message_link(card.chat_id, card.message_id, card.thread) for card in seen.cards]
        link = seen.link or next((link for link in links if link), None)
    how = _how(seen.how, seen.distance, texts)
    if seen.mirrored:
        how += f", {texts('like-mirrored')}"
    return texts(
        "card-seen-line",
        this=_linked(texts("card-this"), here),
        that=_linked(there, link),
        date=dates.day(seen.at, dossier.zone),
        how=how,
    )


def _how(how: str, distance: int | None, texts: Texts) -> str:
    if how == "near":
        return texts("like-near", distance=distance or 0)
    return texts(f"like-{how}")


def _linked(text: str, link: str | None) -> str:
    return text if not link else f'<a href="{escape(link)}">{text}</a>'


def message_link(chat_id: int, message_id: int, thread: int | None = None) -> str | None:
    """The address of a message in a supergroup, for those who are in it; private chats and old groups have none."""
    if chat_id > -(10**12):
        return None
    topic = f"{thread}/" if thread else ""
    return f"https://t.me/c/{-chat_id - 10**12}/{topic}{message_id}"


def _flags(shown: Submission, texts: Texts) -> str:
    named = flags(shown, texts)
    return texts("card-flags", flags=named) if named else ""


def flags(shown: Submission, texts: Texts) -> str:
    """The flags of the policy in words; what was seen before has lines of its own."""
    return ", ".join(_flag(name, texts) for name in shown.flags if not name.startswith("repost-"))


def _flag(name: str, texts: Texts) -> str:
    """One that nobody has put into words is shown by its name."""
    key = f"flag-{name.replace('_', '-')}"
    return texts(key) if texts.has(key) else escape(name, quote=False)


def _remarks(dossier: Dossier, names: Names, texts: Texts) -> str:
    author, lines = dossier.submission.author_id, []
    for remark in dossier.remarks[-REMARKS:]:
        text = _cut(remark.text, REMARK)
        if remark.by == author:
            lines.append(texts("card-answered", text=text))
        else:
            lines.append(texts("card-asked", who=_name(names, remark.by, texts), text=text))
    if dossier.remarks and dossier.remarks[-1].by != author:
        lines.append(texts("card-unanswered"))
    return "\n".join(lines)


def _state(dossier: Dossier, names: Names, texts: Texts) -> str:
    shown, now, zone = dossier.submission, dossier.now, dossier.zone
    lines = []
    if shown.approvals and dossier.need > 1:
        voters = ", ".join(_name(names, by, texts) for by in shown.approvals)
        lines.append(texts("card-votes", names=voters, have=len(shown.approvals), need=dossier.need))
    lines.append(state(dossier, names, texts))
    if shown.state == "rejected":
        lines.append(_reason(dossier, texts))
    if shown.publish_error:
        lines.append(texts("card-error", why=_cut(shown.publish_error, NOTE)))
    if shown.can_undo(now) and shown.undo_until is not None:
        lines.append(texts("undo-line", until=f"{shown.undo_until.astimezone(zone):%H:%M:%S}"))
    return "\n".join(line for line in lines if line)


def state(dossier: Dossier, names: Names, texts: Texts) -> str:
    """Where a submission stands, and who brought it there."""
    shown, now, zone = dossier.submission, dossier.now, dossier.zone

    def at(moment: Any) -> str:
        return dates.stamp(moment, zone, texts) if moment else ""

    who = _name(names, shown.decided_by, texts)
    if shown.state == "pending":
        claimant = shown.claimant(now)
        if claimant is None or shown.claimed_until is None:
            return texts("state-pending")
        return texts("state-claimed", who=_name(names, claimant, texts), until=dates.clock(shown.claimed_until, zone))
    if shown.state == "approved":
        if shown.slot is None:
            return texts("state-held", who=who, at=at(shown.decided_at))
        return texts("state-approved", who=who, at=at(shown.decided_at), slot=at(shown.slot))
    if shown.state == "publishing":
        key = "fate-unknown" if shown.fate == "unknown" else "state-publishing"
        return texts(key, number=str(shown.id), who=who, at=at(shown.decided_at))
    if shown.state == "published":
        published = _linked(at(shown.published_at), shown.link)
        return texts("state-published", who=who, published=published)
    if shown.state == "rejected":
        return texts("state-rejected", who=who, at=at(shown.decided_at))
    return texts("state-withdrawn")


def _reason(dossier: Dossier, texts: Texts) -> str:
    shown = dossier.submission
    if shown.silent:
        return texts("reason-silent")
    reason = shown.reason_text or _canned(dossier, shown.reason_key, texts)
    return texts("reason-line", reason=_cut(reason, 600)) if reason else texts("reason-none")


def _name(names: Names, person: int | None, texts: Texts) -> str:
    return names.get(person, str(person)) if person is not None else texts("somebody")


def plain_word(text: str) -> str:
    """Somebody's words as HTML."""
    return escape(plain(text), quote=False)


def _cut(text: str, limit: int) -> str:
    text = " ".join(plain(text).split())
    return escape(text if len(text) <= limit else text[: limit - 1].rstrip() + "…", quote=False)


# --- lists ------------------------------------------------------------------------------------------------------


def waiting(page: PendingPage, names: Names, texts: Texts) -> str:
    """A page of the queue."""
    if not page.total:
        return texts("queue-empty", planned=page.planned)
    lines = [
        texts("queue-title", count=page.total),
        *(_line(line.submission, line.claimed_by, page, names, texts) for line in page.lines),
    ]
    return "\n".join([*lines, "", texts("queue-planned", count=page.planned)])


def _line(shown: Submission, claimed_by: int | None, page: PendingPage, names: Names, texts: Texts) -> str:
    marks = [] if claimed_by is None else [f"✍️ {_name(names, claimed_by, texts)}"]
    marks += [f"👍 {len(shown.approvals)}/{page.need}"] if shown.approvals else []
    marks += ["🔁"] if shown.sightings else []
    marks += [f"⚑ {named}"] if (named := flags(shown, texts)) else []
    return texts(
        "queue-line",
        number=str(shown.id),
        what=what(shown, texts),
        age=dates.age(shown.submitted_at, page.now, texts),
        marks="".join(f" · {mark}" for mark in marks),
    )


def journal(rows: Sequence[AuditRow], names: Names, texts: Texts, zone: Any) -> list[str]:
    """The lines of an audit log, the oldest first."""
    return [
        texts(
            "audit-line",
            at=f"{row.at.astimezone(zone):%d.%m %H:%M:%S}",
            who=_name(names, row.actor, texts),
            what=_done(row, texts),
        )
        for row in reversed(rows)
    ]


def _done(row: AuditRow, texts: Texts) -> str:
    key = f"audit-{row.action.replace('_', '-')}"
    done = texts(key) if texts.has(key) else escape(row.action, quote=False)
    return done if row.before == row.after or row.after is None else f"{done} → {texts(f'state-name-{row.after}')}"
