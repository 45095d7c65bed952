"""Experiments run as a face runs them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from memebot.experiments import drawing
from memebot.experiments.model import Experiment, Look, Showing
from memebot.experiments.texts import words_of


class BlindPen:
    """Draws nothing, whatever it is told to draw."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_, **__: None


@contextmanager
def unseen() -> Iterator[None]:
    """Letters and lines are left out of frames that nobody looks at; where they stand is worked out all the same."""
    with patch.object(drawing, "ImageDraw", SimpleNamespace(Draw=lambda _: BlindPen())):
        yield


def showing(experiment: Experiment, seed: int = 0, **given: object) -> Showing:
    """What it shows in English; what is not given is its default."""
    return experiment.run(experiment.inputs(given, seed), seed, words_of(experiment, "en"))


def look(experiment: Experiment, seed: int = 0, **given: object) -> Look:
    """What it says to look at; its frames are not seen."""
    with unseen():
        return showing(experiment, seed, **given).look
