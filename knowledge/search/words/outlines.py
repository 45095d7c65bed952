"""Cyrillic capitals that are mistaken for one another in hand lettering."""

from __future__ import annotations

import re
from functools import cache

ALIKE = ("вбьр", "лапимк", "дацло", "инмйк", "эзо", "щшц", "ыи", "чуц", "гт", "яа")
"""Groups of Cyrillic capitals that are mistaken for one another in hand lettering."""
CYRILLIC = re.compile(r"[а-я]+")


def outline(word: str) -> str:
    """The word with one letter for all that are mistaken for each other, directly or in steps."""
    return word.translate(_outlines())


@cache
def _outlines() -> dict[int, str]:
    groups: list[set[str]] = []
    for letters in ALIKE:
        touching = [group for group in groups if group & set(letters)]
        groups = [group for group in groups if group not in touching] + [set(letters).union(*touching)]
    return {ord(letter): min(group) for group in groups for letter in group}
