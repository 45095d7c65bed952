"""What the small networks are good at, and where they fail for all to see."""

from __future__ import annotations

from statistics import mean

import numpy as np
import pytest
from experiment_runs import look

from memebot.experiments.drawn.digits import drawn_digit
from memebot.experiments.drawn.printed import printed_digits
from memebot.experiments.drawn.sketches import NAMES, drawn_sketch
from memebot.experiments.networks import arithmetic, digits, hands, in_style, naming, primes, sketches, teaching
from memebot.experiments.networks.corpus import corpus
from memebot.experiments.networks.layers import FOLDER, cnn, figures, mlp, weights_of
from memebot.experiments.texts import words_of


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


def test_a_small_network_names_sketches_that_the_encoder_does_not() -> None:
    drawn = {name: drawn_sketch(np.random.default_rng(number), name) for number, name in enumerate(NAMES[:6])}
    words = words_of(sketches.EXPERIMENT, "en")
    said = {name: look(sketches.EXPERIMENT, drawing=drawing).facts for name, drawing in drawn.items()}
    assert sum(facts["network"] == words(f"thing-{name}") for name, facts in said.items()) >= 5
    assert figures()["clip sketches drawn"] < figures()["sketches-mlp drawn"] < figures()["sketches-cnn drawn"]


def test_a_product_that_it_never_saw_is_mostly_wrong() -> None:
    facts = look(arithmetic.PRODUCTS, task="97*86").facts
    assert facts["truth"] == 8342
    assert figures()["products new"] < 0.5 < figures()["sums new"]


def test_the_longer_the_memory_the_more_is_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_style, "_FRAMES", 1)  # what is copied, and not how it is typed
    few, much = (
        mean(look(in_style.EXPERIMENT, seed, start="Overfitting", order=order).facts["copied"] for seed in range(8))
        for order in (2, 9)
    )
    assert few < 2
    assert much > few + 15  # letters in a row; what one seed copies hangs on the base's present words


def test_what_counts_continues_as_the_base_does_somewhere() -> None:
    assert "overfitting" in corpus("en")
    assert "переобуч" in corpus("ru")
    assert set(in_style._follows(corpus("en"), "overfittin")) == {"g"}


def test_frozen_features_need_fewer_hands_than_a_network_from_scratch() -> None:
    assert figures()["hands-head drawn, few"] > figures()["hands-cnn drawn, few"]
    facts = [look(hands.EXPERIMENT, seed=seed, hand="paper").facts for seed in range(4)]
    assert sum(one["transfer"] == "paper" for one in facts) >= 3


def test_who_wins_follows_from_what_is_shown() -> None:
    beats = {"rock": "scissors", "paper": "rock", "scissors": "paper"}
    for seed in range(3):
        facts = look(hands.EXPERIMENT, seed=seed, hand="scissors").facts
        ours, theirs = str(facts["ours"]), str(facts["transfer"])
        wanted = "The bot wins" if beats[ours] == theirs else "You win" if beats[theirs] == ours else "A draw"
        assert facts["outcome"] == wanted
