"""A phrase is replaced where people read it, and nowhere else."""

from chats import entry

from knowledge.entry.model import EntryId, FormatRole, Source
from knowledge.entry.phrases import PhraseChange, replace_phrase

SWOT = entry(
    "swot",
    "format",
    "Сеть зубрит.\n\nНейросеть зубрит.",
    "The net swots.\nNetworks swot.",
    aliases=("net", "The net"),
    says=("the net", "a net"),
    concepts=(EntryId("net"),),
    roles=(FormatRole("net", (0.0, 0.0, 1.0, 1.0), {"ru": "сеть", "en": "the net"}),),
    reads={"ru": "Сеть: {net}.", "en": "The net says {net}, net."},
    sources=(Source("A net", "https://example.org/net"),),
)


def test_words_are_replaced_in_every_field_that_holds_words_and_ids_addresses_and_slots_stay() -> None:
    new = replace_phrase(SWOT, PhraseChange("net", "model"))
    assert new.text["en"] == "The model swots.\nNetworks swot."
    assert new.aliases == ("model", "The model") and new.says == ("the model", "a model")
    assert new.reads["en"] == "The model says {net}, model."
    assert new.roles[0].id == "net" and new.roles[0].name["en"] == "the model"
    assert new.sources == (Source("A model", "https://example.org/net"),)
    assert new.concepts == SWOT.concepts


def test_a_part_of_a_word_is_replaced_only_when_asked_for() -> None:
    assert replace_phrase(SWOT, PhraseChange("Сеть", "Модель")).text["ru"] == "Модель зубрит.\n\nНейросеть зубрит."
    loose = PhraseChange("сеть", "модель", whole_words=False, any_case=True)
    assert replace_phrase(SWOT, loose).text["ru"] == "модель зубрит.\n\nНеймодель зубрит.".replace("Ней", "Нейро")


def test_a_phrase_is_found_across_a_line_break_but_not_across_paragraphs() -> None:
    assert replace_phrase(SWOT, PhraseChange("swots. Networks", "x")).text["en"] == "The net x swot."
    assert replace_phrase(SWOT, PhraseChange("зубрит. Нейросеть", "x")) == SWOT


def test_an_item_that_comes_out_empty_or_double_goes() -> None:
    assert replace_phrase(SWOT, PhraseChange("The net", "net")).aliases == ("net",)
    assert replace_phrase(SWOT, PhraseChange("the net", "")).says == ("a net",)


def test_what_stands_for_a_pattern_is_taken_word_for_word() -> None:
    assert replace_phrase(SWOT, PhraseChange(".*", "x", whole_words=False)) == SWOT
    assert replace_phrase(SWOT, PhraseChange("net", r"\1{0}")).says == (r"the \1{0}", r"a \1{0}")


def test_a_blank_phrase_replaces_nothing() -> None:
    assert replace_phrase(SWOT, PhraseChange(" ", "x")) == SWOT


def test_one_field_alone_can_be_meant() -> None:
    new = replace_phrase(SWOT, PhraseChange("net", "model"), "aliases")
    assert new.aliases == ("model", "The model") and new.says == SWOT.says
