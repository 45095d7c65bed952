"""The test set is the same everywhere, and the measure says what its docstring says."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.reading import Line
from memebot.measure.ocr_samples import Sample, character_error, large_samples, measure, samples


def _line(text: str) -> Line:
    return Line(text, 1.0, "en", (0.0, 0.0, 1.0, 1.0))


def test_the_same_seed_draws_the_same_pictures() -> None:
    first, again, other = samples(1, 1), samples(1, 1), samples(2, 1)
    assert all((a.picture == b.picture).all() and a.lines == b.lines for a, b in zip(first, again, strict=True))
    assert [a.lines for a in first] != [b.lines for b in other]


def test_forty_pictures_and_more_cover_every_style_and_language() -> None:
    drawn = samples()
    assert len(drawn) >= 40
    assert {(s.style, s.lang) for s in drawn} == {
        (style, lang) for style in ("outlined", "tweet", "terminal", "bars", "jpeg") for lang in ("ru", "en", "both")
    }
    assert all(s.picture.ndim == 3 and s.picture.dtype == np.uint8 and s.lines for s in drawn)
    assert len({s.name for s in drawn}) == len(drawn)


def test_large_screens_are_large_and_their_words_are_known() -> None:
    drawn = large_samples()
    assert {s.picture.shape[:2] for s in drawn} == {(1080, 1920), (1440, 2560), (2160, 3840)}
    assert all(s.lines for s in drawn)
    assert len({s.name for s in drawn}) == len(drawn)


@pytest.mark.parametrize(
    ("read", "truth", "error"),
    [
        (["ONE  two"], ["one two"], 0.0),
        (["one", "two"], ["one two"], 0.0),
        (["«да» — нет"], ['"да" - нет'], 0.0),
        ([], ["abcd"], 1.0),
        (["abed"], ["abcd"], 0.25),
        (["two", "one"], ["one", "two"], 6 / 7),
        (["abcdabcdabcd"], ["abcd"], 2.0),
    ],
)
def test_character_error_is_the_distance_over_the_length(read: list[str], truth: list[str], error: float) -> None:
    assert character_error(map(_line, read), truth) == pytest.approx(error)


def test_measure_gives_the_mean_by_style_and_the_worst() -> None:
    class Reader:
        def read(self, frame: NDArray[np.uint8]) -> list[Line]:
            return [_line("abcd")] if frame[0, 0, 0] else []

    def sample(name: str, shade: int) -> Sample:
        return Sample(name, "tweet", "en", np.full((2, 2, 3), shade, np.uint8), ("abcd",))

    found = measure(Reader(), [sample("right", 1), sample("wrong", 0)])
    assert (found["tweet"].pictures, found["tweet"].mean, found["tweet"].worst) == (2, 0.5, "wrong")
    assert found["all"] == found["tweet"]
