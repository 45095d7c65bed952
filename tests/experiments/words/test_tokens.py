"""Pieces of words."""

from __future__ import annotations

import pytest
from experiment_runs import look, showing

from memebot.experiments.words.pieces import join, learn, number_of, shipped, steps
from memebot.experiments.words.tokens import EXPERIMENT


def test_the_commonest_pair_is_joined_first() -> None:
    assert learn(["ab ab ab ac", "abc abc"], 3) == [("a", "b"), (" ", "ab")]
    assert learn(["aa"], 5) == []  # once is not often


@pytest.mark.parametrize(
    ("pieces", "joined"), [("banana", ["b", "an", "an", "a"]), ("aaa", ["a", "a", "a"]), ("nn", ["n", "n"])]
)
def test_every_such_pair_becomes_one(pieces: str, joined: list[str]) -> None:
    assert join(list(pieces), ("a", "n")) == joined


@pytest.mark.parametrize("phrase", ["переобучение на трейне", "Overfitting: 99 %", "a_b\u00a0☃ ё"])
def test_pieces_are_the_phrase_again_and_fewer_with_every_step(phrase: str) -> None:
    course = list(steps(phrase, shipped()[1]))
    assert all("".join(piece for word in step for piece in word) == phrase for step in course)
    counts = [sum(len(word) for word in step) for step in course]
    assert counts == sorted(counts, reverse=True)
    assert len(set(counts)) == len(counts)


def test_a_word_of_the_trade_is_fewer_pieces_than_a_rare_one() -> None:
    model, rare = (look(EXPERIMENT, phrase=word).facts for word in ("модель", "дирижабль"))
    assert model["tokens"] == 1
    assert int(rare["tokens"]) >= 3


def test_every_piece_has_a_number_of_its_own_and_a_strange_sign_has_none() -> None:
    characters, pairs = shipped()
    pieces = [*characters, *(first + second for first, second in pairs)]
    assert sorted(number_of(piece) for piece in set(pieces)) == sorted({pieces.index(piece) for piece in pieces})
    assert number_of("☃") is None
    assert showing(EXPERIMENT, phrase="☃").look.facts["tokens"] == 2
