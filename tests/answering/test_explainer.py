"""What an answer says, and when it says that it does not know."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pytest

from knowledge.entry.model import Entry, EntryId
from knowledge.reading import Lang, Line, Reading
from knowledge.search.roles import RoleText
from knowledge.search.searcher import Match, Searcher
from knowledge.search.visual import no_geometry
from knowledge.store.base import KnowledgeBase
from memebot.answering.composition import COMPOSED_LENGTH, PictureWords, certainty, compose, quoted, sentences, unknown
from memebot.answering.explainer import Explainer, language_of
from memebot.answering.record import kept_answer, matches_of

Make = Callable[..., Entry]


@pytest.fixture
def explainer(kb: KnowledgeBase, save: Make) -> Explainer:
    save(
        "overfitting",
        title={"ru": "Переобучение", "en": "Overfitting"},
        aliases=("overfit",),
        text={
            "ru": "Модель выучила примеры. На новых ошибается. Смеются над отличником.",
            "en": "The model learnt its examples by heart. It fails on new ones. People laugh at the swot.",
        },
    )
    save("lava", "format", title={"ru": "Пол – это лава", "en": "The floor is lava"}, says=("the floor is",))
    save("swot", "joke", title="The swot", concepts=("overfitting",), says=("nobody expects the validation set",))
    searcher = Searcher(kb, encoder=None, bank=np.zeros((0, 0), np.float32), verify=no_geometry)
    return Explainer(searcher)


Read = Callable[..., Reading]


def test_a_joke_is_told_whole_with_what_it_rests_on(explainer: Explainer, reading_of: Read) -> None:
    answer = explainer.explain(reading_of(["NOBODY EXPECTS THE VALIDATION SET"]), "en")
    assert answer.verdict == "joke"
    assert answer.entries == ("swot",)
    quotation = "It says: “NOBODY EXPECTS THE VALIDATION SET”."
    assert answer.explanation == f"{quotation}\n\n**The swot**\n\nswot is explained here.\n\nMore: Overfitting"


def test_a_link_to_an_entry_that_is_not_there_is_left_out(
    explainer: Explainer, kb: KnowledgeBase, reading_of: Read
) -> None:
    kb.changes.delete("overfitting", author="test", now=datetime(2026, 1, 2, tzinfo=UTC))
    answer = explainer.explain(reading_of(["NOBODY EXPECTS THE VALIDATION SET"]), "en")
    assert answer.explanation.endswith("**The swot**\n\nswot is explained here.")


def test_a_concept_without_a_known_format_says_so(explainer: Explainer, reading_of: Read) -> None:
    answer = explainer.explain(reading_of(["переобучение, overfit"]), "ru")
    assert answer.verdict == "composed"
    quotation, topic, _ = answer.explanation.split("\n\n")
    assert quotation == "Здесь написано: «переобучение, overfit»."
    assert topic.startswith("Шаблон мне не знаком, а тему узнаю: «Переобучение». Модель выучила примеры.")


def test_what_is_not_in_the_base_is_said_to_be_unknown(explainer: Explainer, reading_of: Read) -> None:
    answer = explainer.explain(reading_of(["Борщ: варить свёклу два часа"]), "ru")
    assert answer.verdict == "unknown"
    assert answer.entries == ()
    assert answer.explanation == "Этого мема в моей базе пока нет."


def test_a_higher_bar_turns_an_answer_into_a_marked_guess(
    explainer: Explainer, kb: KnowledgeBase, reading_of: Read
) -> None:
    searcher = Searcher(kb, encoder=None, bank=np.zeros((0, 0), np.float32), verify=no_geometry)
    careful = Explainer(searcher, min_confidence=0.999)
    answer = careful.explain(reading_of(["the model is overfit"]), "en")
    assert answer.verdict == "unknown"
    assert "only a guess" in answer.explanation
    assert "**Overfitting**: The model learnt its examples by heart." in answer.explanation


def test_json_has_its_keys_in_the_documented_order(explainer: Explainer, reading_of: Read) -> None:
    data = explainer.explain(reading_of(["overfit"]), "en").to_json("meme.jpg")
    keys = ["path", "verdict", "matches", "text", "lang", "explanation", "encoder", "timings_ms", "roles", "draft"]
    assert list(data) == keys and data["roles"] == [] and data["draft"] is None
    assert list(data["matches"][0]) == ["entry", "kind", "confidence", "evidence"]
    assert data["matches"][0]["evidence"].keys() == {"said"}
    assert list(data["timings_ms"]) == ["search"]


def test_json_tells_the_words_of_roles_also_when_it_is_told_again(explainer: Explainer) -> None:
    said = (RoleText("no", "tabs"), RoleText("yes", "spaces"))
    lava = Match(EntryId("lava"), "format", 0.9, {"geometry": 0.9}, roles=said)
    told = explainer.retell([lava], "tabs\nspaces", "en")
    assert told.to_json()["roles"] == [{"role": "no", "text": "tabs"}, {"role": "yes", "text": "spaces"}]
    joke = Match(EntryId("swot"), "joke", 0.95, {"said": 0.9})
    assert explainer.retell([joke, lava], "tabs", "en").roles == said
    unsure = Match(EntryId("lava"), "format", 0.1, {"geometry": 0.1})
    assert explainer.retell([unsure], "tabs", "en").roles == ()


def test_only_the_caption_is_quoted_and_what_is_sure_of_it_also_when_it_is_told_again(explainer: Explainer) -> None:
    lines = [
        Line("NOBODY EXPECTS THE VALIDATION SET bakancuro", 0.9, "en", (0.1, 0.3, 0.8, 0.1), doubtful=(5,)),
        Line("@ds_nytie", 0.9, "en", (0.1, 0.15, 0.3, 0.1)),
    ]
    answer = explainer.explain(Reading("0" * 64, (), tuple(lines)), "en")
    assert answer.explanation.startswith("It says: “NOBODY EXPECTS THE VALIDATION SET …”.")
    assert answer.text.endswith("@ds_nytie")
    kept = matches_of(json.dumps(kept_answer(answer.matches, answer.text)["matches"]))
    assert explainer.retell(kept, answer.text, "en").explanation == answer.explanation


def test_a_question_is_answered_in_its_own_language(explainer: Explainer) -> None:
    assert explainer.ask("что такое переобучение?").lang == "ru"
    answer = explainer.ask("what is overfitting?")
    assert answer.lang == "en"
    assert "by heart" in answer.explanation
    assert explainer.ask("как сварить борщ?").verdict == "unknown"


def test_a_question_with_english_terms_is_russian_if_half_of_it_is() -> None:
    assert language_of("что такое fine tuning") == "ru"
    assert language_of("why does log give nan") == "en"
    assert language_of("") == "en"


# --- composing


def long_entry(make: Make, name: str, kind: str, title: str) -> Entry:
    text = "\n\n".join(f"Sentence number {i} about {name} has some more words in it." for i in range(20))
    return make(name, kind, title={"ru": title, "en": title}, text=text)


@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize("concepts", [0, 1, 2, 3])
def test_a_composition_stays_within_900_characters_and_names_all_parts(
    make_entry: Make, lang: Lang, concepts: int
) -> None:
    entries = [long_entry(make_entry, "lava", "format", "The floor is lava")]
    entries += [long_entry(make_entry, f"c{i}", "concept", f"Concept {i}") for i in range(concepts)]
    text = compose(entries, lang, PictureWords())
    assert len(text) <= COMPOSED_LENGTH
    for entry in entries:
        assert entry.title[lang] in text
    assert "Sentence number 0 about lava has some more words in it." in text


def test_a_composition_quotes_whole_sentences_word_for_word(make_entry: Make) -> None:
    entry = long_entry(make_entry, "overfitting", "concept", "Overfitting")
    taken = sentences(" ".join(compose([entry], "en", PictureWords()).split()))
    own = set(sentences(" ".join(entry.text["en"].split())))
    assert sum(sentence in own for sentence in taken) >= 5
    assert not any(s.startswith("Sentence") and s not in own for s in taken)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Так, т. е. иначе. Потом ещё.", ["Так, т. е. иначе.", "Потом ещё."]),
        ("Use e.g. Adam. It works.", ["Use e.g. Adam.", "It works."]),
        ("Accuracy is 0.95 now. Fine.", ["Accuracy is 0.95 now.", "Fine."]),
        ("Он сказал: «Всё». И ушёл…  «Да!» Тихо.", ["Он сказал: «Всё».", "И ушёл…", "«Да!»", "Тихо."]),
        ("Он пишет: «Это Билл. Билл умный». И всё.", ["Он пишет: «Это Билл. Билл умный».", "И всё."]),
        ('She said "No. Never." Then left.', ['She said "No. Never."', "Then left."]),
        ("no end", ["no end"]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_a_title_with_quotation_marks_of_its_own_gets_no_others() -> None:
    assert quoted("Drake", "ru") == "«Drake»"
    assert quoted("Drake", "en") == "“Drake”"
    assert quoted("«Всё нормально» (собака)", "ru") == "«Всё нормально» (собака)"


def test_a_composition_grows_by_whole_paragraphs_and_never_breaks_off_an_example(make_entry: Make) -> None:
    text = "It is a thing. Say, ten cats.\n\n" + "Long. " * 200
    composed = compose([make_entry("thing", text=text)], "en", PictureWords())
    assert "It is a thing. Say, ten cats." in composed
    assert "Long." not in composed


def test_certainty_is_worded_in_both_languages() -> None:
    assert certainty(0.95, "en") == "almost certainly"
    assert certainty(0.0, "ru") == "не знаю"


def test_no_guesses_no_word_about_them() -> None:
    assert unknown([], "en") == "This meme is not in my base yet."


def test_an_old_answer_follows_an_entry_that_was_renamed_or_merged(kb: KnowledgeBase, save: Make) -> None:
    save("overfitting", title="Overfitting")
    save("overtraining", title="Overtraining")
    searcher = Searcher(kb, encoder=None, bank=np.zeros((0, 0), np.float32), verify=no_geometry)
    explainer = Explainer(searcher, min_confidence=0.1)
    old = explainer.ask("what is overtraining")
    assert old.entries == ("overtraining",)
    kb.changes.rename("overtraining", "too-well", author="ann", now=datetime(2024, 5, 1, tzinfo=UTC))
    assert explainer.retell(old.matches, "", "en", question=True).entries == ("too-well",)
    kb.changes.merge("overfitting", ["too-well"], author="ann", now=datetime(2024, 5, 1, tzinfo=UTC))
    assert explainer.retell(old.matches, "", "en", question=True).entries == ("overfitting",)
    kb.changes.delete("overfitting", author="ann", now=datetime(2024, 5, 1, tzinfo=UTC))
    assert explainer.retell(old.matches, "", "en", question=True).entries == ()
