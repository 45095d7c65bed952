"""How fitting goes, and how it goes wrong."""

from memebot.experiments.learning import (
    boosting,
    early_stopping,
    imbalance,
    learning_rate,
    memorising,
    polynomial,
    q_learning,
    spiral,
)
from memebot.experiments.model import Experiment

EXPERIMENTS: tuple[Experiment, ...] = (
    polynomial.EXPERIMENT,
    early_stopping.EXPERIMENT,
    memorising.EXPERIMENT,
    spiral.EXPERIMENT,
    learning_rate.EXPERIMENT,
    boosting.EXPERIMENT,
    imbalance.EXPERIMENT,
    q_learning.EXPERIMENT,
)
