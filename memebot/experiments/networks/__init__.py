"""Small networks that were trained for these experiments, asked by the visitor."""

from memebot.experiments.model import Experiment
from memebot.experiments.networks import arithmetic, digits, naming, primes, teaching

EXPERIMENTS: tuple[Experiment, ...] = (
    digits.EXPERIMENT,
    teaching.EXPERIMENT,
    naming.EXPERIMENT,
    arithmetic.SUMS,
    arithmetic.PRODUCTS,
    primes.EXPERIMENT,
)
