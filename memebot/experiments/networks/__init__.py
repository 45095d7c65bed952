"""Small networks that were trained for these experiments, asked by the visitor."""

from memebot.experiments.model import Experiment
from memebot.experiments.networks import arithmetic, digits, hands, in_style, naming, primes, sketches, teaching

EXPERIMENTS: tuple[Experiment, ...] = (
    digits.EXPERIMENT,
    sketches.EXPERIMENT,
    hands.EXPERIMENT,
    teaching.EXPERIMENT,
    naming.EXPERIMENT,
    in_style.EXPERIMENT,
    arithmetic.SUMS,
    arithmetic.PRODUCTS,
    primes.EXPERIMENT,
)
