"""How changes of entries look in a terminal: differences, clashes, what a change would break."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import unified_diff
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from memebot.cli.output.console import out, print_error, print_note

if TYPE_CHECKING:
    from knowledge.entry.diff import FieldChange, Segment
    from knowledge.entry.merge import Clash
    from knowledge.search.regressions import RegressionReport
    from knowledge.store.conflicts import Conflict


def print_changes(found: Sequence[FieldChange]) -> None:
    """What changed, word by word: removed words struck out, added ones underlined."""
    console = out()
    styles = {"same": "", "removed": "red strike", "added": "green underline"}
    for change in found:
        console.print(Text(change.field, "bold"))
        words = [
            (_marked(segment, plain=not console.is_terminal), styles[segment.change]) for segment in change.segments
        ]
        console.print(Text.assemble(*words))
    if not found:
        print_note("nothing changed")


def _marked(segment: Segment, *, plain: bool) -> str:
    """The words of a segment, marked where there are no colours: [-removed-] {+added+}."""
    if not plain or segment.change == "same":
        return segment.text
    words = segment.text.rstrip("\n")
    marked = f"[-{words}-]" if segment.change == "removed" else f"{{+{words}+}}"
    return marked + segment.text[len(words) :]


def print_clashes(found: Iterable[Clash]) -> None:
    """Places that two people changed differently."""
    for clash in found:
        print_error(f"{clash.field}: changed by both")
        for name, text in (("yours", clash.mine), ("theirs", clash.theirs)):
            print_note(f"  {name}: {text}")


def print_regressions(report: RegressionReport) -> None:
    """What a change would break and mend."""
    for run in report.broken:
        print_error(
            f"would break: {run.exemplar or ' / '.join(run.text.splitlines())}: "
            f"{run.before or 'silence'} → {run.after or 'no answer'}"
        )
    if report.mended:
        print_note(f"would mend {len(report.mended)} answers")


def print_conflict(found: Conflict) -> None:
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
