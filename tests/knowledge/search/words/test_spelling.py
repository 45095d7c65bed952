"""Spelling repair against a vocabulary that differs a little from one that was there before."""

from __future__ import annotations

from knowledge.search.words.spelling import SpellingRepair

WORDS = {f"gradient{letter}{other}" for letter in "bcdfg" for other in "hjklm"} | {"восстание", "overfit"}


def test_a_repair_that_uses_a_lookup_again_mends_as_one_made_anew() -> None:
    before = SpellingRepair(WORDS)
    now = (WORDS - {"overfit"}) | {"perceptron"}
    used, anew = SpellingRepair(now, before=before), SpellingRepair(now)
    for read in ("perceptrom", "overfot", "gradientbj", "gradientxh", "боссьание", "nothing like it"):
        assert used.correct(read) == anew.correct(read)
    assert used.correct("perceptrom") == "perceptron"
    assert used.correct("overfot") == "overfot"
    assert before.correct("overfot") == "overfit"


def test_a_vocabulary_of_other_words_gets_a_lookup_of_its_own() -> None:
    other = {"xgboost", "transformer"}
    assert SpellingRepair(other, before=SpellingRepair(WORDS)).correct("transfomer") == "transformer"
