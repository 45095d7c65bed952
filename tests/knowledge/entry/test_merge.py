"""Differences word by word, and two people's changes in one entry."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.entry.diff import compare, segments
from knowledge.entry.fields import edit_field
from knowledge.entry.markdown import dumps, parse
from knowledge.entry.merge import Clash, merge3, merge_items
from knowledge.entry.model import Entry

FILE = """---
title: {ru: Имя, en: Name}  # remark
says: [a, b]
---
## ru
Первый абзац о том о сём.

Второй абзац.
## en
One two three four five six.

Second paragraph.
"""
WORDS = st.lists(st.sampled_from(["a", "b", "c", "d,", "\n", "\n\n", "e.", "(f)"]), max_size=12).map(" ".join)


def from_text(text: str = FILE) -> Entry:
    return parse(text.encode(), PurePosixPath("jokes/a.md"))


BASE = from_text()


def edited(**fields: str) -> Entry:
    made = BASE
    for field, value in fields.items():
        made = edit_field(made, field.replace("_", ".", 1) if field != "looks_like" else field, value)
    return made


# --- differences


@settings(max_examples=200, deadline=None)
@given(WORDS, WORDS)
def test_segments_give_both_texts_back(old: str, new: str) -> None:
    found = segments(old, new)
    assert "".join(one.text for one in found if one.change != "added") == old
    assert "".join(one.text for one in found if one.change != "removed") == new
    assert all(one.text for one in found)
    assert all(a.change != b.change for a, b in pairwise(found))


def test_words_are_compared_and_not_letters_or_lines() -> None:
    found = segments("The cat sat on the mat.", "The dog sat on the red mat.")
    assert [(one.change, one.text) for one in found if one.change != "same"] == [
        ("removed", "cat"),
        ("added", "dog"),
        ("added", "red "),
    ]


def test_a_blank_between_two_changes_is_no_island() -> None:
    found = segments("one two three four", "one 2 3 four")
    assert [(one.change, one.text) for one in found] == [
        ("same", "one "),
        ("removed", "two three"),
        ("added", "2 3"),
        ("same", " four"),
    ]


def test_only_fields_that_changed_are_shown_in_their_order() -> None:
    new = replace(edited(says="a\nc", title_en="Other"), kind="format")
    assert [change.field for change in compare(BASE, new)] == ["kind", "title.en", "says"]
    (says,) = [change for change in compare(BASE, new) if change.field == "says"]
    assert (says.old, says.new) == ("a\nb\n", "a\nc\n")
    assert compare(BASE, BASE) == [] and compare(None, BASE)[0].new == "joke"


# --- merging


def test_changes_of_different_fields_and_paragraphs_are_both_kept() -> None:
    mine = edited(text_en="One two three four five six.\n\nAnother ending.", says="a\nb\nmine")
    theirs = edited(text_en="A new beginning.\n\nSecond paragraph.", says="b\ntheirs", title_ru="Другое")
    merged = merge3(BASE, mine, theirs)
    assert merged.clashes == ()
    assert merged.entry.text["en"] == "A new beginning.\n\nAnother ending."
    assert set(merged.entry.says) == {"b", "mine", "theirs"} and merged.entry.title["ru"] == "Другое"


def test_words_of_one_paragraph_are_merged_where_others_stand_between() -> None:
    mine, theirs = (
        edited(text_en="One 2 three four five six.\n\nSecond paragraph."),
        edited(text_en="One two three four five 6.\n\nSecond paragraph."),
    )
    merged = merge3(BASE, mine, theirs)
    assert merged.entry.text["en"] == "One 2 three four five 6.\n\nSecond paragraph." and not merged.clashes


@pytest.mark.parametrize("prefer", ["mine", "theirs"])
def test_the_same_place_is_a_clash_with_both_versions(prefer: str) -> None:
    mine, theirs = edited(title_en="Mine", says="mine"), edited(title_en="Theirs", says="a\nb\ntheirs")
    merged = merge3(BASE, mine, theirs, prefer=prefer)  # type: ignore[arg-type]
    assert merged.clashes == (Clash("title.en", "Name", "Mine", "Theirs"),)
    assert merged.entry.title["en"].lower() == prefer and set(merged.entry.says) == {"mine", "theirs"}


def test_the_same_change_on_both_sides_is_none() -> None:
    made = edited(title_en="Same")
    assert merge3(BASE, made, made).entry == made and merge3(BASE, made, made).clashes == ()


def test_the_merged_entry_is_written_in_the_one_layout() -> None:
    mine = from_text(FILE.replace("[a, b]", "['a', b, c]"))
    merged = merge3(BASE, mine, edited(title_en="Other")).entry
    assert dumps(merged).startswith('---\ntitle: {ru: "Имя", en: "Other"}\naliases: []\nsays: ["a", "b", "c"]\n')


@settings(max_examples=150, deadline=None)
@given(WORDS, WORDS, WORDS)
def test_a_new_word_is_in_the_merged_text_or_in_a_clash(base: str, mine: str, theirs: str) -> None:
    texts = [edit_field(BASE, "text.en", f"x\n\n{text}\n\ny").text for text in (base, mine, theirs)]
    texts[1] = {**texts[1], "en": texts[1]["en"].replace("a", "MINE")}
    texts[2] = {**texts[2], "en": texts[2]["en"].replace("b", "THEIRS")}
    merged = merge3(*(replace(BASE, text=text) for text in texts))
    told = merged.entry.text["en"] + "".join(clash.mine + clash.theirs for clash in merged.clashes)
    for text, word in ((texts[1], "MINE"), (texts[2], "THEIRS")):
        assert bool(re.search(word, text["en"])) <= bool(re.search(word, told))
    if texts[1] == texts[0]:
        assert merged.entry.text == texts[2] and not merged.clashes
    if texts[2] == texts[0]:
        assert merged.entry.text == texts[1] and not merged.clashes


ITEMS = st.lists(st.sampled_from("abcdef"), unique=True)


@settings(max_examples=200, deadline=None)
@given(ITEMS, ITEMS, ITEMS)
def test_lists_hold_what_either_added_and_lack_what_either_removed(
    base: list[str], mine: list[str], theirs: list[str]
) -> None:
    merged = merge_items(base, mine, theirs)
    assert len(merged) == len(set(merged))
    added = (set(mine) | set(theirs)) - set(base)
    assert set(merged) == added | (set(base) & set(mine) & set(theirs))
