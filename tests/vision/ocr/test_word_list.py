from __future__ import annotations

import pytest

from memebot.vision.ocr.word_list import WordList, word_list


def test_a_word_is_known_in_any_case_and_with_marks_around_it() -> None:
    words = WordList.of(["данные", "модель"])
    assert words.known("«ДАННЫЕ», модель!")
    assert not words.known("данныс") and not words.known("?!")


def test_the_share_of_a_line_counts_letters_in_words() -> None:
    assert WordList.of(["мяч"]).share("мяч шум") == 0.5


@pytest.mark.parametrize(
    "text", ["переобучение", "don't", "дата-сайентист", "БУДЕТ ЁЛКА", "gradient", "GPU", "backprop", "ChatGPT", "в"]
)
def test_the_list_that_is_shipped_knows_words_of_both_languages_and_of_the_field(text: str) -> None:
    assert word_list().known(text)


@pytest.mark.parametrize("text", ["БасКргор", "Kah∂udam", "тутодин", "robopum", "зепог", "HATAL", "onocoBon"])
def test_what_recognisers_make_of_another_alphabet_is_no_word(text: str) -> None:
    assert not word_list().known(text)
