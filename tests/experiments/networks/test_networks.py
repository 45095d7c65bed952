"""What the small networks are good at, and where they fail for all to see."""

from __future__ import annotations

import numpy as np
import pytest

from memebot.experiments.drawn.digits import drawn_digit
from memebot.experiments.drawn.printed import printed_digits
from memebot.experiments.model import Experiment, Look
from memebot.experiments.networks import arithmetic, digits, naming, primes, teaching
from memebot.experiments.networks.layers import FOLDER, cnn, figures, mlp, weights_of
from memebot.experiments.texts import words_of


def look(experiment: Experiment, seed: int = 0, **given: object) -> Look:
    return experiment.run(experiment.inputs(given, seed), seed, words_of(experiment, "en")).look


def test_all_models_together_are_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= 3_000_000


def test_digits_of_fonts_that_no_network_saw_are_read_as_the_card_says() -> None:
    pictures, which = printed_digits()
    for name, run in (("digits-mlp", mlp), ("digits-cnn", cnn)):
        right = float((run(weights_of(name), pictures[:, None]).argmax(1) == which).mean())
        assert right == pytest.approx(figures()[f"{name} printed"], abs=0.005)


def test_digits_by_a_hand_nobody_trained_with_are_worse_and_the_convolution_is_better_at_them() -> None:
    assert figures()["digits-mlp real"] < figures()["digits-cnn real"] < figures()["digits-cnn drawn"]


def test_a_drawn_digit_is_named_by_both() -> None:
    said = [look(digits.EXPERIMENT, drawing=drawn_digit(np.random.default_rng(digit), digit)) for digit in range(10)]
    assert sum(one.facts["network"] == digit for digit, one in enumerate(said)) >= 9
    assert sum(one.facts["perceptron"] == digit for digit, one in enumerate(said)) >= 8


def test_an_empty_sheet_is_not_explained_away() -> None:
    assert look(digits.EXPERIMENT, drawing=np.zeros((9, 9), np.float32)).key == "look-nothing"


def test_sums_are_right_within_what_was_learnt_and_wrong_beyond_it() -> None:
    assert look(arithmetic.SUMS, task="17+38").facts["answer"] == "55"
    beyond = look(arithmetic.SUMS, task="123+456")
    assert beyond.key == "look-beyond"
    assert beyond.facts["answer"] != "579"
    assert look(arithmetic.SUMS, task="+++").key == "look-nonsense"


def test_the_map_of_sums_is_what_the_figures_say() -> None:
    weights = weights_of("sums")
    right, seen = (np.unpackbits(weights[name])[:10000].astype(bool) for name in ("right", "seen"))
    assert float(right[~seen].mean()) == pytest.approx(figures()["sums new"], abs=0.001)


def test_primes_are_learnt_by_heart_and_no_rule_is_found() -> None:
    facts = look(primes.EXPERIMENT).facts
    assert facts["seen"] >= 99
    assert facts["new"] < facts["never"]


def test_frozen_features_tell_a_dozen_examples_apart_where_pixels_do_not() -> None:
    facts = look(teaching.EXPERIMENT, seed=1).facts
    assert facts["transfer-right"] > facts["scratch-right"] + 3


def test_one_thing_alone_cannot_be_told_from_anything() -> None:
    experiment = teaching.EXPERIMENT
    inputs = {**experiment.inputs({}, 1), "second": (), "third": ()}
    assert experiment.run(inputs, 1, words_of(experiment, "en")).look.key == "look-too-few"


def test_a_picture_always_gets_one_of_two_hundred_names() -> None:
    assert look(naming.EXPERIMENT).facts["name"] in weights_of("names")["photos-en"]
