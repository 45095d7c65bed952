"""The short list holds the pictures that share most words, however they were added."""

from __future__ import annotations

import numpy as np
import pytest

from moderation.reposts import visual_words as module
from moderation.reposts.features import KEPT, Agreement, Features
from moderation.reposts.visual_words import KEPT_WORDS, WordIndex, visual_words


def drawn(seed: int, count: int = 200) -> Features:
    """Features of an imagined picture."""
    rng = np.random.default_rng(seed)
    descriptors = np.minimum(rng.gamma(0.8, 40, (count, 128)), 255).astype(np.uint8)
    return Features(rng.uniform(0, 240, (count, 2)).astype(np.float32), descriptors, (240, 240))


def indexed(*pictures: Features, sort: bool) -> WordIndex:
    index = WordIndex()
    for number, features in enumerate(pictures):
        index.add([100 + number], [visual_words(features).tobytes()])
        if sort and number % 2:
            index.sort_in()
    return index


@pytest.mark.parametrize("sort", [False, True])
def test_a_picture_is_first_on_its_own_list_straight_and_flipped(sort: bool) -> None:
    pictures = [drawn(seed) for seed in range(40)]
    index = indexed(*pictures, sort=sort)
    for number, features in enumerate(pictures):
        straight, flipped = index.nearest(features, 3)[0], index.nearest(features.mirrored, 3)[0]
        assert (straight.id, straight.mirrored) == (100 + number, False)
        assert (flipped.id, flipped.mirrored) == (100 + number, True)


def test_sorted_in_or_not_the_list_is_the_same() -> None:
    pictures = [drawn(seed) for seed in range(30)]
    some, none = indexed(*pictures, sort=True), indexed(*pictures, sort=False)
    for features in pictures:
        assert some.nearest(features, 5) == none.nearest(features, 5)


def test_a_word_of_very_many_pictures_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_FEW", 3)
    index = indexed(*[drawn(1)] * 5, drawn(2), sort=True)
    assert [match.id for match in index.nearest(drawn(1), 9)] == []
    assert [match.id for match in index.nearest(drawn(2), 9)] == [105]


def test_an_empty_index_and_a_picture_without_features_find_nothing() -> None:
    assert WordIndex().nearest(drawn(1), 5) == []
    nothing = Features(np.empty((0, 2), np.float32), np.empty((0, 128), np.uint8), (240, 240))
    assert indexed(nothing, drawn(1), sort=False).nearest(nothing, 5) == []


def test_a_picture_keeps_a_few_words_and_some_features() -> None:
    features = drawn(3)
    assert 0 < len(visual_words(features)) <= KEPT_WORDS
    kept = Features.from_bytes(features.to_bytes())
    assert (len(kept), kept.size) == (KEPT, features.size)
    assert np.abs(kept.points - features.points[:KEPT]).max() <= 1 / 128
    near = np.abs(kept.descriptors.astype(int) - np.minimum(features.descriptors[:KEPT], 180))
    assert near.max() <= 6


def test_of_two_looks_at_a_frame_the_nearer_counts_until_both_are_near_enough() -> None:
    sizes = ((30, 0.95), (40, 1.4), (30, 0.5), (0, 2.0))
    whole, part, far, lost = (Agreement(found, scale=scale) for found, scale in sizes)
    assert far.nearer(part) == part.nearer(far) == part
    assert whole.nearer(part) == part.nearer(whole) == whole
    assert far.nearer(lost) == lost.nearer(far) == far
