"""What people ask and write, and the roles of a format: kept in files, drafts and the base; mistakes named."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import pytest
import wording

from knowledge.entry.diff import compare
from knowledge.entry.fields import edit_field, field_text, from_json, to_json
from knowledge.entry.markdown import dumps, line_of, parse
from knowledge.entry.merge import Clash, merge3
from knowledge.entry.model import Entry, FormatRole
from knowledge.entry.problems import Problem
from knowledge.entry.rules import BaseIndex
from knowledge.errors import EntryError
from knowledge.lint import lint
from knowledge.store.base import KnowledgeBase
from memebot.database import in_memory

RU = ("Здесь рассказано простыми фразами, отчего эта картинка смешна даже школьнику без опыта. " * 7).strip()
EN = ("Here plain phrases tell the reader why this picture amuses even a pupil with no experience. " * 5).strip()
FILE = f"""---
title: {{ru: "Имя", en: "Name"}}
aliases: []
says: []
asks: {{ru: ["где он отмахивается"], en: ["the one where he waves it away"]}}
captions: {{ru: ["на трейне 99"], en: ["99 on train"]}}
keywords: {{ru: [], en: []}}
roles:
  rejected: {{box: [0.5, 0.0, 1.0, 0.5], ru: "что нет", en: "what not"}}
  preferred: {{box: [0.5, 0.5, 1.0, 1.0], ru: "что да", en: "what instead"}}
reads: {{ru: "Не «{{rejected}}», а «{{preferred}}».", en: "Not “{{rejected}}” but “{{preferred}}”."}}
---
## ru
{RU}
## en
{EN}
"""
PATH = PurePosixPath("formats/drake.md")
ROLES = "".join(line for line in FILE.splitlines(keepends=True) if line.startswith(("roles:", "  ")))


def read(text: str = FILE, path: PurePosixPath = PATH) -> Entry:
    return parse(text.encode(), path)


def mistakes(old: str, new: str, path: PurePosixPath = PATH) -> list[tuple[int, str]]:
    assert FILE.count(old) == 1
    with pytest.raises(EntryError) as error:
        read(FILE.replace(old, new), path)
    return [(problem.line, problem.code) for problem in error.value.problems]


def test_roles_are_written_a_line_each_and_everything_is_read_back() -> None:
    assert dumps(read()) == FILE
    assert read().roles[0] == FormatRole("rejected", (0.5, 0.0, 1.0, 0.5), {"ru": "что нет", "en": "what not"})
    assert read().asks["ru"] == ("где он отмахивается",) and read().captions["en"] == ("99 on train",)
    rows = FILE.replace(ROLES, "rows: down\n").replace("rejected", "row-1").replace("preferred", "rows")
    assert dumps(read(rows)) == rows and read(rows).rows == "down"


def test_a_change_of_a_role_changes_its_line_alone() -> None:
    new = dumps(edit_field(read(), "roles", field_text(read(), "roles").replace("0.5 0.5 1 1", "0.5 0.5 1 0.9")))
    changed = [(a, b) for a, b in zip(FILE.splitlines(), new.splitlines(), strict=True) if a != b]
    assert [(a[:12], b[13:41]) for a, b in changed] == [("  preferred:", "{box: [0.5, 0.5, 1.0, 0.9], "[:28])]


def test_a_role_is_edited_as_a_line() -> None:
    assert field_text(read(), "roles").splitlines()[0] == "rejected | 0.5 0 1 0.5 | что нет | what not"
    made = edit_field(read(), "roles", "- a | [0, 0.333333, 1, 1] | имя | name\nb | 0 0 1\na | 0 0 1 1 | и | n")
    assert made.roles == (
        FormatRole("a", (0.0, 0.0, 1.0, 1.0), {"ru": "и", "en": "n"}),
        FormatRole("b", (0.0, 0.0, 0.0, 0.0), {"ru": "", "en": ""}),
    )
    codes = {problem.code for problem in BaseIndex([], ()).check(made).problems}
    assert codes >= {"box-wrong", "value-empty", "slot-unknown"}
    assert edit_field(made, "roles", "c | 0 0.333333 1 1 | и | n").roles[0].box == (0.0, 0.333, 1.0, 1.0)


@pytest.mark.parametrize("field", ["rows", "reads.ru", "asks.en", "roles"])
def test_a_field_that_a_format_need_not_have_can_be_emptied(field: str) -> None:
    made = edit_field(edit_field(read(), "rows", "down"), field, "")
    assert field_text(made, field) == "" and edit_field(made, field, field_text(made, field)) == made


@pytest.mark.parametrize(
    ("old", "new", "line", "code"),
    [
        ("[0.5, 0.0, 1.0, 0.5]", "[0.5, 0.0, 1.1, 0.5]", 9, "box-wrong"),
        ("[0.5, 0.0, 1.0, 0.5]", "[0.5, 0.5, 1.0, 0.5]", 9, "box-wrong"),
        ("[0.5, 0.0, 1.0, 0.5]", "[-0.1, 0.0, 1.0, 0.5]", 9, "box-wrong"),
        ("[0.5, 0.0, 1.0, 0.5]", "[0.5, 0.0, 1.0]", 9, "box-wrong"),
        ("[0.5, 0.0, 1.0, 0.5]", "[0.5, 0.0, 1.0, nan]", 9, "box-wrong"),
        ("box: [0.5, 0.5, 1.0, 1.0], ", "", 10, "part-missing"),
        (', en: "what instead"', "", 10, "part-missing"),
        ("  preferred: {", "  rejected: {", 10, "part-twice"),
        ("  preferred: {", "  Preferred: {", 10, "not-an-id"),
        (ROLES, "roles: [a]\n", 8, "not-roles"),
        ("keywords:", "rows: down\nkeywords:", 7, "rows-and-roles"),
        ("«{preferred}»", "«{prefered}»", 11, "slot-unknown"),
        ("“{preferred}”", "“{row-1}”", 11, "slot-unknown"),
        (ROLES, "rows: sideways\n", 8, "rows-wrong"),
    ],
)
def test_a_mistake_in_roles_is_named_with_its_line(old: str, new: str, line: int, code: str) -> None:
    assert (line, code) in mistakes(old, new)


def test_an_unknown_slot_is_told_with_what_was_probably_meant() -> None:
    with pytest.raises(EntryError) as error:
        read(FILE.replace("«{preferred}»", "«{prefered}»"))
    assert "'preferred'" in wording.hint(error.value.problems[0])


def test_only_formats_have_roles() -> None:
    assert mistakes("aliases: []", "aliases: [b]", PurePosixPath("jokes/drake.md")) == [
        (8, "format-only"),
        (11, "format-only"),
    ]


def test_a_draft_and_the_base_keep_all_of_it_and_older_ones_still_open() -> None:
    entry = read()
    assert from_json(to_json(entry)) == entry
    old = {name: value for name, value in json.loads(to_json(entry)).items() if name not in NEW}
    bare = from_json(json.dumps(old))
    assert (bare.asks, bare.roles, bare.rows) == ({"ru": (), "en": ()}, (), "") and bare.title == entry.title
    kb = KnowledgeBase(in_memory())
    kb.changes.save(entry, author="ann", now=datetime(2024, 5, 1, tzinfo=UTC))
    assert kb.entries.get("drake") == entry


NEW = ("asks", "captions", "rows", "roles", "reads")


def test_a_difference_names_roles_and_sentences() -> None:
    new = edit_field(edit_field(read(), "reads.en", "Only “{preferred}”."), "asks.ru", "как его зовут")
    assert [change.field for change in compare(read(), new)] == ["asks.ru", "reads.en"]
    assert [change.field for change in compare(read(), replace(new, roles=new.roles[:1]))] == [
        "asks.ru",
        "roles",
        "reads.en",
    ]


def test_two_people_change_two_roles_and_both_stay() -> None:
    base = read()
    mine = edit_field(base, "roles", field_text(base, "roles").replace("что нет", "мимо"))
    theirs = edit_field(base, "roles", field_text(base, "roles").replace("0.5 0.5 1 1", "0.4 0.5 1 1"))
    merged = merge3(base, mine, theirs)
    assert merged.clashes == ()
    assert [(role.name["ru"], role.box[0]) for role in merged.entry.roles] == [("мимо", 0.5), ("что да", 0.4)]


@pytest.mark.parametrize("prefer", ["mine", "theirs"])
def test_the_same_role_changed_twice_is_a_clash_and_no_second_role(prefer: str) -> None:
    base = read()
    mine, theirs = (edit_field(base, "roles", field_text(base, "roles").replace("что нет", x)) for x in ("а", "б"))
    merged = merge3(base, mine, theirs, prefer=prefer)  # type: ignore[arg-type]
    line = "rejected | 0.5 0 1 0.5 | {} | what not"
    assert merged.clashes == (Clash("roles", *(line.format(name) for name in ("что нет", "а", "б"))),)
    assert [role.name["ru"] for role in merged.entry.roles] == ["а" if prefer == "mine" else "б", "что да"]


def test_a_role_that_one_removed_is_gone() -> None:
    base = read()
    assert [role.id for role in merge3(base, replace(base, roles=base.roles[:1]), base).entry.roles] == ["rejected"]
    both = merge3(base, replace(base, roles=base.roles[:1]), replace(base, roles=base.roles[1:]))
    assert both.entry.roles == () and both.clashes == ()


def found_in(folder: Path, *files: tuple[str, str]) -> list[Problem]:
    for name, text in files:
        path = folder / "entries" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return lint(folder)


def test_a_format_without_roles_is_a_warning(tmp_path: Path) -> None:
    bare = "".join(line for line in FILE.splitlines(keepends=True) if not line.startswith(("roles", "  ", "reads")))
    assert found_in(tmp_path, ("formats/drake", FILE)) == []
    found = found_in(tmp_path, ("formats/drake", bare), ("jokes/zip", bare.replace("Имя", "Ы").replace("Name", "Zip")))
    assert ("roles-missing", "warning", "drake.md") in [(p.code, p.severity, p.path.name) for p in found]
    assert [p.path.name for p in found if p.code == "roles-missing"] == ["drake.md"]


def test_one_phrase_of_two_entries_is_a_warning_in_either_list(tmp_path: Path) -> None:
    other = FILE.replace("Имя", "Другой").replace("Name", "Other").replace("where he waves it away", "with the hand")
    other = other.replace('ru: ["на трейне 99"]', 'ru: ["где он  ОТМАХИВАЕТСЯ"]').replace("где он отм", "кто там отм")
    found = found_in(tmp_path, ("formats/drake", FILE), ("formats/other", other.replace("99 on train", "x y z")))
    assert [(p.path.name, p.line, p.code, p.severity, p.lang) for p in found] == [
        ("other.md", 6, "phrase-shared", "warning", "ru")
    ]
    assert "drake" in wording.reason(found[0])


def test_a_merge_unites_what_people_ask() -> None:
    kb = KnowledgeBase(in_memory())
    now = datetime(2024, 5, 1, tzinfo=UTC)
    other = parse(FILE.replace("Имя", "Ы").replace("Name", "Zip").encode(), PurePosixPath("formats/zip.md"))
    kb.changes.save(read(), author="ann", now=now)
    kb.changes.save(edit_field(other, "asks.ru", "новое\nГде он отмахивается"), author="ann", now=now)
    kb.changes.merge("drake", ["zip"], author="ann", now=now)
    assert kb.entries.get("drake").asks["ru"] == ("где он отмахивается", "новое")
    assert kb.entries.get("drake").captions == read().captions and line_of(kb.entries.get("drake"), "roles") == 8
