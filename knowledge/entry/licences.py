"""Whose pictures they are: ``licences.csv`` beside the exemplars, a picture a line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

LICENCES = "licences.csv"
_HEAD = ["name", "licence"]


def read_licences(path: Path) -> dict[str, str]:
    """The notes by the exemplars' names; a line without both is passed over, and a missing file is empty."""
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as opened:
        rows = [row for row in csv.reader(opened) if len(row) == 2 and row != _HEAD]
    return {name: licence for name, licence in rows if name and licence}


def licences_text(path: Path, notes: Mapping[str, str]) -> str:
    """The file with these notes in it: lines of other pictures stay as they are."""
    old = path.read_text("utf-8-sig").splitlines(keepends=True) if path.is_file() else [_line(_HEAD)]
    lines: list[str] = []
    left = dict(notes)
    for line in old:
        name = next(csv.reader([line]), [""])[0] if line.strip() else ""
        lines.append(_line([name, left.pop(name)]) if name in left else line if line.endswith("\n") else f"{line}\n")
    return "".join([*lines, *(_line(row) for row in left.items())])


def _line(row: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(row)
    return out.getvalue()
