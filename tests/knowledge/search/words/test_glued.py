"""Words that were run together are told apart, words that were torn apart are put together, real words stay."""

from __future__ import annotations

import pytest

from knowledge.search.words.glued import GluedWords
from knowledge.stems import stems

NAMES = (
    "overfitting backpropagation youtube articles memes переобучение градиент dropout convolution trade offer решать"
)
WORDS = GluedWords(set(stems(NAMES)).__contains__)


@pytest.mark.parametrize(
    ("read", "mended"),
    [
        ("OR JUSTOVERFITTING", "OR JUST OVERFITTING"),
        ("FROMYOUTUBE", "FROM YOUTUBE"),
        ("ЭТОПЕРЕОБУЧЕНИЕ!", "ЭТО ПЕРЕОБУЧЕНИЕ!"),
        ("NOTMEMESANDARTICLES", "NOT MEMES AND ARTICLES"),
    ],
)
def test_words_that_capitals_ran_together_are_told_apart(read: str, mended: str) -> None:
    assert WORDS.mended(read) == mended


@pytest.mark.parametrize(
    "word",
    [
        "OVERFITTING",
        "CONVENTIONS",
        "justoverfitting",
        "MANSLAUGHTER",
        "THEOREM",
        "ПЕРЕПОДГОТОВКА",
        "FROMAGE",
        "NOTHING",
        "РАЗРЕШИЛ",
        "ПОРЕШАТЬ",
    ],
)
def test_a_word_that_is_one_stays_one(word: str) -> None:
    assert WORDS.mended(word) == word


def test_a_word_that_a_line_end_tore_apart_is_put_together() -> None:
    assert WORDS.joined("I'M HERE LEARNING BACK\nPROPAGATION") == "BACKPROPAGATION"
    assert WORDS.joined("drop out of school") == ""
    assert WORDS.joined("we trade an offer") == ""
