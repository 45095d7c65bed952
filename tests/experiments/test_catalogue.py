"""What holds for every experiment: words in both languages, entries that exist, bounds, and the same frames again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import knowledge
from knowledge.reading import LANGS, Lang
from memebot.experiments.catalogue import EXPERIMENTS, find, of_entry
from memebot.experiments.model import ChoiceControl, Experiment, UnknownExperiment
from memebot.experiments.texts import ExperimentWords, words_of

ENTRIES = {path.stem for path in (Path(knowledge.__file__).parent / "entries").rglob("*.md")}
each = pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda experiment: experiment.name)


def test_a_name_is_one_experiment() -> None:
    assert len({experiment.name for experiment in EXPERIMENTS}) == len(EXPERIMENTS)
    assert all(find(experiment.name) is experiment for experiment in EXPERIMENTS)
    with pytest.raises(UnknownExperiment):
        find("perpetual-motion")


@each
def test_it_belongs_to_entries_of_the_base(experiment: Experiment) -> None:
    assert experiment.concepts
    assert set(experiment.concepts) <= ENTRIES
    assert all(experiment in of_entry(entry) for entry in experiment.concepts)


@each
@pytest.mark.parametrize("lang", LANGS)
def test_it_has_its_words(experiment: Experiment, lang: Lang) -> None:
    words = words_of(experiment, lang)
    assert words.title
    assert words("about")
    for control in experiment.controls:
        assert words(control.name)
        if isinstance(control, ChoiceControl):
            assert all(words(f"{control.name}-{option}") for option in control.options)


@dataclass(frozen=True, slots=True)
class BothLanguages:
    """Russian words, each of which is looked for in English as well: each one's own tests run it in English."""

    ru: ExperimentWords
    en: ExperimentWords

    @property
    def lang(self) -> Lang:
        return self.ru.lang

    def __call__(self, key: str, /, **facts: Any) -> str:
        assert self.en(key, **facts)
        return self.ru(key, **facts)


@each
def test_it_runs_on_its_defaults_and_again_the_same_in_both_languages(experiment: Experiment) -> None:
    words = BothLanguages(words_of(experiment, "ru"), words_of(experiment, "en"))
    first, again = (experiment.run(experiment.inputs({}, 3), 3, words) for _ in range(2))
    assert words.ru.sentence(first)
    assert words.en.sentence(first)
    assert first.look == again.look
    assert len(first.frames) == len(again.frames)
    assert all(one.tobytes() == other.tobytes() for one, other in zip(first.frames, again.frames, strict=True))
