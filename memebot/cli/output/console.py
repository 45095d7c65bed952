"""What all output shares: the console, remarks on standard error, tables."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from memebot.problem_texts import visible

WIDTH = 100


def out() -> Console:
    """Standard output, no wider than is good to read."""
    console = Console(highlight=False)
    return Console(highlight=False, width=min(console.width, WIDTH))


def as_called(line: str) -> str:
    """The line with the commands that it names written as this program was called: ``.venv/bin/memebot doctor``."""
    return re.sub(r"(^|`|: )memebot ", lambda found: f"{found[1]}{_program()} ", line)


def _program() -> str:
    called = Path(sys.argv[0])
    if called.name == "__main__.py":
        return "python -m memebot"
    found = shutil.which("memebot")
    if called.name != "memebot" or (found is not None and Path(found).resolve() == called.resolve()):
        return "memebot"
    return sys.argv[0]


def print_error(line: str) -> None:
    """One line on standard error."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(f"[red]{escape(visible(as_called(line)))}[/red]")


def print_note(line: str) -> None:
    """A remark on standard error, so that standard output stays the result."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(f"[dim]{escape(visible(as_called(line)))}[/dim]")


def plain_table(*columns: str, title: str | None = None, figures: bool = False) -> Table:
    """A table without lines, long cells folded; with ``figures`` all columns but the first stand to the right."""
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    for number, column in enumerate(columns):
        table.add_column(column, overflow="fold", justify="right" if figures and number else "left")
    return table


def print_rows(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table of figures under its title; nothing without rows."""
    if not rows:
        return
    table = plain_table(*columns, title=title, figures=True)
    for row in rows:
        table.add_row(*row)
    out().print(table)
