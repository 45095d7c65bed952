"""Entries are looked up in segments: wherever they stand, the words of a base are the same."""

from pathlib import Path

import numpy as np
import pytest

from knowledge.entry.model import Entry, EntryId
from knowledge.search.kept import KeptArrays
from knowledge.search.text_match import TextIndex
from knowledge.search.words import base_words
from knowledge.search.words.base_words import WordSegments, prepare_segment, prepared_segment
from knowledge.search.words.segment import EXPLAINED, TERM, WordSegment, compiled

TEXTS = (
    "почему модель переобучилась на трейне",
    "why does the RANDOM FOREST overfit",
    "JUSTOVERFITTING",
    "перреобучение",
    "the tree that was deleted",
)


def an_entry(name: str, title: str, says: str = "", text: str = "") -> Entry:
    return Entry(EntryId(name), "concept", {"en": title}, {"en": text}, says=(says,) if says else ())


BASE = [
    an_entry("overfitting", "Переобучение (overfitting)", "переобучилась на трейне", "It learned the noise."),
    an_entry("forest", "Random forest", "trees vote", "Many trees, each on a part of the data."),
    an_entry("tree", "Decision tree", "one question after another", "A tree of questions."),
]
CHANGED = [BASE[0], an_entry("forest", "Random forests", "hundreds of trees", "Each tree sees a part."), BASE[2]]


def found(index: TextIndex) -> list[object]:
    return [sorted(index.evidence(text).items()) for text in TEXTS]


@pytest.mark.parametrize("entries", [CHANGED, BASE[:2], [*CHANGED, an_entry("noise", "Noise")], []])
def test_a_base_that_changed_is_found_as_one_that_was_read_anew(entries: list[Entry]) -> None:
    segments = WordSegments()
    TextIndex(BASE, segments)
    assert found(TextIndex(entries, segments)) == found(TextIndex(entries))


def test_words_of_entries_that_went_are_no_words_of_the_base() -> None:
    segments = WordSegments()
    segments.words(BASE)
    words = segments.words(CHANGED[:1])
    assert "overfit" in words and "forest" not in words
    assert words.count("tree", EXPLAINED) == words.count("forest", TERM) == 0


def test_only_what_is_new_is_read_until_the_small_segments_become_one(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    monkeypatch.setattr(base_words, "compiled", lambda entries: read.append(len(entries)) or compiled(entries))
    segments = WordSegments()
    segments.words(BASE)
    for number in range(base_words.SEGMENTS):
        segments.words([*BASE[:2], an_entry("tree", f"Tree {number}")])
    assert read == [3, *[1] * (base_words.SEGMENTS - 1), 3]


def test_a_large_segment_is_kept_for_the_next_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base_words, "LARGE", 2)
    first = found(TextIndex(BASE, WordSegments(kept=KeptArrays(tmp_path))))
    monkeypatch.setattr(base_words, "compiled", None)
    assert found(TextIndex(BASE, WordSegments(kept=KeptArrays(tmp_path)))) == first


def test_a_prepared_segment_of_another_version_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare_segment(tmp_path / "words", BASE)
    prepared_segment.cache_clear()
    one = prepared_segment(tmp_path / "words")
    assert one is not None and one is prepared_segment(tmp_path / "words")
    assert found(TextIndex(BASE, WordSegments(one))) == found(TextIndex(BASE))
    prepared_segment.cache_clear()
    monkeypatch.setattr(base_words, "version", lambda: "another")
    assert prepared_segment(tmp_path / "words") is None
    prepared_segment.cache_clear()


def test_a_segment_tells_what_it_was_made_of() -> None:
    segment = WordSegment(compiled(BASE))
    entries, counts, places = segment.postings("tree")
    assert [segment.entries[n] for n in entries] == ["forest", "tree"]
    assert counts.tolist() == [2, 2] and (places & EXPLAINED).all() and (places[1] & TERM)
    assert [term.stems for term in segment.terms("random")] == [("random", "forest")]
    (found,) = segment.quoted({"vote"})  # half of its stems
    assert "vote" in segment.phrase(found).stems and len(segment.phrase(found).stems) == 2
    assert not segment.quoted({"question"})  # one of four
    assert np.diff([segment.lengths.min(), segment.lengths.max()]) >= 0
