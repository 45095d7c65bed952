"""Which examples the confidence of the picture channels is fitted on."""

from __future__ import annotations

from memebot.measure.refit import _Examples, _first_candidates

PRIOR = {"copy": 8.0}


def looked_at(number: int, *, matches: bool) -> _Examples:
    """A picture with a strong candidate, right where it ``matches`` anything, and two weak ones that are wrong."""
    picture = _Examples()
    for image, right in ((0.3 if matches else 0.1, matches), (0.05, False), (0.02, False)):
        features = {"copy": 0.0, "geometry": 0.0, "image": image, "described": 0.0}
        picture.add(features, right, number % 2 == 1)
    return picture


def test_of_each_picture_what_would_be_shown_first_counts() -> None:
    chosen = _first_candidates([looked_at(number, matches=number % 4 < 2) for number in range(40)], PRIOR)
    assert len(chosen.right) == 40 and sum(chosen.right) == 20
    assert {features["image"] for features in chosen.features} == {0.3, 0.1}


def test_without_pictures_that_match_nothing_all_candidates_count() -> None:
    assert len(_first_candidates([looked_at(number, matches=True) for number in range(40)], PRIOR).right) == 120


def test_too_few_pictures_are_left_to_the_votes_as_they_are() -> None:
    assert len(_first_candidates([looked_at(number, matches=True) for number in range(3)], PRIOR).right) == 9
