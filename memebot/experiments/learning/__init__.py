"""How fitting goes, and how it goes wrong."""

from memebot.experiments.learning import polynomial
from memebot.experiments.model import Experiment

EXPERIMENTS: tuple[Experiment, ...] = (polynomial.EXPERIMENT,)
