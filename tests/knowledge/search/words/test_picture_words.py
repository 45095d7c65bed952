"""A picture's own words are told from those of its template, and the sentences of a long text apart."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from knowledge.entry.model import Entry
from knowledge.search.words.picture_words import long_sentences, without_refrain


@pytest.fixture
def form(save: Callable[..., Entry]) -> Entry:
    says = ("ALL THE THINGS!", "You keep using that word", "Always has been")
    return save("all-the-things", "format", title="All the things", says=says)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("EMBED\nALL THE THINGS!", "EMBED"),
        ("EMBED\nALL TNE THINGS", "EMBED"),
        ("You keep using\nthat word\nAGI", "AGI"),
        ("Wait, its all OLS?\nAlways has been", "Wait, its all OLS?"),
        ("things\nEMBED", "things\nEMBED"),
    ],
)
def test_what_every_meme_of_the_template_says_is_not_the_pictures_own(form: Entry, text: str, own: str) -> None:
    assert without_refrain(text, form) == own


def test_a_picture_with_nothing_else_to_say_keeps_its_words(form: Entry) -> None:
    assert without_refrain("ALL THE THINGS!", form) == "ALL THE THINGS!"


def test_a_long_text_is_taken_apart_where_its_sentences_end() -> None:
    text = (
        "Breathe deeply and think step by step.\nDo not\nhallucinate. A good answer earns you two hundred dollars."
        " Now please centre the button of this very page!"
    )
    assert long_sentences(text) == [
        "Breathe deeply and think step by step.",
        "A good answer earns you two hundred dollars.",
        "Now please centre the button of this very page!",
    ]


@pytest.mark.parametrize("text", ["Short one. And two.", "many words " * 20])
def test_a_short_text_and_a_single_sentence_stay_whole(text: str) -> None:
    assert long_sentences(text) == []
