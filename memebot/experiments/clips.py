"""An experiment as a chat sends it: a short silent video, or a picture where nothing moves, and a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.reading import Lang
from memebot.experiments import files
from memebot.experiments.catalogue import EXPERIMENTS, find
from memebot.experiments.model import (
    ChoiceControl,
    DrawingControl,
    Experiment,
    NumberControl,
    PictureControl,
    TextControl,
)
from memebot.experiments.texts import words_of
from memebot.vision.media import frames

MINE = "mine"
"""The option of a choice that means the picture that was sent."""


@dataclass(frozen=True, slots=True)
class Clip:
    """``data``: an MP4 where it is ``moving``, else a PNG."""

    title: str
    sentence: str
    data: bytes
    moving: bool


def clip_of(name: str, lang: Lang, seed: int, *, said: str = "", picture: bytes | None = None) -> Clip:
    """Run an experiment on its defaults, but for what somebody ``said`` with its name and the ``picture`` they sent.

    ``said`` is what its first text or number is set to. Takes a second or two. Raises ``ExperimentError``, or
    ``MediaError`` for a picture that cannot be read.
    """
    experiment = find(name)
    given = {**_said(experiment, said), **_shown(experiment, picture)}
    words = words_of(experiment, lang)
    showing = experiment.run(experiment.inputs(given, seed), seed, words)
    moving = len(showing.frames) > 1
    data = files.mp4(showing) if moving else files.png(showing)
    return Clip(words.title, words.sentence(showing), data, moving)


def meant(words: str, lang: Lang) -> tuple[str, str]:
    """(the experiment that somebody typed, what they said with it); ("", "") where it is none of ours.

    Its name, or its title in their language, with or without more behind it.
    """
    typed = " ".join(words.split())
    for experiment in EXPERIMENTS:
        for called in (experiment.name, words_of(experiment, lang).title):
            if typed.casefold() == called.casefold() or typed.casefold().startswith(f"{called.casefold()} "):
                return experiment.name, typed[len(called) :].strip()
    return "", ""


def takes_picture(name: str) -> bool:
    """Whether it does something with a picture that somebody sends along."""
    return any(isinstance(control, DrawingControl | PictureControl) for control in find(name).controls)


def _said(experiment: Experiment, said: str) -> dict[str, object]:
    typed = [control.name for control in experiment.controls if isinstance(control, TextControl | NumberControl)]
    return {typed[0]: said} if said and typed else {}


def _shown(experiment: Experiment, picture: bytes | None) -> dict[str, object]:
    if picture is None:
        return {}
    given: dict[str, object] = {}
    for control in experiment.controls:
        if isinstance(control, DrawingControl | PictureControl) and not given:
            given[control.name] = frames.load(picture).frames[0]
    for control in experiment.controls:
        if given and isinstance(control, ChoiceControl) and MINE in control.options:
            given[control.name] = MINE
    return given
