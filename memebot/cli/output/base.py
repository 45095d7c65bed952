"""How the knowledge base looks in a terminal: entries, revisions, files in step, what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import typer
from rich.console import Console, Group
from rich.markdown import Markdown
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from memebot import problem_texts
from memebot.cli.output.console import out, plain_table, print_note, print_rows

if TYPE_CHECKING:
    from knowledge.entry.model import Entry
    from knowledge.entry.problems import Problem
    from knowledge.reading import Lang
    from knowledge.store.revisions import Revision
    from knowledge.store.sync import ExportReport, SyncReport
    from knowledge.store.texts import RegressionText
    from memebot.editing.report import BaseReport as LearningReport


def print_problems(found: Sequence[Problem]) -> None:
    """Lint findings, errors first as they were given, and their count."""
    console = Console(highlight=False, soft_wrap=True)
    for problem in found:
        style = "red" if problem.severity == "error" else "yellow"
        console.print(f"[{style}]{escape(problem_texts.line(problem))}[/{style}]")
    errors = sum(1 for problem in found if problem.severity == "error")
    print_note(f"{errors} errors, {len(found) - errors} warnings")


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


def print_draft_problems(found: Iterable[Problem]) -> None:
    """What is wrong with an entry that is not saved yet, errors in red."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    for one in found:
        style = "red" if one.severity == "error" else "yellow"
        console.print(f"[{style}]{escape(problem_texts.sentence(one, problem_texts.english(), short=True))}[/{style}]")


def print_sync(report: SyncReport) -> None:
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


def print_out_of_step(report: SyncReport) -> None:
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


def print_export(report: ExportReport) -> None:
    """What an export wrote."""
    console = Console(highlight=False, soft_wrap=True)
    for path in (*report.written, *report.removed):
        console.print(escape(str(path)))
    for problem in report.blocked:
        console.print(f"[yellow]{escape(problem_texts.line(problem))}[/yellow]")
    console.print(f"{len(report.written)} written, {len(report.removed)} removed, {report.unchanged} unchanged")


def print_entries(found: Iterable[Entry], lang: Lang) -> None:
    """A list of entries."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("id", "kind", "title"):
        table.add_column(column, no_wrap=column != "title")
    for entry_ in found:
        table.add_row(entry_.id, entry_.kind, escape(entry_.title[lang]))
    out().print(table)


def print_entry(shown: Entry, linked: Sequence[Entry], linking: Sequence[Entry], lang: Lang) -> None:
    """One entry as readers see it, with its links both ways."""
    parts: list[object] = [Markdown(shown.text[lang])]
    details = {
        "aliases": ", ".join(shown.aliases),
        "says": " · ".join(shown.says),
        "asks": " · ".join(shown.asks.get(lang, ())),
        "captions": " · ".join(shown.captions.get(lang, ())),
        "keywords": ", ".join(shown.keywords.get(lang, ())),
        "rows": shown.rows,
        "roles": "; ".join(f"{role.id} – {role.name[lang]}" for role in shown.roles),
        "reads": shown.reads.get(lang, ""),
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
    out().print(Panel(Group(*parts), title=escape(title), title_align="left"))  # type: ignore[arg-type]


def print_revisions(found: Iterable[Revision]) -> None:
    """A history, newest first."""
    table = plain_table("revision", "when", "who", "what")
    for revision in found:
        what = "deleted" if revision.deleted else revision.comment
        table.add_row(str(revision.number), f"{revision.at:%Y-%m-%d %H:%M} UTC", escape(revision.author), escape(what))
    out().print(table)


def print_saved(made: Iterable[Revision]) -> None:
    """The revisions that a change made."""
    for revision in made:
        print_note(f"{revision.entry_id}: revision {revision.number}, {revision.comment}")


def print_texts(found: Iterable[RegressionText]) -> None:
    """Regression texts, one a line."""
    for text in found:
        typer.echo(f"{text.kind} {text.lang}: {' / '.join(text.text.splitlines())}")


def print_base_report(found: LearningReport) -> None:
    """What votes and questions say about the base."""
    console = out()
    console.print(
        f"{found.since:%Y-%m-%d} – {found.until:%Y-%m-%d}: {found.pictures} pictures, {found.coverage:.0%} explained; "
        f"{found.questions} questions, {found.unknown_questions} without an answer"
    )
    print_rows(
        "entries that disappoint",
        ("entry", "answers", "good", "bad", "surely bad"),
        [
            (one.name, str(one.answers), str(one.good), str(one.bad), f"{one.surely_bad:.0%}")
            for one in found.disappointing
        ],
    )
    print_rows(
        "by channel of evidence",
        ("channel", "answers", "good", "bad"),
        [(one.name, str(one.answers), str(one.good), str(one.bad)) for one in found.channels if one.answers],
    )
    print_rows(
        "disliked, and what would have come next",
        ("told", "next", "times"),
        [(pair.told, pair.second, str(pair.times)) for pair in found.confused],
    )
    print_rows(
        "asked about, and no entry knows the word",
        ("word", "people"),
        [(one.word, str(one.people)) for one in found.asked],
    )
    print_rows(
        "explained, week by week",
        ("from", "pictures", "explained"),
        [
            (f"{week.start:%Y-%m-%d}", str(week.explained + week.composed + week.unknown), f"{week.coverage:.0%}")
            for week in found.weeks
        ],
    )
