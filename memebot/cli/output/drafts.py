"""How drafts by a model look in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from knowledge.reading import LANGS
from memebot.cli.output.console import out, plain_table, print_rows
from memebot.problem_texts import drafting_line, visible

if TYPE_CHECKING:
    from memebot.drafting.budget import Cost
    from memebot.drafting.drafter import SelfTest
    from memebot.drafting.local_models import LocalModelInfo
    from memebot.drafting.store import MachineDraft


def print_self_test(found: SelfTest) -> None:
    """What a test of the model found."""
    table = plain_table("", "what", "found")
    rows = (
        (True, "reached", found.answered_by or found.model),
        (found.sees, "sees pictures", "yes" if found.sees else "no"),
        (found.schema, "keeps the form", "yes" if found.schema else "no"),
        (len(found.langs) == len(LANGS), "languages", ", ".join(found.langs) or "none"),
        (True, "seconds", f"{found.seconds:.1f}"),
        (True, "cost", f"{found.requests} requests, {found.tokens} tokens"),
    )
    for fine, what, shown in rows:
        table.add_row("[green]ok[/green]" if fine else "[red]no[/red]", what, escape(visible(shown)))
    out().print(table)


def print_local_models(found: Sequence[LocalModelInfo]) -> None:
    """Models that can be run here."""
    table = plain_table("name", "download", "memory", "languages", "licence", "state", "what")
    for one in found:
        state = "here" if one.downloaded else "not downloaded"
        sizes = f"{one.size_gb:.1f} GB", f"{one.memory_gb:.1f} GB"
        table.add_row(one.name, *sizes, one.languages, one.licence, state, escape(one.what))
    out().print(table)


def print_drafts(found: Sequence[MachineDraft]) -> None:
    """A line a draft."""
    table = plain_table("no.", "wanted", "state", "model", "what")
    for one in found:
        what = one.why if one.draft is None else one.draft.title["en"]
        table.add_row(str(one.id), f"{one.wanted_at:%Y-%m-%d %H:%M}", one.state, *map(_shown, (one.model, what)))
    out().print(table)


def print_machine_draft(made: MachineDraft, events: Sequence[Mapping[str, Any]]) -> None:
    """A draft whole, and what happened to it."""
    console = out()
    console.print(f"[bold]No. {made.id}[/bold], {made.state}, {_shown(made.model)}, prompt {made.prompt}")
    if made.draft is None:
        code = made.why.split(" ")[0]
        console.print(_shown(drafting_line(code, model=made.model)) if code else "")
    else:
        for lang in LANGS:
            console.print(f"\n[bold]{_shown(made.draft.title[lang])}[/bold]\n{_shown(made.draft.text[lang])}")
        console.print(f"\n[dim]← {', '.join(made.draft.rests_on)} ({made.draft.sure:.0%})[/dim]\n")
    for event in events:
        by = "" if event["by"] is None else f" by {event['by']}"
        console.print(f"[dim]{event['at'][:16].replace('T', ' ')} {event['what']}{by} {_shown(event['why'])}[/dim]")


def print_costs(costs: Sequence[Cost], requests: int, tokens: int) -> None:
    """What each day cost, today last."""
    rows = [[one.day, str(one.requests), str(one.failed), str(one.tokens), f"{one.seconds:.0f}"] for one in costs]
    print_rows("Drafts", ("day", "requests", "failed", "tokens", "seconds"), rows)
    today = costs[-1]
    left = max(0, requests - today.requests), max(0, tokens - today.tokens)
    out().print(f"left today: {left[0]} of {requests} requests, {left[1]} of {tokens} tokens")


def _shown(text: str) -> str:
    return "\n".join(escape(visible(line)) for line in text.split("\n"))
