"""Properties of reading and writing entries, for any content."""

from __future__ import annotations

import dataclasses
from pathlib import PurePosixPath
from typing import Any

import wording
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from knowledge.entry import frontmatter
from knowledge.entry.markdown import dumps, parse
from knowledge.entry.model import KINDS, Entry, EntryId, FormatRole, Source
from knowledge.errors import EntryError

LETTERS = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufeff\ufffe\uffff")
# short texts that are likely to hurt
NASTY = st.sampled_from(
    [
        "no",
        "null",
        "~",
        "1e3",
        "- a",
        "# a",
        "a #b",
        "a: b",
        "a:",
        "{a}",
        "[a]",
        "'",
        '"',
        "\\",
        "*a",
        "&a",
        "!a",
        "%a",
        "@a",
        "`a`",
        "---",
        "...",
        "?",
        "|",
        ">",
        "a\\nb",
        "😀",
        "ё",
        "\u200b",
        "\u202e",
        "<<",
        "=",
        "0x1",
        "1_000",
        "2020-01-01",
    ]
)
ONE_LINE = st.text(LETTERS, min_size=1, max_size=30).map(lambda text: " ".join(text.split())).filter(bool)
PHRASE = NASTY | ONE_LINE
PHRASES = st.lists(PHRASE, max_size=4, unique=True).map(tuple)
LINE = st.sampled_from(["", "### a", "- b", "    x = 1", "`<b>`"]) | st.text(LETTERS, max_size=40).map(str.strip)


HEAD = "---\ntitle: {ru: а, en: b}\n---\n".encode()


def _is_plain(text: str) -> bool:
    try:
        parse(HEAD + f"## ru\n{text}\n## en\nb\n".encode(), PurePosixPath("jokes/a.md"))
    except EntryError:
        return False
    return True


BODY = st.lists(LINE, min_size=1, max_size=5).map(lambda lines: "\n".join(lines).strip()).filter(_is_plain)
ID = st.from_regex(r"[a-z0-9]{1,5}(-[a-z0-9]{1,5}){0,3}", fullmatch=True).map(EntryId)
IDS = st.lists(ID, max_size=3, unique=True).map(tuple)
OF_FORMATS = {"rows", "roles", "reads"}
NEAR, FAR = (st.integers(first, first + 499).map(lambda number: number / 1000) for first in (0, 501))
BOX = st.tuples(NEAR, NEAR, FAR, FAR)
NAMES = st.fixed_dictionaries({"ru": PHRASE, "en": PHRASE})
SENTENCE = PHRASE.map(lambda text: text.replace("{", "(").replace("}", ")"))
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "title": st.fixed_dictionaries({"ru": PHRASE, "en": PHRASE}),
    "text": st.fixed_dictionaries({"ru": BODY, "en": BODY}),
    "aliases": PHRASES,
    "says": PHRASES,
    "keywords": st.fixed_dictionaries({"ru": PHRASES, "en": PHRASES}),
    "asks": st.fixed_dictionaries({"ru": PHRASES, "en": PHRASES}),
    "captions": st.fixed_dictionaries({"ru": PHRASES, "en": PHRASES}),
    "looks_like": PHRASES,
    "roles": st.lists(st.builds(FormatRole, ID, BOX, NAMES), max_size=3, unique_by=lambda role: role.id).map(tuple),
    "reads": st.fixed_dictionaries({"ru": SENTENCE, "en": SENTENCE}),
    "formats": IDS,
    "concepts": IDS,
    "exemplars": st.lists(ID.map(lambda name: f"{name}.png"), max_size=3, unique=True).map(tuple),
    "sources": st.lists(st.builds(Source, PHRASE, st.just("https://a.b/c?d=e#f")), max_size=3).map(tuple),
}
ENTRIES = st.one_of(
    st.builds(Entry, id=ID, kind=st.just("format"), **FIELDS),
    st.builds(Entry, id=ID, kind=st.sampled_from(KINDS), **{name: FIELDS[name] for name in set(FIELDS) - OF_FORMATS}),
)


@settings(max_examples=150, deadline=None)
@given(ENTRIES)
def test_what_is_written_is_read_back(entry: Entry) -> None:
    text = dumps(entry)
    back = parse(text.encode(), entry.path)
    assert back == entry
    assert dumps(back) == text


@settings(max_examples=150, deadline=None)
@given(ENTRIES, st.sampled_from(sorted(FIELDS)), st.data())
def test_a_change_leaves_the_lines_of_other_fields_alone(entry: Entry, name: str, data: st.DataObject) -> None:
    assume(entry.kind == "format" or name not in OF_FORMATS)
    old = dumps(entry)
    changed = dataclasses.replace(parse(old.encode(), entry.path), **{name: data.draw(FIELDS[name])})
    new = dumps(changed)
    assert parse(new.encode(), entry.path) == changed
    if name != "text":
        without = [line for line in old.split("\n") if not _belongs(line, old, name)]
        assert without == [line for line in new.split("\n") if not _belongs(line, new, name)]


def _belongs(line: str, text: str, name: str) -> bool:
    """Whether a line is one of a field's: its first, or an indented one below it."""
    lines = text[: text.index("\n---\n")].split("\n")
    start = next((n for n, one in enumerate(lines) if one.startswith(f"{name}:")), None)
    if start is None:
        return False
    end = next((n for n in range(start + 1, len(lines)) if not lines[n].startswith(" ")), len(lines))
    return line in lines[start:end]


@settings(max_examples=300, deadline=None)
@given(NASTY | st.text(LETTERS, min_size=1, max_size=20))
def test_every_yaml_reader_takes_a_written_scalar_for_the_same_text(text: str) -> None:
    assert yaml.safe_load(frontmatter.flow({"k": [text]})) == {"k": [text]}


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_give_an_entry_or_problems_with_lines(data: bytes) -> None:
    _reads_or_reports(data)


VALID = b"---\ntitle: {ru: a, en: b}\nsays: [a, 'b']\nlooks_like:\n  - x\n---\n## ru\na\n## en\nb\n"


@settings(max_examples=600, deadline=None)
@given(
    st.integers(0, len(VALID)),
    st.integers(0, 6) | st.integers(0, len(VALID)),
    st.sampled_from(
        [
            b"",
            b"\t",
            b"\r\n",
            b"\xff",
            b"[",
            b"]",
            b"{",
            b"*a",
            b"&a ",
            b"!!x ",
            b"<b>",
            b"\n---\n",
            b"\n## ru\n",
            b"\n",
            b": ",
            b"```\n",
            b"|\n",
            b">",
            b"? ",
            b"- ",
            b"#",
            b"'",
            b'"',
            b"%",
            "\u2028".encode(),
            b"\x00",
            b"  ",
        ]
    ),
)
def test_a_damaged_file_gives_an_entry_or_problems_with_lines(at: int, cut: int, put: bytes) -> None:
    _reads_or_reports(VALID[:at] + put + VALID[at + cut :])


def _reads_or_reports(data: bytes) -> None:
    try:
        entry = parse(data, PurePosixPath("jokes/a.md"))
    except EntryError as error:
        last = data.count(b"\n") + data.count(b"\r") + 1
        assert error.problems
        assert all(1 <= problem.line <= last and wording.reason(problem) for problem in error.problems)
    else:
        assert parse(dumps(entry).encode(), entry.path) == entry


def test_keywords_that_are_all_taken_away_still_make_a_file_that_can_be_read() -> None:
    data = b"---\ntitle: {ru: a, en: a}\nkeywords: {ru: [], en: [word]}\n---\n## ru\na\n## en\na\n"
    entry = dataclasses.replace(parse(data, PurePosixPath("jokes/a.md")), keywords={"ru": (), "en": ()})
    assert parse(dumps(entry).encode(), entry.path).keywords == {"ru": (), "en": ()}
