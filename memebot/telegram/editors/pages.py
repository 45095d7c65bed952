"""What editors read, as Telegram HTML, and what they write, as Markdown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from aiogram.types import Message, MessageEntity

from knowledge.entry.diff import FieldChange, Segment
from knowledge.entry.fields import FIELDS, LISTS, field_text
from knowledge.entry.model import Entry, EntryId
from knowledge.entry.problems import Problem
from knowledge.reading import Lang
from knowledge.search.regressions import ChangedAnswer, RegressionReport
from knowledge.store.revisions import Revision
from memebot import i18n, problem_texts
from memebot.answering.composition import certainty, whole
from memebot.answering.notifications import editor_id
from memebot.answering.unexplained import Group
from memebot.channel.posts.captions import plain, units
from memebot.drafting.store import MachineDraft
from memebot.editing.changes import EntryView
from memebot.editing.drafts import EntryDraft, Panel
from memebot.editing.editing import AnswerComparison, SafetyNet
from memebot.editing.errors import BadId, DraftOutdated
from memebot.editing.report import BaseReport, VoteCounts
from memebot.editing.unexplained import EditorsCall, GroupsPage
from memebot.i18n import Texts, short
from memebot.telegram.editors.buttons import CALLS, REVISIONS, field_name
from memebot.telegram.ui import render
from memebot.telegram.ui.render import escaped, excerpt
from moderation.model import Submission

MAX_PROBLEMS = 8
MAX_NEWLY = 4
MAX_BROKEN = 12
CAPTION = 1024
"""Telegram's limit for the text under a picture."""
_CONTEXT = 60  # characters of unchanged text that are shown beside a change
_TAGS = {"added": "b", "removed": "s"}


def value(text: str) -> str:
    """Somebody's text within one of our sentences, which have room for a thousand characters of HTML."""
    return excerpt(text, 180)


def who(author: str, texts: Texts) -> str:
    """A revision's author: a link for a person, a word for files and the command line."""
    number = editor_id(author)
    if number is None:
        return escaped(author)
    return f'<a href="tg://user?id={number}">{texts("ed-person", number=str(number))}</a>'


def title(entry: Entry, lang: Lang) -> str:
    """What an entry is called, or its id while it is not called anything."""
    return entry.title.get(lang) or next((t for t in entry.title.values() if t), entry.id)


def title_value(entry: Entry, texts: Texts) -> str:
    """The same within one of our sentences."""
    return value(title(entry, texts.lang))


def _at(revision: Revision, zone: ZoneInfo) -> str:
    """When a revision was saved, in the community's time."""
    return f"{revision.at.astimezone(zone):%Y-%m-%d %H:%M}"


def entry(view: EntryView, lang: Lang, texts: Texts, zone: ZoneInfo) -> str:
    """An entry as subscribers see it, with what stands around it for editors."""
    revision = view.revision
    about = texts(
        "ed-about",
        id=view.entry.id,
        kind=texts(f"kind-{view.entry.kind}"),
        number=revision.number,
        at=_at(revision, zone),
    )
    linking = "" if not view.linking else "\n" + texts("ed-linking", ids=", ".join(view.linking[:10]))
    body = render.to_html(whole(view.entry, view.linked, lang), render.MESSAGE - 700)
    return f"{body}\n\n<i>{about}{linking}</i>"


def preview(entry: Entry, linked: Sequence[Entry], lang: Lang) -> str:
    """A draft's entry as subscribers would see it."""
    return render.to_html(whole(entry, linked, lang), render.MESSAGE - 100) or "…"


def panel(panel: Panel, texts: Texts) -> str:
    """A draft: what it is, what changed, what is wrong with it."""
    draft = panel.draft
    head = texts(
        "ed-panel",
        title=title_value(draft.entry, texts),
        id=draft.entry.id,
        kind=texts(f"kind-{draft.entry.kind}"),
    )
    lines = [head]
    if draft.base_revision is None:
        lines.append(texts("ed-panel-new"))
    elif panel.changed:
        names = ", ".join(field_name(field, texts) for field in panel.changed if field in FIELDS)
        lines.append(texts("ed-panel-changed", number=draft.base_revision, fields=names))
    else:
        lines.append(texts("ed-panel-same", number=draft.base_revision))
    if panel.newer is not None:
        lines.append(texts("ed-panel-newer", who=who(panel.newer.author, texts), number=panel.newer.number))
    if panel.others:
        lines.append(texts("ed-panel-others", count=len(panel.others)))
    return "\n".join([*lines, "", *problems(panel.problems, texts)]).strip()


def problems(found: Sequence[Problem], texts: Texts) -> list[str]:
    """What is wrong with an entry, a line each, errors first."""
    return _listed([_of_field(problem, texts) for problem in found], texts) or [texts("ed-no-findings")]


def _of_field(problem: Problem, texts: Texts) -> str:
    name = f"{field_name(problem.edited_field, texts)}: " if problem.edited_field in FIELDS else ""
    mark = "❌" if problem.severity == "error" else "⚠️"
    return f"{mark} {escaped(name + problem_texts.sentence(problem, texts, short=True))}"


def file_problems(found: Sequence[Problem], texts: Texts) -> str:
    """Mistakes of a file that was sent, with their lines and what to do about them."""
    lines = [f"❌ {escaped(_with_hint(problem, texts))}" for problem in found]
    return "\n".join([texts("ed-file-wrong"), "", *_listed(lines, texts)])


def file_problem(problem: Problem, texts: Texts) -> str:
    """One of them, with its line; not escaped."""
    return texts("problem-line", line=problem.line, text=problem_texts.sentence(problem, texts, short=True))


def _with_hint(problem: Problem, texts: Texts) -> str:
    hint = problem_texts.hint(problem, texts)
    return file_problem(problem, texts) + (f" ({hint})" if hint else "")


def _listed(lines: list[str], texts: Texts) -> list[str]:
    more = len(lines) - MAX_PROBLEMS
    return [*lines[:MAX_PROBLEMS], *([texts("ed-more-findings", count=more)] if more > 0 else [])]


def field(draft: EntryDraft, name: str, texts: Texts, *, anew: bool = False) -> str:
    """The question for a field's new text, with the present one to copy.

    What is sent is added to a list that has items, unless it is sent ``anew``.
    """
    now = field_text(draft.entry, name)
    kind = "ed-field-text" if name not in LISTS else "ed-field-list" if anew or not now else "ed-field-more"
    question = texts(kind, field=field_name(name, texts))
    hint = texts(f"hint-{name.partition('.')[0].replace('_', '-')}")
    if not now:
        return f"{question}\n{hint}"
    if units(now) > 3000:
        return f"{question}\n{hint}\n\n{texts('ed-field-long')}"
    return f"{question}\n{hint}\n\n<pre>{escaped(now)}</pre>"


def phrase(draft: EntryDraft, name: str, texts: Texts) -> str:
    """The question for a phrase and what shall stand in its place."""
    now, question = field_text(draft.entry, name), texts("ed-phrase-how", field=field_name(name, texts))
    return question if units(now) > 3000 else f"{question}\n\n<pre>{escaped(now)}</pre>"


def exemplars(draft: EntryDraft, texts: Texts) -> str:
    """Which pictures a draft has."""
    lines = [texts("ed-exemplars-title", title=title_value(draft.entry, texts))]
    lines += [f"• <code>{escaped(name)}</code>" for name in draft.entry.exemplars]
    for n, picture in enumerate(draft.pictures, 1):
        key = "ed-exemplar-picture" if picture.data is not None else "ed-exemplar-print"
        lines.append(texts(key, number=n, licence=value(picture.licence)))
    return "\n".join([*lines, "", texts("ed-exemplars-how")])


def bad_id(error: BadId, texts: Texts) -> str:
    """Why this can be no id."""
    return texts("ed-id-taken" if error.taken else "ed-id-bad", id=value(error.entry_id))


def no_merge(target: Entry, found: Sequence[Entry], texts: Texts) -> str:
    """Why none of these can become part of an entry."""
    other = next((one for one in found if one.id != target.id), None)
    if other is None:
        return texts("ed-merge-same" if found else "ed-not-found")
    kinds = {"kind": texts(f"kind-{target.kind}"), "other": texts(f"kind-{other.kind}")}
    return texts("ed-merge-other-kind", title=title_value(other, texts), **kinds)


def safety(net: SafetyNet, texts: Texts) -> str:
    """What saving would break and mend, and what it would newly answer."""
    report = net.report
    if not report.broken:
        mends = f" {texts('ed-mends', count=len(report.mended))}" if report.mended else ""
        said = texts("ed-safe", checked=report.checked) + mends
    else:
        said = texts("ed-breaks", count=len(report.broken), checked=report.checked)
    if not net.newly:
        return said
    key = "ed-newly-unlike" if net.too_many else "ed-newly"
    shown = [f"• {excerpt(meme.text, 70) or texts('ed-newly-wordless')}" for meme in net.newly[:MAX_NEWLY]]
    more = ["…"] if len(net.newly) > MAX_NEWLY else []
    newly = texts(key, count=len(net.newly), groups=net.groups)
    return "\n".join([said, "", newly, *shown, *more])


def broken(report: RegressionReport, texts: Texts) -> str:
    """The answers that would break, each with what it is today."""
    lines = [texts("ed-broken-title")]
    lines += [f"{n}. {_changed_answer(answer, texts)}" for n, answer in enumerate(report.broken[:MAX_BROKEN], 1)]
    if len(report.broken) > MAX_BROKEN:
        lines.append(texts("ed-more-findings", count=len(report.broken) - MAX_BROKEN))
    return "\n".join(lines)


def _changed_answer(answer: ChangedAnswer, texts: Texts) -> str:
    what = f"«{excerpt(answer.text, 120)}»" if answer.text else escaped(f"🖼 {answer.exemplar}")
    unknown = texts("ed-nothing")
    return f"{what}: <s>{answer.before or unknown}</s> → <b>{answer.after or unknown}</b>"


def newer(error: DraftOutdated, texts: Texts, zone: ZoneInfo) -> str:
    """What somebody saved meanwhile, and where both changed the same."""
    revision = error.current
    key = "ed-newer-gone" if error.gone else "ed-newer"
    head = texts(key, who=who(revision.author, texts), number=revision.number, at=_at(revision, zone))
    parts = [head, *([f"<i>{escaped(revision.comment)}</i>"] if revision.comment else [])]
    parts.append(difference(error.changes, texts, 1800))
    if error.clashes:
        parts.append(texts("ed-clashes", count=len(error.clashes)))
        for clash in error.clashes[:4]:
            name = field_name(clash.field, texts) if clash.field in FIELDS else clash.field
            parts.append(texts("ed-clash", field=name, mine=value(clash.mine), theirs=value(clash.theirs)))
    return "\n\n".join(parts)


def difference(changes: Sequence[FieldChange], texts: Texts, limit: int = 3600) -> str:
    """Word by word: what went is struck through, what came is bold; what stayed is shortened."""
    if not changes:
        return texts("ed-no-difference")
    parts: list[str] = []
    room = limit
    for change in changes:
        name = field_name(change.field, texts) if change.field in FIELDS else texts("field-kind")
        line, used = _segments(change.segments, room)
        parts.append(f"<u>{name}</u>: {line}")
        room -= used + len(name) + 3
        if room < 80:
            parts.append("…")
            break
    return "\n".join(parts)


def _segments(segments: Sequence[Segment], room: int) -> tuple[str, int]:
    parts: list[str] = []
    used = 0
    for n, segment in enumerate(segments):
        text = plain(segment.text)
        if segment.change == "same":
            text = _around(text, first=n == 0, last=n == len(segments) - 1)
        text = short(text, max(1, room - used))
        used += units(text)
        body = escaped(text.rstrip("\n"))
        tag = _TAGS.get(segment.change)
        parts.append(body if tag is None or not text.strip() else f"<{tag}>{body}</{tag}>")
        parts.append("\n" * (len(text) - len(text.rstrip("\n"))))
        if used >= room:
            break
    return "".join(parts).strip("\n"), used


def _around(text: str, *, first: bool, last: bool) -> str:
    """The ends of what stayed the same, next to changes."""
    if len(text) <= 2 * _CONTEXT + 10:
        return text
    head = "" if first else text[:_CONTEXT].rstrip()
    tail = "" if last else text[-_CONTEXT:].lstrip()
    return f"{head} … {tail}"


def history(revisions: Sequence[Revision], page: int, texts: Texts, zone: ZoneInfo) -> str:
    """Who changed an entry when, and why."""
    lines = [texts("ed-history-title", id=revisions[0].entry_id)]
    for revision in revisions[page * REVISIONS : (page + 1) * REVISIONS]:
        gone = f" {texts('ed-deleted-mark')}" if revision.deleted else ""
        comment = f" – {excerpt(revision.comment, 120)}" if revision.comment else ""
        lines.append(f"<b>№ {revision.number}</b> {_at(revision, zone)}, {who(revision.author, texts)}{gone}{comment}")
    return "\n".join(lines)


def revision(revision: Revision, changes: Sequence[FieldChange], texts: Texts, zone: ZoneInfo) -> str:
    """What a revision changed."""
    head = texts(
        "ed-revision",
        number=revision.number,
        id=revision.entry_id,
        at=_at(revision, zone),
        who=who(revision.author, texts),
    )
    comment = f"\n<i>{escaped(revision.comment)}</i>" if revision.comment else ""
    return f"{head}{comment}\n\n{difference(changes, texts)}"


def trial(comparison: AnswerComparison, texts: Texts) -> str:
    """One picture's answer today and with the change."""
    parts = []
    for key, answer in (("ed-today", comparison.today), ("ed-with-change", comparison.changed)):
        sure = certainty(answer.confidence, texts.lang) if answer.entries else texts("ed-nothing")
        parts.append(
            f"<b>{texts(key)}</b> ({sure}, {round(100 * answer.confidence)} %)\n"
            f"{render.to_html(answer.explanation, 1700)}"
        )
    return "\n\n".join(parts)


# --- drafts by a model --------------------------------------------------------------------------------------


def machine_draft(made: MachineDraft, titles: Sequence[str], lang: Lang, texts: Texts) -> str:
    """A draft by a model, marked as that. ``titles``: of the entries that it rests on."""
    if made.draft is None:
        return texts("md-gone")
    draft = made.draft
    lines = [
        texts("md-title", model=value(made.model), sure=round(100 * draft.sure)),
        f"<i>{excerpt(draft.picture, 300)}</i>" if draft.picture else "",
        f"<b>{escaped(draft.title[lang])}</b>",
        escaped(draft.text[lang]),
        texts("md-rests-on", titles=value(" · ".join(titles))),
    ]
    phrases = [*draft.says, *draft.asks[lang], *draft.captions[lang]]
    lines.append(f"<i>{excerpt(' · '.join(phrases), 400)}</i>" if phrases else "")
    return "\n\n".join(filter(None, lines))


def marked_draft(made: MachineDraft, texts: Texts) -> str:
    """A draft for whoever asked about the meme, or that there is none."""
    if made.draft is None:
        return texts("thinks-nothing")
    title, text = escaped(made.draft.title[texts.lang]), escaped(made.draft.text[texts.lang])
    return f"<i>{texts('thinks-marked')}</i>\n\n<b>{title}</b>\n\n{text}"


# --- unexplained memes --------------------------------------------------------------------------------------


def groups(page: GroupsPage, offset: int, texts: Texts, limit: int) -> str:
    """The groups that most people asked about."""
    lines = [texts("gap-title", memes=page.memes, groups=page.in_all)]
    for n, group in enumerate(page.groups, offset + 1):
        lines.append(f"<b>{n}.</b> {group_figures(group, texts)}\n{excerpt(_shared_words(group, texts), 70)}")
    text = "\n".join(lines)
    while units(re.sub(r"<[^>]+>", "", text)) > limit and len(lines) > 2:
        lines.pop()
        text = "\n".join([*lines, "…"])
    return text


def group_figures(group: Group, texts: Texts) -> str:
    """How many people, memes and waiting ones a group has."""
    figures = [texts("gap-people", count=group.people), texts("gap-memes", count=group.memes)]
    if group.waiting:
        figures.append(texts("gap-waiting", count=group.waiting))
    if group.disliked:
        figures.append(texts("gap-disliked", count=group.disliked))
    return " · ".join(figures)


def _shared_words(group: Group, texts: Texts) -> str:
    return " ".join(group.words) or texts("gap-wordless")


def group(group: Group, template: str | None, read: Sequence[str], texts: Texts) -> str:
    """One group: its figures, the words that its memes share, and what some of them say."""
    lines = [group_figures(group, texts), texts("gap-words", words=value(_shared_words(group, texts)))]
    if template is not None:
        lines.append(texts("gap-template", title=value(template)))
    lines += [f"<blockquote>{excerpt(text, 160)}</blockquote>" for text in read[:3] if text.strip()]
    return "\n".join(lines)


def report(report: BaseReport, names: Mapping[EntryId, str], memes: int, groups: int, texts: Texts) -> str:
    """The figures of a week, as short as the words under a picture must be."""
    before = round(100 * report.weeks[-2].coverage) if len(report.weeks) > 1 else 0
    percent = round(100 * report.coverage)

    def name(entry_id: str, limit: int) -> str:
        return excerpt(names[EntryId(entry_id)], limit)

    disliked = [f"{name(one.name, 40)} {_votes(one)}" for one in report.disappointing[:4]]
    confused = [f"{name(pair.told, 30)} / {name(pair.second, 30)}" for pair in report.confused[:3]]
    channels = [f"{one.name} {_votes(one)}" for one in report.channels if one.good + one.bad]
    unknown = value(", ".join(one.word for one in report.asked[:8]))
    lines = [
        texts("report-title", since=f"{report.days[0].start:%d.%m}", until=f"{report.days[-1].start:%d.%m}"),
        texts("report-pictures", count=report.pictures, percent=percent, before=before),
        texts("report-questions", count=report.questions, unknown=report.unknown_questions),
        texts("report-disappointing", entries="; ".join(disliked)) if disliked else "",
        texts("report-confused", pairs="; ".join(confused)) if confused else "",
        texts("report-channels", channels=", ".join(channels)) if channels else "",
        texts("report-asked", words=unknown) if unknown else "",
        texts("gap-title", memes=memes, groups=groups),
    ]
    return "\n".join(filter(None, lines))


def _votes(counts: VoteCounts) -> str:
    return f"👍{counts.good} 👎{counts.bad}"


# --- what editors write -------------------------------------------------------------------------------------

_MARKS = {"bold": "**", "italic": "*", "strikethrough": "~~", "code": "`"}


def markdown(message: Message) -> str:
    """The text of a message with Telegram's formatting as Markdown: apps turn ``**bold**`` into formatting."""
    text = message.text or ""
    marks: dict[int, list[tuple[int, str]]] = {}
    for entity in message.entities or ():
        begin, end = _stripped(text, entity)
        opening, closing = _around_entity(entity)
        if opening and begin < end:
            marks.setdefault(begin, []).append((1, opening))
            marks.setdefault(end, []).insert(0, (0, closing))
    units_ = text.encode("utf-16-le")
    out: list[str] = []
    last = 0
    for at in sorted(marks):
        out.append(units_[2 * last : 2 * at].decode("utf-16-le"))
        out += [mark for _, mark in sorted(marks[at], key=lambda one: one[0])]
        last = at
    out.append(units_[2 * last :].decode("utf-16-le"))
    return "".join(out)


def _around_entity(entity: MessageEntity) -> tuple[str, str]:
    if entity.type == "pre":
        return f"```{entity.language or ''}\n", "\n```"
    if entity.type == "text_link":
        return "[", f"]({entity.url})"
    mark = _MARKS.get(entity.type, "")
    return mark, mark


def _stripped(text: str, entity: MessageEntity) -> tuple[int, int]:
    """Where an entity begins and ends without blanks at its ends, in UTF-16 units."""
    inner = entity.extract_from(text)
    left, right = len(inner) - len(inner.lstrip()), len(inner) - len(inner.rstrip())
    return entity.offset + left, entity.offset + entity.length - right


# --- calls


def calls(call: EditorsCall, texts: Texts) -> str:
    """The memes that wait for an entry, one a line."""
    shown = call.submissions[:CALLS]
    lines = [texts("ed-calls-line", number=str(one.id), at=call_time(one, call, texts)) for one in shown]
    return "\n".join([texts("ed-calls", count=len(call.submissions)), "", *lines])


def call_time(submission: Submission, call: EditorsCall, texts: Texts) -> str:
    """When it will be in the channel."""
    slot = submission.slot
    return texts("ed-call-soon") if slot is None else i18n.when(slot, call.now, call.zone, texts)
