"""Which entries speak most of a text."""

import pytest

from knowledge.entry.model import Entry, EntryId
from knowledge.search.words.base_words import WordSegments
from knowledge.search.words.entry_words import EntryWords
from knowledge.search.words.segment import stem_set

FOREST, TREE, BOOST = map(EntryId, ("forest", "tree", "boost"))


def said(entry: EntryId, *phrases: str, text: str = "") -> Entry:
    return Entry(entry, "joke", {}, {"en": text}, asks={"en": phrases})


ENTRIES = [
    said(FOREST, "many trees vote", "a forest of trees", "hundreds of trees"),
    said(TREE, "one tree of questions", "twenty questions"),
    said(BOOST, "each corrects the last", text="A sum of small trees."),
]
WORDS = EntryWords(ENTRIES, WordSegments().words(ENTRIES))


def spoken(text: str, *without: str) -> dict[EntryId, float]:
    return {entry: round(found.score, 6) for entry, found in WORDS.speaking(stem_set(text), without=without).items()}


def test_who_says_a_word_more_often_and_in_fewer_words_speaks_more_of_it() -> None:
    found = WORDS.speaking(stem_set("trees"))
    assert list(found) == [FOREST, TREE, BOOST]
    assert found[FOREST].foremost == pytest.approx(found[FOREST].score)
    assert all(found[entry].foremost < found[entry].score for entry in (TREE, BOOST))


def test_a_rare_word_says_more_than_one_that_all_have() -> None:
    found = spoken("trees questions")
    assert found[TREE] > found[FOREST]


def test_words_that_nobody_says_make_a_text_less_of_an_entry() -> None:
    assert spoken("questions")[TREE] > spoken("questions about zebras")[TREE] > 0
    assert spoken("zebras") == {}


def test_phrases_are_left_out_as_if_nobody_had_written_them() -> None:
    assert spoken("many trees", "many trees vote")[FOREST] < spoken("many trees")[FOREST]
    assert TREE not in spoken("questions", "one tree of questions", "twenty questions")
    assert spoken("trees", "an unknown phrase") == spoken("trees")


def test_the_words_in_common_are_told() -> None:
    assert WORDS.speaking(stem_set("the last trees vote"))[FOREST].stems == stem_set("trees vote")
