"""What a text is about."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.reading import EncoderId
from knowledge.search.calibration import sigmoid
from knowledge.search.subject import BUCKETS, SubjectError, SubjectModel, buckets, scaled


def model() -> SubjectModel:
    words = np.zeros((BUCKETS, 2), np.float32)
    words[buckets("overfitting"), 0] = 2
    words[buckets("погиб"), 1] = 2
    return SubjectModel(
        words,
        np.array([-1, -1], np.float32),
        EncoderId("letters/1"),
        np.zeros(2, np.float32),
        np.array([[4, 0], [0, 4]], np.float32),
        np.array([[1, 1], [1, 1], [0, 0]], np.float32),
    )


def test_words_and_meaning_speak_for_either_subject() -> None:
    assert model().judge("overfitting").about > 0.5 > model().judge("borscht").about
    assert model().judge("погиб").grave > 0.5 > model().judge("borscht").grave
    assert model().judge("borscht", np.array([1, 0], np.float32)).about > model().judge("borscht").about
    assert scaled(0) == 0.5


def test_a_long_joke_does_not_hide_a_sentence_about_harm() -> None:
    joke = " ".join(f"epoch{n} overfitting{n}" for n in range(40)) + "."
    assert sigmoid(float(model().logits(f"{joke} Там погиб и погиб.")[1])) < 0.5
    assert model().judge(joke).grave < 0.5 < model().judge(f"{joke}\nТам погиб и погиб.").grave


def test_it_reads_vectors_of_its_own_model_in_any_precision() -> None:
    assert model().reads(EncoderId("letters/2"))
    assert not model().reads(EncoderId("digits/1"))


def test_a_grave_word_is_a_feature_of_its_own() -> None:
    assert len(set(buckets("погиб")) & set(buckets("умерла"))) >= 1
    assert not set(buckets("кот")) & set(buckets("умерла"))


def test_a_model_comes_back_from_its_bytes() -> None:
    again = SubjectModel.from_bytes(model().to_bytes())
    assert again.judge("overfitting", np.array([1, 0], np.float32)) == model().judge(
        "overfitting", np.array([1, 0], np.float32)
    )
    assert model().to_bytes() == model().to_bytes()
    with pytest.raises(SubjectError):
        SubjectModel.from_bytes(b"no archive")
