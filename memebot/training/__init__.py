"""Training an encoder of our own: ``train(TrainingConfig(sources=(…,)), run)`` gives a folder open_clip loads."""

from memebot.training.batches import Composition, Stage
from memebot.training.pictures import TrainingDataError
from memebot.training.recipe import Machine, Progress, TrainingConfig, TrainingError, train

__all__ = [
    "Composition",
    "Machine",
    "Progress",
    "Stage",
    "TrainingConfig",
    "TrainingDataError",
    "TrainingError",
    "train",
]
