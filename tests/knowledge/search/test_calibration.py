"""The logistic models that turn evidence into confidence."""

import json
import random

import pytest

from knowledge.search.calibration import (
    DEFAULT,
    Calibration,
    CalibrationError,
    Logistic,
    expected_calibration_error,
    fit,
    of_now,
    set_apart,
)


def sample(n: int, seed: int = 0) -> tuple[list[dict[str, float]], list[bool]]:
    rng = random.Random(seed)
    truth = Logistic(-2.0, {"a": 4.0, "b": 0.0})
    rows = [{"a": rng.random(), "b": rng.random()} for _ in range(n)]
    return rows, [rng.random() < truth.probability(row) for row in rows]


def test_fit_finds_the_weights_that_made_the_labels() -> None:
    rows, correct = sample(4000)
    model = fit(rows, correct, ["a", "b"], ridge=0.01)
    assert model.bias == pytest.approx(-2.0, abs=0.3)
    assert model.weights["a"] == pytest.approx(4.0, abs=0.5)
    assert model.weights["b"] == pytest.approx(0.0, abs=0.3)


def test_more_evidence_never_lowers_the_confidence() -> None:
    rows = [{"a": i / 20} for i in range(20)] * 2
    correct = [i < 10 for i in range(20)] * 2  # labels that say the opposite
    assert fit(rows, correct, ["a"]).weights["a"] == 0.0
    assert fit(rows, correct, ["a"], nonnegative=False).weights["a"] < 0


def test_a_feature_that_no_label_speaks_of_keeps_what_it_weighed() -> None:
    rows = [{"a": float(i % 2)} for i in range(40)]
    model = fit(rows, [i % 2 == 1 for i in range(40)], ["a", "unseen"], prior={"unseen": 8.0})
    assert model.weights["unseen"] == pytest.approx(8.0)
    assert model.weights["a"] > 1


def test_too_few_labels_are_refused_with_their_numbers() -> None:
    with pytest.raises(CalibrationError, match="3 right and 7 wrong"):
        fit([{"a": 1.0}] * 10, [True] * 3 + [False] * 7, ["a"])


def test_confidence_that_keeps_its_word_has_no_calibration_error() -> None:
    confidence = [0.75] * 4 + [0.25] * 4
    correct = [True, True, True, False, True, False, False, False]
    assert expected_calibration_error(confidence, correct) == pytest.approx(0.0)
    assert expected_calibration_error([1.0] * 4, [False] * 4) == pytest.approx(1.0)
    assert expected_calibration_error([], []) == 0.0


def test_both_parts_of_a_calibration_survive_json() -> None:
    said, meant, pictured = ({k: Logistic(bias, {}) for k in DEFAULT.text} for bias in (3.0, 4.0, 5.0))
    other = Calibration(Logistic(1.0, {"copy": 2.0}), said, 0.7, meant, pictured, Logistic(-6.0, {"lead": 1.0}))
    visual, words = (json.loads(json.dumps(part)) for part in (other.visual_json(), other.text_json()))
    assert DEFAULT.updated(visual).updated(words) == other
    assert DEFAULT.updated(visual).text == DEFAULT.text
    assert DEFAULT.updated(None) == DEFAULT


@pytest.mark.parametrize(
    "data", [{}, {"version": 2}, {"version": 1, "visual": 3}, {"version": 2, "said": {"joke": {"bias": 1}}}]
)
def test_foreign_json_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(CalibrationError):
        DEFAULT.updated(data)


def test_words_that_an_older_version_fitted_no_longer_count() -> None:
    assert of_now({**DEFAULT.text_json(), "version": 1}) is None
    assert of_now(DEFAULT.text_json()) == DEFAULT.text_json()
    with pytest.raises(CalibrationError, match="version 1"):
        DEFAULT.updated({**DEFAULT.text_json(), "version": 1})


def test_a_step_too_far_is_halved() -> None:
    rows = [{"a": 40.0 + i % 3, "b": 30.0 + i % 5} for i in range(2000)]
    correct = [i % 200 == 0 for i in range(2000)]
    model = fit(rows, correct, ["a", "b"], ridge=0.01)
    mean = sum(model.probability(row) for row in rows) / len(rows)
    assert mean == pytest.approx(0.005, abs=0.002)


def test_the_logistic_does_not_overflow() -> None:
    assert Logistic(-1e6, {}).probability({}) == 0.0
    assert Logistic(1e6, {}).probability({}) == 1.0


def test_what_leads_the_others_is_set_apart_from_them() -> None:
    far, tie = set_apart({"a": 2.0, "b": -5.0, "c": -6.0}, 0.7), set_apart({"a": 2.0, "b": 2.0, "c": -6.0}, 0.7)
    assert far["a"]["evidence"] == tie["a"]["evidence"] > far["b"]["evidence"]
    assert far["a"]["lead"] > tie["a"]["lead"] == tie["b"]["lead"] > tie["c"]["lead"]
    assert far["a"]["about"] == 0.7
    assert set_apart({"a": 2.0}, 0.0)["a"]["lead"] == set_apart({"a": 2.0, "b": -30.0}, 0.0)["a"]["lead"]
    assert set_apart({}, 0.0) == {}
