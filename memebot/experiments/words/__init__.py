"""What becomes of words: vectors, pieces, and phrases that evolve."""

from memebot.experiments.model import Experiment
from memebot.experiments.words import arithmetic, evolution

EXPERIMENTS: tuple[Experiment, ...] = (arithmetic.EXPERIMENT, evolution.EXPERIMENT)
