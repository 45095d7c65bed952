"""Words and stems, the same for what is indexed and what is asked."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.stems import normalize, stem, stems, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("torch.log(-1) = nan", ["torch.log", "1", "nan"]),
        ("C++ и C#, F1-score", ["c++", "и", "c#", "f1-score"]),
        ("GPT-4, 8x8 и 8х8", ["gpt-4", "8x8", "и", "8x8"]),
        ("lr=0.001", ["lr", "0.001"]),
        ("don’t  stop", ["don't", "stop"]),
        ("end. Next", ["end", "next"]),
        ("«Ёж» — й", ["еж", "й"]),
        ("na\u00efve caf\u00e9", ["naive", "cafe"]),
        ("ﬁne\u00adtun\u200bing", ["finetuning"]),
        ("\u202eabc\u202c", ["abc"]),
        ("ＬＯＳＳ ①", ["loss", "1"]),
        ("Рyтhon", ["рутhоn"]),
        ("", []),
        ("!!! 😀", []),
    ],
)
def test_words_are_what_a_person_would_call_words(text: str, expected: list[str]) -> None:
    if text != "Рyтhon":  # which letters look alike is not promised, only that the word is one
        assert words(text) == expected
    assert len(words(text)) == len(expected)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("нейросеть", "нейросетями"),
        ("переобучение", "переобучения"),
        ("Ёлка", "елка"),
        ("networks", "network"),
        ("overfitted", "overfitting"),
        ("fine-tuning", "fine tuning"),
        ("scаle", "scale"),  # a Cyrillic а in a Latin word
        ("мoдель", "модель"),  # a Latin o in a Cyrillic word
        ("МОДЕЛЬ", "модель"),
    ],
)
def test_forms_of_one_word_have_one_stem(one: str, other: str) -> None:
    assert stems(one) == stems(other)


def test_a_compound_is_found_by_its_parts() -> None:
    assert stems("torch.log") == ["torch.log", "torch", "log"]
    assert stems("resnet-50") == ["resnet-50", "resnet"]
    assert set(stems("self_attention")) >= {"self_attention", *stems("self attention")}


def test_the_stem_of_a_short_word_is_not_that_of_another_word() -> None:
    assert stem("ии") == "ии"


@given(st.text(max_size=40))
def test_any_text_gives_stems_that_the_index_can_hold(text: str) -> None:
    for one in stems(text):
        assert one and " " not in one and '"' not in one and "\0" not in one
    assert normalize(normalize(text)) == normalize(text)


def test_threads_that_stem_at_once_do_not_get_each_others_stems() -> None:
    asked = [
        f"{start}{end}"
        for start in ("обуч", "перв", "модел", "градиент", "слои", "данн")
        for end in ("ение", "ениями", "ующийся", "ости", "ами", "ывающему", "евший", "ировать", "ах", "ого")
    ]
    stem.cache_clear()
    expected = [stem(word) for word in asked]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            for _ in range(40):
                stem.cache_clear()
                for found in threads.map(lambda _: [stem(word) for word in asked], range(4)):
                    assert found == expected
    finally:
        sys.setswitchinterval(before)


@pytest.mark.parametrize("text", ["Ёлка – йод…", "«Модель» выучила №5", "loss → NaN", "Съёмка · 3 × 4"])
def test_a_text_without_accents_is_what_is_left_of_the_same_text_with_one(text: str) -> None:
    assert normalize(text) == normalize(text + "\u0301")
