"""What happens to numbers on their way through a network: they fade, grow, are shared out, or are none any more."""

from memebot.experiments.model import Experiment
from memebot.experiments.numbers import deep_gradients, five_nan, nan_loss, temperature

EXPERIMENTS: tuple[Experiment, ...] = (
    nan_loss.EXPERIMENT,
    five_nan.EXPERIMENT,
    deep_gradients.EXPERIMENT,
    temperature.EXPERIMENT,
)
