"""The said channel: which entries is a text about?"""

from collections.abc import Callable

import pytest

from knowledge.entry.model import Entry
from knowledge.search.text_match import SharedWords, TextEvidence, TextIndex

Make = Callable[..., Entry]


@pytest.fixture
def index(make_entry: Make) -> TextIndex:
    return TextIndex(
        [
            make_entry(
                "overfitting",
                title={"ru": "Переобучение", "en": "Overfitting"},
                aliases=("overfit",),
                keywords={"ru": ("зубрёжка",), "en": ("memorise",)},
                says=("99% on train, 50% on test",),
            ),
            make_entry("xgboost", title="XGBoost", keywords={"ru": ("бустинг",), "en": ("boosting",)}),
            make_entry("gradient-boosting", title={"ru": "Градиентный бустинг", "en": "Gradient boosting"}),
            make_entry("learning-rate", title={"ru": "Шаг обучения", "en": "Learning rate"}),
            make_entry(
                "pytorch-log-docs",
                "joke",
                title="The logarithm in the docs",
                says=("tensor([nan, nan, nan, nan, nan])",),
            ),
        ]
    )


def found(index: TextIndex, text: str, entry: str) -> TextEvidence:
    return {str(e): evidence for e, evidence in index.evidence(text).items()}.get(entry, TextEvidence())


@pytest.mark.parametrize("text", ["Overfitting again", "модель ушла в переобучение", "WHEN YOU OVERFIT"])
def test_a_title_or_alias_in_any_inflection_names_the_entry(index: TextIndex, text: str) -> None:
    assert found(index, text, "overfitting").name >= 0.9


@pytest.mark.parametrize("text", ["overftting", "переобученне", "xgbost", "xgbooost"])
def test_one_misread_letter_does_not_hide_a_word(index: TextIndex, text: str) -> None:
    assert index.evidence(text)


def test_words_of_a_term_must_stand_together_and_in_order(index: TextIndex) -> None:
    assert found(index, "the learning rate is too high", "learning-rate").name > 0
    assert found(index, "rate my learning", "learning-rate").name == 0


def test_a_phrase_is_found_though_recognition_erred(index: TextIndex) -> None:
    assert found(index, ">>> torch.log(a)\ntensor([nan, nan, nam, nan, nan])", "pytorch-log-docs").phrase > 0.6
    assert found(index, "tensor flow", "pytorch-log-docs").phrase == 0


def test_a_keyword_of_two_entries_proves_less_than_one_of_its_own(index: TextIndex) -> None:
    assert index.weight("xgboost") > index.weight("бустинг") > 0


def test_stop_words_alone_are_no_evidence(index: TextIndex) -> None:
    assert index.evidence("what is this and why") == {}
    assert index.evidence("что это такое") == {}
    assert index.evidence("") == {}


def test_coverage_falls_as_a_text_speaks_of_other_things(index: TextIndex) -> None:
    short = found(index, "xgboost", "xgboost").coverage
    long = found(index, "xgboost and then we went fishing on the lake with grandfather", "xgboost").coverage
    assert short == pytest.approx(1.0)
    assert 0 < long < 0.5


def test_a_broad_subject_gives_way_only_to_what_it_leaves_unexplained(make_entry: Make) -> None:
    index = TextIndex(
        [
            make_entry("keras", title="Keras"),
            make_entry("xgboost", title="XGBoost"),
            *(make_entry(f"x{number}", title=f"Subject{number}", concepts=("keras",)) for number in range(9)),
        ]
    )
    assert found(index, "keras", "keras").narrow == found(index, "xgboost", "xgboost").narrow
    both = "xgboost against keras"
    assert found(index, both, "keras").narrow < found(index, both, "xgboost").narrow


def test_a_word_that_was_repaired_proves_less(index: TextIndex) -> None:
    assert 0 < found(index, "xgbooost", "xgboost").name < found(index, "xgboost", "xgboost").name


@pytest.mark.parametrize("text", ["\u202exgboost\u202c", "хgbооst", "ＸＧＢoost", "xg\u200bboost"])
def test_tricks_with_letters_do_not_hide_a_word(index: TextIndex, text: str) -> None:
    assert found(index, text, "xgboost").name > 0


def test_a_title_is_found_without_its_remark_in_brackets(make_entry: Make) -> None:
    index = TextIndex([make_entry("deepfake", title={"ru": "Дипфейк (фейковый Обама)", "en": "Deepfake (Obama)"})])
    assert found(index, "this deepfake again", "deepfake").name >= 0.9
    assert found(index, "опять дипфейк", "deepfake").name >= 0.9


def test_an_everyday_word_is_meant_where_a_question_asks_about_nothing_else(make_entry: Make) -> None:
    index = TextIndex([make_entry("layers", title={"ru": "Слой", "en": "Layer"})])
    assert found(index, "what is a layer?", "layers").name > found(index, "a layer of butter", "layers").name
    assert found(index, "layer", "layers").name == found(index, "a layer of butter", "layers").name


def test_where_something_is_counts_less_than_what_it_is(make_entry: Make) -> None:
    index = TextIndex([make_entry("layers", title="Layer"), make_entry("perceptron", title="Perceptron")])
    question = "what are layers in a perceptron?"
    assert found(index, question, "layers").name > found(index, question, "perceptron").name
    assert found(index, "stuck in a perceptron", "perceptron").name >= 0.9


@pytest.mark.parametrize("text", ["ПРИ БОССТАНИИ РОБОТОБ", "БОССТАНИЕ МАШИН", "РОССТАНИЕ РОБОТОР", "ВОССТАНИЕ РОБОТОЬ"])
def test_misread_hand_lettering_does_not_hide_a_word(make_entry: Make, text: str) -> None:
    index = TextIndex(
        [make_entry("uprising", title={"ru": "Восстание роботов", "en": "Uprising"}, aliases=("восстание машин",))]
    )
    assert found(index, text, "uprising").name > 0.6


@pytest.mark.parametrize("text", ["восстановление", "роботизированный", "босс"])
def test_another_word_is_not_taken_for_a_misread_one(make_entry: Make, text: str) -> None:
    index = TextIndex([make_entry("uprising", title="Восстание"), make_entry("robot", title="Робот")])
    assert index.evidence(text) == {}


def test_the_name_within_a_longer_name_counts_less(make_entry: Make) -> None:
    index = TextIndex(
        [make_entry("network", title="Neural network"), make_entry("cnn", title="Convolutional neural network")]
    )
    text = "what is a convolutional neural network?"
    assert found(index, text, "cnn").name > found(index, text, "network").name > 0


def test_two_everyday_words_that_an_entry_speaks_are_a_sign_and_one_is_none(make_entry: Make) -> None:
    index = TextIndex([make_entry("forest", asks={"ru": (), "en": ("many trees vote on the price",)})])
    assert found(index, "trees and their price", "forest").grounded
    assert not found(index, "a walk among trees", "forest").grounded


def test_several_searches_share_the_index_of_a_base_until_it_changes(make_entry: Make) -> None:
    words = SharedWords()
    entries = [make_entry("xgboost", title="XGBoost"), make_entry("kaggle")]
    assert words.index(entries, 1) is words.index(entries, 1)
    changed = [make_entry("xgboost", title="Boosted trees"), entries[1]]
    assert found(words.index(changed, 2), "boosted trees", "xgboost").name > 0
    assert found(words.index(entries, 0), "boosted trees", "xgboost").name == 0
