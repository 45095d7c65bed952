"""Problems in the words of the command line, for tests that assert what a person reads."""

from __future__ import annotations

from knowledge.entry.problems import Problem
from memebot import problem_texts


def reason(problem: Problem) -> str:
    """What is wrong."""
    return problem_texts.sentence(problem, problem_texts.english())


def hint(problem: Problem) -> str:
    """What to do about it."""
    return problem_texts.hint(problem, problem_texts.english())
