"""Which of the matches an answer is made of."""

from __future__ import annotations

import pytest

from knowledge.entry.model import EntryId, Kind
from knowledge.search.searcher import Match, choose, foremost


def match(entry: str, kind: Kind, confidence: float, channel: str = "said") -> Match:
    return Match(EntryId(entry), kind, confidence, {channel: confidence}, words=(entry,))


def chosen(*matches: Match, question: bool = False) -> list[str]:
    ordered = sorted(matches, key=lambda one: -one.confidence)
    return [one.entry for one in choose(ordered, 0.4, question=question)]


def test_a_mere_guess_at_a_joke_does_not_replace_the_concepts_that_are_named() -> None:
    concepts = match("overfitting", "concept", 1.0), match("dropout", "concept", 0.99)
    assert chosen(match("swot", "joke", 0.41, "geometry"), *concepts) == ["overfitting", "dropout"]
    assert chosen(match("swot", "joke", 0.75, "geometry"), *concepts) == ["swot"]
    assert chosen(match("swot", "joke", 0.5), match("overfitting", "concept", 0.45)) == ["swot"]


def test_a_joke_must_be_as_sure_as_its_topic_where_there_is_no_picture() -> None:
    concept = match("overfitting", "concept", 0.9)
    assert chosen(match("swot", "joke", 0.75), concept) == ["overfitting"]
    assert chosen(match("swot", "joke", 0.9), concept) == ["swot"]
    drake = match("drake", "format", 0.99, "geometry")
    assert chosen(match("swot", "joke", 0.45), concept, drake) == ["drake", "overfitting"]
    assert chosen(match("swot", "joke", 0.6), concept, drake) == ["swot", "drake"]
    assert chosen(match("swot", "joke", 0.6), match("overfitting", "concept", 0.999), drake) == ["drake", "overfitting"]


def test_a_joke_brings_the_format_it_is_told_in() -> None:
    assert chosen(match("swot", "joke", 0.9), match("drake", "format", 0.99)) == ["swot", "drake"]


@pytest.mark.parametrize("general", ["machine-learning", "artificial-intelligence", "neural-network", "deep-learning"])
def test_a_concept_that_only_names_the_field_explains_no_picture_but_answers_a_question(general: str) -> None:
    only = match(general, "concept", 1.0)
    assert chosen(only) == []
    assert chosen(only, question=True) == [general]
    assert chosen(only, match("drake", "format", 0.9)) == ["drake"]
    assert chosen(only, match("dropout", "concept", 0.6)) == ["dropout"]


def ahead(*matches: Match, kind: Kind = "joke", akin: bool = False) -> str | None:
    found = foremost(matches, kind, 0.4, lambda one, other: akin)
    return None if found is None else found.entry


def test_the_foremost_joke_is_far_ahead_of_the_others() -> None:
    assert ahead(match("swot", "joke", 0.2), match("tanks", "joke", 0.02)) == "swot"
    assert ahead(match("swot", "joke", 0.2), match("tanks", "joke", 0.15)) is None
    assert ahead(match("swot", "joke", 0.2, "image"), match("tanks", "joke", 0.02)) == "tanks"


def test_jokes_about_one_thing_are_signs_of_each_other_unless_a_concept_is_surer() -> None:
    two = match("swot", "joke", 0.3), match("tanks", "joke", 0.2)
    assert ahead(*two, akin=True) == "swot"
    assert ahead(*two, match("overfitting", "concept", 0.7), akin=True) is None


def test_words_that_name_a_concept_outright_are_about_it_whatever_joke_they_resemble() -> None:
    assert ahead(match("swot", "joke", 0.3), match("overfitting", "concept", 0.95)) is None
    assert ahead(match("swot", "joke", 0.3), match("machine-learning", "concept", 0.95)) == "swot"


def test_a_concept_is_foremost_only_where_no_joke_is_as_near_and_nothing_is_sure() -> None:
    lunch = match("no-free-lunch", "concept", 0.3)
    assert ahead(lunch, match("swot", "joke", 0.05), kind="concept") == "no-free-lunch"
    assert ahead(lunch, match("swot", "joke", 0.35), kind="concept") is None
    assert ahead(lunch, match("dropout", "concept", 0.6), kind="concept") is None


def test_a_concept_that_a_picture_only_names_in_passing_is_no_answer_without_a_template() -> None:
    page = match("tweet", "format", 0.1, "image")
    passing = Match(EntryId("gpu"), "concept", 0.7, {"said": 0.7, "meaning": 0.3}, words=("gpu",))
    meant = Match(EntryId("gpu"), "concept", 0.7, {"said": 0.7, "meaning": 0.5}, words=("gpu",))
    assert chosen(passing, page) == [] and chosen(meant, page) == ["gpu"]
    assert chosen(passing, match("drake", "format", 0.9, "image")) == ["drake", "gpu"]
    assert chosen(match("gpu", "concept", 0.7), page) == ["gpu"], "where no meaning is known the words decide"
