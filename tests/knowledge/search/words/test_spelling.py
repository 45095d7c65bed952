"""Spelling repair against a vocabulary."""

from __future__ import annotations

import pytest

from knowledge.search.words.outlines import outline
from knowledge.search.words.segment import FUZZY_LENGTH
from knowledge.search.words.spelling import SpellingRepair

WORDS = {"perceptron", "xgboost", "tensor", "восстание"}


class Words(set[str]):
    """A vocabulary in which every word may be meant."""

    def explains(self, stem: str) -> bool:
        return False

    def alike(self, word: str) -> list[str]:
        return [one for one in self if len(one) >= FUZZY_LENGTH]

    def outlined(self, like: str) -> list[str]:
        return sorted(one for one in self if outline(one) == like)


@pytest.mark.parametrize("word", sorted(WORDS - {"восстание"}))
def test_one_edit_anywhere_in_a_word_is_mended(word: str) -> None:
    repair = SpellingRepair(Words(WORDS))
    places = range(len(word))
    wrong = {word[:n] + "q" + word[n + 1 :] for n in places} | {word[:n] + "q" + word[n:] for n in places}
    missing = {word[:n] + word[n + 1 :] for n in places if len(word) > 6}
    swapped = {word[:n] + word[n + 1] + word[n] + word[n + 2 :] for n in places[:-1]}
    assert {repair.correct(read) for read in wrong | missing | swapped | {word + "q"}} == {word}


def test_two_edits_and_short_words_are_left_as_they_were_read() -> None:
    repair = SpellingRepair(Words(WORDS))
    assert [repair.correct(read) for read in ("percqptrqn", "tnsor", "qxgboostq")] == [
        "percqptrqn",
        "tnsor",
        "qxgboostq",
    ]


def test_of_several_words_one_that_lacks_nothing_comes_first_then_one_that_differs_early() -> None:
    assert SpellingRepair(Words({"zqadientz", "zqadiend"})).correct("zqadient") == "zqadientz"
    assert SpellingRepair(Words({"zqadienb", "bqadient"})).correct("zqadient") == "bqadient"


def test_misread_capitals_are_mended() -> None:
    assert SpellingRepair(Words(WORDS)).correct("боссгание") == "восстание"
