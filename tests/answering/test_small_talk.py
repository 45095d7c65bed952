"""Small talk is told from questions."""

from __future__ import annotations

import pytest

from knowledge.reading import LANGS
from memebot.answering.explainer import language_of
from memebot.answering.small_talk import _SAID, small_talk
from memebot.i18n import phrase


@pytest.mark.parametrize(
    ("text", "talk", "lang"),
    [
        ("Привет!", "hello", "ru"),
        ("приветттт", "hello", "ru"),
        ("Hello there", "hello", "en"),
        ("hiiii", "hello", "en"),
        ("спасибо, бот!", "thanks", "ru"),
        ("Thank you so much!!!", "thanks", "en"),
        ("а ты кто?", "who", "ru"),
        ("who are you?", "who", "en"),
        ("что ты умеешь", "able", "ru"),
        ("What can you do?", "able", "en"),
        ("lol", "laugh", None),
        ("ахахаха", "laugh", "ru"),
        ("hahaha", "laugh", None),
        ("😂😂", "emoji", None),
        ("🔥", "emoji", None),
    ],
)
def test_what_is_no_question_is_told_with_its_language(text: str, talk: str, lang: str | None) -> None:
    said = small_talk(text)
    assert said is not None
    assert (said.talk, said.lang) == (talk, lang)


@pytest.mark.parametrize(
    "text",
    [
        "GAN",
        "loss nan",
        "что такое переобучение",
        "hello world",
        "who invented attention",
        "",
        "?",
        "привет, что такое gpu",
    ],
)
def test_what_may_be_a_question_is_none(text: str) -> None:
    assert small_talk(text) is None


@pytest.mark.parametrize("lang", LANGS)
def test_every_small_talk_has_its_line_in_both_languages(lang: str) -> None:
    for talk in _SAID["ru"].keys() | {"emoji"}:
        assert phrase(lang, f"talk-{talk}")  # type: ignore[arg-type]


def test_the_chosen_language_counts_for_bare_terms_alone() -> None:
    assert language_of("GAN", "ru") == "ru"
    assert language_of("loss nan", "ru") == "ru"
    assert language_of("GAN") == "en"
    assert language_of("what is a GAN", "ru") == "en"
    assert language_of("что такое GAN", "en") == "ru"
