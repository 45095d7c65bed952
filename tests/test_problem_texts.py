"""Every problem has words in both languages, and every one in the list can happen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import wording

import knowledge
from knowledge.entry.problems import CODES, Problem
from knowledge.reading import LANGS
from memebot.i18n import Catalogues, catalogue

OTHER = re.compile(r"problem-(?:close|line|(?:lang|language|kind|what|merge)-.+)")


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_text_in_both_languages(code: str) -> None:
    assert all(Catalogues("ru")[lang].has(f"problem-{code}") for lang in LANGS)


def test_every_text_of_a_problem_belongs_to_a_code() -> None:
    keys = re.findall(r"(?m)^(problem-[\w-]+) =", catalogue("en"))
    assert {key.removeprefix("problem-") for key in keys if not OTHER.fullmatch(key)} == {*CODES}


def test_every_code_is_produced_somewhere() -> None:
    sources = Path(knowledge.__file__).parent.rglob("*.py")
    code = "\n".join(path.read_text("utf-8") for path in sources if path.name != "problems.py")
    assert {one for one in CODES if f'"{one}"' not in code} == set()


def test_a_fact_cannot_write_to_the_terminal() -> None:
    facts = {"key": "a\x1b[31m\nb", "keys": ("title",)}
    assert wording.reason(Problem(Path("a.md"), 1, "key-unknown", facts)) == r"unknown key 'a\x1b[31m\nb'"
