"""All experiments there are. A new one: its module, a line in its theme, its texts in both languages, a test."""

from __future__ import annotations

from collections.abc import Iterable

from memebot.experiments import learning, networks, numbers, pictures, words
from memebot.experiments.model import Experiment, UnknownExperiment

EXPERIMENTS: tuple[Experiment, ...] = (
    *learning.EXPERIMENTS,
    *numbers.EXPERIMENTS,
    *networks.EXPERIMENTS,
    *pictures.EXPERIMENTS,
    *words.EXPERIMENTS,
)
"""In the order in which they are listed."""


def find(name: str) -> Experiment:
    """The experiment of that name. Raises ``UnknownExperiment``."""
    for experiment in EXPERIMENTS:
        if experiment.name == name:
            return experiment
    raise UnknownExperiment("unknown-experiment", name=name)


def of_entry(entry_id: str) -> tuple[Experiment, ...]:
    """The experiments that make an entry's idea visible, those to which it is nearest first."""
    fitting = [experiment for experiment in EXPERIMENTS if entry_id in experiment.concepts]
    return tuple(sorted(fitting, key=lambda experiment: experiment.concepts.index(entry_id)))


def of_entries(entry_ids: Iterable[str]) -> Experiment | None:
    """The experiment that is nearest to the first of these entries that has one."""
    return next((found[0] for entry_id in entry_ids if (found := of_entry(entry_id))), None)
