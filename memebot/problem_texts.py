"""Problems of entry files in words: the one place, for the terminal, the log and the chat."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import PurePath

from knowledge.entry.problems import Fact, Problem
from knowledge.errors import EntryError, KnowledgeError, MergeError, SourceError
from memebot.i18n import Texts, catalogue


@cache
def english() -> Texts:
    """The words of the command line and of the log."""
    return Texts("en", catalogue("en"))


def line(problem: Problem) -> str:
    """``file:line: what it is (what to do)``, in English."""
    where = f"{problem.path}:{problem.line}" if problem.line else f"{problem.path}"
    return f"{where}: {_with_hint(sentence(problem, english()), hint(problem, english()))}"


def sentence(problem: Problem, texts: Texts, *, short: bool = False) -> str:
    """What is wrong, without its place; ``short`` for somebody who edits the entry and sees no files. Not escaped."""
    return _worded(f"problem-{problem.code}", _values(problem, texts, short=short), texts, short=short)


def _worded(key: str, values: Mapping[str, str | int], texts: Texts, *, short: bool) -> str:
    return (short and texts.attribute(key, "short", **values)) or texts(key, **values)


def hint(problem: Problem, texts: Texts) -> str:
    """What to do about it, "" where the sentence says it."""
    if close := problem.facts.get("close"):
        return texts("problem-close", close=_shown(close))
    return texts.attribute(f"problem-{problem.code}", "hint", **_values(problem, texts))


def error_line(error: KnowledgeError) -> str:
    """An error of the knowledge base in English, with what to do about it."""
    match error:
        case EntryError():
            return "\n".join(map(line, error.problems))
        case SourceError():
            return line(error.problem)
        case MergeError():
            return _with_hint(
                f"{', '.join(error.entry_ids)} cannot become one: {obstacle(error, english())}",
                english().attribute(f"problem-merge-{error.code}", "hint", **error.facts),
            )
    return _with_hint(str(error), error.hint)


def drafting_line(code: str, texts: Texts | None = None, /, **facts: str | int) -> str:
    """Why a model drafts nothing, with what to do about it; in English unless ``texts`` say another language."""
    return _with_hint(*drafting_parts(code, texts, **facts))


def drafting_parts(code: str, texts: Texts | None = None, /, **facts: str | int) -> tuple[str, str]:
    """The same as (what is wrong, what to do)."""
    words, key = texts or english(), f"drafting-{code}"
    shown = {name: _shown(fact) for name, fact in facts.items()}
    return words(key, **shown), words.attribute(key, "hint", **shown)


def obstacle(error: MergeError, texts: Texts) -> str:
    """Why entries cannot become one."""
    return texts(f"problem-merge-{error.code}", **error.facts)


def _with_hint(text: str, advice: str) -> str:
    return f"{text} ({advice})" if advice else text


def _values(problem: Problem, texts: Texts, *, short: bool = False) -> dict[str, str | int]:
    facts, language = problem.facts, "problem-language" if short else "problem-lang"
    values = {name: _shown(fact) for name, fact in facts.items()}
    if problem.lang:
        values["lang"] = texts(f"{language}-{problem.lang}")
    if problem.field:
        values["what"] = _what(problem, values, texts, short=short)
    if "longer" in facts:
        values["longer"] = texts(f"{language}-{facts['longer']}")
    if "kind" in facts:
        values["kind"] = texts(f"problem-kind-{facts['kind']}")
    if short and "path" in facts:
        values["path"] = PurePath(str(facts["path"])).stem
    return values


def _what(problem: Problem, values: Mapping[str, str | int], texts: Texts, *, short: bool) -> str:
    key = f"problem-what-{problem.field.replace('_', '-')}"
    part = "in" if problem.lang else problem.facts.get("part")
    return _worded(f"{key}-{part}" if part else key, values, texts, short=short)


def _shown(fact: Fact) -> str | int:
    """A fact within a sentence: in one line, without what a terminal would obey."""
    if isinstance(fact, int):
        return fact
    text = fact if isinstance(fact, str) else ", ".join(fact)
    return visible(text)


def visible(text: str) -> str:
    """A text without what a terminal would obey: control characters and marks of direction are spelt out."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)
