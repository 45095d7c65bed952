"""Reckoning with ideas."""

from __future__ import annotations

import numpy as np
import pytest
from experiment_runs import look, showing

from memebot.experiments.words.arithmetic import EXPERIMENT, add, find, names


def test_too_little_instead_of_too_much_turns_overfitting_into_underfitting() -> None:
    given = ("vanishing-gradient", "exploding-gradient", "overfitting")
    total = add(*given)
    assert total.best(given)[0] == "underfitting"
    assert total.best()[0] == "overfitting"  # nearest of all is a word of the question, and that is said
    assert look(EXPERIMENT).key == "look-itself"


def test_taking_away_what_is_added_leaves_the_idea_itself() -> None:
    total = add("k-means", "overfitting", "overfitting")
    assert total.best()[0] == "k-means"
    assert total.near["k-means"] == pytest.approx(1, abs=1e-5)


def test_the_plane_shows_the_four_corners_where_they_are() -> None:
    total = add("chatgpt", "chatbot", "gpu")
    at, known = total.places, names()
    assert np.allclose(at["chatgpt"] - at["chatbot"] + at["gpu"], at[""], atol=1e-6)
    rows = {entry: known.vectors[known.ids.index(entry)] for entry in ("chatgpt", "chatbot", "gpu")}
    for one, other in (("chatgpt", "chatbot"), ("gpu", "chatbot"), ("gpu", "chatgpt")):
        assert np.linalg.norm(at[one] - at[other]) == pytest.approx(np.linalg.norm(rows[one] - rows[other]), rel=1e-4)


@pytest.mark.parametrize(
    ("words", "entry"),
    [("Переобучение", "overfitting"), ("overfiting", "overfitting"), ("xgboost", "xgboost"), ("зелёный борщ", None)],
)
def test_an_idea_is_found_by_any_of_its_names_in_either_language(words: str, entry: str | None) -> None:
    assert find(words) == entry


def test_what_the_base_does_not_know_is_said() -> None:
    shown = showing(EXPERIMENT, first="зелёный борщ")
    assert (shown.look.key, shown.look.facts["term"]) == ("look-unknown", "зелёный борщ")
    assert len(shown.frames) == 1
