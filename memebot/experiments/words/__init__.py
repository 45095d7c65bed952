"""What becomes of words: vectors, pieces, and phrases that evolve."""

from memebot.experiments.model import Experiment
from memebot.experiments.words import arithmetic, evolution, tokens

EXPERIMENTS: tuple[Experiment, ...] = (tokens.EXPERIMENT, arithmetic.EXPERIMENT, evolution.EXPERIMENT)
