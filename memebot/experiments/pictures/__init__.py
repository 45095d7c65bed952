"""What can be done to a picture, and what networks make of it; the visitor's own is the best one."""

from memebot.experiments.model import Experiment
from memebot.experiments.pictures import attention_map, colours, compression, fooled, fooled_digit, kernels, noise

EXPERIMENTS: tuple[Experiment, ...] = (
    fooled.EXPERIMENT,
    fooled_digit.EXPERIMENT,
    attention_map.EXPERIMENT,
    colours.EXPERIMENT,
    compression.EXPERIMENT,
    kernels.EXPERIMENT,
    noise.EXPERIMENT,
)
