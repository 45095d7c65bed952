"""Experiments run as a face runs them."""

from __future__ import annotations

from memebot.experiments.model import Experiment, Look, Showing
from memebot.experiments.texts import words_of


def showing(experiment: Experiment, seed: int = 0, **given: object) -> Showing:
    """What it shows in English; what is not given is its default."""
    return experiment.run(experiment.inputs(given, seed), seed, words_of(experiment, "en"))


def look(experiment: Experiment, seed: int = 0, **given: object) -> Look:
    """What it says to look at."""
    return showing(experiment, seed, **given).look
