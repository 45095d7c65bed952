"""How similar two pictures are by their vectors."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.search.similarity import bank_scores, mean_of_best, similarities


def axis(*numbers: int) -> np.ndarray:
    vector = np.zeros((1, 8), np.float32)
    vector[0, list(numbers)] = 1 / np.sqrt(len(numbers))
    return vector


def test_a_part_of_a_picture_is_found_in_the_part_of_another() -> None:
    part, elsewhere = axis(0)[0], np.eye(8, dtype=np.float32)
    query = np.stack([part, elsewhere[3]])
    strangers = np.stack([elsewhere[[1, 2, 4]], elsewhere[[5, 6, 7]]])
    none = np.zeros((0, 8), np.float32)
    known = np.concatenate([strangers, np.stack([elsewhere[1], elsewhere[2], part])[None]])
    scores = similarities(query, bank_scores(query, none), known, bank_scores(known, none))
    assert scores.argmax() == 2
    assert 0.8 < scores[2] < 1.0  # one pair of six is the same
    assert scores[:2] == pytest.approx([np.log(3) / 20] * 2, abs=1e-5)  # three views, none of them alike


def test_what_is_like_everything_counts_less() -> None:
    bank = np.repeat(axis(0), 12, axis=0)
    query, known = axis(0), np.stack([axis(0), axis(0, 1)])
    plain = similarities(query, bank_scores(query, bank[:0]), known, bank_scores(known, bank[:0]))
    against = similarities(query, bank_scores(query, bank), known, bank_scores(known, bank))
    assert plain == pytest.approx([1.0, 0.7071], abs=1e-3)
    assert against == pytest.approx([0.0, 0.7071 - 0.5 - 0.3536], abs=1e-3)


def test_mean_of_best_takes_what_there_is() -> None:
    assert mean_of_best(np.array([[0.1, 0.5, 0.3]]), 2)[0] == pytest.approx(0.4)
    assert mean_of_best(np.array([[0.1]]), 10)[0] == pytest.approx(0.1)
    assert mean_of_best(np.zeros((2, 0))).tolist() == [0, 0]
