"""Entry files: what is accepted, what is a mistake and where, and the one layout in which they are written."""

from __future__ import annotations

import dataclasses
import difflib
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import wording
import yaml

from knowledge.entry import frontmatter, markdown
from knowledge.entry.markdown import dumps, first_difference, line_of, lines_of_text, parse, validated
from knowledge.entry.model import MAX_TEXT, Entry, EntryId, Source, path_of
from knowledge.entry.problems import Problem
from knowledge.entry.rules import check_base
from knowledge.errors import EntryError
from memebot import problem_texts

PATH = PurePosixPath("entries/jokes/log-docs.md")

TITLE = "{ru: Логарифм в документации, en: The logarithm in the docs}"

FILE = """\
---
title: {ru: Логарифм в документации, en: The logarithm in the docs}   # both languages
aliases: [torch.log nan]
says: ["torch.log", "tensor([nan, nan])"]

# found by
keywords: {ru: [логарифм], en: [logarithm, docs]}
looks_like:
  - a page with Python code   # the first
  - "red text: \\"error\\""
formats: []                      # none
concepts: [nan, logarithm]
exemplars: [log-docs.png, log-docs-2.fp.npz]
sources: [{title: "Interview, 2019", url: "https://example.org/a"}]
---

## ru
Первая строка.

```python
## not a heading
x = "<b>"
```
## en

The same in English with `<eos>` and a < b.

"""


CANONICAL = """\
---
title: {ru: "Логарифм в документации", en: "The logarithm in the docs"}
aliases: ["torch.log nan"]
says: ["torch.log", "tensor([nan, nan])"]
keywords: {ru: ["логарифм"], en: ["logarithm", "docs"]}
looks_like: ["a page with Python code", "red text: \\"error\\""]
concepts: [nan, logarithm]
exemplars: [log-docs.png, log-docs-2.fp.npz]
sources: [{title: "Interview, 2019", url: "https://example.org/a"}]
---
## ru
Первая строка.

```python
## not a heading
x = "<b>"
```
## en
The same in English with `<eos>` and a < b.
"""


def problems(text: str | bytes, path: PurePosixPath = PATH) -> list[Problem]:
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(EntryError) as caught:
        parse(data, path)
    return list(caught.value.problems)


def only(text: str | bytes, path: PurePosixPath = PATH) -> Problem:
    found = problems(text, path)
    assert len(found) == 1, found
    return found[0]


def changed_lines(old: str, new: str) -> list[str]:
    return [line for line in difflib.ndiff(old.split("\n"), new.split("\n")) if line[0] in "+-"]


def test_every_field_is_read() -> None:
    entry = parse(FILE.encode(), PATH)
    assert entry == Entry(
        id=EntryId("log-docs"),
        kind="joke",
        title={"ru": "Логарифм в документации", "en": "The logarithm in the docs"},
        text={
            "ru": 'Первая строка.\n\n```python\n## not a heading\nx = "<b>"\n```',
            "en": "The same in English with `<eos>` and a < b.",
        },
        aliases=("torch.log nan",),
        says=("torch.log", "tensor([nan, nan])"),
        keywords={"ru": ("логарифм",), "en": ("logarithm", "docs")},
        looks_like=("a page with Python code", 'red text: "error"'),
        concepts=(EntryId("nan"), EntryId("logarithm")),
        exemplars=("log-docs.png", "log-docs-2.fp.npz"),
        sources=(Source("Interview, 2019", "https://example.org/a"),),
    )
    assert entry.path == PurePosixPath("jokes/log-docs.md")


def test_scalars_are_text_whatever_yaml_makes_of_them() -> None:
    text = FILE.replace("aliases: [torch.log nan]", "aliases: [no, 42, null, 1e3, ~, yes, 2019-01-01]")
    assert parse(text.encode(), PATH).aliases == ("no", "42", "null", "1e3", "~", "yes", "2019-01-01")


def test_the_pure_python_yaml_reader_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = parse(FILE.encode(), PATH)
    monkeypatch.setattr(frontmatter, "_LOADER", yaml.SafeLoader)
    assert parse(FILE.encode(), PATH) == expected
    changed = dataclasses.replace(expected, aliases=("a",), looks_like=("b",))
    assert parse(dumps(changed).encode(), PATH) == changed


# --- mistakes


@pytest.mark.parametrize(
    ("old", "new", "line", "reason", "hint"),
    [
        ("aliases:", "alias:", 3, "unknown key 'alias'", "aliases"),
        ("aliases: [torch.log nan]", "aliases: torch.log nan", 3, "wants a list", "aliases: [torch.log nan]"),
        ("aliases: [torch.log nan]", "aliases: {a: b}", 3, "wants a list", "[one, two]"),
        ("aliases: [torch.log nan]", "aliases: [[a]]", 3, "no text", "quotes"),
        ("aliases: [torch.log nan]", "aliases: [a, a]", 3, "twice", "remove"),
        ("aliases: [torch.log nan]", 'aliases: [""]', 3, "empty", "fill"),
        ("aliases: [torch.log nan]", 'aliases: ["a\\nb"]', 3, "line breaks", "one line"),
        ("aliases: [torch.log nan]", f"aliases: [{'a' * 501}]", 3, "501 characters", "500"),
        ("aliases: [torch.log nan]", "title: {ru: a, en: b}", 3, "'title' is there twice", "line 2"),
        ("aliases: [torch.log nan]", "<<: {a: b}", 3, "unknown key '<<'", "keys are"),
        ("aliases: [torch.log nan]", "aliases: [a", 4, "YAML", "quotes"),
        ("aliases: [torch.log nan]", "aliases: a: b", 3, "YAML", "quotes"),
        ("aliases: [torch.log nan]", "aliases: &a [x]", 3, "anchor &a", "quotes"),
        ("aliases: [torch.log nan]", "aliases: [*a]", 3, "alias *a", "quotes"),
        ("aliases: [torch.log nan]", "aliases: !!python/object:os.system [x]", 3, "tag", "quotes"),
        ("aliases: [torch.log nan]", "aliases: " + "[" * 50 + "]" * 50, 3, "nested", "quotes"),
        (", en: The logarithm in the docs", "", 2, "no 'en'", "title: {ru"),
        ("en: The logarithm", "de: The logarithm", 2, "'de' in title", "ru and en"),
        (TITLE, "Log", 2, "wants ru and en", "title"),
        (TITLE, "", 2, "no title", "title"),
        (", en: [logarithm, docs]", "", 7, "no 'en'", "keywords"),
        ("concepts: [nan,", "concepts: [NaN,", 12, "'NaN' in concepts is not an id", "small Latin"),
        ("log-docs.png", "../secret.png", 13, "cannot be an exemplar", ".png"),
        ("https://example.org/a", "example.org", 14, "no web address", "https://"),
        ('title: "Interview, 2019", ', "", 14, "no 'title'", "sources"),
        ("## en", "## de", 24, "is no language", "### for headings"),
        ("## en", "## ru", 24, "`## ru` is there twice", "one explanation"),
        ("---\n\n## ru", "---\nHello\n## ru", 16, "text before", "below"),
        ("with `<eos>`", "with <b>eos</b>", 26, "HTML: <b>", "backticks"),
        ("with `<eos>`", "with&nbsp;eos", 26, "HTML: &nbsp;", "backticks"),
        ("The same in English with `<eos>` and a < b.", "", 24, "empty", "below"),
        ("Первая строка.", "а" * (MAX_TEXT + 1), 17, "characters", "shorten"),
        ("Первая строка.", "Первая\tстрока.", 18, "a tab", "spaces"),
        ("aliases: [", "aliases:\t[", 3, "a tab", "spaces"),
        ("Первая строка.", "Первая\u2028строка.", 18, "U+2028", "remove"),
        ("Первая строка.", "Первая\x00строка.", 18, "U+0000", "remove"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_what_to_do(old: str, new: str, line: int, reason: str, hint: str) -> None:
    assert FILE.count(old) == 1
    found = [p for p in problems(FILE.replace(old, new)) if reason in wording.reason(p)]
    assert [p.line for p in found] == [line], problems(FILE.replace(old, new))
    assert hint in wording.hint(found[0])


def test_windows_line_ends_are_named_once_with_the_remedy() -> None:
    problem = only(FILE.replace("\n", "\r\n"))
    assert (problem.line, wording.reason(problem)) == (1, "Windows line ends")
    assert "sed" in wording.hint(problem)


def test_a_byte_order_mark_is_named() -> None:
    assert "byte order mark" in wording.reason(only(b"\xef\xbb\xbf" + FILE.encode()))


def test_bytes_that_are_not_utf8_are_named_with_their_line() -> None:
    problem = only(FILE.encode().replace("Первая".encode(), "Первая".encode("cp1251")))
    assert problem.line == 18 and "UTF-8" in wording.reason(problem)


@pytest.mark.parametrize("data", [b"", b"\n \n"])
def test_an_empty_file_is_named(data: bytes) -> None:
    assert "empty" in wording.reason(only(data))


def test_a_huge_file_is_refused_before_it_is_read() -> None:
    assert "bytes" in wording.reason(only(b"\xff" * 1_000_000))


def test_twenty_thousand_characters_are_refused() -> None:
    found = problems(FILE.replace("Первая строка.", "слово " * 3333))
    assert any(
        "20,04" in wording.reason(p) or "19,99" in wording.reason(p) or "characters" in wording.reason(p) for p in found
    )


@pytest.mark.parametrize("name", ["NaN.md", "a_b.md", "лог.md", "-a.md", "a" * 49 + ".md"])
def test_a_file_name_that_is_no_id_is_named(name: str) -> None:
    problem = only(FILE, PurePosixPath("jokes") / name)
    assert problem.line == 1 and "is not an id" in wording.reason(problem) and wording.hint(problem)


def test_a_file_in_no_folder_of_a_kind_is_named() -> None:
    assert "folder 'memes'" in wording.reason(only(FILE, PurePosixPath("memes/a.md")))


def test_missing_front_matter_is_named() -> None:
    assert "begin with ---" in wording.reason(only("## ru\nа\n## en\nb\n"))
    assert "second ---" in wording.reason(only("---\ntitle: {ru: а, en: b}\n## ru\nа\n## en\nb\n"))


def test_a_missing_language_of_the_text_is_named() -> None:
    assert "no explanation in 'en'" in wording.reason(only(FILE[: FILE.index("## en")]))
    assert len(problems(FILE[: FILE.index("## ru")])) == 2


def test_all_mistakes_of_a_file_are_found_at_once_in_line_order() -> None:
    text = FILE.replace("aliases: [torch.log nan]", "alias: x").replace("## en", "## de")
    found = problems(text.replace("[nan,", "[NaN,"))
    assert [p.line for p in found] == sorted(p.line for p in found)
    assert len(found) == 4  # the key, the id, the heading, and English that is missing for it


def test_an_error_says_path_line_reason_and_hint() -> None:
    error = EntryError(
        [Problem(Path("a/b.md"), 7, "key-unknown", {"key": "titel", "keys": ("title",), "close": "title"})]
    )
    assert problem_texts.error_line(error) == "a/b.md:7: unknown key 'titel' (did you mean 'title'?)"
    assert (error.path, error.line, wording.reason(error.problems[0])) == (Path("a/b.md"), 7, "unknown key 'titel'")


# --- writing


def test_there_is_one_layout() -> None:
    entry = parse(FILE.encode(), PATH)
    assert dumps(entry) == CANONICAL and parse(CANONICAL.encode(), PATH) == entry
    assert first_difference(entry) == 2 and first_difference(parse(CANONICAL.encode(), PATH)) is None


def test_an_unchanged_entry_is_written_byte_for_byte() -> None:
    assert dumps(parse(CANONICAL.encode(), PATH)) == CANONICAL


def test_a_changed_field_changes_its_lines_only() -> None:
    entry = parse(CANONICAL.encode(), PATH)
    new = dumps(dataclasses.replace(entry, concepts=(EntryId("nan"),)))
    assert changed_lines(CANONICAL, new) == ["- concepts: [nan, logarithm]", "+ concepts: [nan]"]


def test_a_field_that_was_not_there_is_inserted_in_order() -> None:
    lines = CANONICAL.splitlines(keepends=True)
    text = "".join(line for line in lines if not line.startswith(("looks_like", "formats")))
    entry = parse(text.encode(), PATH)
    new = dumps(dataclasses.replace(entry, looks_like=("log",), formats=(EntryId("drake"),)))
    assert changed_lines(text, new) == ['+ looks_like: ["log"]', "+ formats: [drake]"]
    assert new.index("title:") < new.index("aliases:") < new.index("says:")
    assert new.index("looks_like:") < new.index("formats:") < new.index("concepts:")


def test_a_changed_text_leaves_the_rest() -> None:
    entry = parse(CANONICAL.encode(), PATH)
    new = dumps(dataclasses.replace(entry, text={**entry.text, "en": "New.\n\nTwo."}))
    assert new.endswith("## en\nNew.\n\nTwo.\n")
    assert new[: new.index("## en")] == CANONICAL[: CANONICAL.index("## en")]


def test_what_was_validated_is_neither_laid_out_nor_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = validated(parse(FILE.encode(), PATH))
    monkeypatch.setattr(markdown, "parse", None)
    monkeypatch.setattr(markdown, "layout", None)
    assert validated(entry) is entry and dumps(entry) == CANONICAL
    assert not dataclasses.replace(entry, says=()).canonical


def test_a_new_entry_is_written_in_the_order_of_its_fields() -> None:
    entry = Entry(
        id=EntryId("nan"),
        kind="concept",
        title={"ru": "NaN", "en": "NaN"},
        text={"ru": "Текст.", "en": "Text."},
        says=("no", "a: b"),
        keywords={"ru": (), "en": ("nan",)},
    )
    assert dumps(entry) == (
        '---\ntitle: {ru: "NaN", en: "NaN"}\naliases: []\nsays: ["no", "a: b"]\nkeywords: {ru: [], en: ["nan"]}\n---\n'
        "## ru\nТекст.\n## en\nText.\n"
    )


@pytest.mark.parametrize(
    "change",
    [
        {"text": {"ru": "а", "en": "b\n## ru\nc"}},
        {"text": {"ru": "а", "en": ""}},
        {"text": {"ru": "а", "en": "\n\nb"}},
        {"text": {"ru": "а", "en": "<script>"}},
        {"title": {"ru": "а"}},
        {"title": {"ru": "а", "en": "b\nc"}},
        {"aliases": ("",)},
        {"aliases": ("\ud800",)},
        {"exemplars": ("../a.png",)},
        {"concepts": (EntryId("a b"),)},
    ],
)
@pytest.mark.parametrize("original", [FILE, CANONICAL])
def test_what_could_not_be_read_back_is_not_written(change: dict[str, object], original: str) -> None:
    entry = parse(original.encode(), PATH)
    with pytest.raises(EntryError):
        dumps(dataclasses.replace(entry, **change))  # type: ignore[arg-type]


def test_lines_of_fields_and_items_are_known() -> None:
    entry = parse(FILE.encode(), PATH)
    assert [line_of(entry, "title"), line_of(entry, "looks_like"), line_of(entry, "aliases", "gone")] == [2, 8, 3]
    assert [lines_of_text(entry, "ru"), lines_of_text(entry, "en")] == [(17, 18), (24, 26)]
    assert line_of(entry, "looks_like", 'red text: "error"') == 10
    assert line_of(entry, "keywords", "docs") == 7
    assert line_of(dataclasses.replace(entry), "title") == 1


# --- the base as a whole


def entry(entry_id: str, kind: str = "concept", **fields: object) -> Entry:
    file = f"---\ntitle: {{ru: Имя {entry_id}, en: Name {entry_id}}}\n---\n## ru\nа\n## en\nb\n"
    base = parse(file.encode(), path_of(kind, entry_id))  # type: ignore[arg-type]
    changed = dataclasses.replace(base, **fields)  # type: ignore[arg-type]
    return parse(dumps(changed).encode(), changed.path)


def test_a_base_that_fits_together_has_no_problems() -> None:
    linked = entry("a", concepts=("b",), formats=("f",), exemplars=("a.png",))
    assert check_base([linked, entry("b"), entry("f", "format")], {"a.png"}) == []


@pytest.mark.parametrize(
    ("fields", "reason", "hint"),
    [
        ({"concepts": ("overfittin",)}, "which does not exist", "did you mean 'overfitting'?"),
        ({"concepts": ("zzz",)}, "which does not exist", "remove"),
        ({"formats": ("overfitting",)}, "which is a concept", "other list"),
        ({"concepts": ("a",)}, "itself", "remove"),
        ({"exemplars": ("b.png",)}, "'b.png' does not exist", "exemplars"),
        ({"title": {"ru": "имя Overfitting", "en": "b"}}, "also that of concepts/overfitting.md", "differ"),
        ({"says": ("One  PHRASE",)}, "also in concepts/overfitting.md", "leave it"),
    ],
)
def test_what_does_not_fit_together_is_named_with_file_and_line(fields: dict[str, Any], reason: str, hint: str) -> None:
    other = entry("overfitting", says=("one phrase",))
    found = check_base([other, entry("a", **fields)], {"a.png"}, Path("base"))
    line = {"title": 2, "says": 4}.get(next(iter(fields)), 6)
    assert [(p.path, p.line) for p in found] == [(Path("base/concepts/a.md"), line)]
    assert reason in wording.reason(found[0]) and hint in wording.hint(found[0])
