"""How results look in a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from difflib import unified_diff
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.markdown import Markdown
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from memebot import problem_texts
from memebot.answering.explainer import certainty

if TYPE_CHECKING:
    from knowledge.entry.diff import FieldChange, Segment
    from knowledge.entry.merge import Clash
    from knowledge.entry.model import Entry
    from knowledge.entry.problems import Problem
    from knowledge.reading import Lang
    from knowledge.search.regressions import RegressionReport
    from knowledge.store.conflicts import Conflict
    from knowledge.store.revisions import Revision
    from knowledge.store.sync import ExportReport, SyncReport
    from memebot.answering.explainer import Explanation
    from memebot.editing.report import BaseReport as LearningReport
    from memebot.measure.bench import Figure
    from memebot.measure.doctor import Check
    from memebot.measure.evaluation import Calibrated, EvaluationReport, TextsReport
    from memebot.training.evaluate import Measured
    from memebot.vision.encoder.clip import EncoderInfo
    from moderation.audit import AuditRow
    from moderation.model import Remark, Submission
    from moderation.people import AuthorRecord, Grant
    from moderation.stats import Stats

WIDTH = 100
_LABELS: Mapping[str, Mapping[str, str]] = {
    "ru": {"read": "Прочитано", "sure": "Уверенность", "why": "Почему", "nothing": "ничего"},
    "en": {"read": "Read", "sure": "Confidence", "why": "Why", "nothing": "nothing"},
}


def _out() -> Console:
    console = Console(highlight=False)
    return Console(highlight=False, width=min(console.width, WIDTH))


def error(line: str) -> None:
    """One line on standard error."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(f"[red]{escape(line)}[/red]")


def note(line: str) -> None:
    """A remark on standard error, so that standard output stays the result."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(f"[dim]{escape(line)}[/dim]")


def show(answer: Explanation, name: str | None) -> None:
    """One answer: what was read, the explanation, how sure, and what spoke for it."""
    labels = _LABELS[answer.lang]
    parts: list[object] = []
    if name is not None:
        read = " / ".join(answer.text.split("\n")) if answer.text else labels["nothing"]
        parts.append(Text.assemble((f"{labels['read']}: ", "dim"), (read, "dim italic")))
        parts.append(Text())
    parts.append(Markdown(answer.explanation))
    parts.append(Text())
    words = certainty(answer.confidence if answer.entries else 0.0, answer.lang)
    parts.append(Text.assemble((f"{labels['sure']}: ", "dim"), f"{words} ({answer.confidence:.0%})"))
    for match in answer.matches:
        if match.entry in answer.entries or (not answer.entries and match is answer.matches[0]):
            parts.append(Text.assemble((f"{labels['why']}: ", "dim"), (_evidence(match), "dim")))
    style = {"joke": "green", "composed": "cyan", "unknown": "yellow"}[answer.verdict]
    _out().print(Panel(Group(*parts), title=escape(name or ""), title_align="left", border_style=style))  # type: ignore[arg-type]


def _evidence(match) -> str:  # type: ignore[no-untyped-def]
    channels = ", ".join(f"{channel} {score:.2f}" for channel, score in match.evidence.items())
    known = f" ← {match.exemplar}" if match.exemplar and set(match.evidence) - {"said", "described"} else ""
    words = f" «{'», «'.join(match.words)}»" if match.words else ""
    return f"{match.entry} {match.confidence:.0%}: {channels}{known}{words}"


def checks(found: Iterable[Check]) -> None:
    """The doctor's table."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("", "what", "found", "mend it with"):
        table.add_column(column, style="bold" if column == "what" else "", overflow="fold")
    marks = {"ok": "[green]ok[/green]", "warning": "[yellow]warning[/yellow]", "missing": "[red]missing[/red]"}
    for check in found:
        table.add_row(marks[check.state], check.name, escape(check.found), escape(check.mend))
    _out().print(table)


def problems(found: Sequence[Problem]) -> None:
    """Lint findings, errors first as they were given, and their count."""
    console = Console(highlight=False, soft_wrap=True)
    for problem in found:
        style = "red" if problem.severity == "error" else "yellow"
        console.print(f"[{style}]{escape(problem_texts.line(problem))}[/{style}]")
    errors = sum(1 for problem in found if problem.severity == "error")
    note(f"{errors} errors, {len(found) - errors} warnings")


def problem_json(problem: Problem) -> dict[str, str | int]:
    """A problem for scripts, in English words."""
    texts = problem_texts.english()
    return {
        "path": str(problem.path),
        "line": problem.line,
        "reason": problem_texts.sentence(problem, texts),
        "hint": problem_texts.hint(problem, texts),
        "severity": problem.severity,
    }


def sync_report(report: SyncReport) -> None:
    """What a sync did, ids first where something needs a person."""
    console = Console(highlight=False, soft_wrap=True)
    for problem in report.problems:
        console.print(f"[red]{escape(problem_texts.line(problem))}[/red]")
    for conflict in report.conflicts:
        console.print(
            f"[yellow]{conflict}: edited in the bot and in its file; both are kept. "
            f"`memebot kb resolve {conflict}` settles it[/yellow]"
        )
    console.print(
        f"{len(report.added)} added, {len(report.updated)} updated, {len(report.removed)} removed, "
        f"{report.unchanged} unchanged"
    )
    if report.texts:
        console.print(f"{report.texts} regression texts came or went")
    if report.pending:
        console.print(f"edited in the bot, `memebot kb export` writes them: {', '.join(report.pending)}")
    for entry_id in report.outdated:
        console.print(
            f"[yellow]{entry_id}: another one is shipped than your own entry was made over; "
            f"`memebot kb resolve {entry_id}` shows both[/yellow]"
        )


def out_of_step(report: SyncReport) -> None:
    """What a sync or an export would have to do, a line each; nothing if all is in step."""
    lines = [problem_texts.line(problem) for problem in report.problems]
    said = {
        "edited in the bot and in its file": report.conflicts,
        "its file is new": report.added,
        "its file has changed": report.updated,
        "its file is gone": report.removed,
        "edited in the bot, not exported": report.pending,
        "another one is shipped than your own was made over": report.outdated,
        "its picture has changed": report.exemplars,
    }
    lines += [f"{name}: {what}" for what, names in said.items() for name in names]
    if report.texts:
        lines.append(f"regression texts: {report.texts} differ")
    for line in lines:
        Console(highlight=False, soft_wrap=True).print(escape(line))


def changes(found: Sequence[FieldChange]) -> None:
    """What changed, word by word: removed words struck out, added ones underlined."""
    console = _out()
    styles = {"same": "", "removed": "red strike", "added": "green underline"}
    for change in found:
        console.print(Text(change.field, "bold"))
        words = [
            (_marked(segment, plain=not console.is_terminal), styles[segment.change]) for segment in change.segments
        ]
        console.print(Text.assemble(*words))
    if not found:
        note("nothing changed")


def _marked(segment: Segment, *, plain: bool) -> str:
    """The words of a segment, marked where there are no colours: [-removed-] {+added+}."""
    if not plain or segment.change == "same":
        return segment.text
    words = segment.text.rstrip("\n")
    marked = f"[-{words}-]" if segment.change == "removed" else f"{{+{words}+}}"
    return marked + segment.text[len(words) :]


def clashes(found: Iterable[Clash]) -> None:
    """Places that two people changed differently."""
    for clash in found:
        error(f"{clash.field}: changed by both")
        for name, text in (("yours", clash.mine), ("theirs", clash.theirs)):
            note(f"  {name}: {text}")


def draft_problems(found: Iterable[Problem]) -> None:
    """What is wrong with an entry that is not saved yet, errors in red."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    for one in found:
        style = "red" if one.severity == "error" else "yellow"
        console.print(f"[{style}]{escape(problem_texts.sentence(one, problem_texts.english(), short=True))}[/{style}]")


def safety(report: RegressionReport) -> None:
    """What a change would break and mend."""
    for run in report.broken:
        error(
            f"would break: {run.exemplar or ' / '.join(run.text.splitlines())}: "
            f"{run.before or 'silence'} → {run.after or 'no answer'}"
        )
    if report.mended:
        note(f"would mend {len(report.mended)} answers")


def saved(made: Iterable[Revision]) -> None:
    """The revisions that a change made."""
    for revision in made:
        note(f"{revision.entry_id}: revision {revision.number}, {revision.comment}")


def conflict(found: Conflict) -> None:
    """The two versions of an entry as a difference from the file's to the database's."""
    mine, theirs = (side[1] if side else "" for side in (found.entry, found.file))
    names = ("in its file" if found.opened_at else "as it is shipped now", "in the database")
    lines = unified_diff(theirs.splitlines(), mine.splitlines(), *names, lineterm="")
    console = Console(highlight=False, soft_wrap=True)
    since = f"{found.opened_at:%Y-%m-%d %H:%M} UTC" if found.opened_at else "another one is shipped"
    console.print(f"[bold]{found.entry_id}[/bold] since {since}")
    for line in lines:
        style = {"+": "green", "-": "red"}.get(line[:1], "dim")
        console.print(f"[{style}]{escape(line)}[/{style}]")


def export_report(report: ExportReport) -> None:
    """What an export wrote."""
    console = Console(highlight=False, soft_wrap=True)
    for path in (*report.written, *report.removed):
        console.print(escape(str(path)))
    for problem in report.blocked:
        console.print(f"[yellow]{escape(problem_texts.line(problem))}[/yellow]")
    console.print(f"{len(report.written)} written, {len(report.removed)} removed, {report.unchanged} unchanged")


def entries(found: Iterable[Entry], lang: Lang) -> None:
    """A list of entries."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("id", "kind", "title"):
        table.add_column(column, no_wrap=column != "title")
    for entry_ in found:
        table.add_row(entry_.id, entry_.kind, escape(entry_.title[lang]))
    _out().print(table)


def entry(shown: Entry, linked: Sequence[Entry], linking: Sequence[Entry], lang: Lang) -> None:
    """One entry as readers see it, with its links both ways."""
    parts: list[object] = [Markdown(shown.text[lang])]
    details = {
        "aliases": ", ".join(shown.aliases),
        "keywords": ", ".join(shown.keywords.get(lang, ())),
        "says": " · ".join(shown.says),
        "links to": ", ".join(f"{e.title[lang]} ({e.id})" for e in linked),
        "linked from": ", ".join(f"{e.title[lang]} ({e.id})" for e in linking),
        "sources": "; ".join(f"{s.title} {s.url}".strip() for s in shown.sources),
    }
    grid = Table.grid(padding=(0, 2, 0, 0))
    for name, value in details.items():
        if value:
            grid.add_row(Text(name, "dim"), Text(value))
    parts += [Text(), grid]
    title = f"{shown.title[lang]} – {shown.kind} {shown.id}"
    _out().print(Panel(Group(*parts), title=escape(title), title_align="left"))  # type: ignore[arg-type]


def revisions(found: Iterable[Revision]) -> None:
    """A history, newest first."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("revision", "when", "who", "what"):
        table.add_column(column)
    for revision in found:
        what = "deleted" if revision.deleted else revision.comment
        table.add_row(str(revision.number), f"{revision.at:%Y-%m-%d %H:%M} UTC", escape(revision.author), escape(what))
    _out().print(table)


def encoders(found: Iterable[EncoderInfo]) -> None:
    """The table of encoders."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("", "name", "size", "state", "what"):
        table.add_column(column)
    for info in found:
        state = "here" if info.downloaded else "not downloaded"
        table.add_row("→" if info.active else "", info.name, f"{info.size_mb:.0f} MB", state, escape(info.what))
    _out().print(table)


def report(result: EvaluationReport) -> None:
    """What an evaluation measured."""
    console = _out()
    table = Table(title="Recognition", title_justify="left", box=None, padding=(0, 2, 0, 0))
    for column in ("kind", "n", "recall@1", "recall@5", "recall@1%fa"):
        table.add_column(column, justify="left" if column == "kind" else "right")
    for name, kind in result.kinds.items():
        table.add_row(name, str(kind.n), *(f"{v:.3f}" for v in (kind.recall_1, kind.recall_5, kind.recall_1fa)))
    console.print(table)
    answered, n = result.distractors_answered, result.distractors
    if n:
        console.print(f"distractors answered: {answered} of {n} ({answered / n:.1%})")
    console.print(f"expected calibration error: {result.ece:.3f}")
    latency = Table(title="Milliseconds", title_justify="left", box=None, padding=(0, 2, 0, 0))
    for column in ("stage", "p50", "p95"):
        latency.add_column(column, justify="left" if column == "stage" else "right")
    for stage, (p50, p95) in result.latency_ms.items():
        latency.add_row(stage, f"{p50:.1f}", f"{p95:.1f}")
    console.print(latency)
    console.print(f"peak memory {result.peak_rss_mb:.0f} MB, encoder {result.encoder}")
    for path, reason in result.unreadable:
        error(f"{path}: {reason}")


def encoder_report(found: Measured) -> None:
    """What an encoder can do by itself: a table a task."""
    _rows(
        "Pictures by name",
        ("what", "pictures", "names", "top 1", "5", "10", "Russian 1", "5", "10"),
        [
            (what, str(one.pictures), str(one.choices), *_shares(one.english), *_shares(one.russian))
            for what, one in found.naming.items()
        ],
    )
    _rows(
        "Pictures of words by the word",
        ("words", "n", "top 1", "5", "10"),
        [(which, str(count), *_shares(shares)) for which, (count, shares) in found.words.items()],
    )
    for way, kinds in found.retrieval.items():
        _rows(
            f"Templates: {way}",
            ("kind", "n", "recall@1", "recall@5", "recall@1%fa"),
            [
                (kind, str(one.queries), f"{one.first:.3f}", f"{one.five:.3f}", f"{one.recall:.3f}")
                for kind, one in kinds.items()
            ],
        )


def _shares(found: Mapping[int, float]) -> list[str]:
    return [f"{share:.3f}" for share in found.values()]


def texts_report(result: TextsReport) -> None:
    """What the regression texts gave, each miss with what was answered instead."""
    console = _out()
    for miss in result.misses:
        got = ", ".join(f"{m.entry} {m.confidence:.0%}" for m in miss.got[:3]) or "nothing"
        expected = miss.expected or "about something else"
        console.print(f"[yellow]{escape(expected)}[/yellow]: {escape(miss.text)} → {got}")
    for kind, (n, first, third) in result.kinds.items():
        console.print(f"{kind}: {n} texts, right entry first {first:.1%}, in the first three {third:.1%}")
    console.print(
        f"about other things: {result.others} texts, answered {result.others_answered} "
        f"({result.others_answered / max(1, result.others):.1%})"
    )


def calibrated(result: Calibrated) -> None:
    """Calibration before and after."""
    console = _out()
    for name, (before, after) in result.ece.items():
        console.print(f"{name}: expected calibration error on held-back data {before:.3f} → {after:.3f}")
    if result.better:
        console.print(f"[green]kept for encoder {result.encoder}[/green]")
    else:
        console.print("[yellow]not better: the old coefficients stay[/yellow]")


def figures(rows: Iterable[Figure]) -> None:
    """A table of measured figures."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("what", "measured", "target"):
        table.add_column(column, justify="left" if column == "what" else "right")
    for row in rows:
        table.add_row(row.name, f"{row.value:.3g} {row.unit}".strip(), row.target)
    _out().print(table)


# --- the queue


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _ago(at: datetime, now: datetime) -> str:
    minutes = max(0, int((now - at).total_seconds() // 60))
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} d"


def _time(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d %H:%M}"


def actor(number: int | None) -> str:
    """Who did something, in a word."""
    return {None: "forgotten", 0: "the bot", -1: "command line"}.get(number, str(number))


def submissions(found: Iterable[Submission], now: datetime) -> None:
    """One line a submission."""
    table = _table("no.", "age", "author", "media", "verdict", "slot (UTC)", "caption")
    for item in found:
        media = item.media[0].kind if len(item.media) == 1 else f"{len(item.media)} in an album"
        sure = f"{item.verdict} {item.confidence:.0%}" if item.verdict != "unknown" else "unknown"
        caption = " ".join(item.caption.split())[:40]
        table.add_row(
            str(item.id),
            _ago(item.submitted_at, now),
            actor(item.author_id),
            media,
            sure,
            _time(item.slot),
            escape(caption),
        )
    _out().print(table)


def submission(item: Submission, place: int | None, record: AuthorRecord | None, remarks: Iterable[Remark]) -> None:
    """All about one submission."""
    table = _table("", "")
    state = f"{item.state}, place {place}" if place else item.state + (f" ({item.fate})" if item.fate else "")
    shown = {
        "state": state,
        "author": f"{actor(item.author_id)}, {item.credit}",
        "record": record and f"{record.proposed} proposed, {record.published} published, {record.rejected} rejected",
        "note": record and record.note,
        "banned": record and record.ban and (_time(record.ban.until) or "for good"),
        "media": ", ".join(medium.kind for medium in item.media),
        "caption": item.caption,
        "bot's verdict": f"{item.verdict}, {item.confidence:.0%}",
        "flags": ", ".join(item.flags),
        "decided by": item.decided_at and f"{actor(item.decided_by)}, {_time(item.decided_at)} UTC",
        "reason": item.reason_text or item.reason_key,
        "slot": item.slot and f"{_time(item.slot)} UTC",
        "refused because": item.publish_error,
        "post": item.published_at and f"{item.link or item.published_messages}, {item.reactions} reactions",
    }
    for name, value in shown.items():
        if value:
            table.add_row(Text(name, style="dim"), escape(str(value)))
    for remark in remarks:
        table.add_row(Text(f"{actor(remark.by)} wrote", style="dim"), escape(remark.text))
    _out().print(Panel(table, title=f"submission {item.id}", title_align="left"))


def audit(rows: Iterable[AuditRow]) -> None:
    """The audit log, one line a change."""
    table = _table("at (UTC)", "who", "did", "no.", "state", "details")
    for row in rows:
        states = str(row.after or "") if row.before in (None, row.after) else f"{row.before} → {row.after}"
        subject = {} if row.subject is None else {"of": row.subject}
        facts = {**subject, **row.details}
        details = ", ".join(f"{name}={value}" for name, value in facts.items() if value is not None)
        table.add_row(
            f"{row.at:%Y-%m-%d %H:%M:%S}",
            actor(row.actor),
            row.action,
            str(row.submission or ""),
            states,
            escape(details),
        )
    _out().print(table)


def queue_stats(found: Stats, days: int, now: datetime) -> None:
    """What waits, and what was done in these days."""
    oldest = f", the oldest for {_ago(found.oldest_pending, now)}" if found.oldest_pending else ""
    console = _out()
    console.print(
        f"pending {found.pending}{oldest}; planned {found.planned}, held {found.held}, fate unknown {found.unresolved}"
    )
    console.print(
        f"in {days} days: {found.submitted} submitted, {found.published} published, {found.rejected} rejected"
    )
    if found.acceptance is not None and found.median_wait is not None and found.p90_wait is not None:
        median, most = _ago(now - found.median_wait, now), _ago(now - found.p90_wait, now)
        console.print(f"accepted {found.acceptance:.0%}; until a verdict {median} (median), {most} (nine of ten)")
    total = sum(found.decided.values())
    for by, count in found.decided.items():
        console.print(f"  {actor(by)}: {count} verdicts, {count / total:.0%}")


def roles(grants: Iterable[Grant]) -> None:
    """Who may what, and why."""
    table = _table("who", "role", "by")
    for grant in grants:
        by = {"settings": "MEMEBOT_OWNERS", "chat": "the moderators' chat"}.get(grant.source, actor(grant.by))
        table.add_row(str(grant.user_id), grant.role, by)
    _out().print(table)


def community(values: Mapping[str, object]) -> None:
    """Settings of the community, each as it would be given."""
    table = _table("setting", "value")
    for name, value in values.items():
        table.add_row(name, escape(json.dumps(value, ensure_ascii=False)))
    _out().print(table)


def learning(found: LearningReport) -> None:
    """What votes and questions say about the base."""
    console = _out()
    console.print(
        f"{found.since:%Y-%m-%d} – {found.until:%Y-%m-%d}: {found.pictures} pictures, {found.coverage:.0%} explained; "
        f"{found.questions} questions, {found.unknown_questions} without an answer"
    )
    _rows(
        "entries that disappoint",
        ("entry", "answers", "good", "bad", "surely bad"),
        [
            (one.name, str(one.answers), str(one.good), str(one.bad), f"{one.surely_bad:.0%}")
            for one in found.disappointing
        ],
    )
    _rows(
        "by channel of evidence",
        ("channel", "answers", "good", "bad"),
        [(one.name, str(one.answers), str(one.good), str(one.bad)) for one in found.channels if one.answers],
    )
    _rows(
        "disliked, and what would have come next",
        ("told", "next", "times"),
        [(pair.told, pair.second, str(pair.times)) for pair in found.confused],
    )
    _rows(
        "asked about, and no entry knows the word",
        ("word", "people"),
        [(one.word, str(one.people)) for one in found.asked],
    )
    _rows(
        "explained, week by week",
        ("from", "pictures", "explained"),
        [
            (f"{week.start:%Y-%m-%d}", str(week.explained + week.composed + week.unknown), f"{week.coverage:.0%}")
            for week in found.weeks
        ],
    )


def _rows(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    if not rows:
        return
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    for row in rows:
        table.add_row(*row)
    _out().print(table)
