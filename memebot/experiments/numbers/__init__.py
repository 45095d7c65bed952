"""What happens to numbers on their way through a network: they fade, grow, or are none any more."""

from memebot.experiments.model import Experiment
from memebot.experiments.numbers import deep_gradients, nan_loss

EXPERIMENTS: tuple[Experiment, ...] = (nan_loss.EXPERIMENT, deep_gradients.EXPERIMENT)
