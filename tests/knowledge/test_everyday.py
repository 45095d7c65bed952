"""What fires on everyday texts is named."""

from __future__ import annotations

from knowledge.entry.model import Entry, EntryId
from knowledge.everyday import everyday_warnings
from knowledge.store.texts import RegressionText

TEXTS = [
    RegressionText("The last layer of paint dries overnight", (), "others", "en", "home"),
    RegressionText("Drop the production table", (), "others", "en", "programming"),
    RegressionText("the network drew the last layer of paint", (EntryId("a"),), "memes", "en"),
]


def entry(**fields: object) -> Entry:
    text = {"ru": "Текст.", "en": "Text."}
    return Entry(id=EntryId("a"), kind="concept", title=text, text=text, **fields)  # type: ignore[arg-type]


def phrases(one: Entry) -> list[object]:
    return [problem.facts["phrase"] for problem in everyday_warnings([one], TEXTS)]


def test_a_phrase_that_stands_in_an_everyday_text_is_named() -> None:
    assert phrases(entry(says=("last layer of paint", "final layer"))) == ["last layer of paint"]
    assert phrases(entry(aliases=("paint dries",))) == ["paint dries"]
    assert phrases(entry(keywords={"ru": (), "en": ("last layer", "overnight")})) == ["last layer"]


def test_a_question_is_named_if_it_is_nearly_that_text() -> None:
    asks = {
        "ru": (),
        "en": ("the last layer of paint dries overnight?", "why does the last layer of my network dry out"),
    }
    assert phrases(entry(asks=asks)) == ["the last layer of paint dries overnight?"]


def test_texts_near_the_field_and_texts_about_entries_do_not_count() -> None:
    assert phrases(entry(says=("production table", "the network drew"))) == []


def test_what_shares_only_its_telling_words_with_a_text_does_not_stand_there() -> None:
    assert phrases(entry(says=("what if I told you the last layer",), aliases=("the layer of the last",))) == []


def test_a_term_cannot_help_it_that_people_use_it() -> None:
    assert phrases(entry(aliases=("overnight",))) == []
