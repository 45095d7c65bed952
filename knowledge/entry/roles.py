"""The roles of a format as people write them: boxes, lines to edit, and sentences with slots for the words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.entry.model import Box, Entry, FormatRole
from knowledge.reading import LANGS

ROW = re.compile(r"row-[1-9]\d?")
"""The roles of a format with ``rows``: the first one is ``row-1``."""
ALL_ROWS = "rows"
"""The slot of such a format for all its rows."""
NO_BOX: Box = (0.0, 0.0, 0.0, 0.0)
"""A box that could not be read."""

_SLOT = re.compile(r"\{([^{}]*)\}")
_NUMBER = re.compile(r"-?\d{1,6}(?:\.\d{1,20})?")


def slots(sentence: str) -> tuple[str, ...]:
    """What stands in braces in a ``reads`` sentence, each once."""
    return tuple(dict.fromkeys(_SLOT.findall(sentence)))


def is_slot(name: str, entry: Entry) -> bool:
    """Whether the entry's sentence may have this slot."""
    if entry.rows:
        return name == ALL_ROWS or ROW.fullmatch(name) is not None
    return any(role.id == name for role in entry.roles)


def known_slots(entry: Entry) -> tuple[str, ...]:
    """Slots to name where one is unknown."""
    return ("row-1", "row-2", ALL_ROWS) if entry.rows else tuple(role.id for role in entry.roles)


def box_of(numbers: Sequence[str]) -> Box:
    """A box of four written numbers, to a thousandth; ``NO_BOX`` for anything else."""
    if len(numbers) != 4 or not all(_NUMBER.fullmatch(number) for number in numbers):
        return NO_BOX
    left, top, right, bottom = (round(float(number), 3) + 0.0 for number in numbers)
    return left, top, right, bottom


def is_box(box: Box) -> bool:
    """Whether it lies within the picture and has an inside."""
    left, top, right, bottom = box
    return 0 <= left < right <= 1 and 0 <= top < bottom <= 1


def role_line(role: FormatRole) -> str:
    """``rejected | 0.5 0 1 0.5 | name in Russian | name in English``: a role as a person edits it."""
    box = " ".join(f"{number:g}" for number in role.box)
    return " | ".join([role.id, box, *(role.name.get(lang, "") for lang in LANGS)])


def role_of(line: str) -> FormatRole:
    """What ``role_line`` gives, back; what is missing in the line is empty, a box ``NO_BOX``."""
    parts = [part.strip() for part in line.split("|", 1 + len(LANGS))]
    name, box, *names = [*parts, "", "", ""][: 2 + len(LANGS)]
    return FormatRole(name, box_of(re.split(r"[,;\s]+", box.strip("[] "))), dict(zip(LANGS, names, strict=True)))
