"""Words from a picture in an answer are readable, harmless and short, whatever stands on the picture."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from memebot.answering.quoting import QUOTE, inner, quotable, quote, shortened, telling_words


def shown(markdown: str) -> str:
    """What a reader sees of Markdown."""
    return "".join(t.content for b in MarkdownIt().parse(markdown) for t in b.children or () if t.type == "text")


@pytest.mark.parametrize(
    "words",
    [
        "*bold* and _slanted_",
        "a ` b",
        "[click](https://x.org)",
        "<b>x</b>",
        "model_final_v2",
        "&lt; &amp;",
        "~~no~~",
        "back\\slash",
        "_ _ _",
        "**",
        "1 < 2 && 3 > 2",
    ],
)
def test_markup_on_a_picture_is_shown_as_it_stands(words: str) -> None:
    assert shown(quote(f"x {words} x", "en")) == f"“x {words} x”"


def test_a_name_with_underscores_stays_a_name_in_plain_text() -> None:
    assert inner("model_final_v2", 40) == "model_final_v2"


def test_what_does_not_show_or_turns_the_text_goes() -> None:
    assert quotable("a\u202eb\u200bc\x00 d\n\te\ufeff") == "a b c d e"


def test_quotation_marks_within_are_plain_and_those_around_go() -> None:
    assert quote("«Он сказал “да”»", "ru") == "«Он сказал 'да»"
    assert quote('the "best" model', "en") == "“the 'best' model”"


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_slurs_are_not_repeated(lang: str) -> None:
    words = {"ru": "этот пидор и хач обучил модель", "en": "that faggot trained a model"}[lang]
    assert "…" in quotable(words)
    assert not any(slur in quotable(words) for slur in ("пидор", "хач ", "faggot"))


@pytest.mark.parametrize("words", ["жидкость", "хачапури", "Spicy snippet", "чурчхела", "педикюр"])
def test_words_that_only_begin_alike_are_no_slurs(words: str) -> None:
    assert quotable(words) == words


def test_dots_that_only_lead_on_go_and_those_that_trail_off_stay() -> None:
    assert quote("...OR JUST OVERFITTING", "en") == "“OR JUST OVERFITTING”"
    assert quote("Correlation means that...", "en") == "“Correlation means that…”"


def test_a_long_caption_is_cut_between_words() -> None:
    assert shortened("one two three four", 12) == "one two…"
    assert len(shortened("x" * 4000, 90)) == 90
    assert len(telling_words("word " * 800, (), 140)) > 0


def test_of_many_lines_those_are_quoted_that_spoke_for_the_topic() -> None:
    lines = [f"line number {n} says nothing of interest at all" for n in range(20)]
    lines[11] = "my gradients vanished on the way home"
    found = telling_words("\n".join(lines), ["vanishing gradient"])
    assert found.startswith("my gradients vanished") and len(found) <= QUOTE


def test_what_text_recognition_makes_of_ornaments_is_not_quoted() -> None:
    assert telling_words("|'\n_ a\nж х\n", ()) == ""
    assert telling_words("|'\nwhen the loss is nan\n.:", ()) == "when the loss is nan"


@pytest.mark.parametrize(
    "mark", ["memegenerator.net", "imgflip.com", "imgffip.com", "QUICKMEME .COM", "www.site.ru/x", "vk.com/a"]
)
def test_the_address_of_the_site_where_a_meme_was_made_is_not_quoted(mark: str) -> None:
    assert telling_words(f"not sure if overfitting\nor just {mark}\n{mark}", ()) == "not sure if overfitting or just"
    assert inner(f"learning back propagation {mark}", 90) == "learning back propagation"


@pytest.mark.parametrize("code", ["torch.log(x)", "model.fit()", "np.io.read", "v1.2"])
def test_code_is_no_address(code: str) -> None:
    assert quotable(f"when {code} fails") == f"when {code} fails"


def test_the_figures_of_an_axis_are_not_quoted_beside_words() -> None:
    assert telling_words("validation loss\n1200\n1000 800\nepoch", ()) == "validation loss epoch"
    assert telling_words("9.11\n9.9", ()) == "9.11 9.9"


def test_of_a_long_text_the_end_is_quoted_too_since_its_point_stands_there() -> None:
    lines = [f"Epoch {n} of a hundred, loss 0.6931" for n in range(9)]
    found = telling_words("\n".join(["All night she learnt", *lines, "Training finished"]), ())
    assert found.startswith("All night she learnt Epoch 0") and found.endswith("Training finished")
    assert " … " in found and len(found) <= QUOTE


def test_lines_of_which_nothing_is_sure_are_not_quoted() -> None:
    assert telling_words("…", ()) == ""
    assert quote("…", "en") == "“”"


def test_a_comma_at_the_end_of_a_quotation_goes() -> None:
    assert quote("ЧЕСТНЫЙ ТРУД,", "ru") == "«ЧЕСТНЫЙ ТРУД»"
    assert quote("«SENIOR AI ENGINEER>>", "ru") == "«SENIOR AI ENGINEER»"
