"""A picture's steps are heard only while somebody listens, and two runs are compared picture by picture."""

import threading

import pytest

from memebot.measure.bench import compare_runs
from memebot.measure.profile import PictureProfile, compare, table
from memebot.vision.compute.stages import listening, stage
from memebot.vision.compute.workers import Workers


@stage("outer")
def outer() -> None:
    inner()


@stage("inner")
def inner() -> None:
    pass


def of(path: str, whole: float, words: float, *, lines: int = 2) -> PictureProfile:
    times = {"picture": whole, "words": words}
    return PictureProfile(path, 0.5, lines, times, times)


def test_a_step_within_another_is_a_part_of_it() -> None:
    with listening() as heard:
        outer()
        inner()
        inner()
    assert {name: taken.calls for name, taken in heard.items()} == {"outer": 1, "outer/inner": 1, "inner": 2}


def test_a_step_that_fails_is_over() -> None:
    with listening() as heard, pytest.raises(ZeroDivisionError), stage("fails"):
        _ = 1 / 0
    with listening() as later:
        inner()
    assert (set(heard), set(later)) == ({"fails"}, {"inner"})


def test_a_thread_has_steps_of_its_own_and_nobody_hears_what_began_before_he_listened() -> None:
    with stage("before"), listening() as heard, stage("here"):
        other = threading.Thread(target=outer)
        other.start()
        other.join()
    assert set(heard) == {"outer", "outer/inner", "here"}


def test_what_a_thread_lets_another_do_is_a_part_of_its_step() -> None:
    workers = Workers(2)
    with listening() as heard, stage("words"):
        workers.begin(inner).result()
    workers.close()
    assert set(heard) == {"words", "words/inner"}


def test_a_step_is_told_for_a_megapixel_and_for_a_line_of_all_pictures_together() -> None:
    whole, words = table([of("a", 100, 40), of("b", 300, 80, lines=4)])
    assert (whole.step, whole.median, whole.share) == ("picture", 200, 1)
    assert (words.step, words.median, words.share) == ("words", 60, 0.3)
    assert (words.per_megapixel, words.per_line) == (120, 20)


def test_two_runs_are_compared_over_the_pictures_that_both_have() -> None:
    now = [of("a", 50, 10), of("b", 100, 80), of("new", 1, 1)]
    then = [of("a", 100, 40), of("b", 100, 40), of("gone", 9, 9)]
    whole, words = compare(now, then)
    assert (whole.pictures, whole.wall) == (2, (0.625, 0.75, 0.875))
    assert words.processor == (0.6875, 1.125, 1.5625)


def test_figures_are_compared_with_the_median_of_earlier_runs_and_shown_with_their_spread() -> None:
    (one,) = compare_runs({"a": 6.0, "b": 1.0}, [{"a": 2.0, "b": 0.0}, {"a": 3.0}, {"a": 4.0}])
    assert (one.name, one.ratio, one.low, one.high) == ("a", 2.0, 1.5, 3.0)
