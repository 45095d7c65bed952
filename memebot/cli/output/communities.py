"""Communities as people read them in a terminal."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich.markup import escape

from memebot.cli.output.console import out, plain_table


def print_communities(found: Sequence[Mapping[str, Any]]) -> None:
    """One line a community."""
    table = plain_table("id", "title", "state", "token", "answered")
    for row in found:
        answered = "yes" if row["answered"] else "no"
        table.add_row(row["id"], escape(row["title"]), row["state"], row["token"], answered)
    out().print(table)


def print_community_row(found: Mapping[str, Any]) -> None:
    """One community with its settings, its own ones marked, and its changes."""
    print_communities([found])
    table = plain_table("setting", "value", "")
    for name, value in found["values"].items():
        own = "its own" if name in found["settings"] else ""
        table.add_row(name, escape(json.dumps(value, ensure_ascii=False)), own)
    out().print(table)
    changes = plain_table("at", "did", "details")
    for change in found["changes"]:
        changes.add_row(change["at"][:19], change["action"], escape(json.dumps(change["details"], ensure_ascii=False)))
    if found["changes"]:
        out().print(changes)
