"""What can be done to a picture, and what networks make of it; the visitor's own is the best one."""

from memebot.experiments.model import Experiment
from memebot.experiments.pictures import colours, compression, kernels, noise

EXPERIMENTS: tuple[Experiment, ...] = (
    colours.EXPERIMENT,
    compression.EXPERIMENT,
    kernels.EXPERIMENT,
    noise.EXPERIMENT,
)
