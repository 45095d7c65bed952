"""Formats with their roles, concepts and jokes read as one explanation: sixty of them in both languages, word for word.

After entries have changed, `pytest tests/test_composition.py --rewrite-golden` writes the texts anew; read the
difference before committing it.
"""

import json
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from knowledge.entry.markdown import parse
from knowledge.entry.model import Entry, EntryId, FormatRole
from knowledge.reading import LANGS, Lang
from knowledge.search.roles import RoleText
from memebot.answering.composition import COMPOSED_LENGTH, PictureWords, compose, filled_sentence, sentences
from memebot.answering.quoting import inner
from memebot.i18n import phrase

GOLDEN = Path(__file__).parent / "golden" / "composition.json"
ENTRIES = Path(str(resources.files("knowledge"))) / "entries"
COMBINATIONS: list[dict[str, Any]] = json.loads((GOLDEN.parent / "combinations.json").read_text("utf-8"))
"""``entries``, "-" for no format; the words of its ``roles``; the ``text`` that was read."""


def named(entry_id: str) -> Entry:
    (path,) = ENTRIES.glob(f"*/{entry_id}.md")
    return parse(path.read_bytes(), path)


def parts(combination: dict[str, Any]) -> list[Entry]:
    return [named(entry_id) for entry_id in combination["entries"].split() if entry_id != "-"]


def composed(combination: dict[str, Any], lang: Lang) -> str:
    roles = [RoleText(role, words) for role, words in combination.get("roles", {}).items()]
    return compose(parts(combination), lang, PictureWords(combination.get("text", ""), roles))


def test_sixty_combinations_read_as_they_were_last_read_by_a_person(request: pytest.FixtureRequest) -> None:
    texts = [{"of": c, **{lang: composed(c, lang) for lang in LANGS}} for c in COMBINATIONS]
    if request.config.getoption("--rewrite-golden"):
        GOLDEN.write_text(json.dumps(texts, ensure_ascii=False, indent=1) + "\n", "utf-8")
    assert texts == json.loads(GOLDEN.read_text("utf-8"))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("combination", COMBINATIONS, ids=lambda combination: combination["entries"])
def test_a_composition_is_short_names_its_parts_and_quotes_the_picture(combination: dict[str, Any], lang: Lang) -> None:
    text = composed(combination, lang)
    assert len(text) <= COMPOSED_LENGTH
    assert all(entry.title[lang] in text for entry in parts(combination))
    for words in combination.get("roles", {}).values():
        assert inner(words, 48)[:20] in text


def test_the_first_sentence_of_every_entry_fits_into_a_composition() -> None:
    entries = [parse(path.read_bytes(), path) for path in ENTRIES.glob("*/*.md")]
    first = {(entry.id, lang): sentences(entry.text[lang])[0] for entry in entries for lang in LANGS}
    assert len(entries) >= 1000
    assert {where: text for where, text in first.items() if len(text) > 260} == {}


# --- the picture's own words


DRAKE = Entry(
    EntryId("drake"),
    "format",
    {"ru": "Дрейк", "en": "Drake"},
    {"ru": "Дрейк отворачивается.", "en": "Drake turns away above and points below."},
    roles=(
        FormatRole("rejected", (0.5, 0.0, 1.0, 0.5), {"ru": "от чего отмахивается", "en": "what he rejects"}),
        FormatRole("preferred", (0.5, 0.5, 1.0, 1.0), {"ru": "что ему по душе", "en": "what he likes"}),
    ),
    reads={
        "ru": "Не «{rejected}», а «{preferred}».",
        "en": "He rejects “{rejected}” but likes “{preferred}”.",
    },
)
ROLES = (RoleText("rejected", "collect more data"), RoleText("preferred", "train on the test set"))


def test_a_format_says_its_sentence_with_the_words_of_this_picture() -> None:
    assert filled_sentence(DRAKE, ROLES, "en") == "He rejects “collect more data” but likes “train on the test set”."
    assert filled_sentence(DRAKE, ROLES, "ru") == "Не «collect more data», а «train on the test set»."


def test_where_a_role_has_no_words_the_others_are_named_one_by_one() -> None:
    assert filled_sentence(DRAKE, ROLES[:1], "en") == "What he rejects: “collect more data”."
    empty = RoleText("rejected", " ")
    assert filled_sentence(DRAKE, (empty, *ROLES[1:]), "en") == "What he likes: “train on the test set”."
    assert filled_sentence(DRAKE, (), "en") == ""


def test_rows_are_quoted_in_their_order() -> None:
    brain = replace(DRAKE, roles=(), rows="down", reads={"ru": "{rows}", "en": "Brighter and brighter: {rows}."})
    rows = [RoleText(f"row-{n}", word) for n, word in enumerate(("print", "logging", "prayer"), 1)]
    assert filled_sentence(brain, rows, "en") == "Brighter and brighter: “print”, “logging”, “prayer”."


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("words", ["слово " * 700, "**[x](y)** `<b>` \u202e" * 50, "W" * 4000, "«“”»" * 100])
def test_whatever_stands_on_the_picture_an_answer_keeps_its_length(lang: Lang, words: str) -> None:
    roles = [RoleText(role.role, words) for role in ROLES]
    for picture in (PictureWords(words, roles), PictureWords(words)):
        for entries in ([DRAKE], [DRAKE, named("overfitting")], [named("overfitting")]):
            text = compose(entries, lang, picture)
            assert len(text) <= COMPOSED_LENGTH
            assert "\u202e" not in text


def test_what_is_quoted_is_in_the_picture_and_all_else_in_the_entries_or_the_catalogues() -> None:
    text = compose([DRAKE, named("overfitting")], "en", PictureWords("", ROLES))
    stands, *_, links = text.split("\n\n")
    assert stands.endswith("He rejects “collect more data” but likes “train on the test set”.")
    told = named("overfitting").text["en"]
    assert f"\n\n{sentences(told)[0]}" in text
    assert f"\n\n{told.split(chr(10) * 2)[-1]}\n\n" in text
    assert links == "More: Drake · Overfitting"


def test_a_joke_is_told_in_the_format_that_it_came_in() -> None:
    joke = named("train-99-test-50")
    stands, title, *_ = compose([joke, DRAKE], "en", PictureWords("", ROLES)).split("\n\n")
    assert "likes “train on the test set”" in stands
    assert title == f"**{joke.title['en']}**"


def test_a_topic_is_tied_to_the_words_that_stand_for_it_unless_they_are_its_title() -> None:
    concept = Entry(EntryId("gradient-descent"), "concept", {"en": "Gradient descent"}, {"en": "It walks downhill."})
    caption = "Me and\nSGD, again"
    told = compose([DRAKE, concept], "en", PictureWords(caption, (), {concept.id: ("sgd",)}))
    assert "“SGD” points to “Gradient descent”. It walks downhill." in told
    own = compose([DRAKE, concept], "en", PictureWords("gradient descent", (), {concept.id: ("gradient descent",)}))
    assert "points to" not in own


def test_what_a_caption_may_be_about_is_told_as_a_guess_after_the_story_of_its_template() -> None:
    roles = [RoleText("top", "back in my day"), RoleText("bottom", "minus sign")]
    picture, form, guess = (
        PictureWords("back in my day minus sign", roles),
        named("back-in-my-day"),
        named("backpropagation"),
    )
    for lang in LANGS:
        alone = compose([form], lang, picture)
        text = compose([form], lang, picture, guesses=[guess])
        told = sentences(guess.text[lang])[0].removeprefix(guess.title[lang])
        assert f"{phrase(lang, 'answer-perhaps-about')} **{guess.title[lang]}**{told}" in text
        assert sentences(form.text[lang])[-1] in alone
        assert sentences(form.text[lang])[-1] in text
        assert phrase(lang, "answer-perhaps-about") not in compose([form, guess], lang, picture, guesses=[guess])
        assert compose([form], lang, picture, guesses=[named("drake")]) == alone


def test_a_joke_too_long_to_be_told_whole_still_says_what_one_must_know() -> None:
    joke, form = named("always-answers-no"), named("woman-yelling-at-cat")
    roles = [RoleText("woman", "You told me it is 99.9 % accurate, " * 4), RoleText("cat", "it never said fraud once")]
    told = compose([joke, form], "en", PictureWords("", roles))
    know = joke.text["en"].split("\n\n")[1]
    assert " ".join(sentences(know)[:2]) in told and know not in told
    assert joke.text["en"].strip().split("\n\n")[-1] in told
