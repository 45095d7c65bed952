"""What all output shares: the console, remarks on standard error, tables."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

WIDTH = 100


def out() -> Console:
    """Standard output, no wider than is good to read."""
    console = Console(highlight=False)
    return Console(highlight=False, width=min(console.width, WIDTH))


def print_error(line: str) -> None:
    """One line on standard error."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(f"[red]{escape(line)}[/red]")


def print_note(line: str) -> None:
    """A remark on standard error, so that standard output stays the result."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(f"[dim]{escape(line)}[/dim]")


def plain_table(*columns: str) -> Table:
    """A table without lines; long cells are folded."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def print_rows(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table under its title, figures to the right; nothing without rows."""
    if not rows:
        return
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    for row in rows:
        table.add_row(*row)
    out().print(table)
