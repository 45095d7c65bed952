"""Every problem has words in both languages, and every one in the list can happen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import wording

import knowledge
from knowledge.entry.problems import CODES, Problem
from knowledge.reading import LANGS
from memebot import problem_texts
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


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (Problem(Path("a.md"), 3, "value-empty", field="title", lang="ru"), "title (in Russian): empty"),
        (Problem(Path("a.md"), 6, "item-twice", {"text": "a"}, field="aliases"), "other names: “a” is there twice"),
        (Problem(Path("a.md"), 6, "value-empty", {"part": "url"}, field="sources"), "the address of a source: empty"),
        (Problem(Path("a.md"), 9, "text-missing", field="text", lang="en"), "there is no explanation in English"),
        (
            Problem(Path("a.md"), 9, "languages-unequal", {"longer": "ru", "percent": 60}, field="text", lang="en"),
            "the explanation in English is 60 % as long as that in Russian; tell the same in both languages",
        ),
    ],
)
def test_an_editor_reads_of_fields_and_languages_not_of_keys(problem: Problem, words: str) -> None:
    assert problem_texts.sentence(problem, Catalogues("ru")["en"], short=True) == words


def test_a_fact_cannot_write_to_the_terminal() -> None:
    facts = {"key": "a\x1b[31m\nb", "keys": ("title",)}
    assert wording.reason(Problem(Path("a.md"), 1, "key-unknown", facts)) == r"unknown key 'a\x1b[31m\nb'"
