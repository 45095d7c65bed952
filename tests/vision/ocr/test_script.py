"""Letters of the wrong alphabet are put right, and right ones are left alone."""

from __future__ import annotations

import pytest

from memebot.vision.ocr import script


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("epoch 1 loss 2.30 асс 0.10", "epoch 1 loss 2.30 acc 0.10"),
        ("XGBoost смотрит Ha твою сеть", "XGBoost смотрит На твою сеть"),
        ("РАССМАТРИВАЮ EE ПОЛЬЗУ", "РАССМАТРИВАЮ ЕЕ ПОЛЬЗУ"),
        ("нейрoсеть", "нейросеть"),
        ("ovеrfitting", "overfitting"),
        ("Deep-сеть и GPU", "Deep-сеть и GPU"),
        ("but when | do, | forget", "but when I do, I forget"),
        ("|ОТКРЫВАЕТ ДВЕРИ, И|", "ОТКРЫВАЕТ ДВЕРИ, И"),
        ("[КАК БОРОТЬСЯ", "КАК БОРОТЬСЯ"),
        ("tensor([nan, nan])", "tensor([nan, nan])"),
        ("print('Привет')", "print('Привет')"),
        ("1.0", "1.0"),
        ("", ""),
    ],
)
def test_repair_writes_each_word_in_one_script(read: str, meant: str) -> None:
    assert script.repair(read) == meant


def test_repair_leaves_its_own_result_alone() -> None:
    fixed = script.repair("Нaш data scientist чuтaeт [arXiv")
    assert script.repair(fixed) == fixed


@pytest.mark.parametrize(
    ("text", "lang"),
    [("что такое GPU", "ru"), ("the GPU", "en"), ("0.0125", "en"), ("", "en"), ("Мы: XGBoost", "en")],
)
def test_language_is_that_of_most_letters(text: str, lang: str) -> None:
    assert script.language(text) == lang


@pytest.mark.parametrize("text", ["СЕТЬ", "HAM BCEM ТОЧНО", "и тихо смеётся"])
def test_cyrillic_is_known_by_its_own_letters(text: str) -> None:
    assert script.is_cyrillic(text)


@pytest.mark.parametrize("text", ["ACE", "the GPU смог", "hidden layer", "СРО", "12"])
def test_twins_alone_do_not_make_cyrillic(text: str) -> None:
    assert not script.is_cyrillic(text)


@pytest.mark.parametrize("text", ["HAM BCEM TO4HO", "B61 4EAOBEK", "OTMET6TE", "KOTΔA"])
def test_cyrillic_capitals_in_latin_disguise_are_known(text: str) -> None:
    assert script.is_disguised(text)


@pytest.mark.parametrize("text", ["GPT4 ON H200", "EC2", "loss 2.3026", "MP3", "28.5°N, 80.6°W", "AI"])
def test_names_with_digits_are_no_disguise(text: str) -> None:
    assert not script.is_disguised(text)


def test_spaces_come_from_the_reading_that_kept_them() -> None:
    assert script.with_spaces_of("WRAPDUCTTAPEON YOUR", "WRAP DUCT TAPE 0N YOUR") == "WRAP DUCT TAPE ON YOUR"


@pytest.mark.parametrize("other", ["something else entirely", "EAT FRUIT", "lstm. fit(x)"])
def test_spaces_of_another_text_are_not_taken(other: str) -> None:
    assert script.with_spaces_of("lstm.fit(x)", other) == "lstm.fit(x)"


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [("UHTEMMEKT", "ИНТЕЛЛЕКТ"), ("GEPETCA 3A DENO", "БЕРЕТСЯ ЗА ДЕЛО"), ("PAKYWKY", "РАКУШКУ")],
)
def test_latin_shapes_of_cyrillic_letters_are_known(latin: str, cyrillic: str) -> None:
    assert script.is_shape_of(latin, cyrillic)


@pytest.mark.parametrize(("latin", "cyrillic"), [("HELLO WORLD", "НЕИО ВОРИО"), ("B A", "БЫ ПРЯТАЛИСЬ"), ("", "ДА")])
def test_other_letters_are_no_shapes_of_these(latin: str, cyrillic: str) -> None:
    assert not script.is_shape_of(latin, cyrillic)


def test_the_edge_of_a_frame_is_no_part_of_a_russian_line() -> None:
    assert script.repair("/ОБЛАЧНОЕ ХРАНИЛИЩЕ /") == "ОБЛАЧНОЕ ХРАНИЛИЩЕ"
    assert script.repair("/start") == "/start"
